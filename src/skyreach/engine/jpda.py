"""Plots shared among tracks by their joint probabilities: the other way of association, for plots in clutter.

Bar-Shalom, Willett, Tian, Tracking and Data Fusion (2011), ch. 6.2; the sum over hypotheses: physics/association.py."""

import math

import numpy as np

from skyreach.engine.bank import LOG_TWO_PI_3, combine, copy_models, update_bank
from skyreach.engine.gates import NEAR, chains
from skyreach.jit import kernel, lean
from skyreach.physics.association import marginals


@lean
def log_false(p, radar):
    """Log of the density of false alarms that a track file reckons with [1/(m rad2)]: those of noise in a resolution cell, or
    `false_density` where it is given."""
    if p["false_density"] > 0.0:
        return math.log(p["false_density"])
    return math.log(radar["pfa"] / (radar["resolution"] * radar["width_az"] * radar["width_el"]))


@kernel
def probabilities(p, plots, first, radar, lists, found, n_plots, beta):
    """Joint probabilities of the plots in the gates of `found` tracks into beta (found, NEAR + 1), the last for none; returns
    the weights (found, NEAR): detection times likelihood over the density of false alarms."""
    _, n_near, near, cost = lists
    users, weight, base = np.zeros(n_plots, np.int64), np.zeros((found, NEAR)), log_false(p, radar)
    for c in range(found):  # c track, j its plots
        for j in range(n_near[c]):
            plot = plots[first + near[c, j]]
            users[near[c, j]] += 1
            log_r = 2.0 * math.log(plot["sigma_r"] * plot["sigma_az"] * plot["sigma_el"])
            log_l = -0.5 * (cost[c, j] + log_r + LOG_TWO_PI_3)  # the cost holds d^2 and the volume of the gate over that of R
            weight[c, j] = p["detect_prob"] * math.exp(log_l - base)
    head, after = chains(near, n_near, found, n_plots)
    bit = np.full(n_plots, -1)
    for top in range(n_plots):
        c, size, n_bits = head[top], 0, 0
        while c >= 0:
            for j in range(n_near[c]):
                k = near[c, j]
                if users[k] > 1 and bit[k] < 0:
                    bit[k] = n_bits
                    n_bits += 1
            size += 1
            c = after[c]
        if size > 0:
            cluster(head[top], after, size, n_bits, lists, weight, bit, 1.0 - p["detect_prob"], beta)
    return weight


@kernel
def cluster(top, after, size, n_bits, lists, weight, bit, miss, beta):
    """Joint probabilities of the tracks of one cluster, which begins with track `top`, into beta."""
    _, n_near, near, _ = lists
    members = np.empty(size, np.int64)
    c = top
    for a in range(size):
        members[a] = c
        c = after[c]
    out = np.empty((size, NEAR + 1))
    marginals(weight[members], near[members], n_near[members], bit, n_bits, miss, out)
    for a in range(size):
        beta[members[a]] = out[a]


@lean
def blend(row, bank, work, total, radar, plots, first, near, beta, H, z, gain, n):
    """Replace a track by the mixture of its updates with each plot of its gate and of no update, matched in its moments.

    near: plots from `first` on; beta: their probabilities, last that of none; n models; work, total: banks as scratch."""
    mean, size = row["x"], near.shape[0]
    x0, x1, x2, x3, x4, x5 = mean[0], mean[1], mean[2], mean[3], mean[4], mean[5]
    for m in range(n):  # m model; total: sums about the predicted state
        total["mu"][m] = beta[-1] * bank["mu"][m]
        for a in range(9):  # a, b state
            total["x"][m, a] = 0.0
            for b in range(9):
                total["P"][m, a, b] = total["mu"][m] * bank["P"][m, a, b]
    for j in range(size):  # j plot
        mean[0], mean[1], mean[2], mean[3], mean[4], mean[5] = x0, x1, x2, x3, x4, x5
        copy_models(bank, work, n)
        update_bank(row, work, radar, plots[first + near[j]], H, z, gain, n)
        for m in range(n):
            w = beta[j] * work["mu"][m]
            total["mu"][m] += w
            for a in range(9):
                d = w * (work["x"][m, a] - bank["x"][m, a])
                total["x"][m, a] += d
                for b in range(9):
                    total["P"][m, a, b] += w * work["P"][m, a, b] + d * (work["x"][m, b] - bank["x"][m, b])
    sum_mu = 0.0
    for m in range(n):
        w = max(total["mu"][m], 1e-300)
        bank["mu"][m] = w
        sum_mu += w
        for a in range(9):
            d = total["x"][m, a] / w
            bank["x"][m, a] += d
            for b in range(9):
                bank["P"][m, a, b] = total["P"][m, a, b] / w - d * total["x"][m, b] / w
    for m in range(n):
        bank["mu"][m] /= sum_mu
    combine(row, bank, n)
