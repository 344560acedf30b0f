"""Where should the radar or mast go? Candidate points ranked by what a radar there sees, and k of them chosen together.

    site("96l6e", around="murted", radius_km=30, mast="40v6m", heights=(100,), sites=2).chosen

Each candidate gets a floor map at reduced resolution (stated in the answer), and is marked as in `coverage`. What is to
be seen: the cells of an area of interest at each height, or assets and routes at these heights. All heights count alike.
"""

import math
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis import siting_points as places
from skyreach.analysis.common_grid import MapGrid, Reader, map_grid
from skyreach.analysis.coverage_grid import PolarGrid
from skyreach.analysis.coverage_sight import Eye, View, map_params, seen_at
from skyreach.analysis.siting_choice import choose
from skyreach.analysis.siting_data import Candidate, Siting
from skyreach.catalog import load
from skyreach.earth.floor import Antenna
from skyreach.earth.geodesy import gaussian_radius, geodesic_inverse
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import Dem, ground_height, undulation
from skyreach.earth.polar_ground import polar_ground
from skyreach.earth.terrain import SMOOTH, open_terrain
from skyreach.earth.terrain_sources import Spec
from skyreach.earth.traced import sight_maps
from skyreach.errors import BadInput
from skyreach.scenario.order_of_battle import Draft, fill_rows, radar_columns
from skyreach.scenario.surroundings import Surroundings, sea_of
from skyreach.world.codes import ACQUISITION, BLUE

K = 4.0 / 3.0  # ITU-R P.834-9, section 6
AZIMUTHS, RANGES = 360, 240  # of the floor map of a candidate
CELLS = 80  # of the area of interest, to a side
WITHIN = 150e3  # m, radius of the area of interest where none is given
SITES_MAX = 20


class Demand(NamedTuple):
    """What is to be seen: positions [rad] and weights (n,) that add up to 1; the grid it lies on, or the covers."""

    lat: np.ndarray
    lon: np.ndarray
    weight: np.ndarray
    grid: MapGrid | None
    inside: np.ndarray | None  # cells of the grid within the area of interest
    covers: list[places.Cover]


@dataclass(frozen=True)
class Look:
    """How every candidate looks: surroundings, target and its heights, terrain, and what is to be seen."""

    air: Surroundings
    heights: list[float]
    eye: Eye
    pd: float
    ref: str
    dem: Dem
    smooth: Dem  # sea level
    demand: Demand
    centre: tuple[float, float]  # of the area of interest [rad]
    within: float  # m


