"""The map of a network: how many radars see each place at each height, and where fire units can engage."""

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from skyreach.analysis.coverage_data import metres
from skyreach.analysis.map_base import Box, box_of, draw_ground, jamming_words, labels
from skyreach.analysis.network_data import Network, NetworkLevel
from skyreach.analysis.output import ALARM, FAINT, INK, MADE, figure_bytes, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 14.0  # inches
STEPS = ("1", "2", "3", "4", "5 or more")  # radars: one colour each
ENGAGE = "#d95f02"
CREDIT = "Coast and borders: Natural Earth, de facto lines."


def png(answer: Network) -> bytes:
    """The map as the bytes of a PNG file, 1400 pixels wide, one panel for each height."""
    columns = 2 if len(answer.levels) > 1 else 1
    rows = math.ceil(len(answer.levels) / columns)
    seen = np.any([level.radars > 0 for level in answer.levels], axis=0)
    box = box_of(seen, answer.grid.lat, answer.grid.lon)
    wide = (WIDTH - 0.8 * columns) / columns if columns == 2 else 9.0
    tall = min(wide * box.ratio, 9.0)
    height = 1.55 + rows * (tall + 1.15) + 0.6
    figure = new_figure(WIDTH, height)
    for n, level in enumerate(sorted(answer.levels, key=lambda level: level.height)):
        left = 0.65 + (n % columns) * (wide + 0.75) if columns == 2 else 0.5 * (WIDTH - wide)
        bottom = height - 1.55 - (n // columns + 1) * (tall + 1.15) + 0.75
        axes = figure.add_axes((left / WIDTH, bottom / height, wide / WIDTH, tall / height))
        _panel(answer, level, axes, box)
    inches = figure.dpi_scale_trans
    figure.text(0.2, height - 0.45, answer.title or answer.scenario, transform=inches, fontsize=17, fontweight="bold", color=INK)
    ref = "the ground" if answer.ref == "agl" else "mean sea level"
    target = answer.target or f"of {answer.rcs:g} m²"
    said, jammers = jamming_words(answer.jammers)
    text = (
        f"{len(answer.stations)} radars and {len(answer.fire_units)} fire units of {answer.scenario}. "
        f"Target {target} at heights above {ref}, detected in one look with Pd {answer.pd:g} or better{said}; "
        f"k = {answer.k:.3g}."
    )
    figure.text(0.2, height - 0.75, text, transform=inches, fontsize=10.5, color=INK)
    _legend(figure, height)
    foot = (
        f"{jammers}Terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m, bilinear. "
        f"Common grid of {answer.grid.cell / 1e3:.2f} km. "
    )
    words = textwrap.wrap(foot + " ".join((*answer.terrain["warnings"], CREDIT, MADE)), 220)[:3]
    figure.text(0.2, 0.5, "\n".join(words), transform=inches, fontsize=8, color=FAINT, va="top", linespacing=1.35)
    return figure_bytes(figure, "png")


def tones() -> list[tuple[float, float, float]]:
    """A colour for 1, 2, 3, 4 and more radars: viridis, which keeps its order for colour-blind eyes and in grey."""
    from matplotlib import colormaps

    return [colormaps["viridis"](float(x))[:3] for x in np.linspace(0.95, 0.15, len(STEPS))]


def _legend(figure: Any, height: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    inches = figure.dpi_scale_trans
    figure.text(0.2, height - 1.16, "Radars that see it:", transform=inches, fontsize=10, fontweight="bold", color=INK)
    x = 1.75
    for tone, word in zip(tones(), STEPS, strict=True):
        figure.add_artist(
            Rectangle((x, height - 1.2), 0.26, 0.2, transform=inches, facecolor=tone, alpha=0.75, edgecolor=INK, linewidth=0.6)
        )
        figure.text(x + 0.33, height - 1.16, word, transform=inches, fontsize=10, color=INK)
        x += 0.75
    x += 0.6
    for colour, style, word in (
        (ENGAGE, (0.0, (1.0, 0.0)), "can be engaged by a fire unit"),
        (ALARM, (0.0, (2.0, 1.5)), "gap: enclosed, seen by none"),
    ):
        line = Line2D([x, x + 0.4], [height - 1.1] * 2, transform=inches, color=colour, linewidth=2.2, linestyle=style)
        figure.add_artist(line)
        figure.text(x + 0.48, height - 1.16, word, transform=inches, fontsize=10, color=INK)
        x += 3.0


def _panel(answer: Network, level: NetworkLevel, axes: "Axes", box: Box) -> None:
    draw_ground(axes, answer.dem, box)
    deg, grid = math.degrees, answer.grid
    colour = np.zeros((grid.n_lat, grid.n_lon, 4))
    for n, tone in enumerate(tones(), 1):
        colour[(level.radars == n) if n < len(STEPS) else (level.radars >= n)] = (*tone, 0.66)
    west, south = deg(grid.west), deg(grid.south)
    extent = (west, west + deg(grid.dlon) * grid.n_lon, south, south + deg(grid.dlat) * grid.n_lat)
    axes.imshow(colour, extent=extent, origin="lower", interpolation="nearest", aspect=box.stretch, zorder=3)
    lon, lat = np.degrees(grid.lon), np.degrees(grid.lat)
    for mask, line, style in ((level.gap, ALARM, "dashed"), (level.units > 0, ENGAGE, "solid")):
        if mask.any():
            axes.contour(lon, lat, mask, [0.5], colors=line, linewidths=1.5, linestyles=style, zorder=5)
    labels(axes, box, [(s.name, math.radians(s.lat_deg), math.radians(s.lon_deg)) for s in answer.stations], ALARM)
    axes.set(xlim=(deg(box.west), deg(box.east)), ylim=(deg(box.south), deg(box.north)))
    row = next(row for row in answer.table if row["height_m"] == level.height)
    engage = "" if row["engageable_km2"] is None else f", engageable {row['engageable_km2']:,.0f} km²"
    title = f"{metres(level.height)}: seen {row['seen_km2']:,.0f} km² ({row['mean_overlap']:.1f} radars on average){engage}"
    axes.set_title(title, loc="left", fontsize=9.5, fontweight="bold", color=INK)
