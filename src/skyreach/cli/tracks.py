"""skyreach tracks: how good the air picture of a run was."""

from pathlib import Path
from typing import Annotated, Any

import typer


def tracks(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    of: Annotated[str, typer.Option(help="Targets that count: seen (since their first detection) or all (in flight).")] = "seen",
    cutoff_m: Annotated[float, typer.Option(help="A track further than this from every target is false [m].")] = 1000.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Measure the air picture of a run against the truth: GOSPA, OSPA, completeness, ambiguity, spuriousness, accuracy."""
    from skyreach.analysis.air_picture import air_picture
    from skyreach.cli.common import print_json
    from skyreach.records.run import read_run

    picture = air_picture(read_run(run), cutoff_m, of)
    if as_json:
        print_json({"run": str(run), **picture.to_dict()})
    else:
        typer.echo(text_of(picture))


def text_of(picture: Any) -> str:
    """The measures in lines for people."""

    def word(value: float | None, form: str) -> str:
        return "-" if value is None else format(value, form)

    p = picture
    whose = "from their first detection on" if p.of == "seen" else "in flight"
    return "\n".join((
        f"{p.targets} targets {whose}, {p.tracks} tracks, {p.samples} samples; a track belongs to one within {p.cutoff_m:g} m",
        f"  GOSPA {word(p.gospa_m, '.0f')} m, OSPA {word(p.ospa_m, '.0f')} m: missed {word(p.missed, '.2f')}, "
        f"false {word(p.false, '.2f')} at a time",
        f"  completeness {word(p.completeness, '.1%')}, ambiguity {word(p.ambiguity, '.3f')} tracks a target, "
        f"spuriousness {word(p.spuriousness, '.1%')}",
        f"  accuracy: position {word(p.position_m, '.0f')} m, {word(p.sigma_share, '.2f')} of the error claimed; "
        f"speed {word(p.speed_mps, '.1f')} m/s",
        f"  continuity: {word(p.changes_per_min, '.3f')} changes of number a minute, "
        f"longest track {word(p.longest, '.1%')} of a life",
    ))  # fmt: skip
