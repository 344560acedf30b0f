"""skyreach bundle and skyreach reproduce: proof for others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyreach.cli.common import PolicyLimitOption, PolicyOption, TerrainOption

if TYPE_CHECKING:
    from skyreach.records.bundle import Reproduction


def bundle(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    out: Annotated[Path | None, typer.Option(help="File to write; RUN.zip beside the folder where absent.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Pack a run into one file: scenario, catalogue values used, hashes of terrain and tables, seed, versions."""
    from skyreach.cli.common import print_json
    from skyreach.records.bundle import bundle as pack
    from skyreach.records.run import read_run

    record = read_run(run)
    path = pack(record, out or run.resolve().with_name(f"{run.resolve().name}.zip"))
    if as_json:
        print_json({"bundle": str(path), "bytes": path.stat().st_size, "digest": record.manifest["digest"]})
    else:
        typer.echo(f"{path}: {path.stat().st_size / 1e3:.0f} kB, {len(record.manifest['inputs'])} values, "
                   f"digest {record.manifest['digest'][:16]}\n  elsewhere: skyreach reproduce {path.name}")  # fmt: skip


def reproduce(
    bundle: Annotated[Path, typer.Argument(help="File that skyreach bundle has made.")],
    out: Annotated[Path | None, typer.Option(help="Run folder to write, too.")] = None,
    terrain: TerrainOption = None,
    policy: PolicyOption = None,
    policy_limit: PolicyLimitOption = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run a bundle again and say whether every table has the same digest; exit code 4 where one has not."""
    from skyreach import api
    from skyreach.cli.common import print_json
    from skyreach.records.bundle import reproduce as again
    from skyreach.records.run import new_folder

    if out is not None:
        new_folder(out)
    own = api.checked_policy(policy, policy_limit, last_resort=True)
    answer, run = again(bundle, terrain, policy=own, limit_s=policy_limit)
    if out is not None:
        run.save(out)
    if as_json:
        print_json(answer.to_dict())
    else:
        typer.echo(text_of(answer))
    if not answer.same:
        raise typer.Exit(4)


def text_of(answer: "Reproduction") -> str:
    """The tables, and what is not as it was."""
    h = answer.head
    lines = [f"{h['scenario']}  seed {h['seed']}  digest then {h['digest'][:16]}, now {answer.digest[:16]}"]
    lines += [f"  {name}: {'the same' if same else 'DIFFERS'}" for name, same in answer.tables.items()]
    lines.append(f"  terrain: {'the same' if answer.terrain_same else 'DIFFERS'}")
    lines += [f"  note: {text}" for text in answer.differs]
    lines.append("reproduced: every table has the same digest" if answer.same else "NOT reproduced")
    return "\n".join(lines)
