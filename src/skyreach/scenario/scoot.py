"""Fire units that change their position: `scoot` of a scenario -> the places of their parts, and the tables that hold them.

The parts keep their distances and bearings from the engagement radar. The way is the ground distance between two places of
that radar, straight on: where roads wind, the speed must allow for it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from skyreach.errors import BadInput
from skyreach.scenario.base_models import Place
from skyreach.scenario.doctrine import Scoot
from skyreach.scenario.models import Formation, Path, Scenario
from skyreach.scenario.problems import Problem, spot
from skyreach.world.codes import FIRE_UNIT, PART_LAUNCHER, PART_RADAR, PART_SITE
from skyreach.world.tables import TABLES, dtype_of

if TYPE_CHECKING:
    from skyreach.catalog import Catalog
    from skyreach.scenario.order_of_battle import Draft, Order

LEAST_MOVE = 1.0  # m: places closer than this are one


def movers(path: Path, unit: Formation) -> Iterator[tuple[Path, str, Scoot, Place | None]]:
    """Path, name, scoot and place of a formation and of the point defence in it, of those that have a scoot."""
    if unit.scoot:
        eye = unit.engagement_radar()
        yield (*path, "scoot"), unit.name, unit.scoot, eye.at if eye else None
    for i, defence in enumerate(unit.point_defence):
        if defence.scoot:
            yield (*path, "point_defence", i, "scoot"), defence.name, defence.scoot, defence.at


def scoot_problems(scenario: Scenario, path: Path, unit: Formation) -> Iterator[Problem]:
    """Only a fire unit with something to fire moves, and each time to another place."""
    if unit.scoot and not unit.engagement_radar():
        given = "on a command post alone" if unit.command_post else "on a formation that is no fire unit"
        yield Problem((*path, "scoot"), given, "a unit with an engagement radar, or point defence", "move it to such a unit")
        return
    if unit.scoot and not _armed(unit):
        yield Problem((*path, "scoot"), "on a unit without launchers", "a unit that can fire", "add launchers, or remove scoot")
    for at, _, scoot, first in movers(path, unit):
        stops = [first, *scoot.to, first]
        for i in range(1, len(stops)):
            if _same(scenario, stops[i - 1], stops[i]):
                given, n = "the place where the unit is already", i - 1
                if i == len(stops) - 1:
                    given, n = "the first place, to which the unit comes back by itself", i - 2
                yield Problem((*at, "to", n), given, "another place", "remove it")


def _armed(unit: Formation) -> bool:
    """True if a formation, or one below it that is no fire unit itself, has launchers."""
    return bool(unit.launchers) or any(_armed(sub) for sub in unit.units if not sub.engagement_radar())


def _same(scenario: Scenario, here: Place | None, there: Place | None) -> bool:
    if here is None or there is None:
        return False
    try:
        return here == there or _way(scenario.resolve(here), scenario.resolve(there))[0] < LEAST_MOVE
    except BadInput:  # a site that is not known: said elsewhere
        return False


def _way(here: tuple[float, float], there: tuple[float, float]) -> tuple[float, float]:
    """Distance [m] and azimuth [rad] from a place to another [deg]."""
    from skyreach.earth.geodesy import geodesic_inverse  # compiled: only where something moves

    if here == there:
        return 0.0, 0.0
    way, azimuth, _ = geodesic_inverse(*(math.radians(x) for x in (*here, *there)))
    return way, azimuth


@dataclass
class Move:
    """A fire unit that changes its position. parts: kind and row of each of its parts, the unit itself first.

    spots: row of the enlarged table of each part, by position; roads: time to the next position [s], by position."""

    site: int
    parts: list[tuple[int, int]]
    columns: dict[str, float]
    roads: list[float]
    spots: list[list[int]] = field(default_factory=list)


def moves_of(scenario: Scenario, order: "Order", cat: "Catalog") -> tuple[list[Move], "Order"]:
    """The units that move, and the order of battle with a further draft of each of their parts for each further place."""
    moves = []
    stood = replace(order, sites=[*order.sites], radars=[*order.radars], launchers=[*order.launchers])
    for path, unit, _ in scenario.walk():
        for at, name, scoot, _ in movers(path, unit):
            move = _move(order, cat, name, scoot, unit, scenario.line_of(at))
            places = [(order.sites[move.site].lat, order.sites[move.site].lon), *(scenario.resolve(place) for place in scoot.to)]
            speed = cat[order.sites[move.site].system].si("speed_march") if scoot.march_kmh is None else scoot.march_kmh / 3.6
            move.roads = [_way(here, there)[0] / speed for here, there in zip(places, [*places[1:], places[0]], strict=True)]
            for n, road in enumerate(move.roads[:-1]):
                if road > scenario.duration_s:
                    raise _too_far(scenario, (*at, "to", n), road, speed)
            move.spots = [[row for _, row in move.parts]]
            for n, place in enumerate(places[1:], 2):
                move.spots.append(_stand(stood, move, places[0], place, n))
            moves.append(move)
    return moves, stood


def _too_far(scenario: Scenario, path: Path, road: float, speed: float) -> BadInput:
    """A place that the march does not reach before the end of the run; road: time to it [s], speed [m/s]."""
    given = f"{road * speed / 1e3:,.1f} km off: {road:,.0f} s on the road at {3.6 * speed:g} km/h"
    allowed = f"at most {scenario.duration_s * speed / 1e3:,.1f} km, what is marched in duration_s = {scenario.duration_s:g}"
    return BadInput(spot(scenario, path), given, allowed, "a nearer place, a longer duration_s, or a higher march_kmh")


def _move(order: "Order", cat: "Catalog", name: str, scoot: Scoot, unit: Formation, where: str) -> Move:
    site = next(k for k, d in enumerate(order.sites) if d.name == name and d.columns["kind"] == FIRE_UNIT)
    item = cat[order.sites[site].system]
    missing = [k for k, v in (("time_pack", scoot.pack_s), ("speed_march", scoot.march_kmh)) if v is None and k not in item]
    if missing:
        cure = "give pack_s and march_kmh"
        raise BadInput(f"{where}  scoot of {name}", f"{item.key} has no {', '.join(missing)} in the catalogue", cure=cure)
    parts: list[tuple[int, int]] = [(int(PART_SITE), site)]
    parts += [(int(PART_RADAR), i) for i, d in enumerate(order.radars) if d.columns["site"] == site]
    parts += [(int(PART_LAUNCHER), i) for i, d in enumerate(order.launchers) if d.columns["site"] == site]
    columns = {
        "after_shots": scoot.after_shots or 0, "after": math.inf if scoot.after_s is None else scoot.after_s,
        "pack": item.si("time_pack") if scoot.pack_s is None else scoot.pack_s,
        "setup": _setup(order, cat, parts, unit) if scoot.setup_s is None else scoot.setup_s,
    }  # fmt: skip
    return Move(site, parts, columns, [])


def _setup(order: "Order", cat: "Catalog", parts: list[tuple[int, int]], unit: Formation) -> float:
    """Time [s] until the slowest part of a unit is ready, masts among them."""
    drafts = _by_part(order.sites, order.radars, order.launchers)
    systems = [drafts[kind][row].system for kind, row in parts]
    times = [cat[system].get_si("time_setup", 0.0) for system in systems if system in cat]  # decoys are no items of their own
    masts = {radar.name: radar.mast for radar in unit.radars if radar.mast != "none"}
    names = [order.radars[row].name for kind, row in parts if kind == PART_RADAR]
    return max(*times, *(cat[masts[name]].get_si("time_setup", 0.0) for name in names if name in masts))


def _stand(stood: "Order", move: Move, old: tuple[float, float], new: tuple[float, float], n: int) -> list[int]:
    """Add a draft of each part of a unit at position n, from 1, and return their rows in the enlarged lists."""
    from skyreach.earth.geodesy import geodesic_direct

    lists: dict[int, list[Draft]] = _by_part(stood.sites, stood.radars, stood.launchers)
    rows = []
    for kind, row in move.parts:
        draft, drafts = lists[kind][row], lists[kind]
        way, azimuth = _way(old, (draft.lat, draft.lon))
        lat, lon = new
        if way > 0.0:
            end = geodesic_direct(math.radians(lat), math.radians(lon), azimuth, way)
            lat, lon = math.degrees(end[0]), math.degrees(end[1])
        drafts.append(replace(draft, name=f"{draft.name} (position {n})", lat=lat, lon=lon))
        rows.append(len(drafts) - 1)
    return rows


def _by_part(sites: Any, radars: Any, launchers: Any) -> dict[int, Any]:
    return {int(PART_SITE): sites, int(PART_RADAR): radars, int(PART_LAUNCHER): launchers}


def march_tables(
    moves: list[Move], sites: np.ndarray, radars: np.ndarray, launchers: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of `marches` and `berths`, from the tables enlarged by the further places."""
    marches = np.zeros(len(moves), dtype_of(TABLES["marches"]))
    berths = np.zeros(sum(len(m.parts) * len(m.spots) for m in moves), dtype_of(TABLES["berths"]))
    tables, b = _by_part(sites, radars, launchers), 0
    for row, move in zip(marches, moves, strict=True):
        row["site"], row["berth"], row["n_parts"], row["n_positions"] = move.site, b, len(move.parts), len(move.spots)
        row["t_place"], row["t_due"] = -np.inf, np.inf
        for key, value in move.columns.items():
            row[key] = value
        for spots, road in zip(move.spots, move.roads, strict=True):
            for (kind, part), stand in zip(move.parts, spots, strict=True):
                _fill(berths[b], kind, part, tables[kind][stand])
                berths[b]["road"] = road if kind == PART_SITE else 0.0
                b += 1
    return marches, berths


def _fill(berth: np.void, kind: int, part: int, stand: np.void) -> None:
    berth["kind"], berth["row"], berth["pos_ecef"] = kind, part, stand["pos_ecef"]
    if kind == PART_LAUNCHER:
        berth["R_enu_from_ecef"][2] = stand["up_ecef"]
        return
    keys = ["R_enu_from_ecef", "h_ell", *(("h_ground", "radius", "floor", "maps") if kind == PART_RADAR else ())]
    for key in keys:
        berth[key] = stand[key]


