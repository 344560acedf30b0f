"""The ground under the map of a page: heights of the terrain in use on Web Mercator grids, coast lines and borders."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from skyreach.analysis.coverage_picture import bilinear, undulations
from skyreach.earth.outlines import outlines
from skyreach.earth.terrain import SMOOTH, Terrain, open_terrain
from skyreach.errors import SkyreachError
from skyreach.scenario.surroundings import SEA_LEVEL

PACKAGED = "embedded"  # how the name of the packaged terrain begins
DEGREE_KM = 111.2  # of latitude


@dataclass(frozen=True)
class Box:
    """South, north, west and east end of a map [deg]."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True)
class Relief:
    """Heights above mean sea level on a grid that is regular in Web Mercator, in steps of `step` [m]; row 0 northmost."""

    box: Box
    step: float
    values: np.ndarray  # int16 (height, width)

    def head(self, part: str) -> dict[str, Any]:
        """What the page must know to read the part."""
        height, width = self.values.shape
        box = [self.box.west, self.box.south, self.box.east, self.box.north]
        return {"part": part, "box": box, "step": self.step, "width": width, "height": height}

    def packed(self) -> bytes:
        """Each value less the one to its left, in the first column less the one above; folded to be positive, all low
        bytes before all high ones: what packs well."""
        steps: Any = np.diff(self.values.astype(np.int32), axis=1, prepend=self.values[:, :1])
        steps[:, 0] = np.diff(self.values[:, 0].astype(np.int32), prepend=0)
        folded = ((steps << 1) ^ (steps >> 31)).astype(np.uint16)
        return (folded & 255).astype(np.uint8).tobytes() + (folded >> 8).astype(np.uint8).tobytes()


def mercator(lat_deg: float | np.ndarray) -> np.ndarray:
    """Northing in Web Mercator [rad] of a latitude [deg]."""
    return np.arcsinh(np.tan(np.radians(lat_deg)))


def heights(source: Terrain, lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Heights of the ground above mean sea level [m], shape (lat, lon), at the crossings of latitudes and longitudes."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    dem = source.window(float(lat.min()), float(lat.max()), float(lon.min()), float(lon.max()))
    lon, lat = np.meshgrid(lon, lat)
    return bilinear(dem, lat, lon) - undulations(lat, lon)


def relief(source: Terrain, box: Box, most: int, step: float) -> Relief:
    """Heights within a box, the longer side with `most` nodes at the most, and no closer than the terrain itself."""
    wide = math.radians(box.east - box.west)
    low, high = float(mercator(box.south)), float(mercator(box.north))
    spacing = max(max(wide, high - low) / (most - 1), 1e-7)
    width, height = round(wide / spacing) + 1, round((high - low) / spacing) + 1
    lat = np.degrees(np.arctan(np.sinh(np.linspace(high, low, height))))
    h = heights(source, lat, np.linspace(box.west, box.east, width))
    values = np.rint(h / step)
    values = np.where(np.abs(h) < SEA_LEVEL, 0.0, np.where((h >= SEA_LEVEL) & (values == 0.0), 1.0, values))
    return Relief(box, step, values.clip(-32000, 32000).astype(np.int16))


def lines(box: Box) -> dict[str, list[list[list[float]]]]:
    """Coast lines and borders that touch a box, as lists of [lon, lat in deg]."""
    south, north, west, east = (math.radians(v) for v in (box.south, box.north, box.west, box.east))
    return {
        kind: [np.degrees(line[:, ::-1]).round(4).tolist() for line in outlines(south, north, west, east, kind)]  # type: ignore[arg-type]
        for kind in ("coast", "border")
    }


def terrain_in_use(name: str) -> tuple[Terrain, str]:
    """The terrain that a run names, and what to say where it had to be replaced by the packaged one (else nothing)."""
    if name.startswith(SMOOTH):
        return open_terrain(SMOOTH), ""
    if name.startswith(PACKAGED):
        return open_terrain(None), ""
    try:
        return open_terrain(name.split(", ")), ""
    except SkyreachError:
        text = (
            "The run used elevation files that are not on this machine. Relief and coverage are drawn from the packaged "
            "terrain; outcomes and reasons are those of the run."
        )
        return open_terrain(None), text


def terrain_name(name: str) -> str:
    """Name of a terrain; of the user's files only their last part, a page is passed on."""
    if name.startswith((PACKAGED, SMOOTH)):
        return name
    return "user's files " + ", ".join(re.split(r"[/\\]", part)[-1] for part in name.split(", "))


def box_around(points: np.ndarray, room_km: float, least_km: float) -> Box:
    """The box around points (n, 2) of lat, lon [deg], `room_km` wider on each side and at least `least_km` from the middle."""
    lat, lon = points[:, 0], points[:, 1]
    lon = lon[0] + (lon - lon[0] + 180.0) % 360.0 - 180.0
    middle_lat, middle_lon = 0.5 * (lat.min() + lat.max()), 0.5 * (lon.min() + lon.max())
    shrink = math.cos(math.radians(middle_lat))
    high = max(0.5 * float(np.ptp(lat)) * DEGREE_KM + room_km, least_km) / DEGREE_KM
    wide = max(0.5 * float(np.ptp(lon)) * DEGREE_KM * shrink + room_km, least_km) / (DEGREE_KM * shrink)
    south, north = max(middle_lat - high, -84.0), min(middle_lat + high, 84.0)
    return Box(float(south), float(north), float(middle_lon - wide), float(middle_lon + wide))
