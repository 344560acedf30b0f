"""The other two rules of a decision cycle: all tracks and all fire units at once, instead of track after track.

A salvo of a fire unit with one missile type is what `assignment` calls a round; what it is worth is the threat value of the track
times its chance of a kill. `auction` finds the best assignment of one salvo a track, `search` weighs second salvoes too.
"""

import math
from typing import NamedTuple

import numpy as np

from skyreach.engine.assignment import greedy, prepare, search
from skyreach.engine.auction import auction
from skyreach.engine.bookkeeping import set_limit
from skyreach.engine.decide import (
    channels_taken,
    free_rounds,
    has_free,
    held,
    leave_to_other,
    most_orders,
    offer,
    order_shots,
)  # fmt: skip
from skyreach.engine.plan import FEASIBLE, plan, until_seen
from skyreach.jit import kernel, lean
from skyreach.world.codes import (
    AUCTION,
    FLYING,
    NONE,
    OPEN_ROW,
    R_LOWER_PRIORITY,
)

EFFORT, MOST_EFFORT = 50, 100_000  # steps of `search`: per pair of salvoes, and at the most (0.2 to 0.5 ms)
PREFER = 0.1  # share by which the dearest missile (economy), or the longest flight, counts for less than its chance of a kill


class Situation(NamedTuple):
    """What a cycle knows before it gives orders. Axes: k site, i track, j target."""

    firm: np.ndarray  # (j,) row of the firm track that the ledger of the target follows, -1 none
    mine: np.ndarray  # (k, j) reason that the unit's own orders give the target, -1 none
    stand: np.ndarray  # (k, i) reason before any plan of fire; R_LOWER_PRIORITY: nothing else stands in the way


class Arsenal(NamedTuple):
    """What may be fired in this cycle, a row for each fire unit and missile type. Axes: w row, m track that a unit can engage."""

    unit: np.ndarray  # (w,) row of sites
    type: np.ndarray  # (w,) row of Model.missile_types
    free: np.ndarray  # (w,) rounds that no order has claimed
    price: np.ndarray  # (w,) of a missile as a share of the dearest [1], where the unit goes by it (economy), else NONE
    worth: np.ndarray  # (w, m) chance that a salvo kills, less what its price or its flight takes off; 0: cannot


@kernel
def arsenal(model, world, n):
    """Arsenal for n tracks at the most, without any option yet."""
    unit, type_ = np.empty(world.launchers.size, np.int64), np.empty(world.launchers.size, np.int64)
    rows = 0
    for i in range(world.launchers.size):  # i launcher, w row
        launcher, known = world.launchers[i], False
        for w in range(rows):
            known = known or (unit[w] == launcher["site"] and type_[w] == launcher["type"])
        if not known and launcher["site"] >= 0:
            unit[rows], type_[rows] = launcher["site"], launcher["type"]
            rows += 1
    free, price, dearest = np.empty(rows, np.int64), np.empty(rows), 1e-9
    for n_type in range(model.missile_types.size):
        dearest = max(dearest, model.missile_types[n_type]["cost"])
    for w in range(rows):
        free[w], price[w] = free_rounds(world, unit[w], type_[w]), NONE
        if world.sites[unit[w]]["economy"] == 1:
            price[w] = model.missile_types[type_[w]]["cost"] / dearest
    return Arsenal(unit[:rows], type_[:rows], free, price, np.zeros((rows, n)))


@kernel
def allocate(model, world, log, seen, order, weight, t_left, rule, t):
    """Give the orders of a cycle at time t [s] by assignment of all tracks at once.

    seen: Situation; order: rows of the tracks, worst threat first; weight [1], t_left [s] by row of tracks; rule:
    codes.ASSIGNMENTS. Writes what order_shots and the ledger write.
    """
    a, until = arsenal(model, world, order.size), np.empty(model.missile_types.size)
    value, most, within, n = np.empty(order.size), np.zeros(order.size, np.int64), np.empty(order.size, np.int64), 0
    for i in order:  # i track
        told, found = follows(world, seen.firm, i), False
        for k in range(world.sites.shape[0]):  # k fire unit
            if seen.stand[k, i] == R_LOWER_PRIORITY:
                j = world.tracks[i]["target"]
                code, _, _, _, _ = offer(model, world, log, k, i, t_left[i], told and seen.mine[k, j] < 0, until, t)
                if code == FEASIBLE:
                    add_options(model, world, a, k, i, n, until)
                    most[n] = max(most_orders(world.sites[k]) - held(world, world.tracks[i]["number"]), 0)
                    found = True
        if found:
            value[n], within[n] = weight[i] * outlives(model, world, world.tracks[i]), i
            n += 1
    if n == 0:
        return
    room, stock = rooms(world, a)
    fires = prepare(value[:n], a.worth[:, :n].copy(), stock, a.unit, room, most[:n], np.zeros(a.unit.size))
    if rule == AUCTION:
        auction(fires)
    else:
        greedy(fires)
        search(fires, min(EFFORT * fires.row.size * fires.row.size, MOST_EFFORT))
    for m in range(n):  # m track that a unit can engage
        told = follows(world, seen.firm, within[m])
        for s in range(fires.row.size):  # s salvo
            if fires.target[s] == m:
                give(model, world, log, a, seen, within[m], fires.row[s], t_left[within[m]], told, t)
    for m in range(n):
        if follows(world, seen.firm, within[m]):
            passed_over(world, log, a, within[m], m, t)


