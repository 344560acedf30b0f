"""The assignment of plots to tracks against scipy's, which solves the same problem another way."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linear_sum_assignment

from skyreach.engine.associate import assign

NEVER = 1e9  # cost of a forbidden pair for scipy, which knows no infinity


def solve(cost, left_out):
    taken = np.full(len(cost), -7, np.int64)
    assign(cost, left_out, taken)
    return taken


def total(cost, left_out, taken):
    return sum(left_out if j < 0 else cost[i, j] for i, j in enumerate(taken))


def best_total(cost, left_out):
    """Least cost by scipy: each row gets a private column of cost left_out, forbidden pairs cost NEVER."""
    n = len(cost)
    real = np.where(np.isfinite(cost) & (cost <= left_out), cost, NEVER)
    spare = np.where(np.eye(n, dtype=bool), left_out, NEVER)
    wide = np.hstack([real, spare])
    return wide[linear_sum_assignment(wide)].sum()


def valid(cost, left_out, taken):
    used = taken[taken >= 0]
    assert len(set(used.tolist())) == len(used)
    assert ((taken >= -1) & (taken < cost.shape[1])).all()
    assert all(cost[i, j] <= left_out for i, j in enumerate(taken) if j >= 0)


costs = st.one_of(
    st.floats(-20.0, 60.0, allow_nan=False, width=32), st.just(math.inf), st.integers(0, 5).map(float)
)  # whole numbers: many ties


@given(
    hnp.arrays(np.float64, st.tuples(st.integers(1, 7), st.integers(0, 7)), elements=costs),
    st.sampled_from([10.0, 31.5, 1000.0]),
)
@settings(max_examples=400)
def test_total_cost_is_the_least(cost, left_out):
    before = cost.copy()
    taken = solve(cost, left_out)
    valid(cost, left_out, taken)
    assert total(cost, left_out, taken) == pytest.approx(best_total(cost, left_out), rel=1e-9, abs=1e-9)
    assert np.array_equal(cost, before)


@pytest.mark.parametrize("shape", [(60, 60), (80, 25), (25, 80)])
def test_large_problems(shape):
    rng = np.random.default_rng(5)
    cost = rng.exponential(20.0, shape)
    cost[rng.random(shape) < 0.5] = math.inf
    taken = solve(cost, 50.0)
    valid(cost, 50.0, taken)
    assert total(cost, 50.0, taken) == pytest.approx(best_total(cost, 50.0), rel=1e-12)


def test_what_is_left_out():
    assert solve(np.array([[math.inf, math.inf]]), 10.0).tolist() == [-1]
    assert solve(np.empty((3, 0)), 10.0).tolist() == [-1, -1, -1]
    assert solve(np.array([[11.0], [9.0]]), 10.0).tolist() == [-1, 0]
    assert solve(np.full((2, 2), math.inf), 10.0).tolist() == [-1, -1]
    assert solve(np.full((2, 2), math.nan), 10.0).tolist() == [-1, -1]
    assert solve(np.array([[math.nan]]), 10.0).tolist() == [-1]


def test_the_global_best_is_not_the_greedy_one():
    """Both plots lie nearest to track 0; greedy would pay 1 + 100, the best pays 2 + 3."""
    assert solve(np.array([[1.0, 3.0], [2.0, 100.0]]), 1000.0).tolist() == [1, 0]


def test_as_many_as_possible_are_matched_when_leaving_out_is_dear():
    cost = np.array([[1.0, 16.0], [1.0, math.inf]])
    assert solve(cost, 1000.0).tolist() == [1, 0]


def test_compiled_and_plain_agree():
    plain = getattr(assign, "py_func", assign)
    rng = np.random.default_rng(1)
    for _ in range(30):
        cost = rng.exponential(5.0, (rng.integers(1, 6), rng.integers(0, 6)))
        one, two = np.empty(len(cost), np.int64), np.empty(len(cost), np.int64)
        assign(cost, 12.0, one)
        plain(cost, 12.0, two)
        assert one.tolist() == two.tolist()
