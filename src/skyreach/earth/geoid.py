"""The geoid that ships with skyreach: EGM96 on a world grid of 15 arc minutes, to 2 cm (docs/data.md)."""

import functools
import math
from pathlib import Path

from skyreach.earth.grid import Grid
from skyreach.earth.packed import unpack

DATA = Path(__file__).parent / "data"
GEOID_NAME = "EGM96, 15 arc minutes"


def load_grid(name: str) -> Grid:
    """The packed grid of that name in the package, in radians."""
    values, lat0, lon0, step, scale = unpack(DATA / name)
    return Grid(values, math.radians(lat0), math.radians(lon0), math.radians(step), scale)


@functools.cache
def load_geoid() -> Grid:
    """World grid of geoid undulations [m]; a pole-to-pole grid whose last column repeats the first."""
    return load_grid("geoid.npz")
