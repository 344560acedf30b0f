"""Units that march, read back from each export: where the scenario puts them before, on and after the road, and silent meanwhile."""

import csv
import json
import re
import sqlite3
import struct
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pymap3d
import pytest
from pyproj import Geod

from skyreach import api
from skyreach.formats.dis_pdus import STATE

SCENE = Path(__file__).parents[1] / "viewer" / "marching-raid.yaml"
HOME, NORTH = (40.0, 33.0), (40.05, 33.02)
PACK, SPEED = 30.0, 120.0 / 3.6
START = datetime.fromisoformat("2026-05-01T02:00:00+00:00")
GEOD = Geod(ellps="WGS84")
UNIT, EYE, STILL = "battalion", "grave-stone", "base"


@pytest.fixture(scope="module")
def marched():
    return api.run(SCENE)


@pytest.fixture(scope="module")
def times(marched):
    """When the unit packed first, left, arrived, and was in place."""
    packs, place = (
        next(e["t_s"] for e in marched.events.to_pylist() if e["kind"] == kind) for kind in ("unit packs", "unit in place")
    )
    road = GEOD.inv(HOME[1], HOME[0], NORTH[1], NORTH[0])[2] / SPEED
    return packs, packs + PACK, packs + PACK + road, place


def seconds(text):
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - START).total_seconds()


def half_way():
    lon, lat = GEOD.npts(HOME[1], HOME[0], NORTH[1], NORTH[0], 1)[0]
    return lat, lon


def apart(one, two):
    """Metres between two places (lat, lon)."""
    return GEOD.inv(one[1], one[0], two[1], two[0])[2]


def hold(rows, times):
    """rows (t, lat, lon): at home until it leaves, half way at half time, in the north from its arrival on; within 2 cm, on the
    road 10 cm."""
    rows = np.array(rows, float)
    assert rows[0, 0] == 0.0
    _, leaves, arrives, place = times
    for t, wanted, near in ((0.0, HOME, 0.02), (leaves - 0.01, HOME, 0.02), (0.5 * (leaves + arrives), half_way(), 0.1),
                            (arrives + 0.01, NORTH, 0.02), (place, NORTH, 0.02)):  # fmt: skip
        found = [float(np.interp(t, rows[:, 0], rows[:, a])) for a in (1, 2)]
        assert apart(found, wanted) < near, t


def test_acmi(marched, times, tmp_path):
    (file,) = api.export(marched, "acmi", tmp_path / "run.txt.acmi")
    t, names, way, modes = 0.0, {}, {}, {}
    for line in file.read_text(encoding="utf-8-sig").splitlines()[2:]:
        if line.startswith("#"):
            t = float(line[1:])
            continue
        ident, *pairs = re.split(r"(?<!\\),", line)
        words = dict(pair.split("=", 1) for pair in pairs)
        if "CallSign" in words:
            names[words["CallSign"]] = ident
        if "T" in words:
            lon, lat, _ = words["T"].split("|")[:3]
            way.setdefault(ident, []).append((t, float(lat), float(lon)))
        for key in ("RadarMode", "EngagementMode"):
            if key in words:
                modes.setdefault((ident, key), []).append((t, words[key]))
    hold(way[names[UNIT]], times)
    hold(way[names[EYE]], times)
    assert len(way[names[STILL]]) == 1
    for name, key in ((EYE, "RadarMode"), (UNIT, "EngagementMode")):
        assert modes[names[name], key][:3] == [(0.0, "1"), (pytest.approx(times[0], abs=1e-3), "0"), (pytest.approx(times[3], abs=1e-3), "1")]


def test_czml(marched, times, tmp_path):
    from czml3 import Document, Packet

    (file,) = api.export(marched, "czml", tmp_path / "run.czml")
    packets = json.loads(file.read_text(encoding="utf-8"))
    assert Document(packets=[Packet(**packet) for packet in packets])
    named = {packet["name"]: packet["position"] for packet in packets[1:]}
    for name in (UNIT, EYE):
        rows = np.reshape(named[name]["cartographicDegrees"], (-1, 4))
        assert seconds(named[name]["epoch"]) == 0.0
        hold(rows[:, [0, 2, 1]], times)
    assert len(named[STILL]["cartographicDegrees"]) == 3


