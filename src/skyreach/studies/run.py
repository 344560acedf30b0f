"""Doing the work of a study: shards to threads or to a cluster, results into the book, until nothing is left."""

import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from skyreach.cores import usable_cores
from skyreach.errors import BadInput, RunFailed, SkyreachError
from skyreach.studies.book import Book
from skyreach.studies.plan import Task
from skyreach.studies.shards import do_shard
from skyreach.studies.store import Claims

POLL_S = 0.2  # between looks at what another process does
Progress = Callable[["State"], None]


@dataclass
class State:
    """How far a study is, for a progress bar. Times are of a clock that never goes back; none of it is kept."""

    runs: int
    runs_known: int
    rate: float  # runs/s of this process since it began
    left_s: float | None  # s to go, None while it cannot be said
    mean: float  # of the study's measure, at the cell that was worked at last
    half_width: float
    notes: list[str] = field(default_factory=list)


class Hands(Protocol):
    """Who does the shards: threads of this process, or a cluster."""

    def submit(self, task: Task) -> Any:
        """A future of `do_shard`."""

    def slots(self) -> int:
        """Shards that may be under way at once [1]."""

    def failed(self, task: Task, fault: BaseException) -> bool:
        """True where a shard that failed is to be tried again; raises where it is not."""

    def close(self) -> None:
        """Wait for what is under way and let go."""


class Threads:
    """Threads of this process: the kernels run without the interpreter's lock, so that cores are used."""

    def __init__(self, book: Book, jobs: int) -> None:
        self._book, self._jobs = book, jobs
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="study")

    def submit(self, task: Task) -> "Future[dict[str, Any]]":
        """A future of the shard."""
        return self._pool.submit(do_shard, self._book.plan, task, self._book.store)

    def slots(self) -> int:
        """One shard for each thread, and one to go on with."""
        return self._jobs + 1

    def failed(self, task: Task, fault: BaseException) -> bool:
        """A thread does not die: what failed is wrong and stays so."""
        if isinstance(fault, SkyreachError):
            raise fault
        if isinstance(fault, MemoryError):
            raise RunFailed(f"shard {task.name}: out of memory; fewer --jobs, then resume") from None
        raise fault

    def close(self) -> None:
        """Wait for the shards under way; those not begun are dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def checked_jobs(jobs: int | None) -> int:
    """Threads to use: as many as this process has cores where None; BadInput below 1."""
    if jobs is None:
        return usable_cores()
    if jobs < 1:
        raise BadInput("jobs", jobs, "1 or more")
    return jobs


def drive(book: Book, hands: Hands, progress: Progress | None = None) -> None:
    """Work until the book is complete. Other processes may work at the same folder: what they do is taken over."""
    claims = Claims(book.store)
    ended: queue.Queue[tuple[Task, Any]] = queue.Queue()
    under_way: dict[str, Task] = {}
    meter = _Meter(book, progress)
    try:
        while not book.complete:
            _hand_out(book, hands, claims, ended, under_way)
            meter.show()
            try:
                task, future = ended.get(timeout=POLL_S)
            except queue.Empty:
                continue
            under_way.pop(task.name, None)
            fault = None if future.cancelled() else future.exception()
            if future.cancelled() or fault is not None:
                claims.give(task.number)
                hands.failed(task, fault or RunFailed("cancelled"))
                continue
            book.add(future.result())
            claims.give(task.number)
            meter.done(task)
    finally:
        hands.close()
        claims.close()
    meter.show(last=True)


def _hand_out(book: Book, hands: Hands, claims: Claims, ended: "queue.Queue[Any]", under_way: dict[str, Task]) -> None:
    """Fill the slots with shards that are missing, nobody works at, and nobody has finished meanwhile."""
    room = hands.slots() - len(under_way)
    taken = []
    for task in book.missing():
        if room <= 0:
            break
        if task.name in under_way or not claims.take(task.number):
            continue
        taken.append(task)
        room -= 1
    for task in taken:
        if book.store.local is not None and book.look(task):  # another process was here before us
            claims.give(task.number)
            continue
        under_way[task.name] = task
        future = hands.submit(task)
        future.add_done_callback(lambda f, task=task: ended.put((task, f)))
    if not under_way and not taken:
        for task in list(book.missing()):  # all of it is in other hands
            if book.is_missing(task):
                book.look(task)


class _Meter:
    """Rate and time left, by a clock that never goes back."""

    def __init__(self, book: Book, progress: Progress | None) -> None:
        self._book, self._progress = book, progress
        self._begun, self._shown, self._mine, self._cell = time.monotonic(), 0.0, 0, 0
        self._told = 0

    def done(self, task: Task) -> None:
        self._mine += task.runs
        self._cell = task.cell

    def show(self, last: bool = False) -> None:
        now = time.monotonic()
        if self._progress is None or (now - self._shown < POLL_S and not last):
            return
        self._shown = now
        rate = self._mine / max(now - self._begun, 1e-9)
        left = self._book.runs_known - self._book.runs
        mean, half, _ = self._book.estimate(self._cell)
        notes = self._book.damaged[self._told :]
        self._told = len(self._book.damaged)
        self._progress(State(self._book.runs, self._book.runs_known, rate, left / rate if rate > 0 else None, mean, half, notes))
