"""Claims: each advertised figure of a system beside what the model gives, and the condition under which it holds.

    claims("s-400").rows

Three kinds of answer stand behind a row: geometry and radar equation on a smooth earth, the fly-out of the missiles, and runs
of a full system (claims_run). *Inconsistent* is what no radar or missile of that kind could do on an earth of this shape. Where
the figure of the catalogue that the model works with is the claim itself, the row is *taken over* and not counted as confirmed.
A figure that the collection of facts names but nobody advertises has a row without a claim.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skyreach.analysis.claims_low import low_range
from skyreach.analysis.claims_parts import OUT as NOT_MODELLED
from skyreach.analysis.claims_parts import Answer, Parts, parts_of
from skyreach.analysis.claims_rules import RULES
from skyreach.analysis.claims_times import UNPUBLISHED
from skyreach.catalog import Item, load
from skyreach.catalog.values import Value
from skyreach.errors import BadInput

LOW = re.compile(r"range_at_(\d+)_m$")


@dataclass(frozen=True, eq=False)
class Claims:
    """The claims of one system. rows: one for each advertised figure."""

    system: str
    title: str
    rows: tuple[dict[str, Any], ...]
    inputs: list[dict[str, Any]] = field(repr=False)

    def counts(self) -> dict[str, int]:
        """How many rows came to which verdict."""
        out: dict[str, int] = {}
        for row in self.rows:
            out[row["verdict"]] = out.get(row["verdict"], 0) + 1
        return out

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach claims --json`."""
        return {
            "system": self.system, "title": self.title, "claims": list(self.rows), "counts": self.counts(), "inputs": self.inputs,
        }  # fmt: skip

    def _repr_html_(self) -> str:
        """The table for a notebook."""
        from skyreach.analysis.output import html_table

        return html_table(list(self.rows), ("figure", "claim", "unit", "model", "verdict", "condition"))


def claims(system: str = "s-400", overrides: Mapping[str, float] | None = None) -> Claims:
    """Every advertised figure of a system of the catalogue, tested. Validated: test_claims."""
    cat = load(dict(overrides or {}))
    item = cat[system]
    if item.kind != "system":
        raise BadInput(f"claims: {item.key} is a {item.kind}", allowed=", ".join(i.key for i in cat.items("system")))
    parts = parts_of(cat, item, dict(overrides or {}))
    rows = [_row(item, key, value, _answer(parts, key)) for key, value in item.values.items() if _advertised(item, key, value)]
    for radar in (*parts.radars, *parts.attachable):
        rows += [
            _row(radar, key, value, low_range(parts, radar, key, float(found[1])))
            for key, value in radar.values.items() if (found := LOW.match(key))
        ]  # fmt: skip
    if not rows:
        raise BadInput(f"claims: {item.key}", "nothing is advertised of it here", "s-400 and others with figures to test")
    return Claims(item.key, item.title, tuple(rows), cat.used())


def _advertised(item: Item, key: str, value: Value) -> bool:
    """What is claimed: a value with a claim, or named without a figure; where a system has none, each value that a rule knows."""
    claimed = any(v.claim is not None for v in item.values.values())
    if key in UNPUBLISHED:
        return claimed
    return value.claim is not None or (not claimed and key in RULES)


def _answer(parts: Parts, key: str) -> Answer:
    if key in RULES and not (parts.missiles and any(radar.text("role") != "acquisition" for radar in parts.radars)):
        return Answer(None, NOT_MODELLED, "no engagement radar or no missile of it is in the catalogue")
    if key in RULES:
        return RULES[key](parts, parts.item.value(key))
    return Answer(None, NOT_MODELLED, "nothing in the model depends on it")


def _row(item: Item, key: str, value: Value, answer: Answer) -> dict[str, Any]:
    claim = (None if key in UNPUBLISHED else value.nominal) if value.claim is None else value.claim
    return {
        "item": item.key,
        "figure": key,
        "claim": claim,
        "unit": value.unit,
        "model": None if answer.model is None else float(f"{answer.model:.4g}"),
        "verdict": answer.verdict,
        "condition": answer.condition,
        "low": value.low,
        "nominal": value.nominal,
        "high": value.high,
        "confidence": value.confidence,
        "source": list(value.source),
        "note": value.note,
    }
