"""Two rays and diffraction put together, the straight ray, Fresnel zones and the smooth surface under a profile."""

import csv
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.physics.diffraction import edge_parameter, fresnel_radius, smooth_surface, spherical_earth_loss
from skyreach.physics.multipath import lobe_elevation
from skyreach.physics.refraction import elevation_of, mutual_horizon, ray_height
from skyreach.physics.two_ray import field_factor, two_ray_factor

R_EFF = 4.0 / 3.0 * 6.371e6
LAND = (22.0, 0.003)
WIDE = 1e3  # rad: no beam shape


def field(h_ant, h_tgt, s, wavelength=1.6, sigma=0.0, r_eff=R_EFF, vertical=0, ground=LAND):
    return field_factor(h_ant, h_tgt, s, r_eff, wavelength, *ground, vertical, sigma, WIDE, 0.0)


def test_far_from_the_horizon_two_rays_alone_count():
    for h_tgt in np.linspace(2500.0, 12e3, 60):
        args = (8.0, h_tgt, 60e3, R_EFF, 1.6, *LAND, 0, 1.0, 0.3, 0.0)
        assert field_factor(*args) == two_ray_factor(*args)


@pytest.mark.parametrize("wavelength", [0.1, 0.3, 1.6])
@pytest.mark.parametrize("n", [1, 3, 5])
def test_lobes_of_a_mirror_stand_at_n_lambda_over_4h_with_twice_the_field(n, wavelength):
    """Perfect mirror (a metal: 1e9 S/m) and an earth so large that it is a plane; far away, where the rays are
    parallel. The elevation is that over the foot of the antenna, in the middle between it and its image."""
    h, far, flat = 10.0, 50e3, 1e13
    el = lobe_elevation(n, h, wavelength)
    around = el + np.linspace(-0.2, 0.2, 401) * wavelength / (2.0 * h)
    got = [field(h, far * math.sin(x), far * math.cos(x), wavelength, r_eff=flat, ground=(1.0, 1e9)) for x in around]
    assert max(got) == pytest.approx(2.0, abs=2e-3)  # a metal of 1e9 S/m at grazing incidence reflects 0.999
    assert around[int(np.argmax(got))] == pytest.approx(el, abs=2e-3 * wavelength / h)
    null = lobe_elevation(n + 1, h, wavelength)
    assert field(h, far * math.sin(null), far * math.cos(null), wavelength, r_eff=flat, ground=(1.0, 1e9)) < 0.02


def test_beyond_the_horizon_the_field_is_that_of_p526():
    """MPD-001: 67.30 dB at 100 MHz over 100 km between antennas 10 m high."""
    wavelength = 299792458.0 / 1e8
    found = field_factor(10.0, 10.0, 100e3, 8735511.968, wavelength, 22.0, 0.003, 1, 0.0, WIDE, 0.0)
    assert -20.0 * math.log10(found) == pytest.approx(67.30014953, abs=1e-4)


@given(st.floats(5.0, 40.0), st.floats(100.0, 10e3), st.floats(0.03, 2.0))
def test_the_field_has_no_step_on_the_way_to_the_horizon(h_ant, h_tgt, wavelength):
    """From 3 km inside the horizon to 3 km beyond it, in steps of 20 m, it changes by 3 % of free space at most."""
    edge = mutual_horizon(h_ant, h_tgt, R_EFF)
    values = np.array([field(h_ant, h_tgt, s, wavelength, sigma=0.5) for s in np.arange(edge - 3e3, edge + 3e3, 20.0) if s > 0.0])
    assert np.isfinite(values).all()
    assert np.abs(np.diff(values)).max() < 0.03


