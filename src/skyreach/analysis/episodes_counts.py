"""What is counted in the runs of an episode: kills, shots, when the last round was gone, and whether every flight had ended."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from skyreach.engine.replicate import Replication
from skyreach.errors import BadInput
from skyreach.scenario.compile import Compiled
from skyreach.world import codes

CONFIDENCE = 0.95
Runs = Sequence[Replication]


def counted(names: set[str], compiled: Compiled) -> np.ndarray:
    """Which targets belong to raid items of those names, bool (targets,)."""
    return np.array([name in names or name.rpartition("-")[0] in names for name in compiled.names["targets"]], bool)


def killed(names: set[str], compiled: Compiled, runs: Runs) -> np.ndarray:
    """Share of the raid items that was destroyed, by run."""
    wanted = counted(names, compiled)
    return np.array([(run.world.targets["status"][wanted] == codes.DESTROYED).mean() for run in runs])


def seen(names: set[str], compiled: Compiled, runs: Runs) -> float:
    """Share of the raid items that a radar saw at least once, mean over runs."""
    wanted = counted(names, compiled)
    return float(np.mean([(run.world.targets["seen_event"][wanted] >= 0).mean() for run in runs]))


def fired(runs: Runs) -> np.ndarray:
    """Missiles launched, by run."""
    return np.array([len(run.world.missiles) for run in runs])


def shares(measure: str, launched: int, names: set[str], compiled: Compiled, runs: Runs) -> np.ndarray:
    """The measure by run: share killed, killed per shot, or fired of launched."""
    share, shots = killed(names, compiled, runs), fired(runs)
    if measure == "killed":
        return share
    if measure == "fired":
        return shots / launched
    return share * int(counted(names, compiled).sum()) / np.maximum(shots, 1)


def mean_interval(values: np.ndarray) -> tuple[float, float]:
    """Mean, and half its 95 % interval (Student)."""
    from scipy.stats import t

    spread = float(values.std(ddof=1)) / math.sqrt(len(values))
    return float(values.mean()), float(t.ppf(0.5 + 0.5 * CONFIDENCE, len(values) - 1)) * spread


def figures(values: np.ndarray, most: float = 1.0) -> dict[str, float]:
    """Mean of shares with its interval, and the range of nine runs in ten, within 0 and most."""
    mean, half = mean_interval(values)
    low, high = (float(x) for x in np.quantile(values, (0.05, 0.95)))
    return {
        "share": round(mean, 4), "mean_low": round(max(mean - half, 0.0), 4), "mean_high": round(min(mean + half, most), 4),
        "low": round(low, 4), "high": round(high, 4),
    }  # fmt: skip


def emptied(runs: Runs) -> dict[str, Any]:
    """Share of the runs in which no round was left, and from the first launch to the last round's [s] in these: mean and range of
    nine in ten, None where it was never so."""
    took = []
    for run in runs:
        left, times = run.world.launchers, run.world.missiles["t_launch"]
        if len(times) and not left["rounds"].any() and not left["reloads"].any():
            took.append(float(times.max() - times.min()))
    low, high = np.quantile(took, (0.05, 0.95)) if took else (math.nan, math.nan)
    return {
        "share": round(len(took) / len(runs), 4),
        **({"mean_s": round(float(np.mean(took)), 1), "low_s": round(float(low), 1), "high_s": round(float(high), 1)}
           if took else {"mean_s": None, "low_s": None, "high_s": None}),
    }  # fmt: skip


def all_ended(name: str, compiled: Compiled, runs: Runs) -> None:
    """Refuses runs at whose end a hostile target is in flight or has not started: it would count as come through."""
    targets = compiled.world.targets
    hostile = targets["side"] == codes.RED
    open_ = np.array([hostile & np.isin(run.world.targets["status"], (codes.FLYING, codes.WAITING)) for run in runs])
    if not open_.any():
        return
    run, first = (int(i[0]) for i in np.nonzero(open_))
    state = codes.TARGET_STATUS[runs[run].world.targets[first]["status"]]
    ends = compiled.world.routes["t"][targets["route_start"] + targets["route_n"] - 1][open_.any(axis=0)]
    last = f"duration_s: {math.ceil(float(ends.max())) + 1}" if np.isfinite(ends).all() else "a longer duration_s"
    raise BadInput(
        f"episodes: {name}.yaml duration_s",
        f"{compiled.scenario.duration_s:g} s; at the end {compiled.names['targets'][first]} is {state} "
        f"({int(open_.any(axis=1).sum())} of {len(runs)} runs)",
        "a duration in which every hostile target arrives, leaves or is shot down, else it counts as come through",
        last,
    )
