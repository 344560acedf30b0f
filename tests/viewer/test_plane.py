"""The map plane: distances and bearings from its centre, areas, circles."""

import math

import numpy as np
import pytest

from skyreach.viewer.plane import EARTH_KM, Plane, circle


def dms(degrees: int, minutes: int, seconds: float) -> float:
    return math.copysign(abs(degrees) + minutes / 60 + seconds / 3600, degrees)


def test_distance_and_bearing_from_the_centre():
    """Flinders Peak to Buninyong: Geoscience Australia's worked example of Vincenty's formula (GRS80, 0.1 mm from WGS84)."""
    flinders = dms(-37, 57, 3.72030), dms(144, 25, 29.52440)
    buninyong = dms(-37, 39, 10.15610), dms(143, 55, 35.38390)
    x, y = Plane(*flinders).xy([buninyong[0]], [buninyong[1]])
    assert math.hypot(x[0], y[0]) == pytest.approx(54.972271, abs=1e-6)  # printed to 1 mm
    assert math.degrees(math.atan2(x[0], y[0])) % 360 == pytest.approx(dms(306, 52, 5.37), abs=1e-5)  # printed to 0.01"


@pytest.mark.parametrize("centre", [(40.08, 32.55), (-33.0, 179.5), (65.0, -20.0)])
def test_there_and_back(centre):
    plane = Plane(*centre)
    x, y = np.array([0.0, 300.0, -120.0]), np.array([0.0, -50.0, 400.0])
    back = plane.xy(*plane.degrees(x, y))
    np.testing.assert_allclose(back, (x, y), atol=1e-6)


def test_a_circle_around_the_centre_is_a_circle():
    lon, lat = np.array(circle(40.0, 33.0, 400e3)).T
    np.testing.assert_allclose(np.hypot(*Plane(40.0, 33.0).xy(lat, lon)), 400.0, atol=2e-3)  # rounded to 1e-5 degree, 1 m
    assert (lon[0], lat[0]) == (lon[-1], lat[-1])


def test_a_circle_over_the_date_line_does_not_jump():
    lon, _ = np.array(circle(52.0, 179.5, 400e3)).T
    assert np.abs(np.diff(lon)).max() < 1.0


def test_cells_of_a_disc_have_the_area_of_a_spherical_cap():
    """A cap of arc r has 2 pi R^2 (1 - cos(r / R)); a grid of 2 km cells cuts the rim to within 0.1 %."""
    line = np.arange(-401.0, 402.0, 2.0)
    x, y = np.meshgrid(line, line)
    area = Plane(40.0, 33.0).cell_area(x, y, 2.0)[np.hypot(x, y) <= 400.0].sum()
    assert area == pytest.approx(2 * math.pi * EARTH_KM**2 * (1 - math.cos(400.0 / EARTH_KM)), rel=1e-3)
