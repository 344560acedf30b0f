"""Traffic and threats: samples from ADS-B tables, ACMI or CZML -> items of a scenario, each with its catalogue item."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from skyreach.catalog import Catalog, load
from skyreach.errors import BadInput
from skyreach.formats import take_acmi, take_adsb, take_czml
from skyreach.formats.take import Taken
from skyreach.formats.trails import Limits, routes

AIRLINER = "a320"  # what traffic without a type is taken for, if it is not said; noted


def flights(
    file: Path, kind: str, system: str | None, systems: dict[str, str], side: str | None, unit: str | None, ref: str | None,
    limits: Limits,
) -> Taken:  # fmt: skip
    """Items of all objects of a file that have a catalogue item."""
    notes: list[str] = []
    counts: Counter = Counter()
    name = file.name.lower()
    if name.endswith(".acmi"):
        trails = take_acmi.read(file, notes, counts)
    elif name.endswith(".czml"):
        trails = take_czml.read(file, notes, counts)
    else:
        trails = take_adsb.read(file, unit, ref, notes, counts)
    cat = load()
    named = {key.lower(): _item(cat, value, file) for key, value in systems.items()}
    default = _item(cat, system, file) if system else None
    found = routes(trails, limits)
    taken = Taken(str(file), kind, [], counts, notes, _iso(found.start))
    taken.counts.update({"objects": len(trails.names)})
    taken.counts.update(found.counts)
    unknown: Counter = Counter()
    for item, row in zip(found.items, found.rows, strict=True):
        key = (
            named.get(trails.kinds[row].lower())
            or named.get(trails.names[row].lower())
            or default
            or _known(cat, trails.kinds[row])
        )
        if key is None and kind == "traffic":
            key = AIRLINER
            taken.counts["of unknown type, taken for an a320"] += 1
        if key is None:
            unknown[trails.kinds[row] or trails.names[row]] += 1
            continue
        whose = {} if kind == "traffic" else {"side": side or ("blue" if trails.sides[row] == "blue" else "red")}
        taken.content.append({"name": item["name"], "system": key, **whose, **{k: v for k, v in item.items() if k != "name"}})
    if unknown:
        taken.counts["left out: routes of objects that are no catalogue item"] += sum(unknown.values())
        words = ", ".join(f"{word} ({n})" for word, n in unknown.most_common(8))
        notes.append(f"no catalogue item for: {words}; say it with --map NAME=ITEM or --system ITEM")
    taken.counts["routes"] = len(taken.content)
    if found.gaps:
        taken.counts[f"gaps longer than {limits.gap:g} s, after each a new route"] = found.gaps
    how = "between waypoints: straight along the geodesic, constant speed and climb"
    notes.append(f"{how}; within {limits.tolerance:g} m of the samples kept")
    if not taken.content:
        raise BadInput(
            f"import {file}: nothing left", "; ".join(taken.lines()) or "an empty file", cure="look at what was left out and why"
        )
    return taken


def _known(cat: Catalog, word: str) -> str | None:
    """The threat that a word names by key, alias or title."""
    if word and word in cat and cat[word].kind == "threat":
        return cat[word].key
    return next((item.key for item in cat.items("threat") if word and item.title.lower() == word.lower()), None)


def _item(cat: Catalog, word: str, file: Path) -> str:
    if word not in cat or cat[word].kind != "threat":
        raise BadInput(f"import {file}: system", word, ", ".join(item.key for item in cat.items("threat")))
    return cat[word].key


def _iso(t: float) -> str:
    return datetime.fromtimestamp(t, UTC).isoformat().replace("+00:00", "Z")
