"""Phase 3 where the scenario asks for interacting models or joint probabilities: plots become tracks with banks.

Firm tracks choose first: what the noise has begun must not take the plot of a target that is known."""

import math

import numpy as np

from skyreach.engine.bank import begin_bank, update_bank
from skyreach.engine.gates import NEAR, by_range, gates, nearest, new_gates, spread
from skyreach.engine.geometry import square
from skyreach.engine.jpda import blend, log_false, probabilities
from skyreach.engine.strobes import take_bearing
from skyreach.engine.track_steps import count_hit, drop_from, log_plot, make_firm, start_track
from skyreach.jit import kernel, lean
from skyreach.world.codes import FIRM, FREE_ROW, NONE, TENTATIVE


@kernel
def track_by_banks(model, world, log, t):
    """Take the plots of this frame into the track file at time t [s]; writes tracks, banks, fixes, events, log.plots."""
    take_plots_by_banks(
        model.params[0], world.radars, world.targets, world.tracks, world.banks, world.fixes, world.plots, world.events,
        world.clock[0], log.plots, log.n, t,
    )  # fmt: skip


@kernel
def tidy_banks(model, world, t):
    """After track.tidy: drop tracks at time t [s] that double another, and by their score where that decides."""
    if model.params[0]["by_score"] == 1:
        p, clock = model.params[0], world.clock[0]
        tidy_by_score(p, world.radars, world.tracks, world.banks, world.events, clock, t)
    drop_doubles(model.params[0], world.radars, world.tracks, world.fixes, world.events, world.clock[0], t)


@kernel
def take_plots_by_banks(p, radars, targets, tracks, banks, fixes, plots, events, clock, logged, n_logged, t):
    """As track.take_plots, for tracks with banks; the last two banks are scratch."""
    first, n = 0, clock["n_plots"]
    while first < n:  # plots of one radar stand together
        stop = first + 1
        while stop < n and plots[stop]["radar"] == plots[first]["radar"]:
            stop += 1
        taken = take_scan(p, radars, targets, tracks, banks, fixes, plots, events, clock, first, stop, t)
        if p["sample_frames"] > 0:
            for k in range(first, stop):  # k plot
                i = taken[k - first]
                if plots[k]["strobe"] == 0:
                    log_plot(logged, n_logged, plots[k], tracks[i]["number"] if i >= 0 else NONE, t)
        first = stop


@kernel
def take_scan(p, radars, targets, tracks, banks, fixes, plots, events, clock, first, stop, t):
    """Take the plots first..stop-1 of one radar; returns the row of the track of each, -1 none."""
    n, radar, at, models = stop - first, radars[plots[first]["radar"]], plots[first]["radar"], p["n_models"]
    H, S, z, gain = np.empty((3, 3)), np.empty((3, 3)), np.empty(3), np.empty(9)  # scratch of the filter
    order, taken, lists = np.empty(n, np.int64), np.full(n, -1), new_gates(clock["n_tracks"])
    by_range(plots, first, order)
    shared = np.full(n, -1)  # tracks that have taken a plot already, by joint probabilities
    for state in (FIRM, TENTATIVE):
        found = gates(p, tracks, clock["n_tracks"], banks, fixes, plots, first, order, radar, t, state, taken, lists, H, S, z)
        if found > 0 and state == FIRM and p["jpda"] == 1:
            share(p, radars, targets, tracks, banks, fixes, plots, events, clock, first, lists, found, taken, H, z, gain, t)
            shared[:] = taken
        elif found > 0:
            nearest(lists, found, taken)
    for k in range(first, stop):  # k plot
        i, plot = taken[k - first], plots[k]
        if shared[k - first] >= 0:
            continue
        if i >= 0:
            if take_bearing(p, radars, tracks[i], plot, t):
                begin_bank(banks[i], tracks[i], t, p)
            else:
                log_l = update_bank(tracks[i], banks[i], radar, plot, H, z, gain, models)
                worth = math.log(p["detect_prob"]) + log_l - log_false(p, radar)
                score_plot(p, tracks[i], banks[i], radars, targets, events, clock, i, worth, t)
            count_hit(p, tracks[i], fixes[i, at], radar, targets, events, clock, i, plot, t)
        else:
            i = start_track(p, tracks, fixes, targets, events, clock, radar, plot, t)
            taken[k - first] = i
            if i >= 0:
                begin_bank(banks[i], tracks[i], t, p)
    return taken


@kernel
def share(p, radars, targets, tracks, banks, fixes, plots, events, clock, first, lists, found, taken, H, z, gain, t):
    """Update `found` firm tracks by all plots of their gates, each by its probability; a plot is noted with the track that most
    probably gave it, and a track with the plot that it most probably gave, if it gave one at all."""
    rows, n_near, near, _ = lists
    at, last = plots[first]["radar"], banks.shape[0] - 1
    beta, most = np.empty((found, NEAR + 1)), np.zeros(taken.size)
    weight = probabilities(p, plots, first, radars[at], lists, found, taken.size, beta)
    for c in range(found):  # c track, j its plots
        i, best = rows[c], 0
        blend(
            tracks[i], banks[i], banks[last], banks[last - 1], radars[at], plots, first, near[c, : n_near[c]], beta[c],
            H, z, gain, p["n_models"],
        )  # fmt: skip
        for j in range(n_near[c]):
            best = j if beta[c, j] > beta[c, best] else best
            if beta[c, j] > most[near[c, j]]:
                most[near[c, j]], taken[near[c, j]] = beta[c, j], i
        if beta[c, NEAR] < 0.5:
            worth = math.log(1.0 - p["detect_prob"] + weight[c].sum())
            score_plot(p, tracks[i], banks[i], radars, targets, events, clock, i, worth, t)
            count_hit(p, tracks[i], fixes[i, at], radars[at], targets, events, clock, i, plots[first + near[c, best]], t)


