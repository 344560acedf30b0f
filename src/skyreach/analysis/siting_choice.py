"""Which k of the candidates together cover most: greedy, and the exact maximum by mixed-integer programming."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Choice:
    """k candidates and what they cover together, of a total of 1."""

    chosen: tuple[int, ...]  # rows of the matrix of covers; from the greatest gain down
    covered: float
    bound: float  # no choice of k covers more than this
    gap: float  # (bound - covered) / covered
    method: str  # what found it: milp or greedy
    status: str
    greedy: tuple[int, ...]
    greedy_covered: float


def cover_of(covers: np.ndarray, weights: np.ndarray, rows: tuple[int, ...]) -> float:
    """Weight covered by some rows of covers bool (candidates, demand) together."""
    return float(weights[covers[list(rows)].any(axis=0)].sum()) if rows else 0.0


def greedy(covers: np.ndarray, weights: np.ndarray, k: int) -> tuple[int, ...]:
    """k rows or fewer, each with the greatest gain over those before; the first of equals. At least 1 - 1/e of the best.

    Nemhauser, Wolsey and Fisher, Mathematical Programming 14 (1978) 265. Validated: test_siting_choice."""
    left = weights.astype(float).copy()
    out: list[int] = []
    for _ in range(min(k, len(covers))):
        gains = covers @ left
        gains[out] = -1.0
        best = int(np.argmax(gains))
        if out and gains[best] <= 0.0:
            break  # no other sees anything more
        out.append(best)
        left[covers[best]] = 0.0
    return tuple(out)


def choose(covers: np.ndarray, weights: np.ndarray, k: int, time_limit: float, gap: float) -> Choice:
    """The k rows of covers bool (candidates, demand) that cover most of the weights (n,), which add up to 1 or less.

    Maximal covering location: Church and ReVelle, Papers of the Regional Science Association 32 (1974) 101. Demand with
    the same candidates counts as one. The better of HiGHS within time_limit [s] and of greedy. Validated:
    test_siting_choice (every choice tried)."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix, hstack, identity, vstack

    first = greedy(covers, weights, k)
    covered = cover_of(covers, weights, first)
    everything = float(weights[covers.any(axis=0)].sum())
    if k >= len(covers) or k == 1 or covered >= everything * (1.0 - 1e-12):
        return Choice(first, covered, covered, 0.0, "greedy", "optimal: no other choice can cover more", first, covered)
    patterns, weight = _patterns(covers, weights)
    n, m = len(covers), len(weight)
    needs = hstack([csr_matrix(-patterns.astype(float).T), identity(m)])  # y_j <= sum of x_i that see j
    count = csr_matrix((np.ones(n), (np.zeros(n, int), np.arange(n))), shape=(1, n + m))
    high = np.concatenate([np.zeros(m), [float(k)]])
    answer = milp(
        np.concatenate([np.zeros(n), -weight]),
        integrality=np.concatenate([np.ones(n), np.zeros(m)]),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(vstack([needs, count]).tocsc(), -np.inf, high),
        options={"time_limit": time_limit, "mip_rel_gap": gap},
    )
    bound = everything if answer.mip_dual_bound is None else min(-float(answer.mip_dual_bound), everything)
    best, method = first, "greedy"
    if answer.x is not None:
        found = _ordered(covers, weights, [int(i) for i in np.flatnonzero(answer.x[:n] > 0.5)])
        if cover_of(covers, weights, found) > covered + 1e-12:
            best, method, covered = found, "milp", cover_of(covers, weights, found)
    bound = max(bound, covered)
    status = {0: "optimal within the gap asked for", 1: "stopped at the time limit"}.get(answer.status, str(answer.message))
    return Choice(best, covered, bound, (bound - covered) / covered, method, status, first, cover_of(covers, weights, first))


def _patterns(covers: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(bool (candidates, m), weights (m,)): demand seen by the same candidates put together; what none sees left out."""
    packed = np.packbits(covers, axis=0)
    _, index, inverse = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    total = np.bincount(inverse.ravel(), weights, minlength=index.size)
    patterns = covers[:, index]
    seen = patterns.any(axis=0)
    return patterns[:, seen], total[seen]


def _ordered(covers: np.ndarray, weights: np.ndarray, rows: list[int]) -> tuple[int, ...]:
    """The same rows, from the greatest gain down."""
    return tuple(rows[i] for i in greedy(covers[rows], weights, len(rows)))
