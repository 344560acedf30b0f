"""Second half of phase 5: orders become launches, in their time and spacing, once fire control has the target."""

import math

from skyreach.engine.bookkeeping import chief, emit, radiates, set_limit
from skyreach.engine.geometry import TICK, distance
from skyreach.engine.picture import defends_itself, is_fresh
from skyreach.engine.plan import holds, intercept, on_remote_track
from skyreach.jit import lean
from skyreach.world.codes import (
    ASSESSING,
    E_ABORTED,
    E_LAUNCH,
    E_REFUSED,
    E_RELEASED,
    FAULT_MISSILES,
    FIRING,
    FIRM,
    FLYING,
    FLYING_OUT,
    HOSTILE,
    IN_FLIGHT,
    IN_PLACE,
    NOT_ENDED,
    OPEN_ROW,
    R_ACQUIRING,
    R_ENGAGED,
    R_REACTION,
    R_RELEASE,
    R_SPACING,
    READYING,
)
from skyreach.world.dice import RELEASE, uniform


@lean
def launch_due(model, world, log, t):
    """Fire what is ordered and ready at time t [s]; writes assignments, launchers, missiles, sites, limits, events."""
    for i in range(world.clock[0]["n_assignments"]):  # i assignment
        row = world.assignments[i]
        if row["state"] != READYING and row["state"] != FIRING:
            continue
        site, track = world.sites[row["site"]], world.tracks[row["track"]]
        barred = row["fired"] == 0 and (track["identity"] != HOSTILE or site["march"] != IN_PLACE)  # a salvo begun is finished
        if track["state"] != FIRM or track["number"] != row["track_number"] or site["alive"] == 0 or barred:
            stop_firing(world, i, t, 0.0)
            continue
        if row["stage"] == R_RELEASE and not released(model, world, log, i, t):
            continue
        if t < row["t_ready"] - TICK:
            continue
        if t < site["t_next_launch"] - TICK:
            note_stage(world, log, row, R_SPACING, t)
        elif has_target(model, world, row, t):
            if not launch(model, world, log, i, t):
                stop_firing(world, i, t, 0.0)
        elif t > row["t_ready"] + model.params[0]["acquire_time"]:
            stop_firing(world, i, t, model.params[0]["acquire_time"])
        else:
            note_stage(world, log, row, R_ACQUIRING, t)


@lean
def has_target(model, world, row, t):
    """True if the engagement radar holds the target of an assignment at time t [s]; where doctrine lets an active missile go
    on a remote track, if any radar that feeds its post does."""
    p, site, track = model.params[0], world.sites[row["site"]], world.tracks[row["track"]]
    if holds(p, world.fixes[row["track"], site["radar"]], world.radars[site["radar"]]["update_track"], t):
        return True
    if not radiates(world.radars[site["radar"]]) or not on_remote_track(model.missile_types[row["type"]], site, track):
        return False
    return chief(world.sites, world.links, row["site"]) != row["site"] and is_fresh(p, world, row["track"], t)


@lean
def released(model, world, log, i, t):
    """True once the leave to fire for assignment i is there. A refusal, or no answer because the link is down, ends it; in
    self-defence none is needed."""
    row = world.assignments[i]
    k = row["site"]
    site, p, waited = world.sites[k], model.params[0], -1.0
    if not defends_itself(p, site, world.tracks[row["track"]], t):
        if t < row["t_release"] - TICK:
            return False
        wait = world.waits[k, row["track"]]
        wait["asked"] += 1
        luck, alone = uniform(p["seed"], RELEASE, k, row["track_number"], wait["asked"]), chief(world.sites, world.links, k) == k
        if luck < site["refusal"] or alone:
            wait["t_refused"] = t + site["ask_again"]
            emit(world, t, E_REFUSED, row["event"], row["target"], k, row["type"], 1.0 if alone else 0.0)
            give_up(world, i)
            return False
        waited = t - row["t_order"]
    emit(world, t, E_RELEASED, row["event"], row["target"], k, row["type"], waited)
    note_stage(world, log, row, R_REACTION, t)
    return True


@lean
def note_stage(world, log, row, code, t):
    """Note on an assignment what keeps its first shot back, and in the ledger where that says the same sort of thing."""
    if row["stage"] == code:
        return
    row["stage"] = code
    k, j = row["site"], row["target"]
    if row["fired"] == 0 and world.targets[j]["status"] == FLYING and R_RELEASE <= world.limits[k, j]["code"] <= R_SPACING:
        set_limit(world, log, k, j, code, t)


