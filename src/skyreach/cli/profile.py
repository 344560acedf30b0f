"""skyreach profile: the terrain between two points, the ray, the Fresnel zone and what can be seen."""

from typing import TYPE_CHECKING, Annotated

import typer

from skyreach.cli.common import TerrainOption

if TYPE_CHECKING:
    from skyreach.analysis.profile import Profile


def profile(
    a: Annotated[str, typer.Argument(metavar="A", help="The antenna: latitude,longitude in degrees, or a site.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The target: latitude,longitude in degrees, or a site.")],
    height_a: Annotated[float, typer.Option("--height-a", help="Antenna at A above the ground [m].")] = 24.0,
    height_b: Annotated[float, typer.Option("--height-b", help="Height at B [m] above --ref.")] = 100.0,
    ref: Annotated[str, typer.Option("--ref", help="What the height at B refers to: agl (ground) or msl (sea level).")] = "agl",
    k: Annotated[float, typer.Option("--k", help="Effective earth radius over earth radius.")] = 4.0 / 3.0,
    frequency: Annotated[float, typer.Option("--frequency", help="Frequency [GHz], 0.01 to 100.")] = 3.0,
    polarisation: Annotated[str, typer.Option("--polarisation", help="h or v, for the loss over the smooth earth.")] = "h",
    terrain: TerrainOption = None,
    out: Annotated[str | None, typer.Option("--out", help="Folder for profile.png, .svg, .csv, .json, .geojson.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Only these files: png,svg,csv,json,geojson.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages beside the result.")] = False,
) -> None:
    """Terrain profile from A to B: line of sight, first Fresnel zone, lowest visible altitude, diffraction loss."""
    from skyreach.analysis.profile import profile as compute
    from skyreach.cli.common import deliver, words

    answer = compute(a, b, height_a, height_b, ref, k, frequency, polarisation, terrain)
    written = answer.save(out, words(formats)) if out else []
    deliver(answer, lambda found: typer.echo(_text(found)), written, as_json, quiet)


def _text(answer: "Profile") -> str:
    """The answer in lines."""
    document = answer.to_dict()
    a, b = document["a"], document["b"]
    floor = document["floor_at_b_agl_m"]
    loss = document["losses_db"]
    lines = [
        f"{a['name']} to {b['name']}: {document['length_km']:,.2f} km at {document['azimuth_deg']:.1f} degrees, k {answer.k:.3g}",
        f"A: ground {a['ground_msl_m']:,.0f} m, antenna {a['height_agl_m']:g} m above it",
        f"B: ground {b['ground_msl_m']:,.0f} m, target {b['height_agl_m']:,.0f} m above it ({b['height_msl_m']:,.0f} m msl)",
        "line of sight: clear" if answer.clear else f"line of sight: hidden, {len(answer.obstructions)} obstruction(s)",
        *(
            f"  {o['from_km']:,.1f} to {o['to_km']:,.1f} km: ground {o['ground_msl_m']:,.0f} m at {o['top_km']:,.1f} km "
            f"({o['lat']:.4f}, {o['lon']:.4f}), {o['above_ray_m']:,.0f} m above the ray"
            for o in document["obstructions"][:8]
        ),
        "lowest visible at B: " + ("nothing" if floor is None else f"{floor:,.0f} m above the ground"),
        f"least clearance at {document['frequency_ghz']:g} GHz: {document['fresnel_clearance']:.2f} first Fresnel zones",
        f"loss over free space: worst knife edge {loss['knife_edge']:.1f} dB, delta-Bullington {loss['delta_bullington']:.1f} dB "
        "(ITU-R P.526)",
        f"terrain: {answer.terrain['name']}, posting {answer.terrain['posting_m']:.0f} m, {answer.terrain['interpolation']}",
        *(f"warning: {text}" for text in answer.terrain["warnings"]),
    ]
    return "\n".join(lines)
