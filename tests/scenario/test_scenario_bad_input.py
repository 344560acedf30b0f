"""Each thing that can be wrong is refused with file, line, value, what is allowed and a cure.

The expected line numbers are counted by hand in conftest.TINY.
"""

import pytest

from skyreach.errors import BadInput
from skyreach.scenario import BadScenario, load_scenario, read_scenario

# (line, text in it, what stands there instead, what the message must hold)
SPOILED = [
    (1, "skyreach: 1", "skyreach: 2", ["skyreach = 2", "1"]),
    (2, "name: tiny", "name: a/b", ["name = a/b", "cannot serve as a name"]),
    (3, "02:00:00Z", "02:00:00", ["no time zone", "end it with Z"]),
    (3, "02:00:00Z", "02:00:00+03:00", ["3:00:00 off UTC", "convert to UTC"]),
    (3, "2026-05-01T02:00:00Z", "tomorrow", ["not a date and time", "2026-05-01T02:00:00Z"]),
    (4, "duration_s: 600", "duration_s: 0", ["duration_s = 0", "above 0, at most 86400"]),
    (4, "duration_s: 600", "duration_s: .nan", ["not a finite number"]),
    (4, "duration_s: 600", "duration_s: .inf", ["not a finite number"]),
    (4, "duration_s: 600", "duration_s: 10 min", ["not a number", "the unit is in the key's name"]),
    (4, "duration_s: 600", "duration: 600", ["unknown key", "did you mean duration_s?"]),
    (6, "lat: 39.75", "lat: 91", ["sites.hill.lat = 91", "-90 to 90", "are lat and lon exchanged?"]),
    (6, "lon: 32.84", "lon: east", ["sites.hill.lon = east", "not a number"]),
    (9, "level: regiment", "level: regimnt", ["did you mean regiment?"]),
    (15, "level: battalion", "level: regiment", ["a regiment under the regiment", "a level below regiment"]),
    (10, "55k6e", "92n6e", ["92n6e is a radar, not a command_post", "55k6e"]),
    (10, "at: murted", "at: mutred", ["no site of this name", "did you mean murted"]),
    (12, "91n6e", "91n7e", ["no radar of this name", "did you mean 91n6e"]),
    (12, "91n6e", "shahed-136", ["shahed-136 is a threat, not a radar"]),
    (12, "name: big-bird", "name: ' '", ["cannot serve as a name"]),
    (12, ", distance_km: 2", "", ["place with bearing_deg, site", "{site, bearing_deg, distance_km}"]),
    (17, "name: grave-stone", "name: big-bird", ["second radar of this name, the first is in", "formations[0].radars[0].name", "name: big-bird-2"]),
    (17, "mast: 40v6m", "mast: 966aa14", ["mast = 966aa14: no such mast is known for 92n6e", "none, 40v6m"]),
    (17, "mast: 40v6m", "mast: 40v6", ["not one of the allowed words", "did you mean 40v6m"]),
    (17, "axis_deg: 225", "axis_deg: 361", ["0 to 360"]),
    (19, "48n6e3: 4", "48n6e3: 5", ["load: 1.25 times", "4 48n6e3"]),
    (19, "48n6e3: 4", "48n6e3: 3, 9m96e2: 5", ["load: 1.06 times"]),
    (19, "48n6e3: 4", "57e6-e: 4", ["5p85te2 cannot carry 57e6-e", "48n6e3"]),
    (19, "48n6e3: 4", "shahed-136: 4", ["shahed-136 is a threat, not a missile"]),
    (19, "48n6e3: 4", "48n6e3: 1, 48N6E3: 1", ["one missile under two names"]),
    (19, "{48n6e3: 4}", "{}", ["load", "empty", "at least 1"]),
    (19, "count: 4", "count: -1", ["count = -1", "1 to 64"]),
    (18, "launchers:", "lanchers:", ["unknown key", "did you mean launchers?"]),
    (21, "protects: base", "protects: bse", ["no asset, unit or radar of this name", "did you mean base?"]),
    (21, "name: pantsir", "name: base", []),  # the asset, which comes later, is named: see below
    (23, "value: 10", "value: 0", ["above 0"]),
    (23, "at: murted", "at: 40", ["not a place"]),
    (24, "raid:", "raids:", ["unknown key", "did you mean raid?"]),
    (26, "shahed-136", "shaheed", ["no threat of this name", "did you mean shahed-136"]),
    (27, "count: 4", "count: '4'", ["count = '4'", "without quotes"]),
    (27, "count: 4", "count: 2.5", ["not a whole number"]),
    (27, "count: 4", "count: true", ["not a whole number"]),
    (27, "count: 4", "count: 1001", ["1 to 1000"]),
    (28, "spacing_s: 5", "start_s: 600", ["starts after the end", "below duration_s = 600"]),
    (29, "aim: base", "aim: bass", ["no asset of this name", "did you mean base?"]),
    (29, "aim: base", "released_by: {raid: nobody, waypoint: 0}", ["no raid item of this name"]),
    (29, "aim: base", "released_by: {raid: shahed, waypoint: 0}", ["carries itself"]),
    (29, "aim: base", "released_by: {raid: airliner, waypoint: 2}", ["no such waypoint", "0 to 1"]),
    (31, "lat: 39.5", "lat: 91", ["raid[0].route[0].lat = 91", "are lat and lon exchanged?"]),
    (32, "ref: agl", "ref: agI", ["not one of the allowed words", "did you mean agl?"]),
    (32, "height_m: 300", "alt: 300", ["write height_m with ref"]),
    (32, ", ref: agl", "", ["ref: missing", "agl: above ground"]),
    (32, "ref: agl", "ref: agl, speed_mps: 0", ["speed_mps = 0", "above 0, at most 8000"]),
    (32, "lat: 39.9, lon: 32.4", "lat: 39.9", ["waypoint without exactly one place"]),
    (32, "lat: 39.9, lon: 32.4", "lat: 39.5, lon: 32.0", ["same place as the waypoint before"]),
    (34, "name: airliner", "name: shahed", ["also the name of the raid item in", "raid[0].name", "name: shahed-5"]),
    (34, "name: airliner", "name: shahed-4", ["also the name of one of the 4 weapons of shahed"]),
    (35, "a320", "5p85te2", ["5p85te2 is a launcher, not a threat"]),
]


