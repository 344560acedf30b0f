"""skyreach sql: ask the tables of a run."""

from pathlib import Path
from typing import Annotated

import typer


def sql(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    query: Annotated[str, typer.Argument(help='For example "select name, status from targets".')],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run an SQL query over the tables of a run (DuckDB reads the Parquet files where they are)."""
    from skyreach.cli.common import print_json
    from skyreach.records.query import query_run

    names, rows = query_run(run, query)
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*names)
    for row in rows:
        table.add_row(*(f"{v:.6g}" if isinstance(v, float) else str(v) for v in row))
    Console().print(table)
