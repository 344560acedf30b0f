"""Weapon-target assignment against enumeration, scipy's linear assignment and optima published or computed elsewhere."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from skyreach.engine.assignment import greedy, prepare, search

EFFORT = 100_000


def solve(value, pk, stock=None, unit=None, room=None, most=None, cost=None, effort=EFFORT):
    """Rounds of each row at each target; every row one round and a unit of its own unless said."""
    rows, targets = pk.shape
    stock = np.ones(rows, np.int64) if stock is None else stock
    unit = np.arange(rows) if unit is None else unit
    room = np.full(rows, 100) if room is None else room
    most = np.full(targets, 100) if most is None else most
    cost = np.zeros(rows) if cost is None else cost
    fires = prepare(np.asarray(value, float), pk, stock, unit, room, most, cost)
    greedy(fires)
    if effort:
        search(fires, effort)
    shots = np.zeros((rows, targets + 1), np.int64)
    np.add.at(shots, (fires.row, fires.target), 1)
    return shots[:, :-1]


def surviving(value, pk, shots, cost=0.0):
    return float((value * np.prod((1.0 - pk) ** shots, axis=0)).sum() + (np.asarray(cost) * shots.sum(axis=1)).sum())


def enumerated(value, pk, stock, unit, room, most, cost):
    """Least value over all whole numbers of rounds within the limits."""
    targets = pk.shape[1]
    best = np.inf
    plans = [[x for x in itertools.product(range(s + 1), repeat=targets) if sum(x) <= s] for s in stock]
    for plan in itertools.product(*plans):
        shots = np.array(plan)
        load = np.bincount(unit, shots.sum(axis=1), len(room))
        if (load <= room).all() and (shots.sum(axis=0) <= most).all():
            best = min(best, surviving(value, pk, shots, cost))
    return best


@st.composite
def problems(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    rows, targets = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    pk = np.round(rng.uniform(0.0, 1.0, (rows, targets)), draw(st.sampled_from([1, 3])))  # one digit: ties, 0 and 1
    return (
        rng.uniform(1, 100, targets), pk, rng.integers(0, 3, rows), rng.integers(0, 2, rows), rng.integers(0, 4, 2),
        rng.integers(0, 4, targets), draw(st.sampled_from([0.0, 5.0, 30.0])) * rng.uniform(0, 1, rows),
    )  # fmt: skip


@given(problems())
@settings(max_examples=300, deadline=None)
def test_small_problems_within_all_limits(problem):
    value, pk, stock, unit, room, most, cost = problem
    shots, first = solve(*problem), solve(*problem, effort=0)
    for plan in (shots, first):
        assert (plan.sum(axis=1) <= stock).all()
        assert (plan.sum(axis=0) <= most).all()
        assert (np.bincount(unit, plan.sum(axis=1), 2) <= room).all()
        assert (pk[plan > 0] > 0).all()
    least = enumerated(*problem)
    got, start = surviving(value, pk, shots, cost), surviving(value, pk, first, cost)
    assert least - 1e-9 * value.sum() <= got <= start + 1e-9 * value.sum()


TANKS, PLANES, SHIP = [0.3, 0.2, 0.5], [0.1, 0.6, 0.5], [0.4, 0.5, 0.4]
OPTIMA = {  # values, pk by row and target, least surviving value
    # Wikipedia, Weapon target assignment problem; the optimum by enumeration (the two plans printed there leave 10.275 and 9.915)
    "tanks, aircraft, ship": ([5, 10, 20], [TANKS] * 5 + [PLANES] * 2 + [SHIP], 4.95),
    # one kill probability for all: den Broeder, Ellison and Emerling 1959, closed form
    "ten of 0.6": ([10, 8, 5, 3], [[0.6] * 4] * 10, 2.432),
    "eight of 0.7": ([100, 60, 60, 30, 10], [[0.7] * 5] * 8, 31.8),
    # drawn instances, solved by HiGHS and by branch and bound to five decimals
    "WTA-004": (
        [34.6, 62.4, 70.1, 27.2, 36.1],
        [
            [0.88, 0.62, 0.64, 0.88, 0.79],
            [0.71, 0.75, 0.8, 0.68, 0.64],
            [0.84, 0.8, 0.75, 0.85, 0.76],
            [0.89, 0.66, 0.77, 0.75, 0.71],
            [0.78, 0.67, 0.84, 0.86, 0.64],
            [0.74, 0.68, 0.62, 0.87, 0.73],
        ],
        29.259,
    ),
    "WTA-005": (
        [43.8, 96.0, 39.2, 38.4, 51.2, 42.3, 75.3, 33.6],
        [
            [0.87, 0.86, 0.6, 0.76, 0.63, 0.68, 0.73, 0.74],
            [0.74, 0.88, 0.68, 0.66, 0.8, 0.88, 0.88, 0.86],
            [0.62, 0.88, 0.79, 0.86, 0.72, 0.67, 0.84, 0.8],
            [0.83, 0.66, 0.64, 0.83, 0.61, 0.88, 0.64, 0.78],
            [0.73, 0.7, 0.65, 0.83, 0.87, 0.82, 0.78, 0.81],
            [0.76, 0.77, 0.87, 0.68, 0.67, 0.88, 0.88, 0.74],
            [0.84, 0.82, 0.88, 0.62, 0.87, 0.75, 0.73, 0.81],
            [0.78, 0.73, 0.69, 0.88, 0.85, 0.63, 0.72, 0.83],
            [0.86, 0.89, 0.67, 0.87, 0.81, 0.62, 0.66, 0.66],
            [0.62, 0.81, 0.69, 0.81, 0.62, 0.86, 0.81, 0.83],
        ],
        34.42604,
    ),
}


@pytest.mark.parametrize("name", OPTIMA)
def test_published_optima(name):
    value, pk, least = OPTIMA[name]
    value, pk = np.array(value, float), np.array(pk)
    assert surviving(value, pk, solve(value, pk)) == pytest.approx(least, abs=2e-5)  # printed digits


def test_one_round_a_target_against_linear_assignment():
    """Limited to one round a target the problem is linear and scipy solves it exactly. The search is no exact method: single
    instances end a few per cent above, so what is asked is that half of them end at the optimum and none below it."""
    gaps = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        value, pk = rng.uniform(1, 100, 15), rng.uniform(0.1, 0.9, (15, 15))
        rows, columns = linear_sum_assignment(value * pk, maximize=True)
        exact = value.sum() - (value * pk)[rows, columns].sum()
        got = surviving(value, pk, solve(value, pk, most=np.ones(15, np.int64), effort=10**7))
        gaps.append(got / exact - 1.0)
    assert min(gaps) > -1e-12
    assert np.median(gaps) < 1e-9


def test_the_same_twice_and_inputs_untouched():
    rng = np.random.default_rng(3)
    value, pk = rng.uniform(1, 100, 12), rng.uniform(0.1, 0.9, (12, 12))
    before = value.copy(), pk.copy()
    one, two = solve(value, pk), solve(value, pk)
    assert np.array_equal(one, two)
    assert np.array_equal(before[0], value)
    assert np.array_equal(before[1], pk)
