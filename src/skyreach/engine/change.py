"""Phase 0: what the scenario's timeline does to the defence, and launchers that are loaded anew."""

import math

from skyreach.engine.bookkeeping import emit, switch, switch_unit
from skyreach.engine.geometry import TICK
from skyreach.jit import lean
from skyreach.world.codes import (
    CHANGE_CONTROL,
    CHANGE_EMISSION,
    CHANGE_FEED,
    CHANGE_LAUNCHER,
    CHANGE_LINK,
    CHANGE_POWER,
    CHANGE_RADAR,
    CHANGE_SITE,
    E_CHANGE,
    E_RELOADED,
    NONE,
    OUT_FAILED,
    OUT_POWER,
)


@lean
def change(world, t):
    """Do the changes and end the reloads that are due at time t [s]; writes sites, radars, launchers, links, changes, events."""
    clock, due = world.clock[0], math.inf
    while clock["n_changes"] < world.changes.shape[0] and world.changes[clock["n_changes"]]["t"] <= t + TICK:
        apply(world, clock["n_changes"], t)
        clock["n_changes"] += 1
    if clock["n_changes"] < world.changes.shape[0]:
        due = world.changes[clock["n_changes"]]["t"]
    for i in range(world.launchers.shape[0]):  # i launcher
        launcher = world.launchers[i]
        if launcher["t_loaded"] <= t + TICK:
            launcher["rounds"], launcher["t_loaded"] = launcher["load"], math.inf
            launcher["reloads"] -= 1
            emit(world, t, E_RELOADED, NONE, NONE, launcher["site"], i, launcher["rounds"])
        due = min(due, launcher["t_loaded"])
    clock["t_change"] = due


@lean
def apply(world, n, t):
    """Do change n of the timeline. One that takes another back does so only if that had changed something, and not while a third
    one holds the same; what else keeps a part from its work, as a hit does, stays."""
    row = world.changes[n]
    k, value, kind = row["row"], row["value"], row["kind"]
    row["before"], before = NONE, value
    if row["undoes"] >= 0:
        world.changes[row["undoes"]]["open"] = 0
        value = world.changes[row["undoes"]]["before"]
        if value == NONE or alike(world.changes, n) >= 0:
            return
    else:
        other = alike(world.changes, n)
        row["open"] = 1
        if other >= 0:  # what it would change is changed: the last of them takes that back
            row["before"] = world.changes[other]["before"]
            return
    if kind == CHANGE_SITE:
        before = switch_unit(world, k, OUT_FAILED, value)
    elif kind == CHANGE_POWER:
        before = switch_unit(world, k, OUT_POWER, value)
    elif kind == CHANGE_RADAR:
        before = switch(world.radars[k], OUT_FAILED, value)
    elif kind == CHANGE_LAUNCHER:
        before = switch(world.launchers[k], OUT_FAILED, value)
    elif kind == CHANGE_EMISSION:
        before, world.radars[k]["emitting"] = world.radars[k]["emitting"], value
    elif kind == CHANGE_LINK:
        before, world.links[k]["up"] = world.links[k]["up"], value
    elif kind == CHANGE_FEED:
        before, world.radars[k]["linked"] = world.radars[k]["linked"], value
    elif kind == CHANGE_CONTROL:
        before, world.sites[k]["control"] = world.sites[k]["control"], value
    if before != value:
        row["before"] = before
        emit(world, t, E_CHANGE, NONE, NONE, k, kind, value)


@lean
def alike(changes, n):
    """Row of a change before change n that holds and does the same to the same row, -1 none; of orders of weapons control, which
    differ, the last one counts."""
    if changes[n]["kind"] != CHANGE_CONTROL:
        for m in range(n):  # m change
            if changes[m]["open"] == 1 and changes[m]["kind"] == changes[n]["kind"] and changes[m]["row"] == changes[n]["row"]:
                return m
    return NONE
