"""What a scenario says of times and corridors: timeline and blinking radars -> `changes`, airways -> AIRWAYS."""

import itertools
import math

import numpy as np

from skyreach.earth.geodesy import geodetic_to_ecef
from skyreach.errors import BadInput
from skyreach.scenario.doctrine import Change
from skyreach.scenario.known import nearest
from skyreach.scenario.models import Scenario
from skyreach.scenario.names import post_name
from skyreach.scenario.order_of_battle import CONTROL, Order
from skyreach.scenario.problems import spot
from skyreach.world.codes import (
    ACQUISITION,
    ASSET,
    CHANGE_CONTROL,
    CHANGE_EMISSION,
    CHANGE_FEED,
    CHANGE_LAUNCHER,
    CHANGE_LINK,
    CHANGE_POWER,
    CHANGE_RADAR,
    CHANGE_SITE,
    FIRE_UNIT,
)
from skyreach.world.tables import AIRWAYS, TABLES, dtype_of

CURES = {
    "cut": "a link leads from a fire unit, or a formation of such, to the command post above; or plots of an acquisition radar",
    "silent": "the name of a radar", "power": "the name of a fire unit or a formation",
}  # fmt: skip
Row = tuple[int, int]
"""Kind of a change and the row that it changes."""


def changes_of(scenario: Scenario, order: Order) -> np.ndarray:
    """Rows of the table `changes` in order of time. BadInput where a name leads nowhere."""
    moves: list[tuple[float, int, int, int, float]] = []  # time, kind, row, value, end (inf never)
    for n, item in enumerate(scenario.timeline):
        where = spot(scenario, ("timeline", n))
        if item.at_s >= scenario.duration_s:
            raise BadInput(f"{where}.at_s", item.at_s, f"below duration_s = {scenario.duration_s:g}", "let it happen earlier")
        value = CONTROL.get(item.what, 0)
        moves += [(item.at_s, kind, row, value, item.until_s or math.inf) for kind, row in _rows(item, order, where)]
    moves += _blinks(scenario, order)
    moves.sort(key=lambda move: move[0])
    ends = sorted((end, n) for n, (*_, end) in enumerate(moves) if end < scenario.duration_s)
    table = np.zeros(len(moves) + len(ends), dtype_of(TABLES["changes"]))
    steps = sorted([(move[0], 1, n) for n, move in enumerate(moves)] + [(end, 0, n) for end, n in ends])  # ends before begins
    at = {n: row for row, (_, begins, n) in enumerate(steps) if begins}
    for row, (t, begins, n) in zip(table, steps, strict=True):
        _, kind, what, value, _ = moves[n]
        row["t"], row["kind"], row["row"], row["value"] = t, kind, what, value
        row["undoes"], row["before"] = -1 if begins else at[n], -1
    return table


def airways_of(scenario: Scenario, undulation: float) -> np.ndarray:
    """Rows of AIRWAYS: the segments of the airways; undulation [m] of the geoid here. BadInput for one without length."""
    rows = []
    for n, way in enumerate(scenario.airways):
        ends = [scenario.resolve(point) for point in way.points]
        for i, (here, there) in enumerate(itertools.pairwise(ends)):
            if here == there:
                where = spot(scenario, ("airways", n, "points", i + 1))
                raise BadInput(where, "same place as the point before", cure="remove one of the two")
            band = (500.0 * way.width_km, way.from_m + undulation, way.to_m + undulation)
            rows.append((_direction(*here), _direction(*there), *band))
    return np.array(rows, dtype_of(AIRWAYS))


def _direction(lat: float, lon: float) -> tuple[float, float, float]:
    """Unit vector from the middle of the earth to a place [deg] on the ellipsoid."""
    x = np.array(geodetic_to_ecef(math.radians(lat), math.radians(lon), 0.0))
    return tuple(x / np.linalg.norm(x))


def _rows(item: Change, order: Order, where: str) -> list[Row]:
    """What an item of the timeline changes."""
    found = _touched(item.what, item.of, order)
    if not found:
        known = [*(draft.name for draft in (*order.sites, *order.radars)), *order.parts]
        names = [name for name in dict.fromkeys(known) if _touched(item.what, name, order)]
        names += [draft.name for draft in order.launchers if item.what == "lost" and draft.name not in known]
        given, cure = item.of, nearest(item.of, names) or CURES.get(item.what, "")
        if item.what == "power" and item.of in [order.sites[k].name for k in order.mobile]:
            given = f"{item.of}, a point defence: it has power of its own"
            cure = "lost, which puts it out of action, or the name of a fire unit or a formation"
        raise BadInput(f"{where}.of", given, ", ".join(names) or f"nothing here can be {item.what}", cure)
    return [(int(kind), int(row)) for kind, row in found]


def _touched(what: str, name: str, order: Order) -> list[tuple[int, int]]:
    """Kind and row of all that a change of that sort does to what has the name; nothing where it does nothing."""
    sites, radars = [draft.name for draft in order.sites], [draft.name for draft in order.radars]
    units = order.parts.get(name, [])
    if name in sites and order.sites[sites.index(name)].columns["kind"] == FIRE_UNIT:
        units = [sites.index(name)]
    if what == "silent":
        return [(CHANGE_EMISSION, i) for i, radar in enumerate(radars) if radar == name]
    if what == "lost":
        found = [(CHANGE_SITE, k) for k, d in enumerate(order.sites) if d.name == name and d.columns["kind"] != ASSET]
        found += [(CHANGE_RADAR, i) for i, radar in enumerate(radars) if radar == name]
        return found or [(CHANGE_LAUNCHER, i) for i, draft in enumerate(order.launchers) if draft.name == name]
    if what == "power":
        posts = [k for k, site in enumerate(sites) if site == post_name(name)]
        return [(CHANGE_POWER, k) for k in (*units, *posts) if k not in order.mobile]
    if what == "cut":
        found = [(CHANGE_LINK, n) for n, link in enumerate(order.links) if link[1] in units]
        feeds = [i for i, draft in enumerate(order.radars) if draft.name == name and draft.columns["role"] == ACQUISITION]
        return found + [(CHANGE_FEED, i) for i in feeds]
    return [(CHANGE_CONTROL, k) for k in units]


def dark_for_good(scenario: Scenario, order: Order) -> set[int]:
    """Rows of the radars that the timeline keeps from radiating from the start to the end."""
    dark: set[int] = set()
    for item in scenario.timeline:
        if item.at_s > 0.0 or (item.until_s or math.inf) < scenario.duration_s:
            continue
        for kind, row in _touched(item.what, item.of, order):
            if kind in (CHANGE_EMISSION, CHANGE_RADAR):
                dark.add(row)
            elif kind in (CHANGE_SITE, CHANGE_POWER):  # the radars of a unit are lost, or dark, with it
                dark |= {i for i, draft in enumerate(order.radars) if draft.columns["site"] == row}
    return dark


def _blinks(scenario: Scenario, order: Order) -> list[tuple[float, int, int, int, float]]:
    """The silences of blinking radars, as changes with an end."""
    names, silences = [draft.name for draft in order.radars], []
    for _, unit, _ in scenario.walk():
        for radar in unit.radars:
            if radar.blink:
                turn, row = radar.blink.on_s + radar.blink.off_s, names.index(radar.name)
                for n in range(math.ceil(scenario.duration_s / turn)):
                    off = n * turn + radar.blink.on_s
                    silences.append((off, int(CHANGE_EMISSION), row, 0, off + radar.blink.off_s))
    return [silence for silence in silences if silence[0] < scenario.duration_s]
