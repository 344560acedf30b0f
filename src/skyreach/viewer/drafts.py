"""Scenarios while they are edited: checked, laid out on the map, their coverage within a third of a second."""

import base64
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from threading import Lock
from typing import Any

import numpy as np

from skyreach.catalog import load
from skyreach.catalog.claims import claim_sets
from skyreach.earth.terrain import SMOOTH, open_terrain
from skyreach.errors import BadInput, SkyreachError
from skyreach.scenario.load import read_scenario
from skyreach.scenario.models import Scenario
from skyreach.scenario.names import post_name
from skyreach.scenario.order_of_battle import Order, place_defence
from skyreach.scenario.problems import dotted
from skyreach.scenario.surroundings import Surroundings
from skyreach.scenario.yamltree import dump
from skyreach.viewer.cover import LADDER, THREADS, Layer, cover_head, layer
from skyreach.viewer.document import FORMAT
from skyreach.viewer.ground import Box, box_around, lines, relief
from skyreach.viewer.parts import NEAR_NODES, NEAR_STEP, WIDE_NODES, WIDE_STEP, packed
from skyreach.viewer.plane import circle
from skyreach.viewer.sight import Battery, Emitter, sight
from skyreach.world.codes import LURE, POST

KEPT = 256  # layers that stay in memory
MOST_RADARS = 60  # of a draft whose coverage is drawn
DEGREE_KM = 111.2


def draft_data(scenario: Scenario) -> dict[str, Any]:
    """A scenario as plain data, only what is written in it."""
    return scenario.model_dump(mode="json", exclude_unset=True)


def checked(data: Any, terrains: set[str]) -> Scenario:
    """The scenario that the data of a draft make; BadInput where they make none, or ask for files of their own."""
    if not isinstance(data, dict):
        raise BadInput("draft", type(data).__name__, "keys and values")
    asked = data.get("terrain")
    if asked is not None and not named(asked) <= terrains | {SMOOTH}:
        raise BadInput("terrain of a draft", repr(asked)[:200], "that of the run it began with, smooth, or none")
    claims = data.get("claims") or []
    if not isinstance(claims, list) or not {str(name) for name in claims} <= set(claim_sets()):
        raise BadInput("claims of a draft", repr(claims)[:200], f"of {', '.join(claim_sets())}: no files from the page")
    try:
        return read_scenario(dump(data), "draft")
    except RecursionError:
        raise BadInput("draft", "nested too deeply", "what a scenario file may hold") from None


def named(terrain: Any) -> set[str]:
    """The elevation sources that the value of `terrain` names."""
    return {str(one) for one in terrain} if isinstance(terrain, list) else {str(terrain)} if terrain else set()


def answer(data: Any, terrains: set[str]) -> dict[str, Any]:
    """What the editor wants to know after a change: is it in order, its YAML, and where everything stands."""
    try:
        scenario = checked(data, terrains)
        return {"ok": True, "problems": [], "yaml": scenario.to_yaml(), "layout": layout(scenario)}
    except BadInput as fault:
        return {"ok": False, "problems": problems(fault), "yaml": None, "layout": None}


def problems(fault: BadInput) -> list[dict[str, Any]]:
    """What is wrong, one by one, with the path of each value."""
    found = getattr(fault, "problems", None)
    if found is None:
        return [{"path": [], "text": str(fault)}]
    return [
        {"path": list(p.path), "text": ". ".join(part for part in (
            f"{dotted(p.path) or 'scenario'}{f' = {p.value}' if p.value else ''}: {p.given}",
            f"Allowed: {p.allowed}" if p.allowed else "", p.cure) if part)}
        for p in found
    ]  # fmt: skip


def layout(scenario: Scenario) -> dict[str, Any]:
    """Everything that has a place, with the path of its value in the data, and the routes."""
    things = [
        {"path": ["sites", name], "kind": "site", "name": name, "lat": site.lat, "lon": site.lon, "site": None}
        for name, site in scenario.sites.items()
    ]
    things += [_thing(scenario, *found) for found in _placed(scenario)]
    places = {a.name: scenario.resolve(a.at) for a in scenario.assets}
    routes = []
    for kind, items in (("raid", scenario.raid), ("civil", scenario.civil)):
        for i, item in enumerate(items):
            points = [scenario.resolve(waypoint) for waypoint in item.route]
            aim = places.get(item.aim) if item.aim else None
            side = "neutral" if kind == "civil" else item.side
            routes.append({"path": [kind, i], "name": item.name, "side": side, "points": points, "aim": aim})
    return {"things": things, "routes": routes}


