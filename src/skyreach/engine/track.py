"""Phase 3: plots become tracks. Association (associate.py), filter (filter.py), confirmation, deletion."""

import math

import numpy as np

from skyreach.engine.associate import associate, spread
from skyreach.engine.bookkeeping import emit_to
from skyreach.engine.filter import begin, distance2, update
from skyreach.engine.geometry import square
from skyreach.jit import kernel, lean
from skyreach.world.codes import (
    E_TRACK_DROPPED,
    E_TRACK_FIRM,
    E_TRACK_TABLE_FULL,
    FIRM,
    FREE_ROW,
    NONE,
    TENTATIVE,
    UNKNOWN,
)


@kernel
def track(model, world, log, t):
    """Take the plots of this frame into the track file at time t [s]; writes tracks, banks, fixes, events, log.plots."""
    take_plots(
        model.params[0], world.radars, world.targets, world.tracks, world.banks, world.fixes, world.plots, world.events,
        world.clock[0], log.plots, log.n, t,
    )  # fmt: skip


@kernel
def take_plots(p, radars, targets, tracks, banks, fixes, plots, events, clock, logged, n_logged, t):
    """As track, with the tables that it needs."""
    n = clock["n_plots"]
    H, S, z, gain = np.empty((3, 3)), np.empty((3, 3)), np.empty(3), np.empty(9)  # scratch of the filter
    first = 0
    while first < n:  # plots of one radar stand together: each track takes at most one of them
        stop = first + 1
        while stop < n and plots[stop]["radar"] == plots[first]["radar"]:
            stop += 1
        radar = radars[plots[first]["radar"]]
        taken = associate(p, tracks, clock["n_tracks"], banks, fixes, plots, first, stop, radar, t, H, S, z)
        for k in range(first, stop):  # k plot
            plot = plots[k]
            i = taken[k - first]
            if i >= 0:
                tracks[i]["score"] += gain_of(p, radar, update(tracks[i], banks[i], radar, plot, H, z, gain))
                count_hit(p, tracks[i], fixes[i, plot["radar"]], radar, targets, events, clock, i, plot, t)
            else:
                i = start_track(p, tracks, banks, fixes, targets, events, clock, radar, plot, t)
            if p["sample_frames"] > 0:
                log_plot(logged, n_logged, plot, tracks[i]["number"] if i >= 0 else NONE, t)
        first = stop


@lean
def gain_of(p, radar, log_l):
    """What a plot of log-likelihood log_l [1/(m rad2)] adds to the score of its track: target over noise, as a logarithm."""
    return math.log(p["detect_prob"]) + log_l - radar["log_false"]


@lean
def start_track(p, tracks, banks, fixes, targets, events, clock, radar, plot, t):
    """Begin a tentative track from a plot; returns its row, or -1 (and now and then an event) if the track file is full."""
    for i in range(tracks.shape[0]):  # i track
        row = tracks[i]
        if row["state"] == FREE_ROW:
            begin(row, banks[i], radar, plot, t, p)
            row["state"], row["identity"] = TENTATIVE, UNKNOWN
            clock["n_tracks"] = max(clock["n_tracks"], i + 1)
            row["number"] = clock["n_numbers"]
            clock["n_numbers"] += 1
            for r in range(fixes.shape[1]):  # r radar
                fixes[i, r]["t_plot"] = -math.inf
            fixes[i, plot["radar"]]["t_plot"] = t
            row["t_first"], row["t_plot"], row["hits"], row["score"] = t, t, 1, 0.0
            row["t_limit"] = t + (p["confirm_looks"] + 0.5) * radar["update_search"]
            row["radar"], row["target"] = plot["radar"], plot["target"]
            row["firm_event"], row["id_event"] = -1, -1
            return i
    if t < clock["t_full"] + p["drop_time"]:  # said not long ago
        return -1
    clock["t_full"] = t
    cause = targets[plot["target"]]["seen_event"]
    emit_to(events, clock, t, E_TRACK_TABLE_FULL, cause, plot["target"], plot["radar"], NONE, 0.0)
    return -1


