"""The zones of a missile by the speed of its target: which speeds may be asked for, the zones at each, and their CSV file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis import envelope_zones as zones
from skyreach.analysis import output
from skyreach.analysis.envelope_zones import Shooter
from skyreach.catalog import Item
from skyreach.errors import BadInput

SPEEDS_MAX = 12  # lines in one chart
COLUMNS = (
    "speed_mps", "height_m", "offset_km", "dead_km", "reach_km", "launch_km", "no_escape_km", "no_escape_from_km",
    "launch_from_km",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class SpeedZones:
    """The zones against a target of one speed. Ranges along the ground from the launcher, heights above sea level."""

    speed: float  # m/s
    heights: tuple[dict[str, Any], ...]  # as the table of the envelope
    crossing: tuple[dict[str, Any], ...]  # as the table across, at the height of the plan view
    lines: tuple[dict[str, Any], ...] = field(repr=False)  # as heights, at the heights of the chart
    along: np.ndarray = field(repr=False)  # m, columns of the plan view
    across: np.ndarray = field(repr=False)  # m, rows of the plan view
    zone: np.ndarray = field(repr=False)  # s, time of flight to a meeting (across, along); NaN: none

    def to_dict(self) -> dict[str, Any]:
        """One entry of `by_speed` in the document of `skyreach envelope --json`."""
        return {"target_speed_mps": self.speed, "heights": list(self.heights), "crossing": list(self.crossing)}


def speeds_of(speeds: Iterable[float], item: Item) -> list[float]:
    """The speeds [m/s] asked for, each once, the slowest first; BadInput for one that the missile cannot be used against."""
    fastest = item.si("target_speed_max")
    limit = f"0 to {fastest:g} m/s, what {item.key} can be used against"
    found = sorted({given.number("envelope: speeds", v, "m/s") for v in speeds})
    if not 1 <= len(found) <= SPEEDS_MAX:
        raise BadInput("envelope: speeds", f"{len(found) or 'none'}", f"1 to {SPEEDS_MAX} speeds [m/s]", "100,300,600")
    for v in found:
        if not 0.0 <= v <= fastest:
            raise BadInput("envelope: speeds", f"{v:g} m/s", limit, "100,300,600")
    return found


def zones_at(
    shooter: Shooter, speed: float, flees: bool, heights: Sequence[float], drawn: Iterable[float], plan: float,
    offsets: Sequence[float], public: float,
) -> SpeedZones:  # fmt: skip
    """The zones against a target of speed [m/s] that has the g of the shooter's target.

    heights, drawn: heights [m] of the table and of the chart; plan: height [m] of the plan view and of the table across;
    offsets [m] of the course; public range [m]. The reach table does not depend on the target and is used again.
    Validated: test_envelope_speeds."""
    against = shooter._replace(speed=speed)
    across, along, zone = zones.zone(against, plan, public)
    return SpeedZones(
        speed=speed, heights=tuple(zones.row(against, h, flees) for h in heights),
        crossing=tuple(zones.across(against, plan, y, flees) for y in offsets),
        lines=tuple(zones.row(against, h, flees) for h in drawn), along=along, across=across, zone=zone,
    )  # fmt: skip


def csv_of(by_speed: Iterable[SpeedZones], plan_height: float) -> bytes:
    """One line for each speed and height (offset 0, straight in), then for each speed and offset at the plan height [m]."""
    rows = []
    for one in by_speed:
        for row in one.heights:
            found = (row[key] for key in ("dead_km", "reach_km", "launch_km", "no_escape_km", "no_escape_from_km"))
            rows.append((one.speed, row["height_m"], 0.0, *found, None))
        for row in one.crossing:
            found = (row[key] for key in ("launch_to_km", "no_escape_to_km", "no_escape_from_km", "launch_from_km"))
            rows.append((one.speed, plan_height, row["offset_km"], None, None, *found))
    columns = np.array(rows, np.float64).T
    return output.csv_bytes({name: (column, 2) for name, column in zip(COLUMNS, columns, strict=True)})
