"""Adapters of the refraction and horizon cases (see validation_registry)."""

from skyreach.analysis.validation_units import deg, rad
from skyreach.physics import raytrace, refraction


def effective_earth_radius(earth_radius, dn_dh):
    """Effective radius [m] and its factor [1]."""
    r_eff = refraction.effective_radius(earth_radius, dn_dh)
    return {"Re_eff": r_eff, "k": r_eff / earth_radius}


def height_from_range(slant_range, elevation, antenna_height, effective_earth_radius):
    """Height [m]."""
    h = refraction.height_from_range(slant_range, rad(elevation), antenna_height, effective_earth_radius)
    return {"height": h}


def range_from_height(target_height, antenna_height, elevation, effective_earth_radius):
    """Slant range [m]."""
    r = refraction.range_from_height(target_height, antenna_height, rad(elevation), effective_earth_radius)
    return {"slant_range": r}


def crpl_ray(target_height, antenna_height, elevation_apparent, Ns, decay, earth_radius):
    """Ranges [m], elevations [deg] and their errors."""
    el = rad(elevation_apparent)
    path, arc, _ = raytrace.trace_ray(antenna_height, target_height, el, Ns, decay, earth_radius)
    r_slant, true_el = raytrace.true_position(antenna_height, target_height, arc, earth_radius)
    return {
        "propagated_range": path,
        "true_slant_range": r_slant,
        "true_elevation": deg(true_el),
        "range_error": path - r_slant,
        "elevation_error": deg(el - true_el),
    }


def crpl_decay_constant(Ns):
    """Decay constant [1/m]."""
    return {"decay": refraction.crpl_decay(Ns)}


def horizon_range(antenna_height, effective_earth_radius):
    """Range [m]."""
    return {"horizon_range": refraction.horizon_range(antenna_height, effective_earth_radius)}


def mutual_horizon(h1, h2, k, earth_radius):
    """Range [m]."""
    return {"horizon_range": refraction.mutual_horizon(h1, h2, k * earth_radius)}


def radio_refractivity(P_total, e, T):
    """Refractivity [N-units]."""
    return {"N": refraction.radio_refractivity(P_total, e, T)}


def refractivity_profile(N0, h0, h):
    """Refractivity [N-units] and gradient [N-units/m]."""
    return {
        "N": refraction.refractivity_profile(h, N0, h0),
        "dN_dh": refraction.refractivity_gradient(h, N0, h0),
    }


def ray_bending(elevation_apparent, N0, h0, height_start, height_end, earth_radius):
    """Bending [deg]."""
    traced = raytrace.trace_ray(height_start, height_end, rad(elevation_apparent), N0, 1.0 / h0, earth_radius)
    return {"bending": deg(traced[2])}


def ray_bending_p834(h, elevation):
    """Bending [deg]."""
    return {"bending": deg(raytrace.bending_fit(h, rad(elevation)))}


def saturation_vapour_pressure(T, P):
    """Vapour pressure [Pa]."""
    return {"es": refraction.saturation_vapour_pressure(T, P)}


MODELS = {
    f.__name__: f
    for f in (
        effective_earth_radius, height_from_range, range_from_height, crpl_ray, crpl_decay_constant, horizon_range,
        mutual_horizon, radio_refractivity, refractivity_profile, ray_bending, ray_bending_p834,
        saturation_vapour_pressure,
    )
}  # fmt: skip
