"""Sites from KML, KMZ, GeoJSON or CSV, and the refraction that a sounding gives."""

import csv
import io
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skyreach.errors import BadInput
from skyreach.formats.take import Taken
from skyreach.intake.inputs import json_of, number, read_bytes, text_of, unpacked, xml_of
from skyreach.intake.trails import free_name

MOST_SITES = 20_000
EARTH, LAYER = 6_371_000.0, 1000.0  # m: mean radius; depth of the air over which the gradient is taken (ITU-R P.453)
Place = tuple[str, float, float, str]  # name, lat, lon [deg], note


def places(file: Path) -> Taken:
    """Named points as the section `sites` of a scenario; lines and areas are counted, heights are not used."""
    notes: list[str] = []
    counts: Counter = Counter()
    where = f"import {file}"
    name = file.name.lower()
    if name.endswith((".kml", ".kmz")):
        found = _kml(xml_of(unpacked(read_bytes(file), where, (".kml",)), where), counts)
    elif name.endswith((".geojson", ".json")):
        found = _geojson(json_of(read_bytes(file), where, notes), where, counts)
    else:
        found = _csv(text_of(read_bytes(file), where, notes), where)
    sites: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for word, lat, lon, note in found:
        counts["read"] += 1
        if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
            counts["left out: no place, or an impossible one"] += 1
            continue
        if len(sites) >= MOST_SITES:
            raise BadInput(where, f"more than {MOST_SITES:,} points", cure="cut it to the area needed")
        own = free_name(word, taken)
        sites[own] = {"lat": round(lat, 7), "lon": round(lon, 7), **({"note": note[:500]} if note else {})}
    counts["sites"] = len(sites)
    if not sites:
        raise BadInput(where, "no points with a place", "named points", f"{dict(counts)}")
    return Taken(str(file), "sites", sites, counts, notes)


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _kml(root: Any, counts: Counter) -> Iterator[Place]:
    for mark in root.iter():
        if _local(mark) != "Placemark":
            continue
        parts = {_local(child): child for child in mark}
        name = " ".join((parts["name"].text or "").split()) if "name" in parts else ""
        points = [e for e in mark.iter() if _local(e) == "Point"]
        if not points:
            counts["left out: lines, areas and tracks"] += 1
            continue
        if len(points) > 1:
            counts["left out: further points of one placemark"] += len(points) - 1
        text = next((e.text or "" for e in points[0].iter() if _local(e) == "coordinates"), "")
        pair = [number(v) for v in text.split(",")[:2]]
        lon, lat = pair if len(pair) == 2 else (math.nan, math.nan)
        note = re.sub(r"<[^>]*>", " ", parts["description"].text or "") if "description" in parts else ""
        yield name or "point", lat, lon, " ".join(note.split())


def _geojson(document: Any, where: str, counts: Counter) -> Iterator[Place]:
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise BadInput(where, "not a FeatureCollection", "GeoJSON, RFC 7946")
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        words = feature.get("properties") if isinstance(feature, dict) else None
        words = words if isinstance(words, dict) else {}
        if not isinstance(geometry, dict) or geometry.get("type") != "Point":
            counts["left out: lines, areas and features without a shape"] += 1
            continue
        pair = geometry.get("coordinates")
        pair = [number(v) for v in pair[:2]] if isinstance(pair, list) and len(pair) > 1 else [math.nan] * 2
        yield str(words.get("name") or words.get("id") or "point"), pair[1], pair[0], str(words.get("note") or "")


def rows_of(text: str, where: str) -> list[dict[str, str]]:
    """Rows of a CSV by the names of its first line, in lower case."""
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as fault:
        raise BadInput(where, f"not CSV ({fault})") from None
    return [{str(k).strip().lower(): v for k, v in row.items() if k is not None and isinstance(v, str)} for row in rows]


def _csv(text: str, where: str) -> Iterator[Place]:
    rows = rows_of(text, where)
    columns = rows[0].keys() if rows else set()
    lat, lon = (
        next((n for n in names if n in columns), None)
        for names in (("lat", "latitude", "lat_deg"), ("lon", "longitude", "lng", "lon_deg"))
    )
    if lat is None or lon is None:
        raise BadInput(where, f"columns {', '.join(columns) or 'none'}", "name, lat, lon")
    word = next((n for n in ("name", "site", "icao", "id") if n in columns), None)
    for n, row in enumerate(rows, 1):
        yield (
            (row.get(word) or f"site-{n}") if word else f"site-{n}",
            number(row.get(lat)),
            number(row.get(lon)),
            row.get("note") or "",
        )


