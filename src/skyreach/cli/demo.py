"""skyreach demo: the built-in raid, from run to page."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    seed: Annotated[int, typer.Option(help="Seed of all dice.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Run folder; runs/murted-raid-SEED where absent.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run murted-raid, say what happened and why the 400 km circle is wrong, and write the page."""
    from skyreach.cli.common import free_folder, say, simulate
    from skyreach.cli.run import text_of
    from skyreach.records.run import new_folder
    from skyreach.viewer.report import write_report

    if out is not None:
        new_folder(out)
    result = simulate("murted-raid", seed, None, None, quiet)
    folder = result.save(out or free_folder(Path("runs") / f"murted-raid-{seed}"))
    typer.echo(text_of(result, folder))
    say("skyreach: coverage and page...", quiet)
    _circle(folder)
    page = write_report(result, folder / "report.html")
    typer.echo(f"\nThe page: {page.resolve()}")


def _circle(folder: Path) -> None:
    """Why the circle is wrong: print and keep what the system sees and reaches from where it stands."""
    from skyreach import api
    from skyreach.cli.coverage import print_coverage

    typer.echo("\nThe circle, and what the system sees and reaches from Murted:")
    cover = api.coverage("s-400", at="murted")
    cover.save(folder / "coverage")
    print_coverage(cover)
