"""Phase 3: plots become tracks. Gating, global nearest neighbour, filter, confirmation, deletion."""

import numpy as np

from skyreach.engine.associate import assign
from skyreach.engine.filter import match_cost, predict, update
from skyreach.engine.geometry import square
from skyreach.engine.strobes import take_bearing
from skyreach.engine.track_steps import LEFT_OUT, count_hit, drop_from, idle, log_plot, start_track
from skyreach.engine.turns import follow_turns, turn_reach
from skyreach.jit import kernel, lean
from skyreach.world.codes import FIRM, FREE_ROW, NONE, TENTATIVE


@kernel
def track(model, world, log, t):
    """Take the plots of this frame into the track file at time t [s]; writes tracks, fixes, events, log.plots."""
    take_plots(
        model.params[0], world.radars, world.targets, world.tracks, world.fixes, world.plots, world.events,
        world.clock[0], log.plots, log.n, t,
    )  # fmt: skip


@kernel
def take_plots(p, radars, targets, tracks, fixes, plots, events, clock, logged, n_logged, t):
    """As track, with the tables that it needs."""
    n = clock["n_plots"]
    H, S, z, gain = np.empty((3, 3)), np.empty((3, 3)), np.empty(3), np.empty(6)  # scratch of the filter
    candidates = np.empty(tracks.shape[0], np.int64)
    first = 0
    while first < n:  # plots of one radar stand together: each track takes at most one of them
        stop = first + 1
        while stop < n and plots[stop]["radar"] == plots[first]["radar"]:
            stop += 1
        radar = radars[plots[first]["radar"]]
        at = t - radar["plot_delay"]  # time of measurement
        n_tracks = near_tracks(tracks, clock["n_tracks"], fixes, plots, candidates, first, stop, radar, p, at, t)
        taken = associate(p, tracks, plots, candidates[:n_tracks], first, stop, radar, at, H, S, z)
        for k in range(first, stop):  # k plot
            plot = plots[k]
            i = taken[k - first]
            if i >= 0:
                if not take_bearing(p, radars, tracks[i], plot, at):
                    update(tracks[i], radar, plot, H, z, gain)
                count_hit(p, tracks[i], fixes[i, plot["radar"]], radar, targets, events, clock, i, plot, t)
            else:
                i = start_track(p, tracks, fixes, targets, events, clock, radar, plot, t)
                if i >= 0:
                    tracks[i]["t"] = at
            if p["sample_frames"] > 0 and plot["strobe"] == 0:
                log_plot(logged, n_logged, plot, tracks[i]["number"] if i >= 0 else NONE, at)
        first = stop


@kernel
def associate(p, tracks, plots, candidates, first, stop, radar, t, H, S, z):
    """Rows of the tracks that take the plots first..stop-1 (one radar, one frame), -1 none; predicts the candidates to t."""
    cost = np.empty((stop - first, candidates.size))
    for c in range(candidates.size):  # c candidate track, k plot
        row = tracks[candidates[c]]
        predict(row, t, p["process_noise"])
        for k in range(first, stop):
            cost[k - first, c] = match_cost(row, radar, plots[k], p["gate"], H, S, z)
    taken = np.empty(stop - first, np.int64)
    assign(cost, LEFT_OUT, taken)
    for k in range(taken.size):
        if taken[k] >= 0:
            taken[k] = candidates[taken[k]]
    follow_turns(p, tracks, plots, candidates, first, stop, radar, taken, H, S, z)
    return taken


@lean
def near_tracks(tracks, n_tracks, fixes, plots, candidates, first, stop, radar, p, at, t):
    """Fill candidates with the rows of tracks that a cheap distance test cannot rule out; returns their number.

    Plots were measured at time `at` and have come at time t [s]."""
    n, eye = 0, plots[first]["radar"]
    fresh, searched = idle(radar, FIRM, p), idle(radar, TENTATIVE, p)
    for i in range(n_tracks):  # i track, k plot
        row = tracks[i]
        if row["state"] == FREE_ROW or t - fixes[i, eye]["t_plot"] < (fresh if row["state"] == FIRM else searched):
            continue
        x, P, dt = row["x"], row["P"], at - row["t"]
        spread = (
            P[0, 0] + P[1, 1] + P[2, 2] + dt * dt * (P[3, 3] + P[4, 4] + P[5, 5] + p["process_noise"] * max(dt, 0.0))
        )
        spread += 2.0 * abs(dt * (P[0, 3] + P[1, 4] + P[2, 5]))
        if row["state"] == FIRM:
            spread += 3.0 * square(turn_reach(p))
        for k in range(first, stop):
            plot = plots[k]
            error = plot["r_slant"] * max(plot["sigma_az"], plot["sigma_el"]) + plot["sigma_r"]
            gap = 0.0
            for a in range(3):  # a axis
                gap += square(plot["pos_ecef"][a] - x[a] - dt * x[a + 3])
            if gap <= p["gate"] * (spread + 2.0 * error * error):
                candidates[n] = i
                n += 1
                break
    return n


@lean
def tidy(model, world, t):
    """Delete firm tracks without plots for drop_time, and tentative ones that missed M of N, at time t [s]."""
    tidy_tracks(model.params[0], world.tracks, world.events, world.clock[0], t)


@lean
def tidy_tracks(p, tracks, events, clock, t):
    """As tidy, with the tables that it needs; where scores decide, nothing."""
    if p["by_score"] == 1:
        return
    for i in range(clock["n_tracks"]):  # i track
        row = tracks[i]
        if row["state"] == TENTATIVE:
            if t > row["t_limit"]:
                row["state"] = FREE_ROW
        elif row["state"] == FIRM and t - row["t_plot"] > p["drop_time"]:
            drop_from(tracks, events, clock, i, t)


@lean
def drop(world, i, t):
    """Take firm track i out of the file."""
    drop_from(world.tracks, world.events, world.clock[0], i, t)
