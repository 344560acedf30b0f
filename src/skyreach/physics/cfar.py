"""Constant false-alarm rate: thresholds set from neighbouring cells in exponential noise, and what they cost.

Source: Richards, Fundamentals of Radar Signal Processing, 2nd ed., ch. 6; Rohling, IEEE Trans. AES 19 (1983)
608."""

import math

from skyreach.jit import kernel
from skyreach.physics.detection import required_snr1


@kernel
def ca_cfar_factor(n_cells, pfa):
    """Threshold factor [1] on the mean of n_cells cells for a false-alarm probability pfa [1].

    Validated: RAD-030, RAD-031."""
    return n_cells * math.expm1(-math.log(pfa) / n_cells)


@kernel
def ca_cfar_pd(n_cells, pfa, snr):
    """Probability of detection [1] of a Swerling 1 target (one look, mean snr [1]) behind cell averaging.

    Validated: test_detection."""
    return math.pow(1.0 + ca_cfar_factor(n_cells, pfa) / (n_cells * (1.0 + snr)), -float(n_cells))


@kernel
def ca_cfar_loss(n_cells, pfa, pd):
    """Factor [1] by which cell averaging raises the SNR that a Swerling 1 target needs, one look.

    Exact; a steady target loses about the same (2.0 dB with 16 cells at 1e-6). Validated: RAD-030,
    RAD-031."""
    with_cells = ca_cfar_factor(n_cells, pfa) / (n_cells * math.expm1(-math.log(pd) / n_cells)) - 1.0
    return with_cells / required_snr1(pd, pfa)


@kernel
def os_cfar_pfa(n_cells, rank, factor):
    """False-alarm probability [1] of a threshold of factor times the rank-th smallest of n_cells cells.

    Rohling 1983. Validated: RAD-032."""
    pfa = 1.0
    for i in range(rank):  # i: order statistic
        pfa *= (n_cells - i) / (n_cells - i + factor)
    return pfa


@kernel
def os_cfar_factor(n_cells, rank, pfa):
    """Threshold factor [1] on the rank-th smallest (1 is the smallest) of n_cells cells; bisection of
    os_cfar_pfa.

    Validated: RAD-032."""
    low = 0.0
    high = 1.0
    while os_cfar_pfa(n_cells, rank, high) > pfa and high < 1e12:
        high *= 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if os_cfar_pfa(n_cells, rank, middle) > pfa:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
