"""Grids of whole numbers that ship with the package: int16 values, small on disk, quick to read.

A file is an .npz (zip with a checksum per member): `low` and `high`, the two bytes of the zigzag-coded
differences from the neighbours to the north and west, and the frame of the grid. Row 0 is the southernmost.
"""

import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skyreach.errors import BadInput


class Packed(NamedTuple):
    """A regular grid in geographic coordinates [deg]; the quantity is values * scale."""

    values: np.ndarray  # int16 (n_lat, n_lon), row 0 southmost, column 0 westmost
    lat0: float
    lon0: float
    step: float
    scale: float


def pack(path: Path, grid: Packed) -> None:
    """Writes grid to path (.npz); the same grid gives the same bytes."""
    delta = grid.values.astype(np.int16)  # a copy; int16 differences wrap, and so does their sum
    delta[1:] -= grid.values[:-1]
    row_delta = delta.copy()
    row_delta[:, 1:] -= delta[:, :-1]
    coded = ((row_delta << 1) ^ (row_delta >> 15)).view(np.uint16)  # small of either sign -> small unsigned
    frame = np.array([grid.lat0, grid.lon0, grid.step, grid.scale])
    np.savez_compressed(
        path, low=(coded & 255).astype(np.uint8), high=(coded >> 8).astype(np.uint8), frame=frame
    )


def unpack(path: Path) -> Packed:
    """Reads a grid that pack wrote."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            coded = file["high"].astype(np.uint16) << 8 | file["low"]
            lat0, lon0, step, scale = (float(x) for x in file["frame"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadInput(
            str(path), f"unreadable ({error})", "a grid of the package", "reinstall skyreach"
        ) from error
    values = (coded >> 1).view(np.int16) ^ -(coded & 1).view(np.int16)
    np.cumsum(values, axis=1, dtype=np.int16, out=values)
    np.cumsum(values, axis=0, dtype=np.int16, out=values)
    return Packed(values, lat0, lon0, step, scale)
