"""Where the numbers of a run come from, and how to run it again: the last parts of a page, as escaped HTML."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from skyreach.catalog.text import NOT_PUBLISHED, number
from skyreach.earth.terrain import SMOOTH
from skyreach.records.run import Run
from skyreach.scenario.load import builtin_names, load_scenario
from skyreach.viewer.report_material import PACKAGED, Material

CONFIDENCE = "Confidence: H several independent sources agree, M one serious source or several of one side, L the rest."


def sources(material: Material) -> str:
    """Every catalogue value behind the run, by item, and the publications they name."""
    inputs = material.run.manifest["inputs"]
    by_item: dict[str, list[dict[str, Any]]] = {}
    for entry in inputs:
        by_item.setdefault(entry["item"], []).append(entry)
    notional = sum(set(entry["source"]) <= NOT_PUBLISHED for entry in inputs)
    users = sum("user" in entry["source"] for entry in inputs)
    head = f"{len(inputs)} values of {len(by_item)} catalogue items stand behind this run; {notional} of them are notional "
    head += "(no publication gives them)" + (f", {users} were set by the user. " if users else ". ") + CONFIDENCE
    blocks = "".join(_item(material, item, entries) for item, entries in by_item.items())
    return f"<p>{escape(head)}</p>{blocks}<h3>Publications</h3>{_publications(material, inputs)}"


def _item(material: Material, item: str, entries: list[dict[str, Any]]) -> str:
    title = material.titles.get(item, item)
    rows = "".join(_value(entry) for entry in entries)
    head = "".join(f"<th scope=col>{word}" for word in ("Value", "Low", "Nominal", "High", "Unit", "Conf.", "Source"))
    return (
        f"<details><summary>{escape(title)} <span class=fine>{escape(item)}, {len(entries)} values</span></summary>"
        f'<div class="scroll"><table class="inputs"><thead><tr>{head}</thead><tbody>{rows}</tbody></table></div></details>'
    )


def _value(entry: dict[str, Any]) -> str:
    def word(part: Any) -> str:
        return escape(number(part) if isinstance(part, int | float) else str(part or ""))

    table = entry.get("table")
    nominal = escape(f"table, {len(table['value'])} points") if table else word(entry["nominal"])
    same = entry["low"] == entry["high"]
    low, high = ("", "") if same else (word(entry["low"]), word(entry["high"]))
    unit = "" if entry["unit"] in (None, "1") else escape(entry["unit"])
    keys = " ".join(f'<a href="#src-{escape(key)}">{escape(key)}</a>' for key in entry["source"])
    note = f'<div class="fine">{escape(entry["note"])}</div>' if entry.get("note") else ""
    cells = "".join(f"<td>{cell}" for cell in (low, nominal, high, unit, escape(str(entry["confidence"] or "")), keys))
    return f"<tr><th scope=row>{escape(entry['key'])}{note}{cells}"


def _publications(material: Material, inputs: Iterable[dict[str, Any]]) -> str:
    known = material.cat.sources()
    rows = []
    for key in sorted({key for entry in inputs for key in entry["source"]}):
        source = known.get(key)
        title = escape(source.title) if source else "not in this catalogue"
        rest = [escape(part) for part in (source.date, source.note) if part] if source else []
        rest += [_link(source.address)] if source and source.address else []
        rows.append(f'<dt id="src-{escape(key)}">{escape(key)}</dt><dd>{". ".join((title, *rest))}</dd>')
    return f'<dl class="publications">{"".join(rows)}</dl>'


def _link(address: str) -> str:
    """An address as a link if it is one of the web, else as text."""
    if not re.match(r"https?://[^\s\"'<>]+$", address):
        return escape(address)
    return f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">{escape(address)}</a>'


def reproduce(material: Material) -> str:
    """How to get the same digest."""
    m = material.run.manifest
    first = "" if builtin(material.run) else "<p>Save the scenario below as <code>scenario.yaml</code>, then:</p>"
    source = m["scenario"] if builtin(material.run) else "scenario.yaml"
    return (
        f"{first}<pre><code># skyreach {escape(m['skyreach'])}\n"
        f"skyreach run {escape(source)} --seed {m['seed']}{_terrain_switch(material)}</code></pre>"
        "<p>The same version, seed and terrain give this digest on any machine: "
        f"<code class=digest>{escape(m['digest'])}</code>. "
        "<code>skyreach explain</code>, <code>skyreach sources</code> and <code>skyreach sql</code> answer further questions.</p>"
    )


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
