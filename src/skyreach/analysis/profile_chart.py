"""The chart of a terrain profile: earth bulge added to all heights, so that the ray is a straight line."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from skyreach.analysis.output import ALARM, FAINT, GROUND, GROUND_EDGE, INK, MADE, WATER, figure_bytes, new_figure
from skyreach.analysis.profile import Profile

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 3000  # drawn along the path
RAY, FLOOR = "#0b4f9e", "#8a3ffc"


def chart(answer: Profile, kind: str) -> bytes:
    """The chart as the bytes of a png or svg file."""
    figure = new_figure(14.0, 7.0)
    axes = figure.add_axes((0.065, 0.17, 0.915, 0.64))
    _draw(answer, axes)
    figure.text(0.02, 0.945, f"{_name(answer.a)} to {_name(answer.b)}", fontsize=17, fontweight="bold", color=INK)
    figure.text(0.02, 0.903, _verdict(answer), fontsize=11.5, color=INK if answer.clear else ALARM)
    figure.text(0.02, 0.87, _heights(answer), fontsize=10, color=INK)
    figure.text(0.02, 0.84, _losses(answer), fontsize=10, color=FAINT)
    foot = (
        f"Heights above mean sea level plus the bulge of an earth of k = {answer.k:.3g}; straight ray; terrain bilinear between "
        f"nodes. Terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m. "
        + " ".join((*answer.terrain["warnings"], MADE))
    )
    figure.text(0.02, 0.065, "\n".join(textwrap.wrap(foot, 220)[:3]), fontsize=8, color=FAINT, va="top", linespacing=1.35)
    return figure_bytes(figure, kind)


def _name(end: object) -> str:
    name = getattr(end, "name", "")
    return name if "," in name else name.capitalize()


def _verdict(answer: Profile) -> str:
    if answer.clear:
        return f"Clear line of sight over {answer.length / 1e3:,.1f} km."
    worst = max(answer.obstructions, key=lambda o: o.above_ray)
    where = f"ground stands {worst.above_ray:,.0f} m above the straight ray at {worst.top / 1e3:,.1f} km"
    return f"Hidden by the terrain over {answer.length / 1e3:,.1f} km: {where}."


def _heights(answer: Profile) -> str:
    floor = answer.floor[-1]
    lowest = f"{floor - answer.b.ground_msl:,.0f} m above ground" if np.isfinite(floor) else "nothing"
    return (
        f"A: antenna {answer.a.h_agl:g} m above ground ({answer.a.h_msl:,.0f} m msl). B: {answer.b.h_agl:,.0f} m above ground "
        f"({answer.b.h_msl:,.0f} m msl); lowest visible there: {lowest}."
    )


def _losses(answer: Profile) -> str:
    loss = answer.losses
    return (
        f"At {answer.frequency / 1e9:g} GHz: least clearance {answer.fresnel_clearance:.2f} first Fresnel zones; loss over free "
        f"space {loss['knife_edge']:.1f} dB by the worst knife edge, {loss['delta_bullington']:.1f} dB by delta-Bullington "
        f"(ITU-R P.526); {answer.sea_share:.0%} of the path over sea."
    )


def _draw(answer: Profile, axes: "Axes") -> None:
    x = answer.distance / 1e3
    step = max(x.size // POINTS, 1)
    pick = np.unique(np.concatenate([np.arange(0, x.size, step), [x.size - 1], _tops(answer)]))
    x, bulge = x[pick], answer.bulge[pick]
    ground, ray, fresnel, floor = (getattr(answer, name)[pick] for name in ("ground", "ray", "fresnel", "floor"))
    low, top = float((ground + bulge).min()), float(max((ground + bulge).max(), (ray + bulge).max()))
    room = 0.09 * max(top - low, 20.0)
    bottom = max(min(low, 0.0), low - 2.0 * room)
    axes.fill_between(x, bottom - room, bulge, color=WATER, linewidth=0, zorder=1, label="below sea level (earth bulge)")
    axes.fill_between(x, bulge.clip(max=ground + bulge), ground + bulge, color=GROUND, linewidth=0, zorder=2)
    axes.plot(x, ground + bulge, color=GROUND_EDGE, linewidth=1.0, zorder=3, label="ground")
    around = (ray + bulge - fresnel, ray + bulge + fresnel)
    axes.fill_between(x, *around, color=RAY, alpha=0.16, linewidth=0, zorder=4, label="first Fresnel zone")
    hidden = np.where(np.isfinite(floor), floor + bulge, np.nan)
    axes.plot(x, hidden, color=FLOOR, linewidth=1.3, linestyle=(0, (5, 2)), zorder=5, label="lowest visible altitude from A")
    axes.plot(x, ray + bulge, color=RAY, linewidth=1.6, zorder=6, label="ray from A to B")
    for n, o in enumerate(sorted(answer.obstructions, key=lambda o: -o.above_ray)[:3]):
        i = int(np.argmin(np.abs(x - o.top / 1e3)))
        axes.plot(x[i], ground[i] + bulge[i], marker="v", color=ALARM, markersize=8, zorder=7)
        if n == 0:
            axes.annotate(
                f"{o.ground_msl:,.0f} m msl", (x[i], ground[i] + bulge[i]), (0, 9), textcoords="offset points", color=ALARM,
                fontsize=9, ha="center", fontweight="bold", zorder=8,
            )  # fmt: skip
    axes.plot(x[[0, -1]], (ray + bulge)[[0, -1]], "o", color=RAY, markersize=7, markeredgecolor="white", zorder=8)
    axes.annotate("A", (x[0], ray[0] + bulge[0]), (9, 7), textcoords="offset points", fontweight="bold", color=INK, zorder=9)
    axes.annotate("B", (x[-1], ray[-1] + bulge[-1]), (-16, 7), textcoords="offset points", fontweight="bold", color=INK, zorder=9)
    axes.set(xlim=(x[0], x[-1]), ylim=(bottom - room, top + 3.2 * room))
    axes.set_xlabel("distance from A along the geodesic, km", color=INK)
    axes.set_ylabel("height above mean sea level + bulge, m", color=INK)
    axes.grid(color="#c9cdd2", linewidth=0.5, zorder=0)
    axes.legend(loc="upper left", fontsize=9, framealpha=0.9, ncols=3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _tops(answer: Profile) -> np.ndarray:
    return np.array([int(np.argmin(np.abs(answer.distance - o.top))) for o in answer.obstructions], dtype=int)
