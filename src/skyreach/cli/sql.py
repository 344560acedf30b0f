"""skyreach sql: ask the tables of a run or of a study."""

from pathlib import Path
from typing import Annotated

import typer

ALL_OF_IT = 10_000  # columns where no window sets a width: nothing is cut off in a pipe or a file


def sql(
    run: Annotated[str, typer.Argument(help="Run folder, or study folder or address.")],
    query: Annotated[str, typer.Argument(help='For example "select name, status from targets".')],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run an SQL query over the tables of a run or of a whole study (DuckDB reads the Parquet files where they are)."""
    from skyreach.cli.common import print_json
    from skyreach.records.query import query_run

    if "://" in run or (Path(run) / "plan.json").is_file():
        from skyreach.studies.query import query_study

        names, rows = query_study(run, query)
    else:
        names, rows = query_run(run, query)
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name in names:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(f"{v:.6g}" if isinstance(v, float) else str(v)) for v in row))
    Console(width=None if sys.stdout.isatty() else ALL_OF_IT).print(table)
