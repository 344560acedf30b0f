"""Linear homing loop with a lag of any order: how far a manoeuvre in the last seconds makes a missile miss.

The loop: relative lateral position y, command nav * (y + y' tgo) / tgo^2 through a lag of order n, all poles
equal. Source: Zarchan, Tactical and Strategic Missile Guidance, 6th ed., ch. 3 (method of adjoints) and ch.
6."""

import math

import numpy as np

from skyreach.jit import kernel

STEPS = 8000  # of the adjoint integration; half as many change the miss by less than 1e-8 of n_T tau^2


@kernel
def _adjoint_rate(q, tau, nav, rate, out):
    """Derivative of the adjoint state q = (y, y', lag states) by ln(time to go), at time to go tau;
    written to out."""
    order = q.shape[0] - 2
    command = nav * rate * q[2]
    out[0] = command / tau
    out[1] = tau * q[0] + command
    for i in range(2, order + 1):  # i: lag stage, the first takes the command
        out[i] = tau * rate * (q[i + 1] - q[i])
    out[order + 1] = -tau * (rate * q[order + 1] + q[1])


@kernel
def miss_binomial_lag(nav, flight_time, lag, order, acceleration):
    """Miss [m], target minus missile, from a target acceleration [m/s2] begun flight_time [s] before the end.

    nav [1]; lag: sum of the time constants of all poles [s]; order: number of poles, >= 1. NaN for a flight
    time or lag that is not positive. Adjoint of the loop, Runge-Kutta in ln(time to go). Validated: GUI-012,
    GUI-013; order 1 against the closed form in test_guidance."""
    if not (flight_time > 0.0 and lag > 0.0 and order >= 1):
        return math.nan
    rate = order / lag
    start = math.log(1e-6 * lag)
    step = (math.log(flight_time) - start) / STEPS
    q = np.zeros(order + 2)
    trial = np.zeros(order + 2)
    slope = np.zeros((4, order + 2))
    tau = math.exp(start)
    q[0] = 1.0
    q[1] = tau
    q[order + 1] = -0.5 * tau * tau
    total = 0.0  # integral of q[1] over the time to go
    for i in range(STEPS):  # i: step in ln(time to go)
        _adjoint_rate(q, tau, nav, rate, slope[0])
        half = math.exp(start + (i + 0.5) * step)
        trial[:] = q + 0.5 * step * slope[0]
        total += step / 6.0 * (tau * q[1] + 2.0 * half * trial[1])
        _adjoint_rate(trial, half, nav, rate, slope[1])
        trial[:] = q + 0.5 * step * slope[1]
        total += step / 3.0 * half * trial[1]
        _adjoint_rate(trial, half, nav, rate, slope[2])
        tau = math.exp(start + (i + 1.0) * step)
        trial[:] = q + step * slope[2]
        total += step / 6.0 * tau * trial[1]
        _adjoint_rate(trial, tau, nav, rate, slope[3])
        for j in range(order + 2):  # j: component of the state
            q[j] += step / 6.0 * (slope[0, j] + 2.0 * slope[1, j] + 2.0 * slope[2, j] + slope[3, j])
    return acceleration * total
