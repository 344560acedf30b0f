"""Extended Kalman filter of one track: constant velocity in ECEF, measurements range, azimuth, elevation.

Works in place on one row of world.tracks (x, P, t). Small matrix work is written as loops: `@` inside kernels costs
seconds of compile time. Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and Navigation (2001),
ch. 6.2 (white-noise acceleration) and 10.3 (extended filter).
Validated: tests/engine/test_filter.py against a filter in matrix form and against Stone Soup's published example.
"""

import math

from skyreach.engine.geometry import square, wrap
from skyreach.jit import lean
from skyreach.physics.flight import vertical

ROUNDING = 1.0 + 1e-6  # what is outside by the range alone is so by any order of the sums


@lean
def predict(track, t, q):
    """Move a track to time t [s] with white acceleration noise of density q [m2/s3] on each axis; back in time without."""
    dt = t - track["t"]
    if dt == 0.0:
        return
    x, P = track["x"], track["P"]
    for a in range(3):  # a axis
        x[a] += dt * x[a + 3]
    for a in range(3):  # P = F P F'
        for b in range(6):
            P[a, b] += dt * P[a + 3, b]
    for a in range(6):
        for b in range(3):
            P[a, b] += dt * P[a, b + 3]
    q = q if dt > 0.0 else 0.0
    for a in range(3):
        P[a, a] += q * dt * dt * dt / 3.0
        P[a, a + 3] += q * dt * dt / 2.0
        P[a + 3, a] += q * dt * dt / 2.0
        P[a + 3, a + 3] += q * dt
    track["t"] = t


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
    d2, vague = misfit(track, radar, plot, gate, H, S, z)
    return d2 + vague


@lean
def misfit(track, radar, plot, gate, H, S, z):
    """The two parts of match_cost: d^2 (inf outside the gate) and ln(det S / det R)."""
    if out_of_range_gate(track, radar, plot, gate):
        return math.inf, 0.0
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
    l00 = math.sqrt(S[0, 0])  # Cholesky factor and forward substitution
    l10, l20 = S[1, 0] / l00, S[2, 0] / l00
    l11 = math.sqrt(max(S[1, 1] - l10 * l10, 1e-300))
    l21 = (S[2, 1] - l20 * l10) / l11
    l22 = math.sqrt(max(S[2, 2] - l20 * l20 - l21 * l21, 1e-300))
    w0 = y0 / l00
    w1 = (y1 - l10 * w0) / l11
    w2 = (y2 - l20 * w0 - l21 * w1) / l22
    d2 = w0 * w0 + w1 * w1 + w2 * w2
    if not d2 <= gate:
        return math.inf, 0.0
    return d2, math.log(square(l00 * l11 * l22) / (v0 * v1 * v2))


@lean
def out_of_range_gate(track, radar, plot, gate):
    """True if the range alone puts a plot outside the gate of a track, whatever its angles; most pairs end here."""
    x, P, origin = track["x"], track["P"], radar["pos_ecef"]
    dx, dy, dz = x[0] - origin[0], x[1] - origin[1], x[2] - origin[2]
    r2 = dx * dx + dy * dy + dz * dz
    along = dx * dx * P[0, 0] + dy * dy * P[1, 1] + dz * dz * P[2, 2]
    along += 2.0 * (dx * dy * P[0, 1] + dx * dz * P[0, 2] + dy * dz * P[1, 2])
    gap = plot["r_slant"] - math.sqrt(r2)
    return gap * gap * r2 > ROUNDING * gate * (along + square(plot["sigma_r"]) * r2)


@lean
def residual(plot, z, i):
    """Measurement i of a plot (range, azimuth, elevation) less what z expects of it [m or rad], and its variance [m2 or rad2]."""
    if i == 0:
        return plot["r_slant"] - z[0], square(plot["sigma_r"])
    if i == 1:
        return wrap(plot["az"] - z[1]), square(plot["sigma_az"])
    return plot["el"] - z[2], square(plot["sigma_el"])


@lean
def update(track, radar, plot, H, z, gain):
    """Take a plot into a track already predicted to its time; range, azimuth, elevation one after the other.

    With independent errors this equals the joint update of the linearised measurement.
    """
    x, P = track["x"], track["P"]
    measurement(radar, x, H, z)
    x0, x1, x2 = x[0], x[1], x[2]
    for i in range(3):  # i measurement
        y, variance = residual(plot, z, i)
        y -= H[i, 0] * (x[0] - x0) + H[i, 1] * (x[1] - x1) + H[i, 2] * (x[2] - x2)
        s = variance
        for a in range(6):  # a state: gain holds P H'
            gain[a] = P[a, 0] * H[i, 0] + P[a, 1] * H[i, 1] + P[a, 2] * H[i, 2]
        for a in range(3):
            s += H[i, a] * gain[a]
        for a in range(6):
            x[a] += gain[a] * y / s
            for b in range(a + 1):
                P[a, b] -= gain[a] * gain[b] / s
                P[b, a] = P[a, b]


@lean
def begin(p, track, radar, plot, t):
    """Start the state of a track from one plot: measured position, unknown velocity (one sigma of it: `likely_speed`)."""
    speed = likely_speed(p, plot)
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
            P[a, b] = (
                square(plot["sigma_r"]) * along_a * along_b
                + se * se * cross_a * cross_b
                + su * su * over_a * over_b
            )
            P[a, b + 3] = 0.0
            P[a + 3, b] = 0.0
            P[a + 3, b + 3] = speed * speed if a == b else 0.0
    track["t"] = t


@lean
def likely_speed(p, plot):
    """One sigma of the speed [m/s] of what a plot may be of: high up, where the air is thin, much may be fast."""
    x, y, z = plot["pos_ecef"][0], plot["pos_ecef"][1], plot["pos_ecef"][2]
    h, _, _, _ = vertical(x, y, z)
    return p["speed_prior_high"] if h > p["height_prior"] and plot["strobe"] == 0 else p["speed_prior"]
