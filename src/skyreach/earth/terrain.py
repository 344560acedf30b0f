"""Ground under everything: elevation windows from the user's files, the packaged grids behind them, the sea
behind all.

Sources are taken in this order, a void or a hole in one being filled from the next: the user's sources in the order
given (within one, the finest file first), NOAA GLOBE 30" (33-50N, 24-46E), ITU-R P.1511 5' (12-72N, 15W-65E), sea level.
Heights above mean sea level become heights above the ellipsoid by the EGM96 geoid. `describe` says what was used, at
which posting, what filled which voids, and how much is missing.
"""

import math
from collections.abc import Sequence

import numpy as np

from skyreach.earth.geoid import GEOID_NAME, load_geoid
from skyreach.earth.grid import Dem, add_grid, fill_from, ground_height, inside, undulation
from skyreach.earth.plausible import check_unit
from skyreach.earth.raster_heights import TURNS, Piece, Window, read_heights
from skyreach.earth.rasters import DEGREE, Raster
from skyreach.earth.terrain_sources import (
    SMOOTH,
    Box,
    Source,
    Spec,
    datum_note,
    embedded_grid,
    embedded_sources,
    gap_note,
    names_in,
    user_sources,
)
from skyreach.errors import BadInput

__all__ = ["SMOOTH", "Dem", "Terrain", "ground_height", "inside", "open_terrain", "undulation"]

MAX_NODES = 64_000_000
"""Largest window [nodes] (256 MB); a larger one gets a whole multiple of the posting, and describe() says
so."""
NOTABLE = 0.005
"""Share of a window that a source must cover for its posting to become that of the window."""
COARSE = 200.0
"""Posting [m] above which terrain is called coarse: narrow ridges and valleys are lost."""
LOW = -50.0
"""Ground below this [m] is rare enough (Dead Sea, Qattara, Turpan) to be pointed out: it may be sea floor."""


class Terrain:
    """Elevation sources in order of precedence. Made by open_terrain."""

    def __init__(
        self, name: str, users: Sequence[Source], embedded: Sequence[Source], smooth: bool = False
    ) -> None:
        self.name, self._users, self._embedded, self._smooth = name, list(users), list(embedded), smooth
        self._nodes = self._uncovered = self._sea_floor = self._low = 0
        self._posting = self._lowest = 0.0
        self._notes: list[str] = []

    @property
    def sources(self) -> list[Source]:
        """All sources in order of precedence, with what they gave."""
        return [*self._users, *self._embedded]

    def fresh(self) -> "Terrain":
        """The same sources, nothing asked yet: for a `describe` of one window alone."""
        return Terrain(self.name, [s.fresh() for s in self._users], [s.fresh() for s in self._embedded], self._smooth)

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
        lack = self._take_user_files(dem, frame)
        for source in self._embedded:
            before = np.isnan(h) if lack is not None else None
            filled, land = fill_from(dem, embedded_grid(source.grid))
            source.nodes += filled
            source.land += land
            if before is not None:
                self._note_filling(lack, before & ~np.isnan(h), source.name)
        _beyond_poles(dem)
        self._take_sea(dem, frame, lack)
        add_grid(dem, load_geoid(), 1.0)
        _beyond_poles(dem)
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
        coarse_land = sum(s.land for s in self.sources if s.posting > COARSE) / total
        coarse = not self._smooth and (coarse_land > 0.01 or self._posting > COARSE)
        uncovered = self._uncovered / total
        return {
            "name": self.name,
            "posting_m": round(self._posting, 1),
            "coarse": coarse,
            "sources": [self._of_source(s, total) for s in self.sources],
            "voids_filled": sum(s.voids for s in self._users),
            "uncovered_share": round(uncovered, 6),
            "vertical": f"metres above mean sea level, made ellipsoidal by {GEOID_NAME}",
            "geoid": GEOID_NAME,
            "interpolation": "bilinear between nodes",
            "warnings": self._warnings(uncovered, coarse, coarse_land),
        }

    def _of_source(self, s: Source, total: int) -> dict:
        told = {"name": s.name, "posting_m": round(s.posting, 1) if math.isfinite(s.posting) else None}
        told |= {"share": round(s.nodes / total, 4), "vertical": s.vertical()}
        return told if s.grid else {**told, "voids": s.voids, "voids_filled_from": dict(s.filled_from)}

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
                f"{self._sea_floor} nodes of the files are sea floor (below -500 m, or below 0 m and joined to such): "
                "taken as sea level."
            )
        if self._low:
            words.append(
                f"{self._low} nodes of the files lie below {LOW:.0f} m (lowest {self._lowest:.0f} m) and are taken as dry "
                "land: if they are sea floor, give files that end at the shore."
            )
        for s in self._users:
            if s.voids:
                by = ", ".join(f"{n} from {name}" for name, n in s.filled_from.items())
                words.append(f"{s.voids} void nodes in the files of {s.name} were filled from the next source: {by}.")
        return words + [note for s in self._users for note in (datum_note(s), gap_note(s)) if note]

    def _frame(self, box: Box) -> Window:
        """Nodes of the window: those of the finest source that covers a notable share of it."""
        offers = [offer for s in self.sources for offer in s.offers(box)]
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

    def _take_user_files(self, dem: Dem, frame: Window) -> np.ndarray | None:
        """Writes the heights of the user's files into dem.h; counts what they gave and their voids. Returns, where there
        are voids, the number of the source from 1 whose void each node is (0: none)."""
        if not self._users:
            return None
        covered = np.zeros(dem.h.shape, dtype=bool)
        lack: np.ndarray | None = None
        for number, source in enumerate(self._users, 1):
            for raster in source.rasters:
                for piece in read_heights(raster, frame):
                    check_unit(raster, piece, frame)
                    lack = self._lay(dem, source, number, raster, piece, covered, lack)
        if not covered.any() and not any(overlaps(frame, cell) for s in self._users for cell in s.empty):
            self._refuse_elsewhere(frame)
        return lack

    def _lay(
        self, dem: Dem, source: Source, number: int, raster: Raster, piece: Piece, covered: np.ndarray,
        lack: np.ndarray | None,
    ) -> np.ndarray | None:  # fmt: skip
        """Writes one piece into the nodes of dem.h that have no height yet, and into covered and lack."""
        here = (slice(piece.row, piece.row + piece.h.shape[0]), slice(piece.column, piece.column + piece.h.shape[1]))
        if raster.vertical.ellipsoidal:
            lat0, lon0 = dem.lat0 + piece.row * dem.dlat, dem.lon0 + piece.column * dem.dlon
            add_grid(Dem(piece.h, lat0, lon0, dem.dlat, dem.dlon), load_geoid(), -1.0)
        target, empty = dem.h[here], np.isnan(piece.h)
        take = np.isnan(target) & ~empty
        target[take] = piece.h[take]
        source.nodes += int(take.sum())
        source.land += int((take & (piece.h != 0.0)).sum())
        if lack is not None:
            given = np.zeros(dem.h.shape, dtype=bool)
            given[here] = take
            self._note_filling(lack, given, source.name)
        void = empty & piece.covered & ~covered[here]
        if void.any():
            lack = np.zeros(dem.h.shape, dtype=np.uint8) if lack is None else lack
            lack[here][void] = number
            source.voids += int(void.sum())
        covered[here] |= piece.covered
        low = take & (piece.h < LOW)
        if low.any():
            self._low, self._lowest = self._low + int(low.sum()), min(self._lowest, float(piece.h[low].min()))
        self._sea_floor += piece.sea_floor
        return lack

    def _note_filling(self, lack: np.ndarray | None, given: np.ndarray, name: str) -> None:
        """Counts which voids have just been given a height by a source."""
        if lack is None:
            return
        for source, n in zip(self._users, np.bincount(lack[given], minlength=len(self._users) + 1)[1:], strict=True):
            if n:
                source.filled_from[name] = source.filled_from.get(name, 0) + int(n)

    def _take_sea(self, dem: Dem, frame: Window, lack: np.ndarray | None) -> None:
        """Sets what no source knows to sea level: cells that are known to hold no tile are sea, the rest is uncovered.
        Writes dem.h."""
        holes = np.isnan(dem.h)
        dem.h[holes] = 0.0
        self._note_filling(lack, holes, "sea level")
        for source in self._users:
            for cell in source.empty:
                for here in overlaps(frame, cell):
                    source.nodes += int(holes[here].sum())
                    source.sea += int(holes[here].sum())
                    holes[here] = False
        self._uncovered += int(holes.sum())

    def _refuse_elsewhere(self, frame: Window) -> None:
        names = ", ".join(s.name for s in self._users)
        south, west = frame.lat0, frame.lon0
        north, east = south + frame.step_lat * frame.n_lat, west + frame.step_lon * frame.n_lon
        asked = f"{south:.2f} to {north:.2f} N, {west:.2f} to {east:.2f} E"
        have, cure = "; ".join(s.extent() for s in self._users), "bring tiles for that area, or leave --terrain out"
        raise BadInput(f"terrain {names}", f"does not overlap the area asked for ({asked})", have, cure)


