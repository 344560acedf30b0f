"""The envelope of a missile: its own zones against each other, against the flight and against closed forms; refusals; files."""

import json
import math

import numpy as np
import pytest

from skyreach.analysis.envelope import envelope
from skyreach.analysis.envelope_zones import shooter_of
from skyreach.catalog import load
from skyreach.errors import BadInput

LONG = "48n6e3"


@pytest.fixture(scope="module")
def answer():
    return envelope(LONG, heights=(1000.0, 5000.0, 10_000.0, 20_000.0))


def test_zones_lie_in_one_another(answer):
    for row in answer.table:
        assert 0.0 <= row["dead_km"] < row["reach_km"] < row["launch_km"]
        assert row["no_escape_km"] <= row["launch_km"]


def test_public_range_is_reached_within_ten_per_cent(answer):
    row = next(row for row in answer.table if row["height_m"] == 10_000.0)
    assert row["reach_km"] == pytest.approx(load()[LONG].si("max_range_aircraft") / 1e3, rel=0.1)


def test_a_launch_line_is_the_reach_and_the_way_the_target_flies_meanwhile(answer):
    """Straight in: reach + speed x time of flight at the rim; table steps of 2 x 1.35 R / 240 at the rim, 1.2 %."""
    for row in answer.table:
        if row["limited_by"] == "time of flight":
            assert row["launch_km"] == pytest.approx(row["reach_km"] + 0.25 * row["time_s"], rel=0.015)


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
    zones = [envelope(LONG, speed=v, g=5.0, heights=(10_000.0,)).table[0] for v in (150.0, 300.0, 600.0)]
    assert sorted(z["launch_km"] for z in zones) == [z["launch_km"] for z in zones]
    assert sorted((z["no_escape_km"] for z in zones), reverse=True) == [z["no_escape_km"] for z in zones]


def test_no_escape_asks_for_the_g_of_proportional_navigation(answer):
    """At 25 km the missile has 7.6 g left: enough against nav / (nav - 2) x 3 g, not against 9 g."""
    high = envelope(LONG, g=3.0, heights=(25_000.0,)).table[0]
    assert high["arrival_g"] < 2.0 * 9.0
    assert high["no_escape_km"] > 100.0
    assert (envelope(LONG, heights=(25_000.0,)).table[0]["no_escape_km"] or 0.0) < 20.0


def test_a_launch_within_the_no_escape_zone_hits_and_one_well_beyond_the_launch_line_is_not_planned(answer):
    shooter, *_ = shooter_of(load(), LONG, "f-16c", None, None, 0.0)
    for row in answer.table:
        h = row["height_m"]
        assert shooter.caught(0.95e3 * row["no_escape_km"], 0.0, h)
        assert math.isinf(shooter.meet(shooter.course(1.03e3 * row["launch_km"], 0.0, h))[0])


def test_no_ring_cuts_off_a_ballistic_target():
    """A fixed point is reached or not, whatever flies there; a faster target must be farther off when the missile leaves."""
    ballistic, fighter = (envelope("48n6e2", target=foe, heights=(10_000.0,)).table[0] for foe in ("iskander-m", "f-16c"))
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
