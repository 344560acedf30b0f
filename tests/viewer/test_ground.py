"""Relief and lines under the map."""

import numpy as np
import pytest

from skyreach.earth.terrain import SMOOTH, open_terrain
from skyreach.viewer.ground import Box, Relief, box_around, heights, lines, mercator, relief, terrain_in_use, terrain_name

ERCIYES = Box(38.2, 38.9, 35.0, 35.9)


def unpacked(content: bytes, width: int, height: int) -> np.ndarray:
    """What the page makes of the packed bytes (viewer/src/data/relief.ts), in NumPy."""
    low, high = np.frombuffer(content, np.uint8).reshape(2, height, width).astype(np.int32)
    folded = low | (high << 8)
    steps = (folded >> 1) ^ -(folded & 1)
    steps[:, 0] = np.cumsum(steps[:, 0])
    return np.cumsum(steps, axis=1)


@pytest.fixture(scope="module")
def erciyes() -> Relief:
    return relief(open_terrain(None), ERCIYES, 200, 2.0)


def test_heights_of_a_known_mountain(erciyes):
    """Erciyes, 3917 m (any atlas), at 38.53 N 35.45 E; a 30 arc-second grid takes some hundred metres off a peak."""
    assert 3200.0 < erciyes.values.max() * erciyes.step < 3950.0
    row, column = np.unravel_index(erciyes.values.argmax(), erciyes.values.shape)
    n_lat, n_lon = erciyes.values.shape
    assert ERCIYES.west + column / (n_lon - 1) * (ERCIYES.east - ERCIYES.west) == pytest.approx(35.45, abs=0.02)
    northing = mercator(ERCIYES.north) + row / (n_lat - 1) * (mercator(ERCIYES.south) - mercator(ERCIYES.north))
    assert northing == pytest.approx(float(mercator(38.53)), abs=4e-4)  # 0.02 degree


def test_mercator():
    """The square of Web Mercator ends at 85.0511 degrees (EPSG:3857)."""
    assert mercator(85.05112878) == pytest.approx(np.pi, rel=1e-9)
    assert mercator(0.0) == pytest.approx(0.0, abs=1e-15)


def test_packing_loses_nothing(erciyes):
    height, width = erciyes.values.shape
    assert (unpacked(erciyes.packed(), width, height) == erciyes.values).all()
    rough = np.random.default_rng(1).integers(-16000, 16000, (7, 5)).astype(np.int16)
    assert (unpacked(Relief(ERCIYES, 1.0, rough).packed(), 5, 7) == rough).all()


def test_a_smooth_earth_is_flat():
    assert not relief(open_terrain(SMOOTH), ERCIYES, 50, 2.0).values.any()


def test_the_longer_side_has_the_nodes_asked_for(erciyes):
    assert max(erciyes.values.shape) == 200


def test_land_is_never_drawn_as_water():
    """Coast of the Sea of Marmara: cells that round to zero are either water or lifted by one step."""
    box = Box(40.8, 41.2, 28.6, 29.3)
    coarse = relief(open_terrain(None), box, 120, 50.0)
    n_lat, n_lon = coarse.values.shape
    lat = np.degrees(np.arctan(np.sinh(np.linspace(mercator(box.north), mercator(box.south), n_lat))))
    h = heights(open_terrain(None), lat, np.linspace(box.west, box.east, n_lon))
    assert (coarse.values[h > 1.0] > 0).all()
    assert (coarse.values == 0).any()


def test_lines_lie_on_the_map():
    """Coast of the Sea of Marmara and no border around Istanbul; lines reach over the rim by a segment."""
    found = lines(Box(40.6, 41.4, 28.5, 29.6))
    assert found["coast"]
    assert not found["border"]
    for line in found["coast"]:
        lon, lat = np.array(line).T
        assert ((lat > 40.0) & (lat < 42.0) & (lon > 27.5) & (lon < 30.5)).any()


def test_a_box_holds_its_points_and_has_room():
    box = box_around(np.array([[40.0, 179.5], [41.0, -179.5]]), 10.0, 5.0)
    assert (box.south, box.north) == (pytest.approx(39.91, abs=0.005), pytest.approx(41.09, abs=0.005))
    assert box.west == pytest.approx(179.5 - 10.0 / (111.2 * np.cos(np.radians(40.5))), abs=0.005)
    assert box.east > 180.5
    alone = box_around(np.array([[0.0, 0.0]]), 1.0, 25.0)
    assert alone.north - alone.south == pytest.approx(50.0 / 111.2, rel=1e-3)


def test_the_terrain_of_a_run_or_the_packaged_one(tmp_path):
    assert terrain_in_use("smooth earth at sea level")[1] == ""
    assert terrain_in_use("embedded: whatever")[1] == ""
    source, said = terrain_in_use(str(tmp_path / "gone.tif"))
    assert source.name.startswith("embedded")
    assert "not on this machine" in said


def test_files_are_named_without_their_folder():
    assert terrain_name("/mnt/someone/N39E032.hgt, C:\\dem\\b.tif") == "user's files N39E032.hgt, b.tif"
    assert terrain_name("embedded: x") == "embedded: x"
