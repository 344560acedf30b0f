"""The plan of fire: the predicted intercept against a plain search, sight, sectors, and the timing of looks."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

from skyreach.engine import geometry, plan, sense
from skyreach.world import codes
from skyreach.world.state import copy_world, rows
from skyreach.world.tables import PARAMS, dtype_of


@pytest.fixture(scope="module")
def field(lab):
    """A compiled unit with four kinds of missile, and a track row to be set."""
    load = {"48n6e3": 1, "9m96e": 2, "9m96e2": 2, "40n6": 1}
    unit = lab.fire_unit(load=load)
    compiled = lab.compile(lab.scenario(lab.flyer("f-16", "f-16c", 80, 30, 8000.0), formations=[lab.regiment(unit)], duration_s=10.0))
    model, world = compiled.new_world(1)
    return compiled, model, world


def a_track(site, e, n, u, velocity):
    row = rows("tracks", 1)[0]
    R = site["R_enu_from_ecef"]
    row["x"][:3] = site["pos_ecef"] + R.T @ np.array([e, n, u])
    row["x"][3:] = R.T @ np.array(velocity)
    return row


def way_to(site, x, y, z):
    """Ground range of a point from a site [m]."""
    e, n, u = geometry.to_enu(site, (x, y, z))
    return geometry.ground_range(np.linalg.norm(site["pos_ecef"]), math.hypot(e, n), u)


SCAN, GM = 0.1, 3.986004418e14  # s, m3/s2


def rows_of(fields):
    return np.zeros(1, dtype_of(fields))[0]


def columns(table, m):
    """Ground ranges of the columns of a reach table [m]: squares, so that they stand close together near the launcher."""
    n = table.shape[1]
    return m["reach_dr"] * np.arange(n) ** 2 / (n - 1)


def heights(points):
    """Heights above the ellipsoid [m]. Bowring, Survey Review 23 (1976) 323: below 1e-4 m here."""
    a, f = 6378137.0, 1.0 / 298.257223563
    b, e2 = a * (1.0 - f), f * (2.0 - f)
    across = np.hypot(points[:, 0], points[:, 1])
    beta = np.arctan2(points[:, 2] * a, across * b)
    lat = np.arctan2(points[:, 2] + e2 / (1.0 - e2) * b * np.sin(beta) ** 3, across - e2 * a * np.cos(beta) ** 3)
    return across * np.cos(lat) + points[:, 2] * np.sin(lat) - a * np.sqrt(1.0 - e2 * np.sin(lat) ** 2)


def earliest(model, site, row, type_, delay):
    """Time of flight of the earliest meeting and how long one is possible from then on [s], by scanning every 0.1 s with scipy's
    interpolation of the reach table; inf, 0 if there is none or it is too close."""
    m, p = model.missile_types[type_], model.params[0]
    table = model.reach[type_][:, :, 0].astype(float)
    grid = (np.arange(table.shape[0]) * p["reach_dh"], columns(table, m))
    times = np.arange(0.0, m["max_time"], SCAN)
    points = row["x"][:3] + np.outer(times + delay, row["x"][3:])
    if row["kind"] == codes.BALLISTIC:
        points *= 1.0 - 0.5 * GM / np.linalg.norm(points, axis=1, keepdims=True) ** 3 * (times + delay)[:, None] ** 2
    rel = (points - site["pos_ecef"]) @ site["R_enu_from_ecef"].T
    radius = np.linalg.norm(site["pos_ecef"])
    s = radius * np.arctan2(np.hypot(rel[:, 0], rel[:, 1]), radius + rel[:, 2])
    h = heights(points)
    inside = (h >= 0.0) & (h < grid[0][-1]) & (s < grid[1][-1]) & (h <= m["max_height"])
    tof = np.full(len(times), math.inf)
    with np.errstate(invalid="ignore"):
        tof[inside] = RegularGridInterpolator(grid, table)(np.stack([h[inside], s[inside]], axis=1))
    tof[np.isnan(tof)] = math.inf  # a cell with a corner out of reach
    good = tof <= times
    if not good.any() or np.linalg.norm(rel[np.argmax(good)]) < m["min_range"]:
        return math.inf, 0.0
    first = np.argmax(good)
    lasts = np.argmin(good[first:]) if not good[first:].all() else len(good) - first
    return times[first], lasts * SCAN


def a_random_track(site, rng, ballistic):
    """A track up to 450 km off, most of them closing; a ballistic one up to 80 km high and diving."""
    r, az, h = rng.uniform(5e3, 450e3), rng.uniform(-math.pi, math.pi), rng.uniform(500.0, 80e3 if ballistic else 18e3)
    speed, course = rng.uniform(600.0, 2500.0) if ballistic else rng.uniform(30.0, 600.0), rng.normal(az + math.pi, 0.5)
    climb = -rng.uniform(0.0, 0.8) * speed if ballistic else rng.normal(0.0, 5.0)
    row = a_track(site, r * math.sin(az), r * math.cos(az), h - r * r / 2.0 / 6.37e6, (speed * math.sin(course), speed * math.cos(course), climb))
    row["kind"], row["falls"] = (codes.BALLISTIC, 1.0) if ballistic else (codes.AIRCRAFT, 0.0)
    return row


@pytest.mark.parametrize("ballistic", [False, True])
def test_the_intercept_is_the_earliest_meeting(field, ballistic):
    """720 random courses and missiles: what a scan finds and what lasts longer than the precision is found, no later than that."""
    compiled, model, world = field
    site, rng, met, lost = world.sites[1], np.random.default_rng(2), 0, 0
    for _ in range(180):
        row = a_random_track(site, rng, ballistic)
        for type_ in range(len(compiled.names["missile_types"])):
            expected, lasts = earliest(model, site, row, type_, 12.0)
            tof, x, y, z, v, code = plan.intercept(model, site, row, type_, 0.0, 12.0)
            if code == codes.R_TOO_FAST or (code == codes.R_TOO_CLOSE and math.isinf(expected)):
                continue
            if not math.isinf(tof) and plan.vertical(x, y, z)[0] < 0.0:  # it would meet it under the ground
                continue
            if math.isinf(expected):
                lost += 1
                assert math.isinf(tof) or tof > model.missile_types[type_]["max_time"] - SCAN
            elif lasts > plan.PRECISION + SCAN or not math.isinf(tof):
                met += 1
                assert expected - 2 * SCAN <= tof <= expected + plan.PRECISION + SCAN
                assert (x, y, z) == pytest.approx(plan.ahead(row, 12.0 + tof)[:3], abs=1e-3)
                assert v >= 0.9 * model.missile_types[type_]["min_speed"]
    assert met > (50 if ballistic else 180)
    assert lost > 150


CONSTANT, REACH, NODES = 1000.0, 400e3, 161  # m/s, m, columns of a table of flights at constant speed on a straight line


@pytest.fixture(scope="module")
def straight(field):
    """A model whose missiles all fly straight to any point at a constant speed, and its site."""
    _, model, world = field
    site, types = world.sites[1], model.missile_types.copy()
    types["reach_dr"], types["max_time"] = REACH / (NODES - 1), 350.0
    types["min_range"], types["max_height"], types["target_speed"] = 0.0, 60e3, 1e4
    radius, p = np.linalg.norm(site["pos_ecef"]), model.params[0]
    h, angle = np.meshgrid(np.arange(61) * p["reach_dh"], REACH * (np.arange(NODES) / (NODES - 1)) ** 2 / radius, indexing="ij")
    up = radius + h - site["h_ell"]
    slant = np.hypot(up * np.sin(angle), up * np.cos(angle) - radius)
    reach = np.zeros((len(types), 61, NODES, 2), np.float32)
    reach[:, :, :, 0], reach[:, :, :, 1] = slant / CONSTANT, CONSTANT
    return model._replace(missile_types=types, reach=reach), site


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    r=st.floats(5e3, 80e3), az=st.floats(-math.pi, math.pi), h=st.floats(2e3, 15e3), speed=st.floats(10.0, 650.0),
    course=st.floats(-math.pi, math.pi), delay=st.floats(0.0, 30.0),
)  # fmt: skip
def test_the_collision_triangle(straight, r, az, h, speed, course, delay):
    """|r + w (delay + tof)| = V tof: the root of a quadratic. The table is linear between its nodes: 20 m at the most."""
    model, site = straight
    place, w = np.array([r * math.sin(az), r * math.cos(az), h]), speed * np.array([math.sin(course), math.cos(course), 0.0])
    start = place + delay * w
    b, a = start @ w, CONSTANT * CONSTANT - w @ w
    expected = (b + math.sqrt(b * b + a * (start @ start))) / a
    tof, *_, v, code = plan.intercept(model, site, a_track(site, *place, w), 0, 0.0, delay)
    assert code == plan.FEASIBLE
    assert expected - 0.05 <= tof <= expected + plan.PRECISION + 0.1
    assert v == pytest.approx(CONSTANT, rel=1e-6)


@pytest.mark.parametrize("lasts", [6.0, 8.0, 12.0])
def test_a_short_chance_is_found(straight, lasts):
    """A target faster than the missile that passes by: between the two roots of the collision triangle it can be met, for less
    than a tenth of the longest flight."""
    model, site = straight
    r, h, u = 60e3, 8e3, 1.2 * CONSTANT
    a = u * u - CONSTANT * CONSTANT
    b = math.sqrt(a * (r * r + h * h) + (0.5 * lasts * a) ** 2)
    angle = math.acos(b / (r * u))
    first = b / a - 0.5 * lasts
    row = a_track(site, 0.0, r, h, (u * math.sin(angle), -u * math.cos(angle), 0.0))
    tof, *_, code = plan.intercept(model, site, row, 0, 0.0, 0.0)
    assert code == plan.FEASIBLE
    assert first - 0.1 <= tof <= first + plan.PRECISION + 0.5  # 5 m that the table errs make 0.4 s, so small is the difference


@pytest.mark.parametrize(("gap", "rate", "bend"), [(100.0, 5.0, 0.0), (1e5, -300.0, 9.8), (1e4, 200.0, 3.0), (5.0, 0.0, 2.0)])
def test_how_soon_a_gap_is_closed(gap, rate, bend):
    t = plan.soonest(gap, rate, bend)
    assert rate * t + 0.5 * bend * t * t == pytest.approx(gap, rel=1e-9)


def test_a_gap_that_opens_is_never_closed():
    assert plan.soonest(10.0, -1.0, 0.0) == math.inf
    assert plan.soonest(0.0, -1.0, 0.0) == 0.0


def test_no_missile_is_sent_to_wait_at_the_rim(field):
    """A closing target at 10 km, a unit that fires at half its reach: a course with a meeting on it is too far yet until the flight
    ends as the target comes in."""
    compiled, model, world = field
    world = copy_world(world)
    world.sites["max_range_share"][1] = 0.5
    site, p = world.sites[1], model.params[0]
    type_ = compiled.names["missile_types"].index("9m96e2")
    row = a_track(site, 0.0, 250e3, 10e3 - 250e3**2 / 2.0 / 6.37e6, (0.0, -300.0, 300.0 * 250e3 / 6.37e6))
    early, first = None, None
    for t in np.arange(0.0, 700.0, 1.0):
        delay = site["order_delay"] + site["reaction"]
        arrives, needs, *_, code = plan.meeting(model, site, row, type_, t, delay)
        early = t if early is None and code == plan.FEASIBLE else early
        code, tof, _ = plan.plan(model, world, 1, row, type_, t, math.inf, plan.until_seen(model, world, 1, row, t))
        if code == plan.FEASIBLE:
            first = t
            break
        assert code == codes.R_TOO_FAR
    assert first > early + 20.0
    assert p["replan_time"] - 1.5 < arrives - needs <= p["replan_time"]  # a second closer at each step
    assert tof == pytest.approx(arrives, abs=1e-9)


@pytest.mark.parametrize("type_", range(4))
def test_a_closing_target_is_met_at_the_rim_of_the_reach(field, type_):
    """Mach 1 at 10 km: the first shot that is found has its meeting at the end of the reach, not well inside it."""
    _, model, world = field
    site, m = world.sites[1], model.missile_types[type_]
    table = model.reach[type_]
    reach = columns(table, m)[np.flatnonzero(np.isfinite(table[10, :, 0]))[-1]]
    for km in range(520, 10, -2):
        r = km * 1e3
        row = a_track(site, 0.0, r, 10e3 - r * r / 2.0 / 6.37e6, (0.0, -300.0, 300.0 * r / 6.37e6))
        tof, x, y, z, _, _ = plan.intercept(model, site, row, type_, 0.0, 12.0)
        if not math.isinf(tof):
            break
    met = way_to(site, x, y, z)
    assert met > 0.95 * reach - 2e3


def test_limits_of_a_missile(field):
    _, model, world = field
    site = world.sites[1]
    row = a_track(site, 0.0, 60e3, 8e3, (0.0, -250.0, 0.0))

    def out(**limits):
        types = model.missile_types.copy()
        for key, value in limits.items():
            types[0][key] = value
        return math.isinf(plan.intercept(model._replace(missile_types=types), site, row, 0, 0.0, 12.0)[0])

    assert not out()
    assert out(min_range=70e3)
    assert out(max_height=5e3)
    assert out(target_speed=200.0)
    assert out(max_time=5.0)


def test_no_ring_cuts_off_a_ballistic_target(field):
    """What passes as ballistic is met as far out as the missile flies, if its fall leads there: 24 km up, 100 km off."""
    compiled, model, world = field
    site = world.sites[1]
    row = a_track(site, 0.0, 160e3, 24e3, (0.0, -900.0, 300.0))
    row["kind"], row["falls"] = codes.BALLISTIC, 1.0
    type_ = compiled.names["missile_types"].index("48n6e3")
    _, x, y, z, _, code = plan.intercept(model, site, row, type_, 0.0, 12.0)
    assert code == plan.FEASIBLE
    assert way_to(site, x, y, z) > 1.25 * compiled.catalog["48n6e3"].si("max_range_ballistic")


@pytest.mark.parametrize(("az", "free", "wait"), [(0.0, True, 0.0), (44.0, False, 0.0), (46.0, False, math.inf), (90.0, True, 67.5), (-170.0, True, 147.5)])
def test_waiting_for_the_sector(az, free, wait):
    """Half sector 45 degrees, a degree a second: the target is taken into the inner half."""
    radar = rows("radars", 1)[0]
    radar["half_sector"], radar["slew_rate"] = math.radians(45.0), math.radians(1.0)
    p = rows_of(PARAMS)
    p["inner_sector"] = 0.5
    assert plan.sector_wait(p, radar, math.radians(az), free) == pytest.approx(wait, rel=1e-9)


def test_ground_range_is_the_way_along_the_sphere(field):
    """A point 100 km along a sphere about the centre of the earth, 8 km up."""
    _, _, world = field
    site = world.sites[1]
    centre = np.linalg.norm(site["pos_ecef"])
    x, y, z = site["pos_ecef"] + site["R_enu_from_ecef"][2] * 8e3
    assert way_to(site, x, y, z) == pytest.approx(0.0, abs=1e-3)
    angle = 100e3 / centre
    n, u = (centre + 8e3) * math.sin(angle), (centre + 8e3) * math.cos(angle) - centre
    x, y, z = site["pos_ecef"] + site["R_enu_from_ecef"].T @ np.array([0.0, n, u])
    assert way_to(site, x, y, z) == pytest.approx(100e3, rel=1e-9)
    assert plan.azimuth_of(site, x, y, z) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("az", "wait"), [(-30.0, math.inf), (30.0, 0.0), (80.0, 35.0), (106.0, math.inf)])
def test_a_sector_that_turns_away(az, wait):
    """It stands at 0 and turns to 60 degrees for another target: what it sees now and will not see then is out of sight."""
    radar = rows("radars", 1)[0]
    radar["half_sector"], radar["slew_rate"], radar["bearing_wanted"] = math.radians(45.0), math.radians(1.0), math.radians(60.0)
    p = rows_of(PARAMS)
    p["inner_sector"] = 0.5
    assert plan.sector_wait(p, radar, math.radians(az), False) == pytest.approx(wait, rel=1e-9)


@pytest.mark.parametrize("late", [0.0, 0.5])
def test_the_next_passage_of_a_beam(late):
    """At least `late` turns after t, within one turn of that, and then the beam stands at the azimuth."""
    radar = rows("radars", 1)[0]
    radar["update_search"], radar["t_phase"] = 6.0, -2.5
    rng = np.random.default_rng(3)
    for t, az in zip(rng.uniform(0.0, 500.0, 200), rng.uniform(-math.pi, math.pi, 200), strict=True):
        passage = sense.beam_passage(radar, az, t, late)
        assert 6.0 * late - 1e-9 <= passage - t <= 6.0 * (1.0 + late) + 1e-9
        assert math.remainder(2.0 * math.pi * (passage + 2.5) / 6.0 - az, 2.0 * math.pi) == pytest.approx(0.0, abs=1e-9)


def test_a_track_is_held_for_three_looks():
    p, fix = rows_of(PARAMS), rows("fixes", 1)[0]
    p["in_hand_looks"], fix["t_plot"] = 3.0, 10.0
    assert plan.holds(p, fix, 0.5, 11.5)
    assert not plan.holds(p, fix, 0.5, 11.6)
    assert plan.holds(p, fix, 4.0, 22.0)
    assert not plan.holds(p, fix, 4.0, 22.1)


@pytest.mark.parametrize(
    ("speed", "height", "kind"),
    [(50.0, 2000.0, codes.DRONE), (250.0, 100.0, codes.CRUISE), (250.0, 3000.0, codes.AIRCRAFT), (700.0, 12e3, codes.ARM),
     (1500.0, 12e3, codes.BALLISTIC), (300.0, 30e3, codes.BALLISTIC)],
)  # fmt: skip
def test_what_a_track_passes_as(field, speed, height, kind):
    """By the nominal bounds of the catalogue: 100, 650 and 1000 m/s, 500 m above the ground, 25 km."""
    _, model, world = field
    site = world.sites[1]
    row = a_track(site, 0.0, 0.0, height, (0.0, speed, 0.0))
    assert plan.passes_as(model, row, 0.0) == kind
