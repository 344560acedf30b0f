"""Probability of detection of a steady or fluctuating target: exact statistics of the square-law detector.

Everywhere: snr is the mean signal-to-noise ratio per pulse after the matched filter (linear), pfa the chance
of a false alarm per decision, n the number of pulses added after a square-law detector. Swerling case: 0
steady; 1 and 3 one draw per dwell, 2 and 4 one draw per pulse; 1 and 2 exponential, 3 and 4 chi-square with
four degrees. Sources: Marcum, RAND RM-753 (1948); Swerling, RAND RM-1217 (1954); Meyer and Mayer, Radar
Target Detection (1973)."""

import math

from skyreach.jit import kernel
from skyreach.physics.special import gamma_q, log_gamma


@kernel
def pd_swerling1(snr, pfa):
    """Probability of detection [1] of a Swerling 1 target in one look: pfa ** (1 / (1 + snr)).

    snr >= 0, 0 < pfa < 1; not checked; NaN in, NaN out. Validated: RAD-020, test_detection."""
    return math.pow(pfa, 1.0 / (1.0 + snr))


@kernel
def pd_swerling3(snr, pfa):
    """Probability of detection [1] of a Swerling 3 target in one look (exact, chi-square of four degrees).

    snr >= 0, 0 < pfa < 1; not checked; NaN in, NaN out. Meyer and Mayer, ch. 2. Validated: RAD-013,
    test_detection."""
    half = 0.5 * snr
    spread = 1.0 + half
    threshold = -math.log(pfa)
    return math.exp(-threshold / spread) * (1.0 + threshold * half / (spread * spread))


@kernel
def required_snr1(pd, pfa):
    """SNR [1] at which a Swerling 1 target is detected in one look with probability pd.

    0 < pfa <= pd < 1. Inverse of pd_swerling1. Validated: RAD-012."""
    return math.log(pfa) / math.log(pd) - 1.0


@kernel
def square_law_threshold(n, pfa):
    """Threshold [noise powers] on the sum of n square-law samples for a false-alarm probability pfa.

    n >= 1, 1e-250 < pfa < 1, else NaN. Q(n, threshold) = pfa, by Newton steps on log Q, which is concave,
    down from an upper bound (Laurent and Massart, Annals of Statistics 28 (2000) 1302, lemma 1). Validated:
    test_detection against scipy."""
    if not (n >= 1 and pfa > 1e-250 and pfa < 1.0):
        return math.nan
    if n == 1:
        return -math.log(pfa)
    log_pfa = math.log(pfa)
    log_factorial = log_gamma(float(n))
    v = n + math.sqrt(-2.0 * n * log_pfa) - log_pfa
    for _ in range(200):
        tail = gamma_q(float(n), v)
        density = math.exp((n - 1.0) * math.log(v) - v - log_factorial)
        step = (math.log(tail) - log_pfa) * tail / density
        v += step
        if abs(step) < 1e-14 * v:
            break
    return v


@kernel
def _fluctuation_order(case, n):
    """Number K of chi-square degree pairs that the n pulses share; 0 stands for infinite (steady)."""
    if case == 1:
        return 1.0
    if case == 2:
        return float(n)
    if case == 3:
        return 2.0
    if case == 4:
        return 2.0 * n
    return 0.0


@kernel
def pd_above_threshold(case, snr, n, threshold):
    """Probability of detection [1] for a given threshold [noise powers] on the sum of n pulses.

    Signal and noise together are a mixture of gamma sums of order n + m; m is Poisson (steady target) or
    negative binomial of order K with mean n * snr. All terms are positive, so there is no cancellation;
    absolute error about 1e-14 for n up to 1e4. Meyer and Mayer 1973, ch. 2 (chi-square family). Validated:
    RAD-019 to RAD-023."""
    if not (case >= 0 and case <= 4 and snr >= 0.0 and threshold >= 0.0):
        return math.nan
    if case == 2:
        return gamma_q(float(n), threshold / (1.0 + snr))
    order = _fluctuation_order(case, n)
    mean = n * snr
    if mean > 1e12:
        return 1.0
    q = mean if order == 0.0 else mean / (order + mean)  # ratio of neighbouring weights, without the counting factor
    log_weight = -mean if order == 0.0 else -order * math.log1p(mean / order)
    tail = gamma_q(float(n), threshold)
    rise = math.exp(n * math.log(threshold) - threshold - log_gamma(n + 1.0)) if threshold > 0.0 else 0.0
    pd = 0.0
    used = 0.0
    for m in range(2000000):  # m: extra order brought in by the signal
        weight = math.exp(log_weight)
        pd += weight * tail
        used += weight
        if rise < 1e-18 and n + m > threshold:
            return min(pd + max(1.0 - used, 0.0), 1.0)  # every further term has tail = 1
        factor = q / (m + 1.0) if order == 0.0 else q * (order + m) / (m + 1.0)
        if factor <= 0.0 or (factor < 0.99 and weight < 1e-19 * pd * (1.0 - factor)):
            break
        log_weight += math.log(factor)
        tail += rise
        rise *= threshold / (n + m + 1.0)
    return min(pd, 1.0)


@kernel
def detection_probability(case, snr, n, pfa):
    """Probability of detection [1], exact: Swerling case 0 to 4, snr per pulse [1], n pulses, pfa [1].

    NaN for a case outside 0 to 4, snr < 0, n < 1, or pfa outside (0, 1). Validated: RAD-019 to RAD-023."""
    return pd_above_threshold(case, snr, n, square_law_threshold(n, pfa))


@kernel
def required_snr(case, pd, n, pfa):
    """SNR per pulse [1] for a probability of detection pd, exact: Swerling case 0 to 4, n pulses, pfa.

    NaN unless pfa < pd < 1. Bisection of the exact statistics on a log scale to 1e-13. Validated: RAD-011 to
    RAD-018."""
    threshold = square_law_threshold(n, pfa)
    if not (pd > pfa and pd < 1.0 and threshold > 0.0 and case >= 0 and case <= 4):
        return math.nan
    low = -30.0  # ln snr
    high = 40.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if pd_above_threshold(case, math.exp(middle), n, threshold) < pd:
            low = middle
        else:
            high = middle
    return math.exp(0.5 * (low + high))


@kernel
def required_snr_coherent(case, pd, n, pfa):
    """SNR per pulse [1] when n pulses are added in voltage first: one look with n times the SNR.

    Validated: RAD-038d."""
    return required_snr(case, pd, 1, pfa) / n


@kernel
def integration_gain(case, pd, n, pfa):
    """Ratio of the SNR needed with one pulse to that needed per pulse with n pulses [1], exact statistics.

    Validated: RAD-034."""
    return required_snr(case, pd, 1, pfa) / required_snr(case, pd, n, pfa)


@kernel
def binary_integration(m, n, p):
    """Probability [1] of at least m hits in n independent looks of probability p each.

    Also the rule "m of n" that starts a track. Binomial sum, 0 <= m <= n. Validated: RAD-033."""
    total = 0.0
    for k in range(m, n + 1):  # k: number of hits
        ways = math.exp(log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0))
        total += ways * math.pow(p, float(k)) * math.pow(1.0 - p, float(n - k))
    return total
