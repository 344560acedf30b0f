"""The polar grid: areas against closed forms, positions against pyproj, kernels compiled and plain."""

import math

import numpy as np
import pytest
from pyproj import Geod

from skyreach.analysis.coverage_grid import (
    PolarGrid,
    centre,
    mark_reached,
    polar_grid,
)
from skyreach.earth.grid import Dem, ground_height
from skyreach.earth.polar_ground import polar_ground, positions
from skyreach.world.tables import MISSILE_TYPES, dtype_of

R = 6.37e6
GRID = PolarGrid(R, 64, 20, 1000.0)
SITE = (math.radians(40.0), math.radians(32.5))


def cap(r):
    """Area of a spherical cap of arc length r [m2]."""
    return 2.0 * math.pi * R * R * (1.0 - math.cos(r / R))


def everything():
    return np.ones((GRID.n_az, GRID.n_r), bool)


def test_all_cells_fill_the_cap_exactly():
    # 1 - cos loses 7 digits at 20 km, so that the closed form itself is good to 1e-9 only
    assert GRID.area(everything()) == pytest.approx(cap(20e3), rel=1e-8)
    assert GRID.area(~everything()) == 0.0


@pytest.mark.parametrize(("first", "last"), [(0, 5), (3, 9), (19, 20)])
def test_area_of_a_ring(first, last):
    mask = ~everything()
    mask[:, first:last] = True
    inner = 0.0 if first == 0 else (first + 0.5) * 1000.0
    outer = min((last + 0.5) * 1000.0, 20e3)
    assert GRID.area(mask) == pytest.approx(cap(outer) - cap(inner), rel=1e-7)


def test_area_of_a_wedge_and_its_directions():
    mask = ~everything()
    mask[30:34] = True  # two cells to each side of south, but for half a cell
    share = cap(20e3) - cap(500.0)
    assert GRID.area(mask) == pytest.approx(share * 4 / 64, rel=1e-7)
    by_direction = GRID.area_by_direction(mask)
    assert by_direction[8] == pytest.approx(share * 4 / 64, rel=1e-7)
    assert by_direction.sum() == pytest.approx(GRID.area(mask), rel=1e-12)


def test_directions_of_everything_are_equal_and_reach_the_rim():
    assert GRID.area_by_direction(everything()) == pytest.approx(np.full(16, cap(20e3) / 16), rel=1e-7)
    assert GRID.farthest(everything()) == pytest.approx(np.full(16, 20e3), rel=1e-12)
    assert GRID.farthest(~everything()) == pytest.approx(np.zeros(16), abs=1e-12)


def test_radius_of_equal_area_is_the_inverse_of_the_cap():
    for r in (1.0, 500.0, 20e3, 400e3):
        assert float(GRID.radius_of(GRID.cap(r))) == pytest.approx(r, rel=1e-12)


def test_the_disc_counts_with_the_majority_of_the_first_column():
    mask = ~everything()
    mask[:32, 0] = True
    assert centre(mask)
    mask[0, 0] = False
    assert not centre(mask)


@pytest.mark.parametrize("r_max", [18e3, 250e3, 400e3, 600e3, 1000e3])
def test_no_cell_is_longer_or_wider_than_a_kilometre(r_max):
    grid = polar_grid(SITE[0], r_max)
    assert grid.r_max == pytest.approx(r_max, rel=1e-12)
    assert grid.dr <= 1000.0
    assert 2 * math.pi * r_max / grid.n_az <= 1000.0
    assert grid.n_az % 32 == 0


def test_positions_against_pyproj():
    """Sphere and ellipsoid differ: at 400 km the osculating sphere is 0.1 % off in scale at most, 1e-4 here."""
    az, s = np.radians([0.0, 77.0, 180.0, 301.0]), np.full(4, 400e3)
    out = np.empty((4, 2))
    positions(*SITE, az, s, out)
    geod = Geod(ellps="WGS84")
    for (lat, lon), direction in zip(np.degrees(out), az, strict=True):
        found, _, distance = geod.inv(32.5, 40.0, lon, lat)
        assert distance == pytest.approx(400e3, rel=1e-3)
        assert (found - math.degrees(direction) + 180) % 360 - 180 == pytest.approx(0.0, abs=0.02)


def test_ground_of_the_grid_is_the_ground_at_the_positions():
    """A steep plane, so that 0.3 m of position are 0.03 m of height."""
    step = math.radians(0.05)
    rows, columns = np.mgrid[0:200, 0:260]
    dem = Dem((30.0 * rows + 17.0 * columns).astype(np.float32), SITE[0] - 100 * step, SITE[1] - 130 * step, step, step)
    out = np.empty((8, 50), np.float32)
    polar_ground(dem, *SITE, 4000.0, out)
    az, s = np.repeat(np.arange(8) * math.pi / 4, 50), np.tile((np.arange(50) + 1) * 4000.0, 8)
    place = np.empty((400, 2))
    positions(*SITE, az, s, place)
    expected = [ground_height(dem, lat, lon) for lat, lon in place]
    assert out.ravel() == pytest.approx(np.array(expected), abs=0.25)


def missile_row(**changes):
    row = np.zeros(1, dtype_of(MISSILE_TYPES))
    values = {"min_range": 2500.0, "min_height": 10.0, "max_height": 27e3, "reach_dr": 2000.0}
    for key, value in {**values, **changes}.items():
        row[key] = value
    return row[0]


def reached_by(missile, height, ground=0.0, plain=False):
    table = np.full((4, 11, 2), 20.0, np.float32)
    table[:, 8:, 0] = np.inf  # columns at 2 km j^2 / 10: reach ends between 9.8 and 12.8 km and is counted up to 9.8 km
    datum = np.full((4, 20), 100.0, np.float32)
    surface, seen, reached = np.full_like(datum, ground), np.ones(datum.shape, bool), np.zeros(datum.shape, bool)
    seen[3] = False
    mark = mark_reached.py_func if plain else mark_reached
    mark(missile, table, 1000.0, datum, surface, height, 1000.0, seen, reached)
    return reached


def test_missile_limits():
    reached = reached_by(missile_row(), 50.0)
    assert reached[0].tolist() == [3.0 <= s < 9.8 for s in range(1, 21)]
    assert not reached[3].any()  # not seen
    assert not reached_by(missile_row(), 50.0, ground=141.0).any()  # 9 m above the ground
    assert reached_by(missile_row(), 50.0, ground=140.0).any()  # 10 m: the least height itself is allowed
    assert not reached_by(missile_row(max_height=149.0), 50.0).any()


def test_kernels_compiled_and_plain_agree():
    assert np.array_equal(reached_by(missile_row(), 50.0), reached_by(missile_row(), 50.0, plain=True))
