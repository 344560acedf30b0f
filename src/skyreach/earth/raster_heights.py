"""Heights of one elevation file at the nodes of a window: metres, NaN where the file has a void or does not reach.

Only the cells that a window needs are read, in parts of a bounded size, whatever the file claims to hold.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from skyreach.earth.rasters import Raster, check_member, gdal
from skyreach.earth.tiles import check_tile
from skyreach.earth.vertical import UNITS
from skyreach.errors import BadInput

VOID = -32766.0
"""Stored numbers as low as this are voids, also where the file does not say so (-32767 in DTED, -32768 in SRTM)."""
VOID_TOO = -9999.0
"""A stored number that is a void in so many files that it is taken as one everywhere."""
SEA_FLOOR = -500.0
"""No dry land lies deeper [m] (Dead Sea shore: -430 m); deeper values are sea floor, and the radar sees the
sea."""
TOP = 9000.0
"""No land lies higher [m]; a file with higher values is most likely in feet."""
PART = 16_000_000
"""Cells of a file that are held at once when it is resampled (64 MB)."""
MAX_CELLS = 2_000_000_000
"""Cells of one file that one window may need; reading more takes minutes."""


TURNS = (-720.0, -360.0, 0.0, 360.0, 720.0)
"""Whole turns [deg] by which longitudes of a file and of a window may differ."""


class Window(NamedTuple):
    """Regular geographic nodes [deg]; row 0 southmost."""

    lat0: float
    lon0: float
    step_lat: float
    step_lon: float
    n_lat: int
    n_lon: int

    def cut(self, row: int, column: int, n_lat: int, n_lon: int) -> "Window":
        """The nodes from (row, column) on."""
        lat0, lon0 = self.lat0 + row * self.step_lat, self.lon0 + column * self.step_lon
        return Window(lat0, lon0, self.step_lat, self.step_lon, n_lat, n_lon)


class Piece(NamedTuple):
    """Heights that one file gives to a part of a window."""

    row: int  # of the window, first row of h
    column: int
    h: np.ndarray  # float32 (rows, columns), NaN = void or beyond the file
    covered: np.ndarray  # bool, node lies on the file
    sea_floor: int  # nodes of sea floor that were set to sea level


def read_heights(raster: Raster, window: Window) -> Iterator[Piece]:
    """What raster has for window: nothing, or one piece (two where the window laps round the date line)."""
    for turn in TURNS:
        piece = _read_piece(raster, window, turn)
        if piece is not None:
            yield piece


def count_voids(raster: Raster) -> int:
    """Number of cells of a file without a height."""
    from rasterio.windows import Window as Rows

    check_member(raster.path)
    check_tile(raster.path)
    found, step = 0, max(1, PART // raster.columns)
    with gdal(raster.path) as source:
        for row in range(0, raster.rows, step):
            raw = source.read(1, window=Rows(0, row, raster.columns, min(step, raster.rows - row)))
            found += int(np.isnan(_metres(raw, source, raster)).sum())
    return found


def _read_piece(raster: Raster, window: Window, turn: float) -> Piece | None:
    hair = 1e-9  # of a step
    row0 = max(0, math.ceil((raster.south - window.lat0) / window.step_lat - hair))
    row1 = min(window.n_lat, math.floor((raster.north - window.lat0) / window.step_lat + hair) + 1)
    col0 = max(0, math.ceil((raster.west + turn - window.lon0) / window.step_lon - hair))
    col1 = min(window.n_lon, math.floor((raster.east + turn - window.lon0) / window.step_lon + hair) + 1)
    if row1 <= row0 or col1 <= col0:
        return None
    part = window._replace(lon0=window.lon0 - turn).cut(row0, col0, row1 - row0, col1 - col0)
    check_member(raster.path)
    check_tile(raster.path)
    with gdal(raster.path) as source:
        found = _direct(source, raster, part)
    h, covered = found or _resampled(raster, part)
    return Piece(row0, col0, h, covered, _sea_level(h))


def _metres(raw: np.ndarray, source: Any, raster: Raster) -> np.ndarray:
    """Stored numbers as float32 metres, voids NaN; BadInput where they cannot be metres."""
    h = raw.astype(np.float32)
    with np.errstate(invalid="ignore"):
        void = ~np.isfinite(h) | (h <= VOID) | (h == VOID_TOO)
    if source.nodata is not None:
        void |= raw == source.nodata
    scale = source.scales[0] * UNITS[raster.vertical.unit]
    if scale != 1.0 or source.offsets[0] != 0.0:
        h = h * np.float32(scale) + np.float32(source.offsets[0] * UNITS[raster.vertical.unit])
    h[void] = np.nan
    highest = float(np.nanmax(h, initial=0.0))
    if highest > TOP:
        text = f"a height of {highest:.0f} m: no ground is that high"
        cure = "heights in feet? gdal_edit.py -units ft FILE; a void that is not declared? gdal_edit.py -a_nodata VALUE FILE"
        raise BadInput(f"terrain {raster.path}", text, cure=cure)
    return h


def _sea_level(h: np.ndarray) -> int:
    """Sets sea floor to sea level: nodes below SEA_FLOOR, and nodes below zero joined to such. Writes h; returns how
    many."""
    with np.errstate(invalid="ignore"):
        deep = h < SEA_FLOOR
        if not deep.any():
            return 0
        wet = h < 0.0
    from scipy.ndimage import label

    basins, _ = label(wet)
    sea = np.isin(basins, np.unique(basins[deep]))
    h[sea] = 0.0
    return int(sea.sum())


def _direct(source: Any, raster: Raster, part: Window) -> tuple[np.ndarray, np.ndarray] | None:
    """The file's own nodes, where they are those of the window; else None."""
    from rasterio.windows import Window as Rows

    row, column = (part.lat0 - raster.lat0) / raster.step_lat, (part.lon0 - raster.lon0) / raster.step_lon
    same = abs(part.step_lat / raster.step_lat - 1) + abs(part.step_lon / raster.step_lon - 1) < 1e-9
    if not (raster.aligned and same and abs(row - round(row)) < 1e-4 and abs(column - round(column)) < 1e-4):
        return None
    first = source.height - round(row) - part.n_lat  # rows count from the north in files
    if first < 0 or round(column) < 0 or round(row) < 0 or round(column) + part.n_lon > source.width:
        return None
    raw = source.read(1, window=Rows(round(column), first, part.n_lon, part.n_lat))[::-1]
    return _metres(raw, source, raster), np.ones(raw.shape, dtype=bool)


