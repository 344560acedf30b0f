"""What the radars of a run see and its fire units can engage, united over all sites, by height: the honest map.

The masks of `skyreach coverage` on a polar grid around each radar, laid over each other on the plane of the page.
"""

import math
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np

from skyreach.analysis.coverage_grid import PolarGrid, mark_reached, mark_seen, polar_ground
from skyreach.catalog import Catalog
from skyreach.earth.floor import cached_floor
from skyreach.earth.geodesy import TWO_PI, WGS84_A, WGS84_E2, enu_from_ecef, gaussian_radius, geodetic_to_ecef
from skyreach.earth.grid import ground_height
from skyreach.physics.detection import required_snr1
from skyreach.scenario.missiles import REACH_DH, missile_reach
from skyreach.scenario.order_of_battle import Draft, fill_rows, radar_columns
from skyreach.viewer.report_ground import Ground
from skyreach.viewer.report_plane import polyline
from skyreach.world.codes import ACQUISITION, BLUE

HEIGHTS = (100.0, 1000.0, 3000.0, 10_000.0)  # m above ground
RCS, PD = 1.0, 0.5  # m2, probability of detection in one look: as `skyreach coverage` takes them
CELLS = 720  # of the united map, both ways
AZIMUTHS, RANGES = 1080, 450  # of the map around each radar: at 450 km no cell is longer than 2.6 km
THREADS = 2
SPECK = 6  # corners of the smallest outline drawn
SIMPLE = 0.15  # cells by which a drawn outline may be off


class Emitter(NamedTuple):
    """A radar of the defence: its row in `radars`, what it is, where it stands, the fire unit that it guides for (-1)."""

    row: int
    system: str
    lat_deg: float
    lon_deg: float
    antenna_agl: float
    fire_unit: int


@dataclass(frozen=True)
class Battery:
    """A fire unit: catalogue ids of the missiles it was given."""

    site: int
    missiles: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """One height: masks on the cells of the united map, row 0 northmost."""

    height: float
    seen: np.ndarray
    engageable: np.ndarray


class United:
    """Masks of all radars and fire units on one square grid of the plane."""

    def __init__(self, ground: Ground, emitters: Iterable[Emitter], batteries: Iterable[Battery], cat: Catalog, k: float):
        self.ground, self.cat, self.k = ground, cat, k
        self.emitters = list(emitters)
        self.batteries = {b.site: b for b in batteries}
        self.x, self.y = ground.grid(CELLS)
        self.step = 2.0 * ground.half / CELLS  # km
        self.area = ground.plane.cell_area(self.x, self.y, self.step)
        lat, lon = ground.plane.degrees(self.x, self.y)
        self._ecef = _ecef(np.radians(lat), np.radians(lon))
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(self._masks, self._groups()))
        self.levels = [self._level(n, [part for group in parts for part in group]) for n in range(len(HEIGHTS))]

    def _groups(self) -> list[list[Emitter]]:
        """Radars that stand together under one kind of antenna: they share a floor map."""
        groups: dict[tuple, list[Emitter]] = {}
        for e in self.emitters:
            groups.setdefault((e.lat_deg, e.lon_deg, e.antenna_agl), []).append(e)
        return list(groups.values())

    def _masks(self, group: list[Emitter]) -> list[tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]]:
        """For each radar of a group: cells of the map in its range (flat), its masks there by height, engageable ones."""
        first = group[0]
        lat, lon = math.radians(first.lat_deg), math.radians(first.lon_deg)
        h_site = float(ground_height(self.ground.dem, lat, lon))
        rows = fill_rows("radars", [self._draft(e) for e in group], [h_site] * len(group))
        reach = max(sight(self.cat, e.system) for e in group)
        grid = PolarGrid(float(gaussian_radius(lat)), AZIMUTHS, RANGES, reach / RANGES)
        dem = self.ground.source.window_around(lat, lon, grid.r_max)
        surface = np.empty((grid.n_az, grid.n_r), np.float32)
        polar_ground(dem, lat, lon, grid.dr, surface)
        floor = cached_floor(dem, lat, lon, float(rows[0]["h_ell"]), grid.r_max, grid.dr, grid.n_az, self.k)
        cells, i, j = self._cells(lat, lon, grid)
        out = []
        for emitter, row in zip(group, rows, strict=True):
            seen = [_seen(row, floor, surface, height, grid) for height in HEIGHTS]
            reached = self._reached(emitter, seen, surface, grid, h_site)
            out.append((cells, [m[i, j] for m in seen], [m[i, j] for m in reached]))
        return out

    def _draft(self, emitter: Emitter) -> Draft:
        columns = radar_columns(self.cat[emitter.system], ACQUISITION, BLUE, 0, 0.0)
        return Draft(emitter.system, emitter.lat_deg, emitter.lon_deg, emitter.antenna_agl, columns, emitter.system)

    def _reached(
        self, emitter: Emitter, seen: list[np.ndarray], surface: np.ndarray, grid: PolarGrid, h_site: float
    ) -> list[np.ndarray]:
        """Masks by height of what the fire unit of a radar can engage there; all false where it guides for none."""
        out = [np.zeros_like(mask) for mask in seen]
        battery = self.batteries.get(emitter.fire_unit)
        if battery is None or not battery.missiles:
            return out
        types, _, _, reach = missile_reach([self.cat[key] for key in battery.missiles], h_site)
        for height, mask, target in zip(HEIGHTS, seen, out, strict=True):
            for row, arrival in zip(types, reach, strict=True):
                by_type = np.zeros_like(mask)
                mark_reached(row, arrival, REACH_DH, surface, surface, height, grid.dr, mask, by_type)
                target |= by_type
        return out

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

    def _level(self, n: int, parts: list[tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]]) -> Level:
        masks = np.zeros((2, self.x.size), bool)
        for cells, seen, reached in parts:
            masks[0, cells] |= seen[n]
            masks[1, cells] |= reached[n]
        return Level(HEIGHTS[n], *masks.reshape(2, *self.x.shape))

    def within(self, circles: Iterable[tuple[float, float, float]]) -> np.ndarray:
        """Cells that lie in at least one circle (lat, lon [deg], radius [m])."""
        out = np.zeros(self.x.size, bool)
        for lat_deg, lon_deg, radius in circles:
            lat, lon = math.radians(lat_deg), math.radians(lon_deg)
            grid = PolarGrid(float(gaussian_radius(lat)), AZIMUTHS, RANGES, radius / RANGES)
            out[self._cells(lat, lon, grid)[0]] = True
        return out.reshape(self.x.shape)

    def km2(self, mask: np.ndarray) -> float:
        """Area of the marked cells on the ground."""
        return float(self.area[mask].sum())

    def outline(self, mask: np.ndarray) -> list[list[int]]:
        """Closed lines around the marked cells, smoothed by one cell, for filling by the even-odd rule."""
        from contourpy import contour_generator

        soft = _smooth(np.pad(mask, 2).astype(np.float32))
        line = (np.arange(CELLS + 4) - 1.5) * self.step - self.ground.half
        rings = cast(list[np.ndarray], contour_generator(line, -line, soft).lines(0.5))
        return [_thin(ring, self.step) for ring in rings if len(ring) >= SPECK]


