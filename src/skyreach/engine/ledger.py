"""Why is this target not engaged by this fire unit? The part of the answer that comes before any plan of fire."""

import numpy as np

from skyreach.engine.bookkeeping import radiates, set_limit
from skyreach.jit import lean
from skyreach.world.codes import (
    ASSESSING,
    BEYOND_SCALE,
    BUSY,
    CLUTTERED,
    CROWDED,
    FIRE_UNIT,
    FIRM,
    FREE_ROW,
    HIDDEN_HORIZON,
    HIDDEN_TERRAIN,
    HOLD,
    HOSTILE,
    IN_FLIGHT,
    IN_PLACE,
    JAMMED,
    LOOKS,
    LURE,
    NONE,
    NOT_LOOKED,
    NOTCHED,
    OFF_SECTOR,
    OPEN_ROW,
    R_ASSESSING,
    R_BEAM_TIME,
    R_CLUTTER,
    R_CUT_OFF,
    R_ENGAGED,
    R_HORIZON,
    R_IDENTITY,
    R_JAMMING,
    R_LINK,
    R_LOWER_PRIORITY,
    R_MARCHING,
    R_NO_FIRE_CONTROL,
    R_NO_RADAR,
    R_NOT_FIRM,
    R_NOTCH,
    R_OTHER_UNIT,
    R_RANGE,
    R_RELEASE,
    R_RULES,
    R_SECTOR,
    R_SNR,
    R_SPACING,
    R_TERRAIN,
    R_TRACK_FILE,
    R_TRACK_LOST,
    R_UNIT_LOST,
    SEEN,
    UNHEARD,
    WEAK,
)

# reason of each look outcome, by its code: how far the best radar came
REASON_OF_LOOK = np.full(len(LOOKS), R_NO_RADAR, np.int64)
REASON_OF_LOOK[BEYOND_SCALE] = R_RANGE
REASON_OF_LOOK[OFF_SECTOR] = R_SECTOR
REASON_OF_LOOK[HIDDEN_HORIZON] = R_HORIZON
REASON_OF_LOOK[HIDDEN_TERRAIN] = R_TERRAIN
REASON_OF_LOOK[WEAK] = R_SNR
REASON_OF_LOOK[CLUTTERED] = R_CLUTTER
REASON_OF_LOOK[NOTCHED] = R_NOTCH
REASON_OF_LOOK[JAMMED] = R_JAMMING
REASON_OF_LOOK[BUSY] = R_BEAM_TIME
REASON_OF_LOOK[CROWDED] = R_TRACK_FILE
REASON_OF_LOOK[UNHEARD] = R_LINK
REASON_OF_LOOK[SEEN] = R_NOT_FIRM


@lean
def track_rows(world, firm, tentative):
    """For each target the row of its firm and of its tentative track, -1 none; of several the one plotted last."""
    firm[:] = -1
    tentative[:] = -1
    for i in range(world.clock[0]["n_tracks"]):  # i track
        row = world.tracks[i]
        if row["state"] == FREE_ROW or row["target"] < 0:
            continue
        best = firm if row["state"] == FIRM else tentative
        old = best[row["target"]]
        if old < 0 or world.tracks[old]["t_plot"] < row["t_plot"]:
            best[row["target"]] = i


@lean
def engagements(assignments, n, mine):
    """From the first n assignments: reason code that each fire unit's own orders give a target into mine (sites, targets),
    -1 none."""
    mine[:] = NONE
    for i in range(n):  # i assignment
        row = assignments[i]
        if row["state"] != OPEN_ROW:
            k, j = row["site"], row["target"]
            mine[k, j] = further(mine[k, j], row)


@lean
def orders_on(tracks, assignments, n, ordered, taken):
    """As engagements, by track: reason code that each fire unit's own orders give a track into ordered (sites, tracks), -1
    none, and whether any unit has the track into taken (tracks,)."""
    ordered[:] = NONE
    taken[:] = False
    for i in range(n):  # i assignment, m track
        row = assignments[i]
        if row["state"] != OPEN_ROW and tracks[row["track"]]["number"] == row["track_number"]:
            k, m = row["site"], row["track"]
            taken[m] = True
            ordered[k, m] = further(ordered[k, m], row)


