"""Coverage answers on disk, on the command line and in a notebook."""

import json
import struct

import numpy as np
import pytest
import typer
from pyproj import Geod
from typer.testing import CliRunner

from skyreach.analysis.coverage import coverage
from skyreach.cli.coverage import coverage as command
from skyreach.errors import BadInput

SMALL = ["--at", "40.08,32.57", "--height", "100,1000", "--range", "60", "--quiet"]


@pytest.fixture(scope="module")
def answer():
    return coverage("s-400", "murted", heights=(100.0, 3000.0), range_km=150.0)


def run(*words):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, list(words))


def area(rings):
    """Area of a polygon on WGS84 [km2]; pyproj counts counterclockwise rings positive."""
    geod = Geod(ellps="WGS84")
    return sum(geod.polygon_area_perimeter(*np.array(ring).T)[0] for ring in rings) / 1e6


def test_geojson_has_a_feature_for_each_height_and_kind(answer):
    document = answer.__geo_interface__
    found = [(f["properties"]["kind"], f["properties"].get("height_m")) for f in document["features"]]
    assert found == [
        ("seen", 100.0), ("engageable", 100.0), ("seen", 3000.0), ("engageable", 3000.0), ("circle", None),
    ]  # fmt: skip
    assert all(f["geometry"]["type"] == "MultiPolygon" for f in document["features"])


def test_geojson_areas_are_the_areas_reported(answer):
    for feature in answer.__geo_interface__["features"]:
        found = sum(area(polygon) for polygon in feature["geometry"]["coordinates"])
        # sphere against ellipsoid, chords against arcs: 1e-3 in all; 1 % is the promise
        assert found == pytest.approx(feature["properties"]["km2"], rel=2e-3)


def test_geojson_follows_the_right_hand_rule_and_closes_rings(answer):
    for feature in answer.__geo_interface__["features"]:
        for shell, *holes in feature["geometry"]["coordinates"]:
            assert area([shell]) > 0.0
            assert all(area([hole]) < 0.0 for hole in holes)
            for ring in (shell, *holes):
                assert ring[0] == ring[-1]
                assert len({tuple(point) for point in ring}) == len(ring) - 1 >= 4


def test_geojson_across_the_date_line_stays_in_one_piece():
    found = coverage("92n6e", (64.7, 179.0), heights=(1000.0,), range_km=150.0, terrain="smooth",
                     environment={"clutter": False, "multipath": "off"})  # one disc: no lobes  # fmt: skip
    (polygon,) = found.__geo_interface__["features"][0]["geometry"]["coordinates"]
    lon = np.array(polygon[0])[:, 0]
    assert lon.max() > 180.0
    assert np.abs(np.diff(lon)).max() < 1.0
    assert area(polygon) == pytest.approx(found.table[0]["seen_km2"], rel=2e-3)


def test_saved_files(answer, tmp_path):
    paths = answer.save(tmp_path / "new" / "folder")
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == sorted(p.name for p in paths)
    floors = [f"floor-{key}.tif" for key in answer.floors]
    assert [p.name for p in paths] == ["coverage.json", "coverage.geojson", "coverage.png", "coverage.kml", *floors]
    assert json.loads(paths[0].read_text()) == json.loads(json.dumps(answer.to_dict()))
    assert json.loads(paths[1].read_text())["type"] == "FeatureCollection"
    data = paths[2].read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">I", data[16:20]) == (1400,)


def test_a_place_that_cannot_be_written_is_said(answer, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="cannot write"):
        answer.save(tmp_path / "file")


def test_an_answer_with_nothing_in_it_can_be_drawn(tmp_path):
    found = coverage("92n6e", "murted", heights=(300.0,), range_km=30.0, ref="msl")
    found.save(tmp_path)
    features = json.loads((tmp_path / "coverage.geojson").read_text())["features"]
    assert features[0]["geometry"]["coordinates"] == []


def test_a_notebook_shows_map_and_table(answer):
    text = answer._repr_html_()
    assert text.startswith("<img")
    assert text.count("<tr>") == 3


def test_masks_and_document(answer):
    assert {kind: mask.shape for kind, mask in answer.polar.items()} == {
        kind: (2, answer.grid.n_az, answer.grid.n_r) for kind in ("seen", "engageable")
    }
    document = answer.to_dict()
    assert {"system", "at", "mast", "k", "rcs", "pd", "circle_km", "circle_km2", "terrain", "heights", "notes"} <= set(document)
    assert document["at"]["name"] == "murted"
    assert document["at"]["ground_msl_m"] == pytest.approx(843.0, abs=30.0)  # OurAirports: 843 m; the grid is coarse


def test_json_is_one_document():
    result = run("s-400", *SMALL, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert [row["height_m"] for row in document["heights"]] == [100.0, 1000.0]
    assert document["heights"][0]["ref"] == "agl"


def test_table_names_terrain_and_warns():
    result = run("s-400", *SMALL)
    text = " ".join(result.stdout.split())
    assert result.exit_code == 0
    for words in ("100 m agl", "NOAA GLOBE", "posting 927 m", "warning: Coarse terrain", "400 km, 502,4"):
        assert words in text


def test_files_are_announced_on_stderr_only(tmp_path):
    result = run("92n6e", *SMALL[:-1], "--out", str(tmp_path), "--json")
    json.loads(result.stdout)
    assert "coverage.png" in result.stderr
    assert json.loads((tmp_path / "coverage.json").read_text()) == json.loads(result.stdout)


@pytest.mark.parametrize(
    "words",
    [
        ["s-400", *SMALL, "--height", "100,low"],
        ["s-400", *SMALL, "--set", "92n6e.reference_range=far"],
        ["s-400", *SMALL, "--set", "reference_range=3"],
        ["s-400", *SMALL, "--at", "91,0"],
    ],
)
def test_bad_words_on_the_command_line(words):
    result = run(*words)
    assert isinstance(result.exception, BadInput)
    assert result.stdout == ""


def test_a_catalogue_value_set_on_the_command_line():
    results = [run("92n6e", *SMALL, "--json", *more) for more in ([], ["--set", "92n6e.reference_range=20"])]
    seen = [json.loads(result.stdout)["heights"][1]["seen_radius_km"] for result in results]
    assert seen[1] < 20.1 < seen[0]
