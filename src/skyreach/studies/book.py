"""Book of a study: which shards are there and whole, what they say so far, and what is to be done next."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from skyreach.studies.plan import Plan, Task
from skyreach.studies.shards import FOLDER, Damaged, open_shard
from skyreach.studies.statistics import mean_interval
from skyreach.studies.store import Store

JOURNAL = "journal.jsonl"


class Book:
    """The state of a study in one process; the folder is the truth, and the book is made anew from it."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan, self.store = plan, store
        self.contents: dict[str, str] = {}  # shard -> hash of its contents
        self._hashes: dict[str, tuple[str, str]] = {}  # shard -> hash of its contents, hash of its file
        self.damaged: list[str] = []  # in words, for the user
        self._values: list[Counter[float]] = [Counter() for _ in plan.cells]  # of the measure that is watched
        self._there: list[dict[str, Task]] = [{} for _ in plan.cells]
        self._stops = [plan.spec.runs] * len(plan.cells)  # runs to do at each cell, as far as known
        self._missing: list[dict[str, Task]] = []
        for cell in range(len(plan.cells)):
            self._missing.append({task.name: task for task in plan.tasks(cell, 0, plan.spec.runs)})
        self._open = dict.fromkeys(range(len(plan.cells)))  # cells with something missing, in order

    def load(self) -> None:
        """Look through the folder: note what is whole, throw out what is not."""
        journal = self._journal()
        there = set(self.store.names(FOLDER))
        lost = sorted(set(journal) - there)
        self.damaged += [f"{name} is in the journal and not in the folder" for name in lost]
        progress = True
        while progress:  # a round that is whole opens the next one of its cell
            progress = False
            for task in list(self.missing()):
                if task.name in there and self.look(task, journal.get(task.name)):
                    progress = True

    def look(self, task: Task, noted: tuple[str, str] | None = None) -> bool:
        """Read a shard if it is there; True if it is whole and now in the book."""
        data = self.store.read(f"{FOLDER}/{task.name}")
        if data is None:
            return False
        try:
            table, content = open_shard(self.plan, task, data)
            file = hashlib.sha256(data).hexdigest()
            if noted not in (None, (content, file)):
                raise Damaged(f"{task.name} is not the one in the journal")
        except Damaged as fault:
            self.damaged.append(str(fault))
            self.store.remove(f"{FOLDER}/{task.name}")
            return False
        self._enter(task, (content, file), table[self.plan.spec.watched].to_numpy())
        return True

    def add(self, done: dict[str, Any]) -> None:
        """A shard that was just written: into the journal, then into the book."""
        task = Task(*done["task"])
        if task.name not in self.contents:
            hashes = done["content"], done["file"]
            self.store.append(JOURNAL, _line(task.name, hashes))
            self._enter(task, hashes, done["values"])

    def missing(self) -> Iterator[Task]:
        """What is to be done as far as is known now, cell by cell."""
        for cell in self._open:
            yield from self._missing[cell].values()

    def is_missing(self, task: Task) -> bool:
        """Whether a shard is still to be done."""
        return task.name in self._missing[task.cell]

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self._open

    @property
    def runs(self) -> int:
        """Runs in the book."""
        return sum(values.total() for values in self._values)

    @property
    def runs_known(self) -> int:
        """Runs that the study will have, as far as is known now."""
        return sum(self._stops)

    def runs_at(self, cell: int) -> int:
        """Runs that a cell will have, as far as is known now."""
        return self._stops[cell]

    def there(self, cell: int) -> list[Task]:
        """The shards of a cell that are whole, in the order of its runs."""
        return sorted(self._there[cell].values())

    def estimate(self, cell: int) -> tuple[float, float, int]:
        """(mean, half-width of its interval, runs) of the measure that is watched, at a cell so far."""
        values = self._values[cell]
        n = values.total()
        if n == 0:
            return float("nan"), float("inf"), 0
        keys = np.array(sorted(values))
        mean, half = mean_interval(keys, np.array([values[key] for key in keys.tolist()]), self.plan.spec.confidence)
        return mean, half, n

    def digest(self) -> str:
        """SHA-256 over plan and contents of all shards there are (hex), wherever and in whatever order they were made."""
        total = hashlib.sha256(self.plan.digest.encode())
        for name in sorted(self.contents):
            total.update(f"{name} {self.contents[name]}".encode())
        return total.hexdigest()

    def close(self) -> None:
        """Write the journal in order, without what was written twice; a finished study keeps no trace of how it went."""
        lines = "".join(_line(name, self._hashes[name]) + "\n" for name in sorted(self._hashes))
        self.store.write(JOURNAL, lines.encode())

    def _enter(self, task: Task, hashes: tuple[str, str], values: np.ndarray) -> None:
        cell = task.cell
        self._hashes[task.name], self.contents[task.name] = hashes, hashes[0]
        self._there[cell][task.name] = task
        found, counts = np.unique(values[~np.isnan(values)], return_counts=True)
        self._values[cell].update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
        self._missing[cell].pop(task.name, None)
        if self._missing[cell]:
            return
        done = self._stops[cell]
        self._stops[cell] = self.plan.next_stop(done, self.estimate(cell)[1])
        self._missing[cell] = {t.name: t for t in self.plan.tasks(cell, done, self._stops[cell])}
        if not self._missing[cell]:
            self._open.pop(cell, None)

    def _journal(self) -> dict[str, tuple[str, str]]:
        """Shards of the journal; a line that was not written to its end is passed over."""
        noted = {}
        for line in (self.store.read(JOURNAL) or b"").splitlines():
            try:
                entry = json.loads(line)
                noted[str(entry["shard"])] = str(entry["content"]), str(entry["file"])
            except (ValueError, KeyError, TypeError):
                continue
        return noted


def _line(name: str, hashes: tuple[str, str]) -> str:
    return json.dumps({"shard": name, "content": hashes[0], "file": hashes[1]})
