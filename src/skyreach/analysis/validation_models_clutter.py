"""Adapters of the clutter cases (see validation_registry)."""

from skyreach.analysis.coverage_sight import map_params
from skyreach.analysis.validation_units import deg, from_db, rad, to_db, whole
from skyreach.catalog import load
from skyreach.physics import clutter, refraction
from skyreach.physics.radar import wavelength_of
from skyreach.scenario.environment import Environment
from skyreach.scenario.surroundings import Surroundings


def sea_clutter_sigma0(grazing, frequency, sea_state, polarization):
    """Normalised RCS [dB]."""
    vertical = int(polarization == "V")
    return {"sigma0": to_db(clutter.sea_sigma0(rad(grazing), frequency, float(sea_state), vertical))}


def surface_clutter_rcs(nrcs, range, azimuth_beamwidth, elevation_beamwidth, grazing, pulse_width):
    """Cross section [m2]."""
    beam = rad(azimuth_beamwidth), rad(elevation_beamwidth)
    return {"rcs": nrcs * clutter.patch_area(range, *beam, rad(grazing), pulse_width)}


def constant_gamma_sigma0(gamma_10GHz, frequency, grazing):
    """Gamma and normalised RCS [dB]."""
    gamma = clutter.land_gamma(from_db(gamma_10GHz), frequency)
    return {"gamma": to_db(gamma), "sigma0": to_db(clutter.land_sigma0(gamma, rad(grazing)))}


def rain_reflectivity(frequency, rain_rate, K2):
    """Reflectivity factor [mm6/m3], volume reflectivity [dB(1/m)]."""
    z = clutter.rain_reflectivity_factor(rain_rate)
    return {"Z": z, "eta": to_db(clutter.volume_reflectivity(z, K2, wavelength_of(frequency)))}


def rain_clutter_rcs(frequency, rain_rate, K2, range, az_bw, el_bw, pulse_width, beam_factor):
    """Volume reflectivity [dB(1/m)], cross section [dBsm]."""
    z = clutter.rain_reflectivity_factor(rain_rate)
    eta = clutter.volume_reflectivity(z, K2, wavelength_of(frequency))
    volume = clutter.rain_volume(range, rad(az_bw), rad(el_bw), pulse_width, beam_factor)
    return {"eta": to_db(eta), "rcs": to_db(eta * volume)}


def mti_improvement(n_delays, sigma_f, prf):
    """Improvement factor [dB]."""
    return {"improvement": to_db(clutter.mti_improvement(whole(n_delays), sigma_f, prf))}


def grazing_angle(height, slant_range, effective_earth_radius):
    """Angle [deg]."""
    return {"grazing": deg(refraction.grazing_angle(height, slant_range, effective_earth_radius))}


def sea_surface_roughness(sea_state):
    """Standard deviation of the height of the sea [m]."""
    around = Surroundings(Environment(sea_state=sea_state), load(), 4.0 / 3.0)
    return {"sigma_h": float(map_params(around, 1.0)[0]["sea_roughness"])}


MODELS = {
    f.__name__: f
    for f in (
        sea_clutter_sigma0, surface_clutter_rcs, constant_gamma_sigma0, rain_reflectivity, rain_clutter_rcs,
        mti_improvement, grazing_angle, sea_surface_roughness,
    )
}  # fmt: skip
