"""Names of all that takes part in a scenario: timeline, links, aims and policies address by them, so each is there once."""

from collections.abc import Iterator
from dataclasses import dataclass

from skyreach.scenario.known import catalogue
from skyreach.scenario.models import Formation, Path, Scenario
from skyreach.scenario.problems import Problem, spot


@dataclass(frozen=True)
class Named:
    """Something with a name: what it is, in words, its place in the file, and the name that its own is made from, if any."""

    name: str
    what: str
    path: Path
    owner: str = ""


def post_name(formation: str | None) -> str:
    """Name of the command post of a formation among the sites."""
    return f"{formation} command post"


def launcher_names(unit: Formation) -> list[list[str]]:
    """Names of the launchers of a formation by group, numbered through."""
    ends, out = 0, []
    for group in unit.launchers:
        out.append([f"{unit.name} launcher {n + 1}" for n in range(ends, ends + group.count)])
        ends += group.count
    return out


def decoy_name(radar: str, n: int) -> str:
    """Name of decoy n (from 0) of a radar."""
    return f"{radar} decoy {n + 1}"


def names_of(scenario: Scenario) -> Iterator[Named]:
    """All names of a scenario in the order of the file, the ones that are written before the ones that are made from them."""
    for path, unit, _ in scenario.walk():
        yield Named(unit.name, unit.level, (*path, "name"))
        for i, radar in enumerate(unit.radars):
            yield Named(radar.name, "radar", (*path, "radars", i, "name"))
        for i, defence in enumerate(unit.point_defence):
            yield Named(defence.name, "point defence", (*path, "point_defence", i, "name"))
    for i, asset in enumerate(scenario.assets):
        yield Named(asset.name, "asset", ("assets", i, "name"))
    for key in ("raid", "civil"):
        for i, item in enumerate(getattr(scenario, key)):
            yield Named(item.name, "raid item" if key == "raid" else "civil item", (key, i, "name"))
    for path, unit, _ in scenario.walk():
        yield from _made(path, unit)
    for key in ("raid", "civil"):
        for i, item in enumerate(getattr(scenario, key)):
            for n in range(item.count if item.count > 1 else 0):
                what = f"one of the {item.count} weapons of {item.name}"
                yield Named(f"{item.name}-{n + 1}", what, (key, i, "name"), item.name)


def _made(path: Path, unit: Formation) -> Iterator[Named]:
    """Names that the parts of a formation are given."""
    if unit.command_post:
        yield Named(post_name(unit.name), f"command post of {unit.name}", (*path, "command_post"), unit.name)
    for i, radar in enumerate(unit.radars):
        for n in range(len(radar.decoys)):
            yield Named(decoy_name(radar.name, n), f"decoy of {radar.name}", (*path, "radars", i, "decoys", n), radar.name)
    for i, names in enumerate(launcher_names(unit)):
        for name in names:
            yield Named(name, f"launcher of {unit.name}", (*path, "launchers", i), unit.name)
    for i, defence in enumerate(unit.point_defence):
        item = catalogue()[defence.system]
        for key in ("engagement_radar", "search_radar"):
            name = f"{defence.name} {catalogue()[item.text(key)].key}"
            yield Named(name, f"radar of {defence.name}", (*path, "point_defence", i), defence.name)


def name_problems(scenario: Scenario) -> Iterator[Problem]:
    """Names that are there twice, at whatever level; said of the second one, with the place of the first."""
    every = list(names_of(scenario))
    taken = {entry.name for entry in every}
    first: dict[str, Named] = {}
    for entry in every:
        other = first.setdefault(entry.name, entry)
        if other is entry or (other.owner == entry.owner and entry.owner):
            continue
        if entry.owner and other.owner:
            if first[entry.owner].path != first[other.owner].path:
                yield _problem(scenario, entry, other, entry.owner, taken)
        elif entry.owner:  # what is written gives way to what is made
            yield _problem(scenario, other, entry, other.name, taken)
        else:
            yield _problem(scenario, entry, other, entry.name, taken)


def _problem(scenario: Scenario, entry: Named, other: Named, name: str, taken: set[str]) -> Problem:
    free = next(word for i in range(2, len(taken) + 3) if (word := f"{name}-{i}") not in taken)
    if other.what == entry.what:
        given = f"second {entry.what} of this name, the first is in {spot(scenario, other.path)}"
    else:
        article = "" if other.what.startswith("one of") else "the "
        given = f"also the name of {article}{other.what} in {spot(scenario, other.path)}"
    return Problem(entry.path, given, "each name once in a scenario, at whatever level", f"name: {free}")
