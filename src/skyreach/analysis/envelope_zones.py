"""A missile on its launcher, and line by line where it reaches, meets and catches a target: what an envelope is made of."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis import envelope_escape as away
from skyreach.analysis import output
from skyreach.analysis.envelope_escape import Zone
from skyreach.catalog import Catalog, Item
from skyreach.errors import BadInput
from skyreach.physics.chase import COURSE, chase, launch_zone, meeting
from skyreach.physics.flight import G0, agility
from skyreach.physics.flyout import flyout, reach_at
from skyreach.scenario.missiles import AIR_STEP, REACH_STEP, air_table, missile_rows, whole_reach
from skyreach.world.tables import DRAG_STEP

RANGES, HEIGHT_ROWS = 241, 61  # nodes of the reach table
ACROSS, ALONG = 91, 301  # nodes of the plan view
SITE_TOP = 5000.0  # m, highest launcher
EARLY = 0.25  # s that a missile may be ahead of its target: one that is earlier passes it where it would be too slow
PROFILE = 49  # ranges along which the launch zone of a direction is sought


class Shooter(NamedTuple):
    """A missile on its launcher, as the kernels take it, and the course of its target without place and turn."""

    row: np.void
    drag: np.ndarray
    air: np.ndarray
    table: np.ndarray
    dh: float  # m between rows of the table
    h_site: float  # m
    speed: float  # of the target [m/s]
    g: float  # of the target [m/s2]

    def course(self, x: float, y: float, h: float, flees: bool = False) -> np.ndarray:
        """A target at x, y [m] and height h [m] that flies towards -x, or turns away from the launcher at launch."""
        turn = 0.0
        if flees:
            away = math.atan2(y, x) - math.pi
            turn = away - 2.0 * math.pi * math.floor((away + math.pi) / (2.0 * math.pi))
        values = (x, y, h, self.speed, math.pi, turn, max(self.g, 1e-3) / max(self.speed, 1e-3), 0.0)
        return np.array(values, np.float64)

    def fly_to(self, r: float, h: float) -> tuple[float, float, float]:
        """Time of flight [s] (inf if not reached), arrival and largest speed [m/s] to a fixed point."""
        return flyout(self.row, self.drag, DRAG_STEP, self.air, AIR_STEP, self.h_site, r, h, REACH_STEP)

    def meet(self, course: np.ndarray) -> tuple[float, float]:
        """Planned time of flight [s] (inf if none) and arrival speed [m/s] against a course."""
        return meeting(self.row, self.table, self.row["reach_dr"], self.dh, self.h_site, course)

    def shoot(self, seen: np.ndarray, flown: np.ndarray) -> tuple[float, float, float]:
        """Miss [m], time [s] and speed [m/s] of a missile launched at the course seen, against the course flown."""
        t, v = self.meet(seen)
        if math.isinf(t):
            return math.inf, 0.0, 0.0
        miss, t, v, _ = chase(self.row, self.drag, DRAG_STEP, self.air, AIR_STEP, self.h_site, flown, t, v, REACH_STEP)
        return miss, t, v

    def reach(self, h: float) -> tuple[float, float]:
        """Nearest and farthest ground range [m] reached at a height, NaN where none is."""
        most = float(self.row["reach_dr"]) * (RANGES - 1)

        def reached(r: float) -> bool:
            far_enough = math.hypot(r, h - self.h_site) >= self.row["min_range"] - 1e-6
            return far_enough and math.isfinite(self.fly_to(r, h)[0])

        return away.longest(reached, 0.0, most)

    def rim(self, h: float) -> tuple[float, float, float, float]:
        """Nearest and farthest ground range [m] reached at a height, time of flight [s] and arrival speed [m/s] at the farthest;
        NaN where none is."""
        near, far = self.reach(h)
        tof, v, _ = self.fly_to(far, h) if math.isfinite(far) else (math.nan, math.nan, 0.0)
        return near, far, tof, v

    def nearest_launch(self, h: float) -> float:
        """Nearest ground range [m] of a target at launch that comes straight in and is met; NaN if none is."""
        ahead = float(self.row["reach_dr"]) * (RANGES - 1) + self.speed * float(self.row["max_time"])
        return away.longest(lambda r: math.isfinite(self.meet(self.course(r, 0.0, h))[0]), 0.0, ahead)[0]

    def turning(self) -> float:
        """Distance [m] within which turns decide: radius of the missile at its fastest, and the turning circle of the target."""
        fastest = float(self.table[:, :, 1][np.isfinite(self.table[:, :, 0])].max(initial=0.0))
        return fastest * fastest / float(self.row["g_limit"]) + 2.0 * self.speed * self.speed / max(self.g, 1e-3)

    def ceiling(self, pull: float) -> float:
        """Greatest height [m] of a point that is reached with a lateral acceleration [m/s2] left."""

        def good(h: float) -> bool:
            t, v, _ = self.fly_to(0.3 * h, h)
            return math.isfinite(t) and agility(self.row, self.air, AIR_STEP, t, h, v) >= pull

        return away.longest(good, 1000.0, 60e3)[1]

    def caught(self, x: float, y: float, h: float) -> bool:
        """True if a target at x, y, h that turns away at launch is hit by a missile with enough g left."""
        miss, t, v = self.shoot(self.course(x, y, h), self.course(x, y, h, flees=True))
        if not miss <= self.row["lethal_radius"] or v < self.row["min_speed"]:
            return False
        enough = self.row["nav"] / (self.row["nav"] - 2.0) * self.g
        return bool(agility(self.row, self.air, AIR_STEP, t, h, v) >= enough)


def shooter_of(
    cat: Catalog, missile: str, target: str, speed: float | None, g: float | None, site_height: float
) -> tuple[Shooter, Item, Item, str]:
    """The checked question of an envelope: shooter, items of missile and target, and where speed and g are from."""
    item, foe = cat[missile], cat[target]
    if item.kind != "missile":
        raise BadInput(f"envelope: {item.key} is a {item.kind}", allowed=", ".join(i.key for i in cat.items("missile")))
    if foe.kind != "threat":
        raise BadInput(f"envelope: {foe.key} is a {foe.kind}", allowed=", ".join(i.key for i in cat.items("threat")))
    h_site = given.number("envelope: site height", site_height, "m")
    if not 0.0 <= h_site <= SITE_TOP:
        raise BadInput("envelope: site height", f"{h_site:g} m", f"0 to {SITE_TOP:g} m")
    own = foe.si("cruise_speed")
    pace = own if speed is None else given.number("envelope: speed", speed, "m/s")
    if not 0.0 <= pace <= item.si("target_speed_max"):
        limit = f"0 to {item.si('target_speed_max'):g} m/s, what {item.key} can be used against"
        raise BadInput("envelope: speed of the target", f"{pace:g} m/s", limit, "another --target, or --speed")
    pull = foe.si("g_max") if g is None else given.number("envelope: g", g, "g") * G0
    if not 0.0 <= pull <= 100.0 * G0:
        raise BadInput("envelope: g of the target", f"{pull / G0:g}", "0 to 100")
    types, drag = missile_rows([item])
    dh = item.si("max_altitude") / (HEIGHT_ROWS - 2)
    air = air_table()
    table = whole_reach(item, types, drag, air, h_site, dh, RANGES, HEIGHT_ROWS)
    motion = "catalogue" if speed is None and g is None else "given"
    return Shooter(types[0], drag[0], air, table, dh, h_site, pace, pull), item, foe, motion


def row(shooter: Shooter, h: float, flees: bool) -> dict[str, Any]:
    """One height: dead zone, kinematic zone, launch zone of a target that comes straight in, no-escape zone."""
    m = shooter.row
    near, far, tof, v = shooter.rim(h)
    last = far + shooter.speed * tof  # the meeting point farthest out, and the way of the target during the flight to it
    zone = _held(shooter, lambda r: (r, 0.0), h, (0.0, last)) if flees and math.isfinite(last) else away.NONE
    return {
        "height_m": round(h, 1),
        "dead_km": output.finite(near / 1e3, 2),
        "reach_km": output.finite(far / 1e3, 2),
        "launch_km": output.finite(last / 1e3, 2),
        **zone.cells("no_escape_from_km", "no_escape_km"),
        "time_s": output.finite(tof, 1),
        "arrival_mps": output.finite(v, 0),
        "arrival_g": output.finite(agility(m, shooter.air, AIR_STEP, tof, h, v) / G0, 1) if math.isfinite(far) else None,
        "limited_by": _limit(shooter, far, h),
    }


def _held(shooter: Shooter, place: Callable[[float], tuple[float, float]], h: float, span: tuple[float, float]) -> Zone:
    """The no-escape zone along a line at a height; place: x, y [m] for the way along it, from span[0] to span[1] [m]."""

    def slant(s: float) -> float:
        return math.hypot(*place(s), h - shooter.h_site)

    return away.zone(lambda s: shooter.caught(*place(s), h), *span, slant, shooter.turning())


def _limit(shooter: Shooter, far: float, h: float) -> str:
    """What ends the reach at a height: the missile's life, its energy, or the range it is used at against this class."""
    if not math.isfinite(far):
        return "not reached"
    _, v, _ = shooter.fly_to(far + 0.02 * far + 100.0, h)
    return "time of flight" if v == 0.0 else "energy"


