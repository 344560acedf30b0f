"""Phase 4: who is it? Interrogation of firm tracks with failures and errors, flight along airways, and sight."""

import math

from skyreach.engine.bookkeeping import emit
from skyreach.engine.geometry import distance
from skyreach.engine.plan import ahead, in_sight
from skyreach.jit import lean
from skyreach.physics.flight import vertical
from skyreach.world.codes import (
    BY_AIRWAY,
    BY_ANSWER,
    BY_ERROR,
    BY_EYE,
    BY_SILENCE,
    E_IDENTIFIED,
    FIRM,
    FLYING,
    FRIEND,
    HOSTILE,
    IFF_FRIEND,
    IFF_NONE,
    LEAVING,
    NEUTRAL,
    NON_HOSTILE,
    UNKNOWN,
)
from skyreach.world.dice import IDENTIFY, ONCE, REPLY, uniform


@lean
def identify(model, world, t):
    """Give firm tracks their identity once the identification time is over, and revise it where more is seen, at t [s];
    writes tracks, events.

    A transponder answers with probability iff_reply. What does not answer is civil while it keeps to an airway, else hostile;
    the first verdict is turned into its opposite with probability identify_error (operator and correlation errors together).
    Where an optical channel has the target in sight, it is seen for what it is, and that stands. A track that noise alone has
    fed stays unknown.
    """
    for i in range(world.clock[0]["n_tracks"]):  # i track
        row = world.tracks[i]
        if row["state"] != FIRM or row["known_by"] == BY_EYE or row["target"] < 0:
            continue
        identity, by = row["identity"], row["known_by"]
        if identity == UNKNOWN and t >= row["t_firm"] + model.params[0]["identify_time"]:
            identity, by = verdict(model, row, world.targets[row["target"]], t)
        elif by == BY_AIRWAY and not on_airway(model, row, t):
            identity, by = HOSTILE, BY_SILENCE
        if in_view(model, world, row, t):
            side = world.targets[row["target"]]["side"]
            by = BY_EYE
            identity = NON_HOSTILE if side == NEUTRAL else HOSTILE
            if side == world.radars[row["radar"]]["side"]:
                identity = FRIEND
        if by != row["known_by"]:
            row["identity"], row["known_by"] = identity, by
            row["id_event"] = emit(world, t, E_IDENTIFIED, row["firm_event"], row["target"], i, identity, by)


@lean
def verdict(model, row, target, t):
    """Identity of a track by interrogation and airways at t [s], and by which of them."""
    p = model.params[0]
    answers = target["iff"] != IFF_NONE and uniform(p["seed"], REPLY, row["number"], row["target"], ONCE) < p["iff_reply"]
    identity, by = HOSTILE, BY_SILENCE
    if answers:
        identity, by = FRIEND if target["iff"] == IFF_FRIEND else NON_HOSTILE, BY_ANSWER
    elif on_airway(model, row, t):
        identity, by = NON_HOSTILE, BY_AIRWAY
    if uniform(p["seed"], IDENTIFY, row["number"], row["target"], ONCE) < p["identify_error"]:
        identity, by = NON_HOSTILE if identity == HOSTILE else HOSTILE, BY_ERROR
    return identity, by


@lean
def on_airway(model, row, t):
    """True if a track at t [s] flies within an airway and along it, no faster than airliners do."""
    x, y, z, speed = ahead(row, t)
    p = model.params[0]
    if model.airways.size == 0 or speed > p["airway_speed"]:
        return False
    h, ux, uy, uz = vertical(x, y, z)
    r, w = distance((x, y, z), (0.0, 0.0, 0.0)), row["x"]
    for n in range(model.airways.size):  # n segment of an airway
        way = model.airways[n]
        a, b = way["a"], way["b"]
        if h < way["h_low"] or h > way["h_high"]:
            continue
        nx, ny, nz = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]  # pole of its great circle
        size = math.sqrt(nx * nx + ny * ny + nz * nz)
        if abs(math.asin((x * nx + y * ny + z * nz) / (r * size))) * r > way["half_width"]:
            continue
        middle = (a[0] + b[0]) * x + (a[1] + b[1]) * y + (a[2] + b[2]) * z
        if middle < (1.0 + a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) * r:  # beyond the ends
            continue
        dx, dy, dz = ny * uz - nz * uy, nz * ux - nx * uz, nx * uy - ny * ux  # its direction here
        along = abs(w[3] * dx + w[4] * dy + w[5] * dz) / (speed * math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-9)
        if along >= math.cos(p["airway_angle"]):
            return True
    return False


@lean
def in_view(model, world, row, t):
    """True if an optical channel of a site that works sees the target under a track."""
    target = world.targets[row["target"]]
    if target["status"] != FLYING:
        return False
    x = target["pos_ecef"]
    for k in range(world.sites.shape[0]):  # k site
        site = world.sites[k]
        if site["alive"] == 0 or site["visual_range"] == 0.0 or site["march"] > LEAVING:
            continue
        near = distance(x, site["pos_ecef"]) <= site["visual_range"]
        if near and in_sight(model.params[0], model.floors, world.radars[site["radar"]], x[0], x[1], x[2]):
            return True
    return False
