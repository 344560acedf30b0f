"""Where the fire units that change their position, and their radars, were over time: from the manifest and the events of a run.

The manifest holds under `marches` the positions of each part and the times that packing, the way and setting up take; the
events say when a unit packs and when it is in place. On the road a part goes evenly along the geodesic. This is the one place
where that is put together: `explain`, the exports and the page read it here. A run in which nothing marches has none of it.
Validated: tests/records/test_whereabouts.py.
"""

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from skyreach.world import codes

if TYPE_CHECKING:
    from skyreach.records.run import Run
    from skyreach.scenario.compile import Compiled

STEP = 1000.0  # m of road between two points: straight lines in degrees or in ECEF between them are off by centimetres
Place = tuple[float, float, float]  # latitude, longitude [deg], height above mean sea level [m]


@dataclass(frozen=True)
class March:
    """One change of position, numbers from 1; times [s], inf where the unit does not come to that."""

    here: int
    there: int
    t_packs: float
    t_leaves: float
    t_arrives: float
    t_ready: float


@dataclass(frozen=True)
class Stay:
    """A part of a unit in one position, packing and setting up included: its number from 1, place, and times [s]."""

    position: int
    place: Place
    t_from: float
    t_to: float


@dataclass(frozen=True)
class Whereabouts:
    """Where one part of a unit was: its places by position, the marches of its unit in their order, length of the run [s]."""

    places: tuple[Place, ...]
    marches: tuple[March, ...]
    duration: float

    @cached_property
    def stays(self) -> list[Stay]:
        """Its stays in the order of time, within the run."""
        out, position, begin = [], 1, 0.0
        for march in self.marches:
            if march.t_leaves >= self.duration:
                break
            out.append(Stay(position, self.places[position - 1], begin, march.t_leaves))
            position, begin = march.there, march.t_arrives
        if begin < self.duration:
            out.append(Stay(position, self.places[position - 1], begin, self.duration))
        return out

    @cached_property
    def points(self) -> np.ndarray:
        """Its way as t [s], lat, lon [deg], h_msl [m], shape (n, 4), from 0 to the end of the run; straight in between."""
        rows: list[tuple[float, ...]] = [(0.0, *self.places[0])]
        for march in self.marches:
            if march.t_leaves >= self.duration:
                break
            rows += _road(self.places[march.here - 1], self.places[march.there - 1], march.t_leaves, march.t_arrives)
        way = np.array(rows)
        if way[-1, 0] < self.duration:
            return np.concatenate([way, [[self.duration, *way[-1, 1:]]]])
        end = [float(np.interp(self.duration, way[:, 0], way[:, n])) for n in (1, 2, 3)]
        return np.concatenate([way[way[:, 0] < self.duration], [[self.duration, *end]]])

    def at(self, t: float) -> Place:
        """Its place at t [s]."""
        lat, lon, h = (float(np.interp(t, self.points[:, 0], self.points[:, n])) for n in (1, 2, 3))
        return lat, lon, h

    def march(self, t: float) -> March | None:
        """The march that it is on at t [s], packing and setting up included."""
        return next((march for march in self.marches if march.t_packs <= t < march.t_ready), None)

    def position(self, t: float) -> int:
        """The position that it has, from 1: on the road the one that it comes from."""
        return next((march.there for march in reversed(self.marches) if march.t_arrives <= t), 1)

    @property
    def works(self) -> list[tuple[int, float, float]]:
        """Its positions, from 1, and the times [s] in which it works there: neither packing nor setting up, within the run."""
        edges = [0.0, *(t for march in self.marches for t in (march.t_packs, march.t_ready)), self.duration]
        positions = [1, *(march.there for march in self.marches)]
        spans = zip(positions, edges[::2], edges[1::2], strict=True)
        return [(n, begin, min(end, self.duration)) for n, begin, end in spans if begin < min(end, self.duration)]

    @property
    def away(self) -> list[tuple[float, float]]:
        """Times [s] in which it neither radiates nor fires, within the run."""
        spans = [(march.t_packs, min(march.t_ready, self.duration)) for march in self.marches]
        return [span for span in spans if span[0] < self.duration]

    def words(self, t: float) -> str:
        """What it did at t [s]: at its position 1, packing, on the road, setting up."""
        march = self.march(t)
        if march is None:
            return f"at its position {self.position(t)}"
        if t < march.t_leaves:
            return f"packing at its position {march.here}"
        if t < march.t_arrives:
            return f"on the road from its position {march.here} to {march.there}"
        return f"setting up at its position {march.there}"


