"""SQL over the Parquet tables of a run folder."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skyreach.errors import BadInput
from skyreach.records.run import TABLES, read_run

if TYPE_CHECKING:
    import duckdb


def query_run(path: str | Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of an SQL query in which each table of the run is a view of its name.

    The query can read nothing but the run: access to other files and to the network is off.
    """
    import duckdb

    run = read_run(path)  # complete and of this format
    with duckdb.connect() as db:
        for name in TABLES:
            db.register("part", run.table(name))  # read and checked as everywhere else
            db.execute(f"create table {name} as select * from part")
            db.unregister("part")
        db.execute("set enable_external_access = false")
        return answer(db, query, TABLES)


def answer(db: "duckdb.DuckDBPyConnection", query: str, tables: Iterable[str]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of an SQL query; BadInput, which names the tables there are, for one that cannot be answered."""
    import duckdb

    try:
        result = db.execute(query)
        if result is None:
            raise BadInput("query", repr(query), f"SQL over {', '.join(tables)}")
        names = [column[0] for column in result.description or []]
        return names, [tuple(plain(v) for v in row) for row in result.fetchall()]
    except duckdb.Error as exc:
        raise BadInput("query", str(exc).splitlines()[0], f"SQL over {', '.join(tables)}") from None


def plain(value: Any) -> Any:
    """A value that JSON can carry: NaN becomes None, what JSON does not know becomes text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(key): plain(v) for key, v in value.items()}
    return str(value)
