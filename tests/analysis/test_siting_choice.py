"""Choosing k of n: every choice tried, the guarantee of greedy, and a case that greedy gets wrong."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.analysis.siting_choice import choose, cover_of, greedy


def best_of_all(covers, weights, k):
    """The greatest weight that any k rows cover."""
    return max(cover_of(covers, weights, rows) for rows in itertools.combinations(range(len(covers)), min(k, len(covers))))


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 60), st.integers(1, 4), st.floats(0.05, 0.6))
def test_the_choice_is_the_best_there_is(seed, n, m, k, share):
    rng = np.random.default_rng(seed)
    covers = rng.random((n, m)) < share
    weights = rng.random(m)
    weights /= weights.sum()
    best = best_of_all(covers, weights, k)
    found = choose(covers, weights, k, 20.0, 0.0)
    assert found.covered == pytest.approx(best, abs=1e-9)
    assert found.covered == pytest.approx(cover_of(covers, weights, found.chosen), abs=1e-12)
    assert found.bound >= best - 1e-9
    assert len(found.chosen) <= k
    assert len(set(found.chosen)) == len(found.chosen)
    assert found.greedy_covered >= (1.0 - 1.0 / math.e) * best - 1e-12
    assert found.greedy_covered <= found.covered + 1e-12


def test_greedy_takes_the_greatest_first_and_may_be_wrong():
    """Rows of 6 + 6 against one of 7 that overlaps both: greedy takes the 7 and ends with 10, the best two hold 12."""
    covers = np.zeros((3, 12), bool)
    covers[0, :6] = covers[1, 6:] = covers[2, 2:9] = True
    weights = np.full(12, 1.0 / 12.0)
    assert greedy(covers, weights, 2) == (2, 0) or greedy(covers, weights, 2) == (2, 1)
    found = choose(covers, weights, 2, 20.0, 0.0)
    assert found.method == "milp"
    assert set(found.chosen) == {0, 1}
    assert found.covered == pytest.approx(1.0, abs=1e-12)
    assert found.greedy_covered == pytest.approx(10.0 / 12.0, abs=1e-12)


def test_what_adds_nothing_is_not_chosen():
    covers = np.array([[True, True, False], [True, False, False], [False, True, False]])
    assert greedy(covers, np.array([0.5, 0.3, 0.2]), 3) == (0,)
    assert choose(covers, np.array([0.5, 0.3, 0.2]), 2, 1.0, 0.0).chosen == (0,)


def test_nothing_to_see():
    found = choose(np.zeros((4, 5), bool), np.full(5, 0.2), 2, 1.0, 0.0)
    assert (found.covered, found.bound, found.gap, len(found.chosen)) == (0.0, 0.0, 0.0, 1)


def test_more_sites_never_see_less():
    rng = np.random.default_rng(11)
    covers, weights = rng.random((30, 400)) < 0.1, np.full(400, 1.0 / 400.0)
    seen = [choose(covers, weights, k, 20.0, 0.0).covered for k in range(1, 6)]
    assert all(b >= a for a, b in itertools.pairwise(seen))


def test_a_limit_of_time_still_gives_a_choice_and_an_honest_gap():
    """A hard random case with almost no time: greedy or better, and the bound is one."""
    rng = np.random.default_rng(2)
    covers, weights = rng.random((120, 3000)) < 0.05, np.full(3000, 1.0 / 3000.0)
    found = choose(covers, weights, 8, 0.1, 0.0)
    assert found.covered >= found.greedy_covered
    assert found.bound >= found.covered
    assert found.gap == pytest.approx(found.bound / found.covered - 1.0, abs=1e-12)
