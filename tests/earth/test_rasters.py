"""Elevation files of users: the good ones give their heights, the bad ones are named with a cure."""

import math
import shutil
import zipfile

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.warp import transform

from skyreach.earth.terrain import ground_height, open_terrain
from skyreach.errors import BadInput

rad = math.radians
SIDE = 1201  # SRTM 3": nodes from one degree line to the next


def hills(lat, lon):
    """A smooth test surface [m] between 600 and 1400, lat and lon in degrees."""
    return 1000.0 + 300.0 * np.sin(lat * 9.0) + 100.0 * np.cos(lon * 14.0)


def hgt_heights(south=40, west=32):
    lat = south + np.arange(SIDE)[::-1, None] / (SIDE - 1)
    lon = west + np.arange(SIDE)[None, :] / (SIDE - 1)
    return np.round(hills(lat, lon)).astype(">i2")


def write_tif(path, heights, west, north, step, crs="EPSG:4326", **options):
    """A GeoTIFF whose first node (cell centre) is at west, north; units of crs."""
    where = Affine(step, 0.0, west - step / 2, 0.0, -step, north + step / 2)
    shape = {"height": heights.shape[0], "width": heights.shape[1], "count": 1, "dtype": heights.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=where, **shape, **options) as out:
        out.write(heights, 1)
    return path


def window(terrain, south, north, west, east):
    return terrain.window(rad(south), rad(north), rad(west), rad(east))


def h_msl(terrain, dem, lat, lon):
    return ground_height(dem, rad(lat), rad(lon)) - terrain.undulation(rad(lat), rad(lon))


@pytest.fixture
def tile(tmp_path):
    path = tmp_path / "N40E032.hgt"
    hgt_heights().tofile(path)
    return path


def check_hills(terrain, dem, tol=1.0, south=40.05, north=40.95, west=32.05, east=32.95):
    rng = np.random.default_rng(3)
    for lat, lon in zip(rng.uniform(south, north, 200), rng.uniform(west, east, 200), strict=True):
        assert h_msl(terrain, dem, lat, lon) == pytest.approx(
            float(hills(lat, lon)), abs=tol
        )  # rounded to 1 m in the file


# ---- good files


def test_hgt_tile(tile):
    terrain = open_terrain(tile)
    dem = window(terrain, 40.0, 41.0, 32.0, 33.0)
    check_hills(terrain, dem)
    told = terrain.describe()
    assert told["posting_m"] == pytest.approx(92.7, abs=0.1)  # 3" of a 6371 km sphere
    assert told["sources"][0]["share"] > 0.99
    assert told["voids_filled"] == 0
    assert told["coarse"] is False
    # nodes are those of the file: 40N 32E is a node, and its height a whole number
    assert h_msl(terrain, dem, 40.5, 32.5) == pytest.approx(float(hgt_heights()[600, 600]), abs=2e-4)


def test_zipped_hgt_and_a_folder_of_tiles(tile, tmp_path):
    folder = tmp_path / "tiles" / "deeper"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "N40E032.SRTMGL3.hgt.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tile, "N40E032.hgt")
    hgt_heights(west=33).tofile(folder / "N40E033.hgt")
    (folder / "readme.txt").write_text("not terrain")
    terrain = open_terrain(tmp_path / "tiles")
    dem = window(terrain, 40.2, 40.8, 32.2, 33.8)
    check_hills(terrain, dem, south=40.25, north=40.75, west=32.25, east=33.75)
    assert terrain.describe()["sources"][0]["share"] == 1.0


def test_voids_are_filled_from_the_next_source_and_counted(tile):
    heights = hgt_heights()
    heights[300:310, 500:520] = -32768
    heights.tofile(tile)
    terrain = open_terrain(tile)
    dem = window(terrain, 40.001, 40.999, 32.001, 32.999)
    told = terrain.describe()
    assert told["voids_filled"] == 200
    assert any("200 void" in w for w in told["warnings"])
    lat, lon = 41.0 - 305 / 1200, 32.0 + 510 / 1200
    filled, embedded = h_msl(terrain, dem, lat, lon), open_terrain()
    other = window(embedded, 40.5, 41.0, 32.2, 32.8)
    assert filled == pytest.approx(h_msl(embedded, other, lat, lon), abs=0.01)


