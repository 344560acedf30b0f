"""Fetching Copernicus tiles from a server that drops lines, lies about lengths and sends people elsewhere."""

import hashlib
import importlib.util
import json
import math
import multiprocessing
import os
from pathlib import Path

import pytest

from skyreach.earth.download import Limits, Refused, download
from skyreach.earth.fetch import fetch_terrain
from skyreach.earth.terrain import ground_height, open_terrain
from skyreach.earth.terrain_info import terrain_info
from skyreach.earth.tiles import is_whole, read_record, tile_corner, tile_folder, tile_name, tiles_of_box
from skyreach.errors import BadInput

SPEC = importlib.util.spec_from_file_location("tile_server", Path(__file__).with_name("tile_server.py"))
tiles = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tiles)

QUICK = Limits(max_bytes=2_000_000, tries=4, pause=0.001, timeout=5.0)
BOX = (32.2, 40.2, 32.8, 40.8)  # one tile
PATH = tiles.tile_path("glo90", 40, 32)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with tiles.serving() as state:
        state.files[PATH] = tiles.tile_bytes(40, 32)
        yield state


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path / "cache"))
    return tile_folder("glo90")


def fetch(server, bbox=BOX, dataset="glo90", **more):
    return fetch_terrain(bbox, dataset, mirror=server.address, limits=QUICK, **more)


def only(told):
    (tile,) = told["tiles"]
    return tile


def check_whole(server, cache, path=PATH):
    tile = cache / path.rsplit("/", 1)[1]
    assert tile.read_bytes() == server.files[path]
    assert is_whole(tile)
    assert read_record(tile)["sha256"] == hashlib.sha256(server.files[path]).hexdigest()
    assert sorted(p.suffix for p in cache.iterdir() if p.stem == tile.stem) == [".json", ".tif"]  # no part, note or lock


# ---- names


@pytest.mark.parametrize(
    ("dataset", "south", "west", "name"),
    [  # names in the public buckets
        ("glo30", -14, -172, "Copernicus_DSM_COG_10_S14_00_W172_00_DEM"),
        ("glo30", 0, 6, "Copernicus_DSM_COG_10_N00_00_E006_00_DEM"),
        ("glo90", 47, 8, "Copernicus_DSM_COG_30_N47_00_E008_00_DEM"),
    ],
)
def test_names(dataset, south, west, name):
    assert tile_name(dataset, south, west) == name
    assert tile_corner(name) == (south, west)


def test_tiles_of_a_box_also_over_the_date_line():
    assert [tile_corner(n) for n in tiles_of_box("glo90", 8.9, 47.2, 10.1, 48.0)] == [(47, 8), (47, 9), (47, 10)]
    assert [tile_corner(n) for n in tiles_of_box("glo90", 179.5, -1.0, -179.5, 0.5)] == [(-1, 179), (-1, -180), (0, 179), (0, -180)]
    assert len(tiles_of_box("glo90", -180.0, -90.0, 180.0, 90.0)) == 180 * 360
    assert [tile_corner(n) for n in tiles_of_box("glo90", 5.0, 6.0, 5.0 + 1e-9, 6.0 + 1e-9)] == [(6, 5)]


# ---- a good line


def test_tile_comes_whole_and_is_not_asked_for_again(server, cache):
    told = fetch(server)
    assert only(told)["state"] == "fetched"
    assert only(told)["checked_by"] == ["Content-Length", "MD5 in ETag", "content"]
    assert told["bytes_fetched"] == len(server.files[PATH])
    check_whole(server, cache)
    assert only(fetch(server))["state"] == "present"
    assert server.count(PATH) == 1


