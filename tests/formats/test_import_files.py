"""Imports of real files: counts, positions and times against the file itself; what files do not say is asked for."""

import json
import math
from pathlib import Path

import numpy as np
import pymap3d
import pyproj
import pytest

from skyreach import api
from skyreach.errors import BadInput

SMALL = Path(__file__).parents[1] / "viewer" / "small-raid.yaml"
GEOD = pyproj.Geod(ellps="WGS84")


def flown(item):
    """t [s], lat, lon, h of the waypoints of a route, by its own speeds."""
    route = item["route"]
    t, out = item["start_s"], []
    for here, there in zip(route, [*route[1:], None], strict=True):
        out.append((t, here["lat"], here["lon"], here["height_m"]))
        if there:
            _, _, along = GEOD.inv(here["lon"], here["lat"], there["lon"], there["lat"])
            t += math.hypot(along, there["height_m"] - here["height_m"]) / here["speed_mps"]
    return np.array(out)


def test_turkish_flag_is_flown_in_time(shared_data):
    """The flight that drew a flag: at each sample of the recording the route is within its tolerance of 50 m."""
    file = shared_data / "traffic" / "turkey_2020-04-23_flag.csv"
    taken = api.import_file(file)
    (item,) = taken.content
    way = flown(item)
    rows = np.genfromtxt(file, delimiter=",", names=True, dtype=None, encoding="utf-8")
    t = np.array([np.datetime64(str(row["time_utc"]).rstrip("Z")) for row in rows])
    t = (t - np.datetime64(taken.start.rstrip("Z"))) / np.timedelta64(1, "s")
    ecef = np.column_stack(pymap3d.geodetic2ecef(way[:, 1], way[:, 2], way[:, 3]))
    there = np.column_stack([np.interp(t, way[:, 0], ecef[:, a]) for a in range(3)])
    real = np.column_stack(pymap3d.geodetic2ecef(rows["lat_deg"], rows["lon_deg"], rows["baro_altitude_ft"] * 0.3048))
    assert way[-1, 0] == pytest.approx(t[-1], abs=0.1)
    assert np.linalg.norm(there - real, axis=1).max() < 51.0
    assert taken.counts["read"] == len(rows) == 917
    assert any("pressure altitude" in note for note in taken.notes)


def test_imported_traffic_flies_in_a_run(shared_data, tmp_path):
    file = shared_data / "traffic" / "turkey_2020-04-23_flag.csv"
    taken = api.import_file(file, system="b737", tolerance=200, duration=150, above=2500)
    run = api.run(taken.into(SMALL), terrain="smooth")
    (row,) = [row for row in run.targets.to_pylist() if row["name"].startswith("THY1920")]
    assert (row["system"], row["side"], row["kind"]) == ("b737", "neutral", "civil")
    path = run.truth.filter(np.asarray(run.truth["target"]) == row["target"]).to_pydict()
    way = flown(taken.content[0])
    for t, lat, lon, h in zip(*(path[c] for c in ("t_s", "lat_deg", "lon_deg", "h_msl_m")), strict=True):
        if t <= way[-1, 0]:
            want = [float(np.interp(t, way[:, 0], way[:, a])) for a in (1, 2, 3)]
            assert GEOD.inv(lon, lat, want[1], want[0])[2] < 5.0
            assert h == pytest.approx(want[2], abs=5.0)  # one undulation for the whole run


def test_gaps_outliers_and_ground_are_counted(shared_data):
    taken = api.import_file(shared_data / "traffic" / "paris_2021-10-07_1200-1500.parquet")
    counts = taken.counts
    assert counts["left out: on the ground"] > 10_000
    assert counts["left out: faster than 1000 m/s from the sample before"] > 0  # the file keeps altitudes that are wrong on the air
    left = sum(n for key, n in counts.items() if key.startswith("left out") and "ground" not in key)
    assert counts["read"] == left + counts["on the way between waypoints"] + counts["waypoints"]
    assert counts["objects"] == 213
    assert len({item["name"] for item in taken.content}) == len(taken.content) == counts["routes"]


