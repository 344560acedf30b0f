"""Phase 5: the decision cycle of a command post: reasons for all, then orders by the rule that its doctrine names.

Orders are given on tracks: what is decided hangs on the track file, on the fire units and on the orders given before. The
target under a track (truth) is read for the ledger alone, which says of each target why it is not engaged, and for the
dwell of the engagement radar, whose beam falls on whatever is there.
"""

import math

import numpy as np

from skyreach.engine.allocate import Situation, allocate, follows, note_order
from skyreach.engine.bookkeeping import chief, set_limit
from skyreach.engine.decide import assign_track, rank
from skyreach.engine.emission import cue
from skyreach.engine.geometry import TICK
from skyreach.engine.handover import hand_over
from skyreach.engine.ledger import engagements, is_full, orders_on, track_rows, unseen, untracked
from skyreach.engine.picture import classify, weigh
from skyreach.engine.sift import sift
from skyreach.jit import kernel, lean
from skyreach.world.codes import ASSET, FIRE_UNIT, FLYING, GREEDY, NONE, POST, R_LOWER_PRIORITY


@kernel
def decide(model, world, log, t):
    """Run the decision cycles due at time t [s]; writes sites, assignments, looks, radars, limits, events, log.reasons.

    A command post decides for the fire units that obey it; a fire unit without one decides for itself.
    """
    for k in range(world.sites.shape[0]):  # k site
        if decides_now(world, k, t):
            cycle(model, world, log, k, t)
    world.clock[0]["t_decide"] = next_cycle(world.sites)


@lean
def decides_now(world, k, t):
    """True if site k is to run a cycle at time t [s]; puts down the time of its next one."""
    site = world.sites[k]
    if not thinks(site) or t < site["t_next_cycle"] - TICK:
        return False
    site["t_next_cycle"] = t + site["cycle"]
    return site["kind"] == POST or chief(world.sites, world.links, k) == k


@lean
def thinks(site):
    """True of what decides at all: command posts that live, and fire units, which may have to do so alone."""
    return site["kind"] != ASSET and (site["kind"] != POST or site["alive"] == 1)


@lean
def next_cycle(sites):
    """Time of the next decision cycle of any site [s]."""
    due = math.inf
    for k in range(sites.shape[0]):  # k site
        if thinks(sites[k]):
            due = min(due, sites[k]["t_next_cycle"])
    return due


@kernel
def cycle(model, world, log, head, t):
    """One decision of site `head` for the fire units it commands: reasons for all, orders for the worst threats first."""
    n_tracks = world.clock[0]["n_tracks"]
    seen = survey(model, world, log, head, t)
    order, weight, t_left = np.empty(n_tracks, np.int64), np.empty(n_tracks), np.empty(n_tracks)
    n = rank(model, world, head, order, weight, t_left, t)
    sift(model, world, log, seen, order[:n], t_left, t)
    give_orders(model, world, log, head, seen, order[:n], weight, t_left, t)


@kernel
def survey(model, world, log, head, t):
    """Situation of the fire units that site `head` commands, after cues and hand-over; tells the ledger what is in their way."""
    n_sites, n_targets, n_tracks = world.sites.shape[0], world.targets.shape[0], world.clock[0]["n_tracks"]
    firm, tentative = np.empty(n_targets, np.int64), np.empty(n_targets, np.int64)
    track_rows(world, firm, tentative)
    blind, crowded = np.full(n_targets, NONE), is_full(world.tracks)
    mine = np.empty((n_sites, n_targets), np.int64)  # reason that a unit's own orders give a target, -1 none
    engagements(world.assignments, world.clock[0]["n_assignments"], mine)
    ordered, taken = np.empty((n_sites, n_tracks), np.int64), np.empty(n_tracks, np.bool_)  # the same by track
    orders_on(world.tracks, world.assignments, world.clock[0]["n_assignments"], ordered, taken)
    stand = np.full((n_sites, n_tracks), NONE)  # R_LOWER_PRIORITY: nothing but a plan of fire stands in the way
    fresh = np.zeros(n_tracks, np.bool_)
    classify(model, world, fresh, t)
    cue(world, head, t)
    hand_over(model.params[0], world, head, t)
    for k in range(n_sites):  # k fire unit, i track, j target
        if world.sites[k]["kind"] != FIRE_UNIT:
            continue
        boss = chief(world.sites, world.links, k)
        if boss != head:
            continue
        site = world.sites[k]
        weigh(model.params[0], world, k, ordered[k], taken, fresh, boss == k, stand[k], t)
        for j in range(n_targets):
            if world.targets[j]["status"] != FLYING:
                continue
            if mine[k, j] >= 0:
                code = mine[k, j]  # whatever else may hold, missiles fly or are about to
            elif firm[j] >= 0:
                code = stand[k, firm[j]]
            else:
                if blind[j] < 0:
                    blind[j] = unseen(world.radars, world.looks, site["side"], j)
                code = untracked(tentative[j], world.limits[k, j]["code"], blind[j], crowded)
            if code != R_LOWER_PRIORITY and code != world.limits[k, j]["code"]:
                set_limit(world, log, k, j, code, t)
    return Situation(firm, mine, stand)


@kernel
def give_orders(model, world, log, head, seen, order, weight, t_left, t):
    """Orders of a cycle by the rule of site `head`. order: rows of tracks, worst threat first; weight [1], t_left [s] by row."""
    if world.sites[head]["assignment"] == GREEDY:
        one_by_one(model, world, log, seen, order, t_left, t)
    else:
        allocate(model, world, log, seen, order, weight, t_left, world.sites[head]["assignment"], t)


@kernel
def one_by_one(model, world, log, seen, order, t_left, t):
    """Greedy rule: the worst threat first, each to the unit and missile that suits it best of what is still free."""
    none = np.empty(0)
    for i in order:  # i track
        if np.any(seen.stand[:, i] == R_LOWER_PRIORITY):
            told = follows(world, seen.firm, i)
            a = assign_track(model, world, log, seen.stand, seen.mine, i, t_left[i], told, none, t)
            if a >= 0:
                note_order(world, log, seen.mine, a, t)
