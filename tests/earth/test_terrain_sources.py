"""Several sources by precedence, odd places on the earth, odd units and datums, files made to exhaust a machine."""

import math
import os
import resource
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.warp import transform

from skyreach.earth.geodesy import geodetic_to_ecef
from skyreach.earth.terrain import ground_height, open_terrain
from skyreach.earth.terrain_info import terrain_info
from skyreach.earth.terrain_sources import names_in
from skyreach.errors import BadInput

rad = math.radians


def write(path, h, west, north, step, crs="EPSG:4326", unit=None, where=None, **options):
    """A GeoTIFF whose outer corner is at west, north; units of crs."""
    h = np.asarray(h)
    where = where or Affine(step, 0.0, west, 0.0, -step, north)
    shape = {"height": h.shape[0], "width": h.shape[1], "count": 1, "dtype": h.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=where, **shape, **options) as out:
        out.write(h, 1)
        if unit:
            out.units = [unit]
    return path


def flat(path, height, west=32.0, north=41.0, n=120, dtype=np.float32, **more):
    """One degree cell of one height, by default."""
    return write(path, np.full((n, n), height, dtype), west, north, 1 / n, **more)


def window(terrain, south, north, west, east):
    return terrain.window(rad(south), rad(north), rad(west), rad(east))


def h_msl(terrain, dem, lat, lon):
    return ground_height(dem, rad(lat), rad(lon)) - terrain.undulation(rad(lat), rad(lon))


def at(spec, lat, lon):
    return terrain_info(spec, [(lat, lon)])["points"][0]


# ---- several sources


def test_first_source_wins_and_voids_are_counted_by_source_and_filler(tmp_path):
    h = np.full((120, 120), 700.0, np.float32)
    h[40:60, 20:40], h[80:90, 20:40] = np.nan, -32768  # 400 and 200 voids
    first = write(tmp_path / "first.tif", h, 32.0, 41.0, 1 / 120)
    h = np.full((120, 120), 800.0, np.float32)
    h[40:50, 20:40], h[:, 100:] = np.nan, np.nan  # half of the 400 are void here too
    second = write(tmp_path / "second.tif", h, 32.0, 41.0, 1 / 120)
    third = flat(tmp_path / "third.tif", 900.0)
    terrain = open_terrain([first, second, third])
    dem = window(terrain, 40.02, 40.98, 32.02, 32.98)
    told = {s["name"]: s for s in terrain.describe()["sources"]}
    assert told[str(first)]["voids"] == 600
    assert told[str(first)]["voids_filled_from"] == {str(second): 400, str(third): 200}
    assert told[str(second)]["voids"] == 0  # what first gave is nobody's void
    assert terrain.describe()["voids_filled"] == 600
    assert any("600 void nodes" in w and "400 from" in w and "200 from" in w for w in terrain.describe()["warnings"])
    assert h_msl(terrain, dem, 40.5, 32.5) == pytest.approx(700.0, abs=0.01)
    assert h_msl(terrain, dem, 41.0 - 55 / 120, 32.0 + 30 / 120) == pytest.approx(800.0, abs=0.01)
    assert h_msl(terrain, dem, 41.0 - 45 / 120, 32.0 + 30 / 120) == pytest.approx(900.0, abs=0.01)
    assert h_msl(open_terrain([third, first]), window(open_terrain([third, first]), 40.1, 40.9, 32.1, 32.9), 40.5, 32.5) == pytest.approx(900.0, abs=0.01)


def test_finer_second_source_sets_the_posting_but_not_the_precedence(tmp_path):
    coarse, fine = flat(tmp_path / "coarse.tif", 700.0, n=60), flat(tmp_path / "fine.tif", 800.0, n=600, west=32.5)
    terrain = open_terrain([coarse, fine])
    dem = window(terrain, 40.1, 40.9, 32.1, 33.4)
    assert math.degrees(dem.dlat) == pytest.approx(1 / 600, rel=1e-9)
    assert h_msl(terrain, dem, 40.5, 32.9) == pytest.approx(700.0, abs=0.01)
    assert h_msl(terrain, dem, 40.5, 33.2) == pytest.approx(800.0, abs=0.01)


