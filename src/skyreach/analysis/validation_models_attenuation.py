"""Adapters of the gas, rain, snow and cloud attenuation cases (see validation_registry)."""

from skyreach.analysis.validation_units import rad
from skyreach.physics import attenuation
from skyreach.physics.itu_tables import gas_lines, rain_table
from skyreach.physics.radar import wavelength_of

PANELS = 8  # of the slant path; 4 give the same to 1e-5 dB


def specific_attenuation_gas(frequency, pressure_dry, temperature, rho_water):
    """Attenuations [dB/km]."""
    dry, wet = attenuation.gas_attenuation(frequency, pressure_dry, temperature, rho_water, *gas_lines())
    return {"gamma_oxygen": dry, "gamma_water": wet, "gamma_total": dry + wet}


def specific_attenuation_rain(frequency, rain_rate, elevation, polarization_tilt):
    """Coefficients and attenuation [dB/km]."""
    k, alpha = attenuation.rain_coefficients(frequency, rad(elevation), rad(polarization_tilt), rain_table())
    return {"k": k, "alpha": alpha, "gamma_rain": attenuation.rain_attenuation(k, alpha, rain_rate)}


def rain_coefficients(frequency):
    """Coefficients of horizontal and vertical polarisation."""
    k_h, alpha_h = attenuation.rain_coefficients(frequency, 0.0, 0.0, rain_table())
    k_v, alpha_v = attenuation.rain_coefficients(frequency, 0.0, rad(90.0), rain_table())
    return {"kH": k_h, "alphaH": alpha_h, "kV": k_v, "alphaV": alpha_v}


def rain_path_loss_p530_17(frequency, range, rain_rate, elevation, polarization_tilt):
    """Loss [dB]."""
    k, alpha = attenuation.rain_coefficients(frequency, rad(elevation), rad(polarization_tilt), rain_table())
    factor = attenuation.rain_path_factor(frequency, range, rain_rate, alpha)
    return {"loss": attenuation.rain_attenuation(k, alpha, rain_rate) * 1e-3 * range * factor}


def rain_path_loss_p530_early(frequency, range, rain_rate, elevation, polarization_tilt):
    """Loss [dB]."""
    k, alpha = attenuation.rain_coefficients(frequency, rad(elevation), rad(polarization_tilt), rain_table())
    factor = attenuation.rain_path_factor_early(range, rain_rate)
    return {"loss": attenuation.rain_attenuation(k, alpha, rain_rate) * 1e-3 * range * factor}


def snow_path_loss(frequency, range, rate):
    """Loss [dB]."""
    return {"loss": attenuation.snow_attenuation(wavelength_of(frequency), rate) * 1e-3 * range}


def cloud_attenuation_coefficient(frequency, temperature):
    """Coefficient [(dB/km)/(g/m3)]."""
    return {"Kl": attenuation.cloud_coefficient(frequency, temperature)}


def gas_slant_path_loss(frequency, elevation, site_height, target_height, rho_water_surface):
    """Loss [dB]."""
    ends = (rad(elevation), site_height, target_height, rho_water_surface)
    return {"loss": attenuation.gas_path_loss(frequency, *ends, *gas_lines(), PANELS)}


MODELS = {
    f.__name__: f
    for f in (
        specific_attenuation_gas, specific_attenuation_rain, rain_coefficients, rain_path_loss_p530_17,
        rain_path_loss_p530_early, snow_path_loss, cloud_attenuation_coefficient, gas_slant_path_loss,
    )
}  # fmt: skip
