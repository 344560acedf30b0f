"""What a notebook needs: load, run, replicate, open a run; coverage, profile, vcd, site, envelope."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skyreach.analysis.claims import Claims
    from skyreach.analysis.coverage_input import Spot
    from skyreach.analysis.envelope import Envelope
    from skyreach.analysis.episodes import Episodes
    from skyreach.analysis.profile import Profile
    from skyreach.analysis.siting_data import Siting
    from skyreach.analysis.vcd import Vcd
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
    terrain: str | Path | Sequence[str | Path] | None = None,
    stepped: bool = False,
    progress: Callable[[float, float], None] | None = None,
) -> "Run":
    """One replication of a scenario, in hand; `.save(path)` writes the run folder.

    seed: of all dice, that of the scenario where None. terrain: elevation source, or several in order of
    precedence, instead of the scenario's.
    stepped: phase by phase from Python; the same bits. progress(t, duration) [s] is called now and then.
    """
    from skyreach.engine.replicate import replicate as one
    from skyreach.records.make import make_run
    from skyreach.scenario.compile import compile_scenario

    checked = load(scenario, overrides)
    compiled = compile_scenario(checked, terrain or None)
    return make_run(compiled, one(compiled, checked_seed(checked.seed if seed is None else seed), stepped, progress))


def replicate(
    scenario: "str | Path | Scenario",
    seeds: list[int],
    threads: int = 1,
    overrides: Mapping[str, Any] | None = None,
    terrain: str | Path | Sequence[str | Path] | None = None,
    log: bool = False,
) -> "list[Replication]":
    """Many replications on threads; the same bits on any number of them. log: keep samples, plots and tracks."""
    from skyreach.engine.replicate import replicate_many
    from skyreach.scenario.compile import compile_scenario

    compiled = compile_scenario(load(scenario, overrides), terrain or None, log)
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


def coverage(system: "str | Path | Scenario", **options: Any) -> Any:
    """Area seen and area engageable by height: of a system at one site, or of all radars and fire units of a scenario.

    Options: see skyreach.analysis.coverage.coverage, and skyreach.analysis.network.network for a scenario."""
    from skyreach.scenario.load import is_scenario

    if isinstance(system, str) and not is_scenario(system):
        from skyreach.analysis.coverage import coverage as cover

        return cover(system, **options)
    from skyreach.analysis.network import network

    return network(system, **options)


def profile(a: "Spot", b: "Spot", **options: Any) -> "Profile":
    """Terrain between two points: ray, Fresnel zone, lowest visible altitude, diffraction; see skyreach.analysis.profile."""
    from skyreach.analysis.profile import profile as make

    return make(a, b, **options)


def vcd(radar: str, **options: Any) -> "Vcd":
    """Vertical coverage diagram of a radar; see skyreach.analysis.vcd.vcd for the options."""
    from skyreach.analysis.vcd import vcd as make

    return make(radar, **options)


def site(radar: str, **options: Any) -> "Siting":
    """Where a radar should go: candidates ranked, and the best of them together; see skyreach.analysis.siting.site."""
    from skyreach.analysis.siting import site as find

    return find(radar, **options)


def envelope(missile: str, **options: Any) -> "Envelope":
    """What a missile reaches: kinematic, launch, no-escape and dead zone; see skyreach.analysis.envelope.envelope."""
    from skyreach.analysis.envelope import envelope as make

    return make(missile, **options)


def claims(system: str = "s-400", **options: Any) -> "Claims":
    """Advertised figures of a system beside what the model gives; see skyreach.analysis.claims.claims."""
    from skyreach.analysis.claims import claims as test

    return test(system, **options)


def episodes(names: "Iterable[str] | None" = None, **options: Any) -> "Episodes":
    """Reported episodes staged beside what is reported; see skyreach.analysis.episodes.episodes."""
    from skyreach.analysis.episodes import episodes as stage

    return stage(names, **options)


def terrain_info(
    terrain: str | Path | Sequence[str | Path] | None = None,
    at: Iterable[tuple[float, float]] = (),
    bbox: tuple[float, float, float, float] | None = None,
) -> dict[str, Any]:
    """What elevation sources are and what they give at places (latitude, longitude) and in a box (west, south, east,
    north) [deg]; see skyreach.earth.terrain_info."""
    from skyreach.earth.terrain_info import terrain_info as info

    return info(terrain, at, bbox)


def terrain_fetch(bbox: tuple[float, float, float, float], dataset: str = "glo30", **options: Any) -> dict[str, Any]:
    """Fetch Copernicus tiles for a box (west, south, east, north) [deg]; see skyreach.earth.fetch.fetch_terrain for the
    options. Tiles that could not be had are counted in the result."""
    from skyreach.earth.fetch import fetch_terrain

    return fetch_terrain(bbox, dataset, **options)