def site(
    radar: str,
    around: given.Spot | None = None,
    radius_km: float = 30.0,
    bbox: Iterable[float] | None = None,
    candidates: str | Path | list[Any] | None = None,
    grid: int = 9,
    highest: int | None = None,
    mast: str = "none",
    heights: Iterable[float] = (100.0,),
    ref: str = "agl",
    within_km: float | None = None,
    cover: str | Path | list[Any] | None = None,
    rcs: float | None = None,
    target: str | None = None,
    pd: float = 0.5,
    sites: int = 1,
    max_slope: float | None = None,
    water: bool = False,
    time_limit: float = 30.0,
    gap: float = 0.005,
    k: float = K,
    terrain: Spec = None,
    threads: int = 2,
    environment: Mapping[str, Any] | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Siting:
    """Candidates for a radar of the catalogue, ranked, and the `sites` of them that together see most.

    Candidates: a grid of points (grid to a side) or the `highest` points within radius_km around a place or in a bbox
    (south, west, north, east [deg]); or a list: "lat,lon;lat,lon", pairs, CSV or GeoJSON. Left out: water (unless water)
    and ground steeper than max_slope [deg]. Seen are targets (rcs, target, environment as in coverage) at heights [m] above ref
    with probability pd in one look: within within_km of the middle of the candidates, or at the assets and along the routes
    of cover (as for candidates; GeoJSON lines are routes). time_limit [s] and gap (relative) of the integer programme.
    Validated: test_siting (smooth earth, brute force), test_siting_choice."""
    cat = load(dict(overrides or {}))
    item = cat[radar]
    if item.kind != "radar":
        raise BadInput(f"site: {item.key} is a {item.kind}", allowed=", ".join(i.key for i in cat.items("radar")))
    on, antenna = given.masts(cat, [item], mast, "site")[item.key]
    levels = given.heights(heights, "site")
    eye = given.eye(cat, rcs, target, "site")
    given.numbers(eye.rcs[0], k, ref, pd, [item], "site")
    _check(sites, time_limit, gap, threads)
    region, listed = _region(cat, around, radius_km, bbox, candidates)
    place = (math.radians(region.lat), math.radians(region.lon))
    air = Surroundings(given.environment(environment, "site"), cat, float(k), place)
    covers = [] if cover is None else places.listed_covers(cover, "site: cover")
    r_max = item.si("instrumented_range")
    within = _within(region, covers, within_km, r_max)
    source = open_terrain(terrain)
    dem = source.window_around(math.radians(region.lat), math.radians(region.lon), 2.0 * region.radius + within + 5e3)
    points = listed
    if points is None:
        points = places.grid_points(region, grid) if highest is None else places.highest_points(region, dem, highest)
    points, notes = places.usable(points, dem, max_slope, water)
    if not points:
        raise BadInput("site: candidates", "none left", "at least one", " ".join(notes) or "a larger radius")
    centre = (math.radians(region.lat), math.radians(region.lon))
    demand = _demand(covers, centre, within)
    smooth = open_terrain(SMOOTH).window_around(*centre, 2.0 * region.radius + within + 5e3)
    columns = radar_columns(item, int(ACQUISITION), int(BLUE), 0, 0.0)
    grounds = [float(ground_height(dem, math.radians(p.lat), math.radians(p.lon))) for p in points]
    rows = fill_rows("radars", [Draft(p.name, p.lat, p.lon, antenna, columns) for p in points], grounds)
    air.complete(rows)
    look = Look(air, levels, eye, float(pd), ref, dem, smooth, demand, centre, within)
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda point, row, loss: _see(look, point, row, loss), points, rows, air.losses(rows)))
    seen = np.array([mask for mask, _ in found])  # (candidates, heights, demand)
    flat = seen.reshape(len(points), -1)
    weights = np.tile(demand.weight / len(levels), len(levels))
    choice = choose(flat, weights, sites, time_limit, gap)
    shares = seen @ demand.weight
    steps = max(dr for _, dr in found)
    geoid = load_geoid()
    return Siting(
        radar=item.key, title=item.title, mast=on, antenna=antenna, heights=tuple(levels), ref=ref,
        target=target or "", rcs=eye.rcs[0], pd=float(pd), k=air.k, convention=air.convention,
        environment=air.env.model_dump(exclude_none=True),
        centre=(region.lat, region.lon), radius=region.radius, within=within, grid=demand.grid, inside=demand.inside,
        covers=tuple(covers), seen=seen, weight=demand.weight, choice=choice,
        candidates=tuple(
            Candidate(
                p.name, p.lat, p.lon, h - float(undulation(geoid, math.radians(p.lat), math.radians(p.lon))),
                tuple(float(x) for x in share), float(share.mean()),
            )
            for p, h, share in zip(points, grounds, shares, strict=True)
        ),
        dem=dem, terrain=source.describe(), notes=tuple([*notes, *_notes(demand, steps, item.si("sector_width"))]),
        catalog_digest=cat.digest(), inputs=cat.used(),
    )  # fmt: skip


def _check(sites: int, time_limit: float, gap: float, threads: int) -> None:
    """BadInput for numbers out of range."""
    for name, value, low, high in (
        ("sites", sites, 1, SITES_MAX), ("time-limit", time_limit, 0.1, 86_400.0), ("gap", gap, 0.0, 1.0),
        ("jobs", threads, 1, 256),
    ):  # fmt: skip
        if not low <= given.number(f"site: {name}", value, "") <= high:
            raise BadInput(f"site: {name}", f"{value:g}", f"{low:g} to {high:g}")


def _region(
    cat: Any, around: given.Spot | None, radius_km: float, bbox: Iterable[float] | None, candidates: Any
) -> tuple[places.Region, list[places.Point] | None]:
    """Where candidates lie, and the candidates where the user lists them."""
    ways = [name for name, value in (("around", around), ("bbox", bbox), ("candidates", candidates)) if value is not None]
    if len(ways) != 1:
        raise BadInput("site: where", " and ".join(ways) or "nothing", "one of around, bbox, candidates", "--around murted")
    if bbox is not None:
        return places.region_of_box([float(v) for v in bbox]), None
    if around is not None:
        spot = given.spot(cat, around, "site: around")
        if not 0.1 <= given.number("site: radius", radius_km, "km") <= 500.0:
            raise BadInput("site: radius", f"{radius_km:g} km", "0.1 to 500 km")
        return places.Region(spot.lat, spot.lon, radius_km * 1e3, None), None
    listed = places.listed_points(candidates, "site: candidates")
    if len(listed) > places.MOST:
        raise BadInput("site: candidates", len(listed), f"at most {places.MOST}")
    lons = [p.lon - 360.0 * round((p.lon - listed[0].lon) / 360.0) for p in listed]
    lat, lon = float(np.mean([p.lat for p in listed])), float(np.mean(lons))
    far = max(_distance(lat, lon, p.lat, p.lon) for p in listed)
    if far > 500e3:
        raise BadInput("site: candidates", f"{far / 1e3:,.0f} km from their middle", "at most 500 km")
    return places.Region(lat, lon, max(far, 100.0), None), listed


