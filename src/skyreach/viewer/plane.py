"""The map plane in which areas are counted: azimuthal equidistant around one point, in kilometres east and north of it.

Distances and bearings from the centre are those of the geodesic on WGS84; 600 km out, lengths across are 0.15 % too long.
"""

import math
from collections.abc import Iterable

import numpy as np
from pyproj import Geod, Proj

CIRCLE_CORNERS = 180
EARTH_KM = 6371.0  # mean radius: for the scale across only
_GEOD = Geod(ellps="WGS84")


class Plane:
    """Degrees to kilometres and back, around a centre [deg]."""

    def __init__(self, lat_deg: float, lon_deg: float) -> None:
        self.lat_deg, self.lon_deg = lat_deg, lon_deg
        self._proj = Proj(proj="aeqd", lat_0=lat_deg, lon_0=lon_deg, ellps="WGS84")

    def xy(self, lat_deg: Iterable[float], lon_deg: Iterable[float]) -> tuple[np.ndarray, np.ndarray]:
        """Kilometres east and north, shapes of the input. Validated: test_plane."""
        x, y = self._proj(np.asarray(lon_deg, float), np.asarray(lat_deg, float))
        return np.asarray(x) / 1e3, np.asarray(y) / 1e3

    def point(self, lat_deg: float, lon_deg: float) -> tuple[float, float]:
        """One point, in km to 10 m."""
        x, y = self.xy([lat_deg], [lon_deg])
        return round(float(x[0]), 2), round(float(y[0]), 2)

    def degrees(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Latitude and longitude [deg] of points of the plane [km]."""
        lon, lat = self._proj(x * 1e3, y * 1e3, inverse=True)
        return lat, lon

    def grid(self, half: float, n: int) -> tuple[np.ndarray, np.ndarray]:
        """x, y [km] of the centres of n x n cells of a square, row 0 northmost; half: of its side [km]."""
        line = (np.arange(n) + 0.5) / n * 2.0 * half - half
        x, y = np.meshgrid(line, line[::-1])
        return x, y

    def box(self, half: float) -> tuple[float, float, float, float]:
        """South, north, west and east [deg] of that square, with a small rim; longitudes may run on beyond 180."""
        line = np.linspace(-1.0, 1.0, 41) * half * 1.01
        x = np.concatenate([line, line, np.full(41, line[0]), np.full(41, line[-1])])
        y = np.concatenate([np.full(41, line[0]), np.full(41, line[-1]), line, line])
        lat, lon = self.degrees(x, y)
        lon = self.lon_deg + (lon - self.lon_deg + 180.0) % 360.0 - 180.0
        return float(lat.min()), float(lat.max()), float(lon.min()), float(lon.max())

    def cell_area(self, x: np.ndarray, y: np.ndarray, step: float) -> np.ndarray:
        """Area [km2] on the ground of square cells of side step [km] at x, y: the plane is too wide across."""
        angle = np.hypot(x, y) / EARTH_KM
        return step * step * np.sinc(angle / math.pi)


def circle(lat_deg: float, lon_deg: float, radius: float) -> list[list[float]]:
    """Corners [lon, lat in deg] of the geodesic circle of that radius [m] around a point [deg]; closed."""
    az = np.linspace(0.0, 360.0, CIRCLE_CORNERS + 1)
    same = np.ones(az.size)
    lon, lat, _ = _GEOD.fwd(lon_deg * same, lat_deg * same, az, radius * same)
    lon = lon_deg + (lon - lon_deg + 180.0) % 360.0 - 180.0
    return np.column_stack([lon, lat]).round(5).tolist()
