"""skyreach coverage of a scenario: all its radars together."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skyreach.analysis.network_data import Network


def compute_network(
    scenario: str, alone: dict[str, Any], settings: list[str], around: list[str], question: dict[str, Any]
) -> "Network":
    """The coverage of a scenario. alone: options that a single site takes and a scenario does not; around: words for its
    environment, KEY=VALUE."""
    from skyreach.analysis.network import network
    from skyreach.errors import BadInput
    from skyreach.scenario.settings import parse_settings

    for name, value in alone.items():
        if value not in (None, "none"):
            cure = "--set formations.NAME.radars.NAME.mast=40v6m" if name == "mast" else "change the scenario"
            raise BadInput(f"coverage: {name} for the scenario {scenario}", value, "the places and radars of the scenario", cure)
    return network(scenario, overrides=parse_settings([*(f"environment.{word}" for word in around), *settings]), **question)


def print_network(answer: "Network") -> None:
    """The answer in words and two tables."""
    from rich.console import Console

    from skyreach.cli.coverage_tables import network_tables

    document = answer.to_dict()
    console = Console(width=max(100, 30 + 13 * len(answer.levels)), highlight=False)
    ground = "the ground" if answer.ref == "agl" else "mean sea level"
    console.print(f"[bold]{answer.title or answer.scenario}[/bold]")
    console.print(f"{len(answer.stations)} radars that emit, {len(answer.fire_units)} fire units that they guide")
    target = answer.target or f"{answer.rcs:g} m2"
    console.print(f"target {target}, Pd {answer.pd:g} or better in one look, heights above {ground}, {answer.refraction['name']}")
    console.print(f"within the instrumented range of a radar: {document['in_range_km2']:,.0f} km2")
    console.print(_union(answer))
    console.print("each radar: km2 seen / of that by no other; each fire unit: km2 engageable")
    console.print(_members(answer))
    for table in network_tables(answer):
        console.print(table)
    lines = [
        f"terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m, {answer.terrain['interpolation']}",
        *(f"warning: {text}" for text in answer.terrain["warnings"]),
        *(f"note: {text}" for text in answer.notes),
    ]
    for line in lines:
        console.print(line, markup=False)


def _table(columns: list[str]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for n, name in enumerate(columns):
        table.add_column(name, justify="left" if n == 0 else "right", no_wrap=True)
    return table


def _union(answer: "Network") -> Any:
    from skyreach.analysis.coverage_data import metres

    table = _table(["height", "seen km2", "in range", "by 2+ km2", "radars", "gaps km2", "engageable km2"])
    for row in answer.table:
        several = sum(area for n, area in row["overlap_km2"].items() if n != "1")
        engage = "-" if row["engageable_km2"] is None else f"{row['engageable_km2']:,.0f}"
        table.add_row(
            f"{metres(row['height_m'])} {answer.ref}", f"{row['seen_km2']:,.0f}", f"{row['seen_share']:.1%}", f"{several:,.0f}",
            f"{row['mean_overlap']:.1f}", f"{row['gaps_km2']:,.0f}", engage,
        )  # fmt: skip
    return table


def _members(answer: "Network") -> Any:
    from skyreach.analysis.coverage_data import metres

    table = _table(["", *(metres(row["height_m"]) for row in answer.table)])
    for station in answer.stations:
        cells = [f"{row['radars_km2'][station.name]:,.0f} / {row['radars_only_km2'][station.name]:,.0f}" for row in answer.table]
        table.add_row(station.name if station.system in station.name else f"{station.name} ({station.system})", *cells)
    for unit in answer.fire_units:
        table.add_row(f"{unit} (fire unit)", *(f"{row['fire_units_km2'][unit]:,.0f}" for row in answer.table))
    return table
