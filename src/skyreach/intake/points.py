"""Many points at once: to ECEF and back, and those of a path that matter, where the others lie near the line between them."""

import math

import numpy as np

from skyreach.earth.geodesy import ecef_to_geodetic, geodetic_to_ecef
from skyreach.jit import kernel


@kernel
def ecef(lat, lon, h, out):
    """ECEF [m] of points lat, lon [deg], h [m ellipsoidal], into out (n, 3)."""
    for i in range(lat.size):  # i point
        x, y, z = geodetic_to_ecef(math.radians(lat[i]), math.radians(lon[i]), h[i])
        out[i, 0], out[i, 1], out[i, 2] = x, y, z


@kernel
def keep_points(number, t, pos, tolerance, longest, keep):
    """Marks in keep (n,) the points to keep of samples ordered by entity, then time.

    number (n,), t (n,) [s], pos (n, 3) [m ECEF]; the first and last point of each entity are kept, and so many between them
    that every other one lies within tolerance [m] of the straight line in time; longest [s] between two that are kept."""
    n, anchor = number.size, 0
    for i in range(n):  # i sample
        first = i == 0 or number[i] != number[i - 1]
        last = i == n - 1 or number[i] != number[i + 1]
        if first or last:
            keep[i] = True
            anchor = i
            continue
        end = i + 1
        span = t[end] - t[anchor]
        within = span <= longest
        j = anchor + 1
        while within and j < end:  # j sample between
            w = (t[j] - t[anchor]) / max(span, 1e-9)
            off = 0.0
            for a in range(3):  # a axis
                d = pos[anchor, a] + w * (pos[end, a] - pos[anchor, a]) - pos[j, a]
                off += d * d
            within = off <= tolerance * tolerance
            j += 1
        if not within:
            keep[i] = True
            anchor = i


@kernel
def _geodetic(points, out):
    """ECEF points (n, 3) [m] into latitude, longitude [deg] and ellipsoidal height [m], out (n, 3)."""
    for i in range(points.shape[0]):  # i point
        lat, lon, h = ecef_to_geodetic(points[i, 0], points[i, 1], points[i, 2])
        out[i, 0], out[i, 1], out[i, 2] = math.degrees(lat), math.degrees(lon), h


def geodetic(points: np.ndarray) -> np.ndarray:
    """Latitude [deg], longitude [deg] and ellipsoidal height [m] of ECEF points (n, 3)."""
    out = np.empty(points.shape)
    _geodetic(np.ascontiguousarray(points), out)
    return out
