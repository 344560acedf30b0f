"""The track filter against a plain matrix filter, against slopes by differences, and against its own statistics."""

import inspect
import math

import numpy as np
import pymap3d
import pytest
from scipy import stats

from skyreach.engine import filter as kf
from skyreach.world.state import rows
from skyreach.world.tables import PARAMS, dtype_of

ENU_LAT, ENU_LON = 40.0, 33.0
SCRATCH = {"H": (3, 3), "S": (3, 3), "z": (3,), "gain": (6,)}


def call(kernel, *given):
    """Call a kernel with its scratch arrays, whatever it needs of them."""
    names = list(inspect.signature(getattr(kernel, "py_func", kernel)).parameters)[len(given) :]
    return kernel(*given, *(np.full(SCRATCH[name], np.nan) for name in names))


@pytest.fixture
def radar():
    """A radar row at ENU_LAT, ENU_LON; place and rotation by pymap3d, not by our own geodesy."""
    row = rows("radars", 1)[0]
    row["pos_ecef"] = pymap3d.geodetic2ecef(ENU_LAT, ENU_LON, 900.0)
    for i, unit in enumerate(1e6 * np.eye(3)):
        tip = np.array(pymap3d.enu2ecef(*unit, ENU_LAT, ENU_LON, 900.0))
        row["R_enu_from_ecef"][i] = (tip - row["pos_ecef"]) / 1e6
    row["sigma_r"], row["sigma_az"], row["sigma_el"] = 50.0, 3e-3, 4e-3
    return row


def at_enu(radar, e, n, u):
    return radar["pos_ecef"] + radar["R_enu_from_ecef"].T @ np.array([e, n, u])


def polar(radar, pos):
    """Range, azimuth, elevation of an ECEF point by pymap3d."""
    az, el, r = pymap3d.ecef2aer(*pos, ENU_LAT, ENU_LON, 900.0)
    return np.array([r, math.radians(az), math.radians(el)])


def a_plot(radar, z):
    plot = rows("plots", 1)[0]
    plot["r_slant"], plot["az"], plot["el"] = z
    plot["pos_ecef"] = at_enu(
        radar, z[0] * math.cos(z[2]) * math.sin(z[1]), z[0] * math.cos(z[2]) * math.cos(z[1]), z[0] * math.sin(z[2])
    )
    for sigma in ("sigma_r", "sigma_az", "sigma_el"):
        plot[sigma] = radar[sigma]
    return plot


def a_track(x, P, t=0.0):
    row = rows("tracks", 1)[0]
    row["x"], row["P"], row["t"] = x, P, t
    return row


def a_state(radar, rng, e=30e3, n=-40e3, u=8e3):
    """State and covariance of a track in mid-course: some hundred metres and some ten m/s uncertain."""
    x = np.concatenate([at_enu(radar, e, n, u), radar["R_enu_from_ecef"].T @ rng.normal(0.0, 200.0, 3)])
    root = np.diag([300.0] * 3 + [30.0] * 3) @ (np.eye(6) + 0.2 * rng.normal(size=(6, 6)))
    return x, root @ root.T


def slopes(radar, x, step=2.0):
    """Slopes of range, azimuth, elevation over ECEF position by central differences of pymap3d."""
    out = np.empty((3, 3))
    for a in range(3):
        shift = np.zeros(3)
        shift[a] = step
        gap = polar(radar, x[:3] + shift) - polar(radar, x[:3] - shift)
        gap[1] = math.remainder(gap[1], 2.0 * math.pi)
        out[:, a] = gap / (2.0 * step)
    return out


def matrix_predict(x, P, dt, q):
    F = np.eye(6)
    F[:3, 3:] = dt * np.eye(3)
    Q = q * np.block([[np.eye(3) * dt**3 / 3.0, np.eye(3) * dt**2 / 2.0], [np.eye(3) * dt**2 / 2.0, np.eye(3) * dt]])
    return F @ x, F @ P @ F.T + Q


def innovation(radar, x, P, plot):
    H = np.hstack([slopes(radar, x), np.zeros((3, 3))])
    R = np.diag([radar["sigma_r"] ** 2, radar["sigma_az"] ** 2, radar["sigma_el"] ** 2])
    y = np.array([plot["r_slant"], plot["az"], plot["el"]]) - polar(radar, x[:3])
    y[1] = math.remainder(y[1], 2.0 * math.pi)
    return y, H, H @ P @ H.T + R, R


def matrix_update(radar, x, P, plot):
    """Joint update in Joseph form (Bar-Shalom, Li, Kirubarajan 2001, eq. 5.2.3-15)."""
    y, H, S, R = innovation(radar, x, P, plot)
    K = P @ H.T @ np.linalg.inv(S)
    A = np.eye(6) - K @ H
    return x + K @ y, A @ P @ A.T + K @ R @ K.T


