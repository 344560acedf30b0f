"""Traffic and threats: samples of ADS-B tables, ACMI or CZML -> items of a scenario, each with its catalogue item."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from skyreach.catalog import Catalog, load
from skyreach.errors import BadInput
from skyreach.intake import acmi, adsb, czml
from skyreach.intake.trails import Limits, Routes, Trails, routes

AIRLINER = "a320"  # what traffic without a type is taken for, if it is not said; noted


@dataclass
class Asked:
    """What a user says about a file of traffic or threats.

    system: catalogue item of all objects; systems: {name or type in the file: catalogue item}; side of threats; height_unit
    (m, ft) and height_ref (msl, ell, agl) where the file does not say; airports: table of places for lists of flights."""

    kind: str = "traffic"
    system: str | None = None
    systems: dict[str, str] = field(default_factory=dict)
    side: str | None = None
    height_unit: str | None = None
    height_ref: str | None = None
    airports: Path | None = None


@dataclass
class Items:
    """Items of a scenario, row of the file of each of their waypoints, what was left out by reason, notes, UTC of t = 0."""

    content: list[dict[str, Any]]
    places: list[list[int]]
    counts: Counter
    notes: list[str]
    start: str


def read_items(file: Path, asked: Asked, limits: Limits) -> Items:
    """Items of all objects of a file that have a catalogue item."""
    notes: list[str] = []
    counts: Counter = Counter()
    limits.file = str(file)
    name = file.name.lower()
    if name.endswith(".acmi"):
        trails = acmi.read(file, notes, counts)
    elif name.endswith(".czml"):
        trails = czml.read(file, notes, counts)
    else:
        trails = adsb.read(file, asked.height_unit, asked.height_ref, limits, asked.airports, notes, counts)
    found = routes(trails, limits)
    counts["objects"] = len(trails.names)
    counts.update(found.counts)
    out = Items([], [], counts, notes, _start(found.start))
    _name_systems(out, trails, found, asked, file)
    counts["routes"] = len(out.content)
    if found.gaps:
        counts[f"gaps longer than {limits.gap:g} s, after each a new route"] = found.gaps
    notes += found.notes
    how = "between waypoints: straight along the geodesic, constant speed and climb"
    notes.append(f"{how}; within {limits.tolerance:g} m of the samples kept")
    if not out.content:
        why = "; ".join([*(f"{key}: {n:,}" for key, n in counts.items()), *notes])
        raise BadInput(f"import {file}: nothing left", why or "an empty file", cure="look at what was left out and why")
    return out


def _name_systems(out: Items, trails: Trails, found: Routes, asked: Asked, file: Path) -> None:
    """Give each route its catalogue item and side; those without an item are counted and named."""
    cat = load()
    named = {key.lower(): _item(cat, value, file) for key, value in asked.systems.items()}
    default = _item(cat, asked.system, file) if asked.system else None
    unknown: Counter = Counter()
    for item, row, places in zip(found.items, found.rows, found.places, strict=True):
        kind, name = trails.kinds[row], trails.names[row]
        key = named.get(kind.lower()) or named.get(name.lower()) or default or _known(cat, kind)
        if key is None and asked.kind == "traffic":
            key = AIRLINER
            out.counts["of unknown type, taken for an a320"] += 1
        if key is None:
            unknown[kind or name] += 1
            continue
        whose = {} if asked.kind == "traffic" else {"side": asked.side or ("blue" if trails.sides[row] == "blue" else "red")}
        out.content.append({"name": item["name"], "system": key, **whose, **{k: v for k, v in item.items() if k != "name"}})
        out.places.append(places)
    if unknown:
        out.counts["left out: routes of objects that are no catalogue item"] += sum(unknown.values())
        words = ", ".join(f"{word} ({n})" for word, n in unknown.most_common(8))
        cure = "say it with --map NAME=ITEM or --system ITEM; systems or system in a scenario"
        out.notes.append(f"no catalogue item for: {words}; {cure}")


def _start(t: float) -> str:
    return datetime.fromtimestamp(t, UTC).isoformat().replace("+00:00", "Z")


def _known(cat: Catalog, word: str) -> str | None:
    """The threat that a word names by key, alias or title."""
    if word and word in cat and cat[word].kind == "threat":
        return cat[word].key
    return next((item.key for item in cat.items("threat") if word and item.title.lower() == word.lower()), None)


def _item(cat: Catalog, word: str, file: Path) -> str:
    if word not in cat or cat[word].kind != "threat":
        raise BadInput(f"import {file}: system", word, ", ".join(item.key for item in cat.items("threat")))
    return cat[word].key
