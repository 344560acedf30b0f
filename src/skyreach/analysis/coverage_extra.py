"""Two more pictures of a coverage answer: its bands of doubt, and what another refraction gives and takes."""

import math

import numpy as np

from skyreach.analysis.coverage_data import Coverage, metres
from skyreach.analysis.coverage_picture import Picture
from skyreach.analysis.output import ALARM, FAINT, INK, MADE, figure_bytes, new_figure

MEANS = {"seen": "Seen by a radar", "engageable": "Can be engaged"}
GAINED, LOST, BOTH = (0.10, 0.50, 0.22), (0.75, 0.15, 0.12), (0.42, 0.52, 0.66)
PER_ROW = 4


def bands_png(answer: Coverage) -> bytes:
    """Bars from low to high of the catalogue by height, a mark at nominal; areas and shares of the circle."""
    kinds = list(answer.polar)
    rows = sorted(answer.table, key=lambda row: row["height_m"])
    figure = new_figure(12.0, 1.9 + 0.55 * len(rows))
    circle = float(answer.grid.cap(answer.circle)) / 1e6
    for n, kind in enumerate(kinds):
        axes = figure.add_axes((0.09 + n * 0.46, 0.95 / figure.get_figheight(), 0.42, 0.55 * len(rows) / figure.get_figheight()))
        for y, row in enumerate(rows):
            low, nominal, high = (row[f"{kind}_km2{end}"] for end in ("_low", "", "_high"))
            axes.barh(y, max(high - low, 0.003 * circle), left=low, height=0.5, color="#8fa6c4", edgecolor=INK, linewidth=0.5)
            axes.plot([nominal, nominal], [y - 0.34, y + 0.34], color=ALARM, linewidth=2.2)
            text = f"{low:,.0f} / {nominal:,.0f} / {high:,.0f}"
            right = high < 0.55 * circle
            axes.annotate(text, (high if right else low, y), (6 if right else -6, 0), textcoords="offset points", fontsize=9,
                          color=INK, va="center", ha="left" if right else "right")  # fmt: skip
        axes.set(xlim=(0.0, circle), ylim=(-0.6, len(rows) - 0.4), yticks=range(len(rows)))
        axes.set_yticklabels([metres(row["height_m"]) if n == 0 else "" for row in rows], fontsize=10)
        axes.set_xlabel(f"km2, as far as the {answer.circle_name} of {answer.circle / 1e3:g} km would have it", fontsize=9)
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
        axes.set_title(f"{MEANS[kind]}: low / nominal / high", fontsize=11, loc="left", color=INK)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    top = 1.0 - 0.3 / figure.get_figheight()
    title = f"{answer.title}: what the doubt of the catalogue does"
    figure.text(0.01, top, title, fontsize=14, fontweight="bold", color=INK, va="center")
    foot = f"Every doubtful figure of radars and missiles at once at its worse and at its better end. {MADE}"
    figure.text(0.01, 0.12 / figure.get_figheight(), foot, fontsize=8, color=FAINT)
    return figure_bytes(figure, "png")


def refraction_png(answer: Coverage) -> bytes:
    """Maps of what is seen with the refraction of the answer and not with k = 4/3, and the other way round; one for each
    height."""
    plain = answer.others["standard"]
    columns = min(PER_ROW, len(plain))
    lines = math.ceil(len(plain) / PER_ROW)
    side = 3.4
    width, height = max(columns * (side + 0.15) + 0.15, 8.0), lines * (side + 0.75) + 1.25
    figure = new_figure(width, height)
    picture = Picture(answer, 1.02 * answer.grid.r_max)
    half = picture.half / 1e3
    for n, (level, other) in enumerate(zip(answer.levels, plain, strict=True)):
        x, y = 0.15 + n % PER_ROW * (side + 0.15), height - 0.9 - (n // PER_ROW + 1) * (side + 0.75) + 0.45
        axes = figure.add_axes((x / width, y / height, side / width, side / height))
        here, there = picture.pixels(level.seen), picture.pixels(other.seen)
        image = picture.relief.copy()
        for mask, colour in ((here & there, BOTH), (here & ~there, GAINED), (there & ~here, LOST)):
            image[mask] = 0.25 * image[mask] + 0.75 * np.array(colour)
        axes.imshow(image.clip(0.0, 1.0), extent=(-half, half, -half, half), origin="lower")
        axes.set(xticks=[], yticks=[])
        gain = answer.grid.area(level.seen & ~other.seen) / 1e6
        loss = answer.grid.area(other.seen & ~level.seen) / 1e6
        axes.set_title(f"{metres(level.height)}: +{gain:,.0f} / -{loss:,.0f} km2", fontsize=10, color=INK)
    figure.text(0.15 / width, 1.0 - 0.3 / height, f"{answer.title}: seen with another refraction", fontsize=14, fontweight="bold",
                color=INK, va="center")  # fmt: skip
    against = f"{answer.refraction['name']}, against k = 4/3"
    figure.text(0.15 / width, 1.0 - 0.62 / height, against, fontsize=10, color=INK, va="center")
    words = (("seen with both", BOTH), ("only with this refraction", GAINED), ("only with k = 4/3", LOST))
    for n, (word, colour) in enumerate(words):
        left = 0.15 + 2.4 * n
        figure.text(left / width, 0.38 / height, "\u25a0", fontsize=14, color=colour, va="center")
        figure.text((left + 0.2) / width, 0.38 / height, word, fontsize=9, color=INK, va="center")
    figure.text(0.15 / width, 0.12 / height, f"Terrain: {answer.terrain['name']}; to {answer.grid.r_max / 1e3:g} km. {MADE}",
                fontsize=7.5, color=FAINT)  # fmt: skip
    return figure_bytes(figure, "png")

