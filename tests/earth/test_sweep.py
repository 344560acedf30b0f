"""The sweep behind a floor map: what it passes over changes no bit, and where it looks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import maximum_filter

from skyreach.earth.floor import floor_map
from skyreach.earth.geodesy import gaussian_radius
from skyreach.earth.grid import Dem
from skyreach.earth.sweep import TILE, comb_of, peaks, sample_ranges, sweep


def bumpy(n_lat, n_lon, seed, lat=0.7, lon=3.14, posting=90.0, height=800.0):
    """Noise over slopes: ridges anywhere, also below sea level. The window lies across the date line."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.normal(0.0, height, (n_lat // 20 + 1, n_lon // 20 + 1)), np.ones((20, 20)))
    h = (coarse[:n_lat, :n_lon] + rng.normal(0.0, 30.0, (n_lat, n_lon))).astype(np.float32)
    dlat, dlon = posting / 6.37e6, posting / 6.37e6 / math.cos(lat)
    return Dem(h, lat - dlat * (n_lat // 2), lon - dlon * (n_lon // 2), dlat, dlon)


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (TILE, TILE + 1), (TILE + 1, TILE + 2), (50, 70), (3, 100)])
def test_peaks_are_those_of_scipy(shape):
    h = np.random.default_rng(3).normal(0.0, 500.0, shape).astype(np.float32)
    tops = np.empty([max(-(-(n - 1) // TILE), 1) for n in shape], dtype=h.dtype)
    peaks(h, 0, len(tops), tops)
    # the filter gives each node the maximum of TILE + 1 nodes from it on
    wide = maximum_filter(h, TILE + 1, origin=-(TILE // 2), mode="constant", cval=-np.inf)
    assert (tops == wide[::TILE, ::TILE][: tops.shape[0], : tops.shape[1]]).all()


def test_peaks_leave_voids_out():
    h = np.full((40, 40), np.nan, dtype=np.float32)
    h[3, 7] = 12.0
    tops = np.empty((3, 3), dtype=np.float32)
    peaks(h, 0, 3, tops)
    assert tops[0, 0] == 12.0
    assert (tops.ravel()[1:] == -np.inf).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(1.0, 3000.0), st.sampled_from([200.0, 777.0, 9e3]), st.sampled_from([0.5, 4 / 3, 9.0]))
def test_what_is_passed_over_changes_no_bit(seed, mast, dr, k):
    """Tiles of infinite height hide nothing: then every sample is looked at, and the map must be the same."""
    dem = bumpy(420, 430, seed, height=float(seed % 1000))
    site = (0.7, 3.14)
    h_ant = float(dem.h[209:212, 214:217].max()) + mast
    n_r, n_az = math.ceil(18e3 / dr), 37
    fast = floor_map(dem, *site, h_ant, n_r * dr, dr, n_az, k)
    whole = np.empty_like(fast)
    tops = np.full([-(-(n - 1) // TILE) for n in dem.h.shape], np.inf, dtype=np.float32)
    sweep(dem, tops, *site, h_ant, k, comb_of(dem, dr, n_r, k * gaussian_radius(0.7)), n_az, 0, n_az, whole)
    assert fast.tobytes() == whole.tobytes()


def test_the_tiles_are_asked():
    """Tiles that claim the depth of the sea hide all the terrain but at the antenna: the floors then fall to straight lines
    down. That the map changes shows that sweep does ask the tiles."""
    dem = bumpy(420, 430, 1)
    h_ant = float(dem.h.max()) + 10.0
    comb = comb_of(dem, 500.0, 36, 4 / 3 * gaussian_radius(0.7))
    floor = floor_map(dem, 0.7, 3.14, h_ant, 18e3, 500.0, 12)
    blind = np.empty_like(floor)
    tops = np.full([-(-(n - 1) // TILE) for n in dem.h.shape], -8.4e6, dtype=np.float32)
    sweep(dem, tops, 0.7, 3.14, h_ant, 4 / 3, comb, 12, 0, 12, blind)
    assert (blind < floor - 100.0).mean() > 0.8


def test_samples_are_dense_near_the_site():
    dem = bumpy(420, 430, 0)
    s, column = sample_ranges(dem, 500.0, 200)
    assert s[column >= 0] == pytest.approx(500.0 * np.arange(1, 201), abs=1e-9)
    step = np.diff(s, prepend=0.0)
    assert step.min() >= 4.9
    assert step.max() <= 90.0 * 1.001
    assert (step <= np.maximum(s / 500.0, 5.0) * 1.001).all()


@pytest.mark.parametrize("dr", [100.0, 500.0, 8e3, 30e3])
def test_parts_hold_every_sample_and_column_once(dr):
    comb = comb_of(bumpy(420, 430, 0), dr, 13, 8.5e6)
    for cuts, s in ((comb.cuts, comb.s), (comb.cuts_out, comb.s_out)):
        assert cuts[0] == 0
        assert cuts[-1] == s.size
        for part in range(cuts.size - 1):
            inside = s[cuts[part] : cuts[part + 1]]
            assert ((inside >= part * 2000.0) & (inside < (part + 1) * 2000.0)).all()
    assert comb.cosine**2 + comb.sine**2 == pytest.approx(1.0, abs=1e-14)
