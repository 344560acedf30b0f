"""Exact static weapon-target assignment, as a yardstick for the rules of engine.assignment and engine.auction.

What survives of a target falls as exp(-y) with y the sum of a = -ln(miss) over its rounds: convex, so that tangents bound it from
below. A mixed-integer programme with these tangents gives a bound and a plan; a tangent at every y of the plan makes the next one
tighter, until plan and bound meet (outer approximation: Duran and Grossmann, Mathematical Programming 36 (1986) 307). Solved by
HiGHS through scipy. Validated: tests/analysis/test_assignment_exact.py, against enumeration; cases/wta.json.
"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, coo_array, csr_array, eye_array, hstack, kron

from skyreach.engine.allocate import EFFORT, MOST_EFFORT
from skyreach.engine.assignment import greedy, prepare, search
from skyreach.engine.auction import auction
from skyreach.errors import BadInput

RULES = ("greedy", "auction", "search")  # of a run, doctrine.assignment
SURE = 1e-12  # least chance to miss, as in engine.assignment
FIRST = np.linspace(0.0, 6.0, 13)  # y of the first tangents


@dataclass(frozen=True)
class Exact:
    """A plan and how good it is. surviving and bound are in the unit of the values; bound <= least possible <= surviving."""

    shots: np.ndarray  # (rows, targets) whole numbers
    surviving: float
    bound: float
    solves: int

    @property
    def gap(self) -> float:
        """Of the plan to the bound, as a share of the bound [1]."""
        return (self.surviving - self.bound) / max(abs(self.bound), 1e-12)


def surviving_value(value, pk, shots, cost=0.0) -> float:
    """Value that outlives shots (rows, targets), plus the cost of a round of each row times its rounds [unit of value]."""
    miss = np.prod((1.0 - np.asarray(pk, float)) ** np.asarray(shots), axis=0)
    return float((np.asarray(value) * miss).sum() + (np.asarray(cost) * np.asarray(shots).sum(axis=1)).sum())


def rule_assignment(rule: str, value, pk, stock, unit, room, most, cost=None) -> np.ndarray:
    """Shots (rows, targets) by a rule of the engine on the same problem: greedy by what a round saves, auction, search."""
    if rule not in RULES:
        raise BadInput("rule", rule, ", ".join(RULES), "exact_assignment for the exact answer")
    value, pk = np.asarray(value, float), np.asarray(pk, float)
    n_stock, of_unit, n_room, n_most = (np.asarray(x, np.int64) for x in (stock, unit, room, most))
    price = np.zeros(len(pk)) if cost is None else np.asarray(cost, float)
    fires = prepare(value, pk, n_stock, of_unit, n_room, n_most, price)
    if rule == "auction":
        auction(fires)
    else:
        greedy(fires)
    if rule == "search":
        search(fires, min(EFFORT * fires.row.size**2, MOST_EFFORT))
    shots = np.zeros((len(pk), value.size + 1), np.int64)  # the last column is the reserve
    np.add.at(shots, (fires.row, fires.target), 1)
    return shots[:, :-1]


def exact_assignment(value, pk, stock, unit, room, most, cost=None, gap: float = 1e-6, limit_s: float = 60.0) -> Exact:
    """Plan of least surviving value and cost; arguments as engine.assignment.prepare takes them.

    Ends when the plan is within `gap` of the bound [1], or with what it has after limit_s [s] (of the solver, about)."""
    value, pk, stock = np.asarray(value, float), np.asarray(pk, float), np.asarray(stock)
    rows, targets = pk.shape
    cost = np.zeros(rows) if cost is None else np.asarray(cost, float)
    a = -np.log(np.maximum(1.0 - pk, SURE))
    limits = _limits(stock, np.asarray(unit), np.asarray(room), np.asarray(most), targets)
    top = np.minimum(stock[:, None], np.asarray(most)[None, :]).ravel()
    points = [list(FIRST) for _ in range(targets)]
    best, bound, solves, end = np.zeros((rows, targets), np.int64), 0.0, 0, time.monotonic() + limit_s
    least = surviving_value(value, pk, best, cost)
    while least - bound > gap * max(bound, 1e-12):
        left = end - time.monotonic()
        if left <= 0.0:
            break
        answer = milp(
            np.concatenate((np.repeat(cost, targets), value)),
            integrality=np.concatenate((np.ones(rows * targets), np.zeros(targets))),
            bounds=Bounds(0.0, np.concatenate((top, np.ones(targets)))),
            constraints=[limits, _tangents(a, points)],
            options={"time_limit": left, "mip_rel_gap": 0.1 * gap},
        )
        solves += 1
        bound = max(bound, float(answer.mip_dual_bound)) if answer.mip_dual_bound is not None else bound
        if answer.x is None:
            break
        shots = np.rint(answer.x[: rows * targets]).astype(np.int64).reshape(rows, targets)
        found, y = surviving_value(value, pk, shots, cost), (a * shots).sum(axis=0)
        if found < least:
            best, least = shots, found
        fresh = [j for j in range(targets) if np.abs(y[j] - points[j]).min() > 1e-9]
        if not fresh:  # its own tangents are all there: the bound is as close as the solver's tolerance lets it come
            break
        for j in fresh:
            points[j].append(y[j])
    return Exact(best, least, min(bound, least), solves)


def _limits(stock, unit, room, most, targets: int) -> LinearConstraint:
    """Rounds of each row, of each unit and at each target within what there is; columns: x (row, target), then s (target)."""
    rows = len(stock)
    of_unit = coo_array((np.ones(rows), (unit, np.arange(rows))), shape=(len(room), rows))
    of_row, of_target = np.ones((1, targets)), eye_array(targets)
    x = block_array([[kron(eye_array(rows), of_row)], [kron(of_unit, of_row)], [kron(np.ones((1, rows)), of_target)]])
    return LinearConstraint(_wide(x, targets), -np.inf, np.concatenate((stock, room, most)).astype(float))


def _tangents(a: np.ndarray, points: list[list[float]]) -> LinearConstraint:
    """Share s that survives of each target above the tangents of exp(-y) at its points."""
    targets = a.shape[1]
    which = np.concatenate([np.full(len(p), j) for j, p in enumerate(points)])
    y = np.concatenate(points)
    slope, n = np.exp(-y), len(y)
    pick = coo_array((slope, (np.arange(n), which)), shape=(n, targets))
    x = csr_array(hstack([pick * row[None, :] for row in a]))
    s = coo_array((np.ones(n), (np.arange(n), which)), shape=(n, targets))
    return LinearConstraint(csr_array(hstack([x, s])), slope * (1.0 + y), np.inf)


def _wide(x, targets: int) -> csr_array:
    return csr_array(hstack([x, coo_array((x.shape[0], targets))]))
