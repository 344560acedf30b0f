"""What all radars of a defence see together, and what its fire units can engage, by height: a scenario's coverage.

    network("murted-raid", heights=(100, 1000)).table

Radars, floor maps, surroundings, missiles and reach tables are those of a run of the scenario (scenario/compile.py). Each
radar is marked on its own polar grid as in `coverage`, then brought onto a common geographic grid whose cells carry
their area on the ellipsoid. A fire unit engages what its own engagement radar sees and one of its missiles reaches
from there. Left out: time, channels, links, and jamming by the raid: jammers are those that are asked for.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis.common_grid import MapGrid, Reader, floor_on, map_grid, sea_level
from skyreach.analysis.coverage_bands import BETTER, WORSE, band_environment, band_overrides
from skyreach.analysis.coverage_grid import PolarGrid, mark_reached
from skyreach.analysis.coverage_jamming import burn_through_table, jammers_of
from skyreach.analysis.coverage_sight import Eye, Jammer, View, jamming_of, seen_at
from skyreach.analysis.network_data import Network, NetworkLevel, Station
from skyreach.earth.geodesy import ecef_to_geodetic
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import Dem, add_grid
from skyreach.earth.polar_ground import polar_ground
from skyreach.earth.terrain_sources import Spec
from skyreach.errors import BadInput
from skyreach.scenario.compile import Compiled, compile_scenario
from skyreach.scenario.load import load_scenario
from skyreach.scenario.missiles import REACH_DH
from skyreach.world.codes import FIRE_UNIT

if TYPE_CHECKING:
    from skyreach.scenario.models import Scenario

HEIGHTS = (100.0, 1000.0, 3000.0, 10_000.0)  # m
THREADS = 2


@dataclass(frozen=True)
class Question:
    """What is asked of a network: heights [m] above ref, target, probability, jammers; as the arguments of `network`."""

    heights: list[float]
    rcs: float | None
    target: str | None
    pd: float
    ref: str
    jammers: tuple[str | Jammer, ...]


@dataclass(frozen=True)
class Watch:
    """One radar that emits: its row, place [rad], polar grid and maps, and where its cells lie on the common grid."""

    row: np.void
    lat: float
    lon: float
    polar: PolarGrid
    view: View
    reader: Reader
    deaf: list[str]  # jammers that stand beyond its maps


@dataclass(frozen=True)
class Battery:
    """A fire unit: the radar that guides (index of the watches), and rows of its missile types with their reach tables."""

    name: str
    watch: int
    missiles: list[tuple[np.ndarray, np.ndarray]]


def network(
    scenario: "str | Path | Scenario",
    heights: Iterable[float] = HEIGHTS,
    rcs: float | None = None,
    pd: float = 0.5,
    ref: str = "agl",
    k: float | None = None,
    terrain: Spec = None,
    overrides: Mapping[str, str] | None = None,
    target: str | None = None,
    refraction: str | None = None,
    jammers: Iterable[str | Jammer] = (),
    bands: bool = False,
) -> Network:
    """Union, overlap and gaps of all radars of a scenario, and the union engageable by its fire units.

    heights [m] above ref, agl (ground) or msl (mean sea level); rcs [m2]: the same in every band, 1 if nothing is said,
    Swerling 1, never in the Doppler notch; target: a threat of the catalogue instead, head-on at its cruising speed; pd:
    least probability of detection in one look; k: effective earth radius over earth radius, the scenario's if None;
    refraction: instead of that of its environment; terrain: instead of the scenario's; overrides: as with --set; jammers: as in
    `coverage`; bands: also with the catalogue's figures at both ends of their doubt. Validated: test_network (single site,
    horizon, overlap, jamming)."""
    levels = given.heights(heights)
    settings = dict(overrides or {}) | ({} if k is None else {"refraction_k": repr(float(k))})
    settings |= {} if refraction is None else {"environment.refraction": refraction}
    checked = load_scenario(scenario, settings) if isinstance(scenario, str | Path) else scenario
    compiled = compile_scenario(checked, terrain or None, log=False)
    asked = Question(levels, rcs, target, float(pd), ref, tuple(jammers))
    answer = _answer(compiled, asked)
    others = {}
    for end in (WORSE, BETTER) if bands else ():
        changed = _at_end(compiled, [name.partition("@")[0] for name in answer.jammers], end)
        others[end] = _answer(compile_scenario(changed, terrain or None, log=False), asked)
    return replace(answer, others=others)


def _at_end(compiled: Compiled, jammers: list[str], end: str) -> "Scenario":
    """The scenario with the figures of its radars, missiles and jammers at one end of their doubt; what it sets itself stays."""
    cat, scenario = compiled.catalog, compiled.scenario
    keys = dict.fromkeys((*compiled.systems["radars"], *compiled.names["missile_types"], *(j for j in jammers if j in cat)))
    doubt = band_overrides([cat[key] for key in keys], end)
    around = band_environment(scenario.environment, end)
    return scenario.model_copy(update={"catalog": doubt | scenario.catalog, "environment": around})


def _answer(compiled: Compiled, asked: Question) -> Network:
    """The coverage of a compiled scenario, its doubt left out."""
    checked, cat, pd, ref, levels = compiled.scenario, compiled.catalog, asked.pd, asked.ref, asked.heights
    systems = compiled.systems["radars"]
    emitting = [i for i, row in enumerate(compiled.world.radars) if row["emitting"]]
    if not emitting:
        raise BadInput(f"coverage: {checked.name}", "no radar that emits", "a scenario with radars on the blue side")
    eye = given.eye(cat, asked.rcs, asked.target)
    given.numbers(eye.rcs[0], checked.refraction_k, ref, pd, [cat[systems[i]] for i in emitting])
    places = [_place(compiled.world.radars[i]) for i in emitting]
    rows = [compiled.world.radars[i] for i in emitting]
    dr = float(compiled.model.params[0]["floor_dr"])
    grid = map_grid([(*p, float(r["r_max"])) for p, r in zip(places, rows, strict=True)], dr)
    ground = Dem(*compiled.model.ground)
    params = compiled.model.params[0].copy()
    params["cell_dr"] = dr
    smooth = _sea_level(ground) if ref == "msl" else None
    jammers = jammers_of(cat, asked.jammers)
    with ThreadPoolExecutor(THREADS) as pool:
        watches = list(pool.map(lambda i, p: _watch(compiled, grid, i, p, smooth, jammers), emitting, places))
        batteries = _batteries(compiled, emitting)
        question = (params, grid, watches, batteries, eye, pd)
        found = tuple(pool.map(lambda height: _level(*question, height), levels))
        floors = list(pool.map(lambda w: _floor_msl(grid, w), watches))
    names = [compiled.names["radars"][i] for i in emitting]
    stations = tuple(
        Station(name, systems[i], math.degrees(p[0]), math.degrees(p[1]), float(w.row["h_ell"] - w.row["h_ground"]),
                float(w.row["r_max"]))
        for name, i, p, w in zip(names, emitting, places, watches, strict=True)
    )  # fmt: skip
    items, views = [cat[systems[i]] for i in emitting], [w.view for w in watches]
    burn = burn_through_table(items, np.array(rows), views, eye, pd, jammers) if jammers else []
    silent = [compiled.names["radars"][i] for i in range(len(systems)) if i not in emitting]
    return Network(
        scenario=checked.name, title=checked.title, stations=stations, fire_units=tuple(b.name for b in batteries), ref=ref,
        target=asked.target or "", rcs=eye.rcs[0], pd=pd, k=float(params["k"]),
        refraction=compiled.around.refraction, convention=compiled.around.convention,
        environment=checked.environment.model_dump(exclude_none=True), grid=grid,
        inside=np.any([w.reader.inside for w in watches], axis=0), levels=found, floors=tuple(floors),
        jammers=tuple(jammer.name for jammer in jammers),
        burn_through=tuple(row | {"radar": name} for row, name in zip(burn, names, strict=bool(burn))),
        dem=ground, terrain=compiled.terrain, notes=_notes(silent, stations, watches, batteries, grid, dr),
        catalog_digest=cat.digest(), inputs=cat.used(),
    )  # fmt: skip


def _place(row: np.ndarray) -> tuple[float, float]:
    lat, lon, _ = ecef_to_geodetic(*row["pos_ecef"])
    return float(lat), float(lon)


def _sea_level(dem: Dem) -> Dem:
    """The geoid on the nodes of a window: sea level as ellipsoidal heights."""
    smooth = dem._replace(h=np.zeros_like(dem.h))
    add_grid(smooth, load_geoid(), 1.0)
    return smooth


def _watch(
    compiled: Compiled, grid: MapGrid, i: int, place: tuple[float, float], smooth: Dem | None, jammers: Sequence[Jammer]
) -> Watch:
    """The radar in row i of a compiled scenario; smooth: sea level, where heights refer to it."""
    model, row = compiled.model, compiled.world.radars[i]
    dr = float(model.params[0]["floor_dr"])
    n_r = math.ceil(float(row["r_max"]) / dr - 1e-9)
    maps = np.ascontiguousarray(model.floors[row["floor"]][:, :, :n_r])
    ground = np.empty(maps.shape[1:], np.float32)
    polar_ground(model.ground, *place, dr, ground)
    datum = ground
    if smooth is not None:
        datum = np.empty_like(ground)
        polar_ground(smooth, *place, dr, datum)
    noise, carried, beyond = jamming_of(model.params[0], row, maps, jammers, compiled.undulation)
    view = View(maps, ground, datum, model.sea[row["floor"]], model.losses[i], model.clutter[i], noise, carried)
    polar = PolarGrid(float(row["radius"]), maps.shape[1], n_r, dr)
    return Watch(row, *place, polar, view, Reader(*grid.centres, *place, polar), [j.name for j, _ in beyond])


def _batteries(compiled: Compiled, emitting: list[int]) -> list[Battery]:
    """The fire units whose engagement radar emits and that have missiles."""
    out = []
    for i, site in enumerate(compiled.world.sites):
        if site["kind"] != FIRE_UNIT or site["radar"] not in emitting:
            continue
        launchers = compiled.world.launchers
        types = sorted({int(row["type"]) for row in launchers if row["site"] == i})
        missiles = [(compiled.model.missile_types[t], compiled.model.reach[t]) for t in types]
        if missiles:
            out.append(Battery(compiled.names["sites"][i], emitting.index(int(site["radar"])), missiles))
    return out


def _level(
    p: np.void, grid: MapGrid, watches: list[Watch], batteries: list[Battery], eye: Eye, pd: float, height: float
) -> NetworkLevel:
    """What is seen and reached at one height [m]; p: row of PARAMS."""
    shape = (grid.n_lat, grid.n_lon)
    count, units = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
    only = np.zeros(shape, np.int16)  # number of the one radar that sees a cell, from 1; what several see does not matter
    seen, by_radar, by_unit = [], [], []
    for n, watch in enumerate(watches, 1):
        mask = seen_at(p, watch.row, watch.view, height, watch.polar.dr, eye, pd)
        seen.append(mask)
        cells = watch.reader.read(mask)
        by_radar.append(grid.area(cells))
        count += cells
        only[cells] = n
    alone = tuple(grid.area((count == 1) & (only == n)) for n in range(1, len(watches) + 1))
    for battery in batteries:
        watch = watches[battery.watch]
        view, reached = watch.view, np.zeros(watch.view.floor.shape, np.bool_)
        for row, table in battery.missiles:
            mark_reached(
                row, table, REACH_DH, view.datum, view.ground, height, watch.polar.dr, seen[battery.watch], reached
            )
        cells = watch.reader.read(reached)
        by_unit.append(grid.area(cells))
        units += cells
    return NetworkLevel(height, count, units, tuple(by_radar), alone, tuple(by_unit))


def _floor_msl(grid: MapGrid, watch: Watch) -> np.ndarray:
    """Lowest visible altitude above mean sea level [m] at the cells of the map."""
    return floor_on(grid, watch.lat, watch.lon, watch.polar.dr, watch.view.floor) - sea_level(grid)


def _notes(
    silent: list[str], stations: Sequence[Station], watches: list[Watch], batteries: list[Battery], grid: MapGrid, dr: float
) -> tuple[str, ...]:
    words = [
        f"Common grid of {grid.n_lat} by {grid.n_lon} cells, {grid.cell / 1e3:.2f} km from south to north; a cell counts as what "
        f"its centre is. Polar grids: 1440 azimuths, range steps of {dr / 1e3:g} km, as in a run.",
        "Sector radars are shown with what they see once turned there.",
    ]
    for jammer in dict.fromkeys(name for watch in watches for name in watch.deaf):
        deaf = ", ".join(station.name for station, watch in zip(stations, watches, strict=True) if jammer in watch.deaf)
        words.append(f"{jammer} stands beyond the instrumented range of {deaf}, whose maps end there: it is not heard by them.")
    if silent:
        words.append(f"Do not emit and see nothing: {', '.join(silent)}.")
    if batteries:
        words.append(
            "Engageable: seen by the fire unit's own engagement radar and in reach of a missile that starts at that radar; "
            "reaction time, channels and the target's course take more away."
        )
    return tuple(words)