def test_voids_that_nobody_fills_are_sea_level_and_said(tmp_path):
    h = np.full((100, 100), 50.0, np.float32)
    h[40:50, 40:50] = np.nan
    terrain = open_terrain(write(tmp_path / "a.tif", h, 10.0, -20.0, 0.01))  # beyond the packaged grids
    window(terrain, -20.9, -20.1, 10.1, 10.9)
    told = terrain.describe()
    assert told["sources"][0]["voids_filled_from"] == {"sea level": 100}
    assert told["uncovered_share"] > 0.0
    assert any("NO TERRAIN DATA" in w for w in told["warnings"])


def test_names_of_sources(tmp_path, monkeypatch):
    a, b = flat(tmp_path / "a.tif", 1.0), flat(tmp_path / "b.tif", 2.0)
    odd = flat(tmp_path / f"x{os.pathsep}y.tif", 3.0)
    assert names_in(f"{a}{os.pathsep}{b}") == [str(a), str(b)]
    assert names_in([f"{a}{os.pathsep}glo90", b]) == [str(a), "glo90", str(b)]
    assert names_in(str(odd)) == [str(odd)]  # a path that is there is not parted
    assert names_in("cache") == ["glo30", "glo90"]
    assert at(f"{b}{os.pathsep}{a}", 40.5, 32.5)["h_msl"] == pytest.approx(2.0, abs=0.02)
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path / "none"))
    for spec, words in [
        ("", "none of them empty"), ([a, ""], "none of them empty"), (["smooth", a], "smooth alone"),
        ("glo30", "--dataset glo30"), ("cache", "no tiles fetched"), ("https://example.org/a.tif", "terrain fetch"),
        ([a, tmp_path / "none.tif"], "none.tif"),
    ]:  # fmt: skip
        with pytest.raises(BadInput, match=words):
            open_terrain(spec)


# ---- containers


@pytest.mark.parametrize("name", ["tiles.zip", "TILES.ZIP", "with space {1}.zip"])
def test_zip_with_a_folder_inside(tmp_path, name):
    heights = np.full((1201, 1201), 640, ">i2")
    heights[0, 0] = -32768
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("srtm/deeper/N40E032.hgt", heights.tobytes())
        archive.writestr("srtm/readme.txt", "hello")
    told = terrain_info(tmp_path / name, [(40.5, 32.5)])
    assert told["points"][0]["h_msl"] == pytest.approx(640.0, abs=0.01)
    assert (told["sources"][0]["kind"], told["sources"][0]["voids"]) == ("SRTMHGT", 1)


def test_srtm_of_one_arc_second(tmp_path):
    rows = np.arange(3601)[::-1, None] / 3.6
    (rows + np.zeros((1, 3601))).astype(">i2").tofile(tmp_path / "N40E032.hgt")
    point = at(tmp_path, 40.5, 32.5)
    assert point["posting_m"] == pytest.approx(30.9, abs=0.05)  # 1" of a 6371 km sphere
    assert point["h_msl"] == pytest.approx(500.0, abs=0.6)


@pytest.mark.parametrize(
    ("part", "kind", "arcsec", "voids", "datum"),
    [
        ("dted0", "DTED", [30.0], 0, "EGM96 (by kind of file)"),
        ("dted1", "DTED", [3.0], 4072, "EGM96 (by file)"),  # voids as the README of the data counts them
        ("srtm3/N43E007.hgt.zip", "SRTMHGT", [3.0], 1595, "EGM96 (by kind of file)"),
        ("srtm3/N50E011.hgt.zip", "SRTMHGT", [3.0], 8, "EGM96 (by kind of file)"),
        ("geotiff", "GTiff", [3.0], 0, "not said, used as EGM96"),
    ],
)
def test_real_files_are_described(shared_data, part, kind, arcsec, voids, datum):
    told = terrain_info(shared_data / "terrain" / part)["sources"][0]
    assert (told["kind"], told["posting_arcsec"], told["voids"], told["vertical"]) == (kind, arcsec, voids, datum)


