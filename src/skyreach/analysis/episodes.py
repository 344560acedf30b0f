"""Reported episodes, staged: what each side says beside what the model gives, with intervals.

    episodes(["ep-lotarevka-2024"], runs=40).rows

A reported count is k of n with its 95 % Wilson interval. The model's figure is the mean share over runs with a 95 % interval of
that mean (Student), and the range of 90 % of single runs, which is what one night may look like. Nothing is fitted to the counts;
the catalogue says for each episode what was adjusted. Places, routes and order of battle are notional where the scenario says so:
agreement is no proof, and disagreement a question.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skyreach.catalog import Item, load
from skyreach.engine.replicate import Replication, replicate_many
from skyreach.errors import BadInput
from skyreach.physics.statistics import wilson_interval
from skyreach.scenario import load_scenario
from skyreach.scenario.compile import Compiled, compile_scenario
from skyreach.scenario.known import nearest
from skyreach.world import codes

RUNS, MOST_RUNS = 20, 10_000
MEASURES = ("killed", "killed_per_shot", "fired")
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Episodes:
    """Episodes and what the model made of them. rows: one for each; runs and first seed of each scenario."""

    rows: tuple[dict[str, Any], ...]
    runs: int
    seed: int
    inputs: list[dict[str, Any]] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach episodes --json`."""
        return {"runs": self.runs, "seed": self.seed, "episodes": list(self.rows), "inputs": self.inputs}

    def _repr_html_(self) -> str:
        """The table for a notebook."""
        from skyreach.analysis.output import html_table

        return html_table(list(self.rows), ("episode", "date", "launched", "model_share", "model_low", "model_high", "agrees"))


def episode_items(names: Iterable[str] | None = None) -> list[Item]:
    """The episodes of the catalogue of those names (with or without ep-, or the name of a scenario), all where None."""
    every = load().items("episode")
    if names is None:
        return every
    chosen = []
    for name in names:
        found = [i for i in every if name in (i.key, i.key.removeprefix("ep-"), i.text("scenario"))]
        if not found:
            known = [i.key.removeprefix("ep-") for i in every]
            raise BadInput("episodes", name, ", ".join(known), nearest(name, known))
        chosen += [item for item in found if item not in chosen]
    return chosen


def episodes(
    names: Iterable[str] | None = None,
    runs: int = RUNS,
    seed: int = 1,
    threads: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Episodes:
    """Stages episodes. runs: replications of each scenario, on seeds seed, seed + 1, ...; threads share them.

    Validated: test_episodes."""
    if not 2 <= runs <= MOST_RUNS:
        raise BadInput("episodes: runs", runs, f"2 to {MOST_RUNS}", "20 give an interval of some ten per cent")
    items = episode_items(names)
    played: dict[str, tuple[Compiled, list[Replication]]] = {}
    rows, inputs = [], []
    for item in items:
        name = item.text("scenario")
        if name not in played:
            if progress:
                progress(name)
            compiled = compile_scenario(load_scenario(name), log=False)
            played = {name: (compiled, replicate_many(compiled, list(range(seed, seed + runs)), threads))}
            inputs += compiled.catalog.used()
        rows.append(_row(item, *played[name]))
    unique = {(entry["item"], entry["key"]): entry for entry in inputs}
    return Episodes(tuple(rows), runs, seed, list(unique.values()))


def _row(item: Item, compiled: Compiled, runs: Sequence[Replication]) -> dict[str, Any]:
    """One episode: reports and model side by side."""
    measure, launched = item.text("measure"), int(item.si("launched"))
    if measure not in MEASURES:
        raise BadInput(f"catalogue: {item.key} measure", measure, ", ".join(MEASURES))
    shares = np.array([_share(measure, launched, set(item.texts("items")), compiled, run) for run in runs])
    mean, half = _mean_interval(shares)
    low, high = (float(x) for x in np.quantile(shares, (0.05, 0.95)))
    reports = [_report(key, item, launched) for key in item.values if key.startswith("reported_")]
    hostile = [_counts(set(item.texts("items")), compiled, run) for run in runs]
    return {
        "episode": item.key.removeprefix("ep-"),
        "title": item.title,
        "date": item.text("date"),
        "scenario": item.text("scenario"),
        "measure": measure,
        "launched": launched,
        "reported": reports,
        "model_share": round(mean, 4),
        "mean_low": round(max(mean - half, 0.0), 4),
        "mean_high": round(min(mean + half, 1.0), 4),
        "model_low": round(low, 4),
        "model_high": round(high, 4),
        "seen_share": round(float(np.mean([seen / n for _, seen, n in hostile])), 4),
        "fired_mean": round(float(np.mean([len(run.world.missiles) for run in runs])), 2),
        "agrees": [r["by"] for r in reports if r["high"] >= low - 1e-9 and r["low"] <= high + 1e-9],
        "adjusted": item.text("adjusted"),
        "adjusted_how": item.value("adjusted").note,
        "overrides": dict(compiled.scenario.catalog),
        "note": item.note,
        "terrain": compiled.terrain["name"],
    }


def _report(key: str, item: Item, launched: int) -> dict[str, Any]:
    """One side's count with its interval."""
    count = int(item.si(key))
    low, high = wilson_interval(count, launched, CONFIDENCE)
    source = list(item.value(key).source)
    by = key.removeprefix("reported_")
    share = round(count / launched, 4)
    return {"by": by, "count": count, "share": share, "low": float(low), "high": float(high), "source": source}


def _counts(names: set[str], compiled: Compiled, run: Replication) -> tuple[int, int, int]:
    """Of the raid items counted: destroyed, seen, and how many there were."""
    wanted = np.array([name in names or name.rpartition("-")[0] in names for name in compiled.names["targets"]])
    targets = run.world.targets[wanted]
    return int((targets["status"] == codes.DESTROYED).sum()), int((targets["seen_event"] >= 0).sum()), len(targets)


def _share(measure: str, launched: int, names: set[str], compiled: Compiled, run: Replication) -> float:
    """The measure of one run, 0 to 1."""
    killed, _, n = _counts(names, compiled, run)
    if measure == "killed":
        return killed / n
    shots = len(run.world.missiles)
    if measure == "fired":
        return shots / launched
    return killed / shots if shots else 0.0


def _mean_interval(shares: np.ndarray) -> tuple[float, float]:
    """Mean of shares, and half its 95 % interval (Student)."""
    from scipy.stats import t

    spread = float(shares.std(ddof=1)) / math.sqrt(len(shares))
    return float(shares.mean()), float(t.ppf(0.5 + 0.5 * CONFIDENCE, len(shares) - 1)) * spread
