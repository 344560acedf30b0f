"""A replication in a study is the replication of `skyreach run`, row for row, without its record."""

import numpy as np
import pytest

from skyreach.engine.replicate import replicate
from skyreach.engine.tally import CAUSES, MEASURES, RAILS, UNSEEN, binding
from skyreach.records.make import summarise
from skyreach.scenario import load_scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.studies.workspace import Workspace, cause_of_codes
from skyreach.world import codes
from skyreach.world.tables import LOG_TABLES, dtype_of

SAME = {
    "hostile": "hostile", "killed": "killed", "leakers": "leakers", "left": "left", "in_flight": "in_flight",
    "never_released": "never_released", "never_seen": "never_seen", "shots": "missiles_fired", "civil_shot_at": "civil_shot_at",
    "civil_killed": "civil_killed", "civil_misidentified": "civil_misidentified", "hostile_misidentified": "hostile_misidentified",
}  # fmt: skip


@pytest.fixture(scope="module")
def murted():
    return compile_scenario(load_scenario("murted-raid"), log=False)


@pytest.fixture(scope="module")
def space(murted):
    return Workspace(murted)


@pytest.mark.parametrize("seed", [2, 7, 3, 2**64 - 1])
def test_a_row_says_what_the_record_says(murted, space, seed):
    """Also the second time, after other seeds: the state is set back whole. The record is the other way to the same figures."""
    space.run(1)
    row, run = space.run(seed)[0], replicate(murted, seed)
    summary = summarise(murted, run)
    assert {name: int(row[name]) for name in SAME} == {name: summary[key] for name, key in SAME.items()}
    assert row["hits"] == len(summary["assets_hit"])
    assert row["assets_lost"] + row["units_lost"] >= len(summary["lost"]) - row["units_lost"]
    assert row["first_detection"] == min(e["t_s"] for e in summary["first_seen"] if e["t_s"] is not None)
    cost = sum(n * murted.catalog[key].si("unit_cost") for key, n in summary["missiles_by_type"].items())
    assert row["cost_fired"] == pytest.approx(cost, rel=1e-12)
    assert row["rounds_left"] == run.world.launchers["rounds"].sum()
    wrong = {int(e["a"]) for e in run.world.events if e["kind"] == codes.E_IDENTIFIED and e["c"] == codes.HOSTILE}
    civil = {int(j) for j in np.flatnonzero(run.world.targets["side"] == codes.NEUTRAL)}
    assert row["civil_misidentified"] == len(wrong & civil)


def test_every_leaker_has_one_cause(space):
    for seed in range(20, 26):
        row = space.run(seed)[0]
        assert sum(int(row[f"leak_{word}"]) for word in CAUSES.values()) == row["leakers"]


def test_state_is_bit_for_bit_that_of_a_new_world(murted, space):
    """What is set back is what Compiled.new_world makes, in every table that a run reads."""
    space.run(11)
    space._now[:] = space._start
    from skyreach.engine.tally import set_phases

    set_phases(space._world.radars, np.uint64(11))
    _, fresh = murted.new_world(11)
    for name in fresh._fields:
        if name not in ("events", "plots"):  # written whole before they are read
            assert getattr(space._world, name).tobytes() == getattr(fresh, name).tobytes(), name


def test_every_reason_has_a_cause():
    group = cause_of_codes()
    by_word = {word: int(group[int(code)]) for code, (word, _) in codes.REASONS.items()}
    assert by_word["no missile left"] == RAILS
    assert by_word["no missile channel"] == by_word["no target channel"] != RAILS
    assert by_word["not seen: terrain"] == by_word["track lost"] == UNSEEN
    assert by_word["destroyed"] == by_word["gone"] == by_word["not flying"] == -1


def test_binding_is_the_unit_that_came_furthest():
    """By hand. Unit 0 wants a channel from 0 to 10 s, unit 1 has no missile from 4 to 6 and from 10 to 13 s, unit 2 is out of
    reach from 0 to 20 s: a channel from 0 to 10, then a missile for 3 s, then reach for 7. From 5 s on: 5, 3, 7."""
    rows = np.zeros(4, dtype_of(LOG_TABLES["reasons"]))
    rows["code"] = [codes.R_TARGET_CHANNEL, codes.R_MAGAZINE, codes.R_MAGAZINE, codes.R_TOO_FAR]
    rows["t_from"], rows["t_to"] = [0.0, 4.0, 10.0, 0.0], [10.0, 6.0, 13.0, 20.0]
    held = np.empty(len(CAUSES))
    for t_from, want in ((-np.inf, {"channels": 10.0, "rails": 3.0, "reach": 7.0}), (5.0, {"channels": 5.0, "rails": 3.0, "reach": 7.0})):
        binding(rows, np.arange(4), cause_of_codes(), t_from, np.empty(8), held)
        assert {word: held[int(c)] for c, word in CAUSES.items() if held[int(c)] > 0.0} == want


def test_under_fire_counts_before_want():
    """One unit has it under fire for 4 of 10 s, another is out of missiles all the time."""
    rows = np.zeros(2, dtype_of(LOG_TABLES["reasons"]))
    rows["code"], rows["t_from"], rows["t_to"] = [codes.R_ENGAGED, codes.R_MAGAZINE], [2.0, 0.0], [6.0, 10.0]
    held = np.empty(len(CAUSES))
    binding(rows, np.arange(2), cause_of_codes(), -np.inf, np.empty(4), held)
    assert {word: held[int(c)] for c, word in CAUSES.items() if held[int(c)] > 0.0} == {"shot": 4.0, "rails": 6.0}


def test_measures_are_named_once_and_explained():
    names = [m.name for m in MEASURES]
    assert len(set(names)) == len(names)
    assert all(m.meaning for m in MEASURES)
