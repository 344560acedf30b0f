"""Saturation: leakers against the size of the raid, where the curve bends, and what was missing there."""

import math
from typing import Any

from skyreach.engine.tally import CAUSES
from skyreach.studies.answers import Material, Rows

LEAKS = [f"leak_{word}" for word in CAUSES.values()]


def tables(m: Material) -> dict[str, Rows]:
    """`saturation`: a row per point of each curve; `kinks`: where it bends. Empty where all raids are of one size."""
    curves = _curves(m)
    return {
        "saturation": [_row(m, p) for curve in curves for p in curve],
        "kinks": [k for curve in curves for k in _kinks(m, curve)],
    }


def _size(m: Material, point: int) -> float:
    return m.mean(point, "hostile")[0]


def _curves(m: Material) -> list[list[int]]:
    """Points that differ in the size of the raid alone, by size: one curve for each combination of the other factors."""
    sized = _factor_of_size(m)
    if sized is None:
        return []
    curves: dict[str, list[int]] = {}
    for point in m.points:
        others = {name: level for name, level in m.levels(point).items() if name != sized}
        curves.setdefault(repr(others), []).append(point)
    return [sorted(curve, key=lambda p: _size(m, p)) for curve in curves.values() if len(curve) > 1]


def _factor_of_size(m: Material) -> str | None:
    """The factor that sets the size of the raid: the first whose levels come with different sizes, all else equal."""
    for factor in m.study.plan.spec.factors if m.study.plan.spec.design == "factorial" else ():
        groups: dict[str, set[float]] = {}
        for point in m.points:
            others = {name: level for name, level in m.levels(point).items() if name != factor.name}
            groups.setdefault(repr(others), set()).add(_size(m, point))
        if any(len(sizes) > 1 for sizes in groups.values()):
            return factor.name
    return None


def _row(m: Material, point: int) -> dict[str, Any]:
    """One point of a curve: leakers with standard error, causes, what was used up."""
    row: dict[str, Any] = {"point": point, **m.levels(point), "hostile": _size(m, point)}
    row["leakers"], row["leakers_error"] = m.mean(point, "leakers")
    for name in (*LEAKS, "wait_channels", "wait_rails", "units_empty", "rounds_left", "shots"):
        row[name] = m.mean(point, name)[0]
    return row


def _kinks(m: Material, curve: list[int]) -> Rows:
    """Points at which the slope of the curve changes by more than chance allows, all tests of a curve together at the study's
    confidence (Bonferroni); and how much of the change each cause makes."""
    from scipy.special import ndtri

    inner = len(curve) - 2
    if inner < 1:
        return []
    z = float(ndtri(1 - (1 - m.study.plan.spec.confidence) / 2 / inner))
    out = []
    for before, here, after in zip(curve, curve[1:], curve[2:], strict=False):
        sizes = [_size(m, p) for p in (before, here, after)]
        if not sizes[0] < sizes[1] < sizes[2]:
            continue
        change, error = _bend(m, (before, here, after), sizes, "leakers")
        if not error > 0.0 or abs(change) <= z * error:
            continue
        parts = {name: _bend(m, (before, here, after), sizes, name)[0] for name in LEAKS}
        first = (m.mean(here, "leakers")[0] - m.mean(before, "leakers")[0]) / (sizes[1] - sizes[0])
        sign = 1.0 if change > 0 else -1.0
        cause = max(parts, key=lambda name: sign * parts[name])
        out.append({
            "point": here, **m.levels(here), "hostile": sizes[1], "slope_before": first, "slope_after": first + change,
            "change": change, "change_error": error, "cause": cause.removeprefix("leak_"), "share": parts[cause] / change,
            **{f"{name}_change": part for name, part in parts.items()},
        })  # fmt: skip
    return out


def _bend(m: Material, points: tuple[int, int, int], sizes: list[float], measure: str) -> tuple[float, float]:
    """(change of slope at the middle point [1], its standard error), the three means taken as independent: with common dice the
    error is smaller than this."""
    (a, ea), (b, eb), (c, ec) = (m.mean(p, measure) for p in points)
    left, right = sizes[1] - sizes[0], sizes[2] - sizes[1]
    change = (c - b) / right - (b - a) / left
    return change, math.sqrt((ec / right) ** 2 + (eb * (1 / right + 1 / left)) ** 2 + (ea / left) ** 2)
