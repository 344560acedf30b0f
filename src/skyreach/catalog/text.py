"""Catalogue entries as lines of text, for the command line."""

from collections.abc import Iterable, Sequence
from typing import Any

from skyreach.catalog.schema import NUMBER, TABLE, TEXT
from skyreach.catalog.values import Item, Source, Value

NOT_PUBLISHED = {"EST", "CALIB"}
NO_PUBLICATION = {*NOT_PUBLISHED, "CALC", "user"}


def columns(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in aligned columns, heading first; no row ends in blanks."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    aligned = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in lines
    )
    return "\n".join(line.rstrip() for line in aligned)


def number(figure: float | None) -> str:
    """A figure as people write it, at most 6 digits; empty for None."""
    return "" if figure is None else f"{figure:.6g}"


def figures(value: Value) -> tuple[str, str, str]:
    """Low, nominal and high of a number (nominal alone where they are one); a text is put under nominal."""
    if value.form == TEXT:
        return "", ", ".join(value.texts), ""
    if value.form == TABLE:
        first, last = value.grid[0][0], value.grid[0][-1]
        return "", f"table over {value.argument} {number(first)} to {number(last)}", ""
    if value.low == value.high:
        return "", number(value.nominal), ""
    return number(value.low), number(value.nominal), number(value.high)


def notional(value: Value) -> bool:
    """True where nothing published stands behind the value: a guess, or set to fit other values."""
    return set(value.source) <= NOT_PUBLISHED


def item_table(item: Item) -> str:
    """All values of an item: the numbers in columns, their notes below them, then texts and tables."""
    numbers = {key: value for key, value in item.values.items() if value.form == NUMBER}
    others = {key: value for key, value in item.values.items() if value.form != NUMBER}
    blocks = [_number_table(numbers)] if numbers else []
    if others:
        blocks.append("\n".join(line for key, value in others.items() for line in _other_lines(key, value)))
    return "\n\n".join(blocks)


def _number_table(values: dict[str, Value]) -> str:
    claims = any(value.claim is not None for value in values.values())
    head = ["value", "low", "nominal", "high", *(["claim"] if claims else []), "unit", "conf", "source"]
    rows = []
    for key, value in values.items():
        claim = [number(value.claim)] if claims else []
        unit = "" if value.unit == "1" else value.unit
        rows.append([key, *figures(value), *claim, unit, value.confidence, " ".join(value.source)])
    first, *rest = columns(head, rows).split("\n")
    lines = [first]
    for line, value in zip(rest, values.values(), strict=True):
        lines += [line, f"    {value.note}"] if value.note else [line]
    return "\n".join(lines)


def _other_lines(key: str, value: Value) -> list[str]:
    unit = f" {value.unit}" if value.form == TABLE and value.unit != "1" else ""
    lines = [f"{key}: {figures(value)[1]}{unit}  ({value.confidence}; {' '.join(value.source)})"]
    if value.form == TABLE:
        pairs = zip(*value.grid, strict=True)
        lines.append("    " + ", ".join(f"{number(x)}: {number(y)}" for x, y in pairs))
    return [*lines, f"    {value.note}"] if value.note else lines


def source_list(keys: Iterable[str], known: dict[str, Source]) -> str:
    """The sources named, one line each, sorted by key; `not opened` where the publication was not read."""
    rows = []
    for key in sorted(set(keys)):
        source = known.get(key, Source(key, "not in this catalogue"))
        opened = "" if source.seen or key in NO_PUBLICATION else "not opened"
        rows.append((key, ", ".join(filter(None, (source.title, source.date))), opened, source.address))
    return columns(("source", "title", "", "address"), rows)


def item_document(item: Item) -> dict[str, Any]:
    """An item as plain data for JSON."""
    return {
        "item": item.key,
        "kind": item.kind,
        "title": item.title,
        "aliases": list(item.aliases),
        "note": item.note,
        "values": {key: value.as_dict() for key, value in item.values.items()},
    }
