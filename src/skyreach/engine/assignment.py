"""Static weapon-target assignment: which round at which target, so that the least value survives.

Minimised is sum_j value_j * prod_i miss_ij ** x_ij + sum_ij cost_i * x_ij over whole numbers x_ij >= 0 of rounds of row i (a fire
unit with one missile type) at target j. Row i holds stock_i rounds, unit u guides room_u rounds at once, target j gets most_j
rounds at most. The problem is NP-hard (Lloyd and Witsenhausen 1986); two rules stand here:

greedy   maximum marginal return: the round that saves most value goes first. den Broeder, Ellison and Emerling, On optimum
         target assignments, Operations Research 7 (1959) 322; optimal where each target is hit as well by every row.
search   from there a cyclic multi-exchange: rounds in a ring or a chain take each other's targets. Ahuja, Kumar, Jha and Orlin,
         Exact and heuristic algorithms for the weapon-target assignment problem, Operations Research 55 (2007) 1136.

Both are deterministic: ties go to the lower row, then to the lower target. Validated: tests/engine/test_assignment.py.
"""

import math
from typing import NamedTuple

import numpy as np

from skyreach.jit import kernel, lean

CHAIN = 6  # rounds in one exchange at most: shorter ones end in worse optima, longer ones cost more than they bring
SMALL = 1e-9  # a change of the value by less, as a share of all value, is none
SURE = 1e-12  # least chance to miss in the arithmetic, so that a round can be taken back from the product


class Fires(NamedTuple):
    """What `greedy` and `search` work on. Axes: w row, j target (the last is the reserve: value 0, every round misses it),
    s round, u unit."""

    value: np.ndarray  # (j,) [any unit]
    miss: np.ndarray  # (j, w) chance that a round leaves the target alive [1]
    cost: np.ndarray  # (w,) of a round fired [unit of value]
    unit: np.ndarray  # (w,) unit of each row
    room: np.ndarray  # (u,) rounds that a unit can guide
    most: np.ndarray  # (j,) rounds at one target
    row: np.ndarray  # (s,) row of each round, ascending
    target: np.ndarray  # (s,) written: target of each round
    left: np.ndarray  # (j,) written: value that survives
    aimed: np.ndarray  # (j,) written: rounds at each target
    load: np.ndarray  # (u,) written: rounds of each unit that are not in reserve


class Chains(NamedTuple):
    """Scratch of `search`. Axes: s round, r rounds in the chain before it."""

    change: np.ndarray  # (s, s) change of the value when round i takes the place of round k, in [k, i]
    alone: np.ndarray  # (s,) change of the value when a round leaves its target
    extra: np.ndarray  # (s,) change of the value when a round goes to the best target beside its own, in `beside`
    beside: np.ndarray  # (s,)
    cheap: np.ndarray  # (r, s) least change of a chain that ends with a round that has lost its place
    before: np.ndarray  # (r, s) round before it in that chain
    first: np.ndarray  # (r, s) round that the chain begins with
    stale: np.ndarray  # (j,) the target has changed since its rounds were priced
    loss: np.ndarray  # (s,) what a round costs at its second best target, which is in `second`
    second: np.ndarray  # (s,)
    kept_target: np.ndarray  # (s,)
    kept_left: np.ndarray  # (j,)


@kernel
def prepare(value, pk, stock, unit, room, most, cost):
    """Lay out Fires for value (targets,), pk (rows, targets) [1], stock (rows,), unit (rows,), room (units,), most (targets,),
    cost (rows,); all rounds in reserve. A row has no more rounds than its unit can guide."""
    n_rows, n = pk.shape
    values, miss, limit = np.zeros(n + 1), np.ones((n + 1, n_rows)), np.empty(n + 1, np.int64)
    values[:n], limit[:n], limit[n] = value, most, np.iinfo(np.int64).max
    rounds = 0
    for w in range(n_rows):  # w row, j target
        rounds += min(stock[w], room[unit[w]])
        for j in range(n):
            miss[j, w] = max(1.0 - pk[w, j], SURE)
    row, s = np.empty(rounds, np.int64), 0
    for w in range(n_rows):
        for _ in range(min(stock[w], room[unit[w]])):
            row[s] = w
            s += 1
    target, aimed = np.full(rounds, n), np.zeros(n + 1, np.int64)
    return Fires(values, miss, cost, unit, room, limit, row, target, values.copy(), aimed, np.zeros(room.size, np.int64))


