"""The common geographic grid: areas on the ellipsoid, polar masks and floors brought onto it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from skyreach.analysis.common_grid import MapGrid, Reader, floor_on, map_grid, sea_level, zone_area
from skyreach.analysis.coverage_grid import polar_grid
from skyreach.earth.floor import floor_height
from skyreach.earth.geodesy import geodesic_inverse
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import undulation

GEOD = Geod(ellps="WGS84")
RAD = math.radians


def test_the_whole_ellipsoid():
    """510 065 621.7 km2: GRS80 and WGS84 agree to this digit (Moritz 1980: mean radius of equal area 6371007.1810 m)."""
    assert 2.0 * zone_area(RAD(90.0)) == pytest.approx(4.0 * math.pi * 6371007.1810**2, rel=1e-9)


@pytest.mark.parametrize("lat", [-60.0, 0.0, 40.0, 71.0])
def test_cell_areas_are_those_of_pyproj(lat):
    grid = MapGrid(RAD(lat), RAD(30.0), RAD(0.01), RAD(0.02), 3, 2)
    for row, area in enumerate(grid.cell_area):
        south, north = lat + 0.01 * row, lat + 0.01 * (row + 1)
        lons = [*np.linspace(30.0, 30.02, 20), *np.linspace(30.02, 30.0, 20)]  # sides along parallels, not geodesics
        found, _ = GEOD.polygon_area_perimeter(lons, [south] * 20 + [north] * 20)
        assert area == pytest.approx(found, rel=1e-6)


@given(st.floats(-70.0, 70.0), st.floats(-180.0, 180.0), st.floats(20e3, 400e3))
@settings(max_examples=25)
def test_a_disc_on_the_grid_has_its_area_and_no_seam(lat, lon, radius):
    """Discs anywhere, across the date line too. 200 cells to a side: 1 % is what the ragged rim and the sphere leave."""
    grid = map_grid([(RAD(lat), RAD(lon), radius)], 100.0, 200)
    polar = polar_grid(RAD(lat), radius)
    reader = Reader(*grid.centres, RAD(lat), RAD(lon), polar)
    everything = np.ones((polar.n_az, polar.n_r), bool)
    assert grid.area(reader.read(everything)) == pytest.approx(polar.area(everything), rel=0.01)
    assert (reader.read(everything) == reader.inside).all()
    edges = np.concatenate([reader.inside[0], reader.inside[-1], reader.inside[:, 0], reader.inside[:, -1]])
    assert edges.mean() < 0.15  # the disc touches the rim of the grid, it is not cut


def test_a_cell_reads_the_polar_cell_that_its_centre_lies_in():
    lat, lon = RAD(40.0), RAD(30.0)
    polar = polar_grid(lat, 50e3)
    grid = map_grid([(lat, lon, 50e3)], 2500.0)
    mask = np.random.default_rng(5).random((polar.n_az, polar.n_r)) < 0.5
    read = Reader(*grid.centres, lat, lon, polar).read(mask)
    for p in range(0, grid.n_lat, 3):
        for q in range(0, grid.n_lon, 3):
            s, az, _ = geodesic_inverse(lat, lon, grid.lat[p], grid.lon[q])
            i, j = round(az / (2.0 * math.pi) * polar.n_az), round(s / polar.dr)
            near_edge = abs(az / (2.0 * math.pi) * polar.n_az - i) > 0.45 or abs(s / polar.dr - j) > 0.45
            if not near_edge and 1 <= j <= polar.n_r - 1:
                assert read[p, q] == mask[i % polar.n_az, j - 1]


def test_a_mask_of_nothing_and_the_disc_around_the_site():
    lat, lon = RAD(40.0), RAD(30.0)
    polar, grid = polar_grid(lat, 80e3), map_grid([(lat, lon, 1e3)], 10.0, 50)
    nothing = np.zeros((polar.n_az, polar.n_r), bool)
    reader = Reader(*grid.centres, lat, lon, polar)
    assert not reader.read(nothing).any()
    nothing[:, 0] = True  # the first column counts for the disc within
    middle = reader.read(nothing)[grid.n_lat // 2, grid.n_lon // 2]
    assert middle


def test_floors_are_those_of_floor_height():
    lat, lon, dr = RAD(50.0), RAD(179.9), 400.0
    floor = np.random.default_rng(1).uniform(0.0, 3000.0, (360, 100)).astype(np.float32)
    grid = map_grid([(lat, lon, 40e3)], 3000.0)
    found = floor_on(grid, lat, lon, dr, floor)
    for p in range(0, grid.n_lat, 5):
        for q in range(0, grid.n_lon, 5):
            s, az, _ = geodesic_inverse(lat, lon, grid.lat[p], grid.lon[q])
            expected = floor_height(floor, dr, az, s)
            if math.isinf(expected) or math.isinf(found[p, q]):
                assert s > 39.9e3
            else:  # geodesic against the polar coordinates of the site: 1e-5 of the range, 3 km of floor in 400 m
                assert found[p, q] == pytest.approx(expected, abs=12.0)


def test_sea_level_is_the_geoid():
    grid = map_grid([(RAD(41.0), RAD(29.0), 30e3)], 5000.0)
    found = sea_level(grid)
    assert found[3, 4] == pytest.approx(undulation(load_geoid(), grid.lat[3], grid.lon[4]), abs=1e-3)
