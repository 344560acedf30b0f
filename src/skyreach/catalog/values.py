"""The values of the catalogue: a number with its doubt, a text or a table, each with its source."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, overload

from skyreach.catalog.schema import NUMBER, TABLE, TEXT
from skyreach.errors import BadInput
from skyreach.units import to_si

PARTS = ("low", "nominal", "high", "claim")


@dataclass(frozen=True)
class Source:
    """A publication, or the reason why there is none. seen: a stored copy was read, in part or whole."""

    key: str
    title: str
    address: str = ""
    date: str = ""
    seen: bool = False
    note: str = ""


@dataclass(frozen=True)
class Value:
    """One entry of an item. Numbers are in `unit`; low <= nominal <= high.

    form: "number", "text" or "table". The words of a text are in `text` (a list in `texts`), a table is in
    `grid` as (arguments, values); low, nominal and high are then NaN.
    claim: the advertised figure where it differs from the range to use, else None.
    """

    low: float = math.nan
    nominal: float = math.nan
    high: float = math.nan
    unit: str = "1"
    confidence: str = "L"
    source: tuple[str, ...] = ()
    note: str = ""
    form: str = NUMBER
    texts: tuple[str, ...] = ()
    grid: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    argument: str = ""
    claim: float | None = None

    @property
    def text(self) -> str:
        """The words of a text value, list entries parted by blanks; empty for numbers."""
        return " ".join(self.texts)

    def si(self, part: str = "nominal") -> float:
        """The number in SI. part: low, nominal, high or claim (nominal where nothing else is claimed)."""
        if part == "claim" and self.claim is None:
            part = "nominal"
        number: float = getattr(self, part)
        return to_si(number, self.unit)

    def figures(self) -> tuple:
        """What a run can read of it: numbers in SI, words, table; not its sources and notes."""
        if self.form == NUMBER:
            return tuple(self.si(part) for part in PARTS)
        return (self.texts,) if self.form == TEXT else (self.grid[0], tuple(to_si(number, self.unit) for number in self.grid[1]))

    def with_plain(self, plain: Mapping[str, Any]) -> "Value":
        """The value that `as_dict` of one of the same form has written."""
        new: Value = replace(
            self, confidence=plain["confidence"], source=tuple(plain["source"]), note=plain["note"],
            unit=self.unit if plain["unit"] is None else plain["unit"], claim=plain["claim"],
        )  # fmt: skip
        if self.form == NUMBER:
            return replace(new, low=plain["low"], nominal=plain["nominal"], high=plain["high"])
        if self.form == TEXT:
            return new if plain["nominal"] == self.text else replace(new, texts=tuple(plain["nominal"].split()))
        table = plain["table"]
        return replace(new, grid=(tuple(table[self.argument]), tuple(table["value"])))

    def as_dict(self) -> dict[str, Any]:
        """The value as plain data for JSON; keys that do not apply to its form are None."""
        number = self.form == NUMBER
        return {
            "low": self.low if number else None,
            "nominal": self.nominal if number else (self.text if self.form == TEXT else None),
            "high": self.high if number else None,
            "claim": self.claim,
            "table": {self.argument: list(self.grid[0]), "value": list(self.grid[1])}
            if self.form == TABLE
            else None,
            "unit": None if self.form == TEXT else self.unit,
            "confidence": self.confidence,
            "source": list(self.source),
            "note": self.note,
        }


@dataclass(frozen=True)
class Item:
    """One thing of the catalogue. Reads by si, text, texts and table are recorded for `skyreach sources`."""

    key: str
    kind: str
    title: str
    values: Mapping[str, Value]
    aliases: tuple[str, ...] = ()
    note: str = ""
    log: dict[tuple[str, str], Value] = field(default_factory=dict, repr=False, compare=False)

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def __hash__(self) -> int:
        return hash((self.key, self.kind))

    def value(self, key: str) -> Value:
        """The entry of that name, not recorded as used; BadInput where the item has none."""
        if key not in self.values:
            raise BadInput(f"catalogue: {self.key} has no value {key!r}", cure=near(key, self.values))
        return self.values[key]

    def si(self, key: str, part: str = "nominal") -> float:
        """The number in SI; part: low, nominal, high, or claim (what is advertised)."""
        if part not in PARTS:
            raise BadInput(f"catalogue: {self.key}.{key}", part, ", ".join(PARTS))
        return self._read(key, NUMBER).si(part)

    @overload
    def get_si(self, key: str, default: float, part: str = ...) -> float: ...

    @overload
    def get_si(self, key: str, default: None = ..., part: str = ...) -> float | None: ...

    def get_si(self, key: str, default: float | None = None, part: str = "nominal") -> float | None:
        """As si, or the default where the item does not have the value."""
        return self.si(key, part) if key in self.values else default

    def text(self, key: str) -> str:
        """The words of a text value; entries of a list are parted by blanks."""
        return self._read(key, TEXT).text

    def texts(self, key: str) -> tuple[str, ...]:
        """The entries of a text value that is a list (one entry for a plain text)."""
        return self._read(key, TEXT).texts

    def table(self, key: str) -> tuple[list[float], list[float]]:
        """(arguments, values in SI) of a table value; the arguments rise."""
        value = self._read(key, TABLE)
        return list(value.grid[0]), [to_si(number, value.unit) for number in value.grid[1]]

    def _read(self, key: str, form: str) -> Value:
        value = self.value(key)
        if value.form != form:
            raise BadInput(
                f"catalogue: {self.key}.{key} is a {value.form}", cure=f"read it as a {value.form}"
            )
        self.log[(self.key, key)] = value
        return value


def near(word: str, known: Mapping[str, object] | list[str]) -> str:
    """Names like `word`, parted by commas, for the cure of an error; empty where none is near."""
    import difflib

    return ", ".join(difflib.get_close_matches(word.lower(), list(known), n=4, cutoff=0.5))
