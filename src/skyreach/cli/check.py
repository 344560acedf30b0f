"""skyreach check: is this scenario in order, and what is in it?"""

from typing import Annotated, Any

import typer


def check(
    scenario: Annotated[str, typer.Argument(help="YAML file, or the name of a built-in scenario.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Change one value first: path=value.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check a scenario and say what is in it; exit code 2 where something is wrong."""
    from skyreach.cli.common import say
    from skyreach.engine.precompile import kernels_are_cold
    from skyreach.errors import BadInput
    from skyreach.scenario import load_scenario, parse_settings
    from skyreach.scenario.compile import rehearse
    from skyreach.scenario.summary import summary

    try:
        if kernels_are_cold() and not as_json:
            say("skyreach: compiling what lays routes over the terrain, once per version...", False)
        checked = load_scenario(scenario, parse_settings(settings or []))
        rehearse(checked)
        report = summary(checked)
    except BadInput as exc:
        if not as_json:
            raise
        _print_json({"ok": False, "scenario": scenario, "problems": _problems(exc)})
        raise typer.Exit(exc.exit_code) from None
    if as_json:
        _print_json({"ok": True, **report})
    else:
        typer.echo(_text(report))


def _print_json(document: dict[str, Any]) -> None:
    import json

    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _problems(exc: Any) -> list[dict[str, str]]:
    from skyreach.scenario.problems import dotted

    found = getattr(exc, "problems", None)
    if found is None:
        return [{"where": exc.where, "given": str(exc.given), "allowed": exc.allowed, "try": exc.cure}]
    return [
        {
            "where": p.where,
            "path": dotted(p.path),
            "value": p.value,
            "given": p.given,
            "allowed": p.allowed,
            "try": p.cure,
        }
        for p in found
    ]


def _text(report: dict[str, Any]) -> str:
    """The summary in lines that a reader can compare with what was meant."""
    raid = ", ".join(f"{name}: {item['count']} x {item['system']}" for name, item in report["raid"].items())
    lines = [
        f"{report['name']}: in order. {report['title']}".rstrip(),
        f"  from {report['start']} for {report['duration_s']:g} s, seed {report['seed']}",
        f"  fire units: {', '.join(report['fire_units']) or 'none'}",
        f"  radars: {_counts(report['radars'])}",
        f"  launchers: {_counts(report['launchers'])}; ready: {_counts(report['missiles_ready'])}",
        f"  point defence: {_counts(report['point_defence'])}",
        f"  assets: {', '.join(report['assets']) or 'none'}",
        f"  raid: {report['threats']} ({raid}); civil aircraft: {report['civil']}",
        *(f"  {line}" for line in report["traffic"]),
        *(f"  note: {line}" for line in report["notes"]),
    ]
    return "\n".join(lines)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} x {name}" for name, count in counts.items()) or "none"
