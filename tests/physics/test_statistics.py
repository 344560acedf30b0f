"""Interval and test statistics against scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special as scipy_special
from scipy import stats

from skyreach.physics import queueing, special, statistics

TRIALS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(TRIALS, st.sampled_from([0.8, 0.95, 0.99]))
def test_intervals_are_those_of_scipy(trials, confidence):
    k, n = trials
    test = stats.binomtest(k, n)
    exact, wilson = test.proportion_ci(confidence, "exact"), test.proportion_ci(confidence, "wilson")
    assert statistics.clopper_pearson_interval(k, n, confidence) == pytest.approx(tuple(exact), abs=1e-9)
    assert statistics.wilson_interval(k, n, confidence) == pytest.approx(tuple(wilson), abs=1e-9)


@given(st.floats(0.05, 500.0), st.floats(0.05, 500.0), st.floats(0.0, 1.0))
def test_incomplete_beta_is_that_of_scipy(a, b, x):
    assert special.beta_inc(a, b, x) == pytest.approx(scipy_special.betainc(a, b, x), rel=1e-8, abs=1e-12)


@given(st.floats(0.5, 300.0), st.floats(1e-4, 0.9999))
def test_quantiles_are_those_of_scipy(dof, p):
    assert special.chi_square_quantile(dof, p) == pytest.approx(stats.chi2.ppf(p, dof), rel=1e-8, abs=1e-12)
    assert special.student_quantile(dof, p) == pytest.approx(stats.t.ppf(p, dof), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("n", [1, 5, 20, 100])
@pytest.mark.parametrize("scaled", [0.5, 0.9, 1.36, 1.8])  # distance times the root of n
def test_kolmogorov_is_that_of_scipy(n, scaled):
    d = scaled / math.sqrt(n)
    if d < 1.0:
        assert statistics.kolmogorov_cdf(n, d) == pytest.approx(stats.kstwo.cdf(d, n), abs=1e-10)


def test_wilks_number_is_the_smallest_that_will_do():
    for coverage, confidence, order in ((0.9, 0.9, 1), (0.95, 0.95, 2), (0.99, 0.95, 3)):
        n = statistics.wilks_sample_size(coverage, confidence, order)
        assert stats.binom.sf(order - 1, n, 1.0 - coverage) >= confidence
        assert stats.binom.sf(order - 1, n - 1, 1.0 - coverage) < confidence


def test_common_random_numbers_help_exactly_when_outcomes_agree():
    alone = statistics.paired_difference_error(0.9, 0.85, 0.9 * 0.85, 1000)
    assert statistics.paired_difference_error(0.9, 0.85, 0.85, 1000) < alone
    assert statistics.paired_difference_error(0.9, 0.85, 0.75, 1000) > alone


def test_outside_the_domain_is_nan():
    assert math.isnan(special.beta_inc(-1.0, 1.0, 0.5))
    assert math.isnan(special.beta_inc(1.0, 1.0, 1.5))
    assert math.isnan(special.chi_square_quantile(2.0, 1.0))
    assert math.isnan(special.beta_quantile(1.0, 1.0, math.nan))


@given(st.floats(0.01, 60.0), st.integers(1, 40))
def test_erlang_b_is_the_truncated_poisson_distribution(load, channels):
    expected = stats.poisson.pmf(channels, load) / stats.poisson.cdf(channels, load)
    assert queueing.erlang_b(load, channels) == pytest.approx(expected, rel=1e-9)


@given(st.floats(0.01, 0.9), st.integers(1, 40))
def test_erlang_b_load_is_the_inverse(blocking, channels):
    assert queueing.erlang_b(queueing.erlang_b_load(blocking, channels), channels) == pytest.approx(blocking, rel=1e-9)


def test_waiting_and_losing_in_limits():
    assert queueing.erlang_c(0.7, 1) == pytest.approx(0.7, rel=1e-12)  # M/M/1: probability that it is busy
    assert queueing.erlang_c(5.0, 4) == 1.0
    assert queueing.erlang_c_wait(5.0, 4, 10.0) == math.inf
    assert queueing.single_channel_wait(10.0, 1.2, 0.0) == math.inf
    assert queueing.engset(4, 4, 0.3) == 0.0  # as many channels as sources
    assert queueing.engset(100_000, 3, 2e-5) == pytest.approx(queueing.erlang_b(2.0, 3), rel=1e-4)  # many: Erlang
