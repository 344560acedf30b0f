"""Homing guidance: proportional navigation, zero-effort miss, collision triangles and how wide a homing
loop misses.

Relative vectors are always target minus missile, in any one Cartesian frame.
Sources: Zarchan, Tactical and Strategic Missile Guidance, 6th ed. (AIAA 2012), chapters as given; Palumbo et
al., Johns Hopkins APL Technical Digest 29-1 (2010)."""

import math

from skyreach.jit import kernel


@kernel
def pn_acceleration(rx, ry, rz, vx, vy, vz, nav):
    """Commanded acceleration (ax, ay, az) [m/s2] of true proportional navigation.

    (rx, ry, rz) relative position [m]; (vx, vy, vz) relative velocity [m/s]; nav: navigation constant [1].
    nav * closing speed * (rotation of the line of sight x unit line of sight): perpendicular to the line of
    sight. Zero at zero range; NaN in, NaN out. Zarchan, ch. 2. Validated: GUI-019, test_guidance."""
    r2 = rx * rx + ry * ry + rz * rz
    if r2 == 0.0:
        return 0.0, 0.0, 0.0
    closing = -(rx * vx + ry * vy + rz * vz)  # times r
    wx = ry * vz - rz * vy  # rotation of the line of sight, times r2
    wy = rz * vx - rx * vz
    wz = rx * vy - ry * vx
    gain = nav * closing / (r2 * r2)
    return gain * (wy * rz - wz * ry), gain * (wz * rx - wx * rz), gain * (wx * ry - wy * rx)


@kernel
def time_to_go(rx, ry, rz, vx, vy, vz):
    """Time [s] to the closest approach of two straight unaccelerated paths; negative when it is past.

    Infinite when the relative velocity is zero. Zarchan, ch. 2. Validated: GUI-016."""
    v2 = vx * vx + vy * vy + vz * vz
    if v2 == 0.0:
        return math.inf
    return -(rx * vx + ry * vy + rz * vz) / v2


@kernel
def zero_effort_miss(rx, ry, rz, vx, vy, vz):
    """Distance [m] at the closest approach of two straight unaccelerated paths, past or to come.

    Zarchan, ch. 2. Validated: GUI-016."""
    cx = ry * vz - rz * vy
    cy = rz * vx - rx * vz
    cz = rx * vy - ry * vx
    v2 = vx * vx + vy * vy + vz * vz
    if v2 == 0.0:
        return math.sqrt(rx * rx + ry * ry + rz * rz)
    return math.sqrt((cx * cx + cy * cy + cz * cz) / v2)


@kernel
def line_of_sight_rate(rx, ry, rz, vx, vy, vz):
    """Rotation rate of the line of sight [rad/s]; infinite at zero range. Validated: GUI-016."""
    cx = ry * vz - rz * vy
    cy = rz * vx - rx * vz
    cz = rx * vy - ry * vx
    return math.sqrt(cx * cx + cy * cy + cz * cz) / (rx * rx + ry * ry + rz * rz)


@kernel
def closing_speed(rx, ry, rz, vx, vy, vz):
    """Closing speed [m/s], positive while the range shrinks. Validated: GUI-016."""
    return -(rx * vx + ry * vy + rz * vz) / math.sqrt(rx * rx + ry * ry + rz * rz)


@kernel
def intercept_time(rx, ry, rz, vx, vy, vz, speed):
    """Earliest time [s] at which a missile of constant speed [m/s], flying straight, meets the target.

    (rx, ry, rz) target minus launcher [m]; (vx, vy, vz) target velocity in the launcher's frame [m/s].
    Infinite when it cannot be met. Root of |r + v t| = speed t. Validated: GUI-017, GUI-018."""
    a = vx * vx + vy * vy + vz * vz - speed * speed
    half_b = rx * vx + ry * vy + rz * vz
    c = rx * rx + ry * ry + rz * rz
    if c == 0.0:
        return 0.0
    root = half_b * half_b - a * c
    if root < 0.0:
        return math.inf
    root = math.sqrt(root)
    # both roots from the sum that does not cancel: c / q and q / a
    q = -(half_b + root) if half_b >= 0.0 else -half_b + root
    first = c / q if q != 0.0 else math.inf
    second = q / a if a != 0.0 else math.inf
    best = math.inf
    if first > 0.0:
        best = first
    if second > 0.0 and second < best:
        best = second
    if not (root >= 0.0):
        return math.nan
    return best


