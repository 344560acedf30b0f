"""The ground of maps in latitude and longitude: relief, water, coast, borders, a scale."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from skyreach.analysis.coverage_picture import bilinear, ground_colour, light_on, undulations
from skyreach.analysis.output import INK
from skyreach.earth.grid import Dem
from skyreach.earth.outlines import outlines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIXELS = 900  # along the longer side
LINES = "#3c444c"


class Box(NamedTuple):
    """Sides of a map [rad]; east may run on beyond 180 degrees."""

    south: float
    north: float
    west: float
    east: float

    @property
    def stretch(self) -> float:
        """Length of a degree of latitude over one of longitude in the middle."""
        return 1.0 / math.cos(0.5 * (self.south + self.north))

    @property
    def ratio(self) -> float:
        """Height over width as drawn."""
        return (self.north - self.south) / (self.east - self.west) * self.stretch

    def within(self, lat: float, lon: float, margin: float = 0.0) -> bool:
        """Whether a position [rad] lies in the box, `margin` of a side or more from its rim."""
        up, along = (lat - self.south) / (self.north - self.south), (lon - self.west) / (self.east - self.west)
        return margin <= up <= 1.0 - margin and margin <= along <= 1.0 - margin


def jamming_words(names: Sequence[str]) -> tuple[str, str]:
    """What a map under jamming says of it: in its head, and the jammers in its foot; nothing where there are none."""
    return (", under jamming", f"Jammers: {', '.join(names)}. ") if names else ("", "")


def box_of(mask: np.ndarray, lat: np.ndarray, lon: np.ndarray, room: float = 0.05) -> Box:
    """The box around the marked cells of rows lat and columns lon [rad], all cells where none is marked, with some room."""
    if not mask.any():
        mask = np.ones_like(mask)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    south, north, west, east = lat[rows[0]], lat[rows[-1]], lon[columns[0]], lon[columns[-1]]
    wide = max(north - south, (east - west) * math.cos(south), 1e-4) * room
    return Box(south - wide, north + wide, west - wide / math.cos(south), east + wide / math.cos(south))


def relief(dem: Dem, box: Box) -> np.ndarray:
    """Red, green, blue of the ground of a map, row 0 southmost; white beyond the window of terrain."""
    n_lat = int(PIXELS * min(box.ratio, 1.0))
    n_lon = int(PIXELS * min(1.0 / box.ratio, 1.0))
    lat = box.south + (np.arange(n_lat) + 0.5) / n_lat * (box.north - box.south)
    lon = box.west + (np.arange(n_lon) + 0.5) / n_lon * (box.east - box.west)
    lats, lons = (a.ravel() for a in np.meshgrid(lat, lon, indexing="ij"))
    h = (bilinear(dem, lats, lons) - undulations(lats, lons)).reshape(n_lat, n_lon)
    return np.where(np.isnan(h)[..., None], 1.0, ground_colour(h, light_on(np.nan_to_num(h))))


def draw_ground(axes: "Axes", dem: Dem, box: Box) -> None:
    """Relief, coast and borders on axes in degrees, with a scale."""
    deg = math.degrees
    extent = (deg(box.west), deg(box.east), deg(box.south), deg(box.north))
    axes.imshow(relief(dem, box), extent=extent, origin="lower", interpolation="antialiased", aspect=box.stretch, zorder=1)
    for style, width, kind in (("-", 0.8, "coast"), ((0, (5, 2)), 0.6, "border")):
        for line in outlines(box.south, box.north, box.west, box.east, kind):  # type: ignore[arg-type]
            axes.plot(*np.degrees(line[:, ::-1]).T, color=LINES, linewidth=width, linestyle=style, alpha=0.8, zorder=4)
    axes.set(xlim=extent[:2], ylim=extent[2:])
    axes.tick_params(labelsize=8, colors=INK)
    axes.set_xlabel("longitude, degrees east", fontsize=8, color=INK)
    axes.set_ylabel("latitude, degrees north", fontsize=8, color=INK)
    _scale(axes, box)


def _scale(axes: "Axes", box: Box) -> None:
    """A bar of a round length in the lower left corner."""
    km = math.degrees(box.east - box.west) * 111.32 / box.stretch
    length = max(v for v in (1, 2, 5, 10, 20, 50, 100, 200, 500) if v <= max(0.25 * km, 1))
    wide, tall = math.degrees(box.east - box.west), math.degrees(box.north - box.south)
    x0, y0 = math.degrees(box.west) + 0.03 * wide, math.degrees(box.south) + 0.03 * tall
    x1 = x0 + length / 111.32 * box.stretch
    axes.plot([x0, x1], [y0, y0], color=INK, linewidth=3, solid_capstyle="butt", zorder=9)
    axes.annotate(
        f"{length} km", (0.5 * (x0 + x1), y0), (0, 4), textcoords="offset points", ha="center", fontsize=8, color=INK, zorder=9,
        bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.7},
    )  # fmt: skip


def labels(axes: "Axes", box: Box, places: list[tuple[str, float, float]], colour: str) -> None:
    """Marks places (name, lat, lon [rad]); of those that lie close together only the first is named."""
    plate = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.7}
    taken: list[tuple[float, float]] = []
    for name, lat, lon in places:
        if not box.within(lat, lon):
            continue
        axes.plot(math.degrees(lon), math.degrees(lat), "^", color=colour, markersize=6, markeredgecolor="white", zorder=8)
        spot = ((lat - box.south) / (box.north - box.south), (lon - box.west) / (box.east - box.west))
        if all(abs(spot[0] - a) > 0.035 or abs(spot[1] - b) > 0.25 for a, b in taken):
            taken.append(spot)
            point = (math.degrees(lon), math.degrees(lat))
            axes.annotate(
                name, point, (6, 4), textcoords="offset points", fontsize=8, fontweight="bold", color=INK, bbox=plate, zorder=9
            )
