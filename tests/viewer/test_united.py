"""The united map of what is seen and can be engaged."""

import math

import pytest

from skyreach.analysis.coverage import coverage
from skyreach.catalog import load
from skyreach.earth.terrain import SMOOTH, open_terrain
from skyreach.scenario.environment import Environment
from skyreach.scenario.surroundings import Surroundings
from skyreach.viewer.plane import Plane
from skyreach.viewer.sight import Battery, Emitter, sight
from skyreach.viewer.united import HEIGHTS, United, table

MURTED = (40.0789, 32.5656)
AIR = Surroundings(Environment(), load(), 4.0 / 3.0)
NOTHING = Surroundings(Environment(clutter=False, gas=False, multipath="off"), load(), 4.0 / 3.0)
K = 4.0 / 3.0


def united(smooth: bool, half: float, emitters: list[Emitter], batteries: list[Battery]) -> United:
    """Over the packaged terrain in air as it is, or over a smooth earth with nothing around."""
    return United(open_terrain(SMOOTH if smooth else None), Plane(*MURTED), half, emitters, batteries, load(), NOTHING if smooth else AIR)


def tall() -> Emitter:
    """A 92N6E on its mast at Murted."""
    return Emitter(0, "92n6e", *MURTED, load()["92n6e"].si("height_40v6m"), 5)


@pytest.fixture(scope="module")
def battalion() -> United:
    """That radar with its missiles, over the packaged terrain."""
    return united(False, 240.0, [tall()], [Battery(5, ("48n6e3", "9m96e2"))])


def test_smooth_earth_gives_the_horizon():
    """Two arcs of the effective sphere: k R (acos(kR / (kR + antenna)) + acos(kR / (kR + target))); cells of 0.4 km."""
    found = united(True, 150.0, [Emitter(0, "91n6e", *MURTED, 8.0, -1)], [])
    radius = K * 6.3712e6  # Gaussian radius of WGS84 at 40 N is 6.375e6: 0.1 % in area
    for level in found.levels[:2]:
        arc = radius * sum(math.acos(radius / (radius + h)) for h in (8.0, level.height))
        assert arc / 1e3 < 150.0
        assert found.km2(level.seen) == pytest.approx(math.pi * (arc / 1e3) ** 2, rel=0.02)


def test_high_targets_are_seen_as_far_as_the_echo_carries():
    """At 10 km the horizon is 420 km away; the radar equation sets the rim: range goes with the fourth root of RCS."""
    cat = load()
    radar = cat["91n6e"]
    reach = radar.si("reference_range") * (1.0 / radar.si("reference_rcs")) ** 0.25
    assert sight(cat, "91n6e") == pytest.approx(reach, rel=1e-6)  # reference Pd is 0.5 as well
    found = united(True, 290.0, [Emitter(0, "91n6e", *MURTED, 8.0, -1)], [])
    assert reach < 290e3
    ground = math.sqrt(reach**2 - 10e3**2) / 1e3
    overhead = 10.0 / math.tan(radar.si("elevation_max"))  # km: the cone above the radar that it does not see
    expected = math.pi * (ground**2 - overhead**2)
    assert found.km2(found.levels[-1].seen) == pytest.approx(expected, rel=0.02)


def test_agrees_with_the_coverage_command(battalion):
    """The same radar at the same place by `skyreach coverage`: other cells, other centre of the grid, 3 % apart at most."""
    answer = coverage("92n6e", at="murted", mast="40v6m", range_km=240)
    for level, row in zip(battalion.levels, answer.table, strict=True):
        assert battalion.km2(level.seen) == pytest.approx(row["seen_km2"], rel=0.03, abs=30.0)


def test_engageable_lies_within_seen(battalion):
    for level in battalion.levels:
        assert not (level.engageable & ~level.seen).any()
    assert battalion.km2(battalion.levels[2].engageable) > 1000.0


def test_no_missile_no_engagement():
    found = united(False, 80.0, [Emitter(0, "92n6e", *MURTED, 7.0, 5)], [])
    assert not any(level.engageable.any() for level in found.levels)


def test_a_second_radar_only_adds(battalion):
    both = united(False, 240.0, [tall(), Emitter(1, "1rs1-1e", 39.7, 33.5, 5.5, -1)], [])
    for one, two in zip(battalion.levels, both.levels, strict=True):
        assert not (one.seen & ~two.seen).any()
    assert both.km2(both.levels[1].seen) > battalion.km2(battalion.levels[1].seen)


def test_table_counts_inside_the_circle(battalion):
    found = table(battalion, [(*MURTED, 100e3)])
    cap = 2 * math.pi * 6371.0**2 * (1 - math.cos(100.0 / 6371.0))
    assert found["circle_km2"] == pytest.approx(cap, rel=0.005)
    for row, height in zip(found["rows"], HEIGHTS, strict=True):
        assert row["height_m"] == height
        assert row["seen"]["inside_km2"] <= min(row["seen"]["km2"], found["circle_km2"])
