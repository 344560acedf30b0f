"""skyreach study: many runs, and what they say together; status, resume, merge and list."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from skyreach.cli.common import TerrainOption

if TYPE_CHECKING:
    from skyreach.studies.run import Progress
    from skyreach.studies.study import Study

WITHOUT_TTY_S = 10.0  # between lines of progress where there is no terminal


class StudyGroup(TyperGroup):
    """`skyreach study X` runs X; a word that is a subcommand is that."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` before anything that is neither a subcommand nor a call for help."""
        if args and args[0] not in self.commands and "--help" not in args[:1]:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=StudyGroup, no_args_is_help=True, help="Many runs: how many leak, and how sure is that? `study FILE|SCENARIO`."
)
Folder = Annotated[str, typer.Argument(help="Study folder, or its address (s3://...).")]
Jobs = Annotated[int | None, typer.Option("--jobs", help="Threads; all cores where absent.")]
ClusterAddress = Annotated[str | None, typer.Option("--cluster", help="Address of a Dask scheduler: tcp://HOST:PORT.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


@app.command("run", hidden=True)
def run(
    source: Annotated[str, typer.Argument(help="Study or scenario file, a study of the package, or a built-in scenario.")],
    runs: Annotated[int | None, typer.Option("--runs", help="Runs at each point of the design.")] = None,
    out: Annotated[str | None, typer.Option("--out", help="Study folder or address; studies/NAME where absent.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="MEASURE=HALF_WIDTH: go on until the interval is so narrow.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Most runs at a point with --until; 10000 where absent.")] = None,
    measure: Annotated[str | None, typer.Option("--measure", help="What the study is about; leakers where absent.")] = None,
    shard: Annotated[int | None, typer.Option("--shard", help="Runs in a shard; about two seconds' worth where absent.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="First seed; run n has this + n on common dice.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Change one value first: path=value.")] = None,
    terrain: TerrainOption = None,
    jobs: Jobs = None,
    cluster: ClusterAddress = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: its folder can be resumed at any moment, and ends with the same bytes."""
    from skyreach.cli.common import say
    from skyreach.engine.precompile import kernels_are_cold
    from skyreach.studies.run import checked_jobs
    from skyreach.studies.study import begin

    checked_jobs(jobs)
    changes = {
        "runs": runs, "seed": seed, "measure": measure, "shard": shard, "set": _set(settings),
        "terrain": terrain or None, "until": _stop(until, limit),
    }  # fmt: skip
    if kernels_are_cold():
        say("skyreach: compiling its kernels, once per version: about a minute...", quiet)
    _work(begin(source, out, changes), jobs, cluster, as_json, quiet)


@app.command()
def resume(
    folder: Folder, jobs: Jobs = None, cluster: ClusterAddress = None, as_json: Json = False, quiet: Quiet = False
) -> None:
    """Go on with a study where it was."""
    from skyreach.studies.study import open_study

    _work(open_study(folder), jobs, cluster, as_json, quiet)


@app.command()
def status(folder: Folder, as_json: Json = False) -> None:
    """How far a study is, what it says so far, and its digest."""
    from skyreach.cli.common import print_json
    from skyreach.studies.study import open_study

    summary = open_study(folder).summary
    if as_json:
        print_json(summary)
        return
    state = "complete" if summary["complete"] else "not finished: skyreach study resume goes on"
    typer.echo(
        f"{summary['study']}: {summary['runs']:,} of {summary['runs_known']:,} runs in {summary['shards']} shards, {state}"
    )
    typer.echo(f"  digest {summary['digest']}")
    for text in summary["damaged"]:
        typer.echo(f"  damaged: {text}")
    for cell in summary["cells"][:20]:
        typer.echo(
            f"  {_levels(cell['levels'])}: {cell['runs']:,} of {cell['of']:,} runs, {summary['measure']} {_plus_minus(cell)}"
        )
    if len(summary["cells"]) > 20:
        typer.echo(f"  and {len(summary['cells']) - 20} more points")


@app.command()
def merge(
    folder: Folder,
    others: Annotated[list[str] | None, typer.Argument(help="Folders of the same study to take shards from.")] = None,
    as_json: Json = False,
) -> None:
    """Take in the shards of other folders of the same study; write answers when all are there."""
    from skyreach.studies.study import merge as join

    _show(join(folder, list(others or [])), as_json)


@app.command("list")
def list_studies(as_json: Json = False) -> None:
    """The studies of the package."""
    from skyreach.cli.common import print_json
    from skyreach.studies.spec import bundled, read_spec

    rows = [{"study": name, "title": read_spec(name)[0].title} for name in bundled()]
    if as_json:
        print_json(rows)
    else:
        typer.echo("\n".join(f"{row['study']:<22} {row['title']}" for row in rows))


def _set(settings: list[str] | None) -> dict[str, Any] | None:
    """{path: value} of --set; values as YAML reads them."""
    from skyreach.scenario.settings import parse_settings
    from skyreach.scenario.yamltree import parse

    given = parse_settings(settings or [])
    return {path: parse(value, f"--set {path}={value}").plain() for path, value in given.items()} or None


def _stop(until: str | None, limit: int | None) -> dict[str, Any] | None:
    """The stopping rule of --until MEASURE=HALF_WIDTH and --limit."""
    from skyreach.errors import BadInput

    if until is None:
        if limit is not None:
            raise BadInput("--limit", limit, "only together with --until")
        return None
    measure, _, width = until.partition("=")
    try:
        return {"measure": measure, "half_width": float(width), **({} if limit is None else {"limit": limit})}
    except ValueError:
        raise BadInput("--until", until, "MEASURE=HALF_WIDTH", "--until leakers=0.1") from None


def _work(study: "Study", jobs: int | None, cluster: str | None, as_json: bool, quiet: bool) -> None:
    """Do what is missing, with progress, and show the answers."""
    from skyreach.cli.common import say
    from skyreach.studies.study import go_on

    for text in study.book.damaged:
        say(f"skyreach: {text}: it is done again", quiet)
    for text in study.plan.document["notes"]:
        say(f"note: {text}", quiet)
    try:
        with _Bar(study, quiet) as progress:
            go_on(study, jobs, cluster, progress)
    except KeyboardInterrupt:
        say(f"skyreach: stopped; skyreach study resume {study.store.uri} goes on", False)
        raise typer.Exit(130) from None
    _show(study, as_json)


class _Bar:
    """Live progress on stderr: runs done, rate, time left, the estimate so far."""

    def __init__(self, study: "Study", quiet: bool) -> None:
        self._study, self._quiet, self._last = study, quiet, 0.0
        self._bar: Any = None

    def __enter__(self) -> "Progress | None":
        if self._quiet:
            return None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            words = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
            self._bar = Progress(*words, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._study.plan.spec.name, total=None, told="")
            self._bar.start()
        return self._tell

    def __exit__(self, *fault: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _tell(self, state: Any) -> None:
        import time

        measure = self._study.plan.spec.watched
        left = "" if state.left_s is None else f", {_clock(state.left_s)} left"
        now = "" if state.mean != state.mean else f", {measure} {state.mean:.3g} ± {state.half_width:.2g}"
        told = f"{state.runs:,}/{state.runs_known:,} runs, {state.rate:.1f}/s{left}{now}"
        for text in state.notes:
            print(f"skyreach: {text}: it is done again", file=sys.stderr)
        if self._bar is not None:
            self._bar.update(self._task, completed=state.runs, total=state.runs_known, told=told)
        elif time.monotonic() - self._last >= WITHOUT_TTY_S or state.runs == state.runs_known:
            self._last = time.monotonic()
            print(f"skyreach: {told}", file=sys.stderr, flush=True)


def _clock(seconds: float) -> str:
    minutes, s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{s:02d}" if hours else f"{minutes}:{s:02d}"


def _levels(levels: dict[str, Any]) -> str:
    return ", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in levels.items()) or "as it is"


def _plus_minus(cell: dict[str, Any]) -> str:
    if cell["mean"] is None:
        return "not known yet"
    return f"{cell['mean']:.4g}" + ("" if cell["half_width"] is None else f" ± {cell['half_width']:.2g}")


def _show(study: "Study", as_json: bool) -> None:
    from skyreach.cli.common import print_json
    from skyreach.studies.words import text_of

    if as_json:
        print_json({**study.summary, "answers": study.answers.to_dict()})
    else:
        typer.echo(text_of(study))
