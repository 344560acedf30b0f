"""Every format says the same of a run: position, time and identity of every entity, read back by readers that are not ours.

Readers: the published grammar of ACMI, czml3, GDAL and the standard library's XML for KML, GDAL for GeoJSON, SQLite for
GeoPackage, aviconv-asterix, tshark for DIS, the text of ASI, DuckDB for CSV. The metres are those that docs/formats.md states.
"""

import itertools
import json
import re
import sqlite3
import struct
from datetime import datetime

import numpy as np
import pymap3d
import pytest

from skyreach import api
from skyreach.formats.export import FORMATS

NOTICE = "Simulation from public sources at system level"
START = datetime.fromisoformat("2026-05-01T02:00:00+00:00")
N_KEEP = 0.02  # m: seven decimals of a degree are 1.1 cm, heights are written to 1 cm


def seconds(text):
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - START).total_seconds()


def ecef(lat, lon, h):
    return np.column_stack(pymap3d.geodetic2ecef(np.asarray(lat, float), np.asarray(lon, float), np.asarray(h, float)))


def undulation(run):
    return run.manifest["undulation_m"]


def read_acmi(file, run):
    text = file.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    assert lines[:2] == ["FileType=text/acmi/tacview", "FileVersion=2.2"]
    t, names, moved, last = 0.0, {}, {}, {}
    for line in lines[2:]:
        if line.startswith("#"):
            t = float(line[1:])
            continue
        if line.startswith("-"):
            continue
        ident, *pairs = re.split(r"(?<!\\),", line)
        words = dict(pair.split("=", 1) for pair in pairs)
        if "CallSign" in words:
            names[ident] = words["CallSign"]
        if "T" in words:
            before = last.get(ident, ["", "", ""])
            place = [new or old for new, old in zip(words["T"].split("|")[:3], before, strict=True)]
            last[ident] = place
            lon, lat, h = map(float, place)
            moved.setdefault(ident, []).append((t, lat, lon, h + undulation(run)))
    return {names[ident]: np.array(rows) for ident, rows in moved.items()}, text


def read_czml(file, run):
    from czml3 import Document, Packet

    packets = json.loads(file.read_text(encoding="utf-8"))
    out = {}
    for packet in packets[1:]:
        position = packet["position"]
        numbers = position["cartographicDegrees"]
        if len(numbers) == 3:
            rows = [(0.0, numbers[1], numbers[0], numbers[2])]
        else:
            base = seconds(position["epoch"])
            rows = [(base + t, lat, lon, h) for t, lon, lat, h in np.reshape(numbers, (-1, 4))]
        out[packet["name"]] = np.array(rows)
    assert Document(packets=[Packet(**packet) for packet in packets])  # every property of every packet is one of the schema
    return out, json.dumps(packets[0])


def read_kml(file, run):
    from xml.etree import ElementTree as ET

    k, gx = "{http://www.opengis.net/kml/2.2}", "{http://www.google.com/kml/ext/2.2}"
    root = ET.parse(file).getroot()
    out = {}
    for mark in root.iter(f"{k}Placemark"):
        if mark.find(f"{k}ExtendedData") is None:
            continue  # an event
        track, point = mark.find(f"{gx}Track"), mark.find(f"{k}Point")
        if track is not None:
            times = [seconds(e.text) for e in track.findall(f"{k}when")]
            places = [list(map(float, e.text.split())) for e in track.findall(f"{gx}coord")]
            assert track.find(f"{k}altitudeMode").text == "absolute"
        else:
            times, places = [0.0], [list(map(float, point.find(f"{k}coordinates").text.split(",")))]
        rows = [(t, lat, lon, h + undulation(run)) for t, (lon, lat, h) in zip(times, places, strict=True)]
        out[mark.find(f"{k}name").text] = np.array(rows)
    return out, root.find(f"{k}Document/{k}description").text


