"""What makes the difference: paired effects, tornado, Sobol indices, regression."""

import math
import warnings
from typing import Any

import numpy as np

from skyreach.studies.answers import SHOWN, Material, Rows
from skyreach.studies.statistics import Sample, mean_interval, plain


def tables(m: Material, notes: list[str]) -> dict[str, Rows]:
    """Effects that the design of the study allows to be told."""
    spec = m.study.plan.spec
    out: dict[str, Rows] = {"pairs": [], "tornado": [], "indices": [], "regression": []}
    if spec.design == "factorial":
        out["pairs"] = _pairs(m)
    elif spec.design == "tornado":
        out["tornado"] = _tornado(m)
    elif spec.design == "indices":
        out["indices"] = _indices(m, notes)
    if spec.factors or spec.doubt:
        out["regression"] = _regression(m, notes)
    return out


def difference(m: Material, a: int, b: int, measure: str) -> dict[str, Any]:
    """Mean of a measure at point b less that at point a, with its interval: of the differences of runs with the same dice where
    these are common, over draws of the doubt where there are several, else of two independent means (Welch)."""
    from scipy.special import stdtrit

    spec = m.study.plan.spec
    confidence = spec.confidence
    pairs = list(zip(m.points[a], m.points[b], strict=False))
    if len(pairs) > 1:
        gaps = np.array([m.samples[y][measure].mean - m.samples[x][measure].mean for x, y in pairs])
        return _of_gaps(Sample.of(gaps), confidence, "draws")
    ((x, y),) = pairs
    if spec.common_dice:
        sample = _paired(m, x, y, measure)
        if sample.n >= 2:
            row = _of_gaps(sample, confidence, "runs on the same dice")
            single = m.samples[x][measure].variance + m.samples[y][measure].variance
            row["gain"] = single / sample.variance if sample.variance > 0 else None
            return row
    one, two = m.samples[x][measure], m.samples[y][measure]
    if one.n < 2 or two.n < 2:
        return {"difference": None, "low": None, "high": None, "n": min(one.n, two.n), "by": "too few runs", "gain": None}
    gap, free, error = two.mean - one.mean, *_welch(one, two)
    half = float(stdtrit(free, 0.5 + confidence / 2)) * error if error > 0.0 else 0.0
    return {
        "difference": gap,
        "low": gap - half,
        "high": gap + half,
        "n": min(one.n, two.n),
        "by": "independent runs",
        "gain": None,
    }


def _welch(one: Sample, two: Sample) -> tuple[float, float]:
    """(degrees of freedom, standard error) of the difference of two independent means; Welch, Biometrika 34 (1947) 28."""
    a, b = one.variance / one.n, two.variance / two.n
    if a + b == 0.0:
        return 1.0, 0.0
    return (a + b) ** 2 / (a * a / (one.n - 1) + b * b / (two.n - 1)), math.sqrt(a + b)


def _of_gaps(sample: Sample, confidence: float, by: str) -> dict[str, Any]:
    if sample.n < 2:
        return {"difference": sample.mean if sample.n else None, "low": None, "high": None, "n": sample.n, "by": by, "gain": None}
    mean, half = mean_interval(sample.values, sample.counts, confidence)
    return {"difference": mean, "low": mean - half, "high": mean + half, "n": sample.n, "by": by, "gain": None}


def _paired(m: Material, x: int, y: int, measure: str) -> Sample:
    """Differences run by run of two cells, shard by shard."""
    study, total = m.study, Sample(np.empty(0), np.empty(0, np.int64))
    theirs = {task.first: task for task in study.tasks(y)}
    for task in study.tasks(x):
        other = theirs.get(task.first)
        if other is not None:
            a, b = (study.table(t)[measure].to_numpy().astype(np.float64) for t in (task, other))
            n = min(len(a), len(b))
            total = total.joined(Sample.of(b[:n] - a[:n]))
    return total


def _pairs(m: Material) -> Rows:
    """Each level of each factor against its first one, all others equal."""
    out = []
    spec = m.study.plan.spec
    by_levels = {_key(m.levels(p)): p for p in m.points}
    for factor in spec.factors:
        levels = list(factor.levels or ())
        for point in m.points:
            here = m.levels(point)
            base = by_levels.get(_key({**here, factor.name: levels[0]}))
            if here[factor.name] == levels[0] or base is None:
                continue
            others = {name: level for name, level in here.items() if name != factor.name}
            for measure in SHOWN:
                out.append({
                    "factor": factor.name, "level": str(here[factor.name]), "against": str(levels[0]), **others,
                    "measure": measure, **difference(m, base, point, measure),
                })  # fmt: skip
    return out


def _key(levels: dict[str, Any]) -> str:
    return repr(sorted(levels.items(), key=lambda pair: pair[0]))


def _tornado(m: Material) -> Rows:
    """Swing of the study's measure when one factor goes to its ends and the others stay."""
    measure = m.study.plan.spec.measure
    ends: dict[str, list[int]] = {}
    for point in m.points:
        for name in m.levels(point):
            ends.setdefault(name, []).append(point)
    out = []
    for name, points in ends.items():
        if len(points) != 2 or 0 not in m.points:
            continue
        low, high = points
        row = {"factor": name, "low_level": m.levels(low)[name], "high_level": m.levels(high)[name], "measure": measure}
        row["base"] = m.mean(0, measure)[0]
        for end, point in (("at_low", low), ("at_high", high)):
            gap = difference(m, 0, point, measure)
            row |= {end: m.mean(point, measure)[0], f"{end}_low": gap["low"], f"{end}_high": gap["high"]}
        swing = difference(m, low, high, measure)
        row |= {"swing": swing["difference"], "swing_low": swing["low"], "swing_high": swing["high"]}
        out.append(row)
    return sorted(out, key=lambda row: -abs(row["swing"] or 0.0))


