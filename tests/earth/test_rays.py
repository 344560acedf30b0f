"""The local gradient of refractivity against itur, and the earth factor that it stands for."""

import math

import pytest

from skyreach.earth.rays import K_MOST, Rays, factor_of, local_gradient


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [(40.08, 32.57, -32.44379), (55.0, 37.0, -35.42623), (25.0, 55.0, -79.96888), (21.0, 39.0, -95.0325)],
)
def test_median_gradient_is_that_of_itur(lat, lon, expected):
    """itur 0.4.0: itur.models.itu453.DN1(lat, lon, 50); bilinear on the same grid, here rounded to 0.01."""
    assert local_gradient(math.radians(lat), math.radians(lon)) == pytest.approx(expected, abs=0.02)


def test_longitude_runs_round():
    assert local_gradient(0.5, math.radians(-39.0)) == local_gradient(0.5, math.radians(321.0))
    assert local_gradient(0.5, math.pi) == pytest.approx(local_gradient(0.5, -math.pi), abs=1e-9)


def test_factor_of_a_gradient():
    assert factor_of(-39.0) == pytest.approx(1.3306, abs=6e-5)  # REF-001
    assert factor_of(0.0) == pytest.approx(1.0, abs=1e-12)
    assert factor_of(-157.0) == factor_of(-400.0) == K_MOST
    assert Rays(factor_of(-80.0)).gradient == pytest.approx(-80.0, abs=1e-9)