def test_readsb_trace(shared_data):
    file = shared_data / "traffic" / "readsb_trace_full_ac671b.json"
    taken = api.import_file(file, tolerance=0)
    trace = json.loads(file.read_text(encoding="utf-8"))
    first = next(row for row in trace["trace"] if row[3] != "ground" and row[10] is not None)
    way = taken.content[0]["route"][0]
    assert (way["lat"], way["lon"]) == (round(first[1], 6), round(first[2], 6))
    n = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4326+5773", always_xy=True).transform(first[2], first[1], first[10] * 0.3048)[2]
    assert way["height_m"] == pytest.approx(n if n != first[10] * 0.3048 else way["height_m"], abs=1.0)
    assert taken.counts["gaps longer than 120 s, after each a new route"] > 0


def test_acmi_recording_of_others(shared_data):
    folder = shared_data / "acmi"
    plain = api.import_file(folder / "dcs_caucasus_f14_flight.txt.acmi", system="f-16c")
    zipped = api.import_file(folder / "dcs_caucasus_f14_flight.zip.acmi", system="f-16c")
    assert plain.content == zipped.content
    assert plain.counts["objects"] == 14
    (player,) = [item for item in plain.content if item["name"] == "Nuevo apodo"]
    assert player["route"][0]["lat"] == pytest.approx(39 + 6.001753, abs=1e-6)  # first frame, ReferenceLatitude 39
    assert player["route"][0]["lon"] == pytest.approx(33 + 3.8608779, abs=1e-6)
    assert player["route"][0]["height_m"] == pytest.approx(4569.7, abs=0.1)


def test_radar_tracks_without_altitude_ask_for_one(shared_data):
    file = shared_data / "acmi" / "ustica_1980_radar_tracks.txt.acmi"
    without = api.import_file(file, system="a320")
    assert without.counts["left out: no height (give one with height)"] == 214
    given = api.import_file(file, system="a320", height=7000)
    assert "left out: no height (give one with height)" not in given.counts


def test_objects_that_are_no_catalogue_item_are_named(shared_data):
    with pytest.raises(BadInput, match="Tu-95MS"):
        api.import_file(shared_data / "acmi" / "dcs_caucasus_f14_flight.txt.acmi")
    taken = api.import_file(shared_data / "acmi" / "dcs_caucasus_f14_flight.txt.acmi", systems={"F-14B": "f-16c"})
    assert [item["system"] for item in taken.content] == ["f-16c"]
    assert taken.counts["left out: routes of objects that are no catalogue item"] == 10


def test_inertial_czml_is_refused_with_its_reason(shared_data):
    with pytest.raises(BadInput, match="inertial frame"):
        api.import_file(shared_data / "czml" / "simple.czml")


def test_sites_of_google_samples(shared_data):
    taken = api.import_file(shared_data / "kml" / "KML_Samples.kml")
    assert taken.content["Simple placemark"]["lat"] == pytest.approx(37.42228990140251, abs=1e-7)
    assert taken.counts["sites"] == 4
    assert taken.counts["left out: lines, areas and tracks"] == 16
    assert "Simple placemark" in taken.into("murted-f35").sites


@pytest.mark.parametrize("name", ["acmi", "czml"])
def test_exports_come_back_as_threats(name, run, tmp_path):
    """A round trip: every hostile of a run, from ACMI and from CZML, where and when it flew."""
    file = tmp_path / f"run.{name}"
    api.export(run, name, file)
    taken = api.import_file(file, kind="threats", tolerance=5, start=run.manifest["start"])
    names = {item["name"] for item in taken.content}
    assert names == {row["name"] for row in run.targets.to_pylist() if row["t_start_s"] is not None}
    for item in taken.content:
        (row,) = [row for row in run.targets.to_pylist() if row["name"] == item["name"]]
        assert item["system"] == row["system"]
        truth = run.truth.filter(np.asarray(run.truth["target"]) == row["target"])
        t, lat, lon, h = (np.asarray(truth[c]) for c in ("t_s", "lat_deg", "lon_deg", "h_msl_m"))
        way = flown(item)
        assert way[0, 0] == pytest.approx(t[0], abs=0.01)
        assert way[-1, 0] == pytest.approx(t[-1], abs=0.1)
        for a, real, metres in ((1, lat, 111e3), (2, lon, 86e3), (3, h, 1.0)):
            assert np.abs(np.interp(t, way[:, 0], way[:, a]) - real).max() * metres < 17.0  # 10 m of CZML, 5 m of the route, geoid


