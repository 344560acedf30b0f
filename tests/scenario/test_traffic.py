"""The key `traffic` of a scenario: recordings become civil aircraft or threats, and each fault is said with file and row."""

import json
import math
import shutil

import numpy as np
import pyproj
import pytest
from typer.testing import CliRunner

from skyreach import api
from skyreach.cli import app
from skyreach.errors import BadInput
from skyreach.scenario import load_scenario, read_scenario

GEOD = pyproj.Geod(ellps="WGS84")
BASE = """skyreach: 1
name: busy-sky
start: 2026-05-01T02:00:00Z
duration_s: 120
terrain: smooth
formations:
  - name: battery
    level: battery
    radars: [{name: grave-stone, system: 92n6e, at: murted}]
assets: [{name: base, at: murted, value: 1}]
raid:
  - name: decoy
    system: mald
    route:
      - {lat: 40.5, lon: 32.0, height_m: 6000, ref: msl}
      - {lat: 40.5, lon: 33.0, height_m: 6000, ref: msl}
traffic:
"""
CSV = "time,icao24,callsign,lat,lon,baroaltitude,velocity,onground\n" + "".join(
    f"{1_777_599_000 + 10 * n},4ba946,THY19,{40 + 0.02 * n:.2f},32.5,9000,220,false\n" for n in range(13)
)


@pytest.fixture
def scenario(tmp_path):
    """scenario(entry, **files): the base with one entry of traffic, and files beside it."""

    def make(entry, **files):
        for name, text in files.items():
            (tmp_path / name.replace("__", ".")).write_text(text, encoding="utf-8")
        file = tmp_path / "busy.yaml"
        file.write_text(BASE + f"  - {entry}\n", encoding="utf-8")
        return file

    return make


def test_a_recording_becomes_civil_aircraft_that_fly_as_recorded(scenario, monkeypatch, tmp_path):
    file = scenario("{file: sky.csv, system: b737}", sky__csv=CSV)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    checked = load_scenario(file)
    (item,) = checked.civil
    assert (item.name, item.system, item.side) == ("THY19 4ba946", "b737", "civil")
    assert item.note.startswith("from sky.csv, rows 2 to 14; sha256 ")
    assert any("read: 13" in line for line in checked.said)
    run = api.run(checked)
    assert run.manifest["traffic"] == checked.said
    row = run.targets["name"].to_pylist().index("THY19 4ba946")
    truth = run.truth.filter(np.asarray(run.truth["target"]) == row).to_pydict()
    speed = GEOD.inv(32.5, 40.0, 32.5, 40.24)[2] / 120.0
    for t, lat, lon in zip(truth["t_s"], truth["lat_deg"], truth["lon_deg"], strict=True):
        az, _, far = GEOD.inv(32.5, 40.0, lon, lat)
        assert far == pytest.approx(speed * t, abs=0.5)
        assert t < 1.0 or az == pytest.approx(0.0, abs=0.01)


def test_a_run_needs_the_recording_no_more(scenario, tmp_path):
    file = scenario("{file: sky.csv}", sky__csv=CSV)
    run = api.run(file)
    (tmp_path / "sky.csv").unlink()
    again = api.run(read_scenario(run.scenario_yaml))
    assert again.manifest["digest"] == run.manifest["digest"]
    assert "traffic" not in run.scenario_yaml.split("assets")[0]


def test_what_is_not_civil_goes_to_the_raid(scenario):
    checked = load_scenario(scenario("{file: sky.csv, side: red, system: f-16c}", sky__csv=CSV))
    assert [(item.name, item.side) for item in checked.raid] == [("decoy", "red"), ("THY19 4ba946", "red")]
    assert not checked.civil


ACMI = """FileType=text/acmi/tacview
FileVersion=2.2
0,ReferenceTime=2026-05-01T02:00:00Z
#0
1,T=32|40|5000,Name=F-16C,Color=Red
2,T=32.5|40|9000,Name=Unknown
#60
1,T=32.1|40|5000
2,T=32.6|40|9000
"""
CZML = [{"id": "x", "name": "stranger", "position": {"epoch": "2026-05-01T02:00:00Z", "cartographicDegrees": [
         0, 32, 40, 5000, 60, 32.1, 40, 5000]}}]  # fmt: skip


