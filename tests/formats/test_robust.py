"""Files of strangers: whatever is in them, an import ends with a result or with BadInput, and all is counted."""

import io
import json
import math
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyreach import api
from skyreach.errors import BadInput
from skyreach.formats.take import take
from skyreach.intake import inputs

FUZZ = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
SEEDS = {
    "a.acmi": b"FileType=text/acmi/tacview\nFileVersion=2.2\n0,ReferenceTime=2026-05-01T02:00:00Z\n#0\n1,T=30|40|5000,Name=F-16C,Color=Red\n"
              b"#10\n1,T=30.02|40|5000\n#20\n1,T=30.04||\n-1\n",
    "a.czml": json.dumps([{"id": "document", "version": "1.0"}, {"id": "x", "name": "x", "position": {"epoch": "2026-05-01T02:00:00Z",
              "cartographicDegrees": [0, 30, 40, 5000, 10, 30.02, 40, 5000]}}]).encode(),
    "a.kml": b"<kml xmlns='http://www.opengis.net/kml/2.2'><Placemark><name>a</name><Point><coordinates>30,40,0</coordinates></Point></Placemark></kml>",
    "a.geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"a"},"geometry":{"type":"Point","coordinates":[30,40]}}]}',
    "a.csv": b"time,icao24,lat,lon,baroaltitude,velocity,onground\n0,a,40,30,5000,200,false\n10,a,40.02,30,5000,200,false\n",
    "b.csv": b"name,lat,lon\na,40,30\n",
    "c.csv": b"pressure_hpa,height_m,temperature_c,dewpoint_c\n1013,0,15,5\n898,1000,8,-1\n845,1500,5,-5\n",
    "a.json": b'{"icao":"a","timestamp":0,"trace":[[0,40,30,10000,200,0,0,0,null,"x",10100],[10,40.02,30,10000,200,0,0,0,null,"x",10100]]}',
    "b.json": b'{"time":0,"states":[["a","b","c",0,0,30,40,5000,false,200,0,0,null,5000,null,false,0],["a","b","c",10,0,30,40.02,5000,false,200,0,0,null,5000,null,false,0]]}',
    "d.csv": b"icao24,firstseen,lastseen,latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2\na,0,900,40,30,1,41,30,2\n",
    "d.json": b'[{"icao24":"a","firstSeen":0,"lastSeen":4000,"estDepartureAirport":"LTAE","estArrivalAirport":"LTAG"}]',
}  # fmt: skip


def tried(file, data, **options):
    """The result of an import or its refusal; anything else fails the test."""
    file.write_bytes(data)
    if file.name == "d.json":
        options["height"] = 9000.0  # flights of the API have none
    try:
        taken = take(file, system="f-16c" if file.suffix in (".acmi", ".czml") else None, **options)
    except BadInput:
        return None
    for value in json.loads(json.dumps(taken.to_dict(), allow_nan=False))["counts"].values():
        assert value >= 0
    return taken


@pytest.mark.parametrize("name", SEEDS)
def test_seeds_are_good(name, tmp_path):
    assert tried(tmp_path / name, SEEDS[name]) is not None


@pytest.mark.parametrize("name", SEEDS)
@given(data=st.data())
@FUZZ
def test_changed_files(name, data, tmp_path):
    """Truncated, doubled, shuffled, with bytes of other values: bytes of a good file changed at random."""
    good = bytearray(SEEDS[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(good) - 1, 0)))
        kind = data.draw(st.sampled_from(["cut", "set", "put", "take", "double"]))
        if kind == "cut":
            del good[at:]
        elif kind == "set" and good:
            good[at] = data.draw(st.integers(0, 255))
        elif kind == "put":
            words = [b"nan", b"1e999", b"-1", b",", b"|", b'"', b"\xff\xfe", b"\0", b"\n", b"[", b"{}", b"null", b"9" * 40, b"\xc3"]
            good[at:at] = data.draw(st.sampled_from(words))
        elif kind == "take":
            del good[at : at + data.draw(st.integers(1, 30))]
        else:
            good[at:at] = good[at : at + data.draw(st.integers(1, 60))]
    tried(tmp_path / name, bytes(good))


@pytest.mark.parametrize("name", SEEDS)
@given(data=st.binary(max_size=300))
@FUZZ
def test_any_bytes(name, data, tmp_path):
    tried(tmp_path / name, data)
    tried(tmp_path / name, SEEDS[name][:20] + data)


values = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(-(2**70), 2**70), st.text(max_size=8), st.just([]), st.just({}))


@given(rows=st.lists(st.lists(values, min_size=0, max_size=16), max_size=8))
@FUZZ
def test_states_with_values_of_any_kind(rows, tmp_path):
    tried(tmp_path / "a.json", json.dumps({"time": 0, "states": rows}).encode())
    tried(tmp_path / "a.json", json.dumps({"icao": 1, "timestamp": 0, "trace": rows}).encode())
    tried(tmp_path / "a.json", json.dumps({"icao24": None, "path": rows}).encode())
    czml = [{"id": "d"}, {"id": "x", "position": {"epoch": "2026-05-01T02:00:00Z", "cartesian": [v for row in rows for v in row]}}]
    tried(tmp_path / "a.czml", json.dumps(czml).encode())


samples = st.tuples(st.floats(-1e12, 1e12) | st.just(math.nan), st.sampled_from("abc"), st.floats(-200, 200), st.floats(-400, 400),
                    st.floats(-1e6, 1e6) | st.just(math.inf))  # fmt: skip


@given(rows=st.lists(samples, max_size=25))
@FUZZ
def test_every_sample_is_accounted_for(rows, tmp_path):
    """Time running backwards, doubles, NaN, impossible places: read = left out + on the way + waypoints."""
    text = "time,icao24,lat,lon,baroaltitude_m,velocity\n".replace("baroaltitude_m", "baroaltitude")
    text += "".join(f"{t},{who},{lat},{lon},{h},0\n" for t, who, lat, lon, h in rows)
    taken = tried(tmp_path / "a.csv", text.encode(), duration=1e12)
    if taken is not None:
        c = taken.counts
        left = sum(n for key, n in c.items() if key.startswith("left out"))
        assert c["read"] == len(rows) == left + c["on the way between waypoints"] + c["waypoints"]


@pytest.mark.parametrize("t", [-9e10, -6.3e10, 9e10, 2e11, 1e300])
def test_times_far_from_ours_end_in_words(t, tmp_path):
    rows = "".join(f"{t + 10 * n:.0f},a,{40 + 0.02 * n},30,5000,0\n" for n in range(2))
    tried(tmp_path / "a.csv", f"time,icao24,lat,lon,baroaltitude,velocity\n{rows}".encode())
    tried(tmp_path / "d.json", json.dumps([{"icao24": "a", "firstSeen": t, "lastSeen": t + 9000, "estDepartureAirport": "LTAE",
                                            "estArrivalAirport": "LTAG"}]).encode())  # fmt: skip


def bomb(name, size):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(("file", "member"), [("a.kmz", "doc.kml"), ("a.zip.acmi", "a.txt.acmi")])
def test_zip_bombs_are_refused(file, member, tmp_path):
    (tmp_path / file).write_bytes(bomb(member, 50_000_000))
    with pytest.raises(BadInput, match="unpacks to more"):
        take(tmp_path / file)


def test_a_size_that_lies_does_not_help_a_bomb(tmp_path):
    data = bytearray(bomb("doc.kml", 50_000_000))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # uncompressed size in the directory
    (tmp_path / "a.kmz").write_bytes(bytes(data))
    with pytest.raises(BadInput):
        take(tmp_path / "a.kmz")


def test_paths_out_of_an_archive_lead_nowhere(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../escaped.kml", SEEDS["a.kml"])
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.kmz").write_bytes(out.getvalue())
    assert take(tmp_path / "in" / "a.kmz").counts["sites"] == 1
    assert [path.name for path in tmp_path.rglob("*.kml")] == []


def test_too_many_members_and_none_that_fits(tmp_path):
    for count, name, said in ((1001, "{}.kml", "1001 files"), (2, "{}.txt", "without a file")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for n in range(count):
                archive.writestr(name.format(n), b"")
        (tmp_path / "a.kmz").write_bytes(out.getvalue())
        with pytest.raises(BadInput, match=said):
            take(tmp_path / "a.kmz")


LAUGHS = "<!DOCTYPE k [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 if n else str()};' * 10}'>" for n in range(9)) + "]><kml>&a8;</kml>"


@pytest.mark.parametrize("text", [LAUGHS, "<!DOCTYPE k [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><kml>&x;</kml>"])
def test_entities_are_refused(text, tmp_path):
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="entities"):
        take(tmp_path / "a.kml")


