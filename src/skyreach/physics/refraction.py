"""Refraction: effective Earth radius, horizons, height and range over a sphere, refractivity of air.

Heights are above a smooth sphere [m]; r_eff is the effective radius k * a [m] on which rays run straight.
Elevations [rad] are those at the antenna.
"""

import math

from skyreach.jit import kernel

MEAN_EARTH_RADIUS = 6371008.7714  # m, (2a + b)/3 of WGS84
MEAN_SURFACE_N = 315.0  # N-units, ITU-R P.453-14 eq. 8, mean annual global reference
MEAN_SCALE_HEIGHT = 7350.0  # m, ITU-R P.453-14 eq. 8


@kernel
def effective_radius(earth_radius, dn_dh):
    """Effective Earth radius [m] of a constant gradient dn_dh [1/m] of the refractive index.

    a / (1 + a dn/dh); infinite at the ducting limit of -1/a, negative beyond it. -39e-9 per m gives k =
    1.3306, not 4/3. ITU-R P.834-9, section 2. Validated: REF-001."""
    return earth_radius / (1.0 + earth_radius * dn_dh)


@kernel
def horizon_range(h_ant, r_eff):
    """Slant range [m] to the radio horizon of an antenna at h_ant [m], >= 0: sqrt(2 r h + h^2), exact.

    Validated: REF-010."""
    return math.sqrt(h_ant * (2.0 * r_eff + h_ant))


@kernel
def horizon_arc(h, r_eff):
    """Ground range [m] from below a point at height h [m], >= 0, to its radio horizon; exact on the sphere.

    Validated: test_refraction."""
    return r_eff * math.atan2(math.sqrt(h * (2.0 * r_eff + h)), r_eff)


@kernel
def mutual_horizon(h_ant, h_tgt, r_eff):
    """Ground range [m] at which a smooth sphere hides a target at h_tgt [m] from an antenna at h_ant [m].

    Exact; sqrt(2 r h) + sqrt(2 r h) is 0.1 % longer at 20 km. No terrain, no ducts. Validated: REF-011,
    REF-012."""
    return horizon_arc(h_ant, r_eff) + horizon_arc(h_tgt, r_eff)


@kernel
def height_from_range(r_slant, elevation, h_ant, r_eff):
    """Height [m] of a point at slant range r_slant [m] and elevation [rad] seen from h_ant [m].

    Law of cosines on the sphere r_eff. Doviak and Zrnic, 2nd ed., eq. 2.28b. Validated: REF-002, REF-008,
    REF-009."""
    r0 = r_eff + h_ant
    square = r_slant * (r_slant + 2.0 * r0 * math.sin(elevation))  # of the new radius, less r0^2
    return h_ant + square / (math.sqrt(r0 * r0 + square) + r0)


@kernel
def range_from_height(h_tgt, h_ant, elevation, r_eff):
    """Slant range [m] at which a ray of an elevation [rad] from h_ant [m] passes the height h_tgt [m].

    The farther of two crossings; NaN where the ray never gets there. Inverse of height_from_range. Validated:
    REF-003."""
    rise = (r_eff + h_ant) * math.sin(elevation)
    square = (h_tgt - h_ant) * (2.0 * r_eff + h_tgt + h_ant)
    below = rise * rise + square
    if below < 0.0:
        return math.nan
    root = math.sqrt(below)
    return square / (root + rise) if rise > 0.0 else root - rise


@kernel
def elevation_of(r_ground, h_tgt, h_ant, r_eff):
    """Elevation [rad] at which a point at ground range r_ground [m] (along the sphere) and height h_tgt
    [m] is seen.

    Negative below the horizontal; the sphere may hide the point. Validated: test_refraction."""
    angle = r_ground / r_eff
    half = math.sin(0.5 * angle)
    up = (h_tgt - h_ant) - 2.0 * (r_eff + h_tgt) * half * half
    return math.atan2(up, (r_eff + h_tgt) * math.sin(angle))


@kernel
def slant_range_of(r_ground, h_tgt, h_ant, r_eff):
    """Slant range [m] to a point at ground range r_ground [m] and height h_tgt [m] from h_ant [m].

    Validated: test_refraction."""
    half = math.sin(0.5 * r_ground / r_eff)
    dh = h_tgt - h_ant
    return math.sqrt(dh * dh + 4.0 * (r_eff + h_ant) * (r_eff + h_tgt) * half * half)


@kernel
def ray_height(s, r_ground, h_ant, h_tgt, r_eff):
    """Height [m] at range s [m] of the straight ray between h_ant at range 0 and h_tgt at r_ground [m] over a sphere.

    0 <= s <= r_ground < pi * r_eff. Exact. Validated: test_refraction (ends, elevation_of)."""
    total = r_ground / r_eff
    inverse = math.sin(total - s / r_eff) / (r_eff + h_ant) + math.sin(s / r_eff) / (r_eff + h_tgt)
    return math.sin(total) / inverse - r_eff


@kernel
def grazing_angle(h_ant, r_slant, r_eff):
    """Grazing angle [rad] of a ray from h_ant [m] that meets the sphere at slant range r_slant [m].

    Negative beyond the horizon. Skolnik, 3rd ed., ch. 7. Validated: CLU-016, CLU-017."""
    return math.asin((h_ant * (h_ant + 2.0 * r_eff) - r_slant * r_slant) / (2.0 * r_slant * r_eff))


@kernel
def radio_refractivity(pressure, vapour_pressure, temperature):
    """Refractivity of air [N-units] from the total pressure [Pa], vapour pressure [Pa] and temperature [K].

    ITU-R P.453-14, section 1. Validated: REF-013."""
    dry = 0.01 * (pressure - vapour_pressure)
    wet = 0.01 * vapour_pressure
    return (77.6 * dry + 72.0 * wet + 3.75e5 * wet / temperature) / temperature


@kernel
def refractivity_profile(h, surface_n, scale_height):
    """Refractivity [N-units] at height h [m] of an exponential atmosphere; surface value [N-units], scale
    height [m].

    ITU-R P.453-14 eq. 7. Validated: REF-014."""
    return surface_n * math.exp(-h / scale_height)


@kernel
def refractivity_gradient(h, surface_n, scale_height):
    """Gradient [N-units/m] of refractivity_profile at height h [m]. Validated: REF-014."""
    return -surface_n / scale_height * math.exp(-h / scale_height)


@kernel
def crpl_decay(surface_n):
    """Decay constant [1/m] of the CRPL exponential atmosphere for a surface refractivity [N-units].

    From the refractivity drop over the first kilometre, 7.32 exp(0.005577 Ns). Bean and Thayer, Proc. IRE 47
    (1959) 740. Validated: REF-005, REF-006."""
    drop = 7.32 * math.exp(0.005577 * surface_n)
    return math.log(surface_n / (surface_n - drop)) / 1000.0


@kernel
def saturation_vapour_pressure(temperature, pressure):
    """Saturation vapour pressure over water [Pa] at a temperature [K], in air of a pressure [Pa]; -40 to
    50 C.

    ITU-R P.453-14 eq. 9 with its enhancement factor. Validated: REF-023, REF-024."""
    t = temperature - 273.15
    enhancement = 1.0 + 1e-4 * (7.2 + 0.01 * pressure * (0.0320 + 5.9e-6 * t * t))
    return 100.0 * enhancement * 6.1121 * math.exp((18.678 - t / 234.5) * t / (t + 257.14))
