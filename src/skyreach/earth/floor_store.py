"""Floor maps on disk, each under a name that is a hash of all that it depends on.

A map is written to a name of its own and renamed, so that a file that is there is whole; the checksum of the zip inside is
checked on reading. Nothing here fails: a map that cannot be read is made again, one that cannot be written is not kept."""

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from skyreach.earth.grid import Dem
from skyreach.jit import cache_root

LAYOUT = b"floor map 2"  # part of the key: change it when the meaning of a stored map changes
CODE = ("floor.py", "geodesy.py", "grid.py", "polar.py", "polar_ground.py", "sweep.py", "traced.py", "../physics/raytrace.py")
PIECE = 1 << 16  # bytes under one checksum


def digest_of(dem: Dem) -> bytes:
    """Hash of a window: every byte of its heights, their shape and place.

    CRC-32 of each 64 KiB of heights, and BLAKE2b over all the checksums: any change within 32 bits of a piece changes it for
    certain, any other in one piece but once in 2**32, and it takes two fifths of the time of SHA-256. Made to notice that
    terrain differs, not to withstand forgery. Validated: test_floor_store."""
    heights = np.ascontiguousarray(dem.h).reshape(-1).view(np.uint8).data
    sums = [zlib.crc32(heights[i : i + PIECE]) for i in range(0, len(heights), PIECE)]
    digest = hashlib.blake2b(repr((dem.h.shape, dem.h.dtype.str, *map(float, dem[1:]))).encode(), digest_size=16)
    digest.update(np.array(sums, dtype="<u4").tobytes())
    return digest.digest()


def floor_path(ground: bytes, numbers: Sequence[float]) -> Path:
    """File of the map of a window (its digest_of) and the other arguments of the map."""
    digest = hashlib.blake2b(LAYOUT + ground + repr(tuple(map(float, numbers))).encode(), digest_size=16)
    for name in CODE:
        digest.update((Path(__file__).parent / name).read_bytes())
    return cache_root() / "floors" / f"{digest.hexdigest()}.npz"


def load_floor(path: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """The map in the file, or None where there is none or it is damaged (the zip inside keeps checksums)."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            floor = file["floor"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return floor if floor.shape == shape and floor.dtype == np.float32 else None


def store_floor(path: Path, floor: np.ndarray) -> None:
    """Keeps a map in the file, or does nothing where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".tmp", dir=path.parent)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, floor=floor)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
