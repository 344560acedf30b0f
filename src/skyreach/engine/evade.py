"""Phase 1, before targets move: what those with tactics do in the frame to come.

A radar warning receiver tells a crew which engagement radar guides a missile at them (Adamy, EW 101, 2001, ch. 4): guidance
signals give that away, not the distance of the missile. After their reaction time they turn abeam of that radar, into the notch
of its Doppler filter, or away from it, and dive (Shaw, Fighter Combat, 1985, ch. 1, on surface-to-air missiles); once nothing has
been guided at them for a while they return to their route, as late as that has made them, and so are the weapons they carry.
"""

import math

from skyreach.engine.bookkeeping import emit, radiates
from skyreach.engine.emitters import approach, listen
from skyreach.engine.geometry import distance, square
from skyreach.engine.impact import row_of
from skyreach.engine.plan import in_sight
from skyreach.engine.steer import LEVEL_TIME, level_turn, room_ahead
from skyreach.jit import lean
from skyreach.physics.flight import G0
from skyreach.world.codes import (
    BEAM,
    E_CHAFF,
    E_EVADES,
    E_RESUMES,
    E_WARNED,
    EVADING,
    FLYING,
    HOMING_ON,
    NONE,
    ON_ROUTE,
    SPENT,
    STAYS,
    WAITING,
)

ROOM = 4.0  # turn radii to the point of its route at which a target aims when it returns


@lean
def react(model, world, log, t):
    """Let the targets with tactics set their velocities for the frame that ends at t [s]; writes tactics, targets, routes,
    sites, radars, launchers, limits, events, log.reasons."""
    for n in range(world.tactics.shape[0]):  # n row of tactics
        row = world.tactics[n]
        if world.targets[row["target"]]["status"] != FLYING:
            continue
        if row["homes"] == 1 and row["mode"] == ON_ROUTE:
            listen(model, world, row, t)
        if row["mode"] == HOMING_ON:
            approach(model, world, log, row, t)
        elif row["evades"] != STAYS:
            evade(model, world, row, t)


@lean
def evade(model, world, row, t):
    """Take note of warnings, and begin, go on with or end the evasion of one target."""
    j = row["target"]
    target, i = world.targets[j], guided_by(model, world, j)
    if i >= 0:
        if math.isinf(row["t_warned"]):
            row["t_warned"], row["radar"] = t, i
            emit(world, t, E_WARNED, target["start_event"], j, i, NONE, distance(target["pos_ecef"], world.radars[i]["pos_ecef"]))
        row["t_clear"] = t + row["clear_time"]
    if row["mode"] == ON_ROUTE and t >= row["t_warned"] + row["reaction"]:
        begin(world, row, t)
    if row["mode"] == ON_ROUTE:
        return
    drop_chaff(world, row, t)
    if t <= row["t_clear"]:
        flee(model, world, row)
    elif head_back(model, world, row, t):
        row["mode"], row["t_warned"] = ON_ROUTE, math.inf


@lean
def guided_by(model, world, j):
    """Row of the engagement radar that guides a missile in flight at target j and is heard doing so, -1 none: not from behind
    the horizon or a mountain."""
    if world.clock[0]["n_flying"] == 0:
        return NONE
    x = world.targets[j]["pos_ecef"]
    for i in range(world.clock[0]["n_missiles"]):  # i missile
        missile = world.missiles[i]
        if missile["target"] == j and missile["state"] != SPENT:
            radar = world.sites[missile["guide"]]["radar"]
            if radiates(world.radars[radar]) and in_sight(model.params[0], model.floors, world.radars[radar], x[0], x[1], x[2]):
                return radar
    return NONE


@lean
def begin(world, row, t):
    """Leave the route, towards the nearer of the two courses abeam of the radar."""
    j, i = row["target"], row["radar"]
    target = world.targets[j]
    x, y, z = abeam(target, world.radars[i])
    v = target["vel_ecef"]
    row["mode"], row["abeam"] = EVADING, 1.0 if x * v[0] + y * v[1] + z * v[2] >= 0.0 else -1.0
    target["t_leg"] = math.inf
    emit(world, t, E_EVADES, target["start_event"], j, i, NONE, row["turn_g"])


@lean
def abeam(target, radar):
    """A direction (x, y, z) level at the target and at right angles to the line from a radar to it."""
    p, o = target["pos_ecef"], radar["pos_ecef"]
    dx, dy, dz = p[0] - o[0], p[1] - o[1], p[2] - o[2]
    return p[1] * dz - p[2] * dy, p[2] * dx - p[0] * dz, p[0] * dy - p[1] * dx


@lean
def flee(model, world, row):
    """Turn abeam of the radar or away from it, and dive to the height of evasion."""
    target, radar = world.targets[row["target"]], world.radars[row["radar"]]
    p, o, v = target["pos_ecef"], radar["pos_ecef"], target["vel_ecef"]
    dx, dy, dz = p[0] - o[0], p[1] - o[1], p[2] - o[2]
    if row["evades"] == BEAM:
        x, y, z = abeam(target, radar)
        dx, dy, dz = row["abeam"] * x, row["abeam"] * y, row["abeam"] * z
    most = row["sin_dive"] * math.sqrt(square(v[0]) + square(v[1]) + square(v[2]))
    climb = min(max((row["h_evade"] - room_ahead(model.ground, target)) / LEVEL_TIME, -most), most)
    level_turn(model.ground, target, row["turn_g"], dx, dy, dz, climb, model.params[0]["dt"])


