"""Routes against pyproj's geodesics, over a smooth sea and over made-up hills."""

import math

import numpy as np
import pymap3d
import pytest
from pyproj import Geod

from skyreach.earth.grid import Dem, ground_height
from skyreach.errors import BadInput
from skyreach.scenario.routes import AGL, CRESTS, ELL, MSL, STEP_HIGH, STEP_LOW, Turn, fly_route, offset

WGS84 = Geod(ellps="WGS84")
POST = math.radians(30.0 / 3600.0)


def dem_of(height):
    """Window 39-41 N, 32-34 E at 30 arc seconds; height(lat_deg, lon_deg) [m] on arrays."""
    n = 241
    lat, lon = np.meshgrid(39.0 + np.arange(n) / 120.0, 32.0 + np.arange(n) / 120.0, indexing="ij")
    return Dem(np.asarray(height(lat, lon), np.float32) + np.zeros((n, n), np.float32), math.radians(39), math.radians(32), POST, POST)


def hills(lat, lon):
    """Ridges of 600 m over a plain of 900 m, some 5 km apart, with 1.5 km sharp ones between."""
    return 900.0 + 300.0 * (1.0 + np.sin(120.0 * lat) * np.cos(90.0 * lon)) + 80.0 * np.sin(700.0 * lat + 300.0 * lon)


FLAT, HILLS = dem_of(lambda lat, lon: 0.0 * lat), dem_of(hills)


def turn(lat, lon, height=3000.0, ref=ELL, speed=200.0, where=""):
    return Turn(math.radians(lat), math.radians(lon), height, ref, speed, where)


def places(path):
    """Latitude, longitude [deg] and height [m] of the rows of a path, by pymap3d."""
    return np.array(pymap3d.ecef2geodetic(*path.rows["pos_ecef"].T)).T


@pytest.mark.parametrize(
    "ends", [((39.2, 32.1), (40.8, 33.9)), ((40.0, 33.0), (40.0, 33.01)), ((40.9, 32.2), (39.1, 32.2)), ((39.5, 33.9), (39.5, 32.1))]
)
def test_a_leg_is_the_geodesic_at_its_speed(ends):
    path = fly_route([turn(*ends[0]), turn(*ends[1])], FLAT, 0.0, 100.0, 0.0)
    (lat1, lon1), (lat2, lon2) = ends
    _, _, length = WGS84.inv(lon1, lat1, lon2, lat2)
    assert path.t_turns == pytest.approx([100.0, 100.0 + length / 200.0], rel=1e-9)
    at = places(path)
    share = (path.rows["t"] - 100.0) / (path.t_turns[1] - 100.0)
    az, _, _ = WGS84.inv(lon1, lat1, lon2, lat2)
    for (lat, lon, h), w in zip(at, share, strict=True):
        lon_w, lat_w, _ = WGS84.fwd(lon1, lat1, az, w * length)
        assert WGS84.inv(lon, lat, lon_w, lat_w)[2] < 1e-3
        assert h == pytest.approx(3000.0, abs=1e-3)


def test_points_are_so_close_that_the_chord_is_within_a_decimetre():
    """The engine flies straight in ECEF between rows: the middle of the chord against the geodesic."""
    path = fly_route([turn(39.2, 32.1), turn(40.8, 33.9)], FLAT, 0.0, 0.0, 0.0)
    middle = 0.5 * (path.rows["pos_ecef"][1:] + path.rows["pos_ecef"][:-1])
    h = pymap3d.ecef2geodetic(*middle.T)[2]
    assert np.abs(h - 3000.0).max() < 0.1
    assert np.linalg.norm(np.diff(path.rows["pos_ecef"], axis=0), axis=1).max() <= STEP_HIGH * 1.001
    low = fly_route([turn(39.2, 32.1, 80.0), turn(40.8, 33.9, 80.0)], FLAT, 0.0, 0.0, 0.0)
    assert np.linalg.norm(np.diff(low.rows["pos_ecef"], axis=0), axis=1).max() <= STEP_LOW * 1.001


