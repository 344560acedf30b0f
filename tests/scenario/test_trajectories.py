"""Paths made by gravity or a manoeuvre: free flight, weave, pop-up, several sides; against closed forms, and what is refused."""

import copy
import math

import numpy as np
import pymap3d
import pytest
import yaml
from pyproj import Geod

from skyreach.errors import BadInput
from skyreach.physics.ballistics import free_flight_angle, minimum_energy
from skyreach.scenario import read_scenario
from skyreach.scenario.compile import compile_scenario

WGS84 = Geod(ellps="WGS84")
MU, RADIUS = 3.986004418e14, 6371e3


def place(km, bearing=0.0):
    return {"site": "home", "bearing_deg": bearing, "distance_km": km}


def compiled(*raid, **more):
    data = {
        "skyreach": 1, "name": "tiny", "start": "2026-05-01T02:00:00Z", "duration_s": 900.0,
        "sites": {"home": {"lat": 40.0, "lon": 33.0}}, "assets": [{"name": "base", "at": "home", "value": 1.0}],
        "raid": list(raid), **more,
    }  # fmt: skip
    return compile_scenario(read_scenario(yaml.safe_dump(copy.deepcopy(data), sort_keys=False)), "smooth")


def arc(km=250.0, speed=1800.0, which="low", **more):
    point = {"at": place(km), "height_m": 0.0, "ref": "agl", "speed_mps": speed}
    return {"name": "missile", "system": "iskander-m", "aim": "base", "ballistic": which, "route": [point], **more}


def cruise(km=30.0, height=50.0, ref="agl", **more):
    return {
        "name": "weapon", "system": "kalibr", "aim": "base",
        "route": [{"at": place(km), "height_m": height, "ref": ref}, {"at": place(km - 2.0), "height_m": height, "ref": ref}], **more,
    }  # fmt: skip


@pytest.mark.parametrize("which", ["low", "high"])
def test_a_free_flight_is_that_of_energy_and_momentum(which):
    rows = compiled(arc(which=which)).world.routes
    pos, t = rows["pos_ecef"], rows["t"]
    vel, mid = np.diff(pos, axis=0) / np.diff(t)[:, None], 0.5 * (pos[1:] + pos[:-1])
    r, v2 = np.linalg.norm(mid, axis=1), (vel * vel).sum(axis=1)
    energy = 0.5 * v2 - MU / r
    # the ellipsoid is no sphere: from 42.25 to 40 degrees its radius grows by some 800 m, and g times that is 8 kJ/kg
    assert np.ptp(energy) < 6e-3 * 0.5 * 1800.0**2
    assert math.sqrt(v2[0]) == pytest.approx(1800.0, abs=10.0)
    momentum = np.linalg.norm(np.cross(mid, vel), axis=1)
    # the vertical of the ellipsoid is 0.19 degrees off the radius: 5.5 m/s of 1,660 up, and again down, against 740 level
    assert np.ptp(momentum) < (3e-3 if which == "low" else 2e-2) * momentum[0]
    fall = np.diff(vel, axis=0) / np.diff(0.5 * (t[1:] + t[:-1]))[:, None]
    assert np.linalg.norm(fall, axis=1) == pytest.approx(MU / np.linalg.norm(pos[1:-1], axis=1) ** 2, rel=0.01)


def test_low_and_high_are_below_and_above_the_arc_of_least_speed():
    v, gamma, apogee, tof = minimum_energy(250e3, MU, RADIUS)
    heights = {w: compiled(arc(which=w)).world.routes["h_ell"].max() for w in ("low", "high")}
    assert heights["low"] < apogee < heights["high"]
    at_least = free_flight_angle(250e3, v * (1 + 1e-9), MU, RADIUS, False)
    assert at_least == pytest.approx(gamma, abs=1e-4)
    slow = compiled(arc(speed=v * 1.002)).world.routes
    assert slow["t"][-1] == pytest.approx(tof, rel=0.08)
    assert slow["h_ell"].max() == pytest.approx(apogee, rel=0.1)


def test_flat_and_short_it_is_the_parabola():
    """v^2 sin(2 gamma) / g = range."""
    v, r = 1000.0, 60e3
    g = MU / RADIUS**2
    assert free_flight_angle(r, v, MU, RADIUS, False) == pytest.approx(0.5 * math.asin(r * g / v**2), rel=0.03)
    assert math.isnan(free_flight_angle(120e3, v, MU, RADIUS, False))


def test_what_cannot_reach_its_aim_is_refused():
    with pytest.raises(BadInput) as told:
        compiled(arc(km=250.0, speed=1000.0))
    assert "free flight at 1000 m/s to an aim 250.0 km away" in str(told.value)
    least = minimum_energy(250e3, MU, RADIUS)[0]
    asked = int(str(told.value).split("speed_mps of ")[1].split()[0])
    assert asked == pytest.approx(least, rel=0.005)
    compiled(arc(km=250.0, speed=float(asked) + 3.0))


