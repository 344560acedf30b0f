"""Copernicus tiles on disk: their names, the cache folder, and the record beside each tile.

The record of a tile (NAME.json beside NAME.tif) holds its size and SHA-256 and where it came from; or that the server
has no such tile, which over the sea is the rule. A tile is checked against its record before it is used.
"""

import functools
import hashlib
import json
import math
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from skyreach.errors import BadInput
from skyreach.jit import cache_root


class Dataset(NamedTuple):
    """A Copernicus DEM product as it lies in its public bucket (readme of the bucket: one cloud-optimised GeoTIFF per
    degree cell, sea cells left out)."""

    title: str
    code: str  # of the file names: the posting in tenths of an arc second
    bucket: str
    max_bytes: int  # several times the largest tile
    gaps: str  # what a tile that is not there can mean


DATASETS = {
    "glo30": Dataset(
        "Copernicus GLO-30", "10", "https://copernicus-dem-30m.s3.amazonaws.com", 256_000_000,
        "sea, or land of a country that is not released at this posting",
    ),
    "glo90": Dataset("Copernicus GLO-90", "30", "https://copernicus-dem-90m.s3.amazonaws.com", 64_000_000, "sea"),
}  # fmt: skip
STEM = re.compile(r"Copernicus_DSM_COG_(?P<code>\d\d)_(?P<ns>[NS])(?P<lat>\d\d)_00_(?P<ew>[EW])(?P<lon>\d\d\d)_00_DEM")


def tile_name(dataset: str, south: int, west: int) -> str:
    """Name of the tile whose south-west corner is given [deg], without suffix.

    >>> tile_name("glo30", 40, 32), tile_name("glo90", -34, -71)
    ('Copernicus_DSM_COG_10_N40_00_E032_00_DEM', 'Copernicus_DSM_COG_30_S34_00_W071_00_DEM')
    """
    ns, ew = "NS"[south < 0], "EW"[west < 0]
    return f"Copernicus_DSM_COG_{DATASETS[dataset].code}_{ns}{abs(south):02d}_00_{ew}{abs(west):03d}_00_DEM"


def tile_corner(name: str) -> tuple[int, int] | None:
    """South-west corner (south, west) [deg] that a tile's name tells; None for other names."""
    found = STEM.search(name)
    if not found:
        return None
    return int(found["lat"]) * (-1) ** (found["ns"] == "S"), int(found["lon"]) * (-1) ** (found["ew"] == "W")


def tiles_of_box(dataset: str, west: float, south: float, east: float, north: float) -> list[str]:
    """Names of all tiles that a box [deg] touches, from the south-west on; west > east laps over the date line."""
    east += 360.0 if east <= west else 0.0
    rows = range(math.floor(south), max(math.ceil(north), math.floor(south) + 1))
    columns = range(math.floor(west), max(math.ceil(east), math.floor(west) + 1))
    turned = list(dict.fromkeys((column + 180) % 360 - 180 for column in columns))
    return [tile_name(dataset, row, column) for row in rows for column in turned]


def tile_folder(dataset: str) -> Path:
    """Where `skyreach terrain fetch` keeps the tiles of a dataset."""
    return cache_root() / "terrain" / dataset


def read_record(tile: Path) -> dict[str, Any] | None:
    """The record beside a tile (path of the .tif); None where there is none that can be read."""
    try:
        record = json.loads(tile.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("name") == tile.stem else None


def write_record(tile: Path, record: dict[str, Any]) -> None:
    """Write the record beside a tile: whole or not at all."""
    handle, name = tempfile.mkstemp(suffix=".tmp", dir=tile.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1)
    os.replace(name, tile.with_suffix(".json"))


def digest_of(path: Path, kind: str = "sha256") -> str:
    """Hash of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def is_whole(tile: Path) -> bool:
    """True if the tile is there and is what its record says."""
    record = read_record(tile)
    try:
        return bool(record and record.get("bytes") == tile.stat().st_size and record.get("sha256") == digest_of(tile))
    except OSError:
        return False


@functools.lru_cache(maxsize=4096)
def _whole_once(path: str, mtime_ns: int, size: int) -> bool:
    return is_whole(Path(path))


def check_tile(path: str) -> None:
    """BadInput if a fetched tile is not what its record says. Files without a record pass; once per process and file."""
    tile = Path(path)
    if not STEM.fullmatch(tile.stem) or read_record(tile) is None:
        return
    state = tile.stat()
    if not _whole_once(path, state.st_mtime_ns, state.st_size):
        raise BadInput(f"terrain {path}", "not the bytes that were fetched: the SHA-256 in its record differs",
                       cure="skyreach terrain fetch again: it replaces damaged tiles")  # fmt: skip


def empty_cells(folder: Path) -> Iterator[tuple[int, int]]:
    """(south, west) [deg] of the cells for which the records in a folder say that the server has no tile."""
    for path in sorted(folder.rglob("Copernicus_DSM_COG_*_DEM.json")):
        record, corner = read_record(path.with_suffix(".tif")), tile_corner(path.stem)
        if record and record.get("absent") and corner:
            yield corner
