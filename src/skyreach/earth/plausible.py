"""Heights that cannot be metres: a file in feet that does not say so, found by the packaged grids."""

import math

import numpy as np

from skyreach.earth.grid import sample
from skyreach.earth.raster_heights import Piece, Window
from skyreach.earth.rasters import Raster
from skyreach.earth.terrain_sources import EMBEDDED, embedded_grid
from skyreach.errors import BadInput

FOOT = 0.3048
POINTS = 2000
"""Nodes that are compared at most."""
FEW = 100
"""Fewer common nodes of high ground say nothing."""
HIGH = 150.0
"""Ground [m] above which a height in feet stands out from the doubt of the packaged grids."""
SPREAD = 0.2
"""Side [deg] that a piece must have: a single peak may well be three times as high as a coarse grid has it."""


def check_unit(raster: Raster, piece: Piece, frame: Window) -> None:
    """BadInput if the heights agree with the packaged grids as feet, and not as metres, while the file names no unit.

    Feet: the RMS difference to the packaged grid falls to a third or less when the heights are multiplied by 0.3048."""
    rows, columns = piece.h.shape
    if raster.vertical.unit or min(rows * frame.step_lat, columns * frame.step_lon) < SPREAD:
        return
    step = max(1, math.isqrt(rows * columns // POINTS))
    mine, known = [], []
    for i in range(step // 2, rows, step):
        for j in range(step // 2, columns, step):
            reference = _packaged(frame.lat0 + (piece.row + i) * frame.step_lat, frame.lon0 + (piece.column + j) * frame.step_lon)
            if reference > HIGH and piece.h[i, j] > HIGH:
                mine.append(float(piece.h[i, j]))
                known.append(reference)
    if len(mine) < FEW:
        return
    h, ref = np.array(mine), np.array(known)
    as_metres, as_feet = (float(np.sqrt(np.mean((h * unit - ref) ** 2))) for unit in (1.0, FOOT))
    if as_feet < as_metres / 3.0:
        text = f"heights {np.median(h / ref):.1f} times those of the packaged terrain: feet, and the file does not say so"
        raise BadInput(f"terrain {raster.path}", text, "metres, or feet that are declared", "gdal_edit.py -units ft FILE")


def _packaged(lat_deg: float, lon_deg: float) -> float:
    """Height in the packaged grids [m], the finest that knows the place; NaN where none does."""
    for name, _ in EMBEDDED:
        h = float(sample(embedded_grid(name), math.radians(lat_deg), math.radians(lon_deg)))
        if not math.isnan(h):
            return h
    return math.nan
