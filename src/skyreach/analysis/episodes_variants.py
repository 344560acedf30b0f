"""The same episode otherwise: without some raid items, or with a raid of other sizes, on the same seeds."""

from collections.abc import Callable
from typing import Any

from skyreach.analysis import episodes_counts as counts
from skyreach.catalog import Item
from skyreach.engine.replicate import Replication, replicate_many
from skyreach.scenario import Scenario
from skyreach.scenario.compile import Compiled, compile_scenario

Play = Callable[[Scenario], tuple[Compiled, list[Replication]]]


def player(name: str, seeds: list[int], threads: int) -> Play:
    """Runs a variant of a scenario on seeds; refuses one in which flights have not ended."""

    def play(scenario: Scenario) -> tuple[Compiled, list[Replication]]:
        compiled = compile_scenario(scenario, log=False)
        runs = replicate_many(compiled, seeds, threads)
        counts.all_ended(name, compiled, runs)
        return compiled, runs

    return play


def without(item: Item, compiled: Compiled, runs: list[Replication], play: Play) -> dict[str, Any] | None:
    """The share killed of what is counted with the raid items `without` of the catalogue left out, and the paired difference
    (with less without); None where the catalogue names none."""
    if "without" not in item:
        return None
    left_out, names = set(item.texts("without")), set(item.texts("items"))
    scenario = compiled.scenario
    other, others = play(scenario.model_copy(update={"raid": [r for r in scenario.raid if r.name not in left_out]}))
    with_them, without_them = counts.killed(names, compiled, runs), counts.killed(names, other, others)
    mean, half = counts.mean_interval(with_them - without_them)
    return {
        "items": sorted(left_out), **counts.figures(without_them), "seen_share": round(counts.seen(names, other, others), 4),
        "fired_mean": round(float(counts.fired(others).mean()), 2),
        "difference": round(mean, 4), "difference_low": round(mean - half, 4), "difference_high": round(mean + half, 4),
    }  # fmt: skip


def by_size(item: Item, compiled: Compiled, play: Play) -> list[dict[str, Any]]:
    """Leak and time to empty against the size of the raid: `raid_sizes` of the catalogue, numbers of its raid item `swept`."""
    if "raid_sizes" not in item:
        return []
    scenario, swept = compiled.scenario, item.text("swept")
    return [_sized(scenario, swept, int(size), set(item.texts("items")), play) for size in item.texts("raid_sizes")]


def _sized(scenario: Scenario, swept: str, size: int, names: set[str], play: Play) -> dict[str, Any]:
    """One size of the raid."""
    raid = [r.model_copy(update={"count": size}) if r.name == swept else r for r in scenario.raid if r.name != swept or size > 0]
    compiled, runs = play(scenario.model_copy(update={"raid": raid}))
    groups = {r.name: counts.figures(1.0 - counts.killed({r.name}, compiled, runs)) for r in raid if r.name in names}
    return {
        "size": size, "launched": int(counts.counted(names, compiled).sum()),
        "leak": counts.figures(1.0 - counts.killed(names, compiled, runs)), "leak_by_item": groups,
        "fired_mean": round(float(counts.fired(runs).mean()), 2), "emptied": counts.emptied(runs),
    }  # fmt: skip