SOUNDING = "pressure_hpa,height_m,temperature_c,dewpoint_c\n1013.25,0,15,5\n954.6,500,11.75,2\n898.7,1000,8.5,-1\n845.6,1500,5.25,-5\n"


def test_sounding_gives_the_refraction_of_its_air(tmp_path):
    """Against ITU-R P.453-14, equations 6 and 9 (Nwet with 72 and 3.75e5; vapour pressure by Annex 1), by hand."""
    file = tmp_path / "sounding.csv"
    file.write_text(SOUNDING, encoding="utf-8")
    taken = api.import_file(file)

    def refractivity(p, t, dew):
        e = (1 + 1e-4 * (7.2 + p * (0.0320 + 5.9e-6 * dew**2))) * 6.1121 * math.exp((18.678 - dew / 234.5) * dew / (dew + 257.14))
        kelvin = t + 273.15
        return 77.6 * (p - e) / kelvin + 72 * e / kelvin + 3.75e5 * e / kelvin**2

    gradient = refractivity(898.7, 8.5, -1) - refractivity(1013.25, 15, 5)
    assert taken.content == pytest.approx(1 / (1 + 6371 * gradient * 1e-6), rel=5e-4)
    assert taken.into("murted-f35").refraction_k == taken.content


@pytest.mark.parametrize(
    ("name", "text", "asks"),
    [
        ("a.csv", "time,icao24,lat,lon,altitude\n1,a,40,30,1000\n2,a,40.01,30,1000\n", "unit"),
        ("f.csv", "time,icao24,lat,lon,altitude,groundspeed,lastcontact\n1,a,40,30,1000,9,1\n2,a,40.01,30,1000,9,1\n", "unit"),
        ("b.csv", "time,icao24,lat,lon,height_m\n1,a,40,30,1000\n2,a,40.01,30,1000\n", "count from"),
        ("c.csv", "time,icao24,latitude\n1,a,40\n", "lon"),
        ("d.csv", "pressure,height_m,temperature_c\n1,2,3\n", "unit"),
        ("e.csv", "when,where\n1,2\n", "kind"),
    ],
)
def test_what_is_not_said_is_asked_for(name, text, asks, tmp_path):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=asks):
        api.import_file(file)


