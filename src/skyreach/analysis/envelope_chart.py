"""The picture of an envelope: section over range and height, and plan view at one height."""

import math
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps

from skyreach.analysis.envelope import Envelope
from skyreach.analysis.output import ALARM, FAINT, INK, MADE, figure_bytes, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE, PLAN = (15.0, 8.2), (0.59, 0.155, 0.395, 0.61)  # inches; the plan view in shares of that: left, bottom, width, height
SPEEDS = "viridis"  # colours from the slowest to the fastest target
LAUNCH, ESCAPE, DEAD = "#1f5fa8", "#0b7a4b", "#c7cbd1"


def chart(answer: Envelope, kind: str) -> bytes:
    """The picture as the bytes of a png or svg file."""
    figure = new_figure(*SIZE)
    section, plan = figure.add_axes((0.05, 0.155, 0.43, 0.61)), figure.add_axes(PLAN)
    _section(answer, section)
    _plan(answer, plan)
    title = f"{answer.title}: what it reaches"
    figure.text(0.02, 0.95, title, fontsize=17, fontweight="bold", color=INK)
    text = (
        f"Target {answer.target} ({answer.target_class}): {answer.speed:g} m/s, {answer.g:g} g, level. "
        f"Launcher {answer.h_site:g} m above the sea. No radar, terrain, wind: what the missile can do, not what a battery sees."
    )
    figure.text(0.02, 0.912, text, fontsize=10.5, color=INK)
    key = (
        "Filled: seconds of flight to a fixed point. Launch line: where the target is when the missile leaves, the meeting point "
        "and its speed times the time of flight. No escape: it may be there and turn away at once. Caught again: it escapes from "
        "nearer, so this is no part of the no-escape zone. Dead zone: nearer than the least range, or than the missile can turn."
    )
    figure.text(0.02, 0.897, "\n".join(textwrap.wrap(key, 200)), fontsize=9, color=FAINT, va="top", linespacing=1.3)
    handles, names = section.get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.04, 0.852), fontsize=9, frameon=False, ncols=6)
    foot = ". ".join((*answer.notes, MADE))
    figure.text(0.02, 0.075, "\n".join(textwrap.wrap(foot, 230)[:3]), fontsize=8, color=FAINT, va="top", linespacing=1.35)
    return figure_bytes(figure, kind)


def chart_by_speed(answer: Envelope, kind: str) -> bytes:
    """The zones by speed of the target as the bytes of a png or svg file: section, and plan view at one height."""
    figure = new_figure(15.0, 8.2)
    section, plan = figure.add_axes((0.05, 0.13, 0.42, 0.66)), figure.add_axes((0.55, 0.13, 0.42, 0.66))
    colours = colormaps[SPEEDS](np.linspace(0.0, 0.88, len(answer.by_speed)))
    _section_by_speed(answer, section, colours)
    _plan_by_speed(answer, plan, colours)
    figure.text(0.02, 0.95, f"{answer.title}: by speed of the target", fontsize=17, fontweight="bold", color=INK)
    text = (
        f"Target {answer.target_class}, {answer.g:g} g, level. Launcher {answer.h_site:g} m above the sea. No radar, terrain, "
        "wind: what the missile can do, not what a battery sees."
    )
    figure.text(0.02, 0.912, text, fontsize=10.5, color=INK)
    key = (
        "Whole lines: launch line, where the target is when the missile leaves, if it keeps its course. Broken lines: outer edge "
        "of no escape, if it turns away at once. Black: kinematic zone, a fixed point. Grey: dead zone."
    )
    figure.text(0.02, 0.887, key, fontsize=9, color=FAINT, va="top")
    figure.text(0.02, 0.05, ". ".join((answer.notes[-1], MADE)), fontsize=8, color=FAINT, va="top")
    return figure_bytes(figure, kind)


def _of(lines: Iterable[dict[str, Any]], key: str) -> np.ndarray:
    """A column of the lines of a chart, NaN where there is none."""
    return np.array([row[key] if row[key] is not None else np.nan for row in lines], np.float64)


def _section_by_speed(answer: Envelope, axes: "Axes", colours: np.ndarray) -> None:
    h = _of(answer.lines, "height_m") / 1e3
    axes.fill_betweenx(h, 0.0, _of(answer.lines, "dead_km"), color=DEAD, zorder=2)
    axes.plot(_of(answer.lines, "reach_km"), h, color=INK, linewidth=1.2, zorder=6)
    for one, colour in zip(answer.by_speed, colours, strict=True):
        axes.plot(_of(one.lines, "launch_km"), h, color=colour, linewidth=2.0, label=f"{one.speed:g} m/s", zorder=5)
        axes.plot(_of(one.lines, "no_escape_km"), h, color=colour, linewidth=1.6, linestyle=(0, (4, 2)), zorder=4)
    axes.axhline(answer.plan_height / 1e3, color=FAINT, linewidth=0.8, linestyle=(0, (1, 3)), zorder=3)
    axes.set_xlim(left=0.0)
    axes.set_ylim(0.0, 1.03 * float(h[-1]))
    axes.set_xlabel("range along the ground, km", color=INK)
    axes.set_ylabel("height above sea level, km", color=INK)
    axes.set_title("Section: target straight in", fontsize=11, color=INK, loc="left")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), fontsize=8.5, frameon=False, ncols=6, columnspacing=1.0)