def test_files_that_are_too_large_or_none(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="no such file"):
        take(tmp_path / "none.kml")
    with pytest.raises(BadInput, match="folder"):
        take(tmp_path, kind="sites")
    (tmp_path / "a.kml").write_bytes(b"x" * 100)
    with pytest.raises(BadInput, match="larger than"):
        inputs.read_bytes(tmp_path / "a.kml", 50)


def test_other_codings(tmp_path):
    text = "name,lat,lon\nMürted,40,30\n"
    for coding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        (tmp_path / "b.csv").write_bytes(text.encode(coding))
        taken = take(tmp_path / "b.csv", kind="sites")
        assert list(taken.content) == ["Mürted"], coding
    assert taken.notes == ["not UTF-8: read as Windows-1252"]


def test_names_that_a_scenario_would_refuse_are_changed(tmp_path):
    features = [{"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [30, 40]}}
                for name in ("a/b:c", "12", "x" * 200, "same", "same", "\x07", "")]  # fmt: skip
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    taken = take(tmp_path / "a.geojson")
    assert len(taken.content) == 7
    assert len(taken.into("murted-f35").sites) >= 7


def test_bad_options(tmp_path):
    (tmp_path / "a.csv").write_bytes(SEEDS["a.csv"])
    for options, said in (({"kind": "x"}, "traffic, threats"), ({"height_unit": "km"}, "m or ft"), ({"height_ref": "sea"}, "msl"),
                          ({"side": "green"}, "red or blue"), ({"bbox": (1, 2)}, "west"), ({"start": "noon"}, "UTC"), ({"gap": -1}, "positive"),
                          ({"system": "s-400"}, "a320")):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            api.import_file(tmp_path / "a.csv", **options)


def test_small_files_that_grow_are_refused(tmp_path, monkeypatch):
    """A table of equal rows takes some kilobytes as Parquet; JSON and XML grow when they become objects."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from skyreach.intake import adsb

    n = adsb.MOST_ROWS + 1
    piece = pa.table({"icao24": pa.repeat("a", 1_000_000)})
    with pq.ParquetWriter(tmp_path / "a.parquet", piece.schema) as out:
        for _ in range(n // 1_000_000 + 1):
            out.write_table(piece)
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    with pytest.raises(BadInput, match="rows"):
        take(tmp_path / "a.parquet")
    monkeypatch.setattr(inputs, "MOST_TREE", 50)
    for name in ("a.kml", "a.geojson", "a.json", "a.czml"):
        (tmp_path / name).write_bytes(SEEDS[name])
        with pytest.raises(BadInput, match="JSON or XML"):
            take(tmp_path / name)


def test_deep_nesting_ends_in_words(tmp_path):
    (tmp_path / "a.geojson").write_text("[" * 200_000, encoding="utf-8")
    (tmp_path / "a.kml").write_text("<a>" * 200_000 + "</a>" * 200_000, encoding="utf-8")
    for name in ("a.geojson", "a.kml"):
        with pytest.raises(BadInput):
            take(tmp_path / name)


ends = st.tuples(st.floats(-100, 100) | st.just(math.nan), st.floats(-200, 200), st.floats(-1e6, 1e6) | st.none())


@given(rows=st.lists(st.tuples(st.floats(-1e11, 2e11), st.floats(-1e3, 2e5), st.sampled_from("abc"), ends, ends), max_size=8))
@FUZZ
def test_every_flight_is_accounted_for(rows, tmp_path):
    """Lists with impossible times and places, doubles, flights of many days, antipodes."""
    text = "firstseen,lastseen,icao24,latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2\n"
    for t, span, who, a, b in rows:
        text += ",".join("" if v is None else str(v) for v in (t, t + span, who, *a, *b)) + "\n"
    taken = tried(tmp_path / "a.csv", text.encode(), duration=1e9)
    if taken is not None:
        c = taken.counts
        assert c["flights"] == len(rows)
        left = sum(n for key, n in c.items() if key.startswith("left out") and "flight" not in key)
        assert c["read"] == left + c["on the way between waypoints"] + c["waypoints"]
