"""The checked scenario: walking it, places, inheritance, and writing it back as YAML."""

from datetime import UTC, datetime
from math import cos, radians

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from skyreach.errors import BadInput
from skyreach.scenario import (
    Asset,
    Doctrine,
    Formation,
    Launchers,
    Place,
    PointDefence,
    Radar,
    RaidItem,
    Scenario,
    Waypoint,
    check_scenario,
    load_scenario,
    read_scenario,
)


def test_walk(tiny):
    scenario = read_scenario(tiny, "f.yaml")
    steps = [(path, unit.name, [p.name for p in parents]) for path, unit, parents in scenario.walk()]
    assert steps == [
        (("formations", 0), "regiment", []),
        (("formations", 0, "units", 0), "battalion", ["regiment"]),
    ]
    assert [unit.name for _, unit, _ in scenario.fire_units()] == ["battalion"]


def test_line_of(tiny):
    scenario = read_scenario(tiny, "f.yaml")
    assert scenario.line_of("raid[0].route[1]") == "f.yaml:32"
    assert scenario.line_of("raid.shahed.route.1.lat") == "f.yaml:32"
    assert scenario.line_of(("raid", 0, "route", 1, "speed_mps")) == "f.yaml:32"
    assert scenario.line_of(("formations", 0, "units", 0, "radars", 0, "at")) == "f.yaml:17"
    assert scenario.line_of("doctrine.salvo") == "f.yaml:1"
    assert (
        read_scenario(tiny, "f.yaml", {"raid.0.count": "2"}).line_of("raid.0.count") == "--set raid.0.count=2"
    )
    assert scenario.model_copy().line_of("raid") == "f.yaml:24"


def test_places(tiny):
    scenario = read_scenario(tiny, "f.yaml")
    assert scenario.resolve(Place(lat=1.0, lon=2.0)) == (1.0, 2.0)
    assert scenario.resolve(Place(site="hill")) == (39.75, 32.84)
    assert scenario.resolve(Place(site="LTAE")) == (40.0789, 32.5656)  # OpenFlights airports.dat
    assert scenario.resolve(scenario.civil[0].route[1]) == (39.75, 32.84)
    with pytest.raises(BadInput, match="site nowhere is not known"):
        scenario.resolve(Place(site="nowhere"))


def test_bearing_and_distance(tiny):
    # length of one degree of latitude on WGS84 [m], good to 1 cm: 111132.954 - 559.822 cos 2B + 1.175 cos 4B
    # (in many geodesy texts, for example NGA's degree calculator), at the middle B = 40.25 deg
    degree = 111132.954 - 559.822 * cos(radians(80.5)) + 1.175 * cos(radians(161))
    scenario = read_scenario(tiny, "f.yaml")
    lat, lon = scenario.resolve(Place(site="hill", bearing_deg=0.0, distance_km=degree / 1e3))
    assert lat == pytest.approx(40.75, abs=2e-7)  # 2 cm
    assert lon == pytest.approx(32.84, abs=1e-12)


def test_site_of_the_scenario_goes_before_the_catalogue(tiny):
    scenario = read_scenario(tiny.replace("  hill:", "  murted: {lat: 1, lon: 2}\n  hill:"), "f.yaml")
    assert scenario.resolve(Place(site="murted")) == (1, 2)


def test_inheritance(tiny):
    text = tiny.replace("    level: regiment", "    level: regiment\n    side: red\n    doctrine: {salvo: 3}")
    text = text.replace(
        "        level: battalion", "        level: battalion\n        doctrine: {weapons: hold}"
    )
    scenario = read_scenario(text + "doctrine: {salvo: 1, economy: false}\n", "f.yaml")
    (_, top, above), (_, unit, parents) = scenario.walk()
    assert scenario.side_of(unit, parents) == "red"
    assert scenario.doctrine_of(top, above) == Doctrine(salvo=3, economy=False)
    assert scenario.doctrine_of(unit, parents) == Doctrine(salvo=3, economy=False, weapons="hold")


def test_defaults(tiny):
    scenario = read_scenario(tiny, "f.yaml")
    assert scenario.start == datetime(2026, 5, 1, 2, tzinfo=UTC)
    assert (scenario.frame_s, scenario.refraction_k, scenario.terrain) == (0.1, 4 / 3, None)
    assert (scenario.doctrine.salvo, scenario.doctrine.weapons) == (2, "free")
    assert scenario.doctrine.engage == ["aircraft", "cruise", "drone", "ballistic", "arm", "decoy"]
    assert (scenario.raid[0].side, scenario.civil[0].side) == ("red", "civil")
    assert scenario.side_of(scenario.formations[0], ()) == "blue"


def test_catalogue_names_are_made_uniform(tiny):
    text = tiny.replace("91n6e", "91N6E").replace("a320", "Airliner").replace("48n6e3", "48N6E3")
    assert read_scenario(text, "f.yaml") == read_scenario(tiny, "g.yaml")


