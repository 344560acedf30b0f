"""What a notebook needs: load, run, replicate, study; whatif, compare, bundle; sight, envelope, claims; export, import."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skyreach.analysis.air_picture import AirPicture
    from skyreach.analysis.claims import Claims
    from skyreach.analysis.compare import Comparison
    from skyreach.analysis.coverage_input import Spot
    from skyreach.analysis.envelope import Envelope
    from skyreach.analysis.episodes import Episodes
    from skyreach.analysis.profile import Profile
    from skyreach.analysis.siting_data import Siting
    from skyreach.analysis.vcd import Vcd
    from skyreach.analysis.whatif import WhatIf
    from skyreach.engine.replicate import Replication
    from skyreach.policies.load import Policy
    from skyreach.records.bundle import Reproduction
    from skyreach.records.run import Run
    from skyreach.scenario import Scenario
    from skyreach.studies.run import Progress
    from skyreach.studies.study import Study


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
    policy: Any = None,
    policy_limit_s: float = 10.0,
) -> "Run":
    """One replication of a scenario, in hand; `.save(path)` writes the run folder.

    seed: of all dice, that of the scenario where None. terrain: elevation source, or several in order of
    precedence, instead of the scenario's.
    stepped: phase by phase from Python; the same bits. progress(t, duration) [s] is called now and then.
    policy: class, object or "FILE.py:CLASS" that takes a role of skyreach.policies (the run is then stepped); policy_limit_s:
    time that each call into it may take [s]. BadPolicy where it raises, answers nonsense or takes too long.
    """
    from skyreach.engine import precompile
    from skyreach.records.make import simulate
    from skyreach.scenario.compile import compile_scenario

    own = checked_policy(policy, policy_limit_s)
    checked = load(scenario, overrides)
    _equip()
    precompile.begin()
    compiled = compile_scenario(checked, terrain or None)
    return simulate(compiled, checked_seed(checked.seed if seed is None else seed), stepped, progress, own, policy_limit_s)


def checked_policy(given: Any, limit_s: float, last_resort: bool = False) -> "Policy | None":
    """A policy that can be used, None where none was given; BadPolicy otherwise. last_resort: see skyreach.policies.limit."""
    if given is None:
        return None
    from skyreach.policies.load import load_policy

    return load_policy(given, limit_s, last_resort)


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

    _equip()
    return read_run(path)


def study(
    source: str | Path,
    runs: int | None = None,
    out: str | Path | None = None,
    jobs: int | None = None,
    cluster: Any = None,
    overrides: Mapping[str, Any] | None = None,
    until: Mapping[str, Any] | None = None,
    progress: "Progress | None" = None,
    **changes: Any,
) -> "Study":
    """A study from begin to end in its folder (studies/NAME where out is None); gone on with where that holds a part of it.

    source: study or scenario file, a study of the package, or a built-in scenario. jobs: threads. cluster: address of a Dask
    scheduler, or a dask.distributed Client of the caller's own making. until: {"measure": "leakers", "half_width": 0.1}.
    changes: any other key of a study file, such as seed, measure, shard, confidence. `.answers` has tables and pictures.
    """
    from skyreach.studies.study import begin, go_on

    asked = {"runs": runs, "set": dict(overrides) if overrides else None, "until": until, **changes}
    return go_on(begin(source, out, asked), jobs, cluster, progress)


def open_study(path: str | Path) -> "Study":
    """The study in a folder or at an address, as far as it is."""
    from skyreach.studies.study import open_study as opened

    return opened(path)


def _equip() -> None:
    """Give runs the methods of the rooms above the records."""
    from skyreach.records.run import GIVEN

    GIVEN.setdefault("export", export)
    GIVEN.setdefault("page", _page)


def _page(run: "Run") -> str:
    """The page of a run as HTML: map, clock, reasons; by the page's own build."""
    from skyreach.viewer.report import report_html

    return report_html(run)


def export(run: "str | Path | Run", format: str, path: str | Path | None = None, **options: Any) -> list[Path]:
    """Write a run, or the run in a folder, in a format of other tools; returns the files. `run.export(format, path)` is the same.

    format: acmi, czml, kml, geojson, gpkg, tif, asterix, dis, simdis, parquet, csv; see skyreach.formats.export."""
    from skyreach.formats.export import export as write

    return write(open_run(run) if isinstance(run, str | Path) else run, format, path, **options)


def command_env(scenario: "str | Path | Scenario" = "murted-raid", **options: Any) -> Any:
    """A Gymnasium environment in which a policy gives fire units leave to engage tracks; see skyreach.studies.command_gym."""
    from skyreach.studies.command_gym import CommandEnv

    return CommandEnv(scenario, **options)


def import_file(path: str | Path, **options: Any) -> Any:
    """Traffic, threats, sites or a sounding from a file of other tools; see skyreach.formats.take.take for the options."""
    from skyreach.formats.take import take

    return take(path, **options)


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


def whatif(run: "Run | str | Path", changes: Sequence[str] | None = None, **options: Any) -> "WhatIf":
    """A run (in hand, or its folder) again on the same dice with changes; see skyreach.analysis.whatif.whatif."""
    from skyreach.analysis.whatif import whatif as ask
    from skyreach.records.run import Run, read_run

    return ask(run if isinstance(run, Run) else read_run(run), changes, **options)


def air_picture(run: "Run | str | Path", cutoff_m: float = 1000.0, of: str = "seen") -> "AirPicture":
    """How good the air picture of a run was: GOSPA and OSPA [m], completeness, ambiguity, spuriousness, accuracy, continuity.

    cutoff_m: a track further from every target is false; of: "seen" (targets since their first detection) or "all"."""
    from skyreach.analysis.air_picture import air_picture as measure
    from skyreach.records.run import Run, read_run

    return measure(run if isinstance(run, Run) else read_run(run), cutoff_m, of)


def compare(a: "str | Path | Scenario", b: "str | Path | Scenario | None" = None, **options: Any) -> "Comparison":
    """Two designs over many runs on the same dice; see skyreach.analysis.compare.compare for the options, and node_worth,
    fidelity and rivals beside it."""
    from skyreach.analysis.compare import compare as ask

    return ask(a, b, **options)


def bundle(run: "Run | str | Path", path: str | Path) -> Path:
    """Pack a run (in hand, or its folder) into one file that others can make again; see skyreach.records.bundle."""
    from skyreach.records.bundle import bundle as pack
    from skyreach.records.run import Run, read_run

    return pack(run if isinstance(run, Run) else read_run(run), path)


def reproduce(
    path: str | Path,
    terrain: str | Path | Sequence[str | Path] | None = None,
    policy: Any = None,
    policy_limit_s: float = 10.0,
) -> "Reproduction":
    """Run a bundle again: which tables have the same digest; see skyreach.records.bundle. policy: where it was made with one."""
    from skyreach.records.bundle import reproduce as again

    return again(path, terrain, policy=checked_policy(policy, policy_limit_s), limit_s=policy_limit_s)[0]


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
