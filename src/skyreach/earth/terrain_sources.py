"""Where heights come from, in order of precedence: what a user names, then the grids of the package.

A name is a file, a zip, a folder; glo30 or glo90, the tiles that `skyreach terrain fetch` keeps; cache, both of them.
"""

import functools
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from skyreach.earth.geoid import load_grid
from skyreach.earth.grid import Grid
from skyreach.earth.raster_heights import TURNS, Window
from skyreach.earth.rasters import DEGREE, Raster, find_rasters
from skyreach.earth.tiles import DATASETS, empty_cells, tile_folder
from skyreach.earth.vertical import EGM96, EGM2008
from skyreach.errors import BadInput

Spec = str | Path | Sequence[str | Path] | None
Box = tuple[float, float, float, float]
"""South, north, west, east [deg]; east > west."""
EMBEDDED = (("globe30s.npz", "NOAA GLOBE 30 arc seconds"), ("p1511_5m.npz", "ITU-R P.1511 5 arc minutes"))
COPERNICUS_30 = f"Copernicus_DSM_COG_{DATASETS['glo30'].code}_"
CACHE = "cache"
SMOOTH = "smooth"


@functools.cache
def embedded_grid(name: str) -> Grid:
    """A packaged elevation grid."""
    return load_grid(name)


@dataclass
class Source:
    """A packaged grid or one of the user's inputs, with what it gave to the windows asked so far."""

    name: str
    posting: float  # m
    grid: str = ""
    rasters: Sequence[Raster] = ()
    empty: Sequence[tuple[int, int]] = ()  # (south, west) [deg] of cells that the server of the tiles has none for
    gaps: str = "sea"  # what such a cell can be
    sea: int = 0  # nodes in such cells, at sea level because no other source knows them
    nodes: int = 0  # nodes it gave
    land: int = 0  # of those, not at sea level
    voids: int = 0  # nodes on its files without a height, none known from sources before it
    filled_from: dict[str, int] = field(default_factory=dict)  # who gave these instead

    def fresh(self) -> "Source":
        """The same source, nothing counted yet."""
        return replace(self, nodes=0, land=0, voids=0, sea=0, filled_from={})

    def bounds(self) -> Box:
        """Outer nodes of a packaged grid."""
        g = embedded_grid(self.grid)
        south, west, step = math.degrees(g.lat0), math.degrees(g.lon0), math.degrees(g.step)
        return (south, south + step * (g.values.shape[0] - 1), west, west + step * (g.values.shape[1] - 1))

    def offers(self, box: Box) -> list[tuple[Window, float]]:
        """(origin and steps of its nodes [deg], share of the box covered), one entry per posting it has."""
        if self.grid:
            bounds, step = self.bounds(), math.degrees(embedded_grid(self.grid).step)
            return [(Window(bounds[0], bounds[2], step, step, 0, 0), share_of(box, bounds))]
        found: dict[tuple[float, float], tuple[Window, float]] = {}
        for r in self.rasters:
            key = (round(r.step_lat, 9), round(r.step_lon, 9))
            frame, share = found.get(key, (Window(r.lat0, r.lon0, r.step_lat, r.step_lon, 0, 0), 0.0))
            found[key] = (frame, share + share_of(box, (r.south, r.north, r.west, r.east)))
        return list(found.values())

    def vertical(self) -> str:
        """What its heights count from, in words."""
        if self.grid:
            return f"mean sea level of its makers, used as {EGM96}"
        return "; ".join(sorted({r.vertical.text() for r in self.rasters})) or "no files"

    def above_other_geoids(self) -> list[str]:
        """Vertical datums of its files that are used as if they were EGM96."""
        return sorted({r.vertical.datum for r in self.rasters if r.vertical.datum != EGM96 and not r.vertical.ellipsoidal})

    def extent(self) -> str:
        """Where its files lie, in words."""
        r = self.rasters
        if not r:
            return f"{self.name} has no tiles, {len(self.empty)} empty cells"
        south, north = min(x.south for x in r), max(x.north for x in r)
        west, east = min(x.west for x in r), max(x.east for x in r)
        return f"{self.name} lies within {south:.2f} to {north:.2f} N, {west:.2f} to {east:.2f} E"


