"""Rules of thumb for the SNR a detection needs, and detection of a known signal; cross-checks of the exact
statistics.

Results are linear ratios [1] per pulse; pd, pfa: probabilities [1]; n: pulses summed after a square-law
detector."""

import math

from skyreach.jit import kernel
from skyreach.physics.special import normal_quantile_upper, normal_sf


@kernel
def albersheim_snr(pd, n, pfa):
    """SNR per pulse [1] for a steady target, Albersheim's approximation.

    Within 0.2 dB for pfa 1e-7 to 1e-3, pd 0.1 to 0.9, n up to 8096. Richards, Fundamentals of Radar Signal
    Processing, 2nd ed., ch. 6. Validated: RAD-024 to RAD-026, RAD-038c."""
    a = math.log(0.62 / pfa)
    b = math.log(pd / (1.0 - pd))
    level = math.log10(a + 0.12 * a * b + 1.7 * b)
    snr_db = -5.0 * math.log10(float(n)) + (6.2 + 4.54 / math.sqrt(n + 0.44)) * level
    return math.pow(10.0, 0.1 * snr_db)


@kernel
def shnidman_snr(case, pd, n, pfa):
    """SNR per pulse [1] for Swerling case 0 to 4, Shnidman's approximation; NaN for another case.

    Within 0.5 dB for pd 0.1 to 0.99, pfa 1e-9 to 1e-3, n up to 100. D. A. Shnidman, IEEE Trans. AES 38 (2002)
    1059; Richards, ch. 6. Validated: RAD-027 to RAD-029, RAD-038b."""
    if not (case >= 0 and case <= 4):
        return math.nan
    k = 0.0  # 1 / K of Shnidman
    if case > 0:
        k = 1.0 if case <= 2 else 0.5
        if case == 2 or case == 4:
            k /= n
    offset = 0.0 if n < 40 else 0.25
    root = math.sqrt(-0.8 * math.log(4.0 * pd * (1.0 - pd)))
    eta = math.sqrt(-0.8 * math.log(4.0 * pfa * (1.0 - pfa))) + math.copysign(root, pd - 0.5)
    steady = eta * (eta + 2.0 * math.sqrt(0.5 * n + offset - 0.25))
    extra_db = k * (((17.7006 * pd - 18.4496) * pd + 14.5339) * pd - 3.525)
    if pd > 0.872:
        log_term = 0.7 * math.log(1e-5 / pfa) + (2.0 * n - 20.0) / 80.0
        extra_db += k * (math.exp(27.31 * pd - 25.14) + (pd - 0.8) * log_term)
    return math.pow(10.0, 0.1 * extra_db) * steady / n


@kernel
def known_signal_threshold(pfa):
    """Neyman-Pearson threshold [noise standard deviations] of one real sample in Gaussian noise.

    Validated: RAD-010."""
    return normal_quantile_upper(pfa)


@kernel
def known_signal_pd(amplitude, pfa):
    """Probability of detection [1] of a known real amplitude [noise standard deviations] in Gaussian noise.

    Validated: RAD-041, RAD-042."""
    return normal_sf(normal_quantile_upper(pfa) - amplitude)
