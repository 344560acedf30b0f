"""The ladder of fidelity: what a headline, a smooth earth, terrain, radar physics and the full chain say of one scenario.

On each rung a target counts as stopped if it meets the condition of the rung; each keeps the conditions before it but the
last, which is the run itself. The difference between two rungs is what the step between them is worth.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skyreach.analysis.changes import bare
from skyreach.catalog import Catalog
from skyreach.earth.floor import visible
from skyreach.engine.replicate import Replication, replicate_many
from skyreach.scenario import Scenario
from skyreach.scenario.compile import Compiled, compile_scenario
from skyreach.world import codes

RUNGS = {
    "circle": "comes within the advertised range of a system",
    "smooth earth": "and there above the smooth horizon of a radar, within its range",
    "terrain": "and there in sight of a radar over terrain",
    "radar physics": "and is tracked by the radars as they detect (echo, clutter, jamming, scan), if nothing is fired",
    "full chain": "is shot down, or its carrier is, by the whole simulation",
}


@dataclass
class Rung:
    """One rung: mean number of hostile targets stopped, their share of the runs by name, mean time [s] from the moment that its
    condition holds (full chain: from the first shot) to the end of the route, and seconds of CPU that it took."""

    name: str
    words: str
    stopped: float
    shares: dict[str, float]
    warning: float
    cpu: float


def ladder(scenario: Scenario, terrain: Any, seeds: Sequence[int], threads: int = 1) -> list[Rung]:
    """The five rungs. The first three hold no chance; the others are means over the seeds."""
    compiled = compile_scenario(scenario, terrain, log=False)
    red = np.flatnonzero(compiled.world.targets["side"] == codes.RED)
    names = [compiled.names["targets"][int(j)] for j in red]
    routes = [_route(compiled, int(j)) for j in red]
    inside = [_inside(compiled, rows) for rows in routes]
    end = np.array([rows["t"][-1] if len(rows) else 0.0 for rows in routes])
    rungs: list[Rung] = []

    def rung(find: Callable[[], tuple[np.ndarray, np.ndarray]]) -> None:
        begin = time.process_time()
        shares, since = find()
        name = list(RUNGS)[len(rungs)]
        shown = dict(zip(names, (float(x) for x in shares), strict=True))
        warning = float(np.mean(np.maximum(end - since, 0.0)))
        rungs.append(Rung(name, RUNGS[name], float(shares.sum()), shown, warning, time.process_time() - begin))

    rung(lambda: _first(routes, inside))
    rung(lambda: _first(routes, _sighted(bare(compiled), routes, inside)))
    rung(lambda: _first(routes, _sighted(compiled, routes, inside)))
    sighted = np.array(list(rungs[-1].shares.values()))
    rung(lambda: _tracked(scenario, terrain, seeds, threads, red, sighted))
    rung(lambda: _stopped(compiled, seeds, threads, red))
    return rungs


def _first(routes: list[np.ndarray], holds: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """1 for each route on which a condition holds at some point, else 0; and the time [s] of the first such point, inf none."""
    since = np.array([rows["t"][np.argmax(h)] if h.any() else np.inf for rows, h in zip(routes, holds, strict=True)])
    return np.isfinite(since).astype(float), since


def _circles(compiled: Compiled) -> list[tuple[np.ndarray, float]]:
    """Places [m, ECEF] and advertised radii [m]: of the system that a site belongs to, else the longest of its missiles."""
    cat: Catalog = compiled.catalog
    systems = [item for item in cat.items("system") if "components" in item and "range_advertised" in item]
    out = []
    for k, site in enumerate(compiled.world.sites):
        name = compiled.systems["sites"][k]
        found = next((s for s in systems if name and name in s.value("components").texts), None)
        if found:
            out.append((site["pos_ecef"], found.value("range_advertised").si()))
        elif site["kind"] == codes.FIRE_UNIT:
            rows = compiled.world.launchers["site"] == k
            types = {compiled.names["missile_types"][i] for i in compiled.world.launchers["type"][rows]}
            out.append((site["pos_ecef"], max((cat[name].si("max_range_aircraft") for name in types), default=0.0)))
    return out


def _route(compiled: Compiled, j: int) -> np.ndarray:
    target = compiled.world.targets[j]
    rows: np.ndarray = compiled.world.routes[target["route_start"] : target["route_start"] + target["route_n"]]
    return rows[rows["t"] <= compiled.scenario.duration_s]


def _inside(compiled: Compiled, rows: np.ndarray) -> np.ndarray:
    """Points of a route that lie within a circle (slant range)."""
    found = np.zeros(len(rows), bool)
    for place, radius in _circles(compiled):
        found |= np.linalg.norm(rows["pos_ecef"] - place, axis=1) <= radius
    return found


def _sighted(compiled: Compiled, routes: list[np.ndarray], inside: list[np.ndarray]) -> list[np.ndarray]:
    """Points within a circle that some radar has in sight, within its range."""
    out = [np.zeros(len(rows), bool) for rows in routes]
    for seen, rows, within in zip(out, routes, inside, strict=True):
        for radar in compiled.world.radars:
            left = np.flatnonzero(within & ~seen)
            seen[left] = _seen_by(compiled, radar, rows[left])
    return out


def _seen_by(compiled: Compiled, radar: np.void, rows: np.ndarray) -> np.ndarray:
    enu = (rows["pos_ecef"] - radar["pos_ecef"]) @ radar["R_enu_from_ecef"].T
    ground = np.hypot(enu[:, 0], enu[:, 1])
    seen = np.hypot(ground, enu[:, 2]) <= radar["r_max"]
    s = radar["radius"] * np.arctan2(ground, radar["radius"] + radar["h_ell"] + enu[:, 2])
    az = np.arctan2(enu[:, 0], enu[:, 1])
    maps, dr = compiled.model.floors[radar["floor"]], float(compiled.model.params[0]["floor_dr"])
    for i in np.flatnonzero(seen):
        seen[i] = visible(maps, dr, az[i], s[i], rows["h_ell"][i])
    return seen


def _tracked(
    scenario: Scenario, terrain: Any, seeds: Sequence[int], threads: int, red: np.ndarray, sighted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of the runs in which each target gets a firm track while nothing is fired, and the mean time [s] of the first."""
    held = compile_scenario(scenario, terrain, log=False)
    held.world.sites["control"] = codes.HOLD
    runs = replicate_many(held, list(seeds), threads)
    since = np.array([_earliest(run, codes.E_TRACK_FIRM, red) for run in runs])
    return sighted * np.isfinite(since).mean(axis=0), _mean_or_never(since)


def _stopped(compiled: Compiled, seeds: Sequence[int], threads: int, red: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the runs in which each target is shot down or never released, and the mean time [s] of the first shot at it."""
    runs = replicate_many(compiled, list(seeds), threads)
    stopped = np.array([np.isin(run.world.targets["status"][red], (codes.DESTROYED, codes.CANCELLED)) for run in runs])
    return stopped.mean(axis=0), _mean_or_never(np.array([_earliest(run, codes.E_LAUNCH, red) for run in runs]))


def _earliest(run: Replication, kind: int, red: np.ndarray) -> np.ndarray:
    """Time [s] of the first event of a kind for each target, inf where there is none."""
    rows = run.world.events[run.world.events["kind"] == kind]
    out = np.full(len(run.world.targets), np.inf)
    np.minimum.at(out, rows["a"], rows["t"])
    found: np.ndarray = out[red]
    return found


def _mean_or_never(since: np.ndarray) -> np.ndarray:
    """Mean of the finite times [s] of each column, inf where there is none."""
    there = np.isfinite(since)
    total: np.ndarray = np.where(there, since, 0.0).sum(axis=0)
    return np.where(there.any(axis=0), total / np.maximum(there.sum(axis=0), 1), np.inf)
