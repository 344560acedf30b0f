"""Guided flights: the miss of the single-lag loop, energy, an independent simulator, courses, and plans that agree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.catalog import load
from skyreach.physics.atmosphere import us76
from skyreach.physics.chase import along, chase, launch_zone, meeting, target_at
from skyreach.physics.flight import agility, fly, respond
from skyreach.physics.flyout import flyout
from skyreach.physics.guidance import miss_step_manoeuvre, pn_acceleration
from skyreach.scenario.missiles import AIR_STEP, REACH_DH, REACH_STEP, air_table, drag_columns, missile_reach
from skyreach.world.tables import DRAG_STEP, MISSILE_TYPES, dtype_of

EQUATOR, DEEP = 6378137.0, 1e12  # m
AIR = air_table()
ITEMS = [load()[key] for key in ("48n6e3", "9m96e2", "57e6-e")]
ROWS, DRAGS, _, REACH = missile_reach(ITEMS, 0.0)


def blank(**columns):
    """A missile type that only has what is given."""
    row = np.zeros(1, dtype_of(MISSILE_TYPES))[0]
    for name, value in {"launch_mass": 1.0, "burn_time": 1e-9, "area": 1.0, "g_limit": 1e6, "cn_max": 1e9, **columns}.items():
        row[name] = value
    return row


@pytest.mark.parametrize("nav", [3.0, 4.0, 5.0])
@pytest.mark.parametrize("x", [1.0, 2.5, 4.0, 7.0])
def test_miss_of_the_lagging_loop_is_that_of_zarchan(nav, x):
    """Miss against a step of 3 g, x lags before the end: 0.5 n tF^2 exp(-x) (1, 1 - x/3, 1 - 2x/3 + x^2/12), Zarchan ch. 3.

    The flight is far out in space, where only the command acts; the air is so thick that the command is always flown."""
    lag, n_t, closing, h = 0.4, 3.0 * 9.80665, 3000.0, 0.001
    row, thick = blank(autopilot_lag=lag, nav=nav), np.full((2, 2), [1e3, 340.0])
    t_f = x * lag
    pos, vel, acc = np.array([0.0, 0.0, DEEP]), np.array([2000.0, 0.0, 0.0]), np.zeros(3)
    target = np.array([closing * t_f, 0.0, DEEP])
    for i in range(round(t_f / h)):
        behind = target + np.array([-1000.0 * i * h, 0.5 * n_t * (i * h) ** 2, 0.0]) - pos
        speed = np.array([-1000.0, n_t * i * h, 0.0]) - vel
        respond(row, acc, *pn_acceleration(*behind, *speed, nav), h)
        fly(row, np.zeros(2), 1.0, thick, 1e5, 1.0, pos, vel, *acc, h)
    t = round(t_f / h) * h
    miss = 0.5 * n_t * t * t - pos[1]
    # the step of 1 ms is 1/400 of the lag: the loop is short of phase by half a step
    assert miss == pytest.approx(miss_step_manoeuvre(nav, t_f, lag, n_t), abs=0.02 * n_t * lag * lag)


def test_a_missile_without_lag_answers_at_once_and_one_with_lag_by_63_per_cent():
    for lag, share in ((0.0, 1.0), (0.3, 1.0 - math.exp(-1.0))):
        acc = np.zeros(3)
        respond(blank(autopilot_lag=lag), acc, 10.0, -20.0, 5.0, 0.3)
        assert acc == pytest.approx(share * np.array([10.0, -20.0, 5.0]), rel=1e-12)


@pytest.mark.parametrize("i", range(3))
def test_the_flown_intercept_is_the_planned_one(i):
    """A target that comes in level at 250 m/s: the guided flight hits where and when the reach table says, 2 % or 0.5 s."""
    item, row = ITEMS[i], ROWS[i]
    for share in (0.4, 0.7, 1.0):
        course = np.array([share * item.si("max_range_aircraft"), 1e3, 5e3, 250.0, math.pi, 0.0, 1.0, 0.0])
        t, v = meeting(row, REACH[i], row["reach_dr"], REACH_DH, 0.0, course)
        miss, t_hit, v_hit, path = chase(row, DRAGS[i], DRAG_STEP, AIR, AIR_STEP, 0.0, course, t, v, REACH_STEP)
        assert miss < 0.5  # no error of measurement: what is left is the loop's own
        assert t_hit == pytest.approx(t, rel=0.02, abs=0.5)
        assert v_hit == pytest.approx(v, rel=0.03)
        assert path[0, 1] == EQUATOR
        assert path[-1, 0] <= t_hit


def test_a_target_that_runs_is_met_later_or_not_at_all():
    """In a plan: opening at 250 m/s against closing, from the same place."""
    row, zone = ROWS[0], np.zeros((1, 2))
    for r in (40e3, 90e3, 140e3):
        times = []
        for heading in (math.pi, 0.0):
            course = np.array([r, 0.0, 8e3, 250.0, heading, 0.0, 1.0, 0.0])
            times.append(meeting(row, REACH[0], row["reach_dr"], REACH_DH, 0.0, course)[0])
        still = flyout(row, DRAGS[0], DRAG_STEP, AIR, AIR_STEP, 0.0, r, 8e3, REACH_STEP)[0]
        assert times[0] < still < times[1]
        launch_zone(
            row, REACH[0], row["reach_dr"], REACH_DH, 0.0, course, np.array([r, 9e5]), np.array([0.0]), zone
        )
        assert zone[0, 0] == times[1]
        assert math.isinf(zone[0, 1])


def test_no_meeting_within_the_least_range():
    row = ROWS[0]
    course = np.array([60e3, 0.0, 20e3, 0.0, 0.0, 0.0, 1.0, 0.0])  # hovers
    assert math.isfinite(meeting(row, REACH[0], row["reach_dr"], REACH_DH, 0.0, course)[0])
    course[0], course[2] = 1e3, 1.5e3
    assert math.isinf(meeting(row, REACH[0], row["reach_dr"], REACH_DH, 0.0, course)[0])


@given(
    st.floats(-2e5, 2e5), st.floats(-2e5, 2e5), st.floats(1.0, 900.0), st.floats(-3.1, 3.1), st.floats(-3.1, 3.1),
    st.floats(0.02, 0.5), st.floats(0.0, 60.0), st.floats(0.0, 300.0),
)  # fmt: skip
def test_a_course_keeps_its_speed_and_ends_on_its_new_heading(x, y, v, heading, turn, rate, t_turn, t):
    course = np.array([x, y, 1e4, v, heading, turn, rate, t_turn])
    px, py, vx, vy = along(course, t)
    assert math.hypot(vx, vy) == pytest.approx(v, rel=1e-9)
    qx, qy, _, _ = along(course, t + 1e-3)
    assert math.hypot(qx - px, qy - py) <= 1e-3 * v * (1 + 1e-6) + 1e-9
    _, _, vx, vy = along(course, t_turn + abs(turn) / rate + 1.0)
    assert math.cos(math.atan2(vy, vx) - heading - turn) == pytest.approx(1.0, abs=1e-9)


def test_a_turn_is_a_circle_of_the_radius_of_speed_over_rate():
    """A full half turn ends two radii to the side: 250 m/s at 0.1 rad/s, 5000 m."""
    course = np.array([1e5, 0.0, 1e4, 250.0, 0.0, math.pi, 0.1, 10.0])
    x, y, vx, vy = along(course, 10.0 + math.pi / 0.1)
    assert (x, y) == (pytest.approx(1e5 + 2500.0, abs=1e-6), pytest.approx(5000.0, abs=1e-6))
    assert (vx, vy) == (pytest.approx(-250.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))


def test_places_lie_on_their_sphere_and_a_target_moves_at_its_speed():
    px, py, pz, vx, vy, vz = target_at(np.array([3e5, 0.0, 1e4, 250.0, math.pi, 0.0, 1.0, 0.0]), 20.0)
    qx, qy, qz = target_at(np.array([3e5, 0.0, 1e4, 250.0, math.pi, 0.0, 1.0, 0.0]), 20.01)[:3]
    assert (qx - px, qy - py, qz - pz) == (pytest.approx(0.01 * vx, abs=1e-3), pytest.approx(0.0, abs=1e-6), pytest.approx(0.01 * vz, abs=1e-3))
    assert math.hypot(px, py, pz) == pytest.approx(EQUATOR + 1e4, abs=1e-6)
    assert math.hypot(vx, vy, vz) == pytest.approx(250.0 * (1.0 + 1e4 / EQUATOR), rel=1e-9)


def test_agility_is_lift_over_mass_up_to_the_structural_limit():
    """0.5 rho v^2 S cn / m by hand: 0.4135 kg/m3 at 10 km (US Standard 1976), 0.2 m2, cn 10, 500 kg, 600 m/s."""
    row = blank(launch_mass=1000.0, propellant=500.0, burn_time=10.0, area=0.2, cn_max=10.0, g_limit=500.0)
    assert agility(row, AIR, AIR_STEP, 60.0, 10e3, 600.0) == pytest.approx(0.5 * 0.4135 * 600.0**2 * 0.2 * 10.0 / 500.0, rel=1e-3)
    assert agility(row, AIR, AIR_STEP, 60.0, 10e3, 6000.0) == 500.0


def test_energy_balance_of_a_coasting_missile():
    """Work of drag along the way is what kinetic and potential energy lose; trapezium over 0.05 s."""
    row = blank(launch_mass=700.0, area=0.212)
    drag = np.array(drag_columns(*ITEMS[0].table("cd")))
    pos, vel = np.array([EQUATOR + 12e3, 0.0, 0.0]), np.array([300.0, 0.0, 1500.0])
    spin, work, before = 7.292115e-5, 0.0, None

    def energy():
        """Jacobi's constant per mass: kinetic less gravity less centrifugal."""
        return 0.5 * vel @ vel - 3.986004418e14 / np.linalg.norm(pos) - 0.5 * spin**2 * (pos[0] ** 2 + pos[1] ** 2)

    start = energy()
    for i in range(1201):
        rho, sound = us76(np.linalg.norm(pos) - EQUATOR)[2:]
        v = np.linalg.norm(vel)
        cd = np.interp(v / sound, DRAG_STEP * np.arange(len(drag)), drag)
        power = 0.5 * rho * v**3 * 0.212 * cd / 700.0
        if before is not None:
            work += 0.025 * (power + before)
        before = power
        if i < 1200:
            fly(row, drag, DRAG_STEP, AIR, AIR_STEP, 1.0, pos, vel, 0.0, 0.0, 0.0, 0.05)
    # heights here are over the sphere, in flight over the ellipsoid: 30 m at 90 km of latitude
    assert start - energy() == pytest.approx(work, rel=3e-3)


