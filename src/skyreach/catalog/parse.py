"""From the TOML of one item to checked values. Refuses what has no source, no unit or no sense."""

import sys
from collections.abc import Mapping
from typing import Any

from skyreach.catalog.schema import ENGAGEMENT_RADAR, NUMBER, REQUIRED, TABLE, TEXT
from skyreach.catalog.values import Item, Value, near
from skyreach.errors import BadInput
from skyreach.units import TO_SI

CONFIDENCE = ("H", "M", "L")
MAX = sys.float_info.max
DB_MAX = 300.0  # beyond it a figure in decibels is a mistake
OWN = "EST says it is a guess, user with a note where it is from"
_NUMBER_KEYS = {"low", "nominal", "high", "claim", "unit", "confidence", "source", "note"}
_TEXT_KEYS = {"text", "confidence", "source", "note"}
_TABLE_KEYS = {"value", "unit", "confidence", "source", "note"}
_ITEM_KEYS = {"kind", "title", "aliases", "note"}


def parse_item(key: str, raw: Any, sources: Mapping[str, object], where: str = "catalogue") -> Item:
    """The checked Item of one TOML table. where: file, for the message; sources: known source keys."""
    place = f"{where}: [{key}]"
    if not isinstance(raw, dict):
        raise BadInput(place, raw, "a table with kind, title and values")
    kind, title = raw.get("kind"), raw.get("title")
    if not isinstance(kind, str) or kind not in REQUIRED:
        raise BadInput(f"{place} kind", kind, ", ".join(REQUIRED))
    if not isinstance(title, str) or not title:
        raise BadInput(f"{place} title", title, "a text")
    entries = {name: entry for name, entry in raw.items() if name not in _ITEM_KEYS}
    values = {name: parse_value(entry, sources, f"{place} {name}") for name, entry in entries.items()}
    _check_required(kind, values, place)
    aliases = raw.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise BadInput(f"{place} aliases", aliases, "a list of texts")
    names = tuple(alias.lower() for alias in aliases)
    return Item(key.lower(), kind, title, values, names, _note(raw, place))


def parse_value(raw: Any, sources: Mapping[str, object], where: str) -> Value:
    """The checked Value of one inline table: a number, a text or a table."""
    if not isinstance(raw, dict):
        raise BadInput(
            where, raw, "a table with nominal, unit, confidence and source", "a bare number has no source"
        )
    confidence = raw.get("confidence")
    if confidence not in CONFIDENCE:
        given = "missing" if confidence is None else confidence
        raise BadInput(f"{where}.confidence", given, ", ".join(CONFIDENCE), 'confidence = "L": low, "M": medium, "H": high')
    common: dict[str, Any] = {
        "confidence": confidence,
        "source": _sources(raw.get("source"), sources, where),
        "note": _note(raw, where),
    }
    if "text" in raw:
        _known_keys(raw, _TEXT_KEYS, where)
        return Value(form=TEXT, texts=_texts(raw["text"], where), **common)
    common["unit"] = _unit(raw.get("unit"), where)
    if "value" in raw:
        return _table(raw, common, where)
    _known_keys(raw, _NUMBER_KEYS, where)
    return _number(raw, common, where)


def _number(raw: dict[str, Any], common: dict[str, Any], where: str) -> Value:
    if "nominal" not in raw:
        raise BadInput(f"{where}.nominal", "missing", "a finite number", 'nominal = 0.9 beside unit = "1"')
    nominal = finite(raw["nominal"], f"{where}.nominal")
    low = finite(raw.get("low", nominal), f"{where}.low")
    high = finite(raw.get("high", nominal), f"{where}.high")
    claim = finite(raw["claim"], f"{where}.claim") if "claim" in raw else None
    if not low <= nominal <= high:
        given, cure = f"low {low:g}, nominal {nominal:g}, high {high:g}", "sort the three, or leave out low and high"
        raise BadInput(where, given, "low <= nominal <= high", cure)
    if common["unit"] == "dB" and max(abs(low), abs(high)) > DB_MAX:
        allowed = f"-{DB_MAX:g} to {DB_MAX:g} dB"
        raise BadInput(where, f"{low:g} to {high:g} dB", allowed, "is it a plain ratio? then the unit is 1")
    return Value(low, nominal, high, form=NUMBER, claim=claim, **common)


