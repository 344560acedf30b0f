"""False alarms of a radar: how many cells a scan has, and how many of them cross the threshold by noise, or by spiky clutter.

Skolnik, Introduction to Radar Systems, 3rd ed., ch. 2: a false alarm in each of the independent cells with probability Pfa.
Validated: tests/physics/test_false_alarms.py against closed forms and scipy's Poisson law."""

import math

from scipy import special

from skyreach.jit import lean


def spike_probability(pfa: float, shape: float) -> float:
    """Probability [1] that the echo of a cell of clutter crosses the threshold that gives pfa [1] for noise of the same mean: one
    look, K law of a shape [1] (infinite: as noise; the smaller, the spikier).

    2 / Gamma(v) (v T)^(v/2) K_v(2 sqrt(v T)), T = -ln pfa: Ward, Tough and Watts, Sea Clutter, 2nd ed. (2013), ch. 4."""
    if math.isinf(shape):
        return pfa
    x = shape * -math.log(pfa)
    return float(2.0 / special.gamma(shape) * x ** (0.5 * shape) * special.kv(shape, 2.0 * math.sqrt(x)))


@lean
def scan_cells(r_max, resolution, span_az, width_az, span_el, width_el):
    """Resolution cells [1] of one scan: ranges to r_max [m] times azimuths times elevations, spans and beamwidths [rad]."""
    return r_max / resolution * (span_az / width_az) * (span_el / width_el)


@lean
def poisson(mean, luck):
    """How many events [1] of a Poisson law of this mean [1] a draw luck in [0, 1) stands for; mean up to 700.

    The distribution is summed until it exceeds the draw; ends at 10 standard deviations above the mean at the latest."""
    term = math.exp(-mean)
    total, n, most = term, 0, mean + 10.0 * math.sqrt(mean) + 10.0
    while luck >= total and n < most:
        n += 1
        term *= mean / n
        total += term
    return n
