"""One thread's room for replications: a state that is set back instead of made anew, and no record but a row of measures."""

import numpy as np

from skyreach.engine.loop import finish_run, has_banks, has_tactics, run_frames
from skyreach.engine.tally import CHANNELS, IDENTITY, MEASURES, ORDER, RAILS, REACH, RELOAD, SHOT, UNSEEN, set_phases, tally
from skyreach.errors import RunFailed
from skyreach.scenario.compile import Compiled
from skyreach.world.codes import FAULTS, R_ASSESSING, R_DESTROYED, R_ENGAGED, R_GONE, R_NOT_FLYING, REASONS
from skyreach.world.field import dtype_of
from skyreach.world.state import Log, World
from skyreach.world.tables import LOG_TABLES

ROW = dtype_of(MEASURES)
SHARED = ("routes",)  # not written where no target leaves its own
FRESH = ("events", "plots")  # rows are written whole before they are read
WORDS = {  # words of REASONS by cause; what is not named here is a matter of order
    UNSEEN: ("no radar", "not seen", "not heard", "not tracked", "track lost"),
    IDENTITY: ("not identified", "held by rules", "unit lost", "on the march", "cut off", "no fire control", "release"),
    REACH: ("too fast", "too far", "too high", "too low", "too close", "crossing", "no sight", "no time"),
    CHANNELS: ("channel",),
    RAILS: ("no missile left",),
    RELOAD: ("reload",),
}


def cause_of_codes() -> np.ndarray:
    """For each code of REASONS its cause (engine.tally.CAUSES), -1 for what is no obstacle."""
    group = np.full(max(int(code) for code in REASONS) + 1, ORDER, np.int64)
    for code, (word, _) in REASONS.items():
        # "no missile channel" is a channel: channels are looked for before rails
        for cause, parts in WORDS.items():
            if any(part in word for part in parts):
                group[int(code)] = cause
                break
    for code in (R_ENGAGED, R_ASSESSING):
        group[int(code)] = SHOT
    for code in (R_NOT_FLYING, R_DESTROYED, R_GONE):
        group[int(code)] = -1
    return group


class Workspace:
    """State, log and result row of one thread for one compiled scenario; `run(seed)` does a replication."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        params = compiled.model.params.copy()
        self._model = compiled.model._replace(params=params)
        _, start = compiled.new_world(0)  # of what it draws only the phases depend on the seed
        self._world, self._now = _on_one_strip(start)
        self._start = self._now.copy()
        self._log = self._new_log(max(20_000, 8 * start.limits.size))
        self._group = cause_of_codes()
        self._out = np.zeros(1, ROW)
        cat, names = compiled.catalog, compiled.names["missile_types"]
        self._missile_cost = np.array([cat[key].si("unit_cost") for key in names], np.float64)
        self._target_cost = np.array([cat[key].si("unit_cost") for key in compiled.systems["targets"]], np.float64)
        self._stop = round(float(params[0]["duration"]) / float(params[0]["dt"]))

    def run(self, seed: int) -> np.ndarray:
        """The row of measures of one replication, shape (1,); the same array at every call. RunFailed on a fault."""
        world, log, model = self._world, self._log, self._model
        model.params["seed"] = seed
        self._now[:] = self._start
        set_phases(world.radars, model.params["seed"][0])
        log.n[:] = 0
        while world.clock["frame"][0] < self._stop and world.clock["fault"][0] == 0:
            run_frames(model, world, log, self._stop, has_banks(model), has_tactics(world))
            if world.clock["frame"][0] < self._stop:
                log = self._log = self._grown(log)
        finish_run(model, world, log)
        self._raise_fault(seed)
        self._out.fill(0)
        tally(world, log.reasons, log.n[4], self._group, self._missile_cost, self._target_cost, self._out)
        return self._out

    def _new_log(self, reasons: int) -> Log:
        """A log without samples: room for one frame of them, and for the ledger of a whole run."""
        world = self.compiled.world
        rows = {"truth": len(world.targets), "plots": len(world.plots)}
        rows |= {"tracks": len(world.tracks), "flights": len(world.missiles)}
        tables = {name: np.zeros(rows.get(name, reasons), dtype_of(fields)) for name, fields in LOG_TABLES.items()}
        return Log(n=np.zeros(len(tables), np.int64), **tables)

    def _grown(self, log: Log) -> Log:
        """The log with twice the room for the ledger."""
        more = self._new_log(2 * len(log.reasons))
        used = int(log.n[4])
        more.reasons[:used] = log.reasons[:used]
        more.n[:] = log.n
        return more

    def _raise_fault(self, seed: int) -> None:
        fault = int(self._world.clock["fault"][0])
        if fault:
            words = "; ".join(text for bit, text in FAULTS.items() if fault & bit)
            raise RunFailed(f"{self.compiled.scenario.name}, seed {seed}: {words}")


def _on_one_strip(start: World) -> tuple[World, np.ndarray]:
    """A copy of a world, and the strip of bytes on which all of it lies that a run must find as it was: one copy sets it back."""
    fixed = FRESH + SHARED if len(start.tactics) == 0 else FRESH
    moving = {name: table for name, table in start._asdict().items() if name not in fixed}
    strip = np.empty(sum(table.nbytes for table in moving.values()), np.uint8)
    tables, first = {}, 0
    for name, table in moving.items():
        tables[name] = strip[first : first + table.nbytes].view(table.dtype).reshape(table.shape)
        tables[name][...] = table
        first += table.nbytes
    tables |= {name: getattr(start, name).copy() for name in FRESH}
    return start._replace(**tables), strip
