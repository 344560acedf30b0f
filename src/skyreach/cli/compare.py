"""skyreach compare: two designs on the same dice, the worth of every node, the ladder of fidelity."""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from skyreach.cli.common import TerrainOption
from skyreach.cores import usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skyreach.analysis.compare import Comparison, Rivals
    from skyreach.analysis.ladder import Rung
    from skyreach.analysis.paired import Difference
    from skyreach.analysis.worth import Worth


def compare(
    a: Annotated[str, typer.Argument(help="YAML file, built-in scenario or run folder.")],
    b: Annotated[str | None, typer.Argument(help="Another one; A with --change where absent.")] = None,
    change: Annotated[
        list[str] | None, typer.Option("--change", help="Change to B: a name known to whatif, or path=value as with --set.")
    ] = None,
    runs: Annotated[int, typer.Option("--runs", min=2, help="Pairs of runs.")] = 50,
    worth: Annotated[bool, typer.Option("--worth", help="What each node of A is worth: leave one out.")] = False,
    ladder: Annotated[bool, typer.Option("--ladder", help="What circle, horizon, terrain, radar and full chain say.")] = False,
    claims: Annotated[str | None, typer.Option("--claims", help="A under rival claim sets: maker,independent or files.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the first pair; the scenario's where absent.")] = None,
    terrain: TerrainOption = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Change one value of both first: path=value.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Threads.")] = usable_cores(),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Compare two designs over many runs on the same dice: paired differences with 95 % intervals."""
    from skyreach.analysis import compare as asked
    from skyreach.cli.common import print_json, words
    from skyreach.errors import BadInput

    asks = sum((bool(b or change), worth, ladder, claims is not None))
    if asks != 1:
        given = "several questions at once" if asks else "A alone"
        raise BadInput("compare", given, "one of: B or --change, --worth, --ladder, --claims")
    with _told(quiet) as told:
        if worth:
            value = asked.node_worth(a, runs, seed, settings, terrain, jobs, told)
            print_json([asdict(row) for row in value]) if as_json else typer.echo(worth_text(value))
        elif ladder:
            rungs = asked.fidelity(a, runs, seed, settings, terrain, jobs)
            print_json([asdict(row) for row in rungs]) if as_json else typer.echo(ladder_text(rungs))
        elif claims is not None:
            found = asked.rivals(a, words(claims) or [], runs, seed, settings, terrain, jobs, told)
            print_json(found.to_dict()) if as_json else typer.echo(rivals_text(found))
        else:
            answer = asked.compare(a, b, change, runs, seed, settings, terrain, jobs, told)
            print_json(answer.to_dict()) if as_json else typer.echo(text_of(answer))


@contextmanager
def _told(quiet: bool) -> "Iterator[Callable[[int], None] | None]":
    """Counts runs on stderr, where that is a screen."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    with Progress(TextColumn("{task.completed:.0f} runs"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda n: bar.advance(task, n)


def number(value: float) -> str:
    """Three or four figures: 0.123, 12.3, 1,234."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"


def _interval(d: "Difference") -> tuple[str, str]:
    return f"{d.mean:+.2f}", f"{d.low:+.2f} to {d.high:+.2f}"


def text_of(answer: "Comparison") -> str:
    """Paired differences of all measures, and the targets that arrive more or less often."""
    from skyreach.cli.common import grid

    lines = [f"A {answer.a}", f"B {answer.b}", f"{answer.runs} pairs of runs, seeds from {answer.seed}, on the same dice", ""]
    rows = []
    for d in answer.differences:
        same = d.mean == 0.0 and d.low == d.high
        needed = "-" if same else "no number would do" if d.unpaired is None else f"{d.unpaired:,.0f}"
        rows.append((d.words, number(d.a), number(d.b), *_interval(d), "yes" if d.sure else "", needed))
    head = ("mean of a run", "A", "B", "B - A", "95 % interval", "sure", "unpaired")
    lines += [grid(head, rows, right=("A", "B", "B - A", "95 % interval", "unpaired")), ""]
    lines.append("unpaired: runs of each design, with dice of its own, for an interval as narrow")
    if answer.targets:
        lines += ["", "arrives in a share of the runs:"]
        cells = [(r["target"], f"{r['a']:.0%}", f"{r['b']:.0%}", f"{r['only_a']}", f"{r['only_b']}") for r in answer.targets]
        head2 = ("target", "A", "B", "in A only", "in B only")
        lines.append(grid(head2, cells, right=head2[1:]))
    return "\n".join(lines)


def rivals_text(answer: "Rivals") -> str:
    """What each set says, and what comes of it."""
    from skyreach.cli.common import grid

    names = list(answer.sets)
    lines = [f"{answer.scenario}: {answer.runs} runs of each, seeds from {answer.seed}, on the same dice", ""]
    rows = [
        (r["value"], r["unit"] or "", *(f"{r[n]:g}" if isinstance(r[n], float) else str(r[n]) for n in ("catalogue", *names)))
        for r in answer.values
    ]
    lines += [grid(("value", "unit", "catalogue", *names), rows, right=("catalogue", *names)), ""]
    cells = []
    for i, d in enumerate(answer.sets[names[0]]):
        each = [answer.sets[name][i] for name in names]
        cells.append((d.words, number(d.a), *(f"{number(e.b)} ({e.low:+.2f} to {e.high:+.2f})" for e in each)))
    lines.append(grid(("mean of a run", "catalogue", *names), cells, right=("catalogue", *names)))
    lines.append("in brackets: 95 % interval of the paired difference from the catalogue")
    return "\n".join(lines)


def worth_text(rows: "list[Worth]") -> str:
    """Every node, worth most first."""
    from skyreach.cli.common import grid

    cells = [
        (w.node, w.kind, *_interval(w.arrived), "yes" if w.arrived.sure else "", *_interval(w.value_lost)) for w in rows
    ]
    head = ("without", "kind", "arrive more", "95 % interval", "sure", "worth lost more", "interval of that")
    foot = f"{rows[0].arrived.runs} runs of each, on the same dice" if rows else "this scenario has no defence"
    return grid(head, cells, right=(*head[2:4], *head[5:])) + "\n" + foot


def ladder_text(rungs: "list[Rung]") -> str:
    """The rungs, what each step takes away, and what it costs."""
    from skyreach.cli.common import grid

    rows, before = [], None
    for rung in rungs:
        step = "" if before is None else f"{rung.stopped - before.stopped:+.2f}"
        rows.append((rung.name, f"{rung.stopped:.2f}", step, f"{rung.warning:.0f}", f"{rung.cpu:.2f}", rung.words))
        before = rung
    head = ("rung", "stopped", "step", "warning s", "CPU s", "a target counts as stopped if it")
    foot = "warning: from the moment that this holds (last rung: from the first shot) to the end of the route, 0 if never"
    return grid(head, rows, right=head[1:5]) + f"\nof {len(rungs[0].shares)} hostile targets. {foot}"
