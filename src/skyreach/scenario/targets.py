"""The raid and the traffic: raid items of a scenario -> rows of targets and routes."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from skyreach.earth.geodesy import ecef_to_geodetic
from skyreach.earth.grid import Dem
from skyreach.errors import BadInput
from skyreach.scenario.aims import aims_of
from skyreach.scenario.models import RaidItem, Scenario
from skyreach.scenario.order_of_battle import SIDE
from skyreach.scenario.problems import spot
from skyreach.scenario.routes import AGL, ELL, MSL, Path, Turn, fly_route, offset
from skyreach.scenario.tactics import able_to_pull
from skyreach.scenario.trajectories import free_flight, from_side, pop_up, weave
from skyreach.units import TO_SI
from skyreach.world.codes import IFF, TARGET_KINDS, WAITING
from skyreach.world.tables import TABLES, dtype_of

if TYPE_CHECKING:
    from skyreach.catalog import Catalog, Item


@dataclass
class Fleet:
    """All that flies: rows, routes, the name of each target and its system."""

    targets: np.ndarray
    routes: np.ndarray
    names: list[str]
    systems: list[str]


@dataclass
class Weapon:
    """One target on its way into the table."""

    item: RaidItem
    system: "Item"
    name: str
    path: Path
    carrier: int
    aim: int
    jammer: "Item | None" = None


def route_box(scenario: Scenario) -> tuple[float, float, float, float]:
    """lat_min, lat_max, lon_min, lon_max [rad] of all waypoints and assets, with a margin of 0.2 degrees and the spread."""
    points = [scenario.resolve(w) for item in (*scenario.raid, *scenario.civil) for w in item.route]
    points += [scenario.resolve(asset.at) for asset in scenario.assets]
    points += [point for item in (*scenario.raid, *scenario.civil) for point in _sides(scenario, item)]
    lat, lon = [p[0] for p in points], [p[1] for p in points]
    wide = max((item.spread_m * (item.count // 2 + 1) for item in (*scenario.raid, *scenario.civil)), default=0.0) / 111e3
    north, east = 0.2 + wide, 0.2 + wide / math.cos(math.radians(min(max(map(abs, lat)), 85.0)))
    box = (min(lat) - north, max(lat) + north, min(lon) - east, max(lon) + east)
    return tuple(math.radians(v) for v in box)  # type: ignore[return-value]


def place_targets(scenario: Scenario, cat: "Catalog", dem: Dem, undulation: float, aims: dict[str, int]) -> Fleet:
    """Rows of targets and routes for the raid and the civil traffic, in the order of the file.

    aims: row of sites for each name that a weapon may fly at. undulation [m] as in fly_route.
    """
    items = [(key, n, item) for key in ("raid", "civil") for n, item in enumerate(getattr(scenario, key))]
    by_name, groups, rows = {item.name: item for _, _, item in items}, {}, 0
    for _, _, item in items:
        groups[item.name] = range(rows, rows + item.count)
        rows += item.count
    weapons: dict[int, Weapon] = {}
    for key, n, item in sorted(items, key=lambda entry: _carried(entry[2], by_name)):  # carriers before their loads
        turns = _turns(scenario, item, cat[item.system], (key, n))
        jammer = cat[item.jammer] if item.jammer else None
        for i in range(item.count):
            carrier = _carrier(item, groups, i)
            where = spot(scenario, (key, n, "swarm" if item.swarm else "route"))
            came = [from_side(item.swarm, i, turns[-1], turns[-1].speed, where), *turns] if item.swarm else turns
            flown = offset(came, _beside(item, i)) if len(came) > 1 else came
            if item.aim:
                flown = [*flown[:-1], turns[-1]]  # all fly at the aim itself
            path = _path(scenario, item, weapons, carrier, flown, dem, undulation, cat[item.system], i, (key, n))
            aim = aims[item.aim] if item.aim else -1
            if path.rows[0]["t"] >= scenario.duration_s:
                late = f"number {i + 1} of {item.count} starts at {path.rows[0]['t']:.0f} s"
                raise BadInput(
                    spot(scenario, (key, n)), late, f"before the end at {scenario.duration_s:g} s",
                    "raise duration_s, or lower count or spacing_s",
                )  # fmt: skip
            name = item.name if item.count == 1 else f"{item.name}-{i + 1}"
            weapons[groups[item.name][i]] = Weapon(item, cat[item.system], name, path, carrier, aim, jammer)
    return _rows([weapons[row] for row in range(rows)])


def _carried(item: RaidItem, by_name: dict[str, RaidItem]) -> int:
    """How many carriers stand above an item [1]: 0 flies by itself, 1 hangs on an aircraft, and so on."""
    steps = 0
    while item.released_by:
        item, steps = by_name[item.released_by.raid], steps + 1
    return steps


def _turns(scenario: Scenario, item: RaidItem, system: "Item", path: tuple) -> list[Turn]:
    """Waypoints in SI; the aim, if any, last and on the ground."""
    turns = []
    speed = system.si("cruise_speed")
    for n, w in enumerate(item.route):
        lat, lon = scenario.resolve(w)
        speed = w.speed_mps or speed
        ref = AGL if w.ref == "agl" else MSL
        where = spot(scenario, (*path, "route", n))
        turns.append(Turn(math.radians(lat), math.radians(lon), w.height_m, ref, speed, where))
    if item.aim:
        lat, lon = scenario.resolve(aims_of(scenario)[item.aim])
        height, ref = (turns[-1].height, turns[-1].ref) if turns else (0.0, AGL)
        if item.swarm and not turns:
            height, ref = item.swarm.height_m, AGL if item.swarm.ref == "agl" else MSL
        turns.append(Turn(math.radians(lat), math.radians(lon), height, ref, speed, spot(scenario, path)))
    return turns


def _beside(item: RaidItem, i: int) -> float:
    """Sideways place of weapon i [m]: the first in the middle, the others alternately right and left."""
    return item.spread_m * ((i + 1) // 2) * (1 if i % 2 else -1)


def _carrier(item: RaidItem, groups: dict[str, range], i: int) -> int:
    if item.released_by is None:
        return -1
    carriers = groups[item.released_by.raid]
    return carriers[i % len(carriers)]


def _path(scenario, item: RaidItem, weapons, carrier: int, turns, dem, undulation, system, i: int, path: tuple) -> Path:
    if carrier >= 0:
        start, t_start = _release(scenario, item, weapons[carrier], turns, i, path)
        return _fly(scenario, item, [start, *turns], dem, undulation, system, t_start, i, path)
    late = i * item.spacing_s
    if item.time_on_target_s is None:
        return _fly(scenario, item, turns, dem, undulation, system, (item.start_s or 0.0) + late, i, path)
    flown = _fly(scenario, item, turns, dem, undulation, system, 0.0, i, path)
    t_start = item.time_on_target_s - flown.t_turns[-1] + late
    if t_start < 0.0:
        raise BadInput(
            spot(scenario, (*path, "time_on_target_s")), f"{item.time_on_target_s:g} s", f"at least {flown.t_turns[-1]:.0f} s",
            "the route takes longer than that: shorten it, fly faster or come later",
        )  # fmt: skip
    flown.rows["t"] += t_start
    return Path(flown.rows, [t + t_start for t in flown.t_turns])


def _fly(scenario, item: RaidItem, turns, dem, undulation, system, t_start: float, i: int, path: tuple) -> Path:
    """The flight of weapon i from t_start [s]: its route or its arc, with a climb and a weave where it has them."""
    if item.popup:
        turns = pop_up(turns, item.popup, spot(scenario, (*path, "popup")))
    if item.ballistic:
        flown = free_flight(turns, item.ballistic == "high", dem, undulation, t_start)
    else:
        flown = fly_route(turns, dem, undulation, t_start, system.si("dive_angle") if item.aim else 0.0)
    if item.weave:
        able_to_pull(system, item.weave.g, spot(scenario, (*path, "weave")))
        g = system.si("g_max") if item.weave.g is None else item.weave.g * TO_SI["g"]
        flown = weave(flown, item.weave, g, -1 if i % 2 else 1, dem, spot(scenario, (*path, "weave")))
    return flown


def _sides(scenario: Scenario, item: RaidItem) -> list[tuple[float, float]]:
    """lat, lon [deg] of what a raid item is aimed at, and of the sides from which its weapons come."""
    if item.aim is None:
        return []
    lat, lon = scenario.resolve(aims_of(scenario)[item.aim])
    aim = Turn(math.radians(lat), math.radians(lon), 0.0, AGL, 0.0)
    swarm = item.swarm
    starts = [from_side(swarm, i, aim, 0.0, "") for i in range(len(swarm.from_deg))] if swarm else []
    return [(lat, lon), *((math.degrees(turn.lat), math.degrees(turn.lon)) for turn in starts)]


def _release(scenario, item: RaidItem, carrier: Weapon, turns, i: int, path: tuple) -> tuple[Turn, float]:
    """Where and when carrier lets weapon i go: at its waypoint, later ones spacing_s after one another."""
    assert item.released_by is not None  # only weapons with a carrier come here
    n = item.released_by.waypoint + (carrier.carrier >= 0)  # its own release stands before the waypoints it was given
    where = spot(scenario, (*path, "released_by"))
    if n >= len(carrier.path.t_turns):
        allowed = f"0 to {len(carrier.path.t_turns) - 1} of raid {carrier.item.name}"
        raise BadInput(where, f"waypoint {item.released_by.waypoint}", allowed)
    t = carrier.path.t_turns[n] + (i // carrier.item.count) * item.spacing_s
    rows = carrier.path.rows
    at = min(int(np.searchsorted(rows["t"], t)), len(rows) - 1)
    lat, lon, h = ecef_to_geodetic(*(float(v) for v in rows[at]["pos_ecef"]))
    speed = turns[0].speed if turns else carrier.system.si("cruise_speed")
    return Turn(lat, lon, h, ELL, speed, where), float(rows[at]["t"])


def _rows(weapons: list[Weapon]) -> Fleet:
    targets = np.zeros(len(weapons), dtype_of(TABLES["targets"]))
    first = 0
    for row, weapon in zip(targets, weapons, strict=True):
        _target(row, weapon)
        row["route_start"], row["route_n"], row["cursor"] = first, len(weapon.path.rows), first
        first += len(weapon.path.rows)
    routes = np.concatenate([w.path.rows for w in weapons])
    return Fleet(targets, routes, [w.name for w in weapons], [w.system.key for w in weapons])


def _top_speed(rows: np.ndarray) -> float:
    """Fastest leg of a sampled route [m/s]."""
    step = np.diff(rows["pos_ecef"], axis=0)
    return float((np.sqrt((step * step).sum(axis=1)) / np.diff(rows["t"])).max())


def _target(row: np.void, weapon: Weapon) -> None:
    item, system = weapon.item, weapon.system
    row["kind"], row["side"], row["status"] = TARGET_KINDS[system.text("class")], SIDE[item.side], WAITING
    row["iff"] = IFF["friend"] if item.side == "blue" else IFF[system.text("iff")]
    row["swerling"], row["carrier"], row["aim"] = int(system.si("swerling")), weapon.carrier, weapon.aim
    row["damage"] = system.get_si("damage_probability", 0.0)
    longer = system.get_si("rcs_s_factor", 1.0)
    front, side = system.si("rcs_x_front"), system.si("rcs_x_side")
    vhf = system.get_si("rcs_vhf_front", front * longer)
    row["rcs_front"], row["rcs_side"] = (front, front * longer, vhf), (side, side * longer, max(side, vhf))
    if weapon.jammer is not None:
        row["jam_density"] = weapon.jammer.si("power_density")
        row["jam_low"], row["jam_high"] = weapon.jammer.si("frequency_min"), weapon.jammer.si("frequency_max")
    row["pos_ecef"] = weapon.path.rows[0]["pos_ecef"]
    row["speed_max"] = _top_speed(weapon.path.rows)
    row["seen_event"], row["start_event"], row["t_end"] = -1, -1, -1.0