def _resampled(raster: Raster, part: Window) -> tuple[np.ndarray, np.ndarray]:
    """Heights interpolated to the window: bilinear, or the mean of the cells where the window is much coarser (from
    the file's own overview, where it has one that is fine enough)."""
    ratio = min(part.step_lat / raster.step_lat, part.step_lon / raster.step_lon)
    with gdal(raster.path) as source:
        level = sum(1 for factor in source.overviews(1) if factor <= ratio) - 1
        factor = source.overviews(1)[level] if level >= 0 else 1
    cells = max(part.step_lat / raster.step_lat, 1.0) * max(part.step_lon / raster.step_lon, 1.0) / factor**2
    needed = part.n_lat * part.n_lon * cells
    if needed > MAX_CELLS:
        text = f"{needed / 1e6:,.0f} million of its {raster.rows} x {raster.columns} cells for one window"
        cure = "a coarser copy: gdalwarp -r average -tr ...; or overviews: gdaladdo -r average FILE 2 4 8 16"
        raise BadInput(f"terrain {raster.path}", text, f"at most {MAX_CELLS / 1e6:,.0f} million", cure)
    side = max(1, int(math.sqrt(PART / max(cells, 1.0))))
    h = np.full((part.n_lat, part.n_lon), np.nan, dtype=np.float32)
    covered = np.zeros(h.shape, dtype=bool)
    mean = ratio / factor >= 2.0
    with gdal(raster.path, **({"overview_level": level} if level >= 0 else {})) as source:
        for i in range(0, part.n_lat, side):
            for j in range(0, part.n_lon, side):
                box = part.cut(i, j, min(side, part.n_lat - i), min(side, part.n_lon - j))
                here = (slice(i, i + box.n_lat), slice(j, j + box.n_lon))
                _warp(source, raster, box, mean, h[here], covered[here])
    return h, covered


