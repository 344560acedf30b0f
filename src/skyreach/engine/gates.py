"""Which plots may belong to which tracks, for track files of banks: gates found by range, clusters solved one by one.

Cost grows with tracks times plots in a gate, not with tracks times plots: plots are sorted by range, and tracks that share no
plot, directly or by others, are solved apart. Blackman and Popoli, Design and Analysis of Modern Tracking Systems (1999), 6."""

import math

import numpy as np

from skyreach.engine.associate import assign
from skyreach.engine.bank import predict_bank
from skyreach.engine.filter import match_cost
from skyreach.engine.geometry import square
from skyreach.engine.track_steps import LEFT_OUT, idle
from skyreach.jit import kernel, lean

NEAR = 8  # plots that a track keeps in its gate: the cheapest ones


@kernel
def new_gates(n_tracks):
    """Empty lists for `gates`: rows of tracks, how many plots each has in its gate, which (from the first), at what cost."""
    near, cost = np.empty((n_tracks, NEAR), np.int64), np.empty((n_tracks, NEAR))
    return np.empty(n_tracks, np.int64), np.empty(n_tracks, np.int64), near, cost


@lean
def by_range(plots, first, order):
    """Rows of plots from `first` on in the order of their range, written to order (n,): Shell sort."""
    n = order.size
    for k in range(n):
        order[k] = first + k
    gap = n // 2
    while gap > 0:
        for k in range(gap, n):
            row, j = order[k], k
            while j >= gap and plots[order[j - gap]]["r_slant"] > plots[row]["r_slant"]:
                order[j] = order[j - gap]
                j -= gap
            order[j] = row
        gap //= 2


@lean
def gates(p, tracks, n_tracks, banks, fixes, plots, first, order, radar, t, state, taken, lists, H, S, z):
    """Find the free plots in the gate of every track of a state that this radar may see again; returns how many tracks have some.

    Fills lists (new_gates); a plot is free while taken is negative. Predicts those tracks to t [s]; the last bank is scratch."""
    rows, n_near, near, cost = lists
    found, n, error = 0, order.size, 0.0
    for k in range(first, first + n):  # k plot
        error = max(error, plots[k]["r_slant"] * max(plots[k]["sigma_az"], plots[k]["sigma_el"]) + plots[k]["sigma_r"])
    origin, at = radar["pos_ecef"], plots[first]["radar"]
    for i in range(n_tracks):  # i track
        row = tracks[i]
        if row["state"] != state or t - fixes[i, at]["t_plot"] < idle(radar, state, p):
            continue
        x, dt = row["x"], t - row["t"]
        x0, x1, x2 = x[0] + dt * x[3], x[1] + dt * x[4], x[2] + dt * x[5]
        reach2 = p["gate"] * (spread(row, dt, p) + 2.0 * error * error)
        r, reach = math.sqrt(square(x0 - origin[0]) + square(x1 - origin[1]) + square(x2 - origin[2])), math.sqrt(reach2)
        k, count = first_beyond(plots, order, r - reach), 0
        while k < n and plots[order[k]]["r_slant"] <= r + reach:
            plot, c = plots[order[k]], order[k] - first
            k += 1
            at_plot = plot["pos_ecef"]
            gap = square(at_plot[0] - x0)
            if taken[c] >= 0 or gap > reach2 or gap + square(at_plot[1] - x1) + square(at_plot[2] - x2) > reach2:
                continue
            predict_bank(row, banks[i], banks[banks.shape[0] - 1], t, p)
            value = match_cost(row, radar, plot, p["gate"], H, S, z)
            if value < math.inf:
                count = keep(near, cost, found, count, c, value)
        if count > 0:
            rows[found], n_near[found] = i, count
            found += 1
    return found