def _indices(m: Material, notes: list[str]) -> Rows:
    """First-order and total Sobol indices of the study's measure (scipy.stats.sobol_indices), with bootstrap intervals."""
    from scipy.stats import sobol_indices

    spec = m.study.plan.spec
    n, d = spec.points or 0, len(spec.factors)
    if len(m.points) < n * (d + 2):
        notes.append("Sobol indices: not all points are there yet")
        return []
    means = np.array([m.mean(p, spec.measure)[0] for p in range(n * (d + 2))])
    f = {"f_A": means[:n][None], "f_B": means[n : 2 * n][None], "f_AB": means[2 * n :].reshape(d, 1, n)}
    if not np.isfinite(means).all() or np.ptp(means[: 2 * n]) == 0:
        notes.append(f"Sobol indices: {spec.measure} has no value somewhere, or does not vary")
        return []
    found = sobol_indices(func=f, n=n)
    with warnings.catch_warnings():  # of an index that is the same in all resamples; its interval is NaN, which is said below
        warnings.simplefilter("ignore")
        sure = found.bootstrap(spec.confidence, n_resamples=999)
    notes.append("Sobol indices: chance left in the means of the points counts as interaction; see total less first order")
    out: Rows = [{"factor": factor.name, "measure": spec.measure} for factor in spec.factors]
    for name, index, spread in (
        ("first", found.first_order, sure.first_order.confidence_interval),
        ("total", found.total_order, sure.total_order.confidence_interval),
    ):
        for row, value, low, high in zip(out, index.ravel(), spread.low.ravel(), spread.high.ravel(), strict=True):
            row |= {name: plain(value), f"{name}_low": plain(low), f"{name}_high": plain(high)}
    lost = [row["factor"] for row in out if row["first_low"] is None or row["total_low"] is None]
    if lost:
        notes.append(f"Sobol indices: no interval for {', '.join(lost)}: the index is the same in all resamples")
    return out


def columns_of(m: Material) -> tuple[list[str], np.ndarray, list[int]]:
    """(names, design matrix without constant, cells): numbers as they are, levels without a number as 0 or 1 against the first;
    values drawn for the doubt as further columns."""
    plan = m.study.plan
    cells = [cell for cell in plan.cells if m.samples[cell.number]]
    names: list[str] = []
    columns: list[list[float]] = []
    for factor in plan.spec.factors:
        levels = [cell.levels.get(factor.name) for cell in cells]
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in levels):
            names.append(factor.name)
            columns.append([float(v) for v in levels])  # type: ignore[arg-type]
            continue
        for level in list(dict.fromkeys(levels))[1:]:
            names.append(f"{factor.name}={level}")
            columns.append([float(v == level) for v in levels])
    drawn = plan.cells[0].settings.keys() if plan.spec.doubt else []
    for path in drawn:
        values = [cell.settings[path] for cell in cells]
        if all(isinstance(v, float) for v in values):
            names.append(path.removeprefix("catalog."))
            columns.append(values)
    varied = [j for j, column in enumerate(columns) if len(set(column)) > 1]
    matrix = np.array([columns[j] for j in varied]).T.reshape(len(cells), len(varied))
    return [names[j] for j in varied], matrix, [cell.number for cell in cells]


def _regression(m: Material, notes: list[str]) -> Rows:
    """Least squares of the means of the study's measure on the factors, one observation a cell; `effect` is for one standard
    deviation of the factor. The text for those who read tables: a straight line may not be the truth."""
    from scipy.special import stdtr, stdtrit

    spec = m.study.plan.spec
    names, x, cells = columns_of(m)
    y = np.array([m.samples[cell][spec.measure].mean for cell in cells])
    known = np.isfinite(y)
    x, y = x[known], y[known]
    free = len(y) - len(names) - 1
    if not names or free < 1:
        if names:
            notes.append(f"regression: {len(names)} factors and {len(y)} points leave nothing to judge the fit by")
        return []
    design = np.column_stack([np.ones(len(y)), x])
    fit, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    if rank < design.shape[1]:
        notes.append("regression: some factors only vary together; their effects cannot be told apart")
        return []
    rest = y - design @ fit
    spread = float(rest @ rest) / free
    error = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * spread)
    total = float(((y - y.mean()) ** 2).sum())
    r2 = 1.0 - float(rest @ rest) / total if total > 0 else None
    t = stdtrit(free, 0.5 + spec.confidence / 2)
    out = []
    for j, name in enumerate(["(constant)", *names]):
        p = 2.0 * float(stdtr(free, -abs(fit[j] / error[j]))) if error[j] > 0 else None
        out.append({
            "factor": name, "measure": spec.measure, "slope": float(fit[j]), "low": float(fit[j] - t * error[j]),
            "high": float(fit[j] + t * error[j]), "p": p, "effect": float(fit[j] * x[:, j - 1].std()) if j else None, "r2": r2,
        })  # fmt: skip
    return out
