"""Areas that the defence of a run sees and can engage by height, united over all radars, beside the advertised circle."""

import math
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis.coverage_grid import PolarGrid
from skyreach.catalog import Catalog
from skyreach.earth.geodesy import TWO_PI, WGS84_A, WGS84_E2, enu_from_ecef, gaussian_radius, geodetic_to_ecef
from skyreach.earth.terrain import Terrain
from skyreach.scenario.surroundings import Surroundings
from skyreach.viewer.plane import Plane
from skyreach.viewer.sight import Battery, Emitter, PolarSight

HEIGHTS = (100.0, 1000.0, 3000.0, 10_000.0)  # m above ground
CELLS = 720  # of the united map, both ways
FINE = (1080, 450)  # azimuths and ranges around each radar: at 450 km no cell is longer than 2.6 km
THREADS = 2


@dataclass(frozen=True)
class Level:
    """One height: masks on the cells of the united map, row 0 northmost."""

    height: float
    seen: np.ndarray
    engageable: np.ndarray


class Part(NamedTuple):
    """One radar: cells of the united map in its range (flat), and its masks there by height."""

    cells: np.ndarray
    seen: list[np.ndarray]
    engageable: list[np.ndarray]


class United:
    """Masks of all radars and fire units on one square grid of the plane; half: of its side [km]."""

    def __init__(
        self, source: Terrain, plane: Plane, half: float, emitters: Iterable[Emitter], batteries: Iterable[Battery],
        cat: Catalog, around: Surroundings,
    ) -> None:  # fmt: skip
        self.source, self.cat, self.around = source, cat, around
        self.batteries = {b.site: b for b in batteries}
        self.x, self.y = plane.grid(half, CELLS)
        self.area = plane.cell_area(self.x, self.y, 2.0 * half / CELLS)
        lat, lon = plane.degrees(self.x, self.y)
        self._ecef = _ecef(np.radians(lat), np.radians(lon))
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(self._part, emitters))
        self.levels = [self._level(n, parts) for n in range(len(HEIGHTS))]

    def _part(self, emitter: Emitter) -> Part:
        polar = PolarSight(self.source, self.cat, emitter, self.batteries.get(emitter.fire_unit), self.around, FINE)
        cells, i, j = self._cells(math.radians(emitter.lat_deg), math.radians(emitter.lon_deg), polar.grid)
        seen = [polar.seen(height) for height in HEIGHTS]
        reached = [polar.engageable(height, mask) for height, mask in zip(HEIGHTS, seen, strict=True)]
        return Part(cells, [m[i, j] for m in seen], [m[i, j] for m in reached])

    def _cells(self, lat: float, lon: float, grid: PolarGrid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Cells of the map within the rim of a polar grid (flat), and the polar cell under each."""
        axes = np.empty((3, 3))
        enu_from_ecef(lat, lon, axes)
        e, n, u = axes @ (self._ecef - np.array(geodetic_to_ecef(lat, lon, 0.0))[:, None])
        s = grid.radius * np.arctan2(np.hypot(e, n), grid.radius + u)
        cells = np.flatnonzero(s <= grid.r_max)
        i = np.rint(np.arctan2(e[cells], n[cells]) * (grid.n_az / TWO_PI)).astype(int) % grid.n_az
        j = np.rint(s[cells] / grid.dr).astype(int) - 1
        return cells, i, j.clip(0, grid.n_r - 1)

    def _level(self, n: int, parts: list[Part]) -> Level:
        masks = np.zeros((2, self.x.size), bool)
        for part in parts:
            masks[0, part.cells] |= part.seen[n]
            masks[1, part.cells] |= part.engageable[n]
        return Level(HEIGHTS[n], *masks.reshape(2, *self.x.shape))

    def within(self, circles: Iterable[tuple[float, float, float]]) -> np.ndarray:
        """Cells that lie in at least one circle (lat, lon [deg], radius [m])."""
        out = np.zeros(self.x.size, bool)
        for lat_deg, lon_deg, radius in circles:
            lat, lon = math.radians(lat_deg), math.radians(lon_deg)
            grid = PolarGrid(float(gaussian_radius(lat)), *FINE, radius / FINE[1])
            out[self._cells(lat, lon, grid)[0]] = True
        return out.reshape(self.x.shape)

    def km2(self, mask: np.ndarray) -> float:
        """Area of the marked cells on the ground."""
        return float(self.area[mask].sum())


def _ecef(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Points of the ellipsoid [rad] as ECEF [m], shape (3, n)."""
    prime = WGS84_A / np.sqrt(1.0 - WGS84_E2 * np.sin(lat) ** 2)
    out = np.array([prime * np.cos(lat) * np.cos(lon), prime * np.cos(lat) * np.sin(lon), prime * (1 - WGS84_E2) * np.sin(lat)])
    return out.reshape(3, -1)


def table(united: United, circles: list[tuple[float, float, float]]) -> dict[str, Any]:
    """Figures beside the circle: its area [km2], and by height the areas inside it and in all.

    The area of one circle is exact, that of several what their union covers on the map."""
    inside = united.within(circles)
    whole = united.km2(inside)
    if len(circles) == 1:
        lat_deg, _, radius = circles[0]
        whole = float(PolarGrid(float(gaussian_radius(math.radians(lat_deg))), *FINE, radius / FINE[1]).cap(radius)) / 1e6
    rows = []
    for level in united.levels:
        row: dict[str, Any] = {"height_m": level.height}
        for kind in ("seen", "engageable"):
            mask = getattr(level, kind)
            row[kind] = {"km2": round(united.km2(mask)), "inside_km2": round(united.km2(mask & inside))}
        rows.append(row)
    return {"circle_km2": round(whole), "rows": rows}

