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
from skyreach.catalog.claims import claim_sets
from skyreach.errors import BadInput
from skyreach.records.run import read_run
from skyreach.scenario import Scenario, load_scenario, parse_settings, read_scenario
from skyreach.scenario.compile import Compiled, compile_scenario

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


@dataclass
class Rivals:
    """The same scenario under several claim sets: mean figures of the catalogue, and of each set with paired differences.

    values: ITEM.KEY with the figure of the catalogue and of each set, in the unit of the catalogue, where any set differs."""

    scenario: str
    runs: int
    seed: int
    catalogue: dict[str, float]
    sets: dict[str, list[Difference]]
    values: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        return asdict(self)


def rivals(
    a: str | Path | Scenario, sets: Sequence[str], runs: int = 50, seed: int | None = None, settings: Sequence[str] | None = None,
    terrain: Any = None, threads: int = 1, told: Told = None,
) -> Rivals:  # fmt: skip
    """A scenario under rival claim sets (maker, independent, or files), on the same dice, beside the catalogue alone."""
    if not sets or len(set(sets)) < len(sets):
        raise BadInput("--claims", ",".join(sets) or "nothing", "claim sets, each once", ", ".join(claim_sets()))
    scenario, ground = open_design(a, [*(settings or []), "claims=[]"], terrain)
    seeds = seeds_from(scenario.seed if seed is None else seed, runs)
    plain = compile_scenario(scenario, ground, log=False)
    designs = {name: compile_scenario(scenario.model_copy(update={"claims": [name]}), ground, log=False) for name in sets}
    base = sample(plain, seeds, threads, told)
    found = {name: differences(base, sample(design, seeds, threads, told)) for name, design in designs.items()}
    means = {key: float(base.values[key].mean()) for key in base.values}
    return Rivals(scenario.name, runs, seeds[0], means, found, _disputed(plain, designs))


def _disputed(plain: Compiled, designs: dict[str, Compiled]) -> list[dict[str, Any]]:
    """Values that the run reads and of which a set says something else than the catalogue."""
    rows = []
    for entry in plain.catalog.used():
        item, key = entry["item"], entry["key"]
        said = {name: design.catalog[item].value(key) for name, design in designs.items()}
        if entry["table"] is None and any(value.figures() != plain.catalog[item].value(key).figures() for value in said.values()):
            figures = {name: value.as_dict()["nominal"] for name, value in said.items()}
            rows.append({"value": f"{item}.{key}", "unit": entry["unit"], "catalogue": entry["nominal"], **figures})
    return rows


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
