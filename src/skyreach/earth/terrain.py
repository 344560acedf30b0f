"""Ground under everything: elevation windows from the user's files, the packaged grids behind them, the sea
behind all.

Sources are taken in this order, a void or a hole in one being filled from the next: the user's files (finest
first), NOAA GLOBE 30" (33-50N, 24-46E), ITU-R P.1511 5' (12-72N, 15W-65E), sea level. Heights above mean sea
level become heights above the ellipsoid by the EGM96 geoid. `describe` says what was used, at which posting,
and how much is missing.
"""

import functools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from skyreach.earth.geoid import GEOID_NAME, load_geoid, load_grid
from skyreach.earth.grid import Dem, Grid, add_grid, fill_from, ground_height, inside, undulation
from skyreach.earth.rasters import DEGREE, Raster, Window, find_rasters, read_heights
from skyreach.errors import BadInput

__all__ = ["Dem", "Terrain", "ground_height", "inside", "open_terrain", "undulation"]

MAX_NODES = 64_000_000
"""Largest window [nodes] (256 MB); a larger one gets a whole multiple of the posting, and describe() says
so."""
NOTABLE = 0.005
"""Share of a window that a source must cover for its posting to become that of the window."""
COARSE = 200.0
"""Posting [m] above which terrain is called coarse: narrow ridges and valleys are lost."""
EMBEDDED = (("globe30s.npz", "NOAA GLOBE 30 arc seconds"), ("p1511_5m.npz", "ITU-R P.1511 5 arc minutes"))
SMOOTH = "smooth"


@functools.cache
def _embedded(name: str) -> Grid:
    return load_grid(name)


class _Source:
    """A packaged grid or one of the user's inputs, with what it gave to the windows asked so far."""

    def __init__(self, name: str, posting: float, grid: str = "", rasters: Sequence[Raster] = ()) -> None:
        self.name, self.posting, self.grid, self.rasters = name, posting, grid, rasters
        self.nodes = 0  # nodes it gave
        self.land = 0  # of those, not at sea level

    def posting_for(self, box: tuple[float, float, float, float]) -> list[tuple[Window, float]]:
        """(origin and steps of its nodes [deg], share of the box covered), one entry per posting it has."""
        if self.grid:
            g = _embedded(self.grid)
            s, w, step = math.degrees(g.lat0), math.degrees(g.lon0), math.degrees(g.step)
            bounds = (s, s + step * (g.values.shape[0] - 1), w, w + step * (g.values.shape[1] - 1))
            return [(Window(s, w, step, step, 0, 0), _share(box, bounds))]
        found: dict[tuple[float, float], tuple[Window, float]] = {}
        for r in self.rasters:
            key = (round(r.step_lat, 9), round(r.step_lon, 9))
            frame, share = found.get(key, (Window(r.lat0, r.lon0, r.step_lat, r.step_lon, 0, 0), 0.0))
            found[key] = (frame, share + _share(box, (r.south, r.north, r.west, r.east)))
        return list(found.values())


def _share(box: tuple[float, float, float, float], bounds: tuple[float, float, float, float]) -> float:
    """Share of box (south, north, west, east [deg]) inside bounds; longitudes may lap."""
    high = max(0.0, min(box[1], bounds[1]) - max(box[0], bounds[0])) / (box[1] - box[0])
    wide = sum(
        max(0.0, min(box[3], bounds[3] + turn) - max(box[2], bounds[2] + turn))
        for turn in (-360.0, 0.0, 360.0)
    )
    return high * wide / (box[3] - box[2])


