"""skyreach sources: every input behind a result, with its source."""

from pathlib import Path
from typing import Annotated, Any

import typer

ENTRY = ("item", "key", "low", "nominal", "high", "unit", "confidence", "source")


def sources(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Every catalogue value that a run used, with its range of doubt and its source."""
    import json
    from dataclasses import asdict

    from skyreach.catalog import load

    inputs = read_inputs(run)
    known = load().sources()
    used = {key for entry in inputs for key in entry["source"]}
    if as_json:
        listed = [asdict(known[key]) for key in sorted(used & set(known))]
        typer.echo(
            json.dumps({"run": str(run), "inputs": inputs, "sources": listed}, indent=2, ensure_ascii=False)
        )
    else:
        typer.echo(_page(run, inputs))


def read_inputs(run: Path) -> list[dict[str, Any]]:
    """The list `inputs` in the manifest of a run folder; BadInput where there is none, or where the folder is not whole."""
    from skyreach.errors import BadInput
    from skyreach.records.run import read_run

    manifest = run / "manifest.json"
    inputs = read_run(run).manifest["inputs"]
    whole = isinstance(inputs, list) and all(
        isinstance(entry, dict) and set(ENTRY) <= set(entry) for entry in inputs
    )
    if not whole or not all(isinstance(entry["source"], list) for entry in inputs):
        raise BadInput(
            f"{manifest}: inputs is damaged",
            allowed=f"a list of {', '.join(ENTRY)}",
            cure="run the scenario again",
        )
    return inputs


def _page(run: Path, inputs: list[dict[str, Any]]) -> str:
    from skyreach.catalog import load
    from skyreach.catalog.text import NOT_PUBLISHED, columns, source_list

    guesses = sum(set(entry["source"]) <= NOT_PUBLISHED for entry in inputs)
    by_user = sum("user" in entry["source"] for entry in inputs)
    blocks = [f"{run}: {len(inputs)} values, {guesses} of them notional, {by_user} set by the user"]
    if inputs:
        blocks.append(
            columns(("item", "value", "low", "nominal", "high", "unit", "conf", "source"), map(_row, inputs))
        )
        used = [key for entry in inputs for key in entry["source"]]
        blocks.append(source_list(used, load().sources()))
    return "\n\n".join(blocks)


def _row(entry: dict[str, Any]) -> list[str]:
    from skyreach.catalog.text import number

    def word(part: Any) -> str:
        return number(part) if isinstance(part, int | float) else str(part or "")

    nominal = "table" if entry.get("table") else word(entry["nominal"])
    doubt = (word(entry["low"]), nominal, word(entry["high"]))
    if doubt[0] == doubt[2]:
        doubt = ("", nominal, "")
    unit = "" if entry["unit"] in (None, "1") else entry["unit"]
    return [entry["item"], entry["key"], *doubt, unit, entry["confidence"], " ".join(entry["source"])]