@lean
def count_hit(p, row, fix, radar, targets, events, clock, i, plot, t):
    """Note a plot on track i and make the track firm when it has enough of them."""
    row["hits"] += 1
    fix["t_plot"] = t
    row["t_limit"] = max(row["t_limit"], row["t_first"] + (p["confirm_looks"] + 0.5) * radar["update_search"])
    row["t_plot"], row["radar"], row["target"] = t, plot["radar"], plot["target"]
    if row["state"] == TENTATIVE and row["hits"] >= p["confirm_hits"]:
        row["state"], row["t_firm"] = FIRM, t
        cause = targets[plot["target"]]["seen_event"]
        row["firm_event"] = emit_to(events, clock, t, E_TRACK_FIRM, cause, plot["target"], i, row["number"], 0.0)


@lean
def tidy(model, world, t):
    """Delete firm tracks without plots for drop_time or that double another, tentative ones that missed M of N, at t [s]."""
    tidy_tracks(model.params[0], world.radars, world.tracks, world.fixes, world.events, world.clock[0], t)


@lean
def tidy_tracks(p, radars, tracks, fixes, events, clock, t):
    """As tidy, with the tables that it needs."""
    for i in range(clock["n_tracks"]):  # i track
        row = tracks[i]
        if row["state"] == TENTATIVE:
            if t > row["t_limit"]:
                row["state"] = FREE_ROW
        elif row["state"] == FIRM and (
            t - row["t_plot"] > p["drop_time"] or doubles_another(p, radars, tracks, clock["n_tracks"], fixes, i, t)
        ):
            drop_from(tracks, events, clock, i, t)


@lean
def doubles_another(p, radars, tracks, n_tracks, fixes, i, t):
    """True if a firm track is where another with more plots is, and no radar gave both a plot in its last scan.

    Two plots of one scan are two targets; tracks that take turns at one plot are one."""
    row = tracks[i]
    for j in range(n_tracks):  # j other track
        other = tracks[j]
        if i == j or other["state"] != FIRM or other["hits"] < row["hits"] or (other["hits"] == row["hits"] and j > i):
            continue
        reach, gap = p["merge_gate"] * (spread(row, t, p) + spread(other, t, p)), 0.0
        for a in range(3):  # a axis
            gap += square(row["x"][a] - other["x"][a] + (t - row["t"]) * row["x"][a + 3] - (t - other["t"]) * other["x"][a + 3])
        if gap <= reach and take_turns(radars, fixes, i, j, t) and separation(row, other, t) <= p["merge_gate"]:
            return True
    return False


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
def separation(one, two, t):
    """Squared Mahalanobis distance [1] of two tracks in position at time t [s], errors taken as independent."""
    dt, du, x, y = t - one["t"], t - two["t"], one["x"], two["x"]
    d2, _ = distance2(
        cov_after(one, 0, 0, dt) + cov_after(two, 0, 0, du), cov_after(one, 1, 0, dt) + cov_after(two, 1, 0, du),
        cov_after(one, 1, 1, dt) + cov_after(two, 1, 1, du), cov_after(one, 2, 0, dt) + cov_after(two, 2, 0, du),
        cov_after(one, 2, 1, dt) + cov_after(two, 2, 1, du), cov_after(one, 2, 2, dt) + cov_after(two, 2, 2, du),
        x[0] + dt * x[3] - y[0] - du * y[3], x[1] + dt * x[4] - y[1] - du * y[4], x[2] + dt * x[5] - y[2] - du * y[5],
    )  # fmt: skip
    return d2


@lean
def cov_after(row, a, b, dt):
    """Entry a, b of the position covariance [m2] of a track after dt [s] without noise."""
    P = row["P"]
    return P[a, b] + dt * (P[a, b + 3] + P[a + 3, b]) + dt * dt * P[a + 3, b + 3]


@lean
def drop(world, i, t):
    """Take firm track i out of the file."""
    drop_from(world.tracks, world.events, world.clock[0], i, t)


@lean
def drop_from(tracks, events, clock, i, t):
    """As drop, with the tables that it needs."""
    row = tracks[i]
    row["state"] = FREE_ROW
    emit_to(events, clock, t, E_TRACK_DROPPED, row["firm_event"], row["target"], i, row["number"], 0.0)


@lean
def log_plot(logged, n_logged, plot, number, t):
    """Keep a plot, and the number of the track that took it (-1 none), for the record."""
    row = logged[n_logged[1]]
    row["t"], row["radar"], row["target"] = t, plot["radar"], plot["target"]
    row["track_number"] = number
    row["r_slant"], row["az"], row["el"], row["snr"] = plot["r_slant"], plot["az"], plot["el"], plot["snr"]
    for a in range(3):  # a axis
        row["pos_ecef"][a] = plot["pos_ecef"][a]
    n_logged[1] += 1
