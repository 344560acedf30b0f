"""The U.S. Standard Atmosphere 1976: temperature, pressure, density, speed of sound, viscosity.

Source of every constant here: U.S. Standard Atmosphere 1976, NOAA-S/T 76-1562 (NASA-TM-X-74335), tables 2 to
4. Below 0 m the lowest lapse rate is continued down to -5 km. Above 86 km the standard leaves this simple
form; here the temperature of 86 km is kept (isothermal), which gives 0.76 times the standard density at 120
km. Beyond these ends (-5 km and 1000 km) the values of the end are returned, so that no finite height gives
NaN. The temperature is the molecular-scale temperature; between 80 and 86 km the kinetic one is up to 0.08 K
lower."""

import math

from skyreach.jit import kernel

G0 = 9.80665  # m/s2, standard gravity
EARTH_RADIUS_US76 = 6356766.0  # m, r0 of the standard
GAS_CONSTANT_AIR = 8.31432 / 28.9644e-3  # J/(kg K); the R of 1976
GAMMA_AIR = 1.4  # 1, ratio of specific heats
HYDROSTATIC = G0 / GAS_CONSTANT_AIR  # K/m
H_MIN, H_MAX = -5000.0, 1.0e6  # m geometric, where the functions stop changing

LAYER_BASE = (0.0, 11000.0, 20000.0, 32000.0, 47000.0, 51000.0, 71000.0, 84852.05)  # m geopotential
LAYER_LAPSE = (-0.0065, 0.0, 0.001, 0.0028, 0.0, -0.0028, -0.002, 0.0)  # K/m


def _layer_bases() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Temperatures [K] and pressures [Pa] at LAYER_BASE, integrated upwards from 288.15 K and 101325 Pa."""
    temperature, pressure = [288.15], [101325.0]
    for i in range(len(LAYER_BASE) - 1):
        rise, lapse = LAYER_BASE[i + 1] - LAYER_BASE[i], LAYER_LAPSE[i]
        top = temperature[i] + lapse * rise
        if lapse == 0.0:
            ratio = math.exp(-HYDROSTATIC * rise / temperature[i])
        else:
            ratio = (temperature[i] / top) ** (HYDROSTATIC / lapse)
        temperature.append(top)
        pressure.append(pressure[i] * ratio)
    return tuple(temperature), tuple(pressure)


LAYER_TEMPERATURE, LAYER_PRESSURE = _layer_bases()


@kernel
def geopotential_height(h_geom, r0=EARTH_RADIUS_US76):
    """Geopotential height [m] of the geometric height h_geom [m] above sea level; r0: Earth radius [m].

    US76 eq. 18. Validated: ATM-013."""
    return r0 * h_geom / (r0 + h_geom)


@kernel
def us76_geopotential(h_geop):
    """(temperature [K], pressure [Pa], density [kg/m3], speed of sound [m/s]) at a geopotential height [m].

    Scalar. Above 84852 m geopotential isothermal; NaN in, NaN out.
    US76 eq. 23, 33, 42, 50. Validated: ATM-012, ATM-016."""
    i = 0
    while i < 7 and h_geop >= LAYER_BASE[i + 1]:
        i += 1
    base = LAYER_TEMPERATURE[i]
    lapse = LAYER_LAPSE[i]
    rise = h_geop - LAYER_BASE[i]
    temperature = base + lapse * rise
    if lapse == 0.0:
        pressure = LAYER_PRESSURE[i] * math.exp(-HYDROSTATIC * rise / base)
    else:
        pressure = LAYER_PRESSURE[i] * math.pow(base / temperature, HYDROSTATIC / lapse)
    density = pressure / (GAS_CONSTANT_AIR * temperature)
    return temperature, pressure, density, math.sqrt(GAMMA_AIR * GAS_CONSTANT_AIR * temperature)


@kernel
def us76(h_geom):
    """(temperature [K], pressure [Pa], density [kg/m3], speed of sound [m/s]) at a geometric height [m].

    Scalar, height above mean sea level; ends and extension as in the head of this module; NaN in, NaN out.
    Validated: ATM-001 to ATM-011, ATM-015; 0 to 86 km."""
    h = h_geom
    if h < H_MIN:
        h = H_MIN
    elif h > H_MAX:
        h = H_MAX
    return us76_geopotential(geopotential_height(h, EARTH_RADIUS_US76))


@kernel
def density_table(dh, density, speed_of_sound):
    """Fill density[i] [kg/m3] and speed_of_sound[i] [m/s] at the geometric heights i * dh [m].

    Arrays of one length, written in place; for the fly-out, which looks up instead of raising powers.
    Validated: test_atmosphere."""
    for i in range(density.shape[0]):  # i: height step
        _, _, density[i], speed_of_sound[i] = us76(i * dh)


@kernel
def dynamic_viscosity(temperature):
    """Dynamic viscosity of air [Pa s] at a temperature [K], Sutherland's law.

    US76 eq. 51 with beta = 1.458e-6 and S = 110.4 K; below 86 km. Validated: ATM-014."""
    return 1.458e-6 * temperature * math.sqrt(temperature) / (temperature + 110.4)
