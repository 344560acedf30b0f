"""Lean kernels count no references: none of them, and nothing that they call, may make an array or hand one back."""

import importlib
import pkgutil

import pytest
from numba.core import types
from numba.core.registry import CPUDispatcher

import skyreach as sr
import skyreach.earth
import skyreach.engine
import skyreach.physics


def dispatchers():
    """Every compiled function of the rooms that the engine runs on, by its full name."""
    found = {}
    for package in (skyreach.engine, skyreach.physics, skyreach.earth):
        for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            for name, thing in vars(importlib.import_module(info.name)).items():
                if isinstance(thing, CPUDispatcher) and thing.py_func.__module__ == info.name:
                    found[f"{info.name}.{name}"] = thing
    return found


def callees(kernel):
    """Compiled functions that the body of a kernel names."""
    named = (kernel.py_func.__globals__.get(name) for name in kernel.py_func.__code__.co_names)
    return [thing for thing in named if isinstance(thing, CPUDispatcher)]


def holds_array(type_):
    """True if a Numba type is an array, or a tuple with one in it."""
    if isinstance(type_, types.BaseTuple):
        return any(holds_array(part) for part in type_)
    return isinstance(type_, types.Array)


def is_lean(kernel):
    return kernel.targetoptions.get("_nrt") is False


@pytest.fixture(scope="module")
def lean():
    """The lean kernels, after a run has compiled them."""
    sr.replicate("murted-raid", [1])
    return {name: kernel for name, kernel in dispatchers().items() if is_lean(kernel)}


def test_lean_kernels_return_no_arrays(lean):
    assert len(lean) > 50
    todo, seen, compiled = list(lean.values()), set(), 0
    while todo:
        kernel = todo.pop()
        if kernel in seen:
            continue
        seen.add(kernel)
        for result in kernel.overloads.values():
            compiled += 1
            assert not holds_array(result.signature.return_type), kernel.py_func.__qualname__
        todo += callees(kernel)
    assert compiled > 50


def test_lean_kernels_call_nothing_that_makes_arrays(lean):
    makers = {"empty", "zeros", "full", "ones", "copy", "empty_like", "zeros_like", "arange", "array", "sort"}
    todo, seen = list(lean.values()), set()
    while todo:
        kernel = todo.pop()
        if kernel not in seen:
            seen.add(kernel)
            assert not makers & set(kernel.py_func.__code__.co_names), kernel.py_func.__qualname__
            todo += callees(kernel)


def test_the_search_notices_an_array():
    assert holds_array(types.Tuple([types.float64, types.float64[:]]))
    assert not holds_array(types.UniTuple(types.float64, 3))
