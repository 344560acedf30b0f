"""Intervals, from how often each value was seen: memory does not grow with the number of runs."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from skyreach.errors import BadInput

BOOTSTRAP_MOST = 20_000  # runs up to which the mean is resampled; beyond, Student's interval is as good
RESAMPLES = 999


def mean_interval(values: np.ndarray, counts: np.ndarray, confidence: float) -> tuple[float, float]:
    """(mean, half-width) of a mean by Student's t, shape of both arrays (n,); the half-width is inf for one observation.

    values rise, counts [1] > 0. Validated: test_statistics_of_studies.py against scipy.stats.ttest_1samp."""
    from scipy.special import stdtrit

    n = int(counts.sum())
    mean = math.fsum((values * counts).tolist()) / n
    if n < 2:
        return mean, math.inf
    variance = math.fsum((counts * (values - mean) ** 2).tolist()) / (n - 1)
    return mean, float(stdtrit(n - 1, 0.5 + confidence / 2)) * math.sqrt(variance / n)


@dataclass
class Sample:
    """Values seen, rising, and how often each [1]; `missing`: runs without a value (never detected, never empty)."""

    values: np.ndarray
    counts: np.ndarray
    missing: int = 0

    @property
    def n(self) -> int:
        """Runs with a value."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """Mean of the runs with a value; NaN where there is none."""
        return math.fsum((self.values * self.counts).tolist()) / self.n if self.n else math.nan

    @property
    def variance(self) -> float:
        """Variance of a single run, unbiased; NaN for less than two."""
        if self.n < 2:
            return math.nan
        return math.fsum((self.counts * (self.values - self.mean) ** 2).tolist()) / (self.n - 1)

    def quantile(self, q: float) -> float:
        """Smallest value seen with at least the share q of the runs at or below it."""
        if not self.n:
            return math.nan
        at = int(np.searchsorted(np.cumsum(self.counts), q * self.n - 1e-9))
        return float(self.values[min(at, len(self.values) - 1)])

    def expanded(self) -> np.ndarray:
        """Every run's value, rising."""
        return np.repeat(self.values, self.counts)

    @staticmethod
    def of(values: np.ndarray) -> "Sample":
        """The sample of an array, NaN counted as missing."""
        known = values[~np.isnan(values.astype(np.float64))]
        found, counts = np.unique(known.astype(np.float64), return_counts=True)
        return Sample(found, counts.astype(np.int64), len(values) - len(known))

    def joined(self, other: "Sample") -> "Sample":
        """Both samples as one."""
        values, place = np.unique(np.concatenate([self.values, other.values]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([self.counts, other.counts]), len(values)).astype(np.int64)
        return Sample(values, counts, self.missing + other.missing)


def describe(sample: Sample, confidence: float) -> dict[str, Any]:
    """Mean with Student's and bootstrap intervals, spread and quantiles of a measure, None where it cannot be said."""
    out: dict[str, Any] = {"n": sample.n, "missing": sample.missing, "mean": plain(sample.mean)}
    low = high = boot_low = boot_high = math.nan
    if sample.n >= 2:
        _, half = mean_interval(sample.values, sample.counts, confidence)
        low, high = sample.mean - half, sample.mean + half
        boot_low, boot_high = bootstrap_mean(sample, confidence)
    out |= {"mean_low": plain(low), "mean_high": plain(high), "boot_low": plain(boot_low), "boot_high": plain(boot_high)}
    out["sd"] = plain(math.sqrt(sample.variance) if sample.n > 1 else math.nan)
    for q in (0.05, 0.25, 0.5, 0.75, 0.95):
        out[f"q{round(100 * q):02d}"] = plain(sample.quantile(q))
    return out


def bootstrap_mean(sample: Sample, confidence: float) -> tuple[float, float]:
    """Bias-corrected and accelerated bootstrap interval of the mean (scipy.stats.bootstrap, 999 resamples, fixed seed); beyond
    20,000 runs Student's, which it then equals within its own noise."""
    from scipy.stats import bootstrap

    if len(sample.values) < 2:
        return sample.mean, sample.mean
    if sample.n > BOOTSTRAP_MOST:
        mean, half = mean_interval(sample.values, sample.counts, confidence)
        return mean - half, mean + half
    found = bootstrap(
        (sample.expanded(),), np.mean, n_resamples=RESAMPLES, batch=max(1, 2_000_000 // sample.n), confidence_level=confidence,
        rng=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)


def share(successes: int, n: int, confidence: float) -> dict[str, Any]:
    """A share with its Wilson and Clopper-Pearson intervals (scipy.stats.binomtest)."""
    from scipy.stats import binomtest

    if n < 1:
        raise BadInput("share", f"{n} runs", "1 or more")
    test = binomtest(successes, n)
    wilson, exact = (test.proportion_ci(confidence, method=method) for method in ("wilson", "exact"))
    return {
        "n": n, "successes": successes, "share": successes / n,
        "wilson_low": float(wilson.low), "wilson_high": float(wilson.high),
        "exact_low": float(exact.low), "exact_high": float(exact.high),
    }  # fmt: skip


def decompose(samples: list[Sample]) -> dict[str, Any]:
    """Variance of one run split in doubt in the data and chance, from equally many runs at each draw of the doubt.

    One-way random effects: chance = mean variance within draws, doubt = variance of the draws' means less the chance left in
    them, not below zero. Searle, Casella, McCulloch, Variance Components (1992), ch. 3 (balanced case)."""
    used = [s for s in samples if s.n >= 2]
    if len(used) < 2:
        return {"draws": len(used), "chance": None, "doubt": None, "doubt_share": None}
    within = float(np.mean([s.variance for s in used]))
    n = len(used) / sum(1 / s.n for s in used)  # harmonic mean, equal to n where all are equal
    between = max(float(np.var([s.mean for s in used], ddof=1)) - within / n, 0.0)
    total = within + between
    return {"draws": len(used), "chance": within, "doubt": between, "doubt_share": between / total if total > 0 else None}


def plain(value: float) -> float | None:
    """A number that JSON can carry; None for NaN and infinity."""
    return float(value) if math.isfinite(value) else None