def test_checkpoints_at_nodes_of_a_real_file(shared_data):
    """Bilinear heights as the table of the data gives them; below sea level too."""
    import csv

    table = shared_data / "terrain" / "checkpoints.csv"
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    spec = shared_data / "terrain" / "region_30s_N30-60_E012-050.tif"
    told = terrain_info(spec, [(float(r["lat_deg"]), float(r["lon_deg"])) for r in rows])
    for row, point in zip(rows, told["points"], strict=True):
        assert point["h_msl"] == pytest.approx(float(row["region30s_bilinear_m"]), abs=0.06), row["name"]
        assert point["h_ell"] - point["h_msl"] == pytest.approx(point["undulation"], abs=0.011)


def test_ascii_grid_takes_its_system_from_a_prj_file(shared_data, tmp_path):
    text = (shared_data / "terrain" / "ascii" / "gebco_15s_la_palma.asc").read_text()
    (tmp_path / "palma.asc").write_text(text)
    (tmp_path / "palma.prj").write_text(CRS.from_epsg(4326).to_wkt())
    terrain = open_terrain(tmp_path / "palma.asc")
    dem = window(terrain, 28.35, 28.99, -18.15, -17.55)
    grid = np.loadtxt(text.splitlines()[6:])
    assert (dem.h - 30.0).max() < grid.max() + 40.0
    sea = h_msl(terrain, dem, 28.4, -18.1)
    assert grid[-20, 20] < -1000.0  # sea floor in the file
    assert sea == pytest.approx(0.0, abs=0.01)
    assert h_msl(terrain, dem, 28.754, -17.885) > 2000.0  # Roque de los Muchachos, 2426 m


# ---- geoid


def test_geoid_agrees_with_the_egm96_file(shared_data):
    """GeographicLib's EGM96 grid of 15 minutes, N = -108 + 0.003 x value; the package rounds to 2 cm."""
    data = (shared_data / "terrain" / "geoid" / "egm96-15.pgm").read_bytes()
    raw = np.frombuffer(data[-721 * 1440 * 2 :], ">u2").reshape(721, 1440)
    terrain, rng = open_terrain("smooth"), np.random.default_rng(2)
    for i, j in zip(rng.integers(0, 721, 300), rng.integers(0, 1440, 300), strict=True):
        expected = -108.0 + 0.003 * float(raw[i, j])
        assert terrain.undulation(rad(90.0 - i / 4), rad(j / 4)) == pytest.approx(expected, abs=0.0101)


@pytest.mark.parametrize(
    ("lat", "lon", "n"),
    [(40.0789, 32.5656, 37.32), (50.45, 30.52, 25.15), (54.89, 20.5926, 26.46), (35.4011, 35.9487, 24.11)],
    ids=["Ankara", "Kyiv", "Kaliningrad", "Latakia"],
)
def test_geoid_at_checkpoints(lat, lon, n):
    """The README of the data quotes these for the bilinear EGM96 grid; the package rounds nodes to 2 cm."""
    assert open_terrain("smooth").undulation(rad(lat), rad(lon)) == pytest.approx(n, abs=0.02)


# ---- what heights count from, and in which unit


@pytest.mark.parametrize(
    ("crs", "stored", "ell", "words"),
    [
        ("EPSG:4326", 800.0, None, "not said, used as EGM96"),
        ("EPSG:9707", 800.0, None, "EGM96 (by file)"),
        ("EPSG:9518", 800.0, None, "EGM2008 (by file), used as EGM96"),
        ("EPSG:4979", 800.0, 800.0, "WGS84 ellipsoid (by file)"),
        ("EPSG:4326+8228", 800.0 / 0.3048, None, "NAVD88 height (ft) (by file), used as EGM96"),
        ("EPSG:4326+6360", 800.0 * 3937 / 1200, None, "NAVD88 height (ftUS) (by file), used as EGM96"),
    ],
)
@pytest.mark.parametrize("aligned", [True, False])
def test_datum_and_unit_of_the_coordinate_system(tmp_path, crs, stored, ell, words, aligned):
    path = flat(tmp_path / "a.tif", stored, crs=CRS.from_user_input(crs))
    finer = flat(tmp_path / "b.tif", 1.0, n=300) if not aligned else None  # sets the nodes, gives nothing
    spec = path if aligned else [path, finer]
    point = at(spec, 40.5, 32.5)
    assert point["h_ell"] == pytest.approx(ell or 800.0 + point["undulation"], abs=0.02)
    terrain = open_terrain(spec)
    window(terrain, 40.2, 40.8, 32.2, 32.8)
    assert terrain.describe()["sources"][0]["vertical"] == words
    noted = [w for w in terrain.describe()["warnings"] if "used as if from EGM96" in w]
    assert bool(noted) == (words.startswith(("EGM2008", "NAVD88")))


