"""skyreach coverage: what a system sees and can engage from one place, beside the advertised circle."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from skyreach.cli.common import MastOption, RefractionOption, TerrainOption

if TYPE_CHECKING:
    from rich.table import Table

    from skyreach.analysis.coverage_data import Coverage

COMPASS = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW".split()


def coverage(
    system: Annotated[
        str, typer.Argument(help="System, point defence or radar of the catalogue: s-400, 92n6e; or a scenario: all radars.")
    ],
    at: Annotated[str | None, typer.Option("--at", help="Latitude,longitude in degrees, or a site of the catalogue.")] = None,
    mast: MastOption = "none",
    height: Annotated[str, typer.Option("--height", help="Heights of the target [m], parted by commas.")] = "100,1000,3000,10000",
    ref: Annotated[str, typer.Option("--ref", help="What heights refer to: agl (ground) or msl (mean sea level).")] = "agl",
    rcs: Annotated[
        float | None, typer.Option("--rcs", help="Radar cross-section [m2], the same in every band; 1 if nothing is said.")
    ] = None,
    target: Annotated[str | None, typer.Option("--target", help="Threat of the catalogue, head-on: f-16c, kalibr.")] = None,
    around: Annotated[
        list[str] | None, typer.Option("--environment", help="Air, rain, land, sea: sea_state=5, rain_mm_h=10; may be repeated.")
    ] = None,
    pd: Annotated[float, typer.Option("--pd", help="Least probability of detection in one look.")] = 0.5,
    range_km: Annotated[
        float | None, typer.Option("--range", help="Radius of the map [km]; the advertised range if not given.")
    ] = None,
    k: Annotated[float | None, typer.Option("--k", help="Effective earth radius over earth radius; 4/3 if not given.")] = None,
    refraction: RefractionOption = None,
    jammer: Annotated[
        list[str] | None,
        typer.Option("--jammer", help="Noise jammer KIND@LAT,LON,HEIGHT [m msl], or KIND@target; may be repeated."),
    ] = None,
    bands: Annotated[bool, typer.Option("--bands", help="Also with all figures of the catalogue at low, and at high.")] = False,
    terrain: TerrainOption = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Another catalogue value: 92n6e.reference_range=250 (in its unit).")
    ] = None,
    out: Annotated[str | None, typer.Option("--out", help="Folder for coverage.png, .json, .geojson, .kml, floor-*.tif.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Only these files: png,json,geojson,kml,tif.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages beside the result.")] = False,
) -> None:
    """Area seen and area engageable at each height, over the terrain, beside the advertised circle."""
    from rich.console import Console

    from skyreach.analysis import coverage as asked
    from skyreach.cli.common import catalog_overrides, deliver, numbers, values_of, words
    from skyreach.cli.coverage_network import compute_network, print_network
    from skyreach.scenario.load import is_scenario

    messages = Console(stderr=True, quiet=quiet)
    question: dict[str, Any] = {
        "heights": numbers("coverage: height", height), "rcs": rcs, "target": target, "pd": pd, "terrain": terrain, "ref": ref,
        "k": k, "refraction": refraction, "jammers": jammer or (), "bands": bands,
    }  # fmt: skip
    with messages.status("sweeping the terrain (the first run compiles, half a minute)"):
        answer: Any
        if is_scenario(system):
            answer = compute_network(
                system, {"at": at, "mast": mast, "range": range_km}, settings or [], around or [], question
            )
        else:
            question |= {"k": asked.K if k is None else k, "overrides": catalog_overrides(settings or [])}
            question |= {"environment": values_of(around)}
            answer = asked.coverage(system, at or "", mast, range_km=range_km, **question)
        written = answer.save(out, words(formats)) if out else []
    deliver(answer, print_network if is_scenario(system) else print_coverage, written, as_json, quiet)


def print_coverage(answer: "Coverage") -> None:
    """The answer in words and two tables."""
    from rich.console import Console

    from skyreach.cli.coverage_tables import extra_tables

    document = answer.to_dict()
    width = max(100, 14 + 13 * len(answer.levels))
    console = Console(width=width, highlight=False)
    place = f"{answer.lat_deg:.4f}, {answer.lon_deg:.4f}"
    name = "" if "," in answer.place else f"{answer.place}, "
    ground = "the ground" if answer.ref == "agl" else "mean sea level"
    antennas = ", ".join(f"{key} {h:g} m" for key, (_, h) in answer.masts.items())
    console.print(f"[bold]{answer.title}[/bold] at {name}{place} (ground {document['at']['ground_msl_m']:.0f} m)")
    bent = answer.refraction["name"]
    console.print(f"target {answer.rcs:g} m2, Pd {answer.pd:g} or better in one look, heights above {ground}, {bent}")
    console.print(f"antennas above ground: {antennas}")
    console.print(f"{answer.circle_name}: {answer.circle / 1e3:g} km, {document['circle_km2']:,.0f} km2\n")
    console.print(_areas(answer))
    for table in extra_tables(answer):
        console.print(table)
    console.print(f"reach by direction, km: {' / '.join(answer.polar)}")
    console.print(_directions(answer))
    grid = document["grid"]
    lines = [
        f"terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m, {answer.terrain['interpolation']}",
        f"grid: {grid['azimuths']} azimuths, range steps of {grid['range_step_km']:g} km",
        *(f"warning: {text}" for text in answer.terrain["warnings"]),
        *(f"note: {text}" for text in answer.notes),
    ]
    for line in lines:
        console.print(line, markup=False)


def _areas(answer: "Coverage") -> "Table":
    from rich import box
    from rich.table import Table

    from skyreach.analysis.coverage_data import metres

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("height", justify="right", no_wrap=True)
    for kind in answer.polar:
        for name in (f"{kind} km2", "of circle", "radius km"):
            table.add_column(name, justify="right", no_wrap=True)
    for row in answer.table:
        cells = [f"{metres(row['height_m'])} {answer.ref}"]
        for kind in answer.polar:
            cells += [f"{row[f'{kind}_km2']:,.0f}", f"{row[f'{kind}_share']:.1%}", f"{row[f'{kind}_radius_km']:.0f}"]
        table.add_row(*cells)
    return table


def _directions(answer: "Coverage") -> "Table":
    """Reach by direction: radius of equal area in each sector, seen and engageable."""
    from rich import box
    from rich.table import Table

    from skyreach.analysis.coverage_data import metres

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for row in answer.table:
        table.add_column(metres(row["height_m"]), justify="right")
    for i, name in enumerate(COMPASS):
        cells = [" / ".join(f"{row[f'{kind}_by_direction_km'][i]:.0f}" for kind in answer.polar) for row in answer.table]
        table.add_row(name, *cells)
    return table