@kernel
def miss_step_manoeuvre(nav, flight_time, lag, acceleration):
    """Miss [m], target minus missile, from a target acceleration [m/s2] that starts flight_time [s] before
    the end.

    Linear loop of proportional navigation (effective constant nav = 3, 4 or 5; NaN otherwise) with one
    first-order lag [s]. Zarchan, ch. 3 (adjoint closed forms). Validated: GUI-001 to GUI-004,
    test_guidance."""
    x = flight_time / lag
    decay = math.exp(-x)
    if nav == 3.0:
        shape = 0.5 * x * x
    elif nav == 4.0:
        shape = x * x * (0.5 - x / 6.0)
    elif nav == 5.0:
        shape = x * x * (0.5 - x / 3.0 + x * x / 24.0)
    else:
        return math.nan
    return acceleration * lag * lag * shape * decay


@kernel
def miss_heading_error(nav, flight_time, lag, speed, heading_error):
    """Miss [m], target minus missile, from a heading error [rad] of a missile of a speed [m/s].

    flight_time [s] before the end; the error starts the relative velocity at -speed * heading_error. Same
    loop as miss_step_manoeuvre. Zarchan, ch. 3. Validated: GUI-005 to GUI-007, test_guidance."""
    x = flight_time / lag
    decay = math.exp(-x)
    if nav == 3.0:
        shape = x * (1.0 - 0.5 * x)
    elif nav == 4.0:
        shape = x * (1.0 - x + x * x / 6.0)
    elif nav == 5.0:
        shape = x * (1.0 - 1.5 * x + 0.5 * x * x - x * x * x / 24.0)
    else:
        return math.nan
    return -speed * heading_error * lag * shape * decay


@kernel
def miss_weave(nav, omega, lag, acceleration):
    """Largest steady miss [m] over the phase of a target weaving at omega [rad/s] with a peak acceleration
    [m/s2].

    One first-order lag [s]; nav any number > 2. Zarchan, ch. 20. Validated: GUI-008, GUI-009,
    test_guidance."""
    x = omega * lag
    return acceleration * lag * lag * math.pow(x, nav - 2.0) / math.pow(1.0 + x * x, 0.5 * nav)


@kernel
def pn_profile_heading_error(nav, t_over_tf):
    """Lag-free acceleration against a heading error, times flight time over (speed * heading error) [1].

    t_over_tf: time over flight time, 0 to 1. Zarchan, ch. 2. Validated: GUI-010, GUI-011."""
    return nav * math.pow(1.0 - t_over_tf, nav - 2.0)


@kernel
def pn_profile_manoeuvre(nav, t_over_tf):
    """Lag-free acceleration of proportional navigation over that of a steadily turning target [1]; nav > 2.

    At t_over_tf = 1 it is nav / (nav - 2). Zarchan, ch. 2. Validated: GUI-010, GUI-011."""
    return nav / (nav - 2.0) * (1.0 - math.pow(1.0 - t_over_tf, nav - 2.0))


@kernel
def apn_profile_manoeuvre(nav, t_over_tf):
    """Lag-free acceleration of augmented proportional navigation over that of a steadily turning target [1].

    Zarchan, ch. 8. Validated: GUI-010, GUI-011."""
    return 0.5 * nav * math.pow(1.0 - t_over_tf, nav - 2.0)


@kernel
def optimal_navigation_ratio(x):
    """Effective navigation ratio [1] of the optimal law for one first-order lag; x = time to go over lag,
    > 0.

    Tends to 3 for large x, grows as 6/x^2 ... for small. Cottrell 1971; Zarchan, ch. 8. Validated: GUI-014,
    GUI-015."""
    decay = math.exp(-x)
    upper = 6.0 * x * x * (decay - 1.0 + x)
    lower = 2.0 * x * x * x + 3.0 + 6.0 * x - 6.0 * x * x - 12.0 * x * decay - 3.0 * decay * decay
    return upper / lower
