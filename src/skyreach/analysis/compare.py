"""Two scenarios, doctrines, sites or systems on the same dice; worth of nodes and ladder of fidelity by the same names."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skyreach.analysis.changes import changed
from skyreach.analysis.ladder import Rung, ladder
from skyreach.analysis.paired import Difference, by_target, differences, sample, seeds_from
from skyreach.analysis.whatif import scenario_of, terrain_of
from skyreach.analysis.worth import Worth, worth
from skyreach.errors import BadInput
from skyreach.records.run import read_run
from skyreach.scenario import Scenario, load_scenario, parse_settings, read_scenario
from skyreach.scenario.compile import compile_scenario

Told = Callable[[int], None] | None


@dataclass
class Comparison:
    """Paired differences of two designs and the targets that arrive more or less often."""

    a: str
    b: str
    runs: int
    seed: int
    differences: list[Difference]
    targets: list[dict[str, Any]]
    same_bits: bool

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        return asdict(self)


def open_design(source: str | Path | Scenario, settings: Sequence[str] | None, terrain: Any) -> tuple[Scenario, Any]:
    """The scenario of a file, a built-in name or a run folder, with settings, and the terrain that it stands on."""
    words = parse_settings(settings or [])
    if isinstance(source, Scenario):
        return (read_scenario(source.to_yaml(), source.name, words) if words else source), terrain
    if Path(source).is_dir():
        record = read_run(source)
        scenario = scenario_of(record)
        return (read_scenario(scenario.to_yaml(), scenario.name, words) if words else scenario), terrain_of(record, terrain)
    return load_scenario(source, words), terrain


def compare(
    a: str | Path | Scenario, b: str | Path | Scenario | None = None, changes: Sequence[str] | None = None, runs: int = 50,
    seed: int | None = None, settings: Sequence[str] | None = None, terrain: Any = None, threads: int = 1, told: Told = None,
) -> Comparison:  # fmt: skip
    """Run two designs with the same seeds. b: another design, a where None; changes are made to it. settings: to both."""
    first, ground_a = open_design(a, settings, terrain)
    second, ground_b = open_design(a if b is None else b, settings, terrain)
    seeds = seeds_from(first.seed if seed is None else seed, runs)
    other = changed(second, ground_b, changes or [], log=False)
    if other is None:
        raise BadInput(f"--change {' '.join(changes or [])}", "it changes nothing in this scenario")
    one = compile_scenario(first, ground_a, log=False)
    x, y = sample(one, seeds, threads, told), sample(other, seeds, threads, told)
    named = f"{second.name}{': ' if changes else ''}{', '.join(changes or [])}"
    return Comparison(
        first.name, named, runs, seeds[0], differences(x, y), by_target(x, y), x.digests == y.digests
    )


def node_worth(
    a: str | Path | Scenario, runs: int = 50, seed: int | None = None, settings: Sequence[str] | None = None,
    terrain: Any = None, threads: int = 1, told: Told = None,
) -> list[Worth]:  # fmt: skip
    """What each node of a scenario is worth: the same runs without it."""
    scenario, ground = open_design(a, settings, terrain)
    seeds = seeds_from(scenario.seed if seed is None else seed, runs)
    return worth(compile_scenario(scenario, ground, log=False), seeds, threads, told)


def fidelity(
    a: str | Path | Scenario, runs: int = 50, seed: int | None = None, settings: Sequence[str] | None = None,
    terrain: Any = None, threads: int = 1,
) -> list[Rung]:  # fmt: skip
    """The ladder of fidelity of a scenario."""
    scenario, ground = open_design(a, settings, terrain)
    return ladder(scenario, ground, seeds_from(scenario.seed if seed is None else seed, runs), threads)
