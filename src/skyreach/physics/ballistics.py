"""Closed forms of ballistic flight: what an integrator must reproduce, and first answers about ballistic
missiles.

SI, angles in radians. Sources: Bate, Mueller and White, Fundamentals of Astrodynamics (1971), ch. 6; Sutton
and Biblarz, Rocket Propulsion Elements, 9th ed., ch. 4; Allen and Eggers, NACA Report 1381 (1958)."""

import math

from skyreach.jit import kernel


@kernel
def vacuum_range(v0, elevation, g):
    """(range [m], apex [m], time of flight [s]) of a throw over a flat Earth without air.

    Validated: TRJ-009, TRJ-010."""
    up = v0 * math.sin(elevation)
    tof = 2.0 * up / g
    return v0 * math.cos(elevation) * tof, up * up / (2.0 * g), tof


@kernel
def drag_climb(v0, terminal, g):
    """(apex [m], time up [s], speed on return [m/s], time down [s]) of a vertical shot with quadratic drag.

    terminal: speed at which drag equals weight [m/s]; constant density. Validated: TRJ-011."""
    x = v0 / terminal
    back = v0 / math.sqrt(1.0 + x * x)
    scale = terminal / g
    apex = 0.5 * terminal * scale * math.log1p(x * x)
    return apex, scale * math.atan(x), back, scale * math.atanh(back / terminal)


@kernel
def rocket_climb(m_start, m_end, exhaust_speed, burn_time, g):
    """(ideal speed [m/s], speed [m/s] and height [m] at burnout, apex [m]) of a vertical rocket without drag.

    Constant mass flow and gravity. Sutton and Biblarz, section 4.3. Validated: TRJ-012."""
    ratio = m_start / m_end
    ideal = exhaust_speed * math.log(ratio)
    v = ideal - g * burn_time
    h = exhaust_speed * burn_time * (1.0 - math.log(ratio) / (ratio - 1.0)) - 0.5 * g * burn_time * burn_time
    return ideal, v, h, h + v * v / (2.0 * g)


@kernel
def minimum_energy(r_ground, mu, radius):
    """(speed [m/s], flight-path angle [rad], apogee [m], time of flight [s]) of the ballistic path of
    least speed.

    r_ground [m] along a sphere of radius [m] that does not turn, without air; thrust only at the start. mu
    [m3/s2]. Bate, Mueller and White, section 6.2. Validated: TRJ-013 to TRJ-017."""
    angle = r_ground / radius
    s = math.sin(0.5 * angle)
    q = 2.0 * s / (1.0 + s)
    gamma = 0.25 * (math.pi - angle)
    a = radius / (2.0 - q)
    e = math.sqrt(1.0 - q * (2.0 - q) * math.cos(gamma) * math.cos(gamma))
    anomaly = math.acos(max(-1.0, min(1.0, (1.0 - radius / a) / e)))
    tof = 2.0 * math.sqrt(a * a * a / mu) * (math.pi - anomaly + e * math.sin(anomaly))
    return math.sqrt(q * mu / radius), gamma, a * (1.0 + e) - radius, tof


@kernel
def free_flight_angle(r_ground, v0, mu, radius, high):
    """Flight-path angle [rad] at which a body thrown at v0 [m/s] comes down r_ground [m] away on the same sphere, NaN if it
    cannot.

    high: the steeper of the two angles, else the flatter. Sphere of radius [m] that does not turn, no air; mu [m3/s2].
    Bate, Mueller and White, section 6.2: sin(2 gamma + psi/2) = (2 - q)/q sin(psi/2). Validated: test_ballistics."""
    half, q = 0.5 * r_ground / radius, v0 * v0 * radius / mu
    sine = (2.0 - q) / q * math.sin(half)
    if not (0.0 < q < 2.0 and abs(sine) <= 1.0):
        return math.nan
    whole = math.pi - math.asin(sine) if high else math.asin(sine)
    return 0.5 * (whole - half)


@kernel
def peak_deceleration(v_entry, entry_angle, scale_height, ballistic_coefficient, density0):
    """(peak deceleration [m/s2], its height [m], speed there [m/s]) of a body that falls in steeply.

    entry_angle: below the horizontal [rad]; exponential air of density0 [kg/m3] at zero height;
    ballistic_coefficient m / (cd A) [kg/m2]; drag only. Allen and Eggers 1958. Validated:
    TRJ-018."""
    sine = math.sin(entry_angle)
    height = scale_height * math.log(density0 * scale_height / (ballistic_coefficient * sine))
    return v_entry * v_entry * sine / (2.0 * math.e * scale_height), height, v_entry * math.exp(-0.5)