@given(st.floats(0.03, 2.0), st.floats(1.0, 60.0), st.floats(50.0, 15e3))
def test_a_very_rough_surface_leaves_the_free_field(wavelength, h_ant, h_tgt):
    s = 0.3 * mutual_horizon(h_ant, h_tgt, R_EFF)
    if elevation_of(s, h_tgt, h_ant, R_EFF) > math.radians(1.0) and 2.0 * h_ant * h_tgt / s > wavelength:
        assert field(h_ant, h_tgt, s, wavelength, sigma=1000.0) == pytest.approx(1.0, abs=1e-6)


def test_loss_inside_the_horizon_is_zero_where_the_path_is_clear():
    assert spherical_earth_loss(30e3, 30.0, 3000.0, R_EFF, *LAND, 3e9, 0) == 0.0


# ---- the straight ray ---------------------------------------------------------------------------------------------


@given(st.floats(1.0, 100.0), st.floats(0.0, 20e3), st.floats(1e3, 500e3), st.floats(0.0, 1.0))
def test_the_ray_passes_both_ends_and_keeps_its_elevation(h_ant, h_tgt, total, part):
    assert ray_height(0.0, total, h_ant, h_tgt, R_EFF) == pytest.approx(h_ant, abs=1e-6)
    assert ray_height(total, total, h_ant, h_tgt, R_EFF) == pytest.approx(h_tgt, abs=1e-6)
    s = max(part * total, 100.0)
    h = ray_height(s, total, h_ant, h_tgt, R_EFF)
    assert elevation_of(s, h, h_ant, R_EFF) == pytest.approx(elevation_of(total, h_tgt, h_ant, R_EFF), abs=1e-9)


def test_the_middle_of_a_level_path_lies_below_its_ends_by_the_bulge():
    """d^2 / 8 k a: 100 km, k = 4/3: 147.2 m."""
    assert 100.0 - ray_height(50e3, 100e3, 100.0, 100.0, R_EFF) == pytest.approx(1e10 / (8.0 * R_EFF), rel=1e-4)


@given(st.floats(10.0, 1e5), st.floats(10.0, 1e5), st.floats(0.01, 3.0))
def test_an_edge_at_the_rim_of_the_zone_has_the_parameter_root_two(d1, d2, wavelength):
    """An edge one radius below the ray: nu = -sqrt(2) (P.526-15, eq. 26 with h = -R1)."""
    nu = edge_parameter(-fresnel_radius(d1, d2, wavelength), d1, d2, wavelength)
    assert nu == pytest.approx(-math.sqrt(2.0), rel=1e-12)


# ---- the smooth surface -------------------------------------------------------------------------------------------


def test_an_even_slope_is_its_own_smooth_surface():
    distance = np.linspace(0.0, 40e3, 81)
    height = 100.0 + 0.01 * distance
    assert smooth_surface(distance, height, 200.0, 600.0) == pytest.approx((100.0, 500.0), abs=1e-6)


def test_terrain_above_the_line_of_sight_lowers_the_surface():
    distance = np.linspace(0.0, 40e3, 81)
    height = np.where(np.abs(distance - 20e3) < 1e3, 400.0, 0.0)
    low = smooth_surface(distance, height, 100.0, 100.0)
    assert max(low) < min(smooth_surface(distance, height, 900.0, 900.0))
    assert low[0] == pytest.approx(low[1], abs=1e-6)  # a hill in the middle


def test_the_profile_of_working_party_3m():
    """ITU-R P.452 validation profile of 109 km, antennas at 50 and 193 m: 4.86895 and 66.222793 m."""
    named = os.environ.get("SKYREACH_SHARED_REFERENCE")
    folder = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "reference" / "validation"
    path = folder / "terrain_profile_mixed_109km.csv"
    if not path.is_file():
        pytest.skip("the collected cases are not beside the repository")
    with path.open(newline="") as stream:
        rows = [(1e3 * float(row["distance_km"]), float(row["height_m"])) for row in csv.DictReader(stream)]
    distance, height = np.array(rows).T.copy()
    assert smooth_surface(distance, height, 50.0, 193.0) == pytest.approx((4.86895, 66.222793), abs=1e-5)  # as printed
