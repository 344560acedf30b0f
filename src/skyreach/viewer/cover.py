"""Coverage at any height, for the page: at each place the lowest and highest rung of a ladder of heights that is seen.

The masks come from the same floor maps and kernels as `skyreach coverage`, one for each rung. Where a target is seen at
two heights and not between them, the page takes it as seen there: test_cover counts how often.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from skyreach.catalog import Catalog
from skyreach.earth.terrain import Terrain
from skyreach.scenario.surroundings import Surroundings
from skyreach.viewer.sight import PD, RCS, Battery, Emitter, PolarSight, sight

LADDER = tuple(
    float(digit * 10**power)
    for power, digits in ((1, (1, 1.5, 2, 3, 4, 5, 7)), (2, (1, 1.5, 2, 3, 4, 5, 7)), (3, (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)),
                          (4, (1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2, 2.5, 3)))
    for digit in digits
)  # fmt: skip
"""Heights above ground [m]."""
NEVER = 255  # lowest rung where no rung is seen
FAR = 60e3  # m: radars that see farther get the finer grid
CELLS = {True: (720, 300), False: (360, 120)}  # azimuths and ranges, far and near
QUICK = {True: (360, 150), False: (180, 60)}  # the same while a site is being moved
THREADS = 2
Spans = tuple[tuple[float, float], ...]  # times [s], from and to


@dataclass(frozen=True)
class Layer:
    """One radar: planes uint8 (2 or 4, n_az, n_r) of rungs: lowest and highest seen; lowest and highest engageable."""

    emitter: Emitter
    radius: float  # m, osculating sphere
    dr: float  # m
    planes: np.ndarray
    spans: Spans | None = None  # of a radar that marches: when it works here

    def head(self, part: str) -> dict[str, Any]:
        """What the page must know to read the planes; part: name of the part that holds them."""
        e, (n, n_az, n_r) = self.emitter, self.planes.shape
        place: dict[str, Any] = {"radar": e.row, "system": e.system, "lat": e.lat_deg, "lon": e.lon_deg, "fire_unit": e.fire_unit}
        if self.spans is not None:
            place["spans"] = [[round(begin, 1), round(end, 1)] for begin, end in self.spans]
        return {**place, "radius": self.radius, "dr": self.dr, "n_az": n_az, "n_r": n_r, "planes": n, "part": part}


def layer(
    source: Terrain, cat: Catalog, emitter: Emitter, battery: Battery | None, around: Surroundings, quick: int | None = None
) -> Layer:
    """The rungs at which a radar sees, and its fire unit engages, each place around it; quick: that rung alone, on a coarser
    grid."""
    cells = (CELLS if quick is None else QUICK)[sight(cat, emitter.system) > FAR]
    polar = PolarSight(source, cat, emitter, battery, around, cells, kept=quick is None)
    planes = np.zeros((4 if polar.guides else 2, *cells), np.uint8)
    planes[::2] = NEVER
    for rung in range(len(LADDER)) if quick is None else (quick,):
        height = LADDER[rung]
        seen = polar.seen(height)
        _mark(planes[:2], seen, rung)
        if polar.guides:
            _mark(planes[2:], polar.engageable(height, seen), rung)
    return Layer(emitter, polar.grid.radius, polar.grid.dr, planes)


def _mark(pair: np.ndarray, mask: np.ndarray, rung: int) -> None:
    pair[0][mask & (pair[0] == NEVER)] = rung
    pair[1][mask] = rung


def layers(
    source: Terrain, cat: Catalog, emitters: Iterable[Emitter], batteries: Iterable[Battery], around: Surroundings
) -> list[Layer]:
    """One layer for each radar, in the order given."""
    known = {b.site: b for b in batteries}
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda e: layer(source, cat, e, known.get(e.fire_unit), around), emitters))


def cover_head(found: Iterable[Layer]) -> dict[str, Any]:
    """The description of all layers for the page; parts are named cover-0, cover-1, ..."""
    return {
        "rcs_m2": RCS, "pd": PD, "ladder": LADDER, "never": NEVER,
        "layers": [one.head(f"cover-{i}") for i, one in enumerate(found)],
    }  # fmt: skip