def test_fetched_tiles_are_terrain_by_name(server, cache):
    server.files[PATH] = tiles.tile_bytes(40, 32, height=777.0)
    server.files[tiles.tile_path("glo30", 40, 32)] = tiles.tile_bytes(40, 32, height=555.0, side=240)
    with pytest.raises(BadInput, match="skyreach terrain fetch"):
        open_terrain("glo90")
    assert fetch(server)["use"] == "--terrain glo90"
    fetch(server, dataset="glo30")
    at = [(40.5, 32.5)]
    for name, h, title in [("glo90", 777.0, "GLO-90"), ("glo30", 555.0, "GLO-30"), ("cache", 555.0, "GLO-30")]:
        (point,) = terrain_info(name, at)["points"]
        assert point["h_msl"] == pytest.approx(h, abs=0.01)
        assert title in point["from"][0]
    terrain = open_terrain("glo90")
    terrain.window(*(math.radians(v) for v in (40.2, 40.8, 32.2, 32.8)))
    told = terrain.describe()
    assert "EGM2008" in told["sources"][0]["vertical"]
    assert any("EGM2008" in w and "0.5 m RMS" in w for w in told["warnings"])


def test_many_tiles_at_once_and_a_chunked_answer(server, cache):
    box = (30.0, 40.0, 33.0, 42.0)
    for south in (40, 41):
        for west in (30, 31, 32):
            server.files[tiles.tile_path("glo90", south, west)] = tiles.tile_bytes(south, west)
    server.faults[PATH] = ["chunked"]
    seen = {}
    told = fetch(server, box, jobs=6, progress=lambda name, done, total: seen.__setitem__(name, done))
    assert told["counts"] == {"fetched": 6, "present": 0, "absent": 0, "failed": 0}
    assert seen == {t["name"]: t["bytes"] for t in told["tiles"]}
    check_whole(server, cache)


# ---- bad lines


def test_dropped_lines_are_resumed_where_they_broke(server, cache):
    size = len(server.files[PATH])
    server.faults[PATH] = ["drop 10000", "drop 25000", "hangup", f"drop {size - 1}"]
    told = only(fetch(server))
    assert (told["state"], told["tries"]) == ("fetched", 5)
    assert [asked for _, asked in server.asked] == [None, "bytes=10000-", "bytes=25000-", "bytes=25000-", f"bytes={size - 1}-"]
    check_whole(server, cache)


def test_half_a_file_of_an_earlier_fetch_is_gone_on_with(server, cache):
    server.faults[PATH] = ["drop 20000"] + ["hangup"] * 9
    assert only(fetch(server))["state"] == "failed"
    server.faults[PATH] = []
    told = only(fetch(server))
    assert (told["state"], told["resumed_from"]) == ("fetched", 20000)
    check_whole(server, cache)


def test_file_that_changed_meanwhile_is_begun_again(server, cache):
    server.faults[PATH] = ["drop 20000"] + ["hangup"] * 9
    fetch(server)
    server.faults[PATH] = []
    server.files[PATH] = tiles.tile_bytes(40, 32, seed=9)
    told = fetch(server)
    assert only(told)["state"] == "fetched"
    check_whole(server, cache)


@pytest.mark.parametrize("etags", [True, False])
def test_server_that_ignores_ranges_or_names_no_versions(server, cache, etags):
    server.ranges, server.etags = False, etags
    server.faults[PATH] = ["drop 30000", "drop 20000"]
    assert only(fetch(server))["state"] == "fetched"
    check_whole(server, cache)
    if not etags:
        assert [asked for _, asked in server.asked] == [None] * 3


def test_range_that_was_not_asked_for(server, cache):
    server.faults[PATH] = ["drop 30000", "wrong-range"]
    assert only(fetch(server))["state"] == "fetched"
    check_whole(server, cache)


def test_lengths_that_are_wrong(server, cache):
    size = len(server.files[PATH])
    server.faults[PATH] = [f"says {size + 100}"] * 9  # never comes
    assert "given up after" in only(fetch(server))["error"]
    server.faults[PATH] = [f"says {size - 100}"]  # cut short: the MD5 tells
    assert "MD5" in only(fetch(server, out=cache / "other"))["error"]
    server.md5 = False  # no MD5: the missing blocks tell
    server.faults[PATH] = [f"says {size - 100}"]
    assert "not a whole GeoTIFF" in only(fetch(server, out=cache / "third"))["error"]
    assert not list(cache.rglob("*.tif"))


