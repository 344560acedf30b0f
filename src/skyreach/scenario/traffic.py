"""Recorded traffic of a scenario: the files that its key `traffic` names -> items of civil or raid, each with its origin.

Each waypoint remembers the row of the file that it came from, so that what is wrong with it later is said with that row. What is
read stands in the scenario as if it had been written there: a run folder holds it and needs the file no more.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from skyreach.errors import BadInput
from skyreach.intake.tracks import Asked, Items, read_items
from skyreach.intake.trails import LOWEST, Limits, free_name
from skyreach.scenario.base_models import Base
from skyreach.scenario.fields import Flag, Number, Side, Text, ThreatSystem, Utc
from skyreach.scenario.known import nearest
from skyreach.scenario.yamltree import MAX_NODES, Node

KINDS = "a recording: CSV, Parquet, JSON, ACMI or CZML"
FASTEST = {"traffic": 1000.0, "threats": 8000.0}  # m/s between two samples


class TrafficFile(Base):
    """A recording: OpenSky state vectors, tracks or flights, tables of traffic, readsb, dump1090; ACMI or CZML."""

    file: Text = Field(min_length=1, description="beside the scenario file, or from the working folder")
    system: ThreatSystem | None = Field(default=None, description="what all objects are; by their type, or a320, where absent")
    systems: dict[str, ThreatSystem] = Field(default={}, description="what objects of a name or type are")
    side: Side = "civil"
    start: Utc | None = Field(default=None, description="UTC of the recording that is t = 0; its first sample where absent")
    tolerance_m: Annotated[Number, Field(ge=0, le=100_000)] = Field(default=50.0, description="samples closer are left out")
    gap_s: Annotated[Number, Field(gt=0, le=86_400)] = Field(default=120.0, description="longer without samples: a new route")
    bbox: Annotated[list[Number], Field(min_length=4, max_length=4)] | None = Field(
        default=None, description="west, south, east, north in degrees"
    )
    above_m: Annotated[Number, Field(ge=-500, le=500_000)] = Field(default=LOWEST, description="lower samples are left out")
    height_m: Annotated[Number, Field(ge=-500, le=500_000)] | None = Field(default=None, description="where a file has none")
    height_unit: Literal["m", "ft"] | None = Field(default=None, description="where the file does not say it")
    height_ref: Literal["msl", "ell", "agl"] | None = Field(default=None, description="where the file does not say it")
    airports: Text | None = Field(default=None, description="CSV with icao, lat, lon, for lists of flights")
    strict: Flag = Field(default=False, description="refuse gaps, jumps, second samples and times that run backwards")

    @property
    def section(self) -> Literal["civil", "raid"]:
        """Part of a scenario that its objects go to."""
        return "civil" if self.side == "civil" else "raid"


def read_traffic(tree: Node, files: list[TrafficFile], duration: float, folder: Path) -> list[str]:
    """Put the objects of all files into civil and raid of the tree, take `traffic` out of it, and say what was left out."""
    said: list[str] = []
    traffic = tree.value.pop("traffic")
    for i, (wanted, node) in enumerate(zip(files, traffic.value, strict=True)):
        path = _found(wanted.file, folder)
        try:
            for word in (wanted.file, wanted.airports):
                _there(word, folder)
            items = _read(wanted, path, duration, folder)
        except BadInput as exc:
            raise _placed(exc, node, i, wanted) from None
        _add(tree, wanted, path, items, node.where)
        said += [f"{path.name}: {line}" for line in _lines(items)]
    return said


def _found(word: str, folder: Path) -> Path:
    """The file beside the scenario, else as the word says."""
    beside = folder / word
    return beside if beside.exists() else Path(word)


def _there(word: str | None, folder: Path) -> None:
    """BadInput where there is no such file."""
    if word is None:
        return
    path = _found(word, folder)
    if path.is_dir():
        names = sorted(entry.name for entry in path.iterdir() if entry.is_file())[:8]
        raise BadInput(str(path), "a folder", KINDS, f"a file in it: {', '.join(names)}" if names else "the file itself")
    if not path.exists():
        beside = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
        cure = nearest(path.name, beside) or "a path from the folder of the scenario file, or from the working folder"
        raise BadInput(str(path), "no such file", KINDS, cure)


def _placed(fault: BadInput, node: Node, i: int, wanted: TrafficFile) -> BadInput:
    """What is wrong with a recording, with the place of the scenario that names it."""
    named = fault.where.startswith("airports ") or (wanted.airports and fault.where.endswith(wanted.airports))
    key = "airports" if named else "file"
    child = node.child(key)
    place = f"{child.where if child else node.where}  traffic[{i}].{key}"
    cure = fault.cure or f"is {getattr(wanted, key)} the file that is meant? `skyreach import` shows what is read of one"
    where = fault.where.removeprefix("import ").removeprefix("airports ")
    return BadInput(f"{place}: {where}", fault.given, fault.allowed, cure)


def _read(wanted: TrafficFile, path: Path, duration: float, folder: Path) -> Items:
    kind = "traffic" if wanted.side == "civil" else "threats"
    start = None if wanted.start is None else wanted.start.timestamp()
    limits = Limits(wanted.tolerance_m, wanted.gap_s, FASTEST[kind], start, duration, strict=wanted.strict)
    limits.above, limits.height = wanted.above_m, wanted.height_m
    if wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        limits.bbox = west, south, east, north
    airports = None if wanted.airports is None else _found(wanted.airports, folder)
    side = None if wanted.side == "civil" else wanted.side
    asked = Asked(kind, wanted.system, dict(wanted.systems), side, wanted.height_unit, wanted.height_ref, airports)
    return read_items(path, asked, limits)


def _add(tree: Node, wanted: TrafficFile, path: Path, items: Items, where: str) -> None:
    """The items as nodes of the tree, under names that are free."""
    taken = set(_names(tree))
    section = tree.value.setdefault(wanted.section, Node([], where))
    sha = _sha256(path)
    for item, places in zip(items.content, items.places, strict=True):
        rows = f", rows {min(places)} to {max(places)}" if all(places) else ""
        named = {**item, "name": free_name(item["name"], taken), "note": f"from {path.name}{rows}; sha256 {sha}"}
        node = _node(named, f"{path} row {places[0]}" if places[0] else str(path))
        for point, row in zip(node.value["route"].value, places, strict=True):
            _move(point, f"{path} row {row}" if row else str(path))
        section.value.append(node)
        section.size += node.size
    if section.size > MAX_NODES:
        cure = "raise tolerance_m, or cut by bbox, above_m, start or a shorter duration_s"
        raise BadInput(f"{where}  {path.name}", f"{section.size:,} values", f"{MAX_NODES:,} at most", cure)


def _names(node: Node) -> Iterator[str]:
    """All names that stand in a tree, of whatever."""
    value = node.value
    members = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else [])
    for key, part in members:
        if key == "name":
            yield str(part.value)
        yield from _names(part)


def _node(value: Any, where: str) -> Node:
    """Plain data as a tree, all of it at one place."""
    if isinstance(value, dict):
        members: Any = {key: _node(part, where) for key, part in value.items()}
        return Node(members, where, 1 + sum(1 + part.size for part in members.values()))
    if isinstance(value, list):
        members = [_node(part, where) for part in value]
        return Node(members, where, 1 + sum(part.size for part in members))
    return Node(value, where)


def _move(node: Node, where: str) -> None:
    """Give a mapping and its values another place."""
    node.where = where
    for part in node.value.values():
        part.where = where


def _sha256(path: Path) -> str:
    """The first 16 digits of the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _lines(items: Items) -> list[str]:
    """Counts and notes in words."""
    return [f"t = 0 is {items.start}", *(f"{key}: {n:,}" for key, n in items.counts.items()), *items.notes]