def test_each_leg_has_its_own_speed_and_the_times_add_up():
    turns = [turn(39.2, 32.1, speed=100.0), turn(39.8, 32.5, speed=300.0), turn(40.4, 32.2, speed=50.0)]
    path = fly_route(turns, FLAT, 0.0, 0.0, 0.0)
    first = WGS84.inv(32.1, 39.2, 32.5, 39.8)[2] / 100.0
    second = WGS84.inv(32.5, 39.8, 32.2, 40.4)[2] / 300.0
    assert path.t_turns == pytest.approx([0.0, first, first + second], rel=1e-9)
    assert (np.diff(path.rows["t"]) > 0.0).all()
    assert path.rows["t"][-1] == path.t_turns[-1]


def test_climbing_takes_the_longer_way():
    level = fly_route([turn(40.0, 33.0), turn(40.1, 33.0)], FLAT, 0.0, 0.0, 0.0)
    climb = fly_route([turn(40.0, 33.0), turn(40.1, 33.0, 13_000.0)], FLAT, 0.0, 0.0, 0.0)
    ground = level.t_turns[1] * 200.0
    assert climb.t_turns[1] * 200.0 == pytest.approx(math.hypot(ground, 10_000.0), rel=1e-9)


def test_height_references():
    """msl: above the geoid, agl: above the ground, both in one leg: straight between the two ends."""
    msl = fly_route([turn(40.0, 33.0, 4000.0, MSL), turn(40.2, 33.0, 5000.0, MSL)], HILLS, 37.0, 0.0, 0.0)
    assert places(msl)[[0, -1], 2] == pytest.approx([4037.0, 5037.0], abs=1e-3)
    assert msl.rows["h_ell"] == pytest.approx(places(msl)[:, 2], abs=1e-3)
    ground = [ground_height(HILLS, math.radians(lat), math.radians(lon)) for lat, lon, _ in places(msl)]
    assert msl.rows["h_agl"] == pytest.approx(msl.rows["h_ell"] - ground, abs=0.02)
    mixed = fly_route([turn(40.0, 33.0, 100.0, AGL), turn(40.2, 33.0, 5000.0, MSL)], HILLS, 37.0, 0.0, 0.0)
    assert (np.diff(mixed.rows["h_ell"]) > 0).all()
    assert mixed.rows["h_ell"][-1] == pytest.approx(5037.0, abs=1e-6)


def clearance(path, dem, parts=10):
    """Height above the ground [m] along the chords that the engine flies, ten points a chord."""
    pos = path.rows["pos_ecef"]
    out = []
    for w in np.arange(parts) / parts:
        lat, lon, h = pymap3d.ecef2geodetic(*(pos[:-1] + w * (pos[1:] - pos[:-1])).T, deg=False)
        out.append(h - [ground_height(dem, a, b) for a, b in zip(lat, lon, strict=True)])
    return np.array(out)


@pytest.mark.parametrize("height", [30.0, 100.0, 300.0])
def test_terrain_following_keeps_its_height_over_the_hills(height):
    turns = [turn(39.3, 32.2, height, AGL), turn(40.1, 33.1, height, AGL), turn(40.7, 33.0, height, AGL)]
    path = fly_route(turns, HILLS, 0.0, 0.0, 0.0)
    assert path.rows["h_agl"].min() >= height - 1e-6
    # a crest between two looks lies above both by half their distance on the steepest slope between nodes at the most
    slope = max(np.abs(np.diff(HILLS.h, axis=0)).max() / 925.0, np.abs(np.diff(HILLS.h, axis=1)).max() / 699.0)
    assert clearance(path, HILLS).min() > height - 0.5 * STEP_LOW / CRESTS * slope
    # and it follows: the mean excess is what the steepest ridge gains within the look-ahead of 500 m either side
    assert path.rows["h_agl"].mean() < height + 150.0
    assert np.linalg.norm(np.diff(path.rows["pos_ecef"], axis=0), axis=1).max() < 2.0 * STEP_LOW


