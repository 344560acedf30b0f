"""The ground under the map of a page: relief of the packaged terrain as two small pictures, coast lines and borders.

A page must come out the same wherever it is made, so it never reads the elevation files that a run may have used: those
may not be there any more. It says so where they differ.
"""

import base64
import io
import math
from typing import Any

import numpy as np

from skyreach.analysis.coverage_picture import bilinear
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import Dem
from skyreach.earth.outlines import outlines
from skyreach.earth.terrain import SMOOTH, open_terrain
from skyreach.viewer.report_plane import Plane, polyline

SHADE_PIXELS, HEIGHT_PIXELS = 960, 480
JPEG_QUALITY = 78
SEA_LEVEL = 0.3  # m: heights within this of sea level are drawn as water
HEIGHT_STEP = 16.0  # m for each step of grey; the lowest step is land, zero is water
SUN_AZ, SUN_EL = math.radians(315.0), math.radians(45.0)
EXAGGERATION = 0.006  # slope drawn for each metre between neighbouring pixels: true relief of a wide map looks flat


class Ground:
    """Heights around the centre of a plane, out to `half` [km] east, west, north and south."""

    def __init__(self, plane: Plane, half: float, smooth: bool) -> None:
        self.plane, self.half = plane, half
        self.source = open_terrain(SMOOTH if smooth else None)
        south, north, west, east = (math.radians(v) for v in self.box())
        self.dem: Dem = self.source.window(south, north, west, east)

    def box(self) -> tuple[float, float, float, float]:
        """South, north, west and east [deg] of the square, with a small rim; longitudes may run on beyond 180."""
        line = np.linspace(-1.0, 1.0, 41) * self.half * 1.01
        x = np.concatenate([line, line, np.full(41, line[0]), np.full(41, line[-1])])
        y = np.concatenate([np.full(41, line[0]), np.full(41, line[-1]), line, line])
        lat, lon = self.plane.degrees(x, y)
        lon = self.plane.lon_deg + (lon - self.plane.lon_deg + 180.0) % 360.0 - 180.0
        return float(lat.min()), float(lat.max()), float(lon.min()), float(lon.max())

    def grid(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """x, y [km] of the centres of n x n pixels, row 0 northmost."""
        line = (np.arange(n) + 0.5) / n * 2.0 * self.half - self.half
        x, y = np.meshgrid(line, line[::-1])
        return x, y

    def heights(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Heights of the ground above mean sea level [m] at points of the plane [km]."""
        lat, lon = (np.radians(angle) for angle in self.plane.degrees(x, y))
        geoid = load_geoid()
        under = bilinear(Dem(geoid.values, geoid.lat0, geoid.lon0, geoid.step, geoid.step), lat, lon)
        return bilinear(self.dem, lat, lon) - geoid.scale * under

    def relief(self) -> dict[str, Any]:
        """Two grey pictures as data addresses: shade (light from the north-west) and height (0 is water)."""
        h = self.heights(*self.grid(SHADE_PIXELS))
        light = hillshade(h)
        ratio = SHADE_PIXELS // HEIGHT_PIXELS
        water = np.abs(h) < SEA_LEVEL
        steps = np.where(water, 0.0, np.clip(1.0 + h / HEIGHT_STEP, 1.0, 255.0))
        return {
            "half": round(self.half, 3),
            "step_m": HEIGHT_STEP,
            "shade": _picture((255.0 * light).astype(np.uint8), "JPEG"),
            "height": _picture(steps[::ratio, ::ratio].astype(np.uint8), "PNG"),
        }

    def lines(self) -> dict[str, list[list[int]]]:
        """Coast lines and borders within the square, as polylines of the page."""
        south, north, west, east = (math.radians(v) for v in self.box())
        found: dict[str, list[list[int]]] = {"coast": [], "border": []}
        for kind in found:
            for line in outlines(south, north, west, east, kind):  # type: ignore[arg-type]
                x, y = self.plane.xy(np.degrees(line[:, 0]), np.degrees(line[:, 1]))
                found[kind].append(polyline(x, y, 10.0))
        return found


def hillshade(h: np.ndarray) -> np.ndarray:
    """Brightness [0..1] of heights [m], row 0 northmost, under a sun in the north-west. Validated: test_report_ground."""
    down_south, east = np.gradient(h * EXAGGERATION)
    normal = 1.0 / np.sqrt(1.0 + east * east + down_south * down_south)
    to_east, to_north = math.sin(SUN_AZ) * math.cos(SUN_EL), math.cos(SUN_AZ) * math.cos(SUN_EL)
    return np.clip((math.sin(SUN_EL) - east * to_east + down_south * to_north) * normal, 0.0, 1.0)


def _picture(grey: np.ndarray, form: str) -> str:
    from PIL import Image

    out = io.BytesIO()
    options: dict[str, Any] = {"quality": JPEG_QUALITY} if form == "JPEG" else {"optimize": True}
    Image.fromarray(grey).save(out, format=form, **options)
    return f"data:image/{form.lower()};base64," + base64.b64encode(out.getvalue()).decode()
