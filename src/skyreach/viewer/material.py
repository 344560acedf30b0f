"""A run and what a page derives from it once: scenario, catalogue, map plane, stories, ground, coverage."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from skyreach.catalog import Catalog, load
from skyreach.errors import SkyreachError
from skyreach.records.run import Run
from skyreach.records.whereabouts import whereabouts
from skyreach.scenario.environment import Environment
from skyreach.scenario.load import read_scenario
from skyreach.scenario.models import Scenario
from skyreach.scenario.order_of_battle import place_defence
from skyreach.scenario.surroundings import Surroundings
from skyreach.viewer.cover import Layer, Spans, layers
from skyreach.viewer.ground import Box, box_around, terrain_in_use
from skyreach.viewer.motion import Samples
from skyreach.viewer.plane import Plane
from skyreach.viewer.sight import Battery, Emitter, sight
from skyreach.viewer.story import Story, stories
from skyreach.viewer.united import United, table
from skyreach.world import codes

ROOM = 1.06  # half the side of the map over what must lie on it
LEAST_HALF, MOST_HALF = 60.0, 900.0  # km
DEGREE = 111.2e3  # m on a sphere of the mean radius; for the choice of a centre only


@dataclass(frozen=True)
class Circle:
    """The advertised reach of a system around one of its command posts."""

    site: str
    title: str
    lat_deg: float
    lon_deg: float
    radius: float  # m


class Material:
    """A run and what is derived from it once: scenario, catalogue, map plane, stories, ground, coverage."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.scenario = _scenario(run)
        self.cat: Catalog = load(dict(self.scenario.catalog), claims=self.scenario.claims) if self.scenario else load()
        self.titles = {item.key: item.title for item in self.cat.items()}
        self.sites, self.radars = run.sites.to_pylist(), run.radars.to_pylist()
        self.moves = {part: moved for part, moved in whereabouts(run).items() if moved.away}  # by table and row
        self.circles = _circles(self.cat, self.sites)
        self.emitters = _emitters(self.cat, self.sites, self.radars)
        self.source, self.replaced = terrain_in_use(run.manifest["terrain"]["name"])
        environment = self.scenario.environment if self.scenario else Environment()
        place = self.emitters[0].place if self.emitters else (0.0, 0.0)  # of the first radar, as in the run; else nobody looks
        self.around = Surroundings(environment, self.cat, float(run.manifest["refraction_k"]), place)

    @cached_property
    def samples(self) -> Samples:
        """Samples by windows of time."""
        return Samples(self.run)

    @cached_property
    def stories(self) -> list[Story]:
        """What happened to each target."""
        return stories(self.run, self.titles)

    @cached_property
    def discs(self) -> list[tuple[float, float, float]]:
        """Lat, lon [deg] and radius [m] of all that is advertised or can be seen."""
        discs = [(c.lat_deg, c.lon_deg, c.radius) for c in self.circles]
        return discs + [(e.lat_deg, e.lon_deg, sight(self.cat, e.system)) for e, _ in self.posts]

    @cached_property
    def posts(self) -> list[tuple[Emitter, Spans | None]]:
        """The emitters, and those that march once for each position in which they worked, with the times [s] of that."""
        out: list[tuple[Emitter, Spans | None]] = []
        for emitter in self.emitters:
            moved = self.moves.get(("radar", emitter.row))
            if moved is None:
                out.append((emitter, None))
                continue
            for position in dict.fromkeys(n for n, _, _ in moved.works):
                lat, lon, _ = moved.places[position - 1]
                spans = tuple((begin, end) for n, begin, end in moved.works if n == position)
                out.append((emitter._replace(lat_deg=lat, lon_deg=lon), spans))
        return out

    @cached_property
    def points(self) -> np.ndarray:
        """Lat, lon [deg], shape (n, 2), of everything that stood or flew; at least one point."""
        truth = self.run.truth
        flown = np.column_stack([truth["lat_deg"].to_numpy(), truth["lon_deg"].to_numpy()])
        stood = [(row["lat_deg"], row["lon_deg"]) for row in (*self.sites, *self.radars)]
        stood += [(lat, lon) for moved in self.moves.values() for _, lat, lon, _ in moved.points.tolist()]
        points = np.concatenate([flown, np.array(stood, float).reshape(-1, 2)])
        return points if len(points) else np.zeros((1, 2))

    @cached_property
    def plane(self) -> Plane:
        """The plane in which areas are counted, around the middle of the discs."""
        return Plane(*_middle(self.discs or [(*self.points.mean(axis=0), 0.0)]))

    @cached_property
    def half(self) -> float:
        """Half the side of the square in which areas are counted [km]: all discs lie in it."""
        reach = [max(map(abs, self.plane.point(lat, lon))) + radius / 1e3 for lat, lon, radius in self.discs]
        return min(ROOM * max([LEAST_HALF, *reach]), MOST_HALF)

    @cached_property
    def wide(self) -> Box:
        """What the map shows with relief: the discs and everything that stood or flew."""
        rims = [self.plane.box(self.half)] if self.discs else []
        corners = [(lat, lon) for south, north, west, east in rims for lat in (south, north) for lon in (west, east)]
        return box_around(np.concatenate([self.points, np.array(corners, float).reshape(-1, 2)]), 20.0, LEAST_HALF)

    @cached_property
    def near(self) -> Box:
        """Where the fight is: everything that stood or flew."""
        return box_around(self.points, 15.0, 25.0)

    @cached_property
    def layers(self) -> list[Layer]:
        """What each radar sees and its fire unit can engage, by rungs of height."""
        found = layers(self.source, self.cat, [emitter for emitter, _ in self.posts], batteries(self), self.around)
        return [replace(one, spans=spans) for one, (_, spans) in zip(found, self.posts, strict=True)]

    @cached_property
    def comparison(self) -> dict[str, Any] | None:
        """The circle beside the areas seen and engageable; None where the defence has no radar."""
        if not self.emitters:
            return None
        united = United(self.source, self.plane, self.half, self.emitters, batteries(self), self.cat, self.around)
        return table(united, [(c.lat_deg, c.lon_deg, c.radius) for c in self.circles])


