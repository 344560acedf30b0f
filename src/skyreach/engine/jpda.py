"""Plots shared among tracks by their joint probabilities: the other way of association, for plots in clutter.

Firm tracks take all plots of their gates, each by its probability; tentative ones then choose among those in no firm gate, as
in track.py. Used by analysis.tracking on plots from elsewhere; the fight itself runs on global nearest neighbour.
"""

import math

import numpy as np

from skyreach.engine.associate import NEAR, by_clusters, by_range, gates, join, top_of
from skyreach.engine.filter import LOG_TWO_PI_3, combine, update
from skyreach.engine.track import count_hit, start_track
from skyreach.jit import kernel
from skyreach.physics.association import marginals
from skyreach.physics.imm import N_MODELS
from skyreach.world.codes import FIRM, TENTATIVE


@kernel
def share_plots(p, radars, targets, tracks, banks, fixes, plots, events, clock, t):
    """As track.take_plots, for the plots of one radar, firm tracks by joint probabilities; the last two banks are scratch."""
    n, n_tracks, radar = clock["n_plots"], clock["n_tracks"], radars[plots[0]["radar"]]
    H, S, z, gain = np.empty((3, 3)), np.empty((3, 3)), np.empty(3), np.empty(9)
    order, taken = np.empty(n, np.int64), np.full(n, -1)
    by_range(plots, 0, order)
    rows, near = np.empty(n_tracks, np.int64), np.empty((n_tracks, NEAR), np.int64)
    cost, n_near = np.empty((n_tracks, NEAR)), np.empty(n_tracks, np.int64)
    found = gates(p, tracks, n_tracks, banks, fixes, plots, 0, order, radar, t, FIRM, taken, rows, near, cost, n_near, H, S, z)
    beta = np.empty((found, NEAR + 1))
    probabilities(p, plots, radar, near, cost, n_near, found, beta)
    for c in range(found):  # c track
        i, best = rows[c], 0
        blend(tracks[i], banks[i], banks[-1], banks[-2], radar, plots, near[c, : n_near[c]], beta[c], H, z, gain)
        for j in range(n_near[c]):  # j its plots
            taken[near[c, j]] = i
            best = j if beta[c, j] > beta[c, best] else best
        if beta[c, NEAR] < 0.5:
            count_hit(p, tracks[i], fixes[i, plots[0]["radar"]], radar, targets, events, clock, i, plots[near[c, best]], t)
    shared = taken.copy()
    found = gates(
        p, tracks, n_tracks, banks, fixes, plots, 0, order, radar, t, TENTATIVE, taken, rows, near, cost, n_near, H, S, z
    )
    by_clusters(near, cost, n_near, rows, found, taken)
    for k in range(n):  # k plot
        if shared[k] >= 0:
            continue
        i = taken[k]
        if i >= 0:
            update(tracks[i], banks[i], radar, plots[k], H, z, gain)
            count_hit(p, tracks[i], fixes[i, plots[k]["radar"]], radar, targets, events, clock, i, plots[k], t)
        else:
            start_track(p, tracks, banks, fixes, targets, events, clock, radar, plots[k], t)


@kernel
def probabilities(p, plots, radar, near, cost, n_near, found, beta):
    """Joint probabilities of the plots in the gates of `found` tracks into beta (found, NEAR + 1), the last for none."""
    root, users, bit = np.arange(plots.size), np.zeros(plots.size, np.int64), np.empty(plots.size, np.int64)
    weight, done = np.zeros((found, NEAR)), np.zeros(found, np.bool_)
    for c in range(found):  # c track, j its plots
        for j in range(n_near[c]):
            plot = plots[near[c, j]]
            join(root, near[c, 0], near[c, j])
            users[near[c, j]] += 1
            log_r = 2.0 * math.log(plot["sigma_r"] * plot["sigma_az"] * plot["sigma_el"])
            log_l = -0.5 * (cost[c, j] + log_r + LOG_TWO_PI_3)  # the cost holds d^2 and the volume of the gate over that of R
            weight[c, j] = p["detect_prob"] * math.exp(log_l - radar["log_false"])
    for c in range(found):
        if done[c]:
            continue
        group, n_bits = np.empty(found, np.int64), 0
        size = 0
        bit[:] = -1
        for other in range(c, found):
            if top_of(root, near[other, 0]) == top_of(root, near[c, 0]):
                group[size], done[other] = other, True
                size += 1
                for j in range(n_near[other]):
                    k = near[other, j]
                    if users[k] > 1 and bit[k] < 0:
                        bit[k] = n_bits
                        n_bits += 1
        members = group[:size]
        out = np.empty((size, NEAR + 1))
        marginals(weight[members], near[members], n_near[members], bit, n_bits, 1.0 - p["detect_prob"], out)
        for a in range(size):
            beta[members[a]] = out[a]


@kernel
def blend(row, bank, work, total, radar, plots, near, beta, H, z, gain):
    """Replace a track by the mixture of its updates with each plot of its gate and of no update, matched in its moments."""
    for m in range(N_MODELS):  # m model; total: sums about the predicted state
        total["mu"][m] = beta[-1] * bank["mu"][m]
        for a in range(9):  # a, b state
            total["x"][m, a] = 0.0
            for b in range(9):
                total["P"][m, a, b] = total["mu"][m] * bank["P"][m, a, b]
    ahead = row["x"].copy()
    for j in range(near.size):  # j plot
        for a in range(6):
            row["x"][a] = ahead[a]
        for m in range(N_MODELS):
            work["mu"][m] = bank["mu"][m]
            for a in range(9):
                work["x"][m, a] = bank["x"][m, a]
                for b in range(9):
                    work["P"][m, a, b] = bank["P"][m, a, b]
        update(row, work, radar, plots[near[j]], H, z, gain)
        for m in range(N_MODELS):
            w = beta[j] * work["mu"][m]
            total["mu"][m] += w
            for a in range(9):
                d = work["x"][m, a] - bank["x"][m, a]
                total["x"][m, a] += w * d
                for b in range(9):
                    total["P"][m, a, b] += w * (work["P"][m, a, b] + d * (work["x"][m, b] - bank["x"][m, b]))
    for m in range(N_MODELS):
        w = max(total["mu"][m], 1e-300)
        bank["mu"][m] = total["mu"][m]
        for a in range(9):
            d = total["x"][m, a] / w
            bank["x"][m, a] += d
            for b in range(9):
                bank["P"][m, a, b] = total["P"][m, a, b] / w - d * total["x"][m, b] / w
    sum_mu = bank["mu"].sum()
    for m in range(N_MODELS):
        bank["mu"][m] /= sum_mu
    combine(row, bank)
