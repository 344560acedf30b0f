"""The bank of a track against an estimator of interacting models in matrix form, and against targets that turn and fall."""

import math

import numpy as np
import pymap3d
import pytest
from scipy.linalg import expm
from scipy.stats import multivariate_normal

from skyreach.analysis.tracking import PlotTracker
from skyreach.engine import bank as kf
from skyreach.engine.filter import measurement
from skyreach.engine.jpda import blend
from skyreach.errors import BadInput
from skyreach.physics.imm import BOOST, STRAIGHT, TURN, turn_rate
from skyreach.scenario.tracking import Tracking

PLACE = (math.radians(40.0), math.radians(33.0), 900.0)
SIGMA, PERIOD, NOISE = (30.0, 2e-3, 3e-3), 5.0, 4e-5


def polar(enu):
    e, n, u = enu
    return math.hypot(e, n, u), math.atan2(e, n), math.atan2(u, math.hypot(e, n))


def run_on(path, looks=40, period=PERIOD, seed=1, **more):
    """Tracker after `looks` noisy plots of path(t), east, north, up [m]."""
    rng, tracker = np.random.default_rng(seed), PlotTracker(PLACE, SIGMA, period, NOISE, capacity=20, **more)
    for k in range(looks):
        tracker.scan(k * period, [polar(path(k * period)) + rng.normal(size=3) * SIGMA])
    return tracker


def straight(t):
    return 30e3 + 200.0 * t, 40e3 - 100.0 * t, 8e3


def circle(t, speed=250.0, rate=0.06):
    return 30e3 + speed / rate * math.sin(rate * t), 40e3 + speed / rate * math.cos(rate * t), 8e3


def model_matrices(x, p, dt):
    """F and Q of the three models on the whole state: exponentials, and Q as the integral of F g q g' F'."""
    out = []
    for m in (STRAIGHT, TURN, BOOST):
        omega = turn_rate(*x[m, 3:9]) if m == TURN else 0.0
        A = np.array([[0.0, 1, 0], [0, 0, 1], [0, -omega * omega, 0]])
        F, Q = expm(A * dt), np.zeros((3, 3))
        if m == STRAIGHT:
            F = np.array([[1.0, dt, 0], [0, 1, 0], [0, 0, 0]])
            Q[:2, :2] = p["straight_noise"] * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
            Q[2, 2] = p["acceleration_prior"] ** 2
        else:
            jerk = p["turn_jerk"] if m == TURN else p["boost_jerk"]
            Q = jerk * np.array(
                [[dt**5 / 20, dt**4 / 8, dt**3 / 6], [dt**4 / 8, dt**3 / 3, dt**2 / 2], [dt**3 / 6, dt**2 / 2, dt]]
            )
        out.append((np.kron(F, np.eye(3)), np.kron(Q, np.eye(3))))
    return out


def estimator(mu, x, P, p, radar, z):
    """One cycle of Bar-Shalom, Li, Kirubarajan 2001, 11.6.6 in matrices: mixed, predicted, updated by z; mu, x, P of each model
    before and after the update, and the mean and covariance of the mixture."""
    stay = [math.exp(-PERIOD / p["sojourn_straight"])] + 2 * [math.exp(-PERIOD / p["sojourn_turn"])]
    switch = np.array([[s if i == j else (1 - s) / 2 for j in range(3)] for i, s in enumerate(stay)])
    ahead = mu @ switch
    mixed, spread = np.empty_like(x), np.empty_like(P)
    for j in range(3):
        w = mu * switch[:, j] / ahead[j]
        mixed[j] = w @ x
        spread[j] = sum(w[i] * (P[i] + np.outer(x[i] - mixed[j], x[i] - mixed[j])) for i in range(3))
    for j, (F, Q) in enumerate(model_matrices(mixed, p, PERIOD)):
        mixed[j], spread[j] = F @ mixed[j], F @ spread[j] @ F.T + Q
    before = mixed.copy(), spread.copy()
    mean = ahead @ mixed
    slopes, at = np.empty((3, 3)), np.empty(3)
    measurement(radar, mean[:6].copy(), slopes, at)  # linearised about the mixture, as the engine does; test_filter checks it
    H, likelihood = np.hstack([slopes, np.zeros((3, 6))]), np.empty(3)
    for j in range(3):
        S = H @ spread[j] @ H.T + np.diag(np.square(SIGMA))
        y = z - at - H @ (mixed[j] - mean)
        likelihood[j] = multivariate_normal(np.zeros(3), S).pdf(y)
        K = spread[j] @ H.T @ np.linalg.inv(S)
        mixed[j], spread[j] = mixed[j] + K @ y, spread[j] - K @ S @ K.T
    after = ahead * likelihood / (ahead @ likelihood)
    mean = after @ mixed
    cov = sum(after[j] * (spread[j] + np.outer(mixed[j] - mean, mixed[j] - mean)) for j in range(3))
    return before, (after, mixed, spread), (mean, cov), math.log(ahead @ likelihood)


