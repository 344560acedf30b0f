"""Filter of one track by a bank of models in ECEF that interact; measurements are range, azimuth, elevation.

Each model of `bank` has position, velocity and acceleration x (9,) and their covariance P (9, 9); `track` holds what the bank
says together: x (6,), P (6, 6), t. With one model (p.n_models) it is the filter of engine/filter.py. Works in place. Small matrix
work is written as loops: `@` inside kernels costs seconds of compile time. `spare` is a bank that serves as scratch.
Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and Navigation (2001), ch. 10.3 (extended filter) and
11.6.6 (interacting multiple models). The models: physics/imm.py.
Validated: tests/engine/test_bank.py against filters in matrix form and against filterpy's estimator.
"""

import math

from skyreach.earth.geodesy import WGS84_F
from skyreach.engine.filter import measurement, residual
from skyreach.engine.geometry import square
from skyreach.jit import lean
from skyreach.physics.gravity import WGS84_EQUATOR
from skyreach.physics.imm import (
    BOOST,
    N_MODELS,
    STRAIGHT,
    TURN,
    free_fall,
    mixing,
    stay,
    steps,
    turn_rate,
    white_acceleration,
    white_jerk,
)

LOG_TWO_PI_3 = 3.0 * math.log(2.0 * math.pi)


@lean
def begin_bank(bank, row, t, p):
    """Start the bank of a track that has just begun: its state in every model, an unknown acceleration."""
    bank["t_mix"], bank["ballistic"], bank["score"], bank["best"] = t, 0, 0.0, 0.0
    for m in range(N_MODELS):  # m model
        bank["mu"][m] = p["start_straight"] if m == STRAIGHT else 0.5 * (1.0 - p["start_straight"])
        for a in range(9):  # a, b state
            bank["x"][m, a] = row["x"][a] if a < 6 else 0.0
            for b in range(9):
                bank["P"][m, a, b] = row["P"][a, b] if a < 6 and b < 6 else 0.0
            if a >= 6:
                bank["P"][m, a, a] = square(p["acceleration_prior"])


@lean
def predict_bank(track, bank, spare, t, p):
    """Move a track and its bank to time t [s]; p: row of PARAMS."""
    dt = t - track["t"]
    if dt == 0.0:
        return
    if p["n_models"] > 1 and t - bank["t_mix"] >= p["mix_time"]:
        interact(bank, spare, t - bank["t_mix"], p)
        bank["t_mix"], bank["ballistic"] = t, 1 if flies_free(track["x"], p) else 0
    for m in range(p["n_models"]):  # m model
        move_model(bank, m, dt, p)
    combine(track, bank, p["n_models"])
    track["t"] = t


@lean
def flies_free(x, p):
    """True if a state x [m, m/s] is too fast and too high for anything but a ballistic missile; height by the spheroid, 50 m."""
    r2 = x[0] * x[0] + x[1] * x[1] + x[2] * x[2]
    ground = WGS84_EQUATOR * (1.0 - WGS84_F * x[2] * x[2] / r2)
    speed2 = x[3] * x[3] + x[4] * x[4] + x[5] * x[5]
    return math.sqrt(r2) - ground > p["ballistic_height"] and speed2 > square(p["ballistic_speed"])


@lean
def interact(bank, spare, dt, p):
    """Let the models interact after dt [s]; a model that is left goes to the two others alike."""
    switch = spare["switch"]
    for i in range(N_MODELS):  # from i to j
        same = stay(dt, p["sojourn_straight"] if i == STRAIGHT else p["sojourn_turn"])
        for j in range(N_MODELS):
            switch[i, j] = same if i == j else 0.5 * (1.0 - same)
    mixing(N_MODELS, bank["mu"], switch, bank["x"], bank["P"], spare["log_l"], spare["mu"], spare["x"], spare["P"])
    copy_models(spare, bank, N_MODELS)


@lean
def copy_models(source, bank, n):
    """Take probabilities, states and covariances of the first n models from another bank."""
    for m in range(n):  # m model
        bank["mu"][m] = source["mu"][m]
        for a in range(9):  # a, b state
            bank["x"][m, a] = source["x"][m, a]
            for b in range(9):
                bank["P"][m, a, b] = source["P"][m, a, b]


