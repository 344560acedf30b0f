"""Two rays and one edge: lobes of a smooth sea, roughness, and the knife edge."""

import math

import numpy as np
import pytest

from skyreach.physics.diffraction import edge_parameter, knife_edge_fit
from skyreach.physics.multipath import plane_mean_factor, plane_propagation_factor
from skyreach.physics.two_ray import edge_factor, faint_reflection, two_ray_factor

FLAT = 1e12  # m: an earth without curve
SEA = (70.0, 5.0)
WIDE = 10.0  # rad: a beam without shape


def factors(heights, s=5e3, r_eff=FLAT, sigma=0.0, width=WIDE, wavelength=0.1):
    return np.array([two_ray_factor(20.0, h, s, r_eff, wavelength, *SEA, 0, sigma, width, 0.0) for h in heights])


def test_lobes_of_a_smooth_sea_stand_where_the_plane_earth_puts_them():
    """Horizontal polarisation, low angles: maxima of nearly 2 at sin el = n lambda / (4 h), odd n; nulls between (Skolnik 8.2)."""
    s, h_ant, wavelength = 5e3, 20.0, 0.1
    for n, least, most in ((1, 1.95, 2.0), (2, 0.0, 0.1), (3, 1.93, 2.0), (4, 0.0, 0.15)):
        height = n * wavelength * s / (4.0 * h_ant)  # h = s tan el, to 1e-4
        (f,) = factors([height])
        assert least <= f <= most, (n, f)


def test_a_rough_sea_leaves_the_direct_ray():
    rough = factors(np.linspace(100.0, 900.0, 50), sigma=3.0)
    assert rough == pytest.approx(np.ones(50), abs=0.02)
    assert factors(np.linspace(5.0, 200.0, 400)).max() == pytest.approx(2.0, abs=0.02)


def test_a_narrow_beam_looks_over_the_reflection():
    heights = np.linspace(600.0, 900.0, 50)  # 7 to 10 degrees up; the mirror image as far below
    assert factors(heights, width=math.radians(2.0)) == pytest.approx(np.ones(50), abs=0.02)


def test_the_curve_of_the_earth_lifts_the_first_lobe():
    s, r_eff = 30e3, 8.5e6
    heights = np.linspace(60.0, 400.0, 2000)
    flat, round_ = factors(heights, s), factors(heights, s, r_eff)
    assert heights[round_.argmax()] > heights[flat[: 1000].argmax()]
    assert round_.max() <= 2.0 + 1e-9


def test_behind_the_horizon_and_on_the_ground_the_floor_decides():
    assert two_ray_factor(20.0, 10.0, 200e3, 8.5e6, 0.1, *SEA, 0, 0.0, WIDE, 0.0) == 1.0
    assert two_ray_factor(20.0, 0.0, 5e3, 8.5e6, 0.1, *SEA, 0, 0.0, WIDE, 0.0) == 1.0


def test_an_edge_takes_12_db_two_way_at_grazing_and_more_below():
    """P.526-15 eq. 31: 6.02 dB at nu = 0, so 12 dB there and back; deeper by its own curve."""
    assert -10.0 * math.log10(edge_factor(0.0, 40e3, 10e3, 0.03)) == pytest.approx(12.04, abs=0.15)
    h, s, edge = 200.0, 40e3, 10e3
    nu = edge_parameter(h * edge / s, edge, s - edge, 0.03)
    assert -10.0 * math.log10(edge_factor(h, s, edge, 0.03)) == pytest.approx(2.0 * knife_edge_fit(nu), rel=1e-9)
    assert edge_factor(h, s, s, 0.03) == 0.0


@pytest.mark.parametrize("spread", [30.0, 300.0, 3000.0])
@pytest.mark.parametrize("rho", [(-0.9, 0.1), (-0.5, -0.3), (0.2, 0.0)])
def test_the_mean_over_a_stretch_is_that_of_dense_samples(spread, rho):
    h_ant, h_tgt, r, wavelength = 24.0, 3000.0, 80e3, 0.1
    dense = r + spread * (np.arange(4001) / 4000.0 - 0.5)
    fourth = [plane_propagation_factor(h_ant, h_tgt, x, wavelength, *rho) ** 4 for x in dense]
    got = plane_mean_factor(h_ant, h_tgt, r, wavelength, *rho, spread)
    assert got**4 == pytest.approx(np.mean(fourth), rel=0.02)


def test_no_reflection_that_counts_is_taken_for_faint():
    for s in (20e3, 60e3, 150e3, 300e3):
        for h in (100.0, 1000.0, 10_000.0):
            if faint_reflection(0.3, 24.0, h, s, 8.5e6, 0.03):
                assert two_ray_factor(24.0, h, s, 8.5e6, 0.03, *SEA, 0, 0.3, WIDE, 0.0) == pytest.approx(1.0, abs=2e-3)
