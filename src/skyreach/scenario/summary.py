"""A scenario in figures, for `skyreach check` and for reports."""

from collections import Counter
from typing import Any

from skyreach.scenario.models import Scenario


def summary(scenario: Scenario) -> dict[str, Any]:
    """Counts of what takes part, as plain data. missiles_ready: missiles on all launchers by type [1]."""
    radars: Counter[str] = Counter()
    launchers: Counter[str] = Counter()
    missiles: Counter[str] = Counter()
    point_defence: Counter[str] = Counter()
    for _, unit, _ in scenario.walk():
        radars.update(radar.system for radar in unit.radars)
        point_defence.update(defence.system for defence in unit.point_defence)
        for group in unit.launchers:
            launchers[group.system] += group.count
            for missile, count in group.load.items():
                missiles[missile] += group.count * count
    return {
        "name": scenario.name,
        "title": scenario.title,
        "start": scenario.start.isoformat().replace("+00:00", "Z"),
        "duration_s": scenario.duration_s,
        "seed": scenario.seed,
        "notes": [
            f"{unit.name}: an engagement radar, but no launchers: it shoots at nothing"
            for _, unit, _ in scenario.fire_units()
            if not unit.launchers and not any(below.launchers for below in unit.units)
        ],
        "fire_units": [unit.name for _, unit, _ in scenario.fire_units()],
        "radars": dict(radars),
        "launchers": dict(launchers),
        "missiles_ready": dict(missiles),
        "point_defence": dict(point_defence),
        "assets": {asset.name: asset.value for asset in scenario.assets},
        "raid": {item.name: {"system": item.system, "count": item.count} for item in scenario.raid},
        "threats": sum(item.count for item in scenario.raid),
        "civil": sum(item.count for item in scenario.civil),
        "traffic": scenario.said,
    }