def spoil(text: str, line: int, old: str, new: str) -> str:
    """The text with old replaced by new in that line (counted from 1)."""
    lines = text.splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return "".join(lines)


def test_a_missile_is_refused_where_another_radar_guides_it(tiny):
    text = spoil(tiny, 17, "system: 92n6e, at: hill, mast: 40v6m", "system: 30n6e2, at: hill")
    with pytest.raises(BadScenario) as caught:
        read_scenario(text)
    assert "scenario.yaml:19" in str(caught.value)
    for word in ("load.48n6e3", "a missile that 30n6e2 does not guide", "48n6e2"):
        assert word in str(caught.value)
    read_scenario(spoil(text, 19, "48n6e3: 4", "48n6e2: 4"))


def test_a_unit_under_a_lower_level_is_refused(tiny):
    with pytest.raises(BadScenario, match="a battalion under the battery"):
        read_scenario(spoil(tiny, 9, "level: regiment", "level: battery"))
    read_scenario(spoil(spoil(tiny, 9, "level: regiment", "level: brigade"), 15, "level: battalion", "level: regiment"))


@pytest.mark.parametrize(("line", "old", "new", "said"), SPOILED)
def test_one_wrong_value_is_named_with_its_line(tiny, line, old, new, said):
    with pytest.raises(BadInput) as caught:
        read_scenario(spoil(tiny, line, old, new), "file.yaml")
    text = str(caught.value)
    if said:
        assert f"file.yaml:{line}  " in text
    for part in said:
        assert part in text


@pytest.mark.parametrize(
    ("start", "end", "where", "said"),
    [
        (25, 32, "file.yaml:24  raid = nothing", "not a list"),
        (16, 17, "file.yaml:16  formations[0].units[0].launchers", "launchers without an engagement radar"),
        (32, 32, "file.yaml:30  raid[0].route", "route: 1 waypoint\n    allowed: at least 2"),
    ],
)
def test_lines_left_out(tiny, start, end, where, said):
    kept = [line for i, line in enumerate(tiny.splitlines(), 1) if not start <= i <= end]
    with pytest.raises(BadInput) as caught:
        read_scenario("\n".join(kept), "file.yaml")
    first = str(caught.value)
    assert said in first
    assert where.split("  ")[0] in first


