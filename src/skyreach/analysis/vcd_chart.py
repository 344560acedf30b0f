"""The chart of a vertical coverage diagram: straight rays, curved earth, lobes where the target is detected.

Across: distance along the horizontal plane of the antenna; up: height over that plane, drawn larger. A height over the
surface is an arc that bends down with the earth of effective radius, an elevation is a straight line.
"""

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from skyreach.analysis.output import ALARM, FAINT, GROUND, GROUND_EDGE, INK, MADE, WATER, figure_bytes, new_figure
from skyreach.analysis.vcd import Vcd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOPS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0)  # km, of the arcs of height
RAYS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0)  # deg
HIDDEN = "#c7cbd1"


def chart(answer: Vcd, kind: str) -> bytes:
    """The chart as the bytes of a png or svg file."""
    figure = new_figure(14.0, 8.2)
    axes = figure.add_axes((0.06, 0.15, 0.885, 0.67))
    _draw(answer, axes)
    where = answer.place.capitalize() if "," not in answer.place else answer.place
    if answer.azimuth_deg is not None:
        where += f", azimuth {answer.azimuth_deg:g}°"
    figure.text(0.02, 0.95, f"{answer.title}: vertical coverage, {where}", fontsize=17, fontweight="bold", color=INK)
    scene, surface = answer.scene, answer.scene.surface
    polarisation = "horizontal" if answer.polarisation == "h" else "vertical"
    target = f"{answer.target}, head-on: " if answer.target else ""
    text = (
        f"Target {target}{answer.rcs:.3g} m²; antenna {scene.h_ant:g} m above the surface, "
        f"{scene.row['frequency'] / 1e9:g} GHz, "
        f"{polarisation} polarisation; {surface.name} surface, roughness {surface.roughness:.3g} m; k = {answer.k:.3g}."
    )
    figure.text(0.02, 0.91, text, fontsize=10.5, color=INK)
    rows = [row for row in answer.table if row["pd"] == answer.pds[0]]
    reach = ", ".join(f"{row['farthest_km']:,.0f} km at {row['height_m']:,g} m" for row in rows)
    lines = textwrap.wrap(f"Farthest detection with Pd {answer.pds[0]:g}: {reach}.", 165)[:2]
    figure.text(0.02, 0.893, "\n".join(lines), fontsize=10, color=INK, va="top", linespacing=1.3)
    ground = "Smooth earth." if answer.terrain is None else (
        f"Terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m. " + " ".join(answer.terrain["warnings"])
    )  # fmt: skip
    foot = " ".join((ground, *answer.notes, MADE))
    figure.text(0.02, 0.075, "\n".join(textwrap.wrap(foot, 220)[:4]), fontsize=8, color=FAINT, va="top", linespacing=1.35)
    return figure_bytes(figure, kind)


def _draw(answer: Vcd, axes: "Axes") -> None:
    r_max = float(answer.r_slant[-1])
    far = max(float(answer.contour(answer.pds[0]).max()), 0.2 * r_max)
    right = min(1.12 * far, r_max)
    found = answer.odds >= answer.pds[0]
    top = max(min(float(answer.height[found].max(initial=0.0)), 1.5 * max(answer.heights)), 1000.0)
    drop = _plane(answer, np.array([right]), 0.0)[0]
    axes.set(xlim=(0.0, right / 1e3), ylim=(drop / 1e3 - 0.03 * top / 1e3, 1.04 * top / 1e3))
    _detection(answer, axes)
    _grid(answer, axes, right, top)
    _surface(answer, axes, right)
    for pd, style in zip(answer.pds, ("--", ":", "-.", (0, (1, 1))), strict=False):
        el = np.linspace(0.0, answer.el_max, 400)
        r = answer.free_space(pd)
        x, y = r * np.cos(el) / 1e3, (answer.scene.h_ant + r * np.sin(el)) / 1e3
        axes.plot(x, y, color=ALARM, linewidth=1.2, linestyle=style, zorder=4.5, label=f"free space, Pd {pd:g}")
    axes.set_xlabel("range, km (across: distance along the horizontal of the antenna)", color=INK)
    axes.set_ylabel("height above the surface at the radar, km", color=INK)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), fontsize=9, frameon=False, ncols=5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _plane(answer: Vcd, x: np.ndarray, height: float) -> np.ndarray:
    """Height over the plane [m] at distances x [m] along it of a height [m] over the curved surface."""
    radius = answer.scene.r_eff + height
    return np.asarray(np.sqrt(np.maximum(radius * radius - x * x, 0.0)) - answer.scene.r_eff)


