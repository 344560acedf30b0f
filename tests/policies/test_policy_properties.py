"""Whatever a policy answers: it is refused in words, or what follows keeps to channels, rounds and doctrine."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyreach.policies import BadPolicy, Choices, Estimate, Hit, Leave, Option, Order, Plot, Scan, Track, TrackState, Unit, check
from skyreach.world import codes

AT = (4.1e6, 2.6e6, 4.1e6)
COV = tuple(tuple(1.0 if a == b else 0.0 for a in range(6)) for b in range(6))
UNITS, MISSILES, TRACKS = ("one", "two"), ("big", "small"), (3, 8, 11)

scraps = st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text(max_size=6) | st.binary(max_size=4) | st.just(object())
rubbish = st.recursive(scraps, lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=2), max_leaves=8)
names = st.sampled_from([*UNITS, "three"]) | rubbish
any_order = st.builds(Order, names, st.sampled_from([*TRACKS, 0]) | rubbish, st.sampled_from([*MISSILES, "huge"]) | rubbish, st.none() | st.integers(-1, 5) | rubbish)
any_estimate = st.builds(Estimate, st.just(AT) | rubbish, st.just((0.0, 0.0, 0.0)) | rubbish, st.just(COV) | rubbish)
any_hit = st.builds(Hit, st.integers(-1, 3) | rubbish, st.none() | st.sampled_from([*TRACKS, 0]) | rubbish, st.none() | any_estimate | rubbish)
any_leave = st.builds(Leave, st.booleans() | rubbish, st.floats() | rubbish, st.none() | st.floats() | rubbish)
fair_order = st.builds(Order, st.sampled_from(UNITS), st.sampled_from(TRACKS), st.sampled_from(MISSILES), st.none() | st.integers(1, 4))


def wrong(given_, allowed="", cure=""):
    return BadPolicy("here", given_, allowed, cure)


def words(fault):
    assert fault.given != ""
    assert fault.allowed != ""


def taken_of(function, answer, *more):
    """What a check takes of an answer, None where it refuses it; that it does in words."""
    try:
        return function(wrong, answer, *more)
    except BadPolicy as fault:
        words(fault)
        return None


def track(number, kind=Track):
    return kind(number, True, "hostile", "aircraft", 5.0, AT, (0.0, 0.0, 0.0), 50.0, 0.0, 4.0, 5)


def choices(targets, guided, rounds, kept):
    """(scene, rounds kept back, orders that may be added) with every option that rounds and channels allow."""
    units = tuple(Unit(name, AT, True, t, g, dict(zip(MISSILES, r, strict=True)), 2, "own", False) for name, t, g, r in zip(UNITS, targets, guided, rounds, strict=True))
    back = {(u.name, n, m): kept for u in units for n in TRACKS for m in MISSILES}
    options = tuple(
        Option(u.name, n, m, 1.0, 9.0, 0.5, 1e6, 1, min(u.missile_channels, u.rounds[m] - kept))
        for n in TRACKS for u in units for m in MISSILES if u.target_channels and u.missile_channels and u.rounds[m] > kept
    )  # fmt: skip
    scene = Choices(t=5.0, _draw=None, _built_in=None, _why_not=lambda *_: "why", post="post", tracks=tuple(map(track, TRACKS)), units=units, options=options, assets=())
    return scene, back, {(name, n): 2 for name in UNITS for n in TRACKS}


@given(st.lists(any_order, max_size=4) | rubbish | any_order)
@settings(max_examples=400)
def test_orders_are_refused_in_words_or_taken(answer):
    taken_of(check.orders, answer, *choices((2, 1), (4, 2), ((4, 4), (2, 2)), 0))


@given(st.lists(fair_order, max_size=8), st.tuples(*[st.integers(0, 3)] * 2), st.tuples(*[st.integers(0, 5)] * 2), st.tuples(*[st.tuples(*[st.integers(0, 5)] * 2)] * 2), st.integers(0, 1), st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_what_is_taken_keeps_to_channels_and_rounds(answer, targets, guided, rounds, kept, random):
    scene, back, most = choices(targets, guided, rounds, kept)
    taken = taken_of(check.orders, answer, scene, back, most)
    if taken is None:
        return
    assert sorted((o.unit, o.track) for o, _, _ in taken) == sorted((o.unit, o.track) for o in answer)
    for unit in scene.units:
        mine = [(option, shots) for _, option, shots in taken if option.unit == unit.name]
        assert len(mine) <= unit.target_channels
        assert sum(shots for _, shots in mine) <= unit.missile_channels
        for missile in MISSILES:
            assert sum(shots for option, shots in mine if option.missile == missile) <= max(unit.rounds[missile] - kept, 0)
    assert all(shots >= 1 for _, _, shots in taken)
    ranks = [TRACKS.index(option.track) for _, option, _ in taken]
    assert ranks == sorted(ranks)
    by_track = random.sample(answer, len(answer))
    if len({o.track for o in answer}) == len(answer):  # one order a track: their order in the answer says nothing
        assert check.orders(wrong, by_track, scene, back, most) == taken


@given(st.lists(any_hit, max_size=4) | rubbish)
@settings(max_examples=400)
def test_hits_are_refused_in_words_or_taken(answer):
    plot = Plot(1e4, 0.0, 0.0, 50.0, 1e-3, 1e-3, 20.0, AT)
    scene = Scan(t=5.0, _draw=None, _built_in=None, radar=None, plots=(plot,) * 3, tracks=tuple(track(n, TrackState) for n in TRACKS))
    taken = taken_of(check.hits, answer, scene)
    if taken is None:
        return
    assert len({hit.plot for hit in taken}) == len(taken)
    for hit in taken:
        assert 0 <= hit.plot < 3
        assert hit.track is None or hit.track in TRACKS
        assert hit.estimate is None or np.isfinite(np.array(hit.estimate.cov)).all()


@given(any_leave | rubbish)
@settings(max_examples=300)
def test_leave_is_refused_in_words_or_taken(answer):
    taken = taken_of(check.leave, answer)
    if taken is None:
        return
    assert math.isfinite(taken.after)
    assert taken.after >= 0.0


@given(st.lists(st.floats() | rubbish, min_size=3, max_size=3) | rubbish)
@settings(max_examples=300)
def test_weights_are_refused_in_words_or_taken(answer):
    taken = taken_of(check.weights, answer, 3)
    if taken is None:
        return
    assert len(taken) == 3
    assert all(math.isfinite(w) and w >= 0.0 for w in taken)


@given(st.lists(st.sampled_from(["hostile", "civil", "friend", "unknown", "Hostile"]) | rubbish, min_size=2, max_size=2) | rubbish)
@settings(max_examples=300)
def test_identities_are_refused_in_words_or_taken(answer):
    taken = taken_of(check.identities, answer, 2)
    if taken is None:
        return
    assert set(taken) <= {"hostile", "civil", "friend", "unknown"}


@pytest.mark.parametrize("seed", range(6))
def test_any_orders_leave_a_world_that_adds_up(small, play, seed):
    """Orders at random from the options, as many as are taken: no round comes from nothing, no channel is held twice."""
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    class Random:
        def assign(self, scene):
            left, orders = list(scene.options), []
            for n in range(8):
                if not left:
                    break
                option = left.pop(int(scene.draw(n, 1) * len(left)))
                shots = 1 + int(scene.draw(n, 2) * option.most_shots)
                if scene.draw(n, 3) < 0.3 and not any((o.unit, o.track) == (option.unit, option.track) for o in orders):
                    mine = [o for o in orders if o.unit == option.unit]
                    unit = next(u for u in scene.units if u.name == option.unit)
                    ready = min(unit.missile_channels, *unit.rounds.values()) - sum(o.shots for o in mine)
                    if shots <= ready and len(mine) < unit.target_channels and all(o.track != option.track for o in orders):
                        orders.append(Order(option.unit, option.track, option.missile, shots))
            return orders

    rule = read_scenario(small.scenario.to_yaml(), "small", {"doctrine.shoot_look_shoot": "false"})
    run = play(compile_scenario(rule), Random, seed)
    sites, launchers = run.world.sites, run.world.launchers
    held = run.world.assignments[run.world.assignments["state"] != codes.OPEN_ROW]
    for k in np.flatnonzero(sites["kind"] == codes.FIRE_UNIT):
        mine = held[held["site"] == k]
        assert sites[k]["targets_held"] == len(mine) <= sites[k]["target_channels"]
        assert sites[k]["missiles_held"] == (mine["ordered"] - mine["ended"]).sum() <= sites[k]["missile_channels"]
        fired = (run.world.missiles["site"] == k).sum()
        mine = launchers["site"] == k
        assert launchers["rounds"][mine].sum() + fired == small.world.launchers["rounds"][mine].sum()
        assert (launchers["rounds"][mine] >= 0).all()
