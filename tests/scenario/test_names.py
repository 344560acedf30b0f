"""Names: each once over all levels of a scenario, launchers numbered through, and the error says both places."""

import itertools
import re

import pytest

import skyreach as sr
from skyreach.scenario import load_scenario, read_scenario
from skyreach.scenario.compile import rehearse
from skyreach.scenario.load import builtin_names, episode_names
from skyreach.scenario.names import launcher_names, names_of
from skyreach.scenario.problems import BadScenario

TEXT = """skyreach: 1
name: names
start: 2026-05-01T02:00:00Z
duration_s: 60
terrain: smooth
formations:
  - name: REGIMENT
    level: regiment
    command_post: {system: 55k6e, at: murted}
    radars: [{name: big-bird, system: 91n6e, at: murted, decoys: [{lat: 40.1, lon: 32.5}]}]
    units:
      - name: BATTALION
        level: battalion
        radars: [{name: RADAR, system: 92n6e, at: murted}]
        launchers:
          - {system: 5p85se2, count: 2, load: {48n6e3: 4}, at: murted}
          - {system: 5p85se2, count: 3, load: {48n6e3: 4}, at: murted}
        point_defence: [{name: PANTSIR, system: pantsir-s1, at: murted}]
assets: [{name: ASSET, at: murted, value: 1}]
raid:
  - {name: RAID, system: mald, count: 3, aim: ASSET, route: [{lat: 40.5, lon: 32.0, height_m: 6000, ref: msl}, {lat: 40.4, lon: 32.4, height_m: 6000, ref: msl}]}
civil:
  - name: CIVIL
    system: a320
    route: [{lat: 40.5, lon: 32.0, height_m: 9000, ref: msl}, {lat: 40.5, lon: 33.0, height_m: 9000, ref: msl}]
"""
WRITTEN = ("REGIMENT", "BATTALION", "RADAR", "PANTSIR", "ASSET", "RAID", "CIVIL")
MADE = ("REGIMENT command post", "big-bird decoy 1", "BATTALION launcher 4", "PANTSIR pantsir-eor", "RAID-2")


def line_of(word: str) -> int:
    return next(n for n, line in enumerate(TEXT.splitlines(), 1) if f"name: {word}" in line)


def renamed(word: str, to: str) -> str:
    return TEXT.replace(f"name: {word}\n", f"name: {to}\n").replace(f"name: {word},", f"name: {to},").replace("aim: ASSET", f"aim: {to if word == 'ASSET' else 'ASSET'}")


def test_the_scenario_as_it_stands_is_good():
    read_scenario(TEXT)


@pytest.mark.parametrize(("one", "two"), list(itertools.combinations(WRITTEN, 2)))
def test_two_things_of_one_name_are_refused_with_both_places(one, two):
    with pytest.raises(BadScenario) as fault:
        read_scenario(renamed(two, one), "raid.yaml")
    text = str(fault.value)
    assert f"raid.yaml:{line_of(two)}  " in text
    assert f"in raid.yaml:{line_of(one)}  " in text
    assert f"try: name: {one}-" in text


@pytest.mark.parametrize(("word", "made"), list(itertools.product(("ASSET", "CIVIL", "RADAR"), MADE)))
def test_a_name_that_is_made_from_another_is_taken(word, made):
    known = sorted(entry.name for entry in names_of(read_scenario(TEXT)))
    made = next((name for name in known if name == made), None) or next(name for name in known if name.startswith(made.split()[0] + " "))
    with pytest.raises(BadScenario, match=re.escape(f"= {made}: also the name of ")):
        read_scenario(renamed(word, made))


def test_launchers_of_all_groups_are_numbered_through():
    unit = read_scenario(TEXT).formations[0].units[0]
    assert launcher_names(unit) == [["BATTALION launcher 1", "BATTALION launcher 2"], [f"BATTALION launcher {n}" for n in (3, 4, 5)]]


def test_the_timeline_takes_one_launcher_of_the_second_group():
    text = TEXT + "timeline: [{at_s: 1, what: lost, of: BATTALION launcher 4}]\n"
    run = sr.run(read_scenario(text))
    changes = [e for e in run.events.to_pylist() if e["kind"] == "change of the timeline"]
    assert [run.manifest["launchers"][e["b"]] for e in changes] == ["BATTALION launcher 4"]
    assert len(set(run.manifest["launchers"])) == 6  # five and the point defence


@pytest.mark.parametrize("name", [*builtin_names(), *episode_names()])
def test_names_told_are_those_of_the_tables(name):
    """Sites, radars, launchers and targets of a compiled scenario have each name once, and names_of tells them all."""
    from skyreach.scenario.compile import compile_scenario

    scenario = load_scenario(name)
    told = [entry.name for entry in names_of(scenario)]
    assert len(set(told)) == len(told)
    compiled = compile_scenario(scenario, log=False) if name in ("murted-raid", "odesa-mixed-raid") else None
    if compiled is None:
        rehearse(scenario)
        return
    for table in ("sites", "radars", "launchers", "targets"):
        assert set(compiled.names[table]) <= set(told)
    assert len(set(compiled.names["targets"])) == len(compiled.names["targets"])
