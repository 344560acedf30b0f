"""Where the numbers of a run come from, and how to run it again: the last parts of a page, as plain data."""

import re
from collections.abc import Iterable
from typing import Any

from skyreach.catalog.text import NOT_PUBLISHED, number
from skyreach.earth.terrain import SMOOTH
from skyreach.records.run import POLICY_FILE, Run
from skyreach.scenario.load import builtin_names, load_scenario
from skyreach.viewer.ground import PACKAGED
from skyreach.viewer.material import Material

CONFIDENCE = "Confidence: H several independent sources agree, M one serious source or several of one side, L the rest."


def sources(material: Material) -> dict[str, Any]:
    """Every catalogue value behind the run, by item, and the publications they name."""
    inputs = material.run.manifest["inputs"]
    by_item: dict[str, list[dict[str, Any]]] = {}
    for entry in inputs:
        by_item.setdefault(entry["item"], []).append(entry)
    notional = sum(set(entry["source"]) <= NOT_PUBLISHED for entry in inputs)
    users = sum("user" in entry["source"] for entry in inputs)
    head = f"{len(inputs)} values of {len(by_item)} catalogue items stand behind this run; {notional} of them are notional "
    head += "(no publication gives them)" + (f", {users} were set by the user. " if users else ". ") + CONFIDENCE
    items = [
        {"item": item, "title": material.titles.get(item, item), "values": [_value(entry) for entry in entries]}
        for item, entries in by_item.items()
    ]
    return {"head": head, "items": items, "publications": _publications(material, inputs)}


def _value(entry: dict[str, Any]) -> dict[str, Any]:
    """A value as the words of its row: key, note, low, nominal, high, unit, confidence and keys of sources."""

    def word(part: Any) -> str:
        return number(part) if isinstance(part, int | float) else str(part or "")

    table = entry.get("table")
    nominal = f"table, {len(table['value'])} points" if table else word(entry["nominal"])
    same = entry["low"] == entry["high"]
    low, high = ("", "") if same else (word(entry["low"]), word(entry["high"]))
    unit = "" if entry["unit"] in (None, "1") else entry["unit"]
    cells = [low, nominal, high, unit, str(entry["confidence"] or "")]
    return {"key": entry["key"], "note": entry.get("note") or "", "cells": cells, "sources": list(entry["source"])}


def _publications(material: Material, inputs: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    known = material.cat.sources()
    rows = []
    for key in sorted({key for entry in inputs for key in entry["source"]}):
        source = known.get(key)
        text = ". ".join(part for part in (source.title, source.date, source.note) if part) if source else "not in this catalogue"
        rows.append({"key": key, "text": text, "address": (source.address or "") if source else ""})
    for row in rows:  # only addresses of the web become links
        row["link"] = row["address"] if re.match(r"https?://[^\s\"'<>]+$", row["address"]) else ""
    return rows


def reproduce(material: Material) -> dict[str, Any]:
    """How to get the same digest."""
    m = material.run.manifest
    known = builtin(material.run)
    source = m["scenario"] if known else "scenario.yaml"
    switches = _terrain_switch(material) + _policy_switch(m)
    return {
        "builtin": known,
        "command": f"# skyreach {m['skyreach']}\nskyreach run {source} --seed {m['seed']}{switches}",
        "digest": m["digest"],
    }


def _policy_switch(manifest: dict[str, Any]) -> str:
    """The --policy that the run was made with; its file stands in the run folder."""
    policy = manifest.get("policy")
    return f" --policy {POLICY_FILE}:{policy['name'].rpartition(':')[2]}" if policy else ""


def _terrain_switch(material: Material) -> str:
    """The --terrain that the run needs beside its scenario."""
    name = material.run.manifest["terrain"]["name"]
    if name.startswith(PACKAGED) or (material.scenario and material.scenario.terrain):
        return ""
    return " --terrain " + (SMOOTH if name.startswith(SMOOTH) else "YOUR-ELEVATION-FILES")


def builtin(run: Run) -> bool:
    """Whether the scenario is one that comes with skyreach, unchanged."""
    name = run.manifest["scenario"]
    return name in builtin_names() and load_scenario(name).to_yaml() == run.scenario_yaml
