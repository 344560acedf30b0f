"""skyreach site: where the radar or mast should go."""

from typing import TYPE_CHECKING, Annotated

import typer

from skyreach.cli.common import MastOption, TerrainOption

if TYPE_CHECKING:
    from skyreach.analysis.siting_data import Siting


def site(
    radar: Annotated[str, typer.Argument(help="Radar of the catalogue: 96l6e, 92n6e.")],
    around: Annotated[str | None, typer.Option("--around", help="Candidates around this site or latitude,longitude.")] = None,
    radius: Annotated[float, typer.Option("--radius", help="... within so many km.")] = 30.0,
    bbox: Annotated[str | None, typer.Option("--bbox", help="Candidates in south,west,north,east [degrees].")] = None,
    candidates: Annotated[
        str | None, typer.Option("--candidates", help="Candidates: lat,lon;lat,lon or a CSV or GeoJSON file.")
    ] = None,
    grid: Annotated[int, typer.Option("--grid", help="Candidates to a side of a grid over the region.")] = 9,
    highest: Annotated[int | None, typer.Option("--highest", help="Instead: so many of the highest points.")] = None,
    sites: Annotated[int, typer.Option("--sites", help="How many to choose together.")] = 1,
    mast: MastOption = "none",
    height: Annotated[str, typer.Option("--height", help="Heights of the target [m], parted by commas.")] = "100",
    ref: Annotated[str, typer.Option("--ref", help="What heights refer to: agl (ground) or msl (mean sea level).")] = "agl",
    within: Annotated[float | None, typer.Option("--within", help="Area to be seen: km around the middle; else 150.")] = None,
    cover: Annotated[
        str | None, typer.Option("--cover", help="Assets (and routes) to be seen instead: lat,lon;lat,lon, CSV or GeoJSON.")
    ] = None,
    rcs: Annotated[float | None, typer.Option("--rcs", help="Radar cross-section [m2]; 1 if nothing is said.")] = None,
    target: Annotated[str | None, typer.Option("--target", help="Threat of the catalogue, head-on.")] = None,
    pd: Annotated[float, typer.Option("--pd", help="Least probability of detection in one look.")] = 0.5,
    max_slope: Annotated[float | None, typer.Option("--max-slope", help="Leave out steeper ground [degrees].")] = None,
    water: Annotated[bool, typer.Option("--water", help="Keep candidates in water.")] = False,
    time_limit: Annotated[float, typer.Option("--time-limit", help="Most time for the choice [s].")] = 30.0,
    gap: Annotated[float, typer.Option("--gap", help="Relative gap at which the choice is good enough.")] = 0.005,
    k: Annotated[float, typer.Option("--k", help="Effective earth radius over earth radius.")] = 4.0 / 3.0,
    terrain: TerrainOption = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another catalogue value: 96l6e.height_none=10.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Threads.")] = 2,
    out: Annotated[str | None, typer.Option("--out", help="Folder for site.png, .csv, .json, .geojson.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Only these files: png,csv,json,geojson.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages beside the result.")] = False,
) -> None:
    """Rank candidate places for a radar by what it sees from there, and choose the best of them together."""
    from rich.console import Console

    from skyreach.analysis.siting import site as compute
    from skyreach.cli.common import catalog_overrides, deliver, numbers, words

    messages = Console(stderr=True, quiet=quiet)
    with messages.status("sweeping the terrain around every candidate (the first run compiles, half a minute)"):
        answer = compute(
            radar, around, radius, None if bbox is None else numbers("site: bbox", bbox), candidates, grid, highest, mast,
            numbers("site: height", height), ref, within, cover, rcs, target, pd, sites, max_slope, water, time_limit, gap, k,
            terrain, jobs, overrides=catalog_overrides(settings or []),
        )  # fmt: skip
        written = answer.save(out, words(formats)) if out else []
    deliver(answer, lambda found: typer.echo(_text(found)), written, as_json, quiet)


def _text(answer: "Siting") -> str:
    """The answer in lines."""
    document = answer.to_dict()
    together = document["together"]
    of = "of what is to be seen" if answer.total_km2 is None else f"of {answer.total_km2:,.0f} km2"
    target = answer.target or f"{answer.rcs:g} m2"
    heights = [f"{h:g} m" for h in answer.heights]
    lines = [
        f"{answer.title}, antenna {answer.antenna:g} m above ground: {len(answer.candidates)} candidates",
        f"target {target} at {', '.join(heights)} {answer.ref}, Pd {answer.pd:g} or better in one look, k {answer.k:.3g}",
        f"shares {of}",
        f"{'rank':>4} {'name':<12} {'lat':>9} {'lon':>9} {'ground m':>9} {'score':>7} " + " ".join(f"{h:>9}" for h in heights),
        *(
            f"{row['rank']:>4} {row['name'][:12]:<12} {row['lat']:>9.4f} {row['lon']:>9.4f} {row['ground_msl_m']:>9,.0f} "
            f"{row['score']:>7.1%} "
            + " ".join(f"{row[f'share_{h:g}_m']:>9.1%}" for h in answer.heights)
            + (f"  chosen {row['chosen']}" if row["chosen"] else "")
            for row in answer.table
            if row["rank"] <= 10 or row["chosen"]
        ),
        f"together {', '.join(together['sites'])}: {together['share']:.2%}; no choice of {len(together['sites'])} sees more than "
        f"{together['bound']:.2%} (gap {together['gap']:.2%}, {together['status']}); greedy: {together['greedy_share']:.2%}",
        *(f"{c['kind']} {c['name']}: {c['seen_by_chosen']:.0%} seen" for c in document["covers"]),
        f"terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m, {answer.terrain['interpolation']}",
        *(f"warning: {text}" for text in answer.terrain["warnings"]),
        *(f"note: {text}" for text in answer.notes),
    ]
    return "\n".join(lines)
