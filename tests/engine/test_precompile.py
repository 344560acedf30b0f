"""The loop that a second process compiles is the loop that a run calls."""

import sys

from numba import typeof

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
