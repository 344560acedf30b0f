"""Elevation files that a user brings: anything GDAL reads, SRTM tiles, DTED cells, folders and zips of them.

Each file becomes a Raster (where it lies, how fine it is); `read_heights` gives its heights at the nodes of a
window. Heights are metres above mean sea level unless the file says otherwise (unit feet, or ellipsoidal
heights).
"""

import functools
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.errors import BadInput

SUFFIXES = (
    ".tif",
    ".tiff",
    ".hgt",
    ".dt0",
    ".dt1",
    ".dt2",
    ".asc",
    ".img",
    ".bil",
    ".flt",
    ".vrt",
    ".nc",
    ".jp2",
)
HGT_SIDES = (1201, 3601)
VOID = -32768.0
SEA_FLOOR = -500.0
"""No dry land lies deeper [m] (Dead Sea shore: -430 m); deeper values are sea floor, and the radar sees the
sea."""
TOP = 9000.0
"""No land lies higher [m]; a file with higher values is most likely in feet."""
DEGREE = 111_195.0
"""Length of a degree of a great circle [m] (6371 km), for quoting postings."""
UNITS = {"": 1.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0, "ft": 0.3048, "foot": 0.3048,
         "feet": 0.3048, "us survey foot": 1200 / 3937, "ftus": 1200 / 3937}  # fmt: skip


class Raster(NamedTuple):
    """One elevation file, opened and closed again. Degrees; bounds reach half a cell beyond the outer
    nodes."""

    path: str  # as GDAL opens it
    west: float
    south: float
    east: float
    north: float
    step_lat: float
    step_lon: float
    lat0: float  # latitude of the southernmost row of nodes
    lon0: float
    aligned: bool  # geographic WGS84, north up: nodes can be taken as they are
    ellipsoidal: bool  # heights above the ellipsoid and not above mean sea level

    @property
    def posting(self) -> float:
        """Distance between rows [m]."""
        return self.step_lat * DEGREE


class Window(NamedTuple):
    """Regular geographic nodes [deg]; row 0 southmost."""

    lat0: float
    lon0: float
    step_lat: float
    step_lon: float
    n_lat: int
    n_lon: int


def find_rasters(path: Path) -> list[Raster]:
    """All elevation files behind path (a file, a zip, a folder and its subfolders), finest first."""
    if not path.exists():
        raise BadInput(
            f"terrain {path}", "no such file or folder", cure="give an elevation file or a folder of tiles"
        )
    if path.is_file():
        names = list(_names(path))
    else:
        known = (*SUFFIXES, ".zip")
        files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in known)
        names = [name for file in files for name in _names(file)]
    if not names:
        raise BadInput(
            f"terrain {path}",
            "no elevation file in it",
            f"files ending in {' '.join(SUFFIXES)}, or zips of them",
        )
    return sorted((_inspect(name) for name in names), key=lambda r: (r.step_lat, r.path))


def _names(file: Path) -> Iterator[str]:
    """Names under which GDAL opens a file, or the elevation files in a zip."""
    if file.suffix.lower() != ".zip":
        _check_hgt(file.name, file.stat().st_size, str(file))
        yield str(file)
        return
    try:
        with zipfile.ZipFile(file) as archive:
            members = [info for info in archive.infolist() if Path(info.filename).suffix.lower() in SUFFIXES]
    except (zipfile.BadZipFile, OSError) as error:
        raise BadInput(f"terrain {file}", f"damaged zip ({error})", cure="download it again") from error
    for info in members:
        _check_hgt(Path(info.filename).name, info.file_size, f"{file} ({info.filename})")
        yield f"/vsizip/{file.resolve()}/{info.filename}"


@functools.cache
def _check_member(path: str) -> None:
    """GDAL does not look at the checksums inside a zip: read the member once and compare. Others pass."""
    archive, dot, member = path.removeprefix("/vsizip/").partition(".zip/")
    if not (path.startswith("/vsizip/") and dot):
        return
    try:
        with zipfile.ZipFile(archive + ".zip") as file, file.open(member) as data:
            while data.read(1 << 20):
                pass
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise BadInput(f"terrain {path}", f"damaged zip ({error})", cure="download it again") from error


def _check_hgt(name: str, size: int, where: str) -> None:
    """An .hgt file has no header: its name says where it lies, its size how fine it is."""
    if not name.lower().endswith(".hgt"):
        return
    sizes = [2 * side * side for side in HGT_SIDES]
    if size not in sizes:
        allowed = ", ".join(f"{s} bytes ({n} x {n})" for s, n in zip(sizes, HGT_SIDES, strict=True))
        raise BadInput(
            f"terrain {where}", f"{size} bytes: truncated or not an SRTM tile", allowed, "download it again"
        )
    if not re.match(r"[NS]\d\d[EW]\d\d\d", name, re.IGNORECASE):
        raise BadInput(
            f"terrain {where}", f"name {name}", "names such as N40E032.hgt (south-west corner)", "rename it"
        )


@contextmanager
def _gdal(path: str) -> Iterator[Any]:
    """The opened dataset; whatever rasterio raises while it is open becomes a BadInput that names the
    file."""
    import rasterio
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path) as source:
                yield source
        except (RasterioError, CPLE_BaseError) as error:
            text = f"GDAL cannot read it ({error.__cause__ or error})"
            raise BadInput(
                f"terrain {path}", text, "a GDAL raster", "check the file, download it again"
            ) from error