def test_500_then_200_and_500_for_good(server, cache):
    server.faults[PATH] = ["status 500", "status 503", "status 429"]
    told = only(fetch(server))
    assert (told["state"], told["tries"]) == ("fetched", 4)
    server.faults[PATH] = ["status 500"] * 9
    assert "500" in only(fetch(server, out=cache / "x"))["error"]


def test_forbidden_is_not_tried_again(server, cache):
    server.faults[PATH] = ["status 403"] * 5
    assert "403" in only(fetch(server))["error"]
    assert server.count(PATH) == 1


def test_nobody_listens(cache):
    told = fetch_terrain(BOX, "glo90", mirror="http://127.0.0.1:9", limits=QUICK)
    assert only(told)["state"] == "failed"
    assert told["counts"]["failed"] == 1


# ---- sea


def test_cell_without_a_tile_is_remembered_and_is_sea(server, cache):
    box = (31.5, 40.2, 32.5, 40.8)
    told = fetch(server, box)
    assert [t["state"] for t in told["tiles"]] == ["absent", "fetched"]
    assert told["absent_means"] == "sea"
    assert sorted(p.suffix for p in cache.iterdir()) == [".json", ".json", ".tif"]
    again = fetch(server, box)
    assert [t["state"] for t in again["tiles"]] == ["absent", "present"]
    assert again["tiles"][0]["remembered"] is True
    assert server.count(tiles.tile_path("glo90", 40, 31)) == 1
    server.files[tiles.tile_path("glo90", 40, 31)] = tiles.tile_bytes(40, 31)
    assert [t["state"] for t in fetch(server, box, again=True)["tiles"]] == ["fetched", "present"]


def test_known_sea_counts_as_covered(server, cache):
    """South Atlantic, far from the packaged grids: what was asked for and is not there is sea, the rest is unknown."""
    fetch(server, (-20.0, -40.0, -19.0, -39.0))
    assert len(server.asked) == 1
    terrain = open_terrain("glo90")
    dem = terrain.window(*(math.radians(v) for v in (-40.0, -39.0, -20.0, -18.0)))
    told = terrain.describe()
    assert told["uncovered_share"] == pytest.approx(0.5, abs=0.1)  # the rim of 5 minute nodes
    lat, lon = math.radians(-39.5), math.radians(-19.5)
    assert ground_height(dem, lat, lon) - terrain.undulation(lat, lon) == pytest.approx(0.0, abs=1e-3)
    assert not any("no tile" in w for w in told["warnings"])
    fetch(server, (-20.0, -40.0, -19.0, -39.0), "glo30")  # GLO-30 lacks some land too
    fine = open_terrain("glo30")
    fine.window(*(math.radians(v) for v in (-40.0, -39.0, -20.0, -18.0)))
    assert any("GLO-30 has no tile" in w and "not released" in w for w in fine.describe()["warnings"])
    with pytest.raises(BadInput, match="does not overlap"):
        open_terrain("glo90").window(*(math.radians(v) for v in (10.0, 11.0, 10.0, 11.0)))


# ---- what must not be taken


def test_redirect_to_a_file_or_another_scheme(server, cache):
    for where in ("file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/plain,hello", "gopher://127.0.0.1/"):
        server.faults[PATH] = [f"redirect {where}"] * 3
        told = only(fetch(server))
        assert told["state"] == "failed"
        assert "only http and https" in told["error"]
        assert where.partition(":")[0] in told["error"]
    assert server.count(PATH) == 4  # refused at once, not tried again
    assert not list(cache.rglob("*.tif"))


def test_redirect_to_another_place_of_the_server_is_followed_and_circles_are_not(server, cache):
    server.files["/elsewhere.tif"] = server.files[PATH]
    server.faults[PATH] = [f"redirect {server.address}/elsewhere.tif"]
    assert only(fetch(server))["state"] == "fetched"
    server.faults[PATH] = [f"redirect {server.address}{PATH}"] * 20
    assert only(fetch(server, out=cache / "x"))["state"] == "failed"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http:///a", "/etc/passwd"])
def test_address_that_is_not_http(url, tmp_path):
    with pytest.raises(Refused, match="only http and https"):
        download(url, tmp_path / "x", QUICK)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("said", [True, False])