def _placed(scenario: Scenario) -> Iterator[tuple[list[str | int], str, str, str, Any]]:
    """Path, kind, name, system and place of everything in formations, and of assets."""
    for path, unit, _ in scenario.walk():
        if unit.command_post:
            post = unit.command_post
            yield [*path, "command_post"], "command post", post_name(unit.name), post.system, post.at
        for i, radar in enumerate(unit.radars):
            yield [*path, "radars", i], "radar", radar.name, radar.system, radar.at
        for i, group in enumerate(unit.launchers):
            yield [*path, "launchers", i], "launchers", f"{unit.name} launchers", group.system, group.at
        for i, defence in enumerate(unit.point_defence):
            yield [*path, "point_defence", i], "fire unit", defence.name, defence.system, defence.at
    for i, asset in enumerate(scenario.assets):
        yield ["assets", i], "asset", asset.name, "", asset.at


def _thing(scenario: Scenario, path: list[str | int], kind: str, name: str, system: str, at: Any) -> dict[str, Any]:
    lat, lon = scenario.resolve(at)
    own = at.site if at.bearing_deg is None and at.lat is None else None  # moves with a site of that name
    return {"path": path, "kind": kind, "name": name, "system": system, "lat": lat, "lon": lon, "site": own}


def choices() -> dict[str, Any]:
    """What the catalogue offers for each kind of thing."""
    cat = load()

    def listed(kind: str) -> list[dict[str, str]]:
        return [{"key": item.key, "title": item.title} for item in cat.items(kind)]

    missiles = [item.key for item in cat.items("missile")]
    loads = {
        item.key: {m: int(item.si(f"load_{m}")) for m in missiles if f"load_{m}" in item} for item in cat.items("launcher")
    }
    masts = {
        item.key: ["none", *(m for m in ("40v6m", "40v6md", "966aa14") if f"height_{m}" in item)] for item in cat.items("radar")
    }
    kinds = {"radar": "radar", "launchers": "launcher", "fire unit": "point_defence", "raid": "threat"}
    systems = {word: listed(kind) for word, kind in {"command post": "command_post", **kinds}.items()}
    return {"systems": systems, "loads": loads, "masts": masts}


def emitters_of(order: Order) -> tuple[list[Emitter], list[Battery]]:
    """Radars and fire units of a defence that has been placed."""
    guides = {site.columns["radar"]: row for row, site in enumerate(order.sites) if site.columns.get("radar", -1) >= 0}
    emitters = [Emitter(i, r.system, r.lat, r.lon, r.height, guides.get(i, -1)) for i, r in _eyes(order)]
    given: dict[int, list[str]] = {}
    for launcher in order.launchers:
        given.setdefault(launcher.columns["site"], []).append(order.missiles[launcher.columns["type"]])
    return emitters, [Battery(site, tuple(sorted(set(types)))) for site, types in given.items()]


def _eyes(order: Order) -> list[tuple[int, Any]]:
    """Radars that see, with their rows."""
    return [(i, radar) for i, radar in enumerate(order.radars) if radar.columns["role"] != LURE]


