"""Which plot belongs to which track: gates, clusters, global nearest neighbour."""

import math

import numpy as np

from skyreach.engine.filter import match_cost, predict
from skyreach.engine.geometry import square
from skyreach.jit import kernel, lean
from skyreach.world.codes import FIRM, SECTOR, TENTATIVE

LEFT_OUT = 1e3  # cost of a plot without a track: above that of any match, so that as many as possible are matched
NEAR = 8  # plots that a track keeps in its gate: the cheapest ones


@kernel
def associate(p, tracks, n_tracks, banks, fixes, plots, first, stop, radar, t, H, S, z):
    """Rows of the tracks that take the plots first..stop-1 (one radar, one frame), -1 none; predicts the tracks it tries to t.

    Firm tracks choose first: what the noise has begun must not take the plot of a target that is known."""
    n = stop - first
    order, taken = np.empty(n, np.int64), np.full(n, -1)
    by_range(plots, first, order)
    rows, near = np.empty(n_tracks, np.int64), np.empty((n_tracks, NEAR), np.int64)
    cost, n_near = np.empty((n_tracks, NEAR)), np.empty(n_tracks, np.int64)
    for state in (FIRM, TENTATIVE):
        found = gates(
            p, tracks, n_tracks, banks, fixes, plots, first, order, radar, t, state, taken, rows, near, cost, n_near, H, S, z
        )
        if found > 0:
            by_clusters(near, cost, n_near, rows, found, taken)
    return taken


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
def gates(p, tracks, n_tracks, banks, fixes, plots, first, order, radar, t, state, taken, rows, near, cost, n_near, H, S, z):
    """Find the free plots in the gate of every track of a state that this radar may see again; returns how many tracks have some.

    Writes rows (of tracks), and for each near (plot - first), cost and n_near. Predicts those tracks to t [s]."""
    found, n, error = 0, order.size, 0.0
    for k in range(first, first + n):  # k plot
        error = max(error, plots[k]["r_slant"] * max(plots[k]["sigma_az"], plots[k]["sigma_el"]) + plots[k]["sigma_r"])
    origin, at = radar["pos_ecef"], plots[first]["radar"]
    for i in range(n_tracks):  # i track
        row = tracks[i]
        if row["state"] != state or t - fixes[i, at]["t_plot"] < idle(radar, state, p):
            continue
        x, dt, reach, r2 = row["x"], t - row["t"], math.sqrt(p["gate"] * (spread(row, t, p) + 2.0 * error * error)), 0.0
        for a in range(3):  # a axis
            r2 += square(x[a] + dt * x[a + 3] - origin[a])
        low, k, count = math.sqrt(r2) - reach, first_beyond(plots, order, math.sqrt(r2) - reach), 0
        while k < n and plots[order[k]]["r_slant"] <= low + 2.0 * reach:
            plot, c = plots[order[k]], order[k] - first
            k += 1
            if taken[c] >= 0 or square(x[0] + (t - row["t"]) * x[3] - plot["pos_ecef"][0]) > reach * reach:
                continue
            gap = 0.0
            for a in range(3):
                gap += square(plot["pos_ecef"][a] - x[a] - (t - row["t"]) * x[a + 3])
            if gap <= reach * reach:
                predict(row, banks[i], banks[banks.shape[0] - 1], t, p)
                value = match_cost(row, radar, plot, p["gate"], H, S, z)
                if value < math.inf:
                    count = keep(near, cost, found, count, c, value)
        if count > 0:
            rows[found], n_near[found] = i, count
            found += 1
    return found


@lean
def idle(radar, state, p):
    """Time [s] after a plot of a radar before which it cannot have the next one of the same target.

    One target gives one plot a scan, and a tentative track, vague as it is, must not take that of its neighbour."""
    if state == FIRM:
        return 0.5 * min(radar["update_search"], radar["update_track"])
    return (p["early_scan"] if radar["scan"] == SECTOR else p["early_turn"]) * radar["update_search"]


