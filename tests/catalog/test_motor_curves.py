"""Thrust curves and boosters of missiles: what is refused, where, and with which cure; what the catalogue's own look like."""

import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import skyreach.catalog
from skyreach.catalog import load
from skyreach.catalog.sense import BOOSTER, CURVE_MOST
from skyreach.errors import BadInput
from skyreach.scenario.missiles import missile_rows
from skyreach.world.tables import CURVE_POINTS

DATA = Path(skyreach.catalog.__file__).parent / "data"
TAIL = 'unit = "1", confidence = "L", source = ["EST"]}'
CURVED = [item.key for item in load().items("missile") if min(item.table("thrust_curve")[1]) < 1.0]
BOOSTED = [item.key for item in load().items("missile") if "booster_mass" in item]


def catalogue(folder, key, pattern, line):
    """The catalogue in a folder of its own, in it one line of a missile written anew."""
    target = folder / "data"
    shutil.copytree(DATA, target)
    for path in target.glob("missiles*.toml"):
        head, mark, rest = path.read_text().partition(f"[{key}]\n")
        if mark:
            new, n = re.subn(pattern, line, rest, count=1, flags=re.M)
            assert n == 1
            path.write_text(head + mark + new)
    return target


BAD = {  # (curve, what the message must hold)
    "runs backwards": ("share = [0, 0.5, 0.3, 1], value = [1, 1, 0.2, 0.2]", ["share does not rise: 0.3 after 0.5", "sort the two lists"]),
    "stands still": ("share = [0, 0.5, 0.5, 1], value = [1, 1, 0.2, 0.2]", ["share does not rise: 0.5 after 0.5"]),
    "begins late": ("share = [0.1, 1], value = [1, 1]", ["share 0.1 to 1", "0 to 1, ignition to the end of burn_time"]),
    "in seconds": ("share = [0, 12], value = [1, 1]", ["share 0 to 12", "divide the times by burn_time"]),
    "pulls back": ("share = [0, 0.5, 1], value = [1, -0.2, 0.2]", ["value -0.2 to 1", "0 and more, the largest 1"]),
    "in newtons": ("share = [0, 1], value = [39000, 5000]", ["value 5000 to 39000", "divide by the largest and put that into thrust"]),
    "of the Mach number": ("mach = [0, 1], value = [1, 1]", ["mach -> 1", "share (of burn_time)"]),
    "too long": (
        f"share = [{', '.join(f'{x:g}' for x in np.linspace(0, 1, 20))}], value = [{', '.join(['1'] * 20)}]",
        ["20 points", f"at most {CURVE_MOST}", "straight stretches"],
    ),
    "one value short": ("share = [0, 0.5, 1], value = [1, 1]", ["3 arguments, 2 values", "one value for each argument"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_curve_that_cannot_be_is_refused(tmp_path, case):
    curve, words = BAD[case]
    folder = catalogue(tmp_path, "9m338", r"^thrust_curve = .*$", f"thrust_curve = {{{curve}, {TAIL}")
    with pytest.raises(BadInput) as caught:
        load(folder=folder)
    message = str(caught.value)
    for word in ["9m338", "thrust_curve", *words]:
        assert word in message, message


@pytest.mark.parametrize("key", BOOSTER)
def test_a_booster_is_named_whole(tmp_path, key):
    folder = catalogue(tmp_path, "57e6-e", rf"^{key} = .*\n", "")
    with pytest.raises(BadInput, match=rf"57e6-e(?s:.*)no {key}"):
        load(folder=folder)


@pytest.mark.parametrize(
    ("value", "words"),
    [("booster_mass=60", "-20 kg left"), ("dart_diameter=0.2", "dart_diameter below diameter"), ("separation_time=90", "max_flight_time")],
)  # fmt: skip
def test_a_booster_that_leaves_nothing_is_refused(value, words):
    key, number = value.split("=")
    with pytest.raises(BadInput, match=words):
        load().override({f"57e6-e.{key}": float(number)})


def test_the_catalogue_and_the_tables_agree_on_the_most_points():
    assert CURVE_MOST == CURVE_POINTS


def test_some_missiles_sustain_and_some_drop_a_booster():
    assert {"9m338", "aim-120", "pac-3-mse", "aster-30-b1"} <= set(CURVED)
    assert {"57e6-e", "aster-30-b1"} <= set(BOOSTED)


@pytest.mark.parametrize("key", CURVED)
def test_rows_hold_the_curve_in_si(key):
    item = load()[key]
    row = missile_rows([item])[0][0]
    share, push = item.table("thrust_curve")
    n = len(share)
    assert row["curve_points"] == n
    assert row["curve_time"][:n] == pytest.approx(np.array(share) * item.si("burn_time"), rel=1e-12)
    assert row["curve_thrust"][:n].max() == item.si("thrust")
    assert row["curve_burnt"][n - 1] == 1.0
    assert np.interp(row["boost_time"], row["curve_time"][:n], row["curve_thrust"][:n]) == pytest.approx(0.5 * item.si("thrust"), rel=1e-9)
    assert row["impulse"] == pytest.approx(item.si("thrust") * item.si("burn_time") * np.trapezoid(push, share), rel=1e-12)


@pytest.mark.parametrize("key", BOOSTED)
def test_rows_hold_the_booster_in_si(key):
    item = load()[key]
    row = missile_rows([item])[0][0]
    assert (row["drop_mass"], row["drop_time"]) == (item.si("booster_mass"), item.si("separation_time"))
    assert row["drop_area"] == pytest.approx(math.pi / 4.0 * item.si("dart_diameter") ** 2, rel=1e-12)
    assert row["drop_area"] < row["area"]
