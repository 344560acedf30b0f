"""The radial sweep behind a floor map: rays go outwards over bilinear terrain and keep the steepest slope met so far.

Most of the terrain need not be looked at. Where the highest node of the tiles that a part of a ray crosses lies below the
ray so far, no sample there can raise it (a fifth of 49 million samples is left at 400 km over rough terrain), and the floors
on that part follow from the slope alone. The test is on the safe side by a millimetre, so the map has the same bits as
one made of all samples (test_sweep)."""

import math
from typing import NamedTuple

import numpy as np

from skyreach.earth.geodesy import TWO_PI, ecef_to_geodetic, enu_from_ecef, gaussian_radius, geodetic_to_ecef
from skyreach.earth.grid import Dem
from skyreach.earth.polar import enu_of_polar
from skyreach.jit import kernel

KNOT = 8000.0  # m between points whose latitude and longitude are computed; a parabola between errs by 1 mm
PARTS = 4  # of a stretch between knots, each looked at or passed over as a whole
TILE = 16  # cells along the side of a tile whose greatest height is kept
MARGIN = 1e-3  # m, by which terrain must stay below a ray to be passed over; rounding is a thousand times less
FINENESS = 500.0  # samples are at most range / FINENESS apart: an error near the site grows with range beyond it
CLOSE = 5.0  # m, the closest samples; all are at most one posting apart
BLOCK = 32  # rays swept together


class Comb(NamedTuple):
    """Where every ray of a map looks at the terrain, and where it writes a floor; theta: angle at the effective earth's
    centre."""

    s: np.ndarray  # ranges of the samples [m], ascending
    cosine: np.ndarray  # of theta = s / (k R)
    sine: np.ndarray
    column: np.ndarray  # column of the map that a sample ends, or -1
    cuts: np.ndarray  # first sample of each part, and the number of samples
    s_out: np.ndarray  # the same of the samples that end a column
    cosine_out: np.ndarray
    sine_out: np.ndarray
    cuts_out: np.ndarray  # first column of each part, and the number of columns


@kernel
def _arcs(s, k_radius, cosine, sine):
    """Writes cos and sin of s / k_radius, the angle at the centre of the effective earth, for each range s
    [m]."""
    for j in range(s.size):  # j samples
        cosine[j], sine[j] = math.cos(s[j] / k_radius), math.sin(s[j] / k_radius)


@kernel
def _knots(lat, lon, az, R, dem, y, x, lift):
    """Row and column (fractions) of dem under the points KNOT apart along one azimuth, and the ellipsoidal
    height of the osculating sphere there [m]. lat, lon: site. Writes y, x, lift."""
    site_x, site_y, site_z = geodetic_to_ecef(lat, lon, 0.0)
    axes = np.empty((3, 3))
    enu_from_ecef(lat, lon, axes)
    middle = 0.5 * (dem.h.shape[1] - 1)
    for j in range(y.size):  # j knots
        e, n, u = enu_of_polar(az, j * KNOT, 0.0, R)
        lat_j, lon_j, lift[j] = ecef_to_geodetic(
            site_x + axes[0, 0] * e + axes[1, 0] * n + axes[2, 0] * u,
            site_y + axes[0, 1] * e + axes[1, 1] * n + axes[2, 1] * u,
            site_z + axes[0, 2] * e + axes[1, 2] * n + axes[2, 2] * u,
        )
        turn = lon_j - dem.lon0 - middle * dem.dlon
        turn -= TWO_PI * math.floor(turn / TWO_PI + 0.5)
        y[j] = (lat_j - dem.lat0) / dem.dlat
        x[j] = turn / dem.dlon + middle


@kernel
def peaks(h, first, last, tops):
    """Greatest of the nodes that bear on each tile of TILE x TILE cells, its rim included [m]. Writes rows first..last-1 of
    tops (tiles north, tiles east). h: nodes (n_lat, n_lon). Validated: test_sweep (scipy)."""
    n_lat, n_lon = h.shape
    band = np.empty(n_lon, dtype=h.dtype)
    for i in range(first, last):  # i row of tiles
        band[:] = -np.inf
        for p in range(i * TILE, min(i * TILE + TILE + 1, n_lat)):  # p row of nodes
            for q in range(n_lon):  # q column of nodes
                band[q] = max(band[q], h[p, q])
        for j in range(tops.shape[1]):  # j column of tiles
            top = band[j * TILE]
            for q in range(j * TILE + 1, min(j * TILE + TILE + 1, n_lon)):
                top = max(top, band[q])
            tops[i, j] = top


@kernel
def _highest(tops, y0, y1, x0, x1, spare_y, spare_x):
    """Greatest node [m] that bears on any point between two rows and two columns (fractions) of a Dem, and spare beyond."""
    n, m = tops.shape
    south = min(max(int((min(y0, y1) - spare_y) / TILE), 0), n - 1)
    north = min(max(int((max(y0, y1) + spare_y) / TILE), 0), n - 1)
    west = min(max(int((min(x0, x1) - spare_x) / TILE), 0), m - 1)
    east = min(max(int((max(x0, x1) + spare_x) / TILE), 0), m - 1)
    top = -1e9
    for i in range(south, north + 1):  # i row of tiles
        for j in range(west, east + 1):  # j column of tiles
            top = max(top, float(tops[i, j]))
    return top


