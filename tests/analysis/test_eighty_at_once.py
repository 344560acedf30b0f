"""80 targets and 160 missiles in the air at once (RT17, AR15: the claim of the full system), and not a row is dropped."""

import itertools

import numpy as np
import pytest

from skyreach.analysis.claims_run import _spans, full_system
from skyreach.engine.replicate import replicate
from skyreach.scenario.compile import compile_scenario
from skyreach.world import codes

UNITS, CHANNELS, EACH, LAUNCHERS, RAILS = 8, 10, 12, 12, 4
SECONDS = 500.0  # until the last missile has ended
ENDED = {codes.KILLED: codes.E_DETONATION, codes.NO_KILL: codes.E_DETONATION}  # all others: missile lost


@pytest.fixture(scope="module")
def compiled():
    """8 fire units of 12 launchers, 12 targets before each: more than its channels."""
    return compile_scenario(full_system(UNITS, EACH, LAUNCHERS, {}, SECONDS))


@pytest.fixture(scope="module")
def run(compiled):
    return replicate(compiled, 1)


def inside(begin, end, t):
    """How many of the intervals [begin, end) hold each time."""
    return ((begin <= t[:, None]) & (end > t[:, None])).sum(axis=1)


def test_there_is_a_moment_with_80_engaged_and_160_in_flight(run):
    events, missiles = run.world.events, run.world.missiles
    spans = _spans(events, codes.E_ASSIGNED, (codes.E_ASSESSED, codes.E_ABORTED), ("a", "b"), SECONDS)
    t = np.arange(0.05, SECONDS, 0.1)  # between the frames
    full = (inside(*spans, t) >= UNITS * CHANNELS) & (inside(missiles["t_launch"], missiles["t_end"], t) >= 2 * UNITS * CHANNELS)
    assert full.sum() * 0.1 > 30.0  # s; the first launch is at 25 s, the 160th 57 s later, the first hit another 80 s later
    when = t[full][0]
    flying = missiles[(missiles["t_launch"] <= when) & (missiles["t_end"] > when)]
    targets, shots = np.unique(flying["target"], return_counts=True)
    assert len(targets) == UNITS * CHANNELS  # 80 different ones, two missiles for each
    assert (shots == 2).all()
    assert (np.unique(flying["site"], return_counts=True)[1] == 2 * CHANNELS).all()  # no unit beyond its missile channels


def test_no_fault_and_nothing_near_the_end_of_a_table(run, compiled):
    clock, world = run.world.clock[0], compiled.world
    assert clock["fault"] == 0
    assert clock["n_missiles"] == len(run.world.missiles) <= len(world.missiles)
    assert clock["n_events"] == len(run.world.events) < len(world.events)
    assert not np.isin(run.world.events["kind"], (codes.E_TRACK_TABLE_FULL, codes.E_ASSIGNMENT_TABLE_FULL)).any()


def test_every_missile_has_an_end_and_an_event_of_it(run):
    events, missiles = run.world.events, run.world.missiles
    launches = events[events["kind"] == codes.E_LAUNCH]
    assert sorted(launches["c"].tolist()) == list(range(len(missiles)))
    assert (missiles["state"] == codes.SPENT).all()
    assert (missiles["t_end"] > missiles["t_launch"]).all()
    counts = np.bincount(missiles["outcome"], minlength=len(codes.OUTCOMES))
    assert counts[codes.NOT_ENDED] == 0
    assert counts.sum() == len(missiles) == len(launches)  # launched = killed + lives + missed + gone + lost + spent + ground
    ends = events[np.isin(events["kind"], (codes.E_DETONATION, codes.E_MISSILE_LOST))]
    assert sorted(ends["c"].tolist()) == list(range(len(missiles)))
    for end in ends:
        assert end["kind"] == ENDED.get(int(missiles[end["c"]]["outcome"]), codes.E_MISSILE_LOST)
        assert end["t"] == pytest.approx(missiles[end["c"]]["t_end"], abs=0.1001)
    assert counts[codes.KILLED] == (run.world.targets["status"] == codes.DESTROYED).sum()


def test_rounds_on_the_launchers_are_those_that_were_not_fired(run, compiled):
    loaded, left = compiled.world.launchers["rounds"], run.world.launchers["rounds"]
    assert loaded.sum() == UNITS * LAUNCHERS * RAILS
    fired = np.bincount(run.world.missiles["launcher"], minlength=len(left))
    np.testing.assert_array_equal(loaded - left, fired)


def test_every_target_is_in_the_ledger_of_every_unit_without_a_gap(run):
    reasons = run.log["reasons"]
    sites = np.flatnonzero(run.world.sites["kind"] == codes.FIRE_UNIT)
    assert len(sites) == UNITS
    for k in sites:
        mine = reasons[reasons["site"] == k]
        assert sorted(set(mine["target"].tolist())) == list(range(UNITS * EACH))
        for j in range(UNITS * EACH):
            rows = np.sort(mine[mine["target"] == j], order="t_from")
            assert rows["t_from"][0] == 0.0
            assert rows["t_to"][-1] == pytest.approx(SECONDS, abs=1e-6)
            assert all(a["t_to"] == b["t_from"] for a, b in itertools.pairwise(rows))


def test_a_unit_that_turns_to_another_sector_leaves_its_own_targets_alone(compiled):
    """Why 160 is not reached on all dice. On seed 2 the only firm track in the first cycle is one of unit 2, unit 6 turns its
    sector to it (92N6E: 90 degrees wide), and its own targets lie outside while it holds that: it is given no order on them that
    would end without a shot, and fights with 6 missiles instead of 20."""
    other = replicate(compiled, 2)
    events, missiles, t = other.world.events, other.world.missiles, 100.0
    assert not (events["t"][events["kind"] == codes.E_ABORTED] < 60.0).any()
    flying = missiles[(missiles["t_launch"] <= t) & (missiles["t_end"] > t)]
    by_unit = {compiled.names["sites"][k]: int((flying["site"] == k).sum()) for k in np.unique(flying["site"])}
    assert by_unit == {f"unit-{n}": 6 if n == 6 else 2 * CHANNELS for n in range(1, UNITS + 1)}
    rows, k = other.log["reasons"], compiled.names["sites"].index("unit-6")
    why = rows["code"][(rows["site"] == k) & (rows["t_from"] <= t) & (rows["t_to"] > t)]
    assert (why == codes.R_SIGHT).sum() >= EACH - 3  # of its own twelve it holds three at the most
