"""Reads the catalogue once per process and hands out views that record what was used."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from skyreach.catalog.parse import finite, parse_item
from skyreach.catalog.schema import NUMBER
from skyreach.catalog.sense import check_sense, contradictions
from skyreach.catalog.values import Item, Source, Value, near
from skyreach.errors import BadInput

DATA = Path(__file__).parent / "data"
SOURCES_FILE = "sources.toml"
USER = "user"


class Parsed(NamedTuple):
    """The checked contents of a data folder, shared by all catalogues; never changed after it is made."""

    items: dict[str, Item]
    sources: dict[str, Source]
    names: dict[str, str]  # every key and alias -> key
    digest: str


class Catalog:
    """The items of the catalogue, with the user's overrides laid over, and a record of every value read."""

    def __init__(self, parsed: Parsed, overrides: Mapping[str, float] | None = None) -> None:
        self._parsed = parsed
        self._log: dict[tuple[str, str], Value] = {}
        self._items = {key: replace(item, log=self._log) for key, item in parsed.items.items()}
        self._overrides: dict[str, float | str] = {}
        self.override(overrides or {})

    def __getitem__(self, name: str) -> Item:
        return self._items[self._key(name)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._parsed.names

    def items(self, kind: str | None = None) -> list[Item]:
        """All items, or those of one kind, in the order of the files."""
        kinds = list(dict.fromkeys(item.kind for item in self._items.values()))
        if kind is not None and kind not in kinds:
            raise BadInput("catalogue: unknown kind", kind, ", ".join(kinds), near(kind, kinds))
        return [item for item in self._items.values() if kind in (None, item.kind)]

    def sources(self) -> dict[str, Source]:
        """Every source that a value may name, by key."""
        return dict(self._parsed.sources)

    def used(self) -> list[dict[str, Any]]:
        """Every value read so far through si, text, texts or table, sorted by item and key."""
        return [
            {"item": item, "key": key, **value.as_dict()}
            for (item, key), value in sorted(self._log.items(), key=_path)
        ]

    def digest(self) -> str:
        """SHA-256 of the data and the overrides (hex); comments and layout of the files do not count."""
        text = json.dumps([self._parsed.digest, self._overrides], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _key(self, name: str) -> str:
        names = self._parsed.names
        if name.lower() not in names:
            raise BadInput(
                "catalogue: unknown item", name, cure=near(name, names) or "skyreach catalog lists all items"
            )
        return names[name.lower()]

    def lay(self, path: str, value: Value, where: str = "") -> None:
        """Put a value of the same form in the place of ITEM.KEY; counts in the digest as an override does. where: for errors."""
        name, _, key = path.rpartition(".")
        item = self[name]
        if item.value(key).form != value.form:
            raise BadInput(f"{where or path}: a {value.form}", allowed=f"a {item.value(key).form}, as in the catalogue")
        for number in (value.low, value.nominal, value.high) if value.form == NUMBER else ():
            check_sense(item.value(key), number, where or path, key)
        self._items[item.key] = replace(item, values={**item.values, key: value})
        self._overrides[f"{item.key}.{key}"] = value.nominal if value.form == NUMBER else repr(value.figures())

    def override(self, overrides: Mapping[str, float]) -> None:
        """Set numbers by ITEM.KEY, each in its own unit."""
        for path, number in overrides.items():
            self._override(path, number)
        self.check_together({path: f"override {path}" for path in overrides})

    def check_together(self, places: Mapping[str, str]) -> None:
        """BadInput where values of an item contradict each other. places: ITEM.KEY of what was changed -> where, for errors."""
        changed: dict[str, dict[str, str]] = {}
        for path, where in places.items():
            name, _, key = path.rpartition(".")
            changed.setdefault(self[name].key, {})[key] = where
        for name, keys in changed.items():
            for found in contradictions(self[name]):
                here = next((keys[key] for key in found.keys if key in keys), None)
                if here is not None:
                    raise BadInput(here, found.given, found.allowed, found.cure)

    def _override(self, path: str, number: float) -> None:
        name, dot, key = path.rpartition(".")
        if not dot:
            raise BadInput(f"override {path}", allowed="ITEM.KEY, for example 92n6e.reference_range")
        item = self[name]
        old = item.value(key)
        where = f"override {item.key}.{key}"
        if old.form != NUMBER:
            raise BadInput(where, number, f"only numbers can be set; this is a {old.form}")
        given = finite(number, where)
        check_sense(old, given, where, key)
        new = replace(
            old, low=given, nominal=given, high=given, source=(USER,), note=f"instead of {old.nominal:g}"
        )
        self._items[item.key] = replace(item, values={**item.values, key: new})
        self._overrides[f"{item.key}.{key}"] = given


def load(
    overrides: Mapping[str, float] | None = None, folder: Path | None = None, claims: Iterable[str] = ()
) -> Catalog:
    """The catalogue. overrides: "item.key" -> number in the unit of that value; folder: not our data; claims: sets laid over it
    before that, in their order (packaged names or TOML files)."""
    from skyreach.catalog.claims import lay_claims

    cat = Catalog(_parse(folder or DATA))
    for name in claims:
        lay_claims(cat, name)
    cat.override(overrides or {})
    return cat


@cache
def _parse(folder: Path) -> Parsed:
    raw = {path.name: _read(path) for path in sorted(folder.glob("*.toml"))}
    if SOURCES_FILE not in raw:
        raise BadInput(f"{folder}", "no sources.toml", "a folder with sources.toml and files of items")
    sources = {key: _source(key, entry) for key, entry in raw[SOURCES_FILE].items()}
    items: dict[str, Item] = {}
    names: dict[str, str] = {}
    for file, tables in raw.items():
        for key, table in tables.items() if file != SOURCES_FILE else ():
            item = parse_item(key, table, sources, file)
            for found in contradictions(item):
                raise BadInput(f"{file}: [{item.key}] {found.keys[0]}", found.given, found.allowed, found.cure)
            items[item.key] = item
            _enter(item, names, file)
    digest = hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()
    return Parsed(items, sources, names, digest)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadInput(f"{path.name}: not readable as TOML: {fault}") from fault


def _source(key: str, raw: Any) -> Source:
    if not isinstance(raw, dict) or not raw.get("title"):
        raise BadInput(f"{SOURCES_FILE}: [{key}]", raw, "a table with title, address, date, seen, note")
    try:
        return Source(key, **raw)
    except TypeError as fault:
        raise BadInput(
            f"{SOURCES_FILE}: [{key}] {fault}", allowed="title, address, date, seen, note"
        ) from fault


def _enter(item: Item, names: dict[str, str], file: str) -> None:
    for name in (item.key, *item.aliases):
        if names.setdefault(name, item.key) != item.key:
            raise BadInput(f"{file}: [{item.key}] the name {name!r} is taken by {names[name]}")


def _path(entry: tuple[tuple[str, str], Value]) -> tuple[str, str]:
    return entry[0]
