"""GeoTIFF, KML and polygons as other programs read them."""

import math
import shutil
import subprocess
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from skyreach.analysis.common_grid import map_grid
from skyreach.analysis.coverage import coverage
from skyreach.analysis.exports import NODATA, geotiff, kml, outlines_of
from skyreach.analysis.network import network
from skyreach.earth.floor import floor_height
from skyreach.earth.geodesy import geodesic_inverse
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import undulation

NAMES = {"k": "http://www.opengis.net/kml/2.2"}


@pytest.fixture(scope="module")
def answer():
    return coverage("s-400", "murted", heights=(100.0, 3000.0), range_km=150.0)


@pytest.fixture(scope="module")
def raid():
    return network("murted-f35", heights=(100.0, 3000.0))


# ---- GeoTIFF ------------------------------------------------------------------------------------------------------


def test_a_tiff_says_where_it_is_and_what_it_holds(answer, tmp_path):
    for path in answer.save(tmp_path, ["tif"]):
        with rasterio.open(path) as file:
            assert file.crs.to_epsg() == 4326
            assert file.nodata == NODATA
            assert (file.dtypes[0], file.units[0], file.descriptions[0]) == (
                "float32", None, "lowest visible altitude above mean sea level",
            )  # fmt: skip
            tags = file.tags()
            assert "EGM96" in tags["HEIGHT_REFERENCE"]
            assert "bilinear" in tags["TERRAIN"]
            assert path.stem.removeprefix("floor-") in tags["RADAR"]
            assert file.tags(1)["units"] == "m"
            west, south, east, north = file.bounds
            assert west < 32.5656 < east
            assert south < 40.0789 < north


def test_a_tiff_holds_the_floor_map_less_the_geoid(answer, tmp_path):
    (path,) = [p for p in answer.save(tmp_path, ["tif"]) if "92n6e" in p.name]
    site = math.radians(answer.lat_deg), math.radians(answer.lon_deg)
    floor = answer.floors["92n6e"]
    with rasterio.open(path) as file:
        band = file.read(1)
        for row, column in np.random.default_rng(3).integers(0, min(band.shape), (40, 2)):
            lon, lat = file.xy(row, column)
            s, az, _ = geodesic_inverse(*site, math.radians(lat), math.radians(lon))
            expected = floor_height(floor, answer.grid.dr, az, s) - undulation(load_geoid(), math.radians(lat), math.radians(lon))
            if s > 149e3:
                continue
            # the way to the same point by geodesic and by the fitting sphere differs by up to 1e-5 of the range: 1.5 m
            assert band[row, column] == pytest.approx(expected, abs=2.0, rel=2e-3)


def test_beyond_the_radar_there_is_nothing(raid, tmp_path):
    paths = raid.save(tmp_path, ["tif"])
    with rasterio.open(tmp_path / "floor.tif") as file:
        lowest = file.read(1)
        assert lowest[0, 0] == NODATA
    assert len(paths) == 1 + len(raid.stations)
    for path in paths[1:]:
        with rasterio.open(path) as file:
            one = file.read(1)
        known = one != NODATA
        assert (lowest[known] <= one[known] + 1e-3).all()


def test_rows_run_from_north_to_south():
    grid = map_grid([(0.7, 0.5, 20e3)], 4000.0)
    values = np.repeat(grid.lat[:, None], grid.n_lon, axis=1)
    with rasterio.MemoryFile(geotiff(grid, {"lat": values}, {})) as memory, memory.open() as file:
        band = file.read(1)
        assert band[0, 0] > band[-1, 0]
        _, north = file.xy(0, 0)
        assert math.radians(north) == pytest.approx(grid.lat[-1], abs=1e-9)


