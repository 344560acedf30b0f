"""SQL over the Parquet tables of a run folder."""

from pathlib import Path
from typing import Any

from skyreach.errors import BadInput
from skyreach.records.run import TABLES, read_run


def query_run(path: str | Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of an SQL query in which each table of the run is a view of its name.

    The query can read nothing but the run: access to other files and to the network is off.
    """
    import duckdb

    read_run(path)  # complete and of this format
    with duckdb.connect() as db:
        for name in TABLES:
            file = str(Path(path) / f"{name}.parquet").replace("'", "''")
            db.execute(f"create table {name} as select * from read_parquet('{file}')")
        db.execute("set enable_external_access = false")
        try:
            result = db.execute(query)
            names = [column[0] for column in result.description or []]
            return names, [tuple(_plain(v) for v in row) for row in result.fetchall()]
        except duckdb.Error as exc:
            raise BadInput("query", str(exc).splitlines()[0], f"SQL over {', '.join(TABLES)}") from None


def _plain(value: Any) -> Any:
    """A value that JSON can carry: NaN becomes None."""
    return None if isinstance(value, float) and value != value else value
