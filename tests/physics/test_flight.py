"""Flight of a point mass against closed forms and published trajectories (cases TRJ-...)."""

import csv
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.physics import flight
from skyreach.physics.atmosphere import us76
from skyreach.world.tables import MISSILE_TYPES, dtype_of

DEG = math.pi / 180.0
VACUUM = np.full((2, 2), [0.0, 300.0])
STANDARD = np.array([us76(100.0 * i)[2:] for i in range(901)])
EQUATOR = 6378137.0
DEEP = 1e12  # m along the axis: neither gravity nor rotation are felt there


def mass(**columns) -> np.void:
    """A missile type that only has mass, unless told otherwise."""
    row = np.zeros(1, dtype_of(MISSILE_TYPES))[0]
    for name, value in {
        "launch_mass": 1.0,
        "burn_time": 1e-9,
        "area": 1.0,
        "g_limit": 1e3,
        **columns,
    }.items():
        row[name] = value
    return row


def run(row, cd, air, pos, vel, t_end, dt, air_dh=100.0, command=(0.0, 0.0, 0.0), t=1.0):
    """Position and velocity after t_end seconds; cd: a number or (table, step in Mach); t: since ignition."""
    table, step = cd if isinstance(cd, tuple) else (np.array([cd, cd]), 1.0)
    pos, vel = np.array(pos, float), np.array(vel, float)
    for i in range(round(t_end / dt)):
        flight.fly(row, table, step, air, air_dh, t + i * dt, pos, vel, *command, dt)
    return pos, vel


def geodetic(lat, lon, h):
    """ECEF of a geodetic point: the defining formula, WGS84."""
    e2 = 1.0 - (6356752.314245179 / EQUATOR) ** 2
    n = EQUATOR / math.sqrt(1.0 - e2 * math.sin(lat) ** 2)
    flat = (n + h) * math.cos(lat)
    return flat * math.cos(lon), flat * math.sin(lon), (n * (1.0 - e2) + h) * math.sin(lat)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-400.0, 1e5))