def _road(here: Place, there: Place, t_from: float, t_to: float) -> list[tuple[float, ...]]:
    """Points of a road between two places, both ends among them; heights evenly between those of the ends."""
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    azimuth, _, way = geod.inv(here[1], here[0], there[1], there[0])
    n = max(math.ceil(way / STEP), 1)
    rows: list[tuple[float, ...]] = [(t_from, *here)]
    for share in (i / n for i in range(1, n)):
        lon, lat, _ = geod.fwd(here[1], here[0], azimuth, share * way)
        lon += 360.0 * round((here[1] - lon) / 360.0)
        rows.append((t_from + share * (t_to - t_from), lat, lon, here[2] + share * (there[2] - here[2])))
    return [*rows, (t_to, *there)]


def whereabouts(run: "Run") -> dict[tuple[str, int], Whereabouts]:
    """What marched in a run, by table (site or radar) and row; nothing where nothing can."""
    out = {}
    duration = float(run.manifest["duration_s"])
    for unit in run.manifest.get("marches", []):
        marches = tuple(_marches(run, unit))
        parts = [("site", unit["site"], unit["positions"]), *(("radar", r["radar"], r["positions"]) for r in unit["radars"])]
        for table, row, places in parts:
            out[table, row] = Whereabouts(tuple((lat, lon, h) for lat, lon, h in places), marches, duration)
    return out


def _marches(run: "Run", unit: dict[str, Any]) -> list[March]:
    """The marches of a unit, from its events."""
    packs, ready, lost = (_times(run, kind, unit["site"]) for kind in (codes.E_PACKS, codes.E_IN_PLACE, codes.E_SITE_LOST))
    out = []
    for (t, here), end in itertools.zip_longest(packs, (time for time, _ in ready)):
        leaves, there = t + unit["pack_s"], here % len(unit["positions"]) + 1
        if end is None and lost and lost[0][0] < leaves:  # a unit lost while it packs stays where it is
            out.append(March(here, here, t, math.inf, math.inf, math.inf))
            continue
        arrives = leaves + unit["road_s"][here - 1]
        out.append(March(here, there, t, leaves, arrives, arrives + unit["setup_s"] if end is None else end))
    return out


def _times(run: "Run", kind: Any, site: int) -> list[tuple[float, int]]:
    """Times [s] of the events of a kind of a site, and their numbers (c)."""
    word = codes.EVENTS[int(kind)][0]
    return [(e["t_s"], e["c"]) for e in run.events.to_pylist() if e["kind"] == word and e["b"] == site]


def marches_of(compiled: "Compiled") -> list[dict[str, Any]]:
    """What the manifest says of the units that can march: positions [deg, deg, m], and times of packing, way and setup [s]."""
    berths, out = compiled.world.berths, []
    for row in compiled.world.marches:
        n, last = row["n_parts"], row["berth"] + row["n_parts"] * row["n_positions"]
        first = berths[row["berth"] : row["berth"] + n]
        radars = [(i, int(berth["row"])) for i, berth in enumerate(first) if berth["kind"] == codes.PART_RADAR]
        out.append({
            "site": int(row["site"]), "name": compiled.names["sites"][row["site"]],
            "pack_s": float(row["pack"]), "setup_s": float(row["setup"]),
            "road_s": [round(float(road), 3) for road in berths["road"][row["berth"] : last : n]],
            "positions": _places(compiled, berths[row["berth"] : last : n]),
            "radars": [{"radar": r, "name": compiled.names["radars"][r],
                        "positions": _places(compiled, berths[row["berth"] + i : last : n])} for i, r in radars],
        })  # fmt: skip
    return out


def _places(compiled: "Compiled", berths: np.ndarray) -> list[list[float]]:
    """Latitude, longitude [deg] and height above mean sea level [m] of berths."""
    from skyreach.intake.points import geodetic

    at = geodetic(berths["pos_ecef"]) - (0.0, 0.0, compiled.undulation)
    return [[round(lat, 7), round(lon, 7), round(h, 2)] for lat, lon, h in at.tolist()]