def test_kml(marched, times, tmp_path):
    (file,) = api.export(marched, "kml", tmp_path / "run.kml")
    k, gx = "{http://www.opengis.net/kml/2.2}", "{http://www.google.com/kml/ext/2.2}"
    marks = {mark.find(f"{k}name").text: mark for mark in ET.parse(file).getroot().iter(f"{k}Placemark")}
    for name in (UNIT, EYE):
        track = marks[name].find(f"{gx}Track")
        places = [tuple(map(float, e.text.split())) for e in track.findall(f"{gx}coord")]
        hold([(seconds(e.text), lat, lon) for e, (lon, lat, _) in zip(track.findall(f"{k}when"), places, strict=True)], times)
        for n, wanted, span in ((1, HOME, (0.0, times[1])), (2, NORTH, (times[2], None))):
            mark = marks[f"{name} (position {n})"]
            lon, lat, _ = map(float, mark.find(f"{k}Point/{k}coordinates").text.split(","))
            assert apart((lat, lon), wanted) < 0.02
            begin, end = (seconds(mark.find(f"{k}TimeSpan/{k}{key}").text) for key in ("begin", "end"))
            assert begin == pytest.approx(span[0], abs=2e-3)
            assert span[1] is None or end == pytest.approx(span[1], abs=2e-3)
    assert marks[STILL].find(f"{k}Point") is not None
    taken = api.import_file(file).content  # and back again, as sites
    assert any(apart((site["lat"], site["lon"]), NORTH) < 0.02 for name, site in taken.items() if name.startswith(UNIT))


def test_geojson_and_geopackage_hold_each_stay(marched, times, tmp_path):
    (file,) = api.export(marched, "geojson", tmp_path / "run.geojson")
    features = [f for f in json.loads(file.read_text(encoding="utf-8"))["features"] if f["properties"].get("name") == UNIT]
    points = [f for f in features if f["geometry"]["type"] == "Point"]
    (line,) = (f for f in features if f["geometry"]["type"] == "LineString")
    ways = zip(line["properties"]["coordTimes"], line["geometry"]["coordinates"], strict=True)
    hold([(seconds(t), lat, lon) for t, (lon, lat, _) in ways], times)
    stays = [(f["properties"]["position"], f["properties"]["t_from_s"], f["properties"]["t_to_s"], *f["geometry"]["coordinates"][:2])
             for f in points]  # fmt: skip
    (package,) = api.export(marched, "gpkg", tmp_path / "run.gpkg")
    with sqlite3.connect(package) as db:
        held = db.execute("select position, t_from_s, t_to_s, geom from places where name = ? order by t_from_s", (UNIT,)).fetchall()
        base = db.execute("select position, t_from_s, t_to_s from places where name = ?", (STILL,)).fetchall()
        paths = db.execute("select count(*) from paths where name = ?", (UNIT,)).fetchone()
    db.close()
    assert base == [(1, 0.0, None)]
    assert paths == (1,)
    at = 8 + (0, 32, 48, 48, 64)[held[0][3][3] >> 1 & 7]
    for rows in (stays, [(*row[:3], *struct.unpack_from("<2d", row[3], at + 5)) for row in held]):
        for row, (n, wanted, begin, end) in zip(rows, ((1, HOME, 0.0, times[1]), (2, NORTH, times[2], None)), strict=False):
            assert row[0] == n
            assert row[1] == pytest.approx(begin, abs=1e-3)
            assert end is None or row[2] == pytest.approx(end, abs=1e-3)
            assert apart((row[4], row[3]), wanted) < 0.02
    assert len(stays) == len(held)


def test_simdis(marched, times, tmp_path):
    (file,) = api.export(marched, "simdis", tmp_path / "run.asi")
    text = file.read_text(encoding="utf-8")
    numbers = {name: n for n, name in re.findall(r'^PlatformName (\d+) "(.*)"$', text, re.M)}
    base = (START - datetime.fromisoformat("2026-01-01T00:00:00+00:00")).total_seconds()
    heading = GEOD.inv(HOME[1], HOME[0], NORTH[1], NORTH[0])[0]
    for name in (UNIT, EYE):
        rows = [tuple(map(float, row)) for row in re.findall(rf"^PlatformData {numbers[name]} (\S+) (\S+) (\S+) \S+ (\S+)", text, re.M)]
        hold([(t - base, lat, lon) for t, lat, lon, _ in rows], times)
        yaws = [yaw for t, _, _, yaw in rows if times[1] - 0.01 < t - base < times[2] - 0.01]
        assert yaws == pytest.approx([heading] * len(yaws), abs=0.1)
        assert len(yaws) > 3
    (beam,) = re.findall(rf"^BeamID {numbers[EYE]} (\d+)$", text, re.M)
    orders = [(float(t) - base, int(on)) for t, on in re.findall(rf"^BeamOnOffCmd {beam} (\S+) (\d)$", text, re.M)]
    assert orders[:3] == [(0.0, 1), (pytest.approx(times[0], abs=2e-3), 0), (pytest.approx(times[3], abs=2e-3), 1)]


def payloads(file):
    """(time, DIS PDU) of each packet of a capture: Ethernet, IPv4 and UDP heads taken off."""
    data, at = file.read_bytes(), 24
    while at < len(data):
        sec, part, size, _ = struct.unpack_from("<4I", data, at)
        yield sec, part, data[at + 16 + 42 : at + 16 + size]
        at += 16 + size


