"""skyreach vcd: vertical coverage diagram of a radar."""

from typing import TYPE_CHECKING, Annotated

import typer

from skyreach.cli.common import MastOption, TerrainOption

if TYPE_CHECKING:
    from skyreach.analysis.vcd import Vcd


def vcd(
    radar: Annotated[str, typer.Argument(help="Radar of the catalogue: 1l119, 96l6e, 92n6e.")],
    at: Annotated[str | None, typer.Option("--at", help="Site or latitude,longitude; smooth earth without.")] = None,
    smooth: Annotated[bool, typer.Option("--smooth", help="Smooth earth; the same as no --at.")] = False,
    azimuth: Annotated[float, typer.Option("--azimuth", help="Direction at the site [degrees from true north].")] = 0.0,
    mast: MastOption = "none",
    rcs: Annotated[float | None, typer.Option("--rcs", help="Radar cross-section [m2]; 1 if no --target.")] = None,
    target: Annotated[str | None, typer.Option("--target", help="Threat of the catalogue, head-on in the radar's band.")] = None,
    pd: Annotated[str, typer.Option("--pd", help="Probabilities of detection in one look, parted by commas.")] = "0.5,0.9",
    height: Annotated[str, typer.Option("--height", help="Heights of the table [m].")] = "50,100,300,500,1000,3000,5000,10000",
    surface: Annotated[str, typer.Option("--surface", help="What reflects: land or sea.")] = "land",
    land: Annotated[str | None, typer.Option("--land", help="Land as in the catalogue: farmland, plain, forest.")] = None,
    sea_state: Annotated[float | None, typer.Option("--sea-state", help="0 to 6, with --surface sea; 3 if not given.")] = None,
    rain: Annotated[float | None, typer.Option("--rain", help="Rain [mm/h].")] = None,
    roughness: Annotated[float | None, typer.Option("--roughness", help="Standard deviation of the surface [m].")] = None,
    polarisation: Annotated[str | None, typer.Option("--polarisation", help="h or v; the radar's if not given.")] = None,
    range_km: Annotated[float | None, typer.Option("--range", help="Range of the diagram [km]; else the instrumented.")] = None,
    k: Annotated[float, typer.Option("--k", help="Effective earth radius over earth radius.")] = 4.0 / 3.0,
    terrain: TerrainOption = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another catalogue value: 1l119.height_none=10.")] = None,
    out: Annotated[str | None, typer.Option("--out", help="Folder for vcd.png, .svg, .csv, .json.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Only these files: png,svg,csv,json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages beside the result.")] = False,
) -> None:
    """Vertical coverage diagram: where the target is detected over range and height, with the lobes of the surface."""
    from skyreach.analysis.vcd import vcd as compute
    from skyreach.cli.common import catalog_overrides, deliver, numbers, words
    from skyreach.errors import BadInput

    if smooth and at is not None:
        raise BadInput("vcd: --smooth and --at", at, "one of the two")
    said = {"land": land, "sea_state": sea_state, "rain_mm_h": rain}
    answer = compute(
        radar, at, azimuth, mast, rcs, target, numbers("vcd: pd", pd), numbers("vcd: height", height), surface, roughness,
        polarisation, range_km, k, terrain, {key: value for key, value in said.items() if value is not None},
        catalog_overrides(settings or []),
    )  # fmt: skip
    written = answer.save(out, words(formats)) if out else []
    deliver(answer, lambda found: typer.echo(_text(found)), written, as_json, quiet)


def _text(answer: "Vcd") -> str:
    """The answer in lines."""
    document = answer.to_dict()
    surface = answer.scene.surface
    target = f"{answer.target}, head-on: " if answer.target else ""
    where = answer.place if answer.azimuth_deg is None else f"{answer.place}, azimuth {answer.azimuth_deg:g} degrees"
    lines = [
        f"{answer.title}: {where}",
        f"target {target}{answer.rcs:.3g} m2, antenna {answer.scene.h_ant:g} m, {document['frequency_ghz']:g} GHz, "
        f"k {answer.k:.3g}",
        f"surface: {surface.name}, roughness {surface.roughness:.3g} m, polarisation {answer.polarisation}; lobes "
        f"{document['lobe_spacing_deg']:.3g} degrees apart",
        f"{'height m':>10} {'Pd':>5} {'farthest km':>12} {'no gap to km':>13} {'seen of it':>11} {'free space km':>14}",
        *(
            f"{row['height_m']:>10,g} {row['pd']:>5g} {row['farthest_km']:>12,.1f} {row['without_gap_km']:>13,.1f} "
            f"{row['share_of_it_seen']:>11.1%} {row['free_space_km']:>14,.1f}"
            for row in answer.table
        ),
    ]
    if answer.terrain is not None:
        lines.append(f"terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m, bilinear between nodes")
        lines += [f"warning: {text}" for text in answer.terrain["warnings"]]
    return "\n".join([*lines, *(f"note: {text}" for text in answer.notes)])
