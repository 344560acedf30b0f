"""Filter of one track: a bank of three models in ECEF that interact; measurements are range, azimuth, elevation.

Each model of `bank` has position, velocity and acceleration x (9,) and their covariance P (9, 9); `track` holds what the bank
says together: x (6,), P (6, 6), t. Works in place. Small matrix work is written as loops: `@` inside kernels costs seconds of
compile time. `spare` is a bank that serves as scratch.
Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and Navigation (2001), ch. 10.3 (extended filter) and
11.6.6 (interacting multiple models). The models: physics/imm.py.
Validated: tests/engine/test_filter.py and test_bank.py against filters in matrix form and against Stone Soup and filterpy.
"""

import math

from skyreach.earth.geodesy import WGS84_F
from skyreach.engine.geometry import square, wrap
from skyreach.jit import lean
from skyreach.physics.gravity import WGS84_EQUATOR
from skyreach.physics.imm import (
    BOOST,
    N_MODELS,
    STRAIGHT,
    TURN,
    free_fall,
    stay,
    steps,
    turn_rate,
    white_acceleration,
    white_jerk,
)

LOG_TWO_PI_3 = 3.0 * math.log(2.0 * math.pi)


@lean
def predict(track, bank, spare, t, p):
    """Move a track and its bank to time t [s]; p: row of PARAMS."""
    dt = t - track["t"]
    if dt == 0.0:
        return
    if t - bank["t_mix"] >= p["mix_time"]:
        mix(bank, spare, t - bank["t_mix"], p)
        bank["t_mix"], bank["ballistic"] = t, 1 if flies_free(track["x"], p) else 0
    for m in range(N_MODELS):  # m model
        move(bank, m, dt, p)
    combine(track, bank)
    track["t"] = t


@lean
def flies_free(x, p):
    """True if a state x [m, m/s] is too fast and too high for anything but a ballistic missile; height by the spheroid, 50 m."""
    r2 = x[0] * x[0] + x[1] * x[1] + x[2] * x[2]
    ground = WGS84_EQUATOR * (1.0 - WGS84_F * x[2] * x[2] / r2)
    speed2 = x[3] * x[3] + x[4] * x[4] + x[5] * x[5]
    return math.sqrt(r2) - ground > p["ballistic_height"] and speed2 > square(p["ballistic_speed"])


@lean
def mix(bank, spare, dt, p):
    """Let the models interact: each begins from the mixture of what may have switched to it in dt [s]."""
    mu, x, P, y, Q, w, after = bank["mu"], bank["x"], bank["P"], spare["x"], spare["P"], spare["mu"], spare["next"]
    for j in range(N_MODELS):  # from i to j
        after[j] = 0.0
        for i in range(N_MODELS):
            same = stay(dt, p["sojourn_straight"] if i == STRAIGHT else p["sojourn_turn"])
            w[i] = mu[i] * (same if i == j else 0.5 * (1.0 - same))
            after[j] += w[i]
        w0, w1, w2 = w[0] / after[j], w[1] / after[j], w[2] / after[j]
        for a in range(9):  # a, b state
            y[j, a] = w0 * x[0, a] + w1 * x[1, a] + w2 * x[2, a]
        for a in range(9):
            d0, d1, d2 = w0 * (x[0, a] - y[j, a]), w1 * (x[1, a] - y[j, a]), w2 * (x[2, a] - y[j, a])
            for b in range(9):
                between = d0 * (x[0, b] - y[j, b]) + d1 * (x[1, b] - y[j, b]) + d2 * (x[2, b] - y[j, b])
                Q[j, a, b] = w0 * P[0, a, b] + w1 * P[1, a, b] + w2 * P[2, a, b] + between
    for j in range(N_MODELS):
        mu[j] = after[j]
        for a in range(9):
            x[j, a] = y[j, a]
            for b in range(9):
                P[j, a, b] = Q[j, a, b]