def across(shooter: Shooter, h: float, y: float, flees: bool) -> dict[str, Any]:
    """One offset of the course: where along it the target may be at launch, ahead of abeam (negative: past it)."""
    most = float(shooter.row["reach_dr"]) * (RANGES - 1)
    _, rim, tof, _ = shooter.rim(h)
    far = math.sqrt(rim * rim - y * y) + shooter.speed * tof if abs(y) <= rim else math.nan
    near = math.nan
    if math.isfinite(far):
        near = away.longest(lambda x: math.isfinite(shooter.meet(shooter.course(x, y, h))[0]), -most, far)[0]
    held = _held(shooter, lambda x: (x, y), h, (max(near, 0.0), far)) if flees and math.isfinite(near) else away.NONE
    return {
        "offset_km": round(y / 1e3, 2),
        "launch_from_km": output.finite(near / 1e3, 2),
        "launch_to_km": output.finite(far / 1e3, 2) if math.isfinite(near) else None,
        **held.cells("no_escape_from_km", "no_escape_to_km"),
    }


def zone(shooter: Shooter, h: float, public: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes across and along [m] of the plan view, and the time of flight at each [s], NaN where there is no meeting."""
    most = float(shooter.row["reach_dr"]) * (RANGES - 1)
    across = np.linspace(0.0, min(most, 1.15 * public), ACROSS)
    along = np.linspace(-0.8 * most, most + 0.9 * shooter.speed * float(shooter.row["max_time"]), ALONG)
    out = np.empty((ACROSS, ALONG))
    course = shooter.course(0.0, 0.0, h)
    assert course.shape == (len(COURSE),)
    m, reach_dr = shooter.row, shooter.row["reach_dr"]
    launch_zone(m, shooter.table, reach_dr, shooter.dh, shooter.h_site, course, along, across, out)
    for i, j in np.argwhere(np.isfinite(out)):  # i across, j along
        r = math.hypot(along[j] - shooter.speed * out[i, j], across[i])
        if out[i, j] - reach_at(shooter.table, reach_dr, shooter.dh, r, h)[0] > EARLY:
            out[i, j] = math.nan
    return across, along, np.where(np.isfinite(out), out, np.nan)


def escape(shooter: Shooter, h: float) -> np.ndarray:
    """Edges of the no-escape zone in the plan view: angle off the course [rad], inner and outer radius [m]."""
    rim = shooter.reach(h)[1]
    if not math.isfinite(rim):
        return np.zeros((0, 3))
    r = np.linspace(0.0, rim, PROFILE)
    way = shooter.speed * np.array([shooter.fly_to(float(one), h)[0] for one in r])
    r, way = r[np.isfinite(way)], way[np.isfinite(way)]
    edge = []
    for angle in np.radians(np.arange(0.0, 181.0, 15.0)):
        aside = r * r - (way * math.sin(angle)) ** 2  # a meeting at r was launched at from a circle of radius r about (way, 0)
        last = float((way * math.cos(angle) + np.sqrt(np.where(aside >= 0.0, aside, np.nan)))[aside >= 0.0].max(initial=0.0))
        held = _held(shooter, lambda s, a=angle: (s * math.cos(a), s * math.sin(a)), h, (0.0, last))  # type: ignore[misc]
        edge.append((angle, held.near, held.far))
    return np.nan_to_num(np.array(edge))
