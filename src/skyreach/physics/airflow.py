"""Compressible flow past a flying body: stagnation ratios, normal shock, airspeeds.

gamma: ratio of specific heats [1]. Source: NACA Report 1135 (1953), Equations, Tables and Charts for
Compressible Flow."""

import math

from skyreach.jit import kernel
from skyreach.physics.atmosphere import GAMMA_AIR, us76_geopotential


@kernel
def stagnation_temperature_ratio(mach, gamma):
    """Stagnation to static temperature [1]; also the skin of a fast missile. NACA 1135 eq. 43.

    Validated: ATM-018."""
    return 1.0 + 0.5 * (gamma - 1.0) * mach * mach


@kernel
def stagnation_pressure_ratio(mach, gamma):
    """Stagnation to static pressure [1] without a shock. NACA 1135 eq. 44. Validated: ATM-018."""
    return math.pow(stagnation_temperature_ratio(mach, gamma), gamma / (gamma - 1.0))


@kernel
def shock_pressure_ratio(mach, gamma):
    """Static pressure behind a normal shock over that ahead [1]; mach >= 1. NACA 1135 eq. 93.

    Validated: ATM-019."""
    return 1.0 + 2.0 * gamma / (gamma + 1.0) * (mach * mach - 1.0)


@kernel
def shock_mach(mach, gamma):
    """Mach number behind a normal shock [1]; mach >= 1. NACA 1135 eq. 96. Validated: ATM-019, ATM-020."""
    m2 = mach * mach
    return math.sqrt((1.0 + 0.5 * (gamma - 1.0) * m2) / (gamma * m2 - 0.5 * (gamma - 1.0)))


@kernel
def pitot_ratio(mach, gamma):
    """Pitot pressure over static pressure ahead of the tube [1]: isentropic below Mach 1, Rayleigh's
    formula above.

    NACA 1135 eq. 44 and 100. Validated: ATM-019, ATM-020."""
    if mach <= 1.0:
        return stagnation_pressure_ratio(mach, gamma)
    return stagnation_pressure_ratio(shock_mach(mach, gamma), gamma) * shock_pressure_ratio(mach, gamma)


@kernel
def true_airspeed(mach, h_geop):
    """True airspeed [m/s] of a Mach number at a geopotential (pressure) height [m], standard atmosphere.

    Validated: ATM-017."""
    return mach * us76_geopotential(h_geop)[3]


@kernel
def calibrated_airspeed(mach, h_geop):
    """Calibrated airspeed [m/s] of a subsonic Mach number at a geopotential (pressure) height [m].

    The speed that gives the same impact pressure at sea level. ICAO Doc 7488. Validated: ATM-017."""
    impact = us76_geopotential(h_geop)[1] * (pitot_ratio(mach, GAMMA_AIR) - 1.0)
    _, pressure0, _, sound0 = us76_geopotential(0.0)
    power = (GAMMA_AIR - 1.0) / GAMMA_AIR
    rise = math.pow(1.0 + impact / pressure0, power) - 1.0
    return sound0 * math.sqrt(2.0 / (GAMMA_AIR - 1.0) * rise)