@lean
def score_plot(p, row, bank, radars, targets, events, clock, i, worth, t):
    """Add the worth of a plot [1] to the score of track i, less the looks missed before it; make the track firm by it.

    Sequential test of Wald, with the log-likelihood ratio of a target against noise: Blackman and Popoli (1999), ch. 6.2."""
    bank["score"] = score_at(p, row, bank, radars, t) + worth
    bank["best"] = max(bank["best"], bank["score"])
    if p["by_score"] == 1 and row["state"] == TENTATIVE and bank["score"] >= p["score_firm"]:
        make_firm(row, targets, events, clock, i, t)


@lean
def score_at(p, row, bank, radars, t):
    """Score [1] of a track at time t [s]: each look of the radar of its last plot that has come and gone since costs log(1 - Pd).

    A look counts as gone half an interval after it was due."""
    missed = math.floor((t - row["t_plot"]) / radars[row["radar"]]["update_search"] - 0.5)
    return bank["score"] + max(missed, 0.0) * math.log(1.0 - p["detect_prob"])


@lean
def tidy_by_score(p, radars, tracks, banks, events, clock, t):
    """Drop tentative tracks whose score has fallen too low, and firm ones whose score has fallen too far, at time t [s]."""
    for i in range(clock["n_tracks"]):  # i track
        row = tracks[i]
        score = score_at(p, row, banks[i], radars, t)
        if row["state"] == TENTATIVE and score <= p["score_drop"]:
            row["state"] = FREE_ROW
        elif row["state"] == FIRM and banks[i]["best"] - score >= p["score_fall"]:
            drop_from(tracks, events, clock, i, t)


@kernel
def drop_doubles(p, radars, tracks, fixes, events, clock, t):
    """Drop firm tracks at time t [s] that stand where another with more plots does, unless a radar gave both a plot in one scan.

    Two plots of one scan are two targets; tracks that take turns at one plot are one."""
    n = clock["n_tracks"]
    rows, east, reach = np.empty(n, np.int64), np.empty(n), np.empty(n)
    n_firm = 0
    for i in range(n):  # i, j track
        row, dt = tracks[i], t - tracks[i]["t"]
        if row["state"] == FIRM:
            rows[n_firm], east[n_firm] = i, row["x"][0] + dt * row["x"][3]
            reach[n_firm] = math.sqrt(p["merge_gate"] * spread(row, dt, p))
            n_firm += 1
    for a in range(n_firm):
        for b in range(a):
            if abs(east[a] - east[b]) > reach[a] + reach[b]:
                continue
            i, j = rows[b], rows[a]  # the one with fewer plots goes, of equals the later row
            if tracks[i]["hits"] >= tracks[j]["hits"]:
                i, j = j, i
            alive = tracks[i]["state"] == FIRM and tracks[j]["state"] == FIRM
            if alive and take_turns(radars, fixes, i, j, t) and apart(tracks[i], tracks[j], t) <= p["merge_gate"]:
                drop_from(tracks, events, clock, i, t)


@lean
def take_turns(radars, fixes, i, j, t):
    """True if a radar gave only one of tracks i and j a plot in its last scan, and none gave both one."""
    alternate = False
    for r in range(fixes.shape[1]):  # r radar
        last, gap = max(fixes[i, r]["t_plot"], fixes[j, r]["t_plot"]), abs(fixes[i, r]["t_plot"] - fixes[j, r]["t_plot"])
        scan = radars[r]["update_search"]
        if t - last > 1.5 * scan:  # sees neither now
            continue
        if gap < 0.5 * scan:
            return False
        alternate = True
    return alternate


@lean
def apart(one, two, t):
    """Squared Mahalanobis distance [1] of two tracks in position at time t [s], errors taken as independent."""
    dt, du, x, y = t - one["t"], t - two["t"], one["x"], two["x"]
    s00, s11 = cov_after(one, 0, 0, dt) + cov_after(two, 0, 0, du), cov_after(one, 1, 1, dt) + cov_after(two, 1, 1, du)
    s10, s20 = cov_after(one, 1, 0, dt) + cov_after(two, 1, 0, du), cov_after(one, 2, 0, dt) + cov_after(two, 2, 0, du)
    s21, s22 = cov_after(one, 2, 1, dt) + cov_after(two, 2, 1, du), cov_after(one, 2, 2, dt) + cov_after(two, 2, 2, du)
    d0, d1, d2 = x[0] + dt * x[3] - y[0] - du * y[3], x[1] + dt * x[4] - y[1] - du * y[4], x[2] + dt * x[5] - y[2] - du * y[5]
    l10, l20 = s10 / s00, s20 / s00  # L D L'
    e1 = s11 - l10 * s10
    l21 = (s21 - l20 * s10) / e1
    e2 = s22 - l20 * s20 - l21 * l21 * e1
    w1 = d1 - l10 * d0
    w2 = d2 - l20 * d0 - l21 * w1
    return square(d0) / s00 + square(w1) / e1 + square(w2) / e2


@lean
def cov_after(row, a, b, dt):
    """Entry a, b of the position covariance [m2] of a track after dt [s] without noise."""
    P = row["P"]
    return P[a, b] + dt * (P[a, b + 3] + P[a + 3, b]) + dt * dt * P[a + 3, b + 3]