def read_geojson(file, run):
    import pyogrio.raw

    document = json.loads(file.read_text(encoding="utf-8"))
    assert len(pyogrio.raw.read(file)[2]) == len(document["features"])  # GDAL sees every feature
    out = {}
    for feature in document["features"]:
        words = feature["properties"]
        if words["group"] == "event":
            continue
        points = feature["geometry"]["coordinates"]
        points = [points] if feature["geometry"]["type"] == "Point" else points
        times = [seconds(t) for t in words.get("coordTimes", ["2026-05-01T02:00:00Z"])]
        out[words["name"]] = np.array([(t, p[1], p[0], p[2]) for t, p in zip(times, points, strict=True)])
    return out, json.dumps(document["about"])


def read_gpkg(file, run):
    import pyogrio

    out = {}
    with sqlite3.connect(file) as db:
        for layer in ("places", "paths"):
            for name, blob in db.execute(f"select name, geom from {layer}"):
                at = 8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
                if layer == "places":
                    lon, lat, h = struct.unpack_from("<3d", blob, at + 5)
                    out[name] = np.array([(0.0, lat, lon, h)])
                else:
                    (n,) = struct.unpack_from("<I", blob, at + 5)
                    lon, lat, h, t = np.frombuffer(blob, "<f8", 4 * n, at + 9).reshape(-1, 4).T
                    out[name] = np.column_stack([t, lat, lon, h])
        about = str(db.execute("select * from about").fetchall())
    db.close()
    with pytest.warns(UserWarning, match="Measured"):  # pyogrio hands on x, y and z only
        seen = pyogrio.read_info(file, layer="paths")
    assert "4979" in seen["crs"]
    assert seen["features"] == sum(len(rows) > 1 for rows in out.values())
    return out, about


def read_dis(file, run, tshark):
    names = {e["entity"]: e["name"] for e in json.loads((file.parent / f"{file.name}.about.json").read_text(encoding="utf-8"))["entities"]}
    fields = ("frame.time_epoch", "dis.entity_id_entity", *(f"dis.entity_location.{axis}" for axis in "xyz"))
    out = {}
    for row in tshark(file, "dis.pdu_type == 1", *fields):
        t, entity, *pos = row
        at, there = float(t) - START.timestamp(), tuple(map(float, pos))
        rows = out.setdefault(names[int(entity)], [])
        if not rows or rows[-1][1:] != there:  # the last word on what has ended repeats its last sample
            rows.append((at, *there))
    return {name: np.array(rows) for name, rows in out.items()}, str(tshark(file, "dis.pdu_type == 22", "dis.hf_dis_variable_datum_value_as_text"))


def read_simdis(file, run):
    text = file.read_text(encoding="utf-8")
    names = {int(n): name for n, name in re.findall(r'^PlatformName (\d+) "(.*)"$', text, re.M)}
    (year,) = re.findall(r"^ReferenceYear (\d+)$", text, re.M)
    base = START.timestamp() - datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00").timestamp()
    out = {}
    for row in re.findall(r"^PlatformData (\d+) (\S+) (\S+) (\S+) (\S+)", text, re.M):
        out.setdefault(names[int(row[0])], []).append((float(row[1]) - base, *map(float, row[2:])))
    return {name: np.array(rows) for name, rows in out.items()}, text


def read_table(folder, run, kind):
    import duckdb

    def ask(query):
        return duckdb.sql(query).fetchall()

    def table(name):
        file = folder / f"{name}.{kind}"
        return f"read_parquet('{file}')" if kind == "parquet" else f"read_csv('{file}')"

    out, n = {}, undulation(run)
    for moved, group in (("truth", "target"), ("flights", "missile")):
        rows = ask(f"select e.name, t_s, lat_deg, lon_deg, h_msl_m from {table(moved)} m join {table('entities')} e "
                   f"on e.row = m.{group} and e.\"group\" = '{group}' order by t_s")  # fmt: skip
        for name, t, lat, lon, h in rows:
            out.setdefault(name, []).append((t, lat, lon, h + n))
    for stood in ("sites", "radars"):
        for name, lat, lon, h in ask(f"select name, lat_deg, lon_deg, h_msl_m from {table(stood)}"):
            out[name] = [(0.0, lat, lon, h + n)]
    return {name: np.array(rows) for name, rows in out.items()}, (folder / "about.json").read_text(encoding="utf-8")


