"""SQL over a whole study: every run, the cells, and the tables of answers; DuckDB reads the shards where they are."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from skyreach.records.query import answer
from skyreach.studies.shards import FOLDER
from skyreach.studies.study import Study, open_study


def query_study(path: str | Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of an SQL query over `runs`, `cells` and the tables of answers of a study.

    The query can read nothing but the shards of the study; runs of a study on another filesystem are brought here first.
    """
    import duckdb

    study = open_study(path)
    tables = {name: rows for name, rows in study.answers.tables.items() if rows and name in query}  # only what is asked for
    known = ["runs", "cells", *(name for name, rows in study.answers.tables.items() if rows)]
    with duckdb.connect() as db:
        for name, rows in {"cells": _cells(study), **tables}.items():
            db.register("part", pa.Table.from_pylist(rows))
            db.execute(f"create table {name} as select * from part")
            db.unregister("part")
        _runs(db, study)
        return answer(db, query, known)


def _runs(db: Any, study: Study) -> None:
    """The view `runs`, with the levels of the factors beside each run; after it nothing else can be read."""
    there = sorted(study.book.contents)
    if study.store.local is not None and there:
        folder = study.store.local / FOLDER
        files = ", ".join(_quoted(str(folder / name)) for name in there)
        db.execute(f"set allowed_directories = [{_quoted(str(folder) + '/')}]")
        db.execute("set enable_external_access = false")
        source = f"read_parquet([{files}])"
    else:
        parts = [study.table(task) for cell in study.plan.cells for task in study.tasks(cell.number)]
        if parts:
            db.register("part", pa.concat_tables(parts))
            db.execute("create table shards as select * from part")
            db.unregister("part")
        db.execute("set enable_external_access = false")
        source = "shards"
    if there:
        db.execute(f"create view runs as select c.* exclude (cell), r.* from {source} r join cells c on c.cell = r.cell")


def _cells(study: Study) -> list[dict[str, Any]]:
    """A row per cell: point, draw, and each factor as a column of its name."""
    names = [factor.name for factor in study.plan.spec.factors]
    rows = []
    for cell in study.plan.cells:
        levels = {name: cell.levels.get(name) for name in names if name not in ("cell", "point", "draw")}
        rows.append({"cell": cell.number, "point": cell.point, "draw": cell.draw, **levels})
    for name in names:
        if len({type(row.get(name)) for row in rows if row.get(name) is not None}) > 1:
            for row in rows:
                row[name] = None if row[name] is None else str(row[name])
    return rows


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
