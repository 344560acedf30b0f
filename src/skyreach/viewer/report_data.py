"""What goes into a page: one document of plain numbers and words, from the run folder and the packaged data alone."""

import hashlib
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
from skyreach.viewer.report_coverage import PD, RCS, Battery, Emitter, United, table
from skyreach.viewer.report_ground import Ground
from skyreach.viewer.report_motion import missile_paths, position, target_paths, track_paths
from skyreach.viewer.report_plane import Plane, polyline
from skyreach.viewer.report_story import GROUPS, Story, stories
from skyreach.world import codes

ROOM = 1.06  # half the side of the map over what must lie on it
LEAST_HALF, MOST_HALF = 60.0, 900.0  # km
MARKS = {  # events that the map shows
    codes.E_LAUNCH: "launch", codes.E_DETONATION: "fuze", codes.E_KILL: "kill", codes.E_ARRIVED: "arrival", codes.E_DAMAGE: "damage",
}  # fmt: skip
GROUP_OF = {int(code): name for name, members in GROUPS.items() for code in members}


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
        self.plane = Plane(*_middle(self.circles, self.sites, self.radars, run))
        self.paths = target_paths(run, self.plane)

    @cached_property
    def half(self) -> float:
        """Half the side of the map [km]: the circles, the sites and every path lie on it."""
        reach = [LEAST_HALF]
        for circle in self.circles:
            x, y = self.plane.circle(circle.lat_deg, circle.lon_deg, circle.radius)
            reach += [float(np.abs(x).max()), float(np.abs(y).max())]
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
        emitters, batteries = _emitters(self), _batteries(self)
        k = float(self.run.manifest["refraction_k"])
        return United(self.ground, emitters, batteries, self.cat, k) if emitters else None

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


def _middle(circles: list[Circle], sites: list[dict], radars: list[dict], run: Run) -> tuple[float, float]:
    """Centre of the map [deg]: between the command posts, else the sites, else the targets."""
    rows = [(c.lat_deg, c.lon_deg) for c in circles] or [(s["lat_deg"], s["lon_deg"]) for s in (*sites, *radars)]
    if not rows:
        rows = list(zip(*(run.truth[name].to_pylist() for name in ("lat_deg", "lon_deg")), strict=True)) or [(0.0, 0.0)]
    lat, lon = np.array(rows).T
    lon = lon[0] + (lon - lon[0] + 180.0) % 360.0 - 180.0
    middle = 0.5 * float(lat.min() + lat.max()), 0.5 * float(lon.min() + lon.max())
    return round(middle[0], 4), round((middle[1] + 180.0) % 360.0 - 180.0, 4)