def test_dis(marched, times, tmp_path):
    file, about = api.export(marched, "dis", tmp_path / "run.pcap")
    numbers = {e["name"]: e["entity"] for e in json.loads(about.read_text(encoding="utf-8"))["entities"]}
    states, beams = {UNIT: [], EYE: []}, []
    for sec, part, pdu in payloads(file):
        t = sec - START.timestamp() + (part * 1e-6 if part < 1_000_000 else part * 1e-9)
        if pdu[2] == 1:
            row = np.frombuffer(pdu, STATE)[0]
            for name, rows in states.items():
                if row["id"]["entity"] == numbers[name]:
                    rows.append((t, *row["location"].tolist(), float(np.linalg.norm(row["velocity"]))))
        elif pdu[2] == 23 and struct.unpack_from(">H", pdu, 16)[0] == numbers[EYE]:
            beams.append((t, pdu[29]))  # number of beams of its one system
    for rows in states.values():
        lat, lon, _ = pymap3d.ecef2geodetic(*(np.array([row[a] for row in rows]) for a in (1, 2, 3)))
        for (t, *_, speed), *found in zip(rows, lat, lon, strict=True):
            if t < times[1]:
                assert (apart(found, HOME) < 0.02, speed) == (True, 0.0)
            elif times[2] < t < times[3]:
                assert (apart(found, NORTH) < 0.02, speed) == (True, 0.0)
            elif times[1] + 0.01 < t < times[2] - 0.01:
                assert speed == pytest.approx(SPEED, abs=0.01)
                assert apart(found, HOME) == pytest.approx(SPEED * (t - times[1]), abs=0.2)
    assert any(times[1] < row[0] < times[2] for row in states[UNIT])
    assert {n > 0 for t, n in beams if t < times[0] - 0.01} == {True}
    assert {n for t, n in beams if times[0] + 0.01 < t < times[3] - 0.01} == {0}
    assert next(n for t, n in beams if t >= times[3] - 1e-3) > 0


def test_north_marks_of_asterix_stop_on_the_march_and_come_from_the_new_place(marched, times, tmp_path):
    from aviconv_asterix import iter_records

    file, side = api.export(marched, "asterix", tmp_path / "run.ast")
    (sic,) = (r["sic"] for r in json.loads(side.read_text(encoding="utf-8"))["radars"] if r["name"] == EYE)
    marks = [(r.time_of_day_s - 7200.0, bytes.fromhex(r.raw_items["I034/120"])) for r in iter_records(file.read_bytes())
             if r.category == 34 and r.sic == sic]  # fmt: skip
    assert marks
    assert not [t for t, _ in marks if times[0] + 0.01 < t < times[3] - 0.01]
    for t, raw in marks:
        lat, lon = (int.from_bytes(raw[a : a + 3], "big", signed=True) * 180 / 2**23 for a in (2, 5))
        assert apart((lat, lon), HOME if t < times[0] else NORTH) < 3.5  # steps of 2.4 m


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_tables_have_the_stays(kind, marched, times, tmp_path):
    files = api.export(marched, kind, tmp_path / "tables")
    assert tmp_path / "tables" / f"stays.{kind}" in files
    if kind == "csv":
        rows = list(csv.DictReader((tmp_path / "tables" / "stays.csv").read_text(encoding="utf-8").splitlines()))
    else:
        import pyarrow.parquet as pq

        rows = pq.read_table(tmp_path / "tables" / "stays.parquet").to_pylist()
    mine = [row for row in rows if row["name"] == UNIT]
    assert [int(row["position"]) for row in mine[:2]] == [1, 2]
    for row, wanted in zip(mine[:2], (HOME, NORTH), strict=True):
        assert apart((float(row["lat_deg"]), float(row["lon_deg"])), wanted) < 0.02
    assert float(mine[0]["t_to_s"]) == pytest.approx(times[1], abs=1e-6)
    assert float(mine[1]["t_from_s"]) == pytest.approx(times[2], abs=1e-3)


def test_maps_say_that_they_are_of_the_first_positions(marched, tmp_path):
    written = api.export(marched, "tif", tmp_path / "floors")
    assert any("first positions of" in note and UNIT in note for note in written.notes)


def test_without_marches_no_file_has_a_word_more(run, tmp_path):
    api.export(run, "csv", tmp_path / "tables")
    assert not (tmp_path / "tables" / "stays.csv").exists()
    (package,) = api.export(run, "gpkg", tmp_path / "run.gpkg")
    with sqlite3.connect(package) as db:
        columns = [row[1] for row in db.execute("pragma table_info(places)")]
    db.close()
    assert "position" not in columns
