"""Anti-radiation missiles: a seeker that hears radars, and a memory for those that fall silent.

The seeker hears a radar within its band, range and cone that stands above the floor map, main beam or not. It takes the
nearest and stays with it; of a radar and its decoys it takes one by lot, as it cannot tell them apart. Where it is, the seeker
knows to its bearing error times the range; what it last heard it remembers, and flies there on (memory as reported of AGM-88B
and Kh-31P). Loft and a second choice are left out.
"""

import math

from skyreach.engine.bookkeeping import emit, end_limits, radiates
from skyreach.engine.geometry import above_floor, distance, square, to_enu
from skyreach.engine.impact import explode
from skyreach.engine.jamming import covers
from skyreach.engine.plan import height_above_ground
from skyreach.engine.steer import note_heights, turn_towards
from skyreach.jit import lean
from skyreach.physics.flight import G0, vertical
from skyreach.world.codes import ARRIVED, E_ARRIVED, E_EMITTER, E_EMITTER_SILENT, HOMING_ON, LURE, NONE, R_GONE
from skyreach.world.dice import DECOYED, EMITTER, ONCE, normals, uniform

OPEN_GROUND = 300.0  # m: so near its radar a missile does not run into a hill that the floor map did not show


@lean
def hears(model, row, target, radar):
    """True if the seeker of a target hears a radar: it radiates in the band of the seeker, within its range, in sight."""
    if not radiates(radar) or radar["side"] == target["side"]:
        return False
    if not covers(radar, row["low"], row["high"]):
        return False
    e, n, u = to_enu(radar, target["pos_ecef"])
    ground = math.sqrt(e * e + n * n)
    if ground * ground + u * u > square(row["seeker_range"]):
        return False
    return above_floor(model.params[0], model.floors[radar["floor"]], radar, e, n, u, target["h_ell"])


@lean
def turn_radius(row, speed):
    """Radius [m] of a turn in any plane at the load factor of a missile, taken as its lateral acceleration over g."""
    return speed * speed / (G0 * row["turn_g"])


@lean
def can_turn_to(row, target, place):
    """True if a place lies within the cone of the seeker, and not inside the circle of the tightest turn."""
    p, v = target["pos_ecef"], target["vel_ecef"]
    dx, dy, dz = place[0] - p[0], place[1] - p[1], place[2] - p[2]
    r = math.sqrt(dx * dx + dy * dy + dz * dz)
    speed = math.sqrt(square(v[0]) + square(v[1]) + square(v[2]))
    cosine = (dx * v[0] + dy * v[1] + dz * v[2]) / (r * speed + 1e-9)
    across = math.sqrt(max(1.0 - cosine * cosine, 0.0))
    return cosine >= row["cos_cone"] and r > 2.0 * turn_radius(row, speed) * across


@lean
def source_of(radars, i):
    """Row of the radar that row i radiates like: its own, or that which a decoy belongs to."""
    return radars[i]["decoy_of"] if radars[i]["role"] == LURE else i


@lean
def offers(model, world, row, i):
    """True if a missile may home on radar i: it is wanted, or one of its decoys, heard, and where the missile can turn to."""
    radar, target = world.radars[i], world.targets[row["target"]]
    if row["wanted"] >= 0 and row["wanted"] != source_of(world.radars, i):
        return False
    return hears(model, row, target, radar) and can_turn_to(row, target, radar["pos_ecef"])


@lean
def listen(model, world, row, t):
    """Look for a radar to home on: the nearest that the seeker hears and the missile can turn to, or one like it."""
    j, best, least = row["target"], NONE, math.inf
    target = world.targets[j]
    for i in range(world.radars.shape[0]):  # i radar
        r = distance(target["pos_ecef"], world.radars[i]["pos_ecef"])
        if r < least and offers(model, world, row, i):
            best, least = i, r
    if best < 0:
        return
    kind, most = source_of(world.radars, best), -1.0
    for i in range(world.radars.shape[0]):
        if source_of(world.radars, i) == kind and offers(model, world, row, i):
            luck = uniform(model.params[0]["seed"], DECOYED, j, i, ONCE)
            if luck > most:
                best, most = i, luck
    least = distance(target["pos_ecef"], world.radars[best]["pos_ecef"])
    row["mode"], row["radar"], row["heard"] = HOMING_ON, best, 1
    target["t_leg"] = math.inf
    emit(world, t, E_EMITTER, target["start_event"], j, best, NONE, least)


@lean
def approach(model, world, log, row, t):
    """Fly at the radar where it is believed to be, until there or in the ground."""
    j, dt, radar = row["target"], model.params[0]["dt"], world.radars[row["radar"]]
    target = world.targets[j]
    pos, vel, spot = target["pos_ecef"], target["vel_ecef"], row["spot"]
    if hears(model, row, target, radar):
        locate(model.params[0]["seed"], row, target, radar)
        if row["heard"] == 0:
            row["heard"] = 1
            emit(world, t, E_EMITTER, target["start_event"], j, row["radar"], NONE, distance(pos, radar["pos_ecef"]))
    elif row["heard"] == 1:
        row["heard"] = 0
        emit(world, t, E_EMITTER_SILENT, target["start_event"], j, row["radar"], NONE, distance(pos, spot))
    gap, speed = distance(pos, spot), math.sqrt(square(vel[0]) + square(vel[1]) + square(vel[2]))
    closing = vel[0] * (spot[0] - pos[0]) + vel[1] * (spot[1] - pos[1]) + vel[2] * (spot[2] - pos[2])
    if gap <= speed * dt or closing <= 0.0:
        if closing > 0.0:
            pos[0], pos[1], pos[2] = spot[0], spot[1], spot[2]
        hit_the_ground(model, world, log, row, t - dt + min(gap / speed, dt))
        return
    turn_towards(vel, spot[0] - pos[0], spot[1] - pos[1], spot[2] - pos[2], speed / turn_radius(row, speed) * dt)
    h, _, _, _ = vertical(pos[0], pos[1], pos[2])
    note_heights(model.ground, target, h, dt)
    if gap > OPEN_GROUND and height_above_ground(model.ground, pos[0], pos[1], pos[2]) < 0.0:
        hit_the_ground(model, world, log, row, t - dt)


@lean
def locate(seed, row, target, radar):
    """Where the seeker believes a radar to be: its place, off by the bearing error times the range to east and to north; the
    draw is one for a missile and a radar, so that the error shrinks as it comes nearer."""
    g0, g1, _, _ = normals(seed, EMITTER, row["target"], row["radar"], ONCE)
    R, o = radar["R_enu_from_ecef"], radar["pos_ecef"]
    off = row["seeker_sigma"] * distance(target["pos_ecef"], o)
    for a in range(3):  # a axis
        row["spot"][a] = o[a] + off * (g0 * R[0, a] + g1 * R[1, a])


@lean
def hit_the_ground(model, world, log, row, t):
    """End of the flight at time t [s], where the missile is now."""
    j, radar = row["target"], world.radars[row["radar"]]
    target = world.targets[j]
    target["status"], target["t_end"] = ARRIVED, t
    end_limits(world, log, j, R_GONE, t)
    cause = emit(world, t, E_ARRIVED, target["start_event"], j, radar["site"], NONE, 0.0)
    explode(model, world, row, NONE, row["radar"], cause, t)