@pytest.mark.parametrize("unit", ["ft", "US survey foot"])
@pytest.mark.parametrize("void", [-32768, -32767, -9999, math.nan])
def test_declared_feet_with_voids_that_are_not_declared(tmp_path, unit, void):
    h = np.full((200, 200), 3000.0, np.float32)
    h[50:60, 50:60] = void
    for crs, west, north, step in [("EPSG:4326", 32.0, 41.0, 1 / 200), ("EPSG:32636", 500_000.0, 4_540_000.0, 500.0)]:
        terrain = open_terrain(write(tmp_path / "a.tif", h, west, north, step, crs=crs, unit=unit))
        dem = window(terrain, 40.2, 40.9, 33.0, 34.0) if crs != "EPSG:4326" else window(terrain, 40.02, 40.98, 32.02, 32.98)
        told = terrain.describe()
        assert told["voids_filled"] >= 90
        assert not any("sea floor" in w for w in told["warnings"])
        assert 0.0 < dem.h.min()  # voids were filled from the package, not taken as depths
        assert float(np.median(dem.h)) == pytest.approx(914.4 + 37.0, abs=3.0)


def test_feet_that_are_not_declared_are_found_by_the_packaged_terrain(tmp_path):
    terrain = open_terrain()
    dem = window(terrain, 40.0, 40.6, 32.0, 32.6)
    msl = (dem.h - 37.3)[::-1]
    step = math.degrees(dem.dlat)
    corner = (math.degrees(dem.lon0) - step / 2, math.degrees(dem.lat0) + step * (msl.shape[0] - 0.5))
    assert (msl / 0.3048).max() < 9000.0  # no height by itself betrays the unit
    feet = write(tmp_path / "feet.tif", (msl / 0.3048).astype(np.float32), *corner, step)
    with pytest.raises(BadInput, match=r"feet, and the file does not say so[\s\S]*-units ft"):
        window(open_terrain(feet), 40.1, 40.5, 32.1, 32.5)
    said = write(tmp_path / "said.tif", (msl / 0.3048).astype(np.float32), *corner, step, unit="ft")
    metres = write(tmp_path / "metres.tif", msl, *corner, step)
    for path in (said, metres):
        assert window(open_terrain(path), 40.1, 40.5, 32.1, 32.5).h.max() == pytest.approx(dem.h[10:-10, 10:-10].max(), rel=0.1)


def test_declared_scale_and_offset(tmp_path):
    path = flat(tmp_path / "a.tif", 3500, dtype=np.int16)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = [0.1], [100.0]
    assert at(path, 40.5, 32.5)["h_msl"] == pytest.approx(450.0, abs=0.01)


# ---- below the sea


def test_dry_land_below_the_sea_stays_and_is_pointed_out(tmp_path):
    terrain = open_terrain(flat(tmp_path / "a.tif", -430.0))  # Dead Sea shore
    dem = window(terrain, 40.1, 40.9, 32.1, 32.9)
    assert h_msl(terrain, dem, 40.5, 32.5) == pytest.approx(-430.0, abs=0.01)
    assert any("lowest -430 m" in w and "dry land" in w for w in terrain.describe()["warnings"])


def test_real_dead_sea(shared_data):
    terrain = open_terrain(shared_data / "terrain" / "dted0")
    dem = window(terrain, 31.2, 31.8, 35.2, 35.8)
    assert float(dem.h.min()) - terrain.undulation(rad(31.5), rad(35.5)) == pytest.approx(-405.0, abs=3.0)  # README of the data