def test_one_cycle_is_the_estimator_in_matrix_form():
    """Of a turning target. 1e-3: rounding of a covariance of 1e4 m2 taken apart one measurement after the other."""
    tracker = run_on(circle, looks=12)
    row, bank, spare, radar, p = tracker.tracks[0], tracker.banks[0], tracker.banks[-1], tracker.radars[0], tracker.params[0]
    plot = tracker.plots_of([polar(circle(12 * PERIOD))])[0]
    z = np.array([plot["r_slant"], plot["az"], plot["el"]])
    before, (mu, x, P), (mean, cov), log_l = estimator(bank["mu"].copy(), bank["x"].copy(), bank["P"].copy(), p, radar, z)
    kf.predict_bank(row, bank, spare, row["t"] + PERIOD, p)
    assert bank["x"] == pytest.approx(before[0], rel=1e-9, abs=1e-4)
    assert bank["P"] == pytest.approx(before[1], rel=1e-6, abs=1e-3)
    said = kf.update_bank(row, bank, radar, plot, np.empty((3, 3)), np.empty(3), np.empty(9), 3)
    assert said == pytest.approx(log_l, abs=1e-4)
    assert bank["mu"] == pytest.approx(mu, abs=1e-5)
    free = np.ones_like(x, bool)
    free[STRAIGHT, 6:] = False  # its acceleration is not coupled to anything and is left as it is
    assert bank["x"][free] == pytest.approx(x[free], rel=1e-9, abs=1e-3)
    assert bank["P"][TURN] == pytest.approx(P[TURN], rel=1e-4, abs=1e-2)
    assert row["x"] == pytest.approx(mean[:6], rel=1e-9, abs=1e-3)
    assert row["P"] == pytest.approx(cov[:6, :6], rel=1e-4, abs=1e-2)


def test_a_bank_of_one_model_is_the_plain_filter():
    """filter: kalman with joint probabilities, one target, no rival: where the gate holds one sure plot, the same track."""
    plain = run_on(straight, looks=20, tracking=Tracking())
    banked = run_on(straight, looks=20, tracking=Tracking(association="jpda"), settings={"detect_prob": 1.0 - 1e-12})
    # with detection certain the one plot of the gate is the target's but for a false alarm of one in 10^6
    assert banked.tracks[0]["hits"] == plain.tracks[0]["hits"] == 20
    assert banked.tracks[0]["x"] == pytest.approx(plain.tracks[0]["x"], rel=1e-9, abs=1e-2)
    assert banked.tracks[0]["P"] == pytest.approx(plain.tracks[0]["P"], rel=1e-4, abs=1e-2)


def test_straight_flight_is_known_as_such():
    assert run_on(straight).banks[0]["mu"][STRAIGHT] > 0.8


def test_a_turn_is_followed():
    """1.5 g for three minutes: the bank leaves the straight model, knows the rate, and is nearer than a straight filter."""
    tracker = run_on(circle)
    bank = tracker.banks[0]
    assert bank["mu"][STRAIGHT] < 0.2
    assert turn_rate(*bank["x"][TURN, 3:9]) == pytest.approx(0.06, rel=0.25)
    gap = np.linalg.norm(tracker.positions_enu()[0] - circle(39 * PERIOD))
    assert gap < 500.0  # the plots scatter by 50 km * 3 mrad = 150 m on two axes


def test_models_that_interact_beat_one_filter_where_targets_turn():
    """Mean error over 20 seeds of a target that flies straight, turns by 1.5 g for 20 s, and flies straight."""

    def turn_once(t):
        s = min(max(t - 60.0, 0.0), 20.0)
        e, n, _ = circle(s)
        past = max(t - 80.0, 0.0)
        course = 0.06 * s
        return (
            e + 250.0 * (min(t, 60.0) - 60.0) + 250.0 * math.cos(course) * past, n - 250.0 * math.sin(course) * past, 8e3,
        )  # fmt: skip

    errors = {}
    for name in ("kalman", "imm"):
        ends = [run_on(turn_once, 28, seed=seed, tracking=Tracking(filter=name)).positions_enu() for seed in range(20)]
        errors[name] = np.mean([np.linalg.norm(found[0] - turn_once(27 * PERIOD)) for found in ends if len(found)])
    assert errors["imm"] < errors["kalman"]


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


def test_a_blend_is_the_moments_of_the_mixture_of_updates():
    """Probabilities 0.3 and 0.5 for two plots and 0.2 for none, against the updates done one by one."""
    tracker = run_on(circle, looks=12)
    radar, p = tracker.radars[0], tracker.params[0]
    row, bank = tracker.tracks[0], tracker.banks[0]
    kf.predict_bank(row, bank, tracker.banks[-1], row["t"] + PERIOD, p)
    here = np.array(polar(circle(12 * PERIOD)))
    plots, beta = tracker.plots_of([here, here + np.array([60.0, 3e-3, -4e-3])]), np.array([0.3, 0.5, 0.2])
    scratch = np.empty((3, 3)), np.empty(3), np.empty(9)
    parts = [(0.2, row.copy())]
    for k in range(2):
        one, its = tracker.tracks[:1].copy()[0], tracker.banks[:1].copy()[0]
        kf.update_bank(one, its, radar, plots[k], *scratch, 3)
        parts.append((beta[k], one))
    mean = sum(w * part["x"] for w, part in parts)
    cov = sum(w * (part["P"] + np.outer(part["x"] - mean, part["x"] - mean)) for w, part in parts)
    blend(row, bank, tracker.banks[-1], tracker.banks[-2], radar, plots, 0, np.array([0, 1]), beta, *scratch, 3)
    assert bank["mu"].sum() == pytest.approx(1.0, rel=1e-12)
    assert row["x"] == pytest.approx(mean, rel=1e-9, abs=1e-3)
    assert row["P"] == pytest.approx(cov, rel=1e-6, abs=1e-2)


def test_plots_that_are_no_numbers_are_refused():
    tracker = PlotTracker(PLACE, SIGMA, PERIOD, NOISE, capacity=4)
    tracker.scan(0.0, [polar(straight(0.0))])
    for t, plots in ((5.0, [[math.nan, 0.0, 0.0]]), (0.0, [polar(straight(0.0))])):
        with pytest.raises(BadInput):
            tracker.scan(t, plots)
    assert tracker.tracks["hits"].sum() == 1