def test_units_and_references_given(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("time,icao24,lat,lon,height\n0,a,40,30,1000\n100,a,40.2,30,1000\n", encoding="utf-8")
    feet = api.import_file(file, height_unit="ft", height_ref="msl")
    assert feet.content[0]["route"][0]["height_m"] == pytest.approx(304.8, abs=0.05)
    above = api.import_file(file, height_unit="m", height_ref="ell")
    assert above.content[0]["route"][0]["height_m"] == pytest.approx(1000 - 38.5, abs=0.1)  # EGM96, node 40N 30E of the grid of NGA
    ground = api.import_file(file, height_unit="m", height_ref="agl")
    assert ground.content[0]["route"][0]["ref"] == "agl"


def test_basestation_lines(tmp_path):
    lines = [f"MSG,3,1,1,4BA946,1,2026/05/01,01:30:{s:02d}.000,2026/05/01,01:30:{s:02d}.000,,10000,,,{40 + s * 0.002:.4f},32.5,,,,,,0"
             for s in range(0, 50, 10)]  # fmt: skip
    file = tmp_path / "messages.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (item,) = api.import_file(file).content
    assert item["route"][0]["speed_mps"] == pytest.approx(0.02 * 111_035 / 10, rel=2e-3)  # a degree at 40N: 111.035 km
    assert item["route"][0]["height_m"] == pytest.approx(3048.0, abs=0.05)


def test_opensky_states_and_tracks(tmp_path):
    states = {"time": 100, "states": [["4ba946", "THY1 ", "Turkey", 100 + 10 * n, 100 + 10 * n, 32.5, 40 + 0.02 * n, 3000.0, False, 200.0,
                                       0.0, 0.0, None, 3100.0, "1234", False, 0] for n in range(4)]}  # fmt: skip
    file = tmp_path / "states.json"
    file.write_text(json.dumps(states), encoding="utf-8")
    taken = api.import_file(file)
    assert taken.content[0]["name"] == "THY1 4ba946"
    assert any("geo_altitude in m" in note for note in taken.notes)
    track = {"icao24": "4ba946", "callsign": "THY1", "path": [[100 + 10 * n, 40 + 0.02 * n, 32.5, 3000.0, 0.0, False] for n in range(4)]}
    file.write_text(json.dumps(track), encoding="utf-8")
    assert api.import_file(file).content[0]["route"][0]["height_m"] == 3000.0


FLIGHTS = """callsign,number,icao24,registration,typecode,origin,destination,firstseen,lastseen,day,latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2
THY1,,4ba946,,A320,LTAC,LTAI,2019-01-01 10:00:00+00:00,2019-01-01 10:50:00+00:00,2019-01-01 00:00:00+00:00,40.1,33.0,3048.0,37.0,31.0,914.4
THY2,,4ba947,,,LTAC,,2019-01-01 10:10:00+00:00,2019-01-01 10:50:00+00:00,2019-01-01 00:00:00+00:00,40.1,33.0,3048.0,,,
THY3,,4ba948,,,LTAC,LTAI,2019-01-01 10:50:00+00:00,2019-01-01 10:10:00+00:00,2019-01-01 00:00:00+00:00,40.1,33.0,3048.0,37.0,31.0,914.4
THY1,,4ba946,,A320,LTAC,LTAI,2019-01-01 10:00:00+00:00,2019-01-01 10:50:00+00:00,2019-01-01 00:00:00+00:00,40.1,33.0,3048.0,37.0,31.0,914.4
"""


def test_opensky_list_of_flights(tmp_path):
    """Columns as of the monthly lists (10.5281/zenodo.3737101): a straight way between two places, and it is said; by pyproj."""
    file = tmp_path / "flightlist.csv"
    file.write_text(FLIGHTS, encoding="utf-8")
    taken = api.import_file(file, tolerance=1)
    (item,) = taken.content
    assert item["name"] == "THY1 4ba946"
    assert taken.counts["flights"] == 4
    for why in ("flights of which two places are not known (give airports)", "flights that end before they begin", "the same flight a second time"):
        assert taken.counts[f"left out: {why}"] == 1
    assert any("none was observed" in note for note in taken.notes)
    way = flown(item)
    az, _, far = GEOD.inv(33.0, 40.1, 31.0, 37.0)
    for t in (0.0, 1234.0, 3000.0):
        lon, lat, _ = GEOD.fwd(33.0, 40.1, az, far * t / 3000.0)
        assert GEOD.inv(lon, lat, np.interp(t, way[:, 0], way[:, 2]), np.interp(t, way[:, 0], way[:, 1]))[2] < 20.0
        assert np.interp(t, way[:, 0], way[:, 3]) == pytest.approx(3048.0 + (914.4 - 3048.0) * t / 3000.0, abs=0.2)
    later = api.import_file(file, start="2019-01-01T10:20:00Z", duration=600, height=9000)
    assert flown(later.content[0])[[0, -1], 0] == pytest.approx([0.0, 600.0], abs=0.01)  # cut to its window, not dropped
    assert {point["height_m"] for point in later.content[0]["route"]} == {9000.0}
    with pytest.raises(BadInput, match=r"row 4: THY3.*\n.*end before they begin"):
        api.import_file(file, strict=True)


def test_opensky_flights_between_airports(tmp_path):
    flight = {"icao24": "4ba946", "firstSeen": 1000, "lastSeen": 4000, "estDepartureAirport": "LTAE", "estArrivalAirport": "LTAI",
              "callsign": "THY1", "estDepartureAirportHorizDistance": 800}  # fmt: skip
    file = tmp_path / "flights.json"
    file.write_text(json.dumps([flight, {**flight, "firstSeen": 5000, "lastSeen": 9000, "estArrivalAirport": None}, 7]), encoding="utf-8")
    with pytest.raises(BadInput, match="two places are not known"):
        api.import_file(file, height=10_000)
    airports = tmp_path / "airports.csv"
    airports.write_text("icao,lat,lon\nLTAI,36.8987,30.8005\n", encoding="utf-8")
    taken = api.import_file(file, height=10_000, airports=airports)
    first, last = taken.content[0]["route"][0], taken.content[0]["route"][-1]
    assert (first["lat"], first["lon"]) == (40.0789, 32.5656)  # LTAE, of the catalogue
    assert (last["lat"], last["lon"], last["height_m"]) == (36.8987, 30.8005, 10_000.0)
    assert taken.counts["left out: entries that are no rows of the format"] == 1
    with pytest.raises(BadInput, match="no height"):
        api.import_file(file, airports=airports)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("0,a,40,30\n10,a,40.02,30\n5,a,40.01,30\n", "row 4: a.*time runs backwards"),
        ("0,a,40,30\n10,a,40.02,30\n10,a,40.03,30\n20,a,40.04,30\n", "row 4: a.*second sample"),
        ("0,a,40,30\n10,a,40.02,30\n\n500,a,40.04,30\n510,a,40.06,30\n", "row 5: a.*gaps longer"),
        ("0,a,40,30\n10,a,40.02,30\n20,a,45,30\n30,a,40.06,30\n", "row 4: a.*faster than"),
        ("0,a,40,30\n10,a,40.02,30\nodd\n20,b,40.02,30\n30,b,40.06,30\n25,b,40.05,30\n", "row 7: b.*time runs backwards"),
    ],
)
def test_what_is_out_of_order_is_counted_or_refused_with_its_row(rows, said, tmp_path):
    import re

    file = tmp_path / "t.csv"
    file.write_text("time,icao24,lat,lon,baroaltitude,velocity\n" + re.sub(r"(?<=[0-9])\n", ",5000,200\n", rows), encoding="utf-8")
    row, what = said.split(": a.*") if ": a" in said else said.split(": b.*")
    taken = api.import_file(file)
    assert any(what in note and f"the first in {row} " in note for note in taken.notes)
    with pytest.raises(BadInput, match=said.replace(".*", r".*\s.*")) as caught:
        api.import_file(file, strict=True)
    assert str(file) in str(caught.value)