def test_shelf_joined_to_deep_sea_is_sea_and_a_basin_on_land_is_not(tmp_path):
    h = np.full((120, 120), 100.0, np.float32)
    h[:, :30] = -3000.0
    h[:, 30:50] = -20.0  # shelf
    h[50:60, 80:90] = -28.0  # Caspian
    terrain = open_terrain(write(tmp_path / "a.tif", h, 32.0, 41.0, 1 / 120))
    dem = window(terrain, 40.05, 40.95, 32.05, 32.95)
    assert h_msl(terrain, dem, 40.5, 32.35) == pytest.approx(0.0, abs=0.02)
    assert h_msl(terrain, dem, 41.0 - 55 / 120, 32.0 + 85 / 120) == pytest.approx(-28.0, abs=0.02)
    assert any("sea floor" in w for w in terrain.describe()["warnings"])


# ---- odd places


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
@pytest.mark.parametrize(("west", "crs"), [(179.0, "EPSG:4326"), (-181.0, "EPSG:4326"), (None, "EPSG:32660")])
def test_files_over_the_date_line(tmp_path, west, crs, turn):
    """A slope that rises to the east, over the seam, in degrees of either count or in UTM."""
    if west is None:
        (x,), (y,) = transform("EPSG:4326", crs, [179.0], [54.0])
        width = np.tile(np.arange(300, dtype=np.float32), (300, 1))
        path = write(tmp_path / "a.tif", width, x, y, 500.0, crs=crs)
    else:
        path = write(tmp_path / "a.tif", np.tile(np.arange(200, dtype=np.float32), (100, 1)), west, 54.0, 0.01)
    terrain = open_terrain(path)
    box = (53.4, 53.6, 179.5 + turn, 180.5 + turn)
    dem = window(terrain, *box)
    heights = [h_msl(terrain, dem, 53.5, lon) for lon in (179.6, 179.9, 179.999, -179.999, -179.9, -179.6)]
    assert all(np.diff(heights) > 0.0)
    assert heights[3] - heights[2] < 1.0
    assert terrain.describe()["sources"][0]["share"] > 0.98
    if west is not None:
        assert heights[0] == pytest.approx(59.5, abs=0.01)


def test_tiles_on_both_sides_of_the_date_line(tmp_path):
    np.full((1201, 1201), 111, ">i2").tofile(tmp_path / "N52E179.hgt")
    np.full((1201, 1201), 222, ">i2").tofile(tmp_path / "N52W180.hgt")
    terrain = open_terrain(tmp_path)
    dem = terrain.window_around(rad(52.5), rad(179.99), 20e3)
    assert h_msl(terrain, dem, 52.5, 179.9) == pytest.approx(111.0, abs=0.01)
    assert h_msl(terrain, dem, 52.5, -179.9) == pytest.approx(222.0, abs=0.01)
    assert terrain.describe()["sources"][0]["share"] == 1.0


def test_pole_in_a_polar_file(tmp_path):
    """A cone over the south pole on the polar stereographic plane: 2800 m there, 5 mm a metre down outwards."""
    axis = (np.arange(400) - 199.5) * 1000.0
    cone = (2800.0 - 0.005 * np.hypot(*np.meshgrid(axis, axis))).astype(np.float32)
    path = write(tmp_path / "pole.tif", cone, -200_000.0, 200_000.0, 1000.0, crs="EPSG:3031")
    for lat, lon in [(-90.0, 0.0), (-90.0, 123.0), (-89.9, 10.0), (-89.5, 180.0), (-89.0, -100.0)]:
        (x,), (y,) = transform("EPSG:4326", "EPSG:3031", [lon], [lat])
        assert at(path, lat, lon)["h_msl"] == pytest.approx(2800.0 - 0.005 * math.hypot(x, y), abs=4.0)
    with pytest.raises(BadInput, match="pole"):
        open_terrain(path).window_around(rad(-89.9), 0.0, 50e3)