class Terrain:
    """Elevation sources in order of precedence. Made by open_terrain."""

    def __init__(
        self, name: str, users: Sequence[_Source], embedded: Sequence[_Source], smooth: bool = False
    ) -> None:
        self.name, self._users, self._embedded, self._smooth = name, list(users), list(embedded), smooth
        self._nodes = self._uncovered = self._voids = self._sea_floor = 0
        self._posting = 0.0
        self._notes: list[str] = []

    def window(self, lat_min: float, lat_max: float, lon_min: float, lon_max: float) -> Dem:
        """The ground between two latitudes and two longitudes [rad] as nodes; the rim lies up to two postings
        outside.

        lon_max > lon_min: a window over the date line runs e.g. from 178 to 183 degrees. Its posting is that
        of the finest source that covers 0.5 % of it, and its nodes are that source's nodes; at most
        MAX_NODES."""
        box = _checked_box(lat_min, lat_max, lon_min, lon_max)
        frame = self._frame(box)
        h = np.full((frame.n_lat, frame.n_lon), np.nan, dtype=np.float32)
        rad = math.radians
        dem = Dem(h, rad(frame.lat0), rad(frame.lon0), rad(frame.step_lat), rad(frame.step_lon))
        self._take_user_files(dem, frame)
        for source in self._embedded:
            filled, land = fill_from(dem, _embedded(source.grid))
            source.nodes += filled
            source.land += land
        holes = np.isnan(h)
        self._uncovered += int(holes.sum())
        h[holes] = 0.0
        add_grid(dem, load_geoid(), 1.0)
        self._nodes += h.size
        self._posting = max(self._posting, frame.step_lat * DEGREE)
        return dem

    def window_around(self, lat: float, lon: float, radius: float) -> Dem:
        """The ground within radius [m] of a position [rad], and 2 % and 1 km more."""
        reach = (1.02 * radius + 1e3) / (DEGREE * 180 / math.pi)
        if not abs(lat) + reach < math.radians(89.0):
            where = f"terrain within {radius / 1e3:.0f} km of latitude {math.degrees(lat):.3f}"
            raise BadInput(where, "reaches within one degree of a pole", "sites farther from the poles")
        half = math.asin(math.sin(reach) / math.cos(lat)) if reach < math.pi / 2 - abs(lat) else math.pi
        return self.window(lat - reach, lat + reach, lon - half, lon + half)

    def undulation(self, lat: float, lon: float) -> float:
        """Height of the geoid above the ellipsoid [m] at a position [rad]: h_ell = h_msl + undulation."""
        return float(undulation(load_geoid(), lat, lon))

    def describe(self) -> dict:
        """What the windows asked so far were made of; shares are of their nodes. Can be written as JSON."""
        total = max(self._nodes, 1)
        sources = [
            {"name": s.name, "posting_m": round(s.posting, 1), "share": round(s.nodes / total, 4)}
            for s in [*self._users, *self._embedded]
        ]
        coarse_land = sum(s.land for s in [*self._users, *self._embedded] if s.posting > COARSE) / total
        coarse = not self._smooth and (coarse_land > 0.01 or self._posting > COARSE)
        uncovered = self._uncovered / total
        return {
            "name": self.name,
            "posting_m": round(self._posting, 1),
            "coarse": coarse,
            "sources": sources,
            "voids_filled": self._voids,
            "uncovered_share": round(uncovered, 6),
            "vertical": f"metres above mean sea level, made ellipsoidal by {GEOID_NAME}",
            "interpolation": "bilinear between nodes",
            "warnings": self._warnings(uncovered, coarse, coarse_land),
        }

    def _warnings(self, uncovered: float, coarse: bool, coarse_land: float) -> list[str]:
        words = list(dict.fromkeys(self._notes))
        if uncovered > 0.0 and not self._smooth:
            words.append(
                f"NO TERRAIN DATA for {uncovered:.1%} of the area: the earth is taken as smooth at sea level there, "
                "so nothing is hidden by hills. Give elevation files with --terrain."
            )
        if coarse:
            words.append(
                f"Coarse terrain ({self._posting:.0f} m posting, {coarse_land:.0%} of the area is land from a source "
                f"coarser than {COARSE:.0f} m): narrow ridges and valleys are lost, peaks are too low."
            )
        if self._sea_floor:
            words.append(
                f"{self._sea_floor} nodes lie below -500 m in the files: sea floor, taken as sea level."
            )
        if self._voids:
            words.append(f"{self._voids} void nodes in the files were filled from the next source.")
        return words

    def _frame(self, box: tuple[float, float, float, float]) -> Window:
        """Nodes of the window: those of the finest source that covers a notable share of it."""
        offers = [offer for s in [*self._users, *self._embedded] for offer in s.posting_for(box)]
        notable = sorted((o for o in offers if o[1] >= NOTABLE), key=lambda o: (o[0].step_lat, -o[1]))
        origin = notable[0][0] if notable else Window(0.0, 0.0, 1 / 12, 1 / 12, 0, 0)
        south, north, west, east = box
        step_lat, step_lon = origin.step_lat, origin.step_lon
        nodes = ((north - south) / step_lat + 4) * ((east - west) / step_lon + 4)
        if nodes > MAX_NODES:
            times = math.ceil(math.sqrt(nodes / MAX_NODES))
            step_lat, step_lon = step_lat * times, step_lon * times
            self._notes.append(
                f"The area has too many nodes at the posting of the source ({nodes / 1e6:.0f} million, at most "
                f"{MAX_NODES / 1e6:.0f}): a posting {times} times as wide was used, with mean heights."
            )
        first_row = math.floor((south - origin.lat0) / step_lat) - 1
        first_column = math.floor((west - origin.lon0) / step_lon) - 1
        n_lat = math.ceil((north - origin.lat0) / step_lat) + 2 - first_row
        n_lon = math.ceil((east - origin.lon0) / step_lon) + 2 - first_column
        return Window(
            origin.lat0 + first_row * step_lat,
            origin.lon0 + first_column * step_lon,
            step_lat,
            step_lon,
            n_lat,
            n_lon,
        )

    def _take_user_files(self, dem: Dem, frame: Window) -> None:
        """Writes the heights of the user's files into dem.h; counts what they gave and their voids."""
        if not self._users:
            return
        covered = np.zeros(dem.h.shape, dtype=bool)
        for source in self._users:
            for raster in source.rasters:
                for piece in read_heights(raster, frame):
                    rows = slice(piece.row, piece.row + piece.h.shape[0])
                    columns = slice(piece.column, piece.column + piece.h.shape[1])
                    if raster.ellipsoidal:
                        lat0, lon0 = dem.lat0 + piece.row * dem.dlat, dem.lon0 + piece.column * dem.dlon
                        add_grid(Dem(piece.h, lat0, lon0, dem.dlat, dem.dlon), load_geoid(), -1.0)
                    target, before = dem.h[rows, columns], covered[rows, columns]
                    self._voids += int((np.isnan(piece.h) & piece.covered & ~before).sum())
                    before |= piece.covered
                    take = np.isnan(target) & ~np.isnan(piece.h)
                    target[take] = piece.h[take]
                    source.nodes += int(take.sum())
                    source.land += int((take & (piece.h != 0.0)).sum())
                    self._sea_floor += piece.sea_floor
        if not covered.any():
            names = ", ".join(s.name for s in self._users)
            south, west = frame.lat0, frame.lon0
            north, east = south + frame.step_lat * frame.n_lat, west + frame.step_lon * frame.n_lon
            asked = f"{south:.2f} to {north:.2f} N, {west:.2f} to {east:.2f} E"
            have = "; ".join(_extent(s) for s in self._users)
            raise BadInput(f"terrain {names}", f"does not overlap the area asked for ({asked})", have,
                           "bring tiles for that area, or leave --terrain out")  # fmt: skip


