"""Hand-over: missiles in flight go on under another fire unit when their own can no longer guide them."""

from skyreach.engine.bookkeeping import chief, emit, radiates
from skyreach.engine.plan import holds
from skyreach.jit import lean
from skyreach.world.codes import E_HANDED_OVER, FIRE_UNIT, IN_FLIGHT, IN_PLACE, SPENT


@lean
def hand_over(p, world, head, t):
    """Give the missiles of the units under site `head` whose engagement radar has lost its target, or is lost, to one that
    guides such missiles, holds it and has channels for them, at t [s]; writes assignments, missiles, sites, looks, events. Both
    must be under command: the missiles are told through the post."""
    for i in range(world.clock[0]["n_assignments"]):  # i assignment
        row = world.assignments[i]
        k = row["site"]
        if row["state"] != IN_FLIGHT or world.sites[k]["hand_over"] == 0 or world.sites[k]["post"] != head:
            continue
        n = row["fired"] - row["ended"]
        if n == 0 or guides(p, world, k, row, world.radars[world.sites[k]["radar"]]["update_track"], t):
            continue
        for other in range(world.sites.shape[0]):  # other fire unit
            site = world.sites[other]
            if other == k or site["kind"] != FIRE_UNIT or site["hand_over"] == 0 or site["alive"] == 0:
                continue
            if site["march"] != IN_PLACE or (site["guided"] >> row["type"]) & 1 == 0:
                continue
            room = site["targets_held"] < site["target_channels"] and site["missiles_held"] + n <= site["missile_channels"]
            under = site["post"] == head and chief(world.sites, world.links, other) == head
            if room and under and guides(p, world, other, row, world.radars[site["radar"]]["update_search"], t):
                take_over(world, i, other, n, t)
                break


@lean
def guides(p, world, k, row, interval, t):
    """True if the engagement radar of unit k works and has plotted the track of an assignment within some intervals [s]."""
    radar = world.radars[world.sites[k]["radar"]]
    return radiates(radar) and holds(p, world.fixes[row["track"], world.sites[k]["radar"]], interval, t)


@lean
def take_over(world, i, other, n, t):
    """Let unit `other` guide the n missiles in flight of assignment i from t [s] on."""
    row = world.assignments[i]
    k, j = row["site"], row["target"]
    for m in range(world.clock[0]["n_missiles"]):  # m missile
        if world.missiles[m]["assignment"] == i and world.missiles[m]["state"] != SPENT:
            world.missiles[m]["guide"] = other
    world.sites[k]["targets_held"] -= 1
    world.sites[k]["missiles_held"] -= n
    world.looks[world.sites[k]["radar"], j]["engaged"] -= 1
    look = world.looks[world.sites[other]["radar"], j]
    look["engaged"] += 1
    look["t_next"] = min(look["t_next"], t + world.radars[world.sites[other]["radar"]]["update_track"])
    world.radars[world.sites[other]["radar"]]["t_due"] = min(world.radars[world.sites[other]["radar"]]["t_due"], look["t_next"])
    world.sites[other]["targets_held"] += 1
    world.sites[other]["missiles_held"] += n
    row["site"] = other
    emit(world, t, E_HANDED_OVER, row["event"], j, other, k, 0.0)
