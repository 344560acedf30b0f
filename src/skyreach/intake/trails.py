"""Recorded movement -> routes of a scenario: cleaned, cut at gaps, thinned, with the speeds that keep its times.

Between the points kept a target goes straight along the geodesic at constant speed and climb, as routes do; points are left
out where that is within the tolerance. Everything left out is counted by reason.
"""

import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from skyreach.earth.geodesy import geodesic_inverse
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import undulation
from skyreach.errors import BadInput
from skyreach.intake.points import ecef, keep_points
from skyreach.jit import kernel

EARLIEST, LATEST = -6.2e10, 1e11  # s since 1970: within the years that a date can have
LOWEST, HIGHEST = -500.0, 500_000.0  # m that a waypoint may have
APART = 2.0  # m between two waypoints at the least
LONGEST_LEG = 600.0  # s
PATIENCE = 5  # samples too fast one after another, after which the new place is believed
FOOT = 0.3048


@dataclass
class Trails:
    """Samples of several objects. owner (n,): row in names; t (n,): UTC [s since 1970]; lat, lon [deg]; h [m above ref];
    place (n,): row of the file that each comes from, 0 where a format has none."""

    names: list[str]
    kinds: list[str]
    sides: list[str]
    owner: np.ndarray
    t: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    h: np.ndarray
    ref: str = "msl"  # msl, ell or agl
    place: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        if self.place.size != self.t.size:
            self.place = np.zeros(self.t.size, np.int64)

    def take(self, chosen: np.ndarray) -> "Trails":
        """Some of the samples."""
        owner, t, lat, lon, h, place = (getattr(self, name)[chosen] for name in ("owner", "t", "lat", "lon", "h", "place"))
        return Trails(self.names, self.kinds, self.sides, owner, t, lat, lon, h, self.ref, place)


@dataclass
class Limits:
    """What is kept, and how closely."""

    tolerance: float = 50.0  # m
    gap: float = 120.0  # s without samples after which a new route begins
    fastest: float = 1000.0  # m/s between two samples
    start: float | None = None  # UTC of t = 0 of the scenario [s since 1970]; the first sample where None
    duration: float = 86_400.0  # s
    bbox: tuple[float, float, float, float] | None = None  # west, south, east, north [deg]
    above: float = LOWEST  # m: points lower than this are left out
    height: float | None = None  # m for samples without one
    file: str = ""  # for errors
    strict: bool = False  # refuse gaps, jumps, times that run backwards and second samples of one time; else count them


@dataclass
class Routes:
    """Routes in the order of their objects, and what was left out of the samples."""

    items: list[dict[str, Any]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)  # row of names of each item
    places: list[list[int]] = field(default_factory=list)  # row of the file of each waypoint of each item
    notes: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    start: float = 0.0
    gaps: int = 0


@kernel
def too_fast(owner, t, pos, fastest, patience, bad, jumps):
    """Mark in bad (n,) samples that could be reached only faster than fastest [m/s], and in jumps (n,) the first of `patience`
    such ones in a row, which are then believed. Ordered by owner, then time."""
    last, row = -1, 0
    for i in range(owner.size):  # i sample
        if last < 0 or owner[i] != owner[last]:
            last, row = i, 0
            continue
        d = 0.0
        for a in range(3):  # a axis
            d += (pos[i, a] - pos[last, a]) ** 2
        if math.sqrt(d) <= fastest * (t[i] - t[last]) + 100.0:
            last, row = i, 0
            continue
        row += 1
        if row < patience:
            bad[i] = True
        else:
            jumps[i] = True
            last, row = i, 0


@kernel
def move_on(leg, pos, apart, keep):
    """Mark in keep (n,) samples at least apart [m] from the one kept before, by route."""
    last = -1
    for i in range(leg.size):  # i sample
        if last >= 0 and leg[i] == leg[last]:
            d = 0.0
            for a in range(3):  # a axis
                d += (pos[i, a] - pos[last, a]) ** 2
            if d < apart * apart:
                continue
        keep[i] = True
        last = i


@kernel
def lengths(leg, lat, lon, out):
    """Geodesic length [m] from each sample to the next of its route, 0 at the last; lat, lon [rad]."""
    for i in range(leg.size - 1):  # i sample
        if leg[i] == leg[i + 1]:
            out[i] = geodesic_inverse(lat[i], lon[i], lat[i + 1], lon[i + 1])[0]


@kernel
def geoid_at(geoid, lat, lon, out):
    """Geoid above the ellipsoid [m] at lat, lon [deg]."""
    for i in range(lat.size):  # i point
        out[i] = undulation(geoid, math.radians(lat[i]), math.radians(lon[i]))


