"""Copernicus tiles from their public bucket, or a mirror of it, into the cache folder or a folder of the user's.

    fetch_terrain((32.0, 39.0, 34.0, 41.0), "glo90")

Tiles that are there and whole are left alone; a cell without a tile is remembered and not asked for again. Each tile is
checked against what the server says of it and decoded once before it counts.
"""

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from skyreach.earth.download import Absent, Broken, Got, Limits, Refused, download, locked
from skyreach.earth.tiles import (
    DATASETS,
    is_whole,
    read_record,
    tile_corner,
    tile_folder,
    tiles_of_box,
    write_record,
)
from skyreach.errors import BadInput

MAX_TILES = 4000
"""Most cells of one fetch; the land of the whole earth has 26,000."""
MAX_JOBS = 32
LARGEST_SIDE = 3601
Progress = Callable[[str, int, int], None]
"""Called with the name of a tile, its bytes so far and its bytes in all; from several threads, one at a time."""


class Order(NamedTuple):
    """What to fetch, from where, to where."""

    dataset: str
    base: str
    folder: Path
    limits: Limits
    again: bool  # ask again for cells that had no tile


def fetch_terrain(
    bbox: tuple[float, float, float, float], dataset: str = "glo30", mirror: str | None = None,
    out: str | Path | None = None, jobs: int = 4, again: bool = False, limits: Limits | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Fetch all tiles that touch bbox (west, south, east, north) [deg]; west > east laps over the date line.

    dataset: glo30 or glo90; mirror: address below which tiles lie as in the bucket, NAME/NAME.tif; out: folder, the
    cache if None; jobs: tiles at once; again: ask also for cells that had no tile the last time. Returns what was done,
    tile by tile, as can be written as JSON; tiles that failed are in it, not raised. Validated: test_fetch (a real
    server)."""
    order, names = _order(bbox, dataset, mirror, out, jobs, again, limits)
    guard = threading.Lock()

    def tell(name: str, done: int, total: int) -> None:
        if progress:
            with guard:
                progress(name, done, total)

    try:
        order.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"terrain fetch: {order.folder}", str(error), "a folder that can be written") from error
    with ThreadPoolExecutor(jobs) as pool:
        tiles = list(pool.map(lambda name: _fetch(order, name, tell), names))
    counts = {state: sum(t["state"] == state for t in tiles) for state in ("fetched", "present", "absent", "failed")}
    return {
        "dataset": dataset,
        "title": DATASETS[dataset].title,
        "bbox": list(bbox),
        "from": order.base,
        "folder": str(order.folder),
        "use": f"--terrain {order.folder if out else dataset}",
        "vertical": "metres above EGM2008",
        "absent_means": DATASETS[dataset].gaps,
        "counts": counts,
        "bytes_fetched": sum(t.get("bytes", 0) - t.get("resumed_from", 0) for t in tiles if t["state"] == "fetched"),
        "tiles": tiles,
    }


def tiles_to_fetch(bbox: tuple[float, float, float, float], dataset: str) -> list[str]:
    """Names of the tiles that touch bbox; BadInput for what is no box, no dataset, or too much."""
    if dataset not in DATASETS:
        raise BadInput("terrain fetch: dataset", dataset, " or ".join(DATASETS))
    west, south, east, north = bbox
    good = all(math.isfinite(v) for v in bbox) and -90 <= south < north <= 90
    if not (good and -180 <= west <= 180 and -180 <= east <= 180 and west != east):
        raise BadInput(
            "terrain fetch: bbox", f"{west:g},{south:g},{east:g},{north:g}",
            "W,S,E,N in degrees, S below N; W greater than E goes over the date line", "--bbox 32,39,34,41",
        )  # fmt: skip
    names = tiles_of_box(dataset, west, south, east, north)
    if len(names) > MAX_TILES:
        raise BadInput("terrain fetch: bbox", f"{len(names)} tiles", f"at most {MAX_TILES} at once", "smaller boxes")
    return names


def _order(
    bbox: tuple[float, float, float, float], dataset: str, mirror: str | None, out: str | Path | None, jobs: int,
    again: bool, limits: Limits | None,
) -> tuple[Order, list[str]]:  # fmt: skip
    names = tiles_to_fetch(bbox, dataset)
    if not 1 <= jobs <= MAX_JOBS:
        raise BadInput("terrain fetch: jobs", jobs, f"1 to {MAX_JOBS}")
    base = (mirror or DATASETS[dataset].bucket).rstrip("/")
    if not base.lower().startswith(("http://", "https://")):
        cure = "a folder of tiles needs no fetching: --terrain FOLDER"
        raise BadInput("terrain fetch: mirror", base, "an address that begins with http:// or https://", cure)
    folder = Path(out) if out else tile_folder(dataset)
    return Order(dataset, base, folder, limits or Limits(DATASETS[dataset].max_bytes), again), names


def _fetch(order: Order, name: str, tell: Progress) -> dict[str, Any]:
    """Fetch one tile, unless it is there; what was done."""
    tile, url = order.folder / f"{name}.tif", f"{order.base}/{name}/{name}.tif"
    about: dict[str, Any] = {"name": name}

    def keep(got: Got) -> None:
        record = {
            "name": name, "dataset": order.dataset, "url": url, "bytes": got.bytes, "sha256": got.sha256,
            "etag": got.etag, "checked_by": got.checked_by, "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        write_record(tile, record)

    try:
        known = read_record(tile)
        if known and known.get("absent") and not order.again:
            return {**about, "state": "absent", "remembered": True}
        got = download(
            url, tile, order.limits, lambda path: check_content(path, name), lambda a, b: tell(name, a, b), keep,
            lambda: is_whole(tile),
        )  # fmt: skip
    except Absent:
        with locked(tile):
            if not is_whole(tile):
                write_record(tile, {"name": name, "dataset": order.dataset, "url": url, "absent": True,
                                    "asked": datetime.now(UTC).isoformat(timespec="seconds")})  # fmt: skip
        tell(name, 0, 0)
        return {**about, "state": "absent", "remembered": False}
    except (Refused, Broken, OSError) as error:
        return {**about, "state": "failed", "error": str(error)}
    if got is None:
        return {**about, "state": "present", "bytes": tile.stat().st_size}
    return {**about, "state": "fetched", "bytes": got.bytes, "sha256": got.sha256, "resumed_from": got.resumed_from,
            "tries": got.tries, "checked_by": got.checked_by}  # fmt: skip


def check_content(path: Path, name: str) -> None:
    """Refused unless the file is a GeoTIFF of the cell that name tells and every block of it can be decoded."""
    import rasterio

    from skyreach.earth.rasters import bounds_of, gdal

    corner = tile_corner(name)
    assert corner is not None
    south, west = corner
    try:
        with gdal(str(path), driver="GTiff") as source:
            bounds, half = bounds_of(source), max(abs(source.transform.a), abs(source.transform.e))
            off = max(abs(a - b) for a, b in zip(bounds, (west, south, west + 1, south + 1), strict=True))
            if source.crs is None or not source.crs.is_geographic or off > half:
                raise Refused(f"{name}: the file covers {tuple(round(v, 4) for v in bounds)}, not the cell of its name")
            if max(source.shape) > LARGEST_SIDE:
                raise Refused(f"{name}: {source.height} x {source.width} cells; a tile has at most {LARGEST_SIDE} a side")
            for _, block in source.block_windows(1):
                source.read(1, window=block)
    except (BadInput, rasterio.errors.RasterioError) as error:
        raise Refused(f"{name}: what came is not a whole GeoTIFF ({error})".replace("\n", " ")) from error
