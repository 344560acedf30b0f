"""Phase 6: missiles fly. Mid-course to the predicted intercept point of the track, proportional navigation at the end.

A missile knows its target only through the track file and, within seeker range, through its own noisy measurement;
truth enters in two places, where nature uses it: the echo that the seeker measures, and the distance of passage.
"""

import math

import numpy as np

from skyreach.engine.bookkeeping import emit, end_limits
from skyreach.engine.launch import close_if_spent
from skyreach.engine.plan import ahead, height_above_ground
from skyreach.engine.sense import recently_seen
from skyreach.jit import kernel
from skyreach.physics.flight import G0, fly, steer, vertical
from skyreach.physics.guidance import pn_acceleration
from skyreach.physics.kill import kill_probability
from skyreach.world.codes import (
    COMMAND,
    DESTROYED,
    E_DETONATION,
    E_HOMING,
    E_KILL,
    E_MISSILE_LOST,
    FAULT_NONFINITE,
    FIRM,
    FLYING,
    FLYING_OUT,
    HIT_GROUND,
    HOMING,
    KILLED,
    MISSED,
    NO_ENERGY,
    NO_KILL,
    R_DESTROYED,
    SPENT,
    TARGET_GONE,
    TRACK_LOST,
    TVM,
)
from skyreach.world.dice import KILL, ONCE, SEEKER, normals, uniform
from skyreach.world.tables import DRAG_STEP

ALPHA, BETA = (
    0.5,
    0.1667,
)  # gains of the seeker's position-velocity filter: beta = alpha^2 / (2 - alpha), Benedict-Bordner
FUZE_REACH = 3.0  # lethal radii within which the fuze works; beyond, 2^-9 of the kills would be left
CLOSE_PASS = 2000.0  # m: nearer than this the point of closest approach is looked for


@kernel
def guide(model, world, log, t, frame):
    """Fly all missiles from the last frame to time t [s]; writes missiles, targets, assignments, sites, limits,
    events, log.reasons."""
    for i in range(world.clock[0]["n_missiles"]):  # i missile
        missile = world.missiles[i]
        if missile["state"] != SPENT and t > missile["t_launch"]:
            aim(model, world, i, t, frame)
            travel(model, world, log, i, t)


@kernel
def aim(model, world, i, t, frame):
    """What missile i knows of its target at the end of this frame: predicted intercept point, or seeker measurement."""
    missile = world.missiles[i]
    m, track, target = (
        model.missile_types[missile["type"]],
        world.tracks[missile["track"]],
        world.targets[missile["target"]],
    )
    tracked = track["state"] == FIRM and track["number"] == missile["track_number"]
    p = missile["pos_ecef"]
    if tracked:
        x, y, z, _ = ahead(track, t)
        to_go = time_to_go(m, missile, track, x, y, z, t)
        missile["pip_ecef"][0] = x + to_go * track["x"][3]
        missile["pip_ecef"][1] = y + to_go * track["x"][4]
        missile["pip_ecef"][2] = z + to_go * track["x"][5]
        r = math.sqrt((x - p[0]) ** 2 + (y - p[1]) ** 2 + (z - p[2]) ** 2)
    else:
        r = distance(missile["pip_ecef"], p)
    illuminated = m["guidance"] != TVM or recently_seen(
        world, world.sites[missile["site"]]["radar"], missile["target"], t
    )
    if missile["state"] == FLYING_OUT:
        if (
            r < m["seeker_range"]
            and illuminated
            and target["status"] == FLYING
            and (tracked or m["guidance"] != COMMAND)
        ):
            missile["state"] = HOMING
            measure(model, world, i, frame, missile["seek_pos"])
            for a in range(3):  # a axis
                missile["seek_vel"][a] = track["x"][a + 3] if tracked else 0.0
                if m["guidance"] == COMMAND:
                    missile["seek_pos"][a] = track["x"][a] + (t - track["t"]) * track["x"][a + 3]
            emit(world, t, E_HOMING, missile["launch_event"], missile["target"], missile["site"], i, r)
    elif m["guidance"] == COMMAND:
        if tracked:
            for a in range(3):
                missile["seek_vel"][a] = track["x"][a + 3]
                missile["seek_pos"][a] = track["x"][a] + (t - track["t"]) * track["x"][a + 3]
    else:
        follow(model, world, i, illuminated, frame)


