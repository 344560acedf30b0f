"""One missile against one target on a known course: the guided flight behind an envelope, and when a plan meets a course.

The missile flies as in the engine: mid-course to the point where the target would be if it kept its course (physics.flight),
proportional navigation within seeker range, autopilot lag, limits of lift and structure; here it sees the target without
error. A course (8 numbers, `COURSE`) is flown at constant height and speed: straight, then a turn at a constant rate, then
straight again, in metres along and across the meridian through the launcher.
"""

import math

import numpy as np

from skyreach.jit import kernel, lean
from skyreach.physics.flight import G0, WGS84_A, fly, respond, steer, vertical
from skyreach.physics.flyout import SITE_X, TURN_OVER, reach_at
from skyreach.physics.guidance import intercept_time, pn_acceleration

COURSE = ("x", "y", "h", "speed", "heading", "turn", "turn_rate", "t_turn")
"""Position along and across [m] at launch, height above the ellipsoid [m], speed [m/s], heading from +x to +y [rad], angle of
the turn [rad, signed], its rate [rad/s, > 0], its begin [s]."""
NEAR = 1000.0  # m: from here on steps are fine
FINE, SLOWEST = 0.02, 0.5  # s; s between a plan and the next while it flies
PLAN_STEPS = 240  # looks along a course for a meeting


@lean
def along(course, t):
    """Position x, y [m] and velocity [m/s] on a course, t [s] after launch."""
    v, rate, heading = course[3], course[6], course[4]
    t_straight = min(t, course[7])
    x = course[0] + v * t_straight * math.cos(heading)
    y = course[1] + v * t_straight * math.sin(heading)
    t_turning = min(max(t - course[7], 0.0), abs(course[5]) / rate)
    way = 1.0 if course[5] >= 0.0 else -1.0
    bend = heading + way * rate * t_turning
    x += way * v / rate * (math.sin(bend) - math.sin(heading))
    y += way * v / rate * (math.cos(heading) - math.cos(bend))
    t_after = max(t - course[7] - abs(course[5]) / rate, 0.0)
    x += v * t_after * math.cos(bend)
    y += v * t_after * math.sin(bend)
    return x, y, v * math.cos(bend), v * math.sin(bend)


@lean
def target_at(course, t):
    """Position [m] and velocity [m/s] in ECEF on a course, t [s] after launch (six numbers).

    x is taken along the meridian of the launcher and y across it, on a sphere that touches the earth there."""
    x, y, vx, vy = along(course, t)
    a, b, r = x / WGS84_A, y / WGS84_A, WGS84_A + course[2]
    ca, sa, cb, sb = math.cos(a), math.sin(a), math.cos(b), math.sin(b)
    wa, wb = vx * r / WGS84_A, vy * r / WGS84_A
    return r * ca * cb, r * sb, r * sa * cb, -wa * sa * cb - wb * ca * sb, wb * cb, wa * ca * cb - wb * sa * sb


@lean
def arrives(m, table, dr, dh, h_site, course, t):
    """True and the arrival speed [m/s] if a missile can be where the course is t [s] after launch, by its reach table."""
    x, y, _, _ = along(course, t)
    ground, up = math.sqrt(x * x + y * y), course[2] - h_site
    if ground * ground + up * up < m["min_range"] * m["min_range"]:
        return False, 0.0
    tof, v = reach_at(table, dr, dh, ground, course[2])
    return tof <= t, v


@kernel
def meeting(m, table, dr, dh, h_site, course):
    """Earliest time of flight [s] (inf if none) at which a missile can meet a course by its reach table, and arrival speed [m/s].

    Not nearer than its least range. Steps of a 240th of its longest flight, then halving to a hundredth of a step."""
    early, step = 0.0, m["max_time"] / PLAN_STEPS
    for n in range(1, PLAN_STEPS + 1):  # n look
        late = n * step
        there, v = arrives(m, table, dr, dh, h_site, course, late)
        if there:
            while late - early > 0.01 * step:
                middle = 0.5 * (early + late)
                there, v_new = arrives(m, table, dr, dh, h_site, course, middle)
                if there:
                    late, v = middle, v_new
                else:
                    early = middle
            return late, v
        early = late
    return math.inf, 0.0


