"""The tables of a run as Parquet or CSV, batch by batch, with a list of all entities, the stays of what marched and
what the files are about."""

import json
import math
from dataclasses import asdict
from pathlib import Path as File
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from skyreach.formats.output import part_folder
from skyreach.formats.paths import stays
from skyreach.formats.reader import BATCH, Feed
from skyreach.records.run import TABLES, Run


def write(feed: Feed, path: File, kind: str) -> list[File]:
    """Write a folder with one file for each table; kind: parquet or csv."""
    about = {key: json.dumps(value, ensure_ascii=False) for key, value in feed.about.items()}
    with part_folder(path) as part:
        listed = [{**asdict(e), "key": e.key, "at": None if e.at is None else list(e.at)} for e in feed.entities]
        entities = pa.Table.from_pylist(listed) if listed else pa.table({"number": pa.array([], pa.int64())})
        _write(part / f"entities.{kind}", kind, entities.schema, entities.to_batches(), about)
        for name in TABLES:
            schema, batches = _batches(feed.run, name)
            _write(part / f"{name}.{kind}", kind, schema, batches, about)
        if feed.moves:
            found = pa.Table.from_pylist(_stays(feed))
            _write(part / f"stays.{kind}", kind, found.schema, found.to_batches(), about)
        text = json.dumps({**feed.about, "undulation_m": feed.undulation}, indent=2, ensure_ascii=False)
        (part / "about.json").write_text(text + "\n", encoding="utf-8")
    names = ("entities", *TABLES, *(["stays"] if feed.moves else []))
    return [path / name for name in (*(f"{name}.{kind}" for name in names), "about.json")]


def _stays(feed: Feed) -> list[dict[str, Any]]:
    """A row for each stay of what marched; t_to_s empty where it neither left nor was lost."""
    rows = []
    for e in (e for e in feed.entities if e.number in feed.moves):
        for stay in stays(feed, e):
            place = dict(zip(("lat_deg", "lon_deg", "h_msl_m"), stay.place, strict=True))
            times = {"t_from_s": stay.t_from, "t_to_s": stay.t_to if math.isfinite(stay.t_to) else None}
            rows.append({"number": e.number, "key": e.key, "name": e.name, "position": stay.position, **times, **place})
    return rows


def _batches(run: Run, name: str):
    if run.path is None or name in run._tables:
        table = run.table(name)
        return table.schema, table.to_batches(max_chunksize=BATCH)
    run_file = pq.ParquetFile(run.path / f"{name}.parquet", page_checksum_verification=True)
    return run_file.schema_arrow, run_file.iter_batches(BATCH)


def _write(file: File, kind: str, schema: pa.Schema, batches, about: dict[str, str]) -> None:
    if kind == "parquet":
        said = {**(schema.metadata or {}), **{f"skyreach.{k}".encode(): v.encode() for k, v in about.items()}}
        with pq.ParquetWriter(file, schema.with_metadata(said), compression="zstd", write_page_checksum=True) as out:
            for batch in batches:
                out.write_batch(batch)
        return
    plain = pa.schema([pa.field(f.name, _plain(f.type)) for f in schema])
    with csv.CSVWriter(file, plain) as out:
        for batch in batches:
            out.write_table(_flat(pa.Table.from_batches([batch], schema), plain))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    return pa.string() if pa.types.is_nested(kind) else kind


def _flat(table: pa.Table, plain: pa.Schema) -> pa.Table:
    columns = []
    for field in plain:
        column = table[field.name]
        if pa.types.is_nested(column.type):
            column = pa.array([None if v is None else " ".join(map(str, v)) for v in column.to_pylist()], pa.string())
        columns.append(column.cast(field.type))
    return pa.Table.from_arrays(columns, schema=plain)
