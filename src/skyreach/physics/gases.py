"""Attenuation by oxygen and water vapour, line by line: ITU-R P.676 Annex 1, for one state of air or for many paths.

Frequencies [Hz], temperatures [K], pressures [Pa], water vapour [kg/m3]; results in dB/km or dB, one way. Line tables come
from itu_tables.gas_lines(). One function per kind of line serves both: for many paths its arithmetic is free of calls and
branches, so that compilers do several paths at a time."""

import math

import numpy as np

from skyreach.jit import kernel

STRIDE = 256  # paths between which the line tables are gone through once


@kernel
def vapour_pressure(rho_water, temperature):
    """Vapour pressure [Pa] of a water vapour density [kg/m3] at a temperature [K]. ITU-R P.676-12 eq. 4.

    Validated: ATT-001."""
    return 100.0 * (1e3 * rho_water) * temperature / 216.7


@kernel
def exponential(x):
    """exp(x) without a call: eight terms of the series at x / 32, five times squared. Within 1e-10 for abs(x) <= 7, 1e-6 to 18.

    Lines between 150 and 400 K need abs(x) <= 10. Validated: test_gases."""
    y = x * 0.03125
    z = 1.0 / 720.0 + y * (1.0 / 5040.0 + y * (1.0 / 40320.0))
    z = 1.0 + y * (1.0 + y * (0.5 + y * (1.0 / 6.0 + y * (1.0 / 24.0 + y * (1.0 / 120.0 + y * z)))))
    z *= z
    z *= z
    z *= z
    z *= z
    return z * z


@kernel
def _air(pressure_dry, temperature, rho_water):
    """(dry pressure p [hPa], vapour pressure e [hPa], theta = 300 K / T, its logarithm, (p + e) theta^0.8)."""
    p = 0.01 * pressure_dry
    e = 0.01 * vapour_pressure(rho_water, temperature)
    theta = 300.0 / temperature
    log_theta = math.log(theta)
    return p, e, theta, log_theta, (p + e) * math.exp(0.8 * log_theta)


@kernel
def _oxygen_line(line, f, p, e, theta, log_theta, overlap):
    """Strength times shape of one row of the oxygen table at f [GHz]; P.676-12 eq. 3, 5, 6a, 7."""
    strength = line[1] * 1e-7 * p * theta * theta * theta * exponential(line[2] * (1.0 - theta))
    width = line[3] * 1e-4 * (p * exponential((0.8 - line[4]) * log_theta) + 1.1 * e * theta)
    square = width * width + 2.25e-6
    width = math.sqrt(square)
    mix = (line[5] + line[6] * theta) * 1e-4 * overlap
    low, high = line[0] - f, line[0] + f
    below, above = low * low + square, high * high + square
    shape = ((width - mix * low) * above + (width - mix * high) * below) / (below * above)
    return strength * f / line[0] * shape


@kernel
def _water_width(line, p, e, theta, log_theta):
    """Width [GHz] of one row of the water vapour table, Doppler broadening included; P.676-12 eq. 6a, 6b."""
    foreign = p * exponential(line[4] * log_theta)
    width = line[3] * 1e-4 * (foreign + line[5] * e * exponential(line[6] * log_theta))
    return 0.535 * width + math.sqrt(0.217 * width * width + 2.1316e-12 * line[0] * line[0] / theta)


@kernel
def _water_line(line, f, e, theta, log_theta, width):
    """Strength times shape of one row of the water vapour table at f [GHz]; P.676-12 eq. 3, 5."""
    strength = line[1] * 0.1 * e * exponential(3.5 * log_theta + line[2] * (1.0 - theta))
    low, high = line[0] - f, line[0] + f
    below, above = low * low + width * width, high * high + width * width
    return strength * f / line[0] * width * (below + above) / (below * above)


@kernel
def _continuum(f, p, theta, log_theta, overlap):
    """Dry continuum at f [GHz]: Debye spectrum of oxygen and pressure-broadened nitrogen; P.676-12 eq. 8, 9."""
    debye = 5.6e-4 * overlap
    nitrogen = 1.4e-12 * p * math.exp(1.5 * log_theta) / (1.0 + 1.9e-5 * f * math.sqrt(f))
    return f * p * theta * theta * (6.14e-5 * debye / (debye * debye + f * f) + nitrogen)


@kernel
def gas_attenuation(frequency, pressure_dry, temperature, rho_water, oxygen, water):
    """Specific attenuation (dry air, water vapour) [dB/km], line by line.

    oxygen, water: itu_tables.gas_lines(). 1 to 1000 GHz. ITU-R P.676-12 Annex 1, eq. 1 to 9 (P.676-13 alike).
    Validated: ATT-001 to ATT-007."""
    f = 1e-9 * frequency
    p, e, theta, log_theta, overlap = _air(pressure_dry, temperature, rho_water)
    dry, wet = _continuum(f, p, theta, log_theta, overlap), 0.0
    for i in range(oxygen.shape[0]):  # i: line
        dry += _oxygen_line(oxygen[i], f, p, e, theta, log_theta, overlap)
    for i in range(water.shape[0]):
        wet += _water_line(water[i], f, e, theta, log_theta, _water_width(water[i], p, e, theta, log_theta))
    return 0.182 * f * dry, 0.182 * f * wet


@kernel
def gas_losses(frequency, pressure_dry, temperature, rho_water, r, oxygen, water, loss):
    """Writes the one-way loss [dB] of each path of r [m] through even air, line by line, all arguments but the tables (n,).

    The same sum as gas_attenuation times the length, bit for bit the same per km. Validated: test_gases (itur)."""
    f, air = np.empty(STRIDE), np.empty((5, STRIDE))
    dry, wet, width = np.empty(STRIDE), np.empty(STRIDE), np.empty(STRIDE)
    p, e, theta, log_theta, overlap = air[0], air[1], air[2], air[3], air[4]
    for first in range(0, r.size, STRIDE):
        n = min(STRIDE, r.size - first)
        for j in range(n):  # j: path
            i = first + j
            f[j] = 1e-9 * frequency[i]
            p[j], e[j], theta[j], log_theta[j], overlap[j] = _air(pressure_dry[i], temperature[i], rho_water[i])
            dry[j], wet[j] = _continuum(f[j], p[j], theta[j], log_theta[j], overlap[j]), 0.0
        for i in range(oxygen.shape[0]):  # i: line
            line = oxygen[i, 0], oxygen[i, 1], oxygen[i, 2], oxygen[i, 3], oxygen[i, 4], oxygen[i, 5], oxygen[i, 6]
            for j in range(n):
                dry[j] += _oxygen_line(line, f[j], p[j], e[j], theta[j], log_theta[j], overlap[j])
        for i in range(water.shape[0]):
            line = water[i, 0], water[i, 1], water[i, 2], water[i, 3], water[i, 4], water[i, 5], water[i, 6]
            for j in range(n):
                width[j] = _water_width(line, p[j], e[j], theta[j], log_theta[j])
            for j in range(n):
                wet[j] += _water_line(line, f[j], e[j], theta[j], log_theta[j], width[j])
        for j in range(n):
            loss[first + j] = (0.182 * f[j] * dry[j] + 0.182 * f[j] * wet[j]) * 1e-3 * r[first + j]
