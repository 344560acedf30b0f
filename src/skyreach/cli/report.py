"""skyreach report: one self-contained page for a run or a study."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(help="Run folder, or study folder.")],
    out: Annotated[Path | None, typer.Option(help="HTML file to write; report.html in that folder where absent.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages.")] = False,
) -> None:
    """Write one HTML file that opens from disk, without network: map, coverage, time slider, outcomes, reasons, sources; of a
    study its measures with intervals, charts, and the command of the run behind each point."""
    from skyreach.cli.common import say
    from skyreach.records.run import read_run
    from skyreach.studies.study import open_study
    from skyreach.viewer.report import write_report, write_study_report
    from skyreach.viewer.shelf import is_study

    say("skyreach: drawing the page...", quiet)
    target = out or run / "report.html"
    typer.echo(str(write_study_report(open_study(run), target) if is_study(run) else write_report(read_run(run), target)))