def test_threats_come_from_acmi_and_czml(scenario):
    """Formats without rows: the item says the file alone; what is no catalogue item is counted, and can be named."""
    checked = load_scenario(scenario("{file: a.acmi, side: red}", a__acmi=ACMI))
    assert [(item.name, item.system) for item in checked.raid[1:]] == [("F-16C", "f-16c")]
    assert checked.raid[1].note.startswith("from a.acmi; sha256 ")
    assert any("no catalogue item for: Unknown (1)" in line for line in checked.said)
    named = load_scenario(scenario("{file: a.acmi, side: blue, systems: {unknown: su-35s}}", a__acmi=ACMI))
    assert [(item.system, item.side) for item in named.raid[1:]] == [("f-16c", "blue"), ("su-35s", "blue")]
    checked = load_scenario(scenario("{file: a.czml, side: red, system: f-16c}", a__czml=json.dumps(CZML)))
    assert [item.name for item in checked.raid[1:]] == ["stranger"]


def test_two_files_with_one_name_both_fly(scenario):
    checked = load_scenario(scenario("{file: sky.csv}\n  - {file: sky.csv, start: 2026-05-01T01:30:20Z}", sky__csv=CSV))
    assert [item.name for item in checked.civil] == ["THY19 4ba946", "THY19 4ba946-leg2"]


ROWS = CSV.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("".join([*ROWS[:5], ROWS[3], *ROWS[6:]]), r"sky.csv row 6: THY19 4ba946\n.*time runs backwards"),
        ("".join([*ROWS[:5], ROWS[4].replace("32.5", "32.6"), *ROWS[5:]]), r"sky.csv row 6: THY19 4ba946\n.*second sample"),
        ("".join([*ROWS[:4], *ROWS[9:]]), r"sky.csv row 5: THY19 4ba946\n.*gaps longer than 30 s"),
    ],
)
def test_strict_refuses_with_file_and_row(text, said, scenario):
    with pytest.raises(BadInput, match=said):
        load_scenario(scenario("{file: sky.csv, strict: true, gap_s: 30}", sky__csv=text))
    counted = load_scenario(scenario("{file: sky.csv, gap_s: 30}", sky__csv=text))
    assert any("the first in row" in line for line in counted.said)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{file: none.csv}", "no such file"),
        ("{file: sky.csv, gap: 3}", r"busy.yaml:18  traffic\[0\].gap = 3: unknown key"),
        ("{file: sky.csv, bbox: [0, 0, 1, 1]}", "outside the box"),
        ("{file: sky.csv, start: 2026-05-01T02:00:00Z}", "samples run from 2026-05-01T01:30:00Z to 2026-05-01T01:32:00Z"),
        ("{file: sky.csv, system: mig-99}", "no threat of this name"),
        ("{file: low.csv, height_unit: m, height_ref: msl}", "low.csv row 3"),
    ],
)
def test_errors_say_where(entry, said, scenario):
    low = "time,icao24,lat,lon,height\n0,a,40,32.5,-300\n60,a,40.1,32.5,-300\n"
    file = scenario(entry, sky__csv=CSV, low__csv=low)
    with pytest.raises(BadInput, match=said):
        api.run(file)


def test_texts_that_are_no_files_read_none(scenario):
    text = scenario("{file: /etc/passwd}").read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="only with a scenario file"):
        read_scenario(text)


def test_the_command_line_says_what_was_left_out(scenario):
    file = scenario("{file: sky.csv}", sky__csv=CSV.replace("220,false", "220,true", 2))
    said = CliRunner().invoke(app, ["check", str(file)])
    assert said.exit_code == 0, said.output
    assert "sky.csv: left out: on the ground: 2" in said.output
    report = json.loads(CliRunner().invoke(app, ["check", str(file), "--json"]).output)
    assert report["civil"] == 1
    assert any("on the ground: 2" in line for line in report["traffic"])


@pytest.fixture
def recordings():
    """The folder of real recordings; skips where it is absent."""
    import os
    from pathlib import Path

    given = os.environ.get("SKYREACH_SHARED_DATA")
    folder = (Path(given) if given else Path(__file__).parents[3] / "shared" / "data") / "traffic"
    if not folder.is_dir():
        pytest.skip("no shared data folder (SKYREACH_SHARED_DATA or ../shared/data)")
    return folder


