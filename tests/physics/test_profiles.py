"""Profiles of refractivity: the mean atmosphere, where ducts have their least M, how strong they are, where they join."""

import numpy as np
import pytest

from skyreach.physics import profiles


def test_mean_atmosphere_and_crpl():
    h = np.array([0.0, 1000.0, 7350.0])
    assert profiles.exponential(h) == pytest.approx(315.0 * np.exp(-h / 7350.0), rel=1e-12)
    drop = 313.0 - profiles.exponential(np.array([1000.0]), 313.0)[0]
    assert drop == pytest.approx(7.32 * np.exp(0.005577 * 313.0), rel=1e-9)  # Bean and Thayer 1959


@pytest.mark.parametrize("height", [5.0, 13.1, 30.0])
def test_evaporation_duct_has_its_least_m_at_its_height(height):
    h = np.unique(np.concatenate([np.geomspace(0.1, 1000.0, 4000), [height]]))
    m = profiles.modified(h, profiles.evaporation_duct(h, height))
    assert h[np.argmin(m)] == pytest.approx(height, rel=2e-3)
    top = h > 20.0 * height
    assert profiles.evaporation_duct(h, height)[top] == pytest.approx(profiles.exponential(h[top]), rel=1e-12)
    assert np.abs(np.diff(m)).max() < 1.0  # no step anywhere


def test_surface_duct_falls_evenly_by_its_strength():
    h = profiles.heights(100.0)
    n = profiles.surface_duct(h, 100.0, 30.0)
    m = profiles.modified(h, n)
    top = np.flatnonzero(h == 100.0)[0]
    assert m[0] - m[top] == pytest.approx(30.0, abs=1e-9)
    assert np.diff(m[: top + 1]) / np.diff(h[: top + 1]) == pytest.approx(-0.3, abs=1e-9)
    assert profiles.duct_top(h, n) == 100.0
    assert profiles.duct_top(h, profiles.exponential(h)) == 0.0
