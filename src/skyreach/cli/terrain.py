"""skyreach terrain: what elevation sources hold, and Copernicus tiles from their public bucket."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Elevation data: what a source holds, and tiles from the net.", no_args_is_help=True)
STATES = {"fetched": "fetched", "present": "there already", "absent": "without a tile", "failed": "failed"}


@app.command()
def info(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, zips, folders, glo30, glo90, cache; first wins. The packaged where absent.")
    ] = None,
    at: Annotated[list[str] | None, typer.Option("--at", help="Latitude,longitude in degrees; may be repeated.")] = None,
    bbox: Annotated[str | None, typer.Option("--bbox", help="W,S,E,N in degrees.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Say what elevation sources are, and what skyreach would take from them at a place or in a box."""
    from skyreach.cli.common import print_json
    from skyreach.earth.terrain_info import terrain_info

    points = [_numbers("--at", word, 2) for word in at or []]
    box = None if bbox is None else _numbers("--bbox", bbox, 4)
    told = terrain_info(paths or None, points, box)
    if as_json:
        print_json(told)
    else:
        typer.echo("\n".join(_info_lines(told)))


@app.command()
def fetch(
    bbox: Annotated[str, typer.Option("--bbox", help="W,S,E,N in degrees; W greater than E goes over the date line.")],
    dataset: Annotated[str, typer.Option("--dataset", help="glo30 (30 m, 40 MB a tile) or glo90 (90 m).")] = "glo30",
    mirror: Annotated[str | None, typer.Option("--mirror", help="Address below which tiles lie as NAME/NAME.tif.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder; the cache where absent.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Tiles at once.")] = 4,
    again: Annotated[bool, typer.Option("--again", help="Ask also for cells that had no tile the last time.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Fetch Copernicus GLO-30 or GLO-90 tiles; go on where an earlier fetch broke off. Exit code 3 if a tile failed."""
    from skyreach.cli.common import print_json
    from skyreach.earth.fetch import fetch_terrain, tiles_to_fetch

    box = _numbers("--bbox", bbox, 4)
    with _bar(len(tiles_to_fetch(box, dataset)), quiet) as progress:
        told = fetch_terrain(box, dataset, mirror, out, jobs, again, progress=progress)
    if as_json:
        print_json(told)
    else:
        typer.echo("\n".join(_fetch_lines(told)))
    if told["counts"]["failed"]:
        raise typer.Exit(3)


def _numbers(option: str, text: str, count: int) -> Any:
    """Numbers parted by commas."""
    from skyreach.errors import BadInput

    try:
        numbers = tuple(float(word) for word in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise BadInput(option, text, f"{count} numbers in degrees, parted by commas",
                       f"{option} {'40.08,32.57' if count == 2 else '32,39,34,41'}")  # fmt: skip
    return numbers


@contextmanager
def _bar(tiles: int, quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar on stderr, where somebody looks at it: bytes so far of the tiles heard of."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    state: dict[str, tuple[int, int]] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"0 of {tiles} tiles", total=None)

        def progress(name: str, done: int, total: int) -> None:
            state[name] = (done, total)
            begun = f"{len(state)} of {tiles} tiles"
            bar.update(task, description=begun, completed=sum(d for d, _ in state.values()),
                       total=sum(max(d, t) for d, t in state.values()))  # fmt: skip

        yield progress


def _fetch_lines(told: dict[str, Any]) -> list[str]:
    counts = told["counts"]
    lines = [
        f"{told['title']}: " + ", ".join(f"{counts[state]} {text}" for state, text in STATES.items()),
        f"  folder: {told['folder']}   new: {told['bytes_fetched'] / 1e6:.1f} MB   heights: {told['vertical']}",
    ]
    absent = [t["name"].removesuffix("_DEM")[-14:] for t in told["tiles"] if t["state"] == "absent"]
    if absent:
        lines.append(f"  without a tile ({told['absent_means']}): {' '.join(absent[:8])}{' ...' if len(absent) > 8 else ''}")
    lines += [f"  failed: {t['error']}" for t in told["tiles"] if t["state"] == "failed"]
    return [*lines, f"  use: {told['use']}"]


def _info_lines(told: dict[str, Any]) -> list[str]:
    lines = []
    for s in told["sources"]:
        posting = "no tiles" if s["posting_m"] is None else f"posting {s['posting_m']:g} m"
        lines.append(f"{s['name']}: {s.get('kind', 'tiles')}, files: {s.get('files', 0)}, {posting}")
        if "south" in s:
            lines.append(f"  {s['south']:.4f} to {s['north']:.4f} N, {s['west']:.4f} to {s['east']:.4f} E")
            voids = "not counted" if s["voids"] is None else s["voids"]
            lines.append(f"  heights count from: {s['vertical']}; unit: {s['unit']}; voids: {voids}")
        if "crs" in s:
            lines.append(f"  system: {', '.join(s['crs'])}")
        if "cells_without_tile" in s:
            lines.append(f"  cells without a tile: {s['cells_without_tile']}")
        if "share_of_box" in s:
            lines.append(f"  covers {s['share_of_box']:.1%} of the box")
    if "box" in told:
        used = ", ".join(f"{s['share']:.1%} {s['name']}" for s in told["box"]["sources"] if s["share"])
        lines.append(f"in the box: posting {told['box']['posting_m']:g} m; {used or 'no data'}")
        lines += [f"  note: {text}" for text in told["box"]["warnings"]]
    for p in told["points"]:
        lines.append(
            f"{p['lat_deg']:g}, {p['lon_deg']:g}: h_msl {p['h_msl']:.1f} m, h_ell {p['h_ell']:.1f} m, "
            f"undulation {p['undulation']:.2f} m; from {', '.join(p['from']) or 'nothing'}"
        )
        lines += [f"  note: {text}" for text in p["notes"]]
    return [*lines, f"geoid: {told['geoid']}; h_ell = h_msl + undulation"]
