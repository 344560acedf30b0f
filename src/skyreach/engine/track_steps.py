"""What every kind of track file does with a plot: ask whether a track can take it, begin, count, drop, note it down."""

import math

from skyreach.engine.bookkeeping import emit_to
from skyreach.engine.filter import begin
from skyreach.engine.strobes import is_located
from skyreach.jit import lean
from skyreach.world.codes import (
    BY_NOTHING,
    E_FALSE_DROPPED,
    E_FALSE_FIRM,
    E_TRACK_DROPPED,
    E_TRACK_FIRM,
    E_TRACK_TABLE_FULL,
    FIRM,
    FREE_ROW,
    NONE,
    SECTOR,
    TENTATIVE,
    UNKNOWN,
)

LEFT_OUT = 1e3  # cost of a plot without a track: above that of any match, so that as many as possible are matched


@lean
def idle(radar, state, p):
    """Time [s] after a plot of a radar before which it cannot have the next one of the same target.

    One target gives one plot a scan, and a tentative track, vague as it is, must not take that of its neighbour."""
    if state == FIRM:
        return 0.5 * min(radar["update_search"], radar["update_track"])
    return (p["early_scan"] if radar["scan"] == SECTOR else p["early_turn"]) * radar["update_search"]


@lean
def start_track(p, tracks, fixes, targets, events, clock, radar, plot, t):
    """Begin a tentative track from a plot; returns its row, or -1 (and now and then an event) if the track file is full."""
    for i in range(tracks.shape[0]):  # i track
        row = tracks[i]
        if row["state"] == FREE_ROW:
            begin(p, row, radar, plot, t)
            row["state"], row["identity"], row["known_by"] = TENTATIVE, UNKNOWN, BY_NOTHING
            clock["n_tracks"] = max(clock["n_tracks"], i + 1)
            row["number"] = clock["n_numbers"]
            clock["n_numbers"] += 1
            for r in range(fixes.shape[1]):  # r radar
                fixes[i, r]["t_plot"] = -math.inf
            fixes[i, plot["radar"]]["t_plot"] = t
            row["t_first"], row["t_plot"], row["hits"] = t, t, 1
            row["t_limit"] = t + (p["confirm_looks"] + 0.5) * radar["update_search"]
            row["radar"], row["target"] = plot["radar"], plot["target"]
            row["firm_event"], row["id_event"], row["falls"], row["t_climb"] = -1, -1, 0.0, -math.inf
            return i
    if t < clock["t_full"] + p["drop_time"]:  # said not long ago
        return -1
    clock["t_full"] = t
    cause = targets[plot["target"]]["seen_event"] if plot["target"] >= 0 else NONE
    emit_to(events, clock, t, E_TRACK_TABLE_FULL, cause, plot["target"], plot["radar"], NONE, 0.0)
    return -1


@lean
def count_hit(p, row, fix, radar, targets, events, clock, i, plot, t):
    """Note a plot on track i and make the track firm when it has enough of them, unless its score decides that."""
    row["hits"] += 1
    fix["t_plot"] = t
    row["t_limit"] = max(row["t_limit"], row["t_first"] + (p["confirm_looks"] + 0.5) * radar["update_search"])
    row["t_plot"], row["radar"] = t, plot["radar"]
    if plot["target"] >= 0:
        row["target"] = plot["target"]
    if row["state"] == TENTATIVE and row["hits"] >= p["confirm_hits"] and p["by_score"] == 0 and is_located(p, row):
        make_firm(row, targets, events, clock, i, t)


@lean
def make_firm(row, targets, events, clock, i, t):
    """Make track i firm at time t [s]."""
    row["state"], row["t_firm"], j = FIRM, t, row["target"]
    cause = targets[j]["seen_event"] if j >= 0 else NONE
    kind = E_TRACK_FIRM if j >= 0 else E_FALSE_FIRM
    row["firm_event"] = emit_to(events, clock, t, kind, cause, j, i, row["number"], 0.0)


@lean
def drop_from(tracks, events, clock, i, t):
    """Take firm track i out of the file."""
    row = tracks[i]
    row["state"] = FREE_ROW
    kind = E_TRACK_DROPPED if row["target"] >= 0 else E_FALSE_DROPPED
    emit_to(events, clock, t, kind, row["firm_event"], row["target"], i, row["number"], 0.0)


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
