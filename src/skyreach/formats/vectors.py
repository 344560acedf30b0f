"""GeoJSON (RFC 7946): a point for what stands, a line for what flew, a point for each event; for a unit that marches a point
for each stay, with its times, and a line.

Heights in coordinates are above the WGS84 ellipsoid, as the standard has them; `coordTimes` holds the UTC of each point of a
line. Lines that cross the date line run on beyond 180 degrees, as map libraries draw them.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import numpy as np

from skyreach.formats import story
from skyreach.formats.output import part_file
from skyreach.formats.paths import TOLERANCE, Path, driven, paths, stays
from skyreach.formats.reader import Entity, Feed


def write(feed: Feed, path: File, tolerance: float = TOLERANCE) -> list[File]:
    """Write the collection, one feature a line."""
    with part_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as out:
        about = json.dumps({**feed.about, "tolerance_m": tolerance}, ensure_ascii=False)
        out.write(f'{{"type":"FeatureCollection","about":{about},"features":[\n')
        for n, feature in enumerate(features(feed, tolerance)):
            out.write((",\n" if n else "") + json.dumps(feature, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
        out.write("\n]}\n")
    return [path]


def features(feed: Feed, tolerance: float) -> Iterator[dict[str, Any]]:
    """The features: entities, then events."""
    flown, roads = paths(feed, tolerance), driven(feed)
    for entity in feed.entities:
        track = flown.get(entity.number)
        if entity.number in roads:
            yield from _marched(feed, entity, roads[entity.number])
        elif entity.at is not None:
            lat, lon, h = entity.at
            yield _feature(properties(entity), _point(feed, lon, lat, h))
        elif track is not None:
            yield _line(feed, entity, track)
    for mark in story.marks(feed):
        track = flown.get(mark.target)
        shape: dict[str, Any] | None = None
        if track is not None:
            shape = _point(feed, *(float(np.interp(mark.t, track.t, axis)) for axis in (track.lon, track.lat, track.h)))
        yield _feature({"group": "event", "kind": mark.kind, "time": feed.iso(mark.t), "text": mark.text}, shape)


def _line(feed: Feed, entity: Entity, track: Path) -> dict[str, Any]:
    """The line of what moved."""
    words = {**properties(entity), "coordTimes": [feed.iso(t) for t in track.t.tolist()]}
    rows = _rows(feed, track)
    return _feature(words, {"type": "LineString", "coordinates": rows} if len(rows) > 1 else _single(rows))


def _marched(feed: Feed, entity: Entity, track: Path) -> Iterator[dict[str, Any]]:
    """A point for each stay of what marched, with its position and times, then the line of its way."""
    for stay in stays(feed, entity):
        lat, lon, h = stay.place
        times = {"t_from_s": stay.t_from, "t_to_s": stay.t_to if math.isfinite(stay.t_to) else None}
        yield _feature({**properties(entity), **times, "position": stay.position}, _point(feed, lon, lat, h))
    yield _line(feed, entity, track)


def properties(entity: Entity) -> dict[str, Any]:
    """What is said of an entity."""
    return {
        "id": entity.key, "group": entity.group, "name": entity.name, "system": entity.system, "title": entity.title,
        "kind": entity.kind, "side": entity.side, "end": entity.end, "t_from_s": entity.t_from, "t_to_s": entity.t_to,
    }  # fmt: skip


def _rows(feed: Feed, track: Path) -> list[list[float]]:
    lon = np.unwrap(track.lon, period=360.0)
    return np.column_stack([lon.round(7), track.lat.round(7), feed.ellipsoidal(track.h).round(2)]).tolist()


def _single(rows: list[list[float]]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": rows[0]}


def _point(feed: Feed, lon: float, lat: float, h: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7), round(feed.ellipsoidal(h), 2)]}


def _feature(words: dict[str, Any], geometry: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": "Feature", "properties": words, "geometry": geometry}
