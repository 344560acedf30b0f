"""What a system sees and can engage around a site, by height: the honest map in the place of the advertised circle.

    coverage("s-400", at="murted", heights=(100, 1000)).table

Seen: in the line of sight of a radar over the terrain (floor map), within its scale and elevation limits, and with an
echo that one look detects with probability pd or better. Engageable: seen by a radar that guides missiles, and a
missile of the system flies there by its reach table. The echo stands against noise, clutter, rain and jamming as in a run
(Environment; engine.propagation). Left out: time, channels.
"""

import math
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis.coverage_data import Coverage, Level
from skyreach.analysis.coverage_grid import PolarGrid, mark_reached, polar_grid
from skyreach.analysis.coverage_sight import Eye, Jammer, View, fill_pd, map_params, views
from skyreach.catalog import load
from skyreach.earth.floor import cached_floor
from skyreach.earth.grid import Dem, ground_height
from skyreach.earth.polar_ground import polar_ground
from skyreach.earth.terrain import SMOOTH, Terrain, open_terrain
from skyreach.earth.terrain_sources import Spec
from skyreach.scenario.environment import Environment
from skyreach.scenario.missiles import REACH_DH, missile_reach
from skyreach.scenario.order_of_battle import Draft, fill_rows, radar_columns
from skyreach.scenario.surroundings import Surroundings, sea_of
from skyreach.world.codes import ACQUISITION, BLUE, ENGAGEMENT

HEIGHTS = (100.0, 1000.0, 3000.0, 10_000.0)  # m
K = 4.0 / 3.0  # effective earth radius over earth radius, mean of temperate climates: ITU-R P.834-9, section 6
THREADS = 2


class Ground(NamedTuple):
    """The ground of the map, heights ellipsoidal [m]: window, at the site, at the nodes of the grid, and what target
    heights refer to there."""

    dem: Dem
    site: float
    surface: np.ndarray
    datum: np.ndarray
    sea: np.ndarray  # u1, 1 where wet


@dataclass(frozen=True)
class Setting:
    """Everything that does not depend on the height of the target."""

    parts: given.Parts
    grid: PolarGrid
    ground: Ground
    radars: np.ndarray  # rows of TABLES["radars"], in the order of parts.radars
    pd: float
    missiles: np.ndarray  # rows of MISSILE_TYPES
    reach: np.ndarray
    params: np.ndarray  # row of PARAMS
    views: list[View]
    eye: Eye


def coverage(
    system: str,
    at: given.Spot,
    mast: str = "none",
    heights: Iterable[float] = HEIGHTS,
    rcs: float | None = None,
    pd: float = 0.5,
    terrain: Spec = None,
    ref: str = "agl",
    range_km: float | None = None,
    k: float = K,
    overrides: Mapping[str, float] | None = None,
    target: str | None = None,
    environment: Environment | Mapping[str, Any] | None = None,
    jammers: Iterable[Jammer] = (),
) -> Coverage:
    """Areas seen and engageable by a system, a point defence or a single radar (seen only) at one site.

    at: name of a site or (latitude, longitude) in degrees; mast: for the radars that can stand on one; heights [m]
    above ref, agl (ground) or msl (mean sea level); rcs [m2]: the same in every band, 1 if nothing is said, Swerling 1, never
    in the Doppler notch; target: a threat of the catalogue instead, head-on at its cruising speed; pd: least probability of
    detection in one look; terrain: see open_terrain; range_km: radius of the map, the advertised range if None; k: effective
    earth radius over earth radius; overrides: catalogue values, "92n6e.reference_range" -> number; environment: air, rain,
    clutter, multipath; jammers: noise jammers that stand still.
    Validated: test_coverage (horizon formula, published yardsticks, monotony)."""
    cat = load(dict(overrides or {}))
    item = cat[system]
    parts = given.parts(cat, item)
    spot = given.spot(cat, at)
    masts = given.masts(cat, parts.radars, mast)
    levels = given.heights(heights)
    eye = given.eye(cat, rcs, target)
    given.numbers(eye.rcs[0], k, ref, pd, parts.radars)
    around = Surroundings(given.environment(environment), cat, float(k))
    grid = polar_grid(math.radians(spot.lat), given.map_range(range_km, parts.circle))
    source = open_terrain(terrain)
    ground = _ground(source, grid, spot, ref)
    undulation = source.undulation(math.radians(spot.lat), math.radians(spot.lon))
    setting = _setting(parts, grid, ground, spot, masts, around, float(pd), eye, list(jammers), undulation)
    with ThreadPoolExecutor(THREADS) as pool:
        found = tuple(pool.map(lambda height: _level(setting, height), levels))
    return Coverage(
        system=item.key,
        title=item.title,
        place=spot.name,
        lat_deg=spot.lat,
        lon_deg=spot.lon,
        h_ground=ground.site,
        undulation=undulation,
        mast=mast,
        masts=masts,
        guiding=tuple(parts.guiding),
        ref=ref,
        target=target or "",
        rcs=eye.rcs[0],
        environment=around.env.model_dump(exclude_none=True),
        jammers=len(setting.views[0].jammers) if setting.views else 0,
        pd=float(pd),
        k=float(k),
        circle=parts.circle,
        circle_name="instrumented range" if item.kind == "radar" else "advertised range",
        grid=grid,
        levels=found,
        terrain=source.describe(),
        notes=given.notes(item, parts, mast, masts, grid, found),
        catalog_digest=cat.digest(),
        inputs=cat.used(),
        dem=ground.dem,
        floors={radar.key: view.floor for radar, view in zip(parts.radars, setting.views, strict=True)},
    )


