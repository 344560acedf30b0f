"""More than a run can hold is refused in words: counts before tables, memory before and while tables are made."""

import pytest

import skyreach as sr
from skyreach.catalog import load
from skyreach.errors import BadInput, RunFailed
from skyreach.scenario import compile as compiling
from skyreach.scenario import load_scenario, read_scenario, sizes
from skyreach.scenario.problems import BadScenario

HEAD = """skyreach: 1
name: many
start: 2026-05-01T02:00:00Z
duration_s: 10
terrain: smooth
raid:
"""
ITEM = "  - {{name: r{n}, system: mald, count: 1000, route: [{{lat: 40.5, lon: 32.0, height_m: 6000, ref: msl}}, {{lat: 40.5, lon: 33.0, height_m: 6000, ref: msl}}]}}\n"


def test_a_hundred_thousand_targets_and_no_more():
    read_scenario(HEAD + "".join(ITEM.format(n=n) for n in range(100)))
    with pytest.raises(BadScenario, match=r"raid\[100\]: the targets are 102,000 with this\n    allowed: at most 100,000 targets in all"):
        read_scenario(HEAD + "".join(ITEM.format(n=n) for n in range(102)))


def test_launchers_and_radars_are_counted(monkeypatch):
    scenario = load_scenario("murted-raid")
    monkeypatch.setattr(sizes, "MOST", 10)
    found = list(sizes.size_problems(scenario))
    assert {problem.allowed for problem in found} == {f"at most 10 {what} in all" for what in ("targets", "launchers", "radars", "units and assets")}


@pytest.mark.parametrize("key", ["track_capacity", "confirm_looks"])
def test_a_count_of_the_catalogue_has_an_end(key):
    with pytest.raises(BadInput, match="at most 100,000"):
        load({f"55k6e.{key}": 1e9})


def test_tables_beyond_the_memory_are_refused_before_they_are_made(monkeypatch):
    assert sizes.memory() > 1e8  # of the machine that runs this
    monkeypatch.setattr(sizes, "memory", lambda: 1e5)
    with pytest.raises(RunFailed, match=r"murted-raid \(28 targets, .* 900 s\): needs 0\.\d+ GB, this machine has 0\.0001 GB\n  try: fewer"):
        compiling.compile_scenario(load_scenario("murted-raid"))


@pytest.mark.parametrize("name", ["rows", "copy_world"])
def test_no_memory_is_said_in_words(name, monkeypatch):
    """Of making the world, and of copying it for a run."""

    def full(*_):
        raise MemoryError

    monkeypatch.setattr(compiling, name, full)
    with pytest.raises(RunFailed, match=r"murted-raid \(.*\): found no memory\n  try: fewer targets or radars"):
        sr.run("murted-raid")


def test_the_command_says_it_too(monkeypatch, capsys):
    from skyreach import cli

    def full():
        raise MemoryError

    monkeypatch.setattr(cli, "app", full)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 3
    assert capsys.readouterr().err.startswith("skyreach: out of memory\n  try: ")