def test_vertical_against_the_closed_form(lat, lon, h):
    lat, lon = lat * DEG, lon * DEG
    got, *up = flight.vertical(*geodetic(lat, lon, h))
    assert got == pytest.approx(h, abs=0.01)
    normal = (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
    assert math.dist(up, normal) < 5.3e-5


@given(st.tuples(*[st.floats(-1500, 1500)] * 3), st.floats(-80, 80))
def test_jacobi_constant_holds_in_vacuum(vel, lat):
    """v^2/2 - GM/r - (rotation x distance from the axis)^2/2 is constant in the rotating frame."""

    def jacobi(p, v):
        spin = 7.292115e-5**2 * (p[0] ** 2 + p[1] ** 2)
        return 0.5 * (v @ v) - 3.986004418e14 / math.sqrt(p @ p) - 0.5 * spin

    start = np.array(geodetic(lat * DEG, 0.5, 30e3))
    pos, end = run(mass(), 0.0, VACUUM, start, vel, 60.0, 0.1)
    # midpoint rule at 0.1 s: its error here is below 1e-3 J/kg of some 1e6
    assert jacobi(pos, end) == pytest.approx(jacobi(start, np.array(vel)), abs=0.05)


@pytest.mark.parametrize(
    ("reach", "speed", "angle", "apogee", "tof"),
    [(300e3, 1696.48, 44.3255, 74110.0, 251.04), (1000e3, 3016.11, 42.7517, 239938.0, 474.36)],
)
def test_minimum_energy_trajectory(reach, speed, angle, apogee, tof):
    """TRJ-013, TRJ-015: ellipse over a sphere at rest (Bate, Mueller, White, ch. 6), in a rotating frame."""
    r, spin = 6371008.8, 7.292115e-5
    vel = (speed * math.sin(angle * DEG), speed * math.cos(angle * DEG) - spin * r, 0.0)
    middle, _ = run(mass(), 0.0, VACUUM, (r, 0.0, 0.0), vel, 0.5 * tof, 0.01)
    end, _ = run(mass(), 0.0, VACUUM, (r, 0.0, 0.0), vel, tof, 0.01)
    assert np.linalg.norm(middle) - r == pytest.approx(apogee, abs=60.0)
    assert np.linalg.norm(end) == pytest.approx(
        r, abs=150.0
    )  # speed and time are printed to 0.01: 0.1 s of fall
    assert (math.atan2(end[1], end[0]) + spin * tof) * r == pytest.approx(reach, abs=150.0)


def test_rocket_in_free_space():
    """TRJ-012: 1000 kg to 400 kg in 20 s at 250 s; a constant g of 9.80665 m/s2 would come off linearly."""
    g = 9.80665
    row = mass(launch_mass=1000.0, propellant=600.0, burn_time=20.0, thrust=250.0 * g * 600.0 / 20.0)
    for dt in (0.01, 0.03):  # 20 s is no multiple of the second: the impulse must not depend on the step
        steps = round(20.1 / dt) * dt
        pos, vel = run(row, 0.0, VACUUM, (0.0, 0.0, DEEP), (0.0, 0.0, 1e-6), steps, dt, t=0.0)
        assert vel[2] == pytest.approx(2246.4356, abs=0.02)
        assert pos[2] - DEEP - 2246.4356 * (steps - 20.0) == pytest.approx(
            17119.445 + 0.5 * g * 400.0, abs=0.5
        )


def test_vertical_shot_with_quadratic_drag():
    """TRJ-011: 300 m/s up, terminal velocity 120 m/s, constant density and g = 9.80665 m/s2."""
    z0 = math.sqrt(
        3.986004418e14 / 9.80665
    )  # on the axis, where gravity is that; it is 0.05 % less at the apex
    row, air = mass(), np.array([[2.0 * 9.80665 / 120.0**2, 300.0]] * 2)
    up, vel = run(row, 1.0, air, (0.0, 0.0, z0), (0.0, 0.0, 300.0), 14.5651, 0.0001)
    assert up[2] - z0 == pytest.approx(1454.44271, rel=5e-4)
    assert vel[2] == pytest.approx(0.0, abs=0.05)
    down, vel = run(row, 1.0, air, (0.0, 0.0, z0 + 1454.4427), (0.0, 0.0, -1e-3), 20.1565, 0.001)
    assert vel[2] == pytest.approx(-111.417203, rel=5e-4)
    assert down[2] - z0 == pytest.approx(0.0, abs=0.6)


def test_deceleration_at_constant_density():
    """v = v0/(1 + k v0 t), s = ln(1 + k v0 t)/k for the deceleration k v^2."""
    k, v0, t = 0.5 * 0.4 * 1.2 * 0.05 / 80.0, 900.0, 12.0
    row, air = mass(launch_mass=80.0, area=0.05), np.array([[1.2, 340.0]] * 2)
    pos, vel = run(row, 0.4, air, (0.0, 0.0, DEEP), (v0, 0.0, 0.0), t, 0.05)
    assert vel[0] == pytest.approx(v0 / (1.0 + k * v0 * t), rel=1e-5)
    assert pos[0] == pytest.approx(math.log(1.0 + k * v0 * t) / k, rel=1e-5)


@pytest.mark.parametrize(
    ("cd", "h0", "up", "east", "t", "h", "v_down", "v_east"),
    [
        (0.0, 9144.0, 0.0, 0.0, 30.0, 4754.54605, 292.69733, 0.640388),  # TRJ-001
        (0.1, 9144.0, 0.0, 0.0, 30.0, 4963.49876, 263.35048, 0.561725),  # TRJ-004
        (0.1, 0.0, 304.8, 304.8, 30.0, 3097.06649, 55.39697, 186.155373),  # TRJ-006
        (0.1, 0.0, 304.8, 304.8, 15.0, 2840.68779, -94.14807, 221.641193),  # TRJ-007
    ],
)
def test_nasa_sphere(cd, h0, up, east, t, h, v_down, v_east):
    """NASA/TM-2015-218675, atmospheric cases 1, 6 and 9, simulation 5: WGS84 at the equator, rotating, US76.

    Those have J2, ours has not: gravity there is 0.16 % less than 9.798 m/s2.
    """
    missing = 0.0016 * 9.8
    row = mass(launch_mass=14.5939029372064, area=0.01824146545248)
    pos, vel = run(row, cd, STANDARD, (EQUATOR + h0, 0.0, 0.0), (up + 1e-9, east, 0.0), t, 0.01)
    lon = math.atan2(pos[1], pos[0])
    got_down = -(vel[0] * math.cos(lon) + vel[1] * math.sin(lon))
    got_east = vel[1] * math.cos(lon) - vel[0] * math.sin(lon)
    assert math.hypot(pos[0], pos[1]) - EQUATOR == pytest.approx(h, abs=0.55 * missing * t * t)
    assert got_down == pytest.approx(v_down, abs=1.1 * missing * t)
    assert got_east == pytest.approx(v_east, abs=0.05)


def test_sounding_rocket():
    """TRJ-019: RocketPy 1.13.0 (6 degrees of freedom), vertical from the equator; it claims 0.2 %."""
    row = mass(launch_mass=25.0, propellant=6.0, burn_time=4.0, thrust=3000.0, area=math.pi / 4.0 * 0.127**2)
    pos, vel = run(row, 0.45, STANDARD, (EQUATOR, 0.0, 0.0), (1e-3, 0.0, 0.0), 4.0, 0.01, t=0.0)
    assert pos[0] - EQUATOR == pytest.approx(924.41, rel=3e-3)
    assert vel[0] == pytest.approx(463.4, rel=3e-3)
    pos, vel = run(row, 0.45, STANDARD, (EQUATOR, 0.0, 0.0), (1e-3, 0.0, 0.0), 32.863, 0.0025, t=0.0)
    assert math.hypot(*pos) - EQUATOR == pytest.approx(5933.9, rel=3e-3)
    assert vel[0] == pytest.approx(0.0, abs=1.0)


def test_reentry_peak_deceleration():
    """TRJ-018: Allen and Eggers, NACA report 1381: V^2 sin(g)/(2 e H) at V exp(-1/2), in exponential air.

    Theirs is a straight line without gravity: entered ten times as fast (the law is free of scale in V), so
    that weight counts 0.2 %; the horizon turns by 0.7 degrees over the path, 2 % of sin(g).
    """
    scale, sine, pole = 7160.0, math.sin(35.0 * DEG), 6356752.314245179
    heights = 10.0 * np.arange(10001)
    air = np.array([1.225 * np.exp(-heights / scale), np.full(10001, 300.0)]).T
    pos = np.array([0.0, 0.0, pole + 60e3])
    vel = np.array([30e3 * math.cos(35.0 * DEG), 0.0, -30e3 * sine])
    row, table = mass(launch_mass=5000.0), np.array([1.0, 1.0])
    worst, speed, height = 0.0, 0.0, 0.0
    while np.linalg.norm(vel) > 12e3:
        before, h = np.linalg.norm(vel), flight.vertical(*pos)[0]
        flight.fly(row, table, 1.0, air, 10.0, 1.0, pos, vel, 0.0, 0.0, 0.0, 0.001)
        slowing = (before - np.linalg.norm(vel)) / 0.001
        if slowing > worst:
            worst, speed, height = slowing, before, h
    assert worst == pytest.approx(100.0 * 132.616, rel=0.025)
    assert speed == pytest.approx(10.0 * 1819.592, rel=0.01)
    assert height == pytest.approx(8004.0, abs=200.0)


@pytest.mark.parametrize(
    ("law", "distance", "speed", "time", "height"),
    [
        ("drag_G7.csv", 457.2, 551.87088, 0.6728, -1.37922),  # TRJ-020a, py_ballisticcalc 3.1.1
        ("drag_G7.csv", 914.4, 329.06208, 1.752, -10.150602),  # TRJ-020b
        ("drag_G1.csv", 457.2, 354.4824, 0.8593, -2.209038),  # TRJ-021a
        ("drag_G1.csv", 914.4, 234.5436, 2.5087, -21.146262),  # TRJ-021b
    ],
)
def test_drag_table(law, distance, speed, time, height):
    shared = os.environ.get("SKYREACH_SHARED_DATA")
    root = Path(shared).parent if shared else Path(__file__).parents[3] / "shared"
    path = root / "reference" / "validation" / law
    if not path.exists():
        pytest.skip(f"no reference table {law} beside the repository")
    with path.open() as file:
        points = [(float(row["mach"]), float(row["cd"])) for row in csv.DictReader(file)]
    table = np.interp(0.005 * np.arange(1001), *zip(*points, strict=True))
    row = mass(launch_mass=156.784516259533, area=math.pi / 4.0)
    vel = (838.2 * math.sin(0.001228), 0.0, 838.2 * math.cos(0.001228))
    g_here = 3.986004418e14 / EQUATOR**2 - EQUATOR * 7.292115e-5**2
    pos, end = run(row, (table, 0.005), STANDARD[:1].repeat(2, 0), (EQUATOR, 0.0, 0.0), vel, time, 0.0001)
    assert pos[2] == pytest.approx(distance, abs=0.3)
    assert np.linalg.norm(end) == pytest.approx(speed, abs=0.3048)
    fall = pos[0] - EQUATOR + pos[2] ** 2 / (2.0 * EQUATOR)  # over the flat plane of the reference
    assert fall == pytest.approx(height, abs=0.0254 + 0.5 * abs(9.80665 - g_here) * time**2 + 0.07)


@given(
    st.tuples(*[st.floats(-800, 800)] * 3),
    st.floats(0.0, 40e3),
    st.tuples(*[st.floats(100, 1500)] * 3),
    st.floats(0.0, 20.0),
)
def test_lateral_acceleration_never_exceeds_the_limits(command, h, vel, t):
    row = mass(
        launch_mass=1000.0,
        propellant=500.0,
        burn_time=10.0,
        thrust=1e5,
        area=0.2,
        cn_max=10.0,
        induced_k=0.05,
        g_limit=200.0,
    )
    cd = np.array([0.3, 0.3])
    args = (row, cd, 1.0, STANDARD, 100.0, t, 0.1, EQUATOR + h, 0.0, 0.0, *vel)
    change = np.subtract(flight.acceleration(*args, *command), flight.acceleration(*args, 0.0, 0.0, 0.0))
    v = np.linalg.norm(vel)
    across = change - (change @ vel) / v**2 * np.array(vel)
    burn = min(t / 10.0, 1.0)
    rho, _ = flight.air_at(STANDARD, 100.0, h)
    lift = 0.5 * rho * v * v * 0.2 * 10.0 / (1000.0 - 500.0 * burn)
    push = 1e5 / (1000.0 - 500.0 * burn) if t < 10.05 else 0.0
    wanted = np.linalg.norm(np.array(command) - (np.array(command) @ vel) / v**2 * np.array(vel))
    assert np.linalg.norm(across) <= min(200.0, lift + 0.5 * push, wanted + 1e-6) * (1.0 + 1e-9) + 1e-6


def test_command_within_the_limits_is_flown_and_costs_speed():
    row = mass(launch_mass=1000.0, area=0.2, cn_max=10.0, induced_k=0.05, g_limit=200.0)
    args = (
        row,
        np.array([0.3, 0.3]),
        1.0,
        STANDARD,
        100.0,
        20.0,
        0.1,
        EQUATOR + 5e3,
        0.0,
        0.0,
        0.0,
        0.0,
        1000.0,
    )
    change = np.subtract(
        flight.acceleration(*args, 50.0, 0.0, 7.0), flight.acceleration(*args, 0.0, 0.0, 0.0)
    )
    q_area = 0.5 * flight.air_at(STANDARD, 100.0, 5e3)[0] * 1e6 * 0.2
    cn = 50.0 * 1000.0 / q_area
    assert change[0] == pytest.approx(50.0, rel=1e-9)
    assert change[2] == pytest.approx(
        -0.05 * cn**2 * q_area / 1000.0, rel=1e-9
    )  # the part along the path is not flown


def test_steering_holds_a_straight_line_and_turns_the_short_way():
    row = mass(loft=0.0, loft_range=1.0, steer_time=1.0)
    north = (0.0, 0.0, 500.0)
    weight = flight.steer(row, EQUATOR, 0.0, 0.0, *north, EQUATOR, 0.0, 1e4, 1e4)
    assert weight == pytest.approx((9.80665, 0.0, 0.0), abs=1e-8)  # on course: only weight
    for side in (1.0, -1.0):
        turn = flight.steer(row, EQUATOR, 0.0, 0.0, *north, EQUATOR, side * 1e4, 0.0, 1e4)
        assert math.copysign(1.0, turn[1]) == side
        assert turn[1] == pytest.approx(side * 500.0, rel=1e-9)


def test_no_speed_left_to_arrive():
    row = mass(min_speed=400.0, burn_time=5.0)
    drop = 400.0**2 / (2.0 * 9.80665)  # height whose fall in vacuum gives 400 m/s
    assert flight.can_arrive(row, 4.9, 0.0, 0.0)
    assert flight.can_arrive(row, 6.0, 0.0, drop * 1.001)
    assert not flight.can_arrive(row, 6.0, 0.0, drop * 0.999)
    assert flight.can_arrive(row, 6.0, 500.0, -0.36 * drop * 1.5)
    assert not flight.can_arrive(row, 6.0, 500.0, -0.6 * drop)


def test_table_ends_hold():
    assert flight.air_at(STANDARD, 100.0, -50.0) == tuple(STANDARD[0])
    assert flight.air_at(STANDARD, 100.0, 1e9) == pytest.approx(tuple(STANDARD[-1]), rel=1e-6)
    assert flight.drag_at(np.array([0.3, 0.2, 0.1]), 0.1, 0.15) == pytest.approx(0.15, rel=1e-12)
    assert flight.drag_at(np.array([0.3, 0.2, 0.1]), 0.1, 99.0) == pytest.approx(0.1, rel=1e-4)


@given(st.tuples(*[st.floats(-1500, 1500)] * 3), st.floats(0.0, 60e3), st.floats(0.0, 15.0))
def test_compiled_gives_the_same_bits_as_plain_python(vel, h, t):
    row = mass(
        launch_mass=1000.0, propellant=500.0, burn_time=10.0, thrust=1e5, area=0.2, cn_max=10.0,
        induced_k=0.05, g_limit=200.0, loft=0.5, loft_range=3e4, loft_end=0.2, steer_time=1.5,
        min_speed=400.0,
    )  # fmt: skip
    drag, pos = np.linspace(0.5, 0.2, 81), geodetic(0.7, 0.6, h)
    command = (10.0, 20.0, -30.0)
    cases = [
        (flight.vertical, pos),
        (flight.air_at, (STANDARD, 100.0, h)),
        (flight.drag_at, (drag, 0.1, t)),
        (flight.acceleration, (row, drag, 0.1, STANDARD, 100.0, t, 0.1, *pos, *vel, *command)),
        (flight.steer, (row, *pos, *vel, *geodetic(0.71, 0.62, 5e3), 9e4)),
        (flight.can_arrive, (row, t, abs(vel[0]), h)),
    ]
    for kernel, args in cases:
        assert kernel(*args) == getattr(kernel, "py_func", kernel)(*args), kernel
    ends = []
    for kernel in (flight.fly, getattr(flight.fly, "py_func", flight.fly)):
        p, v = np.array(pos), np.array(vel)
        kernel(row, drag, 0.1, STANDARD, 100.0, t, p, v, *command, 0.1)
        ends.append((*p, *v))
    assert ends[0] == ends[1]


def test_not_a_number_comes_out_as_such():
    pos, vel = run(mass(), 0.1, STANDARD, (math.nan, 0.0, 0.0), (1.0, 0.0, 0.0), 0.1, 0.1)
    assert np.isnan(pos[0])
    assert np.isnan(vel).all()
