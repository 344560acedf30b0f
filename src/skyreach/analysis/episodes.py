"""Reported episodes, staged: what each side says beside what the model gives, with intervals.

    episodes(["ep-lotarevka-2024"], runs=40).rows

A reported count is k of n with its 95 % Wilson interval. The model's figure is the mean share over runs with a 95 % interval of
that mean (Student), and the range of 90 % of single runs, which is what one night may look like. Nothing is fitted to the counts;
the catalogue says for each episode what was adjusted. Places, routes and order of battle are notional where the scenario says so:
agreement is no proof, and disagreement a question. An episode at whose end a hostile target is still in flight is refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from skyreach.analysis import episodes_counts as counts
from skyreach.analysis.episodes_counts import CONFIDENCE
from skyreach.analysis.episodes_variants import Play, by_size, player, without
from skyreach.catalog import Item, load
from skyreach.engine.replicate import Replication
from skyreach.errors import BadInput
from skyreach.physics.statistics import wilson_interval
from skyreach.scenario import load_scenario
from skyreach.scenario.compile import Compiled
from skyreach.scenario.known import nearest

RUNS, MOST_RUNS = 20, 10_000
MEASURES = ("killed", "killed_per_shot", "fired")
WITHIN_REACH = (
    "within reach of: the 95 % interval of that report and the range of nine runs in ten of the model overlap, however little; "
    "of a few launched almost anything does"
)


@dataclass(frozen=True, eq=False)
class Episodes:
    """Episodes and what the model made of them. rows: one for each; runs and first seed of each scenario."""

    rows: tuple[dict[str, Any], ...]
    runs: int
    seed: int
    inputs: list[dict[str, Any]] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach episodes --json`."""
        return {
            "runs": self.runs, "seed": self.seed, "within_reach": WITHIN_REACH, "episodes": list(self.rows),
            "inputs": self.inputs,
        }  # fmt: skip

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
    played: dict[str, tuple[Compiled, list[Replication], Play]] = {}
    rows, inputs = [], []
    for item in items:
        name = item.text("scenario")
        if name not in played:
            if progress:
                progress(name)
            play = player(name, list(range(seed, seed + runs)), threads)
            played = {name: (*play(load_scenario(name)), play)}
            inputs += played[name][0].catalog.used()
        rows.append(_row(item, *played[name]))
    unique = {(entry["item"], entry["key"]): entry for entry in inputs}
    return Episodes(tuple(rows), runs, seed, list(unique.values()))


def _row(item: Item, compiled: Compiled, runs: list[Replication], play: Play) -> dict[str, Any]:
    """One episode: reports and model side by side."""
    measure, launched = item.text("measure"), int(item.si("launched"))
    if measure not in MEASURES:
        raise BadInput(f"catalogue: {item.key} measure", measure, ", ".join(MEASURES))
    names = set(item.texts("items"))
    model = counts.figures(counts.shares(measure, launched, names, compiled, runs))
    low, high = model["low"], model["high"]
    reports = [_report(key, item, launched) for key in item.values if key.startswith("reported_")]
    return {
        "episode": item.key.removeprefix("ep-"),
        "title": item.title,
        "date": item.text("date"),
        "scenario": item.text("scenario"),
        "measure": measure,
        "launched": launched,
        "reported": reports,
        "model_share": model["share"],
        "mean_low": model["mean_low"],
        "mean_high": model["mean_high"],
        "model_low": low,
        "model_high": high,
        "seen_share": round(counts.seen(names, compiled, runs), 4),
        "fired_mean": round(float(counts.fired(runs).mean()), 2),
        "emptied": counts.emptied(runs),
        "agrees": [r["by"] for r in reports if r["high"] >= low - 1e-9 and r["low"] <= high + 1e-9],
        "without": without(item, compiled, runs, play),
        "by_size": by_size(item, compiled, play),
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