def test_turned_file(tmp_path):
    angle = math.radians(30.0)
    c, s = 100.0 * math.cos(angle), 100.0 * math.sin(angle)
    where = Affine(c, s, 500_000.0, s, -c, 4_480_000.0)
    plane = np.arange(300, dtype=np.float32)[None, :] + np.zeros((300, 1), np.float32)
    path = write(tmp_path / "turned.tif", plane, 0, 0, 0, crs="EPSG:32636", where=where)
    column, row = 150.5, 120.5  # middle of a cell
    x, y = where.a * column + where.b * row + where.c, where.d * column + where.e * row + where.f
    (lon,), (lat,) = transform("EPSG:32636", "EPSG:4326", [x], [y])
    point = at(path, lat, lon)
    assert point["h_msl"] == pytest.approx(150.0, abs=0.1)
    assert point["posting_m"] == pytest.approx(100.0, rel=0.01)


def test_posting_of_web_mercator_is_that_on_the_ground(tmp_path):
    (x,), (y,) = transform("EPSG:4326", "EPSG:3857", [24.9], [60.2])
    path = write(tmp_path / "a.tif", np.full((500, 500), 10.0, np.float32), x, y, 60.0, crs="EPSG:3857")
    told = terrain_info(path)["sources"][0]
    ends = [geodetic_to_ecef(rad(lat), rad(24.9), 0.0) for lat in (60.0, 60.01)]
    per_degree = math.dist(*ends) / 0.01
    (_,), (north,) = transform("EPSG:3857", "EPSG:4326", [x], [y + 60.0])
    assert told["posting_m"] == pytest.approx((north - 60.2) * per_degree, rel=0.01)


@pytest.mark.parametrize("crs", ["EPSG:32636", "EPSG:3857"])
def test_numbers_that_lie_nowhere_in_their_system(tmp_path, crs):
    path = write(tmp_path / "a.tif", np.ones((10, 10), np.float32), 1e12, 1e12, 1e6, crs=crs)
    with pytest.raises(BadInput, match=r"a\.tif"):
        open_terrain(path)


def test_projected_numbers_said_to_be_degrees(tmp_path):
    path = write(tmp_path / "a.tif", np.ones((10, 10), np.float32), 500_000.0, 4_500_000.0, 30.0)
    with pytest.raises(BadInput, match=r"bounds[\s\S]*is the coordinate system right"):
        open_terrain(path)


def test_projected_file_without_a_system(tmp_path):
    path = write(tmp_path / "a.tif", np.ones((10, 10), np.float32), 500_000.0, 4_500_000.0, 30.0, crs=None)
    with pytest.raises(BadInput, match="coordinate system"):
        open_terrain(path)


def test_site_outside_or_on_a_void_is_said(tmp_path):
    h = np.full((100, 100), 500.0, np.float32)
    h[40:60, 40:60] = -32767.0
    path = write(tmp_path / "a.tif", h, 32.0, 41.0, 0.01)
    outside = at(path, 39.0, 35.0)
    assert "outside" in outside["notes"][0]
    assert outside["from"] == ["NOAA GLOBE 30 arc seconds"]
    void = at(path, 40.5, 32.5)
    assert any("void nodes filled from NOAA GLOBE" in note for note in void["notes"])


# ---- files made to exhaust a machine


def bomb(path, **blocks):
    """200,000 x 200,000 cells of two bytes, 80 GB, in a file of 2 MB or less."""
    step = 1 / 200_000
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", transform=Affine(step, 0, 32, 0, -step, 41), height=200_000,
                       width=200_000, count=1, dtype="int16", compress="deflate", sparse_ok=True, bigtiff="yes", **blocks):  # fmt: skip
        pass
    assert Path(path).stat().st_size < 2_000_000
    return path


@pytest.mark.parametrize("blocks", [{"tiled": True, "blockxsize": 512, "blockysize": 512}, {"blockysize": 16}], ids=["tiles", "strips"])
def test_bomb_is_read_by_windows(tmp_path, blocks):
    path = bomb(tmp_path / "bomb.tif", **blocks)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    terrain = open_terrain(path)
    assert window(terrain, 40.5, 40.502, 32.5, 32.502).h.shape == (404, 404)
    with pytest.raises(BadInput, match=r"of its 200000 x 200000 cells for one window[\s\S]*gdalwarp"):
        window(open_terrain(path), 40.1, 40.9, 32.1, 32.9)
    told = terrain_info(path)["sources"][0]
    assert (told["cells"], told["voids"]) == (40_000_000_000, None)  # not counted
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700_000  # kB