def _emitters(material: Material) -> list[Emitter]:
    """Radars of the side that has most of them."""
    sides = [material.sites[r["site"]]["side"] if r["site"] >= 0 else "" for r in material.radars]
    defender = max(set(sides), key=sides.count) if sides else ""
    guides = {s["radar"]: s["site"] for s in material.sites if s["radar"] >= 0}
    return [
        Emitter(r["radar"], r["system"], r["lat_deg"], r["lon_deg"], r["antenna_agl_m"], guides.get(r["radar"], -1))
        for r, side in zip(material.radars, sides, strict=True)
        if side == defender and r["system"] in material.cat
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


def page_data(material: Material) -> dict[str, Any]:
    """The document behind the page; lines and columns are written as steps (report_plane)."""
    run, manifest = material.run, material.run.manifest
    return {
        "title": manifest["title"] or manifest["scenario"],
        "scenario": manifest["scenario"],
        "seed": manifest["seed"],
        "digest": manifest["digest"],
        "start": manifest["start"],
        "duration": manifest["duration_s"],
        "centre": [material.plane.lat_deg, material.plane.lon_deg],
        "relief": material.ground.relief(),
        "lines": material.ground.lines(),
        "circles": [_circle(material, c) for c in material.circles],
        "coverage": _coverage(material),
        "places": _places(material),
        "sites": [_site(material, s) for s in material.sites],
        "radars": [_radar(material, r) for r in material.radars],
        "routes": _routes(material),
        "targets": [_target(material, s) for s in material.stories],
        "tracks": track_paths(run, material.plane),
        "missiles": _missiles(material),
        "marks": _marks(material),
        "reasons": _reasons(material.stories),
        "yaml": run.scenario_yaml,
    }


def _circle(material: Material, circle: Circle) -> dict[str, Any]:
    line = polyline(*material.plane.circle(circle.lat_deg, circle.lon_deg, circle.radius), 10.0)
    return {"site": circle.site, "system": circle.title, "radius_km": circle.radius / 1e3, "line": line}


def _coverage(material: Material) -> dict[str, Any] | None:
    united = material.united
    if united is None or material.comparison is None:
        return None
    levels = []
    for level, row in zip(united.levels, material.comparison["rows"], strict=True):
        outlines = {f"{kind}_lines": united.outline(getattr(level, kind)) for kind in ("seen", "engageable")}
        levels.append({**row, **outlines})
    return {"rcs_m2": RCS, "pd": PD, "circle_km2": material.comparison["circle_km2"], "levels": levels}


def _places(material: Material) -> list[dict[str, Any]]:
    """Points that people know: sites of the scenario, then those of the catalogue that lie on the map."""
    points: dict[str, tuple[float, float]] = {}
    if material.scenario:
        points = {name: (site.lat, site.lon) for name, site in material.scenario.sites.items()}
    for item in material.cat.items("site"):
        points.setdefault(item.title.split(",")[0], (item.value("lat").nominal, item.value("lon").nominal))
    out = []
    for name, (lat, lon) in points.items():
        x, y = material.plane.point(lat, lon)
        if max(abs(x), abs(y)) < material.half:
            out.append({"name": name, "x": x, "y": y})
    return out


def _site(material: Material, site: dict[str, Any]) -> dict[str, Any]:
    x, y = material.point(site)
    title = material.titles.get(site["system"], "")
    keys = ("name", "kind", "side", "alive", "target_channels", "value", "hits_left")
    return {**{key: site[key] for key in keys}, "title": title, "x": x, "y": y}


def _radar(material: Material, radar: dict[str, Any]) -> dict[str, Any]:
    x, y = material.point(radar)
    side = material.sites[radar["site"]]["side"] if radar["site"] >= 0 else ""
    title = material.titles.get(radar["system"], radar["system"])
    return {"name": radar["name"], "title": title, "side": side, "x": x, "y": y, "antenna_m": radar["antenna_agl_m"]}


def _routes(material: Material) -> list[dict[str, Any]]:
    """Routes as planned, from the scenario."""
    if material.scenario is None:
        return []
    places = {site["name"]: (site["lat_deg"], site["lon_deg"]) for site in material.sites}
    out = []
    for item in (*material.scenario.raid, *material.scenario.civil):
        points = [material.scenario.resolve(waypoint) for waypoint in item.route]
        if item.aim in places:
            points.append(places[item.aim])
        if len(points) > 1:
            side = codes.SIDES[codes.NEUTRAL] if item.side == "civil" else item.side
            x, y = material.plane.xy(*zip(*points, strict=True))
            out.append({"name": item.name, "side": side, "line": polyline(x, y, 10.0)})
    return out


def _target(material: Material, story: Story) -> dict[str, Any]:
    row = story.row
    return {
        "name": row["name"], "system": row["system"], "title": story.title, "kind": row["kind"], "side": row["side"],
        "status": row["status"], "aim": row["aim"], "carrier": row["carrier"],
        "start": row["t_start_s"], "seen": row["t_seen_s"], "end": row["t_end_s"],
        "radar": story.radar, "seen_km": None if story.seen_km is None else round(story.seen_km, 1),
        "first_shot": story.first_shot, "shots": [shot["missile"] for shot in story.shots],
        "leaked": story.leaked, "damage": story.damage, "why": story.why(),
        "reasons": [[round(r.t_from, 1), round(r.t_to, 1), r.code, r.fire_unit] for r in story.reasons],
        "story": [[round(t, 1), text] for t, text in story.sentences],
        "path": material.paths.get(row["target"]),
    }  # fmt: skip


def _missiles(material: Material) -> list[dict[str, Any]]:
    paths = missile_paths(material.run, material.plane)
    out = []
    for shot in (shot for story in material.stories for shot in story.shots):
        title = material.titles.get(shot["type"], shot["type"])
        keys = {"type": title, "unit": shot["fire_unit"], "target": shot["target"], "launch": shot["t_launch_s"]}
        ends = {"end": shot["t_end_s"], "outcome": shot["outcome"], "miss_m": shot["miss_m"]}
        out.append({"missile": shot["missile"], **keys, **ends, "path": paths.get(shot["missile"])})
    return sorted(out, key=lambda m: m["missile"])


def _marks(material: Material) -> list[list[Any]]:
    """Events of the map: time [s], what, target, x, y (tens of metres)."""
    words = {codes.EVENTS[code][0]: mark for code, mark in MARKS.items()}
    out = []
    for event in material.run.events.to_pylist():
        mark, path = words.get(event["kind"]), material.paths.get(event["target"])
        if mark is None or path is None:
            continue
        x, y = position(path, event["t_s"])
        if mark == "launch":
            x, y = (round(100.0 * v) for v in material.point(material.sites[event["b"]]))
        out.append([round(event["t_s"], 2), mark, event["target"], x, y])
    return sorted(out, key=lambda m: m[0])


def _reasons(told: list[Story]) -> dict[int, dict[str, str]]:
    """Word, meaning and group of each reason that occurs, in the order of the chain."""
    found = sorted({part.code for story in told for part in story.reasons})
    return {
        code: {"word": codes.REASONS[code][0], "meaning": codes.REASONS[code][1], "group": GROUP_OF.get(code, "")} for code in found
    }


def reproduction(run: Run) -> dict[str, Any]:
    """How to make the run again: the command, whether the scenario is one of the built-in ones, what must come out."""
    from skyreach.scenario.load import builtin_names, load_scenario

    manifest = run.manifest
    name = manifest["scenario"]
    given = hashlib.sha256(run.scenario_yaml.encode()).hexdigest()
    builtin = name in builtin_names() and hashlib.sha256(load_scenario(name).to_yaml().encode()).hexdigest() == given
    return {"builtin": builtin, "source": name if builtin else "scenario.yaml", "seed": manifest["seed"], "digest": manifest["digest"]}
