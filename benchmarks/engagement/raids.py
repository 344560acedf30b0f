"""Scenarios of any size around Mürted: n entities, of which a tenth are fire units, the others fly at them or past them."""

import math

import numpy as np
import yaml

from skyreach.scenario import read_scenario
from skyreach.scenario.compile import Compiled, compile_scenario

HOME = {"lat": 40.08, "lon": 32.56}
SIZE_KM = 150.0  # half the side of the square in which the fire units stand
THREATS = ("f-16", "mald", "storm-shadow", "f-16", "tomahawk")


def place(east: float, north: float) -> dict:
    """A place by its distance from home [km]."""
    bearing = math.degrees(math.atan2(east, north)) % 360.0
    return {"site": "home", "bearing_deg": bearing, "distance_km": math.hypot(east, north)}


def fire_unit(i: int, east: float, north: float, loads: list[dict[str, int]]) -> dict:
    """A battalion: a 92N6E that looks outwards, and a launcher for each load."""
    at, axis = place(east, north), math.degrees(math.atan2(east, north)) % 360.0
    return {
        "name": f"unit-{i}", "level": "battalion",
        "radars": [{"name": f"eye-{i}", "system": "92n6e", "at": at, "axis_deg": axis}],
        "launchers": [{"system": "5p85te2", "count": 2, "load": load, "at": at} for load in loads],
    }  # fmt: skip


def raid_item(i: int, rng: np.random.Generator, ring: tuple[float, float]) -> dict:
    """A threat from somewhere in a ring [km] around home to somewhere among the fire units, and on."""
    angle, start = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(*ring)
    end = rng.uniform(-0.8 * SIZE_KM, 0.8 * SIZE_KM, 2)
    system = THREATS[i % len(THREATS)]
    low = system == "tomahawk"
    height = {"height_m": 150.0, "ref": "agl"} if low else {"height_m": float(rng.uniform(4000.0, 10_000.0)), "ref": "msl"}
    points = [place(start * math.sin(angle), start * math.cos(angle)), place(*end)]
    return {
        "name": f"threat-{i}", "system": system, "start_s": float(rng.uniform(0.0, 60.0)),
        "route": [{"at": at, **height} for at in points],
    }  # fmt: skip


def fight(entities: int, duration_s: float, targets: int | None = None, units: int | None = None, loads=None,
          ring: tuple[float, float] = (180.0, 280.0), **more) -> Compiled:
    """A scenario of so many entities, compiled. targets, units: their numbers where they are not nine tenths and a tenth."""
    rng = np.random.default_rng([20261126, entities])
    units = max(entities // 10, 1) if units is None else units
    side = math.ceil(math.sqrt(units))
    steps = np.linspace(-SIZE_KM, SIZE_KM, side) if side > 1 else [0.0]
    spots = [(east, north) for north in steps for east in steps][:units]
    loads = loads or [{"48n6e3": 4}, {"9m96e2": 16}]
    data = {
        "skyreach": 1, "name": f"fight-{entities}", "start": "2026-05-01T02:00:00Z", "duration_s": duration_s,
        "sites": {"home": HOME}, "assets": [{"name": "base", "at": "home", "value": 10.0, "points": 1000}],
        "formations": [{
            "name": "group", "level": "regiment", "command_post": {"system": "55k6e", "at": "home"},
            "radars": [{"name": "big-bird", "system": "91n6e", "at": "home"}],
            "units": [fire_unit(i, *spot, loads) for i, spot in enumerate(spots)],
        }],
        "raid": [raid_item(i, rng, ring) for i in range(entities - units if targets is None else targets)],
        "catalog": {"55k6e.track_capacity": 1200.0}, **more,
    }  # fmt: skip
    return compile_scenario(read_scenario(yaml.safe_dump(data, sort_keys=False), "fight"), log=False)
