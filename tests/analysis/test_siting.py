"""Siting a radar: smooth earth and flat ground by hand, real ground against `coverage`, and bad questions."""

import json
import math
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import numpy as np
import pytest
import rasterio
from affine import Affine

from skyreach.analysis.coverage import coverage
from skyreach.analysis.siting import site
from skyreach.analysis.siting_points import Region, grid_points, listed_covers, region_of_box
from skyreach.earth.geodesy import gaussian_radius
from skyreach.errors import BadInput

PLAIN = {"clutter": False, "gas": False, "multipath": "off"}


@pytest.fixture(scope="module")
def anatolia():
    return site("96l6e", "murted", 40.0, highest=12, mast="40v6m", heights=(100.0, 500.0), within_km=80.0, sites=3)


@pytest.fixture
def hill(tmp_path):
    """A plain at 10 m above the sea around 40N 30E with one hill of 300 m, 3 km wide, at 40.05N 30.1E."""
    step = 1.0 / 120.0
    lat, lon = 41.5 - (np.arange(360) + 0.5) * step, 28.5 + (np.arange(360) + 0.5) * step
    y, x = np.meshgrid((lat - 40.05) * 111.0, (lon - 30.1) * 85.0, indexing="ij")
    height = (10.0 + 300.0 * np.exp(-(x * x + y * y) / 1.5**2)).astype(np.float32)
    path = tmp_path / "hill.tif"
    profile = {"driver": "GTiff", "width": 360, "height": 360, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", transform=Affine(step, 0.0, 28.5, 0.0, -step, 41.5), **profile) as file:
        file.write(height, 1)
    return path


def test_over_a_smooth_earth_every_place_inside_sees_the_disc_of_the_horizon():
    found = site(
        "96l6e", (40.0, 30.0), 5.0, grid=3, heights=(50.0,), rcs=1e5, within_km=60.0, terrain="smooth", environment=PLAIN, water=True,
    )  # fmt: skip
    r = 4.0 / 3.0 * gaussian_radius(math.radians(40.0))
    s = r * (math.acos(r / (r + 8.0)) + math.acos(r / (r + 50.0)))
    for candidate in found.candidates:
        assert candidate.score == pytest.approx((s / 60e3) ** 2, rel=0.03)  # cells of 1.5 km at a radius of 41 km
    assert found.total_km2 == pytest.approx(math.pi * 60.0**2, rel=0.01)


def test_the_hill_is_found_and_two_of_two_are_the_union(hill):
    found = site(
        "96l6e", (40.0, 30.0), 12.0, highest=6, heights=(30.0,), within_km=50.0, sites=1, terrain=hill, environment=PLAIN
    )
    best = found.chosen[0]
    assert best["rank"] == 1
    assert (best["lat"], best["lon"]) == pytest.approx((40.05, 30.1), abs=0.02)
    assert best["ground_msl_m"] > 250.0
    assert best["score"] > 1.5 * found.table[1]["score"]


def test_shares_agree_with_coverage(anatolia):
    """The winner, looked at by `coverage` on its fine grid: the area within the map against the area of interest around it."""
    alone = site("96l6e", candidates=[(40.0789, 32.5656)], mast="40v6m", heights=(100.0, 500.0), within_km=80.0)
    fine = coverage("96l6e", (40.0789, 32.5656), "40v6m", heights=(100.0, 500.0), range_km=80.0)
    for height, row in zip((100, 500), fine.table, strict=True):
        assert alone.table[0][f"km2_{height}_m"] == pytest.approx(row["seen_km2"], rel=0.06)  # cells of 2 km in broken ground


def test_the_choice_adds_up(anatolia):
    together = anatolia.to_dict()["together"]
    assert together["share"] == together["share_with_first"][-1]
    assert together["share"] >= max(row["score"] for row in anatolia.table)
    assert together["share"] <= together["bound"] + 1e-9
    assert together["share"] <= sum(row["score"] for row in anatolia.chosen) + 1e-9
    assert together["share"] == pytest.approx(np.mean(list(together["share_by_height"].values())), abs=1e-5)
    for n, height in enumerate(anatolia.heights):
        area = anatolia.grid.area(anatolia.union(n)) / 1e6
        assert area == pytest.approx(together["share_by_height"][f"{height:g}"] * anatolia.total_km2, rel=1e-4)
    scores = [row["score"] for row in anatolia.table]
    assert scores == sorted(scores, reverse=True)


def test_threads_do_not_change_the_answer():
    one, two = (
        site("96l6e", "murted", 20.0, grid=4, heights=(100.0,), within_km=40.0, threads=n).to_dict()["candidates"] for n in (1, 3)
    )
    assert one == two


def test_an_asset_in_view():
    """A target 20 km away and 3 km above ground is seen (8 degrees up; beside the radar it would be over its beam)."""
    found = site("96l6e", candidates="40.08,32.57;39.3,31.0", cover="40.1,32.8", heights=(3000.0,), sites=1)
    assert found.to_dict()["covers"] == [{"name": "a1", "kind": "asset", "value": 1.0, "seen_by_chosen": 1.0}]
    assert found.chosen[0]["name"] == "a1"
    assert found.total_km2 is None


def test_lines_of_geojson_are_routes(tmp_path):
    path = tmp_path / "cover.geojson"
    line = {"type": "LineString", "coordinates": [[32.0, 40.0], [32.2, 40.0], [32.2, 40.1]]}
    point = {"type": "Point", "coordinates": [32.5, 40.1]}
    features = [
        {"type": "Feature", "properties": {"name": "valley", "value": 3}, "geometry": line},
        {"type": "Feature", "properties": None, "geometry": point},
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    route, asset = listed_covers(str(path), "x")
    assert (route.kind, route.name, route.weight, asset.kind, asset.weight) == ("route", "valley", 3.0, "asset", 1.0)
    assert len(route.points) == pytest.approx((17.08 + 11.1) + 3, abs=2)  # km, and the ends
    assert route.points[0] == pytest.approx((40.0, 32.0), abs=1e-9)
    assert route.points[-1] == pytest.approx((40.1, 32.2), abs=1e-9)


def test_candidates_from_csv(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("name,lat,lon\nnorth,40.3,32.6\nsouth,39.8,32.6\n")
    found = site("96l6e", candidates=str(path), heights=(500.0,), within_km=50.0)
    assert [c.name for c in found.candidates] == ["north", "south"]


def test_water_and_slopes_are_left_out():
    wet = site("96l6e", bbox=(40.9, 28.8, 41.3, 29.2), grid=5, heights=(500.0,), within_km=40.0)  # on the Sea of Marmara
    assert any("in water" in note for note in wet.notes)
    assert len(wet.candidates) < 25
    steep = site("96l6e", bbox=(36.6, 30.2, 36.9, 30.5), grid=5, heights=(500.0,), within_km=40.0, max_slope=5.0)
    assert any("steeper" in note for note in steep.notes)


def test_a_grid_lies_within_its_region():
    disc = Region(60.0, 10.0, 20e3, None)
    points = grid_points(disc, 7)
    assert all(disc.holds(p.lat, p.lon) for p in points)
    assert len(points) == pytest.approx(49 * math.pi / 4, abs=6)
    box = region_of_box([59.0, 9.0, 60.0, 11.0])
    assert len(grid_points(box, 4)) == 16


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({}, "one of around"), ({"around": "murted", "bbox": (1.0, 2.0, 3.0, 4.0)}, "around and bbox"), ({"bbox": (1.0, 2.0, 3.0)}, "bbox"),
        ({"bbox": (41.0, 32.0, 40.0, 33.0)}, "bbox"), ({"around": "murted", "grid": 0}, "grid"), ({"around": "murted", "highest": 1000}, "highest"),
        ({"around": "murted", "sites": 0}, "sites"), ({"around": "murted", "gap": 2.0}, "gap"), ({"around": "murted", "within_km": 5000.0}, "within"),
        ({"around": "murted", "max_slope": 0.0}, "max-slope"), ({"candidates": "40,32;north"}, "candidates"), ({"candidates": ""}, "candidates"),
        ({"candidates": "missing.csv"}, "missing.csv"), ({"candidates": "40,32;0,0"}, "500 km"), ({"around": "murted", "cover": "0,0"}, "cover"),
        ({"around": "murted", "cover": "40,32", "within_km": 10.0}, "one of the two"), ({"around": "murted", "time_limit": 0.0}, "time-limit"),
        ({"around": (40.8, 28.5), "radius_km": 1.0, "grid": 2}, "none left"), ({"around": "murted", "radius_km": 0.0}, "radius"),
        ({"around": "murted", "threads": 0}, "jobs"),
    ],
)  # fmt: skip
def test_bad_questions_are_refused(question, words):
    with pytest.raises(BadInput, match=words):
        site("96l6e", **question)


def test_only_radars_have_sites():
    with pytest.raises(BadInput, match="is a system"):
        site("s-400", "murted")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"features": [1]}', '{"features": []}', '{"features": [{"geometry": {"type": "Point", "coordinates": []}}]}'])
def test_bad_geojson_is_refused(tmp_path, text):
    path = tmp_path / "x.geojson"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"x\.geojson"):
        listed_covers(str(path), "site: cover")


def test_files(anatolia, tmp_path):
    paths = anatolia.save(tmp_path)
    assert [p.name for p in paths] == ["site.png", "site.csv", "site.json", "site.geojson"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert len(paths[1].read_text().splitlines()) == len(anatolia.candidates) + 1
    assert json.loads(paths[2].read_text()) == json.loads(json.dumps(anatolia.to_dict()))
    kinds = [f["properties"]["kind"] for f in json.loads(paths[3].read_text())["features"]]
    assert kinds.count("candidate") == len(anatolia.candidates)
    assert kinds.count("seen") == 2
    html = anatolia._repr_html_()
    assert escape(anatolia.table[0]["name"]) in html
    ET.fromstring(html[html.index("<table>") :])


def test_xarray_if_it_is_there(anatolia):
    pytest.importorskip("xarray", reason="xarray is an extra: pip install skyreach[notebook]")
    assert anatolia.to_xarray().share.shape == (12, 2)
