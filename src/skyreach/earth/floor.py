"""Floor maps: the lowest visible height around a radar, over azimuth and ground range. One sweep of the
terrain.

Polar coordinates of a site: the sphere that osculates the ellipsoid there (radius R, `gaussian_radius`)
carries the azimuth az, clockwise from north, and the ground range s. A point (e, n, u) of the local frame has
az = atan2(e, n), s = R atan2(hypot(e, n), R + u), and the height hypot(hypot(e, n), R + u) - R above that
sphere. Refraction: rays are straight over a sphere of radius k R on which s and heights are kept (k = 4/3:
Skolnik, Introduction to Radar Systems, 3rd ed., section 8.5; geometry as in ITU-R P.834-9, section 6).
Terrain is bilinear between its nodes. Left out: diffraction beyond the mask, ducting, trees and buildings.
"""

import hashlib
import math
import os
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from skyreach.earth.geodesy import (
    TWO_PI,
    ecef_to_geodetic,
    enu_from_ecef,
    gaussian_radius,
    geodetic_to_ecef,
    wrap_azimuth,
)
from skyreach.earth.grid import Dem, ground_height, inside
from skyreach.errors import BadInput
from skyreach.jit import cache_root, kernel

KNOT = 8000.0  # m between points whose latitude and longitude are computed; a parabola between errs by 1 mm
FINENESS = (
    500.0  # samples are at most range / FINENESS apart: an error near the site grows with range beyond it
)
CLOSE = 5.0  # m, the closest samples; all are at most one posting apart
BLOCK = 32  # rays swept together
LAYOUT = b"floor map 1"  # part of the cache key: change it when the meaning of a stored map changes


@kernel
def polar_of_enu(e, n, u, R):
    """Azimuth [rad, 0..2*pi) and ground range [m] of a point of the local frame (east, north, up [m]); R:
    radius [m]. Validated: test_floor (there and back, pole of the sphere)."""
    return wrap_azimuth(math.atan2(e, n)), R * math.atan2(math.sqrt(e * e + n * n), R + u)


@kernel
def enu_of_polar(az, s, h, R):
    """The local point (e, n, u) [m] at azimuth az, ground range s and height h above the osculating sphere
    [m]."""
    across = (R + h) * math.sin(s / R)
    return across * math.sin(az), across * math.cos(az), (R + h) * math.cos(s / R) - R


@kernel
def floor_height(floor, dr, az, s):
    """Lowest visible ellipsoidal height [m] at azimuth az [rad] and ground range s [m]; infinite beyond the
    map.

    floor: as floor_map gives it; bilinear in azimuth (all round) and range; nearer than dr the value at dr.
    A target is in sight when its ellipsoidal height is not below this. Validated: test_floor."""
    n_az, n_r = floor.shape
    y = s / dr - 1.0
    if not y <= n_r - 1 + 1e-9:
        return math.inf
    y = min(max(y, 0.0), n_r - 1.0)
    x = wrap_azimuth(az) / TWO_PI * n_az
    i = int(x) % n_az
    i_next = (i + 1) % n_az
    j = min(int(y), max(n_r - 2, 0))
    j_next = min(j + 1, n_r - 1)
    fx, fy = x - int(x), y - j
    here = float(floor[i, j]) + fy * (float(floor[i, j_next]) - float(floor[i, j]))
    there = float(floor[i_next, j]) + fy * (float(floor[i_next, j_next]) - float(floor[i_next, j]))
    return here + fx * (there - here)


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
def _sweep(dem, lat, lon, h_ant, k, s, cosine, sine, column, n_az, first, last, out):
    """Floors of the azimuths first..last-1 of n_az. Writes those rows of out.

    s: ranges of the samples [m], ascending; cosine, sine: of s / (k R); column: column of out that a sample
    ends, or -1. BLOCK neighbouring rays go outwards together, KNOT by KNOT, so that they find each other's
    terrain in cache."""
    R = gaussian_radius(lat)
    k_radius = k * R
    antenna = k_radius + h_ant
    n_lat, n_lon = dem.h.shape
    n_knot = int(s[-1] / KNOT) + 3
    y, x, lift = np.empty((BLOCK, n_knot)), np.empty((BLOCK, n_knot)), np.empty((BLOCK, n_knot))
    slopes = np.empty(BLOCK)  # largest tangent of elevation of each ray so far
    for base in range(first, last, BLOCK):
        rays = min(BLOCK, last - base)
        for b in range(rays):  # b rays of the block
            _knots(lat, lon, (base + b) * (TWO_PI / n_az), R, dem, y[b], x[b], lift[b])
            slopes[b] = -1e9  # straight down
        begin = 0
        for m in range(n_knot - 2):  # m stretches between knots; samples begin..end-1 lie on it
            end = begin
            while end < s.size and s[end] < (m + 1) * KNOT:
                end += 1
            for b in range(rays):
                slope = slopes[b]
                y0, x0, lift0 = y[b, m], x[b, m], lift[b, m]
                dy, dx, dl = y[b, m + 1] - y0, x[b, m + 1] - x0, lift[b, m + 1] - lift0
                bend_y = 0.5 * (y[b, m + 2] - y[b, m + 1] - dy)  # of the parabola through three knots
                bend_x = 0.5 * (x[b, m + 2] - x[b, m + 1] - dx)
                for j in range(begin, end):  # j samples
                    f = s[j] / KNOT - m
                    ys, xs = y0 + f * (dy + (f - 1.0) * bend_y), x0 + f * (dx + (f - 1.0) * bend_x)
                    rise = lift0 + f * dl
                    p, q = min(max(int(ys), 0), n_lat - 2), min(max(int(xs), 0), n_lon - 2)
                    fy, fx = ys - p, xs - q
                    south = float(dem.h[p, q]) + fx * (float(dem.h[p, q + 1]) - float(dem.h[p, q]))
                    north = float(dem.h[p + 1, q]) + fx * (
                        float(dem.h[p + 1, q + 1]) - float(dem.h[p + 1, q])
                    )
                    ground = k_radius + (
                        south + fy * (north - south) - rise
                    )  # from the centre of the effective earth
                    if ground * (cosine[j] - slope * sine[j]) > antenna:
                        slope = (ground * cosine[j] - antenna) / (ground * sine[j])
                    if column[j] >= 0:
                        room = cosine[j] - slope * sine[j]  # <= 0: a ray that steep never comes down to s
                        out[base + b, column[j]] = (
                            antenna / room - k_radius + rise if room > 0.0 else math.inf
                        )
                slopes[b] = slope
            begin = end


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