@lean
def move(f, s, j):
    """Send round s to target j; writes target, aimed, load and the value left."""
    w, old, reserve = f.row[s], f.target[s], f.value.size - 1
    f.left[old] /= f.miss[old, w]
    f.left[j] *= f.miss[j, w]
    f.aimed[old] -= 1
    f.aimed[j] += 1
    f.load[f.unit[w]] += (old == reserve) - (j == reserve)
    f.target[s] = j


@lean
def dearest(f, w):
    """Target at which one more round of row w saves most value after its cost, and how much; the reserve and 0 if none does."""
    reserve = f.value.size - 1
    best, most = reserve, 0.0
    for j in range(reserve):  # j target
        saved = f.left[j] * (1.0 - f.miss[j, w]) - f.cost[w]
        if saved > most and f.aimed[j] < f.most[j]:
            best, most = j, saved
    return best, most


@kernel
def greedy(f):
    """Maximum marginal return: round after round where it saves most, until none saves more than it costs; writes Fires."""
    n_rows, reserve = f.miss.shape[1], f.value.size - 1
    best, saved, spare = np.empty(n_rows, np.int64), np.empty(n_rows), np.zeros(n_rows, np.int64)
    free = np.zeros(n_rows, np.int64)  # first round of the row that may be in reserve
    for s in range(f.row.size - 1, -1, -1):  # s round, w row
        free[f.row[s]] = s
        spare[f.row[s]] += 1
    for w in range(n_rows):
        best[w], saved[w] = dearest(f, w)
    while True:
        pick = -1
        for w in range(n_rows):
            if spare[w] > 0 and f.load[f.unit[w]] < f.room[f.unit[w]] and saved[w] > (0.0 if pick < 0 else saved[pick]):
                pick = w
        if pick < 0:
            return
        j = best[pick]
        move(f, free[pick], j)
        free[pick] += 1
        spare[pick] -= 1
        for w in range(n_rows):
            if best[w] == j and j < reserve:
                best[w], saved[w] = dearest(f, w)


@lean
def shift(f, c, s, j):
    """Send round s to target j and note that what was said of its old and its new target is out of date."""
    c.stale[f.target[s]] = c.stale[j] = True
    move(f, s, j)


@lean
def price(f, c, k):
    """Write what round k costs or saves when it leaves its target, alone or with another round in its place."""
    old, j, reserve = f.row[k], f.target[k], f.value.size - 1
    free = f.load[f.unit[old]] < f.room[f.unit[old]]
    if j == reserve:
        c.alone[k] = 0.0 if free else math.inf
        for i in range(f.row.size):  # i round that comes
            c.change[k, i] = 0.0 if free or f.unit[f.row[i]] == f.unit[old] else math.inf
        return
    without = f.left[j] / f.miss[j, old]
    gone = f.left[j] + f.cost[old]
    c.alone[k] = without - gone
    for i in range(f.row.size):
        w = f.row[i]
        c.change[k, i] = without * f.miss[j, w] - gone + f.cost[w] if f.miss[j, w] < 1.0 else math.inf


@lean
def quote(f, c, pin):
    """Bring up to date what single steps bring, and begin the chains; a pinned round is in none (-1: none pinned)."""
    reserve, n = f.value.size - 1, f.row.size
    for k in range(n):  # k round that leaves, i round that comes, j target
        j = f.target[k]
        twin = k > 0 and j == reserve and f.row[k - 1] == f.row[k] and f.target[k - 1] == reserve  # one stands for all
        c.cheap[0, k] = math.inf if k == pin or twin else 0.0
        c.first[0, k] = k
        if c.stale[j] or j == reserve:
            price(f, c, k)
        c.beside[k], c.extra[k] = reserve, 0.0
    for j in range(reserve):
        c.stale[j] = False
        if f.aimed[j] < f.most[j]:
            for i in range(n):
                d = f.left[j] * (f.miss[j, f.row[i]] - 1.0) + f.cost[f.row[i]]
                if d < c.extra[i] and f.target[i] != j:
                    c.beside[i], c.extra[i] = j, d


@lean
def passed(f, c, r, i, j):
    """True if a round of the chain of r + 1 rounds that ends with round i is at target j."""
    while r > 0 and f.target[i] != j:
        i = c.before[r, i]
        r -= 1
    return f.target[i] == j


@lean
def lengthen(f, c, r):
    """Write the cheapest chains of r + 2 rounds from those of r + 1."""
    n = f.row.size
    for k in range(n):  # k round that loses its place, i round that takes it
        best, last = math.inf, -1
        for i in range(n if c.cheap[0, k] == 0.0 else 0):
            d = c.cheap[r, i] + c.change[k, i]
            if d < best and not passed(f, c, r, i, f.target[k]):
                best, last = d, i
        c.cheap[r + 1, k], c.before[r + 1, k] = best, last
        if last >= 0:
            c.first[r + 1, k] = c.first[r, last]