def test_too_large(server, cache, said):
    server.files[PATH] = bytes(QUICK.max_bytes + 1)
    server.faults[PATH] = [] if said else ["chunked"]
    assert f"{QUICK.max_bytes}" in only(fetch(server))["error"]
    assert not list(cache.iterdir())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>log in first</html>", "not a whole GeoTIFF"),
        (tiles.tile_bytes(41, 32), "not the cell of its name"),
        (tiles.tile_bytes(40, 32, side=4000, height=1.0, compress="deflate"), "at most 3601"),
        (tiles.tile_bytes(40, 32)[:-200], "not a whole GeoTIFF"),
    ],
    ids=["html", "other cell", "bomb", "half"],
)
def test_content_that_is_no_tile(server, cache, body, words):
    server.files[PATH] = body
    assert words in only(fetch(server))["error"]
    assert not list(cache.rglob("*.tif"))
    server.files[PATH] = tiles.tile_bytes(40, 32)
    assert only(fetch(server))["state"] == "fetched"  # nothing of the bad one is kept


def test_tile_that_changed_on_disk_is_noticed_and_fetched_again(server, cache):
    fetch(server)
    (tile,) = cache.glob("*.tif")
    data = bytearray(tile.read_bytes())
    data[-5] ^= 1
    tile.write_bytes(data)
    with pytest.raises(BadInput, match="SHA-256"):
        terrain_info("glo90", [(40.5, 32.5)])
    assert only(fetch(server))["state"] == "fetched"
    check_whole(server, cache)
    assert terrain_info("glo90", [(40.5, 32.5)])["points"][0]["from"] == ["Copernicus GLO-90"]


@pytest.mark.parametrize("note", ["", "{", "[]", '{"name": "x"}'])
def test_damaged_record_is_no_record(server, cache, note):
    fetch(server)
    (record,) = cache.glob("*.json")
    record.write_text(note)
    assert only(fetch(server))["state"] == "fetched"
    check_whole(server, cache)


# ---- two at once


def _elsewhere(address, folder, box):
    os.environ["no_proxy"] = "127.0.0.1"
    told = fetch_terrain(box, "glo90", mirror=address, out=folder, jobs=3, limits=QUICK)
    assert told["counts"]["failed"] == 0


def test_two_fetches_at_once_do_not_harm_each_other(server, cache):
    box = (30.0, 40.0, 33.0, 42.0)
    for south in (40, 41):
        for west in (30, 31, 32):
            path = tiles.tile_path("glo90", south, west)
            server.files[path] = tiles.tile_bytes(south, west)
            server.faults[path] = ["drop 9000", "drop 18000"]
    workers = [multiprocessing.get_context("spawn").Process(target=_elsewhere, args=(server.address, str(cache), box)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert len(list(cache.iterdir())) == 12  # six tiles, six records
    assert all(is_whole(tile) for tile in cache.glob("*.tif"))
    assert all(server.count(path) == 3 for path in server.files)  # each came once


# ---- what is asked for


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"bbox": (32.0, 41.0, 33.0, 40.0)}, "S below N"),
        ({"bbox": (32.0, 40.0, 32.0, 41.0)}, "bbox"),
        ({"bbox": (32.0, math.nan, 33.0, 41.0)}, "bbox"),
        ({"bbox": (-180.0, -90.0, 180.0, 90.0)}, "64800 tiles"),
        ({"bbox": BOX, "dataset": "srtm"}, "glo30 or glo90"),
        ({"bbox": BOX, "jobs": 0}, "jobs"),
        ({"bbox": BOX, "mirror": "file:///etc"}, "http://"),
        ({"bbox": BOX, "mirror": "/etc"}, "--terrain FOLDER"),
    ],
)
def test_orders_that_cannot_be(more, words, cache):
    with pytest.raises(BadInput, match=words):
        fetch_terrain(**more)
    assert not cache.exists()


def test_told_can_be_written_as_json(server, cache):
    told = fetch(server, (31.5, 40.2, 32.5, 40.8))
    assert json.loads(json.dumps(told)) == told
