"""skyreach export: a run in the formats of other people's tools."""

from pathlib import Path
from typing import Annotated

import typer


def export(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    format: Annotated[str, typer.Argument(help="acmi, czml, kml, geojson, gpkg, tif, asterix, dis, simdis, parquet or csv.")],
    out: Annotated[Path | None, typer.Option(help="File or folder to write; named after the run, here, where absent.")] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(help="czml, kml, geojson, gpkg: leave out samples closer than this to the path [m]; 0 none.", min=0.0),
    ] = None,
    coverage: Annotated[
        str | None, typer.Option(help="kml: also what is seen at these heights [m above ground]: 100,1000.")
    ] = None,
    live: Annotated[
        str | None, typer.Option(help="dis: send to this UDP address of this machine instead, as 127.0.0.1:3000.")
    ] = None,
    speed: Annotated[float, typer.Option(help="dis --live: times real time.", min=0.001, max=1e6)] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages.")] = False,
) -> None:
    """Write a run as Tacview, CZML, KML, GeoJSON, GeoPackage, GeoTIFF, ASTERIX, DIS, SIMDIS, Parquet or CSV."""
    from skyreach.cli.common import numbers, print_json, say
    from skyreach.errors import BadInput
    from skyreach.formats.export import export as write
    from skyreach.records.run import read_run

    opened = read_run(run)
    if live is not None:
        from skyreach.formats.dis_live import send

        if format != "dis" or out is not None:
            raise BadInput("--live", f"with {format}" if format != "dis" else "with --out", "for dis alone, in place of --out")
        say(f"skyreach: sending to {live} at {speed:g} times real time; stop with Ctrl-C", quiet)
        sent = send(opened, live, speed)
        if as_json:
            print_json({"format": format, "address": live, "pdus": sent})
        else:
            typer.echo(f"{sent} PDUs sent to {live}")
        return
    heights = None if coverage is None else numbers("--coverage", coverage)
    files = write(opened, format, out, tolerance=tolerance, heights=heights)
    for note in files.notes:
        say(f"skyreach: {note}", quiet)
    if as_json:
        print_json(
            {
                "format": format,
                "notes": list(files.notes),
                "seed": opened.manifest["seed"],
                "files": [str(file) for file in files],
            }
        )
    else:
        for file in files:
            typer.echo(str(file))
