"""Fans of rays step by step: against the exact integral, the law of straight lines, and constant gradients."""

import math

import numpy as np
import pytest

from skyreach.physics import profiles
from skyreach.physics.raytrace import refractivity_at, trace_fan, trace_ray
from skyreach.physics.refraction import effective_radius, height_from_range

R = 6371e3


def fan(h, n, start, elevations, dr, n_r, mirror=0, below=-40e-9):
    out, bounces = np.empty((n_r, len(elevations)), np.float32), np.empty((n_r, len(elevations)), np.uint8)
    trace_fan(h, n, below, start, np.array(elevations), R, dr, max(math.ceil(dr / 50.0), 1), mirror, out, bounces)
    return out, bounces


@pytest.mark.parametrize("elevation", [0.0, 1e-3, 0.01, 0.1, 0.4])
def test_heights_are_those_of_the_exact_integral(elevation):
    """At the arc that the Snell integral gives for a height, the ray of the fan has that height."""
    h = profiles.heights()
    n = profiles.exponential(h)
    for end in (300.0, 3000.0, 12_000.0):
        _, arc, _ = trace_ray(20.0, end, elevation, profiles.MEAN_SURFACE_N, 1.0 / profiles.MEAN_SCALE_HEIGHT, R)
        out, _ = fan(h, n, 20.0, [elevation], arc * R / 40, 40)
        assert out[-1, 0] == pytest.approx(end, rel=1e-4, abs=1.0)


def test_no_air_no_bending():
    h = np.array([0.0, 1e5])
    out, _ = fan(h, np.zeros(2), 100.0, [-0.002, 0.0, 0.05], 1000.0, 200, below=0.0)
    for i, elevation in enumerate((-0.002, 0.0, 0.05)):
        s = 200e3 / R
        exact = (R + 100.0) * math.cos(elevation) / math.cos(elevation + s) - R
        assert out[-1, i] == pytest.approx(exact, abs=1.0)


def test_a_constant_gradient_is_an_earth_of_another_radius():
    h = np.array([0.0, 7000.0])
    out, _ = fan(h, np.array([300.0, 300.0 - 39.0 * 7.0]), 50.0, [0.001], 1000.0, 100)
    r_eff = effective_radius(R, -39e-9)
    assert out[-1, 0] == pytest.approx(height_from_range(100e3, 0.001, 50.0, r_eff), abs=2.0)


def test_a_duct_keeps_rays_and_the_sea_throws_them_back():
    h = profiles.heights(100.0)
    out, bounces = fan(h, profiles.surface_duct(h, 100.0, 30.0), 24.0, [-0.003, 0.0, 0.003, 0.012], 500.0, 400, mirror=1)
    assert (out[:, :3] <= 100.0).all()
    assert (out[:, :3] >= 0.0).all()
    assert (bounces[:, :3].sum(axis=0) >= 3).all()
    assert out[-1, 3] > 1000.0  # steeper than the critical sqrt(2 dM 1e-6), 7 mrad: it leaves


def test_refractivity_between_nodes_and_beyond():
    h, n = np.array([10.0, 20.0, 40.0]), np.array([300.0, 290.0, 250.0])
    assert refractivity_at(15.0, h, n, -4e-8) == pytest.approx((295.0, -1e-6), rel=1e-9)
    assert refractivity_at(30.0, h, n, -4e-8) == pytest.approx((270.0, -2e-6), rel=1e-9)
    assert refractivity_at(0.0, h, n, -4e-8) == pytest.approx((300.4, -4e-8), rel=1e-9)
    assert refractivity_at(50.0, h, n, -4e-8) == (250.0, 0.0)