def sounding(file: Path) -> Taken:
    """refraction_k from a sounding: columns pressure, height, temperature and dew point or relative humidity, each with its unit.

    Refractivity after ITU-R P.453; its gradient over the lowest kilometre above the first level, straight between levels."""
    from skyreach.physics.refraction import effective_radius, radio_refractivity, saturation_vapour_pressure

    notes: list[str] = []
    where = f"import {file}"
    rows = rows_of(text_of(read_bytes(file), where, notes), where)
    named = _columns(rows, where)
    levels, counts = [], Counter({"read": len(rows)})
    for row in rows:
        p, h, t, wet = (number(row.get(column)) * factor + offset for column, factor, offset in named[:4])
        if not all(map(math.isfinite, (p, h, t, wet))) or not (100.0 < p < 120_000.0 and 150.0 < t < 350.0):
            counts["left out: values missing or impossible"] += 1
            continue
        e = saturation_vapour_pressure(t, p) * wet if named[4] == "humidity" else saturation_vapour_pressure(wet, p)
        levels.append((h, radio_refractivity(p, e, t)))
    if any(b[0] <= a[0] for a, b in itertools.pairwise(levels)):
        counts["levels out of order, put in order"] += 1
    once = sorted(dict(levels).items())
    if len(once) < len(levels):
        counts["left out: a second level at one height"] += len(levels) - len(once)
    levels = once
    if len(levels) < 2 or levels[-1][0] < levels[0][0] + LAYER:
        depth = levels[-1][0] - levels[0][0] if levels else 0.0
        said = f"{len(levels)} usable levels, up to {depth:.0f} m above the first"
        raise BadInput(where, said, f"levels over {LAYER:.0f} m at the least")
    base, surface = levels[0]
    above = next(n for n, (h, _) in enumerate(levels) if h >= base + LAYER)
    (h0, n0), (h1, n1) = levels[above - 1], levels[above]
    top = n0 + (n1 - n0) * (base + LAYER - h0) / (h1 - h0)
    k = float(effective_radius(EARTH, (top - surface) / LAYER * 1e-6)) / EARTH
    notes += [f"refractivity at the ground {surface:.1f}, {LAYER:.0f} m above {top:.1f}: gradient {top - surface:.1f} N/km"]
    if not 0.5 <= k <= 10.0:
        raise BadInput(
            where,
            f"effective earth radius factor {k:.2f}: ducting",
            "0.5 to 10",
            "a scenario has one factor; use profile and vcd for ducts",
        )
    counts["levels"] = len(levels)
    return Taken(str(file), "sounding", round(k, 4), counts, notes)


def _columns(rows: list[dict[str, str]], where: str) -> tuple:
    """(column, factor, offset) of pressure [Pa], height [m], temperature [K], dew point [K] or humidity [1]; which of both."""
    units = {"pressure": {"hpa": (100.0, 0.0), "pa": (1.0, 0.0)}, "height": {"m": (1.0, 0.0), "ft": (0.3048, 0.0)},
             "temperature": {"c": (1.0, 273.15), "k": (1.0, 0.0)}, "dewpoint": {"c": (1.0, 273.15), "k": (1.0, 0.0)},
             "humidity": {"pct": (0.01, 0.0), "1": (1.0, 0.0)}}  # fmt: skip
    there = list(rows[0]) if rows else []
    found = {}
    for part, known in units.items():
        for unit, (factor, offset) in known.items():
            if f"{part}_{unit}" in there:
                found[part] = (f"{part}_{unit}", factor, offset)
        bare = part in there and part not in found
        if bare:
            raise BadInput(where, f"column {part}: its unit is not said", ", ".join(f"{part}_{u}" for u in known))
    wet = "dewpoint" if "dewpoint" in found else "humidity"
    lost = [part for part in ("pressure", "height", "temperature", wet) if part not in found]
    if lost:
        raise BadInput(where, f"no column for {', '.join(lost)}; has: {', '.join(there)[:200]}",
                       "pressure_hpa, height_m, temperature_c, dewpoint_c or humidity_pct")  # fmt: skip
    return (found["pressure"], found["height"], found["temperature"], found[wet], wet)