def _table(raw: dict[str, Any], common: dict[str, Any], where: str) -> Value:
    arguments = [name for name in raw if name not in _TABLE_KEYS]
    if len(arguments) != 1:
        raise BadInput(
            where, ", ".join(arguments), "one list of arguments beside value", "mach = [...], value = [...]"
        )
    grid = tuple(
        tuple(
            finite(number, f"{where}.{name}[{i}]")
            for i, number in enumerate(_list(raw[name], f"{where}.{name}"))
        )
        for name in (arguments[0], "value")
    )
    rising = all(a < b for a, b in zip(grid[0], grid[0][1:], strict=False))
    if len(grid[0]) != len(grid[1]) or len(grid[0]) < 2 or not rising:
        falls = [f"{b:g} after {a:g}" for a, b in zip(grid[0], grid[0][1:], strict=False) if not a < b]
        given = f"{len(grid[0])} arguments, {len(grid[1])} values"
        if falls:
            given += f"; {arguments[0]} does not rise: {', '.join(falls[:3])}"
        cure = f"sort the two lists by {arguments[0]}, each {arguments[0]} once" if falls else "one value for each argument"
        raise BadInput(where, given, "two lists of one length, arguments rising", cure)
    return Value(form=TABLE, grid=(grid[0], grid[1]), argument=arguments[0], **common)


def finite(raw: Any, where: str) -> float:
    """The finite number given, as float; BadInput for anything else (a truth value is not a number)."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not -MAX < raw < MAX:
        given = raw if raw != "" else repr(raw)
        raise BadInput(where, given, "a finite number", "a bare number: no quotes, no unit, no nan or inf")
    return float(raw)


def _list(raw: Any, where: str) -> list[Any]:
    if not isinstance(raw, list):
        raise BadInput(where, raw, "a list")
    return raw


def _texts(raw: Any, where: str) -> tuple[str, ...]:
    words = raw if isinstance(raw, list) else [raw]
    if not words or not all(isinstance(word, str) and word for word in words):
        raise BadInput(f"{where}.text", raw, "a text or a list of texts")
    return tuple(words)


def _unit(raw: Any, where: str) -> str:
    if not isinstance(raw, str) or raw not in TO_SI:
        raise BadInput(f"{where}.unit", raw, ", ".join(TO_SI), near(str(raw), list(TO_SI)))
    return raw


def _sources(raw: Any, known: Mapping[str, object], where: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw:
        raise BadInput(
            f"{where}.source",
            raw,
            "a list of source keys",
            f"no value without a source: {OWN}",
        )
    for key in raw:
        if not isinstance(key, str) or key not in known:
            given, spelt = key if key else repr(key), {name.lower(): name for name in known}
            found = [spelt[word] for word in near(str(key), list(spelt)).split(", ") if word] if key else []
            cure = f"did you mean {' or '.join(found)}? else {OWN}" if found else OWN
            raise BadInput(f"{where}.source", given, "a key of sources.toml", cure)
    return tuple(raw)


def _note(raw: dict[str, Any], where: str) -> str:
    note = raw.get("note", "")
    if not isinstance(note, str):
        raise BadInput(f"{where}.note", note, "a text")
    return note


def _known_keys(raw: dict[str, Any], allowed: set[str], where: str) -> None:
    strange = sorted(set(raw) - allowed)
    if strange:
        cure = near(strange[0], dict.fromkeys(allowed, 0)) or f"remove {strange[0]}"
        raise BadInput(where, ", ".join(strange), ", ".join(sorted(allowed)), cure)


def _check_required(kind: str, values: Mapping[str, Value], place: str) -> None:
    wanted = dict(REQUIRED[kind])
    if kind == "radar" and "role" in values and values["role"].text != "acquisition":
        wanted |= ENGAGEMENT_RADAR
    missing = [name for name in wanted if name not in values]
    if missing:
        raise BadInput(place, f"{kind} without {', '.join(missing)}", ", ".join(wanted))
    wrong = [
        f"{name} is a {values[name].form}, not a {form}"
        for name, form in wanted.items()
        if values[name].form != form
    ]
    if wrong:
        raise BadInput(place, "; ".join(wrong))
