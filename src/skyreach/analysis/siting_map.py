"""The map of `site`: candidates by what they see, the chosen ones, and what these see together."""

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from skyreach.analysis.coverage_data import metres
from skyreach.analysis.map_base import Box, box_of, draw_ground
from skyreach.analysis.output import ALARM, FAINT, INK, MADE, figure_bytes, new_figure
from skyreach.analysis.siting_data import Siting
from skyreach.earth.geodesy import TWO_PI, gaussian_radius
from skyreach.earth.polar_ground import positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEN, ASSET = "#2a6fb0", "#7b2d8b"


def png(answer: Siting) -> bytes:
    """The map as the bytes of a PNG file: the whole area at the left, the candidates at the right."""
    whole, near = _boxes(answer)
    tall = min(max(6.3 * whole.ratio, 4.5), 8.0)
    figure = new_figure(14.0, tall + 2.4)
    height = tall + 2.4
    left = figure.add_axes((0.55 / 14.0, 1.05 / height, 6.2 / 14.0, tall / height))
    right = figure.add_axes((7.35 / 14.0, 1.05 / height, 5.6 / 14.0, tall / height))
    _whole(answer, left, whole)
    _near(answer, right, near)
    inches = figure.dpi_scale_trans
    mast = "no mast" if answer.mast == "none" else f"mast {answer.mast}"
    head = f"Where to put the {answer.title}"
    figure.text(0.2, height - 0.42, head, transform=inches, fontsize=17, fontweight="bold", color=INK)
    ref = "the ground" if answer.ref == "agl" else "mean sea level"
    target = answer.target or f"of {answer.rcs:g} m²"
    text = (
        f"Antenna {answer.antenna:g} m above ground ({mast}); target {target} at {_heights(answer)} above {ref}, Pd "
        f"{answer.pd:g} or better in one look; {len(answer.candidates)} candidates; k = {answer.k:.3g}."
    )
    figure.text(0.2, height - 0.7, text, transform=inches, fontsize=10.5, color=INK)
    together = answer.to_dict()["together"]
    share = "of the area of interest" if answer.grid is not None else "of what is to be seen"
    line = f"Best {len(together['sites'])}: {', '.join(together['sites'])} see {together['share']:.1%} {share}"
    line += f" (no choice sees more than {together['bound']:.1%}; greedy {together['greedy_share']:.1%})."
    figure.text(0.2, height - 0.95, line, transform=inches, fontsize=10.5, color=INK, fontweight="bold")
    foot = f"Terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m, bilinear. "
    foot += " ".join((*answer.terrain["warnings"], *answer.notes, "Coast and borders: Natural Earth, de facto lines.", MADE))
    lines = "\n".join(textwrap.wrap(foot, 220)[:3])
    figure.text(0.2, 0.5, lines, transform=inches, fontsize=8, color=FAINT, va="top", linespacing=1.35)
    return figure_bytes(figure, "png")


def _heights(answer: Siting) -> str:
    return ", ".join(metres(h) for h in answer.heights)


def _boxes(answer: Siting) -> tuple[Box, Box]:
    """The boxes of the two panels."""
    lat, lon = answer.middle()

    def around(radius: float) -> Box:
        up = radius / gaussian_radius(lat)
        return Box(lat - up, lat + up, lon - up / math.cos(lat), lon + up / math.cos(lat))

    spread = np.radians([[c.lat_deg, c.lon_deg] for c in answer.candidates])
    rows, columns = np.unique(spread[:, 0]), np.unique(spread[:, 1])
    if len(rows) < 2 or len(columns) < 2:
        return around(1.05 * max(answer.within, answer.radius)), around(1.2 * answer.radius)
    return around(1.05 * max(answer.within, answer.radius)), box_of(np.ones((len(rows), len(columns)), bool), rows, columns, 0.12)


def _whole(answer: Siting, axes: "Axes", box: Box) -> None:
    """What the chosen see at the lowest height, and where candidates, assets and routes lie."""
    draw_ground(axes, answer.dem, box)
    if answer.grid is not None and answer.inside is not None:
        grid, deg = answer.grid, math.degrees
        lowest = int(np.argmin(answer.heights))
        colour = np.zeros((grid.n_lat, grid.n_lon, 4))
        colour[answer.union(lowest)] = (0.165, 0.435, 0.69, 0.6)
        south, west = deg(grid.south), deg(grid.west)
        extent = (west, west + deg(grid.dlon) * grid.n_lon, south, south + deg(grid.dlat) * grid.n_lat)
        axes.imshow(colour, extent=extent, origin="lower", interpolation="nearest", aspect=box.stretch, zorder=3)
        rim = np.empty((181, 2))
        positions(*answer.middle(), np.linspace(0.0, TWO_PI, 181), np.full(181, answer.within), rim)
        axes.plot(np.degrees(rim[:, 1]), np.degrees(rim[:, 0]), color=INK, linewidth=1.0, linestyle="dashed", zorder=5)
        title = f"Seen together at {metres(answer.heights[lowest])} (blue); dashed: area of interest"
    else:
        title = "Assets (squares) and routes to be seen (purple)"
        for cover in answer.covers:
            lat, lon = np.array(cover.points).T
            axes.plot(lon, lat, "s" if cover.kind == "asset" else "-", color=ASSET, markersize=5, linewidth=1.6, zorder=7)
    _marks(answer, axes, box, False)
    axes.set(xlim=np.degrees([box.west, box.east]), ylim=np.degrees([box.south, box.north]))
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)


def _near(answer: Siting, axes: "Axes", box: Box) -> None:
    """The candidates, coloured by their score."""
    draw_ground(axes, answer.dem, box)
    lon, lat = [c.lon_deg for c in answer.candidates], [c.lat_deg for c in answer.candidates]
    score = [100.0 * c.score for c in answer.candidates]
    dots = axes.scatter(lon, lat, c=score, cmap="viridis", s=70, edgecolors="white", linewidths=0.8, zorder=7)
    _marks(answer, axes, box, True)
    bar = axes.figure.colorbar(dots, ax=axes, fraction=0.045, pad=0.02)
    bar.set_label("seen by this site alone, %", fontsize=9, color=INK)
    bar.ax.tick_params(labelsize=8)
    axes.set(xlim=np.degrees([box.west, box.east]), ylim=np.degrees([box.south, box.north]))
    axes.set_title("Candidates; stars: chosen, in the order of their gain", loc="left", fontsize=10, fontweight="bold", color=INK)


def _marks(answer: Siting, axes: "Axes", box: Box, named: bool) -> None:
    plate = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    for row in answer.chosen:
        place = (row["lon"], row["lat"])
        axes.plot(*place, "*", color=ALARM, markersize=15, markeredgecolor="white", markeredgewidth=0.9, zorder=8)
        text = f"{row['chosen']}: {row['name']} ({row['ground_msl_m']:,.0f} m)" if named else str(row["chosen"])
        left = place[0] > math.degrees(box.west + 0.6 * (box.east - box.west))
        axes.annotate(
            text, place, (-8 if left else 8, 7), textcoords="offset points", fontsize=8.5, fontweight="bold", color=INK,
            ha="right" if left else "left", bbox=plate, zorder=9,
        )  # fmt: skip
