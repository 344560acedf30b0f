"""Motors that do not burn evenly, and boosters that drop off: closed forms, the curve's own integral, RocketPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from skyreach.catalog import load
from skyreach.physics.atmosphere import us76
from skyreach.physics.flight import agility, body_at, burnt_share, fly, thrust_at
from skyreach.physics.flyout import flyout
from skyreach.scenario.missiles import AIR_STEP, REACH_STEP, air_table, drag_columns, missile_rows
from skyreach.world.tables import CURVE_POINTS, DRAG_STEP, MISSILE_TYPES, dtype_of

EQUATOR, DEEP = 6378137.0, 1e12  # m; at DEEP neither gravity nor the turning of the earth are felt
AIR, VACUUM = air_table(), np.full((2, 2), [0.0, 300.0])
BOOST_SUSTAIN = ([0.0, 0.3, 0.32, 1.0], [1.0, 1.0, 0.2, 0.2])


def motor(shares, pushes, burn, peak, **columns):
    """A missile type with a thrust curve: shares of the burn time [s], shares of the peak [N]."""
    row = np.zeros(1, dtype_of(MISSILE_TYPES))[0]
    for name, value in {"launch_mass": 1.0, "area": 1.0, "g_limit": 1e6, "burn_time": burn, "thrust": peak, **columns}.items():
        row[name] = value
    n = len(shares)
    time, push = burn * np.array(shares), peak * np.array(pushes)
    total = np.concatenate(([0.0], np.cumsum(0.5 * (push[1:] + push[:-1]) * np.diff(time))))
    row["curve_points"], row["impulse"] = n, total[-1]
    row["curve_time"][:n], row["curve_thrust"][:n], row["curve_burnt"][:n] = time, push, total / total[-1]
    return row


def flown(row, seconds, dt):
    """Speed [m/s] and way [m] in free space after some seconds from rest."""
    pos, vel, steps = np.array([0.0, 0.0, DEEP]), np.array([0.0, 0.0, 1e-6]), round(seconds / dt)
    for i in range(steps):
        fly(row, np.zeros(2), 1.0, VACUUM, 1e5, i * dt, pos, vel, 0.0, 0.0, 0.0, dt)
    return vel[2], pos[2] - DEEP


@pytest.mark.parametrize("dt", [0.01, 0.03, 0.1])
def test_a_rocket_gets_the_speed_of_tsiolkovsky_whatever_its_curve(dt):
    """ve ln(m0 / m1): mass flow goes with thrust, so the shape of the curve does not count, nor does the step."""
    exhaust, burn = 2400.0, 12.0
    for curve in (BOOST_SUSTAIN, ([0.0, 0.4, 0.41, 0.7, 0.71, 1.0], [1.0, 1.0, 0.0, 0.0, 0.5, 0.3]), ([0.0, 1.0], [1.0, 0.0])):
        mean = np.trapezoid(curve[1], curve[0])
        row = motor(*curve, burn, exhaust * 400.0 / (burn * mean), launch_mass=1000.0, propellant=400.0)
        assert flown(row, 12.6, dt)[0] == pytest.approx(exhaust * math.log(1000.0 / 600.0), rel=2e-4)


def test_a_curve_without_a_bend_is_the_constant_motor():
    curve = motor([0.0, 0.5, 1.0], [1.0, 1.0, 1.0], 10.0, 270e3, launch_mass=1800.0, propellant=1100.0)
    plain = curve.copy()
    plain["curve_points"] = 0
    assert flown(curve, 11.0, 0.1) == pytest.approx(flown(plain, 11.0, 0.1), rel=1e-12)


def test_two_stages_add_up():
    """Booster, then the motor of the dart without it: ve ln(m0 / m1) + ve ln((m1 - empty) / m2)."""
    exhaust, burn, empty = 2300.0, 8.0, 90.0
    row = motor(
        [0.0, 0.375, 0.376, 0.5, 0.501, 1.0], [1.0, 1.0, 0.0, 0.0, 0.1, 0.1], burn, 1.0,
        launch_mass=450.0, propellant=240.0, drop_mass=empty, drop_time=0.4375 * burn, drop_area=0.025,
    )  # fmt: skip
    scale = exhaust * 240.0 / row["impulse"]
    row["curve_thrust"] *= scale
    row["impulse"] *= scale
    first = 240.0 * burnt_share(row, 0.45 * burn)
    wanted = exhaust * (math.log(450.0 / (450.0 - first)) + math.log((450.0 - first - empty) / (450.0 - 240.0 - empty)))
    assert flown(row, 9.0, 0.02)[0] == pytest.approx(wanted, rel=1e-3)
    assert body_at(row, 0.43 * burn) == pytest.approx((450.0 - first, 1.0), rel=1e-9)
    assert body_at(row, burn) == pytest.approx((450.0 - 240.0 - empty, 0.025), rel=1e-9)


@given(
    st.lists(st.tuples(st.floats(0.01, 1.0), st.floats(0.0, 1.0)), min_size=1, max_size=CURVE_POINTS - 1),
    st.floats(0.5, 40.0), st.floats(1.0, 1e6),
)  # fmt: skip
def test_what_is_burnt_is_the_impulse_so_far(pieces, burn, peak):
    widths, pushes = np.array([p[0] for p in pieces]), [1.0, *(p[1] for p in pieces)]
    shares = np.concatenate(([0.0], np.cumsum(widths) / widths.sum()))
    shares[-1] = 1.0
    row = motor(shares, pushes, burn, peak)
    times = np.linspace(0.0, 1.2 * burn, 50)
    burnt = np.array([burnt_share(row, t) for t in times])
    assert burnt[0] == 0.0
    assert burnt[-1] == 1.0
    assert (np.diff(burnt) >= -1e-12).all()
    total = peak * burn * np.trapezoid(pushes, shares)
    early, late = 0.21 * burn, 0.64 * burn
    bends = burn * shares[(shares * burn > early) & (shares * burn < late)]
    part, _ = quad(lambda t: peak * np.interp(t / burn, shares, pushes), early, late, points=bends if len(bends) else None)
    assert burnt_share(row, late) - burnt_share(row, early) == pytest.approx(part / total, rel=1e-6, abs=1e-9)
    assert thrust_at(row, 0.5 * (early + late), late - early) == pytest.approx(part / (late - early), rel=1e-6, abs=1e-9 * peak)


def test_what_can_turn_after_the_booster_has_gone_is_the_dart():
    """Lift at a given speed: air times area, over mass; both change when the booster drops off."""
    row = motor(
        [0.0, 1.0], [1.0, 1.0], 2.0, 1e3, launch_mass=75.0, propellant=35.0, area=0.0227, cn_max=10.0,
        drop_mass=11.0, drop_time=2.0, drop_area=0.0064,
    )  # fmt: skip
    rho = us76(3000.0)[2]
    assert agility(row, AIR, AIR_STEP, 5.0, 3000.0, 600.0) == pytest.approx(
        0.5 * rho * 600.0**2 * 0.0064 * 10.0 / 29.0, rel=1e-3
    )


def test_a_sustained_motor_of_the_same_impulse_is_slower_and_arrives_faster():
    """What a sustain phase is for: less drag on the way, so less peak speed and more of it left."""
    even, drag = missile_rows([load()["aim-120"]])
    even = even[0].copy()
    even["curve_points"] = 0
    even["thrust"] = even["impulse"] / even["burn_time"]
    sustained = motor(
        [0.0, 0.3, 0.32, 1.0], [1.0, 1.0, 0.2, 0.2], 20.0, 1.0,
        **{name: even[name] for name in MISSILE_NAMES if name not in ("burn_time", "thrust")},
    )  # fmt: skip
    scale = even["impulse"] / sustained["impulse"]
    sustained["curve_thrust"] *= scale
    sustained["impulse"] *= scale
    results = [flyout(row, drag[0], DRAG_STEP, AIR, AIR_STEP, 0.0, 20e3, 8e3, REACH_STEP) for row in (even, sustained)]
    assert results[1][2] < results[0][2]
    assert results[1][1] > results[0][1]


MISSILE_NAMES = [
    name for name in dtype_of(MISSILE_TYPES).names if not name.startswith("curve_") and name not in ("impulse", "pk")
]


def test_point_mass_of_rocketpy_with_boost_and_sustain():
    """RocketPy 1.13, three degrees of freedom, on the same thrust curve, mass and drag: after 40 s within 0.5 % of the way flown."""
    rocketpy = pytest.importorskip("rocketpy", reason="the package rocketpy is not installed")
    full, burnt, burn, peak, diameter, seconds, angle = 160.0, 66.0, 12.0, 38e3, 0.24, 40.0, math.radians(60.0)
    mach, cd = [0.0, 0.8, 1.0, 1.2, 2.0, 3.0, 5.0], [0.20, 0.22, 0.40, 0.45, 0.33, 0.26, 0.20]
    shares, pushes = BOOST_SUSTAIN
    row = motor(shares, pushes, burn, peak, launch_mass=full, propellant=burnt, area=math.pi / 4.0 * diameter**2)
    world = rocketpy.Environment(latitude=0.0, longitude=0.0, elevation=0.0)
    world.set_atmospheric_model(type="standard_atmosphere")
    curve = list(zip(mach, cd, strict=True))
    engine = rocketpy.PointMassMotor(
        thrust_source=lambda t: float(np.interp(t / burn, shares, pushes, right=0.0)) * peak,
        dry_mass=1.0, propellant_initial_mass=burnt, burn_time=burn,
    )  # fmt: skip
    body = rocketpy.PointMassRocket(
        radius=diameter / 2, mass=full - burnt - 1.0, center_of_mass_without_motor=0.0, power_off_drag=curve,
        power_on_drag=curve, weathercock_coeff=30.0,
    )  # fmt: skip
    body.add_motor(engine, position=0)
    flight = rocketpy.Flight(
        rocket=body, environment=world, rail_length=5.0, inclination=60.0, heading=0.0, max_time=seconds, simulation_mode="3 DOF"
    )
    s, east, north, h, *_ = next(line for line in flight.solution if line[0] >= seconds - 1e-6)
    along = np.array([math.sin(angle), 0.0, math.cos(angle)])
    pos, vel, dt, rail = np.array([EQUATOR, 0.0, 0.0]), 1e-3 * along, 0.01, True
    for i in range(round(s / dt)):
        away = np.linalg.norm(pos - [EQUATOR, 0.0, 0.0])
        fly(row, np.array(drag_columns(mach, cd)), DRAG_STEP, AIR, AIR_STEP, i * dt, pos, vel, 0.0, 0.0, 0.0, dt)
        if rail:  # the rail holds the direction, as theirs does
            vel[:] = np.linalg.norm(vel) * along
            rail = away < 5.0
    way = math.hypot(h, north)  # theirs is a plane: the sphere falls away by x^2 / 2R
    assert abs(east) < 0.01 * way
    assert math.hypot(*pos) - EQUATOR - pos[2] ** 2 / (2.0 * EQUATOR) == pytest.approx(h, abs=0.005 * way)
    assert pos[2] == pytest.approx(north, abs=0.005 * way)
