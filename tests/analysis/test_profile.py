"""Terrain profiles against the horizon, a wall of known height, the floor map, and what P.526 says."""

import json
import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import Geod

from skyreach.analysis.coverage import coverage
from skyreach.analysis.profile import profile
from skyreach.earth.floor import floor_height
from skyreach.earth.geodesy import gaussian_radius
from skyreach.errors import BadInput
from skyreach.physics.diffraction import knife_edge_fit, spherical_earth_loss

GEOD = Geod(ellps="WGS84")
A = (40.0, 30.0)


def away(km, azimuth=45.0, a=A):
    lon, lat, _ = GEOD.fwd(a[1], a[0], azimuth, km * 1e3)
    return lat, lon


@pytest.fixture(scope="module")
def anatolia():
    return profile("murted", (39.55, 32.3), 24.0, 300.0)


@pytest.fixture
def wall(tmp_path):
    """A plain at 100 m above the sea with a wall 500 m higher, 30 km north of A: 3 arc seconds; 0.3 km wide at its top."""
    step = 1.0 / 1200.0
    lat = 40.6 - (np.arange(960) + 0.5) * step
    height = np.full((960, 240), 100.0, np.float32)
    height[np.abs(lat - away(30.0, 0.0)[0]) < 2.0 * step] = 600.0
    path = tmp_path / "wall.tif"
    profile = {"driver": "GTiff", "width": 240, "height": 960, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", transform=Affine(step, 0.0, 29.9, 0.0, -step, 40.6), **profile) as file:
        file.write(height, 1)
    return path


@pytest.mark.parametrize(("h_a", "h_b"), [(10.0, 30.0), (24.0, 100.0), (38.5, 1000.0)])
@pytest.mark.parametrize("k", [1.0, 4.0 / 3.0])
def test_over_a_smooth_earth_the_path_is_clear_as_far_as_the_horizon(h_a, h_b, k):
    """sqrt(2 k a h) + sqrt(2 k a h), exact on the sphere. The geoid is no sphere: 1 % room."""
    r = k * gaussian_radius(math.radians(40.0))
    edge = r * (math.acos(r / (r + h_a)) + math.acos(r / (r + h_b))) / 1e3
    for share, clear in ((0.97, True), (1.03, False)):
        found = profile(A, away(edge * share), h_a, h_b, k=k, terrain="smooth")
        assert found.clear is clear
        assert found.length == pytest.approx(edge * share * 1e3, rel=1e-6)


def test_the_lowest_visible_height_over_a_smooth_earth():
    """Printed yardstick (facts file 7.2): 467, 375, 326 m at 100 km from antennas at 7, 24, 38.5 m; 5 m for the geoid."""
    for h_a, lowest in ((7.0, 467.0), (24.0, 375.0), (38.5, 326.0)):
        found = profile(A, away(100.0), h_a, 500.0, terrain="smooth")
        assert found.floor[-1] == pytest.approx(lowest, abs=5.0)


def test_a_wall_is_an_edge(wall):
    """Antenna 20 m and target 300 m above the plain, 30 km to each side of a wall of 500 m: height over the ray by hand."""
    b = away(50.0, 0.0)
    found = profile(A, b, 20.0, 300.0, terrain=wall, frequency_ghz=1.0)
    assert not found.clear
    top = max(found.obstructions, key=lambda o: o.above_ray)
    assert top.top == pytest.approx(30e3, abs=250.0)
    assert top.ground_msl == pytest.approx(600.0, abs=3.0)
    r = 4.0 / 3.0 * gaussian_radius(math.radians(40.0))
    bulge = 30e3 * 20e3 / (2.0 * r)
    above = 600.0 + bulge - (120.0 + 0.6 * (400.0 - 120.0))
    assert top.above_ray == pytest.approx(above, abs=3.0)
    nu = above * math.sqrt(2.0 / 0.299792458 * (1.0 / 30e3 + 1.0 / 20e3))
    assert found.losses["knife_edge"] == pytest.approx(knife_edge_fit(nu), abs=0.2)
    # on the parabola of the effective earth: heights fall by s^2 / 2 r; a straight line over the wall to 50 km
    slope = (600.0 - 30e3**2 / (2.0 * r) - 120.0) / 30e3
    assert found.floor[-1] == pytest.approx(120.0 + slope * 50e3 + 50e3**2 / (2.0 * r), abs=6.0)


def test_the_target_is_seen_exactly_from_its_lowest_visible_height_on(anatolia):
    lowest = anatolia.to_dict()["floor_at_b_agl_m"]
    assert not anatolia.clear
    for height, clear in ((lowest + 1.0, True), (lowest - 1.0, False)):
        assert profile("murted", (39.55, 32.3), 24.0, height).clear is clear


def test_the_floor_is_that_of_the_coverage_map(anatolia):
    """Same convention, same ground; the map interpolates between azimuths 0.25 degrees apart."""
    cover = coverage("92n6e", "murted", "40v6m", heights=(100.0,), range_km=80.0)
    floor = floor_height(cover.floors["92n6e"], cover.grid.dr, anatolia.azimuth, anatolia.length)
    geoid = cover.undulation
    assert anatolia.floor[-1] == pytest.approx(floor - geoid, abs=15.0)


def test_losses_over_a_smooth_earth_are_those_of_the_sphere():
    """Delta-Bullington over a plain of sea: what it takes over the knife edge is what the sphere takes (P.526, 4.5.4)."""
    far = away(60.0, 90.0, (43.0, 31.0))  # the Black Sea
    found = profile((43.0, 31.0), far, 10.0, 10.0, frequency_ghz=1.0, polarisation="v")
    assert found.sea_share == pytest.approx(1.0, abs=1e-9)
    k_radius = 4.0 / 3.0 * gaussian_radius(math.radians(43.0))
    sphere = spherical_earth_loss(found.length, 10.0, 10.0, k_radius, 70.0, 5.0, 1e9, 1)
    assert found.losses["delta_bullington"] == pytest.approx(sphere, abs=0.5)
    assert found.losses["smooth_sphere"] == pytest.approx(sphere, abs=0.5)


def test_fresnel_clearance_falls_with_the_wavelength(anatolia):
    clear = profile("murted", (39.55, 32.3), 24.0, 600.0)
    longer = profile("murted", (39.55, 32.3), 24.0, 600.0, frequency_ghz=0.3)
    assert clear.fresnel_clearance == pytest.approx(longer.fresnel_clearance * math.sqrt(10.0), rel=1e-6)
    assert clear.fresnel.max() == pytest.approx(0.5 * math.sqrt(0.0999 * clear.length), rel=1e-3)


def test_there_and_back_see_the_same_obstructions(anatolia):
    back = profile((39.55, 32.3), "murted", 300.0, 24.0)
    assert len(back.obstructions) == len(anatolia.obstructions)
    for one, other in zip(anatolia.obstructions, reversed(back.obstructions), strict=True):
        assert one.top + other.top == pytest.approx(anatolia.length, abs=500.0)
        assert one.above_ray == pytest.approx(other.above_ray, abs=1.0)


@pytest.mark.parametrize(("a", "b"), [((64.7, 179.5), (64.9, -179.2)), ((-16.5, -179.8), (-16.8, 179.3)), ((71.0, 20.0), (71.5, 22.0))])
def test_over_the_date_line_and_far_north(a, b):
    found = profile(a, b, 30.0, 3000.0, terrain="smooth")
    assert found.length == pytest.approx(GEOD.inv(a[1], a[0], b[1], b[0])[2], rel=1e-9)
    assert np.abs(np.diff(found.points[:, 1])).max() < 0.1


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"a": "nowhere"}, "profile: A"), ({"b": (40.0, 30.0)}, "distance"), ({"b": (50.0, 30.0)}, "distance"),
        ({"height_a": 0.0}, "height of A"), ({"height_a": math.nan}, "height of A"), ({"height_b": -5.0}, "height of B"),
        ({"k": 0.1}, "profile: k"), ({"frequency_ghz": 300.0}, "frequency"), ({"polarisation": "x"}, "polarisation"),
        ({"ref": "ell"}, "ref"), ({"a": (89.5, 0.0), "b": (89.6, 0.0)}, "pole"), ({"height_b": -400.0, "ref": "msl"}, "above the ground"),
    ],
)  # fmt: skip
def test_bad_questions_are_refused(question, words):
    with pytest.raises(BadInput, match=words):
        profile(**{"a": A, "b": (40.5, 30.0), "terrain": "smooth", **question})


