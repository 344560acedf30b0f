"""The map plane of a page: azimuthal equidistant around one point, in kilometres east and north of it.

Distances and bearings from the centre are those of the geodesic on WGS84, so a circle around it stays one; 600 km out,
lengths across are 0.15 % too long. Numbers leave for the page as whole tens of metres.
"""

import math
from collections.abc import Iterable

import numpy as np
from pyproj import Geod, Proj

UNIT = 100.0  # steps of the page per km
CIRCLE_CORNERS = 180
EARTH_KM = 6371.0  # mean radius: for the scale across only
_GEOD = Geod(ellps="WGS84")


class Plane:
    """Degrees to kilometres and back, around a centre [deg]."""

    def __init__(self, lat_deg: float, lon_deg: float) -> None:
        self.lat_deg, self.lon_deg = lat_deg, lon_deg
        self._proj = Proj(proj="aeqd", lat_0=lat_deg, lon_0=lon_deg, ellps="WGS84")

    def xy(self, lat_deg: Iterable[float], lon_deg: Iterable[float]) -> tuple[np.ndarray, np.ndarray]:
        """Kilometres east and north, shapes of the input. Validated: test_report_plane."""
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

    def circle(self, lat_deg: float, lon_deg: float, radius: float) -> tuple[np.ndarray, np.ndarray]:
        """Corners [km] of the geodesic circle of that radius [m] around a point [deg]."""
        az = np.linspace(0.0, 360.0, CIRCLE_CORNERS, endpoint=False)
        same = np.ones(CIRCLE_CORNERS)
        lon, lat, _ = _GEOD.fwd(lon_deg * same, lat_deg * same, az, radius * same)
        return self.xy(lat, lon)

    def cell_area(self, x: np.ndarray, y: np.ndarray, step: float) -> np.ndarray:
        """Area [km2] on the ground of square cells of side step [km] at x, y: the plane is too wide across."""
        angle = np.hypot(x, y) / EARTH_KM
        return step * step * np.sinc(angle / math.pi)


def steps(values: np.ndarray, unit: float = UNIT) -> list[int]:
    """Values as whole numbers of 1/unit, each one less the one before it: small to write, exact to sum up again."""
    whole = np.rint(np.asarray(values, float) * unit).astype(np.int64)
    return np.diff(whole, prepend=0).tolist()


def polyline(x: np.ndarray, y: np.ndarray, unit: float = UNIT) -> list[int]:
    """A line as x, y, x, y, ...: steps, without points that fall on the one before."""
    whole = np.rint(np.column_stack([x, y]) * unit).astype(np.int64)
    keep = np.concatenate([[True], np.any(np.diff(whole, axis=0) != 0, axis=1)])
    return np.diff(whole[keep], axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
