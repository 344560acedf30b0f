"""The first run: the loop compiles in a second process while this one compiles what prepares the scenario.

Both write to one cache of compiled code, and the loop is loaded from it. Without a second core, or where the second process
cannot start, this one compiles everything itself, as it would have.
"""

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from skyreach.earth.grid import Dem
from skyreach.engine.loop import finish_run, run_frames
from skyreach.jit import int64, none, typeof
from skyreach.world.state import Log, Model, World, new_log, rows
from skyreach.world.tables import AIRWAYS, MISSILE_TYPES, PARAMS, dtype_of

FLAT = ("looks", "fixes", "limits", "waits")  # tables of World with two axes; the others have one
_helper: list[subprocess.Popen] = []


def kernels_are_cold() -> bool:
    """True if the compiled loop of this version is not in the cache yet."""
    return not any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("loop.run_frames-*.nbc"))


def begin() -> None:
    """Start to compile the loop in a second process, if it is not compiled yet."""
    if _helper or len(os.sched_getaffinity(0)) < 2 or not kernels_are_cold():
        return
    nowhere = subprocess.DEVNULL
    with suppress(OSError):
        command = [sys.executable, "-P", "-m", "skyreach.engine.precompile"]
        _helper.append(subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere))
        atexit.register(_helper[0].kill)


def wait() -> None:
    """Wait until the second process, if there is one, has compiled the loop."""
    while _helper:
        helper = _helper.pop()
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


def compile_loop() -> None:
    """Compile both entries of a whole run into the cache."""
    run_frames.compile((*signature(), int64, none, none))
    finish_run.compile(signature())


if __name__ == "__main__":
    compile_loop()
