"""The verbs export and import: files, messages, JSON, exit codes."""

import json

import pytest
from typer.testing import CliRunner

from skyreach.cli import app
from skyreach.errors import BadInput

RUNNER = CliRunner()


def called(*words):
    done = RUNNER.invoke(app, [str(word) for word in words])
    if isinstance(done.exception, BadInput):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


def test_export_writes_and_says_where(run_folder, tmp_path):
    done = called("export", run_folder, "acmi", "--out", tmp_path / "a.zip.acmi")
    assert done.stdout.strip() == str(tmp_path / "a.zip.acmi")
    said = json.loads(called("export", run_folder, "asterix", "--out", tmp_path / "a.ast", "--json", "--quiet").stdout)
    assert said["seed"] == 3
    assert said["files"] == [str(tmp_path / "a.ast"), str(tmp_path / "a.ast.about.json")]
    assert not list(tmp_path.glob(".*"))  # nothing half done is left


def test_kml_with_coverage_holds_polygons_by_height(run_folder, tmp_path):
    called("export", run_folder, "kml", "--out", tmp_path / "a.kmz", "--coverage", "1000")
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.kmz") as archive:
        text = archive.read(archive.namelist()[0]).decode()
    assert "<Folder" in text
    assert "1,000 m" in text
    assert text.count("<Polygon") > 1
    assert "&lt;b&gt;small&lt;/b&gt;" in text  # the title is text, never markup


def test_floor_maps(run_folder, tmp_path):
    import rasterio

    files = called("export", run_folder, "tif", "--out", tmp_path / "maps").stdout.split()
    assert len([name for name in files if name.endswith(".tif")]) >= 3
    with rasterio.open(files[0]) as source:
        assert source.crs.to_epsg() == 4326
    assert json.loads((tmp_path / "maps" / "about.json").read_text(encoding="utf-8"))["seed"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pdf"], "acmi, czml"),
        (["acmi", "--tolerance", "5"], "tolerance"),
        (["kml", "--coverage", "high"], "numbers"),
        (["acmi", "--live", "127.0.0.1:3000"], "for dis alone"),
        (["dis", "--live", "8.8.8.8:3000"], "loopback"),
    ],
)
def test_bad_exports(words, said, run_folder):
    with pytest.raises(BadInput, match=said):
        called("export", run_folder, *words)


def test_export_over_a_folder_is_refused(run_folder, tmp_path):
    with pytest.raises(BadInput, match="a folder"):
        called("export", run_folder, "acmi", "--out", tmp_path)
    (tmp_path / "x").write_text("kept", encoding="utf-8")
    with pytest.raises(BadInput, match="there already"):
        called("export", run_folder, "csv", "--out", tmp_path)
    assert (tmp_path / "x").read_text(encoding="utf-8") == "kept"


def test_import_prints_a_fragment_or_a_scenario(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("time,icao24,lat,lon,baroaltitude,velocity\n0,4ba946,40,30,9000,1\n60,4ba946,40.1,30,9000,1\n", encoding="utf-8")
    done = called("import", file)
    assert "civil:" in done.stdout
    assert "taken for an a320: 1" in done.stderr
    out = tmp_path / "whole.yaml"
    said = json.loads(called("import", file, "--into", "murted-f35", "--out", out, "--json", "--quiet").stdout)
    assert said["counts"]["routes"] == 1
    assert "in order" in called("check", out).stdout
    with pytest.raises(BadInput, match="b737"):
        called("import", file, "--system", "boat")
