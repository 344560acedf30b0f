"""Auction of rounds to targets against scipy's linear assignment and, with units that guide less than they hold, HiGHS."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

from skyreach.engine.assignment import prepare
from skyreach.engine.auction import FINEST, auction


def sold(value, pk, stock, unit, room, most, cost):
    """Rounds of each row at each target after the auction."""
    fires = prepare(value, pk, stock, unit, room, most, cost)
    auction(fires)
    shots = np.zeros((len(stock), len(value) + 1), np.int64)
    np.add.at(shots, (fires.row, fires.target), 1)
    assert np.array_equal(fires.aimed[:-1], shots[:, :-1].sum(axis=0))
    return shots[:, :-1]


def flow(gain, stock, unit, room, most):
    """Largest total gain of one round a target at the most, within stocks and rooms: exact, by HiGHS."""
    rows, n = gain.shape
    by_target = np.tile(np.eye(n), rows)
    by_row = np.kron(np.eye(rows), np.ones(n))
    by_unit = np.kron((np.arange(len(room))[:, None] == unit).astype(float), np.ones(n))
    limits = [LinearConstraint(by_target, -np.inf, most), LinearConstraint(by_row, -np.inf, stock), LinearConstraint(by_unit, -np.inf, room)]
    return -milp(-gain.ravel(), integrality=np.ones(rows * n), bounds=Bounds(0, 1), constraints=limits).fun


@pytest.mark.parametrize(("rounds", "targets"), [(12, 12), (20, 8), (8, 20), (1, 5), (5, 1)])
def test_one_round_a_target_against_linear_assignment(rounds, targets):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        value, pk, one = rng.uniform(1, 100, targets), rng.uniform(0.1, 0.9, (rounds, targets)), np.ones(rounds, np.int64)
        shots = sold(value, pk, one, np.arange(rounds), one, np.ones(targets, np.int64), np.zeros(rounds))
        i, j = linear_sum_assignment(value * pk, maximize=True)
        exact = (value * pk)[i, j].sum()
        assert exact * (1 - 1e-12) - FINEST * value.max() <= (value * pk * shots).sum() <= exact * (1 + 1e-12)
        assert (shots.sum(axis=0) <= 1).all()
        assert (shots.sum(axis=1) <= 1).all()


@st.composite
def problems(draw):
    """Units with several rows, fewer channels than rounds, ties, targets that nothing can hit and others that get no round."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    rows, targets, units = draw(st.integers(1, 6)), draw(st.integers(1, 8)), draw(st.integers(1, 3))
    pk = np.round(rng.uniform(0.0, 1.0, (rows, targets)), draw(st.sampled_from([1, 3])))
    pk[rng.uniform(size=pk.shape) < 0.2] = 0.0
    return (
        rng.uniform(1, 100, targets), pk, rng.integers(0, 5, rows), rng.integers(0, units, rows), rng.integers(0, 6, units),
        rng.integers(0, 2, targets), draw(st.sampled_from([0.0, 10.0])) * rng.uniform(0, 1, rows),
    )  # fmt: skip


@given(problems())
@settings(max_examples=200, deadline=None)
def test_units_that_guide_less_than_they_hold_against_highs(problem):
    value, pk, stock, unit, room, most, cost = problem
    shots = sold(*problem)
    assert (shots.sum(axis=1) <= stock).all()
    assert (shots.sum(axis=0) <= most).all()
    assert (np.bincount(unit, shots.sum(axis=1), len(room)) <= room).all()
    gain = value * pk - cost[:, None]
    assert (gain[shots > 0] > 0).all()
    exact = flow(gain, stock, unit, room, most)
    assert exact - (FINEST * value.max() + 1e-6) <= (gain * shots).sum() <= exact + 1e-6  # HiGHS' own tolerance


def test_what_is_left_of_a_target_bids_again():
    """One target, three equal rounds: all go there while each is worth its cost (100, 50, 25 saved times one half)."""
    one = np.array([3])
    for cost, rounds in ((0.0, 3), (13.0, 2), (26.0, 1), (51.0, 0)):
        shots = sold(np.array([100.0]), np.array([[0.5]]), one, np.array([0]), one, one, np.array([cost]))
        assert shots.sum() == rounds, cost


def test_small_threats_get_what_large_ones_leave():
    """A gain of a millionth of the largest lies below the last step of the first auction, not of the one that follows."""
    value, pk = np.array([10.0, 1e-6, 20.0]), np.full((4, 3), 0.8)
    shots = sold(value, pk, np.ones(4, np.int64), np.arange(4), np.ones(4, np.int64), np.ones(3, np.int64), np.zeros(4))
    assert shots.sum(axis=0).tolist() == [1, 1, 1]