def share_of(box: Box, bounds: Box) -> float:
    """Share of box inside bounds (both south, north, west, east [deg]); longitudes may lap."""
    high = max(0.0, min(box[1], bounds[1]) - max(box[0], bounds[0])) / (box[1] - box[0])
    wide = sum(
        max(0.0, min(box[3], bounds[3] + turn) - max(box[2], bounds[2] + turn))
        for turn in TURNS
    )
    return high * wide / (box[3] - box[2])


def embedded_sources() -> list[Source]:
    """The grids of the package, finest first."""
    return [Source(title, math.degrees(embedded_grid(name).step) * DEGREE, name) for name, title in EMBEDDED]


def names_in(spec: Spec) -> list[str]:
    """The sources that a user names, in order of precedence: a list, or one text parted by the separator of the
    system (: or, on Windows, ;). A path that is there is never parted.

    >>> names_in(["a.tif", "glo90"]), names_in(None)
    (['a.tif', 'glo90'], [])
    """
    if spec is None:
        return []
    out: list[str] = []
    for item in [spec] if isinstance(spec, str | Path) else spec:
        text = str(item)
        if "://" in text or text.startswith("/vsi"):
            raise BadInput("terrain", text, "a file or folder of this machine, glo30, glo90, cache",
                           "download it first; `skyreach terrain fetch` does for Copernicus tiles")  # fmt: skip
        out += [text] if isinstance(item, Path) or Path(text).exists() else text.split(os.pathsep)
    if "" in out:
        raise BadInput("terrain", repr(spec), "names of sources, none of them empty")
    if SMOOTH in out and len(out) > 1:
        raise BadInput("terrain", ", ".join(out), f"{SMOOTH} alone, or other sources")
    return [name for item in out for name in (DATASETS if item == CACHE else [item])] if CACHE in out else out


def user_sources(spec: Spec) -> list[Source]:
    """The sources that a user names; BadInput where one cannot be used."""
    names = names_in(spec)
    either = CACHE in (str(item) for item in ([spec] if isinstance(spec, str | Path) else spec or ()))
    sources = [_fetched(name, must=not either) if name in DATASETS else _brought(name) for name in names]
    if names and not any(s.rasters or s.empty for s in sources):
        raise BadInput("terrain cache", "no tiles fetched yet", cure="skyreach terrain fetch --bbox W,S,E,N")
    return sources


def _fetched(name: str, must: bool) -> Source:
    """The tiles in the cache of one dataset."""
    folder = tile_folder(name)
    empty = list(empty_cells(folder))
    there = folder.is_dir() and any(folder.glob("*.tif"))
    rasters = find_rasters(folder) if there else []
    if must and not (rasters or empty):
        raise BadInput(f"terrain {name}", f"no tiles in {folder}", "tiles fetched before",
                       f"skyreach terrain fetch --dataset {name} --bbox W,S,E,N; a folder of that name: ./{name}")  # fmt: skip
    posting, about = rasters[0].posting if rasters else math.inf, DATASETS[name]
    return Source(about.title, posting, rasters=rasters, empty=empty, gaps=about.gaps)


def _brought(name: str) -> Source:
    path = Path(name)
    rasters = find_rasters(path)
    empty = list(empty_cells(path)) if path.is_dir() else []
    gaps = DATASETS["glo30" if path.is_dir() and any(path.rglob(f"{COPERNICUS_30}*.json")) else "glo90"].gaps
    return Source(name, rasters[0].posting, rasters=rasters, empty=empty, gaps=gaps)


def gap_note(source: Source) -> str:
    """What a result must say of cells without a tile that need not be sea; empty where there is nothing."""
    if not source.sea or source.gaps == "sea":
        return ""
    return f"{source.sea} nodes lie in cells for which {source.name} has no tile ({source.gaps}): taken as sea level."


def datum_note(source: Source) -> str:
    """What a result must say of a source whose heights do not count from EGM96; empty where there is nothing."""
    from skyreach.earth.vertical import EGM2008_OFF

    others = source.above_other_geoids()
    if not others or not source.nodes:
        return ""
    how = f"the two geoids differ by {EGM2008_OFF}" if others == [EGM2008] else "the difference is not taken into account"
    return f"Heights of {source.name} count from {', '.join(others)} and are used as if from {EGM96}: {how}."
