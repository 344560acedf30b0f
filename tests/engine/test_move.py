"""Motion of targets between the rows of their routes, starts, arrivals, damage, and the turning of sectors."""

import math

import numpy as np
import pymap3d
import pytest
from pyproj import Geod
from scipy import stats

from skyreach.engine.move import slew
from skyreach.world import codes

WGS84 = Geod(ellps="WGS84")


def test_targets_are_on_their_geodesic_at_their_time(lab):
    raid = lab.flyer("f-16", "f-16c", 120, -80, 7000.0, bearing=37.0, speed=300.0, start_s=7.0)
    compiled = lab.compile(lab.scenario(raid, doctrine={"weapons": "hold"}, duration_s=120.0))
    lon0, lat0, _ = WGS84.fwd(33.0, 40.0, 37.0, 120e3)
    lon1, lat1, _ = WGS84.fwd(33.0, 40.0, 217.0, 80e3)
    course, _, _ = WGS84.inv(lon0, lat0, lon1, lat1)
    h_ell = 7000.0 + compiled.undulation
    for t, _, world in lab.drive(compiled):
        target = world.targets[0]
        if t < 7.0:
            assert target["status"] == codes.WAITING
            continue
        if abs(t % 10.0) > 0.05:
            continue
        lat, lon, h = pymap3d.ecef2geodetic(*target["pos_ecef"])
        lon_w, lat_w, _ = WGS84.fwd(lon0, lat0, course, 300.0 * (t - 7.0))
        # rows every 2 km: within a chord's sag of 0.1 m of the geodesic, and 0.1 m along it
        assert WGS84.inv(lon, lat, lon_w, lat_w)[2] < 0.3
        assert h == pytest.approx(h_ell, abs=0.15)
        assert target["h_ell"] == pytest.approx(h_ell, abs=0.15)
        # at 7 km the same angle is 0.11 % more way
        assert np.linalg.norm(target["vel_ecef"]) == pytest.approx(300.0 * (1.0 + h_ell / 6.38e6), rel=2e-4)


def test_start_and_end_are_events_at_their_times(lab):
    raid = lab.flyer("drone", "shahed-136", 3, 1, 500.0, start_s=10.03, aim="base", speed=50.0)
    compiled = lab.compile(lab.scenario(raid, formations=[], duration_s=120.0))
    run = lab.play(compiled)
    route = compiled.world.routes
    start, arrived = run.world.events[0], run.world.events[run.world.events["kind"] == codes.E_ARRIVED][0]
    assert 10.03 <= start["t"] < 10.13 + 1e-9
    assert arrived["t"] == pytest.approx(route["t"][-1], abs=0.1001)
    target = run.world.targets[0]
    assert target["status"] == codes.ARRIVED
    assert target["t_end"] == pytest.approx(route["t"][-1], abs=1e-9)
    assert target["pos_ecef"] == pytest.approx(route["pos_ecef"][-1], abs=1e-9)


def test_a_course_without_aim_leaves(lab):
    run = lab.play(lab.compile(lab.scenario(lab.flyer("f-16", "f-16c", 20, 15, 7000.0), formations=[], duration_s=60.0)))
    assert run.world.targets["status"].tolist() == [codes.LEFT]
    assert (run.world.events["kind"] == codes.E_DAMAGE).sum() == 0


def test_damage_has_the_probability_of_the_catalogue(lab):
    """40 drones over 30 seeds, damage probability 0.4: binomial, 99.99 % interval."""
    raid = lab.flyer("drone", "shahed-136", 2, 1, 500.0, aim="base", count=40, speed=100.0)
    compiled = lab.compile(lab.scenario(raid, formations=[], duration_s=60.0, catalog={"shahed-136.damage_probability": 0.4}))
    hits = []
    for seed in range(30):
        run = lab.play(compiled, seed)
        assert (run.world.targets["status"] == codes.ARRIVED).all()
        hits.append(int((run.world.events["kind"] == codes.E_DAMAGE).sum()))
        assert run.world.sites[0]["hits_left"] == 1000 - hits[-1]
    low, high = stats.binom.ppf([5e-5, 1 - 5e-5], 40 * 30, 0.4)
    assert low <= sum(hits) <= high
    assert stats.chisquare(np.bincount(np.digitize(hits, stats.binom.ppf([0.25, 0.5, 0.75], 40, 0.4)), minlength=4) + 0.0).pvalue > 1e-4


def test_an_asset_stands_as_many_hits_as_it_has_points(lab):
    raid = lab.flyer("drone", "shahed-136", 2, 1, 500.0, aim="base", count=6, spacing_s=2.0, speed=100.0)
    data = lab.scenario(raid, formations=[], duration_s=60.0, catalog={"shahed-136.damage_probability": 1.0})
    data["assets"][0]["points"] = 3
    run = lab.play(lab.compile(data))
    events = run.world.events
    damage, lost = (events[events["kind"] == kind] for kind in (codes.E_DAMAGE, codes.E_SITE_LOST))
    assert damage["c"].tolist() == [2, 1, 0]  # what is lost is not damaged again
    assert len(lost) == 1
    assert lost["t"][0] == damage["t"][2]
    assert run.world.sites[0]["alive"] == 0


def test_a_fire_unit_that_is_lost_takes_its_radar_with_it(lab):
    raid = lab.flyer("killer", "tomahawk", 10, 2, 3000.0, aim="place")
    data = lab.scenario(raid, doctrine={"weapons": "hold"}, catalog={"tomahawk.damage_probability": 1.0}, duration_s=60.0)
    data["assets"].append({"name": "place", "at": "home", "value": 5.0, "unit": "unit"})
    run = lab.play(lab.compile(data))
    assert run.world.sites["alive"].tolist() == [1, 0, 1, 0]
    assert run.world.radars["alive"].tolist() == [0]
    arrived = run.world.targets["t_end"][0]
    assert run.log["plots"]["t"].max() <= arrived + 0.1


@pytest.mark.parametrize(
    ("start", "wanted", "steps", "end"),
    [
        (0.0, 1.0, 2, 0.2),
        (0.0, 0.05, 1, 0.05),
        (3.0, -3.0, 2, 3.2),  # the short way is through pi
        (-3.0, 3.0, 2, -3.2),
        (0.5, 0.5, 4, 0.5),
        (0.0, 1.0, 30, 1.0),
    ],
)
def test_a_sector_turns_the_short_way_at_its_rate(start, wanted, steps, end):
    from skyreach.world.state import rows

    radar = rows("radars", 1)[0]
    radar["boresight"], radar["bearing_wanted"], radar["slew_rate"] = start, wanted, 1.0
    for _ in range(steps):
        slew(radar, 0.1)
    assert math.remainder(radar["boresight"] - end, 2.0 * math.pi) == pytest.approx(0.0, abs=1e-12)