def test_height_above_ground_changes_evenly_along_a_leg():
    path = fly_route([turn(40.0, 33.0, 100.0, AGL), turn(40.2, 33.0, 500.0, AGL)], FLAT, 0.0, 0.0, 0.0)
    steps = np.diff(path.rows["h_agl"])
    assert steps == pytest.approx(np.full(len(steps), 400.0 / len(steps)), rel=1e-6)


def test_a_waypoint_below_the_ground_is_refused():
    turns = [turn(40.0, 33.0, 3000.0, MSL, where="a.yaml:7"), turn(40.2, 33.0, 200.0, MSL, where="a.yaml:8")]
    with pytest.raises(BadInput, match=r"^a\.yaml:8\n.*below the ground"):
        fly_route(turns, HILLS, 0.0, 0.0, 0.0)


def test_a_leg_through_a_mountain_is_refused_and_says_where():
    ridge = dem_of(lambda lat, lon: 2000.0 * (np.abs(lat - 40.1) < 0.02))
    turns = [turn(40.0, 33.0, 500.0, MSL, where="a.yaml:7"), turn(40.2, 33.0, 500.0, MSL, where="a.yaml:8")]
    with pytest.raises(BadInput, match=r"^a\.yaml:7\n.*1500 m below the ground, \d+\.\d km after waypoint 0"):
        fly_route(turns, ridge, 0.0, 0.0, 0.0)


def test_a_narrow_ridge_between_two_points_is_noticed():
    """A single row of the grid, 1.8 km wide at its foot: points 2 km apart could step over it."""
    for row in (131, 132, 133):
        narrow = dem_of(lambda lat, lon, at=39.0 + row / 120.0: 1500.0 * (np.abs(lat - at) < 1e-6))
        with pytest.raises(BadInput, match="below the ground"):
            fly_route([turn(40.0, 33.0, 800.0, MSL), turn(40.3, 33.0, 800.0, MSL)], narrow, 0.0, 0.0, 0.0)


