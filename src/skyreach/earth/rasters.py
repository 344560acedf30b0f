"""Elevation files that a user brings: anything GDAL reads, SRTM tiles, DTED cells, folders and zips of them.

Each file becomes a Raster: where it lies, how fine it is, what its heights count from. `raster_heights` reads them.
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

from skyreach.earth.vertical import UNITS, Vertical, systems, vertical_of
from skyreach.errors import BadInput

SUFFIXES = (
    ".tif",
    ".tiff",
    ".hgt",
    ".dt0",
    ".dt1",
    ".dt2",
    ".asc",
    ".dem",
    ".grd",
    ".img",
    ".bil",
    ".flt",
    ".vrt",
    ".nc",
    ".jp2",
)
HGT_SIDES = (1201, 3601)
DEGREE = 111_195.0
"""Length of a degree of a great circle [m] (6371 km), for quoting postings."""
MAX_BLOCK = 100_000_000
"""Most cells that a file may pack into one block: a block is decoded whole, at up to 8 bytes a cell."""
LOCAL_ONLY = {"CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "GDAL_CACHEMAX": 256}
"""GDAL settings: a .vrt must not make GDAL ask the network; its cache of blocks is 256 MB, not a share of the machine."""


class Raster(NamedTuple):
    """One elevation file, opened and closed again. Degrees; bounds reach half a cell beyond the outer
    nodes; east may exceed 180."""

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
    vertical: Vertical
    driver: str
    crs: str  # name of the coordinate system
    rows: int
    columns: int

    @property
    def posting(self) -> float:
        """Distance between rows [m]."""
        return self.step_lat * DEGREE


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
    return sorted((inspect(name) for name in names), key=lambda r: (r.step_lat, r.path))


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
        yield f"/vsizip/{{{file.resolve()}}}/{info.filename}"


@functools.cache
def check_member(path: str) -> None:
    """GDAL does not look at the checksums inside a zip: read the member once and compare. Others pass."""
    archive, brace, member = path.removeprefix("/vsizip/{").partition("}/")
    if not (path.startswith("/vsizip/{") and brace):
        return
    try:
        with zipfile.ZipFile(archive) as file, file.open(member) as data:
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
def gdal(path: str, **options: Any) -> Iterator[Any]:
    """The opened dataset; whatever rasterio raises while it is open becomes a BadInput that names the
    file."""
    import rasterio
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    with warnings.catch_warnings(), rasterio.Env(**LOCAL_ONLY):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path, **options) as source:
                yield source
        except (RasterioError, CPLE_BaseError, MemoryError) as error:
            text = f"GDAL cannot read it ({error.__cause__ or error})"
            raise BadInput(
                f"terrain {path}", text, "a GDAL raster", "check the file, download it again"
            ) from error


def inspect(path: str) -> Raster:
    """The Raster of a file under the name that GDAL opens; BadInput where it cannot serve as terrain."""
    from rasterio.warp import transform_bounds

    with gdal(path) as source:
        _check_usable(source, path)
        w, s, e, n = transform_bounds(source.crs, "EPSG:4326", *bounds_of(source), densify_pts=21)
        e += 360.0 if e < w else 0.0  # over the date line
        if not all(math.isfinite(x) for x in (w, s, e, n)) or e <= w or n <= s or s < -90.5 or n > 90.5 or e - w > 361.0:
            raise BadInput(
                f"terrain {path}", f"bounds {bounds_of(source)} in {source.crs}", "a place on the earth",
                "is the coordinate system right?",
            )  # fmt: skip
        t, parts = source.transform, systems(source.crs.to_wkt())
        aligned = bool(parts.plain and t.b == 0.0 == t.d and t.a > 0.0 > t.e)
        step_lat, step_lon = (n - s) / source.height, (e - w) / source.width
        if not aligned:
            step_lat, step_lon = _steps(source) or (step_lat, step_lon)
        return Raster(
            path, w, s, e, n, step_lat, step_lon, s + step_lat / 2, w + step_lon / 2, aligned,
            vertical_of(source, path), source.driver, parts.name, source.height, source.width,
        )  # fmt: skip


def bounds_of(source: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of an open dataset in its own coordinates, also of one that is turned."""
    t = source.transform
    corners = [(i, j) for i in (0, source.width) for j in (0, source.height)]
    x, y = ([a * i + b * j + c for i, j in corners] for a, b, c in ((t.a, t.b, t.c), (t.d, t.e, t.f)))
    return min(x), min(y), max(x), max(y)


def _check_usable(source: Any, path: str) -> None:
    """BadInput unless the open dataset has a coordinate system, numbers, a unit, and blocks of a sensible size."""
    if source.crs is None:
        raise BadInput(
            f"terrain {path}",
            "the file does not say its coordinate system (CRS)",
            cure="assign one, e.g. gdal_edit.py -a_srs EPSG:4326 FILE, or put a .prj file beside it",
        )
    if source.count < 1 or np.dtype(source.dtypes[0]).kind not in "iuf":
        raise BadInput(f"terrain {path}", f"band 1 holds {source.dtypes[:1]}", "whole or real numbers")
    if (source.units[0] or "").lower() not in UNITS:
        raise BadInput(f"terrain {path}", f"heights in {source.units[0]!r}", "m, ft", "set the unit of band 1")
    high, wide = source.block_shapes[0]
    if high * wide > MAX_BLOCK:
        raise BadInput(
            f"terrain {path}", f"{source.height} x {source.width} cells in blocks of {high} x {wide}",
            f"at most {MAX_BLOCK // 1_000_000} million cells to a block: a block is unpacked whole",
            "gdal_translate -co TILED=YES FILE NEW",
        )  # fmt: skip


def _steps(source: Any) -> tuple[float, float] | None:
    """Size of the middle cell of a file in another projection, northwards and eastwards [deg]; None where it has no
    place."""
    from rasterio.warp import transform

    t, row, column = source.transform, source.height / 2, source.width / 2
    x, y = t.a * column + t.b * row + t.c, t.d * column + t.e * row + t.f
    lons, lats = transform(source.crs, "EPSG:4326", [x, x + t.a, x + t.b], [y, y + t.d, y + t.e])
    if not all(math.isfinite(v) for v in (*lons, *lats)) or abs(lats[0]) > 89.0:
        return None
    across, down = (
        math.hypot(lats[i] - lats[0], ((lons[i] - lons[0] + 180.0) % 360.0 - 180.0) * math.cos(math.radians(lats[0])))
        for i in (1, 2)
    )
    return (down, across / math.cos(math.radians(lats[0]))) if across > 0.0 < down else None
