"""Salvos, leakers, lethality and jamming."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy import special as scipy_special

from skyreach.physics import jamming, lethality, salvo

P = st.floats(0.01, 0.99)


@given(P, st.integers(0, 60), st.integers(0, 60))
def test_leakers_are_binomial(p, n, limit):
    assert salvo.at_most_leakers(p, n, limit) == pytest.approx(stats.binom.cdf(limit, n, 1.0 - p), abs=1e-10)


@given(P, P)
def test_shots_required_is_the_smallest_number(p, wanted):
    n = salvo.shots_required(p, wanted)
    assert salvo.salvo_kill_probability(p, n) >= wanted - 1e-9
    assert n == 1 or salvo.salvo_kill_probability(p, n - 1) < wanted


@given(P, st.integers(1, 6), st.integers(1, 8))
def test_expected_shots_is_the_sum_over_salvos(p, each, salvos):
    expected = sum(each * (1.0 - p) ** (each * i) for i in range(salvos))
    assert salvo.expected_shots(p, each, salvos) == pytest.approx(expected, rel=1e-12)


@given(st.integers(1, 30), st.integers(0, 100), P)
def test_even_fire_is_never_worse_than_random_fire(n_targets, n_shots, p):
    even = salvo.even_fire_kills(n_targets, n_shots, p)
    assert even >= salvo.random_fire_kills(n_targets, n_shots, p) - 1e-9
    assert even <= min(n_targets, p * n_shots) + 1e-9


def test_limits_of_salvo_and_attrition():
    assert salvo.salvo_kill_probability(1.0, 1) == 1.0
    assert salvo.salvo_kill_probability(0.5, 0) == 0.0
    assert salvo.lanchester_square(100.0, 100.0, 0.1, 0.1) == (0.0, math.inf)
    assert salvo.lanchester_square(80.0, 100.0, 0.1, 0.1)[0] == pytest.approx(60.0, rel=1e-12)  # 3-4-5 triangle
    assert salvo.hughes_losses(5.0, 2.0, 3.0, 4.0, 1.0) == 0.0  # more defence than fire


@given(st.floats(0.0, 200.0))
def test_bessel_is_that_of_scipy(x):
    assert lethality.bessel_i0_scaled(x) == pytest.approx(scipy_special.i0e(x), rel=1e-12)


@given(st.floats(0.01, 12.0), st.floats(0.0, 12.0))
def test_offset_circle_is_the_noncentral_chi_square(radius, offset):
    expected = stats.ncx2.cdf(radius**2, 2, offset**2) if offset > 0.0 else stats.chi2.cdf(radius**2, 2)
    assert lethality.offset_circle_probability(radius, offset, 1.0) == pytest.approx(expected, abs=1e-8)
    assert lethality.offset_circle_probability(3.0 * radius, 3.0 * offset, 3.0) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("axes", [(1.0, 1.0), (1.0, 2.0), (0.3, 5.0), (4.0, 0.01)])
@pytest.mark.parametrize("radius", [0.2, 1.0, 6.0])
def test_ellipse_is_the_polar_integral(axes, radius):
    """The radius integrates in closed form; what is left is a smooth integral over the direction."""
    x, y = axes

    def ray(angle):
        g = (math.cos(angle) / x) ** 2 + (math.sin(angle) / y) ** 2
        return -math.expm1(-0.5 * g * radius**2) / g

    narrow = math.atan(y / x)
    parts = [integrate.quad(ray, a, b, limit=400, epsabs=1e-13)[0] for a, b in ((0, narrow), (narrow, math.pi / 2))]
    expected = 4.0 * sum(parts) / (2.0 * math.pi * x * y)
    assert lethality.ellipse_probability(radius, *axes) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("n", [1, 2, 6])
def test_common_aim_error_is_the_mean_over_the_aim(n):
    scale, common, scatter = 15.0, 8.0, 6.0
    spread = scale**2 + scatter**2

    def miss(aim):
        single = scale**2 / spread * math.exp(-0.5 * aim**2 / spread)
        return (1.0 - single) ** n * aim / common**2 * math.exp(-0.5 * (aim / common) ** 2)

    expected = 1.0 - integrate.quad(miss, 0.0, 12.0 * common)[0]
    assert lethality.gaussian_salvo_kill(scale, common, scatter, n) == pytest.approx(expected, abs=1e-9)


def test_without_common_error_shots_are_independent():
    single = lethality.gaussian_kill(15.0, 6.0)
    salvo_kill = lethality.gaussian_salvo_kill(15.0, 0.0, 6.0, 3)
    assert salvo_kill == pytest.approx(salvo.salvo_kill_probability(single, 3), rel=1e-12)


def test_fragments_by_monte_carlo():
    """Directions at random, fixed seed: hits on a small plate are the share of the sphere that it covers."""
    rng = np.random.default_rng(7)
    cosine = rng.uniform(-1.0, 1.0, 2_000_000)
    share = np.mean(cosine > math.cos(0.05))  # a cap of 0.05 rad radius
    area = 2.0 * math.pi * (1.0 - math.cos(0.05)) * 12.0**2
    expected = lethality.fragment_hits(1.0, area, 12.0)
    assert share == pytest.approx(expected, rel=0.06)  # 1250 hits: standard error 2.8 %


JAMMER = (1e6, 1e4, 1.0)  # radar power [W], gain, target rcs [m2]


@given(st.floats(1e3, 3e5))
def test_burn_through_is_where_the_ratio_is_met(r):
    js = jamming.jam_to_signal(*JAMMER, r, 100.0, 3.0, 1e4, r, 0.5)
    assert jamming.self_screening_burn_through(*JAMMER, 100.0, 3.0, 0.5, js) == pytest.approx(r, rel=1e-12)
    js = jamming.jam_to_signal(*JAMMER, r, 100.0, 3.0, 0.5, 2e5, 0.5)
    assert jamming.stand_off_burn_through(*JAMMER, 100.0, 3.0, 0.5, 2e5, 0.5, js) == pytest.approx(r, rel=1e-12)


def test_jam_to_signal_is_noise_over_echo():
    noise = jamming.one_way_power(100.0, 3.0, 0.5, 0.1, 2e5) * 0.5
    echo = jamming.echo_power(1e6, 1e4, 1e4, 0.1, 1.0, 5e4)
    js = jamming.jam_to_signal(*JAMMER, 5e4, 100.0, 3.0, 0.5, 2e5, 0.5)
    assert js == pytest.approx(noise / echo, rel=1e-12)
    assert jamming.in_band(2e6, 1e6) == 1.0


def test_no_jamming_no_loss_of_range():
    assert jamming.jammed_range(1e5, 500.0, 0.0) == 1e5
    assert jamming.jammed_range(1e5, 500.0, 7500.0) == pytest.approx(5e4, rel=1e-12)  # 16 times the noise


def test_nan_in_nan_out():
    assert math.isnan(lethality.offset_circle_probability(math.nan, 1.0, 1.0))
    assert math.isnan(jamming.jam_to_signal(*JAMMER, math.nan, 1.0, 1.0, 1.0, 1.0, 1.0))
    assert math.isnan(salvo.salvo_common_reliability(math.nan, 0.9, 2))
