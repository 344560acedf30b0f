"""Attenuation, clutter, multipath and diffraction: limits, other methods, other libraries."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate
from scipy import special as scipy_special

from skyreach.physics import attenuation, clutter, diffraction, multipath
from skyreach.physics.itu_tables import gas_lines, rain_table

R43 = 4.0 / 3.0 * 6371e3


def test_tables_are_whole_and_cannot_be_changed():
    oxygen, water = gas_lines()
    assert oxygen.shape == (44, 7)
    assert water.shape == (35, 7)
    assert oxygen[:, 0].tolist() == sorted(oxygen[:, 0])
    assert rain_table().shape == (4, 6, 3)
    with pytest.raises(ValueError, match="read-only"):
        oxygen[0, 0] = 1.0


@pytest.mark.parametrize("elevation", [0.0, 1.0, 10.0, 90.0])
def test_gas_loss_does_not_depend_on_the_panels(elevation):
    path = (10e9, math.radians(elevation), 0.0, 20000.0, 7.5e-3, *gas_lines())
    assert attenuation.gas_path_loss(*path, 4) == pytest.approx(attenuation.gas_path_loss(*path, 200), abs=1e-4)


def test_gas_loss_adds_up_along_a_vertical_path():
    lines = gas_lines()
    up = [attenuation.gas_path_loss(10e9, 0.5 * math.pi, a, b, 7.5e-3, *lines, 20) for a, b in ((0, 3e3), (3e3, 9e3))]
    whole = attenuation.gas_path_loss(10e9, 0.5 * math.pi, 0.0, 9e3, 7.5e-3, *lines, 20)
    assert sum(up) == pytest.approx(whole, rel=1e-6)


def test_short_level_gas_path_is_the_specific_attenuation():
    dry, temperature, rho = attenuation.mean_atmosphere(0.0, 7.5e-3)
    specific = sum(attenuation.gas_attenuation(10e9, dry, temperature, rho, *gas_lines()))
    loss = attenuation.gas_path_loss(10e9, math.radians(45.0), 0.0, 10.0, 7.5e-3, *gas_lines(), 4)
    assert loss == pytest.approx(specific * 0.010 * math.sqrt(2.0), rel=3e-3)  # the air thins over 10 m


def test_gas_loss_of_no_path():
    assert math.isnan(attenuation.gas_path_loss(10e9, 0.1, 100.0, 100.0, 7.5e-3, *gas_lines(), 4))
    assert attenuation.gas_path_loss(10e9, 0.1, 9e4, 1e5, 7.5e-3, *gas_lines(), 4) == 0.0


def test_circular_rain_polarisation_lies_between():
    k_h, _ = attenuation.rain_coefficients(10e9, 0.0, 0.0, rain_table())
    k_v, _ = attenuation.rain_coefficients(10e9, 0.0, 0.5 * math.pi, rain_table())
    k_c, _ = attenuation.rain_coefficients(10e9, 0.0, 0.25 * math.pi, rain_table())
    assert k_c == pytest.approx(0.5 * (k_h + k_v), rel=1e-12)
    assert attenuation.rain_path_factor(10e9, 100.0, 10.0, 1.2) == 2.5  # the cap of P.530-17


@pytest.mark.parametrize("n_delays", [1, 2, 3])
@pytest.mark.parametrize("ratio", [1e-4, 0.01, 0.05, 0.3])  # spread of the spectrum over the repetition frequency
def test_improvement_is_the_sum_over_the_binomial_weights(n_delays, ratio):
    """Correlation form; it loses digits where the residue is small, hence the limit."""
    weights = [(-1) ** i * math.comb(n_delays, i) for i in range(n_delays + 1)]

    def correlation(lag):
        return math.exp(-2.0 * (math.pi * ratio * lag) ** 2)

    pairs = [(a * b, i - j) for i, a in enumerate(weights) for j, b in enumerate(weights)]
    left = math.fsum(w * correlation(lag) for w, lag in pairs)
    if left > 1e-7:
        expected = sum(w * w for w in weights) / left
        assert clutter.mti_improvement(n_delays, ratio, 1.0) == pytest.approx(expected, rel=1e-6)
    small = sum(w * w for w in weights) / (math.prod(range(1, 2 * n_delays, 2)) * (2 * math.pi * ratio) ** (2 * n_delays))
    if ratio <= 1e-4:  # leading term of the series, Barton's form
        assert clutter.mti_improvement(n_delays, ratio, 1.0) == pytest.approx(small, rel=1e-4)


@given(st.floats(0.002, 1.0), st.floats(0.5e9, 35e9), st.floats(0.0, 5.0))
def test_rougher_sea_returns_more(grazing, frequency, state):
    for vertical in (0, 1):
        low = clutter.sea_sigma0(grazing, frequency, state, vertical)
        assert 0.0 < low < clutter.sea_sigma0(grazing, frequency, state + 1.0, vertical)


def test_patch_is_limited_by_beam_or_pulse():
    beam = clutter.patch_area(1e4, 0.02, 0.02, 0.5, 1e-3)
    assert beam == pytest.approx(1e4 * 0.02 * 1e4 * 0.02 / math.sin(0.5), rel=1e-12)
    pulse = clutter.patch_area(1e5, 0.02, 0.02, 0.01, 1e-6)
    assert pulse == pytest.approx(1e5 * 0.02 * 149.896229 / math.cos(0.01), rel=1e-9)


@given(st.floats(2.0, 90.0), st.floats(0.0, 10.0), st.floats(1e-4, 1.57), st.floats(0.03, 1.0))
def test_reflection_is_that_of_complex_arithmetic(er, sigma, grazing, wavelength):
    eps = complex(er, -60.0 * wavelength * sigma)
    root = (eps - math.cos(grazing) ** 2) ** 0.5
    sine = math.sin(grazing)
    flat = (sine - root) / (sine + root)
    steep = (eps * sine - root) / (eps * sine + root)
    assert complex(*multipath.fresnel_reflection(er, sigma, wavelength, grazing, 0)) == pytest.approx(flat, abs=1e-10)
    assert complex(*multipath.fresnel_reflection(er, sigma, wavelength, grazing, 1)) == pytest.approx(steep, abs=1e-10)


@given(st.floats(5.0, 3000.0), st.floats(5.0, 15000.0), st.floats(0.05, 0.9))
def test_specular_point_obeys_the_law_of_reflection(h1, h2, share):
    horizon = R43 * (math.acos(R43 / (R43 + h1)) + math.acos(R43 / (R43 + h2)))
    r = max(share * horizon, 500.0)
    d1, grazing = multipath.specular_point(h1, h2, r, R43)

    def rise(h, d):  # elevation of an antenna seen from the ground, by plane vectors
        return math.atan2((R43 + h) * math.cos(d / R43) - R43, (R43 + h) * math.sin(d / R43))

    assert rise(h1, d1) == pytest.approx(rise(h2, r - d1), abs=1e-7)
    assert grazing == pytest.approx(rise(h1, d1), abs=1e-7)
    assert multipath.specular_point(h2, h1, r, R43)[0] == pytest.approx(r - d1, abs=1e-3)


def test_lobes_are_where_the_plane_puts_them():
    h, wavelength = 10.0, 0.1
    for n, expected in ((1, 2.0), (2, 0.0), (3, 2.0)):
        r = 2e5
        h_tgt = r * math.tan(multipath.lobe_elevation(n, h, wavelength))
        field = multipath.plane_propagation_factor(h, h_tgt, r, wavelength, -1.0, 0.0)
        assert field == pytest.approx(expected, abs=1e-3)
    assert math.isnan(multipath.lobe_elevation(3, 0.01, 1.0))


@given(st.floats(-30.0, 30.0))
def test_fresnel_integrals_are_those_of_scipy(x):
    s, c = scipy_special.fresnel(x)
    assert diffraction.fresnel_integrals(x) == pytest.approx((c, s), abs=2e-7)


@given(st.floats(-0.7, 40.0))
def test_the_fit_is_near_the_exact_edge(nu):
    assert diffraction.knife_edge_fit(nu) == pytest.approx(diffraction.knife_edge_loss(nu), abs=0.6)


def test_edge_by_direct_integration():
    """Huygens' half plane: (1 + j)/2 times the integral of exp(-j pi t^2/2) from nu, turned into a
    decaying path."""
    nu = 1.5
    turn = complex(math.sqrt(0.5), -math.sqrt(0.5))

    def field(u):
        t = nu + turn * u
        return turn * (2.718281828459045 ** (-0.5j * math.pi * t * t))

    real = integrate.quad(lambda u: field(u).real, 0.0, 12.0)[0]
    imag = integrate.quad(lambda u: field(u).imag, 0.0, 12.0)[0]
    size = abs(complex(0.5, 0.5) * complex(real, imag))
    assert diffraction.knife_edge_loss(nu) == pytest.approx(-20.0 * math.log10(size), abs=1e-5)


@given(st.floats(2.0, 100.0), st.floats(2.0, 1000.0), st.floats(1e8, 1e10))
def test_spherical_loss_grows_behind_the_horizon_and_vanishes_in_clear_view(h1, h2, frequency):
    horizon = math.sqrt(2.0 * R43) * (math.sqrt(h1) + math.sqrt(h2))
    path = (h1, h2, R43, 22.0, 0.003, frequency, 1)
    beyond = [diffraction.spherical_earth_loss(share * horizon, *path) for share in (1.05, 1.2, 1.6, 2.0)]
    assert beyond == sorted(beyond)
    assert diffraction.spherical_earth_loss(1.0, *path) == 0.0
    just = diffraction.spherical_earth_loss(0.99999 * horizon, *path)
    assert just == pytest.approx(diffraction.spherical_earth_loss(1.00001 * horizon, *path), abs=0.1)


def test_compiled_is_plain():
    oxygen, water = gas_lines()
    for f, args in (
        (attenuation.gas_path_loss, (1e10, 0.1, 10.0, 9e3, 7e-3, oxygen, water, 2)),
        (clutter.sea_sigma0, (0.02, 1e10, 3.0, 1)),
        (clutter.mti_improvement, (2, 10.0, 1000.0)),
        (multipath.specular_point, (20.0, 1000.0, 6e4, R43)),
        (diffraction.spherical_earth_loss, (1e5, 10.0, 10.0, R43, 22.0, 0.003, 1e9, 1)),
        (diffraction.fresnel_integrals, (1.7,)),
    ):
        assert f(*args) == getattr(f, "py_func", f)(*args)
