"""Intervals against other roads to them: scipy's tests on the raw numbers, published examples, closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skyreach.studies.statistics import Sample, bootstrap_mean, decompose, describe, mean_interval, share

VALUES = st.lists(st.integers(0, 30), min_size=2, max_size=60)


@given(VALUES)
def test_mean_interval_is_that_of_the_raw_values(raw):
    sample = Sample.of(np.array(raw, float))
    mean, half = mean_interval(sample.values, sample.counts, 0.95)
    if len(set(raw)) == 1:
        assert half == 0.0
        return
    low, high = stats.ttest_1samp(raw, 0.0).confidence_interval(0.95)
    assert (mean - half, mean + half) == pytest.approx((low, high), rel=1e-9, abs=1e-12)


@given(VALUES, VALUES)
def test_joining_is_as_if_all_had_come_at_once(a, b):
    both = Sample.of(np.array(a, float)).joined(Sample.of(np.array(b, float)))
    raw = np.array(a + b, float)
    assert both.n == len(raw)
    assert both.mean == pytest.approx(raw.mean(), rel=1e-12, abs=1e-12)
    assert both.variance == pytest.approx(raw.var(ddof=1), rel=1e-9, abs=1e-12)
    assert both.quantile(0.5) == np.quantile(raw, 0.5, method="inverted_cdf")
    assert (both.expanded() == np.sort(raw)).all()


def test_runs_without_a_value_are_counted_apart():
    sample = Sample.of(np.array([1.0, np.nan, 3.0]))
    assert (sample.n, sample.missing, sample.mean) == (2, 1, 2.0)
    nothing = describe(Sample.of(np.array([np.nan])), 0.95)
    assert nothing["mean"] is nothing["q50"] is nothing["boot_low"] is None


@pytest.mark.parametrize(
    ("k", "n", "wilson", "exact"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857, table I: 81/263, 15/148, 0/20, 1/29 at 95 %
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_shares_are_those_of_newcombe(k, n, wilson, exact):
    found = share(k, n, 0.95)
    assert (found["wilson_low"], found["wilson_high"]) == pytest.approx(wilson, abs=6e-5)  # printed to four places
    assert (found["exact_low"], found["exact_high"]) == pytest.approx(exact, abs=6e-5)


def test_bootstrap_is_near_student_where_that_is_right():
    """Normal values, 400 of them: both intervals are the mean plus or minus 1.97 standard errors; 999 resamples shake the ends by
    about 5 % of the half-width."""
    raw = np.random.default_rng(1).normal(5.0, 2.0, 400).round(2)
    sample = Sample.of(raw)
    low, high = bootstrap_mean(sample, 0.95)
    mean, half = mean_interval(sample.values, sample.counts, 0.95)
    assert (low, high) == pytest.approx((mean - half, mean + half), abs=0.2 * half)


def test_variance_is_split_as_it_was_made():
    """2000 draws of 4 runs, doubt of variance 4, chance of variance 9; the estimates scatter by about 0.3 and 0.17."""
    rng = np.random.default_rng(2)
    middles = rng.normal(0.0, 2.0, 2000)
    found = decompose([Sample.of(m + rng.normal(0.0, 3.0, 4)) for m in middles])
    assert found["doubt"] == pytest.approx(4.0, abs=1.0)
    assert found["chance"] == pytest.approx(9.0, abs=0.6)
    assert found["doubt_share"] == pytest.approx(4 / 13, abs=0.06)


def test_variance_without_doubt_is_not_split_in_negative_parts():
    rng = np.random.default_rng(3)
    for _ in range(20):
        found = decompose([Sample.of(rng.normal(0.0, 1.0, 5)) for _ in range(4)])
        assert found["doubt"] >= 0.0
        assert 0.0 <= found["doubt_share"] <= 1.0


def test_coverage_of_the_interval_is_what_it_says():
    """Binomial leakers, 24 targets at 0.11, 60 runs, 1000 times: 95 % of the intervals hold the mean, scatter 0.7 %."""
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(1000):
        sample = Sample.of(rng.binomial(24, 0.11, 60).astype(float))
        mean, half = mean_interval(sample.values, sample.counts, 0.95)
        held += abs(mean - 24 * 0.11) <= half
    assert held / 1000 == pytest.approx(0.95, abs=0.025)
    assert math.isinf(mean_interval(np.array([1.0]), np.array([1]), 0.95)[1])
