"""Phase 6: missiles fly. Mid-course to the predicted intercept point of the track, proportional navigation at the end.

A missile knows its target only through the track file, as long as the engagement radar of the unit that guides it can tell it,
and, within seeker range, through its own noisy measurement;
truth enters where nature uses it: the echo that the seeker measures, and the distance of passage. One short cut remains: a
missile whose target is destroyed or gone ends in that frame and frees its channel.
"""

import math

from skyreach.engine.bookkeeping import emit, end_limits, radiates
from skyreach.engine.geometry import TICK, distance, square
from skyreach.engine.impact import row_of
from skyreach.engine.launch import close_if_spent
from skyreach.engine.picture import knows
from skyreach.engine.plan import ahead, fall, height_above_ground
from skyreach.jit import lean
from skyreach.physics.flight import G0, fly, respond, steer, vertical
from skyreach.physics.guidance import intercept_time, pn_acceleration
from skyreach.physics.kill import kill_probability
from skyreach.world.codes import (
    COMMAND,
    DESTROYED,
    E_DARK,
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
    NOT_ENDED,
    R_DESTROYED,
    SPENT,
    TARGET_GONE,
    TRACK_LOST,
    TVM,
)
from skyreach.world.dice import KILL, ONCE, SEEKER, normals, uniform
from skyreach.world.tables import DRAG_STEP

FINE_STEP, COARSE_STEP = 0.02, 0.1  # s: flight steps near the target and after launch, and in between
FASTEST = 6000.0  # m/s: no missile and target close faster
CLOSE_PASS = 1000.0  # m: nearer than this the point of closest approach is looked for
START_TIME = 2.0  # s after launch with finer steps: the motor burns and the missile turns over


@lean
def guide(model, world, log, t, frame):
    """Fly all missiles from the last frame to time t [s]; writes missiles, targets, assignments, sites, limits, events,
    log.reasons."""
    p, types, missiles, targets, tracks = model.params[0], model.missile_types, world.missiles, world.targets, world.tracks
    sites, radars, looks, drag, air, ground = world.sites, world.radars, world.looks, model.drag, model.air, model.ground
    for i in range(world.clock[0]["n_missiles"]):  # i missile
        missile = missiles[i]
        if missile["state"] == SPENT or t <= missile["t_launch"]:
            continue
        type_, j = missile["type"], missile["target"]
        m, target, radar = types[type_], targets[j], sites[missile["guide"]]["radar"]
        lit = m["guidance"] != TVM or t - looks[radar, j]["t_seen"] <= p["in_hand_looks"] * radars[radar]["update_track"]
        pull = chaff_pull(world.tactics, target, missile, j, radars[radar]["notch"], t)
        told = is_told(p, world, missile, t)
        r = aim(p, m, missile, tracks[missile["track"]], target, told, lit, pull, i, t, frame)
        if r >= 0.0:
            emit(world, t, E_HOMING, missile["launch_event"], j, missile["site"], i, r)
        if missile["state"] == HOMING and target["status"] == FLYING and (missile["dark"] == 0) != lit:
            missile["dark"] = 0 if lit else 1
            if not lit:
                r = distance(target["pos_ecef"], missile["pos_ecef"])
                emit(world, t, E_DARK, missile["launch_event"], j, missile["guide"], i, r)
        miss, late = travel(p, m, drag[type_], air, missile, target, t)
        if miss >= 0.0:
            detonate(model, world, log, i, miss, t - late)
            continue
        why = ended(p, m, missile, target, ground, t)
        if why != NOT_ENDED:
            end(world, i, why, -1.0, t)
        elif not math.isfinite(missile["pos_ecef"][0] + missile["vel_ecef"][0]):
            world.clock[0]["fault"] |= FAULT_NONFINITE


@lean
def is_told(p, world, missile, t):
    """True if the unit that guides a missile can tell it of its track at time t [s]: it knows of that, and the commands go out
    through its engagement radar."""
    k = missile["guide"]
    site = world.sites[k]
    return site["alive"] == 1 and radiates(world.radars[site["radar"]]) and knows(p, world, k, missile["track"], t)


