"""Velocities of targets that fly by themselves, off their route: turns of a given load factor at constant speed."""

import math

from skyreach.engine.geometry import square
from skyreach.engine.plan import height_above_ground
from skyreach.jit import lean
from skyreach.physics.flight import G0, vertical

LEVEL_TIME = 3.0  # s ahead that a pilot looks when he levels off


@lean
def turn_towards(vel, dx, dy, dz, angle):
    """Turn a velocity (3,) towards a direction (any length but 0) by at most angle [rad], its speed kept; True once there."""
    speed = math.sqrt(square(vel[0]) + square(vel[1]) + square(vel[2]))
    length = math.sqrt(dx * dx + dy * dy + dz * dz)
    ux, uy, uz = vel[0] / speed, vel[1] / speed, vel[2] / speed
    dx, dy, dz = dx / length, dy / length, dz / length
    along = min(max(dx * ux + dy * uy + dz * uz, -1.0), 1.0)
    if math.acos(along) <= angle:
        vel[0], vel[1], vel[2] = speed * dx, speed * dy, speed * dz
        return True
    wx, wy, wz = dx - along * ux, dy - along * uy, dz - along * uz
    across = math.sqrt(wx * wx + wy * wy + wz * wz)
    if across < 1e-9:  # it lies straight behind: any way round will do
        wx, wy, wz = uy, -ux, 0.0
        across = math.sqrt(wx * wx + wy * wy) + 1e-12
    c, s = speed * math.cos(angle), speed * math.sin(angle) / across
    vel[0], vel[1], vel[2] = c * ux + s * wx, c * uy + s * wy, c * uz + s * wz
    return False


@lean
def level_turn(ground, target, n, dx, dy, dz, climb, dt):
    """Turn a target over the ground towards the horizontal part of a direction for dt [s] and bring its climb to the one wanted
    [m/s]; True if it has the course.

    The turn is that of a level turn at load factor n: rate g sqrt(n^2 - 1) / v, radius v^2 / (g sqrt(n^2 - 1)) (Anderson,
    Introduction to Flight, 7th ed., ch. 6.17); up and down it accelerates with (n - 1) g. Speed is kept: energy lost in the turn
    is left out. Writes vel_ecef, climb and climb_agl. Validated: tests/engine/test_evade.py."""
    pos, vel = target["pos_ecef"], target["vel_ecef"]
    h, ux, uy, uz = vertical(pos[0], pos[1], pos[2])
    speed = math.sqrt(square(vel[0]) + square(vel[1]) + square(vel[2]))
    rise = vel[0] * ux + vel[1] * uy + vel[2] * uz
    step = G0 * (n - 1.0) * dt
    climb = min(max(climb, rise - step), rise + step)
    vel[0], vel[1], vel[2] = vel[0] - rise * ux, vel[1] - rise * uy, vel[2] - rise * uz
    flat = dx * ux + dy * uy + dz * uz
    there = turn_towards(vel, dx - flat * ux, dy - flat * uy, dz - flat * uz, G0 * math.sqrt(n * n - 1.0) / speed * dt)
    share = math.sqrt(max(speed * speed - climb * climb, 1.0) / (square(vel[0]) + square(vel[1]) + square(vel[2])))
    vel[0], vel[1], vel[2] = share * vel[0] + climb * ux, share * vel[1] + climb * uy, share * vel[2] + climb * uz
    note_heights(ground, target, h, dt)
    return there


@lean
def note_heights(ground, target, h, dt):
    """Set the heights of a target from its place, and their rates so that they are right at the end of dt [s]."""
    pos, vel = target["pos_ecef"], target["vel_ecef"]
    x, y, z = pos[0] + dt * vel[0], pos[1] + dt * vel[1], pos[2] + dt * vel[2]
    h_next, _, _, _ = vertical(x, y, z)
    target["h_ell"], target["climb"] = h, (h_next - h) / dt
    target["climb_agl"] = (height_above_ground(ground, x, y, z) - target["h_agl"]) / dt


@lean
def room_ahead(ground, target):
    """Least height [m] of a target above the ground here and LEVEL_TIME ahead, were it to fly on level."""
    pos, vel = target["pos_ecef"], target["vel_ecef"]
    x, y, z = pos[0] + LEVEL_TIME * vel[0], pos[1] + LEVEL_TIME * vel[1], pos[2] + LEVEL_TIME * vel[2]
    h, _, _, _ = vertical(x, y, z)
    return min(target["h_agl"], height_above_ground(ground, x, y, z) + target["h_ell"] - h)
