"""Floor maps on disk: found again, never mixed up, whole whatever happens to the file or beside it."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.earth.floor import Antenna, cached_floor, cached_floors, floor_map
from skyreach.earth.floor_store import PIECE, digest_of
from skyreach.earth.grid import Dem

SITE = (math.radians(40.0789), math.radians(32.5656))


def flat(h=50.0):
    """A window of constant height round the site."""
    step = 900.0 / 6371e3
    return Dem(np.full((73, 105), h, dtype=np.float32), SITE[0] - 36 * step, SITE[1] - 52 * step, step, step)


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path))
    return flat(), *SITE, 80.0, 30e3, 500.0, 36


def test_cached_floor_is_the_floor(small, tmp_path):
    fresh = floor_map(*small)
    assert (cached_floor(*small) == fresh).all()
    files = list((tmp_path / "floors").iterdir())
    assert [f.suffix for f in files] == [".npz"]  # no temporary file left
    written = files[0].stat().st_mtime_ns
    assert (cached_floor(*small) == fresh).all()
    assert files[0].stat().st_mtime_ns == written
    cached_floor(*small[:3], 81.0, *small[4:])
    other = small[0]._replace(h=small[0].h + np.float32(1.0))
    cached_floor(other, *small[1:])
    assert len(list((tmp_path / "floors").iterdir())) == 3


def test_several_maps_are_kept_one_by_one(small, tmp_path):
    """One of three is there already: it is read, the two others are made, all three are those of floor_map."""
    cached_floor(*small)
    (first,) = (tmp_path / "floors").iterdir()
    written = first.stat().st_mtime_ns
    sites = [Antenna(*SITE, 90.0, 20e3), Antenna(*SITE, 80.0, 30e3), Antenna(*SITE, 60.0, 10e3)]
    for _ in range(2):
        for site, floor in zip(sites, cached_floors(small[0], sites, 500.0, 36), strict=True):
            assert (floor == floor_map(small[0], *site, 500.0, 36)).all()
    assert first.stat().st_mtime_ns == written
    assert len(list((tmp_path / "floors").iterdir())) == 3


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "other shape", "text"])
def test_damaged_cache_file_is_made_again(small, tmp_path, damage):
    fresh = cached_floor(*small)
    (file,) = (tmp_path / "floors").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    bad = {"empty": b"", "cut": bytes(data[: len(data) // 2]), "flipped": bytes(data), "text": b"hello"}
    if damage == "other shape":
        with file.open("wb") as out:
            np.savez(out, floor=np.zeros((3, 4), dtype=np.float32))
    else:
        file.write_bytes(bad[damage])
    assert (cached_floor(*small) == fresh).all()
    with file.open("rb") as raw, np.load(raw) as again:
        assert (again["floor"] == fresh).all()


def test_every_cut_of_the_file_is_noticed(small, tmp_path):
    fresh = cached_floor(*small)
    (file,) = (tmp_path / "floors").iterdir()
    whole = file.read_bytes()
    for length in range(0, len(whole), 97):
        file.write_bytes(whole[:length])
        assert (cached_floor(*small) == fresh).all()
        assert file.read_bytes() == whole


def test_cache_that_cannot_be_written_is_done_without(small, tmp_path):
    (tmp_path / "floors").write_text("a file where the folder should be")
    assert cached_floor(*small).shape == (36, 60)


WORKER = """
import math, sys
import numpy as np
from skyreach.earth.floor import cached_floor
from skyreach.earth.grid import Dem
step = 900.0 / 6371e3
lat, lon = math.radians(40.0789), math.radians(32.5656)
dem = Dem(np.full((73, 105), 50.0, dtype=np.float32), lat - 36 * step, lon - 52 * step, step, step)
print("ready", flush=True)
sys.stdin.readline()
for turn in range(40):
    floor = cached_floor(dem, lat, lon, 80.0 + turn % 4, 30e3, 500.0, 36)
    print(float(floor.sum(dtype=np.float64)).hex())
"""


def test_processes_that_write_at_once_do_not_harm_each_other(small, tmp_path):
    """Three real processes, started together on an empty cache, make, write and read the same four maps, and a fourth cuts
    the files short in between. All get the same sums, and no temporary file is left."""
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    try:
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            worker.stdin.write("\n")
            worker.stdin.flush()
        while any(worker.poll() is None for worker in workers):
            for file in (tmp_path / "floors").glob("*.npz"):
                file.write_bytes(file.read_bytes()[:1000])
        answers = [worker.stdout.read().split() for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
            worker.stdin.close()
            worker.stdout.close()
    sums = [float(floor_map(*small[:3], 80.0 + i % 4, *small[4:]).sum(dtype=np.float64)).hex() for i in range(40)]
    assert answers == [sums] * 3
    files = list((tmp_path / "floors").iterdir())
    assert sorted(f.suffix for f in files) == [".npz"] * 4


# ---- the hash of a window


@given(st.integers(0, 73 * 105 - 1), st.integers(0, 31))
def test_one_bit_of_one_node_changes_the_digest(node, bit):
    dem = flat()
    changed = dem.h.copy()
    changed.reshape(-1).view(np.uint32)[node] ^= np.uint32(1 << bit)
    assert digest_of(dem._replace(h=changed)) != digest_of(dem)


def test_nodes_that_change_places_change_the_digest():
    n = 3 * PIECE // 4
    h = np.arange(n, dtype=np.float32).reshape(3, -1)
    dem = Dem(h, 0.1, 0.2, 1e-3, 1e-3)
    assert digest_of(dem._replace(h=h[[1, 0, 2]])) != digest_of(dem)  # whole pieces
    assert digest_of(dem._replace(h=h[:, ::-1])) != digest_of(dem)
    assert digest_of(dem._replace(h=h.reshape(2, -1))) != digest_of(dem)


@pytest.mark.parametrize("field", ["lat0", "lon0", "dlat", "dlon"])
def test_the_place_of_a_window_is_part_of_its_digest(field):
    dem = flat()
    moved = dem._replace(**{field: np.nextafter(getattr(dem, field), 9.0)})
    assert digest_of(moved) != digest_of(dem)
    assert digest_of(dem._replace(h=np.asfortranarray(dem.h))) == digest_of(dem)  # same content, other memory