@kernel
def time_to_go(m, missile, track, x, y, z, t):
    """Seconds to the intercept of a track now at x, y, z [m]: by plan while the motor burns, then by mean speed to come."""
    to_go = max(missile["t_plan"] - t, 0.5)
    if t - missile["t_launch"] < m["burn_time"]:
        return to_go
    v, p, w = missile["vel_ecef"], missile["pos_ecef"], track["x"]
    speed = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    mean = 0.5 * (speed + min(missile["v_arrival"], speed))
    for _ in range(2):
        gx, gy, gz = x + to_go * w[3] - p[0], y + to_go * w[4] - p[1], z + to_go * w[5] - p[2]
        to_go = math.sqrt(gx * gx + gy * gy + gz * gz) / (mean + 1.0)
    missile["t_plan"] = t + to_go
    return to_go


@kernel
def distance(a, b):
    """Distance of two points [m], shape (3,) each."""
    return math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)


@kernel
def measure(model, world, i, frame, out):
    """Position of the target as the seeker of missile i measures it now [m, ECEF], into out (3,).

    Error on each axis: angle error times range and glint, added in squares.
    """
    missile = world.missiles[i]
    m, target = model.missile_types[missile["type"]], world.targets[missile["target"]]
    r = distance(target["pos_ecef"], missile["pos_ecef"])
    sigma = math.sqrt((r * m["seeker_sigma"]) ** 2 + m["glint"] ** 2)
    g0, g1, g2, _ = normals(model.params[0]["seed"], SEEKER, i, missile["target"], frame)
    out[0] = target["pos_ecef"][0] + sigma * g0
    out[1] = target["pos_ecef"][1] + sigma * g1
    out[2] = target["pos_ecef"][2] + sigma * g2


@kernel
def follow(model, world, i, illuminated, frame):
    """One step of the seeker's own filter of missile i: predict over the frame, correct if the target is illuminated."""
    missile, dt = world.missiles[i], model.params[0]["dt"]
    pos, vel = missile["seek_pos"], missile["seek_vel"]
    for a in range(3):  # a axis
        pos[a] += dt * vel[a]
    if illuminated and world.targets[missile["target"]]["status"] == FLYING:
        seen = np.empty(3)
        measure(model, world, i, frame, seen)
        for a in range(3):
            gap = seen[a] - pos[a]
            pos[a] += ALPHA * gap
            vel[a] += BETA * gap / dt


@kernel
def travel(model, world, log, i, t):
    """Fly missile i through the frame that ends at t [s], in steps that get finer near the target; end it if it ends."""
    missile, dt = world.missiles[i], model.params[0]["dt"]
    m, target = model.missile_types[missile["type"]], world.targets[missile["target"]]
    drag = model.drag[missile["type"]]
    pos, vel, tpos, tvel = missile["pos_ecef"], missile["vel_ecef"], target["pos_ecef"], target["vel_ecef"]
    gap = distance(tpos, pos)
    steps = 10 if gap < CLOSE_PASS else 2
    h = dt / steps
    for n in range(steps):  # n step
        behind = dt - n * h  # the target stands where it is at the end of the frame
        t_now = t - behind
        if missile["state"] == HOMING:
            cx, cy, cz = home(m, missile, behind)
        else:
            g = missile["pip_ecef"]
            cx, cy, cz = steer(
                m, pos[0], pos[1], pos[2], vel[0], vel[1], vel[2], g[0], g[1], g[2], missile["r_plan"]
            )
        if gap < CLOSE_PASS and target["status"] == FLYING:
            rx, ry, rz = (
                tpos[0] - behind * tvel[0] - pos[0],
                tpos[1] - behind * tvel[1] - pos[1],
                tpos[2] - behind * tvel[2] - pos[2],
            )
            wx, wy, wz = tvel[0] - vel[0], tvel[1] - vel[1], tvel[2] - vel[2]
            t_cpa = -(rx * wx + ry * wy + rz * wz) / (wx * wx + wy * wy + wz * wz + 1e-9)
            if t_cpa <= h:
                late = max(t_cpa, 0.0)
                miss = math.sqrt((rx + late * wx) ** 2 + (ry + late * wy) ** 2 + (rz + late * wz) ** 2)
                detonate(model, world, log, i, miss, t_now + late)
                return
        fly(
            m,
            drag,
            DRAG_STEP,
            model.air,
            model.params[0]["air_dh"],
            t_now - missile["t_launch"],
            pos,
            vel,
            cx,
            cy,
            cz,
            h,
        )
    check_end(model, world, i, t)