def test_a_waypoint_on_top_of_the_one_before_is_refused():
    with pytest.raises(BadInput, match=r"^b\.yaml:3\n.*on top of"):
        fly_route([turn(40.0, 33.0), turn(40.0, 33.0, 5000.0, where="b.yaml:3")], FLAT, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("angle_deg", [10.0, 30.0, 70.0])
@pytest.mark.parametrize("ref", [AGL, MSL])
def test_a_weapon_dives_onto_its_aim_at_its_angle(angle_deg, ref):
    angle = math.radians(angle_deg)
    path = fly_route([turn(39.6, 33.0, 2500.0, ref), turn(40.0, 33.0, 2500.0, ref)], FLAT, 0.0, 0.0, angle)
    at, h = places(path), path.rows["h_ell"]
    assert h[-1] == pytest.approx(0.0, abs=1e-6)
    to_go = np.array([WGS84.inv(33.0, lat, 33.0, 40.0)[2] for lat, _, _ in at])
    assert h == pytest.approx(np.minimum(2500.0, to_go * math.tan(angle)), abs=0.5)
    assert (path.rows["h_agl"] >= -1e-6).all()
    flown = np.linalg.norm(np.diff(path.rows["pos_ecef"], axis=0), axis=1).sum()
    assert path.t_turns[-1] == pytest.approx(flown / 200.0, rel=1e-3)  # at height the same arc is 0.04 % longer


def test_the_dive_never_goes_through_a_hill():
    path = fly_route([turn(39.5, 32.5, 80.0, AGL), turn(40.05, 33.0, 80.0, AGL)], HILLS, 0.0, 0.0, math.radians(15.0))
    assert path.rows["h_agl"].min() >= 0.0
    assert path.rows["h_agl"][-1] == pytest.approx(0.0, abs=1e-6)


def test_a_low_last_leg_above_the_sea_keeps_its_height_above_the_sea():
    """Ground that falls away by 300 m: a height above mean sea level does not follow it, one above ground does."""
    falls = dem_of(lambda lat, lon: np.where(lat < 39.9, 300.0, 0.0))
    legs = {ref: [turn(39.6, 33.0, h, ref), turn(40.0, 33.0, h, ref)] for ref, h in ((MSL, 400.0), (AGL, 100.0))}
    heights = {ref: fly_route(leg, falls, 0.0, 0.0, math.radians(20.0)).rows["h_ell"] for ref, leg in legs.items()}
    to_go = 400.0 / math.tan(math.radians(20.0))
    level = heights[MSL][: -math.ceil(to_go / STEP_LOW) - 1]
    assert level == pytest.approx(np.full(len(level), 400.0), abs=1e-6)
    assert heights[AGL][len(heights[AGL]) * 19 // 20] == pytest.approx(100.0, abs=1e-6)


def test_a_dive_waits_until_the_last_crest_is_passed():
    """A ridge of 500 m, 3 km before the aim: the line of a 5 degree dive would cut it."""
    ridge = dem_of(lambda lat, lon: 500.0 * np.maximum(1.0 - np.abs(lat - 39.97) / 0.01, 0.0))
    path = fly_route([turn(39.6, 33.0, 60.0, AGL), turn(40.0, 33.0, 60.0, AGL)], ridge, 0.0, 0.0, math.radians(5.0))
    assert clearance(path, ridge)[:, :-5].min() > -1e-6
    over = np.abs(places(path)[:, 0] - 39.97) < 0.002
    assert path.rows["h_agl"][over].min() >= 60.0 - 1e-6
    assert path.rows["h_agl"][-1] == pytest.approx(0.0, abs=1e-6)


def test_a_last_leg_through_a_mountain_is_refused():
    ridge = dem_of(lambda lat, lon: 2000.0 * (np.abs(lat - 39.8) < 0.02))
    turns = [turn(39.6, 33.0, 500.0, MSL, where="a.yaml:7"), turn(40.0, 33.0, 0.0, AGL, where="a.yaml:8")]
    with pytest.raises(BadInput, match=r"^a\.yaml:7\n.*below the ground"):
        fly_route(turns, ridge, 0.0, 0.0, math.radians(20.0))


@pytest.mark.parametrize("sideways", [2500.0, -700.0])
def test_flying_abreast(sideways):
    """Each waypoint lies at right angles to the course, right of it where positive."""
    turns = [turn(39.5, 32.5), turn(40.0, 32.8), turn(40.4, 32.6)]
    moved = offset(turns, sideways)
    for n, (old, new) in enumerate(zip(turns, moved, strict=True)):
        a, b = (math.degrees(v) for v in (old.lat, old.lon))
        az, _, gap = WGS84.inv(b, a, math.degrees(new.lon), math.degrees(new.lat))
        assert gap == pytest.approx(abs(sideways), abs=1e-3)
        if n < len(turns) - 1:
            course = WGS84.inv(b, a, math.degrees(turns[n + 1].lon), math.degrees(turns[n + 1].lat))[0]
        else:
            back = WGS84.inv(math.degrees(turns[n - 1].lon), math.degrees(turns[n - 1].lat), b, a)[1]
            course = back + 180.0
        assert (az - course) % 360.0 == pytest.approx(90.0 if sideways > 0 else 270.0, abs=1e-6)
        assert (new.height, new.ref, new.speed) == (old.height, old.ref, old.speed)


def test_no_offset_is_the_same_route():
    turns = [turn(39.5, 32.5), turn(40.0, 32.8)]
    assert offset(turns, 0.0) == turns
