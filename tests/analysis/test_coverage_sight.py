"""Coverage with surroundings: jamming, rain, notch and clutter take area away; input that cannot be is refused."""

import math

import numpy as np
import pytest

from skyreach.analysis.coverage import coverage
from skyreach.analysis.coverage_sight import Jammer, bounds_of, fill_pd, seen_at
from skyreach.errors import BadInput

FLAT = (40.0, 30.0)
PLAIN = {"clutter": False, "gas": False, "multipath": "off"}


def area(environment=PLAIN, height=9000.0, **more):
    found = coverage("91n6e", FLAT, heights=(height,), range_km=300.0, terrain="smooth", environment=environment, **more)
    return found.table[0]["seen_km2"]


def test_rain_and_the_sea_take_area_away():
    clear = area()
    assert area({**PLAIN, "clutter": True, "rain_mm_h": 20.0, "rain_height_m": 10_000.0}) < 0.97 * clear
    low = {"height": 60.0, "target": "shahed-136", "overrides": {"91n6e.improvement_clutter": 15.0}}
    assert area({**PLAIN, "clutter": True, "sea_state": 6.0}, **low) < area(**low)


def test_a_jammer_opens_a_wedge_and_dents_the_rest():
    """A stand-off jammer 200 km to the east: nothing is left around its bearing, most is left in the west."""
    jammer = Jammer(40.0, 30.0 + 200.0 / 111.2 / math.cos(math.radians(40.0)), 10_000.0, 1e-5, 0.1e9, 18e9)
    options = {"heights": (9000.0,), "range_km": 300.0, "terrain": "smooth", "environment": PLAIN}
    clear, jammed = coverage("91n6e", FLAT, **options), coverage("91n6e", FLAT, jammers=[jammer], **options)
    by_direction = [np.array(found.table[0]["seen_by_direction_km"]) for found in (clear, jammed)]
    east, west = 4, 12  # of 16 points
    assert by_direction[1][east] < 0.8 * by_direction[0][east]
    assert by_direction[1][west] > by_direction[1][east]
    assert (by_direction[1] <= by_direction[0] + 1e-9).all()
    assert [row["jammers_heard"] for row in jammed.burn_through] == [1]
    off_band = coverage("91n6e", FLAT, jammers=[jammer._replace(low=8e9)], **options)
    assert off_band.table == clear.table


def test_a_jammer_off_the_map_is_refused():
    with pytest.raises(BadInput, match="a wider map"):
        area(jammers=[Jammer(50.0, 30.0, 10_000.0, 1e-5, 0.1e9, 18e9)])


@pytest.mark.parametrize("height", [100.0, 1000.0, 9000.0])
@pytest.mark.parametrize("multipath", ["auto", "on", "off"])
def test_bounds_spare_work_and_not_cells(height, multipath):
    """Over the Black Sea, with reflections and without: what bounds and tables settle is what every cell gives by itself."""
    asked = coverage("91n6e", "odesa", heights=(height,), range_km=300.0, environment={"multipath": multipath})
    setting, seen = asked.setting, asked.polar["seen"][0]
    radar, view, eye = setting.radars[0], setting.views[0], setting.eye
    assert bounds_of(setting.params[0], radar, view, height, asked.grid.dr).first[-1] > 0 or height < 500.0 or multipath == "off"
    odds = np.empty_like(view.floor)
    fill_pd(setting.params[0], radar, view, height, asked.grid.dr, eye.rcs[radar["band"]], eye.swerling, eye.v_radial, odds)
    assert 0.02 < seen.mean() < 0.98
    assert (seen != (odds >= 0.5)).mean() < 2e-4
    again = seen_at(setting.params[0], radar, view, height, asked.grid.dr, eye, 0.5, 2)
    assert (again == seen).all()


@pytest.mark.parametrize(
    ("environment", "words"),
    [({"sea_stat": 3.0}, "keys refraction, clutter, land"), ({"sea_state": 9.0}, "less than or equal to 6"), ({"land": "moon"}, "farmland")],
)
def test_surroundings_that_cannot_be_are_refused(environment, words):
    with pytest.raises(BadInput, match=words):
        area(environment)


def test_target_or_cross_section_but_not_both():
    with pytest.raises(BadInput, match="one of the two"):
        area(target="f-16c", rcs=2.0)
    with pytest.raises(BadInput, match="f-16c"):
        area(target="f-17")
