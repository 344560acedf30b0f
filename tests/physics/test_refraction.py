"""Horizons and rays over a sphere."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from skyreach.physics import raytrace, refraction

R43 = 4.0 / 3.0 * 6_371_000.0


@given(st.floats(0.0, 3e5), st.floats(0.0, 1.5), st.floats(0.0, 3000.0))
def test_height_and_range_are_inverse(r_slant, elevation, h_ant):
    h = refraction.height_from_range(r_slant, elevation, h_ant, R43)
    assert refraction.range_from_height(h, h_ant, elevation, R43) == pytest.approx(r_slant, rel=1e-7, abs=0.05)


@given(st.floats(1.0, 3e5), st.floats(0.0, 30000.0), st.floats(0.0, 3000.0))
def test_elevation_and_slant_range_lead_back_to_the_height(r_ground, h_tgt, h_ant):
    r_slant = refraction.slant_range_of(r_ground, h_tgt, h_ant, R43)
    elevation = refraction.elevation_of(r_ground, h_tgt, h_ant, R43)
    assert refraction.height_from_range(r_slant, elevation, h_ant, R43) == pytest.approx(h_tgt, abs=1e-4)


def test_horizon_of_a_low_flyer():
    """100 m against a 10 m mast: 54.3 km with k = 4/3 (yardstick of smooth-earth tables)."""
    assert refraction.mutual_horizon(10.0, 100.0, R43) == pytest.approx(54.2e3, abs=150.0)
    assert refraction.mutual_horizon(0.0, 0.0, R43) == 0.0


@given(st.floats(0.0, 30000.0), st.floats(0.0, 30000.0))
def test_the_ray_over_the_horizon_grazes_the_sphere(h_ant, h_tgt):
    """Straight line between the two points passes the sphere at zero height: arc cosines from school
    geometry."""
    expected = R43 * (math.acos(R43 / (R43 + h_ant)) + math.acos(R43 / (R43 + h_tgt)))
    assert refraction.mutual_horizon(h_ant, h_tgt, R43) == pytest.approx(expected, rel=1e-6, abs=0.2)


def test_grazing_angle_is_zero_at_the_horizon():
    r = refraction.horizon_range(50.0, R43)
    assert refraction.grazing_angle(50.0, r, R43) == pytest.approx(0.0, abs=1e-12)


def _ray_by_ode(h0, h1, elevation, surface_n, decay, radius):
    """Arc and bending by integrating the ray equations over the path, another method than the Snell
    integral."""

    def rate(_, y):
        h, _, angle, _ = y
        n_1 = surface_n * 1e-6 * math.exp(-decay * h)
        curvature = decay * n_1 / (1.0 + n_1) * math.cos(angle)
        arc = math.cos(angle) / (radius + h)
        return math.sin(angle), arc, arc - curvature, curvature

    def reached(_, y):
        return y[0] - h1

    reached.terminal = True
    found = solve_ivp(
        rate,
        (0.0, 2e6),
        (h0, 0.0, elevation, 0.0),
        "DOP853",
        events=reached,
        rtol=1e-10,
        atol=1e-12,
        max_step=2e3,
    )
    return found.y[1, -1], found.y[3, -1]


@pytest.mark.parametrize("elevation", [0.0, 6e-8, 0.003, 0.1, 0.5])
@pytest.mark.parametrize("h_end", [105.0, 30000.0])
@pytest.mark.parametrize("surface_n", [200.0, 400.0])
def test_snell_integral_is_the_ray_equation(elevation, h_end, surface_n):
    args = (5.0, h_end, elevation, surface_n, 1.0 / 7350.0, 6371e3)
    _, arc, bending = raytrace.trace_ray(*args)
    expected = _ray_by_ode(*args)
    assert arc == pytest.approx(expected[0], rel=1e-8)
    assert bending == pytest.approx(expected[1], rel=1e-8)


def test_without_air_the_ray_is_straight():
    path, arc, bending = raytrace.trace_ray(10.0, 5000.0, 0.01, 0.0, 1.0 / 7350.0, 6371e3)
    slant, elevation = raytrace.true_position(10.0, 5000.0, arc, 6371e3)
    assert bending == 0.0
    assert path == pytest.approx(slant, rel=1e-10)
    assert elevation == pytest.approx(0.01, abs=1e-9)


def test_rays_that_cannot_be_traced_are_nan():
    assert math.isnan(raytrace.trace_ray(100.0, 50.0, 0.1, 315.0, 1 / 7350.0, 6371e3)[0])
    assert math.isnan(raytrace.trace_ray(0.0, 5e3, -0.1, 315.0, 1 / 7350.0, 6371e3)[0])
    assert math.isnan(raytrace.trace_ray(0.0, 5e3, 0.0, 400.0, 1 / 1000.0, 6371e3)[0])  # ducted
    assert math.isnan(refraction.range_from_height(0.0, 1000.0, 0.0, R43))  # a level ray never comes down
    assert math.isnan(refraction.horizon_arc(math.nan, R43))


def test_compiled_is_plain():
    for f, args in (
        (refraction.height_from_range, (3e5, 0.01, 10.0, R43)),
        (refraction.elevation_of, (3e5, 1000.0, 10.0, R43)),
        (raytrace.trace_ray, (10.0, 1000.0, 0.02, 313.0, 1.4e-4, 6371e3)),
    ):
        assert f(*args) == getattr(f, "py_func", f)(*args)
