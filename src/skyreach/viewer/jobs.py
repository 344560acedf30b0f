"""Runs that the editor and the pages of studies start: one at a time, on a thread, with progress; what comes of one is a run
folder on the shelf."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

from skyreach.errors import BadInput, SkyreachError
from skyreach.records.run import Run
from skyreach.scenario.models import Scenario

KEPT = 50  # finished jobs that can still be asked for


class Jobs:
    """The runs of one server."""

    def __init__(self) -> None:
        self._jobs: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def start(self, scenario: Scenario, keep: Callable[[Run], str]) -> str:
        """Begin a run and give its number; BadInput while another is under way. keep: saves the run and gives its name."""
        with self._lock:
            if any(job["state"] == "running" for job in self._jobs.values()):
                raise BadInput("run", "another run is under way", "one at a time", "wait until it has ended")
            number = str(next(self._numbers))
            job = {"state": "running", "t": 0.0, "duration": scenario.duration_s, "run": None, "error": None}
            self._jobs[number] = job
            while len(self._jobs) > KEPT:
                self._jobs.pop(next(iter(self._jobs)))
        threading.Thread(target=self._run, args=(job, scenario, keep), daemon=True).start()
        return number

    def state(self, number: str) -> dict[str, Any]:
        """running, done or failed; time reached [s]; the name of the run once it is done."""
        with self._lock:
            if number not in self._jobs:
                raise BadInput("job", number[:40], "a number that this server gave")
            return dict(self._jobs[number])

    def _run(self, job: dict[str, Any], scenario: Scenario, keep: Callable[[Run], str]) -> None:
        from skyreach.engine.replicate import replicate
        from skyreach.records.make import make_run
        from skyreach.scenario.compile import compile_scenario

        def progress(t: float, _: float) -> None:
            job["t"] = float(t)

        try:
            compiled = compile_scenario(scenario)
            run = make_run(compiled, replicate(compiled, scenario.seed, False, progress))
            job["run"] = keep(run)
            job["state"] = "done"
        except SkyreachError as fault:
            job["error"], job["state"] = str(fault), "failed"
        except Exception as fault:  # a thread must not end without a word
            job["error"], job["state"] = f"{type(fault).__name__}: {fault}", "failed"
