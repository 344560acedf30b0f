"""Many runs of several designs on the same dice: a few figures of each, and paired differences with intervals."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from skyreach.engine.replicate import Replication, replicate
from skyreach.errors import BadInput
from skyreach.records.make import misidentified
from skyreach.scenario.compile import Compiled
from skyreach.world import codes

CONFIDENCE = 0.95
MEASURES = {
    "arrived": "hostile targets that arrive", "killed": "hostile targets shot down", "missiles": "missiles fired",
    "cost": "their price, million USD", "hits": "damaging hits on assets", "value_lost": "worth of the sites lost",
    "civil_shot_at": "civil aircraft shot at", "civil_misidentified": "civil aircraft called hostile",
    "hostile_misidentified": "hostile targets called civil or friend",
}  # fmt: skip


@dataclass
class Sample:
    """Figures of many runs of one design. values: (runs,) by measure; arrived: bool (runs, targets); names of the targets."""

    seeds: list[int]
    values: dict[str, np.ndarray]
    arrived: np.ndarray
    names: list[str]
    digests: list[str]


@dataclass
class Difference:
    """Mean of a measure in two samples and of its paired difference (second less first), with a 95 % interval.

    unpaired: runs of each design that would give as narrow an interval with dice of their own: n (s1^2 + s2^2) / s_d^2; None
    where the difference is the same in every run and no number would do."""

    measure: str
    words: str
    a: float
    b: float
    mean: float
    low: float
    high: float
    runs: int
    unpaired: float | None

    @property
    def sure(self) -> bool:
        """The interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def seeds_from(first: int, runs: int) -> list[int]:
    """Seeds of so many runs, one after another from the first."""
    if not 2 <= runs <= 1_000_000:
        raise BadInput("runs", runs, "2 to 1,000,000")
    return [(first + i) % 2**64 for i in range(runs)]


def sample(compiled: Compiled, seeds: Sequence[int], threads: int, told: Callable[[int], None] | None = None) -> Sample:
    """Run one design with every seed, on threads; only the figures are kept. told(n): so many more runs are done."""
    if threads < 1:
        raise BadInput("threads", threads, "1 or more")

    def one(seed: int) -> tuple[dict[str, float], np.ndarray, str]:
        run = replicate(compiled, seed)
        if told:
            told(1)
        return figures(compiled, run), _arrived(run), run.digest

    with ThreadPoolExecutor(threads) as pool:
        rows = list(pool.map(one, seeds))
    values = {key: np.array([row[0][key] for row in rows]) for key in MEASURES}
    return Sample(list(seeds), values, np.array([row[1] for row in rows]), compiled.names["targets"], [row[2] for row in rows])


def _arrived(run: Replication) -> np.ndarray:
    targets = run.world.targets
    return (targets["side"] == codes.RED) & (targets["status"] == codes.ARRIVED)


def figures(compiled: Compiled, run: Replication) -> dict[str, float]:
    """The measures of one run."""
    targets, missiles, sites = run.world.targets, run.world.missiles, run.world.sites
    hostile, civil = targets["side"] == codes.RED, targets["side"] == codes.NEUTRAL
    shot_at = np.zeros(len(targets), bool)
    shot_at[missiles["target"]] = True
    mistaken, spared = misidentified(run)
    lost = (sites["out"] & codes.OUT_LOST > 0) & (compiled.world.sites["out"] == 0)
    return {
        "arrived": float(_arrived(run).sum()),
        "killed": float((hostile & (targets["status"] == codes.DESTROYED)).sum()),
        "missiles": float(len(missiles)),
        "cost": float(compiled.model.missile_types["cost"][missiles["type"]].sum()) / 1e6,
        "hits": float((run.world.events["kind"] == codes.E_DAMAGE).sum()),
        "value_lost": float(sites["value"][lost].sum()),
        "civil_shot_at": float((civil & shot_at).sum()),
        "civil_misidentified": float(mistaken.sum()),
        "hostile_misidentified": float(spared.sum()),
    }


def difference(measure: str, a: np.ndarray, b: np.ndarray) -> Difference:
    """Paired difference b - a of one measure, runs with equal seeds at equal places; Student's interval."""
    from scipy import stats

    n, d = len(a), b - a
    spread = float(np.std(d, ddof=1))
    half = float(stats.t.ppf(0.5 + 0.5 * CONFIDENCE, n - 1)) * spread / math.sqrt(n)
    mean = float(np.mean(d))
    both = float(np.var(a, ddof=1) + np.var(b, ddof=1))
    unpaired = n * both / spread**2 if spread > 0.0 else (float(n) if both == 0.0 else None)
    return Difference(measure, MEASURES[measure], float(a.mean()), float(b.mean()), mean, mean - half, mean + half, n, unpaired)


def differences(a: Sample, b: Sample) -> list[Difference]:
    """Paired differences of every measure."""
    return [difference(key, a.values[key], b.values[key]) for key in MEASURES]


def by_target(a: Sample, b: Sample) -> list[dict[str, Any]]:
    """Share of the runs in which each target arrives, in both samples; targets of one name, largest change first."""
    rows = []
    for i, name in enumerate(a.names):
        if name in b.names:
            x, y = a.arrived[:, i], b.arrived[:, b.names.index(name)]
            only_a, only_b = int((x & ~y).sum()), int((y & ~x).sum())
            rows.append({"target": name, "a": float(x.mean()), "b": float(y.mean()), "only_a": only_a, "only_b": only_b})
    return sorted((row for row in rows if row["only_a"] or row["only_b"]), key=lambda row: -abs(row["b"] - row["a"]))
