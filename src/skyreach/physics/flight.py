"""Flight of a missile as a point mass: thrust, drag, lift on demand, gravity, rotating earth.

Three degrees of freedom: the body points along its velocity, lateral acceleration follows the command through the lag of
the autopilot, up to the limits of lift (by speed and height) and structure. The motor burns with constant thrust or along
a curve (boost, sustain, pulses), mass flow in step with thrust, and may drop an empty booster; drag by a table over Mach,
induced drag grows with the square of the normal force.
Frame ECEF, SI. `m` is one row of world.tables.MISSILE_TYPES.
Left out: wind, attitude, flattening in the gravity (J2, 0.16 % at the equator).
Fleeman, Tactical Missile Design, 2nd ed., ch. 2 and 4; Zipfel, Modeling and Simulation of Aerospace Vehicle
Dynamics, 2nd ed., ch. 8 (point mass over a rotating earth).
"""

import math

from skyreach.jit import lean

WGS84_A = 6378137.0
WGS84_B = 6356752.314245179
RATIO2 = (WGS84_A / WGS84_B) ** 2
EARTH_RATE = 7.292115e-5  # rad/s, WGS84
GM = 3.986004418e14  # m3/s2, WGS84
G0 = 9.80665  # m/s2, standard gravity
INSTANT = 1e-3  # s over which the thrust of one moment is taken


@lean
def vertical(x, y, z):
    """Height above the ellipsoid [m] and unit normal of it (4 numbers) at an ECEF point.

    The normal is taken through the point on a scaled ellipsoid: height error below 0.01 m and angle below
    5.3e-5 rad up to 100 km. Validated: test_flight, against the closed form from latitude and height.
    """
    across2, nz = x * x + y * y, z * RATIO2
    q = across2 + z * nz
    inv = 1.0 / math.sqrt(across2 + nz * nz)
    h = (1.0 - WGS84_A / math.sqrt(q)) * q * inv
    return h, x * inv, y * inv, nz * inv


@lean
def air_at(air, air_dh, h):
    """Density [kg/m3] and speed of sound [m/s] at height h [m], linear in a table; its ends hold outside."""
    s = h / air_dh
    s = min(s, air.shape[0] - 1.000001) if s > 0.0 else 0.0  # not a number counts as 0: it must not be an index
    i = int(s)
    w = s - i
    return air[i, 0] + w * (air[i + 1, 0] - air[i, 0]), air[i, 1] + w * (air[i + 1, 1] - air[i, 1])


@lean
def drag_at(drag, step, mach):
    """Drag coefficient at a Mach number, linear in a table with the given step; its ends hold outside."""
    s = mach / step
    s = min(s, drag.shape[0] - 1.000001) if s > 0.0 else 0.0
    i = int(s)
    return drag[i] + (s - i) * (drag[i + 1] - drag[i])


@lean
def burnt_share(m, t):
    """Share of the propellant burnt t [s] after ignition, 0 to 1: the impulse so far over the whole of it."""
    if t >= m["burn_time"]:
        return 1.0
    if m["curve_points"] == 0:
        return t / m["burn_time"]
    ends, pushes, k = m["curve_time"], m["curve_thrust"], 0
    while t > ends[k + 1]:
        k += 1
    w = (t - ends[k]) / (ends[k + 1] - ends[k])
    return m["curve_burnt"][k] + (t - ends[k]) * (pushes[k] + 0.5 * w * (pushes[k + 1] - pushes[k])) / m["impulse"]


@lean
def thrust_at(m, t, dt):
    """Mean thrust [N] over the step dt [s] around t [s] after ignition: the total impulse does not depend on the step."""
    if m["curve_points"] == 0:
        return min(max((m["burn_time"] - t) / dt + 0.5, 0.0), 1.0) * m["thrust"]
    early, late = max(t - 0.5 * dt, 0.0), t + 0.5 * dt
    return m["impulse"] * (burnt_share(m, late) - burnt_share(m, early)) / (late - early)


@lean
def body_at(m, t):
    """Mass [kg] and reference area [m2] t [s] after ignition; an empty booster that has dropped off counts no more."""
    mass = m["launch_mass"] - m["propellant"] * burnt_share(m, t)
    if m["drop_mass"] > 0.0 and t >= m["drop_time"]:
        return mass - m["drop_mass"], m["drop_area"]
    return mass, m["area"]


@lean
def acceleration(m, drag, step, air, air_dh, t_fly, dt, x, y, z, vx, vy, vz, cx, cy, cz):
    """Acceleration [m/s2] in rotating ECEF at time t_fly [s] after ignition, for a commanded lateral one (c).

    Only the part of the command across the velocity is flown, and only up to the limits. dt [s]: step of the integration.
    """
    h, _, _, _ = vertical(x, y, z)
    rho, sound = air_at(air, air_dh, h)
    v = math.sqrt(vx * vx + vy * vy + vz * vz) + 1e-9
    inv_v = 1.0 / v
    tx, ty, tz = vx * inv_v, vy * inv_v, vz * inv_v
    mass, area = body_at(m, t_fly)
    inv_m = 1.0 / mass
    push = thrust_at(m, t_fly, dt) * inv_m
    q_area = 0.5 * rho * v * v * area
    along = cx * tx + cy * ty + cz * tz
    lx, ly, lz = cx - along * tx, cy - along * ty, cz - along * tz
    wanted = math.sqrt(lx * lx + ly * ly + lz * lz) + 1e-9
    lift = q_area * m["cn_max"] * inv_m
    rudder = m["vectored"] * push
    flown = min(wanted, m["g_limit"], lift + rudder)
    share = flown / wanted
    lx, ly, lz = lx * share, ly * share, lz * share
    cn = max(flown - rudder, 0.0) * mass / (q_area + 1e-9)
    cd = drag_at(drag, step, v / sound) + m["induced_k"] * cn * cn
    turned = min(flown, rudder)
    thrust = math.sqrt(max(push * push - turned * turned, 0.0))
    forward = thrust - q_area * cd * inv_m
    r2 = x * x + y * y + z * z
    pull = GM / (r2 * math.sqrt(r2))  # per metre
    ax = forward * tx + lx - pull * x + EARTH_RATE * (EARTH_RATE * x + 2.0 * vy)
    ay = forward * ty + ly - pull * y + EARTH_RATE * (EARTH_RATE * y - 2.0 * vx)
    az = forward * tz + lz - pull * z
    return ax, ay, az


