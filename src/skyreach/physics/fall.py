"""Flight of an unpowered body through the standard atmosphere: over a rotating oblate Earth, and over a
flat range.

The rotating form takes the Earth as data, so that published check cases of other Earths can be flown. Drag
only, no lift. Source: NASA/TM-2015-218675 (2015), Check-Cases for Verification of 6-DOF Flight Vehicle
Simulations."""

import math

import numpy as np

from skyreach.jit import kernel
from skyreach.physics.atmosphere import us76
from skyreach.physics.gravity import gravitation


@kernel
def geodetic_on(x, y, z, a, f):
    """(latitude [rad], height [m]) of an Earth-fixed point above an ellipsoid a [m], f [1]; f = 0: a sphere.

    Bowring's formula twice; 1e-9 m below 100 km. Bowring, Survey Review 23 (1976) 323. Validated: TRJ-001 to
    TRJ-008."""
    e2 = f * (2.0 - f)
    p = math.sqrt(x * x + y * y)
    beta = math.atan2(z, (1.0 - f) * p)
    lat = beta
    for _ in range(2):
        s, c = math.sin(beta), math.cos(beta)
        lat = math.atan2(z + e2 / (1.0 - f) * a * s * s * s, p - e2 * a * c * c * c)
        beta = math.atan2((1.0 - f) * math.sin(lat), math.cos(lat))
    sine = math.sin(lat)
    return lat, p * math.cos(lat) + z * sine - a * math.sqrt(1.0 - e2 * sine * sine)


@kernel
def _rate(state, earth, drag_area, wind0, wind_slope, out):
    """Time derivative of (position, velocity) in the turning frame; earth: mu, rotation, j2, a, f; written
    to out."""
    x, y, z, vx, vy, vz = state
    spin = earth[1]
    _, h = geodetic_on(x, y, z, earth[3], earth[4])
    wind = wind0 + wind_slope * h
    p = math.sqrt(x * x + y * y)
    ux = vx + wind * y / p  # velocity through the air; the wind blows to the east
    uy = vy - wind * x / p
    _, _, density, _ = us76(h)
    push = -0.5 * density * drag_area * math.sqrt(ux * ux + uy * uy + vz * vz)
    gx, gy, gz = gravitation(x, y, z, earth[0], earth[2], earth[3])
    out[0], out[1], out[2] = vx, vy, vz
    out[3] = gx + spin * (spin * x + 2.0 * vy) + push * ux
    out[4] = gy + spin * (spin * y - 2.0 * vx) + push * uy
    out[5] = gz + push * vz


@kernel
def fall(state, duration, step, earth, drag_area, wind0, wind_slope):
    """State after duration [s] of a body over a rotating Earth, as a new array.

    state: Earth-fixed position [m] and velocity [m/s], shape (6,); step: longest time step [s]; earth: (mu
    [m3/s2], rotation [rad/s], j2 [1], equatorial radius [m], flattening [1]); drag_area: cd A / m [m2/kg];
    wind to the east: wind0 [m/s] at height 0, wind_slope [1/s] more per metre. Runge-Kutta of fourth order;
    US76 air by height above the ellipsoid. Validated: TRJ-001 to TRJ-008 (NASA check cases)."""
    n = max(math.ceil(duration / step), 1)
    dt = duration / n
    now = state.copy()
    k = np.zeros((4, 6))
    trial = np.zeros(6)
    for _ in range(n):
        _rate(now, earth, drag_area, wind0, wind_slope, k[0])
        for stage in range(1, 4):  # stage: of the Runge-Kutta step
            reach = dt if stage == 3 else 0.5 * dt
            for i in range(6):  # i: component of the state
                trial[i] = now[i] + reach * k[stage - 1, i]
            _rate(trial, earth, drag_area, wind0, wind_slope, k[stage])
        for i in range(6):
            now[i] += dt / 6.0 * (k[0, i] + 2.0 * k[1, i] + 2.0 * k[2, i] + k[3, i])
    return now


@kernel
def drag_table_at(machs, coefficients, mach):
    """Drag coefficient [1] at a Mach number [1]: parabola through the three nearest points of a table;
    ends hold outside.

    machs: increasing, shape (n,), n >= 3. Validated: TRJ-020, TRJ-021."""
    n = machs.shape[0]
    if mach <= machs[0]:
        return coefficients[0]
    if mach >= machs[n - 1]:
        return coefficients[n - 1]
    i = 1
    while i < n - 2 and mach > 0.5 * (machs[i] + machs[i + 1]):
        i += 1
    a, b, c = machs[i - 1], machs[i], machs[i + 1]
    left = coefficients[i - 1] * (mach - b) * (mach - c) / ((a - b) * (a - c))
    middle = coefficients[i] * (mach - a) * (mach - c) / ((b - a) * (b - c))
    right = coefficients[i + 1] * (mach - a) * (mach - b) / ((c - a) * (c - b))
    return left + middle + right


@kernel
def flat_fire(v0, elevation, g, distance, ballistic_coefficient, machs, coefficients, step):
    """(speed [m/s], time [s], height [m]) at a horizontal distance [m] of a shell over a flat Earth.

    Fired at height 0 with v0 [m/s] at an elevation [rad]; deceleration pi/8 rho v^2 cd /
    ballistic_coefficient [kg/m2, mass over diameter squared and form factor]; gravity g [m/s2]; step [s]. For
    gun-fired point defence. NaN when it does not get there in 1000 s. McCoy, Modern Exterior Ballistics
    (1999), ch. 8. Validated: TRJ-020, TRJ-021."""
    x, h, t = 0.0, 0.0, 0.0
    vx, vh = v0 * math.cos(elevation), v0 * math.sin(elevation)
    while t < 1000.0:
        dt = step
        if x + vx * dt > distance:
            dt = (distance - x) / vx
        ax, ah = 0.0, 0.0
        for stage in range(2):  # stage: start and middle of the step (midpoint rule)
            shift = 0.5 * dt * stage
            ux, uh = vx + shift * ax, vh + shift * ah
            speed = math.sqrt(ux * ux + uh * uh)
            _, _, density, sound = us76(h + shift * vh)
            cd = drag_table_at(machs, coefficients, speed / sound)
            slow = math.pi / 8.0 * density * speed * cd / ballistic_coefficient
            ax, ah = -slow * ux, -slow * uh - g
        x += dt * (vx + 0.5 * dt * ax)
        h += dt * (vh + 0.5 * dt * ah)
        vx += dt * ax
        vh += dt * ah
        t += dt
        if dt < step:
            return math.sqrt(vx * vx + vh * vh), t, h
    return math.nan, math.nan, math.nan