READERS = {"acmi": read_acmi, "czml": read_czml, "kml": read_kml, "geojson": read_geojson, "gpkg": read_gpkg, "simdis": read_simdis}


def hold(found, reference, every, tolerance):
    """Each entity is there under its name; each sample (every) or each point of the path between those kept is where it was."""
    assert set(found) == set(reference.moved) | set(reference.stood)
    for name, (t, pos) in reference.moved.items():
        times, there = found[name][:, 0], found[name][:, 1:]
        if every:
            assert np.allclose(times, t, rtol=0, atol=0.0006), name
        assert times[0] == pytest.approx(t[0], abs=0.0006)
        assert times[-1] == pytest.approx(t[-1], abs=0.0006)
        between = np.column_stack([np.interp(t, times, there[:, a]) for a in range(3)])
        assert np.linalg.norm(between - pos, axis=1).max() < tolerance, name
    for name, pos in reference.stood.items():
        assert np.linalg.norm(found[name][0, 1:] - pos) < N_KEEP, name


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("tolerance", [None, 0.0])
def test_formats_agree(name, tolerance, run, reference, tmp_path):
    thinned = "tolerance" in FORMATS[name].options
    if tolerance == 0.0 and not thinned:
        pytest.skip("this format always holds every sample")
    file = tmp_path / f"run{FORMATS[name].suffix}"
    given = {"tolerance": tolerance} if tolerance is not None else {}
    api.export(run, name, file, **given)
    found, about = READERS[name](file, run)
    assert NOTICE in about
    assert "seed" in about
    cartesian = {key: np.column_stack([rows[:, 0], ecef(*rows[:, 1:].T)]) for key, rows in found.items()}
    every = not thinned or tolerance == 0.0
    hold(cartesian, reference, every, N_KEEP if every else 10.0 + N_KEEP)


def test_dis_agrees(run, reference, tshark, tmp_path):
    file, _ = api.export(run, "dis", tmp_path / "run.pcap")
    found, about = read_dis(file, run, tshark)
    assert NOTICE in about
    assert "seed 3" in about
    hold(found, reference, False, 1e-3)  # doubles; 1 us of the clock of the capture at 1 km/s


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_tables_agree(kind, run, reference, tmp_path):
    api.export(run, kind, tmp_path / "tables")
    found, about = read_table(tmp_path / "tables", run, kind)
    assert NOTICE in about
    assert json.loads(about)["seed"] == 3
    cartesian = {key: np.column_stack([rows[:, 0], ecef(*rows[:, 1:].T)]) for key, rows in found.items()}
    hold(cartesian, reference, True, 1e-6)