def sight(cat: Catalog, system: str) -> float:
    """Range [m] beyond which a radar of the catalogue does not see RCS with PD, whatever the height."""
    row = radar_columns(cat[system], ACQUISITION, BLUE, 0, 0.0)
    ratio = RCS / row["rcs_ref"] * row["snr_ref"] / required_snr1(PD, row["pfa"])
    return min(row["r_max"], row["r_ref"] * ratio**0.25)


def _seen(row: np.void, floor: np.ndarray, surface: np.ndarray, height: float, grid: PolarGrid) -> np.ndarray:
    mask = np.zeros((grid.n_az, grid.n_r), np.bool_)
    mark_seen(row, floor, surface, height, grid.dr, RCS, required_snr1(PD, float(row["pfa"])), mask)
    return mask


def _ecef(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Points of the ellipsoid [rad] as ECEF [m], shape (3, n)."""
    prime = WGS84_A / np.sqrt(1.0 - WGS84_E2 * np.sin(lat) ** 2)
    out = np.array([prime * np.cos(lat) * np.cos(lon), prime * np.cos(lat) * np.sin(lon), prime * (1 - WGS84_E2) * np.sin(lat)])
    return out.reshape(3, -1)


def _smooth(values: np.ndarray) -> np.ndarray:
    """Mean over three by three cells; the rim stays."""
    out = values.copy()
    rows = (values[:-2] + values[1:-1] + values[2:]) / 3.0
    out[1:-1, 1:-1] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 3.0
    return out


def _thin(ring: np.ndarray, step: float) -> list[int]:
    """A line [km] without the points that lie within SIMPLE cells of the rest, as a polyline of the page."""
    from matplotlib.path import Path

    path = Path(ring / step)
    path.simplify_threshold = SIMPLE
    kept = np.asarray(path.cleaned(simplify=True, curves=False).vertices)[:-1] * step
    return polyline(kept[:, 0], kept[:, 1], 10.0)


def table(united: United, circles: list[tuple[float, float, float]]) -> dict[str, Any]:
    """Figures beside the circle: its area [km2], and by height the areas inside it and in all."""
    inside = united.within(circles)
    rows = []
    for level in united.levels:
        row: dict[str, Any] = {"height_m": level.height}
        for kind in ("seen", "engageable"):
            mask = getattr(level, kind)
            row[kind] = {"km2": round(united.km2(mask)), "inside_km2": round(united.km2(mask & inside))}
        rows.append(row)
    return {"circle_km2": round(united.km2(inside)), "rows": rows}
