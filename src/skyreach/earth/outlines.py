"""Coast lines and country borders for maps: Natural Earth 1:50 million, 5-72N, 20W-75E (docs/data.md).

Borders are drawn as Natural Earth draws them, de facto; no view on any claim is meant.
"""

import functools
import math
from typing import Literal

import numpy as np

from skyreach.earth.geoid import DATA

COVERED = (math.radians(5.0), math.radians(72.0), math.radians(-20.0), math.radians(75.0))
"""South, north, west and east end of what is packaged [rad]; outside it maps have no outlines."""


@functools.cache
def _lines() -> tuple[list[np.ndarray], np.ndarray]:
    """All lines, float64 (n, 2) of lat, lon [rad], and whether each is a border."""
    with (DATA / "outlines.npz").open("rb") as raw, np.load(raw, allow_pickle=False) as file:
        length, border, delta, frame = (file[name] for name in ("length", "border", "delta", "frame"))
    lines = []
    for part in np.split(delta, np.cumsum(length)[:-1]):
        lines.append(np.radians(np.cumsum(part, axis=0) * frame[2:] + frame[:2]))
    return lines, border


def outlines(
    lat_min: float,
    lat_max: float,
    lon_min: float,
    lon_max: float,
    kind: Literal["coast", "border"] | None = None,
) -> list[np.ndarray]:
    """Coast lines, borders or (None) both within a box [rad]: arrays (n, 2) of lat, lon [rad], n >= 2.

    Lines are cut to the segments that touch the box, so that the outer ones reach over its rim.
    Points are up to 0.4 km off Natural Earth's, which itself is smoothed to the scale of 1:50 million.
    Validated: test_outlines."""
    found = []
    for line, border in zip(*_lines(), strict=True):
        if kind is not None and border != (kind == "border"):
            continue
        low, high = np.minimum(line[:-1], line[1:]), np.maximum(line[:-1], line[1:])
        inside = (
            (high[:, 0] >= lat_min)
            & (low[:, 0] <= lat_max)
            & (high[:, 1] >= lon_min)
            & (low[:, 1] <= lon_max)
        )
        if not inside.any():
            continue
        rims = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
        found += [line[first : last + 1] for first, last in rims.reshape(-1, 2)]
    return found