def test_asterix_agrees_with_plots_and_tracks(run, tmp_path):
    from aviconv_asterix import iter_records

    file, side = api.export(run, "asterix", tmp_path / "run.ast")
    about = json.loads(side.read_text(encoding="utf-8"))
    assert NOTICE in about["notice"]
    assert about["seed"] == 3
    records = list(iter_records(file.read_bytes()))
    assert len(records) == about["records"]
    midnight = 2 * 3600.0
    tracks = {(round((row["t_s"]) * 128), row["track"]): row for row in run.tracks.to_pylist()}
    seen = 0
    for r in (r for r in records if r.category == 62):
        row = tracks[round((r.time_of_track_s - midnight) * 128), int(r.raw_items["I062/040"], 16)]
        assert (r.sac, r.sic) == (255, 255)
        h = struct.unpack(">h", bytes.fromhex(r.raw_items["I062/130"]))[0] * 6.25 * 0.3048
        there = ecef([row["lat_deg"]], [row["lon_deg"]], [row["h_msl_m"] + undulation(run)])
        assert np.linalg.norm(ecef([r.lat], [r.lon], [h]) - there) < 1.3  # half of 0.6 m twice, and of 1.9 m
        seen += 1
    assert seen == run.tracks.num_rows
    sics = {entry["sic"]: entry["name"] for entry in about["radars"]}
    plots = [r for r in records if r.category == 48]
    left = sum(about["left_out"].values())
    assert len(plots) + left == run.plots.num_rows
    wanted = sorted((round(p["t_s"] * 128), run.radars["name"][p["radar"]].as_py(), round(p["r_slant_m"] / 1852.0 * 256), p["az_deg"])
                    for p in run.plots.to_pylist() if p["r_slant_m"] < 474_000)  # fmt: skip
    got = sorted((round((r.time_of_day_s - midnight) * 128), sics[r.sic], round(r.rho_nm * 256), r.theta_deg) for r in plots)
    for (*place, theta), (*place2, theta2) in zip(wanted, got, strict=True):
        assert place == place2
        assert (theta2 - theta + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=0.003)  # half of 360 / 65536 deg
    assert {r.sic for r in records if r.category == 34} == set(sics)


def test_asterix_by_its_own_library(run, tmp_path):
    from asterix.base import Bits, RawDatablock
    from asterix.generated import Cat_034_1_29, Cat_048_1_31, Cat_062_1_20

    file, _ = api.export(run, "asterix", tmp_path / "run.ast")
    specs = {34: Cat_034_1_29, 48: Cat_048_1_31, 62: Cat_062_1_20}
    blocks = RawDatablock.parse(Bits.from_bytes(file.read_bytes()))
    total = 0
    for block in blocks:
        records = specs[block.get_category()].cv_uap.parse(block.get_raw_records())
        assert not isinstance(records, ValueError)
        total += len(records)
    assert total == json.loads((tmp_path / "run.ast.about.json").read_text(encoding="utf-8"))["records"]


def test_asterix_capture_is_whole_by_wireshark(run, tshark, tmp_path):
    file, _ = api.export(run, "asterix", tmp_path / "run.pcap")
    assert not tshark(file, "_ws.malformed", "frame.number")
    found = {row[0] for row in tshark(file, "asterix", "asterix.category")}
    assert found == {"34", "48", "62"}


STATED = {"acmi": 0.02, "czml": 0.02, "kml": 0.02, "geojson": 0.02, "simdis": 0.02, "gpkg": 1e-3, "dis": 1e-3, "parquet": 1e-6, "csv": 1e-6}


def test_all_formats_say_the_same_two_by_two(run, tshark, tmp_path):
    """Each pair: the same entities, each at the same times, each sample no further apart than what the two formats keep [m].

    CAT048 and CAT062 hold what radars saw and not the truth: their radars are held to be the same here, their plots and tracks
    against the tables above. Everything is read by the readers above, none of which is ours."""
    found = {}
    for name in STATED:
        target = tmp_path / f"run{FORMATS[name].suffix}"
        api.export(run, name, target, **({"tolerance": 0.0} if "tolerance" in FORMATS[name].options else {}))
        if name == "dis":
            found[name], _ = read_dis(target, run, tshark)
            continue
        rows, _ = read_table(target, run, name) if name in ("parquet", "csv") else READERS[name](target, run)
        found[name] = {key: np.column_stack([value[:, 0], ecef(*value[:, 1:].T)]) for key, value in rows.items()}
    _, side = api.export(run, "asterix", tmp_path / "run.ast")
    radars = {entry["name"] for entry in json.loads(side.read_text(encoding="utf-8"))["radars"]}
    assert radars == set(run.radars["name"].to_pylist())
    moved = {name for name, rows in found["parquet"].items() if len(rows) > 1}
    apart = {}
    for a, b in itertools.combinations(STATED, 2):
        assert set(found[a]) == set(found[b]), (a, b)
        assert radars <= set(found[a])
        for name in found[a]:
            one, two = found[a][name], found[b][name]
            if name not in moved:
                one, two = one[:1], two[:1]
            if "dis" in (a, b) and name in moved:  # DIS sends a state when it changes; its other times are dead reckoned
                (few, many) = (one, two) if a == "dis" else (two, one)
                at = np.column_stack([np.interp(many[:, 0], few[:, 0], few[:, 1 + k]) for k in range(3)])
                off = np.linalg.norm(at - many[:, 1:], axis=1).max()
            else:
                assert name not in moved or np.allclose(one[:, 0], two[:, 0], rtol=0, atol=0.0006), (a, b, name)
                off = np.linalg.norm(one[:, 1:] - two[:, 1:], axis=1).max()
            apart[a, b] = max(apart.get((a, b), 0.0), off)
    assert len(apart) == 36
    assert not {pair: off for pair, off in apart.items() if off > STATED[pair[0]] + STATED[pair[1]]}


