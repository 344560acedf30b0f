"""Exact weapon-target assignment against enumeration and printed optima, and the rules of the engine against it."""

import itertools

import numpy as np
import pytest

from skyreach.analysis.assignment_exact import RULES, exact_assignment, rule_assignment, surviving_value
from skyreach.engine.assignment import greedy, prepare, search
from skyreach.engine.auction import auction
from skyreach.errors import BadInput


def enumerated(value, pk, stock, unit, room, most, cost):
    """Least value over all whole numbers of rounds within the limits."""
    targets, best = pk.shape[1], np.inf
    plans = [[x for x in itertools.product(range(s + 1), repeat=targets) if sum(x) <= s] for s in stock]
    for plan in itertools.product(*plans):
        shots = np.array(plan)
        load = np.bincount(unit, shots.sum(axis=1), len(room))
        if (load <= room).all() and (shots.sum(axis=0) <= most).all():
            best = min(best, surviving_value(value, pk, shots, cost))
    return best


def problem(seed):
    rng = np.random.default_rng(seed)
    rows, targets = rng.integers(1, 4), rng.integers(1, 4)
    pk = np.round(rng.uniform(0.0, 1.0, (rows, targets)), int(rng.integers(1, 4)))  # also ties, 0 and 1
    return (
        rng.uniform(1, 100, targets), pk, rng.integers(0, 3, rows), rng.integers(0, 2, rows), rng.integers(0, 4, 2),
        rng.integers(0, 4, targets), rng.choice([0.0, 5.0, 30.0]) * rng.uniform(0, 1, rows),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_small_problems_within_all_limits(seed):
    value, pk, stock, unit, room, most, cost = problem(seed)
    plan = exact_assignment(value, pk, stock, unit, room, most, cost)
    least = enumerated(value, pk, stock, unit, room, most, cost)
    assert plan.surviving == pytest.approx(least, rel=1e-6, abs=1e-6)  # HiGHS takes 1e-6 for whole
    assert plan.bound <= least + 1e-6
    assert (plan.shots.sum(axis=1) <= stock).all()
    assert (plan.shots.sum(axis=0) <= most).all()
    assert (np.bincount(unit, plan.shots.sum(axis=1), 2) <= room).all()


def test_a_probability_for_all_against_the_closed_form():
    """den Broeder, Ellison and Emerling 1959: rounds one by one to the largest value left. Ten of 0.6 at 10, 8, 5, 3 leave 2.432."""
    plan = exact_assignment([10, 8, 5, 3], np.full((1, 4), 0.6), [10], [0], [10], [10] * 4)
    assert plan.surviving == pytest.approx(2.432, abs=1e-6)
    assert sorted(plan.shots[0]) == [2, 2, 3, 3]
    assert plan.gap == pytest.approx(0.0, abs=1e-5)


def test_no_time_still_gives_a_plan_and_a_bound():
    plan = exact_assignment([10.0, 5.0], np.full((2, 2), 0.5), [1, 1], [0, 1], [1, 1], [2, 2], limit_s=0.0)
    assert plan.surviving == 15.0
    assert plan.bound == 0.0
    assert not plan.shots.any()


@pytest.mark.parametrize("seed", range(4))
def test_rules_of_the_engine_are_no_better_than_the_bound_and_close_to_it(seed):
    """12 x 12 of the wide class: the bound is a bound, search comes within 3 % of it, greedy does not always."""
    rng = np.random.default_rng(seed)
    value, pk, one = rng.uniform(1, 100, 12), rng.uniform(0.1, 0.9, (12, 12)), np.ones(12, np.int64)
    most = np.full(12, 12)
    plan = exact_assignment(value, pk, one, np.arange(12), one, most, limit_s=30.0)
    left = {}
    for rule in ("greedy", "search", "auction"):
        fires = prepare(value, pk, one, np.arange(12), one, most, np.zeros(12))
        if rule == "auction":
            auction(fires)
        else:
            greedy(fires)
        if rule == "search":
            search(fires, 100_000)
        left[rule] = fires.left[:-1].sum()
    assert plan.bound * (1 - 1e-6) <= min(left.values())
    assert left["search"] <= 1.03 * plan.bound
    assert left["search"] <= left["greedy"]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_keeps_the_limits_and_saves_no_more_than_the_exact_plan(rule):
    for seed in range(10):
        value, pk, stock, unit, room, most, cost = problem(seed)
        shots = rule_assignment(rule, value, pk, stock, unit, room, most, cost)
        least = enumerated(value, pk, stock, unit, room, most, cost)
        assert surviving_value(value, pk, shots, cost) >= least - 1e-9
        assert (shots.sum(axis=1) <= stock).all()
        assert (shots.sum(axis=0) <= most).all()
        assert (np.bincount(unit, shots.sum(axis=1), 2) <= room).all()


def test_a_rule_that_is_none_is_refused():
    with pytest.raises(BadInput, match="greedy, auction, search"):
        rule_assignment("milp", [1.0], [[0.5]], [1], [0], [1], [1])
