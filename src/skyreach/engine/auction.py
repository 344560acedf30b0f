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
    (a round in reserve; those of a row stand together, and to a bidder only their prices differ)."""

    gain: np.ndarray  # (b, w) what a round of the row is worth to the bidder; -inf: nothing to it at all
    by_row: np.ndarray  # (w, b) the same
    row: np.ndarray  # (l,)
    price: np.ndarray  # (l,)
    holder: np.ndarray  # (l,) bidder, -1 none
    lot: np.ndarray  # (b,) lot, WAITS or OUT
    surplus: np.ndarray  # (b,) gain from the lot less its price, 0 without one
    begin: np.ndarray  # (w + 1,) first lot of each row, and the end of the last
    cheap: np.ndarray  # (w,) cheapest lot, -1: the row has none
    next: np.ndarray  # (w,) price of the next cheapest lot, inf: there is none


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
    row, begin = f.row[lots[:n]], np.zeros(n_rows + 1, np.int64)
    for i in range(n):  # i lot
        begin[row[i] + 1 :] += 1
    m = Market(
        gain, gain.T.copy(), row, np.zeros(n), np.empty(n, np.int64), np.empty(reserve + n_own, np.int64),
        np.empty(reserve + n_own), begin, np.empty(n_rows, np.int64), np.empty(n_rows),
    )  # fmt: skip
    for w in range(n_rows):
        tag(m, w)
    if most > 0.0:
        trade(m, most)
    sold = 0
    for b in range(reserve if most > 0.0 else 0):
        if m.lot[b] >= 0:
            move(f, lots[m.lot[b]], b)
            sold += 1
    return sold


@lean
def tag(m, w):
    """Write the cheapest lot of row w and the price of the next one."""
    m.cheap[w], m.next[w], least = -1, math.inf, math.inf
    for i in range(m.begin[w], m.begin[w + 1]):  # i lot
        if m.price[i] < least:
            m.cheap[w], m.next[w], least = i, least, m.price[i]
        else:
            m.next[w] = min(m.next[w], m.price[i])


@lean
def trade(m, most):
    """Auctions with ever smaller steps, each from the prices of the one before."""
    step, last = SCALE * most, FINEST * most / m.lot.size
    while True:
        for b in range(m.lot.size):  # b bidder, i lot
            m.lot[b], m.surplus[b] = WAITS, 0.0
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
    for b in range(m.lot.size):  # b bidder, w row
        if m.lot[b] != WAITS:
            continue
        best, first, second = -1, 0.0, 0.0  # without a lot it gains nothing
        for w in range(m.cheap.size):
            if m.gain[b, w] <= second or m.cheap[w] < 0:
                continue
            gain = m.gain[b, w] - m.price[m.cheap[w]]
            if gain > first:
                best, first, second = m.cheap[w], gain, max(first, m.gain[b, w] - m.next[w])
            elif gain > second:
                second = gain
        if best < 0:
            m.lot[b] = OUT
            continue
        m.price[best] += first - second + step
        tag(m, m.row[best])
        if m.holder[best] >= 0:
            m.lot[m.holder[best]], m.surplus[m.holder[best]] = WAITS, 0.0
        m.surplus[b] = m.gain[b, m.row[best]] - m.price[best]
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
        gain = m.by_row[m.row[i]]
        for b in range(m.lot.size):
            pays = gain[b] - m.surplus[b]
            if pays > first:
                best, first, second = b, pays, first
            elif pays > second:
                second = pays
        m.price[i] = 0.0 if first <= step else max(first - min(first, first - second + step), 0.0)
        tag(m, m.row[i])
        if first <= step:
            continue
        if m.lot[best] >= 0:
            m.holder[m.lot[best]] = -1
        m.surplus[best] = gain[best] - m.price[i]
        m.holder[i], m.lot[best], any_lot = best, i, True
    return any_lot