def words_of(files):
    """All text of the files of an export, unpacked; tags of a GeoTIFF."""
    import zipfile

    import rasterio

    out = ""
    for file in files:
        if file.suffix == ".tif":
            with rasterio.open(file) as source:
                out += json.dumps(source.tags())
        elif file.suffix == ".gpkg":
            with sqlite3.connect(file) as db:
                out += str(db.execute("select * from about").fetchall())
            db.close()
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                out += "".join(archive.read(name).decode("utf-8") for name in archive.namelist())
        else:
            out += file.read_bytes().decode("utf-8", "replace")
    return out


@pytest.mark.parametrize(
    ("name", "suffix"),
    [*((name, form.suffix) for name, form in FORMATS.items()), ("acmi", ".zip.acmi"), ("kml", ".kmz"), ("asterix", ".pcap")],
)
def test_every_export_carries_the_notice_and_the_seed(name, suffix, run, tmp_path):
    said = words_of(api.export(run, name, tmp_path / f"run{suffix}"))
    assert NOTICE in said
    assert re.search(r"seed[^0-9]{1,12}3\b", said)


def test_acmi_has_radars_locks_and_engagement_ranges(run, tmp_path):
    """Properties by the names and units of Tacview's page of ACMI 2.2 (metres, degrees); locks are those of the assignments."""
    file = tmp_path / "run.txt.acmi"
    api.export(run, "acmi", file)
    objects, locks, t = {}, [], 0.0
    for line in file.read_text(encoding="utf-8-sig").splitlines()[2:]:
        if line.startswith("#"):
            t = float(line[1:])
        elif not line.startswith(("-", "0,")):
            ident, *pairs = re.split(r"(?<!\\),", line)
            words = dict(pair.split("=", 1) for pair in pairs)
            objects.setdefault(ident, {}).update(words)
            locks += [(t, ident, words[key]) for key in words if re.fullmatch("LockedTarget[2-9]?", key) and words[key] != "0"]
    by_name = {words["CallSign"]: words for words in objects.values() if "CallSign" in words}
    for radar in run.radars.to_pylist():
        words = by_name[radar["name"]]
        assert words["RadarMode"] in "01"
        assert float(words["RadarRange"]) > 1e4
        assert 0.0 < float(words["RadarHorizontalBeamwidth"]) <= 360.0
        assert {"RadarAzimuth", "RadarElevation", "RadarVerticalBeamwidth"} <= set(words)
    armed = [words for words in by_name.values() if "EngagementRange" in words]
    assert armed
    assert all(float(w["EngagementRange"]) > 1e3 and float(w["VerticalEngagementRange"]) > 1e3 and w["EngagementMode"] for w in armed)
    targets = {ident for ident, words in objects.items() if words.get("CallSign") in run.targets["name"].to_pylist()}
    assert locks
    assert {target for _, _, target in locks} <= targets