def test_scenarios_do_not_change():
    scenario = load_scenario("murted-raid")
    with pytest.raises(ValidationError, match="frozen"):
        scenario.seed = 3


def test_json_is_yaml_too(tiny):
    scenario = read_scenario(tiny, "f.yaml")
    assert read_scenario(scenario.model_dump_json(exclude_unset=True), "f.json") == scenario


def test_scenario_made_in_python():
    scenario = Scenario(
        skyreach=1,
        name="made",
        start="2026-05-01T02:00:00Z",
        duration_s=60.0,
        raid=[
            {"name": "a", "system": "shahed-136", "aim": "b", "route": [
                {"lat": 1.0, "lon": 2.0, "height_m": 5.0, "ref": "agl"},
                {"lat": 1.1, "lon": 2.0, "height_m": 5.0, "ref": "agl"},
            ]}
        ],
    )  # fmt: skip
    assert scenario.line_of("raid.a") == "scenario"
    with pytest.raises(BadInput, match=r"scenario  raid\[0\]\.aim: no asset of this name"):
        check_scenario(scenario)


numbers = st.floats(0, 360)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
letters = st.characters(categories=["L", "N", "Pd"], include_characters=" '(),&#*!?|>%@`\"{}")
names = st.text(letters, max_size=20).map(lambda s: f"n{s}x")
lats, lons = st.floats(-90, 90), st.floats(-180, 180)
places = st.one_of(
    st.builds(Place, site=st.sampled_from(["murted", "kyiv", "LTAE"])),
    st.builds(Place, lat=lats, lon=lons),
    st.builds(Place, site=st.just("odesa"), bearing_deg=numbers, distance_km=st.floats(0, 500)),
)
heights = {"height_m": st.floats(-500, 50_000), "ref": st.sampled_from(["agl", "msl"])}
waypoints = st.builds(Waypoint, lat=lats, lon=lons, speed_mps=st.none() | st.floats(1, 800), **heights)
doctrines = st.builds(
    Doctrine,
    weapons=st.sampled_from(["free", "tight", "hold"]),
    salvo=st.integers(1, 4),
    max_range_share=st.floats(0.01, 1),
    engage=st.just("all") | st.just(["drone", "arm"]),
)
radars = st.builds(
    Radar,
    name=names,
    system=st.sampled_from(["91n6e", "96L6E"]),
    at=places,
    axis_deg=numbers,
    emitting=st.booleans(),
)
launchers = st.builds(
    Launchers,
    system=st.just("5p85te2"),
    count=st.integers(1, 12),
    load=st.sampled_from([{"48n6e3": 4}, {"48n6e2": 3, "9m96e2": 4}]),
    at=places,
)
formations = st.builds(
    Formation,
    name=names,
    level=st.sampled_from(["battalion", "battery"]),
    side=st.sampled_from([None, "blue", "red"]),
    note=texts,
    radars=st.lists(radars, max_size=2),
    launchers=st.lists(launchers, max_size=2),
    point_defence=st.lists(
        st.builds(PointDefence, name=names, system=st.just("pantsir-s1"), at=places), max_size=1
    ),
    doctrine=st.none() | doctrines,
)
raids = st.builds(
    RaidItem,
    name=names,
    system=st.sampled_from(["shahed-136", "f-35a", "kalibr"]),
    count=st.integers(1, 1000),
    spacing_s=numbers,
    spread_m=numbers,
    start_s=st.none() | numbers,
    route=st.lists(waypoints, min_size=2, max_size=3),
    note=texts,
)
scenarios = st.builds(
    Scenario,
    skyreach=st.just(1),
    name=names,
    title=texts,
    note=texts,
    start=st.datetimes(timezones=st.just(UTC)),
    duration_s=st.floats(1, 86_400),
    seed=st.integers(0, 2**64 - 1),
    terrain=st.none() | texts,
    sites=st.dictionaries(
        names, st.fixed_dictionaries({"lat": lats, "lon": lons, "note": texts}), max_size=2
    ),
    formations=st.lists(formations, max_size=2),
    doctrine=doctrines,
    assets=st.lists(st.builds(Asset, name=names, at=places, value=st.floats(1e-9, 1e6)), max_size=2),
    raid=st.lists(raids, min_size=1, max_size=2),
    catalog=st.dictionaries(st.sampled_from(["92n6e.reference_range", "f-16c.rcs_x_front"]), numbers),
)


@settings(max_examples=60, deadline=None)
@given(scenarios)
def test_yaml_round_trip(scenario):
    from skyreach.scenario.yamltree import parse

    tree = parse(scenario.to_yaml(), "f.yaml")
    again = Scenario.model_validate(tree.plain())
    assert again == scenario
    assert again.to_yaml() == scenario.to_yaml()