def routes(trails: Trails, limits: Limits) -> Routes:
    """Routes of all objects."""
    out = Routes()
    good = _plausible(trails, limits, out)
    out.counts["read"] = trails.t.size
    out.start = limits.start if limits.start is not None else math.floor(float(good.t.min())) if good.t.size else 0.0
    inside = (good.t >= out.start) & (good.t <= out.start + limits.duration)
    _drop(out, "outside the window of time", inside)
    if good.t.size and not inside.any():
        out.notes.append(f"samples run from {iso(float(good.t.min()))} to {iso(float(good.t.max()))}")
    good = _ordered(good.take(inside), limits, out)
    good, pos, leg = _legs(good, limits, out)
    if good.t.size:
        good, leg = _thinned(good, pos, leg, limits, out)
    if good.t.size:
        _items(good, leg, out)
    out.counts["waypoints"] = sum(len(item["route"]) for item in out.items)
    return out


def _fault(trails: Trails, found: np.ndarray, what: str, limits: Limits, out: Routes, cure: str) -> None:
    """Samples `found` (n,) are out of order: refused at the first of them in the file, or said where that is."""
    rows = np.flatnonzero(found)
    if not rows.size:
        return
    first = int(rows[np.argmin(trails.place[rows])]) if trails.place[rows].all() else int(rows[0])
    at = f"row {trails.place[first]}" if trails.place[first] else f"{trails.t[first] - out.start:.0f} s after t = 0"
    who = trails.names[int(trails.owner[first])]
    if limits.strict:
        raise BadInput(f"{limits.file} {at}: {who}", what, "a recording without such places, where strict", cure)
    out.notes.append(f"{what}: {rows.size:,}, the first in {at} ({who})")


def iso(t: float) -> str:
    """UTC of a time since 1970 [s], to the second."""
    return datetime.fromtimestamp(math.floor(t), UTC).isoformat().replace("+00:00", "Z")


def _drop(out: Routes, why: str, keep: np.ndarray) -> None:
    lost = int(keep.size - keep.sum())
    if lost:
        out.counts[f"left out: {why}"] += lost


def _plausible(trails: Trails, limits: Limits, out: Routes) -> Trails:
    with np.errstate(invalid="ignore"):
        good = {
            "time": (trails.t > EARLIEST) & (trails.t < LATEST), "latitude": np.abs(trails.lat) <= 90.0,
            "longitude": np.abs(trails.lon) <= 180.0,
        }  # fmt: skip
    there = np.logical_and.reduce(list(good.values()))
    _drop(out, "time or place missing or impossible", there)
    for what, held in good.items():
        _first(trails, ~held, f"{what} missing or impossible", out)
    trails = trails.take(there)
    if limits.height is not None:
        trails.h = np.where(np.isfinite(trails.h), trails.h, limits.height)
    high = np.isfinite(trails.h)
    _drop(out, "no height (give one with height)", high)
    _first(trails, ~high, "no height", out)
    trails = _above_sea(trails.take(high))
    sane = (trails.h >= LOWEST) & (trails.h <= HIGHEST)
    _drop(out, "height beyond -500 m to 500 km", sane)
    trails = trails.take(sane)
    up = trails.h >= limits.above
    _drop(out, f"lower than {limits.above:g} m", up)
    trails = trails.take(up)
    if limits.bbox is not None:
        west, south, east, north = limits.bbox
        near = (trails.lat >= south) & (trails.lat <= north) & ((trails.lon - west) % 360.0 <= (east - west) % 360.0)
        _drop(out, "outside the box", near)
        trails = trails.take(near)
    return trails


def _first(trails: Trails, found: np.ndarray, what: str, out: Routes) -> None:
    """A note of how many samples `found` (n,) there are, and of the row of the first, where the file has rows."""
    rows = np.flatnonzero(found)
    if rows.size and trails.place[rows].all():
        first = int(rows[np.argmin(trails.place[rows])])
        who = trails.names[int(trails.owner[first])]
        out.notes.append(f"{what}: {rows.size:,}, the first in row {trails.place[first]} ({who})")


def _above_sea(trails: Trails) -> Trails:
    """Ellipsoidal heights made heights above mean sea level by EGM96."""
    if trails.ref == "ell":
        n = np.empty(trails.t.size)
        geoid_at(load_geoid(), trails.lat, trails.lon, n)
        trails.h, trails.ref = trails.h - n, "msl"
    return trails


def _ordered(trails: Trails, limits: Limits, out: Routes) -> Trails:
    """By object, then time; equal times once."""
    if not trails.t.size:
        return trails
    grouped = np.argsort(trails.owner, kind="stable")
    trails = trails.take(grouped)
    same = trails.owner[1:] == trails.owner[:-1]
    back = np.concatenate([[False], same & (np.diff(trails.t) < 0.0)])
    if back.any():
        out.counts["time ran backwards, put in order"] += int(back.sum())
        _fault(trails, back, "time runs backwards", limits, out, "sort the file by time, or leave strict away")
    trails = trails.take(np.lexsort((trails.t, trails.owner)))
    first = np.concatenate([[True], (trails.owner[1:] != trails.owner[:-1]) | (np.diff(trails.t) > 1e-6)])
    twice = "a second sample of one object at one time"
    _drop(out, twice, first)
    _fault(trails, ~first, twice, limits, out, "remove one of the two, or leave strict away")
    return trails.take(first)


