"""The kill chain as a picture: one bar per fire unit (or per target), coloured by the reason that held, events above it."""

import textwrap
from typing import TYPE_CHECKING

from skyreach.analysis.output import FAINT, INK, MADE, figure_bytes, new_figure
from skyreach.errors import BadInput
from skyreach.records.binding import CHAIN, NOT_LIMITS, Interval
from skyreach.records.chain import Chain, Chains
from skyreach.records.explain import find_target, story
from skyreach.records.run import Run
from skyreach.world import codes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Bar = tuple[str, list[Interval], Chain | None]
"""Name, what held, and the chain whose events are marked on it."""
KINDS = ("png", "svg")
MOST = 60  # targets drawn in one picture
BAR = 0.26  # inches for one bar
# one hue for each stage of the chain (colours that stay apart for the colour-blind), lighter to darker along it
STAGES: tuple[tuple[str, tuple[int, int], tuple[str, str]], ...] = (
    ("not seen", (codes.R_NO_RADAR, codes.R_LINK), ("#eceff1", "#6d7780")),
    ("not tracked or known", (codes.R_TRACK_FILE, codes.R_TRACK_LOST), ("#cfe3f5", "#8dbde3")),
    ("command", (codes.R_UNIT_LOST, codes.R_RULES), ("#e6d3ea", "#9a6fa8")),
    ("cannot shoot", (codes.R_MAGAZINE, codes.R_RELEASE), ("#fbe3b4", "#d98a00")),
    ("under way", (codes.R_REACTION, codes.R_ASSESSING), ("#b8e0c4", "#1d7a46")),
)  # fmt: skip
MARKS = {
    codes.EVENTS[codes.E_FIRST_SEEN][0]: ("o", "first seen"), codes.EVENTS[codes.E_TRACK_FIRM][0]: ("s", "firm track"),
    codes.EVENTS[codes.E_IDENTIFIED][0]: ("D", "identified"), codes.EVENTS[codes.E_ASSIGNED][0]: (">", "assigned"),
    codes.EVENTS[codes.E_LAUNCH][0]: ("^", "launch"), codes.EVENTS[codes.E_KILL][0]: ("X", "destroyed"),
    codes.EVENTS[codes.E_ARRIVED][0]: ("P", "arrived"),
}  # fmt: skip


def colour(code: int) -> str:
    """Colour of a reason: the hue of its stage, darker towards the end of the chain."""
    from matplotlib.colors import to_hex, to_rgb

    for _, (low, high), (pale, full) in STAGES:
        if low <= code <= high:
            share = (code - low) / max(high - low, 1)
            red, green, blue = (a + share * (b - a) for a, b in zip(to_rgb(pale), to_rgb(full), strict=True))
            return to_hex((red, green, blue))
    return "#ffffff"


def kind_of(name: str) -> str:
    """png or svg, from the name of a file; BadInput for others."""
    kind = name.rpartition(".")[2].lower()
    if kind not in KINDS:
        raise BadInput(f"picture {name}", f".{kind}" if "." in name else "no ending", "a name that ends in .png or .svg")
    return kind


def chart(run: Run, target: int | str | None, kind: str) -> bytes:
    """The kill chain of one target by fire unit, or of all targets (None) by their binding limit, as a png or svg file."""
    chains = Chains(run)
    if target is None:
        picked = [chain for chain in chains.all() if chain.limits][:MOST]
        rows: list[Bar] = [(chain.row["name"], chain.limits, chain) for chain in picked]
        return _draw(run, rows, f"{run.manifest['scenario']}: what held each target, moment by moment", [], kind)
    row = find_target(run, target)
    chain = chains.of(row["target"])
    units = chains.ledger.of_units(row["target"])
    bars: list[Bar] = [("the furthest", chain.limits, chain)]
    bars += [(name, [p for p in parts if p.code not in NOT_LIMITS], None) for name, parts in units.items()]
    return _draw(run, bars, f"{row['name']} ({row['system']}): {row['status']}", story(run, chain, chains), kind)


def _draw(run: Run, bars: list[Bar], title: str, told: list[str], kind: str) -> bytes:
    words = [line for text in told for line in textwrap.wrap(text, 190)]
    used = sorted({part.code for _, parts, _ in bars for part in parts})
    columns = 6
    legend = -(-(len(used) + len(MARKS)) // columns)
    top, middle, bottom = 0.62 + 0.19 * len(words), BAR * max(len(bars), 2) + 0.15, 0.95 + 0.2 * legend
    height = top + middle + bottom
    figure = new_figure(14.0, height)
    figure.text(0.02, 1.0 - 0.38 / height, title, fontsize=16, fontweight="bold", color=INK)
    for i, line in enumerate(words):
        figure.text(0.02, 1.0 - (0.66 + 0.19 * i) / height, line, fontsize=9.5, color=INK)
    axes = figure.add_axes((0.13, bottom / height, 0.84, middle / height))
    _bars(run, bars, axes)
    _legend(figure, used, columns, (bottom - 0.5) / height)
    m = run.manifest
    foot = f"{m['scenario']}, seed {m['seed']}, digest {m['digest'][:12]}; times in UTC; terrain: {m['terrain']['name']}. {MADE}"
    figure.text(0.02, 0.12 / height, foot, fontsize=8, color=FAINT)
    return figure_bytes(figure, kind)


def _bars(run: Run, bars: list[Bar], axes: "Axes") -> None:
    for y, (_, parts, chain) in enumerate(bars):
        axes.broken_barh(
            [(part.t_from, part.t_to - part.t_from) for part in parts], (y - 0.4, 0.8),
            facecolors=[colour(part.code) for part in parts], edgecolor="white", linewidth=0.3,
        )  # fmt: skip
        for event in chain.events if chain else ():
            if event["kind"] in MARKS:
                axes.plot(event["t_s"], y, MARKS[event["kind"]][0], color=INK, markersize=4.5, markeredgecolor="white",
                          markeredgewidth=0.5, clip_on=False)  # fmt: skip
    axes.set_yticks(range(len(bars)), [name for name, _, _ in bars], fontsize=8.5)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    times = [t for _, parts, _ in bars for part in parts for t in (part.t_from, part.t_to)] or [0.0, 1.0]
    axes.set_xlim(min(times), max(times))
    axes.xaxis.set_major_formatter(lambda t, _: run.clock(t))
    axes.tick_params(labelsize=8.5, colors=INK)
    axes.grid(axis="x", color="#d5dae0", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _legend(figure, used: list[int], columns: int, y: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list = [Patch(facecolor=colour(code), label=CHAIN[code], edgecolor="#b7bec6", linewidth=0.4) for code in used]
    handles += [
        Line2D([], [], marker=mark, color=INK, linestyle="", markersize=5, label=name) for mark, name in MARKS.values()
    ]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.125, y), ncols=columns, fontsize=8.5, frameon=False,
        handlelength=1.6, columnspacing=1.6, labelspacing=0.35, borderaxespad=0.0,
    )  # fmt: skip