@lean
def launch(model, world, log, i, t):
    """Launch one missile for assignment i; False if no round is left or the target has gone out of reach."""
    row = world.assignments[i]
    k, type_ = row["site"], row["type"]
    site, track, p = world.sites[k], world.tracks[row["track"]], model.params[0]
    tof, px, py, pz, v, _ = intercept(model, site, track, type_, t, 0.0)
    best = -1
    for n in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # n launcher
        launcher = world.launchers[n]
        if launcher["type"] == type_ and launcher["rounds"] > 0 and launcher["alive"] == 1:
            if best < 0 or launcher["rounds"] > world.launchers[best]["rounds"]:
                best = n
    if best < 0 or math.isinf(tof):
        return False
    n = world.clock[0]["n_missiles"]
    if n >= world.missiles.shape[0]:
        world.clock[0]["fault"] |= FAULT_MISSILES
        return False
    world.clock[0]["n_missiles"] = n + 1
    missile, launcher = world.missiles[n], world.launchers[best]
    launcher["rounds"] -= 1
    missile["state"], missile["outcome"], missile["type"] = FLYING_OUT, NOT_ENDED, type_
    missile["site"], missile["guide"], missile["launcher"], missile["assignment"] = k, k, best, i
    missile["track"], missile["track_number"], missile["target"] = (
        row["track"],
        row["track_number"],
        row["target"],
    )
    missile["t_launch"], missile["t_end"], missile["miss"] = t, -1.0, -1.0
    missile["t_plan"], missile["v_arrival"] = t + tof, v
    speed = model.missile_types[type_]["launch_speed"]
    for a in range(3):  # a axis
        missile["pos_ecef"][a] = launcher["pos_ecef"][a]
        missile["vel_ecef"][a] = speed * launcher["up_ecef"][a]
    missile["pip_ecef"][0], missile["pip_ecef"][1], missile["pip_ecef"][2] = px, py, pz
    missile["r_plan"] = distance((px, py, pz), launcher["pos_ecef"])
    own = holds(p, world.fixes[row["track"], site["radar"]], world.radars[site["radar"]]["update_track"], t)
    missile["launch_event"] = emit(world, t, E_LAUNCH, row["event"], row["target"], k, n, 0.0 if own else 1.0)
    site["t_next_launch"] = t + site["spacing"]
    send_for_reload(world, best, t)
    if world.marches.shape[0] > 0:
        world.clock[0]["t_change"] = min(world.clock[0]["t_change"], t)  # it may be the shot after which a unit leaves
    row["fired"] += 1
    world.clock[0]["n_flying"] += 1
    row["state"] = FIRING
    if row["fired"] == row["ordered"]:
        row["state"] = IN_FLIGHT
        world.clock[0]["n_ordered"] -= 1
    if world.targets[row["target"]]["status"] == FLYING:  # else it died before the unit could know
        set_limit(world, log, k, row["target"], R_ENGAGED, t)
    return True


@lean
def send_for_reload(world, n, t):
    """Begin to load the vehicle of launcher n anew when its last round has gone and there is another load for it."""
    vehicle, due = world.launchers[n]["vehicle"], t + world.launchers[n]["reload_time"]
    for i in range(world.launchers.shape[0]):  # i launcher
        if world.launchers[i]["vehicle"] == vehicle and (world.launchers[i]["rounds"] > 0 or world.launchers[i]["reloads"] == 0):
            return
    for i in range(world.launchers.shape[0]):
        if world.launchers[i]["vehicle"] == vehicle:
            world.launchers[i]["t_loaded"] = due
    world.clock[0]["t_change"] = min(world.clock[0]["t_change"], due)


@lean
def stop_firing(world, i, t, wait):
    """Fire no more for assignment i: free the missile channels not used, and end it if nothing was fired; the unit then
    leaves the track alone for wait [s], the time that its radar has looked for it in vain."""
    row = world.assignments[i]
    if row["fired"] > 0:
        cancel_rest(world, row)
        row["state"] = IN_FLIGHT
        close_if_spent(world, i, t)
        return
    k, j = row["site"], row["target"]
    look = world.looks[world.sites[k]["radar"], j]["code"]
    emit(world, t, E_ABORTED, row["event"], j, k, look, 0.0)
    retry = world.waits[k, row["track"]]
    if retry["track_number"] == row["track_number"]:
        retry["t_retry"] = t + wait
    give_up(world, i)


@lean
def cancel_rest(world, row):
    """Give back the missile channels of the shots of an assignment that will not be fired."""
    world.sites[row["site"]]["missiles_held"] -= row["ordered"] - row["fired"]
    row["ordered"] = row["fired"]
    world.clock[0]["n_ordered"] -= 1


@lean
def give_up(world, i):
    """End assignment i, of which nothing was fired."""
    cancel_rest(world, world.assignments[i])
    release(world, i)


@lean
def close_if_spent(world, i, t):
    """Start the assessment of assignment i when the last of its missiles has ended."""
    row = world.assignments[i]
    if row["state"] == IN_FLIGHT and row["ended"] >= row["fired"]:
        row["state"] = ASSESSING
        world.clock[0]["n_judged"] += 1
        row["t_verdict"] = t + world.sites[row["site"]]["assess"]


@lean
def release(world, i):
    """Give back the target channel of assignment i and the dwell on its target."""
    row = world.assignments[i]
    site = world.sites[row["site"]]
    site["targets_held"] -= 1
    world.looks[site["radar"], row["target"]]["engaged"] -= 1
    row["state"] = OPEN_ROW
