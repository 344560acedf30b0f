"""skyreach import: traffic, threats, sites and soundings from other people's files."""

from pathlib import Path
from typing import Annotated

import typer


def import_(
    file: Annotated[Path, typer.Argument(help="ACMI, CZML, KML, KMZ, GeoJSON, CSV, JSON or Parquet.")],
    kind: Annotated[str | None, typer.Option(help="traffic, threats, sites or sounding; by the file where absent.")] = None,
    out: Annotated[Path | None, typer.Option(help="YAML file to write; stdout where absent.")] = None,
    into: Annotated[str | None, typer.Option(help="Scenario that it is added to; --out then holds all of it.")] = None,
    system: Annotated[str | None, typer.Option(help="Catalogue item of all objects.")] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="NAME=ITEM: catalogue item of objects of this name or type.")
    ] = None,
    side: Annotated[str | None, typer.Option(help="red or blue, of threats.")] = None,
    height_unit: Annotated[str | None, typer.Option(help="m or ft, where the file does not say.")] = None,
    height_ref: Annotated[str | None, typer.Option(help="msl, ell or agl, where the file does not say.")] = None,
    start: Annotated[str | None, typer.Option(help="UTC that becomes t = 0; of the first sample where absent.")] = None,
    duration: Annotated[float | None, typer.Option(help="Keep so many seconds; of --into, else a day, where absent.")] = None,
    tolerance: Annotated[float, typer.Option(help="Leave out samples closer than this to the route [m].")] = 50.0,
    gap: Annotated[float, typer.Option(help="Seconds without samples after which a new route begins.")] = 120.0,
    bbox: Annotated[str | None, typer.Option(help="west,south,east,north [deg]: leave out what is outside.")] = None,
    above: Annotated[float | None, typer.Option(help="Leave out samples lower than this [m].")] = None,
    height: Annotated[float | None, typer.Option(help="Height of samples that have none [m].")] = None,
    airports: Annotated[Path | None, typer.Option(help="CSV of airports (icao, lat, lon), for lists of flights.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse what is out of order, with its row; else count it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages.")] = False,
) -> None:
    """Make a fragment of a scenario of a file; what was left out is counted and said on stderr."""
    from skyreach.cli.common import numbers, print_json, say
    from skyreach.formats.output import part_file
    from skyreach.formats.take import take
    from skyreach.scenario import load_scenario, parse_settings

    base = load_scenario(into) if into else None
    span = duration if duration is not None else base.duration_s if base else 86_400.0
    box = None if bbox is None else numbers("--bbox", bbox)
    taken = take(
        file, kind, system=system, systems=parse_settings(mapping or []), side=side, height_unit=height_unit,
        height_ref=height_ref, start=start, duration=span, tolerance=tolerance, gap=gap, bbox=box,
        above=above, height=height, airports=airports, strict=strict,
    )  # fmt: skip
    text = taken.to_yaml() if base is None else taken.into(base).to_yaml()
    for line in taken.lines():
        say(f"skyreach: {line}", quiet)
    if out is not None:
        with part_file(out) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        print_json({**taken.to_dict(), "written": None if out is None else str(out)})
    else:
        typer.echo(text if out is None else str(out))
