"""Gas lines against ITU-Rpy, and many paths against one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.physics import gases
from skyreach.physics.itu_tables import gas_lines

# itur 0.4.0, models.itu676.gamma_exact(f [GHz], p [hPa], rho [g/m3], T): specific attenuation [dB/km]
ITUR = [
    (3e9, 101325.0, 288.15, 7.5e-3, 0.007538752989),
    (10e9, 101325.0, 288.15, 7.5e-3, 0.014198541948),
    (22.235e9, 90000.0, 275.0, 12e-3, 0.320854082164),
    (60e9, 70000.0, 255.0, 1e-3, 14.400611339658),
    (118.75e9, 100000.0, 310.0, 20e-3, 2.68649612607),
    (300e9, 50000.0, 240.0, 0.3e-3, 0.167805824415),
    (1e9, 101325.0, 300.0, 0.0, 0.004868318013),
]


def losses(frequency, pressure, temperature, rho, r):
    loss = np.full(len(r), np.nan)
    gases.gas_losses(frequency, pressure, temperature, rho, r, *gas_lines(), loss)
    return loss


@pytest.mark.parametrize(("frequency", "pressure", "temperature", "rho", "expected"), ITUR)
def test_specific_attenuation_is_that_of_itur(frequency, pressure, temperature, rho, expected):
    both = gases.gas_attenuation(frequency, pressure, temperature, rho, *gas_lines())
    assert sum(both) == pytest.approx(expected, rel=1e-9, abs=1e-12)  # printed to 12 decimals


def test_losses_of_paths_are_those_of_itur_to_a_thousandth_of_a_decibel():
    f, p, t, rho, gamma = np.array(ITUR).T
    r = np.linspace(10e3, 400e3, len(f))
    assert losses(f, p, t, rho, r) == pytest.approx(gamma * r * 1e-3, abs=1e-5)


@pytest.mark.parametrize("n", [0, 1, gases.STRIDE - 1, gases.STRIDE + 1, 3 * gases.STRIDE])
def test_many_paths_have_the_bits_of_each(n):
    """Whatever is done at a time, at the seams of the stride too."""
    rng = np.random.default_rng(n)
    f, p, t = rng.uniform(1e9, 1e12, n), rng.uniform(1e3, 1.1e5, n), rng.uniform(180.0, 330.0, n)
    rho, r = rng.uniform(0.0, 0.03, n), rng.uniform(0.0, 5e5, n)
    expected = []
    for i in range(n):
        dry, wet = gases.gas_attenuation(f[i], p[i], t[i], rho[i], *gas_lines())
        expected.append((dry + wet) * 1e-3 * r[i])
    assert losses(f, p, t, rho, r).tolist() == expected


def test_a_path_without_sense_spoils_no_other():
    good = np.array([1e10, 1e5, 280.0, 7e-3, 1e5])
    bad = np.array([1e10, math.nan, 280.0, 7e-3, 1e5])
    out = losses(*np.array([good, bad, good]).T)
    assert out[0] == out[2] == losses(*good[:, None])[0]
    assert math.isnan(out[1])


@given(st.floats(-18.0, 18.0))
def test_exponential(x):
    limit = 1e-10 if abs(x) <= 7.0 else 1e-6
    assert gases.exponential(x) == pytest.approx(math.exp(x), rel=limit)


def test_compiled_is_plain():
    args = (22e9, 9e4, 275.0, 12e-3, *gas_lines())
    assert gases.gas_attenuation(*args) == getattr(gases.gas_attenuation, "py_func", gases.gas_attenuation)(*args)