@lean
def follows(world, firm, i):
    """True if the ledger of a target in flight follows track i: of two tracks on a target it follows one."""
    j = world.tracks[i]["target"]
    return world.targets[j]["status"] == FLYING and firm[j] == i


@lean
def outlives(model, world, track):
    """Chance that a track outlives the missiles that are ordered on it or in flight [1], by plan."""
    alive = 1.0
    for n in range(world.clock[0]["n_assignments"]):  # n assignment
        row = world.assignments[n]
        if row["state"] != OPEN_ROW and row["track_number"] == track["number"]:
            alive *= math.pow(1.0 - kills(model.missile_types[row["type"]], track), float(row["ordered"]))
    return alive


@lean
def kills(m, track):
    """Chance that a missile of a type kills what the track passes as, by plan: at no miss [1]."""
    return m["reliability"] * m["pk"][track["kind"]]


@lean
def add_options(model, world, a, k, i, m, until):
    """Write into column m what unit k can do against track i; until: time to the intercept [s] by missile type, inf: none."""
    track, site = world.tracks[i], world.sites[k]
    for w in range(a.unit.size):  # w row
        if a.unit[w] == k and not math.isinf(until[a.type[w]]):
            share = min(until[a.type[w]] / site["t_reach"], 1.0) if a.price[w] < 0.0 else a.price[w]
            killed = 1.0 - math.pow(1.0 - kills(model.missile_types[a.type[w]], track), float(min(site["salvo"], a.free[w])))
            a.worth[w, m] = killed * (1.0 - PREFER * share)


@kernel
def rooms(world, a):
    """Salvoes that each site can guide (sites,) and that each row of the arsenal holds (w,); a last short one counts."""
    room, stock = np.zeros(world.sites.shape[0], np.int64), np.zeros(a.unit.size, np.int64)
    for w in range(a.unit.size):  # w row
        site = world.sites[a.unit[w]]
        guided = (site["missile_channels"] - site["missiles_held"] + site["salvo"] - 1) // site["salvo"]
        room[a.unit[w]] = max(min(site["target_channels"] - site["targets_held"], guided), 0)
        stock[w] = max(a.free[w] + site["salvo"] - 1, 0) // site["salvo"]
    return room, stock


@lean
def give(model, world, log, a, seen, i, w, t_left, told, t):
    """Order the salvo of row w of the arsenal at track i, unless the reserve forbids it by now, or a new plan does: an order
    earlier in this cycle may have turned the sector away."""
    k, type_ = a.unit[w], a.type[w]
    if not has_free(world, k, type_, t_left) or channels_taken(world.sites[k]) >= 0:
        return
    track = world.tracks[i]
    code, tof, delay = plan(model, world, k, track, type_, t, t_left, until_seen(model, world, k, track, t))
    if code != FEASIBLE:
        j = track["target"]
        if told and seen.mine[k, j] < 0 and world.limits[k, j]["code"] == R_LOWER_PRIORITY:
            set_limit(world, log, k, j, code, t)
        return
    n = order_shots(model, world, k, i, type_, tof + delay, t_left, t)
    if n < 0:
        return
    if told:
        leave_to_other(world, log, seen.stand, i, t)
    note_order(world, log, seen.mine, n, t)


@lean
def note_order(world, log, mine, n, t):
    """Tell the ledger of the order in row n of assignments, unless an older one of the unit stands there."""
    k, j = world.assignments[n]["site"], world.assignments[n]["target"]
    if world.targets[j]["status"] == FLYING and mine[k, j] < 0:
        set_limit(world, log, k, j, world.assignments[n]["stage"], t)


@lean
def passed_over(world, log, a, i, m, t):
    """Tell the ledger where the orders of this cycle have taken the last channel of a unit that could engage track i."""
    j = world.tracks[i]["target"]
    for w in range(a.unit.size):  # w row
        k = a.unit[w]
        code = channels_taken(world.sites[k])
        if a.worth[w, m] > 0.0 and code >= 0 and world.limits[k, j]["code"] == R_LOWER_PRIORITY:
            set_limit(world, log, k, j, code, t)
