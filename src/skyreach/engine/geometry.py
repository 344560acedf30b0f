"""Small vector arithmetic, and the look over the floor map, that several phases share. Squares are products: a power would
not give the same bits with the compiler off."""

import math

from skyreach.earth.floor import visible
from skyreach.jit import lean

TWO_PI = 2.0 * math.pi
TICK = 1e-6  # s: times that differ by less are the same; sums of frames are not exact


@lean
def square(x):
    """x times x."""
    return x * x


@lean
def distance(a, b):
    """Distance of two points [m], three coordinates each."""
    return math.sqrt(square(a[0] - b[0]) + square(a[1] - b[1]) + square(a[2] - b[2]))


@lean
def wrap(angle):
    """Angle [rad] in [-pi, pi)."""
    return angle - TWO_PI * math.floor((angle + math.pi) / TWO_PI)


@lean
def to_enu(site, p):
    """East, north, up [m] of an ECEF point p (three coordinates) at a row of radars or sites."""
    origin, R = site["pos_ecef"], site["R_enu_from_ecef"]
    dx, dy, dz = p[0] - origin[0], p[1] - origin[1], p[2] - origin[2]
    return (
        R[0, 0] * dx + R[0, 1] * dy + R[0, 2] * dz,
        R[1, 0] * dx + R[1, 1] * dy + R[1, 2] * dz,
        R[2, 0] * dx + R[2, 1] * dy + R[2, 2] * dz,
    )


@lean
def ground_range(radius, ground, up):
    """Way [m] along a sphere of a radius [m] to under a point that is ground [m] away and up [m] above it in the plane of the
    local horizontal."""
    return radius * math.atan2(ground, radius + up)


@lean
def above_floor(p, floor, radar, e, n, u, h):
    """True if a point e, n, u [m] from a radar, at an ellipsoidal height h [m], stands above its floor map."""
    s = ground_range(radar["radius"], math.sqrt(e * e + n * n), radar["h_ell"] + u)
    return visible(floor, p["floor_dr"], math.atan2(e, n), s, h)
