"""Outlines of masks: same area, right orientation, simple rings, and the right side of them inside."""

import math

import numpy as np
import pytest
from matplotlib.path import Path

from skyreach.analysis.coverage_grid import PolarGrid, centre
from skyreach.analysis.coverage_rings import polygons

GRID = PolarGrid(6.37e6, 96, 20, 1000.0)
# Chords of 3.75 degrees instead of arcs: (2 pi / 96 - sin(2 pi / 96)) / (2 pi / 96)
CHORDS = 1.0 - math.sin(2 * math.pi / 96) / (2 * math.pi / 96)


def noise(seed):
    """Cells at random, from sparse to dense: every way in which cells can touch comes up."""
    rng = np.random.default_rng(seed)
    return rng.random((GRID.n_az, GRID.n_r)) < rng.choice([0.15, 0.4, 0.5, 0.6, 0.85])


def blank():
    return np.zeros((GRID.n_az, GRID.n_r), bool)


def plane(ring):
    az, s = ring
    return np.column_stack([s * np.sin(az), s * np.cos(az)])


def signed_area(ring):
    """Shoelace formula [m2]; positive for counterclockwise rings with x to the east and y to the north."""
    x, y = plane(ring).T
    return 0.5 * float(x @ np.roll(y, -1) - np.roll(x, -1) @ y)


@pytest.mark.parametrize("seed", range(25))
def test_rings_have_the_area_of_the_cells(seed):
    mask = noise(seed)
    found = sum(signed_area(ring) for shape in polygons(GRID, mask) for ring in shape.rings)
    # chords, and the sphere against the plane, which is (20 km / R)^2 / 12, 1e-6
    assert found == pytest.approx(GRID.area(mask) * (1.0 - CHORDS), rel=1e-5)


@pytest.mark.parametrize("seed", range(25))
def test_shells_run_left_round_and_holes_right_round(seed):
    for shape in polygons(GRID, noise(seed)):
        assert signed_area(shape.rings[0]) > 0.0
        assert all(signed_area(ring) < 0.0 for ring in shape.rings[1:])


@pytest.mark.parametrize("seed", range(25))
def test_no_ring_passes_a_corner_twice(seed):
    for shape in polygons(GRID, noise(seed)):
        for az, s in shape.rings:
            corners = set(zip(np.round(np.mod(az, 2 * math.pi), 9), s, strict=True))
            assert len(corners) == az.size >= 4


@pytest.mark.parametrize("seed", range(10))
def test_each_cell_is_inside_exactly_when_it_is_marked(seed):
    mask = noise(seed)
    i, j = np.meshgrid(np.arange(GRID.n_az), np.arange(GRID.n_r - 1), indexing="ij")
    az, s = i.ravel() * 2 * math.pi / GRID.n_az, (j.ravel() + 1) * 1000.0
    points = np.column_stack([s * np.sin(az), s * np.cos(az)])
    inside = np.zeros(s.size, int)
    for shape in polygons(GRID, mask):
        within = [Path(plane(ring)).contains_points(points) for ring in shape.rings]
        inside += within[0] & ~np.any(within[1:], axis=0) if len(within) > 1 else within[0]
    assert np.array_equal(inside.reshape(i.shape), mask[:, :-1].astype(int))


def test_everything_is_one_disc():
    (shape,) = polygons(GRID, ~blank())
    (ring,) = shape.rings
    assert ring[1] == pytest.approx(np.full(96, 20e3), rel=1e-12)


def test_nothing_is_no_polygon():
    assert polygons(GRID, blank()) == []


def test_a_belt_has_one_hole():
    mask = blank()
    mask[:, 5:9] = True
    (shape,) = polygons(GRID, mask)
    assert [float(s[0]) for _, s in shape.rings] == pytest.approx([9500.0, 5500.0], rel=1e-12)


def test_a_sector_over_north_is_one_piece():
    mask = blank()
    mask[-3:, 4:8] = mask[:3, 4:8] = True
    assert len(polygons(GRID, mask)) == 1


def test_cells_that_touch_at_a_corner_are_two_polygons():
    mask = blank()
    mask[10, 5] = mask[11, 6] = True
    assert len(polygons(GRID, mask)) == 2


def test_the_disc_round_the_site_joins_what_touches_it():
    mask = blank()
    mask[:60, 0] = mask[5, 1] = mask[80, 0] = True
    assert centre(mask)
    assert len(polygons(GRID, mask)) == 1