@lean
def move_model(bank, m, dt, p):
    """Move model m by dt [s]."""
    x, P = bank["x"][m], bank["P"][m]
    free = m == BOOST and bank["ballistic"] == 1
    straight = m == STRAIGHT or free
    omega = turn_rate(x[3], x[4], x[5], x[6], x[7], x[8]) if m == TURN else 0.0
    f01, f02, f11, f12, f21, f22 = steps(m == TURN, dt, omega)
    if straight:
        f02, f12, f22 = 0.0, 0.0, 0.0
        q00, q01, q11 = white_acceleration(p["straight_noise"], dt)
        q02, q12, q22 = 0.0, 0.0, square(p["acceleration_prior"])
    else:
        q00, q01, q02, q11, q12, q22 = white_jerk(p["turn_jerk"] if m == TURN else p["boost_jerk"], dt)
    g0, g1, g2 = free_fall(x[0], x[1], x[2], x[3], x[4], x[5]) if free else (0.0, 0.0, 0.0)
    for a in range(3):  # a axis
        p0, v0, a0 = x[a], x[a + 3], x[a + 6]
        x[a], x[a + 3], x[a + 6] = p0 + f01 * v0 + f02 * a0, f11 * v0 + f12 * a0, f21 * v0 + f22 * a0
        if free:
            g = g0 if a == 0 else g1 if a == 1 else g2
            x[a] += 0.5 * dt * dt * g
            x[a + 3] += dt * g
    for a in range(3):  # P = F P F'; a axis, b state
        for b in range(9):
            c0, c1, c2 = P[a, b], P[a + 3, b], P[a + 6, b]
            P[a, b] = c0 + f01 * c1 + f02 * c2
            P[a + 3, b] = f11 * c1 + f12 * c2
            P[a + 6, b] = f21 * c1 + f22 * c2
    for b in range(9):
        for a in range(3):
            c0, c1, c2 = P[b, a], P[b, a + 3], P[b, a + 6]
            P[b, a] = c0 + f01 * c1 + f02 * c2
            P[b, a + 3] = f11 * c1 + f12 * c2
            P[b, a + 6] = f21 * c1 + f22 * c2
    for a in range(3):
        P[a, a] += q00
        P[a + 3, a + 3] += q11
        P[a + 6, a + 6] += q22
        P[a, a + 3] += q01
        P[a + 3, a] += q01
        P[a, a + 6] += q02
        P[a + 6, a] += q02
        P[a + 3, a + 6] += q12
        P[a + 6, a + 3] += q12


@lean
def combine(track, bank, n):
    """What the n models of a bank say together: mean and covariance of the mixture, position and velocity."""
    mu, x, P, mean, cov = bank["mu"], bank["x"], bank["P"], track["x"], track["P"]
    for a in range(6):  # a, b state; m model
        mean[a] = 0.0
        for m in range(n):
            mean[a] += mu[m] * x[m, a]
        for b in range(a + 1):
            cov[a, b] = 0.0
    for m in range(n):
        for a in range(6):
            d = x[m, a] - mean[a]
            for b in range(a + 1):
                cov[a, b] += mu[m] * (P[m, a, b] + d * (x[m, b] - mean[b]))
    for a in range(6):
        for b in range(a):
            cov[b, a] = cov[a, b]


@lean
def update_bank(track, bank, radar, plot, H, z, gain, n):
    """Take a plot into a track already predicted to its time, n models; returns the log of its likelihood [1/(m rad2)]."""
    mu, best = bank["mu"], -math.inf
    measurement(radar, track["x"], H, z)
    for m in range(n):  # m model
        known = 6 if m == STRAIGHT else 9  # its acceleration is not coupled to anything
        log_l = correct(bank["x"][m], bank["P"][m], known, track["x"], plot, H, z, gain) + math.log(max(mu[m], 1e-12))
        bank["log_l"][m] = log_l
        best = max(best, log_l)
    total = 0.0
    for m in range(n):
        mu[m] = math.exp(bank["log_l"][m] - best)
        total += mu[m]
    for m in range(n):
        mu[m] /= total
    combine(track, bank, n)
    return best + math.log(total)


@lean
def correct(x, P, n, about, plot, H, z, gain):
    """Update the first n of state x (9,) and P (9, 9) by a plot; returns the log of its likelihood [1/(m rad2)].

    z, H: measurement of the state `about`, and its slopes. Range, azimuth, elevation are taken one after the other: with
    independent errors this equals the joint update of the linearised measurement."""
    x0, x1, x2 = about[0], about[1], about[2]
    d0, d1, d2 = x[0] - x0, x[1] - x1, x[2] - x2
    log_l = -0.5 * LOG_TWO_PI_3
    for i in range(3):  # i measurement
        y, variance = residual(plot, z, i)
        h0, h1, h2 = H[i, 0], H[i, 1], H[i, 2]
        y -= h0 * d0 + h1 * d1 + h2 * d2
        for a in range(n):  # a state: gain holds P H'
            gain[a] = P[0, a] * h0 + P[1, a] * h1 + P[2, a] * h2
        s = variance + h0 * gain[0] + h1 * gain[1] + h2 * gain[2]
        log_l -= 0.5 * (y * y / s + math.log(s))
        k = 1.0 / s
        y *= k
        d0, d1, d2 = d0 + gain[0] * y, d1 + gain[1] * y, d2 + gain[2] * y
        for a in range(n):
            x[a] += gain[a] * y
            g = gain[a]
            for b in range(n):  # the whole row, though symmetric: it is done four or eight at a time
                P[a, b] -= g * gain[b] * k
    return log_l
