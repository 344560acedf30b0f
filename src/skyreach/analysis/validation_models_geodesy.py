"""Adapters of the geodesy cases (see validation_registry)."""

import math

import numpy as np

from skyreach.analysis.validation_units import deg, rad
from skyreach.earth import geodesy
from skyreach.physics import gravity, sphere


def geodetic_to_ecef(lat, lon, h):
    """Earth-centred coordinates [m]."""
    x, y, z = geodesy.geodetic_to_ecef(rad(lat), rad(lon), h)
    return {"X": x, "Y": y, "Z": z}


def ecef_to_geodetic(X, Y, Z):
    """Latitude, longitude [deg], height [m]."""
    lat, lon, h = geodesy.ecef_to_geodetic(X, Y, Z)
    return {"lat": deg(lat), "lon": deg(lon), "h": h}


def _axes(lat, lon):
    R_enu_from_ecef = np.empty((3, 3))
    geodesy.enu_from_ecef(rad(lat), rad(lon), R_enu_from_ecef)
    return R_enu_from_ecef


def _ecef(lat, lon, h):
    return np.array(geodesy.geodetic_to_ecef(rad(lat), rad(lon), h))


def _enu_of_aer(azimuth, elevation, slant_range):
    level = slant_range * math.cos(rad(elevation))
    up = slant_range * math.sin(rad(elevation))
    return np.array([level * math.sin(rad(azimuth)), level * math.cos(rad(azimuth)), up])


def geodetic_to_enu(lat, lon, h, origin_lat, origin_lon, origin_h):
    """East, north, up [m]."""
    enu = _axes(origin_lat, origin_lon) @ (_ecef(lat, lon, h) - _ecef(origin_lat, origin_lon, origin_h))
    return dict(zip("ENU", enu, strict=True))


def aer_to_enu(azimuth, elevation, slant_range):
    """East, north, up [m]."""
    return dict(zip("ENU", _enu_of_aer(azimuth, elevation, slant_range), strict=True))


def aer_to_geodetic(azimuth, elevation, slant_range, site_lat, site_lon, site_h):
    """Latitude, longitude [deg], height [m]."""
    pos = _ecef(site_lat, site_lon, site_h)
    pos = pos + _axes(site_lat, site_lon).T @ _enu_of_aer(azimuth, elevation, slant_range)
    return ecef_to_geodetic(*pos)


def geodetic_to_aer(site_lat, site_lon, site_h, target_lat, target_lon, target_h):
    """Azimuth, elevation [deg], slant range [m]."""
    line = _ecef(target_lat, target_lon, target_h) - _ecef(site_lat, site_lon, site_h)
    e, n, u = _axes(site_lat, site_lon) @ line
    return {
        "azimuth": deg(math.atan2(e, n)),
        "elevation": deg(math.atan2(u, math.hypot(e, n))),
        "slant_range": math.sqrt(e * e + n * n + u * u),
    }


def geodesic_inverse(lat1, lon1, lat2, lon2, a, inv_f):
    """Length [m], azimuths [deg]."""
    s, az1, az2 = geodesy.geodesic_inverse_on(a, 1.0 / inv_f, rad(lat1), rad(lon1), rad(lat2), rad(lon2))
    return {"distance": s, "azimuth1": deg(az1), "azimuth2": deg(az2)}


def geodesic_direct(lat1, lon1, azimuth1, distance, a, inv_f):
    """Latitude, longitude [deg]."""
    lat2, lon2, _ = geodesy.geodesic_direct_on(a, 1.0 / inv_f, rad(lat1), rad(lon1), rad(azimuth1), distance)
    return {"lat2": deg(lat2), "lon2": deg(lon2)}


def ellipsoid_constants(a, inv_f):
    """Semi-minor axis [m], squared eccentricity, mean radii [m]."""
    b, e2, mean, area = sphere.ellipsoid_radii(a, 1.0 / inv_f)
    return {"b": b, "e2": e2, "mean_radius_R1": mean, "equal_area_radius_R2": area}


def radii_of_curvature(lat):
    """Meridian and prime-vertical radius [m]."""
    meridian, prime = geodesy.radii_of_curvature(rad(lat))
    return {"M": meridian, "N": prime}


def normal_gravity(lat):
    """Gravity [m/s2]."""
    return {"gravity": gravity.normal_gravity(rad(lat))}


def gravitation_j2(lat, alt, mu, J2, re, inv_f):
    """Magnitude of gravitation [m/s2]; the ellipsoid of the case differs from WGS84 in nothing but digits."""
    if abs(re / geodesy.WGS84_A - 1.0) > 1e-9 or abs(inv_f * geodesy.WGS84_F - 1.0) > 1e-9:
        return {}
    x, y, z = _ecef(lat, 0.0, alt)
    pull = gravity.gravitation(x, y, z, mu, J2, re)
    return {"gravitation": math.hypot(*pull)}


def great_circle(lat1, lon1, lat2, lon2):
    """Angle [rad], course [deg]."""
    angle, course = sphere.great_circle(rad(lat1), rad(lon1), rad(lat2), rad(lon2))
    return {"angle": angle, "initial_course": deg(course)}


def great_circle_waypoint(lat1, lon1, lat2, lon2, fraction):
    """Latitude, longitude [deg]."""
    angle, course = sphere.great_circle(rad(lat1), rad(lon1), rad(lat2), rad(lon2))
    lat, lon = sphere.great_circle_point(rad(lat1), rad(lon1), course, fraction * angle)
    return {"lat": deg(lat), "lon": deg(lon)}


MODELS = {
    f.__name__: f
    for f in (
        geodetic_to_ecef, ecef_to_geodetic, geodetic_to_enu, aer_to_enu, aer_to_geodetic, geodetic_to_aer,
        geodesic_inverse, geodesic_direct, ellipsoid_constants, radii_of_curvature, normal_gravity, gravitation_j2,
        great_circle, great_circle_waypoint,
    )
}  # fmt: skip
