"""A run and what a page derives from it once: scenario, catalogue, map plane, stories, ground, coverage."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from skyreach.catalog import Catalog, load
from skyreach.earth.terrain import SMOOTH
from skyreach.errors import SkyreachError
from skyreach.records.run import Run
from skyreach.scenario.load import read_scenario
from skyreach.scenario.models import Scenario
from skyreach.scenario.order_of_battle import place_defence
from skyreach.viewer.report_coverage import Battery, Emitter, United, sight, table
from skyreach.viewer.report_ground import Ground
from skyreach.viewer.report_motion import target_paths
from skyreach.viewer.report_plane import Plane
from skyreach.viewer.report_story import Story, stories
from skyreach.world import codes

PACKAGED = "embedded"  # how the name of the packaged terrain begins
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
        self.cat: Catalog = load(dict(self.scenario.catalog) if self.scenario else None)
        self.titles = {item.key: item.title for item in self.cat.items()}
        self.sites, self.radars = run.sites.to_pylist(), run.radars.to_pylist()
        self.stories: list[Story] = stories(run, self.titles)
        self.circles = _circles(self.cat, self.sites)
        self.emitters = _emitters(self.cat, self.sites, self.radars)
        self.plane = Plane(*_middle(self.cat, self.circles, self.emitters, run))
        self.paths = target_paths(run, self.plane)

    @cached_property
    def half(self) -> float:
        """Half the side of the map [km]: circles, sites, every path and what the radars can see lie on it."""
        reach = [LEAST_HALF]
        discs = [(c.lat_deg, c.lon_deg, c.radius) for c in self.circles]
        discs += [(e.lat_deg, e.lon_deg, sight(self.cat, e.system)) for e in self.emitters]
        for lat, lon, radius in discs:
            reach.append(max(map(abs, self.plane.point(lat, lon))) + radius / 1e3)
        reach += [max(map(abs, self.plane.point(s["lat_deg"], s["lon_deg"]))) for s in (*self.sites, *self.radars)]
        for path in self.paths.values():
            reach += [float(np.abs(np.cumsum(path[axis])).max()) / 100.0 for axis in "xy"]
        return min(ROOM * max(reach), MOST_HALF)

    @cached_property
    def ground(self) -> Ground:
        """Relief and lines of the map."""
        return Ground(self.plane, self.half, self.run.manifest["terrain"]["name"].startswith(SMOOTH))

    @cached_property
    def united(self) -> United | None:
        """What the defence sees and reaches; None where it has no radar."""
        k = float(self.run.manifest["refraction_k"])
        return United(self.ground, self.emitters, _batteries(self), self.cat, k) if self.emitters else None

    @cached_property
    def comparison(self) -> dict[str, Any] | None:
        """The circle beside the areas seen and engageable."""
        if self.united is None:
            return None
        return table(self.united, [(c.lat_deg, c.lon_deg, c.radius) for c in self.circles])

    def point(self, row: dict[str, Any]) -> tuple[float, float]:
        """A row with lat_deg and lon_deg in the plane [km]."""
        return self.plane.point(row["lat_deg"], row["lon_deg"])


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


def _middle(cat: Catalog, circles: list[Circle], emitters: list[Emitter], run: Run) -> tuple[float, float]:
    """Centre of the map [deg]: of all that is advertised and can be seen, else of the targets."""
    discs = [(c.lat_deg, c.lon_deg, c.radius) for c in circles]
    discs += [(e.lat_deg, e.lon_deg, sight(cat, e.system)) for e in emitters]
    if not discs:
        points = zip(*(run.truth[name].to_pylist() for name in ("lat_deg", "lon_deg")), strict=True)
        discs = [(lat, lon, 0.0) for lat, lon in points] or [(0.0, 0.0, 0.0)]
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


def _batteries(material: Material) -> list[Battery]:
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