def _plan_by_speed(answer: Envelope, axes: "Axes", colours: np.ndarray) -> None:
    for one, colour in zip(answer.by_speed, colours, strict=True):
        met = np.isfinite(np.vstack((one.zone[:0:-1], one.zone))).astype(float)
        y = np.concatenate((-one.across[:0:-1], one.across)) / 1e3
        if met.any():
            axes.contour(one.along / 1e3, y, met, [0.5], colors=[colour], linewidths=2.0, zorder=4)
    axes.plot(0.0, 0.0, marker="^", color=ALARM, markersize=9, zorder=6)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("ahead of abeam at launch, km (negative: past it); the target flies to the left", color=INK)
    axes.set_ylabel("offset of the course, km", color=INK)
    axes.set_title(f"Plan at {answer.plan_height:,.0f} m: where the target may be at launch", fontsize=11, color=INK, loc="left")


def _levels(seconds: float) -> list[float]:
    """Steps of time for contours, some eight of them."""
    step = next(s for s in (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0) if seconds / s <= 9.0 or s == 120.0)
    return [float(t) for t in np.arange(0.0, seconds + step, step)]


def _section(answer: Envelope, axes: "Axes") -> None:
    x, y = answer.ranges / 1e3, answer.heights / 1e3
    levels = _levels(float(np.nanmax(answer.time)))
    filled = axes.contourf(x, y, answer.time, levels, cmap="YlGnBu", alpha=0.75, zorder=2)
    axes.figure.colorbar(filled, ax=axes, pad=0.015, fraction=0.04, label="time of flight, s")
    levels_h = _of(answer.lines, "height_m") / 1e3
    axes.plot(_of(answer.lines, "reach_km"), levels_h, color=INK, linewidth=1.4, label="kinematic zone", zorder=5)
    axes.plot(_of(answer.lines, "launch_km"), levels_h, color=LAUNCH, linewidth=2.0, label="launch line", zorder=5)
    inner, outer = _of(answer.lines, "no_escape_from_km"), _of(answer.lines, "no_escape_km")
    if np.isfinite(outer).any():
        axes.plot(outer, levels_h, color=ESCAPE, linewidth=2.2, label="no escape, outer edge", zorder=5)
        axes.plot(inner, levels_h, color=ESCAPE, linewidth=1.4, linestyle=(0, (4, 2)), label="no escape, inner edge", zorder=5)
    spans = [(*span, h) for row, h in zip(answer.lines, levels_h, strict=True) for span in row["caught_again_km"]]
    for n, (near, far, h) in enumerate(spans):
        axes.plot((near, far), (h, h), color=ESCAPE, linewidth=1.2, alpha=0.55, zorder=5, label="_" if n else "caught again")
    axes.fill_betweenx(levels_h, 0.0, _of(answer.lines, "dead_km"), color=DEAD, zorder=4, label="dead zone")
    axes.axhline(answer.plan_height / 1e3, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=3)
    widest = np.nanmax([row["launch_km"] or row["reach_km"] or 0.0 for row in answer.lines])
    axes.set(xlim=(0.0, 1.04 * max(widest, 1e-3)), ylim=(0.0, 1.03 * float(answer.lines[-1]["height_m"]) / 1e3))
    axes.set_xlabel("range along the ground, km", color=INK)
    axes.set_ylabel("height above sea level, km", color=INK)
    axes.set_title("Section: target straight in", fontsize=11, color=INK, loc="left")


def _plan(answer: Envelope, axes: "Axes") -> None:
    x, y = answer.along / 1e3, answer.across / 1e3
    zone = np.vstack((answer.zone[:0:-1], answer.zone))
    both = np.concatenate((-y[:0:-1], y))
    if np.isfinite(zone).any():
        axes.contourf(x, both, zone, _levels(float(np.nanmax(zone))), cmap="YlGnBu", alpha=0.75, zorder=2)
        axes.contour(x, both, np.isfinite(zone).astype(float), [0.5], colors=LAUNCH, linewidths=2.0, zorder=4)
    if len(answer.escape):
        angle = np.concatenate((-answer.escape[::-1, 0], answer.escape[:, 0]))
        for column, width, style in ((1, 1.4, (0, (4, 2))), (2, 2.2, "-")):
            edge = np.concatenate((answer.escape[::-1, column], answer.escape[:, column])) / 1e3
            axes.plot(edge * np.cos(angle), edge * np.sin(angle), color=ESCAPE, linewidth=width, linestyle=style, zorder=5)
    dead = next((row["dead_km"] for row in answer.lines if row["height_m"] >= answer.plan_height), None)
    turn = np.linspace(0.0, 2.0 * math.pi, 90)
    axes.fill((dead or 0.0) * np.cos(turn), (dead or 0.0) * np.sin(turn), color=DEAD, zorder=4)
    axes.plot(0.0, 0.0, marker="^", color=ALARM, markersize=9, zorder=6)
    met = np.isfinite(zone)
    left, right = float(x[met.any(axis=0)].min(initial=0.0)), float(x[met.any(axis=0)].max(initial=1.0))
    wide = float(both[met.any(axis=1)].max(initial=0.5))
    axes.annotate("", (0.62 * right, 1.13 * wide), (0.92 * right, 1.13 * wide), arrowprops={"arrowstyle": "->"}, zorder=6)
    axes.annotate("course", (0.93 * right, 1.13 * wide), fontsize=9, color=INK, va="center")
    shape = SIZE[0] * PLAN[2] / (SIZE[1] * PLAN[3])  # of the frame, width over height
    half = max(1.25 * wide, 0.56 * (right - left) / shape)
    middle = 0.5 * (left + right)
    axes.set(xlim=(middle - shape * half, middle + shape * half), ylim=(-half, half))
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("ahead of abeam at launch, km (negative: past it)", color=INK)
    axes.set_ylabel("offset of the course, km", color=INK)
    axes.set_title(f"Plan at {answer.plan_height:,.0f} m: where the target may be at launch", fontsize=11, color=INK, loc="left")
