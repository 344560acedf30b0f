"""skyreach validate: published numbers against skyreach's own functions."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyreach.analysis.validate import CaseResult

EXIT_CHECK_FAILED = 4


def validate(
    file: Annotated[Path | None, typer.Argument(help="JSON file of cases; default: those that come with skyreach")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list, one object per case")] = False,
) -> None:
    """Run published cases against skyreach's own functions; exit code 4 if one does not agree."""
    from skyreach.analysis.validate import run_files, summary

    if sys.stderr.isatty():
        print("running cases (the first run compiles for about a minute)", file=sys.stderr)
    results = run_files(None if file is None else [file])
    if as_json:
        print(json.dumps([result.as_dict() for result in results], indent=1))
    else:
        for result in results:
            print(_lines(result))
        print(_last_line(summary(results)))
    if any(result.status == "fail" for result in results):
        raise typer.Exit(EXIT_CHECK_FAILED)


def _lines(result: "CaseResult") -> str:
    """One line per output: status, case, got, expected, tolerance; then the source."""
    head = f"{result.status:<11} {result.id:<9} {result.model}"
    lines = []
    for name, value in result.expected.items():
        got = f"{result.got[name]:.9g}" if name in result.got else "-"
        unit = result.unit[name]
        lines.append(f"    {name} = {got} {unit}  expected {value:.9g} +- {result.tolerance[name]:.2g} {unit}")
    if result.reason:
        lines.append(f"    {result.reason}")
    if result.source:
        lines.append(f"    source: {result.source}")
    return "\n".join([head, *lines])


def _last_line(counts: dict[str, int]) -> str:
    return (
        f"{counts['cases']} cases of {counts['models']} models: {counts['pass']} pass, {counts['fail']} fail, "
        f"{counts['unverified']} unverified by their collectors and not reproduced, "
        f"{counts['not covered']} not covered"
    )