@pytest.mark.parametrize("dt", [0.1, 1.0, 12.0])
@pytest.mark.parametrize("q", [0.0, 20.0])
def test_predict_is_the_closed_form(radar, dt, q):
    """White acceleration: F and Q of Bar-Shalom, Li, Kirubarajan 2001, eq. 6.2.2-4 and 6.2.2-12."""
    x, P = a_state(radar, np.random.default_rng(1))
    row = a_track(x, P, 5.0)
    kf.predict(row, 5.0 + dt, q)
    x, P = matrix_predict(x, P, row["t"] - 5.0, q)
    assert row["t"] == 5.0 + dt
    assert row["x"] == pytest.approx(x, rel=1e-14)
    assert row["P"] == pytest.approx(P, rel=1e-12, abs=1e-9)


def test_predict_in_two_steps_equals_one(radar):
    x, P = a_state(radar, np.random.default_rng(2))
    one, two = a_track(x, P), a_track(x, P)
    kf.predict(one, 10.0, 20.0)
    kf.predict(two, 3.0, 20.0)
    kf.predict(two, 10.0, 20.0)
    assert two["x"] == pytest.approx(one["x"], rel=1e-14)
    assert two["P"] == pytest.approx(one["P"], rel=1e-11)


@pytest.mark.parametrize("place", [(30e3, -40e3, 8e3), (-80e3, 10.0, 100.0), (5e3, 5e3, 20e3), (200e3, 150e3, -2e3)])
def test_measurement_and_its_slopes(radar, place):
    x = np.concatenate([at_enu(radar, *place), np.zeros(3)])
    H, z = np.empty((3, 3)), np.empty(3)
    kf.measurement(radar, x, H, z)
    expected = polar(radar, x[:3])
    assert z[0] == pytest.approx(expected[0], abs=1e-6)
    assert math.remainder(z[1] - expected[1], 2.0 * math.pi) == pytest.approx(0.0, abs=1e-11)
    assert z[2] == pytest.approx(expected[2], abs=1e-11)
    # central differences: error of order (step / range)^2 of the slope itself, 1e-7 at 7 km and 2 m
    assert pytest.approx(slopes(radar, x), rel=1e-5, abs=1e-9) == H


def test_update_equals_the_joint_matrix_update(radar):
    rng = np.random.default_rng(3)
    for _ in range(20):
        x, P = a_state(radar, rng, *(rng.normal(0.0, 40e3, 2)), 9e3)
        plot = a_plot(radar, polar(radar, x[:3]) + rng.normal(size=3) * [300.0, 5e-3, 5e-3])
        row = a_track(x, P)
        call(kf.update, row, radar, plot)
        x, P = matrix_update(radar, x, P, plot)
        assert row["x"][:3] == pytest.approx(x[:3], abs=1e-3)
        assert row["x"][3:] == pytest.approx(x[3:], abs=1e-4)
        assert row["P"] == pytest.approx(P, rel=1e-5, abs=1e-3)
        assert (row["P"] == row["P"].T).all()
        assert np.linalg.eigvalsh(row["P"]).min() > 0.0


def test_azimuth_wraps_at_north(radar):
    """A target a little west of north, measured a little east of it, must not swing the track round."""
    x = np.concatenate([at_enu(radar, -10.0, 50e3, 5e3), np.zeros(3)])
    row = a_track(x, np.diag([300.0**2] * 3 + [30.0**2] * 3))
    r, _, el = polar(radar, x[:3])
    call(kf.update, row, radar, a_plot(radar, (r, 2e-3, el)))
    assert np.linalg.norm(row["x"][:3] - x[:3]) < 150.0  # the whole gap is 110 m


def test_cost_is_the_mahalanobis_distance_and_the_volume(radar):
    rng = np.random.default_rng(4)
    for _ in range(20):
        x, P = a_state(radar, rng)
        plot = a_plot(radar, polar(radar, x[:3]) + rng.normal(size=3) * [200.0, 4e-3, 4e-3])
        y, _, S, R = innovation(radar, x, P, plot)
        d2 = y @ np.linalg.solve(S, y)
        expected = d2 + math.log(np.linalg.det(S) / np.linalg.det(R))
        row = a_track(x, P)
        assert call(kf.match_cost, row, radar, plot, d2 * 1.001) == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert math.isinf(call(kf.match_cost, row, radar, plot, d2 * 0.999))
        assert (row["x"] == x).all()
        assert (row["P"] == P).all()


def test_a_track_that_is_not_a_number_is_outside_every_gate(radar):
    x, P = a_state(radar, np.random.default_rng(5))
    plot = a_plot(radar, polar(radar, x[:3]))
    assert math.isinf(call(kf.match_cost, a_track(x * np.nan, P), radar, plot, 16.0))


