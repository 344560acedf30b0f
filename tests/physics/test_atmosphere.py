"""Standard atmosphere: printed tables run in tests/validation; here limits, tables and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.physics import airflow, atmosphere


@pytest.mark.parametrize(
    ("h", "temperature", "pressure"),
    [(86000.0, 186.946, 0.37338), (60000.0, 247.021, 21.958), (-2000.0, 301.154, 127774.0)],
)  # US76 table I; 86 km: molecular-scale temperature, 186.87 K kinetic
def test_printed_values_beyond_the_collected_ones(h, temperature, pressure):
    answer = atmosphere.us76(h)
    assert answer[0] == pytest.approx(temperature, abs=6e-3)
    assert answer[1] == pytest.approx(pressure, rel=3e-4)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_height_gives_finite_values(h):
    answer = atmosphere.us76(h)
    assert all(math.isfinite(x) for x in answer)
    assert answer[0] > 180.0
    assert answer[2] >= 0.0


@given(st.floats(-4900.0, 119000.0))
def test_pressure_falls_and_balances_the_weight_of_air(h):
    step = 10.0
    low, middle, high = atmosphere.us76(h - step), atmosphere.us76(h), atmosphere.us76(h + step)
    assert low[1] > high[1]
    gravity = atmosphere.G0 * (atmosphere.EARTH_RADIUS_US76 / (atmosphere.EARTH_RADIUS_US76 + h)) ** 2
    assert (low[1] - high[1]) / (2.0 * step) == pytest.approx(middle[2] * gravity, rel=1e-4)  # hydrostatic equation


def test_no_jump_at_the_layer_bases():
    for base in atmosphere.LAYER_BASE[1:]:
        below, above = atmosphere.us76_geopotential(base - 1e-6), atmosphere.us76_geopotential(base)
        assert above == pytest.approx(below, rel=1e-9)


def test_table_is_the_function():
    rho, sound = np.empty(61), np.empty(61)
    atmosphere.density_table(2000.0, rho, sound)
    for i in (0, 1, 30, 60):
        assert rho[i] == atmosphere.us76(2000.0 * i)[2]
        assert sound[i] == atmosphere.us76(2000.0 * i)[3]


def test_compiled_is_plain_and_nan_stays_nan():
    plain = getattr(atmosphere.us76, "py_func", atmosphere.us76)
    for h in (0.0, 4321.0, 15000.0, 33333.0, 86000.0, 119000.0):
        assert atmosphere.us76(h) == plain(h)
    assert all(math.isnan(x) for x in atmosphere.us76(math.nan))


def test_pitot_ratio_is_continuous_at_mach_one():
    assert airflow.pitot_ratio(1.0, 1.4) == pytest.approx(airflow.pitot_ratio(1.0 + 1e-9, 1.4), rel=1e-8)
    assert airflow.pitot_ratio(1.0, 1.4) == pytest.approx(1.8929, abs=5e-5)  # NACA 1135 table I


@given(st.floats(0.05, 0.99))
def test_at_sea_level_calibrated_is_true_airspeed(mach):
    assert airflow.calibrated_airspeed(mach, 0.0) == pytest.approx(airflow.true_airspeed(mach, 0.0), rel=1e-9)
