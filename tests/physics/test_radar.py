"""Radar equation, cross sections and accuracy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.physics import accuracy, radar, rcs

POWER = (1e6, 1e-5, 1e4, 1e4, 0.1)  # W, s, gains, m


@given(st.floats(1e3, 5e5), st.floats(1e-4, 1e3))
def test_scaling_from_a_reference_is_the_radar_equation(r, area):
    snr_ref = radar.snr_of_power(*POWER, 1.0, 1e5, 1e5, 500.0, 10.0)
    expected = radar.snr_of_power(*POWER, area, r, r, 500.0, 10.0)
    assert radar.snr_at(r, area, 1e5, 1.0, snr_ref) == pytest.approx(expected, rel=1e-12)


@given(st.floats(1.0, 1e3))
def test_range_and_snr_are_inverse(snr):
    r = radar.max_range(*POWER, 1.0, snr, 500.0, 10.0)
    assert radar.snr_of_power(*POWER, 1.0, r, r, 500.0, 10.0) == pytest.approx(snr, rel=1e-12)


def test_half_the_range_is_twelve_decibels():
    ratio = radar.snr_at(1e5, 1.0, 2e5, 1.0, 1.0)
    assert 10 * math.log10(ratio) == pytest.approx(12.0412, abs=1e-4)


def test_zero_range_and_nan():
    assert radar.snr_at(0.0, 1.0, 1e5, 1.0, 10.0) == math.inf
    assert math.isnan(radar.snr_at(math.nan, 1.0, 1e5, 1.0, 10.0))


@pytest.mark.parametrize(
    ("cosine", "expected"), [(1.0, 0.01), (-1.0, 0.01), (0.0, 1.0), (math.sqrt(0.5), 0.1)]
)  # 45 degrees: geometric mean
def test_aspect_runs_from_front_to_side_in_decibels(cosine, expected):
    assert rcs.rcs_aspect(0.01, 1.0, cosine) == pytest.approx(expected, rel=1e-12)


@given(st.floats(1e-4, 100.0), st.floats(1e-4, 100.0), st.floats(-1.0, 1.0))
def test_aspect_stays_between_its_ends(front, side, cosine):
    value = rcs.rcs_aspect(front, side, cosine)
    assert min(front, side) * (1 - 1e-12) <= value <= max(front, side) * (1 + 1e-12)


def test_compiled_is_plain():
    for f, args in (
        (radar.snr_at, (1.2e5, 0.3, 1e5, 1.0, 20.0)),
        (rcs.rcs_aspect, (0.01, 1.0, 0.3)),
        (radar.search_snr, (1e5, 6.0, 4.0, 1.0, 2e5, 500.0, 10.0)),
    ):
        assert f(*args) == getattr(f, "py_func", f)(*args)


def test_accuracy_improves_with_the_root_of_snr_down_to_its_floor():
    assert accuracy.range_sigma(1e6, 400.0) == pytest.approx(0.5 * accuracy.range_sigma(1e6, 100.0), rel=1e-12)
    assert accuracy.with_floor(accuracy.angle_sigma(0.02, 1.6, 1e12), 1e-3) == pytest.approx(1e-3, rel=1e-6)