def _inspect(path: str) -> Raster:
    from rasterio.warp import transform_bounds

    with _gdal(path) as source:
        if source.crs is None:
            raise BadInput(
                f"terrain {path}",
                "the file does not say its coordinate system (CRS)",
                cure="assign one, e.g. gdal_edit.py -a_srs EPSG:4326 FILE, or put a .prj file beside it",
            )
        if source.count < 1 or np.dtype(source.dtypes[0]).kind not in "iuf":
            raise BadInput(f"terrain {path}", f"band 1 holds {source.dtypes[:1]}", "whole or real numbers")
        if (source.units[0] or "").lower() not in UNITS:
            raise BadInput(
                f"terrain {path}", f"heights in {source.units[0]!r}", "m, ft", "set the unit of band 1"
            )
        w, s, e, n = transform_bounds(source.crs, "EPSG:4326", *source.bounds, densify_pts=21)
        if not all(math.isfinite(x) for x in (w, s, e, n)) or e <= w or n <= s:
            raise BadInput(
                f"terrain {path}", f"bounds {tuple(source.bounds)} in {source.crs}", "a place on the earth"
            )
        t = source.transform
        aligned = bool(source.crs == "EPSG:4326" and t.b == 0.0 == t.d and t.a > 0.0 > t.e)
        step_lat, step_lon = (n - s) / source.height, (e - w) / source.width
        wkt = source.crs.to_wkt()
        ellipsoidal = source.crs.to_epsg() == 4979 or "Ellipsoidal height" in wkt or "Ellipsoid (" in wkt
        return Raster(
            path, w, s, e, n, step_lat, step_lon, s + step_lat / 2, w + step_lon / 2, aligned, ellipsoidal
        )


class Piece(NamedTuple):
    """Heights that one file gives to a part of a window."""

    row: int  # of the window, first row of h
    column: int
    h: np.ndarray  # float32 (rows, columns), NaN = void or beyond the file
    covered: np.ndarray  # bool, node lies on the file
    sea_floor: int  # nodes deeper than SEA_FLOOR that were set to sea level


def read_heights(raster: Raster, window: Window) -> Iterator[Piece]:
    """What raster has for window: nothing, or one piece (two where the window laps round the date line)."""
    for turn in (-360.0, 0.0, 360.0):
        piece = _read_piece(raster, window, turn)
        if piece is not None:
            yield piece


def _read_piece(raster: Raster, window: Window, turn: float) -> Piece | None:
    hair = 1e-9  # of a step
    row0 = max(0, math.ceil((raster.south - window.lat0) / window.step_lat - hair))
    row1 = min(window.n_lat, math.floor((raster.north - window.lat0) / window.step_lat + hair) + 1)
    col0 = max(0, math.ceil((raster.west + turn - window.lon0) / window.step_lon - hair))
    col1 = min(window.n_lon, math.floor((raster.east + turn - window.lon0) / window.step_lon + hair) + 1)
    if row1 <= row0 or col1 <= col0:
        return None
    south, west = window.lat0 + row0 * window.step_lat, window.lon0 + col0 * window.step_lon - turn
    part = Window(south, west, window.step_lat, window.step_lon, row1 - row0, col1 - col0)
    _check_member(raster.path)
    with _gdal(raster.path) as source:
        h, covered = _direct(source, raster, part) or _warped(source, raster, part)
        h = h * np.float32(source.scales[0] * UNITS[(source.units[0] or "").lower()]) + np.float32(
            source.offsets[0]
        )
    h[h <= VOID + 2] = np.nan  # voids that the file does not declare
    with np.errstate(invalid="ignore"):
        highest, deep = np.nanmax(h, initial=0.0), h < SEA_FLOOR
    if highest > TOP:
        text = f"a height of {highest:.0f} m: no ground is that high"
        raise BadInput(f"terrain {raster.path}", text, cure="heights in feet? gdal_edit.py -units ft FILE")
    h[deep] = 0.0
    return Piece(row0, col0, h, covered, int(deep.sum()))


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
    data = source.read(1, window=Rows(round(column), first, part.n_lon, part.n_lat))[::-1]
    h = data.astype(np.float32)
    if source.nodata is not None:
        h[data == source.nodata] = np.nan
    return h, np.ones(h.shape, dtype=bool)


def _warped(source: Any, raster: Raster, part: Window) -> tuple[np.ndarray, np.ndarray]:
    """Heights interpolated to the window: bilinear, or the mean of the cells where the window is much
    coarser."""
    from affine import Affine
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import Resampling, reproject

    north = part.lat0 + (part.n_lat - 0.5) * part.step_lat
    target = Affine(part.step_lon, 0.0, part.lon0 - part.step_lon / 2, 0.0, -part.step_lat, north)
    unsigned = np.dtype(source.dtypes[0]).kind == "u"
    nodata = VOID if source.nodata is None and not unsigned else source.nodata
    mean = part.step_lat >= 2 * raster.step_lat
    with WarpedVRT(
        source,
        crs="EPSG:4326",
        transform=target,
        width=part.n_lon,
        height=part.n_lat,
        resampling=Resampling.average if mean else Resampling.bilinear,
        src_nodata=nodata,
        nodata=math.nan,
        dtype="float32",
        tolerance=0.02,  # cells
        **({} if mean else {"XSCALE": "1", "YSCALE": "1"}),  # or GDAL widens its kernel and moves the terrain
    ) as warped:
        h = warped.read(1)[::-1].copy()
    across, down = min(source.width, 1024), min(source.height, 1024)  # the file's outline as a raster of ones
    t, wide, high = source.transform, source.width / across, source.height / down
    outline = Affine(t.a * wide, t.b * high, t.c, t.d * wide, t.e * high, t.f)
    covered = np.zeros(h.shape, dtype=np.uint8)
    reproject(
        np.ones((down, across), dtype=np.uint8),
        covered,
        src_transform=outline,
        src_crs=source.crs,
        dst_transform=target,
        dst_crs="EPSG:4326",
        resampling=Resampling.nearest,
    )
    return h, covered[::-1] > 0