def _warp(source: Any, raster: Raster, box: Window, mean: bool, h: np.ndarray, covered: np.ndarray) -> None:
    """Heights of the open dataset at the nodes of box, and which of them lie on it. Writes h and covered."""
    from affine import Affine
    from rasterio.warp import Resampling

    rows = _rows_for(source, box)
    if rows is None:
        return
    cells = _metres(source.read(1, window=rows), source, raster)
    t, x, y = source.transform, rows.col_off, rows.row_off
    corner = Affine(t.a, t.b, t.c + x * t.a + y * t.b, t.d, t.e, t.f + x * t.d + y * t.e)
    h[:] = _project(cells, corner, source.crs, box, Resampling.average if mean else Resampling.bilinear)
    covered[:] = ~np.isnan(h)
    if not covered.all():
        ones = np.ones(cells.shape, dtype=np.float32)
        covered |= ~np.isnan(_project(ones, corner, source.crs, box, Resampling.nearest))


def _project(cells: np.ndarray, corner: Any, crs: Any, box: Window, kind: Any) -> np.ndarray:
    """Cells (NaN: void) in another system at the nodes of box; NaN where they do not reach. corner: their transform."""
    from affine import Affine
    from rasterio.io import MemoryFile
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import Resampling

    north = box.lat0 + (box.n_lat - 0.5) * box.step_lat
    target = Affine(box.step_lon, 0.0, box.lon0 - box.step_lon / 2, 0.0, -box.step_lat, north)
    # or GDAL widens its kernel and moves the terrain
    narrow = {} if kind is Resampling.average else {"XSCALE": "1", "YSCALE": "1"}
    shape = {"height": cells.shape[0], "width": cells.shape[1], "count": 1, "dtype": "float32", "nodata": math.nan}
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", crs=crs, transform=corner, **shape) as file:
            file.write(cells, 1)
        with (
            memory.open() as file,
            WarpedVRT(
                file, crs="EPSG:4326", transform=target, width=box.n_lon, height=box.n_lat, resampling=kind,
                nodata=math.nan, dtype="float32", tolerance=0.02, **narrow,  # tolerance: of a cell
            ) as warped,
        ):  # fmt: skip
            return warped.read(1)[::-1]


def _rows_for(source: Any, box: Window) -> Any:
    """The cells of the open dataset that the nodes of box need, as a window of rasterio; None where there are none."""
    from rasterio.warp import transform
    from rasterio.windows import Window as Rows

    lats = np.linspace(box.lat0 - box.step_lat, box.lat0 + box.n_lat * box.step_lat, 21).clip(-90.0, 90.0)
    lons = np.linspace(box.lon0 - box.step_lon, box.lon0 + box.n_lon * box.step_lon, 21)
    grid_lat, grid_lon = (a.ravel() for a in np.meshgrid(lats, lons))
    x, y = (np.asarray(v) for v in transform("EPSG:4326", source.crs, grid_lon.tolist(), grid_lat.tolist()))
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return None
    inverse = ~source.transform
    columns = inverse.a * x[known] + inverse.b * y[known] + inverse.c
    rows = inverse.d * x[known] + inverse.e * y[known] + inverse.f
    margin = 3 + (max(np.ptp(columns), np.ptp(rows)) / 20.0 if not known.all() else 0.0)
    left, right = max(0, math.floor(columns.min() - margin)), min(source.width, math.ceil(columns.max() + margin))
    top, bottom = max(0, math.floor(rows.min() - margin)), min(source.height, math.ceil(rows.max() + margin))
    return Rows(left, top, right - left, bottom - top) if right > left and bottom > top else None
