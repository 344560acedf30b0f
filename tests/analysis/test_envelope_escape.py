"""The no-escape zone is the unbroken stretch nearest to the launcher: invented lines with known stretches, then missiles."""

import math

import pytest

from skyreach.analysis.envelope import envelope
from skyreach.analysis.envelope_escape import NONE, longest, stretches, zone
from skyreach.analysis.envelope_zones import row, shooter_of
from skyreach.catalog import load
from skyreach.cli.envelope import _text

FINE = 2.0  # m: 100 km / 48 places, halved twelve times, at most 0.8 m


def inside(*spans):
    return lambda s: any(a <= s <= b for a, b in spans)


def held(turning, *spans):
    found = zone(inside(*spans), 0.0, 100e3, lambda s: s, turning)
    return tuple(round(x / 1e3) for x in found[:2]), [tuple(round(x / 1e3) for x in span) for span in found.again]


def test_stretches_are_found_with_their_ends():
    found = stretches(inside((5e3, 20e3), (40e3, 70e3)), 0.0, 100e3)
    assert [x for span in found for x in span] == pytest.approx([5e3, 20e3, 40e3, 70e3], abs=FINE)
    assert longest(inside((5e3, 20e3), (40e3, 70e3)), 0.0, 100e3) == pytest.approx((40e3, 70e3), abs=FINE)
    assert stretches(inside(), 0.0, 100e3) == []
    assert stretches(lambda _: True, 0.0, 100e3) == [(0.0, 100e3)]
    assert all(math.isnan(x) for x in longest(inside(), 0.0, 100e3))


@pytest.mark.parametrize(
    ("spans", "edges", "again"),
    [
        ([(5e3, 60e3)], (5, 60), []),
        ([(5e3, 30e3), (50e3, 90e3)], (5, 30), [(50, 90)]),  # the longer one is farther out: it is not the zone
        ([(0.0, 3e3), (8e3, 60e3)], (8, 60), []),  # overhead, then the gap of the turns: both are dead zone
        ([(0.0, 3e3), (20e3, 60e3)], (0, 3), [(20, 60)]),  # a gap that ends beyond the turns
        ([(2e3, 9e3), (11e3, 13e3)], (2, 9), [(11, 13)]),  # within the turns, but the nearer one is no pocket
        ([(0.0, 2e3), (5e3, 9e3), (12e3, 30e3)], (12, 30), []),
        ([(0.0, 2e3), (5e3, 9e3), (40e3, 80e3)], (5, 9), [(40, 80)]),
    ],
)
def test_the_zone_is_the_nearest_stretch_that_no_turn_explains(spans, edges, again):
    assert held(15e3, *spans) == (edges, again)


def test_no_stretch_is_no_zone():
    assert zone(inside(), 0.0, 100e3, lambda s: s, 15e3) == NONE
    assert NONE.cells("from", "to") == {"from": None, "to": None, "caught_again_km": []}


def test_a_gap_near_overhead_does_not_end_the_zone_of_a_long_missile():
    """48N6E3, 300 m/s: at 11 km a target overhead is caught, from 3 to 6 km it turns faster than the missile can; at 10 km the same.
    The outer edge goes on smoothly from height to height."""
    shooter, *_ = shooter_of(load(), "48n6e3", "f-16c", 300.0, None, 0.0)
    rows = [row(shooter, h, True) for h in (9000.0, 10_000.0, 11_000.0, 12_000.0)]
    outer = [one["no_escape_km"] for one in rows]
    assert outer == sorted(outer)
    assert outer[-1] - outer[0] < 5.0
    inner = rows[2]["no_escape_from_km"]
    assert shooter.caught(0.0, 0.0, 11_000.0)
    assert not shooter.caught(0.9e3 * inner, 0.0, 11_000.0)
    assert shooter.caught(1.1e3 * inner, 0.0, 11_000.0)
    assert inner < shooter.turning() / 1e3


def test_a_target_caught_again_farther_out_is_told_and_not_counted():
    answer = envelope("40n6", heights=(10_000.0,), plan_height=10_000.0, crossing_km=(0.0,))
    found = answer.table[0]
    ((near, far),) = found["caught_again_km"]
    shooter, *_ = shooter_of(load(), "40n6", "f-16c", None, None, 0.0)
    assert found["no_escape_km"] < near < far < found["launch_km"]
    between = 0.5e3 * (found["no_escape_km"] + near)
    assert not shooter.caught(between, 0.0, 10_000.0)
    assert shooter.caught(0.5e3 * (near + far), 0.0, 10_000.0)
    assert f"at 10,000 m: escapes, then caught again from {near:,.1f} to {far:,.1f} km: not counted as no escape" in _text(answer)
    assert answer.crossing[0]["no_escape_to_km"] == pytest.approx(found["no_escape_km"], abs=0.1)


def test_turns_decide_within_two_closed_forms():
    """v^2 / a of the missile at its fastest and 2 v^2 / a of the target; 48N6E3 has 25 g, the fastest of the reach table lies
    between its peak speed less a tenth and its peak speed."""
    shooter, *_ = shooter_of(load(), "48n6e3", "f-16c", 300.0, 9.0, 0.0)
    peak = load()["48n6e3"].si("peak_speed")
    low, high = ((share * peak) ** 2 / (25 * 9.80665) + 2.0 * 300.0**2 / (9 * 9.80665) for share in (0.85, 1.05))
    assert low < shooter.turning() < high
