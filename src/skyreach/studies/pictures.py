"""Pictures of a study: intervals at the points, saturation curve, tornado, Sobol indices."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from skyreach.analysis.output import ALARM, FAINT, INK, MADE, new_figure
from skyreach.engine.tally import CAUSES, MEASURES
from skyreach.studies.answers import Answers, Rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_POINTS = 40  # shown one below the other
COLOURS = {
    "unseen": "#6b7a8f", "identity": "#b39ddb", "reach": "#8d6e63", "channels": "#d1495b", "rails": "#edae49",
    "reload": "#c77dff",
    "order": "#66a182", "shot": "#2e5e8c",
}  # fmt: skip
MEANINGS = {m.name: m.meaning for m in MEASURES}
UNITS = {m.name: m.unit for m in MEASURES}


def pictures(answers: Answers) -> dict[str, Callable[[], "Figure"]]:
    """Name -> maker of each picture that this study has something to show on."""
    tables = answers.tables
    out: dict[str, Callable[[], Figure]] = {}
    if tables["measures"]:
        out["intervals"] = lambda: _intervals(answers)
    if tables["saturation"]:
        out["saturation"] = lambda: _saturation(answers)
    if tables["tornado"]:
        out["tornado"] = lambda: _tornado(answers)
    if tables["indices"]:
        out["indices"] = lambda: _indices(answers)
    return out


def label_of(row: dict[str, Any], answers: Answers) -> str:
    """The levels of a point in words."""
    names = [factor.name for factor in answers.study.plan.spec.factors]
    return ", ".join(f"{name} {_short(row[name])}" for name in names if row.get(name) is not None) or "as it is"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _name(measure: str) -> str:
    unit = UNITS[measure]
    return f"{MEANINGS[measure]}" + (f" [{unit}]" if unit not in ("", "1") else "")


def _foot(figure: "Figure", answers: Answers) -> None:
    spec, book = answers.study.plan.spec, answers.study.book
    state = "" if book.complete else ", not finished"
    text = f"{spec.name}: {book.runs:,} runs{state}, {spec.confidence:.0%} intervals. {answers.study.plan.document['terrain']}"
    inch = 1.0 / figure.get_figheight()
    figure.text(0.01, 0.22 * inch, text, fontsize=7, color=FAINT)
    figure.text(0.01, 0.07 * inch, MADE, fontsize=7, color=FAINT)


def _axes(figure: "Figure", title: str, **room: float) -> Any:
    axes = figure.add_subplot()
    figure.subplots_adjust(**{"left": 0.1, "right": 0.97, "top": 0.9, "bottom": 0.15, **room})
    axes.set_title(title, loc="left", fontsize=11, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _intervals(answers: Answers) -> "Figure":
    """The study's measure at each point: mean with interval, and the span of 5 to 95 % of the runs."""
    spec = answers.study.plan.spec
    rows = [row for row in answers.tables["measures"] if row["measure"] == spec.measure and row["mean"] is not None][:MOST_POINTS]
    figure = new_figure(8.0, 1.9 + 0.42 * len(rows))
    high = figure.get_figheight()
    axes = _axes(figure, spec.title or spec.name, left=0.34, top=1 - 0.45 / high, bottom=1.0 / high)
    for i, row in enumerate(rows):
        axes.plot([row["q05"], row["q95"]], [i, i], color="#c9d3dd", linewidth=7, solid_capstyle="butt", zorder=1)
        if row["mean_low"] is not None:
            axes.plot([row["mean_low"], row["mean_high"]], [i, i], color=ALARM, linewidth=2.2, zorder=2)
        axes.plot(row["mean"], i, "o", color=ALARM, markersize=5, zorder=3)
        axes.annotate(
            f"{row['mean']:.3g}", (row["mean"], i), (0, 6), textcoords="offset points", ha="center", fontsize=8, color=INK
        )
    axes.set_yticks(range(len(rows)), [label_of(row, answers) for row in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_xlabel(f"{_name(spec.measure)}: mean with its interval (red), 5 to 95 % of the runs (grey)", fontsize=8)
    axes.grid(axis="x", color="#e4e8ec", linewidth=0.6)
    axes.set_axisbelow(True)
    _foot(figure, answers)
    return figure


def _saturation(answers: Answers) -> "Figure":
    """Leakers against the size of the raid, with what kept the defence from them, and where the curve bends."""
    rows = answers.tables["saturation"]
    curves = _by_curve(rows, answers)
    figure = new_figure(8.0, 5.2)
    axes = _axes(figure, answers.study.plan.spec.title or "Leakers against the size of the raid", right=0.79)
    one = len(curves) == 1
    for n, (name, curve) in enumerate(curves.items()):
        x = np.array([row["hostile"] for row in curve])
        y = np.array([row["leakers"] for row in curve])
        error = 1.96 * np.array([row["leakers_error"] for row in curve])
        if one:
            shown = [(w, np.array([r[f"leak_{w}"] for r in curve])) for w in CAUSES.values()]
            shown = [(w, v) for w, v in shown if v.max() > 0]
            axes.stackplot(
                x, *(v for _, v in shown), colors=[COLOURS[w] for w, _ in shown], labels=[w for w, _ in shown], alpha=0.75, lw=0
            )
        colour = INK if one else list(COLOURS.values())[(3 + n) % len(COLOURS)]
        axes.errorbar(
            x, y, np.nan_to_num(error), color=colour, marker="o", markersize=4, capsize=2, lw=1.4, label=name or "leakers"
        )
    for kink in answers.tables["kinks"]:
        axes.axvline(kink["hostile"], color=ALARM, linewidth=0.9, linestyle=":")
        axes.annotate(
            f"{kink['cause']}\n{kink['slope_before']:.2f} → {kink['slope_after']:.2f}", (kink["hostile"], axes.get_ylim()[1]),
            (3, -4), textcoords="offset points", va="top", fontsize=7, color=ALARM,
        )  # fmt: skip
    axes.set_xlabel("hostile targets in the raid", fontsize=9)
    axes.set_ylabel("leakers a run", fontsize=9)
    axes.set_ylim(bottom=0)
    axes.legend(
        fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, title="what was missing" if one else None,
        title_fontsize=8,
    )  # fmt: skip
    _foot(figure, answers)
    return figure


def _by_curve(rows: Rows, answers: Answers) -> dict[str, Rows]:
    """Rows of the saturation table by curve: a new one begins where the size falls back."""
    curves: list[Rows] = []
    for row in rows:
        if curves and row["hostile"] > curves[-1][-1]["hostile"]:
            curves[-1].append(row)
        else:
            curves.append([row])
    names = [factor.name for factor in answers.study.plan.spec.factors]
    named = {}
    for curve in curves:
        fixed = [name for name in names if len({repr(row.get(name)) for row in curve}) == 1]
        named[", ".join(f"{name} {_short(curve[0][name])}" for name in fixed)] = curve
    return named


def _tornado(answers: Answers) -> "Figure":
    """How far the study's measure goes when each factor alone goes to its ends."""
    rows = answers.tables["tornado"][:MOST_POINTS]
    figure = new_figure(8.0, 1.9 + 0.42 * len(rows))
    high = figure.get_figheight()
    axes = _axes(figure, answers.study.plan.spec.title or "Tornado", left=0.36, top=1 - 0.45 / high, bottom=1.0 / high)
    base = rows[0]["base"]
    for i, row in enumerate(rows):
        for end, colour in (("at_low", "#2e5e8c"), ("at_high", "#d1495b")):
            axes.barh(i, row[end] - base, left=base, color=colour, height=0.55, alpha=0.85)
            if row[f"{end}_low"] is not None:
                axes.plot([base + row[f"{end}_low"], base + row[f"{end}_high"]], [i, i], color=INK, linewidth=1.1)
            side = "right" if row[end] < base else "left"
            axes.annotate(
                _short(row["low_level" if end == "at_low" else "high_level"]),
                (row[end], i + 0.4),
                fontsize=6.5,
                ha=side,
                color=FAINT,
            )
    axes.axvline(base, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(rows)), [row["factor"] for row in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.set_xlabel(
        f"{_name(rows[0]['measure'])}: factor at its low end (blue), at its high end (red); black: interval", fontsize=8
    )
    _foot(figure, answers)
    return figure


def _indices(answers: Answers) -> "Figure":
    """First-order and total Sobol indices with their intervals."""
    rows = answers.tables["indices"]
    figure = new_figure(8.0, 1.9 + 0.5 * len(rows))
    high = figure.get_figheight()
    axes = _axes(figure, answers.study.plan.spec.title or "Sobol indices", left=0.3, top=1 - 0.45 / high, bottom=1.0 / high)
    for i, row in enumerate(rows):
        for name, colour, place in (("first", "#2e5e8c", -0.16), ("total", "#d1495b", 0.16)):
            axes.barh(i + place, row[name], color=colour, height=0.28, label=name if i == 0 else None)
            if row[f"{name}_low"] is not None:
                axes.plot([row[f"{name}_low"], row[f"{name}_high"]], [i + place] * 2, color=INK, linewidth=1.0)
    axes.set_yticks(range(len(rows)), [row["factor"] for row in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.set_xlabel(f"share of the variance of {rows[0]['measure']}: alone (first), with its interactions (total)", fontsize=8)
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    _foot(figure, answers)
    return figure
