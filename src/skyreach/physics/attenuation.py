"""Attenuation of radar waves by air, rain, snow and cloud.

Results in dB or dB/km, the units of the Recommendations.

Frequencies [Hz], lengths [m], temperatures [K], pressures [Pa], water vapour and liquid water [kg/m3], rain
rates [mm/h]. One way; a radar pays twice. Line and rain tables come from itu_tables; specific
attenuation by gases is in gases.py."""

import math

from skyreach.jit import kernel
from skyreach.physics.atmosphere import us76
from skyreach.physics.gases import gas_attenuation, vapour_pressure
from skyreach.physics.refraction import radio_refractivity

GAUSS_X = (-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.9061798459386640)
GAUSS_W = (0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891)
R_EFF = 4.0 / 3.0 * 6371e3  # m, only spaces the points of the quadrature
EARTH_RADIUS = 6371e3  # m


@kernel
def mean_atmosphere(h, rho_surface):
    """(dry pressure [Pa], temperature [K], water vapour density [kg/m3]) of the mean annual global
    atmosphere at h [m].

    Air of US76; vapour from rho_surface [kg/m3] with a scale height of 2 km, never below a mixing ratio of
    2e-6. ITU-R P.835-6, section 1. Validated: ATT-021 to ATT-026."""
    temperature, pressure, _, _ = us76(h)
    rho = rho_surface * math.exp(-h / 2000.0)
    least = 2e-6 * pressure / (100.0 * 1e3 * temperature / 216.7)
    rho = max(rho, least)
    return pressure - vapour_pressure(rho, temperature), temperature, rho


@kernel
def gas_path_loss(frequency, elevation, h_start, h_end, rho_surface, oxygen, water, panels):
    """One-way loss [dB] along the refracted ray between two heights [m], h_end > h_start, in the mean
    atmosphere.

    elevation at the start [rad], 0 to pi/2; rho_surface: water vapour at sea level [kg/m3]; panels of five
    points: 4 give 1e-5 dB. Heights above 80 km add nothing. Spherical Snell ray with the refractivity of the
    same air (P.453). ITU-R P.676-12 Annex 1, section 2.2. Two good libraries differ by 3 % from the layers
    they choose. Validated: ATT-021 to ATT-026, test_propagation."""
    if not (h_end > h_start and elevation >= 0.0):
        return math.nan
    span = min(h_end, 8e4) - h_start
    if span <= 0.0:
        return 0.0
    r0 = EARTH_RADIUS + h_start
    dry, temperature, rho = mean_atmosphere(h_start, rho_surface)
    vapour = vapour_pressure(rho, temperature)
    n0_1 = 1e-6 * radio_refractivity(dry + vapour, vapour, temperature)
    invariant = (1.0 + n0_1) * r0
    start = math.sin(elevation)
    up = invariant * start
    gain = 2.0 * span / R_EFF / (math.sqrt(start * start + 2.0 * span / R_EFF) + start)
    loss = 0.0
    for i in range(panels):  # i: panel in v, the gain in the sine of the elevation over an effective Earth
        for j in range(5):  # j: Gauss point
            v = gain * (i + 0.5 + 0.5 * GAUSS_X[j]) / panels
            dh = 0.5 * R_EFF * v * (v + 2.0 * start)
            dry, temperature, rho = mean_atmosphere(h_start + dh, rho_surface)
            vapour = vapour_pressure(rho, temperature)
            n_1 = 1e-6 * radio_refractivity(dry + vapour, vapour, temperature)
            n = 1.0 + n_1
            square = (n * dh + (n_1 - n0_1) * r0) * (n * (r0 + dh) + invariant) + up * up
            if square <= 0.0:
                return math.nan
            gas, wet = gas_attenuation(frequency, dry, temperature, rho, oxygen, water)
            step = 0.5 * GAUSS_W[j] / panels * gain * R_EFF * (v + start) / math.sqrt(square) * n * (r0 + dh)
            loss += (gas + wet) * 1e-3 * step
    return loss


