"""One replication from start to end: run the frames, empty the log when it fills, hash the result."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.lib.recfunctions import repack_fields

from skyreach.engine import precompile
from skyreach.engine.loop import OWN_PHASES, Phases, finish_run, has_banks, has_tactics, run_frames, step
from skyreach.errors import BadInput, RunFailed
from skyreach.scenario.compile import Compiled
from skyreach.world.codes import FAULTS
from skyreach.world.state import Log, Model, World, new_log
from skyreach.world.tables import LOG_TABLES

LOG_ROWS = 10_000  # rows kept in memory before they are handed on
NOT_HASHED = {"tracks": "cov_pos", "sites": "assignment"}  # columns added later: runs keep the digest that they had
HASHED = ("sites", "radars", "launchers", "missiles", "targets", "tracks", "assignments", "events", "looks", "limits")


@dataclass
class Replication:
    """End state of one run, everything that was logged on the way, and the digest of both."""

    seed: int
    world: World
    log: dict[str, np.ndarray]
    digest: str


def replicate(
    compiled: Compiled,
    seed: int,
    stepped: bool = False,
    progress: Callable[[float, float], None] | None = None,
    phases: Phases | None = None,
) -> Replication:
    """Run one replication. stepped: phase by phase from Python, same bits. progress(t, duration) is called now and then.

    phases: what stands in the place of phases of the frame; it is then stepped.
    Raises RunFailed when a table of fixed capacity is full or a number stops being finite.
    """
    model, world = compiled.new_world(seed)
    log = new_log(_log_rows(world))
    precompile.wait()
    parts: dict[str, list[np.ndarray]] = {name: [] for name in LOG_TABLES}
    stop = round(float(model.params[0]["duration"]) / float(model.params[0]["dt"]))
    chunk = max(stop // 20, 1) if progress else stop
    while world.clock[0]["frame"] < stop and world.clock[0]["fault"] == 0:
        if stepped or phases is not None:
            step(model, world, log, phases or OWN_PHASES)
        else:
            run_frames(model, world, log, min(int(world.clock[0]["frame"]) + chunk, stop), has_banks(model), has_tactics(world))
        _empty(log, parts)
        if progress:
            progress(float(world.clock[0]["frame"] * model.params[0]["dt"]), float(model.params[0]["duration"]))
    finish_run(model, world, log)
    _empty(log, parts)
    _raise_fault(world, compiled)
    world = world._replace(
        events=world.events[: world.clock[0]["n_events"]], missiles=world.missiles[: world.clock[0]["n_missiles"]]
    )
    logged = {name: np.concatenate(pieces) for name, pieces in parts.items()}
    return Replication(seed, world, logged, digest(world, logged))


def replicate_many(compiled: Compiled, seeds: list[int], threads: int = 1) -> list[Replication]:
    """Replications in the order of the seeds, on threads that share model and terrain; same bits on any number of them."""
    if threads < 1:
        raise BadInput("threads", threads, "1 or more")
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda seed: replicate(compiled, seed), seeds))


def digest(world: World, log: dict[str, np.ndarray]) -> str:
    """SHA-256 over all tables of a run and of its log (hex), without the columns of NOT_HASHED."""
    total = hashlib.sha256()
    names = (*HASHED, *(name for name in ("tactics", "marches") if len(getattr(world, name))))
    for name, table in [*((name, getattr(world, name)) for name in names), *log.items()]:
        kept = [field for field in table.dtype.names or () if field != NOT_HASHED.get(name)]
        total.update(name.encode() + repack_fields(table[kept]).tobytes())
    return total.hexdigest()


def _log_rows(world: World) -> int:
    """Rows that hold at least a few frames of everything."""
    one_frame = max(
        len(world.targets), len(world.plots), len(world.tracks), len(world.missiles), 4 * world.limits.size
    )
    return max(LOG_ROWS, 4 * one_frame)


def _empty(log: Log, parts: dict[str, list[np.ndarray]]) -> None:
    for i, (name, pieces) in enumerate(parts.items()):
        pieces.append(getattr(log, name)[: log.n[i]].copy())
        log.n[i] = 0


def _raise_fault(world: World, compiled: Compiled) -> None:
    fault = int(world.clock[0]["fault"])
    if fault:
        words = "; ".join(text for bit, text in FAULTS.items() if fault & bit)
        t = float(world.clock[0]["frame"]) * compiled.scenario.frame_s
        raise RunFailed(f"run of {compiled.scenario.name} stopped at {t:.1f} s: {words}")


__all__ = ["Model", "Replication", "digest", "replicate", "replicate_many"]
