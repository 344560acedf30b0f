"""Detection statistics against scipy's noncentral chi-square and against each other."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from skyreach.physics import detection, detection_fits
from skyreach.physics.cfar import ca_cfar_pd, os_cfar_factor, os_cfar_pfa

PFA = st.floats(1e-10, 0.3)
SNR = st.floats(0.0, 300.0)


@given(SNR, st.integers(1, 64), PFA)
def test_steady_target_is_the_noncentral_chi_square(snr, n, pfa):
    threshold = stats.chi2.isf(pfa, 2 * n)
    expected = stats.ncx2.sf(threshold, 2 * n, 2.0 * n * snr) if snr > 0.0 else pfa
    assert detection.detection_probability(0, snr, n, pfa) == pytest.approx(expected, abs=1e-9)


@given(SNR, PFA)
def test_closed_forms_of_one_look_are_the_series(snr, pfa):
    assert detection.pd_swerling1(snr, pfa) == pytest.approx(detection.detection_probability(1, snr, 1, pfa), abs=1e-12)
    assert detection.pd_swerling3(snr, pfa) == pytest.approx(detection.detection_probability(3, snr, 1, pfa), abs=1e-12)


@pytest.mark.parametrize(("case", "degrees"), [(1, 1.0), (3, 2.0)])
@pytest.mark.parametrize("n", [1, 8])
def test_slow_fluctuation_is_the_mean_over_the_cross_section(case, degrees, n):
    pfa, snr = 1e-6, 4.0
    threshold = stats.chi2.isf(pfa, 2 * n)
    density = stats.gamma(degrees, scale=snr / degrees).pdf
    expected, _ = integrate.quad(lambda s: stats.ncx2.sf(threshold, 2 * n, 2.0 * n * s) * density(s), 1e-9, 40.0 * snr, limit=200)
    assert detection.detection_probability(case, snr, n, pfa) == pytest.approx(expected, abs=1e-6)


def test_swerling_4_is_the_sum_of_single_looks():
    """Monte Carlo of the definition, fixed seed: 4e5 draws, standard error below 8e-4."""
    rng = np.random.default_rng(4)
    n, snr, pfa = 4, 3.0, 1e-3
    signal = rng.gamma(2.0, snr / 2.0, (400_000, n))
    noise = rng.normal(0.0, math.sqrt(0.5), (400_000, n, 2))
    power = (np.sqrt(signal) + noise[..., 0]) ** 2 + noise[..., 1] ** 2
    expected = np.mean(power.sum(axis=1) > detection.square_law_threshold(n, pfa))
    assert detection.detection_probability(4, snr, n, pfa) == pytest.approx(expected, abs=3.2e-3)


@pytest.mark.parametrize("n", [1, 2, 10, 200, 5000])
@pytest.mark.parametrize("pfa", [0.6, 1e-2, 1e-6, 1e-12])
def test_threshold_is_that_of_the_chi_square(n, pfa):
    assert detection.square_law_threshold(n, pfa) == pytest.approx(0.5 * stats.chi2.isf(pfa, 2 * n), rel=1e-10)


@given(st.integers(0, 4), st.integers(1, 30), st.floats(0.05, 0.98))
@settings(max_examples=50)
def test_required_snr_gives_the_probability_back(case, n, pd):
    snr = detection.required_snr(case, pd, n, 1e-6)
    assert detection.detection_probability(case, snr, n, 1e-6) == pytest.approx(pd, abs=1e-9)


def test_required_snr1_is_the_inverse():
    assert detection.pd_swerling1(detection.required_snr1(0.5, 1e-6), 1e-6) == pytest.approx(0.5, rel=1e-12)
    assert 10 * math.log10(detection.required_snr1(0.5, 1e-6)) == pytest.approx(12.77, abs=5e-3)  # Skolnik, fig. 2.23


@given(st.integers(0, 4), st.integers(1, 100), PFA, st.floats(0.0, 1e4), st.floats(0.0, 1e4))
def test_more_signal_is_never_seen_less(case, n, pfa, a, b):
    low, high = sorted((a, b))
    assert detection.detection_probability(case, low, n, pfa) <= (detection.detection_probability(case, high, n, pfa) + 1e-12)


@given(st.integers(0, 4), st.integers(1, 100), PFA)
def test_no_signal_is_a_false_alarm(case, n, pfa):
    assert detection.detection_probability(case, 0.0, n, pfa) == pytest.approx(pfa, rel=1e-9)


def test_bad_numbers_give_nan():
    for args in (
        (5, 1.0, 1, 1e-6),
        (1, -1.0, 1, 1e-6),
        (1, 1.0, 0, 1e-6),
        (1, 1.0, 1, 0.0),
        (1, math.nan, 1, 1e-6),
    ):
        assert math.isnan(detection.detection_probability(*args))
    assert math.isnan(detection.pd_swerling1(math.nan, 1e-6))
    assert math.isnan(detection.pd_swerling3(math.nan, 1e-6))
    assert math.isnan(detection.required_snr(1, 1e-7, 1, 1e-6))  # asks for less than chance


def test_compiled_is_plain():
    for f, args in (
        (detection.pd_swerling1, (7.0, 1e-6)),
        (detection.pd_swerling3, (7.0, 1e-6)),
        (detection.pd_above_threshold, (4, 3.0, 7, 25.0)),
        (detection.square_law_threshold, (7, 1e-6)),
    ):
        assert f(*args) == getattr(f, "py_func", f)(*args)


def test_huge_signals_are_seen_and_do_not_take_for_ever():
    for case in range(5):
        assert detection.detection_probability(case, 1e13, 10, 1e-6) == pytest.approx(1.0, abs=1e-9)
    assert detection.detection_probability(0, 2.0, 5000, 1e-6) == 1.0


@pytest.mark.parametrize("n", [1, 10, 50])
@pytest.mark.parametrize("pd", [0.5, 0.8, 0.9])
def test_rules_of_thumb_are_as_near_as_their_authors_say(n, pd):
    def db(x):
        return 10.0 * math.log10(x)

    exact = db(detection.required_snr(0, pd, n, 1e-6))
    assert db(detection_fits.albersheim_snr(pd, n, 1e-6)) == pytest.approx(exact, abs=0.3)  # Albersheim: 0.2 to 0.3 dB
    for case in range(5):
        exact = db(detection.required_snr(case, pd, n, 1e-6))
        assert db(detection_fits.shnidman_snr(case, pd, n, 1e-6)) == pytest.approx(exact, abs=0.5)  # Shnidman: 0.5 dB


def test_cell_averaging_nears_the_known_noise_level_with_many_cells():
    assert ca_cfar_pd(1_000_000, 1e-6, 20.0) == pytest.approx(detection.pd_swerling1(20.0, 1e-6), rel=1e-4)
    assert ca_cfar_pd(16, 1e-6, 0.0) == pytest.approx(1e-6, rel=1e-9)  # no target: the false-alarm probability


def test_ordered_statistic_of_one_cell_is_the_closed_form():
    assert os_cfar_factor(1, 1, 1e-3) == pytest.approx(999.0, rel=1e-9)  # 1 / (1 + factor)
    assert os_cfar_pfa(24, 18, 0.0) == 1.0
