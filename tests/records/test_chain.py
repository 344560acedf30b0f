"""The kill chain of a target in numbers: each agrees with the tables it comes from, and with geometry done another way."""

import math

import pytest

from skyreach.records.binding import NOT_LIMITS, Ledger, held
from skyreach.records.chain import Chains
from skyreach.records.explain import explain_all, story
from skyreach.world import codes


@pytest.fixture(scope="module")
def chains(run):
    return Chains(run)


def test_moments_are_those_of_the_events(run, chains):
    for target, chain in enumerate(chains.all()):
        mine = [e for e in run.events.to_pylist() if e["target"] == target]
        for kind, found in (("first seen", chain.t_seen), ("track firm", chain.t_firm), ("identified", chain.t_known), ("assigned", chain.t_assigned)):
            assert found == min((e["t_s"] for e in mine if e["kind"] == kind), default=None)
        assert len(chain.shots) == sum(e["kind"] == "launch" for e in mine)


def test_the_ledger_gives_every_moment_of_flight_one_limit(run, chains):
    for chain in chains.all():
        if chain.t_start is None:
            assert chain.limits == []
            continue
        end = chain.row["t_end_s"] or run.manifest["duration_s"]
        assert chain.flight == pytest.approx(min(end, 900.0) - chain.t_start, abs=1.2)  # noticed within one decision cycle
        assert sum(t for _, t in held(chain.limits)) == pytest.approx(chain.flight, abs=1e-6)


def test_the_unit_named_is_one_that_was_furthest(run):
    ledger = Ledger(run)
    rows = run.reasons.to_pylist()
    for part in ledger.binding(12):
        mine = [r for r in rows if r["target"] == 12 and r["t_from_s"] <= part.t_from < r["t_to_s"] and r["code"] not in NOT_LIMITS]
        assert part.fire_unit in {r["fire_unit"] for r in mine if r["code"] == part.code == max(m["code"] for m in mine)}


def test_distances_are_geodesics(run, chains):
    """Against pymap3d, which solves the inverse problem by itself."""
    vincenty = pytest.importorskip("pymap3d.vincenty")
    shots = [(c, s) for c in chains.all() for s in c.shots][:10]
    assert shots
    for chain, shot in shots:
        at = chains.where(chain.row["target"], shot.t_launch)
        unit = chains.site_of[shot.fire_unit]
        d, _ = vincenty.vdist(unit["lat_deg"], unit["lon_deg"], at["lat_deg"], at["lon_deg"])
        assert shot.d_launch == pytest.approx(float(d), abs=1.0)


def test_the_depth_below_the_horizon_is_that_of_a_circle(chains):
    """Exact on a sphere of k times the earth's radius: the tangent from the antenna passes so far above the target. The parabola
    that the engine uses differs by less than a metre within 60 km."""
    radar = chains.radars[0]
    target = 12
    for t in (200.0, 300.0):
        at, s = chains.where(target, t), chains.distance(radar, target, t)
        k_r = chains.run.manifest["refraction_k"] * 6_369_500.0  # mean radius of curvature at 40 N
        base = min(radar["h_msl_m"] - radar["antenna_agl_m"], at["h_msl_m"] - at["h_agl_m"])
        angle = s / k_r - math.acos(k_r / (k_r + radar["h_msl_m"] - base))
        shadow = k_r / math.cos(max(angle, 0.0)) - k_r + base
        assert chains.below_horizon(radar, target, t) == pytest.approx(shadow - at["h_msl_m"], abs=3.0)


def test_a_target_that_never_flew_has_no_story(run, chains):
    never = next(c for c in chains.all() if c.row["status"] == codes.TARGET_STATUS[codes.CANCELLED])
    assert story(run, never) == ["It never flew."]


def test_all_targets_in_one_table(run):
    rows = explain_all(run)
    assert [row["name"] for row in rows] == run.targets["name"].to_pylist()
    for row in rows:
        assert (row["decisive"] is None) == (row["t_start_s"] is None)
    assert sum(row["shots"] for row in rows) == run.summary["missiles_fired"]
    leakers = [row["name"] for row in rows if row["status"] == "arrived" and row["side"] == "red"]
    assert leakers == run.summary["leaker_names"]