@lean
def fly(m, drag, step, air, air_dh, t_fly, pos, vel, cx, cy, cz, dt):
    """Move pos and vel (ECEF, shape (3,), written) by dt [s] under a commanded acceleration; midpoint rule.

    Validated: test_flight (TRJ-001, 004, 006, 011 to 013, 015, 018 to 020).
    """
    ax, ay, az = acceleration(
        m, drag, step, air, air_dh, t_fly, dt, pos[0], pos[1], pos[2], vel[0], vel[1], vel[2], cx, cy, cz
    )
    half = 0.5 * dt
    mx, my, mz = vel[0] + half * ax, vel[1] + half * ay, vel[2] + half * az
    px, py, pz = pos[0] + half * vel[0], pos[1] + half * vel[1], pos[2] + half * vel[2]
    ax, ay, az = acceleration(
        m, drag, step, air, air_dh, t_fly + half, dt, px, py, pz, mx, my, mz, cx, cy, cz
    )
    pos[0] += dt * mx
    pos[1] += dt * my
    pos[2] += dt * mz
    vel[0] += dt * ax
    vel[1] += dt * ay
    vel[2] += dt * az


@lean
def respond(m, acc, cx, cy, cz, dt):
    """Let the lateral acceleration acc [m/s2] (ECEF, shape (3,), written) follow a command c for dt [s]: one first-order lag.

    Zarchan, ch. 3 (single time constant). Validated: test_chase, the miss it leaves."""
    share = 1.0 - math.exp(-dt / m["autopilot_lag"]) if m["autopilot_lag"] > 0.0 else 1.0
    acc[0] += share * (cx - acc[0])
    acc[1] += share * (cy - acc[1])
    acc[2] += share * (cz - acc[2])


@lean
def agility(m, air, air_dh, t_fly, h, v):
    """Largest lateral acceleration [m/s2] at height h [m] and speed v [m/s], t_fly [s] after ignition: lift or structure."""
    rho, _ = air_at(air, air_dh, h)
    mass, area = body_at(m, t_fly)
    lift = 0.5 * rho * v * v * area * m["cn_max"] / mass
    push = m["vectored"] * thrust_at(m, t_fly, INSTANT) / mass
    return min(m["g_limit"], lift + push)


@lean
def steer(m, x, y, z, vx, vy, vz, gx, gy, gz, r_plan):
    """Lateral command [m/s2] of the mid-course towards the point g, lofted in the first part of a long shot.

    The velocity is turned towards the line to the point, raised by loft times the share of the shot
    (r_plan [m], the distance at launch) still ahead, with the time constant m.steer_time; weight is carried.
    The rise follows distance, not speed, so flights of neighbouring ranges are alike and the reach has no
    holes (test_flyout).
    """
    rx, ry, rz = gx - x, gy - y, gz - z
    r = math.sqrt(rx * rx + ry * ry + rz * rz) + 1e-9
    v = math.sqrt(vx * vx + vy * vy + vz * vz) + 1e-9
    _, ux, uy, uz = vertical(x, y, z)
    long_shot = min(r_plan / m["loft_range"], 1.0)
    left = min(max((r / r_plan - m["loft_end"]) / (1.0 - m["loft_end"]), 0.0), 1.0)
    tilt = r * math.tan(min(m["loft"] * long_shot * left, 1.4)) if left > 0.0 else 0.0
    dx, dy, dz = rx + tilt * ux, ry + tilt * uy, rz + tilt * uz
    inv = 1.0 / math.sqrt(dx * dx + dy * dy + dz * dz + 1e-9)
    dx, dy, dz = dx * inv, dy * inv, dz * inv
    gain = v / m["steer_time"]
    along = (dx * vx + dy * vy + dz * vz) / v
    if along < 0.0:  # pointing away: turn as hard as for a right angle
        gain = gain / math.sqrt(max(1.0 - along * along, 1e-4))
    return (
        gain * (dx - along * vx / v) + G0 * ux,
        gain * (dy - along * vy / v) + G0 * uy,
        gain * (dz - along * vz / v) + G0 * uz,
    )


@lean
def can_arrive(m, t_fly, v, drop):
    """False once speed v [m/s] and height to lose, drop [m], cannot give the least useful speed at arrival.

    An upper bound: without thrust drag only takes energy away.
    """
    return t_fly < m["burn_time"] or v * v + 2.0 * G0 * drop >= m["min_speed"] * m["min_speed"]
