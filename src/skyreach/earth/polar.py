"""Polar coordinates of a site: azimuth, ground range, and height above the sphere that fits the ellipsoid there.

The sphere osculates the ellipsoid at the site (radius R, `gaussian_radius`) and carries the azimuth az, clockwise from
north, and the ground range s. A point (e, n, u) of the local frame has az = atan2(e, n), s = R atan2(hypot(e, n), R + u),
and the height hypot(hypot(e, n), R + u) - R above that sphere."""

import math

from skyreach.earth.geodesy import wrap_azimuth
from skyreach.jit import kernel


@kernel
def polar_of_enu(e, n, u, R):
    """Azimuth [rad, 0..2*pi) and ground range [m] of a point of the local frame (east, north, up [m]); R:
    radius [m]. Validated: test_floor (there and back, pole of the sphere)."""
    return wrap_azimuth(math.atan2(e, n)), R * math.atan2(math.sqrt(e * e + n * n), R + u)


@kernel
def enu_of_polar(az, s, h, R):
    """The local point (e, n, u) [m] at azimuth az, ground range s and height h above the osculating sphere
    [m]. Validated: test_floor."""
    across = (R + h) * math.sin(s / R)
    return across * math.sin(az), across * math.cos(az), (R + h) * math.cos(s / R) - R
