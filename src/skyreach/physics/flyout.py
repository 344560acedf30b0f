"""Fly-out of a missile to a fixed point, and the reach table made of many of them.

The table is what a command post plans with: down-range and height -> time of flight and speed at arrival.
It comes from the very step that the engine flies (physics.flight), so a plan and a flight agree.
"""

import math

import numpy as np

from skyreach.jit import kernel, lean
from skyreach.physics.flight import WGS84_A, can_arrive, fly, respond, steer, vertical

CLOSE = 300.0  # m: a pass within this of the fixed point counts as reached; homing does the rest
TURN_OVER = 2.0  # s after launch with steps four times finer: slow and turning fast
SITE_X = WGS84_A  # canonical site on the equator at longitude 0, firing along the meridian (no Coriolis lift)


@kernel
def flyout(m, drag, step, air, air_dh, h_site, r_ground, h_target, dt):
    """Time of flight [s] (inf if not reached), arrival and largest speed [m/s] of a flight to a fixed point.

    r_ground [m] along the surface from the launcher, h_site and h_target [m] above the ellipsoid; dt [s].
    With dt = 0.1 s time and speed are within 0.6 % of those with 0.01 s (test_flyout).
    """
    pos, vel, acc = np.zeros(3), np.zeros(3), np.zeros(3)
    pos[0] = SITE_X + h_site
    vel[0] = m["launch_speed"]
    angle = r_ground / WGS84_A
    gx, gz = (WGS84_A + h_target) * math.cos(angle), (WGS84_A + h_target) * math.sin(angle)
    r_plan = math.sqrt((gx - pos[0]) * (gx - pos[0]) + gz * gz)
    h_low = min(h_site, h_target) - 100.0  # below it the ground is certain
    t, v, v_top = 0.0, float(m["launch_speed"]), 0.0
    while t < m["max_time"]:
        tau = dt if t >= TURN_OVER else 0.25 * dt
        cx, cy, cz = steer(m, pos[0], pos[1], pos[2], vel[0], vel[1], vel[2], gx, 0.0, gz, r_plan)
        respond(m, acc, cx, cy, cz, tau)
        fly(m, drag, step, air, air_dh, t, pos, vel, acc[0], acc[1], acc[2], tau)
        t, v_old = t + tau, v
        v = math.sqrt(vel[0] * vel[0] + vel[1] * vel[1] + vel[2] * vel[2])
        v_top = max(v, v_top)
        rx, ry, rz = gx - pos[0], -pos[1], gz - pos[2]
        ahead = (rx * vel[0] + ry * vel[1] + rz * vel[2]) / (v * v)  # s to the nearest point, < 0 when past
        if ahead <= 0.0 and math.sqrt(rx * rx + ry * ry + rz * rz) < CLOSE + v * tau:
            v += (v - v_old) * ahead / tau
            return t + ahead if v >= m["min_speed"] else math.inf, v, v_top
        h, _, _, _ = vertical(pos[0], pos[1], pos[2])
        if h < h_low or not can_arrive(m, t, v, h - h_target):
            return math.inf, v, v_top
    return math.inf, 0.0, v_top


@lean
def column_range(j, dr, n_r):
    """Ground range [m] of column j of a reach table of n_r columns, dr [m] apart on the mean: dr j^2 / (n_r - 1).

    Close together near the launcher, where the time of flight bends most, and 2 dr apart at the rim."""
    return dr * j * j / (n_r - 1)


@kernel
def fill_reach(m, drag, step, air, air_dh, h_site, dr, dh, dt, table):
    """Write time of flight [s] and arrival speed [m/s] into table (heights, ranges, 2).

    Column j is for column_range(j) along the ground, row i for i * dh above the ellipsoid. The first column stands for a
    shot straight up and takes the second one's values. A missile out of an upright canister cannot dive to a point close
    by and level with it: within its least range such a node takes the value above, so that the points over it, which it
    does reach, find four values to lie between; what is nearer than the least range is refused by that range itself.
    """
    n_h, n_r = table.shape[0], table.shape[1]
    for i in range(n_h):  # i height
        lost, found = 0, False
        for j in range(1, n_r):  # j range
            table[i, j, 0], table[i, j, 1] = math.inf, 0.0
            if lost < 3:  # three misses in a row beyond the first hit: nothing further out is reached
                tof, v, _ = flyout(m, drag, step, air, air_dh, h_site, column_range(j, dr, n_r), i * dh, dt)
                table[i, j, 0], table[i, j, 1] = tof, v
                found = found or not math.isinf(tof)
                lost = lost + 1 if math.isinf(tof) and (found or 2 * j > n_r) else 0
        table[i, 0, 0], table[i, 0, 1] = table[i, 1, 0], table[i, 1, 1]
    low = math.floor(h_site / dh)
    for i in range(min(low + 1, n_h - 2), max(low, 0) - 1, -1):  # i height: the row over the launcher, then the one under it
        for j in range(n_r):
            r, up = column_range(max(j - 1, 0), dr, n_r), i * dh - h_site  # the column before: its cell counts
            near = up < 0.0 or r * r + up * up < m["min_range"] * m["min_range"]
            if not (near and math.isinf(table[i, j, 0])):
                break
            table[i, j, 0], table[i, j, 1] = table[i + 1, j, 0], table[i + 1, j, 1]


@kernel
def reach_at(table, dr, dh, r_ground, h):
    """Time of flight [s] and arrival speed [m/s] from a reach table; inf and 0 beyond it or at its rim."""
    tof, v, _, _ = reach_near(table, dr, dh, r_ground, h)
    return tof, v


@lean
def reach_near(table, dr, dh, r_ground, h):
    """As reach_at, with the slopes of the time of flight along the ground and upwards [s/m] in that cell of the table, else 0."""
    n_r = table.shape[1]
    q = h / dh
    if not (r_ground >= 0.0 and q >= 0.0 and r_ground < dr * (n_r - 1) and q < table.shape[0] - 1):
        return math.inf, 0.0, 0.0, 0.0
    j, i = column_at(dr, n_r, r_ground), int(q)
    near = column_range(j, dr, n_r)
    width = column_range(j + 1, dr, n_r) - near
    a, b = (r_ground - near) / width, q - i
    t00, t01, t10, t11 = table[i, j, 0], table[i, j + 1, 0], table[i + 1, j, 0], table[i + 1, j + 1, 0]
    if math.isinf(max(t00, t01, t10, t11)):
        return math.inf, 0.0, 0.0, 0.0
    v = (1 - b) * ((1 - a) * table[i, j, 1] + a * table[i, j + 1, 1]) + b * (
        (1 - a) * table[i + 1, j, 1] + a * table[i + 1, j + 1, 1]
    )
    low, high = (1 - a) * t00 + a * t01, (1 - a) * t10 + a * t11
    along = ((1 - b) * (t01 - t00) + b * (t11 - t10)) / width
    return float((1 - b) * low + b * high), float(v), float(along), float((high - low) / dh)


@lean
def column_at(dr, n_r, r_ground):
    """Column of a reach table at or before a ground range [m], the last but one at the most (column_range turned round)."""
    return min(int(math.sqrt(r_ground * (n_r - 1) / dr)), n_r - 2)
