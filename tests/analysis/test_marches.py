"""explain of units that march: ranges and words are those of the place at the time, by the coordinates of the scenario."""

import re
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod

from skyreach import api
from skyreach.records.chain import Chains
from skyreach.records.explain import document, explain

SCENE = Path(__file__).parents[1] / "viewer" / "marching-raid.yaml"
HOME, NORTH = (40.0, 33.0), (40.05, 33.02)
PACK, SETUP, SPEED = 30.0, 40.0, 120.0 / 3.6
GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def marched():
    return api.run(SCENE)


@pytest.fixture(scope="module")
def chains(marched):
    return Chains(marched)


@pytest.fixture(scope="module")
def times(marched):
    """When it packed first, left, arrived and was in place, from its events and the scenario."""
    events = marched.events.to_pylist()
    packs, place = (next(e["t_s"] for e in events if e["kind"] == kind) for kind in ("unit packs", "unit in place"))
    road = GEOD.inv(HOME[1], HOME[0], NORTH[1], NORTH[0])[2] / SPEED
    assert place - packs == pytest.approx(PACK + road + SETUP, abs=0.11)  # frames of 0.1 s
    return packs, packs + PACK, packs + PACK + road, place


def shots(marched, chains, begin, end):
    found = [(chain, shot) for chain in chains.all() for shot in chain.shots if begin <= shot.t_launch < end]
    assert found
    return found


def truth(marched, target, t):
    table = marched.truth
    mine = table["target"].to_numpy() == target
    return [np.interp(t, table["t_s"].to_numpy()[mine], table[key].to_numpy()[mine]) for key in ("lat_deg", "lon_deg")]


@pytest.mark.parametrize("position", [1, 2])
def test_shots_are_measured_from_where_the_unit_stood(marched, chains, times, position):
    """PROJ's geodesic from the coordinates in the scenario; the other place is kilometres off."""
    here, other = (HOME, NORTH) if position == 1 else (NORTH, HOME)
    span = (0.0, times[0]) if position == 1 else (times[3], times[3] + 51.0)
    for chain, shot in shots(marched, chains, *span):
        lat, lon = truth(marched, shot_target := chain.row["target"], shot.t_launch)
        wanted = GEOD.inv(here[1], here[0], lon, lat)[2]
        assert shot.d_launch == pytest.approx(wanted, abs=1.0)
        assert abs(GEOD.inv(other[1], other[0], lon, lat)[2] - wanted) > 1000.0
        assert shot.position == position
        said = f"fired by battalion at its position {position} at {marched.clock(shot.t_launch)}, target {wanted / 1e3:.1f} km away"
        assert said in explain(marched, shot_target)


def test_a_march_during_the_flight_is_told_with_its_times(marched, times):
    packs, leaves, arrives, place = map(marched.clock, times)
    sentence = (
        f"battalion packed at its position 1 from {packs}, was on the road from {leaves} to {arrives} "
        f"and in place at its position 2 at {place}."
    )
    assert sentence in explain(marched, "strike-3")
    assert sentence in document(marched, "strike-3")["told"]
    assert "packed" not in explain(marched, "strike-1")  # down before


def test_each_moment_says_where_the_unit_was(marched, times):
    lines = [line for line in explain(marched, "strike-3").splitlines() if "(battalion, " in line]
    said = [re.search(r"\(battalion, ([^)]*)\)", line)[1] for line in lines]
    assert said[0].startswith("at its position 1")
    assert said[-1] == "at its position 2"


def test_who_saw_it_first_is_told_with_its_position(marched, times):
    late = next(row for row in marched.targets.to_pylist() if row["t_seen_s"] > times[3])
    early = next(row for row in marched.targets.to_pylist() if row["t_seen_s"] < times[0])
    assert re.search(r"by (grave-stone|ear) at its position 2 at ", explain(marched, late["name"]))
    assert re.search(r"by (grave-stone|ear) at its position 1 at ", explain(marched, early["name"]))


def test_a_radar_is_where_its_unit_is(chains, times):
    """The ear stands 500 m east of the engagement radar, before and after."""
    ear = next(radar for radar in chains.radars if radar["name"] == "ear")
    for t, (lat, lon) in ((0.0, HOME), (times[2] + 1.0, NORTH)):
        row = chains.stand("radar", ear, t)
        azimuth, _, way = GEOD.inv(lon, lat, row["lon_deg"], row["lat_deg"])
        assert (azimuth, way) == (pytest.approx(90.0, abs=0.01), pytest.approx(500.0, abs=0.05))


def test_without_scoot_explain_names_no_position():
    run = api.run(SCENE.with_name("small-raid.yaml"))
    assert "marches" not in run.manifest
    assert all(" position " not in explain(run, n) for n in range(run.targets.num_rows))
    assert all("position" not in shot for n in range(run.targets.num_rows) for shot in document(run, n)["shots"])
