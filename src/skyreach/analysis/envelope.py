"""What a missile of the catalogue reaches: kinematic zone, launch zone, no-escape zone and inner dead zone.

    envelope("48n6e3", target="f-16c").table

All of it comes from the flight that the engine flies (physics/flyout.py, physics/chase.py) from the height of the launcher:
- the kinematic zone is where it arrives at a fixed point within its life, not slower than its least useful speed;
- the launch zone is where a target may be at launch that keeps height, speed and course and is still met: its outer edge, the
  launch line, is the meeting point farthest out and the way of the target during the flight to it;
- the no-escape zone is where it may be if it turns straight away at launch with all the g it has: the missile is launched on the
  course before the turn, flown to the end, and must arrive with nav / (nav - 2) times the g of the target (Zarchan, Tactical and
  Strategic Missile Guidance, 6th ed., ch. 2); it is the unbroken stretch nearest to the launcher (envelope_escape);
- the dead zone is nearer than the least range, or than the missile can turn to.
Left out: radar, terrain and wind; the target keeps its height and loses no speed in its turn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis import envelope_zones as zones
from skyreach.analysis import output
from skyreach.analysis.envelope_claim import public_range
from skyreach.analysis.envelope_speeds import SpeedZones, csv_of, speeds_of, zones_at
from skyreach.analysis.envelope_zones import HEIGHT_ROWS, RANGES, Shooter, shooter_of
from skyreach.catalog import Item, load
from skyreach.errors import BadInput
from skyreach.physics.flight import G0, agility
from skyreach.physics.flyout import column_range
from skyreach.scenario.missiles import AIR_STEP

TARGET = "f-16c"
DEFAULT_HEIGHTS = (100.0, 1000.0, 3000.0, 5000.0, 10_000.0, 15_000.0, 20_000.0, 25_000.0)
CROSSINGS = (0.0, 0.2, 0.4, 0.6, 0.8)  # shares of the public range, of the table across
FORMATS = ("png", "svg", "csv", "json")


@dataclass(frozen=True, eq=False)
class Envelope:
    """The envelope of a missile against one target. Ranges along the ground from the launcher, heights above sea level."""

    missile: str
    title: str
    target: str
    target_class: str
    speed: float  # m/s
    g: float  # of the target, in g
    h_site: float  # m
    plan_height: float  # m, of the plan view and the table across
    table: tuple[dict[str, Any], ...]
    crossing: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = field(repr=False)
    inputs: list[dict[str, Any]] = field(repr=False)
    heights: np.ndarray = field(repr=False)  # m, rows of the section
    ranges: np.ndarray = field(repr=False)  # m, columns of the section
    time: np.ndarray = field(repr=False)  # s, time of flight to fixed points (heights, ranges); NaN: not reached
    arrival_g: np.ndarray = field(repr=False)  # g that the missile can still pull there
    lines: tuple[dict[str, Any], ...] = field(repr=False)  # as the table, at the heights of the chart
    along: np.ndarray = field(repr=False)  # m, columns of the plan view: how far ahead of abeam the target is at launch
    across: np.ndarray = field(repr=False)  # m, rows of the plan view: offset of its course
    zone: np.ndarray = field(repr=False)  # s, time of flight to a meeting (across, along); NaN: none
    escape: np.ndarray = field(repr=False)  # no-escape zone by direction: columns angle [rad], inner and outer radius [m]
    by_speed: tuple[SpeedZones, ...] = field(default=(), repr=False)  # the zones again, by speed of the target
    claim: dict[str, Any] | None = field(default=None, repr=False)  # the public range beside the reach (envelope_claim)

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach envelope --json`; the grids are in the CSV file."""
        return {
            "missile": self.missile,
            "title": self.title,
            "target": self.target,
            "target_class": self.target_class,
            "target_speed_mps": self.speed,
            "target_g": self.g,
            "launcher_m": self.h_site,
            "heights": list(self.table),
            "plan_height_m": self.plan_height,
            "crossing": list(self.crossing),
            "by_speed": [one.to_dict() for one in self.by_speed],
            "claim": self.claim,
            "notes": list(self.notes),
            "inputs": self.inputs,
        }

    def save(self, folder: str | Path, formats: Iterable[str] | None = None) -> list[Path]:
        """Writes envelope.png, .svg, .csv and .json (or those of formats) into a folder; with speeds envelope-speeds.* too."""
        from skyreach.analysis.envelope_chart import chart, chart_by_speed

        makers = {
            "png": lambda: chart(self, "png"), "svg": lambda: chart(self, "svg"), "csv": self._csv,
            "json": lambda: output.json_bytes(self.to_dict()),
        }  # fmt: skip
        names = output.chosen("envelope", formats, FORMATS)
        files = {f"envelope.{name}": makers[name] for name in names}
        if self.by_speed:
            more = {
                "png": lambda: chart_by_speed(self, "png"), "svg": lambda: chart_by_speed(self, "svg"),
                "csv": lambda: csv_of(self.by_speed, self.plan_height),
            }  # fmt: skip
            files |= {f"envelope-speeds.{name}": more[name] for name in names if name in more}
        return output.write_files(folder, files, "envelope")

    def _csv(self) -> bytes:
        h, r = np.meshgrid(self.heights, self.ranges, indexing="ij")
        reached = np.isfinite(self.time)
        columns = {
            "height_m": (h[reached], 0), "range_km": (r[reached] / 1e3, 3), "time_s": (self.time[reached], 2),
            "arrival_g": (self.arrival_g[reached], 2),
        }  # fmt: skip
        return output.csv_bytes(columns)

    def _repr_html_(self) -> str:
        """Chart and table for a notebook."""
        from skyreach.analysis.envelope_chart import chart

        return output.image_tag(chart(self, "png")) + output.html_table(list(self.table), self.table[0])


