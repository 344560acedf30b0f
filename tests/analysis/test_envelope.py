"""The envelope of a missile: its own zones against each other, against the flight and against closed forms; refusals; files."""

import json
import math

import numpy as np
import pytest

from skyreach.analysis import envelope_zones
from skyreach.analysis.envelope import envelope
from skyreach.analysis.envelope_zones import shooter_of
from skyreach.catalog import load
from skyreach.errors import BadInput

LONG = "48n6e3"


@pytest.fixture(scope="module")
def answer():
    return envelope(LONG, heights=(1000.0, 5000.0, 10_000.0, 20_000.0))


def level(missile, h, foe="f-16c", speed=None, g=None):
    """The row of one height [m], without the grids and the charts of a whole envelope."""
    shooter, _, item, _ = shooter_of(load(), missile, foe, speed, g, 0.0)
    return envelope_zones.row(shooter, h, item.text("class") != "ballistic")


def test_zones_lie_in_one_another(answer):
    for row in answer.table:
        assert 0.0 <= row["dead_km"] < row["reach_km"] < row["launch_km"]
        assert row["no_escape_from_km"] < row["no_escape_km"] <= row["launch_km"]


def test_public_range_is_reached_within_ten_per_cent(answer):
    row = next(row for row in answer.table if row["height_m"] == 10_000.0)
    assert row["reach_km"] == pytest.approx(load()[LONG].si("max_range_aircraft") / 1e3, rel=0.1)


@pytest.mark.parametrize(("missile", "height"), [(LONG, 1000.0), (LONG, 10_000.0), ("9m96e2", 10_000.0), ("40n6", 1000.0)])
def test_a_launch_line_is_the_meeting_point_and_the_way_the_target_flies_meanwhile(missile, height):
    """Straight in: reach + speed x time of flight at the rim (kinematics), whether life or energy ends the reach. Rounding:
    0.01 km, and 0.05 s of 0.25 km/s."""
    found = level(missile, height)
    assert found["launch_km"] == pytest.approx(found["reach_km"] + 0.25 * found["time_s"], abs=0.03)


def test_from_the_launch_line_a_target_is_met_and_from_beyond_it_is_not(answer):
    """The flown chase, not the plan. Where the energy ends the reach (1 km) a longer, higher way may still arrive: not looked at."""
    shooter, *_ = shooter_of(load(), LONG, "f-16c", None, None, 0.0)
    for row in answer.table:
        for share, met in ((0.97, True), (1.05, False)) if row["limited_by"] == "time of flight" else ((0.97, True),):
            course = shooter.course(share * 1e3 * row["launch_km"], 0.0, row["height_m"])
            miss, _, v = shooter.shoot(course, course)
            assert (miss <= shooter.row["lethal_radius"] and v >= shooter.row["min_speed"]) == met, (row["height_m"], share)


def test_the_plan_view_ends_at_the_launch_line_on_all_sides(answer):
    """Where the life ends the reach R at time T the launch zone is a circle of radius R about a point v T ahead (kinematics). Never
    longer than that, and shorter by at most a step of the reach table at its rim (2.7 km) and one of the grid (3.2 km)."""
    at_plan, met = next(row for row in answer.table if row["height_m"] == answer.plan_height), np.isfinite(answer.zone)
    ahead, aside = answer.along[met[0]].max() / 1e3, answer.across[met.any(axis=1)].max() / 1e3
    assert at_plan["launch_km"] - 5.9 < ahead <= at_plan["launch_km"] + 0.1
    assert at_plan["reach_km"] - 5.9 < aside <= at_plan["reach_km"] + 0.1
    assert answer.along[met[met.any(axis=1)][-1]].mean() / 1e3 == pytest.approx(0.25 * at_plan["time_s"], abs=3.2)
    outer = dict(zip(np.degrees(answer.escape[:, 0]).round(1), answer.escape[:, 2] / 1e3, strict=True))
    assert outer[0.0] == pytest.approx(answer.crossing[0]["no_escape_to_km"], abs=0.2)
    assert outer[180.0] <= -answer.crossing[0]["launch_from_km"] + 3.0


