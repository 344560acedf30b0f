"""skyreach report: one self-contained page for a run."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    out: Annotated[Path | None, typer.Option(help="HTML file to write; report.html beside the tables where absent.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages.")] = False,
) -> None:
    """Write one HTML file that opens from disk, without network: map, coverage, time slider, outcomes, reasons, sources."""
    from skyreach.cli.common import say
    from skyreach.records.run import read_run
    from skyreach.viewer.report import write_report

    say("skyreach: drawing the page...", quiet)
    typer.echo(str(write_report(read_run(run), out or run / "report.html")))
