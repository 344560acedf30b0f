"""Gravity of the Earth: normal gravity on the ellipsoid, and gravitation with the oblateness term J2."""

import math

from skyreach.jit import kernel

# WGS84: NGA.STND.0036 (2014), ch. 3
WGS84_MU = 3.986004418e14  # m3/s2
WGS84_J2 = 1.08262982e-3  # 1
WGS84_EQUATOR = 6378137.0  # m
EARTH_ROTATION = 7.292115e-5  # rad/s
EQUATOR_GRAVITY = 9.7803253359  # m/s2
SOMIGLIANA_K = 0.00193185265241  # 1
ECCENTRICITY2 = 0.00669437999014  # 1


@kernel
def normal_gravity(lat):
    """Gravity on the WGS84 ellipsoid [m/s2] at geodetic latitude [rad], centrifugal part included.

    Somigliana's formula, NGA.STND.0036 eq. 4-1. Validated: GEO-014."""
    s2 = math.sin(lat) * math.sin(lat)
    return EQUATOR_GRAVITY * (1.0 + SOMIGLIANA_K * s2) / math.sqrt(1.0 - ECCENTRICITY2 * s2)


@kernel
def gravitation(x, y, z, mu, j2, radius):
    """Acceleration (ax, ay, az) [m/s2] at (x, y, z) [m] from the centre, z along the axis of rotation.

    mu [m3/s2], j2 [1], radius: equatorial radius of the j2 term [m]. Centrifugal part not included; NaN or
    infinite at the centre. NASA/TM-2015-218675. Validated: GEO-019, TRJ-001 to TRJ-008."""
    r2 = x * x + y * y + z * z
    r = math.sqrt(r2)
    central = -mu / (r2 * r)
    q = 1.5 * j2 * radius * radius / r2
    s2 = 5.0 * z * z / r2
    level = central * (1.0 + q * (1.0 - s2))
    return level * x, level * y, central * (1.0 + q * (3.0 - s2)) * z