@kernel
def home(m, missile, behind):
    """Command of proportional navigation [m/s2] on the seeker's estimate, `behind` seconds before its time; weight carried."""
    pos, vel, s, w = missile["pos_ecef"], missile["vel_ecef"], missile["seek_pos"], missile["seek_vel"]
    ax, ay, az = pn_acceleration(
        s[0] - behind * w[0] - pos[0], s[1] - behind * w[1] - pos[1], s[2] - behind * w[2] - pos[2],
        w[0] - vel[0], w[1] - vel[1], w[2] - vel[2], m["nav"],
    )  # fmt: skip
    _, ux, uy, uz = vertical(pos[0], pos[1], pos[2])
    return ax + G0 * ux, ay + G0 * uy, az + G0 * uz


@kernel
def check_end(model, world, i, t):
    """End missile i if its target or track is gone, its energy is spent or the ground is reached."""
    missile = world.missiles[i]
    m, pos, vel = model.missile_types[missile["type"]], missile["pos_ecef"], missile["vel_ecef"]
    t_fly = t - missile["t_launch"]
    speed = math.sqrt(vel[0] * vel[0] + vel[1] * vel[1] + vel[2] * vel[2])
    g, ahead_ = missile["pip_ecef"], 0.0
    for a in range(3):  # a axis
        ahead_ += (g[a] - pos[a]) * vel[a]
    if not math.isfinite(speed + pos[0] + pos[1] + pos[2]):
        world.clock[0]["fault"] |= FAULT_NONFINITE
        end(world, i, NO_ENERGY, -1.0, t)
    elif world.targets[missile["target"]]["status"] != FLYING:
        end(world, i, TARGET_GONE, -1.0, t)
    elif t_fly > m["max_time"] or (t_fly > m["burn_time"] and speed < 0.5 * m["min_speed"]):
        end(world, i, NO_ENERGY, -1.0, t)
    elif t_fly > m["burn_time"] and height_above_ground(model, pos[0], pos[1], pos[2]) < 0.0:
        end(world, i, HIT_GROUND, -1.0, t)
    elif (
        missile["state"] == FLYING_OUT
        and t_fly > m["burn_time"]
        and ahead_ < 0.0
        and t > missile["t_plan"] + 5.0
    ):
        end(world, i, TRACK_LOST, -1.0, t)


@kernel
def detonate(model, world, log, i, miss, t):
    """Passage of missile i at its least distance miss [m]: fuze, kill or not."""
    missile = world.missiles[i]
    m, j, k = model.missile_types[missile["type"]], missile["target"], missile["site"]
    if miss > FUZE_REACH * m["lethal_radius"]:
        end(world, i, MISSED, miss, t)
        return
    target = world.targets[j]
    event = emit(world, t, E_DETONATION, missile["launch_event"], j, k, i, miss)
    chance = kill_probability(miss, m["lethal_radius"], m["pk"][target["kind"]], m["reliability"])
    killed = uniform(model.params[0]["seed"], KILL, i, j, ONCE) < chance
    if killed:
        target["status"], target["t_end"] = DESTROYED, t
        emit(world, t, E_KILL, event, j, k, i, miss)
        end_limits(world, log, j, R_DESTROYED, t)
    end(world, i, KILLED if killed else NO_KILL, miss, t)


@kernel
def end(world, i, outcome, miss, t):
    """End the flight of missile i and give back its channel."""
    missile = world.missiles[i]
    missile["state"], missile["outcome"], missile["miss"], missile["t_end"] = SPENT, outcome, miss, t
    if outcome > NO_KILL:
        emit(world, t, E_MISSILE_LOST, missile["launch_event"], missile["target"], missile["site"], i, miss)
    world.sites[missile["site"]]["missiles_held"] -= 1
    world.assignments[missile["assignment"]]["ended"] += 1
    close_if_spent(world, missile["assignment"], t)