def floor_map(
    dem: Dem,
    lat: float,
    lon: float,
    h_ant_ell: float,
    r_max: float,
    dr: float,
    n_az: int,
    k: float = 4.0 / 3.0,
    threads: int = 1,
) -> np.ndarray:
    """Lowest visible ellipsoidal height [m], float32 (n_az, n_r), at az = 2*pi*i/n_az and s = (j+1)*dr, to
    r_max or just beyond.

    dem: window that holds the disc; lat, lon [rad]: antenna; h_ant_ell: its ellipsoidal height [m]; k:
    effective earth factor. Never below the ground at the point itself. The result does not depend on threads.
    Validated: test_floor (dense rays over real and fractal terrain, horizon formula)."""
    n_r = _checked(dem, lat, lon, h_ant_ell, r_max, dr, n_az, k)
    s, column = sample_ranges(dem, dr, n_r)
    cosine, sine = np.empty_like(s), np.empty_like(s)
    _arcs(s, k * gaussian_radius(lat), cosine, sine)
    out = np.empty((n_az, n_r), dtype=np.float32)
    cuts = [n_az * t // threads for t in range(threads + 1)]

    def part(t: int) -> None:
        _sweep(dem, lat, lon, h_ant_ell, k, s, cosine, sine, column, n_az, cuts[t], cuts[t + 1], out)

    if threads == 1:
        part(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, range(threads)))
    return out


def _checked(
    dem: Dem, lat: float, lon: float, h_ant: float, r_max: float, dr: float, n_az: int, k: float
) -> int:
    """Number of ranges of the map, or BadInput."""
    where = f"floor map at {math.degrees(lat):.4f} {math.degrees(lon):.4f}"
    if not all(math.isfinite(v) for v in (lat, lon, h_ant, r_max, dr, k)):
        raise BadInput(where, (h_ant, r_max, dr, k), "finite numbers")
    if not (0.0 < dr <= r_max <= 2e6) or n_az < 4 or not 0.3 <= k <= 100.0:
        raise BadInput(
            where, f"r_max {r_max} dr {dr} n_az {n_az} k {k}", "0 < dr <= r_max <= 2e6, n_az >= 4, k 0.3..100"
        )
    n_r = math.ceil(r_max / dr - 1e-9)
    arc = n_r * dr / gaussian_radius(lat)
    half = math.asin(min(math.sin(min(arc, 1.5)) / max(math.cos(lat), 1e-9), 1.0))
    rim = [(lat - arc, lon), (lat + arc, lon), (lat, lon - half), (lat, lon + half)]
    if abs(lat) + arc > math.radians(89.5) or not all(inside(dem, *point) for point in rim):
        text = f"a disc of {n_r * dr / 1e3:.0f} km reaches beyond the terrain window"
        raise BadInput(where, text, "Terrain.window_around(lat, lon, r_max)")
    ground = ground_height(dem, lat, lon)
    if not h_ant >= ground - 0.5:
        text = f"antenna at {h_ant:.1f} m above the ellipsoid, ground at {ground:.1f} m"
        raise BadInput(where, text, "an antenna above the ground", "check the height and what it refers to")
    return n_r


def cached_floor(
    dem: Dem,
    lat: float,
    lon: float,
    h_ant_ell: float,
    r_max: float,
    dr: float,
    n_az: int,
    k: float = 4.0 / 3.0,
) -> np.ndarray:
    """floor_map, kept in the cache folder under a hash of the terrain in dem, the arguments and the code.

    Safe when several processes write at once; a damaged file is made again; a cache that cannot be written is
    done without."""
    n_r = _checked(dem, lat, lon, h_ant_ell, r_max, dr, n_az, k)
    path = cache_root() / "floors" / f"{_key(dem, lat, lon, h_ant_ell, r_max, dr, n_az, k)}.npz"
    stored = _stored(path, (n_az, n_r))
    if stored is not None:
        return stored
    floor = floor_map(dem, lat, lon, h_ant_ell, r_max, dr, n_az, k)
    _store(path, floor)
    return floor


def _key(dem: Dem, *numbers: float) -> str:
    digest = hashlib.sha256(LAYOUT + repr(tuple(float(v) for v in (*dem[1:], *numbers))).encode())
    for name in ("floor.py", "geodesy.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    digest.update(repr(dem.h.shape).encode())
    digest.update(np.ascontiguousarray(dem.h).data)
    return digest.hexdigest()[:32]


def _stored(path: Path, shape: tuple[int, int]) -> np.ndarray | None:
    """The map in the file, or None where there is none or it is damaged (the zip inside keeps checksums)."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            floor = file["floor"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return floor if floor.shape == shape and floor.dtype == np.float32 else None


def _store(path: Path, floor: np.ndarray) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".tmp", dir=path.parent)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, floor=floor)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
