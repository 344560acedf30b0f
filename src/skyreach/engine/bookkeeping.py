"""Writing to the event table and to the ledger of reasons; shared by all phases."""

from skyreach.jit import lean
from skyreach.world.codes import (
    FAULT_EVENTS,
    FIRE_UNIT,
    LEAVING,
    OUT_DESTROYED,
    OUT_FAILED,
    OUT_POWER,
    OUT_UNIT_DESTROYED,
    OUT_UNIT_FAILED,
)


@lean
def emit(world, t, kind, cause, a, b, c, value):
    """Append one event and return its row; a full table sets a fault and returns the last row."""
    return emit_to(world.events, world.clock[0], t, kind, cause, a, b, c, value)


@lean
def emit_to(events, clock, t, kind, cause, a, b, c, value):
    """As emit, for phases that hold only some tables: handing over the whole world costs more than a look."""
    row = clock["n_events"]
    if row >= events.shape[0]:
        clock["fault"] |= FAULT_EVENTS
        return row - 1
    event = events[row]
    event["t"] = t
    event["kind"] = kind
    event["cause"] = cause
    event["a"] = a
    event["b"] = b
    event["c"] = c
    event["value"] = value
    clock["n_events"] = row + 1
    return row


@lean
def chief(sites, links, k):
    """Row of the site that decides for fire unit k: its command post while that lives and the link is up, else itself."""
    post = sites[k]["post"]
    if post < 0 or sites[post]["alive"] == 0:
        return k
    for i in range(links.shape[0]):  # i link
        if links[i]["a"] == post and links[i]["b"] == k:
            return post if links[i]["up"] == 1 else k
    return k


@lean
def radiates(radar):
    """True if a radar works, is on and stands where it can be used."""
    return radar["alive"] == 1 and radar["emitting"] == 1 and radar["march"] <= LEAVING


@lean
def feeds(sites, links, radar):
    """True if the plots of a radar reach others: it is linked, and its unit, if it is one's own, has its command post."""
    k = radar["site"]
    return radar["linked"] == 1 and (k < 0 or sites[k]["kind"] != FIRE_UNIT or chief(sites, links, k) != k)


@lean
def switch(part, cause, works):
    """Note on a row of sites, radars or launchers that one cause (a bit of codes.OUTS) keeps it from its work (works 0) or does
    so no more (1); it works while no cause is left. Returns 1 if that cause did not stand before, else 0."""
    before = 0 if part["out"] & cause else 1
    part["out"] = part["out"] & ~cause if works == 1 else part["out"] | cause
    part["alive"] = 1 if part["out"] == 0 else 0
    return before


@lean
def switch_unit(world, k, cause, works):
    """As switch, for site k and the radars that belong to it: they share its power, and are lost with it."""
    before = switch(world.sites[k], cause, works)
    shared = OUT_UNIT_FAILED if cause == OUT_FAILED else OUT_UNIT_DESTROYED if cause == OUT_DESTROYED else OUT_POWER
    for i in range(world.radars.shape[0]):  # i radar
        if world.radars[i]["site"] == k:
            switch(world.radars[i], shared, works)
    return before


@lean
def set_limit(world, log, site, target, code, t):
    """Say why a fire unit does not engage a target from t [s] on; closes the interval before."""
    limit = world.limits[site, target]
    if limit["code"] == code:
        return
    if t > limit["t_since"]:
        n = log.n[4]
        row = log.reasons[n]
        row["target"] = target
        row["site"] = site
        row["code"] = limit["code"]
        row["t_from"] = limit["t_since"]
        row["t_to"] = t
        log.n[4] = n + 1
    limit["code"] = code
    limit["t_since"] = max(t, limit["t_since"])  # a kill lies between two frames


@lean
def end_limits(world, log, target, code, t):
    """Say for all fire units that a target needs no engagement any more from t [s] on."""
    for k in range(world.sites.shape[0]):  # k fire unit
        if world.sites[k]["kind"] == FIRE_UNIT:
            set_limit(world, log, k, target, code, t)
