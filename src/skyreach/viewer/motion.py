"""Where everything was, for the clock of a page: samples of targets, tracks, missiles and plots by windows of time, as Arrow.

Columns are whole numbers: each value in steps (field metadata `step`), less the one of the row before it. Rows are ordered
by entity, then by time. A window reaches one sampling interval over both of its ends, so that the page can interpolate.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from skyreach.records import run as records
from skyreach.records.run import Run

MOST_ROWS = 150_000  # of one table in one window
OVERVIEW_ROWS = 60_000  # of the paths over the whole run
TOLERANCE, PASSES = 10.0, 8  # m, at the most 80 m in all: a pixel of a map of a theatre is some hundred
DEGREE = 111_320.0  # m of latitude
LEAST_WINDOW = 10.0  # s
PLACE = {"lon": ("lon_deg", 1e-5), "lat": ("lat_deg", 1e-5), "h": ("h_msl_m", 1.0)}
COLUMNS: dict[str, dict[str, tuple[str, float]]] = {  # name in the page: column of the run and step
    "truth": {"id": ("target", 1.0), "t": ("t_s", 0.1), **PLACE, "agl": ("h_agl_m", 1.0), "v": ("speed_mps", 1.0)},
    "tracks": {
        "id": ("track", 1.0), "t": ("t_s", 0.1), **PLACE, "v": ("speed_mps", 1.0), "sigma": ("sigma_m", 1.0),
        "target": ("target", 1.0), "identity": ("identity", 1.0),
        "major": ("sigma_major_m", 1.0), "minor": ("sigma_minor_m", 1.0), "axis": ("axis_deg", 1.0),
    },
    "flights": {"id": ("missile", 1.0), "t": ("t_s", 0.1), **PLACE, "v": ("speed_mps", 1.0)},
    "plots": {"id": ("target", 1.0), "t": ("t_s", 0.1), **PLACE},
    "strobes": {
        "id": ("radar", 1.0), "t": ("t_s", 0.1), "az": ("az_deg", 0.01), "width": ("width_deg", 0.01), "target": ("target", 1.0),
    },
}  # fmt: skip
"""Columns that a run does not have are left out: ellipses and strobes come with runs that record them."""


@dataclass(frozen=True)
class Windows:
    """How the samples of a run are cut: length of a window [s], number of windows, tables that there are."""

    step: float
    count: int
    tables: tuple[str, ...]

    def head(self) -> dict[str, Any]:
        """The description for the page; parts are named TABLE-NUMBER."""
        return {"step": self.step, "count": self.count, "tables": list(self.tables)}


def tables_of(run: Run) -> tuple[str, ...]:
    """The tables of samples that this kind of run folder has and the page can draw."""
    return tuple(name for name in COLUMNS if name in records.TABLES)


def windows_of(run: Run) -> Windows:
    """Windows such that no table has more than MOST_ROWS rows in one, on average."""
    duration, names = float(run.manifest["duration_s"]), tables_of(run)
    rows = max((run.table(name).num_rows for name in names), default=0)
    count = max(1, min(math.ceil(rows / MOST_ROWS), int(duration / LEAST_WINDOW)))
    return Windows(duration / count, count, names)


def identities_of(run: Run) -> list[str]:
    """The words for who a track was taken for, in the order of the numbers in the column `identity`."""
    return sorted(set(run.tracks["identity"].unique().to_pylist()))


class Samples:
    """The tables of a run, ready to be cut: as columns of numbers."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.windows = windows_of(run)
        self.words = identities_of(run)
        self._columns: dict[str, dict[str, np.ndarray]] = {}

    def columns(self, name: str) -> dict[str, np.ndarray]:
        """Columns of a table by their name in the page, in the order of time."""
        if name not in self._columns:
            table = self.run.table(name)
            there = {key: column for key, (column, _) in COLUMNS[name].items() if column in table.column_names}
            found = {key: self._numbers(table[column]) for key, column in there.items()}
            order = np.argsort(found["t"], kind="stable")
            self._columns[name] = {key: values[order] for key, values in found.items()}
        return self._columns[name]

    def _numbers(self, column: pa.ChunkedArray) -> np.ndarray:
        if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
            place = {word: i for i, word in enumerate(self.words)}
            return np.array([place[word] for word in column.to_pylist()], np.int64)
        return column.to_numpy()

    def part(self, name: str, number: int) -> bytes:
        """One window of one table as an Arrow stream."""
        columns = self.columns(name)
        t = columns["t"]
        rim = _interval(t)
        first, last = np.searchsorted(t, [number * self.windows.step - rim, (number + 1) * self.windows.step + rim], "left")
        rows = np.arange(first, last)
        return _stream(name, {key: values[rows] for key, values in columns.items()})

    def overview(self) -> bytes:
        """Paths of all targets over the whole run as an Arrow stream, without the samples that lie on the way between
        their neighbours (by TOLERANCE a pass); thinned evenly where still more than OVERVIEW_ROWS are left."""
        columns = self.columns("truth")
        order = np.lexsort((columns["t"], columns["id"]))
        rows = order[straightened(*(columns[key][order] for key in ("id", "t", "lat", "lon", "h")))]
        every = -(-rows.size // OVERVIEW_ROWS)
        if every > 1:
            ids = columns["id"][rows]
            ends = np.concatenate([[True], ids[1:] != ids[:-1]]) | np.concatenate([ids[1:] != ids[:-1], [True]])
            rows = rows[ends | (np.arange(rows.size) % every == 0)]
        return _stream("truth", {key: values[rows] for key, values in columns.items()})


def straightened(ids: np.ndarray, t: np.ndarray, lat: np.ndarray, lon: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Which samples (ordered by entity, then time) to keep so that places between them, linear in time, are off by at most
    PASSES times TOLERANCE [m]; positions in deg and m."""
    keep = np.arange(ids.size)
    for _ in range(PASSES):
        if keep.size < 3:
            break
        a, m, b = keep[:-2], keep[1:-1], keep[2:]
        share = (t[m] - t[a]) / np.maximum(t[b] - t[a], 1e-9)
        off = np.zeros(m.size)
        for axis, metres in ((lat, DEGREE), (lon, DEGREE * np.cos(np.radians(lat[m]))), (h, 1.0)):
            off += ((axis[a] + share * (axis[b] - axis[a]) - axis[m]) * metres) ** 2
        spare = (ids[a] == ids[m]) & (ids[m] == ids[b]) & (off < TOLERANCE**2) & (np.arange(m.size) % 2 == 0)
        keep = np.delete(keep, 1 + np.flatnonzero(spare))
    return keep


def _interval(t: np.ndarray) -> float:
    """Longest time between two samples that follow each other [s]; t is in order."""
    gaps = np.diff(t)
    return float(min(gaps.max(), 60.0)) + 0.1 if gaps.size else 0.0


def _narrowest(steps: np.ndarray) -> type:
    """The smallest type of whole numbers that holds all steps."""
    most = int(np.abs(steps).max(initial=0))
    return np.int8 if most < 128 else np.int16 if most < 32_768 else np.int32


def _stream(name: str, columns: dict[str, np.ndarray]) -> bytes:
    order = np.lexsort((columns["t"], columns["id"]))
    arrays, fields = [], []
    for key, values in columns.items():
        step = COLUMNS[name][key][1]
        whole = np.rint(np.nan_to_num(values[order].astype(float), nan=-1.0) / step).astype(np.int64)
        steps = np.diff(whole, prepend=0)
        arrays.append(pa.array(steps.astype(_narrowest(steps))))
        fields.append(pa.field(key, arrays[-1].type, metadata={"step": repr(step)}))
    schema = pa.schema(fields)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    return sink.getvalue().to_pybytes()
