"""Chance that a normally distributed miss falls inside a lethal region, and that fragments kill.

Distances in any one unit. Sources: Washburn, Notes on Firing Theory (2002); Grubbs, Operations Research 12
(1964) 51; DiDonato and Jarnagin, Mathematics of Computation 15 (1961) 347."""

import math

from skyreach.jit import kernel
from skyreach.physics.special import chi_square_quantile, gamma_p

GAUSS_X = (-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.9061798459386640)
GAUSS_W = (0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891)
PANELS = 40  # of the quadratures; twice as many change the results by less than 1e-12


@kernel
def hit_probability(dims, radius, sigma):
    """Probability [1] that an isotropic normal error of dims axes (2 circular, 3 spherical) stays inside a
    radius.

    sigma: standard deviation of one axis. Chi distribution. Validated: EFF-011, EFF-020."""
    x = radius / sigma
    return gamma_p(0.5 * dims, 0.5 * x * x)


@kernel
def error_probable(dims, probability):
    """Radius over sigma that holds a probability [1] (0.5: CEP for dims 2, SEP for dims 3).

    Validated: EFF-011f, EFF-021."""
    return math.sqrt(chi_square_quantile(float(dims), probability))


@kernel
def bessel_i0_scaled(x):
    """exp(-x) I0(x) for x >= 0 [1]: power series up to 30, asymptotic series beyond; relative error below
    1e-13.

    DLMF 10.25.2, 10.40.1. Validated: test_effectiveness against scipy."""
    if x <= 30.0:
        term = 1.0
        total = 1.0
        k = 1
        while term > 1e-17 * total:
            term *= 0.25 * x * x / (k * k)
            total += term
            k += 1
        return total * math.exp(-x)
    term = 1.0
    total = 1.0
    for k in range(1, 25):
        new = term * (2.0 * k - 1.0) * (2.0 * k - 1.0) / (8.0 * k * x)
        if new >= term:
            break
        term = new
        total += term
    return total / math.sqrt(2.0 * math.pi * x)


@kernel
def offset_circle_probability(radius, offset, sigma):
    """Probability [1] that a circular normal error aimed offset from the centre of a circle falls inside it.

    Integral of the Rice density. Circular coverage function: DiDonato and Jarnagin 1961. Validated: EFF-012,
    EFF-013."""
    if not (radius >= 0.0 and offset >= 0.0 and sigma > 0.0):
        return math.nan
    a = offset / sigma
    low = max(a - 9.0, 0.0)  # outside nine sigma nothing is left
    high = min(radius / sigma, a + 9.0)
    if high <= low:
        return 0.0
    half = 0.5 * (high - low) / PANELS
    total = 0.0
    for i in range(PANELS):  # i: panel
        for j in range(5):  # j: Gauss point
            r = low + half * (2.0 * i + 1.0 + GAUSS_X[j])
            total += GAUSS_W[j] * r * math.exp(-0.5 * (r - a) * (r - a)) * bessel_i0_scaled(a * r)
    return min(half * total, 1.0)


@kernel
def ellipse_probability(radius, sigma_x, sigma_y):
    """Probability [1] that a normal error of unequal axes, centred, falls inside a circle.

    The wide axis in closed form (erf), the narrow one by quadrature over the angle. Grubbs 1964. Validated:
    EFF-014."""
    small = min(sigma_x, sigma_y)
    large = max(sigma_x, sigma_y)
    high = math.asin(min(9.0 * small / radius, 1.0))
    half = 0.5 * high / PANELS
    total = 0.0
    for i in range(PANELS):  # i: panel in the angle whose sine is the narrow coordinate over the radius
        for j in range(5):  # j: Gauss point
            angle = half * (2.0 * i + 1.0 + GAUSS_X[j])
            u = radius * math.sin(angle) / small
            inside = math.erf(radius * math.cos(angle) / (large * math.sqrt(2.0)))
            total += GAUSS_W[j] * math.exp(-0.5 * u * u) * inside * math.cos(angle)
    return 2.0 * half * total * radius / (small * math.sqrt(2.0 * math.pi))


@kernel
def gaussian_kill(scale, sigma):
    """Kill probability [1] of one shot with lethality exp(-r^2 / (2 scale^2)) and circular error sigma.

    Carleton damage function: Washburn 2002. Validated: EFF-015."""
    s2 = scale * scale
    return s2 / (s2 + sigma * sigma)


@kernel
def gaussian_salvo_kill(scale, sigma_common, sigma_dispersion, n):
    """Kill probability [1] of n shots with Gaussian lethality that share an aim error and scatter
    independently.

    Inclusion and exclusion over the shots; n up to about 30. Morse and Kimball, ch. 6. Validated: EFF-015."""
    spread = scale * scale + sigma_dispersion * sigma_dispersion
    single = scale * scale / spread  # height of the averaged lethality
    total = 0.0
    term = 1.0
    for k in range(1, n + 1):  # k: number of shots that all would kill
        term *= -single * (n - k + 1.0) / k
        total -= term * spread / (spread + k * sigma_common * sigma_common)
    return total


@kernel
def fragment_hits(n_fragments, area, miss):
    """Mean number of hits on a presented area [m2] at a miss distance [m] from n fragments flying all round.

    Validated: EFF-019."""
    return n_fragments * area / (4.0 * math.pi * miss * miss)


@kernel
def poisson_kill(mean_lethal_hits):
    """Probability [1] of at least one lethal hit. Validated: EFF-019."""
    return -math.expm1(-mean_lethal_hits)
