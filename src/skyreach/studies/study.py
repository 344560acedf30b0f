"""A study from begin to end: made, gone on with, looked at, merged."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from skyreach.errors import BadInput, RunFailed
from skyreach.studies.book import Book
from skyreach.studies.plan import PLAN, SCENARIO, Plan, Task, check_identity, make_plan, read_plan
from skyreach.studies.run import Progress, Threads, checked_jobs, drive
from skyreach.studies.shards import FOLDER, Damaged, open_shard
from skyreach.studies.spec import read_spec
from skyreach.studies.store import Store

if TYPE_CHECKING:
    from skyreach.studies.answers import Answers

RESULT = "result.json"
CLAIMS = ".claims"


class Study:
    """A study folder in hand. `answers` are those of the runs that are there; `complete` says whether that is all."""

    def __init__(self, book: Book) -> None:
        self.book, self.plan, self.store = book, book.plan, book.store

    def __repr__(self) -> str:
        return f"Study({self.plan.spec.name!r}, {self.book.runs} of {self.book.runs_known} runs)"

    def _repr_html_(self) -> str:
        return self.answers.to_html()

    @property
    def complete(self) -> bool:
        """Whether all runs are there."""
        return self.book.complete

    @cached_property
    def answers(self) -> "Answers":
        """Measures with intervals, effects, sensitivity, saturation."""
        from skyreach.studies.answers import answer

        return answer(self)

    def table(self, task: Task) -> pa.Table:
        """The rows of one shard."""
        data = self.store.read(f"{FOLDER}/{task.name}")
        if data is None:
            raise RunFailed(f"study {self.store.uri}: {task.name} has gone; skyreach study resume makes it again")
        try:
            return open_shard(self.plan, task, data)[0]
        except Damaged as fault:
            raise RunFailed(f"study {self.store.uri}: {fault}; skyreach study resume makes it again") from None

    def tasks(self, cell: int) -> list[Task]:
        """The shards of a cell that are there, in the order of its runs."""
        return self.book.there(cell)

    @property
    def summary(self) -> dict[str, Any]:
        """State of the study in plain data: runs, cells, digest, the measure that is watched at each point."""
        spec = self.plan.spec
        cells = []
        for cell in self.plan.cells:
            mean, half, n = self.book.estimate(cell.number)
            known = n > 0
            cells.append({
                "cell": cell.number, "levels": cell.levels, "draw": cell.draw, "runs": n, "of": self.book.runs_at(cell.number),
                "mean": mean if known else None, "half_width": half if known and n > 1 else None,
            })  # fmt: skip
        return {
            "study": spec.name, "folder": self.store.uri, "complete": self.complete, "runs": self.book.runs,
            "runs_known": self.book.runs_known, "shards": len(self.book.contents), "digest": self.book.digest(),
            "plan": self.plan.digest, "measure": spec.watched, "confidence": spec.confidence, "stopped_by": self._stopped_by(),
            "damaged": self.book.damaged, "cells": cells,
        }  # fmt: skip

    def _stopped_by(self) -> str | None:
        """What ended it: the number of runs, the interval, or the limit at this many points; None while it runs."""
        until = self.plan.spec.until
        if not self.complete:
            return None
        if until is None:
            return "number of runs"
        wide = [c.number for c in self.plan.cells if self.book.estimate(c.number)[1] > until.half_width]
        if not wide:
            return f"interval of {until.measure} within {until.half_width:g} at all points"
        where = f"{len(wide)} of {len(self.plan.cells)} points"
        return f"limit of {until.limit} runs at {where}: the interval asked for was not met there"


def begin(source: str | Path, out: str | Path | None = None, changes: Mapping[str, Any] | None = None) -> Study:
    """A new study, laid out in its folder; the same study that is there already is gone on with."""
    spec, folder = read_spec(source, changes)
    where = Store(out if out is not None else Path("studies") / spec.name)
    old = where.read(PLAN)
    plan = make_plan(spec, folder)
    if old is not None and old != plan.to_bytes():
        check_identity(read_plan(where).document["identity"], f"study {where.uri}")
        raise BadInput(f"study folder {where.uri}", "another study is there", cure="another --out, or remove it first")
    if old is None:
        if set(where.names(".")) - {SCENARIO, CLAIMS}:
            raise BadInput(f"study folder {where.uri}", "there are files in it already", "an empty folder, or none")
        where.write(SCENARIO, plan.document["scenario"].encode())
        where.write(PLAN, plan.to_bytes())
    return _opened(plan, where)


def open_study(uri: str | Path) -> Study:
    """The study in a folder, as far as it is."""
    where = Store(uri)
    return _opened(read_plan(where), where)


def _opened(plan: Plan, where: Store) -> Study:
    book = Book(plan, where)
    book.load()
    return Study(book)


def go_on(study: Study, jobs: int | None = None, cluster: Any = None, progress: Progress | None = None) -> Study:
    """Do what is missing, then write the answers. cluster: address of a Dask scheduler, or a client of one.

    RunFailed on a full disk or a fault in a run: what is finished is kept."""
    check_identity(study.plan.document["identity"], f"study {study.store.uri}")
    jobs = checked_jobs(jobs)
    if not study.complete:
        if cluster is None:
            drive(study.book, Threads(study.book, jobs), progress)
        else:
            from skyreach.studies.cluster import Cluster, connect

            client = connect(cluster) if isinstance(cluster, str) else cluster
            try:
                drive(study.book, Cluster(study.book, client), progress)
            finally:
                if isinstance(cluster, str):
                    client.close()
    finish(study)
    return study


def finish(study: Study) -> None:
    """Write answers and result; from here on the folder holds the same bytes however it came about."""
    for name, make in study.answers.files().items():
        study.store.write(name, make())
    study.book.close()
    result = {key: value for key, value in study.summary.items() if key not in ("folder", "damaged", "cells")}
    study.store.write(RESULT, (json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())
    study.store.remove(CLAIMS)
    study.store.tidy()


def merge(uri: str | Path, others: list[str | Path]) -> Study:
    """Take the shards of other folders of the same study into this one; with all of them there, the answers are written."""
    study = open_study(uri)
    for other in others:
        theirs = open_study(other)
        if theirs.plan.digest != study.plan.digest:
            raise BadInput(f"merge {other}", f"another study ({theirs.plan.spec.name})", f"folders of {study.plan.spec.name}")
        for name in theirs.book.contents:
            if name not in study.book.contents:
                data = theirs.store.read(f"{FOLDER}/{name}")
                if data is not None:
                    study.store.write(f"{FOLDER}/{name}", data)
    study = open_study(uri)
    if study.complete:
        finish(study)
    return study
