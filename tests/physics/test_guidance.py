"""Guidance: closed forms against simulation of the loop they solve."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from skyreach.physics import guidance
from skyreach.physics.homing import miss_binomial_lag

VECTOR = st.tuples(*[st.floats(-3e4, 3e4)] * 3)
VELOCITY = st.tuples(*[st.floats(-2e3, 2e3)] * 3)


def _length(v):
    return math.sqrt(sum(x * x for x in v))


@given(VECTOR, VELOCITY, st.floats(2.0, 6.0))
def test_pn_is_the_vector_formula_and_across_the_line_of_sight(r, v, nav):
    assume(_length(r) > 10.0)
    r, v = np.array(r), np.array(v)
    unit = r / np.linalg.norm(r)
    omega = np.cross(r, v) / (r @ r)
    expected = nav * -(unit @ v) * np.cross(omega, unit)
    a = guidance.pn_acceleration(*r, *v, nav)
    assert a == pytest.approx(tuple(expected), rel=1e-9, abs=1e-6 * (1.0 + np.linalg.norm(expected)))
    assert np.dot(a, unit) == pytest.approx(0.0, abs=1e-9 * (1.0 + np.linalg.norm(a)))


def test_pn_at_zero_range_and_nan():
    assert guidance.pn_acceleration(0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 3.0) == (0.0, 0.0, 0.0)
    assert math.isnan(guidance.pn_acceleration(1.0, math.nan, 0.0, 1.0, 2.0, 3.0, 3.0)[0])
    assert guidance.time_to_go(1.0, 2.0, 3.0, 0.0, 0.0, 0.0) == math.inf


@given(VECTOR, VELOCITY)
def test_zero_effort_miss_is_the_distance_at_time_to_go(r, v):
    assume(_length(v) > 1.0)
    t = guidance.time_to_go(*r, *v)
    at = [p + q * t for p, q in zip(r, v, strict=True)]
    assert guidance.zero_effort_miss(*r, *v) == pytest.approx(_length(at), rel=1e-6, abs=1e-4)


@given(VECTOR, VELOCITY, st.floats(50.0, 3000.0))
def test_intercept_time_is_when_the_missile_can_be_there_and_never_later_than_possible(r, v, speed):
    assume(_length(r) > 1.0)
    t = guidance.intercept_time(*r, *v, speed)
    if t == math.inf:
        assert speed < _length(v) * (1 + 1e-9)  # a faster missile always gets there
        return
    at = [p + q * t for p, q in zip(r, v, strict=True)]
    assert _length(at) == pytest.approx(speed * t, rel=1e-6, abs=1e-3)
    for share in (0.1, 0.5, 0.9):
        early = [p + q * t * share for p, q in zip(r, v, strict=True)]
        assert _length(early) >= speed * t * share * (1 - 1e-6) - 1e-3


def _forward_miss(nav, t_f, lag, acceleration, y_rate):
    """Miss of the linear loop with one lag, simulated forwards; y = target minus missile."""

    def rate(t, state):
        y, v, n_l = state
        tgo = max(t_f - t, 1e-9)
        return v, acceleration - n_l, (nav * (y + v * tgo) / tgo**2 - n_l) / lag

    end = t_f * (1.0 - 1e-7)
    found = solve_ivp(rate, (0.0, end), (0.0, y_rate, 0.0), method="LSODA", rtol=1e-9, atol=1e-10)
    return found.y[0, -1]


@pytest.mark.parametrize("nav", [3.0, 4.0, 5.0])
@pytest.mark.parametrize("t_f", [0.6, 2.0, 5.0])
def test_miss_formulas_are_the_simulated_loop(nav, t_f):
    lag = 0.5
    assert guidance.miss_step_manoeuvre(nav, t_f, lag, 60.0) == pytest.approx(_forward_miss(nav, t_f, lag, 60.0, 0.0), abs=2e-3)
    assert guidance.miss_heading_error(nav, t_f, lag, 1000.0, 0.1) == pytest.approx(
        _forward_miss(nav, t_f, lag, 0.0, -100.0), abs=4e-3
    )


@pytest.mark.parametrize("nav", [3.0, 4.0, 5.0])
@pytest.mark.parametrize("t_f", [0.6, 2.0, 5.0])
def test_adjoint_with_one_pole_is_the_closed_form(nav, t_f):
    expected = guidance.miss_step_manoeuvre(nav, t_f, 0.5, 60.0)
    assert miss_binomial_lag(nav, t_f, 0.5, 1, 60.0) == pytest.approx(expected, abs=1e-5)


def test_weave_is_the_largest_miss_over_phase():
    """Convolution of the impulse response of the loop with a sine, by forward simulation at twelve phases."""
    nav, omega, lag, acceleration, t_f = 3.0, 1.0, 0.5, 98.0665, 12.0

    def miss(phase):
        def rate(t, state):
            y, v, n_l = state
            tgo = max(t_f - t, 1e-9)
            push = acceleration * math.sin(omega * t + phase)
            return v, push - n_l, (nav * (y + v * tgo) / tgo**2 - n_l) / lag

        found = solve_ivp(rate, (0.0, t_f * (1 - 1e-7)), (0.0, 0.0, 0.0), method="LSODA", rtol=1e-9, atol=1e-10)
        return found.y[0, -1]

    quarter = math.hypot(miss(0.0), miss(0.5 * math.pi))  # amplitude of a sine from two phases
    assert guidance.miss_weave(nav, omega, lag, acceleration) == pytest.approx(quarter, rel=2e-3)


def test_no_closed_form_is_nan():
    assert math.isnan(guidance.miss_step_manoeuvre(3.5, 1.0, 0.5, 10.0))
    assert math.isnan(guidance.miss_heading_error(2.0, 1.0, 0.5, 10.0, 0.1))
    assert math.isnan(miss_binomial_lag(3.0, 0.0, 0.5, 1, 60.0))
    assert math.isnan(guidance.intercept_time(math.nan, 0.0, 0.0, 1.0, 1.0, 1.0, 10.0))


def test_optimal_ratio_tends_to_three():
    assert guidance.optimal_navigation_ratio(1000.0) == pytest.approx(3.0, rel=4e-3)


def test_compiled_is_plain():
    args = (5000.0, 1200.0, -300.0, -900.0, -150.0, 40.0)
    for f in (guidance.time_to_go, guidance.zero_effort_miss, guidance.line_of_sight_rate):
        assert f(*args) == getattr(f, "py_func", f)(*args)
    for f in (guidance.pn_acceleration, guidance.intercept_time):
        assert f(*args, 1100.0) == getattr(f, "py_func", f)(*args, 1100.0)