@lean
def move(bank, m, dt, p):
    """Move model m by dt [s]."""
    x, P = bank["x"][m], bank["P"][m]
    straight = m == STRAIGHT or (m == BOOST and bank["ballistic"] == 1)
    omega = turn_rate(x[3], x[4], x[5], x[6], x[7], x[8]) if m == TURN else 0.0
    f01, f02, f11, f12, f21, f22 = steps(m == TURN, dt, omega)
    if straight:
        f02, f12, f22 = 0.0, 0.0, 0.0
        for a in range(3):  # a axis
            x[a + 6] = 0.0
        if m == BOOST:
            x[6], x[7], x[8] = free_fall(x[0], x[1], x[2], x[3], x[4], x[5])
            for a in range(3):
                x[a] += 0.5 * dt * dt * x[a + 6]
    for a in range(3):
        p0, v0, a0 = x[a], x[a + 3], x[a + 6]
        x[a] = p0 + f01 * v0 + f02 * a0
        x[a + 3] = f11 * v0 + f12 * a0 + (dt * a0 if straight else 0.0)
        x[a + 6] = 0.0 if straight else f21 * v0 + f22 * a0
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
    if straight:
        q00, q01, q11 = white_acceleration(p["process_noise"], dt)
        q02, q12, q22 = 0.0, 0.0, square(p["acceleration_prior"])
    else:
        q00, q01, q02, q11, q12, q22 = white_jerk(p["turn_jerk"] if m == TURN else p["boost_jerk"], dt)
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
def combine(track, bank):
    """What the bank says together: mean and covariance of the mixture, position and velocity."""
    mu, x, P, mean, cov = bank["mu"], bank["x"], bank["P"], track["x"], track["P"]
    for a in range(6):  # a, b state
        mean[a] = mu[0] * x[0, a] + mu[1] * x[1, a] + mu[2] * x[2, a]
    for a in range(6):
        d0, d1, d2 = mu[0] * (x[0, a] - mean[a]), mu[1] * (x[1, a] - mean[a]), mu[2] * (x[2, a] - mean[a])
        for b in range(a + 1):
            between = d0 * (x[0, b] - mean[b]) + d1 * (x[1, b] - mean[b]) + d2 * (x[2, b] - mean[b])
            cov[a, b] = mu[0] * P[0, a, b] + mu[1] * P[1, a, b] + mu[2] * P[2, a, b] + between
            cov[b, a] = cov[a, b]


@lean
def measurement(radar, x, H, z):
    """Range, azimuth, elevation of the state x at a radar into z (3,), and their slopes over ECEF position into H (3, 3)."""
    R, origin = radar["R_enu_from_ecef"], radar["pos_ecef"]
    dx, dy, dz = x[0] - origin[0], x[1] - origin[1], x[2] - origin[2]
    e = R[0, 0] * dx + R[0, 1] * dy + R[0, 2] * dz
    n = R[1, 0] * dx + R[1, 1] * dy + R[1, 2] * dz
    u = R[2, 0] * dx + R[2, 1] * dy + R[2, 2] * dz
    g2 = e * e + n * n + 1e-6
    g = math.sqrt(g2)
    r2 = g2 + u * u
    r = math.sqrt(r2)
    z[0], z[1], z[2] = r, math.atan2(e, n), math.atan2(u, g)
    for a in range(3):  # a ECEF axis
        H[0, a] = (e * R[0, a] + n * R[1, a] + u * R[2, a]) / r
        H[1, a] = (n * R[0, a] - e * R[1, a]) / g2
        H[2, a] = (g * R[2, a] - u * (e * R[0, a] + n * R[1, a]) / g) / r2


@lean
def match_cost(track, radar, plot, gate, H, S, z):
    """Cost [1] of giving a plot to a track already predicted to its time: d^2 + ln(det S / det R), inf outside the gate.

    d^2 is the squared Mahalanobis distance, S its covariance, R that of the plot: a vague track does not win plots from
    a sharp one. Blackman and Popoli, Design and Analysis of Modern Tracking Systems (1999), ch. 6.4. H, S, z: scratch.
    """
    measurement(radar, track["x"], H, z)
    P = track["P"]
    for i in range(3):  # i, j measurement; a, b axis
        for j in range(i + 1):
            total = 0.0
            for a in range(3):
                for b in range(3):
                    total += H[i, a] * P[a, b] * H[j, b]
            S[i, j] = total
    v0, v1, v2 = square(plot["sigma_r"]), square(plot["sigma_az"]), square(plot["sigma_el"])
    S[0, 0] += v0
    S[1, 1] += v1
    S[2, 2] += v2
    y0, y1, y2 = plot["r_slant"] - z[0], wrap(plot["az"] - z[1]), plot["el"] - z[2]
    d2, root = distance2(S[0, 0], S[1, 0], S[1, 1], S[2, 0], S[2, 1], S[2, 2], y0, y1, y2)
    if not d2 <= gate:
        return math.inf
    return d2 + math.log(square(root) / (v0 * v1 * v2))


@lean
def distance2(s00, s10, s11, s20, s21, s22, y0, y1, y2):
    """y' S^-1 y [1], and the root of the determinant of S, for a symmetric S given by its lower triangle: by Cholesky."""
    l00 = math.sqrt(s00)
    l10, l20 = s10 / l00, s20 / l00
    l11 = math.sqrt(max(s11 - l10 * l10, 1e-300))
    l21 = (s21 - l20 * l10) / l11
    l22 = math.sqrt(max(s22 - l20 * l20 - l21 * l21, 1e-300))
    w0 = y0 / l00
    w1 = (y1 - l10 * w0) / l11
    w2 = (y2 - l20 * w0 - l21 * w1) / l22
    return w0 * w0 + w1 * w1 + w2 * w2, l00 * l11 * l22


