"""The interacting models of a track against filterpy's estimator, and against targets that turn and fall."""

import math

import numpy as np
import pymap3d
import pytest
from scipy.linalg import block_diag, expm

from skyreach.analysis.tracking import PlotTracker
from skyreach.engine import filter as kf
from skyreach.physics.imm import BOOST, STRAIGHT, TURN, turn_rate

PLACE = (math.radians(40.0), math.radians(33.0), 900.0)
SIGMA, PERIOD, NOISE = (30.0, 2e-3, 3e-3), 5.0, 4e-5


def polar(enu):
    e, n, u = enu
    return math.hypot(e, n, u), math.atan2(e, n), math.atan2(u, math.hypot(e, n))


def run_on(path, looks=40, period=PERIOD, seed=1, **settings):
    """Tracker after `looks` noisy plots of path(t), east, north, up [m]."""
    rng, tracker = np.random.default_rng(seed), PlotTracker(PLACE, SIGMA, period, NOISE, capacity=20, settings=settings)
    for k in range(looks):
        tracker.scan(k * period, [polar(path(k * period)) + rng.normal(size=3) * SIGMA])
    return tracker


def straight(t):
    return 30e3 + 200.0 * t, 40e3 - 100.0 * t, 8e3


def circle(t, speed=250.0, rate=0.06):
    return 30e3 + speed / rate * math.sin(rate * t), 40e3 + speed / rate * math.cos(rate * t), 8e3


def model_matrices(bank, p, dt):
    """F and Q of the three models on the whole state: exponentials, and Q as the integral of F g q g' F'."""
    x, out = bank["x"], []
    for m in (STRAIGHT, TURN, BOOST):
        omega = turn_rate(*x[m, 3:9]) if m == TURN else 0.0
        A = np.array([[0.0, 1, 0], [0, 0, 1], [0, -omega * omega, 0]])
        F, Q = expm(A * dt), np.zeros((3, 3))
        if m == STRAIGHT:
            F = np.array([[1.0, dt, 0], [0, 1, 0], [0, 0, 0]])
            Q[:2, :2] = p["process_noise"] * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
            Q[2, 2] = p["acceleration_prior"] ** 2
        else:
            jerk = p["turn_jerk"] if m == TURN else p["boost_jerk"]
            Q = jerk * np.array(
                [[dt**5 / 20, dt**4 / 8, dt**3 / 6], [dt**4 / 8, dt**3 / 3, dt**2 / 2], [dt**3 / 6, dt**2 / 2, dt]]
            )
        out.append((np.kron(F, np.eye(3)), np.kron(Q, np.eye(3))))
    return out


def test_one_cycle_is_filterpys():
    """Mixing, prediction, update and probabilities of a turning target; filterpy gets the same linear measurement."""
    kalman = pytest.importorskip("filterpy.kalman", reason="filterpy is not installed: pip install skyreach[test]")
    tracker = run_on(circle, looks=12)
    row, bank, spare, radar, p = tracker.tracks[0], tracker.banks[0], tracker.banks[-1], tracker.radars[0], tracker.params[0]
    filters = []
    for m in range(3):
        one = kalman.KalmanFilter(dim_x=9, dim_z=3)
        one.x, one.P = bank["x"][m][:, None].copy(), bank["P"][m].copy()
        filters.append(one)
    stay = [math.exp(-PERIOD / p["sojourn_straight"])] + 2 * [math.exp(-PERIOD / p["sojourn_turn"])]
    switch = np.array([[s if i == j else (1 - s) / 2 for j in range(3)] for i, s in enumerate(stay)])
    theirs = kalman.IMMEstimator(filters, bank["mu"].copy(), switch)
    before = bank.copy()
    kf.mix(before, spare, PERIOD, p)  # only to know the turn rate that the model takes
    for one, (F, Q) in zip(filters, model_matrices(before, p, PERIOD), strict=True):
        one.F, one.Q = F, Q
    theirs.predict()
    kf.predict(row, bank, spare, row["t"] + PERIOD, p)
    for m, one in enumerate(filters):
        assert bank["x"][m] == pytest.approx(one.x[:, 0], abs=1e-4)
        assert bank["P"][m] == pytest.approx(one.P, rel=1e-6, abs=1e-3)
    H, z = np.empty((3, 3)), np.empty(3)
    kf.measurement(radar, row["x"], H, z)
    plot = tracker.plots_of([polar(circle(12 * PERIOD))])[0]
    measured = np.array([plot["r_slant"], plot["az"], plot["el"]])
    for one in filters:
        one.H, one.R = np.hstack([H, np.zeros((3, 6))]), block_diag(*(np.square(SIGMA)))
    theirs.update((measured - z + H @ row["x"][:3])[:, None])
    kf.update(row, bank, radar, plot, H, z, np.empty(9))
    assert bank["mu"] == pytest.approx(theirs.mu, abs=1e-4)
    assert row["x"][:3] == pytest.approx(theirs.x[:3, 0], abs=1e-2)
    assert row["x"][3:] == pytest.approx(theirs.x[3:6, 0], abs=1e-2)
    assert row["P"] == pytest.approx(theirs.P[:6, :6], rel=1e-3, abs=1.0)


def test_straight_flight_is_known_as_such():
    bank = run_on(straight).banks[0]
    assert bank["mu"][STRAIGHT] > 0.8


def test_a_turn_is_followed():
    """1.5 g for three minutes: the bank leaves the straight model, knows the rate, and is nearer than a straight filter."""
    tracker = run_on(circle)
    bank = tracker.banks[0]
    assert bank["mu"][STRAIGHT] < 0.2
    assert turn_rate(*bank["x"][TURN, 3:9]) == pytest.approx(0.06, rel=0.25)
    gap = np.linalg.norm(tracker.positions_enu()[0] - circle(39 * PERIOD))
    assert gap < 500.0  # the plots scatter by 50 km * 3 mrad = 150 m on two axes


def test_a_ballistic_target_is_seen_to_fall():
    """60 km up at 1400 m/s on a plane earth: gravity bends the path; the third model takes it and no acceleration is made up."""

    def fall(t):
        return 150e3 - 1200.0 * t, 20e3, 60e3 + 700.0 * t - 4.8 * t * t

    tracker = run_on(fall, looks=25, period=2.0)
    assert tracker.banks[0]["ballistic"] == 1
    assert tracker.banks[0]["mu"][BOOST] > 0.5
    up = np.array(pymap3d.enu2uvw(0.0, 0.0, 1.0, 40.0, 33.0))
    climb = tracker.firm()[0]["x"][3:] @ up
    assert climb == pytest.approx(700.0 - 9.6 * 48.0, abs=60.0)


def test_plots_that_are_no_numbers_are_refused():
    from skyreach.errors import BadInput

    tracker = PlotTracker(PLACE, SIGMA, PERIOD, NOISE, capacity=4)
    tracker.scan(0.0, [polar(straight(0.0))])
    for t, plots in ((5.0, [[math.nan, 0.0, 0.0]]), (0.0, [polar(straight(0.0))])):
        with pytest.raises(BadInput):
            tracker.scan(t, plots)
    assert tracker.tracks["hits"].sum() == 1