def envelope(
    missile: str,
    target: str = TARGET,
    speed: float | None = None,
    g: float | None = None,
    heights: Iterable[float] | None = None,
    plan_height: float | None = None,
    crossing_km: Iterable[float] | None = None,
    site_height: float = 0.0,
    overrides: Mapping[str, float] | None = None,
    speeds: Iterable[float] | None = None,
    claims: bool = False,
) -> Envelope:
    """The envelope of a missile of the catalogue against a threat.

    target: gives class, speed and g, unless speed [m/s] or g say otherwise; heights [m] of the table; plan_height [m] of the
    plan view (the nearest of the heights to half the ceiling if None); crossing_km: offsets of the course in the table across;
    site_height [m] of the launcher above sea level; speeds [m/s] of the target to give the zones for, too (by_speed);
    claims: the public range with its sources beside the reach, too (claim).
    Validated: test_envelope, test_envelope_speeds."""
    cat = load(dict(overrides or {}))
    shooter, item, foe, motion = shooter_of(cat, missile, target, speed, g, site_height)
    low, top = item.si("min_altitude"), item.si("max_altitude")
    levels = _heights(heights, shooter.h_site + low, top)
    plan = _one_height(plan_height, shooter.h_site + low, top, levels)
    dr = float(shooter.row["reach_dr"])
    ranges = np.array([column_range(j, dr, RANGES) for j in range(RANGES)])
    rows_h = np.arange(HEIGHT_ROWS) * shooter.dh
    time = np.where(np.isfinite(shooter.table[:, :, 0]), shooter.table[:, :, 0], np.nan).astype(np.float64)
    keep = (rows_h[:, None] <= top) & (np.hypot(ranges, rows_h[:, None] - shooter.h_site) >= shooter.row["min_range"])
    time[~keep] = np.nan
    turned = np.array(
        [[agility(shooter.row, shooter.air, AIR_STEP, np.nan_to_num(t), h, v) / G0 for t, v in zip(ts, vs, strict=True)]
         for h, ts, vs in zip(rows_h, time, shooter.table[:, :, 1], strict=True)]
    )  # fmt: skip
    flees = foe.text("class") != "ballistic" and shooter.g > 0.0
    drawn = np.linspace(max(low, 0.0) + shooter.h_site, top, 28)
    public = item.si("max_range_aircraft")
    wanted = [share * public / 1e3 for share in CROSSINGS] if crossing_km is None else crossing_km
    offsets = [given.number("envelope: crossing", y, "km") * 1e3 for y in wanted]
    across, along, zone = zones.zone(shooter, plan, public)
    pace = [] if speeds is None else speeds_of(speeds, item)
    return Envelope(
        missile=item.key, title=item.title, target=foe.key, target_class=foe.text("class"), speed=shooter.speed,
        g=round(shooter.g / G0, 3), h_site=shooter.h_site, plan_height=plan,
        table=tuple(zones.row(shooter, h, flees) for h in levels),
        crossing=tuple(zones.across(shooter, plan, y, flees) for y in offsets),
        notes=_notes(shooter, foe, motion, flees), inputs=cat.used(), heights=rows_h, ranges=ranges, time=time,
        arrival_g=turned, lines=tuple(zones.row(shooter, h, flees) for h in drawn), along=along, across=across, zone=zone,
        escape=zones.escape(shooter, plan) if flees else np.zeros((0, 3)),
        by_speed=tuple(zones_at(shooter, v, flees, levels, drawn, plan, offsets, public) for v in pace),
        claim=public_range(cat, item, shooter, levels) if claims else None,
    )  # fmt: skip


def _heights(heights: Iterable[float] | None, low: float, top: float) -> list[float]:
    """The heights of the table; those of the default that the missile is used at."""
    if heights is None:
        return [h for h in DEFAULT_HEIGHTS if low <= h <= top]
    levels = sorted({given.number("envelope: height", h, "m") for h in heights})
    if not levels:
        raise BadInput("envelope: height", "none", "one or more heights [m]", "1000,10000")
    return [_one_height(h, low, top, []) for h in levels]


def _one_height(height: float | None, low: float, top: float, levels: list[float]) -> float:
    if height is None:
        return min(levels, key=lambda h: abs(h - 0.4 * top)) if levels else 0.5 * (low + top)
    h = given.number("envelope: height", height, "m")
    if not low <= h <= top:
        raise BadInput("envelope: height", f"{h:g} m", f"{low:g} to {top:g} m above sea level, where it is used against targets")
    return h


def _notes(shooter: Shooter, foe: Item, motion: str, flees: bool) -> tuple[str, ...]:
    notes = [f"target {foe.key}: {shooter.speed:g} m/s and {shooter.g / G0:.3g} g ({motion})"]
    if not flees:
        notes.append("no-escape zone: not defined for a target that does not turn away")
    notes.append("thrust, drag, steering and lag are notional, set so that public range and speed are met (sources: CALIB, EST)")
    return tuple(notes)
