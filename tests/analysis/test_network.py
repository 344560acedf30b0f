"""Coverage of a whole scenario: one radar against `coverage`, the horizon, and what overlap and union must add up to."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.analysis.common_grid import map_grid
from skyreach.analysis.coverage import coverage
from skyreach.analysis.network import network
from skyreach.analysis.network_data import NetworkLevel
from skyreach.earth.geodesy import gaussian_radius
from skyreach.errors import BadInput
from skyreach.scenario.load import read_scenario

ONE = """
skyreach: 1
name: one
start: 2026-05-01T01:30:00Z
duration_s: 60
terrain: {terrain}
environment: {{clutter: false, gas: false, multipath: "off"}}
formations:
  - name: post
    level: battalion
    radars:
      - {{name: first, system: 96l6e, at: {{lat: 40.0789, lon: 32.5656}}}}{more}
raid:
  - name: mald
    system: mald
    route: [{{lat: 40.3, lon: 32.6, height_m: 9000, ref: msl}}, {{lat: 40.2, lon: 32.6, height_m: 9000, ref: msl}}]
"""
SECOND = "\n      - {name: second, system: 96l6e, emitting: false, at: {lat: 40.2, lon: 32.7}}"


def scenario(terrain="smooth", more=""):
    return read_scenario(ONE.format(terrain=terrain, more=more))


@pytest.fixture(scope="module")
def raid():
    return network("murted-raid", heights=(100.0, 3000.0))


def test_one_radar_alone_is_what_coverage_says():
    found = network(scenario(), heights=(100.0, 1000.0), rcs=0.5)
    plain = {"clutter": False, "gas": False, "multipath": "off"}
    alone = coverage("96l6e", (40.0789, 32.5656), heights=(100.0, 1000.0), rcs=0.5, terrain="smooth", environment=plain)
    for row, other in zip(found.table, alone.table, strict=True):
        assert row["seen_km2"] == pytest.approx(other["seen_km2"], rel=0.01)  # two grids with cells of 0.4 and 0.6 km
        assert row["overlap_km2"] == {"1": row["seen_km2"]}
        assert row["radars_only_km2"] == row["radars_km2"] == {"first": row["seen_km2"]}
        assert row["engageable_km2"] is None


def test_one_radar_is_jammed_and_doubted_as_coverage_says():
    jammers = ["jammer-stand-off@40.6,33.4,9000", "jammer-aircraft@target"]
    found = network(scenario(), heights=(3000.0,), rcs=1e4, jammers=jammers, bands=True)
    plain = {"clutter": False, "gas": False, "multipath": "off"}
    question = {"heights": (3000.0,), "rcs": 1e4, "terrain": "smooth", "environment": plain, "bands": True}
    alone = coverage("96l6e", (40.0789, 32.5656), jammers=jammers, **question)
    row, other = found.table[0], alone.table[0]
    for key in ("seen_km2", "seen_km2_low", "seen_km2_high"):
        assert row[key] == pytest.approx(other[key], rel=0.02), key
    assert 0.0 < row["seen_km2_low"] < row["seen_km2"] < row["seen_km2_high"]
    clear = network(scenario(), heights=(3000.0,), rcs=1e4).table[0]["seen_km2"]
    assert row["seen_km2"] < clear
    (burn,) = found.burn_through
    assert burn.pop("radar") == "first"
    assert burn == pytest.approx({key: value for key, value in alone.burn_through[0].items() if key != "radar"}, rel=1e-3)
    assert found.to_dict()["jammers"] == jammers


def test_a_jammer_beyond_the_map_of_a_radar_is_named_and_not_heard():
    far = "jammer-stand-off@40.0,37.5,12000"
    jammed, clear = (network(scenario(), heights=(3000.0,), jammers=j) for j in ([far], []))
    assert jammed.table == clear.table
    assert any(far in note and "first" in note for note in jammed.notes)
    assert jammed.burn_through[0]["jammers_heard"] == 0


def test_one_radar_over_a_smooth_earth_sees_to_the_horizon():
    row = network(scenario(), heights=(50.0,), rcs=1e5).table[0]
    r = 4.0 / 3.0 * gaussian_radius(math.radians(40.08))
    s = r * (math.acos(r / (r + 8.0)) + math.acos(r / (r + 50.0)))
    assert row["seen_km2"] == pytest.approx(math.pi * s * s / 1e6, rel=0.02)  # a cell of 0.6 km at a radius of 41 km
    assert row["gaps_km2"] == 0.0


def test_k_and_settings_reach_the_scenario():
    near, far = (network("murted-f35", heights=(500.0,), terrain="smooth", k=k).table[0]["seen_km2"] for k in (1.0, 1.6))
    assert far > 1.3 * near
    higher = network("murted-f35", heights=(50.0,), terrain="smooth", overrides={"catalog.92n6e.height_none": "60"})
    assert max(s.antenna for s in higher.stations) == pytest.approx(60.0, abs=1e-6)


def test_a_silent_radar_sees_nothing_and_is_named():
    found = network(scenario(more=SECOND), heights=(1000.0,))
    assert [s.name for s in found.stations] == ["first"]
    assert any("second" in note for note in found.notes)


def test_heights_above_sea_level_and_above_ground_differ_over_anatolia():
    low, high = (network(scenario("null"), heights=(1500.0,), ref=ref).table[0]["seen_km2"] for ref in ("msl", "agl"))
    assert low < 0.7 * high  # the ground there lies at 800 to 1500 m


# ---- overlap and union --------------------------------------------------------------------------------------------


def holds_together(level, grid):
    """What must hold whatever the masks: NetworkLevel against sums of areas."""
    union = grid.area(level.radars > 0)
    assert grid.area(level.radars) == pytest.approx(sum(level.by_radar), rel=1e-9)  # the integral of overlap
    assert union <= sum(level.by_radar) * (1.0 + 1e-12)
    assert union >= max(level.by_radar) * (1.0 - 1e-12)
    assert grid.area(level.radars == 1) == pytest.approx(sum(level.only_radar), rel=1e-9, abs=1e-3)
    assert not (level.gap & (level.radars > 0)).any()


def test_the_raid_holds_together(raid):
    for level, row in zip(raid.levels, raid.table, strict=True):
        holds_together(level, raid.grid)
        assert sum(row["overlap_km2"].values()) == pytest.approx(row["seen_km2"], abs=0.5)  # rounded to 0.01 each
        assert row["seen_km2"] + row["unseen_in_range_km2"] == pytest.approx(raid.to_dict()["in_range_km2"], abs=0.1)
        assert row["engageable_km2"] <= sum(row["fire_units_km2"].values()) + 0.1
        assert row["engageable_km2"] <= row["seen_km2"]  # an engagement radar is one of the radars
        assert max(row["fire_units_km2"].values()) <= row["engageable_km2"] + 0.1
    assert raid.table[1]["seen_km2"] > raid.table[0]["seen_km2"]


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6), st.floats(0.02, 0.9))
def test_any_masks_hold_together(seeds, share):
    grid = map_grid([(math.radians(60.0), 0.4, 200e3)], 100.0, 40)
    masks = [np.random.default_rng(seed).random((grid.n_lat, grid.n_lon)) < share for seed in seeds]
    radars = np.sum(masks, axis=0).astype(np.int16)
    alone = tuple(grid.area(mask & (radars == 1)) for mask in masks)
    level = NetworkLevel(100.0, radars, radars, tuple(grid.area(m) for m in masks), alone, ())
    holds_together(level, grid)


def test_a_ring_encloses_a_gap():
    grid = map_grid([(0.7, 0.4, 100e3)], 100.0, 60)
    y, x = np.indices((grid.n_lat, grid.n_lon))
    away = np.hypot(y - grid.n_lat / 2, x - grid.n_lon / 2)
    radars = ((away > 10) & (away < 20)).astype(np.int16)
    level = NetworkLevel(100.0, radars, radars, (0.0,), (0.0,), ())
    assert level.gap.sum() == (away <= 10).sum()


def test_the_network_floor_is_the_lowest_of_the_radars(raid):
    stack = np.array(raid.floors)
    assert (raid.floor == stack.min(axis=0)).all()
    assert np.isfinite(raid.floor[raid.inside]).mean() > 0.99
    level = raid.levels[1]
    assert (raid.floor[level.radars > 0] < 3000.0 + 4000.0).all()  # 3 km above ground that is 4 km high at most


# ---- what it refuses, what it hands out ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"heights": (0.0,)}, "height"), ({"rcs": -1.0}, "rcs"), ({"pd": 1.5}, "pd"), ({"ref": "sea"}, "ref"), ({"k": 0.1}, "refraction_k"),
        ({"jammers": ["spoon@1,2,3"]}, "jammer"),
        ({"target": "f-99"}, "target"), ({"rcs": 1.0, "target": "f-16c"}, "one of the two"),
    ],
)  # fmt: skip
def test_bad_questions_are_refused(options, words):
    with pytest.raises(BadInput, match=words):
        network("murted-f35", **options)


def test_without_a_radar_there_is_no_coverage():
    text = ONE.format(terrain="smooth", more="").replace("lon: 32.5656}}", "lon: 32.5656}, emitting: false}")
    with pytest.raises(BadInput, match="no radar that emits"):
        network(read_scenario(text))


def test_json_and_geojson(raid):
    document = json.loads(json.dumps(raid.to_dict(), allow_nan=False))
    assert len(document["radars"]) == 17
    assert document["heights"][0]["height_m"] == 100.0
    features = raid.__geo_interface__["features"]
    kinds = {(f["properties"]["kind"], f["properties"].get("height_m")) for f in features}
    assert {(k, h) for k in ("seen", "overlap", "gap", "engageable") for h in (100.0, 3000.0)} <= kinds
    assert sum(f["properties"]["kind"] == "radar" for f in features) == 17


def test_a_notebook_gets_a_picture_and_a_table(raid):
    html = raid._repr_html_()
    assert html.startswith('<img src="data:image/png;base64,')
    assert "<td>3000.0</td>" in html


def test_xarray_if_it_is_there(raid):
    pytest.importorskip("xarray", reason="xarray is an extra: pip install skyreach[notebook]")
    data = raid.to_xarray()
    seen = ((data.radars > 0) * data.cell_area).sum(("lat", "lon"))
    assert float(seen[0]) / 1e6 == pytest.approx(raid.table[0]["seen_km2"], abs=0.01)  # rows are rounded to that


def test_geopandas_if_it_is_there(raid):
    geopandas = pytest.importorskip("geopandas", reason="geopandas is an extra")
    assert len(geopandas.GeoDataFrame.from_features(raid)) == len(raid.__geo_interface__["features"])


def test_without_xarray_the_error_names_the_cure(raid):
    try:
        import xarray  # noqa: F401
    except ImportError:
        with pytest.raises(BadInput, match=r"skyreach\[notebook\]"):
            raid.to_xarray()
    else:
        pytest.skip("xarray is installed")