def test_a_target_that_stands_still_is_launched_at_where_it_is_reached():
    still = envelope(LONG, speed=0.0, g=0.0, heights=(10_000.0,))
    row = still.table[0]
    assert row["launch_km"] == pytest.approx(row["reach_km"], rel=0.015)
    assert row["no_escape_km"] is None


def test_the_zone_across_is_round_for_a_slow_target_and_symmetric():
    slow = envelope(LONG, target="tb2", heights=(5000.0,), plan_height=5000.0, crossing_km=(0.0, 100.0))
    head_on, aside = slow.crossing
    assert aside["launch_to_km"] == pytest.approx(math.sqrt(head_on["launch_to_km"] ** 2 - 100.0**2), rel=0.01)


def test_faster_targets_are_launched_at_from_further_out_and_escape_from_nearer():
    zones = [level(LONG, 10_000.0, speed=v, g=5.0) for v in (150.0, 300.0, 600.0)]
    assert sorted(z["launch_km"] for z in zones) == [z["launch_km"] for z in zones]
    assert sorted((z["no_escape_km"] for z in zones), reverse=True) == [z["no_escape_km"] for z in zones]


def test_no_escape_asks_for_the_g_of_proportional_navigation(answer):
    """At 25 km the missile has 7.6 g left: enough against nav / (nav - 2) x 3 g, not against 9 g."""
    high = level(LONG, 25_000.0, g=3.0)
    assert high["arrival_g"] < 2.0 * 9.0
    assert high["no_escape_km"] > 100.0
    assert (level(LONG, 25_000.0)["no_escape_km"] or 0.0) < 20.0


def test_a_launch_anywhere_within_the_no_escape_zone_hits(answer):
    shooter, *_ = shooter_of(load(), LONG, "f-16c", None, None, 0.0)
    for row in answer.table:
        for s in np.linspace(1.02 * row["no_escape_from_km"], 0.98 * row["no_escape_km"], 15):
            assert shooter.caught(1e3 * float(s), 0.0, row["height_m"])


def test_no_ring_cuts_off_a_ballistic_target():
    """A fixed point is reached or not, whatever flies there; a faster target must be farther off when the missile leaves."""
    ballistic, fighter = (level("48n6e2", 10_000.0, foe) for foe in ("iskander-m", "f-16c"))
    assert ballistic["reach_km"] == fighter["reach_km"]
    assert ballistic["launch_km"] > fighter["launch_km"]


def test_files_hold_what_is_shown(answer, tmp_path):
    paths = answer.save(tmp_path)
    assert sorted(p.name for p in paths) == ["envelope.csv", "envelope.json", "envelope.png", "envelope.svg"]
    document = json.loads((tmp_path / "envelope.json").read_text())
    assert document["heights"] == list(answer.table)
    grid = np.genfromtxt(tmp_path / "envelope.csv", delimiter=",", names=True)
    assert len(grid) == int(np.isfinite(answer.time).sum())
    assert (grid["arrival_g"] <= load()[LONG].si("g_limit") / 9.80665 + 0.01).all()
    assert (tmp_path / "envelope.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert {item["item"] for item in document["inputs"]} >= {LONG, "f-16c"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"missile": "92n6e"}, "radar"),
        ({"missile": LONG, "target": "murted"}, "site"),
        ({"missile": "57e6-e", "target": "kinzhal"}, "another --target"),
        ({"missile": LONG, "heights": (50_000.0,)}, "above sea level"),
        ({"missile": LONG, "heights": ()}, "none"),
        ({"missile": LONG, "site_height": 9000.0}, "0 to 5000"),
        ({"missile": LONG, "speed": math.nan}, "nan"),
        ({"missile": LONG, "g": -1.0}, "0 to 100"),
        ({"missile": LONG, "plan_height": 1.0}, "above sea level"),
    ],
)
def test_bad_questions_are_refused(options, says):
    with pytest.raises(BadInput, match=says):
        envelope(**options)