@lean
def aim(p, m, missile, track, target, told, lit, pull, i, t, frame):
    """What missile i knows of its target at the end of this frame: predicted intercept point, or seeker measurement.

    told: commands reach it. lit: its guidance has an echo to work with (the engagement radar holds the target, or the seeker is
    active). pull: what chaff puts its measurement off by [m]. Returns the range to go [m] when homing begins, else -1.
    """
    tracked = told and track["state"] == FIRM and track["number"] == missile["track_number"]
    command = m["guidance"] == COMMAND
    if missile["state"] == HOMING:
        if not command:
            follow(p, m, missile, target, lit and target["status"] == FLYING, pull, i, frame)
        elif tracked:
            relay(missile, track, t)
        else:
            coast_on(missile["seek_pos"], missile["seek_vel"], p["dt"])
        return -1.0
    x, y, z = target["pos_ecef"][0], target["pos_ecef"][1], target["pos_ecef"][2]  # where an echo would come from
    if tracked:
        x, y, z, _ = ahead(track, t)
        to_go = time_to_go(m, missile, track, x, y, z, t)
        missile["pip_ecef"][0] = x + to_go * track["x"][3]
        missile["pip_ecef"][1] = y + to_go * track["x"][4]
        missile["pip_ecef"][2] = z + to_go * track["x"][5]
        share = track["falls"]
        if share > 0.0:  # ahead has it fallen to now; it falls on until they meet
            late = t - track["t"]
            dx, dy, dz = fall(x, y, z, math.sqrt(to_go * to_go + 2.0 * to_go * late))
            missile["pip_ecef"][0] += share * dx
            missile["pip_ecef"][1] += share * dy
            missile["pip_ecef"][2] += share * dz
    if not lit or target["status"] != FLYING or not faces(m["cos_cone"], missile["pos_ecef"], missile["vel_ecef"], x, y, z):
        return -1.0
    r = distance(target["pos_ecef"], missile["pos_ecef"])
    if command:  # steered by the tracking radar to the end: on the line of sight once it is no longer boosted
        if not tracked or t - missile["t_launch"] < m["boost_time"]:
            return -1.0
    elif r >= m["seeker_range"]:  # an echo is what nature gives: it comes from the target, wherever its track stands
        return -1.0
    missile["state"] = HOMING
    missile["t_measure"] = 0.0
    if tracked:
        relay(missile, track, t)
    else:
        missile["seek_vel"][0], missile["seek_vel"][1], missile["seek_vel"][2] = 0.0, 0.0, 0.0
    if not command:
        seek = missile["seek_pos"]
        seek[0], seek[1], seek[2] = measure(p, m, missile, target, pull, i, frame)
    return r


@lean
def faces(cos_cone, pos, vel, x, y, z):
    """True if x, y, z [m] lies within a cone around the velocity: a missile turns over before it homes."""
    dx, dy, dz = x - pos[0], y - pos[1], z - pos[2]
    along = dx * vel[0] + dy * vel[1] + dz * vel[2]
    gap2, speed2 = dx * dx + dy * dy + dz * dz, square(vel[0]) + square(vel[1]) + square(vel[2])
    return along > 0.0 and along * along > cos_cone * cos_cone * gap2 * speed2


@lean
def relay(missile, track, t):
    """Hand the track, predicted to time t [s], to the missile as its knowledge of the target."""
    dt = t - track["t"]
    for a in range(3):  # a axis
        missile["seek_vel"][a] = track["x"][a + 3]
        missile["seek_pos"][a] = track["x"][a] + dt * track["x"][a + 3]


@lean
def time_to_go(m, missile, track, x, y, z, t):
    """Seconds to the intercept of a track now at x, y, z [m]: by plan while it is boosted, then by mean speed to come."""
    to_go = max(missile["t_plan"] - t, 0.5)
    if t - missile["t_launch"] < m["boost_time"]:
        return to_go
    v, p, w = missile["vel_ecef"], missile["pos_ecef"], track["x"]
    speed = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    mean = 0.5 * (speed + min(missile["v_arrival"], speed))
    meet = intercept_time(x - p[0], y - p[1], z - p[2], w[3], w[4], w[5], mean + 1.0)
    if meet < m["max_time"]:  # else it runs away from a missile this slow: the plan stands
        to_go = meet
        missile["t_plan"] = t + to_go
    return to_go


