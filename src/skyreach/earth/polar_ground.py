"""The polar grid of a site on the ground: positions and heights along its radials (geometry as in earth/floor.py)."""

import math

import numpy as np

from skyreach.earth.geodesy import TWO_PI, ecef_to_geodetic, enu_from_ecef, gaussian_radius, geodetic_to_ecef
from skyreach.earth.grid import ground_height
from skyreach.earth.polar import enu_of_polar
from skyreach.jit import kernel

KNOT = 8  # columns between exact positions


@kernel
def site_frame(lat, lon):
    """ECEF position (3,) of the site on the ellipsoid [m], and the axes (3, 3) of its local frame."""
    axes, origin = np.empty((3, 3)), np.empty(3)
    enu_from_ecef(lat, lon, axes)
    origin[0], origin[1], origin[2] = geodetic_to_ecef(lat, lon, 0.0)
    return origin, axes


@kernel
def _position(origin, axes, R, az, s):
    """Latitude and longitude [rad] at azimuth az [rad] and ground range s [m] of the site."""
    e, n, u = enu_of_polar(az, s, 0.0, R)
    lat, lon, _ = ecef_to_geodetic(
        origin[0] + axes[0, 0] * e + axes[1, 0] * n + axes[2, 0] * u,
        origin[1] + axes[0, 1] * e + axes[1, 1] * n + axes[2, 1] * u,
        origin[2] + axes[0, 2] * e + axes[1, 2] * n + axes[2, 2] * u,
    )
    return lat, lon


@kernel
def positions(lat, lon, az, s, out):
    """Latitudes and longitudes [rad] at azimuths az [rad] and ground ranges s [m] of a site. Writes out (n, 2)."""
    origin, axes = site_frame(lat, lon)
    for i in range(az.size):  # i point
        out[i, 0], out[i, 1] = _position(origin, axes, gaussian_radius(lat), az[i], s[i])


@kernel
def polar_ground(dem, lat, lon, dr, out):
    """Ellipsoidal height of the ground [m] at the nodes of the grid around a site [rad]; bilinear. Writes out (n_az, n_r).

    Positions are exact in every KNOT-th column, on a straight line of latitude and longitude between (0.3 m off at
    4 km). Validated: test_polar (pyproj)."""
    n_az, n_r = out.shape
    origin, axes = site_frame(lat, lon)
    R = gaussian_radius(lat)
    for i in range(n_az):  # i azimuth
        lat_0, lon_0 = lat, lon
        for first in range(0, n_r, KNOT):
            end = min(first + KNOT, n_r)
            lat_1, lon_1 = _position(origin, axes, R, i * TWO_PI / n_az, end * dr)
            turn = lon_1 - lon_0
            turn -= TWO_PI * math.floor(turn / TWO_PI + 0.5)
            for j in range(first, end):  # j range
                f = (j + 1 - first) / (end - first)
                out[i, j] = ground_height(dem, lat_0 + f * (lat_1 - lat_0), lon_0 + f * turn)
            lat_0, lon_0 = lat_1, lon_1
