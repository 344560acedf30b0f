"""skyreach whatif: the same run on the same dice with something changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyreach.cli.common import TerrainOption
from skyreach.cores import usable_cores

if TYPE_CHECKING:
    from skyreach.analysis.whatif import Outcome, WhatIf


def whatif(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    change: Annotated[
        list[str] | None,
        typer.Option("--change", help="Named change, or path=value as with --set; several act together. None: each of the list."),
    ] = None,
    terrain: TerrainOption = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Threads.")] = usable_cores(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages.")] = False,
) -> None:
    """Run again with a change, and say what moves target by target; without --change, what would have stopped each leaker."""
    from skyreach.analysis.whatif import whatif as compute
    from skyreach.cli.common import print_json, say
    from skyreach.records.run import read_run

    record = read_run(run)
    answer = compute(record, change, terrain, jobs)
    if not answer.repeated:
        say("skyreach: the run repeated here has another digest than its record (other version, catalogue or terrain): what "
            "follows compares runs made here", quiet)  # fmt: skip
    if as_json:
        print_json(answer.to_dict())
    elif change:
        typer.echo(moved_text(answer))
    else:
        typer.echo(leakers_text(answer))


def moved_text(answer: "WhatIf") -> str:
    """What one change moves, target by target."""
    from skyreach.cli.common import grid

    if not answer.after:
        return f"{', '.join(answer.idle)}: there is nothing to change in this run"
    v, b = answer.after[0], answer.before
    lines = [
        f"{answer.scenario}  seed {answer.seed}  {v.words}",
        f"  arrived {b.leakers} -> {v.leakers}, killed {b.killed} -> {v.killed}, missiles {b.missiles} -> {v.missiles}",
        f"  digest {b.digest[:16]} -> {v.digest[:16]}" + (": the same bits" if v.same_bits else ""),
    ]
    rows = [(name, *_cells(before), "->", *_cells(after)) for name, before, after in answer.moved(v)]
    if not rows:
        return "\n".join([*lines, "  no target ends otherwise, none is shot at more or less often"])
    head = ("target", "was", "at s", "shots", "", "is", "at s", "shots")
    return "\n".join([*lines, grid(head, rows, right=("at s", "shots"))])


def _cells(outcome: "Outcome | None") -> tuple[str, str, str]:
    if outcome is None:
        return "-", "-", "-"
    return outcome.status, "-" if outcome.t_end is None else f"{outcome.t_end:.1f}", str(outcome.shots)


def leakers_text(answer: "WhatIf") -> str:
    """What each single change does, and what would have stopped each leaker."""
    from skyreach.cli.common import grid

    b = answer.before
    lines = [f"{answer.scenario}  seed {answer.seed}  arrived {b.leakers}, killed {b.killed}, missiles {b.missiles}", ""]
    rows = [
        (v.change, f"{v.leakers}", f"{v.leakers - b.leakers:+d}", f"{v.killed - b.killed:+d}", f"{v.missiles - b.missiles:+d}",
         v.words + " (the same bits)" * v.same_bits)
        for v in answer.after
    ]  # fmt: skip
    head = ("change, alone", "arrive", "by", "killed", "missiles", "what it is")
    lines += [grid(head, rows, right=head[1:5]), ""]
    if answer.idle:
        lines += [f"nothing to change here: {', '.join(answer.idle)}", ""]
    for name in answer.leakers():
        found = [v.change for v in answer.stopped_by(name)]
        others = f"; so would {', '.join(found[1:])}" if found[1:] else ""
        said = f"{found[0]} alone would have stopped it{others}" if found else "no single change of the list would have"
        lines.append(f"{name}: {said}")
    if not answer.leakers():
        lines.append("nothing arrived")
    return "\n".join(lines)
