"""Further tables of skyreach coverage: bands of the catalogue, another refraction, jamming."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from skyreach.analysis.coverage_data import Coverage
    from skyreach.analysis.network_data import Network


def extra_tables(answer: "Coverage") -> list["Table"]:
    """One table for each thing that was asked for."""
    out = []
    if "low" in answer.others:
        out.append(_bands(answer, list(answer.polar)))
    if "standard" in answer.others:
        out.append(_refraction(answer))
    if answer.burn_through:
        out.append(_jamming(answer))
    return out


def network_tables(answer: "Network") -> list["Table"]:
    """The same for a scenario: its own refraction is the only one there."""
    kinds = ["seen", "engageable"] if answer.fire_units else ["seen"]
    return [*([_bands(answer, kinds)] if answer.others else []), *([_jamming(answer)] if answer.burn_through else [])]


def _new(title: str, *columns: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _bands(answer: "Coverage | Network", kinds: list[str]) -> "Table":
    """Areas with the catalogue at low, nominal and high."""
    from skyreach.analysis.coverage_data import metres

    columns = [name for kind in kinds for name in (f"{kind}: low", "nominal", "high")]
    table = _new("doubt of the catalogue, km2", "height", *columns)
    for row in answer.table:
        cells = [f"{row[f'{kind}_km2{end}']:,.0f}" for kind in kinds for end in ("_low", "", "_high")]
        table.add_row(metres(row["height_m"]), *cells)
    return table


def _refraction(answer: "Coverage") -> "Table":
    """Areas seen with this refraction and with k = 4/3."""
    from skyreach.analysis.coverage_data import metres

    table = _new("refraction, seen km2", "height", "this", "k = 4/3", "gained", "lost", "net")
    for level, other, row in zip(answer.levels, answer.others["standard"], answer.table, strict=True):
        here, there = row["seen_km2"], row["seen_km2_standard"]
        gained = answer.grid.area(level.seen & ~other.seen) / 1e6
        lost = answer.grid.area(other.seen & ~level.seen) / 1e6
        net = f"{here / there - 1.0:+.1%}" if there else ""
        table.add_row(metres(row["height_m"]), f"{here:,.0f}", f"{there:,.0f}", f"{gained:,.0f}", f"{lost:,.0f}", net)
    return table


def _jamming(answer: "Coverage | Network") -> "Table":
    """Range of detection in free space without jamming, towards and away from the jammers, and against carried ones."""
    table = _new(
        "burn-through in free space, km", "radar", "jammers heard", "clear", "towards jammers", "away from them", "self-screening"
    )
    for row in answer.burn_through:
        figures = [row[key] for key in ("clear_km", "towards_km", "away_km", "self_screening_km")]
        table.add_row(row["radar"], str(row["jammers_heard"]), *("-" if x is None else f"{x:,.1f}" for x in figures))
    return table