@pytest.mark.parametrize(
    ("name", "options", "aircraft"),
    [
        ("turkey_2020-04-23_flag.csv", "above_m: 2500", 1),
        ("readsb_trace_full_ac671b.json", "above_m: 3000", 1),
        ("paris_2021-10-07_1200-1500.parquet", "start: 2021-10-07T13:00:00Z, above_m: 2500, tolerance_m: 100", 15),
        ("switzerland_2018-08-01.parquet", "start: 2018-08-01T12:00:00Z", 20),
    ],
)
def test_real_recordings_are_loaded_and_accounted_for(name, options, aircraft, scenario, recordings, tmp_path):
    shutil.copy(recordings / name, tmp_path / name)
    checked = load_scenario(scenario(f"{{file: {name}, {options}}}"))
    assert len(checked.civil) >= aircraft
    counts = {k: int(n.replace(",", "")) for k, _, n in (line.split(": ", 1)[1].rpartition(": ") for line in checked.said) if n.replace(",", "").isdigit()}
    left = sum(n for key, n in counts.items() if key.startswith("left out") and "on the ground" not in key)
    assert counts["read"] == left + counts["on the way between waypoints"] + counts["waypoints"]
    assert counts["waypoints"] == sum(len(item.route) for item in checked.civil)
    assert all(math.isfinite(point.height_m) for item in checked.civil for point in item.route)


def test_a_real_flight_flies_in_a_run(scenario, recordings, tmp_path):
    shutil.copy(recordings / "turkey_2020-04-23_flag.csv", tmp_path / "flag.csv")
    run = api.run(scenario("{file: flag.csv, system: b737, above_m: 2500}"))
    (row,) = [row for row in run.targets.to_pylist() if row["name"].startswith("THY1920")]
    assert (row["system"], row["side"]) == ("b737", "neutral")
    assert run.summary["civil"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["sky.csv", "an empty file", "downloaded whole"]),
        (ROWS[0], ["sky.csv", "no rows", "time, icao24, callsign"]),
        ("a,b\n1,2\n", ["no column for time, lat, lon; has: a, b", "time: time, timestamp", "rename the columns"]),
        ("a,b\n1,2,3\n", ["no rows (left out: lines with another number of fields: 1)"]),
    ],
)
def test_a_file_that_holds_nothing(text, said, scenario):
    with pytest.raises(BadInput) as fault:
        load_scenario(scenario("{file: sky.csv}", sky__csv=text))
    for words in said:
        assert words in str(fault.value)
    assert "row of the file" not in str(fault.value)


@pytest.mark.parametrize("strict", ["true", "false"])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("40.08", "NaN", "latitude missing or impossible: 1, the first in row 6 (THY19 4ba946)"),
        ("40.08,32.5", "40.08,east", "longitude missing or impossible: 1, the first in row 6 (THY19 4ba946)"),
        ("40.08,32.5", "94.08,32.5", "latitude missing or impossible: 1, the first in row 6 (THY19 4ba946)"),
        ("1777599040,", "noon,", "time missing or impossible: 1, the first in row 6 (THY19 4ba946)"),
        ("40.08,32.5,9000", "40.08,32.5,", "no height: 1, the first in row 6 (THY19 4ba946)"),
        ("40.08,32.5,9000,220,false", "40.08", "lines with another number of fields than columns: 1, the first is line 6"),
    ],
)
def test_a_value_that_is_missing_is_said_with_row_and_column(old, new, said, strict, scenario):
    """Counted, with or without strict; the other samples fly."""
    assert CSV.count(old) == 1
    checked = load_scenario(scenario(f"{{file: sky.csv, strict: {strict}}}", sky__csv=CSV.replace(old, new)))
    assert any(said in line for line in checked.said), checked.said
    assert len(checked.civil) == 1


def test_an_aircraft_of_the_name_of_something_else_gets_another(scenario):
    checked = load_scenario(scenario("{file: sky.csv}", sky__csv=CSV.replace("THY19", "").replace("4ba946", "base")))
    assert [item.name for item in checked.civil] == ["base-leg2"]


