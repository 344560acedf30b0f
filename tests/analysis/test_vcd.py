"""Vertical coverage diagrams: lobes, twice the free-space range, published ranges, the horizon, and terrain."""

import json
import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from skyreach.analysis.vcd import vcd
from skyreach.earth.geodesy import gaussian_radius
from skyreach.errors import BadInput

MIRROR = {  # a smooth conductor below an antenna that is equally strong everywhere, in clear air
    "surface": "land", "roughness": 0.0, "polarisation": "h", "environment": {"gas": False},
}  # fmt: skip
OPEN = {
    "1l119.beamwidth_el": 2000.0, "1l119.instrumented_range": 900.0, "farmland.conductivity": 1e9, "1l119.elevation_min": -5.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def nebo():
    return vcd("1l119", rcs=2.5)


@pytest.fixture(scope="module")
def murted():
    return vcd("96l6e", "murted", 200.0, "40v6m", target="f-16c", pd=(0.5,), environment={"gas": False})


def test_v5_nebo_svu(nebo):
    """Published: 65 km at 500 m, 270 km at 10 km, 2.5 m2. Pass bands of the facts file: 50 to 90 and 230 to 310 km."""
    reach = {row["height_m"]: row["farthest_km"] for row in nebo.table if row["pd"] == 0.5}
    assert 50.0 <= reach[500.0] <= 90.0
    assert 230.0 <= reach[10_000.0] <= 310.0
    assert reach[500.0] == pytest.approx(65.0, rel=0.1)
    assert reach[10_000.0] == pytest.approx(270.0, rel=0.1)


@pytest.mark.parametrize("h_ant", [8.0, 20.0])
def test_lobes_stand_at_odd_multiples_of_lambda_over_4h_and_reach_twice_as_far(h_ant):
    """Mirror on an all but plane earth (k = 100); lambda 1.62 m. Maxima of the contour, peaks at twice the free-space range."""
    limits = {**OPEN, "1l119.height_none": h_ant, "1l119.reference_range": 100.0}
    found = vcd("1l119", rcs=1.0, pd=(0.5,), k=100.0, overrides=limits, **MIRROR)
    contour, wavelength = found.contour(0.5), 299792458.0 / 0.185e9
    for n in (1, 3, 5):
        el = math.asin(n * wavelength / (4.0 * h_ant))
        if el > found.el_max - 0.02:
            continue
        near = np.abs(found.elevation - el) < 0.4 * wavelength / (2.0 * h_ant)
        peak = float(np.average(found.elevation[near], weights=contour[near] ** 8))  # middle of a flat maximum
        assert peak == pytest.approx(el, abs=0.03 * wavelength / h_ant)
        assert contour[near].max() == pytest.approx(2.0 * found.free_space(0.5), rel=0.02)  # cells of 2.8 km at 200 km
        null = np.abs(found.elevation - math.asin((n + 1) * wavelength / (4.0 * h_ant))) < 0.2 * wavelength / h_ant
        assert contour[null].min() < 0.6 * found.free_space(0.5)


def test_the_free_space_range_is_the_reference_range():
    """96L6E: 145 km against 1 m2 with Pd 0.5; the fourth root of the cross-section; 8.37 dB from Pd 0.5 to 0.9."""
    found = vcd("96l6e", rcs=1.0)
    assert found.free_space(0.5) == pytest.approx(145e3, rel=1e-6)
    assert found.free_space(0.9) / found.free_space(0.5) == pytest.approx(10 ** (-8.37 / 40), rel=1e-3)
    assert vcd("96l6e", rcs=1.0 / 16.0).free_space(0.5) == pytest.approx(72.5e3, rel=1e-6)


def test_a_very_rough_surface_leaves_the_free_space_range():
    found = vcd("96l6e", rcs=1.0, pd=(0.5,), roughness=500.0, environment={"gas": False}, heights=(5000.0,))
    assert found.table[0]["farthest_km"] == pytest.approx(145.0, abs=1.0)  # slant against ground range, step of 75 m
    high = found.contour(0.5)[np.abs(found.elevation - math.radians(4.5)) < math.radians(1.5)]
    assert high == pytest.approx(145e3, abs=1000.0)  # cells of 0.94 km


@pytest.mark.parametrize("height", [100.0, 1000.0])
def test_a_strong_echo_is_seen_a_little_beyond_the_horizon(height):
    """Diffraction over the smooth earth: a huge target is seen beyond the horizon, but not far (P.526: some dB per km at S band)."""
    r = 4.0 / 3.0 * gaussian_radius(math.radians(45.0))
    edge = r * (math.acos(r / (r + 8.0)) + math.acos(r / (r + height))) / 1e3
    limits = {"91n6e.elevation_min": -5.0}
    row = vcd("91n6e", rcs=1e4, pd=(0.5,), heights=(height,), overrides=limits).table[0]
    assert edge < row["farthest_km"] < edge + 40.0


def test_sea_is_smoother_than_land_and_its_lobes_are_deeper():
    sea, land = (vcd("96l6e", rcs=1.0, pd=(0.5,), surface=name, environment={"sea_state": 1.0}) for name in ("sea", "land"))
    assert sea.scene.surface.roughness == pytest.approx(0.0125, abs=1e-9)  # a quarter of 0.05 m
    assert sea.factor.max() > land.factor.max()
    assert sea.factor.max() <= 2.0 + 1e-9


def test_rain_and_air_shorten_the_range():
    clear, rain = (
        vcd("92n6e", rcs=1.0, pd=(0.5,), heights=(3000.0,), environment={"rain_mm_h": rate, "rain_height_m": 4000.0}).table[0]
        for rate in (0.0, 20.0)
    )
    assert rain["farthest_km"] < 0.8 * clear["farthest_km"]


def test_the_band_of_the_radar_chooses_the_cross_section_of_a_threat():
    """F-35A: 0.005 m2 in X, 2.5 times that in S, 0.5 m2 in VHF, head-on (catalogue)."""
    for radar, rcs in (("92n6e", 0.005), ("96l6e", 0.0125), ("1l119", 0.5)):
        assert vcd(radar, target="f-35a", pd=(0.5,), heights=(5000.0,)).rcs == pytest.approx(rcs, rel=1e-9)


def test_terrain_only_takes_away(murted):
    smooth = vcd("96l6e", mast="40v6m", target="f-16c", pd=(0.5,), environment={"gas": False})
    for one, other in zip(murted.table, smooth.table, strict=True):
        assert one["farthest_km"] <= other["farthest_km"] + 0.5
    assert murted.table[0]["farthest_km"] < 0.5 * smooth.table[0]["farthest_km"]  # 50 m above the site, hills at 12 km
    _, ground, floor = murted.scene.ground
    assert ground[0] == pytest.approx(0.0, abs=1e-6)
    assert (floor >= ground - 1e-6).all()


def test_nothing_is_seen_outside_the_limits(murted):
    r = np.broadcast_to(murted.r_slant, murted.odds.shape)
    assert murted.odds[murted.height < 0.0].max(initial=0.0) == 0.0
    assert (murted.odds[r > 300.1e3] == 0.0).all()
    assert murted.elevation[-1] == pytest.approx(math.radians(20.0), abs=1e-9)
    assert ((murted.odds >= 0.0) & (murted.odds <= 1.0)).all()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"radar": "s-400"}, "is a system"), ({"mast": "pole"}, "mast"), ({"pd": ()}, "pd"), ({"pd": (1.0,)}, "pd"), ({"rcs": 0.0}, "rcs"),
        ({"surface": "ice"}, "surface"), ({"roughness": -1.0}, "roughness"), ({"polarisation": "c"}, "polarisation"),
        ({"environment": {"sea_state": 9.0}}, "sea_state"), ({"range_km": 0.0}, "range"), ({"k": 0.0}, "vcd: k"), ({"heights": (0.0,)}, "height"),
        ({"at": "murted", "azimuth_deg": 400.0}, "azimuth"), ({"rcs": 1.0, "target": "f-16c"}, "one of the two"), ({"target": "x-wing"}, "target"),
        ({"at": "atlantis"}, "vcd: at"),
    ],
)  # fmt: skip
def test_bad_questions_are_refused(question, words):
    with pytest.raises(BadInput, match=words):
        vcd(**{"radar": "96l6e", **question})


def test_files(nebo, murted, tmp_path):
    paths = nebo.save(tmp_path / "a")
    assert [p.name for p in paths] == ["vcd.png", "vcd.svg", "vcd.csv", "vcd.json"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert ET.parse(paths[1]).getroot().tag.endswith("svg")
    table = np.genfromtxt(paths[2], delimiter=",", names=True)
    assert table["farthest_km_pd_05"] == pytest.approx(nebo.contour(0.5) / 1e3, abs=1e-3)
    assert json.loads(paths[3].read_text()) == json.loads(json.dumps(nebo.to_dict()))
    assert murted.save(tmp_path / "b", ["png"])[0].stat().st_size > 50_000
    assert "<table>" in nebo._repr_html_()


def test_xarray_if_it_is_there(nebo):
    pytest.importorskip("xarray", reason="xarray is an extra: pip install skyreach[notebook]")
    assert nebo.to_xarray().pd.shape == nebo.odds.shape
