"""YAML -> checked Scenario."""

import os
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from skyreach.errors import BadInput
from skyreach.scenario.checks import cross_check
from skyreach.scenario.known import nearest
from skyreach.scenario.models import Origin, Scenario
from skyreach.scenario.problems import BadScenario, located, problems_of
from skyreach.scenario.settings import apply_settings
from skyreach.scenario.traffic import read_traffic
from skyreach.scenario.yamltree import MAX_BYTES, Node, parse

EPISODES = "`skyreach catalog --kind episode`"


def load_scenario(source: str | Path, overrides: dict[str, str] | None = None) -> Scenario:
    """The scenario in a YAML file, or the built-in one of that name.

    overrides: {"raid.shahed.count": "4"}, put into the data before it is checked (`--set`).
    BadInput names each thing that is wrong with file, line, value, what is allowed and the likely cure.
    """
    text, name, folder = _read(source)
    return read_scenario(text, name, overrides, folder)


def read_scenario(
    text: str, name: str = "scenario.yaml", overrides: dict[str, str] | None = None, folder: Path | None = None
) -> Scenario:
    """The scenario that stands in a YAML text; name: what errors call the file.

    folder: where files of recorded traffic are looked for; None: files that a text names are not read, and refused."""
    tree = parse(text, name)
    if not isinstance(tree.value, dict):
        what = "no scenario here" + (": the file is empty" if tree.value is None else "")
        raise BadInput(f"{tree.where}  {what}", allowed="keys and values", cure="begin with skyreach: 1")
    apply_settings(tree, overrides or {})
    scenario = _validated(tree, name)
    said: list[str] = []
    if scenario.traffic and folder is not None:
        said = read_traffic(tree, scenario.traffic, scenario.duration_s, folder)
        scenario = _validated(tree, name)
    scenario._origin = Origin(name, tree, said)
    check_scenario(scenario)
    return scenario


def check_scenario(scenario: Scenario) -> None:
    """BadScenario where the parts of a scenario, also of one made in Python, do not fit together."""
    problems = list(cross_check(scenario))
    if problems:
        raise BadScenario(located(problems, scenario._origin.tree, scenario._origin.name))


def builtin_names() -> list[str]:
    """Names of the packaged scenarios."""
    folder = files("skyreach.scenario") / "builtin"
    return sorted(
        entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")
    )


def episode_names() -> list[str]:
    """Names of the packaged scenarios that stage reported episodes."""
    folder = files("skyreach.scenario") / "episodes"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def is_scenario(word: str | Path) -> bool:
    """Whether a word names a scenario, built in, an episode or in a YAML file."""
    return str(word).lower().endswith((".yaml", ".yml")) or word in builtin_names() or word in episode_names()


def _validated(tree: Node, name: str) -> Scenario:
    data: Any = tree.plain()
    try:
        return Scenario.model_validate(data)
    except ValidationError as exc:
        raise BadScenario(located(problems_of(exc, tree, Scenario), tree, name)) from None


def _read(source: str | Path) -> tuple[str, str, Path | None]:
    """(text, name for errors, folder; None for what is built in)."""
    for folder, names in (("builtin", builtin_names()), ("episodes", episode_names())):
        if isinstance(source, str) and source in names:
            entry = files("skyreach.scenario") / folder / f"{source}.yaml"
            return entry.read_text(encoding="utf-8"), f"{source}.yaml", None
    path = Path(source)
    if not path.is_file():
        raise _no_file(source, path)
    return _decode(path), str(source), path.parent


def _no_file(source: str | Path, path: Path) -> BadInput:
    names = builtin_names()
    if path.is_dir():
        return BadInput(f"{source} is a folder", allowed="a scenario file, or one of " + ", ".join(names))
    allowed = f"a YAML file, one of the built-in scenarios {', '.join(names)}, or an episode ({EPISODES})"
    beside = [str(path.with_name(e)) for e in _listing(path.parent) if e.endswith((".yaml", ".yml"))]
    known = [*names, *episode_names(), *beside]
    return BadInput(f"{source}: no such file", allowed=allowed, cure=nearest(str(source), known))


def _listing(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _decode(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise BadInput(f"{path} cannot be read: {exc.strerror}") from exc
    if len(raw) > MAX_BYTES:
        raise BadInput(
            f"{path}  larger than {MAX_BYTES // 1_000_000} MB",
            allowed="a scenario of at most 2 MB",
            cure="use `count` and `spacing_s` for many equal weapons",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        raise BadInput(f"{path}:{line}  not UTF-8 text", cure="save the file as UTF-8") from exc