@lean
def measure(p, m, missile, target, pull, i, frame):
    """Position of the target as the seeker of missile i measures it now [m, ECEF].

    Error on each axis: angle error times range and glint, added in squares.
    """
    r = distance(target["pos_ecef"], missile["pos_ecef"])
    sigma = math.sqrt(square(r * m["seeker_sigma"]) + square(m["glint"]))
    g0, g1, g2, _ = normals(p["seed"], SEEKER, i, missile["target"], frame)
    x = target["pos_ecef"]
    return x[0] + pull[0] + sigma * g0, x[1] + pull[1] + sigma * g1, x[2] + pull[2] + sigma * g2


@lean
def chaff_pull(tactics, target, missile, j, notch, t):
    """How far [m, ECEF] a bundle of chaff draws the measurement of a seeker off target j at time t [s].

    Of two echoes that it cannot part a seeker measures the centroid by power (Neri, Introduction to Electronic Defense Systems,
    2nd ed., ch. 5). Chaff stands still: a target whose speed along the line of sight is beyond the notch [m/s] is parted from it.
    Validated: tests/engine/test_chaff.py."""
    row = row_of(tactics, j)
    if row < 0 or t - tactics[row]["t_chaff"] > tactics[row]["chaff_life"]:
        return 0.0, 0.0, 0.0
    x, v, o, c = target["pos_ecef"], target["vel_ecef"], missile["pos_ecef"], tactics[row]["chaff_pos"]
    dx, dy, dz = x[0] - o[0], x[1] - o[1], x[2] - o[2]
    if abs(dx * v[0] + dy * v[1] + dz * v[2]) > notch * math.sqrt(dx * dx + dy * dy + dz * dz):
        return 0.0, 0.0, 0.0
    w = tactics[row]["chaff_rcs"] / (tactics[row]["chaff_rcs"] + target["rcs_side"][0])  # it flies across: its side is seen
    return w * (c[0] - x[0]), w * (c[1] - x[1]), w * (c[2] - x[2])


@lean
def follow(p, m, missile, target, lit, pull, i, frame):
    """One step of the seeker's own filter of missile i: predict over the frame, correct if there is an echo."""
    pos, vel = missile["seek_pos"], missile["seek_vel"]
    coast_on(pos, vel, p["dt"])
    missile["t_measure"] += p["dt"]
    if not lit or missile["t_measure"] < m["seeker_interval"] - TICK:
        return
    interval, missile["t_measure"] = missile["t_measure"], 0.0
    seen = measure(p, m, missile, target, pull, i, frame)
    for a in range(3):  # a axis
        gap = seen[a] - pos[a]
        pos[a] += m["seeker_alpha"] * gap
        vel[a] += m["seeker_beta"] * gap / interval


@lean
def coast_on(pos, vel, dt):
    """Carry a position (3,) on with a velocity for dt [s]."""
    for a in range(3):  # a axis
        pos[a] += dt * vel[a]


