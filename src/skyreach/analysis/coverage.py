"""What a system sees and can engage around a site, by height: the honest map in the place of the advertised circle.

    coverage("s-400", at="murted", heights=(100, 1000)).table

Seen: in the line of sight of a radar over the terrain (floor map), within its scale and elevation limits, and with an
echo that one look detects with probability pd or better. Engageable: seen by a radar that guides missiles, and a
missile of the system flies there by its reach table. The echo stands against noise, clutter, rain and jamming as in a run
(Environment; engine.propagation). With bands, all of it again with every doubtful figure of the catalogue at its worse and at
its better end; with a refraction of its own, again with k = 4/3. Left out: time, channels.
"""

import math
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis.coverage_bands import BETTER, WORSE, band_environment, band_overrides
from skyreach.analysis.coverage_data import Coverage, Level
from skyreach.analysis.coverage_grid import PolarGrid, mark_reached, polar_grid
from skyreach.analysis.coverage_jamming import burn_through_table, jammers_of
from skyreach.analysis.coverage_sight import Eye, Jammer, View, map_params, seen_at, views
from skyreach.catalog import Catalog, load
from skyreach.earth.floor import Antenna
from skyreach.earth.grid import Dem, ground_height
from skyreach.earth.polar_ground import polar_ground
from skyreach.earth.rays import K_STANDARD
from skyreach.earth.terrain import SMOOTH, Terrain, open_terrain
from skyreach.earth.terrain_sources import Spec
from skyreach.earth.traced import sight_maps
from skyreach.scenario.environment import Environment
from skyreach.scenario.missiles import REACH_DH, missile_reach
from skyreach.scenario.order_of_battle import Draft, fill_rows, radar_columns
from skyreach.scenario.surroundings import Surroundings, sea_of
from skyreach.world.codes import ACQUISITION, BLUE, ENGAGEMENT

HEIGHTS = (100.0, 1000.0, 3000.0, 10_000.0)  # m
K = K_STANDARD
THREADS = 2


class Ground(NamedTuple):
    """The ground of the map, heights ellipsoidal [m]: window, at the site, at the nodes of the grid, and what target
    heights refer to there."""

    dem: Dem
    site: float
    surface: np.ndarray
    datum: np.ndarray
    sea: np.ndarray  # u1, 1 where wet


class Question(NamedTuple):
    """What stays the same for bands and for another refraction."""

    system: str
    spot: given.Place
    mast: str
    levels: list[float]
    rcs: float | None
    target: str | None
    pd: float
    jammers: list[str | Jammer]
    grid: PolarGrid
    ground: Ground
    undulation: float


@dataclass(frozen=True)
class Setting:
    """Everything that does not depend on the height of the target."""

    parts: given.Parts
    grid: PolarGrid
    ground: Ground
    masts: given.Masts
    radars: np.ndarray  # rows of TABLES["radars"], in the order of parts.radars
    pd: float
    missiles: np.ndarray  # rows of MISSILE_TYPES
    reach: np.ndarray
    params: np.ndarray  # row of PARAMS
    views: list[View]
    eye: Eye
    jammers: list[Jammer]

    def level(self, height: float, threads: int = THREADS) -> Level:
        """What is seen and reached at one height [m]."""
        shape = (self.grid.n_az, self.grid.n_r)
        seen, guided = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        by_radar: dict[str, float] = {}
        for item, row, view in zip(self.parts.radars, self.radars, self.views, strict=True):
            mask = seen_at(self.params[0], row, view, height, self.grid.dr, self.eye, self.pd, threads)
            by_radar[item.key] = self.grid.area(mask)
            seen |= mask
            if item.key in self.parts.guiding:
                guided |= mask
        if not (self.parts.guiding and self.parts.missiles):
            return Level(height, seen, None, by_radar, {})
        by_missile: dict[str, float] = {}
        engageable, ground = np.zeros(shape, np.bool_), self.ground
        for item, row, table in zip(self.parts.missiles, self.missiles, self.reach, strict=True):
            mask = np.zeros(shape, np.bool_)
            mark_reached(row, table, REACH_DH, ground.datum, ground.surface, height, self.grid.dr, guided, mask)
            by_missile[item.key] = self.grid.area(mask)
            engageable |= mask
        return Level(height, seen, engageable, by_radar, by_missile)


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
    jammers: Iterable[str | Jammer] = (),
    refraction: str | None = None,
    bands: bool = False,
) -> Coverage:
    """Areas seen and engageable by a system, a point defence or a single radar (seen only) at one site.

    at: name of a site or (latitude, longitude) in degrees; mast: for the radars that can stand on one; heights [m]
    above ref, agl (ground) or msl (mean sea level); rcs [m2]: the same in every band, 1 if nothing is said, Swerling 1, never
    in the Doppler notch; target: a threat of the catalogue instead, head-on at its cruising speed; pd: least probability of
    detection in one look; terrain: see open_terrain; range_km: radius of the map, the advertised range if None; k: effective
    earth radius over earth radius; overrides: catalogue values, "92n6e.reference_range" -> number; environment: air, rain,
    clutter, multipath; jammers: noise jammers that stand still, or KIND@LAT,LON,HEIGHT, KIND@target; refraction: that of
    the environment instead (scenario.refraction); bands: also with the catalogue's figures at both ends of their doubt.
    Validated: test_coverage (horizon formula, published yardsticks, monotony)."""
    cat = load(dict(overrides or {}))
    item = cat[system]
    parts, spot = given.parts(cat, item), given.spot(cat, at)
    given.masts(cat, parts.radars, mast)
    levels, eye = given.heights(heights), given.eye(cat, rcs, target)
    given.numbers(eye.rcs[0], k, ref, pd, parts.radars)
    around = given.environment(environment)
    if refraction is not None:
        around = around.model_copy(update={"refraction": refraction})
    place = (math.radians(spot.lat), math.radians(spot.lon))
    air = Surroundings(around, cat, float(k), place)
    grid = polar_grid(place[0], given.map_range(range_km, parts.circle))
    source = open_terrain(terrain)
    ground = _ground(source, grid, spot, ref)
    asked = Question(
        system, spot, mast, levels, rcs, target, float(pd), list(jammers), grid, ground, source.undulation(*place)
    )
    setting = _setting(asked, cat, air)
    found = _levels(setting, levels)
    others: dict[str, tuple[Level, ...]] = {}
    if around.refraction != "standard":
        plain = Surroundings(around.model_copy(update={"refraction": "standard"}), cat, K, place)
        others["standard"] = _levels(_setting(asked, cat, plain), levels)
    for end in (WORSE, BETTER) if bands else ():
        noise = [cat[name] for jammer in setting.jammers if (name := jammer.name.partition("@")[0]) in cat]
        doubt = load(band_overrides((*parts.radars, *parts.missiles, *noise), end) | dict(overrides or {}))
        others[end] = _levels(_setting(asked, doubt, Surroundings(band_environment(around, end), doubt, float(k), place)), levels)
    burn = burn_through_table(parts.radars, setting.radars, setting.views, setting.eye, float(pd), setting.jammers)
    return Coverage(
        system=item.key, title=item.title, place=spot.name, lat_deg=spot.lat, lon_deg=spot.lon, h_ground=ground.site,
        undulation=asked.undulation, mast=mast, masts=setting.masts, guiding=tuple(parts.guiding), ref=ref, target=target or "",
        rcs=eye.rcs[0], environment=around.model_dump(exclude_none=True),
        jammers=tuple(jammer._asdict() for jammer in setting.jammers), burn_through=tuple(burn) if setting.jammers else (),
        pd=float(pd), k=air.k, refraction=air.refraction, convention=air.convention, circle=parts.circle,
        circle_name="instrumented range" if item.kind == "radar" else "advertised range", grid=grid, levels=found, others=others,
        terrain=source.describe(), notes=given.notes(item, parts, mast, setting.masts, grid, found), catalog_digest=cat.digest(),
        inputs=cat.used(), dem=ground.dem, setting=setting,
        floors={radar.key: view.floor for radar, view in zip(parts.radars, setting.views, strict=True)},
    )  # fmt: skip