def test_second_file_fills_the_voids_of_the_first(tile, tmp_path):
    lat, lon = np.linspace(41.0, 40.0, 121)[:, None], np.linspace(32.0, 33.0, 121)[None, :]
    fine = hgt_heights()
    fine[200:400, 200:400] = -32768
    fine.tofile(tile)
    coarse = write_tif(tmp_path / "coarse.tif", hills(lat, lon).astype(np.float32), 32.0, 41.0, 1 / 120)
    terrain = open_terrain([tile, coarse])
    dem = window(terrain, 40.01, 40.99, 32.01, 32.99)
    check_hills(terrain, dem, tol=1.5)
    told = terrain.describe()
    assert told["voids_filled"] == 40000
    assert told["sources"][1]["share"] == pytest.approx(40000 / dem.h.size, abs=0.01)


@pytest.mark.parametrize("void", ["nan", "nodata", "-32768 undeclared"])
def test_kinds_of_voids(tmp_path, void):
    lat, lon = np.linspace(41.0, 40.0, 241)[:, None], np.linspace(32.0, 33.0, 241)[None, :]
    heights = hills(lat, lon).astype(np.float32)
    heights[100:110, 100:110] = {"nan": np.nan, "nodata": -9999.0, "-32768 undeclared": -32768.0}[void]
    options = {"nodata": -9999.0} if void == "nodata" else {}
    terrain = open_terrain(write_tif(tmp_path / "a.tif", heights, 32.0, 41.0, 1 / 240, **options))
    dem = window(terrain, 40.02, 40.98, 32.02, 32.98)
    assert terrain.describe()["voids_filled"] == 100
    assert 400.0 < dem.h.min()
    assert not np.isnan(dem.h).any()


def test_projected_file(tmp_path):
    """UTM 36N, 100 m cells; expected heights by transforming the points to UTM with PROJ first."""
    east0, north0, step, n = 400_000.0, 4_500_000.0, 100.0, 600
    x, y = east0 + step * np.arange(n), north0 - step * np.arange(n)
    surface = lambda e, north: 500.0 + (e - east0) * 0.01 + (north0 - north) * 0.005  # noqa: E731
    heights = surface(x[None, :], y[:, None]).astype(np.float32)
    path = write_tif(tmp_path / "utm.tif", heights, east0, north0, step, crs="EPSG:32636")
    terrain = open_terrain(path)
    dem = window(terrain, 40.25, 40.5, 32.0, 32.3)
    rng = np.random.default_rng(4)
    for lat, lon in zip(rng.uniform(40.26, 40.49, 50), rng.uniform(32.01, 32.29, 50), strict=True):
        (e,), (north,) = transform("EPSG:4326", "EPSG:32636", [lon], [lat])
        assert h_msl(terrain, dem, lat, lon) == pytest.approx(surface(e, north), abs=0.05)
    assert terrain.describe()["posting_m"] == pytest.approx(100.0, rel=0.1)
    wide = window(open_terrain(path), 39.9, 40.6, 31.7, 32.7)  # the rest comes from the packaged grid
    assert not np.isnan(wide.h).any()


@pytest.mark.parametrize("dtype", ["uint16", "int16", "int32", "float32", "float64"])
def test_number_types_and_voids_in_a_file_that_must_be_resampled(tmp_path, dtype):
    heights = np.full((200, 200), 700, dtype=dtype)
    if np.dtype(dtype).kind == "f":
        heights[50:60, 20:40] = np.nan
    if np.dtype(dtype).kind != "u":
        heights[100:110, 100:120] = -32768
    path = write_tif(tmp_path / "utm.tif", heights, 500_000.0, 4_450_000.0, 500.0, crs="EPSG:32636")
    terrain = open_terrain(path)
    dem = window(terrain, 39.4, 40.1, 33.1, 34.0)
    told = terrain.describe()
    area = {"u": 0.0, "i": 10 * 20 * 0.25, "f": 20 * 20 * 0.25}[np.dtype(dtype).kind]  # km2 of 500 m cells
    node = dem.dlat * dem.dlon * 6371.0**2 * math.cos(rad(39.75))  # km2
    assert told["voids_filled"] * node == pytest.approx(area, rel=0.15)
    assert (dem.h > 730).mean() > 0.95  # 700 m and the geoid
    assert not any("sea floor" in w for w in told["warnings"])