def test_czml_that_is_left_out_is_counted(tmp_path):
    good = {"epoch": "2026-05-01T02:00:00Z", "cartographicDegrees": [0, 30, 40, 5000, 10, 30.02, 40, 5000]}
    packets = [{"id": "document", "version": "1.0"}, {"id": "x", "position": [good, {"reference": "y#position"}, 3]},
               {"id": "z", "position": {"cartographicDegrees": [30, 40, 0]}}]  # fmt: skip
    file = tmp_path / "a.czml"
    file.write_text(json.dumps(packets), encoding="utf-8")
    counts = api.import_file(file, system="f-16c").counts
    assert counts["left out: pieces of positions that are not sampled"] == 2
    assert counts["left out: packets without sampled positions"] == 1


def test_further_points_and_second_levels_are_counted(tmp_path):
    point = "<Point><coordinates>30,40,0</coordinates></Point>"
    file = tmp_path / "a.kml"
    file.write_text(f"<kml><Placemark><name>a</name><MultiGeometry>{point * 3}</MultiGeometry></Placemark></kml>", encoding="utf-8")
    counts = api.import_file(file).counts
    assert (counts["sites"], counts["left out: further points of one placemark"]) == (1, 2)
    file = tmp_path / "s.csv"
    file.write_text(SOUNDING + "845.6,1500,5.25,-5\n", encoding="utf-8")
    assert api.import_file(file).counts["left out: a second level at one height"] == 1
