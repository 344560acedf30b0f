"""What the defence lost in a run: sites, radars and launchers, when and by what. Every text about losses is made from this."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from skyreach.records.run import Run
from skyreach.world import codes

SITE, RADAR, LAUNCHER = "site", "radar", "launcher"
BY_FIRE = {
    codes.EVENTS[int(code)][0]: kind
    for code, kind in ((codes.E_SITE_LOST, SITE), (codes.E_RADAR_LOST, RADAR), (codes.E_LAUNCHER_LOST, LAUNCHER))
}
BY_CHANGE = {int(codes.CHANGE_SITE): SITE, int(codes.CHANGE_RADAR): RADAR, int(codes.CHANGE_LAUNCHER): LAUNCHER}
CHANGED = codes.EVENTS[int(codes.E_CHANGE)][0]


@dataclass(frozen=True)
class Loss:
    """One part of the defence out of action from t_s [s] on. target: name of what did it, None for the scenario's timeline."""

    t_s: float
    kind: str
    name: str
    target: str | None = None


def losses(run: Run) -> list[Loss]:
    """All that was lost and did not come back, each once, in the order of time. What the timeline brings back and the enemy has
    destroyed meanwhile stays lost."""
    names = {SITE: run.sites["name"].to_pylist(), RADAR: run.radars["name"].to_pylist()}
    targets = run.targets["name"].to_pylist()
    hit: dict[tuple[str, str], Loss] = {}
    failed: dict[tuple[str, str], Loss] = {}
    for e in run.events.to_pylist():
        if e["kind"] in BY_FIRE:
            kind = BY_FIRE[e["kind"]]
            name = launcher_name(run, e["c"], names[SITE][e["b"]]) if kind == LAUNCHER else names[kind][e["b"]]
            hit[kind, name] = Loss(e["t_s"], kind, name, targets[e["target"]] if e["target"] >= 0 else None)
        elif e["kind"] == CHANGED and e["c"] in BY_CHANGE:
            kind = BY_CHANGE[e["c"]]
            name = launcher_name(run, e["b"]) if kind == LAUNCHER else names[kind][e["b"]]
            if e["value"] > 0.0:
                failed.pop((kind, name), None)  # it works again
            else:
                failed[kind, name] = Loss(e["t_s"], kind, name)
    first = {key: min((of[key] for of in (hit, failed) if key in of), key=lambda loss: loss.t_s) for key in {**hit, **failed}}
    return sorted(first.values(), key=lambda loss: loss.t_s)


def launcher_name(run: Run, row: int, unit: str = "") -> str:
    """Name of a launcher by its row; runs of before did not note it, and of those only its fire unit is told."""
    known = run.manifest.get("launchers", [])
    return known[row] if 0 <= row < len(known) else f"a launcher of {unit}" if unit else "a launcher"


def of_target(found: Iterable[Loss], target: str) -> list[Loss]:
    """Those that one target did."""
    return [loss for loss in found if loss.target == target]


def words(run: Run) -> str:
    """All that was lost in one line, sites first in the order of their table; empty where nothing was."""
    found = losses(run)
    radars, launchers = ([loss.name for loss in found if loss.kind == kind] for kind in (RADAR, LAUNCHER))
    rows = [name for name in run.summary["lost"] if name]
    parts = [", ".join(rows)] if rows else []
    parts += [f"radar{'s' if len(radars) > 1 else ''} {', '.join(radars)}"] if radars else []
    parts += [f"launcher{'s' if len(launchers) > 1 else ''} {', '.join(launchers)}"] if launchers else []
    return "; ".join(parts)


def plain(found: Iterable[Loss]) -> list[dict[str, Any]]:
    """Losses as plain data."""
    return [asdict(loss) for loss in found]
