"""Phase 7: what did the shots do? A verdict some seconds after the last intercept; then the channel is free again."""

from skyreach.engine.bookkeeping import emit, set_limit
from skyreach.engine.geometry import TICK
from skyreach.engine.launch import release
from skyreach.engine.track import drop
from skyreach.jit import lean
from skyreach.world.codes import ASSESSING, DESTROYED, E_ASSESSED, FIRM, FLYING, R_ASSESSING, R_LOWER_PRIORITY


@lean
def assess(model, world, log, t):
    """Close the assignments whose verdict is due at t [s]; writes assignments, tracks, sites, looks, limits, events.

    The verdict is right; a target found alive may be engaged again from the next cycle on.
    """
    for i in range(world.clock[0]["n_assignments"]):  # i assignment
        row = world.assignments[i]
        if row["state"] != ASSESSING or t < row["t_verdict"] - TICK:
            continue
        k, j = row["site"], row["target"]
        dead = world.targets[j]["status"] == DESTROYED
        emit(world, t, E_ASSESSED, row["event"], j, k, 1 if dead else 0, 0.0)
        if world.targets[j]["status"] == FLYING and world.limits[k, j]["code"] == R_ASSESSING:
            set_limit(world, log, k, j, R_LOWER_PRIORITY, t)
        track = world.tracks[row["track"]]
        silent = track["t_plot"] <= world.targets[j]["t_end"]  # no plot since the kill: the track follows nothing else
        if dead and silent and track["state"] == FIRM and track["number"] == row["track_number"]:
            drop(world, row["track"], t)
        world.clock[0]["n_judged"] -= 1
        release(world, i)
