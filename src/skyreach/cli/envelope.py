"""skyreach envelope: what a missile reaches, by height, target speed and crossing."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from skyreach.analysis.envelope import Envelope


def envelope(
    missile: Annotated[str, typer.Argument(help="Missile of the catalogue: 48n6e3, 9m96e2, 40n6.")],
    target: Annotated[str, typer.Option("--target", help="Threat of the catalogue: its class, speed and g.")] = "f-16c",
    speed: Annotated[float | None, typer.Option("--speed", help="Speed of the target [m/s]; else its cruise.")] = None,
    speeds: Annotated[str | None, typer.Option("--speeds", help="The zones by target speed too [m/s]: 100,300,600.")] = None,
    g: Annotated[float | None, typer.Option("--g", help="What the target can pull [g]; else as in the catalogue.")] = None,
    height: Annotated[str | None, typer.Option("--height", help="Heights of the table [m above the sea]: 1000,10000.")] = None,
    plan_height: Annotated[float | None, typer.Option("--plan-height", help="Height of the plan view [m].")] = None,
    crossing: Annotated[str | None, typer.Option("--crossing", help="Offsets of the course [km], parted by commas.")] = None,
    site_height: Annotated[float, typer.Option("--site-height", help="Launcher above the sea [m].")] = 0.0,
    claims: Annotated[bool, typer.Option("--claims", help="The public range and its sources beside the reach.")] = False,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another catalogue value: 48n6e3.loft=20.")] = None,
    out: Annotated[str | None, typer.Option("--out", help="Folder for envelope.png, .svg, .csv, .json.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Only these files: png,svg,csv,json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages beside the result.")] = False,
) -> None:
    """Kinematic zone, launch zone, no-escape zone and dead zone of a missile against a target."""
    from skyreach.analysis.envelope import envelope as compute
    from skyreach.cli.common import catalog_overrides, deliver, numbers, words

    heights = None if height is None else numbers("envelope: height", height)
    offsets = None if crossing is None else numbers("envelope: crossing", crossing)
    paces = None if speeds is None else numbers("envelope: speeds", speeds, "100,300,600")
    overrides = catalog_overrides(settings or [])
    answer = compute(missile, target, speed, g, heights, plan_height, offsets, site_height, overrides, paces, claims)
    written = answer.save(out, words(formats)) if out else []
    deliver(answer, lambda found: typer.echo(_text(found)), written, as_json, quiet)


def _cell(value: float | None, width: int, digits: int = 1) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:>{width},.{digits}f}"


ZONES_HEAD = f"{'height m':>9} {'dead km':>8} {'reach km':>9} {'launch km':>10} {'no escape km':>16}"
CROSSING_HEAD = f"{'offset km':>10} {'from km':>9} {'to km':>9} {'no escape km':>16}"


def _span(near: float | None, far: float | None, width: int) -> str:
    """`5.7 to 162.8`, a dash where there is none."""
    text = "-" if near is None or far is None else f"{near:,.1f} to {far:,.1f}"
    return f"{text:>{width}}"


def _zones(row: dict[str, Any]) -> str:
    """Cells below ZONES_HEAD."""
    return (
        f"{row['height_m']:>9,.0f} {_cell(row['dead_km'], 8)} {_cell(row['reach_km'], 9)} {_cell(row['launch_km'], 10)} "
        f"{_span(row['no_escape_from_km'], row['no_escape_km'], 16)}"
    )


def _crossing(row: dict[str, Any]) -> str:
    """Cells below CROSSING_HEAD."""
    return (
        f"{row['offset_km']:>10,.1f} {_cell(row['launch_from_km'], 9)} {_cell(row['launch_to_km'], 9)} "
        f"{_span(row['no_escape_from_km'], row['no_escape_to_km'], 16)}"
    )


def _again(row: dict[str, Any], where: str) -> list[str]:
    """A line for a row with stretches behind the no-escape zone."""
    spans = " and ".join(_span(near, far, 0) for near, far in row["caught_again_km"])
    return [f"  {where}: escapes, then caught again from {spans} km: not counted as no escape"] if spans else []


def _text(answer: "Envelope") -> str:
    """The answer in lines."""
    lines = [
        f"{answer.title} against {answer.target} ({answer.target_class}): {answer.speed:g} m/s, {answer.g:g} g; launcher "
        f"{answer.h_site:g} m above the sea",
        f"{ZONES_HEAD} {'time s':>7} {'arrives m/s':>12} {'with g':>7}  limited by",
    ]
    for row in answer.table:
        lines.append(
            f"{_zones(row)} {_cell(row['time_s'], 7, 0)} {_cell(row['arrival_mps'], 12, 0)} {_cell(row['arrival_g'], 7)}  "
            f"{row['limited_by']}"
        )
    for row in answer.table:
        lines += _again(row, f"at {row['height_m']:,.0f} m")
    lines += ["reach: a fixed point; launch: where a target that comes in may be at launch; no escape: and turn away at once"]
    if answer.claim:
        lines += _claim(answer.claim)
    lines += [f"at {answer.plan_height:,.0f} m, course passing to one side (km ahead of abeam at launch, negative: past it):"]
    lines += [CROSSING_HEAD, *map(_crossing, answer.crossing)]
    for row in answer.crossing:
        lines += _again(row, f"{row['offset_km']:,.1f} km aside")
    if answer.by_speed:
        lines += _by_speed(answer)
    return "\n".join([*lines, *(f"note: {text}" for text in answer.notes)])


def _claim(claim: dict[str, Any]) -> list[str]:
    """The public range beside the reach in lines, and who states it."""

    def beside(row: dict[str, Any]) -> str:
        if row["reach_km"] is None:
            return f"at {row['height_m']:>7,.0f} m  model  not reached"
        return f"at {row['height_m']:>7,.0f} m  model {row['reach_km']:>7,.1f} km  {row['deviation_percent']:+.1f} %"

    doubt = f"{claim['low_km']:g} to {claim['high_km']:g} km, confidence {claim['confidence']}"
    lines = [f"public range against aircraft: {claim['range_km']:g} km ({doubt})"]
    lines += [f"  {beside(claim['read_at'])}  read here; the height of the public figure is not published"]
    lines += [f"  {beside(claim['greatest'])}  greatest at any height", *(f"  {beside(row)}" for row in claim["by_height"])]
    for one in claim["sources"]:
        parts = (one["key"], one["title"], one["address"], "" if one["opened"] else "not opened")
        lines.append(f"  [{', '.join(part for part in parts if part)}]")
    return lines


def _by_speed(answer: "Envelope") -> list[str]:
    """The zones by speed of the target in lines: straight in, then passing to one side."""
    lines = [f"by speed of the target ({answer.g:g} g), straight in:", f"{'speed m/s':>10} {ZONES_HEAD}"]
    lines += [f"{one.speed:>10,.0f} {_zones(row)}" for one in answer.by_speed for row in one.heights]
    for one in answer.by_speed:
        for row in one.heights:
            lines += _again(row, f"{one.speed:,.0f} m/s at {row['height_m']:,.0f} m")
    lines += [f"by speed of the target, at {answer.plan_height:,.0f} m, course passing to one side:"]
    lines += [f"{'speed m/s':>10} {CROSSING_HEAD}"]
    lines += [f"{one.speed:>10,.0f} {_crossing(row)}" for one in answer.by_speed for row in one.crossing]
    for one in answer.by_speed:
        for row in one.crossing:
            lines += _again(row, f"{one.speed:,.0f} m/s, {row['offset_km']:,.1f} km aside")
    return lines