@lean
def close(f, c, r, least):
    """Best end of a chain of r + 1 rounds: the change, its last round and where that goes. The last round takes the place of the
    first (a ring), or goes where none has left. -1 as round: none brings a change below `least`."""
    reserve, n = f.value.size - 1, f.row.size
    best, last, goal = least, -1, -1
    for i in range(n):  # i last round
        d = c.cheap[r, i]
        if math.isinf(d):
            continue
        s = c.first[r, i]
        if r > 0 and d + c.change[s, i] < best:
            best, last, goal = d + c.change[s, i], i, f.target[s]
        d += c.alone[s]
        if d + c.extra[i] >= best:
            continue
        if not passed(f, c, r, i, c.beside[i]):
            best, last, goal = d + c.extra[i], i, c.beside[i]
            continue
        w = f.row[i]
        for j in range(reserve + 1):
            e = d + f.left[j] * (f.miss[j, w] - 1.0) + (f.cost[w] if j < reserve else 0.0)
            if e < best and f.aimed[j] < f.most[j] and not passed(f, c, r, i, j):
                best, last, goal = e, i, j
    return best, last, goal


@lean
def exchange(f, c, pin, least):
    """Make the best of the shortest exchanges that lower the value; returns the change (0.0: there is none) and the steps."""
    quote(f, c, pin)
    n = f.row.size
    for r in range(min(CHAIN, n)):  # r rounds before the last
        change, last, goal = close(f, c, r, least)
        if last >= 0:
            while True:
                old = f.target[last]
                shift(f, c, last, goal)
                if r == 0:
                    return change, (r + 1) * n * n
                last, goal = c.before[r, last], old
                r -= 1
        if r + 1 < CHAIN:
            lengthen(f, c, r)
    return 0.0, CHAIN * n * n


@lean
def descend(f, c, pin, least, effort):
    """Exchange until nothing is better or the effort is spent; returns the change of the value and the effort left."""
    total, change = 0.0, -1.0
    while change < 0.0 and effort > 0:
        change, steps = exchange(f, c, pin, least)
        total += change
        effort -= steps
    return total, effort


@lean
def restore(f, c):
    """Put every round back to where `keep` found it."""
    for s in range(f.row.size):  # s round
        if f.target[s] != c.kept_target[s]:
            shift(f, c, s, c.kept_target[s])
    for j in range(f.left.size):  # j target: to the bit
        f.left[j] = c.kept_left[j]


@kernel
def search(f, effort):
    """Improve what Fires holds until about `effort` steps (comparisons of two rounds, 1 to 2 ns each) are spent; writes Fires.

    First exchanges until none of at most CHAIN rounds is better. Then the round that loses least by it is sent to its second best
    target and held there while the others rearrange; what is not better is taken back. Ends early when that helps with no round.
    On six wide instances of 20 x 20 (50 steps per pair of rounds) and of 50 x 50 (40) it ends at most 0.7 and 1.0 % above the
    bound."""
    n, reserve = f.row.size, f.value.size - 1
    c = Chains(
        np.empty((n, n)), np.empty(n), np.empty(n), np.empty(n, np.int64), np.empty((CHAIN, n)), np.empty((CHAIN, n), np.int64),
        np.empty((CHAIN, n), np.int64), np.ones(reserve + 1, np.bool_), np.empty(n), np.empty(n, np.int64),
        np.empty(n, np.int64), np.empty(reserve + 1),
    )  # fmt: skip
    least = -SMALL * max(np.sum(f.value), 1e-300)
    _, effort = descend(f, c, -1, least, effort)
    fresh = True
    while effort > 0:
        if fresh:
            quote(f, c, -1)
            c.loss[:], c.second[:] = c.alone + c.extra, c.beside
            c.kept_target[:], c.kept_left[:] = f.target, f.left
        s = -1
        for i in range(n):
            if c.loss[i] < (math.inf if s < 0 else c.loss[s]) and c.second[i] != f.target[i]:
                s = i
        if s < 0:
            return
        change, c.loss[s] = c.loss[s], math.inf
        shift(f, c, s, c.second[s])
        more, effort = descend(f, c, s, least, effort)
        fresh = change + more < least
        if fresh:
            _, effort = descend(f, c, -1, least, effort)
        else:
            restore(f, c)