def test_feet_and_ellipsoidal_heights(tmp_path):
    lat, lon = np.linspace(41.0, 40.0, 121)[:, None], np.linspace(32.0, 33.0, 121)[None, :]
    heights = hills(lat, lon)
    feet = write_tif(tmp_path / "feet.tif", (heights / 0.3048).astype(np.float32), 32.0, 41.0, 1 / 120)
    with rasterio.open(feet, "r+") as file:
        file.units = ["ft"]
    terrain = open_terrain(feet)
    check_hills(terrain, window(terrain, 40.02, 40.98, 32.02, 32.98), tol=1.0)
    above_ellipsoid = write_tif(
        tmp_path / "ell.tif", heights.astype(np.float32), 32.0, 41.0, 1 / 120, crs=CRS.from_epsg(4979)
    )
    terrain = open_terrain(above_ellipsoid)
    dem = window(terrain, 40.02, 40.98, 32.02, 32.98)
    assert ground_height(dem, rad(40.5), rad(32.5)) == pytest.approx(float(hills(40.5, 32.5)), abs=1.0)


def test_sea_floor_is_sea_level(tmp_path):
    heights = np.full((121, 121), -2000, dtype=np.int16)
    heights[:, 60:] = 50
    terrain = open_terrain(write_tif(tmp_path / "gebco.tif", heights, 32.0, 41.0, 1 / 120))
    dem = window(terrain, 40.1, 40.9, 32.1, 32.9)
    assert h_msl(terrain, dem, 40.5, 32.2) == pytest.approx(0.0, abs=1e-3)
    assert h_msl(terrain, dem, 40.5, 32.8) == pytest.approx(50.0, abs=1e-3)
    assert any("sea floor" in w for w in terrain.describe()["warnings"])


def test_file_over_part_of_the_window_is_blended_and_its_share_told(tile):
    terrain = open_terrain(tile)
    dem = window(terrain, 40.0, 41.0, 32.0, 34.0)
    told = terrain.describe()
    assert [s["share"] for s in told["sources"]] == pytest.approx([0.5, 0.5, 0.0], abs=0.01)
    assert told["coarse"] is True
    assert not np.isnan(dem.h).any()


def test_real_tiles(shared_data):
    """Highest points as the README of the data gives them."""
    srtm = shared_data / "terrain" / "srtm3"
    for name, box, lat, lon, top in [
        ("N40E023.hgt", (40.8, 41.0, 23.8, 24.0), 40.8783, 24.0, 1289.0),
        ("N53E027.hgt.zip", (53.8, 53.9, 27.0, 27.1), 53.8525, 27.0625, 354.0),
        ("N50E011.hgt.zip", (50.0, 50.1, 11.8, 11.9), 50.0517, 11.8533, 1044.0),
    ]:
        terrain = open_terrain(srtm / name)
        dem = window(terrain, *box)
        assert h_msl(terrain, dem, lat, lon) == pytest.approx(top, abs=1.0 if "N50" in name else 6.0)
    folder = open_terrain(srtm)
    window(folder, 43.0, 44.0, 7.0, 8.0)
    assert folder.describe()["voids_filled"] >= 1595 - 60  # voids of N43E007, less any on its rim
    dted = open_terrain(shared_data / "terrain" / "dted0")
    dem = window(dted, 31.2, 31.8, 35.2, 35.8)
    assert h_msl(dted, dem, 31.5, 35.48) == pytest.approx(
        -405.0, abs=2.0
    )  # Dead Sea: sign and magnitude, not two's complement
    level1 = open_terrain(shared_data / "terrain" / "dted1")
    dem = window(level1, 0.2, 0.35, 6.5, 6.6)
    assert h_msl(level1, dem, 0.2692, 6.5417) == pytest.approx(1979.0, abs=10.0)
    tif = open_terrain(shared_data / "terrain" / "geotiff" / "srtm_oetztal.tif")
    dem = window(tif, 46.85, 46.92, 10.8, 10.9)
    assert h_msl(tif, dem, 46.8871, 10.8679) == pytest.approx(3727.0, abs=10.0)


