"""The kill chain of each target in numbers, from the tables of a run alone: seen, tracked, known, assigned, shot at, ended."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from skyreach.records.binding import Interval, Ledger, held
from skyreach.records.losses import Loss, losses, of_target
from skyreach.records.run import Run
from skyreach.records.whereabouts import Whereabouts, whereabouts
from skyreach.world import codes

EVENT = {int(code): word for code, (word, _) in codes.EVENTS.items()}
KIND = {word: code for code, word in EVENT.items()}
UNSEEN = [int(c) for c in range(int(codes.R_NO_RADAR), int(codes.R_NOT_FIRM))]  # reasons of a target that no radar has
UNDER_WAY = [int(c) for c in range(int(codes.R_REACTION), int(codes.R_DESTROYED))]  # the leave to fire, where needed, is there


@dataclass
class Shot:
    """One missile fired at the target. Distances [m] along the ground, from its fire unit to the target."""

    missile: int
    type: str
    fire_unit: str
    t_launch: float
    t_end: float | None
    outcome: str
    miss_m: float | None
    d_launch: float | None = None
    d_end: float | None = None
    position: int | None = None  # of the fire unit at the launch, where it is one that marches


@dataclass
class Chain:
    """What became of one target; times [s] of the run, None where it did not happen."""

    row: dict[str, Any]
    t_start: float | None = None
    t_seen: float | None = None
    radar: str | None = None
    position: int | None = None  # of that radar then, where it is one that marches
    r_seen: float | None = None  # m, slant
    agl_seen: float | None = None  # m
    until: str | None = None  # what had hidden it for longest before
    below_horizon: float | None = None  # m below (above where negative) the smooth horizon of that radar at the end of that
    t_firm: float | None = None
    t_known: float | None = None  # first identification
    identity: str | None = None  # the last one
    t_assigned: float | None = None
    assigned: list[str] = field(default_factory=list)
    leave_after: float | None = None  # s from the order to the leave to fire, where one was asked for and given
    refused: int = 0  # times that the leave to fire was refused
    shots: list[Shot] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)  # of the defence, by this target
    limits: list[Interval] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lost(self) -> list[str]:
        """Names of the sites, radars and launchers that this target put out of action."""
        return [loss.name for loss in self.losses]

    @property
    def flight(self) -> float:
        """Time in the air within the run [s]."""
        return sum(part.t_to - part.t_from for part in self.limits)

    @property
    def furthest(self) -> int:
        """The code furthest along the chain that any unit came to; -1 where it never flew."""
        return max((part.code for part in self.limits), default=-1)

    @property
    def decisive(self) -> tuple[int, float] | None:
        """(code, seconds) of the limit that held longest, steps of an engagement left out while there is any other."""
        limits = held(self.limits)
        return next((item for item in limits if item[0] not in UNDER_WAY), limits[0] if limits else None)


class Chains:
    """The chains of all targets of a run: tables are read once, `of` tells one."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.ledger = Ledger(run)
        self.targets = [_clean(row) for row in run.targets.to_pylist()]
        self.radars, self.sites = run.radars.to_pylist(), run.sites.to_pylist()
        self.site_of = {site["name"]: site for site in self.sites}
        self.whereabouts = whereabouts(run)
        self.losses = losses(run)
        self.events: dict[int, list[dict[str, Any]]] = {}
        for event in run.events.to_pylist():
            self.events.setdefault(event["target"], []).append(event)
        self.shots: dict[int, list[dict[str, Any]]] = {}
        for shot in run.shots.to_pylist():
            self.shots.setdefault(shot["target"], []).append(_clean(shot))

    @cached_property
    def _truth(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        table = self.run.truth
        target = table["target"].to_numpy()
        order = np.argsort(target, kind="stable")
        columns = {name: table[name].to_numpy()[order] for name in ("t_s", "lat_deg", "lon_deg", "h_msl_m", "h_agl_m")}
        return np.searchsorted(target[order], np.arange(len(self.targets) + 1)), columns

    @cached_property
    def _geod(self) -> Any:
        from pyproj import Geod

        return Geod(ellps="WGS84")

    def where(self, target: int, t: float) -> dict[str, float] | None:
        """Latitude, longitude [deg] and heights [m] of a target at t [s], between samples by a straight line."""
        edges, columns = self._truth
        part = slice(edges[target], edges[target + 1])
        if part.start == part.stop:
            return None
        return {name: float(np.interp(t, columns["t_s"][part], values[part])) for name, values in columns.items()}

    def distance(self, place: dict[str, Any], target: int, t: float) -> float | None:
        """Ground distance [m] of a target at t [s] from a site or radar."""
        at = self.where(target, t)
        if at is None:
            return None
        return float(self._geod.inv(place["lon_deg"], place["lat_deg"], at["lon_deg"], at["lat_deg"])[2])

    def mover(self, unit: str) -> Whereabouts | None:
        """Where a fire unit was over time, where it is one that marches."""
        return self.whereabouts.get(("site", self.site_of[unit]["site"])) if unit in self.site_of else None

    def stand(self, table: str, row: dict[str, Any], t: float) -> dict[str, Any]:
        """A row of sites or radars (table: site, radar) with the place where it was at t [s]."""
        moved = self.whereabouts.get((table, row[table]))
        if moved is None:
            return row
        return {**row, **dict(zip(("lat_deg", "lon_deg", "h_msl_m"), moved.at(t), strict=True))}

    def below_horizon(self, radar: dict[str, Any], target: int, t: float) -> float | None:
        """How far [m] a target at t [s] is below the smooth horizon of a radar, over ground as low as the lower of the two."""
        at = self.where(target, t)
        s = self.distance(radar, target, t)
        if at is None or s is None:
            return None
        e2 = self._geod.f * (2.0 - self._geod.f)
        radius = self._geod.a * math.sqrt(1.0 - e2) / (1.0 - e2 * math.sin(math.radians(radar["lat_deg"])) ** 2)
        reach = 2.0 * self.run.manifest["refraction_k"] * radius
        base = min(radar["h_msl_m"] - radar["antenna_agl_m"], at["h_msl_m"] - at["h_agl_m"])
        beyond = max(s - math.sqrt(reach * max(radar["h_msl_m"] - base, 0.0)), 0.0)
        return base + beyond * beyond / reach - at["h_msl_m"]

    def of(self, target: int) -> Chain:
        """The chain of one target by its row."""
        chain = Chain(self.targets[target], limits=self.ledger.binding(target), events=self.events.get(target, []))
        chain.t_start = chain.row["t_start_s"]
        chain.losses = of_target(self.losses, chain.row["name"])
        for event in chain.events:
            self._enter(chain, event)
        for shot in self.shots.get(target, []):
            chain.shots.append(self._shot(shot))
        self._before_seen(chain)
        return chain

    def all(self) -> list[Chain]:
        """The chains of all targets in their order."""
        return [self.of(i) for i in range(len(self.targets))]

    def _enter(self, chain: Chain, event: dict[str, Any]) -> None:
        kind, t, b = KIND.get(event["kind"]), event["t_s"], event["b"]
        if kind == codes.E_FIRST_SEEN:
            chain.t_seen, chain.radar, chain.r_seen = t, self.radars[b]["name"], event["value"]
            chain.position = self._position("radar", b, t)
        elif kind == codes.E_TRACK_FIRM and chain.t_firm is None:
            chain.t_firm = t
        elif kind == codes.E_IDENTIFIED:
            chain.t_known = t if chain.t_known is None else chain.t_known
            chain.identity = codes.IDENTITIES[event["c"]]
        elif kind == codes.E_ASSIGNED:
            chain.t_assigned = t if chain.t_assigned is None else chain.t_assigned
            chain.assigned += [self.sites[b]["name"]] if self.sites[b]["name"] not in chain.assigned else []
        elif kind == codes.E_RELEASED and chain.leave_after is None and event["value"] >= 0.0:
            chain.leave_after = event["value"]
        elif kind == codes.E_REFUSED:
            chain.refused += 1
        elif kind == codes.E_DAMAGE:
            chain.damage.append(self.sites[b]["name"])

    def _position(self, table: str, row: int, t: float) -> int | None:
        moved = self.whereabouts.get((table, row))
        return None if moved is None else moved.position(t)

    def _shot(self, s: dict[str, Any]) -> Shot:
        row, target = self.site_of[s["fire_unit"]], s["target"]
        unit, position = self.stand("site", row, s["t_launch_s"]), self._position("site", row["site"], s["t_launch_s"])
        end = None if s["t_end_s"] is None else self.distance(unit, target, s["t_end_s"])
        launch = self.distance(unit, target, s["t_launch_s"])
        shot = (s["missile"], s["type"], s["fire_unit"], s["t_launch_s"], s["t_end_s"], s["outcome"], s["miss_m"])
        return Shot(*shot, launch, end, position)

    def _before_seen(self, chain: Chain) -> None:
        """What hid it for longest before, how far below the horizon it was when that ended, and its height when seen."""
        if chain.t_seen is None:
            return
        target = chain.row["target"]
        at = self.where(target, chain.t_seen)
        chain.agl_seen = None if at is None else at["h_agl_m"]
        hidden = [part for part in chain.limits if part.code in UNSEEN and part.t_from < chain.t_seen]
        if hidden:
            code, _ = held(hidden)[0]
            last = next(part for part in reversed(hidden) if part.code == code)
            chain.until = last.reason
            if code in (codes.R_HORIZON, codes.R_TERRAIN):
                t = min(last.t_to, chain.t_seen) - 1.0
                radar = self.stand("radar", next(r for r in self.radars if r["name"] == chain.radar), t)
                chain.below_horizon = self.below_horizon(radar, target, t)


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    """A row with None in the place of NaN."""
    return {key: None if isinstance(value, float) and value != value else value for key, value in row.items()}