def _detection(answer: Vcd, axes: "Axes") -> None:
    """Filled areas of detection, lighter for the lower probability."""
    from matplotlib import colormaps

    r, el = answer.r_slant[None, :] / 1e3, answer.elevation[:, None]
    x, y = r * np.cos(el), answer.scene.h_ant / 1e3 + r * np.sin(el)
    levels = list(answer.pds)
    tones = [colormaps["YlGnBu"](float(t)) for t in np.linspace(0.35, 0.85, len(levels))]
    axes.contourf(x, y, answer.odds, [*levels, 2.0], colors=tones, zorder=3).set_rasterized(True)
    axes.contour(x, y, answer.odds, levels, colors="#16324f", linewidths=0.5, zorder=4).set_rasterized(True)
    for tone, pd in zip(tones, answer.pds, strict=True):
        axes.fill_between([], [], color=tone, label=f"detected, Pd {pd:g} or better")


def _grid(answer: Vcd, axes: "Axes", right: float, top: float) -> None:
    """Arcs of height, rays of elevation."""
    plate = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
    x = np.linspace(0.0, right, 200)
    low, high = axes.get_ylim()
    steps = [h for h in TOPS if h * 1e3 <= 1.02 * top]
    for n, h in enumerate(steps):
        y = _plane(answer, x, h * 1e3) / 1e3
        axes.plot(x / 1e3, y, color="#8a929b", linewidth=0.6, zorder=5)
        if n == 0 or h - steps[n - 1] > 0.035 * (high - low):
            axes.annotate(
                f"{h:g} km", (right / 1e3, y[-1]), (3, 0), textcoords="offset points", fontsize=8, color=FAINT, va="center",
                annotation_clip=False,
            )  # fmt: skip
    axes.set_yticks([h for n, h in enumerate(steps) if n == 0 or h - steps[n - 1] > 0.02 * (high - low)])
    axes.yaxis.set_major_formatter("{x:g}")
    taken = -math.inf
    for el in RAYS:
        if not answer.elevation[0] - 1e-9 <= math.radians(el) <= answer.el_max + 1e-9:
            continue
        slope, start = math.tan(math.radians(el)), answer.scene.h_ant / 1e3
        end = min(right / 1e3, (high - start) / slope if slope > 0.0 else math.inf)
        axes.plot([0.0, end], [start, start + slope * end], color="#8a929b", linewidth=0.6, linestyle=(0, (4, 3)), zorder=5)
        place = (0.97 * end, start + slope * 0.97 * end)
        spread = place[1] / (high - low) - place[0] / (right / 1e3)
        if spread - taken > 0.04:
            taken = spread
            axes.annotate(f"{el:g}°", place, fontsize=8, color=INK, ha="center", va="center", bbox=plate, zorder=7)


def _surface(answer: Vcd, axes: "Axes", right: float) -> None:
    """The curved earth, the terrain on it, and what it hides."""
    x = np.linspace(0.0, right, 400)
    base, low = _plane(answer, x, 0.0) / 1e3, axes.get_ylim()[0]
    if answer.scene.ground is None:
        name = WATER if answer.scene.surface.wet else GROUND
        axes.fill_between(x / 1e3, low, base, color=name, linewidth=0, zorder=5)
        axes.plot(x / 1e3, base, color=GROUND_EDGE, linewidth=1.0, zorder=6)
        return
    s, ground, floor = answer.scene.ground
    keep = s <= 1.02 * right
    s, ground, floor = s[keep], ground[keep], np.minimum(floor[keep], 1e6)
    turn = s / answer.scene.r_eff

    def bent(h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        radius = answer.scene.r_eff + h
        return radius * np.sin(turn) / 1e3, (radius * np.cos(turn) - answer.scene.r_eff) / 1e3

    hidden_x, hidden_y = bent(floor)
    over = np.interp(hidden_x, *bent(ground))
    axes.fill_between(
        hidden_x, over, hidden_y, where=list(hidden_y > over), facecolor=HIDDEN, alpha=0.55, linewidth=0, zorder=5,
        label="hidden by terrain",
    )  # fmt: skip
    axes.fill_between(*bent(ground), low, color=GROUND, linewidth=0, zorder=5)
    axes.plot(*bent(ground), color=GROUND_EDGE, linewidth=1.0, zorder=6)
