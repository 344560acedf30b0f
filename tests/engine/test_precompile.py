"""The loop that other processes compile is the loop that a run calls."""

import dis
import os
import subprocess
import sys
from pathlib import Path

from numba import typeof

from skyreach.cores import usable_cores
from skyreach.engine import precompile
from skyreach.world.state import new_log


def test_the_types_are_those_of_a_run(murted):
    model, world = murted.new_world(1)
    assert precompile.signature() == (typeof(model), typeof(world), typeof(new_log(10)))


def test_a_second_process_that_cannot_start_costs_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert precompile.kernels_are_cold()
    for program in ("/bin/false", str(tmp_path / "none")):
        monkeypatch.setattr(sys, "executable", program)
        precompile.begin()
        precompile.wait()


def test_the_phases_are_those_of_a_run():
    """A second process compiles them for the types with which the loop calls them: nothing is compiled twice."""
    run_frames, names = precompile.loop.run_frames, set()
    for instruction in dis.get_instructions(run_frames.py_func):
        if instruction.opname == "LOAD_GLOBAL" and hasattr(getattr(precompile.loop, instruction.argval, None), "py_func"):
            names.add(instruction.argval)
    compiled = {kernel.py_func.__name__ for kernel in precompile.phases()} | {"decide"}
    small = {"fill_marks", "has_room", "fly_on"}
    of_some_scenarios = {"react", "hear_noise", "track_by_banks", "tidy_banks"}
    assert compiled == names - small - of_some_scenarios


def test_the_other_processes_end_with_this_one(tmp_path):
    """They are started, and are gone when a program that did not wait for them has ended."""
    program = "from skyreach.engine import precompile as p; p.begin(); print(*(h.pid for h in p._helpers))"
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    pids = done.stdout.split()
    assert len(pids) == (2 if usable_cores() > 1 else 0)
    for pid in pids:
        state = Path(f"/proc/{pid}/stat")
        assert not state.exists() or state.read_text().split(")")[1].split()[0] in "ZX"