def guess(low, high=1500.0):
    """Parameters of a track that begins: one sigma of its speed [m/s] below and above 20 km."""
    p = np.zeros(1, dtype_of(PARAMS))[0]
    p["speed_prior"], p["speed_prior_high"], p["height_prior"] = low, high, 20e3
    return p


def test_what_begins_high_up_may_be_fast(radar):
    for up, speed in ((15e3, 400.0), (25e3, 1500.0)):
        row = rows("tracks", 1)[0]
        kf.begin(guess(400.0), row, radar, a_plot(radar, polar(radar, at_enu(radar, 60e3, 25e3, up))), 7.0)
        assert row["P"][3, 3] == pytest.approx(speed**2, rel=1e-15)


def test_begin_has_the_covariance_of_its_own_errors(radar):
    """20000 noisy plots of one point: their scatter is the covariance that a new track claims."""
    rng = np.random.default_rng(6)
    truth = polar(radar, at_enu(radar, 60e3, 25e3, 10e3))
    sigma = [radar["sigma_r"], radar["sigma_az"], radar["sigma_el"]]
    points = np.array([a_plot(radar, truth + sigma * rng.normal(size=3))["pos_ecef"] for _ in range(20_000)])
    row = rows("tracks", 1)[0]
    kf.begin(guess(400.0), row, radar, a_plot(radar, truth), 7.0)
    assert row["t"] == 7.0
    assert row["x"][:3] == pytest.approx(a_plot(radar, truth)["pos_ecef"], rel=1e-15)
    assert (row["x"][3:] == 0.0).all()
    assert np.linalg.det(row["P"]) > 0.0
    # whitened by the claim, the scatter is the unit matrix; its entries have standard error sqrt(2/n) = 0.01
    root = np.linalg.cholesky(row["P"][:3, :3])
    white = np.linalg.solve(root, (points - row["x"][:3]).T)
    assert np.cov(white) == pytest.approx(np.eye(3), abs=0.05)
    assert row["P"][3:, 3:] == pytest.approx(400.0**2 * np.eye(3), rel=1e-15)
    assert (row["P"][:3, 3:] == 0.0).all()
    assert (row["P"][3:, :3] == 0.0).all()


def simulate_track(radar, rng, looks=40, period=2.0, q=20.0):
    """Normalised error squared of the state after each look of one simulated target with white acceleration q."""
    chol = np.linalg.cholesky(matrix_predict(np.zeros(6), np.zeros((6, 6)), period, q)[1])
    speed = 400.0
    truth = np.concatenate([at_enu(radar, 40e3, 50e3, 9e3), rng.normal(0.0, speed, 3)])
    sigma = [radar["sigma_r"], radar["sigma_az"], radar["sigma_el"]]
    row, out = rows("tracks", 1)[0], []
    for k in range(looks):
        if k:
            truth = matrix_predict(truth, np.zeros((6, 6)), period, 0.0)[0] + chol @ rng.normal(size=6)
        plot = a_plot(radar, polar(radar, truth[:3]) + sigma * rng.normal(size=3))
        if k == 0:
            kf.begin(guess(speed), row, radar, plot, 0.0)
        else:
            kf.predict(row, k * period, q)
            call(kf.update, row, radar, plot)
        gap = row["x"] - truth
        out.append(gap @ np.linalg.solve(row["P"], gap))
    return out


def test_errors_are_as_large_as_the_filter_says(radar):
    """Mean normalised error squared over 60 runs: 6 within the 99.9 % interval of chi-square (Bar-Shalom 2001, 5.4.2)."""
    rng = np.random.default_rng(7)
    runs = np.array([simulate_track(radar, rng) for _ in range(60)])
    low, high = stats.chi2.ppf([0.0005, 0.9995], 6 * len(runs)) / len(runs)
    # a look here and there may leave the interval (40 looks, correlated); the median and nine tenths of them may not
    mean = runs[:, 2:].mean(axis=0)
    assert low < np.median(mean) < high
    assert ((mean > low) & (mean < high)).mean() > 0.9


def test_compiled_and_plain_agree(radar):
    x, P = a_state(radar, np.random.default_rng(8))
    plot = a_plot(radar, np.add(polar(radar, x[:3]), [30.0, 1e-3, -1e-3]))
    one, two = a_track(x, P), a_track(x, P)
    kf.predict(one, 3.0, 20.0)
    getattr(kf.predict, "py_func", kf.predict)(two, 3.0, 20.0)
    call(kf.update, one, radar, plot)
    call(getattr(kf.update, "py_func", kf.update), two, radar, plot)
    assert one.tobytes() == two.tobytes()
