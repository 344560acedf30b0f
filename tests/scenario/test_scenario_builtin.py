"""The packaged scenarios are in order and hold what their descriptions promise."""

import json
from collections import Counter

import pytest

from skyreach.scenario import builtin_names, load_scenario, read_scenario
from skyreach.scenario.models import json_schema
from skyreach.scenario.summary import summary


def test_names():
    assert {"murted-raid", "murted-f35", "ukraine-transfer", "odesa-mixed-raid"} <= set(builtin_names())


@pytest.mark.parametrize("name", builtin_names())
def test_in_order_and_written_back(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    again = read_scenario(scenario.to_yaml(), "again.yaml")
    assert again == scenario
    assert list(again.walk()) == list(scenario.walk())


def test_murted_raid():
    scenario = load_scenario("murted-raid")
    counts: Counter[str] = Counter()
    for item in scenario.raid:
        counts[item.system] += item.count
    assert counts["mald"] == 4
    assert counts["shahed-136"] == 8
    assert counts["f-16c"] == counts["agm-158"] == 3
    assert sum(counts[name] for name in ("storm-shadow", "tomahawk", "kalibr")) == 6
    assert sum(counts.values()) == 24
    assert sum(item.count for item in scenario.civil) == 4
    figures = summary(scenario)
    # the Turkish set as reported: 91N6E, two battalions of 92N6E, 96L6E and 8 launchers, over 120 missiles
    assert figures["radars"] == {"91n6e": 1, "92n6e": 2, "96l6e": 2}
    assert figures["launchers"] == {"5p85te2": 16}
    assert sum(figures["missiles_ready"].values()) == 124
    assert len(figures["fire_units"]) == 2
    assert scenario.duration_s == 900


def test_valley_routes_are_low_and_labelled():
    scenario = load_scenario("murted-raid")
    valleys = ("sakarya", "kizilirmak-south", "kizilirmak-north")
    low = [w for item in scenario.raid if item.name in valleys for w in item.route]
    assert {w.ref for w in low} == {"agl"}
    assert {w.height_m for w in low} == {50, 60}


def test_murted_f35():
    scenario = load_scenario("murted-f35")
    assert [item.system for item in scenario.raid] == ["f-35a", "f-16c"]
    assert scenario.raid[0].route == scenario.raid[1].route
    assert scenario.doctrine.weapons == "hold"


def test_schema_is_json_and_names_every_key():
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"].endswith("2020-12/schema")
    assert {"skyreach", "name", "start", "duration_s", "raid", "formations"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    waypoint = schema["$defs"]["Waypoint"]
    assert waypoint["properties"]["ref"]["enum"] == ["agl", "msl"]
    assert {"height_m", "ref"} <= set(waypoint["required"])
    place = schema["$defs"]["Place"]
    assert [way["type"] for way in place["anyOf"]] == ["string", "object"]


@pytest.mark.parametrize("name", builtin_names())
def test_schema_holds_for_the_packaged_scenarios(name):
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(load_scenario(name).model_dump_json()))
