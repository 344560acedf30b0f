"""Assignment of one round to each target by auction: targets bid for rounds, prices rise until nobody wants to change.

Bertsekas, A distributed algorithm for the assignment problem (1979), with scaling of the step, and the reverse auction of
Bertsekas and Castañón, A forward/reverse auction algorithm for asymmetric assignment problems, Computational Optimization and
Applications 1 (1992) 277, by which rounds that nobody holds lose their price. Ends within FINEST of the largest gain of the best.
Where a target may get more rounds, what is left of it bids again for what is left of the rounds; that is no optimum.
Validated: tests/engine/test_auction.py against scipy.optimize.linear_sum_assignment and HiGHS.
"""

import math
from typing import NamedTuple

import numpy as np

from skyreach.engine.assignment import move
from skyreach.jit import kernel, lean

FINEST = 1e-4  # distance from the optimum at the end, as a share of the largest gain
SCALE = 0.2  # from one step to the next
WAITS, OUT = np.int64(-1), np.int64(-2)  # a bidder without a round: still to bid, or at these prices content without


class Market(NamedTuple):
    """Axes: b bidder (targets, then for each unit as many bidders of its own as it has rounds that it cannot guide), w row, l lot
    (a round in reserve)."""

    gain: np.ndarray  # (b, w) what a round of the row is worth to the bidder; -inf: nothing to it at all
    row: np.ndarray  # (l,)
    price: np.ndarray  # (l,)
    holder: np.ndarray  # (l,) bidder, -1 none
    lot: np.ndarray  # (b,) lot, WAITS or OUT


@kernel
def auction(f):
    """Send rounds in reserve to targets; writes Fires (assignment.prepare)."""
    while sell(f) > 0:
        pass


@kernel
def sell(f):
    """One auction of all rounds in reserve, one to a target at the most; returns the rounds sold."""
    reserve, n_rows = f.value.size - 1, f.miss.shape[1]
    lots, spare = np.empty(f.row.size, np.int64), f.load - f.room  # rounds that a unit can guide no more, once all lots are in
    n = 0
    for s in range(f.row.size):  # s round, j target, w row, u unit
        u = f.unit[f.row[s]]
        if f.target[s] == reserve and f.load[u] < f.room[u]:
            lots[n] = s
            spare[u] += 1
            n += 1
    own = np.empty(n, np.int64)  # unit of each bidder that is no target
    n_own = 0
    for u in range(spare.size):
        for _ in range(max(spare[u], 0)):
            own[n_own] = u
            n_own += 1
    gain, most = np.full((reserve + n_own, n_rows), -math.inf), 0.0
    for j in range(reserve):
        for w in range(n_rows if f.aimed[j] < f.most[j] else 0):
            gain[j, w] = f.left[j] * (1.0 - f.miss[j, w]) - f.cost[w]
            most = max(most, gain[j, w])
    for b in range(n_own):
        for w in range(n_rows):
            if f.unit[w] == own[b]:
                gain[reserve + b, w] = 2.0 * most  # no target can outbid it
    m = Market(gain, f.row[lots[:n]], np.zeros(n), np.empty(n, np.int64), np.empty(reserve + n_own, np.int64))
    if most > 0.0:
        trade(m, most)
    sold = 0
    for b in range(reserve if most > 0.0 else 0):
        if m.lot[b] >= 0:
            move(f, lots[m.lot[b]], b)
            sold += 1
    return sold


@lean
def trade(m, most):
    """Auctions with ever smaller steps, each from the prices of the one before."""
    step, last = SCALE * most, FINEST * most / m.lot.size
    while True:
        for b in range(m.lot.size):  # b bidder, i lot
            m.lot[b] = WAITS
        for i in range(m.price.size):
            m.holder[i] = -1
        while bid(m, step):
            pass
        while reduce_prices(m, step):
            pass
        if step <= last:
            return
        step = max(SCALE * step, last)


@lean
def bid(m, step):
    """Let every bidder that waits bid for the lot that suits it best what the next best leaves room for; False if none did."""
    any_bid = False
    for b in range(m.lot.size):  # b bidder, i lot
        if m.lot[b] != WAITS:
            continue
        best, first, second = -1, 0.0, 0.0  # without a lot it gains nothing
        for i in range(m.price.size):
            gain = m.gain[b, m.row[i]] - m.price[i]
            if gain > first:
                best, first, second = i, gain, first
            elif gain > second:
                second = gain
        if best < 0:
            m.lot[b] = OUT
            continue
        m.price[best] += first - second + step
        if m.holder[best] >= 0:
            m.lot[m.holder[best]] = WAITS
        m.holder[best], m.lot[b], any_bid = b, best, True
    return any_bid


@lean
def reduce_prices(m, step):
    """Offer every lot that has a price and no holder to the bidder whom it suits best; False if there was none."""
    any_lot = False
    for i in range(m.price.size):  # i lot, b bidder
        if m.holder[i] >= 0 or m.price[i] == 0.0:
            continue
        best, first, second = -1, -math.inf, -math.inf
        for b in range(m.lot.size):
            pays = m.gain[b, m.row[i]]
            if m.lot[b] >= 0:
                pays -= m.gain[b, m.row[m.lot[b]]] - m.price[m.lot[b]]
            if pays > first:
                best, first, second = b, pays, first
            elif pays > second:
                second = pays
        if first <= step:
            m.price[i] = 0.0
            continue
        m.price[i] = max(first - min(first, first - second + step), 0.0)
        if m.lot[best] >= 0:
            m.holder[m.lot[best]] = -1
        m.holder[i], m.lot[best], any_lot = best, i, True
    return any_lot
