"""What several verbs share: progress on stderr, JSON on stdout, the run itself."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

TerrainOption = Annotated[
    list[str] | None,
    typer.Option("--terrain", help="Elevation file, zip or folder, glo30, glo90, cache or smooth; may be repeated, first wins."),
]

MastOption = Annotated[
    str, typer.Option("--mast", help="none, 40v6m (--mast alone), 40v6md, 966aa14; for radars that fit on it.")
]

PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", help="FILE.py:CLASS that takes the place of built-in rules (docs/policies.md). Its code is run."),
]
PolicyLimitOption = Annotated[float, typer.Option("--policy-limit", help="Time that each call into it may take [s].")]

RefractionOption = Annotated[
    str | None,
    typer.Option(
        "--refraction",
        help="standard (k), local (ITU-R P.453), gradient:-80 [N-units/km], exponential, evaporation:15 [m], surface:100:30 "
        "[m, M-units], or a sounding as CSV.",
    ),
]


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    import json

    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def say(text: str, quiet: bool) -> None:
    """A message on stderr."""
    if not quiet:
        print(text, file=sys.stderr, flush=True)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> str:
    """A table in lines of text, as wide as it must be. right: columns that end in line."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if name in right else cell.ljust(width) for cell, name, width in zip(row, head, widths, strict=True)
        ).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines)


def deliver(answer: Any, show: Callable[[Any], None], written: list[Path], as_json: bool, quiet: bool) -> None:
    """The end of a verb: its answer on stdout, as JSON or as `show` prints it, and the files written on stderr."""
    if as_json:
        print_json(answer.to_dict())
    else:
        show(answer)
    for path in written:
        say(f"written: {path}", quiet)


def words(text: str | None) -> list[str] | None:
    """Words parted by commas; None where nothing was given."""
    return None if text is None else [word.strip() for word in text.split(",") if word.strip()]


def numbers(where: str, text: str, example: str = "100,1000,3000,10000") -> list[float]:
    """Numbers parted by commas; BadInput otherwise."""
    from skyreach.errors import BadInput

    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise BadInput(where, text, "numbers parted by commas", example) from None


def catalog_overrides(settings: list[str]) -> dict[str, float]:
    """Catalogue values from --set, with or without the leading `catalog.`; BadInput otherwise."""
    from skyreach.errors import BadInput
    from skyreach.scenario.settings import parse_settings

    out = {}
    for path, value in parse_settings(settings).items():
        try:
            out[path.removeprefix("catalog.")] = float(value)
        except ValueError:
            raise BadInput(f"--set {path}", value, "a number in the unit of the catalogue") from None
    return out


def simulate(
    scenario: str, seed: int | None, terrain: list[str] | None, settings: list[str] | None, quiet: bool,
    policy: str | None = None, policy_limit_s: float = 10.0,
) -> Any:  # fmt: skip
    """Run a scenario with progress on stderr; returns the Run."""
    from skyreach.engine.precompile import kernels_are_cold
    from skyreach.scenario import load_scenario, parse_settings

    checked = load_scenario(scenario, parse_settings(settings or []))
    for line in checked.said:
        say(f"skyreach: {line}", quiet)
    if kernels_are_cold():
        say("skyreach: compiling its kernels, once per version: about a minute...", quiet)
    from skyreach import api

    more: dict[str, Any] = {
        "terrain": terrain, "policy_limit_s": policy_limit_s,
        "policy": api.checked_policy(policy, policy_limit_s, last_resort=True),
    }  # fmt: skip
    if quiet or not sys.stderr.isatty():
        return api.run(checked, seed, **more)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{checked.name}", total=checked.duration_s)
        return api.run(checked, seed, progress=lambda t, _: bar.update(task, completed=t), **more)


def free_folder(path: Path) -> Path:
    """The path, or the path with -2, -3, ... where it is taken."""
    candidate, n = path, 1
    while candidate.exists():
        n += 1
        candidate = path.with_name(f"{path.name}-{n}")
    return candidate


def values_of(settings: list[str] | None) -> dict[str, Any]:
    """{key: value} of words `key=value`; values as YAML reads them."""
    from skyreach.scenario.settings import parse_settings
    from skyreach.scenario.yamltree import parse

    return {key: parse(value, f"--environment {key}={value}").plain() for key, value in parse_settings(settings or []).items()}
