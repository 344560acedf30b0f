"""Regular latitude-longitude grids inside kernels: elevation windows (Dem) and coarse world grids (Grid).

Everywhere: bilinear between nodes, latitudes and longitudes in radians, row 0 southmost, column 0 westmost.
"""

import math
from typing import NamedTuple

import numpy as np

from skyreach.jit import kernel

TWO_PI = 2.0 * math.pi
HAIR = (
    1e-12  # rad, 6 micrometres on the ground: a node on the rim of a grid counts as inside despite rounding
)


class Dem(NamedTuple):
    """Ground of one window, as the engine uses it."""

    h: np.ndarray  # float32 (n_lat, n_lon): ellipsoidal height [m] at the nodes
    lat0: float  # latitude of row 0 [rad]
    lon0: float  # longitude of column 0 [rad]
    dlat: float  # posting northwards [rad]
    dlon: float  # posting eastwards [rad]


class Grid(NamedTuple):
    """A packed grid; the quantity is values * scale."""

    values: np.ndarray  # int16 (n_lat, n_lon)
    lat0: float  # rad
    lon0: float  # rad
    step: float  # rad, both ways
    scale: float


@kernel
def ground_height(dem, lat, lon):
    """Ellipsoidal height of the ground [m] by bilinear interpolation; inland water and sea are part of the
    grid.

    Outside the window the height of the nearest point on its rim is given: ask `inside` where that matters.
    Validated: test_grid (plane, nodes, rim)."""
    n_lat, n_lon = dem.h.shape
    middle = 0.5 * (n_lon - 1)
    turn = (
        lon - dem.lon0 - middle * dem.dlon
    )  # from the middle of the window, so that the date line is no seam
    turn -= TWO_PI * math.floor(turn / TWO_PI + 0.5)
    x = min(max(turn / dem.dlon + middle, 0.0), n_lon - 1.0)
    y = min(max((lat - dem.lat0) / dem.dlat, 0.0), n_lat - 1.0)
    if not (x >= 0.0 and y >= 0.0):
        return math.nan
    i, j = min(int(y), n_lat - 2), min(int(x), n_lon - 2)
    fy, fx = y - i, x - j
    south = float(dem.h[i, j]) + fx * (float(dem.h[i, j + 1]) - float(dem.h[i, j]))
    north = float(dem.h[i + 1, j]) + fx * (float(dem.h[i + 1, j + 1]) - float(dem.h[i + 1, j]))
    return south + fy * (north - south)


@kernel
def inside(dem, lat, lon):
    """Whether a position lies within the window, rim included."""
    n_lat, n_lon = dem.h.shape
    half = 0.5 * (n_lon - 1) * dem.dlon
    turn = lon - dem.lon0 - half
    turn -= TWO_PI * math.floor(turn / TWO_PI + 0.5)
    south = lat - dem.lat0
    return abs(turn) <= half + HAIR and -HAIR <= south <= (n_lat - 1) * dem.dlat + HAIR


@kernel
def sample(grid, lat, lon):
    """Value of a Grid by bilinear interpolation [unit of the grid]; NaN outside it."""
    n_lat, n_lon = grid.values.shape
    turn = lon - grid.lon0 + HAIR
    x = (turn - TWO_PI * math.floor(turn / TWO_PI)) / grid.step
    y = (lat - grid.lat0 + HAIR) / grid.step
    rim = 2.0 * HAIR / grid.step
    if not (y >= 0.0 and y <= n_lat - 1 + rim and x <= n_lon - 1 + rim):
        return math.nan
    i, j = min(int(y), n_lat - 2), min(int(x), n_lon - 2)
    fy, fx = y - i, x - j
    south = float(grid.values[i, j]) + fx * (float(grid.values[i, j + 1]) - float(grid.values[i, j]))
    north = float(grid.values[i + 1, j]) + fx * (
        float(grid.values[i + 1, j + 1]) - float(grid.values[i + 1, j])
    )
    return (south + fy * (north - south)) * grid.scale


@kernel
def _blend(dem, grid, sign, fill):
    """Adds sign * grid to the nodes of dem.h that grid covers: to all, or (fill) sets those that are NaN. Writes dem.h.
    Returns the number of nodes written, and of those the number a centimetre or more off zero. As `sample`, by rows."""
    n_lat, n_lon = dem.h.shape
    rows, columns = grid.values.shape
    left, part = np.empty(n_lon, dtype=np.int64), np.empty(n_lon)  # node of grid west of each column, share beyond it
    for j in range(n_lon):  # j columns
        turn = dem.lon0 + j * dem.dlon - grid.lon0 + HAIR
        x = (turn - TWO_PI * math.floor(turn / TWO_PI)) / grid.step
        left[j] = min(int(x), columns - 2) if x <= columns - 1 + 2.0 * HAIR / grid.step else -1
        part[j] = x - left[j]
    written, land = 0, 0
    for i in range(n_lat):  # i rows
        y = (dem.lat0 + i * dem.dlat - grid.lat0 + HAIR) / grid.step
        if y < 0.0 or y > rows - 1 + 2.0 * HAIR / grid.step:
            continue
        low = min(int(y), rows - 2)
        fy = y - low
        for j in range(n_lon):
            q, fx = left[j], part[j]
            if q < 0 or (fill and not math.isnan(dem.h[i, j])):
                continue
            south = float(grid.values[low, q]) + fx * (float(grid.values[low, q + 1]) - float(grid.values[low, q]))
            north = float(grid.values[low + 1, q])
            north += fx * (float(grid.values[low + 1, q + 1]) - float(grid.values[low + 1, q]))
            value = sign * grid.scale * (south + fy * (north - south))
            dem.h[i, j] = value if fill else float(dem.h[i, j]) + value
            written += 1
            land += 1 if abs(value) >= 0.01 else 0
    return written, land


def fill_from(dem: Dem, grid: Grid) -> tuple[int, int]:
    """Gives the nodes of dem.h that are NaN the value of grid where it has one. Writes dem.h.
    Returns the number of nodes filled, and of those the number a centimetre or more off sea level."""
    return _blend(dem, grid, 1.0, True)


def add_grid(dem: Dem, grid: Grid, sign: float) -> None:
    """Adds sign * grid to every node of dem.h that grid covers. Writes dem.h."""
    _blend(dem, grid, sign, False)


@kernel
def undulation(geoid, lat, lon):
    """Height of the EGM96 geoid above the WGS84 ellipsoid [m]: h_ell = h_msl + undulation.
    geoid: the Grid that `geoid.load_geoid` gives. Validated: test_geoid."""
    return sample(geoid, lat, lon)
