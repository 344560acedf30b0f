"""skyreach explain: why did it go this way for one target, or for all?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable


def explain(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    target: Annotated[str | None, typer.Argument(help="Name or number of the target.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="One line for every target.")] = False,
    out: Annotated[Path | None, typer.Option(help="Kill chain as a picture: a .png or .svg file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages.")] = False,
) -> None:
    """Print the story of one target, and why it was not engaged at each moment; --all: a line for every target."""
    from skyreach.cli.common import print_json, say
    from skyreach.errors import BadInput
    from skyreach.records.explain import document, explain_all
    from skyreach.records.explain import explain as story
    from skyreach.records.run import read_run

    if everything == (target is not None):
        raise BadInput("explain", "both a target and --all" if everything else "no target", "one target, or --all")
    picture = _picture(out) if out else None
    record = read_run(run)
    if target is not None:
        if as_json:
            print_json(document(record, target))
        else:
            typer.echo(story(record, target))
    else:
        rows = explain_all(record)
        if as_json:
            print_json(rows)
        else:
            _print_all(record, rows)
    if picture:
        say(f"written: {picture(record, target)}", quiet)


def _picture(out: Path) -> "Callable[[Any, str | None], Path]":
    """What draws the kill chain of a target, or of all (None), into a file."""
    from skyreach.analysis.kill_chain import chart, kind_of
    from skyreach.analysis.output import write_files

    kind = kind_of(out.name)
    return lambda record, target: write_files(out.parent, {out.name: lambda: chart(record, target, kind)}, "explain")[0]


def _print_all(record: Any, rows: list[dict[str, Any]]) -> None:
    from skyreach.cli.common import grid

    def clock(t: float | None) -> str:
        return "-" if t is None else record.clock(t)

    def number(value: float | None, digits: int) -> str:
        return "-" if value is None else f"{value:.{digits}f}"

    head = ("target", "kind", "status", "seen", "by", "km", "firm", "assigned", "shots", "end", "furthest", "decisive", "s")
    cells = [
        (
            row["name"], row["kind"], row["status"], clock(row["t_seen_s"]), row["radar"] or "-", number(row["seen_km"], 1),
            clock(row["t_firm_s"]), clock(row["t_assigned_s"]), str(row["shots"]), clock(row["t_end_s"]), row["furthest"] or "-",
            row["decisive"] or "-", number(row["decisive_s"], 0),
        )
        for row in rows
    ]  # fmt: skip
    typer.echo(grid(head, cells, right=("km", "shots", "s")))
    typer.echo("decisive: the limit that held longest in flight, for so many seconds; steps of an engagement count only where")
    typer.echo("there was no other. What would have stopped a target that arrived: skyreach whatif RUN")