class Covers:
    """Coverage of drafts; a radar that has not moved is not computed again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple, Layer] = OrderedDict()
        self._lock = Lock()

    def answer(self, scenario: Scenario, quick: int | None, known: set[str]) -> dict[str, Any] | None:
        """The head of the coverage with a key for each layer, and the planes (base64) of those that are not known.

        quick: the rung of height that is looked at, to have it soon; None: all of them, on the finer grid."""
        cat = load(dict(scenario.catalog), claims=scenario.claims)
        emitters, batteries = emitters_of(place_defence(scenario, cat))
        if not emitters:
            return None
        if len(emitters) > MOST_RADARS:
            raise BadInput("draft", f"{len(emitters)} radars", f"at most {MOST_RADARS} while it is edited")
        types = {b.site: b for b in batteries}
        source = open_terrain(scenario.terrain)
        around = Surroundings(scenario.environment, cat, scenario.refraction_k, emitters[0].place)
        air = (cat.digest(), str(scenario.terrain), scenario.refraction_k, scenario.environment.model_dump_json())

        def one(emitter: Emitter) -> tuple[str, Layer]:
            battery, stands = types.get(emitter.fire_unit), emitter._replace(row=0, fire_unit=0)
            asked = (*air, stands, battery and battery.missiles, quick)
            made = self._layer(asked, partial(layer, source, cat, emitter, battery, around, quick))
            return f"{hash(asked) & 0xFFFFFFFFFFFF:x}", Layer(emitter, made.radius, made.dr, made.planes)

        with ThreadPoolExecutor(THREADS) as pool:
            found = dict(zip(emitters, pool.map(one, emitters), strict=True))
        head = cover_head([made for _, made in found.values()])
        for row, (key, made) in zip(head["layers"], found.values(), strict=True):
            row["part"] = key
            row["data"] = None if key in known else base64.b64encode(made.planes.tobytes()).decode()
        return head

    def _layer(self, asked: tuple, make: Callable[[], Layer]) -> Layer:
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
                return self._kept[asked]
        made = make()
        with self._lock:
            self._kept[asked] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


class Stand:
    """The ground on which a draft stands, in the form of a run in which nothing has happened yet."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.cat = load(dict(scenario.catalog), claims=scenario.claims)
        self.order = place_defence(scenario, self.cat)
        self.source = open_terrain(scenario.terrain)

    @cached_property
    def boxes(self) -> tuple[Box, Box]:
        """What the map shows in all (also what the radars can see), and where everything stands and flies."""
        found = layout(self.scenario)
        points = [(t["lat"], t["lon"]) for t in found["things"]] + [p for r in found["routes"] for p in r["points"]]
        near = np.array(points or [(0.0, 0.0)], float)
        rims = list(points)
        for emitter in emitters_of(self.order)[0]:
            reach = sight(self.cat, emitter.system) / 1e3 / DEGREE_KM
            wide = reach / math.cos(math.radians(emitter.lat_deg))
            rims += [(emitter.lat_deg + i * reach, emitter.lon_deg + j * wide) for i in (-1, 1) for j in (-1, 1)]
        return box_around(np.array(rims or [(0.0, 0.0)], float), 60.0, 60.0), box_around(near, 15.0, 25.0)

    def part(self, name: str) -> bytes:
        """A part as the page of a run asks for it; BadInput for those that a draft does not have."""
        wide, near = self.boxes
        if name == "document":
            return packed(self._document(wide, near))
        if name == "relief-wide":
            return relief(self.source, wide, WIDE_NODES, WIDE_STEP).packed()
        if name == "relief-near":
            return relief(self.source, near, NEAR_NODES, NEAR_STEP).packed()
        raise BadInput("part of a draft", name, "document, relief-wide, relief-near")

    def _document(self, wide: Box, near: Box) -> dict[str, Any]:
        s = self.scenario
        heads = [
            relief(self.source, wide, WIDE_NODES, WIDE_STEP).head("relief-wide"),
            relief(self.source, near, NEAR_NODES, NEAR_STEP).head("relief-near"),
        ]
        words = {"byline": s.name, "cast": [], "opening": "", "facts": [], "warnings": [], "tiles": []}
        return {
            "format": FORMAT, "title": s.title or s.name, "notice": "", "start": s.start.isoformat(), "duration": s.duration_s,
            "wide": [wide.west, wide.south, wide.east, wide.north], "near": [near.west, near.south, near.east, near.north],
            "lines": lines(wide), "circles": self._circles(), "heights": LADDER, "places": [], "sites": [], "radars": [],
            "routes": [], "targets": [], "shots": [], "marks": [], "strobes": [], "reasons": {}, "identities": [],
            "windows": {"step": s.duration_s, "count": 1, "tables": []}, "words": words, "yaml": s.to_yaml(), "relief": heads,
            "data": draft_data(s), "layout": layout(s),
        }  # fmt: skip

    def _circles(self) -> list[dict[str, Any]]:
        out = []
        for site in self.order.sites:
            if site.columns["kind"] != POST:
                continue
            for system in self.cat.items("system"):
                if "range_advertised" in system and "components" in system and site.system in system.texts("components"):
                    radius = system.si("range_advertised")
                    line = circle(site.lat, site.lon, radius)
                    out.append({"site": site.name, "system": system.title, "radius_km": radius / 1e3, "line": line})
                    break
        return out


def terrains_of(scenarios: list[Scenario | None]) -> set[str]:
    """The elevation files that the scenarios of runs name: a draft may name these, no others."""
    return {name for s in scenarios if s is not None for name in named(s.terrain)}


def scenario_of(text: str) -> Scenario | None:
    """The scenario in a text, None where this version cannot read it."""
    try:
        return read_scenario(text)
    except SkyreachError:
        return None
