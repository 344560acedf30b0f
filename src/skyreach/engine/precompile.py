"""The first run: the loop compiles in two other processes while this one compiles what prepares the scenario.

One compiles the decision cycle, half of the loop, the other the rest and then the whole. All write to one cache of compiled code,
from which the loop takes the cycle, and the run the loop. Without a second core, or where a process fails, whoever
wants that part compiles it, as it would have.
"""

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from skyreach.cores import usable_cores
from skyreach.earth.grid import Dem
from skyreach.engine import loop
from skyreach.jit import float64, int64, none, typeof
from skyreach.world.state import Log, Model, World, new_log, rows
from skyreach.world.tables import AIRWAYS, MISSILE_TYPES, PARAMS, dtype_of

FLAT = ("looks", "fixes", "limits", "waits")  # tables of World with two axes; the others have one
_helpers: list[subprocess.Popen] = []


def kernels_are_cold() -> bool:
    """True if the compiled loop of this version is not in the cache yet."""
    return not any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("loop.run_frames-*.nbc"))


def begin() -> None:
    """Start to compile the loop in two other processes, if it is not compiled yet."""
    if _helpers or usable_cores() < 2 or not kernels_are_cold():
        return
    with suppress(OSError):
        cycle = start("cycle", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        start("loop", stdin=cycle.stdout, stdout=subprocess.DEVNULL)  # it reads until the other has ended
        if cycle.stdout:
            cycle.stdout.close()


def start(part: str, **pipes: Any) -> subprocess.Popen:
    """Start a process that compiles a part: loop or cycle."""
    command = [sys.executable, "-P", "-m", "skyreach.engine.precompile", part]
    helper = subprocess.Popen(command, stderr=subprocess.DEVNULL, **pipes)
    _helpers.append(helper)
    atexit.register(helper.kill)
    return helper


def wait() -> None:
    """Wait until the other processes, if there are any, have compiled the loop."""
    while _helpers:
        helper = _helpers.pop()
        helper.wait()
        atexit.unregister(helper.kill)


def shapes() -> tuple[Model, World, Log]:
    """The smallest model, world and log of the types of real ones."""
    world = World(**{name: rows(name, (1, 1) if name in FLAT else 1) for name in World._fields})
    axes = {"reach": 4, "floors": 4, "losses": 3, "clutter": 3}
    deep: dict[str, Any] = {name: np.zeros((1,) * n, np.float32) for name, n in axes.items()}
    ground = Dem(np.zeros((1, 1), np.float32), 0.0, 0.0, 0.0, 0.0)
    params, types = np.zeros(1, dtype_of(PARAMS)), np.zeros(1, dtype_of(MISSILE_TYPES))
    flat = {"params": params, "missile_types": types, "drag": np.zeros((1, 1)), "air": np.zeros((1, 1))}
    airways = np.zeros(1, dtype_of(AIRWAYS))
    return Model(**flat, **deep, sea=np.zeros((1, 1, 1), np.uint8), airways=airways, ground=ground), world, new_log(1)


def signature() -> tuple[Any, Any, Any]:
    """Numba types of model, world and log."""
    model, world, log = shapes()
    return typeof(model), typeof(world), typeof(log)


def phases() -> dict[Any, tuple]:
    """Kernels that the loop calls, the longest to compile first, and the Numba types with which it does."""
    model, world, log = signature()
    return {
        loop.sense: (model, world, float64, int64), loop.track: (model, world, log, float64),
        loop.turn: (model, world, log, float64), loop.launch_due: (model, world, log, float64),
        loop.guide: (model, world, log, float64, int64), loop.march: (model, world, float64),
        loop.identify: (model, world, float64), loop.change: (world, float64), loop.assess: (model, world, log, float64),
        loop.tidy: (model, world, float64), loop.sample: (world, log, float64),
    }  # fmt: skip


def compile_loop() -> None:
    """Compile both entries of a whole run into the cache."""
    for kernel, types in phases().items():
        kernel.compile(types)
    sys.stdin.read()  # ends when the process that compiles the cycle does
    loop.run_frames.compile((*signature(), int64, none, none))
    loop.finish_run.compile(signature())


def compile_cycle() -> None:
    """Compile the decision cycle into the cache."""
    loop.decide.compile((*signature(), float64))


if __name__ == "__main__":
    {"loop": compile_loop, "cycle": compile_cycle}[sys.argv[1]]()