@kernel
def launch_zone(m, table, dr, dh, h_site, course, xs, ys, out):
    """Time of flight [s] (inf if none) to a target that begins the course at xs[j], ys[i] [m]; written to out (ys, xs)."""
    for i in range(ys.shape[0]):  # i across
        for j in range(xs.shape[0]):  # j along
            course[0], course[1] = xs[j], ys[i]
            out[i, j], _ = meeting(m, table, dr, dh, h_site, course)


@kernel
def chase(m, drag, step, air, air_dh, h_site, course, t_plan, v_plan, dt):
    """A guided flight from h_site [m] at a target on a course: least distance [m], its time [s], speed [m/s] and path (n, 4).

    t_plan [s], v_plan [m/s]: planned time of flight and arrival speed (`meeting`). dt [s]: step of the mid-course. The path has
    time [s] and ECEF position [m] of each step; the flight ends at the closest approach, out of time, or in the ground.
    Validated: test_chase (Zarchan's miss of the single-lag loop; RocketPy's point mass).
    """
    pos, vel, acc = np.zeros(3), np.zeros(3), np.zeros(3)
    pos[0], vel[0] = SITE_X + h_site, m["launch_speed"]
    path = np.empty((int(m["max_time"] / FINE) + 2, 4))
    t, n, r_plan, homing, to_go = 0.0, 0, 0.0, False, t_plan
    while t < m["max_time"]:
        path[n, 0], path[n, 1], path[n, 2], path[n, 3] = t, pos[0], pos[1], pos[2]
        n += 1
        tx, ty, tz, wx, wy, wz = target_at(course, t)
        rx, ry, rz = tx - pos[0], ty - pos[1], tz - pos[2]
        ux, uy, uz = wx - vel[0], wy - vel[1], wz - vel[2]
        gap, speed = math.sqrt(rx * rx + ry * ry + rz * rz), math.sqrt(vel[0] ** 2 + vel[1] ** 2 + vel[2] ** 2)
        close = gap < NEAR + 6.0 * speed * dt
        tau = min(FINE, dt) if close or t < TURN_OVER else dt
        t_cpa = -(rx * ux + ry * uy + rz * uz) / (ux * ux + uy * uy + uz * uz + 1e-9)
        if close and t_cpa <= tau and (t_cpa > 0.0 or t > TURN_OVER):
            s = max(t_cpa, 0.0)
            return math.sqrt((rx + s * ux) ** 2 + (ry + s * uy) ** 2 + (rz + s * uz) ** 2), t + s, speed, path[:n]
        h, nx, ny, nz = vertical(pos[0], pos[1], pos[2])
        if h < min(h_site, course[2]) - 100.0 or (t > m["boost_time"] and speed < m["stall_speed"]):
            break
        homing = homing or (gap < m["seeker_range"] and rx * vel[0] + ry * vel[1] + rz * vel[2] > m["cos_cone"] * gap * speed)
        if homing:
            ax, ay, az = pn_acceleration(rx, ry, rz, ux, uy, uz, m["nav"])
            cx, cy, cz = ax + G0 * nx, ay + G0 * ny, az + G0 * nz
        else:
            if t >= m["boost_time"]:
                meet = intercept_time(rx, ry, rz, wx, wy, wz, 0.5 * (speed + min(v_plan, speed)) + 1.0)
                to_go = meet if meet < m["max_time"] else max(to_go - tau, SLOWEST)
            else:
                to_go = max(t_plan - t, SLOWEST)
            gx, gy, gz = tx + to_go * wx, ty + to_go * wy, tz + to_go * wz
            if n == 1:
                r_plan = math.sqrt((gx - pos[0]) ** 2 + (gy - pos[1]) ** 2 + (gz - pos[2]) ** 2)
            cx, cy, cz = steer(m, pos[0], pos[1], pos[2], vel[0], vel[1], vel[2], gx, gy, gz, r_plan)
        respond(m, acc, cx, cy, cz, tau)
        fly(m, drag, step, air, air_dh, t, pos, vel, acc[0], acc[1], acc[2], tau)
        t += tau
    return math.inf, t, 0.0, path[:n]

