"""`--set path=value` changes one value before the check; a path that leads nowhere is refused."""

import pytest

from skyreach.errors import BadInput
from skyreach.scenario import load_scenario, parse_settings, read_scenario


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("raid.shahed.count", "7", lambda s: s.raid[0].count == 7),
        ("raid.0.count", "7", lambda s: s.raid[0].count == 7),
        ("raid[0].route[1].height_m", "50", lambda s: s.raid[0].route[1].height_m == 50),
        ("doctrine.salvo", "1", lambda s: s.doctrine.salvo == 1),
        ("doctrine.engage", "[drone, cruise]", lambda s: s.doctrine.engage == ["drone", "cruise"]),
        ("catalog.92n6e.reference_range", "150", lambda s: s.catalog == {"92n6e.reference_range": 150}),
        ("seed", "18446744073709551615", lambda s: s.seed == 2**64 - 1),
        ("title", "a title", lambda s: s.title == "a title"),
        ("terrain", "/data/a b.tif", lambda s: s.terrain == "/data/a b.tif"),
        ("assets.base.at", "{lat: 1, lon: 2}", lambda s: s.assets[0].at.lat == 1),
        ("civil", "[]", lambda s: s.civil == []),
        ("formations.regiment.units.battalion.radars.grave-stone.mast", "40v6md",
         lambda s: s.formations[0].units[0].radars[0].mast == "40v6md"),
        ("formations.0.units.0.launchers.0.load.48n6e3", "2",
         lambda s: s.formations[0].units[0].launchers[0].load == {"48n6e3": 2}),
        ("formations.0.doctrine.weapons", "hold", lambda s: s.formations[0].doctrine.weapons == "hold"),
    ],
)  # fmt: skip
def test_value_is_set(tiny, path, value, read):
    assert read(read_scenario(tiny, "f.yaml", {path: value}))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("raid.shahd.count", "4", r"(?s)no item shahd in raid.*shahed, 0 to 0.*did you mean shahed"),
        ("raid.1.count", "4", r"no item 1 in raid"),
        ("raid.shahed.cuont", "4", r"(?s)raid\[0\]\.cuont = 4: unknown key.*did you mean count"),
        ("riad.shahed.count", "4", r"(?s)riad: unknown key.*did you mean raid"),
        ("raid.shahed.count", "0", r"raid\[0\]\.count = 0: out of range"),
        ("raid.shahed.route.0.at", "{site: ankara, bearing_deg: -15, distance_km: 9}", r"(?s)bearing_deg = -15: .*did you mean 345\?"),
        ("raid.shahed.route.0.at", "{site: ankara, bearing_deg: 370, distance_km: 9}", r"(?s)bearing_deg = 370: .*did you mean 10\?"),
        ("raid.shahed.count", "", r"raid\[0\]\.count = nothing"),
        ("raid.shahed", "3", r"raid\[0\] = 3: not a mapping of keys"),
        ("duration_s.x", "4", r"single value"),
        ("doctrine.salov", "1", r"did you mean salvo"),
        ("raid.shahed.route.5.lat", "1", r"(?s)no item 5 in raid\.shahed\.route.*0 to 1"),
        ("catalog.92n6e.reference_rnge", "1", r"did you mean reference_range"),
        ("title", "a: b: c", r"not valid YAML"),
        ("...", "1", r"allowed: path=value"),
    ],
)
def test_setting_is_refused_and_named(tiny, path, value, said):
    with pytest.raises(BadInput, match=said) as caught:
        read_scenario(tiny, "f.yaml", {path: value})
    assert str(caught.value).startswith(f"--set {path}={value}")


def test_setting_may_make_another_part_wrong(tiny):
    with pytest.raises(BadInput, match=r"f\.yaml:29  raid\[0\]\.aim = base: no asset"):
        read_scenario(
            tiny, "f.yaml", {"assets.base.name": "camp", "formations.0.units.0.point_defence": "[]"}
        )


def test_parse_settings():
    assert parse_settings(["a.b=1", "c = x=y"]) == {"a.b": "1", "c": "x=y"}
    for word in ("a", "=1", ""):
        with pytest.raises(BadInput, match="allowed: path=value"):
            parse_settings([word])


def test_built_in_scenario_with_settings():
    scenario = load_scenario("murted-raid", {"raid.mald.count": "6", "doctrine.weapons": "free"})
    assert sum(item.count for item in scenario.raid) == 26
    assert scenario.doctrine.weapons == "free"
