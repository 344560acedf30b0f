"""CZML 1.0 for Cesium: clock, availability, sampled positions; thinned, and in several files where a run is big.

Positions are cartographicDegrees: longitude, latitude to 7 decimals, height above the WGS84 ellipsoid to 0.01 m. Between
them Cesium goes straight in ECEF, which is what the thinning reckons with.
"""

import json
from pathlib import Path as File
from typing import Any

from skyreach.formats.output import part_file
from skyreach.formats.paths import TOLERANCE, Path, driven, paths
from skyreach.formats.reader import Entity, Feed

LARGEST = 200_000  # points in one file
COLOURS = {"blue": [0, 92, 138, 255], "red": [179, 38, 30, 255], "neutral": [30, 120, 60, 255]}
SIZES = {"site": 10, "radar": 8, "target": 7, "missile": 4}


def write(feed: Feed, path: File, tolerance: float = TOLERANCE) -> list[File]:
    """Write the packets; NAME-2.czml and so on where there are more than LARGEST points."""
    parts: list[list[dict[str, Any]]] = [[]]
    room, flown = LARGEST, {**paths(feed, tolerance), **driven(feed)}
    for entity in feed.entities:
        track = flown.get(entity.number)
        if track is None and entity.at is None:
            continue  # never in the air
        size = track.t.size if track else 1
        if size > room and parts[-1]:
            parts.append([])
            room = LARGEST
        room -= size
        parts[-1].append(packet(feed, entity, track))
    files = [path if n == 1 else path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(1, len(parts) + 1)]
    for n, (file, packets) in enumerate(zip(files, parts, strict=True), 1):
        with part_file(file) as part:
            document = _document(feed, n, len(parts), tolerance)
            with part.open("w", encoding="utf-8", newline="\n") as out:
                out.write("[\n" + json.dumps(document, ensure_ascii=False))
                for one in packets:
                    out.write(",\n" + json.dumps(one, ensure_ascii=False, separators=(",", ":")))
                out.write("\n]\n")
    return files


def _document(feed: Feed, part: int, parts: int, tolerance: float) -> dict[str, Any]:
    span = f"{feed.iso(0.0)}/{feed.iso(feed.duration)}"
    words = (
        f"{feed.notice} Digest {feed.about['digest']}. Part {part} of {parts}; samples thinned to {tolerance:g} m. "
        f"Terrain: {feed.about['terrain']}."
    )
    return {
        "id": "document", "name": feed.title, "version": "1.0", "description": words,
        "clock": {"interval": span, "currentTime": feed.iso(0.0), "multiplier": 10, "range": "LOOP_STOP",
                  "step": "SYSTEM_CLOCK_MULTIPLIER"},
    }  # fmt: skip


def packet(feed: Feed, entity: Entity, track: Path | None) -> dict[str, Any]:
    """The packet of one entity."""
    colour = {"solidColor": {"color": {"rgba": COLOURS[entity.side]}}}
    end = entity.t_to if entity.t_to is not None else feed.duration
    begin = entity.t_from or 0.0
    out: dict[str, Any] = {
        "id": entity.key, "name": entity.name,
        "description": f"{entity.title} ({entity.kind}, {entity.side}): {entity.end}",
        "point": {"pixelSize": SIZES[entity.group], "color": {"rgba": COLOURS[entity.side]}},
        "properties": {"system": {"string": entity.system}, "kind": {"string": entity.kind}, "side": {"string": entity.side},
                       "end": {"string": entity.end}, "number": {"number": entity.number}},
    }  # fmt: skip
    if entity.at is not None:
        lat, lon, h = entity.at
        fixed = {"cartographicDegrees": [round(lon, 7), round(lat, 7), round(feed.ellipsoidal(h), 2)]}
        out["position"] = fixed if track is None else {**_sampled(feed, track), "forwardExtrapolationDuration": 0.0}
        out["label"] = {"text": entity.name, "font": "12px sans-serif", "pixelOffset": {"cartesian2": [0, -14]}}
        return out
    assert track is not None  # write leaves out what never flew
    out["availability"] = f"{feed.iso(begin)}/{feed.iso(max(end, float(track.t[-1])))}"
    out["position"] = _sampled(feed, track)
    out["path"] = {"material": colour, "width": 1, "leadTime": 0, "trailTime": 120, "resolution": 5}
    return out


def _sampled(feed: Feed, track: Path) -> dict[str, Any]:
    """Positions by time, held for a second after the last."""
    rows = zip(track.t.round(3).tolist(), track.lon.round(7).tolist(), track.lat.round(7).tolist(),
               feed.ellipsoidal(track.h).round(2).tolist(), strict=True)  # fmt: skip
    numbers = [value for row in rows for value in row]
    return {
        "epoch": feed.iso(0.0), "interpolationAlgorithm": "LINEAR", "interpolationDegree": 1,
        "forwardExtrapolationType": "HOLD", "forwardExtrapolationDuration": 1.0, "cartographicDegrees": numbers,
    }  # fmt: skip
