"""Which fire units a cycle has to plan for: what rules a unit out for a track at once, and what a plan of lately has left."""

import math

from skyreach.engine.allocate import follows
from skyreach.engine.bookkeeping import set_limit
from skyreach.engine.decide import barrier
from skyreach.engine.geometry import distance
from skyreach.engine.ledger import REASON_OF_LOOK
from skyreach.engine.picture import defends_itself
from skyreach.engine.plan import FEASIBLE, ahead, wait_to_see
from skyreach.jit import lean
from skyreach.world.codes import (
    NONE,
    R_LOWER_PRIORITY,
    R_MAGAZINE,
    R_RELEASE,
    R_RULES,
    R_SIGHT,
    R_TOO_FAR,
    SEEN,
    TIGHT,
    WEAK,
)


@lean
def sift(model, world, log, seen, order, t_left, t):
    """Leave in seen.stand (sites, tracks) R_LOWER_PRIORITY only where fire has to be planned at time t [s]; elsewhere goes the
    reason why not, of which the ledger is told. order: rows of tracks; t_left [s] by row of tracks; writes waits, limits too."""
    p = model.params[0]
    for i in order:  # i track
        track, told = world.tracks[i], follows(world, seen.firm, i)
        j = track["target"]
        x, y, z, speed = ahead(track, t)
        for k in range(world.sites.shape[0]):  # k fire unit
            if seen.stand[k, i] != R_LOWER_PRIORITY:
                continue
            site, wait = world.sites[k], world.waits[k, i]
            renew(wait, track["number"])
            defends = t < wait["t_refused"] and defends_itself(p, site, track, t)
            code = hopeless(site, wait, world.looks[site["radar"], j]["code"], defends, x, y, z, speed, t_left[i], t)
            if code == FEASIBLE:
                code = left(p, model.floors, site, world.radars[site["radar"]], wait, x, y, z, t)
            if code != FEASIBLE:
                seen.stand[k, i] = code
                if told and seen.mine[k, j] < 0:
                    set_limit(world, log, k, j, code, t)


@lean
def left(p, floors, site, radar, wait, x, y, z, t):
    """Reason code that the last plan has left for time t [s]: for a while out of reach; while what barred fire then still does,
    what was said then, for a longer one. FEASIBLE if it has left nothing."""
    if t < wait["t_plan"]:
        return wait["code"]
    if wait["bar"] >= 0 and t < wait["t_bar"] and barrier(site, wait_to_see(p, floors, site, radar, x, y, z)) == wait["bar"]:
        return wait["code"]
    return FEASIBLE


@lean
def renew(wait, number):
    """Empty a row of waits of what held for another track than the one of this number."""
    if wait["track_number"] != number:
        wait["track_number"], wait["asked"], wait["bar"] = number, 0, NONE
        wait["t_plan"], wait["t_retry"], wait["t_refused"] = -math.inf, -math.inf, -math.inf


@lean
def hopeless(site, wait, look, defends, x, y, z, speed, t_left, t):
    """What forbids fire without a plan of it, FEASIBLE if nothing does: a leave refused or an order that came to nothing just
    now, weapons tight without a hostile act, or a track at x, y, z [m ECEF] too far away even for the longest flight."""
    if t < wait["t_refused"] and not defends:
        return R_RELEASE
    if t < wait["t_retry"]:
        return REASON_OF_LOOK[look] if WEAK <= look < SEEN else R_SIGHT
    if site["control"] == TIGHT and math.isinf(t_left):  # not on course for anything defended
        return R_RULES
    if site["n_launchers"] == 0:
        return R_MAGAZINE
    if distance((x, y, z), site["pos_ecef"]) > site["r_reach"] + speed * site["t_reach"]:
        return R_TOO_FAR
    return FEASIBLE