def test_files(anatolia, tmp_path):
    paths = anatolia.save(tmp_path / "new")
    assert [p.name for p in paths] == [f"profile.{kind}" for kind in ("png", "svg", "csv", "json", "geojson")]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert ET.parse(paths[1]).getroot().tag.endswith("svg")
    table = np.genfromtxt(paths[2], delimiter=",", names=True)
    assert table["ground_msl_m"] == pytest.approx(anatolia.ground, abs=0.06)
    assert json.loads(paths[3].read_text()) == json.loads(json.dumps(anatolia.to_dict()))
    features = json.loads(paths[4].read_text())["features"]
    assert [f["geometry"]["type"] for f in features] == ["LineString"] + ["Point"] * len(anatolia.obstructions)
    assert [p.name for p in anatolia.save(tmp_path / "few", ["csv"])] == ["profile.csv"]
    with pytest.raises(BadInput, match="format"):
        anatolia.save(tmp_path, ["docx"])


def test_the_same_picture_has_the_same_bytes(anatolia, tmp_path):
    first, second = (anatolia.save(tmp_path / name, ["svg", "png"]) for name in ("a", "b"))
    assert all(one.read_bytes() == other.read_bytes() for one, other in zip(first, second, strict=True))


def test_xarray_if_it_is_there(anatolia):
    pytest.importorskip("xarray", reason="xarray is an extra: pip install skyreach[notebook]")
    assert float(anatolia.to_xarray().floor[-1]) == pytest.approx(anatolia.floor[-1], rel=1e-12)
