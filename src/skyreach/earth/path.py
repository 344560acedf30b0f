"""The way from one point to another: points along a geodesic, and the lowest visible height over the ground below them.

Heights are above the sphere that osculates the ellipsoid at the first point, as in floor maps (earth/floor.py)."""

import math

from skyreach.earth.geodesy import gaussian_radius, geodesic_direct, geodetic_to_ecef
from skyreach.earth.polar import polar_of_enu
from skyreach.earth.polar_ground import site_frame
from skyreach.jit import kernel


@kernel
def path_points(lat, lon, az, distance, out):
    """Latitudes and longitudes [rad] of points a distance [m] along the geodesic that leaves lat, lon at az [rad].

    Longitudes run on from lon without a seam. Writes out (n, 2). Validated: test_path (pyproj)."""
    for i in range(distance.size):  # i point
        lat_i, lon_i, _ = geodesic_direct(lat, lon, az, distance[i])
        turn = lon_i - lon
        out[i, 0], out[i, 1] = lat_i, lon_i - 2.0 * math.pi * math.floor(turn / (2.0 * math.pi) + 0.5)


@kernel
def polar_of_point(origin, axes, R, lat, lon, h_ell):
    """(azimuth [rad], ground range [m], height over the osculating sphere [m]) of a position [rad, m] seen from a site.

    origin, axes: site_frame; R: gaussian_radius of the site. Validated: test_path (enu_of_polar, pyproj)."""
    x, y, z = geodetic_to_ecef(lat, lon, h_ell)
    x, y, z = x - origin[0], y - origin[1], z - origin[2]
    e = axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z
    n = axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z
    u = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z
    az, s = polar_of_enu(e, n, u, R)
    return az, s, math.sqrt(e * e + n * n + (R + u) * (R + u)) - R


@kernel
def above_sphere(lat, lon, points, h_ell, s, h):
    """Ground range s and height h [m] over the sphere that osculates the ellipsoid at lat, lon [rad] of points
    (n, 2) [rad] at ellipsoidal heights h_ell [m]. Writes s, h (n,). Validated: test_path."""
    origin, axes = site_frame(lat, lon)
    R = gaussian_radius(lat)
    for i in range(h_ell.size):  # i point
        _, s[i], h[i] = polar_of_point(origin, axes, R, points[i, 0], points[i, 1], h_ell[i])


@kernel
def path_floor(s, ground, h_ant, k_radius, out):
    """Lowest visible height [m] from an antenna at s = 0 and height h_ant over ground [m] at ascending ranges s [m].

    k_radius: effective earth radius [m]; all heights over the sphere. Never below the ground. The convention of
    floor maps, along one line and at every sample. Writes out (n,). Validated: test_path (floor_map, horizon)."""
    antenna = k_radius + h_ant
    slope = -1e9  # largest tangent of elevation so far; straight down
    for i in range(s.size):  # i sample
        if s[i] < 0.01:  # the antenna itself
            out[i] = ground[i]
            continue
        cosine, sine = math.cos(s[i] / k_radius), math.sin(s[i] / k_radius)
        top = k_radius + ground[i]
        if top * (cosine - slope * sine) > antenna:
            slope = (top * cosine - antenna) / (top * sine)
        room = cosine - slope * sine  # <= 0: a ray that steep never comes down to s
        out[i] = antenna / room - k_radius if room > 0.0 else math.inf
