"""Great circles on a sphere and the spheres that stand for an ellipsoid; used for long ballistic paths."""

import math

from skyreach.jit import kernel


@kernel
def ellipsoid_radii(a, f):
    """(semi-minor axis [m], first eccentricity squared [1], mean radius R1 [m], equal-area radius R2 [m]).

    a: semi-major axis [m], f: flattening > 0. Moritz, Geodetic Reference System 1980, section 3. Validated:
    GEO-012."""
    b = a * (1.0 - f)
    e2 = f * (2.0 - f)
    e = math.sqrt(e2)
    area = 1.0 + (1.0 - e2) / e * math.atanh(e)
    return b, e2, (2.0 * a + b) / 3.0, a * math.sqrt(0.5 * area)


@kernel
def great_circle(lat1, lon1, lat2, lon2):
    """(angle at the centre [rad], course at point 1 [rad, clockwise from north]) of a great circle.

    Vector form, good at every distance. Validated: GEO-015."""
    dlon = lon2 - lon1
    east = math.cos(lat2) * math.sin(dlon)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(dlon)
    along = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(dlon)
    course = math.atan2(east, north)
    if course < 0.0:
        course += 2.0 * math.pi
    return math.atan2(math.sqrt(east * east + north * north), along), course


@kernel
def great_circle_point(lat1, lon1, course, angle):
    """(latitude, longitude) [rad] an angle [rad] along a great circle from point 1 on a course [rad].

    Longitude in [-pi, pi]. Validated: GEO-020, GEO-021."""
    sin_lat = math.sin(lat1) * math.cos(angle) + math.cos(lat1) * math.sin(angle) * math.cos(course)
    east = math.sin(course) * math.sin(angle)
    out = math.cos(lat1) * math.cos(angle) - math.sin(lat1) * math.sin(angle) * math.cos(course)
    lat2 = math.atan2(sin_lat, math.sqrt(east * east + out * out))
    lon2 = lon1 + math.atan2(east, out)
    return lat2, math.atan2(math.sin(lon2), math.cos(lon2))
