"""A table that is too small or a number that stops being one ends a run with words, never with a result."""

import numpy as np
import pytest

from skyreach.errors import RunFailed
from skyreach.world import codes


@pytest.fixture
def fight(lab):
    return lab.compile(lab.scenario(lab.flyer("f-16", "f-16c", 60, 20, 8000.0), duration_s=100.0))


def shrunk(compiled, **tables):
    kept = dict(vars(compiled))
    kept["world"] = compiled.world._replace(**tables)
    return type(compiled)(**kept)


@pytest.mark.parametrize("stepped", [False, True])
def test_a_full_event_table(fight, lab, stepped):
    small = shrunk(fight, events=fight.world.events[:5])
    with pytest.raises(RunFailed, match=r"tiny stopped at \d+\.\d s: the event table is full") as caught:
        lab.play(small, stepped=stepped)
    assert caught.value.exit_code == 3


def test_more_launches_than_missile_rows(lab):
    compiled = lab.compile(lab.scenario(lab.flyer("f-16", "f-16c", 60, 20, 8000.0), doctrine={"salvo": 2}, duration_s=100.0))
    with pytest.raises(RunFailed, match="more launches than missile rows"):
        lab.play(shrunk(compiled, missiles=compiled.world.missiles[:1]))


def test_more_plots_than_the_table_holds(lab):
    raid = lab.flyer("mald", "mald", 60, 20, 8000.0, count=20, spread_m=1000.0)
    compiled = lab.compile(lab.scenario(raid, duration_s=20.0))
    with pytest.raises(RunFailed, match="more plots in one frame"):
        lab.play(shrunk(compiled, plots=compiled.world.plots[:0]))


def test_a_number_that_is_none(fight, lab):
    types = fight.model.missile_types.copy()
    types["thrust"] = np.nan
    kept = dict(vars(fight))
    kept["model"] = fight.model._replace(missile_types=types)
    with pytest.raises(RunFailed, match="not a number"):
        lab.play(type(fight)(**kept))


def test_the_tables_of_a_scenario_are_large_enough_for_a_long_crowded_fight(lab):
    """60 decoys, half an hour, four launchers: no fault."""
    raid = lab.flyer("mald", "mald", 150, -120, 8000.0, count=60, spread_m=800.0, spacing_s=5.0)
    units = [lab.fire_unit("one", {"9m96e2": 16}, 2), lab.fire_unit("two", {"48n6e3": 4}, 2, at="away")]
    compiled = lab.compile(lab.scenario(raid, formations=[lab.regiment(*units, point_defence=[lab.pantsir()])], duration_s=1800.0))
    run = lab.play(compiled)
    assert (run.world.targets["status"] > codes.FLYING).all()
    assert len(run.world.events) < 0.8 * len(compiled.world.events)
