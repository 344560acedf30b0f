"""From the catalogue to rows of missile types, and the reach tables kept on disk."""

import math

import numpy as np
import pytest

from skyreach.catalog import load
from skyreach.errors import BadInput
from skyreach.scenario import missiles
from skyreach.world.codes import ACTIVE, COMMAND, TARGET_KINDS, TVM


@pytest.fixture(scope="module")
def two():
    catalog = load()
    return missiles.missile_rows([catalog["48n6e3"], catalog["57e6-e"]])


def test_rows_are_si_and_in_order(two):
    rows, drag = two
    item = load()["48n6e3"]
    assert rows.shape == (2,)
    assert drag.shape == (2, missiles.DRAG_COLUMNS)
    assert rows[0]["launch_mass"] == item.value("launch_mass").nominal
    assert rows[0]["min_range"] == 1e3 * item.value("min_range").nominal
    assert rows[0]["g_limit"] == pytest.approx(9.80665 * item.value("g_limit").nominal, rel=1e-12)
    assert rows[0]["loft"] == pytest.approx(math.radians(item.value("loft").nominal), rel=1e-12)
    assert rows[0]["area"] == pytest.approx(math.pi * (item.si("diameter") / 2.0) ** 2, rel=1e-12)
    assert (rows[0]["guidance"], rows[1]["guidance"]) == (TVM, COMMAND)
    assert rows[1]["seeker_range"] == 1e3 * load()["57e6-e"].value("seeker_range").nominal
    for name in rows.dtype.names:
        assert np.isfinite(rows[name]).all()


def test_active_guidance_and_unknown_guidance():
    item = load()["40n6"]
    assert missiles.missile_rows([item])[0][0]["guidance"] == ACTIVE
    strange = dict(item.values)
    strange["guidance"] = type(strange["guidance"])(form="text", texts=("magic",))
    with pytest.raises(BadInput, match=r"guidance of missile 40n6"):
        missiles.missile_rows([type(item)(item.key, item.kind, item.title, strange)])


def test_kill_probabilities_by_class(two):
    row, item = two[0][1], load()["57e6-e"]
    wanted = {
        "aircraft": "pk_aircraft", "civil": "pk_aircraft", "cruise": "pk_cruise", "arm": "pk_cruise",
        "drone": "pk_drone", "decoy": "pk_drone", "ballistic": "pk_ballistic",
    }  # fmt: skip
    for kind, key in wanted.items():
        assert row["pk"][TARGET_KINDS[kind]] == item.si(key)


def test_drag_columns_are_linear_between_the_points_and_hold_outside():
    columns = missiles.drag_columns([0.5, 1.0, 2.0], [0.2, 0.4, 0.3])
    assert len(columns) == missiles.DRAG_COLUMNS
    assert (columns[0], columns[-1]) == pytest.approx((0.2, 0.3), rel=1e-12)
    assert columns[7] == pytest.approx(0.28, rel=1e-12)
    assert columns[15] == pytest.approx(0.35, rel=1e-12)
    mach = 0.1 * np.arange(missiles.DRAG_COLUMNS)
    assert columns == pytest.approx(list(np.interp(mach, [0.5, 1.0, 2.0], [0.2, 0.4, 0.3])), rel=1e-12)


def test_air_table_is_the_standard_atmosphere():
    """U.S. Standard Atmosphere 1976, table I: 0, 11 and 20 km geometric."""
    air = missiles.air_table()
    assert air.shape == (901, 2)
    assert tuple(air[0]) == pytest.approx((1.2250, 340.29), rel=1e-4)
    assert tuple(air[110]) == pytest.approx((0.36480, 295.15), rel=1e-4)
    assert tuple(air[200]) == pytest.approx((0.088910, 295.07), rel=1e-4)


def test_reach_tables_are_kept_and_a_damaged_file_is_made_again(two, tmp_path, monkeypatch):
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path))
    args = (*two, missiles.air_table(), 900.0, 5e3, 5e3, 4, 3)
    first = missiles.reach_tables(*args)
    assert first.shape == (2, 3, 4, 2)
    assert first.dtype == np.float32
    assert np.isfinite(first[0, :, 2, 0]).all()
    files = sorted((tmp_path / "reach").iterdir())
    assert len(files) == 2
    kept = [path.read_bytes() for path in files]

    def refuse(*_):
        raise AssertionError("flown again although the table is kept")

    with monkeypatch.context() as patch:
        patch.setattr(missiles, "fill_reach", refuse)
        assert (missiles.reach_tables(*args) == first).all()
    for spoiled in (b"", kept[0][:-1], kept[0][:40] + b"\x00\x01" + kept[0][42:]):
        files[0].write_bytes(spoiled)
        assert (missiles.reach_tables(*args) == first).all()
        assert [path.read_bytes() for path in sorted((tmp_path / "reach").iterdir())] == kept


def test_another_site_or_missile_is_another_table(two, tmp_path, monkeypatch):
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path))
    rows, drag, air = two[0][:1].copy(), two[1][:1], missiles.air_table()
    low = missiles.reach_tables(rows, drag, air, 0.0, 1e4, 5e3, 3, 2)
    high = missiles.reach_tables(rows, drag, air, 2000.0, 1e4, 5e3, 3, 2)
    rows["thrust"] *= 0.9
    weak = missiles.reach_tables(rows, drag, air, 0.0, 1e4, 5e3, 3, 2)
    assert len(list((tmp_path / "reach").iterdir())) == 3
    assert (high[0, 1, 1:, 0] < low[0, 1, 1:, 0]).all()
    assert (weak[0, 1, 1:, 0] > low[0, 1, 1:, 0]).all()


def test_without_a_writable_folder_it_still_works(two, tmp_path, monkeypatch):
    (tmp_path / "reach").write_text("a file where the folder should be")
    monkeypatch.setenv("SKYREACH_CACHE", str(tmp_path))
    assert np.isfinite(
        missiles.reach_tables(two[0][:1], two[1][:1], missiles.air_table(), 0.0, 1e4, 5e3, 3, 2)[0, 1, 1, 0]
    )
