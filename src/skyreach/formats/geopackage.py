"""GeoPackage: layers `places` (points), `paths` (lines with height and time), `events` and the table `about`.

Coordinates are longitude, latitude, height above the WGS84 ellipsoid (EPSG:4979); the measure M of a path is t [s] of the run.
A unit that marched has a point for each stay, with `position`, `t_from_s` and `t_to_s`, and a path.
"""

import math
import struct
from collections.abc import Sequence
from pathlib import Path as File
from typing import Any

import numpy as np

from skyreach.formats import story
from skyreach.formats.output import part_file
from skyreach.formats.paths import TOLERANCE, Path, driven, paths, stays
from skyreach.formats.reader import Entity, Feed
from skyreach.formats.vectors import properties

POINT_Z, LINE_ZM = 1001, 3002  # kinds of well-known binary, ISO 13249-3
CRS = "EPSG:4979"
Rows = Sequence[tuple[dict[str, Any], bytes | None]]


def write(feed: Feed, path: File, tolerance: float = TOLERANCE) -> list[File]:
    """Write the layers."""
    flown = paths(feed, tolerance)
    moving = {**flown, **driven(feed)}
    stood = [row for e in feed.entities if e.at is not None for row in _places(feed, e)]
    moved = [(properties(e), _line(feed, moving[e.number])) for e in feed.entities if e.number in moving]
    happened = []
    for mark in story.marks(feed):
        words = {"kind": mark.kind, "t_s": mark.t, "time": feed.iso(mark.t), "text": mark.text, "target": mark.target}
        track = flown.get(mark.target)
        at = None if track is None else tuple(float(np.interp(mark.t, track.t, a)) for a in (track.lat, track.lon, track.h))
        happened.append((words, None if at is None else _point(feed, at)))
    about = [({"key": key, "value": str(value)}, None) for key, value in {**feed.about, "tolerance_m": tolerance}.items()]
    with part_file(path) as part:
        _layer(part, "places", "Point Z", stood)
        _layer(part, "paths", "Measured 3D LineString", moved)
        _layer(part, "events", "Point Z", happened)
        _layer(part, "about", None, about)
    return [path]


def _places(feed: Feed, entity: Entity) -> list[tuple[dict[str, Any], bytes]]:
    """The point of what stands; where something marched, one for each stay, with its position and its times."""
    words = properties(entity)
    if not feed.moves:
        return [(words, _point(feed, entity.at or ()))]
    rows = []
    for stay in stays(feed, entity):
        times = {"t_from_s": stay.t_from, "t_to_s": stay.t_to if math.isfinite(stay.t_to) else None}
        rows.append(({**words, **times, "position": stay.position}, _point(feed, stay.place)))
    return rows


def _layer(file: File, layer: str, kind: str | None, rows: Rows) -> None:
    import pyogrio.raw

    if not rows:
        return

    names = list(rows[0][0])
    columns = [_column([words[name] for words, _ in rows]) for name in names]
    shapes = np.array([shape for _, shape in rows], object) if kind else None
    pyogrio.raw.write(
        str(file), shapes, columns, np.array(names, object), layer=layer, driver="GPKG", geometry_type=kind,
        crs=CRS if kind else None, append=file.exists(),
    )  # fmt: skip


def _column(values: list[Any]) -> np.ndarray:
    if any(isinstance(v, str) for v in values):
        return np.array(values, object)
    if all(isinstance(v, int) for v in values):
        return np.array(values, np.int64)
    return np.array([np.nan if v is None else v for v in values], float)


def _point(feed: Feed, at: tuple[float, ...]) -> bytes:
    lat, lon, h = at
    return struct.pack("<BI3d", 1, POINT_Z, lon, lat, feed.ellipsoidal(h))


def _line(feed: Feed, track: Path) -> bytes:
    lon = np.unwrap(track.lon, period=360.0)
    points = np.column_stack([lon, track.lat, feed.ellipsoidal(track.h), track.t])
    if len(points) == 1:
        points = np.repeat(points, 2, axis=0)  # a line has two points at the least
    return struct.pack("<BII", 1, LINE_ZM, len(points)) + points.astype("<f8").tobytes()