@lean
def update(track, bank, radar, plot, H, z, gain):
    """Take a plot into a track already predicted to its time; returns the log of its likelihood [1/(m rad2)]."""
    mu, best = bank["mu"], -math.inf
    measurement(radar, track["x"], H, z)
    for m in range(N_MODELS):  # m model
        known = 6 if m == STRAIGHT else 9  # its acceleration is not coupled to anything
        log_l = correct(bank["x"][m], bank["P"][m], known, track["x"], plot, H, z, gain) + math.log(max(mu[m], 1e-12))
        bank["log_l"][m] = log_l
        best = max(best, log_l)
    total = 0.0
    for m in range(N_MODELS):
        mu[m] = math.exp(bank["log_l"][m] - best)
        total += mu[m]
    for m in range(N_MODELS):
        mu[m] /= total
    combine(track, bank)
    return best + math.log(total)


@lean
def correct(x, P, n, about, plot, H, z, gain):
    """Update the first n of state x (9,) and P (9, 9) by a plot; returns the log of its likelihood [1/(m rad2)].

    z, H: measurement of the state `about`, and its slopes. Range, azimuth, elevation are taken one after the other: with
    independent errors this equals the joint update of the linearised measurement."""
    x0, x1, x2 = about[0], about[1], about[2]
    log_l = -0.5 * LOG_TWO_PI_3
    for i in range(3):  # i measurement
        if i == 0:
            y, variance = plot["r_slant"] - z[0], square(plot["sigma_r"])
        elif i == 1:
            y, variance = wrap(plot["az"] - z[1]), square(plot["sigma_az"])
        else:
            y, variance = plot["el"] - z[2], square(plot["sigma_el"])
        h0, h1, h2 = H[i, 0], H[i, 1], H[i, 2]
        y -= h0 * (x[0] - x0) + h1 * (x[1] - x1) + h2 * (x[2] - x2)
        for a in range(n):  # a state: gain holds P H'
            gain[a] = P[0, a] * h0 + P[1, a] * h1 + P[2, a] * h2
        s = variance + h0 * gain[0] + h1 * gain[1] + h2 * gain[2]
        log_l -= 0.5 * (y * y / s + math.log(s))
        k = 1.0 / s
        y *= k
        for a in range(n):
            x[a] += gain[a] * y
            g = gain[a]
            for b in range(n):  # the whole row, though symmetric: it is done four or eight at a time
                P[a, b] -= g * gain[b] * k
    return log_l


@lean
def begin(track, bank, radar, plot, t, p):
    """Start a track and its bank from one plot: measured position, velocity and acceleration of zero, as uncertain as p says."""
    first_state(track, radar, plot, p["speed_prior"])
    track["t"], bank["t_mix"], bank["ballistic"] = t, t, 0
    for m in range(N_MODELS):  # m model
        bank["mu"][m] = 0.8 if m == STRAIGHT else 0.1
        for a in range(9):  # a, b state
            bank["x"][m, a] = track["x"][a] if a < 6 else 0.0
            for b in range(9):
                bank["P"][m, a, b] = track["P"][a, b] if a < 6 and b < 6 else 0.0
            if a >= 6:
                bank["P"][m, a, a] = square(p["acceleration_prior"])


@lean
def first_state(track, radar, plot, speed_prior):
    """Start the state of a track from one plot: measured position, unknown velocity (one sigma speed_prior [m/s])."""
    x, P = track["x"], track["P"]
    R = radar["R_enu_from_ecef"]
    se, su = plot["r_slant"] * plot["sigma_az"], plot["r_slant"] * plot["sigma_el"]
    sin_az, cos_az, sin_el, cos_el = (
        math.sin(plot["az"]), math.cos(plot["az"]), math.sin(plot["el"]), math.cos(plot["el"])
    )  # fmt: skip
    for a in range(3):  # a, b ECEF axis
        x[a], x[a + 3] = plot["pos_ecef"][a], 0.0
        along_a = cos_el * (sin_az * R[0, a] + cos_az * R[1, a]) + sin_el * R[2, a]
        cross_a = cos_az * R[0, a] - sin_az * R[1, a]
        over_a = cos_el * R[2, a] - sin_el * (sin_az * R[0, a] + cos_az * R[1, a])
        for b in range(3):
            along_b = cos_el * (sin_az * R[0, b] + cos_az * R[1, b]) + sin_el * R[2, b]
            cross_b = cos_az * R[0, b] - sin_az * R[1, b]
            over_b = cos_el * R[2, b] - sin_el * (sin_az * R[0, b] + cos_az * R[1, b])
            P[a, b] = square(plot["sigma_r"]) * along_a * along_b + se * se * cross_a * cross_b + su * su * over_a * over_b
            P[a, b + 3] = 0.0
            P[a + 3, b] = 0.0
            P[a + 3, b + 3] = speed_prior * speed_prior if a == b else 0.0
