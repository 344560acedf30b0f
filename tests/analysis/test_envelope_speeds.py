"""The zones of a missile by the speed of its target: against the single-speed zones, closed forms and themselves; refusals; files."""

import csv
import json
import math

import pytest

from skyreach.analysis.envelope import envelope
from skyreach.analysis.envelope_speeds import zones_at
from skyreach.analysis.envelope_zones import shooter_of
from skyreach.catalog import load
from skyreach.errors import BadInput

LONG = "48n6e3"
SPEEDS = (100.0, 300.0, 600.0)


@pytest.fixture(scope="module")
def answer():
    return envelope(LONG, heights=(1000.0, 10_000.0), plan_height=10_000.0, crossing_km=(0.0, 50.0), speeds=(600, 100, 300, 100))


def test_speeds_come_once_each_and_the_slowest_first(answer):
    assert [one.speed for one in answer.by_speed] == list(SPEEDS)
    for one in answer.by_speed:
        assert [row["height_m"] for row in one.heights] == [1000.0, 10_000.0]
        assert [row["offset_km"] for row in one.crossing] == [0.0, 50.0]


def test_each_speed_is_what_the_envelope_says_of_that_speed_alone(answer):
    for one in answer.by_speed[1:]:
        alone = envelope(LONG, speed=one.speed, heights=(1000.0, 10_000.0), plan_height=10_000.0, crossing_km=(0.0, 50.0))
        assert one.heights == alone.table
        assert one.crossing == alone.crossing


def test_a_launch_line_is_the_reach_and_the_way_flown_meanwhile(answer):
    """Straight in: launch = reach + speed x time of flight (kinematics); rounding 0.01 km, and 0.05 s of at most 0.6 km/s."""
    for one in answer.by_speed:
        for row in one.heights:
            assert row["launch_km"] == pytest.approx(row["reach_km"] + 1e-3 * one.speed * row["time_s"], abs=0.05)


def test_dead_zone_and_reach_do_not_depend_on_the_target(answer):
    for k in range(2):
        assert len({(one.heights[k]["dead_km"], one.heights[k]["reach_km"]) for one in answer.by_speed}) == 1


def test_a_faster_target_is_launched_at_from_further_out_and_escapes_from_nearer(answer):
    """At 10 km; at 1 km the slowest cannot escape from anywhere within the launch line, which is then the limit."""
    launch, escape = ([one.heights[1][key] for one in answer.by_speed] for key in ("launch_km", "no_escape_km"))
    assert launch == sorted(launch)
    assert escape == sorted(escape, reverse=True)


def test_a_target_at_rest_is_launched_at_where_it_is_reached_from_every_side():
    """Speed 0: the launch zone is the kinematic zone, a circle (closed form sqrt(R^2 - y^2) across)."""
    (still,) = envelope(LONG, heights=(10_000.0,), plan_height=10_000.0, crossing_km=(0.0, 100.0), speeds=(0.0,)).by_speed
    assert still.heights[0]["launch_km"] == pytest.approx(still.heights[0]["reach_km"], abs=0.01)
    head_on, aside = (row["launch_to_km"] for row in still.crossing)
    assert aside == pytest.approx(math.sqrt(head_on**2 - 100.0**2), rel=0.01)
    assert still.crossing[0]["launch_from_km"] == pytest.approx(-head_on, rel=0.01)


def test_files_hold_what_is_shown(answer, tmp_path):
    names = sorted(path.name for path in answer.save(tmp_path))
    assert names == sorted(f"envelope{part}" for part in (".png", ".svg", ".csv", ".json", "-speeds.png", "-speeds.svg", "-speeds.csv"))
    document = json.loads((tmp_path / "envelope.json").read_text())["by_speed"]
    assert [(one["target_speed_mps"], one["heights"]) for one in document] == [(o.speed, list(o.heights)) for o in answer.by_speed]
    rows = list(csv.DictReader((tmp_path / "envelope-speeds.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 3 * (2 + 2)
    said = {(float(r["speed_mps"]), float(r["height_m"])): r for r in rows if r["reach_km"]}
    for one in answer.by_speed:
        for row in one.heights:
            line = said[one.speed, row["height_m"]]
            names = ("dead_km", "reach_km", "launch_km", "no_escape_from_km", "no_escape_km")
            assert [float(line[key]) for key in names] == [row[key] for key in names]
    assert (tmp_path / "envelope-speeds.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_without_speeds_there_is_no_second_chart(tmp_path):
    plain = envelope("57e6-e", heights=(1000.0,))
    assert plain.by_speed == ()
    assert [path.name for path in plain.save(tmp_path, ["csv"])] == ["envelope.csv"]


@pytest.mark.parametrize("missile", [item.key for item in load().items("missile") if "max_range_aircraft" in item])
def test_every_missile_has_zones_against_a_slow_target_from_near_to_its_public_range(missile):
    """max_range_aircraft of the catalogue within 10 %: at 10 km, below 30 km of range at 5 km (as in test_flyout)."""
    public = load()[missile].si("max_range_aircraft") / 1e3
    height = 10_000.0 if public > 30.0 else 5000.0
    shooter, *_ = shooter_of(load(), missile, "tb2", None, None, 0.0)
    one = zones_at(shooter, 50.0, False, (height,), (), height, (), 1e3 * public)
    assert one.heights[0]["reach_km"] == pytest.approx(public, rel=0.10)
    assert one.heights[0]["launch_km"] > 0.97 * one.heights[0]["reach_km"]


@pytest.mark.parametrize(
    ("speeds", "says"),
    [
        ((100.0, -3.0), "-3 m/s"), ((), "none"), ((math.nan,), "nan"), ((math.inf,), "inf"), (("fast",), "fast"),
        ((100.0, 9000.0), "0 to 4800 m/s"), (range(13), "1 to 12 speeds"),
    ],
)  # fmt: skip
def test_bad_speeds_are_refused(speeds, says):
    with pytest.raises(BadInput, match=says):
        envelope(LONG, heights=(10_000.0,), speeds=speeds)