@lean
def head_back(model, world, row, t):
    """Turn towards a point of the route ahead; True once on a straight leg to it, the rest of the route put off."""
    target, dt = world.targets[row["target"]], model.params[0]["dt"]
    p, v = target["pos_ecef"], target["vel_ecef"]
    speed = math.sqrt(square(v[0]) + square(v[1]) + square(v[2]))
    radius = speed * speed / (G0 * math.sqrt(square(row["turn_g"]) - 1.0))
    r = entry(target, world.routes, ROOM * radius)
    there = world.routes[r]
    dx, dy, dz = there["pos_ecef"][0] - p[0], there["pos_ecef"][1] - p[1], there["pos_ecef"][2] - p[2]
    gap = math.sqrt(dx * dx + dy * dy + dz * dz)
    most = row["sin_dive"] * speed
    climb = min(max((there["h_ell"] - target["h_ell"]) / max(gap / speed, LEVEL_TIME), -most), most)
    if not level_turn(model.ground, target, row["turn_g"], dx, dy, dz, climb, dt) and gap > 2.0 * radius:
        return False
    late = t - dt + gap / speed - there["t"]
    put_off(world, row["target"], r, late, t)
    here = world.routes[r - 1]
    here["t"], here["h_ell"], here["h_agl"] = t - dt, target["h_ell"], target["h_agl"]
    for a in range(3):  # a axis
        here["pos_ecef"][a] = p[a]
    target["cursor"], target["t_leg"] = r - 1, t - dt
    emit(world, t, E_RESUMES, target["start_event"], row["target"], NONE, NONE, late)
    return True


@lean
def entry(target, routes, room):
    """Row of the route at which a target comes back to it: the first beyond the nearest that is not closer than room [m], else
    the last."""
    first, last = target["cursor"] + 1, target["route_start"] + target["route_n"] - 1
    near, least = first, math.inf
    for r in range(first, last + 1):  # r row of routes
        gap = distance(target["pos_ecef"], routes[r]["pos_ecef"])
        if gap < least:
            near, least = r, gap
    while near < last and distance(target["pos_ecef"], routes[near]["pos_ecef"]) < room:
        near += 1
    return near


@lean
def put_off(world, j, first, late, t):
    """Let target j pass the rows of its route from `first` on `late` seconds later, and let go its weapons as much later; those
    whose place of release has been left out, now (t [s]) and from where j is."""
    taken_up = world.routes[first]["t"]
    shift(world.routes, first, world.targets[j]["route_start"] + world.targets[j]["route_n"], late)
    for i in range(world.targets.shape[0]):  # i target
        if hangs_on(world.targets, i, j):
            start, stop = world.targets[i]["route_start"], world.targets[i]["route_start"] + world.targets[i]["route_n"]
            if world.targets[i]["carrier"] == j and world.routes[start]["t"] < taken_up and stop - start > 1:
                release_here(world.targets[j], world.routes, start, stop, t)
            else:
                shift(world.routes, start, stop, late)


@lean
def shift(routes, first, stop, late):
    """Pass the rows first..stop-1 of the routes `late` seconds later."""
    for r in range(first, stop):  # r row of routes
        routes[r]["t"] += late


@lean
def release_here(carrier, routes, start, stop, t):
    """Begin the route start..stop-1 of a weapon at its carrier at time t [s], and fly its first leg at the speed that it had."""
    here, there, p = routes[start], routes[start + 1], carrier["pos_ecef"]
    time = (there["t"] - here["t"]) * distance(p, there["pos_ecef"]) / (distance(here["pos_ecef"], there["pos_ecef"]) + 1e-9)
    here["t"], here["h_ell"], here["h_agl"] = t, carrier["h_ell"], carrier["h_agl"]
    for a in range(3):  # a axis
        here["pos_ecef"][a] = p[a]
    shift(routes, start + 1, stop, t + time - there["t"])


@lean
def hangs_on(targets, i, j):
    """True if target i has not started and hangs on target j, or on something that hangs on it."""
    while targets[i]["status"] == WAITING and targets[i]["carrier"] >= 0:
        i = targets[i]["carrier"]
        if i == j:
            return True
    return False


@lean
def drop_chaff(world, row, t):
    """Release a bundle of chaff if one is due."""
    if row["bundles"] <= 0 or t < row["t_chaff"] + row["chaff_step"]:
        return
    target = world.targets[row["target"]]
    row["bundles"] -= 1
    row["t_chaff"] = t
    for a in range(3):  # a axis
        row["chaff_pos"][a] = target["pos_ecef"][a]
    emit(world, t, E_CHAFF, target["start_event"], row["target"], NONE, NONE, row["bundles"])


@lean
def is_held_back(world, j):
    """True if target j hangs on a carrier that has left its route."""
    carrier = world.targets[j]["carrier"]
    n = row_of(world.tactics, carrier)
    return n >= 0 and world.tactics[n]["mode"] == EVADING and world.targets[carrier]["status"] == FLYING
