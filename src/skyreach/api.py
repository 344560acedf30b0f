"""What a notebook needs: load, run, coverage, replicate, open a run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skyreach.engine.replicate import Replication
    from skyreach.records.run import Run
    from skyreach.scenario import Scenario


def load(source: "str | Path | Scenario", overrides: Mapping[str, Any] | None = None) -> "Scenario":
    """A checked scenario from a YAML file or the name of a built-in one.

    overrides: {"raid.mald.count": 6, ...} as with --set. Raises BadInput with file and line.
    """
    from skyreach.scenario import Scenario, check_scenario, load_scenario, read_scenario

    settings = {key: str(value) for key, value in (overrides or {}).items()}
    if isinstance(source, Scenario):
        if settings:
            return read_scenario(source.to_yaml(), source.name, settings)
        check_scenario(source)
        return source
    return load_scenario(source, settings)


def run(
    scenario: "str | Path | Scenario",
    seed: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    terrain: str | Path | None = None,
    stepped: bool = False,
    progress: Callable[[float, float], None] | None = None,
) -> "Run":
    """One replication of a scenario, in hand; `.save(path)` writes the run folder.

    seed: of all dice, that of the scenario where None. terrain: elevation file or folder instead of the scenario's.
    stepped: phase by phase from Python; the same bits. progress(t, duration) [s] is called now and then.
    """
    from skyreach.engine.replicate import replicate as one
    from skyreach.records.make import make_run
    from skyreach.scenario.compile import compile_scenario

    checked = load(scenario, overrides)
    compiled = compile_scenario(checked, str(terrain) if terrain else None)
    return make_run(compiled, one(compiled, checked_seed(checked.seed if seed is None else seed), stepped, progress))


def replicate(
    scenario: "str | Path | Scenario",
    seeds: list[int],
    threads: int = 1,
    overrides: Mapping[str, Any] | None = None,
    terrain: str | Path | None = None,
    log: bool = False,
) -> "list[Replication]":
    """Many replications on threads; the same bits on any number of them. log: keep samples, plots and tracks."""
    from skyreach.engine.replicate import replicate_many
    from skyreach.scenario.compile import compile_scenario

    compiled = compile_scenario(load(scenario, overrides), str(terrain) if terrain else None, log)
    return replicate_many(compiled, [checked_seed(seed) for seed in seeds], threads)


def checked_seed(seed: int) -> int:
    """The seed if it is one; BadInput otherwise."""
    import operator

    from skyreach.errors import BadInput

    try:
        number = operator.index(seed)
    except TypeError:
        number = -1
    if not 0 <= number < 2**64:
        raise BadInput("seed", repr(seed), "whole numbers from 0 to 2^64 - 1")
    return number


def open_run(path: str | Path) -> "Run":
    """A run folder written earlier."""
    from skyreach.records.run import read_run

    return read_run(path)


def coverage(system: str, **options: Any) -> Any:
    """Area seen and area engageable by height; see skyreach.analysis.coverage.coverage for the options."""
    from skyreach.analysis.coverage import coverage as cover

    return cover(system, **options)
