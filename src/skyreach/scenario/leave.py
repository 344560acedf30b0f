"""Leave to fire: what a doctrine says of it where nobody is asked."""

from collections.abc import Iterator

from skyreach.scenario.doctrine import Doctrine
from skyreach.scenario.models import Path, Scenario
from skyreach.scenario.problems import Problem

KEYS = ("consent_delay_s", "refusal")
ASKS = "release: superior, or dual_key, here or in a unit below"


def leave_problems(scenario: Scenario) -> Iterator[Problem]:
    """A delay or a refusal of leave that is written where no unit at or below asks for leave."""
    asking = {path for path, unit, parents in scenario.walk() if scenario.doctrine_of(unit, parents).release != "own"}
    if scenario.doctrine.release == "own" and not asking:
        yield from _idle(("doctrine",), scenario.doctrine)
    for path, unit, _ in scenario.walk():
        if unit.doctrine and not any(below[: len(path)] == path for below in asking):
            yield from _idle((*path, "doctrine"), unit.doctrine)


def _idle(path: Path, doctrine: Doctrine) -> Iterator[Problem]:
    for key in KEYS:
        if key in doctrine.model_fields_set and getattr(doctrine, key):
            given = "without effect: with release: own a unit asks for nobody's leave"
            yield Problem((*path, key), given, ASKS, f"remove {key}, or set release")
