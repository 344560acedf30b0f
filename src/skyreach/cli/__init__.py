"""The command line: one verb, one file. Results go to stdout, progress and messages to stderr.

Exit codes: 0 done, 2 bad input, 3 run failed, 4 a check did not hold. Heavy packages are imported inside the verbs.
"""

import sys

import typer

from skyreach.cli import (
    bundle,
    catalog,
    check,
    claims,
    compare,
    coverage,
    demo,
    envelope,
    episodes,
    explain,
    export,
    import_,
    profile,
    report,
    run,
    schema,
    site,
    sources,
    sql,
    study,
    terrain,
    tracks,
    validate,
    vcd,
    view,
    warmup,
    whatif,
)
from skyreach.cli.verb import Verbs, settle
from skyreach.errors import SkyreachError

app = typer.Typer(
    name="skyreach",
    cls=Verbs,
    help="Simulate the S-400 and other ground-based air defence: what it sees, reaches, and lets through.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(run.run)
app.command()(check.check)
app.command()(schema.schema)
app.add_typer(catalog.app, name="catalog")
app.command()(sources.sources)
app.command()(tracks.tracks)
app.command()(coverage.coverage)
app.command()(vcd.vcd)
app.command()(profile.profile)
app.command()(site.site)
app.command()(envelope.envelope)
app.command()(claims.claims)
app.command()(episodes.episodes)
app.command()(explain.explain)
app.add_typer(study.app, name="study")
app.command()(export.export)
app.command(name="import")(import_.import_)
app.command()(whatif.whatif)
app.command()(compare.compare)
app.command()(bundle.bundle)
app.command()(bundle.reproduce)
app.command()(report.report)
app.command()(view.view)
app.command()(sql.sql)
app.add_typer(terrain.app, name="terrain")
app.command()(validate.validate)
app.command()(warmup.warmup)
settle(app)


@app.callback(invoke_without_command=True)
def _top(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if version:
        from skyreach import __version__

        typer.echo(__version__)
        raise typer.Exit(0)


def main() -> None:
    """Run the command line; whatever ends it is said in a line."""
    try:
        app()
    except SkyreachError as exc:
        print(f"skyreach: {exc}", file=sys.stderr)
        sys.exit(exc.exit_code)
    except KeyboardInterrupt:
        print("skyreach: stopped", file=sys.stderr)
        sys.exit(130)
    except MemoryError:
        print("skyreach: out of memory\n  try: fewer targets, radars or runs at once, or a machine with more", file=sys.stderr)
        sys.exit(3)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as exc:
        print(f"skyreach: {exc}", file=sys.stderr)
        sys.exit(3)