def _scenario(run: Run) -> Scenario | None:
    """The scenario of a run; None where this version cannot read it any more."""
    try:
        return read_scenario(run.scenario_yaml)
    except SkyreachError:
        return None


def _circles(cat: Catalog, sites: list[dict[str, Any]]) -> list[Circle]:
    found = []
    systems = [item for item in cat.items("system") if "components" in item and "range_advertised" in item]
    for site in sites:
        if site["kind"] != codes.SITE_KINDS[codes.POST]:
            continue
        for system in systems:
            if site["system"] in system.texts("components"):
                place = (site["lat_deg"], site["lon_deg"])
                found.append(Circle(site["name"], system.title, *place, system.si("range_advertised")))
                break
    return found


def _middle(discs: list[tuple[float, float, float]]) -> tuple[float, float]:
    """Centre of discs [deg, deg, m] in degrees."""
    lat, lon, radius = np.array(discs).T
    lon = lon[0] + (lon - lon[0] + 180.0) % 360.0 - 180.0
    high, wide = radius / DEGREE, radius / DEGREE / np.cos(np.radians(lat))
    middle_lat = 0.5 * float((lat - high).min() + (lat + high).max())
    middle_lon = 0.5 * float((lon - wide).min() + (lon + wide).max())
    return round(middle_lat, 4), round((middle_lon + 180.0) % 360.0 - 180.0, 4)


def _emitters(cat: Catalog, sites: list[dict[str, Any]], radars: list[dict[str, Any]]) -> list[Emitter]:
    """Radars of the side that has most of them."""
    sides = [sites[r["site"]]["side"] if r["site"] >= 0 else "" for r in radars]
    defender = max(sorted(set(sides)), key=sides.count) if sides else ""
    guides = {s["radar"]: s["site"] for s in sites if s["radar"] >= 0}
    return [
        Emitter(r["radar"], r["system"], r["lat_deg"], r["lon_deg"], r["antenna_agl_m"], guides.get(r["radar"], -1))
        for r, side in zip(radars, sides, strict=True)
        if side == defender and r["system"] in cat
    ]


def batteries(material: Material) -> list[Battery]:
    """Missile types by fire unit, from the scenario; types that were fired where it cannot be read."""
    given: dict[int, list[str]] = {}
    if material.scenario:
        order = place_defence(material.scenario, material.cat)
        for draft in order.launchers:
            given.setdefault(draft.columns["site"], []).append(order.missiles[draft.columns["type"]])
    else:
        rows = {site["name"]: site["site"] for site in material.sites}
        for shot in material.run.shots.to_pylist():
            given.setdefault(rows[shot["fire_unit"]], []).append(shot["type"])
    return [Battery(site, tuple(dict.fromkeys(types))) for site, types in given.items()]
