"""Statistics of repeated runs: confidence intervals, sample sizes, and when to stop.

Proportions are numbers of successes k out of n independent runs; confidence is two-sided unless said
otherwise."""

import math

import numpy as np

from skyreach.jit import kernel
from skyreach.physics.special import beta_quantile, chi_square_quantile, normal_quantile_upper


@kernel
def wilson_interval(k, n, confidence):
    """(low, high) [1] of a proportion: Wilson's score interval, no continuity correction.

    Newcombe, Statistics in Medicine 17 (1998) 857, method 3. NaN for n = 0. Validated: STA-001 to STA-005."""
    z = normal_quantile_upper(0.5 * (1.0 - confidence))
    p = k / n
    centre = k + 0.5 * z * z
    half = z * math.sqrt(k * (1.0 - p) + 0.25 * z * z)
    low = (centre - half) / (n + z * z)
    high = (centre + half) / (n + z * z)
    return (low if k > 0 else 0.0), (high if k < n else 1.0)


@kernel
def clopper_pearson_interval(k, n, confidence):
    """(low, high) [1] of a proportion: exact interval of Clopper and Pearson, from beta quantiles.

    Newcombe 1998 (part 1), method 5. Validated: STA-001 to STA-005."""
    tail = 0.5 * (1.0 - confidence)
    low = beta_quantile(float(k), n - k + 1.0, tail) if k > 0 else 0.0
    high = beta_quantile(k + 1.0, float(n - k), 1.0 - tail) if k < n else 1.0
    return low, high


@kernel
def zero_failure_bound(n, confidence):
    """One-sided upper bound [1] of a proportion that never occurred in n runs: 1 - (1 - confidence)^(1/n).

    About 3/n at 95 %. Hanley and Lippman-Hand, JAMA 249 (1983) 1743. Validated: STA-006."""
    return -math.expm1(math.log1p(-confidence) / n)


@kernel
def proportion_sample_size(p, half_width, confidence):
    """Number of runs for a confidence interval of a proportion p of plus or minus half_width; rounded up.

    Normal approximation. Validated: STA-007."""
    z = normal_quantile_upper(0.5 * (1.0 - confidence))
    return math.ceil(z * z * p * (1.0 - p) / (half_width * half_width) - 1e-9)


@kernel
def wilks_sample_size(coverage, confidence, order):
    """Number of runs so that the order-th largest result lies above the coverage quantile with confidence
    (one-sided).

    order = 1: the largest. Wilks, Annals of Mathematical Statistics 12 (1941) 91. Validated: STA-008."""
    n = order
    while n < 10_000_000:
        term = math.exp(n * math.log(coverage))  # probability of no result above
        below = term
        for j in range(1, order):  # j: number of results above
            term *= (n - j + 1.0) / j * (1.0 - coverage) / coverage
            below += term
        if below <= 1.0 - confidence:
            return n
        n += 1
    return -1


@kernel
def proportion_difference_interval(k1, n1, k2, n2, confidence):
    """(difference, low, high) [1] of two independent proportions k1/n1 - k2/n2: hybrid score interval.

    Newcombe, Statistics in Medicine 17 (1998) 873, method 10. Validated: STA-010."""
    low1, high1 = wilson_interval(k1, n1, confidence)
    low2, high2 = wilson_interval(k2, n2, confidence)
    p1 = k1 / n1
    p2 = k2 / n2
    down = math.sqrt((p1 - low1) * (p1 - low1) + (high2 - p2) * (high2 - p2))
    up = math.sqrt((high1 - p1) * (high1 - p1) + (p2 - low2) * (p2 - low2))
    return p1 - p2, p1 - p2 - down, p1 - p2 + up


@kernel
def standard_error_proportion(p, n):
    """Standard error [1] of a proportion p of n runs. Validated: STA-011a."""
    return math.sqrt(p * (1.0 - p) / n)


@kernel
def standard_error_mean(sample_std, n):
    """Standard error of a mean, in the unit of sample_std. Validated: STA-011b."""
    return sample_std / math.sqrt(n)


@kernel
def paired_difference_error(p1, p2, p_both, n):
    """Standard error [1] of the difference of two proportions measured with the same random numbers in n
    runs each.

    p_both: probability that both succeed in one run. Independent runs: p_both = p1 * p2. McNemar,
    Psychometrika 12 (1947) 153. Validated: STA-012."""
    difference = p1 - p2
    return math.sqrt((p1 + p2 - 2.0 * p_both - difference * difference) / n)


@kernel
def sprt_bounds(alpha, beta):
    """(upper, lower) bounds of the log likelihood ratio at which Wald's sequential test ends.

    alpha, beta: errors of the first and second kind. Wald, Annals of Mathematical Statistics 16 (1945) 117.
    Validated: STA-015, STA-016."""
    return math.log((1.0 - beta) / alpha), math.log(beta / (1.0 - alpha))


@kernel
def sprt_steps(p0, p1):
    """(after a success, after a failure): steps of the log likelihood ratio of p1 against p0.

    Validated: STA-015, STA-016."""
    return math.log(p1 / p0), math.log((1.0 - p1) / (1.0 - p0))


@kernel
def nees_bounds(n_runs, n_x, confidence):
    """(low, high) of the mean normalised estimation error squared of a consistent filter over n_runs runs.

    n_x: dimension of the state. Bar-Shalom, Li and Kirubarajan (2001), section 5.4. Validated: TRK-012 to
    TRK-014."""
    tail = 0.5 * (1.0 - confidence)
    dof = n_runs * n_x
    return chi_square_quantile(dof, tail) / n_runs, chi_square_quantile(dof, 1.0 - tail) / n_runs


@kernel
def kolmogorov_cdf(n, d):
    """Probability [1] that the Kolmogorov-Smirnov distance of n draws from a continuous distribution is
    below d.

    Exact, for n up to about 200. Marsaglia, Tsang and Wang, J. Statistical Software 8 (2003) 18. Validated:
    STA-013, STA-014, test_statistics."""
    if not (d > 0.0 and n >= 1):
        return 0.0
    if d >= 1.0:
        return 1.0
    k = int(n * d) + 1
    m = 2 * k - 1
    rest = k - n * d
    step = np.zeros((m, m))
    for i in range(m):  # i, j: row and column of the transition matrix
        for j in range(m):
            if i - j + 1 >= 0:
                step[i, j] = 1.0
    for i in range(m):
        step[i, 0] -= math.pow(rest, i + 1.0)
        step[m - 1, i] -= math.pow(rest, float(m - i))
    if 2.0 * rest - 1.0 > 0.0:
        step[m - 1, 0] += math.pow(2.0 * rest - 1.0, float(m))
    for i in range(m):
        for j in range(m):
            for g in range(1, i - j + 2):
                step[i, j] /= g
    row = np.zeros(m)  # row k - 1 of the powers of step
    row[k - 1] = 1.0
    new = np.zeros(m)
    for i in range(1, n + 1):  # i: power; times i / n keeps the numbers near one
        for j in range(m):
            total = 0.0
            for g in range(m):
                total += row[g] * step[g, j]
            new[j] = total * i / n
        row[:] = new
    return row[k - 1]


@kernel
def kolmogorov_critical(n, alpha):
    """Two-sided critical value [1] of the one-sample Kolmogorov-Smirnov test at significance alpha;
    bisection.

    Validated: STA-013, STA-014."""
    low = 0.0
    high = 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if kolmogorov_cdf(n, middle) < 1.0 - alpha:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
