"""Import: a file of other people -> traffic, threats, sites or a sounding, as a fragment of a scenario.

What was read, kept and left out is counted; what a file does not say (units, height references, which catalogue item an
object is) is asked for and never guessed.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from skyreach.errors import BadInput
from skyreach.intake.inputs import read_bytes
from skyreach.intake.trails import Limits
from skyreach.scenario.models import Scenario

KINDS = ("traffic", "threats", "sites", "sounding")
SECTIONS = {"traffic": "civil", "threats": "raid", "sites": "sites", "sounding": "refraction_k"}


@dataclass
class Taken:
    """What a file gave: kind, fragment of a scenario, counts, notes."""

    file: str
    kind: str
    content: Any
    counts: Counter = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    start: str | None = None  # UTC of t = 0

    @property
    def fragment(self) -> dict[str, Any]:
        """The part of a scenario that this makes."""
        return {SECTIONS[self.kind]: self.content}

    def to_yaml(self) -> str:
        """The fragment as YAML, one item a line."""
        head = [f"# from {Path(self.file).name} by skyreach import", *(f"# {line}" for line in self.lines())]
        if isinstance(self.content, list):
            rows = [f"  - {json.dumps(item, ensure_ascii=False)}" for item in self.content]
        elif isinstance(self.content, dict):
            rows = [
                f"  {json.dumps(k, ensure_ascii=False)}: {json.dumps(v, ensure_ascii=False)}" for k, v in self.content.items()
            ]
        else:
            return "\n".join([*head, f"{SECTIONS[self.kind]}: {self.content}"]) + "\n"
        return "\n".join([*head, f"{SECTIONS[self.kind]}:", *rows]) + "\n"

    def lines(self) -> list[str]:
        """Counts and notes in words."""
        said = [f"{key}: {n:,}" for key, n in self.counts.items()]
        return [*([f"t = 0 is {self.start}"] if self.start else []), *said, *self.notes]

    def to_dict(self) -> dict[str, Any]:
        """Counts, notes and the fragment."""
        return {
            "file": self.file,
            "kind": self.kind,
            "start": self.start,
            "counts": dict(self.counts),
            "notes": self.notes,
            **self.fragment,
        }

    def into(self, scenario: "str | Path | Scenario") -> Scenario:
        """The scenario with this added; names that are taken there get a number."""
        from skyreach.intake.trails import free_name
        from skyreach.scenario.load import load_scenario, read_scenario
        from skyreach.scenario.yamltree import dump

        base = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        data = base.model_dump(mode="json", exclude_unset=True)
        section = SECTIONS[self.kind]
        if self.kind in ("traffic", "threats"):
            names = {item.name for item in (*base.raid, *base.civil)}
            added = [{**item, "name": free_name(item["name"], names)} for item in self.content]
            data[section] = [*data.get(section, []), *added]
        elif self.kind == "sites":
            data[section] = {**data.get(section, {}), **self.content}
        else:
            data[section] = self.content
        return read_scenario(dump(data), f"{base.name} with {Path(self.file).name}")


def take(
    path: str | Path,
    kind: str | None = None,
    system: str | None = None,
    systems: Mapping[str, str] | None = None,
    side: str | None = None,
    height_unit: str | None = None,
    height_ref: str | None = None,
    start: str | None = None,
    duration: float = 86_400.0,
    tolerance: float = 50.0,
    gap: float = 120.0,
    bbox: Sequence[float] | None = None,
    above: float | None = None,
    height: float | None = None,
    airports: str | Path | None = None,
    strict: bool = False,
) -> Taken:
    """Import a file. kind: traffic, threats, sites or sounding; by the file where None.

    system: catalogue item of all objects; systems: {name or type in the file: catalogue item}; side: red or blue of threats;
    height_unit (m, ft) and height_ref (msl, ell, agl) where the file does not say; start: UTC of t = 0, of the first sample
    where None; duration [s] kept from there; tolerance [m] of the routes; gap [s] without samples that ends a route; bbox:
    west, south, east, north [deg]; above: leave out points lower than this [m]; height [m] of samples without one; airports: CSV
    of places (icao, lat, lon) for lists of flights; strict: refuse what is out of order instead of counting it."""
    file = Path(path)
    chosen = kind or _kind(file)
    if chosen not in KINDS:
        raise BadInput(f"import {file}: kind", chosen, ", ".join(KINDS))
    for name, value, allowed in (("height_unit", height_unit, ("m", "ft")), ("height_ref", height_ref, ("msl", "ell", "agl")),
                                 ("side", side, ("red", "blue"))):  # fmt: skip
        if value is not None and value not in allowed:
            raise BadInput(f"import {file}: {name}", value, " or ".join(allowed))
    if bbox is not None and (len(bbox) != 4 or not (-90 <= bbox[1] < bbox[3] <= 90)):
        raise BadInput(f"import {file}: bbox", ",".join(map(str, bbox)), "west,south,east,north in degrees")
    if not (tolerance >= 0.0 and gap > 0.0 and duration > 0.0):
        raise BadInput(f"import {file}", "tolerance, gap or duration below 0", "positive numbers")
    limits = Limits(tolerance, gap, 1000.0 if chosen == "traffic" else 8000.0, _utc(start), duration)
    limits.bbox, limits.height = (bbox[0], bbox[1], bbox[2], bbox[3]) if bbox is not None else None, height
    limits.strict = strict
    if above is not None:
        limits.above = above
    if chosen in ("traffic", "threats"):
        from skyreach.intake.tracks import Asked, read_items

        asked = Asked(chosen, system, dict(systems or {}), side, height_unit, height_ref, Path(airports) if airports else None)
        items = read_items(file, asked, limits)
        return Taken(str(file), chosen, items.content, items.counts, items.notes, items.start)
    from skyreach.formats.take_places import places, sounding

    return places(file) if chosen == "sites" else sounding(file)


def _kind(file: Path) -> str:
    """What a file holds, by its name; the columns of a CSV and the head of a JSON decide where that says nothing."""
    name = file.name.lower()
    if name.endswith((".acmi", ".czml")):
        return "threats"
    if name.endswith((".kml", ".kmz", ".geojson")):
        return "sites"
    if name.endswith((".parquet", ".json")):
        return "traffic"
    head = read_bytes(file)[:2000].lower()
    if head.startswith(b"msg,") or b"icao24" in head or b"firstseen" in head or b"hex" in head.split(b"\n")[0]:
        return "traffic"
    first = head.split(b"\n")[0]
    if b"pres" in first and b"temp" in first:
        return "sounding"
    if b"lat" in first and b"name" in first:
        return "sites"
    raise BadInput(f"import {file}", "a file that does not say what it holds", ", ".join(KINDS), "--kind traffic")


def _utc(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("start", text, "UTC as 2026-05-01T02:00:00Z") from None
    return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
