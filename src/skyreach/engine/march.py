"""Phase 0, after the timeline: fire units that change their position ("shoot and scoot").

Once as many missiles have left as its rule says, or so much time after the first, a unit takes no new order and drops those
of which nothing has been fired; a salvo begun it finishes, and it guides its missiles to their end (one with an active seeker
until that has the target). Then it packs, is on the road, sets up and fights on with what it has. Out of its place it neither
radiates nor fires nor loads. While it packs it is hit where it was, while it sets up where it will be; on the road nothing
that falls on a place hits it. Validated: tests/engine/test_march.py.
"""

import math

from skyreach.engine.bookkeeping import emit
from skyreach.engine.geometry import TICK
from skyreach.jit import lean
from skyreach.world.codes import (
    ACTIVE,
    E_IN_PLACE,
    E_PACKS,
    FIRING,
    HOMING,
    IN_PLACE,
    LEAVING,
    LURE,
    NONE,
    ON_ROAD,
    PACKING,
    PART_RADAR,
    PART_SITE,
    READYING,
    ROTATING,
    SETTING_UP,
    SPENT,
)


@lean
def march(model, world, t):
    """Take the steps of marches that are due at time t [s]; writes marches, sites, radars, launchers, looks, events."""
    due = math.inf
    for n in range(world.marches.shape[0]):  # n row of marches
        row = world.marches[n]
        k = row["site"]
        site = world.sites[k]
        if site["march"] == IN_PLACE and site["alive"] == 1 and t >= time_to_go(world, row) - TICK:
            tell(world, row, LEAVING)
        if site["march"] == LEAVING and not is_busy(model, world, k):
            if site["alive"] == 1:
                pack(world, row, t)
            else:
                tell(world, row, IN_PLACE)
        while site["march"] > LEAVING and row["t_due"] <= t + TICK:
            next_step(world, row, t)
        if site["march"] == IN_PLACE:
            due = min(due, time_to_go(world, row) if site["alive"] == 1 else math.inf)
        else:
            due = min(due, t if site["march"] == LEAVING else row["t_due"])
    world.clock[0]["t_change"] = min(world.clock[0]["t_change"], due)


@lean
def time_to_go(world, row):
    """Time [s] at which a unit leaves its position by its rule, inf: not yet known; -inf: by the number of its shots, now."""
    shots, first = 0, math.inf
    for i in range(world.clock[0]["n_missiles"]):  # i missile
        missile = world.missiles[i]
        if missile["site"] == row["site"] and missile["t_launch"] >= row["t_place"]:
            shots += 1
            first = min(first, missile["t_launch"])
    if row["after_shots"] > 0 and shots >= row["after_shots"]:
        return -math.inf
    return first + row["after"]


@lean
def is_busy(model, world, k):
    """True while unit k has shots to fire or missiles to guide."""
    for a in range(world.clock[0]["n_assignments"]):  # a assignment
        row = world.assignments[a]
        if row["site"] == k and (row["state"] == READYING or row["state"] == FIRING):
            return True
    for i in range(world.clock[0]["n_missiles"]):  # i missile
        missile = world.missiles[i]
        if missile["guide"] == k and missile["state"] != SPENT:
            if missile["state"] != HOMING or model.missile_types[missile["type"]]["guidance"] != ACTIVE:
                return True
    return False


@lean
def tell(world, row, step):
    """Note the step of a march on the unit and its radars."""
    world.sites[row["site"]]["march"] = step
    for b in range(row["berth"], row["berth"] + row["n_parts"]):  # b berth
        if world.berths[b]["kind"] == PART_RADAR:
            world.radars[world.berths[b]["row"]]["march"] = step


@lean
def pack(world, row, t):
    """Begin to pack at time t [s]: what is being loaded waits until the unit is in place again."""
    k = row["site"]
    site = world.sites[k]
    whole = row["pack"] + world.berths[row["berth"] + site["position"] * row["n_parts"]]["road"] + row["setup"]
    put_off_loading(world, site, whole)
    row["t_due"] = t + row["pack"]
    tell(world, row, PACKING)
    emit(world, t, E_PACKS, NONE, NONE, k, site["position"] + 1, whole)


@lean
def put_off_loading(world, site, dt):
    """Let the loads under way on the launchers of a unit be ready dt [s] later."""
    for i in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # i launcher
        world.launchers[i]["t_loaded"] += dt


@lean
def next_step(world, row, t):
    """Go on to the next step of a march, whose last one has ended at t_due; a unit lost while it packs stays where it is."""
    k = row["site"]
    site = world.sites[k]
    road = world.berths[row["berth"] + site["position"] * row["n_parts"]]["road"]
    if site["march"] == PACKING and site["alive"] == 1:
        tell(world, row, ON_ROAD)
        row["t_due"] += road
    elif site["march"] == ON_ROAD:
        site["position"] = (site["position"] + 1) % row["n_positions"]
        settle(world, row, t)
        tell(world, row, SETTING_UP)
        row["t_due"] += row["setup"]
    else:
        if site["march"] == SETTING_UP:
            row["t_place"] = row["t_due"]
            emit(world, t, E_IN_PLACE, NONE, NONE, k, site["position"] + 1, rounds_on(world, site))
            look_anew(world, row, t)
        else:
            put_off_loading(world, site, -road - row["setup"])
        tell(world, row, IN_PLACE)


@lean
def rounds_on(world, site):
    """Missiles on the launchers of a unit [1]."""
    n = 0
    for i in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # i launcher
        n += world.launchers[i]["rounds"]
    return n


@lean
def settle(world, row, t):
    """Put the parts of a unit where they stand in its position."""
    first = row["berth"] + world.sites[row["site"]]["position"] * row["n_parts"]
    for b in range(first, first + row["n_parts"]):  # b berth
        berth = world.berths[b]
        i, p, R = berth["row"], berth["pos_ecef"], berth["R_enu_from_ecef"]
        if berth["kind"] == PART_SITE:
            put(world.sites[i], p, R, berth["h_ell"])
        elif berth["kind"] == PART_RADAR:
            radar = world.radars[i]
            put(radar, p, R, berth["h_ell"])
            radar["h_ground"], radar["radius"] = berth["h_ground"], berth["radius"]
            radar["floor"], radar["maps"] = berth["floor"], berth["maps"]
        else:
            for a in range(3):  # a axis
                world.launchers[i]["pos_ecef"][a], world.launchers[i]["up_ecef"][a] = p[a], R[2, a]


@lean
def put(thing, p, R, h):
    """Place a row of sites or radars."""
    thing["h_ell"] = h
    for a in range(3):  # a axis
        thing["pos_ecef"][a] = p[a]
        for b in range(3):  # b axis
            thing["R_enu_from_ecef"][a, b] = R[a, b]


@lean
def look_anew(world, row, t):
    """Let the radars of a unit take their first looks from where they stand now, one by one where no beam turns."""
    n = world.targets.shape[0]
    for b in range(row["berth"], row["berth"] + row["n_parts"]):  # b berth
        if world.berths[b]["kind"] != PART_RADAR:
            continue
        i = world.berths[b]["row"]
        radar = world.radars[i]
        if radar["role"] == LURE:
            continue
        radar["t_due"] = t
        for j in range(n):  # j target
            look = world.looks[i, j]
            look["in_step"] = 0
            if not math.isinf(look["t_next"]):  # else its end has been seen
                look["t_next"] = t if radar["scan"] == ROTATING else t + radar["update_search"] * j / n