@pytest.mark.skipif(shutil.which("gdalinfo") is None, reason="gdalinfo is not installed (gdal-bin)")
def test_gdal_reads_the_tiff(raid, tmp_path):
    raid.save(tmp_path, ["tif"])
    said = subprocess.run(["gdalinfo", str(tmp_path / "floor.tif")], capture_output=True, text=True, check=True).stdout
    assert "WGS 84" in said
    assert "NoData Value=-9999" in said


# ---- polygons -----------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
def test_polygons_have_the_area_of_their_cells(seed, share):
    grid = map_grid([(math.radians(50.0), math.radians(20.0), 30e3)], 4000.0)
    mask = np.random.default_rng(seed).random((grid.n_lat, grid.n_lon)) < share
    geod, total = Geod(ellps="WGS84"), 0.0
    for shell, *holes in outlines_of(grid, mask):
        for n, ring in enumerate((shell, *holes)):
            area, _ = geod.polygon_area_perimeter(*np.array(ring).T)
            assert (area > 0.0) == (n == 0)  # counterclockwise shells, clockwise holes
            assert ring[0] == ring[-1]
            total += area
    # corners rounded to 1e-6 degree (0.1 m) and sides as geodesics, not parallels
    assert total == pytest.approx(grid.area(mask), rel=1e-3, abs=1e5)


def test_no_mask_no_polygons():
    grid = map_grid([(0.7, 0.5, 20e3)], 4000.0)
    assert outlines_of(grid, np.zeros((grid.n_lat, grid.n_lon), bool)) == []


# ---- KML ----------------------------------------------------------------------------------------------------------


def folders(path):
    document = ET.fromstring(path.read_bytes()).find("k:Document", NAMES)
    return {f.find("k:name", NAMES).text: f for f in document.findall("k:Folder", NAMES)}, document


def test_kml_has_a_folder_for_each_height(answer, raid, tmp_path):
    answer.save(tmp_path / "one", ["kml"])
    found, _ = folders(tmp_path / "one" / "coverage.kml")
    assert list(found) == ["100 m agl", "3,000 m agl", "places"]
    assert len(found["100 m agl"].findall("k:Placemark", NAMES)) == 2  # seen, engageable
    raid.save(tmp_path / "all", ["kml"])
    found, document = folders(tmp_path / "all" / "coverage.kml")
    assert len(found["places"].findall("k:Placemark", NAMES)) == len(raid.stations)
    styles = {s.get("id") for s in document.findall("k:Style", NAMES)}
    used = {u.text.lstrip("#") for u in document.iter(f"{{{NAMES['k']}}}styleUrl")}
    assert used <= styles


def test_kml_rings_are_those_of_the_geojson(answer, tmp_path):
    answer.save(tmp_path, ["kml"])
    found, _ = folders(tmp_path / "coverage.kml")
    rings = [c.text for c in found["100 m agl"].find("k:Placemark", NAMES).iter(f"{{{NAMES['k']}}}coordinates")]
    expected = [ring for polygon in answer.__geo_interface__["features"][0]["geometry"]["coordinates"] for ring in polygon]
    assert len(rings) == len(expected)
    for text, ring in zip(rings, expected, strict=True):
        assert [[float(x) for x in pair.split(",")] for pair in text.split()] == ring


def test_words_of_a_user_are_escaped():
    point = {"type": "Feature", "properties": {"kind": "radar", "name": "<b>&\""}, "geometry": {"type": "Point", "coordinates": [1.0, 2.0]}}
    data = kml("a < b & c", [point], {"radar": "ff0000ff"}, "")
    assert ET.fromstring(data).find("k:Document/k:Folder/k:Placemark/k:name", NAMES).text == "<b>&\""


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not installed (gdal-bin)")
def test_ogr_reads_the_kml(raid, tmp_path):
    raid.save(tmp_path, ["kml"])
    said = subprocess.run(["ogrinfo", "-so", "-al", str(tmp_path / "coverage.kml")], capture_output=True, text=True, check=True).stdout
    for name in ("100 m agl", "3,000 m agl", "places"):
        assert name in said