def _distance(lat: float, lon: float, lat2: float, lon2: float) -> float:
    return float(geodesic_inverse(*(math.radians(x) for x in (lat, lon, lat2, lon2)))[0])


def _within(region: places.Region, covers: list[places.Cover], within_km: float | None, r_max: float) -> float:
    """Radius of what is to be seen around the middle of the candidates [m]."""
    if covers:
        if within_km is not None:
            raise BadInput("site: within and cover", f"{within_km} km", "one of the two")
        far = max(_distance(region.lat, region.lon, *point) for cover in covers for point in cover.points)
        if far > r_max + region.radius:
            allowed = f"at most {(r_max + region.radius) / 1e3:,.0f} km"
            raise BadInput("site: cover", f"{far / 1e3:,.0f} km from the candidates", allowed)
        return max(far, 1e3)
    if within_km is None:
        return min(WITHIN, r_max)
    if not 1.0 <= given.number("site: within", within_km, "km") <= 600.0:
        raise BadInput("site: within", f"{within_km:g} km", "1 to 600 km")
    return within_km * 1e3


def _demand(covers: list[places.Cover], centre: tuple[float, float], within: float) -> Demand:
    if covers:
        points = np.radians([point for cover in covers for point in cover.points])
        weight = np.concatenate([np.full(len(c.points), c.weight / len(c.points)) for c in covers])
        return Demand(points[:, 0], points[:, 1], weight / weight.sum(), None, None, covers)
    grid = map_grid([(*centre, within)], 100.0, CELLS)
    lats, lons = grid.centres
    disc = PolarGrid(float(gaussian_radius(centre[0])), 4, 1, within)
    inside = Reader(lats, lons, *centre, disc).inside
    area = np.broadcast_to(grid.cell_area[:, None], inside.shape)[inside]
    return Demand(lats[inside], lons[inside], area / area.sum(), grid, inside, covers)


def _see(look: Look, point: places.Point, row: np.void, loss: np.ndarray) -> tuple[np.ndarray, float]:
    """(seen bool (heights, demand), range step of the floor map [m]) of a candidate; row of radars, its losses."""
    lat, lon = math.radians(point.lat), math.radians(point.lon)
    away = float(geodesic_inverse(lat, lon, *look.centre)[0])
    reach = min(1.005 * (away + look.within), float(row["r_max"]))
    polar = PolarGrid(float(row["radius"]), AZIMUTHS, RANGES, reach / RANGES)
    antenna = Antenna(lat, lon, float(row["h_ell"]), reach)
    (maps,) = sight_maps(look.dem, [antenna], polar.dr, AZIMUTHS, look.air.rays, kept=False)
    floor = maps[0]
    ground, level = np.empty(floor.shape, np.float32), np.empty(floor.shape, np.float32)
    polar_ground(look.dem, lat, lon, polar.dr, ground)
    polar_ground(look.smooth, lat, lon, polar.dr, level)
    sea = sea_of(ground, level)
    clutter = look.air.ground_echo(row, floor, ground, sea, polar.dr, loss)
    view = View(maps, ground, level if look.ref == "msl" else ground, sea, loss, clutter, np.zeros((0, 3)))
    p = map_params(look.air, polar.dr)[0]
    reader = Reader(look.demand.lat, look.demand.lon, lat, lon, polar)
    out = np.empty((len(look.heights), look.demand.lat.size), np.bool_)
    for n, height in enumerate(look.heights):
        out[n] = reader.read(seen_at(p, row, view, height, polar.dr, look.eye, look.pd))
    return out, polar.dr


def _notes(demand: Demand, step: float, sector: float) -> list[str]:
    words = [
        f"Floor maps of candidates: {AZIMUTHS} azimuths, range steps up to {step / 1e3:.2f} km; check the winner with coverage."
    ]
    if demand.grid is not None:
        words.append(f"Area of interest: {demand.lat.size} cells, {demand.grid.cell / 1e3:.2f} km from south to north.")
    if sector < 2.0 * math.pi - 1e-9:
        words.append("The sector radar is shown with what it sees once turned there.")
    return words


