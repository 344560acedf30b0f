"""Floor maps by traced rays: the sweep where both hold, the horizon of a smooth sea, ducts, cuts by terrain, the cache."""

import math

import numpy as np
import pytest

from skyreach.earth.floor import Antenna, floor_map, visible
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import ground_height, undulation
from skyreach.earth.rays import STANDARD, Rays
from skyreach.earth.terrain import open_terrain
from skyreach.earth.traced import NOTHING, sight_maps
from skyreach.physics import profiles

SEA = (math.radians(43.5), math.radians(34.0))
MURTED = (math.radians(40.0789), math.radians(32.5656))
REACH, DR, N_AZ = 150e3, 500.0, 360
CURVED = np.array([0.0, 40e3])


def look(rays, place=SEA, antenna=24.0, terrain="smooth", kept=False, reach=REACH):
    dem = open_terrain(terrain).window_around(*place, reach + 5e3)
    h = float(ground_height(dem, *place)) + antenna
    return sight_maps(dem, [Antenna(*place, h, reach)], DR, N_AZ, rays, kept=kept)[0], dem, h


def straight(k=4.0 / 3.0):
    """A profile of constant gradient: rays of an earth k times as large."""
    return Rays(k, "even", CURVED, 300.0 + 1e6 * (1.0 / k - 1.0) / 6371e3 * CURVED)


def duct(height=100.0, strength=30.0):
    h = profiles.heights(height)
    return Rays(1.5, "duct", h, profiles.surface_duct(h, height, strength))


@pytest.mark.parametrize(("place", "terrain", "tolerance"), [(SEA, "smooth", 3.0), (MURTED, None, 25.0)])
def test_a_constant_gradient_gives_the_map_of_the_sweep(place, terrain, tolerance):
    maps, dem, h = look(straight(), place, terrain=terrain)
    swept = floor_map(dem, *place, h, REACH, DR, N_AZ)
    off = maps[0] - swept
    assert np.sqrt(np.mean(off**2)) < tolerance
    assert abs(np.median(off)) < 3.0


def test_k_alone_is_the_sweep_itself():
    maps, dem, h = look(STANDARD)
    assert maps.shape[0] == 1
    np.testing.assert_array_equal(maps[0], floor_map(dem, *SEA, h, REACH, DR, N_AZ))


def test_what_a_surface_duct_guides_is_seen_and_what_is_above_it_is_not():
    maps, _, _ = look(duct())
    level = float(undulation(load_geoid(), *SEA))
    plain, _, _ = look(STANDARD)
    seen = [visible(maps, DR, 1.0, 100e3, level + h) for h in (5.0, 50.0, 200.0, 2000.0)]
    assert seen == [True, True, False, True]
    assert [visible(plain, DR, 1.0, 100e3, level + h) for h in (5.0, 50.0, 200.0, 2000.0)] == [False, False, False, True]
    assert 40.0 < np.median(maps[1][:, 100:]) - level <= 110.0
    critical = math.sqrt(2e-6 * (30.0 * 0.76))  # the antenna stands at 24 of 100 m: three quarters of the strength above it
    rise = critical / (0.3e-6)  # range in which a ray of that elevation reaches the top
    over = 100.0 + 0.5 * (profiles.EARTH_CURVATURE - 315.0 / 7350.0) * 1e-6 * (100e3 - rise) ** 2
    assert float(maps[0][90, 199]) - level == pytest.approx(over, rel=0.15)


def test_above_the_duct_nothing_is_guided():
    maps, _, _ = look(duct(), antenna=150.0)
    assert (maps[1] == NOTHING).all()


def test_land_ends_what_a_duct_guides():
    """From Sinop's sea southwards lies Anatolia."""
    maps, _, _ = look(duct(), place=(math.radians(42.3), math.radians(35.2)), terrain=None)
    north, south = maps[1][0, -1], maps[1][N_AZ // 2, -1]
    assert north > 0.0
    assert south == NOTHING


def test_never_below_the_ground_and_monotone_in_the_antenna():
    low, dem, _ = look(duct(), MURTED, antenna=5.0, terrain=None, reach=60e3)
    high, _, _ = look(duct(), MURTED, antenna=60.0, terrain=None, reach=60e3)
    assert np.mean(high[0] <= low[0] + 0.5) > 0.999
    assert np.isfinite(low[0]).all()
    assert dem.h.min() - 1.0 <= low[0].min()


def test_kept_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path))
    first, _, _ = look(duct(), kept=True, reach=30e3)
    assert len(list((tmp_path / "floors").iterdir())) == 1
    again, _, _ = look(duct(), kept=True, reach=30e3)
    np.testing.assert_array_equal(first, again)
    look(duct(strength=31.0), kept=True, reach=30e3)
    assert len(list((tmp_path / "floors").iterdir())) == 2