def sideways(rows, begin):
    part = rows[rows["t"] >= begin - 1e-6]
    course = part["pos_ecef"][-1] - part["pos_ecef"][0]
    right = np.cross(course, part["pos_ecef"][0])
    return part["t"], (part["pos_ecef"] - part["pos_ecef"][0]) @ (right / np.linalg.norm(right))


def test_a_weave_has_its_g_its_period_and_ends_on_the_course():
    straight = compiled(arc()).world.routes
    for hand, i in ((1, 0), (-1, 1)):
        world = compiled(arc(count=2, weave={"g": 20.0, "period_s": 4.0, "last_s": 21.0})).world
        target = world.targets[i]
        rows = world.routes[target["route_start"] : target["route_start"] + target["route_n"]]
        assert rows["t"][-1] == straight["t"][-1]
        assert rows["pos_ecef"][-1].tolist() == straight["pos_ecef"][-1].tolist()
        t, aside = sideways(rows, rows["t"][-1] - 20.0)
        amplitude = 20.0 * 9.80665 / (2.0 * math.pi / 4.0) ** 2
        assert hand * aside == pytest.approx(amplitude * (1.0 - np.cos(2.0 * math.pi * (t - t[0]) / 4.0)), abs=2.0)


def test_a_pop_up_climbs_where_it_is_told():
    rows = compiled(cruise(popup={"at_km": 12.0, "height_m": 800.0, "climb_deg": 20.0})).world.routes
    lat, lon, _ = pymap3d.ecef2geodetic(*rows["pos_ecef"].T)
    _, _, away = WGS84.inv(lon, lat, np.full(len(lon), 33.0), np.full(len(lat), 40.0))
    top = 12e3 - 750.0 / math.tan(math.radians(20.0))
    assert rows["h_agl"].max() == pytest.approx(800.0, abs=1.0)
    assert away[np.argmax(rows["h_agl"] > 60.0)] == pytest.approx(12e3, abs=260.0)
    assert away[np.argmax(rows["h_agl"] > 799.0)] == pytest.approx(top, abs=260.0)
    assert rows["h_agl"][-1] == pytest.approx(0.0, abs=1e-6)


def test_a_swarm_comes_from_all_its_sides():
    swarm = {"from_deg": [0.0, 90.0, 225.0], "distance_km": 40.0, "height_m": 300.0, "ref": "agl"}
    item = {"name": "drone", "system": "shahed-136", "aim": "base", "count": 6, "swarm": swarm, "route": []}
    world = compiled(item, duration_s=1500.0).world
    firsts = world.routes[world.targets["route_start"]]["pos_ecef"]
    lat, lon, _ = pymap3d.ecef2geodetic(*firsts.T)
    az, _, away = WGS84.inv(np.full(6, 33.0), np.full(6, 40.0), lon, lat)
    assert away == pytest.approx(40e3, abs=1.0)
    assert np.round(az % 360.0, 3).tolist() == [0.0, 90.0, 225.0] * 2
    assert len(set(np.round(world.routes[world.targets["route_start"] + world.targets["route_n"] - 1]["t"], 0))) == 1


def test_a_glider_flies_the_trajectory_that_it_is_given():
    """Skips at 2,500 m/s: heights of the waypoints are met, and speed is kept."""
    skip = [(900, 45), (750, 38), (600, 44), (450, 37), (300, 42), (150, 35), (60, 30)]
    route = [{"at": place(km), "height_m": h * 1e3, "ref": "msl", "speed_mps": 2500.0} for km, h in skip]
    rows = compiled({"name": "hgv", "system": "hypersonic-glider", "aim": "base", "route": route}).world.routes
    speed = np.linalg.norm(np.diff(rows["pos_ecef"], axis=0), axis=1) / np.diff(rows["t"])
    assert speed == pytest.approx(2500.0, rel=0.01)
    for _, h in skip:
        assert abs(rows["h_ell"] - h * 1e3).min() < 100.0


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (arc(route=[{"at": place(250), "height_m": 0.0, "ref": "agl"}, {"at": place(200), "height_m": 0.0, "ref": "agl"}]), "2 waypoints"),
        ({**arc(), "aim": None}, "without an aim"),
        (arc(evade={"how": "beam"}), "together with ballistic"),
        (arc(weave={"g": 20.0, "period_s": 30.0, "last_s": 20.0}), "at least one period"),
        (cruise(popup={"at_km": 29.0, "height_m": 800.0}), "a climb from 29"),
        (cruise(popup={"at_km": 1.0, "height_m": 800.0}), "a climb from 1"),
        (cruise(popup={"at_km": 12.0, "height_m": 40.0}), "lower than height_m"),
        (cruise(height=3000.0, ref="msl", popup={"at_km": 12.0, "height_m": 800.0}), "ref: agl"),
        (cruise(popup={"at_km": 12.0, "height_m": 800.0}, damage="points"), "damage"),
    ],
)
def test_bad_input_is_told(item, words):
    with pytest.raises(BadInput, match=words):
        compiled({key: value for key, value in item.items() if value is not None})
