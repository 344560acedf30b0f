"""skyreach explain: why did it go this way for one target?"""

from pathlib import Path
from typing import Annotated

import typer


def explain(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    target: Annotated[str, typer.Argument(help="Name or number of the target.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Print the story of one target: what happened, and why it was not engaged at each moment."""
    from dataclasses import asdict

    from skyreach.cli.common import print_json
    from skyreach.records.explain import binding_limits, find_target
    from skyreach.records.explain import explain as story
    from skyreach.records.run import read_run

    record = read_run(run)
    if not as_json:
        typer.echo(story(record, target))
        return
    row = find_target(record, target)
    limits = [asdict(part) for part in binding_limits(record, row["target"])]
    clean = {key: (None if value != value else value) for key, value in row.items()}
    print_json({"target": clean, "story": story(record, target).splitlines(), "limits": limits})
