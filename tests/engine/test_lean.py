"""Lean kernels count no references: none of them, and nothing that they call, may make an array or hand one back."""

import ast
import importlib
import inspect
import pkgutil
import textwrap

from numba.core.registry import CPUDispatcher

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


def returned_arrays(function):
    """Parts of what a function returns that can be an array: a name or column that is indexed somewhere, a slice, a table."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    indexed = {ast.unparse(node.value) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for part in parts:
                sliced = isinstance(part, ast.Subscript) and any(isinstance(n, ast.Slice) for n in ast.walk(part.slice))
                table = isinstance(part, ast.Attribute) and ast.unparse(part.value) != "math"
                if table or sliced or ast.unparse(part) in indexed:
                    found.append(ast.unparse(part))
    return found


def is_lean(kernel):
    return kernel.targetoptions.get("_nrt") is False


def reached():
    """The lean kernels and all that they call."""
    todo, seen = [kernel for kernel in dispatchers().values() if is_lean(kernel)], set()
    assert len(todo) > 50
    while todo:
        kernel = todo.pop()
        if kernel not in seen:
            seen.add(kernel)
            todo += callees(kernel)
    return seen


def test_lean_kernels_return_no_arrays():
    assert {kernel.py_func.__qualname__: found for kernel in reached() if (found := returned_arrays(kernel.py_func))} == {}


def test_lean_kernels_call_nothing_that_makes_arrays():
    makers = {"empty", "zeros", "full", "ones", "copy", "empty_like", "zeros_like", "arange", "array", "sort"}
    for kernel in reached():
        assert not makers & set(kernel.py_func.__code__.co_names), kernel.py_func.__qualname__


def test_the_search_notices_an_array():
    def row(table, i):
        table[i] = 1.0
        return i, table

    def part(table, i):
        return table[i, 1:]

    def column(world):
        return world.sites

    def number(table, i):
        return table[i], 2.0 * i

    assert [returned_arrays(f) for f in (row, part, column, number)] == [["table"], ["table[i, 1:]"], ["world.sites"], []]