@kernel
def sweep(dem, tops, lat, lon, h_ant, k, comb, n_az, first, last, out):
    """Floors of the azimuths first..last-1 of n_az. Writes those rows of out.

    tops: peaks of dem; h_ant: ellipsoidal height of the antenna [m]; k: effective earth factor. BLOCK neighbouring rays go
    outwards together, part by part, so that they find each other's terrain in cache. Validated: test_floor, test_sweep."""
    R = gaussian_radius(lat)
    k_radius = k * R
    antenna = k_radius + h_ant
    s, cosine, sine, column, cuts = comb.s, comb.cosine, comb.sine, comb.column, comb.cuts
    n_lat, n_lon = dem.h.shape
    n_knot = (cuts.size - 1) // PARTS + 2
    y, x, lift = np.empty((BLOCK, n_knot)), np.empty((BLOCK, n_knot)), np.empty((BLOCK, n_knot))
    slopes = np.empty(BLOCK)  # largest tangent of elevation of each ray so far
    for base in range(first, last, BLOCK):
        rays = min(BLOCK, last - base)
        for b in range(rays):  # b rays of the block
            _knots(lat, lon, (base + b) * (TWO_PI / n_az), R, dem, y[b], x[b], lift[b])
            slopes[b] = -1e9  # straight down
        for part in range(cuts.size - 1):  # part of a stretch between knots m and m + 1
            begin, end, m = cuts[part], cuts[part + 1], part // PARTS
            if begin == end:
                continue
            f0, f1 = s[begin] / KNOT - m, s[end - 1] / KNOT - m
            for b in range(rays):
                slope = slopes[b]
                y0, x0, lift0 = y[b, m], x[b, m], lift[b, m]
                dy, dx, dl = y[b, m + 1] - y0, x[b, m + 1] - x0, lift[b, m + 1] - lift0
                bend_y = 0.5 * (y[b, m + 2] - y[b, m + 1] - dy)  # of the parabola through three knots
                bend_x = 0.5 * (x[b, m + 2] - x[b, m + 1] - dx)
                y_f0, y_f1, x_f0, x_f1 = y0 + f0 * dy, y0 + f1 * dy, x0 + f0 * dx, x0 + f1 * dx
                top = _highest(tops, y_f0, y_f1, x_f0, x_f1, 0.25 * abs(bend_y), 0.25 * abs(bend_x))
                top += k_radius - lift0 - min(f0 * dl, f1 * dl) + MARGIN  # from the centre of the effective earth
                # cos(theta) - slope sin(theta) is concave: it lies below its tangent at the first sample
                room = cosine[begin] - slope * sine[begin]
                room += max(-sine[begin] - slope * cosine[begin], 0.0) * (s[end - 1] - s[begin]) / k_radius
                if top * room <= antenna:
                    for c in range(comb.cuts_out[part], comb.cuts_out[part + 1]):  # c columns
                        room = comb.cosine_out[c] - slope * comb.sine_out[c]
                        rise = lift0 + (comb.s_out[c] / KNOT - m) * dl
                        out[base + b, c] = antenna / room - k_radius + rise if room > 0.0 else math.inf
                    continue
                for j in range(begin, end):  # j samples
                    f = s[j] / KNOT - m
                    ys, xs = y0 + f * (dy + (f - 1.0) * bend_y), x0 + f * (dx + (f - 1.0) * bend_x)
                    rise = lift0 + f * dl
                    p, q = min(max(int(ys), 0), n_lat - 2), min(max(int(xs), 0), n_lon - 2)
                    fy, fx = ys - p, xs - q
                    south = float(dem.h[p, q]) + fx * (float(dem.h[p, q + 1]) - float(dem.h[p, q]))
                    north = float(dem.h[p + 1, q]) + fx * (float(dem.h[p + 1, q + 1]) - float(dem.h[p + 1, q]))
                    ground = k_radius + (south + fy * (north - south) - rise)  # from the centre of the effective earth
                    if ground * (cosine[j] - slope * sine[j]) > antenna:
                        slope = (ground * cosine[j] - antenna) / (ground * sine[j])
                    if column[j] >= 0:
                        room = cosine[j] - slope * sine[j]  # <= 0: a ray that steep never comes down to s
                        out[base + b, column[j]] = antenna / room - k_radius + rise if room > 0.0 else math.inf
                slopes[b] = slope


def sample_ranges(dem: Dem, dr: float, n_r: int) -> tuple[np.ndarray, np.ndarray]:
    """Ranges at which a sweep looks at the terrain [m], and the column of the map that each one ends (-1:
    none).

    Spacing range / FINENESS, but not below CLOSE (a quarter posting of fine terrain) nor above one posting of
    dem; every range (j+1)*dr of the map is a sample. Crests between samples are cut by a fraction of the
    spacing."""
    posting = min(dem.dlat, dem.dlon * math.cos(dem.lat0 + 0.5 * dem.dlat * (dem.h.shape[0] - 1))) * 6.371e6
    spacing = np.clip(np.arange(n_r) * (dr / FINENESS), min(CLOSE, posting / 4.0), posting)
    steps = np.ceil(dr / spacing).astype(np.int64)
    ends = np.cumsum(steps) - 1
    owner = np.repeat(np.arange(n_r), steps)
    part = np.arange(owner.size) - (ends[owner] - steps[owner])
    column = np.full(owner.size, -1, dtype=np.int64)
    column[ends] = np.arange(n_r)
    return dr * (owner + part / steps[owner]), column


def comb_of(dem: Dem, dr: float, n_r: int, k_radius: float) -> Comb:
    """The samples of a map of n_r ranges dr apart [m] over an effective earth of radius k_radius [m]."""
    s, column = sample_ranges(dem, dr, n_r)
    cosine, sine = np.empty_like(s), np.empty_like(s)
    _arcs(s, k_radius, cosine, sine)
    ends = np.flatnonzero(column >= 0)
    edges = np.arange(PARTS * int(s[-1] / KNOT + 1) + 1) * (KNOT / PARTS)
    return Comb(
        s, cosine, sine, column, np.searchsorted(s, edges), s[ends], cosine[ends], sine[ends], np.searchsorted(s[ends], edges)
    )
