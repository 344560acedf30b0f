"""The map of a coverage answer as a PNG: relief, coast and borders, the advertised circle, and the honest areas.

A place has the colour of the lowest height at which a target there is seen (or can be engaged); lines are the
outlines of each height. Lengths on the sheet are inches from its lower left corner.
"""

import io
import math
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from skyreach.analysis.coverage_data import Coverage, metres
from skyreach.analysis.coverage_picture import LAND, STRENGTH, Colour, Picture, plane
from skyreach.analysis.coverage_rings import Polygon
from skyreach.analysis.map_base import jamming_words
from skyreach.catalog import load
from skyreach.earth.geodesy import TWO_PI
from skyreach.earth.outlines import outlines
from skyreach.earth.polar_ground import positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

WIDTH, DPI = 14.0, 100  # inches, dots per inch: 1400 pixels wide
MARGIN, SIDE, SIDE_ALONE = 0.2, 6.7, 8.0
LEGEND_LINE, PER_LINE, FOOT, HEAD = 0.42, 4, 0.75, 1.2
BEYOND = 1.085  # half the side of the map over the larger of circle and range
INK, FAINT, LINES, ALARM = "#20252b", "#59626c", "#3c444c", "#b3261e"
HEADINGS = {"seen": "Seen by a radar", "engageable": "Can be engaged"}
POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
CREDIT = "Coast and borders: Natural Earth, de facto lines. Made with skyreach from public sources; not for navigation."


class Sheet(NamedTuple):
    """Where things stand."""

    height: float
    panels: dict[str, float]  # kind: left side
    bottom: float  # of the panels
    side: float
    half: float  # m, half the side of the map