@pytest.mark.parametrize("elevation", [45.0, 60.0, 80.0])
def test_point_mass_of_rocketpy(elevation):
    """RocketPy 1.13, three degrees of freedom, on the same thrust, mass and drag: after 60 s within 0.5 % of the way flown."""
    rocketpy = pytest.importorskip("rocketpy", reason="the package rocketpy is not installed")
    full, burnt, burn, thrust, diameter, seconds = 900.0, 450.0, 10.0, 120e3, 0.5, 60.0
    mach, cd = [0.0, 0.8, 1.0, 1.2, 2.0, 3.0, 5.0], [0.20, 0.22, 0.40, 0.45, 0.33, 0.26, 0.20]
    world = rocketpy.Environment(latitude=0.0, longitude=0.0, elevation=0.0)
    world.set_atmospheric_model(type="standard_atmosphere")
    curve = list(zip(mach, cd, strict=True))
    motor = rocketpy.PointMassMotor(thrust_source=thrust, dry_mass=1.0, propellant_initial_mass=burnt, burn_time=burn)
    body = rocketpy.PointMassRocket(
        radius=diameter / 2, mass=full - burnt - 1.0, center_of_mass_without_motor=0.0, power_off_drag=curve,
        power_on_drag=curve,
        weathercock_coeff=30.0,  # the body turns into the wind at once; without it theirs keeps the attitude of the rail
    )  # fmt: skip
    body.add_motor(motor, position=0)
    flight = rocketpy.Flight(
        rocket=body, environment=world, rail_length=5.0, inclination=elevation, heading=0.0, max_time=seconds,
        simulation_mode="3 DOF",
    )  # fmt: skip
    s, east, north, h, *_ = next(row for row in flight.solution if row[0] >= seconds - 1e-6)
    row = blank(launch_mass=full, propellant=burnt, burn_time=burn, thrust=thrust, area=math.pi / 4 * diameter**2)
    table, angle = np.array(drag_columns(mach, cd)), math.radians(elevation)
    pos, vel, dt = np.array([EQUATOR, 0.0, 0.0]), np.array([1e-3 * math.sin(angle), 0.0, 1e-3 * math.cos(angle)]), 0.01
    rail = True
    for i in range(round(s / dt)):
        away = np.linalg.norm(pos - [EQUATOR, 0.0, 0.0])
        fly(row, table, DRAG_STEP, AIR, AIR_STEP, i * dt, pos, vel, 0.0, 0.0, 0.0, dt)
        if rail:  # the rail holds the direction, as theirs does
            vel[:] = np.linalg.norm(vel) * np.array([math.sin(angle), 0.0, math.cos(angle)])
            rail = away < 5.0
    ours = (math.hypot(*pos) - EQUATOR, pos[2])
    # theirs is a plane: over the way flown the sphere falls away by x^2 / 2R, and the vertical turns
    way = math.hypot(h, north)
    assert abs(east) < 0.01 * way  # the earth turns under both
    assert ours[0] - ours[1] ** 2 / (2.0 * EQUATOR) == pytest.approx(h, abs=0.005 * way)
    assert ours[1] == pytest.approx(north, abs=0.005 * way)
