"""The pixels under the lines of a coverage map: relief of the terrain used, tinted where something is seen or reached.

The plane of the map keeps azimuth and distance from the site: x = s sin az, y = s cos az.
"""

import math

import numpy as np

from skyreach.analysis.coverage_data import Coverage
from skyreach.analysis.coverage_grid import centre
from skyreach.earth.geodesy import TWO_PI, WGS84_A, WGS84_E2, enu_from_ecef, geodetic_to_ecef
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import Dem
from skyreach.earth.polar_ground import positions
from skyreach.earth.terrain import SMOOTH, open_terrain
from skyreach.scenario.surroundings import SEA_LEVEL

PIXELS = 1000  # of the picture, both ways
LAND, SEA = (0.937, 0.925, 0.894), (0.839, 0.886, 0.918)  # red, green, blue
STRENGTH = 0.62  # of the colour of a height over the relief
RELIEF = 0.006  # slope drawn for a rise of 1 m from one pixel to the next: exaggerated more where the map is wide
Colour = tuple[float, float, float]


class Picture:
    """The relief of a square map of half a side `half` [m] around the site of an answer; pixel row 0 is the southern one."""

    def __init__(self, answer: Coverage, half: float) -> None:
        line = (np.arange(PIXELS) + 0.5) / PIXELS * 2.0 * half - half
        x, y = np.meshgrid(line, line)
        self.answer, self.half = answer, half
        self.az, self.s = np.arctan2(x, y) % TWO_PI, np.hypot(x, y)
        h = self._heights()
        self.light = light_on(h)
        self.relief = ground_colour(h, self.light)

    def tinted(self, kind: str, colours: dict[float, Colour]) -> np.ndarray:
        """The relief with each pixel in the colour of the lowest height at which its cell is marked, (PIXELS, PIXELS, 3)."""
        picture, light = self.relief.copy(), 0.6 + 0.4 * self.light[..., None]
        for level in sorted(self.answer.levels, key=lambda level: -level.height):
            marked = self.pixels(getattr(level, kind))
            colour = STRENGTH * np.array(colours[level.height]) * light
            picture = np.where(marked[..., None], (1.0 - STRENGTH) * self.relief + colour, picture)
        return picture.clip(0.0, 1.0)

    def pixels(self, mask: np.ndarray) -> np.ndarray:
        """A mask on the polar grid of the answer as pixels, bool (PIXELS, PIXELS)."""
        grid = self.answer.grid
        i = np.round(self.az * (grid.n_az / TWO_PI)).astype(int) % grid.n_az
        j = np.round(self.s / grid.dr).astype(int) - 1
        return np.asarray(np.where(j < 0, centre(mask), mask[i, j.clip(0, grid.n_r - 1)]) & (self.s <= grid.r_max))

    def _heights(self) -> np.ndarray:
        """Heights above sea level [m]: from the terrain of the answer, and beyond its window from the packaged grids."""
        answer, place = self.answer, np.empty((self.az.size, 2))
        centre_lon = math.radians(answer.lon_deg)
        positions(math.radians(answer.lat_deg), centre_lon, self.az.ravel(), self.s.ravel(), place)
        lat, lon = place[:, 0], place[:, 1]
        lon -= TWO_PI * np.round((lon - centre_lon) / TWO_PI)
        h = bilinear(answer.dem, lat, lon)
        out = np.isnan(h)
        if out.any():
            source = open_terrain(SMOOTH if answer.terrain["name"].startswith(SMOOTH) else None)
            window = source.window(float(lat.min()), float(lat.max()), float(lon.min()), float(lon.max()))
            h[out] = bilinear(window, lat[out], lon[out])
        return (h - undulations(lat, lon)).reshape(self.az.shape)


def undulations(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Height of the geoid above the ellipsoid [m] at positions [rad]."""
    geoid = load_geoid()
    return geoid.scale * bilinear(Dem(geoid.values, geoid.lat0, geoid.lon0, geoid.step, geoid.step), lat, lon)


def ground_colour(h: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Red, green, blue of heights above sea level [m] under their brightness; what lies at sea level is drawn as water."""
    land = (np.array(LAND) * (0.4 + 0.6 * light[..., None])).clip(0.0, 1.0)
    return np.where(np.abs(h)[..., None] < SEA_LEVEL, SEA, land)


def light_on(h: np.ndarray) -> np.ndarray:
    """Brightness of heights [m] under a sun in the north-west at 45 degrees; 1 on flat ground."""
    north, east = (RELIEF * slope for slope in np.gradient(h))
    return np.maximum(1.0 + (east - north) * math.sqrt(0.5), 0.0) / np.sqrt(1.0 + east * east + north * north)


def bilinear(dem: Dem, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Values of a window at positions [rad], NaN outside; a picture does not need the compiled one."""
    rows, columns = dem.h.shape
    middle = 0.5 * (columns - 1) * dem.dlon
    turn = lon - dem.lon0 - middle
    turn -= TWO_PI * np.floor(turn / TWO_PI + 0.5)
    y, x = (lat - dem.lat0) / dem.dlat, (turn + middle) / dem.dlon
    i, j = y.astype(int).clip(0, rows - 2), x.astype(int).clip(0, columns - 2)
    fy, fx = y - i, x - j
    south = dem.h[i, j] * (1 - fx) + dem.h[i, j + 1] * fx
    north = dem.h[i + 1, j] * (1 - fx) + dem.h[i + 1, j + 1] * fx
    inside = (y >= -1e-6) & (y <= rows - 1 + 1e-6) & (x >= -1e-6) & (x <= columns - 1 + 1e-6)
    return np.where(inside, south * (1 - fy) + north * fy, np.nan)


def plane(answer: Coverage, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Map coordinates x, y [m] of positions on the ellipsoid [rad]."""
    site = (math.radians(answer.lat_deg), math.radians(answer.lon_deg))
    axes = np.empty((3, 3))
    enu_from_ecef(*site, axes)
    prime = WGS84_A / np.sqrt(1.0 - WGS84_E2 * np.sin(lat) ** 2)
    across, along = prime * np.cos(lat), prime * (1.0 - WGS84_E2) * np.sin(lat)
    ecef = np.array([across * np.cos(lon), across * np.sin(lon), along])
    e, n, u = axes @ (ecef - np.array(geodetic_to_ecef(*site, 0.0))[:, None])
    ground = np.maximum(np.hypot(e, n), 1e-6)
    s = answer.grid.radius * np.arctan2(ground, answer.grid.radius + u)
    return s * e / ground, s * n / ground
