"""False alarms: cells of a scan against a count by hand, the Poisson law against scipy's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skyreach.physics.false_alarms import poisson, scan_cells


def test_cells_of_a_scan():
    """100 km in 100 m, all round in 2 degrees, 20 degrees in 4: 1000 * 180 * 5."""
    cells = scan_cells(100e3, 100.0, 2.0 * math.pi, math.radians(2.0), math.radians(20.0), math.radians(4.0))
    assert cells == pytest.approx(900_000.0, rel=1e-12)


@given(st.floats(0.0, 100.0), st.floats(0.0, 0.999999))
def test_counts_are_the_quantiles_of_scipy(mean, luck):
    """The least n whose distribution exceeds the draw; scipy's quantile is the least that reaches it. Next to a step both may be."""
    n = poisson(mean, luck)
    assert stats.poisson.cdf(n, mean) > luck - 1e-9
    assert n == 0 or stats.poisson.cdf(n - 1, mean) <= luck + 1e-9


def test_a_draw_of_almost_one_ends():
    assert poisson(0.0, 1.0 - 2.0**-53) <= 10
    assert poisson(100.0, 1.0 - 2.0**-53) <= 210
