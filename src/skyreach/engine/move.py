"""Phase 1: targets move along their routes, start, arrive, leave; sectors of radars turn."""

import math

from skyreach.engine.bookkeeping import emit, end_limits
from skyreach.engine.evade import is_held_back
from skyreach.engine.geometry import wrap
from skyreach.engine.impact import explode, hit_asset, row_of, stands
from skyreach.jit import lean
from skyreach.world.codes import (
    ARRIVED,
    CANCELLED,
    DESTROYED,
    E_ARRIVED,
    E_CANCELLED,
    E_LEFT,
    E_START,
    FLYING,
    LEFT,
    NONE,
    R_GONE,
    WAITING,
)
from skyreach.world.dice import DAMAGE, ONCE, uniform


@lean
def move(model, world, log, t):
    """Bring targets and radar sectors to time t [s]; writes targets, sites, radars, launchers, limits, events,
    log.reasons."""
    if fly_on(world.targets, world.routes, world.radars, t, model.params[0]["dt"]):
        turn(model, world, log, t)


@lean
def turn(model, world, log, t):
    """Start the targets that are due at t [s], and put those at the end of a leg on the next or to the end of their route."""
    for j in range(world.targets.shape[0]):  # j target
        target = world.targets[j]
        if target["status"] == WAITING and t >= world.routes[target["route_start"]]["t"] and not is_held_back(world, j):
            start(world, log, j, t)
        if target["status"] == FLYING and t >= target["t_leg"] and not next_leg(target, world.routes, t):
            finish(model, world, log, j, world.routes[target["cursor"]]["t"])


@lean
def fly_on(targets, routes, radars, t, dt):
    """Carry targets along their legs and turn sectors; True if a target starts or comes to the end of a leg."""
    turns = False
    for j in range(targets.shape[0]):  # j target
        target = targets[j]
        if target["status"] == FLYING:
            if t < target["t_leg"]:
                coast(target, dt)
            else:
                turns = True
        elif target["status"] == WAITING and t >= routes[target["route_start"]]["t"]:
            turns = True
    for i in range(radars.shape[0]):  # i radar
        slew(radars[i], dt)
    return turns


@lean
def start(world, log, j, t):
    """Let target j begin its route, or cancel it if its carrier is gone."""
    target = world.targets[j]
    carrier = target["carrier"]
    cause = -1
    if carrier >= 0:
        status = world.targets[carrier]["status"]
        cause = world.targets[carrier]["start_event"]
        if status == DESTROYED or status == CANCELLED:
            target["status"] = CANCELLED
            target["t_end"] = t
            end_limits(world, log, j, R_GONE, t)
            emit(world, t, E_CANCELLED, cause, j, carrier, NONE, 0.0)
            return
    target["status"] = FLYING
    target["start_event"] = emit(world, t, E_START, cause, j, NONE, NONE, 0.0)


@lean
def coast(target, dt):
    """Carry a target on along its leg for dt [s]."""
    for a in range(3):  # a axis
        target["pos_ecef"][a] += dt * target["vel_ecef"][a]
    target["h_ell"] += dt * target["climb"]
    target["h_agl"] += dt * target["climb_agl"]


@lean
def next_leg(target, routes, t):
    """Put a target on the leg of its route that holds time t [s], straight in ECEF between route rows (within 0.1 m of
    the geodesic); False at the end of the route."""
    last = target["route_start"] + target["route_n"] - 1
    row = target["cursor"]
    while row < last and routes[row + 1]["t"] <= t:
        row += 1
    target["cursor"] = row
    if row == last:
        return False
    here, ahead = routes[row], routes[row + 1]
    span = ahead["t"] - here["t"]
    late = t - here["t"]
    for a in range(3):  # a axis
        target["vel_ecef"][a] = (ahead["pos_ecef"][a] - here["pos_ecef"][a]) / span
        target["pos_ecef"][a] = here["pos_ecef"][a] + late * target["vel_ecef"][a]
    target["climb"] = (ahead["h_ell"] - here["h_ell"]) / span
    target["climb_agl"] = (ahead["h_agl"] - here["h_agl"]) / span
    target["h_ell"] = here["h_ell"] + late * target["climb"]
    target["h_agl"] = here["h_agl"] + late * target["climb_agl"]
    target["t_leg"] = ahead["t"]
    return True


@lean
def finish(model, world, log, j, t):
    """End of the route of target j at time t [s]: it leaves, or arrives and may damage what it flies at."""
    target = world.targets[j]
    last = world.routes[target["cursor"]]
    for a in range(3):  # a axis
        target["pos_ecef"][a] = last["pos_ecef"][a]
    target["h_ell"], target["h_agl"], target["t_end"] = last["h_ell"], last["h_agl"], t
    end_limits(world, log, j, R_GONE, t)
    aim = target["aim"]
    if aim < 0:
        target["status"] = LEFT
        emit(world, t, E_LEFT, target["start_event"], j, NONE, NONE, 0.0)
        return
    target["status"] = ARRIVED
    cause = emit(world, t, E_ARRIVED, target["start_event"], j, aim, NONE, 0.0)
    row = row_of(world.tactics, j)
    if row >= 0 and world.tactics[row]["explodes"] == 1:
        explode(model, world, world.tactics[row], aim, world.tactics[row]["wanted"], cause, t)
    elif stands(world.sites[aim]) and uniform(model.params[0]["seed"], DAMAGE, j, aim, ONCE) < target["damage"]:
        hit_asset(world, aim, j, cause, t)


@lean
def slew(radar, dt):
    """Turn the sector of a radar towards the bearing wanted, for dt [s]."""
    if radar["boresight"] == radar["bearing_wanted"]:
        return
    gap = wrap(radar["bearing_wanted"] - radar["boresight"])
    turn = radar["slew_rate"] * dt
    if abs(gap) <= turn:
        radar["boresight"] = radar["bearing_wanted"]
    else:
        radar["boresight"] += math.copysign(turn, gap)