def test_empty_raid(tiny):
    text = "\n".join(tiny.splitlines()[:23]) + "\nraid: []\n"
    with pytest.raises(BadScenario, match=r"file\.yaml:24  raid: empty\n    allowed: at least 1"):
        read_scenario(text, "file.yaml")


def test_asset_with_the_name_of_a_point_defence(tiny):
    with pytest.raises(
        BadScenario, match=r"file\.yaml:23  assets\[0\]\.name = base: also the name of the point defence in file\.yaml:21"
    ):
        read_scenario(spoil(tiny, 21, "name: pantsir", "name: base"), "file.yaml")


def test_two_engagement_radars_in_one_unit(tiny):
    more = "          - {name: second, system: 92n6e, at: murted}"
    lines = tiny.splitlines()
    with pytest.raises(BadScenario, match=r"file\.yaml:18  .*radars\[1\].*second engagement radar"):
        read_scenario("\n".join([*lines[:17], more, *lines[17:]]), "file.yaml")


def test_two_starts(tiny):
    text = spoil(tiny, 28, "spacing_s: 5", "start_s: 5\n    time_on_target_s: 9")
    with pytest.raises(
        BadScenario, match=r"file\.yaml:29  raid\[0\]\.time_on_target_s = 9: together with start_s"
    ):
        read_scenario(text, "file.yaml")


def test_more_weapons_than_the_carriers_can_hold(tiny):
    text = spoil(tiny, 29, "aim: base", "released_by: {raid: airliner, waypoint: 1, per_carrier: 3}")
    with pytest.raises(
        BadScenario, match=r"file\.yaml:27  raid\[0\]\.count = 4: more than 1 x 3.*\n.*at most 3"
    ):
        read_scenario(text, "file.yaml")


def test_several_errors_come_together_in_the_order_of_the_file(tiny):
    text = spoil(spoil(spoil(tiny, 31, "39.5", "91"), 12, "91n6e", "91n7e"), 4, "600", "-1")
    with pytest.raises(BadScenario) as caught:
        read_scenario(text, "file.yaml")
    assert [p.where for p in caught.value.problems] == ["file.yaml:4", "file.yaml:12", "file.yaml:31"]
    assert [p.value for p in caught.value.problems] == ["-1", "91n7e", "91"]


def test_at_most_twenty_are_shown(tiny):
    points = "\n".join(f"      - {{lat: {91 + i}, lon: 0, height_m: 1, ref: agl}}" for i in range(30))
    text = tiny.replace("civil:", points + "\ncivil:")
    with pytest.raises(BadScenario) as caught:
        read_scenario(text, "file.yaml")
    assert len(caught.value.problems) == 30
    assert str(caught.value).count("file.yaml:") == 20
    assert str(caught.value).endswith("and 10 more")


@pytest.mark.parametrize("key", ["92n6e.reference_rang", "92n6f.reference_range", "92n6e.band", "92n6e"])
def test_override_of_what_the_catalogue_does_not_have(tiny, key):
    with pytest.raises(BadScenario, match=r"file\.yaml:40  catalog\.92n6"):
        read_scenario(tiny + f"catalog:\n  {key}: 150\n", "file.yaml")


def test_file_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        BadInput, match=r"(?s)murted-raod: no such file.*murted-f35, murted-raid.*did you mean murted-raid"
    ):
        load_scenario("murted-raod")
    with pytest.raises(BadInput, match="is a folder"):
        load_scenario(tmp_path)


def test_file_that_is_not_text(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"skyreach: 1\nname: \xff\n")
    with pytest.raises(BadInput, match=r"a\.yaml:2  not UTF-8"):
        load_scenario(path)
    path.write_bytes(b"skyreach: 1\nname: \x00\n")
    with pytest.raises(BadInput, match="not valid YAML"):
        load_scenario(path)


def test_file_that_is_too_large(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: " + "x" * 2_000_001)
    with pytest.raises(BadInput, match="larger than 2 MB"):
        load_scenario(path)


@pytest.mark.parametrize("text", ["", "null", "- 1", "word", "# nothing\n"])
def test_file_without_keys(text):
    with pytest.raises(BadInput, match=r"file\.yaml:1  no scenario here"):
        read_scenario(text, "file.yaml")
