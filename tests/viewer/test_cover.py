"""Coverage by rungs of height: the same as the masks of each height, and as the areas of the report."""

import numpy as np
import pytest

from skyreach.catalog import load
from skyreach.earth.terrain import open_terrain
from skyreach.scenario.environment import Environment
from skyreach.scenario.surroundings import Surroundings
from skyreach.viewer.cover import LADDER, NEVER, Layer, cover_head, layer, layers
from skyreach.viewer.sight import Battery, Emitter, PolarSight

MURTED = (40.0789, 32.5656)
RADAR = Emitter(3, "92n6e", *MURTED, 7.0, 5)
BATTERY = Battery(5, ("48n6e3", "9m96e2"))
AIR = Surroundings(Environment(), load(), 4.0 / 3.0)


@pytest.fixture(scope="module")
def found() -> Layer:
    return layer(open_terrain(None), load(), RADAR, BATTERY, AIR)


@pytest.fixture(scope="module")
def polar(found) -> PolarSight:
    return PolarSight(open_terrain(None), load(), RADAR, BATTERY, AIR, found.planes.shape[1:])


def between(pair: np.ndarray, rung: int) -> np.ndarray:
    return (pair[0] != NEVER) & (pair[0] <= rung) & (rung <= pair[1])


def test_the_ladder_rises_in_steps_of_half_at_the_most():
    steps = np.array(LADDER[1:]) / np.array(LADDER[:-1])
    assert (steps > 1.0).all()
    assert (steps <= 1.51).all()
    assert (LADDER[0], LADDER[-1]) == (10.0, 30_000.0)
    assert {100.0, 1000.0, 3000.0, 10_000.0} <= set(LADDER)


@pytest.mark.parametrize("height", [30.0, 300.0, 3000.0, 10_000.0])
def test_rungs_give_the_mask_of_each_height(found, polar, height):
    """What a radar sees at one place is an interval of heights; where the reach of missiles is not, under 1 % differ."""
    rung = LADDER.index(height)
    seen = polar.seen(height)
    assert (between(found.planes[:2], rung) != seen).mean() < 0.002
    assert (between(found.planes[2:], rung) != polar.engageable(height, seen)).mean() < 0.01
    assert not (seen & ~between(found.planes[:2], rung)).any()  # nothing that is seen is left out


def test_a_radar_without_missiles_has_no_zone():
    near = Emitter(1, "1rs1-1e", *MURTED, 5.5, -1)
    first, second = layers(open_terrain(None), load(), [near, RADAR], [BATTERY], AIR)
    assert len(first.planes) == 2
    assert len(second.planes) == 4
    head = cover_head([first, second])
    assert [one["part"] for one in head["layers"]] == ["cover-0", "cover-1"]
    assert [one["radar"] for one in head["layers"]] == [1, 3]


def test_the_quick_map_agrees_with_the_fine_one(found):
    """Half the cells both ways, one rung: the area seen at 1 km is within 3 %."""
    rung = LADDER.index(1000.0)
    quick = layer(open_terrain(None), load(), RADAR, BATTERY, AIR, quick=rung)
    assert set(np.unique(quick.planes[0])) == {rung, NEVER}

    def area(one: Layer) -> float:
        ranges = (np.arange(one.planes.shape[2]) + 1.0) * one.dr
        return float((between(one.planes[:2], rung) * ranges).sum() * one.dr * 2 * np.pi / one.planes.shape[1])

    assert area(quick) == pytest.approx(area(found), rel=0.03)
