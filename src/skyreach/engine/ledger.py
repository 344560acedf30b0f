"""Why is this target not engaged by this fire unit? The part of the answer that comes before any plan of fire."""

import numpy as np

from skyreach.engine.bookkeeping import set_limit
from skyreach.engine.sense import recently_seen
from skyreach.jit import kernel
from skyreach.world.codes import (
    AIRCRAFT,
    ARRIVED,
    ASSESSING,
    BEYOND_SCALE,
    CANCELLED,
    DECOY,
    DESTROYED,
    FIRE_UNIT,
    FIRM,
    FREE_ROW,
    HIDDEN_HORIZON,
    HIDDEN_TERRAIN,
    HOLD,
    HOSTILE,
    IN_FLIGHT,
    LEFT,
    LOOKS,
    NONE,
    OFF_SECTOR,
    OPEN_ROW,
    R_ASSESSING,
    R_CUT_OFF,
    R_DESTROYED,
    R_ENGAGED,
    R_GONE,
    R_HORIZON,
    R_IDENTITY,
    R_LOWER_PRIORITY,
    R_NO_RADAR,
    R_NOT_FIRM,
    R_NOT_FLYING,
    R_OTHER_UNIT,
    R_RANGE,
    R_REACTION,
    R_RULES,
    R_SECTOR,
    R_SNR,
    R_TERRAIN,
    R_TRACK_LOST,
    R_UNIT_LOST,
    SEEN,
    WAITING,
    WEAK,
)

# reason of each look outcome, by its code: how far the best radar came
REASON_OF_LOOK = np.full(len(LOOKS), R_NO_RADAR, np.int64)
REASON_OF_LOOK[BEYOND_SCALE] = R_RANGE
REASON_OF_LOOK[OFF_SECTOR] = R_SECTOR
REASON_OF_LOOK[HIDDEN_HORIZON] = R_HORIZON
REASON_OF_LOOK[HIDDEN_TERRAIN] = R_TERRAIN
REASON_OF_LOOK[WEAK] = R_SNR
REASON_OF_LOOK[SEEN] = R_NOT_FIRM


@kernel
def track_rows(world, firm, tentative):
    """For each target the row of its firm and of its tentative track, -1 none; of several the one plotted last."""
    firm[:] = -1
    tentative[:] = -1
    for i in range(world.clock[0]["n_tracks"]):  # i track
        row = world.tracks[i]
        if row["state"] == FREE_ROW:
            continue
        best = firm if row["state"] == FIRM else tentative
        old = best[row["target"]]
        if old < 0 or world.tracks[old]["t_plot"] < row["t_plot"]:
            best[row["target"]] = i


@kernel
def standing(model, world, k, j, firm, tentative, alone, t):
    """Reason code of fire unit k for target j at t [s] before any plan of fire; R_LOWER_PRIORITY: free to engage."""
    site, target = world.sites[k], world.targets[j]
    status = target["status"]
    if status == WAITING:
        return R_NOT_FLYING
    if status == DESTROYED:
        return R_DESTROYED
    if status == ARRIVED or status == LEFT or status == CANCELLED:
        return R_GONE
    mine = engagement(world, k, j)
    if mine >= 0 and (site["look_first"] == 1 or mine == R_REACTION):
        return mine
    if firm < 0:
        if tentative >= 0:
            return R_NOT_FIRM
        return R_TRACK_LOST if world.limits[k, j]["code"] > R_TRACK_LOST else unseen(world, site["side"], j)
    if site["alive"] == 0:
        return R_UNIT_LOST
    if alone and not recently_seen(world, site["radar"], j, t):
        return R_CUT_OFF
    track = world.tracks[firm]
    if track["identity"] != HOSTILE:
        return R_IDENTITY
    apparent = AIRCRAFT if target["kind"] == DECOY else target["kind"]
    if site["control"] == HOLD or (site["engage"] >> apparent) & 1 == 0:
        return R_RULES
    if site["look_first"] == 1 and taken(world, track["number"]):
        return R_OTHER_UNIT
    return R_LOWER_PRIORITY


@kernel
def unseen(world, side, j):
    """How far the radars of a side got with a target that has no track: the furthest outcome of their last looks."""
    best, code = -1, R_NO_RADAR
    for i in range(world.radars.shape[0]):  # i radar
        if world.radars[i]["side"] != side or world.radars[i]["alive"] == 0:
            continue
        look = world.looks[i, j]["code"]
        if BEYOND_SCALE <= look <= SEEN and look > best:
            best, code = look, REASON_OF_LOOK[look]
    return code


@kernel
def engagement(world, k, j):
    """Reason code of an assignment that unit k has on target j, -1 none."""
    code = -1
    for i in range(world.clock[0]["n_assignments"]):  # i assignment
        row = world.assignments[i]
        if row["state"] == OPEN_ROW or row["site"] != k or row["target"] != j:
            continue
        if row["state"] == ASSESSING:
            code = max(code, R_ASSESSING) if code != R_ENGAGED else code
        elif row["state"] == IN_FLIGHT or row["fired"] > row["ended"]:
            code = R_ENGAGED
        elif code != R_ENGAGED:
            code = R_REACTION
    return code


@kernel
def taken(world, number):
    """True if any fire unit has an assignment on a track."""
    for i in range(world.clock[0]["n_assignments"]):  # i assignment
        if world.assignments[i]["state"] != OPEN_ROW and world.assignments[i]["track_number"] == number:
            return True
    return False


@kernel
def close_ledger(world, log, t):
    """End all open intervals at t [s]: the run is over."""
    for k in range(world.limits.shape[0]):  # k fire unit, j target
        if world.sites[k]["kind"] != FIRE_UNIT:
            continue
        for j in range(world.limits.shape[1]):
            code = world.limits[k, j]["code"]
            set_limit(world, log, k, j, NONE, t)
            world.limits[k, j]["code"] = code
