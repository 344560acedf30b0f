"""What the catalogue must hold so that every system in it can work."""

import numpy as np
import pytest

from skyreach.catalog import load
from skyreach.catalog.schema import REQUIRED
from skyreach.units import TO_SI

CAT = load()
ITEMS = {item.key: item for item in CAT.items()}
WANTED = {
    "radar": "91n6e 92n6e 96l6e 1rs1-1e 1rs2-1e 76n6 48ya6-k1 59n6e 67n6e 1l119 55zh6m",
    "missile": "48n6e2 48n6e3 9m96e 9m96e2 40n6 57e6-e",
    "launcher": "5p85te2",
    "fire_unit": "98zh6e",
    "point_defence": "pantsir-s1",
    "command_post": "55k6e",
    "threat": """f-35a f-16c tb2 mq-9 storm-shadow tomahawk kalibr kh-101 agm-158 shahed-136 agm-88 mald
        atacms iskander-m a320 b737""",
    "site": "murted incirlik konya kyiv odesa khmeimim masyaf dzhankoi gvardeysk khalino",
    "holding": "turkey-s-400 turkey-s-400-second russia-s-400 china-s-400 india-s-400 belarus-s-400",
    "system": "s-400",
    "mast": "40v6m 40v6md 966aa14",
}
ALIASES = {
    "5p85": "5p85te2",
    "5p85se2": "5p85te2",
    "jassm": "agm-158",
    "pantsir": "pantsir-s1",
    "ltae": "murted",
}


@pytest.mark.parametrize(("kind", "names"), WANTED.items())
def test_the_catalogue_holds_what_the_scenarios_name(kind, names):
    assert {CAT[name].kind for name in names.split()} == {kind}


@pytest.mark.parametrize(("alias", "key"), ALIASES.items())
def test_other_names_lead_to_the_item(alias, key):
    assert CAT[alias].key == key


@pytest.mark.parametrize("key", ITEMS)
def test_every_value_has_source_unit_and_order(key):
    item = ITEMS[key]
    for name in REQUIRED[item.kind]:
        assert name in item
    for value in item.values.values():
        assert value.source
        assert set(value.source) <= set(CAT.sources())
        assert value.confidence in "HML"
        assert value.form == "text" or value.unit in TO_SI
        assert value.form != "number" or value.low <= value.nominal <= value.high


@pytest.mark.parametrize("key", [item.key for item in CAT.items("missile")])
def test_missiles_are_physically_possible(key):
    item = ITEMS[key]
    share, push = item.table("thrust_curve")
    impulse = item.si("thrust") * item.si("burn_time") * np.trapezoid(push, share) / (item.si("propellant_mass") * 9.80665)
    assert (
        200 < impulse < 280
    )  # s: solid motors in the atmosphere, Sutton, Rocket Propulsion Elements, 8th ed., ch. 12
    assert item.si("propellant_mass") < 0.7 * item.si("launch_mass")
    assert item.si("thrust") > 5 * item.si("launch_mass") * 9.80665
    assert item.si("min_range") < item.si("max_range_aircraft")
    assert item.si("min_altitude") < item.si("max_altitude")
    assert item.si("arrival_speed_min") < item.si("mean_speed") < item.si("peak_speed")
    assert item.si("max_flight_time") > item.si("max_range_aircraft") / item.si("peak_speed")
    assert item.text("guidance") in ("tvm", "active", "command")


@pytest.mark.parametrize(
    "key",
    [i.key for i in CAT.items() if "reliability" in i or "pk_aircraft" in i or i.kind == "command_post"],
)
def test_probabilities_lie_between_0_and_1(key):
    for name, value in ITEMS[key].values.items():
        if name.startswith("pk_") or name in ("reliability", "identify_error", "iff_reply"):
            assert 0 <= value.low <= value.high <= 1, name


@pytest.mark.parametrize("key", [item.key for item in CAT.items("radar")])
def test_radars_are_whole(key):
    item = ITEMS[key]
    assert item.text("role") in ("acquisition", "engagement", "both")
    assert item.text("scan") in ("rotating", "sector")
    assert item.text("band") in ("VHF", "L", "S", "C", "X", "Ku")
    assert item.si("reference_range") <= item.si("instrumented_range")
    assert item.si("elevation_min") < item.si("elevation_max")
    assert 0 < item.si("pfa") < item.si("reference_pd") < 1


@pytest.mark.parametrize("key", [item.key for item in CAT.items("threat")])
def test_threats_are_whole(key):
    item = ITEMS[key]
    assert item.text("class") in ("aircraft", "cruise", "drone", "ballistic", "arm", "decoy", "civil")
    assert item.text("iff") in ("none", "civil", "friend")
    assert item.si("swerling") in (1, 3)
    assert item.si("min_height") <= item.si("cruise_height")
    assert 0 <= item.value("damage_probability").low <= item.value("damage_probability").high <= 1


@pytest.mark.parametrize(
    ("kind", "key", "wanted"),
    [
        ("system", "components", None), ("system", "masts", "mast"),
        ("system", "attachable_sensors", "radar"), ("system", "point_defence", "point_defence"),
        ("holding", "item", "system"), ("holding", "site", "site"), ("mast", "carries", "radar"),
        ("fire_unit", "engagement_radar", "radar"), ("fire_unit", "search_radar", "radar"),
        ("fire_unit", "launcher", "launcher"), ("fire_unit", "missiles", "missile"),
        ("point_defence", "engagement_radar", "radar"), ("point_defence", "search_radar", "radar"),
        ("point_defence", "missiles", "missile"),
    ],
)  # fmt: skip
def test_names_inside_items_lead_somewhere(kind, key, wanted):
    for item in CAT.items(kind):
        for name in item.value(key).texts if key in item else ():
            assert CAT[name].key == name
            assert wanted in (None, CAT[name].kind)


def test_every_missile_of_a_fire_unit_fits_its_launcher():
    unit = CAT["98zh6e"]
    launcher = CAT[unit.text("launcher")]
    for missile in unit.texts("missiles"):
        assert launcher.si(f"load_{missile}") >= launcher.si("rails")


def test_every_mast_height_belongs_to_a_mast_that_carries_the_radar():
    masts = {mast.key: mast for mast in CAT.items("mast")}
    for radar in CAT.items("radar"):
        for key in radar.values:
            mast = key.removeprefix("height_")
            if key.startswith("height_") and mast != "none":
                assert radar.key in masts[mast].texts("carries")
                assert radar.si(key) == masts[mast].si("height")


def test_sources_are_told_apart():
    sources = CAT.sources()
    assert not sources["EST"].seen
    assert not any(source.seen for key, source in sources.items() if key.startswith("GK-"))
    assert all(source.address for source in sources.values() if source.seen)
    assert all(source.title for source in sources.values())