def png(answer: Coverage) -> bytes:
    """The map as the bytes of a PNG file, 1400 pixels wide."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sheet = layout(answer)
    figure = Figure(figsize=(WIDTH, sheet.height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    picture, tones = Picture(answer, sheet.half), colours(answer)
    for kind, left in sheet.panels.items():
        box = (left / WIDTH, sheet.bottom / sheet.height, sheet.side / WIDTH, sheet.side / sheet.height)
        _panel(answer, kind, figure.add_axes(box), picture, tones)
        _legend(answer, kind, figure, left, sheet, tones)
    _words(answer, figure, sheet)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": "skyreach"})
    return out.getvalue()


def layout(answer: Coverage) -> Sheet:
    """Sheet for one or two panels and as many lines of legend as there are heights."""
    kinds = list(answer.polar)
    side = SIDE if len(kinds) == 2 else SIDE_ALONE
    left = [MARGIN, WIDTH - MARGIN - side] if len(kinds) == 2 else [0.5 * (WIDTH - side)]
    bottom = FOOT + LEGEND_LINE * math.ceil(len(answer.levels) / PER_LINE) + 0.12
    half = BEYOND * max(answer.circle, answer.grid.r_max)
    return Sheet(bottom + side + HEAD, dict(zip(kinds, left, strict=True)), bottom, side, half)


def colours(answer: Coverage) -> dict[float, Colour]:
    """A colour for each height, dark for the lowest; viridis keeps its order for colour-blind eyes and in grey."""
    from matplotlib import colormaps

    order = sorted(level.height for level in answer.levels)
    steps = np.linspace(0.06, 0.97, len(order)) if len(order) > 1 else [0.35]
    tones = [colormaps["viridis"](float(step)) for step in steps]
    return {height: (tone[0], tone[1], tone[2]) for height, tone in zip(order, tones, strict=True)}


def _panel(answer: Coverage, kind: str, axes: "Axes", picture: Picture, tones: dict[float, Colour]) -> None:
    from matplotlib.patches import Circle, PathPatch

    half = picture.half / 1e3  # the axes are in km
    axes.imshow(picture.tinted(kind, tones), extent=(-half, half, -half, half), origin="lower", interpolation="antialiased")
    for style, width, lines in (("-", 0.8, "coast"), ((0, (5, 2)), 0.6, "border")):
        for x, y in _lines(answer, picture.half, lines):
            axes.plot(x, y, color=LINES, linewidth=width, linestyle=style, alpha=0.8)
    for level in sorted(answer.levels, key=lambda level: -level.height):
        path = _path(answer.shapes[kind, level.height])
        if path is not None:
            dark = tuple(0.5 * c for c in tones[level.height])
            axes.add_patch(PathPatch(path, facecolor="none", edgecolor=dark, linewidth=0.5))
    step = 10.0 ** math.floor(math.log10(half))
    step = step if half / step >= 2.0 else 0.5 * step
    for r in np.arange(step, 0.9 * half, step):
        axes.add_patch(Circle((0, 0), r, fill=False, edgecolor=INK, linewidth=0.4, alpha=0.3))
        axes.annotate(f"{r:g} km", (0, -r), color=FAINT, fontsize=7, ha="center", va="center", bbox=_plate())
    circle = Circle((0, 0), answer.circle / 1e3, fill=False, edgecolor=ALARM, linewidth=1.8, linestyle=(0, (6, 3)))
    axes.add_patch(circle)
    if abs(answer.grid.r_max - answer.circle) > 1.0:
        axes.add_patch(Circle((0, 0), answer.grid.r_max / 1e3, fill=False, edgecolor=INK, linewidth=0.9, linestyle=":"))
    _compass(axes, half)
    _sites(answer, axes, half)
    axes.set(xlim=(-half, half), ylim=(-half, half), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(color="#aab1b8", linewidth=0.8)


def _plate() -> dict[str, Any]:
    return {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.62}


def _path(shapes: list[Polygon]) -> "Path | None":
    """All outlines as one path [km], or None."""
    from matplotlib.path import Path

    rings = [ring for shape in shapes for ring in shape.rings]
    loops = [np.column_stack([s * np.sin(az), s * np.cos(az)]) / 1e3 for az, s in rings]
    paths = [Path(np.vstack([loop, loop[:1]]), closed=True) for loop in loops]
    return Path.make_compound_path(*paths) if paths else None


def _lines(answer: Coverage, half: float, kind: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Coast lines or borders of the map [km]."""
    lat, lon = math.radians(answer.lat_deg), math.radians(answer.lon_deg)
    place = np.empty((8, 2))
    positions(lat, lon, np.arange(8) * (TWO_PI / 8), np.full(8, math.sqrt(2.0) * half), place)
    turn = place[:, 1] - lon
    turn -= TWO_PI * np.round(turn / TWO_PI)
    wide = float(np.abs(turn).max())
    found = outlines(float(place[:, 0].min()), float(place[:, 0].max()), lon - wide, lon + wide, kind)  # type: ignore[arg-type]
    flat = [plane(answer, line[:, 0], line[:, 1]) for line in found]
    return [(x / 1e3, y / 1e3) for x, y in flat]


def _compass(axes: "Axes", half: float) -> None:
    for i, name in enumerate(POINTS):
        out = 0.965 * half * (1.0 if i % 2 == 0 else 1.33)
        x, y = out * math.sin(math.pi / 4 * i), out * math.cos(math.pi / 4 * i)
        axes.text(x, y, name, color=FAINT, fontsize=8.5, ha="center", va="center", fontweight="bold", bbox=_plate())


def _sites(answer: Coverage, axes: "Axes", half: float) -> None:
    """The site, and others of the catalogue for orientation; of those that lie close together only one."""
    near: dict[str, Any] = {"textcoords": "offset points", "color": INK, "bbox": _plate()}
    axes.plot(0, 0, marker="o", markersize=6, color=ALARM, markeredgecolor="white", markeredgewidth=1.1)
    if "," not in answer.place:
        axes.annotate(answer.place.capitalize(), (0, 0), (7, 6), fontsize=9, fontweight="bold", **near)
    taken = [(0.0, 0.0)]
    for item in load().items("site"):
        point = plane(answer, np.array([item.si("lat")]), np.array([item.si("lon")]))
        x, y = float(point[0][0]) / 1e3, float(point[1][0]) / 1e3
        if max(abs(x), abs(y)) > 0.9 * half or any(math.hypot(x - a, y - b) < 0.1 * half for a, b in taken):
            continue
        taken.append((x, y))
        axes.plot(x, y, marker="o", markersize=3.4, color=INK, markeredgecolor="white", markeredgewidth=0.6)
        axes.annotate(item.key.capitalize(), (x, y), (4, 3), fontsize=7.5, **near)


