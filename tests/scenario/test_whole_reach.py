"""A reach table is as wide as the longest flight of its missile, whatever was advertised."""

import numpy as np
import pytest

from skyreach.catalog import load
from skyreach.catalog.values import Item
from skyreach.scenario.missiles import REACH_BEYOND, REACH_RANGES, missile_reach


def reach_of(key: str, time: float | None = None) -> tuple[float, np.ndarray]:
    """Width [m] of the reach table of a missile, with another clock [s] if given, and the table."""
    catalog = load({f"{key}.max_flight_time": time}) if time else load()
    item: Item = catalog[key]
    types, _, _, reach = missile_reach([item], 0.0)
    return float(types[0]["reach_dr"]) * (REACH_RANGES - 1), reach[0]


def test_a_longer_clock_widens_the_table():
    plain, table = reach_of("48n6e")
    wide, more = reach_of("48n6e", 600.0)
    assert plain == pytest.approx(REACH_BEYOND * load()["48n6e"].si("max_range_aircraft"), rel=1e-9)
    assert wide > 1.3 * plain
    for found in (table, more):
        assert np.isinf(found[:, -1, 0]).all()  # nothing reaches the rim
    assert np.isfinite(more[10, :, 0]).sum() * wide > np.isfinite(table[10, :, 0]).sum() * plain


@pytest.mark.parametrize("key", ["48n6e3", "40n6", "9m96e2", "pac-3-mse", "57e6-e"])
def test_no_missile_of_the_catalogue_is_cut_off(key):
    _, table = reach_of(key)
    assert np.isinf(table[:, -1, 0]).all()