def test_bomb_in_one_block_is_refused(tmp_path):
    path = bomb(tmp_path / "bomb.tif", blockysize=200_000)
    with pytest.raises(BadInput, match=r"blocks of 200000 x 200000[\s\S]*TILED=YES"):
        open_terrain(path)


def test_much_finer_file_is_averaged_in_parts_or_from_its_overview(tmp_path, monkeypatch):
    """Random heights: the mean of many stays, bilinear picks would scatter; a part is a few cells here."""
    import skyreach.earth.raster_heights as heights_module
    import skyreach.earth.terrain as terrain_module

    rng = np.random.default_rng(8)
    h = rng.uniform(0.0, 1000.0, (2400, 2400)).astype(np.float32)
    path = write(tmp_path / "a.tif", h, 32.0, 41.0, 1 / 2400)
    monkeypatch.setattr(terrain_module, "MAX_NODES", 4000)
    whole = window(open_terrain(path), 40.1, 40.9, 32.1, 32.9).h
    monkeypatch.setattr(heights_module, "PART", 40_000)
    parts = window(open_terrain(path), 40.1, 40.9, 32.1, 32.9).h
    np.testing.assert_allclose(parts, whole, atol=0.01)
    assert abs(float(whole.mean()) - 537.0) < 5.0
    assert float(whole.std()) < 15.0  # 289 m / sqrt(40 x 40)
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4, 8], rasterio.enums.Resampling.average)
    by_overview = window(open_terrain(path), 40.1, 40.9, 32.1, 32.9).h
    assert float(np.abs(by_overview - whole).max()) > 0.0  # other cells at the edges of a mean
    assert abs(float(by_overview.mean() - whole.mean())) < 1.0
    assert float(by_overview.std()) < 15.0


def test_raster_that_points_to_the_net_stays_here(tmp_path):
    """A .vrt may name any address; GDAL must not go there."""
    (tmp_path / "a.vrt").write_text(
        '<VRTDataset rasterXSize="10" rasterYSize="10"><SRS>EPSG:4326</SRS><GeoTransform>32,0.1,0,41,0,-0.1</GeoTransform>'
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename>/vsicurl/http://127.0.0.1:9/a.tif'
        "</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    with pytest.raises(BadInput, match="cannot read"):
        window(open_terrain(tmp_path / "a.vrt"), 40.1, 40.9, 32.1, 32.9)


# ---- what is asked


@pytest.mark.parametrize(
    "more", [{"at": [(91.0, 0.0)]}, {"at": [(0.0, math.nan)]}, {"at": [(0.0, 361.0)]}, {"bbox": (1.0, 2.0, 3.0, 1.0)},
             {"bbox": (0.0, 0.0, math.inf, 1.0)}, {"bbox": (5.0, 0.0, 5.0, 1.0)}],
)  # fmt: skip
def test_questions_that_cannot_be(more):
    with pytest.raises(BadInput, match=r"degrees|latitude"):
        terrain_info(None, **more)


def test_box_says_what_would_be_used(tmp_path):
    path = flat(tmp_path / "a.tif", 500.0)
    told = terrain_info(path, bbox=(32.0, 40.0, 34.0, 41.0))
    assert told["sources"][0]["share_of_box"] == pytest.approx(0.5, abs=1e-6)
    assert told["box"]["sources"][0]["share"] == pytest.approx(0.5, abs=0.03)  # nodes of the rim
    assert told["box"]["geoid"].startswith("EGM96")
    lap = terrain_info(flat(tmp_path / "b.tif", 5.0, west=179.0, north=53.0), bbox=(179.0, 52.0, -179.0, 53.0))
    assert lap["sources"][0]["share_of_box"] == pytest.approx(0.5, abs=1e-6)
