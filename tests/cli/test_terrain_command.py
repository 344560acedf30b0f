"""skyreach terrain, and --terrain with several sources, called in this process; the server of tests/earth is real."""

import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

SPEC = importlib.util.spec_from_file_location("tile_server", Path(__file__).parents[1] / "earth" / "tile_server.py")
tiles = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tiles)

SCENARIO = """\
skyreach: 1
name: tiny
start: 2026-05-01T02:00:00Z
duration_s: 2
TERRAIN
formations:
  - name: battery
    level: battery
    radars:
      - {name: eye, system: 76n6, at: murted, axis_deg: 180}
raid:
  - name: bandit
    system: f-16c
    route:
      - {at: {site: murted, bearing_deg: 180, distance_km: 20}, height_m: 6000, ref: msl}
      - {at: {site: murted, bearing_deg: 180, distance_km: 15}, height_m: 6000, ref: msl}
"""


@pytest.fixture
def skyreach(skyreach, monkeypatch, tmp_path):
    """The command, in a folder of its own and without a proxy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return skyreach


@pytest.fixture
def server():
    with tiles.serving() as state:
        state.files[tiles.tile_path("glo90", 40, 32)] = tiles.tile_bytes(40, 32, height=640.0)
        yield state


def flat(path, height, west=32.0):
    where = Affine(1 / 120, 0.0, west, 0.0, -1 / 120, 41.0)
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", transform=where, height=120, width=120, count=1, dtype="float32") as out:
        out.write(np.full((120, 120), height, np.float32), 1)
    return path


def test_info_for_people_and_programs(skyreach, tmp_path):
    path = flat(tmp_path / "a.tif", 700.0)
    code, out, err = skyreach("terrain", "info", path, "--at", "40.5,32.5", "--at", "-33.9,18.4", "--bbox", "32,40,33,41")
    assert (code, err) == (0, "")
    for words in (
        "a.tif: GTiff, files: 1, posting 926.6 m", "heights count from: not said, used as EGM96", "covers 100.0% of the box",
        "h_msl 700.0 m, h_ell 738.0 m, undulation 38.00 m", "outside", "no terrain data: taken as sea level", "EGM96, 15 arc minutes",
    ):  # fmt: skip
        assert words in out
    code, out, _ = skyreach("terrain", "info", path, "--at", "40.5,32.5", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["points"][0]["h_ell"] == pytest.approx(738.0, abs=0.02)
    assert told["sources"][0]["postings_m"] == [926.6]
    assert "NOAA GLOBE" in skyreach("terrain", "info")[1]


def test_fetch_then_use_by_name(skyreach, server, monkeypatch, tmp_path):
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path / "cache"))
    words = ("terrain", "fetch", "--dataset", "glo90", "--mirror", server.address, "--jobs", "2")
    code, out, err = skyreach(*words, "--bbox", "31.5,40.1,32.5,40.9")
    assert (code, err) == (0, "")
    for text in ("1 fetched", "1 without a tile", "N40_00_E031_00", "EGM2008", "--terrain glo90"):
        assert text in out
    code, out, _ = skyreach(*words, "--bbox", "31.5,40.1,32.5,40.9", "--json")
    assert json.loads(out)["counts"] == {"fetched": 0, "present": 1, "absent": 1, "failed": 0}
    assert "h_msl 640.0 m" in skyreach("terrain", "info", "glo90", "--at", "40.5,32.5")[1]
    assert json.loads(skyreach("terrain", "info", "cache", "--json")[1])["sources"][1]["cells_without_tile"] == 1


def test_failed_tile_is_exit_code_3(skyreach, server):
    server.faults[tiles.tile_path("glo90", 40, 32)] = ["status 403"]
    code, out, _ = skyreach("terrain", "fetch", "--dataset", "glo90", "--mirror", server.address, "--bbox", "32.1,40.1,32.2,40.2", "--out", "t")
    assert code == 3
    assert "failed: " in out
    assert "403" in out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("info", "none.tif"), "no such file"),
        (("info", "--at", "40"), "2 numbers"),
        (("info", "--at", "north,west"), "2 numbers"),
        (("info", "--at", "91,0"), "latitude -90 to 90"),
        (("info", "--bbox", "1,2,3"), "4 numbers"),
        (("info", "https://example.org/dem.tif"), "download it first"),
        (("fetch", "--bbox", "1,2,3"), "4 numbers"),
        (("fetch", "--bbox", "1,2,3,4", "--dataset", "srtm"), "glo30 or glo90"),
        (("fetch", "--bbox", "1,2,3,4", "--mirror", "file:///etc"), "http://"),
        (("fetch", "--bbox", "1,2,3,4", "--jobs", "0"), "jobs"),
    ],
)
def test_bad_words_are_exit_code_2(skyreach, words, text):
    code, out, err = skyreach("terrain", *words)
    assert (code, out) == (2, "")
    assert text in err
    assert "Traceback" not in err


def test_run_takes_several_sources(skyreach, tmp_path):
    """Left of 32.6 E the first file, right of it the second; the scenario may hold the list too."""
    first, second = flat(tmp_path / "first.tif", 700.0, west=31.6), flat(tmp_path / "second.tif", 800.0, west=32.6)
    listed = f"terrain: [{json.dumps(str(first))}, {json.dumps(str(second))}]"
    (tmp_path / "list.yaml").write_text(SCENARIO.replace("TERRAIN", listed))
    (tmp_path / "plain.yaml").write_text(SCENARIO.replace("TERRAIN\n", ""))
    ways = [
        ("plain.yaml", "--terrain", first, "--terrain", second),
        ("plain.yaml", "--terrain", f"{first}{os.pathsep}{second}"),
        ("list.yaml",),
    ]
    digests = set()
    for number, way in enumerate(ways):
        code, out, _ = skyreach("run", *way, "--out", f"r{number}", "--json", "--quiet")
        told = json.loads(out)
        assert code == 0
        digests.add(told["digest"])
        assert [s["name"] for s in told["terrain"]["sources"][:2]] == [str(first), str(second)]
        assert all(s["share"] > 0 for s in told["terrain"]["sources"][:2])
    assert len(digests) == 1


@pytest.mark.parametrize(("value", "text"), [("5", "terrain"), ("[a.tif, 5]", "terrain"), ("{a: b}", "terrain")])
def test_terrain_of_a_scenario_that_is_no_name(skyreach, tmp_path, value, text):
    (tmp_path / "bad.yaml").write_text(SCENARIO.replace("TERRAIN", f"terrain: {value}"))
    code, _, err = skyreach("check", "bad.yaml")
    assert code == 2
    assert "bad.yaml:5" in err
    assert text in err