@lean
def travel(p, m, drag, air, missile, target, t):
    """Fly a missile through the frame that ends at t [s]: one step in mid-course, finer ones near the target.

    Returns the least distance [m] (-1 if it has not passed the target) and how long before t it passed [s].
    """
    dt = p["dt"]
    pos, vel, tpos, tvel = missile["pos_ecef"], missile["vel_ecef"], target["pos_ecef"], target["vel_ecef"]
    acc, gap, homing = missile["acc_ecef"], distance(tpos, pos), missile["state"] == HOMING
    young = t - missile["t_launch"] < START_TIME
    close = gap < CLOSE_PASS + FASTEST * dt and target["status"] == FLYING
    steps = math.ceil(dt / (FINE_STEP if close or young else COARSE_STEP) - TICK)
    h = dt / steps
    for n in range(steps):  # n step
        behind = dt - n * h  # the target stands where it is at the end of the frame
        if homing:
            cx, cy, cz = home(m, missile, behind)
        else:
            g = missile["pip_ecef"]
            cx, cy, cz = steer(m, pos[0], pos[1], pos[2], vel[0], vel[1], vel[2], g[0], g[1], g[2], missile["r_plan"])
        if close:
            rx = tpos[0] - behind * tvel[0] - pos[0]
            ry = tpos[1] - behind * tvel[1] - pos[1]
            rz = tpos[2] - behind * tvel[2] - pos[2]
            wx, wy, wz = tvel[0] - vel[0], tvel[1] - vel[1], tvel[2] - vel[2]
            t_cpa = -(rx * wx + ry * wy + rz * wz) / (wx * wx + wy * wy + wz * wz + 1e-9)
            if t_cpa <= h and (t_cpa > 0.0 or not young):  # just launched, it may still turn towards a target that opens
                t_cpa = max(t_cpa, 0.0)
                miss = distance((rx, ry, rz), (-t_cpa * wx, -t_cpa * wy, -t_cpa * wz))
                return miss, behind - t_cpa
        respond(m, acc, cx, cy, cz, h)
        fly(m, drag, DRAG_STEP, air, p["air_dh"], t - behind - missile["t_launch"], pos, vel, acc[0], acc[1], acc[2], h)
    return -1.0, 0.0


@lean
def home(m, missile, behind):
    """Command of proportional navigation [m/s2] on the seeker's estimate, `behind` seconds before its time; weight carried."""
    pos, vel, s, w = missile["pos_ecef"], missile["vel_ecef"], missile["seek_pos"], missile["seek_vel"]
    ax, ay, az = pn_acceleration(
        s[0] - behind * w[0] - pos[0], s[1] - behind * w[1] - pos[1], s[2] - behind * w[2] - pos[2],
        w[0] - vel[0], w[1] - vel[1], w[2] - vel[2], m["nav"],
    )  # fmt: skip
    _, ux, uy, uz = vertical(pos[0], pos[1], pos[2])
    return ax + G0 * ux, ay + G0 * uy, az + G0 * uz


@lean
def ended(p, m, missile, target, ground, t):
    """Why a missile ends its flight at time t [s] without having passed its target; NOT_ENDED if it flies on."""
    pos, vel = missile["pos_ecef"], missile["vel_ecef"]
    t_fly = t - missile["t_launch"]
    speed = distance(vel, (0.0, 0.0, 0.0))
    if target["status"] != FLYING:
        return TARGET_GONE
    if t_fly <= m["boost_time"]:
        return NOT_ENDED
    if t_fly > m["max_time"] or speed < m["stall_speed"]:
        return NO_ENERGY
    h, _, _, _ = vertical(pos[0], pos[1], pos[2])
    if h < p["h_top"] and height_above_ground(ground, pos[0], pos[1], pos[2]) < 0.0:
        return HIT_GROUND
    if missile["state"] == FLYING_OUT and t > missile["t_plan"] + m["coast_time"]:
        g, ahead_ = missile["pip_ecef"], 0.0
        for a in range(3):  # a axis
            ahead_ += (g[a] - pos[a]) * vel[a]
        if ahead_ < 0.0:
            return TRACK_LOST
    return NOT_ENDED


@lean
def detonate(model, world, log, i, miss, t):
    """Passage of missile i at its least distance miss [m]: fuze, kill or not."""
    missile = world.missiles[i]
    m, j, k = model.missile_types[missile["type"]], missile["target"], missile["site"]
    if miss > m["fuze_reach"]:
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


@lean
def end(world, i, outcome, miss, t):
    """End the flight of missile i and give back its channel."""
    missile = world.missiles[i]
    missile["state"], missile["outcome"], missile["miss"], missile["t_end"] = SPENT, outcome, miss, t
    world.clock[0]["n_flying"] -= 1
    if outcome > NO_KILL:
        emit(world, t, E_MISSILE_LOST, missile["launch_event"], missile["target"], missile["site"], i, miss)
    world.sites[missile["guide"]]["missiles_held"] -= 1
    world.assignments[missile["assignment"]]["ended"] += 1
    close_if_spent(world, missile["assignment"], t)
