"""Weapon-target assignment beside its peers: time of one thread, and gap to the bound of the exact programme.

python benchmarks/assignment.py [--kind wide|standard] [--sizes 20 50] [--seeds 1 2 3] [--limit SECONDS] [--json FILE]

Instances: n weapons of one round, n targets. standard: values uniform in 25..100, kill probabilities in 0.60..0.90, the usual
random instances of the literature; wide: values in 1..100, probabilities in 0.10..0.90, where doubling on a target pays.
greedy, auction, search: skyreach.engine; exact: skyreach.analysis.assignment_exact (tangents at the plan until plan and bound
meet);
highs: 30 tangents once, the usual linearisation; lap: scipy linear_sum_assignment, one weapon a target.
Targets on wide: 1.5 % in 0.1 ms (20 x 20) and 0.5 ms (50 x 50).
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import coo_array

from skyreach.analysis.assignment_exact import exact_assignment
from skyreach.engine.allocate import EFFORT, MOST_EFFORT
from skyreach.engine.assignment import greedy, prepare, search
from skyreach.engine.auction import auction

OWN = ("greedy", "auction", "search")


def instance(n: int, seed: int, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Values of targets, kill probabilities (weapon, target); the same instances as the peers' figures are of."""
    rng = np.random.default_rng([20261122, n, seed])
    if kind == "wide":
        return rng.uniform(1, 100, n), rng.uniform(0.10, 0.90, (n, n))
    return rng.uniform(25, 100, n), rng.uniform(0.60, 0.90, (n, n))


def own(rule: str, value: np.ndarray, pk: np.ndarray) -> float:
    """Value that a rule of the engine lets survive."""
    n = len(value)
    one = np.ones(n, np.int64)
    fires = prepare(value, pk, one, np.arange(n), one, np.full(n, n), np.zeros(n))
    if rule == "auction":
        auction(fires)
    else:
        greedy(fires)
    if rule == "search":
        search(fires, min(EFFORT * n * n, MOST_EFFORT))
    return float(fires.left[:-1].sum())


def lap(value: np.ndarray, pk: np.ndarray) -> float:
    """Value that one weapon a target lets survive."""
    i, j = linear_sum_assignment(value * pk, maximize=True)
    return float(value.sum() - (value * pk)[i, j].sum())


def highs(value: np.ndarray, pk: np.ndarray, limit: float) -> float:
    """HiGHS on 30 tangents, once."""
    n, a = len(value), -np.log1p(-pk)
    rows, columns, entries, low, high = [], [], [], [], []
    for i in range(n):
        rows += [i] * n
        columns += range(i * n, i * n + n)
        entries += [1.0] * n
        low.append(-np.inf)
        high.append(1.0)
    for j in range(n):
        for y in 7.0 * np.linspace(0.0, 1.0, 30) ** 1.5:
            rows += [len(low)] * (n + 1)
            columns += [*range(j, n * n, n), n * n + j]
            entries += [*(np.exp(-y) * a[:, j]), 1.0]
            low.append(np.exp(-y) * (1.0 + y))
            high.append(np.inf)
    matrix = coo_array((entries, (rows, columns)), shape=(len(low), n * n + n)).tocsr()
    answer = milp(
        np.concatenate((np.zeros(n * n), value)), integrality=np.r_[np.ones(n * n), np.zeros(n)], bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, low, high), options={"time_limit": limit},
    )  # fmt: skip
    x = np.zeros((n, n)) if answer.x is None else np.rint(answer.x[: n * n].reshape(n, n))
    return float((value * np.prod((1.0 - pk) ** x, axis=0)).sum())


def timed(function, repeats: int = 1) -> tuple[float, float]:
    """Answer and CPU seconds of one call (least of `repeats`)."""
    best, answer = np.inf, 0.0
    for _ in range(repeats):
        start = time.process_time()
        answer = function()
        best = min(best, time.process_time() - start)
    return answer, best


def measure(n: int, seed: int, kind: str, limit: float) -> list[dict]:
    """A row for each method on one instance."""
    value, pk = instance(n, seed, kind)
    one, start = np.ones(n, np.int64), time.process_time()
    best = exact_assignment(value, pk, one, np.arange(n), one, np.full(n, n), limit_s=limit)
    found = {"exact": (best.surviving, time.process_time() - start)}
    for rule in OWN:
        own(rule, value, pk)
        found[rule] = timed(lambda rule=rule: own(rule, value, pk), 50)
    found["lap"] = timed(lambda: lap(value, pk), 50)
    found["highs"] = timed(lambda: highs(value, pk, limit))
    return [
        {"kind": kind, "n": n, "seed": seed, "method": name, "surviving": left, "cpu_s": cpu,
         "gap_percent": 100.0 * (left / best.bound - 1.0) if best.bound > 0.0 else None}
        for name, (left, cpu) in found.items()
    ]  # fmt: skip


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kind", choices=("wide", "standard"), default="wide")
    options.add_argument("--sizes", type=int, nargs="+", default=[20, 50])
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options.add_argument("--limit", type=float, default=60.0)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    rows = []
    for n in given.sizes:
        mine = [row for seed in given.seeds for row in measure(n, seed, given.kind, given.limit)]
        rows += mine
        for name in ("exact", "highs", "lap", *OWN):
            part = [row for row in mine if row["method"] == name]
            gaps = ", ".join("?" if row["gap_percent"] is None else f"{row['gap_percent']:.2f}" for row in part)
            cpu = statistics.median(row["cpu_s"] for row in part)
            print(f"{given.kind} {n:3d} x {n}: {name:8s} {1e3 * cpu:10.3f} ms   gap to the bound {gaps} %")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