# ---- bad files: each error names the file and a cure


def refused(spec, *words, box=(40.0, 41.0, 32.0, 33.0)):
    with pytest.raises(BadInput) as caught:
        window(open_terrain(spec), *box)
    text = str(caught.value)
    for word in words:
        assert word in text
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("size", [0, 1000, 2 * SIDE * SIDE - 2, 2 * SIDE * SIDE + 2])
def test_truncated_or_wrong_size_hgt(tmp_path, size):
    path = tmp_path / "N40E032.hgt"
    path.write_bytes(bytes(size))
    refused(path, "N40E032.hgt", f"{size} bytes", "2884802", "download")
    refused(tmp_path, "N40E032.hgt", f"{size} bytes")


def test_truncated_hgt_in_a_zip_and_a_damaged_zip(tmp_path, tile):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("N40E032.hgt", bytes(1000))
    refused(path, "a.zip", "1000 bytes")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tile, "N40E032.hgt")
    data = bytearray(path.read_bytes())
    path.write_bytes(data[: len(data) // 2])
    refused(path, "a.zip", "damaged")
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    refused(path, "a.zip", "damaged")


def test_hgt_with_a_name_that_says_no_place(tmp_path, tile):
    shutil.copy(tile, tmp_path / "ankara.hgt")
    refused(tmp_path / "ankara.hgt", "ankara.hgt", "N40E032.hgt")


def test_file_that_is_not_there(tmp_path):
    refused(tmp_path / "absent.tif", "absent.tif", "no such file")


def test_folder_without_terrain(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    refused(tmp_path, "no elevation file")


@pytest.mark.parametrize("content", [b"", b"hello", b"II*\x00\x08\x00\x00\x00"])
def test_unreadable_file(tmp_path, content):
    path = tmp_path / "dem.tif"
    path.write_bytes(content)
    refused(path, "dem.tif", "cannot read")


def test_truncated_geotiff(tmp_path):
    rng = np.random.default_rng(1)
    path = write_tif(
        tmp_path / "dem.tif", rng.integers(0, 3000, (600, 600)).astype(np.int16), 32.0, 41.0, 1 / 600
    )
    path.write_bytes(path.read_bytes()[:200_000])
    refused(path, "dem.tif", "cannot read")


def test_dem_without_a_coordinate_system(tmp_path):
    path = write_tif(tmp_path / "dem.tif", np.zeros((10, 10), dtype=np.int16), 32.0, 41.0, 0.1, crs=None)
    refused(path, "dem.tif", "coordinate system", "EPSG:4326")


def test_ascii_grid_of_real_data_without_a_coordinate_system(shared_data):
    refused(shared_data / "terrain" / "ascii" / "gebco_15s_la_palma.asc", "gebco", "coordinate system")


def test_file_elsewhere(tile):
    refused(tile, "N40E032.hgt", "does not overlap", "40.00 to 41.00 N", box=(44.0, 45.0, 33.0, 34.0))


def test_heights_in_feet_that_are_not_declared(tmp_path):
    heights = np.full((100, 100), 12851, dtype=np.int16)  # Erciyes, 3917 m, in feet
    refused(write_tif(tmp_path / "dem.tif", heights, 32.0, 41.0, 0.01), "dem.tif", "12851", "feet")


def test_unknown_unit_and_kind(tmp_path):
    path = write_tif(tmp_path / "dem.tif", np.ones((100, 100), dtype=np.int16), 32.0, 41.0, 0.01)
    with rasterio.open(path, "r+") as file:
        file.units = ["fathom"]
    refused(path, "dem.tif", "fathom")
    complex_tif = write_tif(tmp_path / "c.tif", np.ones((100, 100), dtype=np.complex64), 32.0, 41.0, 0.01)
    refused(complex_tif, "c.tif", "complex64")


@pytest.mark.parametrize(
    "spec", ["https://example.org/dem.tif", "/vsicurl/https://example.org/dem.tif", "file:///etc/passwd"]
)
def test_addresses_are_refused(spec):
    refused(spec, "download it first")