def _ground(source: Terrain, grid: PolarGrid, spot: given.Place, ref: str) -> Ground:
    lat, lon = math.radians(spot.lat), math.radians(spot.lon)
    dem = source.window_around(lat, lon, grid.r_max)
    surface, level = np.empty((grid.n_az, grid.n_r), np.float32), np.empty((grid.n_az, grid.n_r), np.float32)
    polar_ground(dem, lat, lon, grid.dr, surface)
    geoid = open_terrain(SMOOTH).window_around(lat, lon, grid.r_max)  # a smooth earth at sea level, as ellipsoidal heights
    polar_ground(geoid, lat, lon, grid.dr, level)
    datum = level if ref == "msl" else surface
    return Ground(dem, float(ground_height(dem, lat, lon)), surface, datum, sea_of(surface, level))


def _setting(
    parts: given.Parts, grid: PolarGrid, ground: Ground, spot: given.Place, masts: given.Masts, around: Surroundings,
    pd: float, eye: Eye, jammers: list[Jammer], undulation: float,
) -> Setting:  # fmt: skip
    drafts = []
    for item in parts.radars:
        role = ENGAGEMENT if item.key in parts.guiding else ACQUISITION
        columns = radar_columns(item, int(role), int(BLUE), 0, 0.0)
        drafts.append(Draft(item.key, spot.lat, spot.lon, masts[item.key][1], columns, item.key))
    radars = fill_rows("radars", drafts, [ground.site] * len(drafts))
    floors = _floors(ground.dem, grid, spot, [float(h) for h in radars["h_ell"]], around.k)
    seen = views(around, radars, floors, ground.surface, ground.datum, ground.sea, grid.dr, jammers, undulation)
    types, _, _, reach = missile_reach(parts.missiles, ground.site)
    return Setting(parts, grid, ground, radars, pd, types, reach, map_params(around, grid.dr), seen, eye)


def _floors(dem: Dem, grid: PolarGrid, spot: given.Place, antennas: list[float], k: float) -> list[np.ndarray]:
    """The floor map of each antenna height [m, ellipsoidal]; one sweep for each different one."""
    lat, lon = math.radians(spot.lat), math.radians(spot.lon)

    def sweep(h_ant: float) -> np.ndarray:
        return cached_floor(dem, lat, lon, h_ant, grid.r_max, grid.dr, grid.n_az, k)

    different = sorted(set(antennas))
    with ThreadPoolExecutor(THREADS) as pool:
        maps = dict(zip(different, pool.map(sweep, different), strict=True))
    return [maps[h] for h in antennas]


def _level(setting: Setting, height: float) -> Level:
    """What is seen and reached at one height [m]."""
    grid, ground, parts = setting.grid, setting.ground, setting.parts
    shape = (grid.n_az, grid.n_r)
    seen, guided = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    by_radar: dict[str, float] = {}
    by_missile: dict[str, float] = {}
    odds = np.empty(shape, np.float32)
    for item, row, view in zip(parts.radars, setting.radars, setting.views, strict=True):
        eye = setting.eye
        fill_pd(setting.params[0], row, view, height, grid.dr, eye.rcs[row["band"]], eye.swerling, eye.v_radial, odds)
        mask = odds >= setting.pd
        by_radar[item.key] = grid.area(mask)
        seen |= mask
        if item.key in parts.guiding:
            guided |= mask
    if not (parts.guiding and parts.missiles):
        return Level(height, seen, None, by_radar, by_missile)
    engageable = np.zeros(shape, np.bool_)
    for item, row, table in zip(parts.missiles, setting.missiles, setting.reach, strict=True):
        mask = np.zeros(shape, np.bool_)
        mark_reached(row, table, REACH_DH, ground.datum, ground.surface, height, grid.dr, guided, mask)
        by_missile[item.key] = grid.area(mask)
        engageable |= mask
    return Level(height, seen, engageable, by_radar, by_missile)
