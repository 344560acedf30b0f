"""The models of a target's motion against matrix exponentials, Van Loan's integral, and the integrator of a falling body."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from skyreach.physics import imm
from skyreach.physics.fall import fall
from skyreach.physics.gravity import EARTH_ROTATION, WGS84_EQUATOR, WGS84_J2, WGS84_MU

SHIFT = np.array([[0.0, 1, 0], [0, 0, 1], [0, 0, 0]])


def matrix(turning, dt, omega):
    f01, f02, f11, f12, f21, f22 = imm.steps(turning, dt, omega)
    return np.array([[1.0, f01, f02], [0.0, f11, f12], [0.0, f21, f22]])


@given(st.floats(0.01, 30.0), st.floats(0.0, 0.5))
def test_steps_are_the_exponential_of_the_model(dt, omega):
    """A turn: the acceleration changes by -omega^2 v (Li and Jilkov 2003). 1e-8: rate below which the series is taken, at 30 s."""
    assert matrix(False, dt, omega) == pytest.approx(expm(SHIFT * dt), rel=1e-12, abs=1e-12)
    turn = SHIFT.copy()
    turn[2, 1] = -omega * omega
    assert matrix(True, dt, omega) == pytest.approx(expm(turn * dt), rel=1e-7, abs=1e-7)


def van_loan(A, g, q, dt):
    """Integral of the noise by Van Loan, IEEE Trans. AC 23 (1978) 395."""
    n = len(A)
    block = np.zeros((2 * n, 2 * n))
    block[:n, :n], block[:n, n:], block[n:, n:] = -A, q * np.outer(g, g), A.T
    e = expm(block * dt)
    return e[n:, n:].T @ e[:n, n:]


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0])
def test_noises_are_the_integrals(dt):
    q00, q01, q11 = imm.white_acceleration(3.0, dt)
    assert np.array([[q00, q01], [q01, q11]]) == pytest.approx(van_loan(SHIFT[:2, :2], [0, 1], 3.0, dt), rel=1e-9)
    q00, q01, q02, q11, q12, q22 = imm.white_jerk(3.0, dt)
    got = np.array([[q00, q01, q02], [q01, q11, q12], [q02, q12, q22]])
    assert got == pytest.approx(van_loan(SHIFT, [0, 0, 1], 3.0, dt), rel=1e-9)


def test_rate_of_a_level_turn():
    """3 g at 250 m/s: a / v = 0.1177 rad/s; what lies along the course does not turn."""
    assert imm.turn_rate(250.0, 0.0, 0.0, 5.0, 0.0, 29.42) == pytest.approx(29.42 / 250.0, rel=1e-12)
    assert imm.turn_rate(0.0, 0.0, 0.0, 1.0, 1.0, 1.0) == 0.0


def test_a_model_stays_with_the_exponential_law():
    assert imm.stay(5.0, 20.0) == pytest.approx(math.exp(-0.25), rel=1e-15)
    assert imm.stay(2.0, 20.0) * imm.stay(3.0, 20.0) == pytest.approx(imm.stay(5.0, 20.0), rel=1e-15)


def test_free_fall_is_what_the_integrator_of_bodies_does():
    """Two seconds of a body 60 km up at 1500 m/s without drag, by physics.fall, which the check cases of NASA validate."""
    start = np.array([WGS84_EQUATOR * 0.8, 1e5, WGS84_EQUATOR * 0.63, -900.0, 1100.0, 500.0])
    dt = 2.0
    end = fall(start, dt, 0.01, np.array([WGS84_MU, EARTH_ROTATION, WGS84_J2, WGS84_EQUATOR, 1 / 298.257]), 0.0, 0.0, 0.0)
    a = np.array(imm.free_fall(*start))
    # what the change of the acceleration over two seconds (0.003 m/s2) leaves: 4 mm and 6 mm/s at most
    assert end[:3] == pytest.approx(start[:3] + dt * start[3:] + 0.5 * dt * dt * a, abs=0.01)
    assert end[3:] == pytest.approx(start[3:] + dt * a, abs=0.02)


def test_mixing_is_the_moments_of_the_mixture():
    """Against the definition: the mean and covariance of samples that come from model i with probability w(i | j)."""
    rng = np.random.default_rng(5)
    n, size = 3, 4
    mu, switch = np.array([0.7, 0.2, 0.1]), np.array([[0.9, 0.06, 0.04], [0.1, 0.8, 0.1], [0.2, 0.1, 0.7]])
    x, root = rng.normal(0.0, 30.0, (n, size)), rng.normal(0.0, 5.0, (n, size, size))
    P = root @ root.transpose(0, 2, 1)
    mu_out, x_out, P_out = np.empty(n), np.empty((n, size)), np.empty((n, size, size))
    imm.mixing(n, mu, switch, x, P, np.empty(n), mu_out, x_out, P_out)
    assert mu_out == pytest.approx(mu @ switch, rel=1e-12)
    for j in range(n):
        w = mu * switch[:, j] / (mu @ switch)[j]
        mean = w @ x
        second = sum(w[i] * (P[i] + np.outer(x[i], x[i])) for i in range(n))
        assert x_out[j] == pytest.approx(mean, rel=1e-12)
        assert P_out[j] == pytest.approx(second - np.outer(mean, mean), rel=1e-9, abs=1e-9)