@lean
def spread(row, t, p):
    """Trace of the position covariance of a track [m2], as it will be about time t [s]."""
    P, dt = row["P"], t - row["t"]
    growth = P[3, 3] + P[4, 4] + P[5, 5] + p["process_noise"] * dt + square(p["acceleration_prior"] * dt)
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
def by_clusters(near, cost, n_near, rows, found, taken):
    """Give plots to tracks, cluster by cluster: tracks that share plots, directly or by others, are solved together."""
    n = taken.size
    root, place, member = np.arange(n), np.empty(n, np.int64), np.empty(n, np.int64)
    head, after = np.full(n, -1), np.empty(found, np.int64)  # the tracks of each cluster as a chain
    for c in range(found):  # c track
        for j in range(1, n_near[c]):
            join(root, near[c, 0], near[c, j])
    for c in range(found - 1, -1, -1):
        top = top_of(root, near[c, 0])
        after[c], head[top] = head[top], c
    for top in range(n):
        c = head[top]
        if c < 0:
            continue
        if after[c] < 0:  # one track alone takes its best
            best = 0
            for j in range(1, n_near[c]):
                best = j if cost[c, j] < cost[c, best] else best
            taken[near[c, best]] = rows[c]
            continue
        n_rows, n_cols = 0, 0
        place[:] = -1
        while c >= 0:
            for j in range(n_near[c]):
                if place[near[c, j]] < 0:
                    place[near[c, j]], member[n_rows] = n_rows, near[c, j]
                    n_rows += 1
            n_cols += 1
            c = after[c]
        dense, columns, chosen = np.full((n_rows, n_cols), math.inf), np.empty(n_cols, np.int64), np.empty(n_rows, np.int64)
        c, n_cols = head[top], 0
        while c >= 0:
            columns[n_cols] = rows[c]
            for j in range(n_near[c]):
                dense[place[near[c, j]], n_cols] = cost[c, j]
            n_cols += 1
            c = after[c]
        assign(dense, LEFT_OUT, chosen)
        for k in range(n_rows):
            if chosen[k] >= 0:
                taken[member[k]] = columns[chosen[k]]


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
def assign(cost, left_out, taken):
    """Least total cost one-to-one assignment of rows to columns; a row left out costs `left_out`.

    cost (rows, columns), any unit; pairs above left_out are not allowed; taken (rows,), written: column or -1.
    Shortest augmenting paths with potentials: Jonker and Volgenant, Computing 38 (1987) 325; each row owns a private
    column of cost `left_out`. Validated: tests/engine/test_associate.py against scipy.optimize.linear_sum_assignment.
    """
    n_rows, n_real = cost.shape
    if n_rows == 1:  # the common case needs no search
        best, taken[0] = left_out, -1
        for j in range(n_real):
            if cost[0, j] < best:
                best, taken[0] = cost[0, j], j
        return
    n_cols = n_real + n_rows
    u, v = np.zeros(n_rows), np.zeros(n_cols)
    owner = np.full(n_cols, -1)  # row of each column
    shortest, previous, done = np.empty(n_cols), np.empty(n_cols, np.int64), np.empty(n_cols, np.bool_)
    for start in range(n_rows):
        shortest[:], previous[:], done[:] = math.inf, -1, False
        row, sink, low = start, -1, 0.0
        while sink < 0:
            for j in range(n_cols):  # relax the columns that this row may take
                if done[j] or (j >= n_real and j - n_real != row):
                    continue
                c = cost[row, j] if j < n_real else left_out
                if c <= left_out and low + c - u[row] - v[j] < shortest[j]:
                    shortest[j], previous[j] = low + c - u[row] - v[j], row
            pick = -1
            for j in range(n_cols):
                if not done[j] and (pick < 0 or shortest[j] < shortest[pick]):
                    pick = j
            low, done[pick] = shortest[pick], True
            if owner[pick] < 0:
                sink = pick
            else:
                row = owner[pick]
        for j in range(n_cols):  # potentials keep all reduced costs >= 0
            if done[j] and owner[j] >= 0:
                u[owner[j]] += low - shortest[j]
                v[j] -= low - shortest[j]
        u[start] += low
        j = sink
        while True:  # flip the path
            row = previous[j]
            swap = -1
            for k in range(n_cols):
                if owner[k] == row:
                    swap = k
            owner[j] = row
            if row == start:
                break
            j = swap
            owner[j] = -1
    taken[:] = -1
    for j in range(n_real):
        if owner[j] >= 0:
            taken[owner[j]] = j