def _extent(source: _Source) -> str:
    r = source.rasters
    south, north = min(x.south for x in r), max(x.north for x in r)
    west, east = min(x.west for x in r), max(x.east for x in r)
    return f"{source.name} lies within {south:.2f} to {north:.2f} N, {west:.2f} to {east:.2f} E"


def _checked_box(
    lat_min: float, lat_max: float, lon_min: float, lon_max: float
) -> tuple[float, float, float, float]:
    """The box as (south, north, west, east) in degrees, or BadInput."""
    box = tuple(math.degrees(x) for x in (lat_min, lat_max, lon_min, lon_max))
    south, north, west, east = box
    good = (
        all(math.isfinite(x) for x in box) and -90.0 <= south < north <= 90.0 and west < east <= west + 360.0
    )
    if not good:
        text = f"latitude {south:.4f} to {north:.4f}, longitude {west:.4f} to {east:.4f} degrees"
        raise BadInput("terrain window", text, "latitudes in -90..90, and the second of each pair larger")
    return south, north, west, east


def open_terrain(spec: str | Path | Sequence[str | Path] | None = None) -> Terrain:
    """Terrain from the user's file, zip or folder (several: the first has precedence), the packaged grids
    behind.

    None: the packaged grids alone. "smooth": no terrain at all, sea level everywhere, no warning about it."""
    if spec == SMOOTH:
        return Terrain("smooth earth at sea level", (), (), smooth=True)
    embedded = [_Source(title, math.degrees(_embedded(name).step) * DEGREE, name) for name, title in EMBEDDED]
    if spec is None:
        return Terrain("embedded: " + " over ".join(title for _, title in EMBEDDED), (), embedded)
    users = []
    for item in [spec] if isinstance(spec, str | Path) else spec:
        if "://" in str(item) or str(item).startswith("/vsi"):
            raise BadInput("terrain", str(item), "a file or folder of this machine", "download it first")
        rasters = find_rasters(Path(item))
        users.append(_Source(str(item), rasters[0].posting, rasters=rasters))
    return Terrain(", ".join(s.name for s in users), users, embedded)
