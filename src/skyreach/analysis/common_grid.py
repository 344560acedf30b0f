"""A geographic grid on which several radars meet: cells of equal steps of latitude and longitude, each with its area.

Masks and floor maps of a radar lie on its own polar grid (coverage_grid.py); `reader` says which polar cell the centre
of each geographic cell lies in."""

import math
from typing import NamedTuple

import numpy as np

from skyreach.analysis.coverage_grid import PolarGrid, centre
from skyreach.earth.floor import floor_height
from skyreach.earth.geodesy import TWO_PI, WGS84_A, WGS84_E2, WGS84_F, gaussian_radius
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import Dem, add_grid
from skyreach.earth.path import polar_of_point, site_frame
from skyreach.jit import kernel

CELLS = 1000  # most cells along a side
OUTSIDE, DISC = -1, -2  # of the polar grid; its disc around the site


class MapGrid(NamedTuple):
    """Cells of a map: row 0 southmost, column 0 westmost; angles [rad]. Masks on it are bool (n_lat, n_lon)."""

    south: float
    west: float
    dlat: float
    dlon: float
    n_lat: int
    n_lon: int

    @property
    def lat(self) -> np.ndarray:
        """Latitudes of the middle of the rows [rad]."""
        return self.south + (np.arange(self.n_lat) + 0.5) * self.dlat

    @property
    def lon(self) -> np.ndarray:
        """Longitudes of the middle of the columns [rad]; they run on beyond 180 degrees."""
        return self.west + (np.arange(self.n_lon) + 0.5) * self.dlon

    @property
    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Latitudes and longitudes of the middle of the cells [rad], each (n_lat, n_lon)."""
        lats, lons = np.meshgrid(self.lat, self.lon, indexing="ij")
        return lats, lons

    @property
    def cell_area(self) -> np.ndarray:
        """Area of one cell of each row on the WGS84 ellipsoid [m2], exact. Validated: test_common_grid (pyproj)."""
        zones = zone_area(self.south + np.arange(self.n_lat + 1) * self.dlat)
        return np.diff(zones) * self.dlon / TWO_PI

    @property
    def cell(self) -> float:
        """Side of a cell from south to north [m]."""
        return self.dlat * gaussian_radius(self.south)

    def area(self, weight: np.ndarray) -> float:
        """Area of the marked cells of a mask [m2]; of an array of numbers their integral."""
        return float(np.sum(weight, axis=1) @ self.cell_area)


def zone_area(lat: np.ndarray) -> np.ndarray:
    """Area of the WGS84 ellipsoid between the equator and a latitude [rad], in m2, negative in the south."""
    e, sine = math.sqrt(WGS84_E2), np.sin(lat)
    b = WGS84_A * (1.0 - WGS84_F)
    return math.pi * b * b * (sine / (1.0 - WGS84_E2 * sine * sine) + np.arctanh(e * sine) / e)


def map_grid(places: list[tuple[float, float, float]], cell: float, cells: int = CELLS) -> MapGrid:
    """The grid around discs (lat, lon [rad], radius [m]), of cells of about `cell` [m] or more, at most `cells` to a side.

    Longitudes run on from the first disc, so that the date line is no seam."""
    boxes = []
    for lat, lon, radius in places:
        lon -= TWO_PI * math.floor((lon - places[0][1]) / TWO_PI + 0.5)
        north = 1.003 * radius / gaussian_radius(lat)
        east = math.asin(min(math.sin(min(north, 1.5)) / math.cos(lat), 1.0))
        boxes.append((lat - north, lat + north, lon - east, lon + east))
    south, north = min(b[0] for b in boxes), max(b[1] for b in boxes)
    west, east = min(b[2] for b in boxes), max(b[3] for b in boxes)
    flat = math.cos(0.5 * (south + north))
    step = max(cell / 6.371e6, (north - south) / cells, (east - west) * flat / cells)
    n_lat, n_lon = math.ceil((north - south) / step), math.ceil((east - west) * flat / step)
    return MapGrid(south, west, (north - south) / n_lat, (east - west) / n_lon, n_lat, n_lon)


@kernel
def _polar_cells(lat, lon, dr, n_az, n_r, lats, lons, out):
    """Number i * n_r + j of the polar cell of a site [rad] in which each point lats, lons [rad] lies, OUTSIDE or DISC.

    Writes out (n,)."""
    origin, axes = site_frame(lat, lon)
    R = gaussian_radius(lat)
    reach = 1.01 * n_r * dr / R
    for p in range(lats.size):  # p point
        out[p] = OUTSIDE
        if abs(lats[p] - lat) > reach:
            continue
        az, s, _ = polar_of_point(origin, axes, R, lats[p], lons[p], 0.0)
        j = int(s / dr + 0.5) - 1
        if s <= n_r * dr:
            out[p] = DISC if j < 0 else int(az * n_az / TWO_PI + 0.5) % n_az * n_r + min(j, n_r - 1)


@kernel
def _floors(lat, lon, dr, floor, lats, lons, out):
    """Lowest visible ellipsoidal height [m] at points lats, lons [rad] from a floor map. Writes out (n,)."""
    origin, axes = site_frame(lat, lon)
    R = gaussian_radius(lat)
    reach = 1.01 * dr * floor.shape[1] / R
    for p in range(lats.size):  # p point
        out[p] = math.inf
        if abs(lats[p] - lat) <= reach:
            az, s, _ = polar_of_point(origin, axes, R, lats[p], lons[p], 0.0)
            out[p] = floor_height(floor, dr, az, s)


class Reader:
    """Brings masks of one radar's polar grid to points [rad], such as the cells of a map."""

    def __init__(self, lats: np.ndarray, lons: np.ndarray, lat: float, lon: float, polar: PolarGrid) -> None:
        self.cells = np.empty(lats.shape, np.int32)
        _polar_cells(lat, lon, polar.dr, polar.n_az, polar.n_r, lats.ravel(), lons.ravel(), self.cells.reshape(-1))

    @property
    def inside(self) -> np.ndarray:
        """The points that lie on the polar grid."""
        return self.cells != OUTSIDE

    def read(self, mask: np.ndarray) -> np.ndarray:
        """The mask (n_az, n_r) at the points: True where a point lies in a marked polar cell."""
        return np.append(mask.ravel(), [centre(mask), False])[self.cells]  # -2 is the disc, -1 outside


def floor_on(grid: MapGrid, lat: float, lon: float, dr: float, floor: np.ndarray) -> np.ndarray:
    """Lowest visible ellipsoidal height [m] at the middle of each cell, float32, inf where nothing or beyond the map.

    lat, lon [rad], dr [m]: of the floor map; bilinear, as everywhere. Validated: test_common_grid (floor_height)."""
    lats, lons = grid.centres
    out = np.empty(lats.shape, np.float32)
    _floors(lat, lon, dr, floor, lats.ravel(), lons.ravel(), out.reshape(-1))
    return out


def sea_level(grid: MapGrid) -> np.ndarray:
    """Ellipsoidal height of the geoid [m] at the middle of each cell, float32."""
    sea = Dem(np.zeros((grid.n_lat, grid.n_lon), np.float32), float(grid.lat[0]), float(grid.lon[0]), grid.dlat, grid.dlon)
    add_grid(sea, load_geoid(), 1.0)
    return sea.h
