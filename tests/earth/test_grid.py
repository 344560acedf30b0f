"""Bilinear grids: planes are exact, rims and the date line are where they should be, packing loses
nothing."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skyreach.earth.geoid import load_geoid, load_grid
from skyreach.earth.grid import Dem, Grid, add_grid, fill_from, ground_height, inside, sample, undulation
from skyreach.earth.packed import Packed, pack, unpack
from skyreach.errors import BadInput

rad = math.radians


def plane(lat0=0.5, lon0=0.4, dlat=1e-3, dlon=2e-3, n_lat=7, n_lon=9):
    """A plane h = 100 + 3000 (lat - lat0) - 2000 (lon - lon0): bilinear interpolation must give it back."""
    i, j = np.mgrid[0:n_lat, 0:n_lon]
    return Dem((100.0 + 3000.0 * i * dlat - 2000.0 * j * dlon).astype(np.float32), lat0, lon0, dlat, dlon)


@settings(deadline=None)
@given(st.floats(0.0, 6e-3), st.floats(0.0, 16e-3))
def test_plane_is_exact(north, east):
    dem = plane()
    expected = 100.0 + 3000.0 * north - 2000.0 * east
    # float32 nodes near 100 m are good to 4e-6 m
    assert ground_height(dem, 0.5 + north, 0.4 + east) == pytest.approx(expected, abs=2e-5)
    assert ground_height(dem, 0.5 + north, 0.4 + east + 2 * math.pi) == pytest.approx(expected, abs=2e-5)
    assert inside(dem, 0.5 + north, 0.4 + east)


def test_outside_gives_the_nearest_rim():
    dem = plane()
    assert ground_height(dem, 0.4, 0.4 + 4e-3) == pytest.approx(100.0 - 8.0, abs=1e-5)  # south of it
    assert ground_height(dem, 0.503, 0.3) == pytest.approx(100.0 + 9.0, abs=1e-5)  # west of it
    assert ground_height(dem, 2.0, 0.45) == pytest.approx(
        100.0 + 18.0 - 32.0, abs=1e-5
    )  # beyond the north-east corner
    for lat, lon in [(0.4, 0.404), (0.503, 0.3), (0.503, 0.42), (0.507, 0.404)]:
        assert not inside(dem, lat, lon)


def test_window_over_the_date_line():
    dem = plane(lon0=math.pi - 8e-3)
    for east in (0.0, 7e-3, 9e-3, 16e-3):  # the second half has longitudes from -pi upwards
        lon = math.remainder(math.pi - 8e-3 + east, 2 * math.pi)
        assert ground_height(dem, 0.5, lon) == pytest.approx(100.0 - 2000.0 * east, abs=2e-5)
        assert inside(dem, 0.5, lon)


def test_nan_position_is_nan():
    assert math.isnan(ground_height(plane(), math.nan, 0.4))
    assert math.isnan(ground_height(plane(), 0.5, math.nan))
    assert not inside(plane(), math.nan, 0.4)


def test_sample_and_fill():
    grid = Grid(np.arange(12, dtype=np.int16).reshape(3, 4), 0.5, 0.4, 1e-3, 0.5)
    assert sample(grid, 0.5, 0.4) == pytest.approx(0.0, abs=1e-6)
    assert sample(grid, 0.5015, 0.4025) == pytest.approx(0.5 * (4 * 1.5 + 2.5), abs=1e-6)
    assert sample(grid, 0.502, 0.403) == pytest.approx(5.5, abs=1e-6)
    for lat, lon in [(0.4999, 0.4), (0.5021, 0.4), (0.5, 0.3999), (0.5, 0.4031), (math.nan, 0.4)]:
        assert math.isnan(sample(grid, lat, lon))
    dem = Dem(np.full((4, 4), np.nan, dtype=np.float32), 0.5, 0.4, 1e-3, 1e-3)
    dem.h[1, 1] = 77.0
    filled, land = fill_from(dem, grid)
    assert (filled, land) == (11, 10)  # 12 nodes less the one that was there; node (0, 0) is at sea level
    assert dem.h[1, 1] == 77.0
    assert dem.h[2, 3] == pytest.approx(5.5, abs=1e-6)
    assert np.isnan(dem.h[3]).all()
    add_grid(dem, grid, -1.0)
    assert dem.h[2, 3] == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(arrays(np.int16, st.tuples(st.integers(2, 9), st.integers(2, 9))))
def test_packing_loses_nothing(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("pack") / "grid.npz"
    before = values.copy()
    pack(path, Packed(values, 1.0, 2.0, 0.25, 0.1))
    got = unpack(path)
    assert (got.values == values).all()
    assert got.values.dtype == np.int16
    assert got[1:] == (1.0, 2.0, 0.25, 0.1)
    assert (values == before).all()


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_damaged_grid_is_named(tmp_path, content):
    path = tmp_path / "grid.npz"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"grid\.npz"):
        unpack(path)


# GeographicLib's documentation of GeoidEval: Timbuktu, 28.7068 m with EGM96 on 5 minutes and cubic
# interpolation; bilinear on 15 minutes errs by 0.04 m RMS, 1.2 m at most. The others: bilinear in the
# 15-minute file itself.
@pytest.mark.parametrize(
    ("lat", "lon", "n", "tol"),
    [
        (16 + 46 / 60 + 33 / 3600, -(3 + 34 / 3600), 28.7068, 0.1),
        (50.45, 30.52, 25.15, 0.02),
        (54.89, 20.5926, 26.46, 0.02),
        (35.4011, 35.9487, 24.11, 0.02),
    ],
)
def test_undulation(lat, lon, n, tol):
    assert undulation(load_geoid(), rad(lat), rad(lon)) == pytest.approx(n, abs=tol)
    assert undulation(load_geoid(), rad(lat), rad(lon + 360.0)) == pytest.approx(n, abs=tol)


def test_geoid_covers_the_world():
    for lat, lon in [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (0.0, -180.0), (10.0, 359.99), (10.0, -0.01)]:
        assert -108.0 < undulation(load_geoid(), rad(lat), rad(lon)) < 86.0  # the range of EGM96
    west, east = undulation(load_geoid(), 0.3, rad(-1e-7)), undulation(load_geoid(), 0.3, rad(1e-7))
    assert west == pytest.approx(east, abs=1e-4)


def test_packed_grids_are_small_and_where_they_should_be():
    globe, p1511 = load_grid("globe30s.npz"), load_grid("p1511_5m.npz")
    # Lake Van has one level, 1640 to 1650 m, over many nodes of either grid
    assert sample(globe, rad(38.6), rad(42.9)) == pytest.approx(1640.0, abs=12.0)
    assert sample(p1511, rad(38.6), rad(42.9)) == pytest.approx(1640.0, abs=12.0)
    assert globe.values.shape == (17 * 120, 22 * 120)
    assert sample(globe, rad(43.0), rad(34.0)) == 0.0  # Black Sea
    assert sample(p1511, rad(31.5), rad(35.48)) == pytest.approx(-405.0, abs=15.0)  # Dead Sea
