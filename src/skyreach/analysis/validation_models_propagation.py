"""Adapters of the multipath and diffraction cases (see validation_registry)."""

import csv
import math
from pathlib import Path

import numpy as np

from skyreach.analysis.validation_units import deg, rad, to_db
from skyreach.physics import diffraction, multipath
from skyreach.physics.radar import wavelength_of


def spherical_earth_diffraction(frequency, distance, h1, h2, effective_earth_radius, epsilon_r, conductivity, polarization):
    """Loss [dB]."""
    path = (distance, h1, h2, effective_earth_radius, epsilon_r, conductivity, frequency)
    return {"loss": diffraction.spherical_earth_loss(*path, int(polarization == "V"))}


def delta_bullington(
    profile_csv, frequency, tx_height_amsl, rx_height_amsl, smooth_tx_height, smooth_rx_height, effective_earth_radius,
    fraction_over_sea, epsilon_r_land, conductivity_land, epsilon_r_sea, conductivity_sea, polarization,
):  # fmt: skip
    """Losses [dB]; needs the profile beside the file of cases."""
    if not Path(profile_csv).is_file():
        return {}
    with open(profile_csv, newline="") as stream:
        rows = [(1e3 * float(row["distance_km"]), float(row["height_m"])) for row in csv.DictReader(stream)]
    distance, height = np.array(rows).T.copy()
    sphere, whole_loss = diffraction.delta_bullington(
        distance, height, tx_height_amsl, rx_height_amsl, smooth_tx_height, smooth_rx_height, effective_earth_radius,
        frequency, fraction_over_sea, (epsilon_r_land, conductivity_land), (epsilon_r_sea, conductivity_sea),
        int(polarization == "V"),
    )  # fmt: skip
    return {"Ldsph": sphere, "Ld50": whole_loss}


def knife_edge_loss(nu):
    """Losses [dB]."""
    return {"loss_exact": diffraction.knife_edge_loss(nu), "loss_p526_fit": diffraction.knife_edge_fit(nu)}


def knife_edge_geometry(h, d1, d2, frequency):
    """Parameter [1], loss [dB]."""
    nu = diffraction.edge_parameter(h, d1, d2, wavelength_of(frequency))
    return {"nu": nu, "loss_p526_fit": diffraction.knife_edge_fit(nu)}


def flat_earth_propagation_factor(h_antenna, h_target, ground_range, frequency, reflection_coefficient):
    """Factor [dB]."""
    wavelength = wavelength_of(frequency)
    factor = multipath.plane_propagation_factor(h_antenna, h_target, ground_range, wavelength, reflection_coefficient, 0.0)
    return {"F": to_db(factor * factor)}


def lobe_angles(h_antenna, frequency):
    """Elevations [deg]."""
    names = ("first_max", "first_null", "second_max")
    wavelength = wavelength_of(frequency)
    return {name: deg(multipath.lobe_elevation(n, h_antenna, wavelength)) for n, name in enumerate(names, 1)}


def fresnel_reflection(epsilon_r, conductivity, frequency, grazing):
    """Magnitudes [1], phase [deg]."""
    ground = (epsilon_r, conductivity, wavelength_of(frequency), rad(grazing))
    real, imag = multipath.fresnel_reflection(*ground, 1)
    return {
        "mag_H": math.hypot(*multipath.fresnel_reflection(*ground, 0)),
        "mag_V": math.hypot(real, imag),
        "phase_V": deg(math.atan2(imag, real)),
    }


def ament_roughness(sigma_h, grazing, frequency):
    """Reduction factor [1]."""
    return {"rho_s": multipath.ament_roughness(sigma_h, rad(grazing), wavelength_of(frequency))}


def specular_point(h1, h2, ground_range, effective_earth_radius):
    """Distance [m], grazing angle [deg], divergence [1]."""
    d1, grazing = multipath.specular_point(h1, h2, ground_range, effective_earth_radius)
    spread = multipath.divergence(d1, ground_range - d1, grazing, effective_earth_radius)
    return {"d1": d1, "grazing": deg(grazing), "divergence": spread}


MODELS = {
    f.__name__: f
    for f in (
        spherical_earth_diffraction, delta_bullington, knife_edge_loss, knife_edge_geometry,
        flat_earth_propagation_factor, lobe_angles, fresnel_reflection, ament_roughness, specular_point,
    )
}  # fmt: skip