@lean
def further(known, row):
    """Reason code of an assignment, or the known one (-1 none) if that is further: engaged, then assessed, then before a shot."""
    code = row["stage"]
    if row["state"] == ASSESSING:
        code = R_ASSESSING
    elif row["state"] == IN_FLIGHT or row["fired"] > row["ended"]:
        code = R_ENGAGED
    return code if code == R_ENGAGED or (known != R_ENGAGED and code > known) else known


@lean
def standing(site, radar, track, ordered, taken, known, mute, fresh, defends):
    """Reason code of a fire unit for a firm track, before any plan of fire. R_LOWER_PRIORITY: free to engage.

    radar: its engagement radar; ordered: code of its own orders on the track, -1 none; taken: some unit has it; known: the
    unit is under command or sees the track itself; mute: it may not fire without leave and has nobody to ask; fresh: the
    track has been plotted lately; defends: it is the unit's right to fire on it in self-defence.
    """
    if ordered >= 0 and (site["look_first"] == 1 or R_RELEASE <= ordered <= R_SPACING):
        return ordered
    if site["alive"] == 0:
        return R_UNIT_LOST
    if site["march"] != IN_PLACE:
        return R_MARCHING
    if radar["alive"] == 0 or (radar["emitting"] == 0 and radar["cue_range"] == 0.0):  # nobody else guides its missiles
        return R_NO_FIRE_CONTROL
    if not known:
        return R_CUT_OFF
    if track["identity"] != HOSTILE:
        return R_IDENTITY
    if (site["control"] == HOLD and not defends) or (site["engage"] >> track["kind"]) & 1 == 0:
        return R_RULES
    if mute and not defends:
        return R_RELEASE
    if site["look_first"] == 1 and taken:
        return R_OTHER_UNIT
    return R_LOWER_PRIORITY if fresh else R_TRACK_LOST


@lean
def unseen(radars, looks, side, j):
    """Reason code for target j of which a side has no track: how far its radars got with it at their last looks.

    While a radar has still to look, that a sector does not hold the target says nothing yet."""
    best, code = NONE, R_NO_RADAR
    for i in range(radars.shape[0]):  # i radar
        if radars[i]["side"] != side or not radiates(radars[i]) or radars[i]["role"] == LURE:
            continue
        look = looks[i, j]["code"]
        if look == NOT_LOOKED and best <= OFF_SECTOR:
            best, code = OFF_SECTOR, R_NO_RADAR
        if BEYOND_SCALE <= look <= SEEN and look > best:
            best, code = look, REASON_OF_LOOK[look]
    return code


@lean
def untracked(tentative, was, blind, crowded):
    """Reason code for a target without a firm track, from the row of its tentative one (-1 none), the code that held
    before, that of `unseen`, and whether the track file is full."""
    if tentative >= 0:
        return R_NOT_FIRM
    if was > R_TRACK_LOST:
        return R_TRACK_LOST  # in this cycle; from the next one on, why it is not seen
    return R_TRACK_FILE if crowded and blind == R_NOT_FIRM else blind


@lean
def is_full(tracks):
    """True if no row of the track file is free."""
    for i in range(tracks.shape[0]):  # i track
        if tracks[i]["state"] == FREE_ROW:
            return False
    return True


@lean
def close_ledger(world, log, t):
    """End all open intervals at t [s]: the run is over."""
    for k in range(world.limits.shape[0]):  # k fire unit, j target
        if world.sites[k]["kind"] != FIRE_UNIT:
            continue
        for j in range(world.limits.shape[1]):
            code = world.limits[k, j]["code"]
            set_limit(world, log, k, j, NONE, t)
            world.limits[k, j]["code"] = code
