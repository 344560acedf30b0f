"""Special functions that the compiled physics needs and that Numba or the C library would answer differently.

All scalar kernels; relative accuracy about 1e-13 unless stated. math.lgamma is not used: Python and the C
library each bring their own, and compiled and plain runs must agree to the bit.
"""

import math

from skyreach.jit import kernel

LOG_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)


@kernel
def log_gamma(x):
    """Natural logarithm of the gamma function of x > 0 [1]; absolute error below 1e-13 (1e-15 of large
    values).

    Recurrence up to x >= 12, then Stirling's series. DLMF 5.5.1 and 5.11.1. Validated: test_special."""
    shift = 1.0
    while x < 12.0:
        if not x > 0.0:
            return math.nan
        shift *= x
        x += 1.0
    y = 1.0 / (x * x)
    series = 1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y * (1.0 / 1188.0))))
    return (x - 0.5) * math.log(x) - x + LOG_SQRT_2PI + series / x - math.log(shift)


@kernel
def gamma_q(a, x):
    """Regularised upper incomplete gamma function Q(a, x) [1], a > 0, x >= 0.

    Also the survival function of a chi-square variable: Q(dof/2, x/2). Series below a + 1, continued fraction
    (modified Lentz) above. DLMF 8.11.4, 8.9.2. Validated: test_special against scipy."""
    if not (a > 0.0 and x >= 0.0):
        return math.nan
    if x == 0.0:
        return 1.0
    if x == math.inf:
        return 0.0
    front = math.exp(a * math.log(x) - x - log_gamma(a))
    if x < a + 1.0:
        term = 1.0 / a
        total = term
        i = 1
        while term > 1e-17 * total and i < 100000:
            term *= x / (a + i)
            total += term
            i += 1
        return 1.0 - front * total
    b = x + 1.0 - a
    c = 1e300
    d = 1.0 / b
    h = d
    for i in range(1, 100000):
        an = -i * (i - a)
        b += 2.0
        d = an * d + b
        d = 1e-300 if d == 0.0 else d
        c = b + an / c
        c = 1e-300 if c == 0.0 else c
        d = 1.0 / d
        h *= d * c
        if abs(d * c - 1.0) < 1e-15:
            break
    return front * h


@kernel
def gamma_p(a, x):
    """Regularised lower incomplete gamma function P(a, x) [1], a > 0, x >= 0; absolute error 1e-14.

    DLMF 8.2.5. Validated: test_special against scipy."""
    return 1.0 - gamma_q(a, x)


@kernel
def normal_sf(z):
    """Probability that a standard normal variable exceeds z [1]; half of erfc(z/sqrt 2).

    Validated: test_special."""
    return 0.5 * math.erfc(z * math.sqrt(0.5))


@kernel
def normal_quantile_upper(p):
    """z with P(normal > z) = p [1], 0 < p < 1; NaN outside.

    Newton steps on the log of the survival function, which is concave, from beyond the root: they come down
    to it. p down to 1e-300. Validated: STA cases, test_special."""
    if not (p > 0.0 and p < 1.0):
        return math.nan
    sign = 1.0 if p <= 0.5 else -1.0
    target = math.log(p) if p <= 0.5 else math.log1p(-p)
    z = math.sqrt(-2.0 * target)
    for _ in range(100):
        survival = normal_sf(z)
        density = math.exp(-0.5 * z * z - LOG_SQRT_2PI)
        step = (math.log(survival) - target) * survival / density
        z += step
        if abs(step) < 1e-15 * (1.0 + z):
            break
    return sign * z


@kernel
def beta_inc(a, b, x):
    """Regularised incomplete beta function I_x(a, b) [1], a, b > 0, 0 <= x <= 1; NaN outside.

    Continued fraction of DLMF 8.17.22 (modified Lentz), on the side where it converges fast. Validated:
    test_statistics against scipy."""
    if not (a > 0.0 and b > 0.0 and x >= 0.0 and x <= 1.0):
        return math.nan
    if x == 0.0 or x == 1.0:
        return x
    front = math.exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * math.log(x) + b * math.log1p(-x))
    swap = x > (a + 1.0) / (a + b + 2.0)
    if swap:
        a, b, x = b, a, 1.0 - x
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (1e-300 if d == 0.0 else d)
    h = d
    for m in range(1, 100000):
        even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        d = 1.0 + even * d
        c = 1.0 + even / c
        d = 1.0 / (1e-300 if d == 0.0 else d)
        h *= d * (1e-300 if c == 0.0 else c)
        d = 1.0 + odd * d
        c = 1.0 + odd / c
        d = 1.0 / (1e-300 if d == 0.0 else d)
        h *= d * c
        if abs(d * c - 1.0) < 1e-15:
            break
    value = front * h / a
    return 1.0 - value if swap else value


@kernel
def beta_quantile(a, b, p):
    """x with I_x(a, b) = p [1]; bisection to the last bit but one.

    Validated: test_statistics against scipy."""
    if not (p >= 0.0 and p <= 1.0 and a > 0.0 and b > 0.0):
        return math.nan
    low = 0.0
    high = 1.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if beta_inc(a, b, middle) < p:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def chi_square_quantile(dof, p):
    """Value that a chi-square variable of dof degrees stays below with probability p [1].

    Also the squared gate size for a dof-dimensional measurement. Bisection of gamma_q. Validated: STA-009e,
    TRK-015."""
    if not (p >= 0.0 and p < 1.0 and dof > 0.0):
        return math.nan
    low = 0.0
    high = dof + 10.0
    while 1.0 - gamma_q(0.5 * dof, 0.5 * high) < p and high < 1e15:
        high *= 2.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        if gamma_q(0.5 * dof, 0.5 * middle) > 1.0 - p:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def student_quantile(dof, p):
    """Value that a Student t variable of dof degrees stays below with probability p [1], 0 < p < 1.

    From the incomplete beta function: DLMF 8.17, Abramowitz and Stegun 26.7.1. Validated: STA-009."""
    tail = 2.0 * (1.0 - p if p > 0.5 else p)
    x = beta_quantile(0.5 * dof, 0.5, tail)
    size = math.sqrt(dof * (1.0 - x) / x)
    return size if p > 0.5 else -size
