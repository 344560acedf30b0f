"""Floor maps by rays traced through a profile of refractivity, with what a duct guides beyond the horizon.

The atmosphere lies in layers over sea level, so that one fan of rays serves all azimuths; terrain then cuts rays away from below,
as in a sweep. In each azimuth the lowest ray that is still free gives the floor; between two rays of the fan it is interpolated.
Rays that stay inside a duct are followed apart: the sea reflects them, land and what rises into them ends them; the highest of
them is the ceiling of what is seen inside the duct. Ranges lie on the sphere of the site (polar.py), heights over local sea
level.
Left out: the field inside a duct between its rays (what lies below the ceiling counts as seen), holes above an elevated duct,
ducts that change along the way, diffraction and scatter out of them."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from skyreach.earth.floor import Antenna, cached_floors, share, sizes_of
from skyreach.earth.floor_store import digest_of, floor_path, load_floor, store_floor
from skyreach.earth.geodesy import gaussian_radius
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import Dem, add_grid, undulation
from skyreach.earth.polar_ground import polar_ground
from skyreach.earth.rays import Rays
from skyreach.jit import kernel
from skyreach.physics.profiles import duct_top
from skyreach.physics.raytrace import trace_fan

NOTHING = -1e9  # m: the ceiling where no duct guides anything; finite, so that it can be interpolated
STEEPEST = 0.6  # rad, of the fan
FLAT, SPACING, GROWTH = 6e-3, 2e-5, 0.03  # rad within which rays lie SPACING apart; beyond, that share of the elevation
SPREAD = 4.0  # neighbouring rays farther apart than so many times their angle have been parted by a duct
STEP = 50.0  # m of the integration
FINEST = 8  # columns of the fan to one of the map at most
BELOW = -40e-9  # 1/m, gradient of the air that rays pass once the sea has hidden them: near k = 4/3
WET = 0.3  # m: ground that lies so near to the geoid is sea


def fan() -> np.ndarray:
    """Elevations of the rays [rad], ascending: close together near the horizontal."""
    side = [FLAT]
    while side[-1] < STEEPEST:
        side.append(side[-1] + SPACING + GROWTH * (side[-1] - FLAT))
    flat = np.arange(-round(FLAT / SPACING) + 1, round(FLAT / SPACING)) * SPACING
    return np.concatenate([-np.array(side[::-1]), flat, side])


@kernel
def _interpolated(row, b):
    """Value of a row at the fractional index b; that of the next ray where the one below has left the fan."""
    m = min(int(b), row.size - 2)
    low, high = float(row[m]), float(row[m + 1])
    if low == -math.inf:
        return high
    return low + (b - m) * (high - low) if b > m else low


@kernel
def shade(ground, heights, lowest, elevations, dr, fine, first, last, floor, edge):
    """Lowest free height [m] in the azimuths first..last-1. Writes those rows of floor (n_az, n_r), and of edge: the lowest ray
    that is free there, as a fractional index.

    ground (n_az, n_r * fine), heights (n_r * fine, rays): of the ground and of the fan, over sea level; lowest: the least of
    a ray
    and all above it; elevations of the fan [rad]; dr [m]: of its columns, fine: of those to one of the map. Where two rays
    part, one
    trapped and one not, nothing lies between them. Validated: test_traced."""
    rays = heights.shape[1]
    for i in range(first, last):  # i azimuth
        b = 0.0
        for j in range(heights.shape[0]):  # j fine range
            g = float(ground[i, j])
            while b < rays - 1 and not _interpolated(heights[j], b) >= g:
                m = int(b)
                low, high = float(heights[j, m]), float(heights[j, m + 1])
                apart = SPREAD * (elevations[m + 1] - elevations[m]) * (j + 1) * dr
                if not high > g or high - low > apart:
                    b = m + 1.0
                else:
                    b = max(m + (g - low) / (high - low), b + 1e-6)
            if (j + 1) % fine == 0:
                c = j // fine
                edge[i, c] = b
                free = min(_interpolated(heights[j], b), float(lowest[j, min(math.ceil(b), rays - 1)]))
                floor[i, c] = max(free, g) if b < rays - 1 else math.inf


@kernel
def guide(ground, heights, bounces, top, edge, fine, first, last, ceiling):
    """Highest ray that a duct still guides [m over sea level] in the azimuths first..last-1, or NOTHING. Writes those rows of
    ceiling (n_az, n_r).

    heights, bounces (n_r * fine, rays): of the rays that never leave the duct, whose upper edge is at top [m], over a sea that
    reflects; edge: as of shade, counted in these rays. Validated: test_traced."""
    rays = heights.shape[1]
    alive = np.empty(rays, np.bool_)
    for i in range(first, last):  # i azimuth
        alive[:] = True
        left = rays
        for j in range(heights.shape[0]):  # j fine range
            g = float(ground[i, j])
            dry = abs(g) > WET
            best = NOTHING
            if left > 0:
                left = 0
                for q in range(rays):  # q ray
                    if alive[q]:
                        h = float(heights[j, q])
                        if h < g - 0.5 * WET or (dry and bounces[j, q] == 1):
                            alive[q] = False
                        else:
                            left += 1
                            best = max(best, h)
            if (j + 1) % fine == 0:
                ceiling[i, j // fine] = min(best, top) if left > 1 else NOTHING


def traced_maps(dem: Dem, antennas: Sequence[Antenna], dr: float, n_az: int, rays: Rays, threads: int = 1) -> list[np.ndarray]:
    """Floor and ceiling of each antenna, f4 (2, n_az, n_r), ellipsoidal [m]: seen is what lies at the floor or higher, or
    between the ground and the ceiling.

    Arguments as floor_maps; the profile of `rays` counts heights from mean sea level. Validated: test_traced."""
    sea = dem._replace(h=np.zeros_like(dem.h))
    add_grid(sea, load_geoid(), 1.0)
    return [
        _traced(dem, sea, antenna, dr, n_az, n_r, rays, threads)
        for antenna, n_r in zip(antennas, sizes_of(dem, antennas, dr, n_az, rays.k), strict=True)
    ]


def _traced(
    dem: Dem, sea: Dem, antenna: Antenna, dr: float, n_az: int, n_r: int, rays: Rays, threads: int
) -> np.ndarray:
    lat, lon = antenna.lat, antenna.lon
    posting = dem.dlat * 6.371e6
    fine = min(max(math.ceil(4.0 * dr / posting), 1), FINEST)
    small = dr / fine
    ground, level = np.empty((n_az, n_r * fine), np.float32), np.empty((n_az, n_r * fine), np.float32)
    polar_ground(dem, lat, lon, small, ground)
    polar_ground(sea, lat, lon, small, level)
    ground -= level
    start = antenna.h_ell - float(undulation(load_geoid(), lat, lon))
    elevations = fan()
    shape, steps = (n_r * fine, elevations.size), max(math.ceil(small / STEP), 1)
    heights, bounces = np.empty(shape, np.float32), np.empty(shape, np.uint8)
    radius = float(gaussian_radius(lat))
    trace_fan(rays.h, rays.n, BELOW, start, elevations, radius, small, steps, 0, heights, bounces)
    lowest = np.minimum.accumulate(heights[:, ::-1], axis=1)[:, ::-1].copy()
    out = np.full((2, n_az, n_r), NOTHING, np.float32)
    edge = np.empty((n_az, n_r), np.float32)
    _rows(threads, n_az, lambda a, b: shade(ground, heights, lowest, elevations, small, fine, a, b, out[0], edge))
    top = duct_top(rays.h, rays.n)
    if 0.0 < top and start < top:
        trace_fan(rays.h, rays.n, BELOW, start, elevations, radius, small, steps, 1, heights, bounces)
        inside = np.flatnonzero((heights <= top + 1.0).all(axis=0))
        kept, touched = heights[:, inside].copy(), bounces[:, inside].copy()
        _rows(threads, n_az, lambda a, b: guide(ground, kept, touched, top, edge, fine, a, b, out[1]))
    out[0] += level[:, fine - 1 :: fine]
    out[1] += np.where(out[1] > 0.5 * NOTHING, level[:, fine - 1 :: fine], 0.0)
    return out


def _rows(threads: int, n_az: int, work: Callable[[int, int], None]) -> None:
    """Does work(first, last) on all azimuths."""
    step = max(n_az // (8 * threads), 1)
    share(threads, lambda piece: work(*piece), [(i, min(i + step, n_az)) for i in range(0, n_az, step)])


def sight_maps(
    dem: Dem, antennas: Sequence[Antenna], dr: float, n_az: int, rays: Rays, threads: int = 1, kept: bool = True
) -> list[np.ndarray]:
    """What each antenna sees, f4 (layers, n_az, n_r), ellipsoidal [m]: the floor, and where rays are traced the ceiling of
    the duct.

    kept: in the cache folder, as by cached_floors. `floor.visible` reads them. Validated: test_traced, test_floor."""
    if not rays.traced:
        return [floor[np.newaxis] for floor in cached_floors(dem, antennas, dr, n_az, rays.k, threads, kept)]
    if not kept:
        return traced_maps(dem, antennas, dr, n_az, rays, threads)
    ground, numbers = digest_of(dem), (dr, n_az, rays.k, *rays.h, *rays.n)
    out = []
    for antenna, n_r in zip(antennas, sizes_of(dem, antennas, dr, n_az, rays.k), strict=True):
        path = floor_path(ground, (*antenna, *numbers))
        found = load_floor(path, (2, n_az, n_r))
        if found is None:
            (found,) = traced_maps(dem, [antenna], dr, n_az, rays, threads)
            store_floor(path, found)
        out.append(found)
    return out