@lean
def spread(row, dt, p):
    """Trace of the position covariance of a track [m2] dt [s] after its time, about; with room for a manoeuvre that begins."""
    P = row["P"]
    growth = P[3, 3] + P[4, 4] + P[5, 5] + p["straight_noise"] * dt + square(p["acceleration_prior"] * dt)
    return P[0, 0] + P[1, 1] + P[2, 2] + dt * dt * growth + 2.0 * abs(dt * (P[0, 3] + P[1, 4] + P[2, 5]))


@lean
def first_beyond(plots, order, r):
    """First place in order whose plot is at range r [m] or beyond: binary search."""
    low, high = 0, order.size
    while low < high:
        middle = (low + high) // 2
        if plots[order[middle]]["r_slant"] < r:
            low = middle + 1
        else:
            high = middle
    return low


@lean
def keep(near, cost, row, count, plot, value):
    """Note a plot in the gate of a track; a full list loses its dearest; returns how many it holds."""
    place = count
    if count == NEAR:
        place = 0
        for j in range(1, NEAR):
            if cost[row, j] > cost[row, place]:
                place = j
        if cost[row, place] <= value:
            return count
    near[row, place], cost[row, place] = plot, value
    return min(count + 1, NEAR)


@kernel
def chains(near, n_near, found, n_plots):
    """Clusters as chains: head (n_plots,) holds the first track of each cluster at the plot that stands for it, -1 elsewhere;
    after (found,) the next one, -1 at the end."""
    root = np.arange(n_plots)
    head, after = np.full(n_plots, -1), np.empty(found, np.int64)
    for c in range(found):  # c track
        for j in range(1, n_near[c]):
            join(root, near[c, 0], near[c, j])
    for c in range(found - 1, -1, -1):
        top = top_of(root, near[c, 0])
        after[c], head[top] = head[top], c
    return head, after


@lean
def top_of(root, k):
    """The plot that stands for the cluster of plot k."""
    while root[k] != k:
        root[k] = root[root[k]]
        k = root[k]
    return k


@lean
def join(root, a, b):
    """Make one cluster of those of plots a and b."""
    root[top_of(root, b)] = top_of(root, a)


@kernel
def nearest(lists, found, taken):
    """Global nearest neighbour: give plots to the first `found` tracks of lists, cluster by cluster; writes rows into taken."""
    rows, n_near, near, cost = lists
    head, after = chains(near, n_near, found, taken.size)
    place = np.empty(taken.size, np.int64)
    for top in range(taken.size):
        c = head[top]
        if c >= 0 and after[c] >= 0:
            solve_cluster(c, after, lists, place, taken)
        elif c >= 0:  # one track alone takes its best
            best = 0
            for j in range(1, n_near[c]):
                best = j if cost[c, j] < cost[c, best] else best
            taken[near[c, best]] = rows[c]


@kernel
def solve_cluster(top, after, lists, place, taken):
    """Give the plots of the cluster that begins with track `top` to its tracks; place: scratch."""
    rows, n_near, near, cost = lists
    n_plots, n_tracks, c = 0, 0, top
    while c >= 0:  # c track of the cluster, j its plots
        for j in range(n_near[c]):
            place[near[c, j]] = -1
        n_tracks += 1
        c = after[c]
    member = np.empty(n_tracks * NEAR, np.int64)
    c = top
    while c >= 0:
        for j in range(n_near[c]):
            if place[near[c, j]] < 0:
                place[near[c, j]], member[n_plots] = n_plots, near[c, j]
                n_plots += 1
        c = after[c]
    dense, columns, chosen = np.full((n_plots, n_tracks), math.inf), np.empty(n_tracks, np.int64), np.empty(n_plots, np.int64)
    c, n_tracks = top, 0
    while c >= 0:
        columns[n_tracks] = rows[c]
        for j in range(n_near[c]):
            dense[place[near[c, j]], n_tracks] = cost[c, j]
        n_tracks += 1
        c = after[c]
    assign(dense, LEFT_OUT, chosen)
    for k in range(n_plots):
        if chosen[k] >= 0:
            taken[member[k]] = columns[chosen[k]]
