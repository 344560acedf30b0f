"""Joint probabilities of tracks and plots against the enumeration of all joint events."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyreach.physics.association import MOST_SHARED, marginals

MISS = 0.1


def solve(weight):
    """Marginals (tracks, plots + none) by the kernel, for dense weights; 0: not in the gate."""
    n, m = weight.shape
    near = np.zeros((n, m), np.int64)
    packed, n_near = np.zeros((n, m)), np.zeros(n, np.int64)
    for c in range(n):
        inside = np.flatnonzero(weight[c])
        n_near[c] = len(inside)
        near[c, : len(inside)], packed[c, : len(inside)] = inside, weight[c, inside]
    shared = (weight > 0).sum(axis=0) > 1
    bit = np.where(shared, np.cumsum(shared) - 1, -1)
    beta = np.full((n, m + 1), np.nan)
    marginals(packed, near, n_near, bit, int(shared.sum()), MISS, beta)
    out = np.zeros((n, m + 1))
    for c in range(n):
        out[c, near[c, : n_near[c]]] = beta[c, : n_near[c]]
        out[c, m] = beta[c, m]
    return out


def enumerate_events(weight):
    """The definition: the sum over all joint events in which no plot is taken twice."""
    n, m = weight.shape
    out = np.zeros((n, m + 1))
    for event in itertools.product(range(m + 1), repeat=n):
        real = [j for j in event if j < m]
        if len(set(real)) < len(real):
            continue
        value = np.prod([MISS if j == m else weight[c, j] for c, j in enumerate(event)])
        for c, j in enumerate(event):
            out[c, j] += value
    return out / out[0].sum()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 10**6))
def test_marginals_are_those_of_all_joint_events(n, m, seed):
    rng = np.random.default_rng(seed)
    weight = rng.gamma(0.5, 10.0, (n, m)) * (rng.random((n, m)) < 0.7)
    assert solve(weight) == pytest.approx(enumerate_events(weight), rel=1e-10, abs=1e-12)


def test_two_tracks_and_one_plot():
    """Closed form: w1 m, w2 m and m^2 share one."""
    got = solve(np.array([[4.0], [1.0]]))
    total = 4.0 * MISS + 1.0 * MISS + MISS**2
    assert got[:, 0] == pytest.approx(np.array([4.0, 1.0]) * MISS / total, rel=1e-12)


def test_a_crowd_beyond_the_bound_is_approximated():
    """Fitzgerald's formula is exact for two tracks and one plot but for miss^2; in a crowd its rows still are probabilities."""
    n = MOST_SHARED + 2
    weight = np.full((n, n), 1.0) + 50.0 * np.eye(n)
    got = solve(weight)
    assert (got >= 0.0).all()
    assert got.sum(axis=1) == pytest.approx(np.ones(n), rel=1e-9)
    assert (got.argmax(axis=1) == np.arange(n)).all()
