"""Direct and reflected ray over the curved earth: the factor by which a surface lifts or drowns an echo, and what an edge takes.

Sources: Kerr, Propagation of Short Radio Waves (1951), ch. 2 and 5; Blake, Radar Range-Performance Analysis (1986), ch. 6;
ITU-R P.526-15, section 4.1.
"""

import math

from skyreach.jit import lean
from skyreach.physics.diffraction import edge_parameter, knife_edge_fit, spherical_earth_loss
from skyreach.physics.echo import beam
from skyreach.physics.multipath import (
    ament_roughness,
    divergence,
    fresnel_reflection,
    plane_mean_factor,
    plane_propagation_factor,
    specular_point,
)
from skyreach.physics.radar import SPEED_OF_LIGHT
from skyreach.physics.refraction import elevation_of, mutual_horizon

FAINTEST = 1e-3  # of the field: a reflection so weak is left out, 0.02 dB one way


@lean
def two_ray_factor(h_ant, h_tgt, s, r_eff, wavelength, permittivity, conductivity, vertical, sigma_h, width_el, spread):
    """One-way field over that of free space [1] at a target h_tgt [m], s [m] along a sphere of radius r_eff [m] from an antenna
    h_ant [m]; both above the reflecting surface and in mutual sight.

    Surface: relative permittivity [1], conductivity [S/m], standard deviation of its height sigma_h [m]; vertical: 1 or 0;
    width_el: half-power beamwidth in elevation [rad] of an antenna that looks at the target; spread: stretch of range [m]
    over which
    the mean (of the fourth power) is taken, 0 at a point. Where the smooth sphere hides the target the factor is 1.
    Validated: test_two_ray (plane, lobes, peak of 2)."""
    if h_ant <= 0.0 or h_tgt <= 0.0 or s <= 0.0:
        return 1.0
    near, grazing = specular_point(h_ant, h_tgt, s, r_eff)
    surface = (permittivity, conductivity, vertical, sigma_h)
    return _reflected(near, grazing, h_ant, h_tgt, s, r_eff, wavelength, surface, width_el, spread)


@lean
def _reflected(near, grazing, h_ant, h_tgt, s, r_eff, wavelength, surface, width_el, spread):
    """two_ray_factor with the point of reflection `near` [m] from the antenna and the grazing angle there [rad]; surface:
    permittivity, conductivity, vertical, sigma_h."""
    permittivity, conductivity, vertical, sigma_h = surface
    far = s - near
    if not (grazing > 1e-6 and near > 0.0 and far > 0.0):
        return 1.0
    low, high = h_ant - 0.5 * near * near / r_eff, h_tgt - 0.5 * far * far / r_eff  # above its tangent
    if not (low > 0.0 and high > 0.0):
        return 1.0
    strength = ament_roughness(sigma_h, grazing, wavelength) * divergence(near, far, grazing, r_eff)
    if strength < FAINTEST:
        return 1.0
    real, imag = fresnel_reflection(permittivity, conductivity, wavelength, grazing, vertical)
    seen = elevation_of(s, h_tgt, h_ant, r_eff)
    mirror = elevation_of(near, 0.0, h_ant, r_eff)
    strength *= math.sqrt(beam(seen - mirror, width_el))
    if spread > 0.0:
        return plane_mean_factor(low, high, s, wavelength, strength * real, strength * imag, spread)
    return plane_propagation_factor(low, high, s, wavelength, strength * real, strength * imag)


@lean
def field_factor(h_ant, h_tgt, s, r_eff, wavelength, permittivity, conductivity, vertical, sigma_h, width_el, spread):
    """As two_ray_factor, and diffraction over the smooth sphere near and beyond its horizon [1].

    One goes over into the other where the reflected ray is a seventh to a fifth of a wavelength longer: at a sixth, two rays
    over a perfect mirror leave the field as in free space, and P.526 has no loss left. h_ant, h_tgt > 0, wavelength <= 30 m.
    P.526-15 section 3.2. Validated: test_field_factor (free space, horizon, MPD-001)."""
    share, rays = 0.0, 0.0
    if s < mutual_horizon(h_ant, h_tgt, r_eff):
        near, grazing = specular_point(h_ant, h_tgt, s, r_eff)
        far = s - near
        low, high = h_ant - 0.5 * near * near / r_eff, h_tgt - 0.5 * far * far / r_eff  # above the plane that reflects
        share = min(max(35.0 * low * high / (s * wavelength) - 2.5, 0.0), 1.0)  # the longer way: 2 low high / s
        if share > 0.0:
            surface = (permittivity, conductivity, vertical, sigma_h)
            rays = _reflected(near, grazing, h_ant, h_tgt, s, r_eff, wavelength, surface, width_el, spread)
            if share == 1.0:
                return rays
    loss = spherical_earth_loss(s, h_ant, h_tgt, r_eff, permittivity, conductivity, SPEED_OF_LIGHT / wavelength, vertical)
    return share * rays + (1.0 - share) * math.pow(10.0, -0.05 * loss)


@lean
def faint_reflection(sigma_h, h_ant, h_tgt, s, r_eff, wavelength):
    """True if a surface is too rough to reflect: from the heights alone, so that most rays need no point of reflection.

    No grazing angle is smaller than that of (h_ant + h_tgt) / s - s / (2 r_eff). Validated: test_two_ray."""
    least = math.atan(max((h_ant + h_tgt) / s - 0.5 * s / r_eff, 0.0)) if s > 0.0 else 0.0
    return ament_roughness(sigma_h, least, wavelength) < FAINTEST


@lean
def edge_factor(h_below, s, s_edge, wavelength):
    """Two-way power [1] that reaches over an edge at s_edge [m] to a target at s [m] that lies h_below [m] under the lowest ray
    over that edge, and comes back. Single knife edge; 1 well above it.

    P.526-15 eq. 26 and 31. Validated: test_two_ray, MPD-014."""
    if not (0.0 < s_edge < s):
        return 0.0
    nu = edge_parameter(h_below * s_edge / s, s_edge, s - s_edge, wavelength)
    return math.pow(10.0, -0.2 * knife_edge_fit(nu))