def _legend(answer: Coverage, kind: str, figure: "Figure", left: float, sheet: Sheet, tones: dict[float, Colour]) -> None:
    """Under a panel: a patch for each height, with the area and its share of the circle."""
    from matplotlib.patches import Rectangle

    inches = figure.dpi_scale_trans
    for n, row in enumerate(sorted(answer.table, key=lambda row: row["height_m"])):
        x = left + sheet.side * (n % PER_LINE) / PER_LINE
        y = sheet.bottom - 0.12 - LEGEND_LINE * (1 + n // PER_LINE)
        tone = tuple(STRENGTH * c + (1.0 - STRENGTH) * land for c, land in zip(tones[row["height_m"]], LAND, strict=True))
        figure.add_artist(Rectangle((x, y + 0.06), 0.2, 0.28, transform=inches, facecolor=tone, edgecolor=INK, linewidth=0.6))
        text = f"{row[f'{kind}_km2']:,.0f} km², {row[f'{kind}_share']:.1%}"
        figure.text(x + 0.28, y + 0.21, metres(row["height_m"]), transform=inches, fontsize=10, fontweight="bold", color=INK)
        figure.text(x + 0.28, y + 0.05, text, transform=inches, fontsize=9, color=INK)


def _words(answer: Coverage, figure: "Figure", sheet: Sheet) -> None:
    """Title, headings of the panels, and what the answer rests on."""
    inches = figure.dpi_scale_trans
    top = sheet.height
    where = answer.place.capitalize() if "," not in answer.place else f"{answer.lat_deg:.3f}, {answer.lon_deg:.3f}"
    figure.text(MARGIN, top - 0.42, f"{answer.title} at {where}", transform=inches, fontsize=18, fontweight="bold", color=INK)
    ref = "the ground" if answer.ref == "agl" else "mean sea level"
    mast = "no mast" if answer.mast == "none" else f"mast {answer.mast}"
    said, jammers = jamming_words([jammer["name"] for jammer in answer.jammers])
    text = (
        f"Target of {answer.rcs:g} m² at heights above {ref}, detected in one look with Pd {answer.pd:g} or better{said}; "
        f"{mast}. Percentages are shares of the dashed circle."
    )
    figure.text(MARGIN, top - 0.72, text, transform=inches, fontsize=11, color=INK)
    ring = f"- - -  {answer.circle_name}: {answer.circle / 1e3:g} km, {answer.to_dict()['circle_km2']:,.0f} km²"
    figure.text(WIDTH - MARGIN, top - 0.42, ring, transform=inches, fontsize=11, color=ALARM, fontweight="bold", ha="right")
    for kind, left in sheet.panels.items():
        y = sheet.bottom + sheet.side + 0.09
        figure.text(left, y, HEADINGS[kind], transform=inches, fontsize=12, fontweight="bold", color=INK)
        figure.text(left + sheet.side, y, _fine_print(answer, kind), transform=inches, fontsize=9, color=FAINT, ha="right")
    terrain = f"Terrain: {answer.terrain['name']}; posting {answer.terrain['posting_m']:.0f} m; k = {answer.k:.3g}. "
    beyond = "" if abs(answer.grid.r_max - answer.circle) <= 1.0 else f"Map made to {answer.grid.r_max / 1e3:g} km (dotted). "
    lines = textwrap.wrap(jammers + terrain + beyond + " ".join((*answer.terrain["warnings"], CREDIT)), 225)[:3]
    figure.text(MARGIN, FOOT - 0.17, "\n".join(lines), transform=inches, fontsize=8, color=FAINT, va="top", linespacing=1.35)


def _fine_print(answer: Coverage, kind: str) -> str:
    """Beside the heading of a panel: by what."""
    if kind == "engageable":
        radars, missiles = " or ".join(answer.guiding), ", ".join(answer.levels[0].by_missile)
        return f"seen by {radars.upper()}, and in reach of {missiles.upper()}"
    return ", ".join(f"{key.upper()} {height:g} m" for key, (_, height) in answer.masts.items()) + " above ground"
