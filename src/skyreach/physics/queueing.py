"""Saturation of fire channels as queues: the closed forms that a simulated raid must meet in simple limits.

Loads in erlang: arrival rate times mean engagement time. Poisson arrivals. Losses mean targets that find
every channel busy and leak. Sources: Erlang 1917; Cooper, Introduction to Queueing Theory, 2nd ed. (1981).
"""

import math

from skyreach.jit import kernel


@kernel
def erlang_b(load, channels):
    """Fraction [1] of targets that find all channels busy and are lost. Recursion over channels.

    Validated: QUE-001 to QUE-008."""
    blocking = 1.0
    for n in range(1, channels + 1):  # n: number of channels so far
        blocking = load * blocking / (n + load * blocking)
    return blocking


@kernel
def erlang_b_load(blocking, channels):
    """Load [erlang] that channels can bear at a fraction blocking of losses; bisection of erlang_b.

    Validated: QUE-005, QUE-006 (published traffic tables)."""
    low = 0.0
    high = 1.0
    while erlang_b(high, channels) < blocking and high < 1e12:
        high *= 2.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if erlang_b(middle, channels) < blocking:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def busy_channels(load, channels):
    """Mean number of busy channels of a loss system, for any distribution of the engagement time.

    Sevastyanov, Theory of Probability and its Applications 2 (1957) 104. Validated: QUE-007, QUE-008."""
    return load * (1.0 - erlang_b(load, channels))


@kernel
def erlang_c(load, channels):
    """Probability [1] that a target must wait when targets queue for a channel; 1 when load >= channels.

    Validated: QUE-009."""
    if load >= channels:
        return 1.0
    lost = erlang_b(load, channels)
    return lost / (1.0 - load / channels * (1.0 - lost))


@kernel
def erlang_c_wait(load, channels, mean_time):
    """Mean wait [s] over all targets for exponential engagement times of mean mean_time [s]; infinite when
    overloaded.

    Validated: QUE-009."""
    if load >= channels:
        return math.inf
    return erlang_c(load, channels) * mean_time / (channels - load)


@kernel
def single_channel_wait(mean_time, utilization, variation2):
    """Mean wait [s] for one channel; variation2: squared coefficient of variation of the engagement time [1].

    0 for constant, 1 for exponential times; utilization < 1, else infinite. Pollaczek-Khinchine. Validated:
    QUE-010."""
    if utilization >= 1.0:
        return math.inf
    return 0.5 * utilization * mean_time * (1.0 + variation2) / (1.0 - utilization)


@kernel
def engset(n_sources, channels, idle_load):
    """Fraction [1] of calls lost when n_sources sources offer idle_load [erlang] each while idle (call
    congestion).

    For a raid of few attackers that come again. Recursion over channels. Validated: QUE-011."""
    blocking = 1.0
    for n in range(1, channels + 1):  # n: number of channels so far
        offered = (n_sources - n) * idle_load * blocking
        blocking = offered / (n + offered)
    return blocking