@kernel
def rain_coefficients(frequency, elevation, tilt, table):
    """(k, alpha) of the rain law gamma = k R^alpha [dB/km, R in mm/h].

    frequency 1 to 1000 GHz; path elevation [rad]; tilt of the polarisation from the horizontal [rad]: 0
    horizontal, pi/2 vertical, pi/4 circular; table: itu_tables.rain_table(). ITU-R P.838-3 eq. 2 to 5.
    Validated: ATT-008 to ATT-014."""
    log_f = math.log10(1e-9 * frequency)
    k_h = math.pow(10.0, _rain_curve(log_f, table, 0))
    k_v = math.pow(10.0, _rain_curve(log_f, table, 1))
    part_h = k_h * _rain_curve(log_f, table, 2)
    part_v = k_v * _rain_curve(log_f, table, 3)
    turn = math.cos(elevation) * math.cos(elevation) * math.cos(2.0 * tilt)
    k = 0.5 * (k_h + k_v + (k_h - k_v) * turn)
    return k, 0.5 * (part_h + part_v + (part_h - part_v) * turn) / k


@kernel
def _rain_curve(log_f, table, i):
    """Sum of Gaussians and a line in log10(frequency in GHz), P.838-3 eq. 2 and 3; i: curve."""
    total = table[i, 5, 0] * log_f + table[i, 5, 1]
    for j in range(5):  # j: Gaussian
        x = (log_f - table[i, j, 1]) / table[i, j, 2]
        total += table[i, j, 0] * math.exp(-x * x)
    return total


@kernel
def rain_attenuation(k, alpha, rate):
    """Specific attenuation of rain [dB/km] at a rate [mm/h]. ITU-R P.838-3 eq. 1.

    Validated: ATT-008 to ATT-011."""
    return k * math.pow(rate, alpha)


@kernel
def rain_path_factor(frequency, r, rate, alpha):
    """Factor [1] that shortens a path r [m] to the part in rain, at most 2.5; rate: exceeded 0.01 % of the
    time [mm/h].

    ITU-R P.530-17, section 2.4.1. Validated: ATT-015."""
    km = 1e-3 * r
    first = 0.477 * math.pow(km, 0.633) * math.pow(rate, 0.073 * alpha) * math.pow(1e-9 * frequency, 0.123)
    bottom = first - 10.579 * -math.expm1(-0.024 * km)
    return 1.0 / max(bottom, 0.4)


@kernel
def rain_path_factor_early(r, rate):
    """Factor [1] of earlier editions of P.530: 1 / (1 + d / d0); rates above 100 mm/h count as 100.

    Validated: ATT-016, ATT-017."""
    return 1.0 / (1.0 + 1e-3 * r / (35.0 * math.exp(-0.015 * min(rate, 100.0))))


@kernel
def snow_attenuation(wavelength, rate):
    """Specific attenuation of dry snow [dB/km] at a rate of melted water [mm/h]; wavelength [m].

    Gunn and East, Quarterly J. Royal Met. Soc. 80 (1954) 522. Validated: ATT-018."""
    cm = 100.0 * wavelength
    return 0.00349 * math.pow(rate, 1.6) / (cm * cm * cm * cm) + 0.00224 * rate / cm


@kernel
def cloud_coefficient(frequency, temperature):
    """Specific attenuation per liquid water [(dB/km)/(g/m3)] of small droplets (Rayleigh), up to 200 GHz.

    Double-Debye permittivity of water. ITU-R P.840-8. Validated: ATT-019, ATT-020."""
    f = 1e-9 * frequency
    theta = 300.0 / temperature - 1.0
    e0 = 77.66 + 103.3 * theta
    e1 = 0.0671 * e0
    e2 = 3.52
    x = f / (20.20 - 146.0 * theta + 316.0 * theta * theta)
    y = x / 39.8
    imag = (e0 - e1) * x / (1.0 + x * x) + (e1 - e2) * y / (1.0 + y * y)
    real = (e0 - e1) / (1.0 + x * x) + (e1 - e2) / (1.0 + y * y) + e2
    eta = (2.0 + real) / imag
    return 0.819 * f / (imag * (1.0 + eta * eta))
