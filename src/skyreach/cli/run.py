"""skyreach run: one replication of a scenario into a run folder."""

from pathlib import Path
from typing import Annotated, Any

import typer

from skyreach.cli.common import PolicyLimitOption, PolicyOption, TerrainOption
from skyreach.errors import Stopped

FEW = 6  # hostile targets up to which the first detection of each is printed


def run(
    scenario: Annotated[str, typer.Argument(help="YAML file, or the name of a built-in scenario.")],
    seed: Annotated[int | None, typer.Option(help="Seed of all dice; the scenario's where absent.")] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder to write; runs/NAME-SEED where absent.")] = None,
    terrain: TerrainOption = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Change one value first: path=value.")
    ] = None,
    claims: Annotated[str | None, typer.Option("--claims", help="Claim sets laid over the catalogue: maker,independent.")] = None,
    policy: PolicyOption = None,
    policy_limit: PolicyLimitOption = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run a scenario once, write the run folder and print the result."""
    from skyreach.cli.common import free_folder, print_json, simulate
    from skyreach.records.run import new_folder

    if out is not None:
        new_folder(out)
    laid = [f"claims=[{claims}]"] if claims is not None else []
    folder = out
    try:
        result = simulate(scenario, seed, terrain, [*(settings or []), *laid], quiet, policy, policy_limit)
        folder = out or free_folder(Path("runs") / f"{result.manifest['scenario']}-{result.manifest['seed']}")
        result.save(folder)
    except KeyboardInterrupt:
        whole = folder is not None and (folder / "manifest.json").is_file()
        left = f"the run folder {folder} is complete" if whole else "nothing was written"
        raise Stopped(f"stopped by the user; {left}") from None
    if as_json:
        own = {"policy": result.manifest["policy"]} if policy is not None else {}
        print_json({**result.summary, **own, "folder": str(folder)})
    else:
        typer.echo(text_of(result, folder))


def _first_seen(s: dict[str, Any]) -> list[str]:
    """First detections, where there are so few targets that each is of interest."""
    if s["hostile"] > FEW:
        return []
    return [
        f"  {row['target']}: " + (f"first seen by {row['radar']} at {row['range_km']:.0f} km" if row["radar"] else "never seen")
        for row in s["first_seen"]
    ]


def _mistaken(s: dict[str, Any]) -> list[str]:
    """Who was taken for what it is not, where anybody was."""
    civil, hostile = s["civil_misidentified"], s["hostile_misidentified"]
    return [f"  misidentified: civil as hostile {civil}, hostile as civil or friend {hostile}"] if civil or hostile else []


def _policy(p: dict[str, Any] | None) -> list[str]:
    """The policy of the user, where there was one."""
    return [] if p is None else [f"  policy: {p['name']} ({', '.join(p['roles'])}), SHA-256 {str(p['sha256'])[:16]}"]


def text_of(result: Any, folder: Path) -> str:
    """The result in lines for people."""
    from skyreach.records.losses import words as lost

    s = result.summary
    fired = ", ".join(f"{n} x {key}" for key, n in s["missiles_by_type"].items()) or "none"
    lines = [
        f"{s['scenario']}  seed {s['seed']}  {s['duration_s']:g} s  digest {s['digest'][:16]}",
        f"  hostile {s['hostile']}: killed {s['killed']}, arrived {s['leakers']}, left {s['left']}, "
        f"in flight {s['in_flight']}, never released {s['never_released']}, never seen {s['never_seen']}",
        f"  missiles fired {s['missiles_fired']}: {fired}",
        f"  arrived: {', '.join(s['leaker_names']) or 'none'}",
        f"  hit: {', '.join(s['assets_hit']) or 'nothing'}   lost: {lost(result) or 'nothing'}",
        *_first_seen(s),
        f"  civil aircraft {s['civil']}: shot at {s['civil_shot_at']}, lost {s['civil_killed']}",
        *([f"  own aircraft {s['own']}: shot at {s['own_shot_at']}, lost {s['own_killed']}"] if s.get("own") else []),
        *_mistaken(s),
        f"  terrain: {s['terrain']['name']}, posting {s['terrain']['posting_m']:.0f} m",
        *(f"  note: {w}" for w in s["terrain"]["warnings"]),
        *_policy(result.manifest.get("policy")),
        f"  run folder: {folder}",
        f"  why: skyreach explain {folder} {(s['leaker_names'] or ['0'])[0]}   page: skyreach report {folder}",
    ]
    return "\n".join(lines)