def _legs(trails: Trails, limits: Limits, out: Routes) -> tuple[Trails, np.ndarray, np.ndarray]:
    """Samples without outliers, their ECEF, and the number of the route that each belongs to."""
    pos = np.empty((trails.t.size, 3))
    ecef(trails.lat, trails.lon, trails.h, pos)
    bad, jumps = np.zeros(trails.t.size, np.bool_), np.zeros(trails.t.size, np.bool_)
    too_fast(trails.owner, trails.t, pos, limits.fastest, PATIENCE, bad, jumps)
    too = f"faster than {limits.fastest:g} m/s from the sample before"
    _drop(out, too, ~bad)
    _fault(trails, bad, too, limits, out, "one address for two aircraft, or a wrong place: correct it, or leave strict away")
    trails, pos, jumps = trails.take(~bad), pos[~bad], jumps[~bad]
    other = trails.owner[1:] != trails.owner[:-1]
    gap = np.diff(trails.t) > limits.gap
    out.gaps = int((gap & ~other).sum())
    said = f"gaps longer than {limits.gap:g} s"
    cure = "raise gap_s (--gap of an import), or leave strict away"
    _fault(trails, np.concatenate([[False], gap & ~other]), said, limits, out, cure)
    cut = np.concatenate([[0], np.cumsum(other | gap | jumps[1:])]) if trails.t.size else np.empty(0)
    return trails, pos, cut.astype(np.int64)


def _thinned(trails: Trails, pos: np.ndarray, leg: np.ndarray, limits: Limits, out: Routes) -> tuple[Trails, np.ndarray]:
    flat = np.empty_like(pos)
    ecef(trails.lat, trails.lon, np.zeros(trails.t.size), flat)
    moved = np.zeros(trails.t.size, np.bool_)
    move_on(leg, flat, APART, moved)
    _drop(out, "standing still", moved)
    trails, pos, leg = trails.take(moved), pos[moved], leg[moved]
    keep = np.zeros(trails.t.size, np.bool_)
    keep_points(leg, trails.t, pos, limits.tolerance, LONGEST_LEG, keep)
    out.counts["on the way between waypoints"] = int((~keep).sum())
    trails, leg = trails.take(keep), leg[keep]
    long_enough = np.bincount(leg, minlength=int(leg.max()) + 1)[leg] > 1
    _drop(out, "a route of one point", long_enough)
    return trails.take(long_enough), leg[long_enough]


def _items(trails: Trails, leg: np.ndarray, out: Routes) -> None:
    along = np.zeros(trails.t.size)
    lengths(leg, np.radians(trails.lat), np.radians(trails.lon), along)
    climb, dt = np.append(np.diff(trails.h), 0.0), np.append(np.diff(trails.t), 1.0)
    speed = np.hypot(along, climb) / np.maximum(dt, 1e-3)
    columns = [c.tolist() for c in (trails.lat.round(6), trails.lon.round(6), trails.h.round(1), speed.round(4), trails.place)]
    edges = np.concatenate([[0], np.flatnonzero(np.diff(leg)) + 1, [leg.size]]).tolist()
    ref = "agl" if trails.ref == "agl" else "msl"
    taken: set[str] = set()
    for a, b in itertools.pairwise(edges):
        lat, lon, h, v, place = (c[a:b] for c in columns)
        points: list[dict[str, Any]] = [
            {"lat": y, "lon": x, "height_m": z, "ref": ref, "speed_mps": max(s, 0.001)}
            for y, x, z, s in zip(lat, lon, h, v, strict=True)
        ]
        del points[-1]["speed_mps"]
        row = int(trails.owner[a])
        name = free_name(trails.names[row], taken)
        out.items.append({"name": name, "start_s": round(float(trails.t[a]) - out.start, 3), "route": points})
        out.rows.append(row)
        out.places.append(place)


def free_name(word: str, taken: set[str]) -> str:
    """A name that a scenario takes, like the word, and not taken yet; enters it."""
    clean = re.sub(r"[./\\:=\[\]]", "-", "".join(c for c in word if c.isprintable())).strip()[:48] or "object"
    clean = f"no-{clean}" if clean.isdecimal() else clean
    name, n = clean, 1
    while name in taken:
        n += 1
        name = f"{clean}-leg{n}"
    taken.add(name)
    return name
