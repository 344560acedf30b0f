"""Joint probabilistic data association: how probable each pair of a track and a plot is, over all joint hypotheses.

Within a cluster of tracks that share plots the sum over hypotheses is done track by track; what of the past matters is only which
of the shared plots are taken, so that hypotheses with the same set are one (Maskell, Briers, Wright, Fast mutual exclusion,
SPIE 5428 (2004); Bar-Shalom, Willett, Tian, Tracking and Data Fusion (2011), ch. 6.2).
Validated: tests/physics/test_association.py against enumeration of all joint events and against pyehm.
"""

import numpy as np

from skyreach.jit import kernel

MOST_SHARED = 12  # plots shared in a cluster that are summed exactly; beyond, Fitzgerald's formula


@kernel
def marginals(weight, near, n_near, bit, n_bits, miss, beta_out):
    """Probability [1] that track c of one cluster gave plot near[c, j], into beta_out[c, j], and none, beta_out[c, -1].

    weight (tracks, most): detection times likelihood over the density of false alarms; near, n_near: the plots of each track;
    bit (plots,): number of a plot among those shared by tracks of this cluster, -1 for the others; n_bits of them; miss: 1 - Pd.
    With more than MOST_SHARED: w / (sum over its plots + sum over its rivals - w + miss), Fitzgerald, ACC 1986, p. 418."""
    n_tracks, none = near.shape[0], beta_out.shape[1] - 1
    if n_bits > MOST_SHARED:
        rivals = np.zeros(bit.size)
        for c in range(n_tracks):  # c track, j its plots
            for j in range(n_near[c]):
                rivals[near[c, j]] += weight[c, j]
        for c in range(n_tracks):
            own, left = 0.0, 1.0
            for j in range(n_near[c]):
                own += weight[c, j]
            for j in range(n_near[c]):
                beta_out[c, j] = weight[c, j] / (own + rivals[near[c, j]] - weight[c, j] + miss)
                left -= beta_out[c, j]
            beta_out[c, none] = max(left, 0.0)
        return
    size = 1 << n_bits
    past, future = np.zeros((n_tracks + 1, size)), np.zeros((n_tracks + 1, size))
    past[0, 0] = 1.0
    future[n_tracks, :] = 1.0
    for c in range(n_tracks):  # taken: set of shared plots that tracks before c have
        for taken in range(size):
            if past[c, taken] == 0.0:
                continue
            past[c + 1, taken] += past[c, taken] * miss
            for j in range(n_near[c]):
                after = with_plot(taken, bit[near[c, j]])
                if after >= 0:
                    past[c + 1, after] += past[c, taken] * weight[c, j]
        largest = past[c + 1].max()
        past[c + 1] /= largest  # only ratios matter: keeps clusters of many tracks within the numbers
    for c in range(n_tracks - 1, -1, -1):
        for taken in range(size):
            total = miss * future[c + 1, taken]
            for j in range(n_near[c]):
                after = with_plot(taken, bit[near[c, j]])
                if after >= 0:
                    total += weight[c, j] * future[c + 1, after]
            future[c, taken] = total
        future[c] /= future[c].max()
    for c in range(n_tracks):
        beta_out[c, :] = 0.0
        for taken in range(size):
            beta_out[c, none] += past[c, taken] * miss * future[c + 1, taken]
            for j in range(n_near[c]):
                after = with_plot(taken, bit[near[c, j]])
                if after >= 0:
                    beta_out[c, j] += past[c, taken] * weight[c, j] * future[c + 1, after]
        beta_out[c] /= beta_out[c].sum()


@kernel
def with_plot(taken, bit):
    """The set of shared plots taken, with one more (bit < 0: not shared); -1 if it is taken already."""
    if bit < 0:
        return taken
    return -1 if taken & (1 << bit) else taken | (1 << bit)
