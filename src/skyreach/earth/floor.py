"""Floor maps: the lowest visible height around a radar, over azimuth and ground range. One sweep of the
terrain.

Polar coordinates of a site as in polar.py. Refraction: rays are straight over a sphere of radius k R on which ranges and
heights are kept (k = 4/3: Skolnik, Introduction to Radar Systems, 3rd ed., section 8.5; geometry as in ITU-R P.834-9,
section 6). Terrain is bilinear between its nodes; between the azimuths and ranges of a map, floors are bilinear too. Left
out: diffraction beyond the mask, ducting, trees and buildings.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from skyreach.earth.floor_store import digest_of, floor_path, load_floor, store_floor
from skyreach.earth.geodesy import TWO_PI, gaussian_radius, wrap_azimuth
from skyreach.earth.grid import Dem, ground_height, inside
from skyreach.earth.polar import enu_of_polar, polar_of_enu
from skyreach.earth.sweep import TILE, comb_of, peaks, sweep
from skyreach.errors import BadInput
from skyreach.jit import kernel

__all__ = [
    "Antenna", "cached_floor", "cached_floors", "convention", "enu_of_polar", "floor_height", "floor_map", "floor_maps",
    "polar_of_enu", "share", "sizes_of", "visible",
]  # fmt: skip

BANDS = 8  # pieces of a map for each thread, so that none waits for long
OBLATE = 1.0034  # an arc of a meridian at the equator on the sphere that fits there, 1 / sqrt(1 - e2), is at most so much longer


class Antenna(NamedTuple):
    """One radar of a floor map."""

    lat: float  # rad
    lon: float  # rad
    h_ell: float  # of the antenna above the ellipsoid [m]
    r_max: float  # of the map [m]


def convention(k: float, profile: str = "") -> str:
    """How floors are meant, with effective earth factor k or rays traced through a profile of that name: one sentence for every
    product that shows them."""
    sphere = "the one that fits the WGS84 ellipsoid at the site"
    rays = f"straight rays over a sphere of {k:.4g} times the radius of {sphere}; "
    left = "no diffraction, ducting, trees or buildings"
    if profile:
        rays = f"rays traced through {profile}, in layers over sea level; what lies in a duct below its highest ray is seen; "
        left = "no diffraction, trees or buildings"
    return f"lowest visible altitude: {rays}terrain bilinear between its nodes; {left}"


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
def visible(maps, dr, az, s, h):
    """True if a target at height h [m, ellipsoidal], azimuth az [rad] and ground range s [m] is in sight.

    maps: (layers, n_az, n_r) as traced.sight_maps gives them: floor, and where there is a second layer the ceiling of a duct.
    Validated: test_traced."""
    if h >= floor_height(maps[0], dr, az, s):
        return True
    return maps.shape[0] > 1 and h <= floor_height(maps[1], dr, az, s)


def sizes_of(dem: Dem, antennas: Sequence[Antenna], dr: float, n_az: int, k: float) -> list[int]:
    """Number of ranges of the map of each antenna; BadInput for one that cannot be made."""
    return [_checked(dem, a.lat, a.lon, a.h_ell, a.r_max, dr, n_az, k) for a in antennas]


def floor_maps(
    dem: Dem, antennas: Sequence[Antenna], dr: float, n_az: int, k: float = 4.0 / 3.0, threads: int = 1
) -> list[np.ndarray]:
    """floor_map of several antennas over one window; its peaks are looked for once, and threads share all the work.

    The result does not depend on threads. Validated: test_floor (the same as one by one)."""
    sizes = sizes_of(dem, antennas, dr, n_az, k)
    tops = np.empty([-(-(n - 1) // TILE) for n in dem.h.shape], dtype=dem.h.dtype)
    maps = [np.empty((n_az, n_r), dtype=np.float32) for n_r in sizes]
    combs = [comb_of(dem, dr, n_r, k * gaussian_radius(a.lat)) for a, n_r in zip(antennas, sizes, strict=True)]

    def part(piece: tuple[int, int, int]) -> None:
        i, first, last = piece
        sweep(dem, tops, antennas[i].lat, antennas[i].lon, antennas[i].h_ell, k, combs[i], n_az, first, last, maps[i])

    rows = (lambda band: peaks(dem.h, band[0], band[1], tops), _bands(len(tops), threads))
    share_in_turn(threads, rows, (part, [(i, *band) for i in range(len(maps)) for band in _bands(n_az, threads)]))
    return maps


def _bands(n: int, threads: int) -> list[tuple[int, int]]:
    """0..n in pieces (first, last)."""
    pieces = min(n, BANDS * threads if threads > 1 else 1)
    cuts = [n * t // pieces for t in range(pieces + 1)]
    return list(itertools.pairwise(cuts))


def share(threads: int, work: Callable[[Any], None], pieces: Iterable[Any]) -> None:
    """Does work on each piece, on threads of which none waits while there is work."""
    share_in_turn(threads, (work, pieces))


def share_in_turn(threads: int, *stages: tuple[Callable[[Any], None], Iterable[Any]]) -> None:
    """Does the work of each stage on its pieces, as `share`; a stage begins when the one before is done."""
    if threads == 1:
        for work, pieces in stages:
            for piece in pieces:
                work(piece)
        return
    with ThreadPoolExecutor(threads - 1) as pool:  # this thread works too
        for work, pieces in stages:
            left = iter(list(pieces))  # each next() of a list's iterator is one step under the interpreter's lock

            def drain(work: Callable[[Any], None] = work, left: Iterator[Any] = left) -> None:
                for piece in left:
                    work(piece)

            others = [pool.submit(drain) for _ in range(threads - 1)]
            drain()
            for other in others:
                other.result()


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
    Error on rough terrain of 90 m posting, rays 4 postings apart at the rim: 4 m RMSE to 100 km, 9 m to 400 km.
    Validated: test_floor (dense rays over real and fractal terrain, horizon formula)."""
    return floor_maps(dem, [Antenna(lat, lon, h_ant_ell, r_max)], dr, n_az, k, threads)[0]


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
    arc = OBLATE * n_r * dr / gaussian_radius(lat)
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


def cached_floors(
    dem: Dem, antennas: Sequence[Antenna], dr: float, n_az: int, k: float = 4.0 / 3.0, threads: int = 1, kept: bool = True
) -> list[np.ndarray]:
    """floor_maps, each kept (unless kept is False) in the cache folder under a hash of the terrain in dem, the arguments and
    the code.

    Safe when several processes write at once; a damaged file is made again; a cache that cannot be written is
    done without. Validated: test_floor_store."""
    if not kept:
        return floor_maps(dem, antennas, dr, n_az, k, threads)
    sizes = sizes_of(dem, antennas, dr, n_az, k)
    ground = digest_of(dem)
    paths = [floor_path(ground, (*a, dr, n_az, k)) for a in antennas]
    found = [load_floor(path, (n_az, n_r)) for path, n_r in zip(paths, sizes, strict=True)]
    missing = [i for i, floor in enumerate(found) if floor is None]
    if missing:
        for i, floor in zip(missing, floor_maps(dem, [antennas[i] for i in missing], dr, n_az, k, threads), strict=True):
            store_floor(paths[i], floor)
            found[i] = floor
    return [floor for floor in found if floor is not None]


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
    """floor_map of one antenna, kept as by cached_floors."""
    return cached_floors(dem, [Antenna(lat, lon, h_ant_ell, r_max)], dr, n_az, k)[0]