def _ground(source: Terrain, grid: PolarGrid, spot: given.Place, ref: str) -> Ground:
    lat, lon = math.radians(spot.lat), math.radians(spot.lon)
    dem = source.window_around(lat, lon, grid.r_max)
    surface, level = np.empty((grid.n_az, grid.n_r), np.float32), np.empty((grid.n_az, grid.n_r), np.float32)
    polar_ground(dem, lat, lon, grid.dr, surface)
    geoid = open_terrain(SMOOTH).window_around(lat, lon, grid.r_max)  # a smooth earth at sea level, as ellipsoidal heights
    polar_ground(geoid, lat, lon, grid.dr, level)
    datum = level if ref == "msl" else surface
    return Ground(dem, float(ground_height(dem, lat, lon)), surface, datum, sea_of(surface, level))


def _setting(asked: Question, cat: Catalog, around: Surroundings) -> Setting:
    """All that a question needs before the heights, with the figures of a catalogue and these surroundings."""
    parts, spot, ground, grid = given.parts(cat, cat[asked.system]), asked.spot, asked.ground, asked.grid
    masts, eye = given.masts(cat, parts.radars, asked.mast), given.eye(cat, asked.rcs, asked.target)
    drafts = []
    for item in parts.radars:
        role = ENGAGEMENT if item.key in parts.guiding else ACQUISITION
        columns = radar_columns(item, int(role), int(BLUE), 0, 0.0)
        drafts.append(Draft(item.key, spot.lat, spot.lon, masts[item.key][1], columns, item.key))
    radars = fill_rows("radars", drafts, [ground.site] * len(drafts))
    different = sorted({float(h) for h in radars["h_ell"]})
    antennas = [Antenna(math.radians(spot.lat), math.radians(spot.lon), h, grid.r_max) for h in different]
    swept = sight_maps(ground.dem, antennas, grid.dr, grid.n_az, around.rays, THREADS)
    maps = [swept[different.index(float(h))] for h in radars["h_ell"]]
    jammers = jammers_of(cat, asked.jammers)
    seen = views(around, radars, maps, ground.surface, ground.datum, ground.sea, grid.dr, jammers, asked.undulation)
    types, _, _, reach = missile_reach(parts.missiles, ground.site)
    return Setting(
        parts, grid, ground, masts, radars, asked.pd, types, reach, map_params(around, grid.dr), seen, eye, jammers
    )


def _levels(setting: Setting, heights: list[float]) -> tuple[Level, ...]:
    """What is seen and reached at each height."""
    with ThreadPoolExecutor(THREADS) as pool:
        return tuple(pool.map(lambda height: setting.level(height, 1), heights))
