"""Interacting multiple models of a target's motion: steps, noises, switching and mixing of the models.

A model moves position, velocity and acceleration of an axis by a 3 x 3 matrix F and adds noise of a covariance Q. Models:
constant velocity with white acceleration; coordinated turn in the plane of velocity and acceleration; constant acceleration with
white jerk; flight under gravity alone. Constant velocity and free flight hold an acceleration of zero that is uncertain, so that
a turn can begin: with none, the other models would inherit certainty from them.

Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and Navigation (2001), ch. 6.2, 6.3 and 11.6; coordinated
turn in space with known rate: Li and Jilkov, IEEE Trans. AES 39 (2003) 1333, section V.C.
Validated: tests/physics/test_imm.py against matrix exponentials, Van Loan's integral, the integrator of falling bodies and
filterpy's mixing; cases TRK-023, TRK-032 and TRK-033.
"""

import math

from skyreach.jit import lean
from skyreach.physics.gravity import EARTH_ROTATION, WGS84_EQUATOR, WGS84_J2, WGS84_MU, gravitation

STRAIGHT, TURN, BOOST = 0, 1, 2  # rows of a bank; BOOST is constant acceleration, or free flight for a ballistic target
N_MODELS = 3


@lean
def steps(turning, dt, omega):
    """F of dt [s] without its first column (1, 0, 0): f01, f02, f11, f12, f21, f22 in powers of s.

    turning: True for a turn at omega [rad/s] >= 0; False for constant acceleration. Exact for constant omega."""
    angle = omega * dt if turning else 0.0
    if angle < 1e-4:  # the series has left less than 1e-9 of the step by then
        return dt, 0.5 * dt * dt, 1.0, dt, -omega * angle, 1.0
    s, c = math.sin(angle), math.cos(angle)
    return s / omega, (1.0 - c) / (omega * omega), c, s / omega, -omega * s, c


@lean
def white_acceleration(q, dt):
    """Q of white acceleration, density q [m2/s3]: q00 [m2], q01 [m2/s], q11 [m2/s2] after dt [s] (eq. 6.2.2-12)."""
    return q * dt * dt * dt / 3.0, q * dt * dt / 2.0, q * dt


@lean
def white_jerk(q, dt):
    """Q of white jerk, density q [m2/s5]: q00, q01, q02, q11, q12, q22 after dt [s] (eq. 6.2.3-7)."""
    t2 = dt * dt
    t3 = t2 * dt
    return q * t3 * t2 / 20.0, q * t2 * t2 / 8.0, q * t3 / 6.0, q * t3 / 3.0, q * t2 / 2.0, q * dt


@lean
def turn_rate(vx, vy, vz, ax, ay, az):
    """Rate [rad/s] at which a velocity [m/s] turns under an acceleration [m/s2]: |v x a| / v^2; 0 for a point at rest."""
    cx, cy, cz = vy * az - vz * ay, vz * ax - vx * az, vx * ay - vy * ax
    v2 = vx * vx + vy * vy + vz * vz
    return math.sqrt(cx * cx + cy * cy + cz * cz) / v2 if v2 > 1.0 else 0.0


@lean
def stay(dt, sojourn):
    """Probability [1] that a model still holds after dt [s], for its mean sojourn time [s]: exp(-dt / sojourn)."""
    return math.exp(-dt / sojourn)


@lean
def free_fall(x, y, z, vx, vy, vz):
    """Acceleration (3 components, ECEF) [m/s2] of free flight in the turning frame: gravitation with J2, centrifugal, Coriolis.

    No drag: good above the dense air."""
    gx, gy, gz = gravitation(x, y, z, WGS84_MU, WGS84_J2, WGS84_EQUATOR)
    w = EARTH_ROTATION
    return gx + w * w * x + 2.0 * w * vy, gy + w * w * y - 2.0 * w * vx, gz


@lean
def mixing(n, mu, switch, x, P, weight, mu_out, x_out, P_out):
    """Begin each of n models from the mixture of what may have switched to it (ch. 11.6.6, steps 1 and 2).

    mu (n,): probabilities; switch (n, n): from row to column; x (n, size), P (n, size, size): states and covariances;
    weight (n,): scratch. Written: mu_out, probabilities after the switch; x_out, P_out, what each model begins from."""
    size = x.shape[1]
    for j in range(n):  # from i to j
        total = 0.0
        for i in range(n):
            weight[i] = switch[i, j] * mu[i]
            total += weight[i]
        mu_out[j] = total
        for a in range(size):  # a, b state
            mean = 0.0
            for i in range(n):
                mean += weight[i] / total * x[i, a]
            x_out[j, a] = mean
            for b in range(size):
                P_out[j, a, b] = 0.0
        for i in range(n):
            w = weight[i] / total
            for a in range(size):
                d = w * (x[i, a] - x_out[j, a])
                for b in range(size):
                    P_out[j, a, b] += w * P[i, a, b] + d * (x[i, b] - x_out[j, b])