def overlaps(frame: Window, cell: tuple[int, int]) -> list[tuple[slice, slice]]:
    """The nodes of frame in the degree cell with this south-west corner, rim included; two parts at most where frame
    laps round the earth."""
    south, west = cell
    out = []
    row0 = max(0, math.ceil((south - frame.lat0) / frame.step_lat - 1e-6))
    row1 = min(frame.n_lat, math.floor((south + 1 - frame.lat0) / frame.step_lat + 1e-6) + 1)
    for turn in TURNS:
        col0 = max(0, math.ceil((west + turn - frame.lon0) / frame.step_lon - 1e-6))
        col1 = min(frame.n_lon, math.floor((west + turn + 1 - frame.lon0) / frame.step_lon + 1e-6) + 1)
        if row1 > row0 and col1 > col0:
            out.append((slice(row0, row1), slice(col0, col1)))
    return out


def _beyond_poles(dem: Dem) -> None:
    """Gives the rows of nodes beyond a pole the heights of the last row before it. Writes dem.h."""
    rows = np.arange(dem.h.shape[0])
    on_earth = rows[np.abs(dem.lat0 + rows * dem.dlat) <= math.pi / 2 + 1e-9]
    dem.h[: on_earth[0]] = dem.h[on_earth[0]]
    dem.h[on_earth[-1] + 1 :] = dem.h[on_earth[-1]]


def _checked_box(
    lat_min: float, lat_max: float, lon_min: float, lon_max: float
) -> Box:
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


def open_terrain(spec: Spec = None) -> Terrain:
    """Terrain from what a user names, the packaged grids behind it.

    spec: a file, zip or folder; glo30, glo90 or cache (tiles of `skyreach terrain fetch`); several, in order of
    precedence, as a list or parted by os.pathsep. None: the packaged grids alone. "smooth": no terrain at all, sea level
    everywhere, no warning about it."""
    if names_in(spec) == [SMOOTH]:
        return Terrain("smooth earth at sea level", (), (), smooth=True)
    users, embedded = user_sources(spec), embedded_sources()
    if not users:
        return Terrain("embedded: " + " over ".join(s.name for s in embedded), (), embedded)
    return Terrain(", ".join(s.name for s in users), users, embedded)
