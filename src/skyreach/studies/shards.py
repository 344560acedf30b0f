"""Shards: some hundred replications of one cell as one small Parquet file that tells whether it is whole."""

import hashlib
import io
import json
import threading
from collections import OrderedDict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skyreach.engine.tally import MEASURES
from skyreach.errors import BadInput, SkyreachError
from skyreach.studies.plan import Plan, Task, check_identity, read_plan
from skyreach.studies.store import Store
from skyreach.studies.workspace import ROW, Workspace

FOLDER = "shards"
KEY = b"skyreach"
KEPT = 2  # compiled cells kept beside those that threads work with
FIELDS = [
    pa.field("cell", pa.int32(), metadata={"unit": "", "meaning": "row of cells"}),
    pa.field("run", pa.int64(), metadata={"unit": "", "meaning": "number of the run in its cell"}),
    pa.field("seed", pa.uint64(), metadata={"unit": "", "meaning": "seed of all dice"}),
    *(
        pa.field(m.name, pa.int32() if m.type == "i4" else pa.float64(), metadata={"unit": m.unit, "meaning": m.meaning})
        for m in MEASURES
    ),
]


class Cells:
    """Compiled cells that threads share; each is compiled once while it is in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, int], threading.Lock] = {}
        self._kept: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._mine = threading.local()

    def workspace(self, plan: Plan, cell: int) -> Workspace:
        """This thread's workspace for a cell."""
        key = (plan.digest, cell)
        if getattr(self._mine, "key", None) != key:
            self._mine.key = self._mine.space = None  # let go of the last one before the next is made
            self._mine.space = Workspace(self._compiled(plan, key))
            self._mine.key = key
        return self._mine.space

    def _compiled(self, plan: Plan, key: tuple[str, int]) -> Any:
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            compiled = plan.compile(plan.cells[key[1]])
            with self._lock:
                self._kept[key] = compiled
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
                self._locks.pop(key, None)
        return compiled


CELLS = Cells()


class Damaged(SkyreachError):
    """A shard that is not what its writer wrote: half there, changed, or of another study."""


def run_task(plan: Plan, task: Task, cells: Cells = CELLS) -> np.ndarray:
    """Rows of measures of the runs of a task, shape (runs,)."""
    space = cells.workspace(plan, task.cell)
    rows = np.empty(task.runs, ROW)
    for i in range(task.runs):  # i run
        rows[i] = space.run(plan.seed(task.cell, task.first + i))[0]
    return rows


def shard_bytes(plan: Plan, task: Task, rows: np.ndarray) -> tuple[bytes, str]:
    """(the file, hash of its contents) of the rows of a task."""
    runs = np.arange(task.first, task.first + task.runs)
    seeds = np.array([plan.seed(task.cell, int(run)) for run in runs], np.uint64)
    columns: dict[str, np.ndarray] = {"cell": np.full(task.runs, task.cell, np.int32), "run": runs, "seed": seeds}
    columns |= {m.name: np.ascontiguousarray(rows[m.name]) for m in MEASURES}
    content = _content(plan, task, columns)
    about = json.dumps({"plan": plan.digest, "cell": task.cell, "first": task.first, "count": task.runs, "content": content})
    table = pa.table(list(columns.values()), schema=pa.schema(FIELDS, metadata={KEY: about.encode()}))
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", write_page_checksum=True)
    return out.getvalue(), content


def _content(plan: Plan, task: Task, columns: dict[str, np.ndarray]) -> str:
    """SHA-256 over plan, place and values of a shard (hex); the way they are written does not count."""
    total = hashlib.sha256(f"{plan.digest} {task.cell} {task.first} {task.runs}".encode())
    for name, values in columns.items():
        total.update(name.encode() + np.ascontiguousarray(values).tobytes())
    return total.hexdigest()


def open_shard(plan: Plan, task: Task, data: bytes) -> tuple[pa.Table, str]:
    """(rows, hash of the contents) of a shard file; Damaged where it is not what the plan says, value for value."""
    try:
        # without threads: one of Arrow's that still holds a Python object aborts the process at its end (apache/arrow#34314)
        with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as source:
            table = source.read(use_threads=False)
        about = json.loads((table.schema.metadata or {})[KEY])
        columns = {field.name: table[field.name].to_numpy() for field in FIELDS}
    except (OSError, pa.ArrowException, KeyError, ValueError) as fault:
        raise Damaged(f"{task.name} is not whole ({str(fault).splitlines()[0][:80]})") from None
    content = _content(plan, task, columns)
    if about.get("plan") != plan.digest:
        raise Damaged(f"{task.name} belongs to another study")
    if about.get("content") != content or table.num_rows != task.runs:
        raise Damaged(f"{task.name} holds other values than were written")
    return table, content


def do_shard(plan: Plan, task: Task, store: Store) -> dict[str, Any]:
    """Run a task, write its shard, and say what it was: name, contents, and the values of the study's measure."""
    rows = run_task(plan, task)
    data, content = shard_bytes(plan, task, rows)
    store.write(f"{FOLDER}/{task.name}", data)
    return {"task": tuple(task), "content": content, "file": hashlib.sha256(data).hexdigest(), "values": rows[plan.spec.watched]}


_PLANS: dict[str, Plan] = {}  # of this worker, by digest


def work(digest: str, task: tuple[int, int, int], uri: str) -> dict[str, Any]:
    """do_shard on a worker somewhere else, which must see the study's folder and be of the version of its plan."""
    store = Store(uri)
    plan = _PLANS.get(digest)
    if plan is None:
        plan = read_plan(store)
        if plan.digest != digest:
            other = f"on this worker it is another study ({plan.digest[:16]})"
            raise BadInput(f"study {uri}", other, digest[:16], "one folder that all machines see")
        check_identity(plan.document["identity"], "this worker")
        _PLANS[digest] = plan
    return do_shard(plan, Task(*task), store)
