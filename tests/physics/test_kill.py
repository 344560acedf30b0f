"""Kill probability against miss distance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.physics.kill import kill_probability

MISS, RADIUS, SHARE = st.floats(0.0, 500.0), st.floats(0.5, 100.0), st.floats(0.0, 1.0)


@given(RADIUS, SHARE, SHARE)
def test_half_the_kills_at_the_lethal_radius_and_all_at_no_miss(radius, pk, reliability):
    assert kill_probability(0.0, radius, pk, reliability) == pk * reliability
    assert kill_probability(radius, radius, pk, reliability) == pytest.approx(
        0.5 * pk * reliability, rel=1e-12
    )


@given(MISS, MISS, RADIUS, SHARE, SHARE)
def test_it_never_grows_with_the_miss_and_stays_a_probability(a, b, radius, pk, reliability):
    near, far = (kill_probability(max(x, 0.0), radius, pk, reliability) for x in sorted((a, b)))
    assert 0.0 <= far <= near <= 1.0


@given(MISS, RADIUS, SHARE, SHARE)
def test_compiled_equals_plain(miss, radius, pk, reliability):
    plain = getattr(kill_probability, "py_func", kill_probability)
    assert kill_probability(miss, radius, pk, reliability) == plain(miss, radius, pk, reliability)


def test_mean_over_aim_errors_against_the_closed_form():
    """EFF-015 (Morse and Kimball, ch. 6): lethality exp(-r^2/2D^2), D = 15 m, total error 10 m: 225/325."""
    lethal = 15.0 * np.sqrt(2.0 * np.log(2.0))
    r = (np.arange(100000) + 0.5) * 1e-3
    rayleigh = r / 100.0 * np.exp(-(r**2) / 200.0) * 1e-3
    mean = sum(kill_probability(x, lethal, 1.0, 1.0) * w for x, w in zip(r, rayleigh, strict=True))
    assert mean == pytest.approx(0.6923077, abs=1e-6)
