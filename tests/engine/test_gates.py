"""Plots in gates and the clusters they make, against all pairs tried one by one and scipy's assignment."""

import math

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from skyreach.analysis.tracking import PlotTracker
from skyreach.engine import gates as kernels
from skyreach.engine.filter import match_cost
from skyreach.world.codes import FIRM

PLACE, SIGMA, PERIOD = (math.radians(40.0), math.radians(33.0), 900.0), (50.0, 3e-3, 4e-3), 5.0


def crowd(n, seed):
    """A tracker with n firm tracks of a dense formation, and the plots of the next scan: some missed, some false."""
    rng, tracker = np.random.default_rng(seed), PlotTracker(PLACE, SIGMA, PERIOD, 4e-5, capacity=4 * n + 50)
    start = np.stack((rng.uniform(30e3, 36e3, n), rng.uniform(30e3, 36e3, n), rng.uniform(7e3, 9e3, n)), axis=1)

    def polar(t):
        enu = start + t * np.array([200.0, 50.0, 0.0])
        ground = np.hypot(enu[:, 0], enu[:, 1])
        return np.stack((np.hypot(ground, enu[:, 2]), np.arctan2(enu[:, 0], enu[:, 1]), np.arctan2(enu[:, 2], ground)), axis=1)

    for k in range(5):
        tracker.scan(k * PERIOD, polar(k * PERIOD) + rng.normal(size=(n, 3)) * SIGMA)
    seen = (polar(5 * PERIOD) + rng.normal(size=(n, 3)) * SIGMA)[rng.random(n) < 0.8]
    false = polar(5 * PERIOD)[: n // 4] + rng.normal(size=(n // 4, 3)) * np.array([300.0, 0.01, 0.01])
    return tracker, np.concatenate((seen, false))


def open_gates(tracker, plots, t):
    n, size = tracker.clock[0]["n_tracks"], len(plots)
    order, taken, lists = np.empty(size, np.int64), np.full(size, -1), kernels.new_gates(n)
    kernels.by_range(plots, 0, order)
    scratch = np.empty((3, 3)), np.empty((3, 3)), np.empty(3)
    found = kernels.gates(
        tracker.params[0], tracker.tracks, n, tracker.banks, tracker.fixes, plots, 0, order, tracker.radars[0], t, FIRM, taken,
        lists, *scratch,
    )  # fmt: skip
    return order, taken, lists, found


def all_costs(tracker, plots, t):
    """Cost of every pair of a firm track and a plot, inf outside the gate; the tracks are predicted already."""
    rows = np.flatnonzero(tracker.tracks["state"] == FIRM)
    scratch = np.empty((3, 3)), np.empty((3, 3)), np.empty(3)
    cost = np.full((len(rows), len(plots)), math.inf)
    for a, i in enumerate(rows):
        if tracker.tracks[i]["t"] == t:
            for k, plot in enumerate(plots):
                cost[a, k] = match_cost(tracker.tracks[i], tracker.radars[0], plot, tracker.params[0]["gate"], *scratch)
    return rows, cost


@pytest.mark.parametrize("seed", range(4))
def test_gates_hold_every_plot_that_a_trial_of_all_pairs_finds(seed):
    tracker, polar = crowd(40, seed)
    plots, t = tracker.plots_of(polar), 5 * PERIOD
    order, _, (rows, n_near, near, cost), found = open_gates(tracker, plots, t)
    assert (np.diff(plots["r_slant"][order]) >= 0).all()
    all_rows, every = all_costs(tracker, plots, t)
    assert sorted(rows[:found]) == sorted(all_rows[np.isfinite(every).any(axis=1)])
    shared = 0
    for c in range(found):
        pairs = every[np.flatnonzero(all_rows == rows[c])[0]]
        best = np.argsort(pairs)[: min(np.isfinite(pairs).sum(), kernels.NEAR)]  # a full list keeps the cheapest
        assert sorted(near[c, : n_near[c]]) == sorted(best)
        assert cost[c, : n_near[c]] == pytest.approx(pairs[near[c, : n_near[c]]], rel=1e-12)
        shared += len(best) > 1
    assert shared > 5  # the crowd is dense enough to mean something


@pytest.mark.parametrize("seed", range(4))
def test_clusters_together_are_the_whole_assignment(seed):
    """Cluster by cluster costs what scipy's assignment of all tracks to all plots costs, with as many pairs."""
    tracker, polar = crowd(40, seed)
    plots = tracker.plots_of(polar)
    _, taken, lists, found = open_gates(tracker, plots, 5 * PERIOD)
    rows, n_near, near, cost = lists
    dense = np.full((len(plots), found), kernels.LEFT_OUT)
    for c in range(found):
        dense[near[c, : n_near[c]], c] = cost[c, : n_near[c]]
    kernels.nearest(lists, found, taken)
    place = {int(row): c for c, row in enumerate(rows[:found])}
    pairs = [(k, place[int(i)]) for k, i in enumerate(taken) if i >= 0]
    assert len({c for _, c in pairs}) == len(pairs)
    ours = sum(dense[k, c] for k, c in pairs) + (min(dense.shape) - len(pairs)) * kernels.LEFT_OUT
    best = dense[linear_sum_assignment(dense)].sum()
    assert ours == pytest.approx(best, rel=1e-9)


def test_a_free_plot_is_one_that_nobody_has():
    tracker, polar = crowd(10, 1)
    plots = tracker.plots_of(polar)
    order, taken, lists = np.empty(len(plots), np.int64), np.zeros(len(plots), np.int64), kernels.new_gates(60)
    kernels.by_range(plots, 0, order)
    found = kernels.gates(
        tracker.params[0], tracker.tracks, tracker.clock[0]["n_tracks"], tracker.banks, tracker.fixes, plots, 0, order,
        tracker.radars[0], 5 * PERIOD, FIRM, taken, lists, np.empty((3, 3)), np.empty((3, 3)), np.empty(3),
    )  # fmt: skip
    assert found == 0