def test_two_aircraft_of_one_id_are_taken_apart(scenario):
    """4ba946 under two callsigns at the same times, 15 km apart; rows of the file counted from the line of names, row 1."""
    other = "".join(row.replace("THY19", "DLH5").replace(",32.5,", ",32.7,") for row in ROWS[1:])
    file = scenario("{file: sky.csv}", sky__csv=CSV + other)
    checked = load_scenario(file)
    assert [(item.name, item.route[0].lon) for item in checked.civil] == [("THY19 4ba946", 32.5), ("DLH5 4ba946", 32.7)]
    said = "4ba946 is THY19 in row 2 and DLH5 in row 15, at one time in two places"
    assert any(f"an id shared by two aircraft: {said}; taken apart by their callsigns" in line for line in checked.said)
    assert any("ids shared by two aircraft, taken apart by callsign: 1" in line for line in checked.said)
    assert not any("second sample" in line for line in checked.said)
    with pytest.raises(BadInput) as fault:
        load_scenario(file, {"traffic[0].strict": "true"})
    for words in ("busy.yaml:18  traffic[0].file: ", "sky.csv rows 2 and 15: 4ba946", said, "an id for each aircraft", "another id"):
        assert words in str(fault.value)


def test_an_aircraft_that_changes_its_callsign_stays_one(scenario):
    text = "".join([*ROWS[:8], *(row.replace("THY19", "THY20") for row in ROWS[8:])])
    checked = load_scenario(scenario("{file: sky.csv, strict: true}", sky__csv=text))
    assert [item.name for item in checked.civil] == ["THY19 4ba946"]


def _parquet(path, **columns):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path)


BROKEN = {  # what: (name of the file, how it is made, what the message must hold)
    "missing": ("skyy.csv", lambda path: None, ["no such file", "a recording: CSV, Parquet", "did you mean sky.csv?"]),
    "a folder": ("records", lambda path: (path.mkdir(), (path / "a.csv").write_text("x")), ["a folder", "a file in it: a.csv"]),
    "empty": ("e.csv", lambda path: path.write_bytes(b""), ["an empty file", "downloaded whole"]),
    "empty Parquet": ("e.parquet", lambda path: path.write_bytes(b""), ["not Parquet, or damaged", "downloaded whole"]),
    "binary": ("b.csv", lambda path: path.write_bytes(bytes(range(256)) * 9), ["not a text", "is it the right file?"]),
    "text for Parquet": ("t.parquet", lambda path: path.write_text(CSV), ["not Parquet", "a table of text ends in .csv"]),
    "other columns": ("o.parquet", lambda path: _parquet(path, a=[1], b=[2]), ["no column for time, lat, lon; has: a, b", "rename"]),
    "some columns": ("s.parquet", lambda path: _parquet(path, time=[1], y=[2]), ["no column for lat, lon; has: time, y", "lat: lat, latitude"]),
    "not JSON": ("j.json", lambda path: path.write_text("{"), ["not JSON", "skyreach import"]),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_recording_that_cannot_be_read_is_told_where_it_is_named(what, scenario, tmp_path):
    name, make, parts = BROKEN[what]
    make(tmp_path / name)
    file = scenario(f"{{file: {name}}}", sky__csv=CSV)
    with pytest.raises(BadInput) as fault:
        load_scenario(file)
    for words in ("busy.yaml:18  traffic[0].file: ", name, "allowed: " if what != "binary" and what != "not JSON" else "", "try: ", *parts):
        assert words in str(fault.value)


def test_the_airports_of_a_list_are_told_by_their_key(scenario):
    flights = "icao24,firstseen,lastseen,origin,destination\na,0,600,LTAC,LTBA\n"
    with pytest.raises(BadInput, match=r"busy.yaml:18  traffic\[0\].airports: none.csv\n(.*\n)*.*try: "):
        load_scenario(scenario("{file: list.csv, airports: none.csv}", list__csv=flights))


def test_the_cure_of_a_gap_names_the_key(scenario):
    text = "".join([*ROWS[:4], *ROWS[9:]])
    with pytest.raises(BadInput, match=r"try: raise gap_s \(--gap of an import\), or leave strict away"):
        load_scenario(scenario("{file: sky.csv, strict: true, gap_s: 30}", sky__csv=text))
