"""What a user's policy is shown, gathered in one go, and what it answers, done. Compiled when a policy first asks for it.

Nothing here decides: limits, ledger and orders are those of the built-in rules, with the choice left open."""

import numpy as np

from skyreach.engine.allocate import follows, note_order
from skyreach.engine.decide import (
    channels_taken,
    free_rounds,
    has_free,
    held,
    leave_to_other,
    most_orders,
    next_type,
    offer,
    order_shots,
    reserve,
)
from skyreach.engine.filter import predict, update
from skyreach.engine.identify import in_view, on_airway
from skyreach.engine.plan import FEASIBLE, plan, until_seen
from skyreach.engine.strobes import take_bearing
from skyreach.engine.track import associate, near_tracks
from skyreach.engine.track_steps import count_hit, log_plot, start_track
from skyreach.jit import kernel
from skyreach.world.codes import (
    FIRM,
    FRIEND,
    HOSTILE,
    IFF_NONE,
    NEUTRAL,
    NON_HOSTILE,
    NONE,
    R_LOWER_PRIORITY,
    R_MAGAZINE,
    R_OTHER_UNIT,
    R_RULES,
)
from skyreach.world.dice import IDENTIFY, ONCE, REPLY, uniform


@kernel
def options(model, world, seen, order, t_left, t):
    """All that could be ordered at time t [s], before any order of this cycle; after `sift`; writes nothing.

    order: rows of tracks, worst threat first; t_left [s] by row of tracks. Returns choice (n, 5): rows of sites, tracks and
    missile types, rounds free and rounds kept back; times (n, 2): delay to launch and flight [s]; code (sites, tracks): FEASIBLE
    or why not (codes.REASONS), -1 where the unit is not asked."""
    most = order.size * world.launchers.size
    choice, times, n = np.empty((most, 5), np.int64), np.empty((most, 2)), 0
    code = seen.stand.copy()
    for i in order:  # i track
        track = world.tracks[i]
        on_it = held(world, track["number"])
        for k in range(world.sites.shape[0]):  # k fire unit
            if seen.stand[k, i] != R_LOWER_PRIORITY:
                continue
            if on_it >= most_orders(world.sites[k]):
                code[k, i] = R_OTHER_UNIT
                continue
            code[k, i], tried, found, taken = R_MAGAZINE, 0, False, channels_taken(world.sites[k])
            unseen = until_seen(model, world, k, track, t)
            while True:
                type_, _ = next_type(model, world, world.sites[k], tried)
                if type_ < 0:
                    break
                tried |= 1 << type_
                if not has_free(world, k, type_, t_left[i]):
                    code[k, i] = max(code[k, i], R_RULES if free_rounds(world, k, type_) > 0 else R_MAGAZINE)
                    continue
                why, tof, delay = plan(model, world, k, track, type_, t, t_left[i], unseen)
                if why != FEASIBLE:
                    code[k, i] = max(code[k, i], why)
                elif taken >= 0:
                    code[k, i] = max(code[k, i], taken)
                else:
                    choice[n, 0], choice[n, 1], choice[n, 2] = k, i, type_
                    choice[n, 3], choice[n, 4] = free_rounds(world, k, type_), reserve(world, k, type_, t_left[i])
                    times[n, 0], times[n, 1] = delay, tof
                    n += 1
                    found = True
            if found:
                code[k, i] = FEASIBLE
    return choice[:n], times[:n], code


@kernel
def tell(model, world, log, seen, i, t_left, t):
    """Tell the ledger what each unit could do against track i now, as the greedy rule does before it gives its order."""
    j, told = world.tracks[i]["target"], follows(world, seen.firm, i)
    for k in range(world.sites.shape[0]):  # k fire unit
        if seen.stand[k, i] == R_LOWER_PRIORITY:
            offer(model, world, log, k, i, t_left, told and seen.mine[k, j] < 0, np.empty(0), t)


@kernel
def order_one(model, world, log, seen, k, i, type_, shots, until, t_left, t):
    """Order so many shots of unit k at track i; returns the row of assignments, -1 if the table is full."""
    salvo = world.sites[k]["salvo"]
    world.sites[k]["salvo"] = shots
    a = order_shots(model, world, k, i, type_, until, t_left, t)
    world.sites[k]["salvo"] = salvo
    if a >= 0:
        if follows(world, seen.firm, i):
            leave_to_other(world, log, seen.stand, i, t)
        note_order(world, log, seen.mine, a, t)
    return a


@kernel
def evidence(model, world, t):
    """What speaks for the identity of each row of tracks at time t [s], (tracks, 4), -1 where nothing does: what answers the
    interrogation (codes.IFF, -1 not asked yet), 1 on an airway, identity by sight, 1 if it is mixed up with another."""
    out, p = np.full((world.clock[0]["n_tracks"], 4), NONE), model.params[0]
    for i in range(out.shape[0]):  # i track
        row = world.tracks[i]
        if row["state"] != FIRM:
            continue
        j, asked = row["target"], t >= row["t_firm"] + p["identify_time"]
        out[i, 0] = IFF_NONE if asked else NONE
        out[i, 1] = 1 if on_airway(model, row, t) else 0
        if j < 0:
            continue
        target = world.targets[j]
        if asked and target["iff"] != IFF_NONE and uniform(p["seed"], REPLY, row["number"], j, ONCE) < p["iff_reply"]:
            out[i, 0] = target["iff"]
        if in_view(model, world, row, t):
            out[i, 2] = NON_HOSTILE if target["side"] == NEUTRAL else HOSTILE
            if target["side"] == world.radars[row["radar"]]["side"]:
                out[i, 2] = FRIEND
        out[i, 3] = 1 if uniform(p["seed"], IDENTIFY, row["number"], j, ONCE) < p["identify_error"] else 0
    return out


@kernel
def usual_hits(p, tracks, n_tracks, fixes, plots, radar, t):
    """Rows of tracks that the built-in rule gives the plots of one scan, -1 none. tracks: a copy, which it spoils."""
    H, S, z = np.empty((3, 3)), np.empty((3, 3)), np.empty(3)
    rows = np.empty(tracks.shape[0], np.int64)
    n = near_tracks(tracks, n_tracks, fixes, plots, rows, 0, plots.size, radar, p, t, t)
    return associate(p, tracks, plots, rows[:n], 0, plots.size, radar, t, H, S, z)


@kernel
def take_hit(model, world, k, i, filtered, t):
    """Give plot k to track i, or begin a track with it (-1); returns its row, -1 if the file is full. filtered: the built-in
    filter makes the estimate, which the caller writes otherwise."""
    p, plot = model.params[0], world.plots[k]
    radar = world.radars[plot["radar"]]
    if i < 0:
        return start_track(p, world.tracks, world.fixes, world.targets, world.events, world.clock[0], radar, plot, t)
    if filtered:
        predict(world.tracks[i], t, p["process_noise"])
        if not take_bearing(p, world.radars, world.tracks[i], plot, t):
            update(world.tracks[i], radar, plot, np.empty((3, 3)), np.empty(3), np.empty(6))
    count_hit(p, world.tracks[i], world.fixes[i, plot["radar"]], radar, world.targets, world.events, world.clock[0], i, plot, t)
    return i


@kernel
def note_plot(model, world, log, k, i, t):
    """Keep plot k for the record, with the track that took it (row i, -1 none)."""
    if model.params[0]["sample_frames"] > 0 and world.plots[k]["strobe"] == 0:
        log_plot(log.plots, log.n, world.plots[k], world.tracks[i]["number"] if i >= 0 else NONE, t)
