"""Coverage with bands, another refraction, jammers in words: order, closed forms, pictures, and the quick mask."""

import math

import numpy as np
import pytest

from skyreach.analysis.coverage import coverage
from skyreach.analysis.coverage_sight import fill_pd, seen_at
from skyreach.errors import BadInput

SEA = (43.5, 34.0)


@pytest.fixture(scope="module")
def doubt():
    return coverage("92n6e", SEA, heights=(50.0, 9000.0), range_km=250.0, bands=True, refraction="local")


def test_low_is_in_nominal_is_in_high(doubt):
    for row in doubt.table:
        assert row["seen_km2_low"] <= row["seen_km2"] <= row["seen_km2_high"]
    assert doubt.table[1]["seen_km2_low"] < 0.7 * doubt.table[1]["seen_km2_high"]
    for low, level, high in zip(doubt.others["low"], doubt.levels, doubt.others["high"], strict=True):
        assert np.mean(low.seen & ~level.seen) < 1e-3
        assert np.mean(level.seen & ~high.seen) < 1e-3


def test_figures_that_the_user_sets_have_no_doubt():
    sure = coverage("92n6e", SEA, heights=(9000.0,), range_km=250.0, bands=True, terrain="smooth",
                    overrides={"92n6e.reference_range": 100.0})  # fmt: skip
    free = coverage("92n6e", SEA, heights=(9000.0,), range_km=250.0, bands=True, terrain="smooth")
    def spread(answer):
        row = answer.table[0]
        return row["seen_km2_high"] / row["seen_km2_low"]

    assert spread(sure) < spread(free)


def test_the_local_gradient_moves_the_horizon_as_the_root_of_k(doubt):
    """Smooth sea, low target: area goes with k. DN1 of the Black Sea bends more than 4/3 or less, as P.453 has it."""
    row = doubt.table[0]
    ratio = row["seen_km2"] / row["seen_km2_standard"]
    assert ratio == pytest.approx(doubt.k / (4.0 / 3.0), rel=0.04)
    assert doubt.to_dict()["refraction"]["said"] == "local"


def test_pictures_come_with_what_was_asked(doubt, tmp_path):
    names = {path.name for path in doubt.save(tmp_path, ["png"])}
    assert names == {"coverage.png", "coverage-bands.png", "coverage-refraction.png"}
    assert all((tmp_path / name).stat().st_size > 10_000 for name in names)


def test_the_quick_mask_is_that_of_the_odds():
    for environment in ({}, {"multipath": "off", "rain_mm_h": 8.0}):
        found = coverage("s-400", "murted", heights=(100.0,), environment=environment)
        s = found.setting
        for row, view in zip(s.radars, s.views, strict=True):
            for height in (60.0, 2000.0, 12_000.0):
                odds = np.empty(view.datum.shape, np.float32)
                fill_pd(s.params[0], row, view, height, s.grid.dr, s.eye.rcs[row["band"]], 1, math.inf, odds)
                quick = seen_at(s.params[0], row, view, height, s.grid.dr, s.eye, 0.5, threads=2)
                assert np.mean(quick != (odds >= 0.5)) < 2e-5  # reflections at the sea are lines between computed ones


def test_a_further_height_is_that_of_a_new_answer():
    found = coverage("92n6e", "murted", heights=(100.0,), range_km=100.0)
    new = coverage("92n6e", "murted", heights=(700.0,), range_km=100.0)
    np.testing.assert_array_equal(found.at_height(700.0).seen, new.levels[0].seen)


def test_burn_through_is_where_the_echo_equals_the_jamming():
    """Self-screening: J/S falls with r^2, so that four times the density halves the range; stand-off: with r^4."""
    plain = {"heights": (9000.0,), "range_km": 300.0, "terrain": "smooth"}
    one = coverage("91n6e", SEA, jammers=["jammer-aircraft@target"], **plain).burn_through[0]
    two = coverage("91n6e", SEA, jammers=["jammer-aircraft@target"] * 4, **plain).burn_through[0]
    assert one["self_screening_km"] == pytest.approx(2.0 * two["self_screening_km"], rel=2e-3)
    assert one["towards_km"] is None
    far = coverage("91n6e", SEA, jammers=["jammer-stand-off@43.5,36.5,10000"], **plain)
    row = far.burn_through[0]
    assert row["towards_km"] < row["away_km"] < row["clear_km"]
    radar, level = far.setting.radars[0], far.setting.views[0].jammers[0, 2]
    assert row["towards_km"] == pytest.approx(row["clear_km"] / (1.0 + level * (1.0 + radar["sidelobe"])) ** 0.25, rel=2e-3)
    assert far.to_dict()["jammers"][0]["name"] == "jammer-stand-off@43.5,36.5,10000"


def test_carried_jamming_shrinks_the_disc_to_the_burn_through():
    """Over a smooth sea, nothing else in the way: what is seen is the burn-through disc."""
    plain = {"clutter": False, "gas": False, "multipath": "off"}
    found = coverage("91n6e", SEA, heights=(300.0,), range_km=100.0, terrain="smooth", environment=plain,
                     jammers=["jammer-aircraft@target"])  # fmt: skip
    slant = found.burn_through[0]["self_screening_km"]
    area = math.pi * (slant**2 - 0.3**2)  # the cone overhead is left out by the upper limit of elevation
    blind = math.pi * (0.3 / found.setting.radars[0]["tan_el_max"]) ** 2
    assert found.table[0]["seen_km2"] == pytest.approx(area - blind, rel=0.06)


@pytest.mark.parametrize("said", ["jammer@1,2,3", "jammer-aircraft", "jammer-aircraft@43,34", "jammer-escort@43,34,high", ""])
def test_jammers_that_cannot_be(said):
    with pytest.raises(BadInput, match="jammer"):
        coverage("91n6e", SEA, heights=(9000.0,), terrain="smooth", range_km=50.0, jammers=[said])
