"""Runs behind the claims: a full system against as many targets as it is said to engage, and what it then did at once."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from skyreach.engine.replicate import Replication, replicate
from skyreach.scenario import Scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.world import codes

CENTRE = (45.0, 33.0)  # deg: sea and plain; the runs are over a smooth earth
NEAREST, STEP, HEIGHT = 190.0, 3.0, 9000.0  # km between units and their targets at the start, km between ranks, m of the targets
TARGET = "e-3"  # large and high: neither echo nor horizon is what limits
WIDE = 44.0  # deg of azimuth that the targets of one unit fill
SECONDS = 240.0
SEEDS = (1, 2, 3, 4, 5, 6)


class AtOnce(NamedTuple):
    """What a full system did at once in one run."""

    targets: int  # engaged, from the order to the verdict
    missiles: int  # in the air
    tracks: int  # firm
    reaction: float  # s from the order to the first launch of it, least
    spacing: float  # s between launches of one unit, least
    per_order: float  # missiles launched an order, mean; orders of the last seconds have launched fewer
    launched: int  # missiles in the whole run
    unit_targets: int = 0  # engaged by one unit
    unit_missiles: int = 0  # in the air of one unit


def full_system(units: int, targets_each: int, launchers: int, overrides: dict[str, float], seconds: float = SECONDS) -> Scenario:
    """A command post, its radar and `units` fire units round it, each with `targets_each` targets that come in before it."""
    formations, raid = [], []
    for n in range(units):
        azimuth = 360.0 * n / units
        at = {"site": "centre", "bearing_deg": azimuth, "distance_km": 20.0}
        formations.append({
            "name": f"unit-{n + 1}", "level": "battalion",
            "radars": [{"name": f"grave-stone-{n + 1}", "system": "92n6e", "at": at, "axis_deg": azimuth}],
            "launchers": [{"system": "5p85te2", "count": launchers, "load": {"48n6e3": 4}, "at": at}],
        })  # fmt: skip
        for i in range(targets_each):
            bearing = (azimuth + WIDE * ((i + 0.5) / targets_each - 0.5)) % 360.0
            raid.append({
                "name": f"target-{n + 1}-{i + 1}", "system": TARGET, "route": [
                    {"at": {"site": "centre", "bearing_deg": bearing, "distance_km": 20.0 + NEAREST + STEP * (i % 5)},
                     "height_m": HEIGHT, "ref": "msl"},
                    {"at": {"site": "centre", "bearing_deg": bearing, "distance_km": 20.0}, "height_m": HEIGHT, "ref": "msl"},
                ],
            })  # fmt: skip
    regiment: dict[str, Any] = {
        "name": "system", "level": "regiment", "command_post": {"system": "55k6e", "at": "centre"},
        "radars": [{"name": "big-bird", "system": "91n6e", "at": "centre"}], "units": formations,
    }  # fmt: skip
    return Scenario.model_validate({
        "skyreach": 1, "name": "full-system", "start": "2026-01-01T00:00:00Z", "duration_s": seconds, "terrain": "smooth",
        "environment": {"clutter": False}, "sites": {"centre": {"lat": CENTRE[0], "lon": CENTRE[1]}},
        "doctrine": {"weapons": "free", "salvo": 2, "economy": False}, "formations": [regiment], "raid": raid,
        "catalog": overrides,
    })  # fmt: skip


def most_at_once(begin: np.ndarray, end: np.ndarray) -> int:
    """The largest number of intervals [begin, end) that overlap."""
    if not len(begin):
        return 0
    times = np.concatenate((begin, end))
    order = np.lexsort((np.repeat((1, 0), len(begin)), times))  # an end before a begin at the same time
    return int(np.cumsum(np.repeat((1, -1), len(begin))[order]).max())


def at_once(scenario: Scenario, seeds: Iterable[int] = SEEDS) -> AtOnce:
    """What a scenario did at once, of several runs the one with the most missiles in the air: a claim is of what can be."""
    compiled = compile_scenario(scenario, log=False)
    counts = [count(replicate(compiled, seed), scenario.duration_s) for seed in seeds]
    return max(counts, key=lambda c: (c.missiles, c.targets, c.tracks))


def count(run: Replication, duration: float) -> AtOnce:
    """What was done at once, from the events and the missiles of a run."""
    events, missiles = run.world.events, run.world.missiles
    ends = np.where(missiles["t_end"] >= 0.0, missiles["t_end"], duration)
    engaged = _engaged(events, duration)
    tracks = _spans(events, codes.E_TRACK_FIRM, (codes.E_TRACK_DROPPED,), ("c",), duration)
    ordered = events[events["kind"] == codes.E_ASSIGNED]
    first: dict[int, float] = {}
    for launch in events[events["kind"] == codes.E_LAUNCH]:
        first.setdefault(int(launch["cause"]), float(launch["t"]))
    waits = [t - float(events[row]["t"]) for row, t in first.items()]
    gaps = [np.diff(np.sort(missiles["t_launch"][missiles["site"] == k])) for k in np.unique(missiles["site"])]
    units = np.unique(events["b"][events["kind"] == codes.E_ASSIGNED])
    busy = [most_at_once(*_engaged(events[events["b"] == k], duration)) for k in units]
    flying = [most_at_once(missiles["t_launch"][own], ends[own]) for k in units for own in [missiles["site"] == k]]
    least = min((float(g.min()) for g in gaps if len(g)), default=math.nan)
    return AtOnce(
        most_at_once(*engaged), most_at_once(missiles["t_launch"], ends), most_at_once(*tracks),
        min(waits) if waits else math.nan, least, len(missiles) / max(len(ordered), 1), len(missiles),
        max(busy, default=0), max(flying, default=0),
    )  # fmt: skip


def _engaged(events: np.ndarray, duration: float) -> tuple[np.ndarray, np.ndarray]:
    """Times between the order on a target to a unit and its verdict or call-off."""
    return _spans(events, codes.E_ASSIGNED, (codes.E_ASSESSED, codes.E_ABORTED), ("a", "b"), duration)


def _spans(
    events: np.ndarray, begins: int, ends: tuple[int, ...], keys: tuple[str, ...], duration: float
) -> tuple[np.ndarray, np.ndarray]:
    """Times between the event that begins something and the next that ends it, paired by keys."""
    opened: dict[tuple[int, ...], float] = {}
    spans = []
    for event in events:
        key = tuple(int(event[name]) for name in keys)
        if event["kind"] == begins:
            opened[key] = float(event["t"])
        elif event["kind"] in ends and key in opened:
            spans.append((opened.pop(key), float(event["t"])))
    spans += [(t, duration) for t in opened.values()]
    pairs = np.array(spans or np.zeros((0, 2)), np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
