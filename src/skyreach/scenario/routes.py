"""Flight paths: waypoints -> dense points of a geodesic route with heights over the terrain and times.

Between the points of a route the engine goes straight in ECEF; the points are so close that the chord stays within
0.1 m of the geodesic. What follows the terrain keeps its height over the highest ground within LOOK_AHEAD points.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from skyreach.earth.geodesy import geodesic_direct, geodesic_inverse, geodetic_to_ecef
from skyreach.earth.grid import Dem, ground_height, inside
from skyreach.errors import BadInput
from skyreach.jit import kernel
from skyreach.world.tables import TABLES, dtype_of

STEP_LOW, STEP_HIGH = 250.0, 2000.0  # m between points: near the ground, and in level flight high up
GEOID_MARGIN = 110.0  # m: the geoid is nowhere further from the ellipsoid
LOOK_AHEAD = 2  # points before and behind whose ground a terrain follower clears
AGL, MSL, ELL = 0, 1, 2


@dataclass
class Turn:
    """A waypoint in SI: lat, lon [rad], height [m] with its reference, speed from here on [m/s], place in the scenario file."""

    lat: float
    lon: float
    height: float
    ref: int
    speed: float
    where: str = ""


@dataclass
class Path:
    """A sampled route: rows of TABLES['routes'], and the time [s] at which each waypoint is passed."""

    rows: np.ndarray
    t_turns: list[float]


@kernel
def sample_leg(lat1, lon1, lat2, lon2, n, out):
    """Points i/n of the geodesic from 1 to 2 into out (n+1, 2): lat, lon [rad]; returns its length [m]."""
    s, az, _ = geodesic_inverse(lat1, lon1, lat2, lon2)
    for i in range(n + 1):  # i point
        out[i, 0], out[i, 1], _ = geodesic_direct(lat1, lon1, az, s * i / n)
    return s


@kernel
def place_rows(rows, points, ground, height, t):
    """Fill route rows from points (n, 2) lat, lon [rad], ground and ellipsoidal height [m], time [s]."""
    for i in range(points.shape[0]):  # i point
        x, y, z = geodetic_to_ecef(points[i, 0], points[i, 1], height[i])
        pos = rows[i]["pos_ecef"]
        pos[0], pos[1], pos[2] = x, y, z
        rows[i]["t"], rows[i]["h_ell"], rows[i]["h_agl"] = t[i], height[i], height[i] - ground[i]


@kernel
def ground_along(dem, points, out):
    """Ellipsoidal height of the ground [m] at points (n, 2) lat, lon [rad], into out (n,)."""
    for i in range(points.shape[0]):  # i point
        out[i] = ground_height(dem, points[i, 0], points[i, 1])


def fly_route(turns: list[Turn], dem: Dem, undulation: float, t_start: float, dive_angle: float) -> Path:
    """Sample a route of at least two turns from t_start [s].

    undulation [m]: geoid above the ellipsoid, for heights above mean sea level. dive_angle [rad]: if positive, the last
    turn is a point to be hit, and the height before it is kept until a dive of that angle meets it.
    Raises BadInput where a waypoint or a leg runs below the ground.
    """
    points, share, legs = _points(turns, float(dem.h.max()) + GEOID_MARGIN)
    ground = np.empty(len(points))
    ground_along(dem, points, ground)
    clear = _highest_near(ground)
    height = _heights(turns, share, legs, ground, clear, undulation)
    if not all(inside(dem, *point) for point in points):
        raise BadInput(turns[0].where, "a route that leaves the terrain window", cure="shorter legs: more waypoints")
    _check_above_ground(turns, height, ground, legs)
    if dive_angle > 0:
        _dive(height, points, ground, legs, share, dive_angle)
    times, t_turns = _times(turns, points, height, share, legs, t_start)
    rows = np.zeros(len(points), dtype_of(TABLES["routes"]))
    place_rows(rows, points, ground, height, times)
    return Path(rows, t_turns)


def _points(turns: list[Turn], top: float) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int, float]]]:
    """lat, lon of all points; share of the leg done at each; per leg (first point, last point, length [m]).

    top [m]: height above which no ground can be; below it points are close, so that no ridge is stepped over.
    """
    points: list[np.ndarray] = [np.array([[turns[0].lat, turns[0].lon]])]
    share: list[np.ndarray] = [np.array([0.0])]
    legs = []
    first = 0
    for here, there in itertools.pairwise(turns):
        length = geodesic_inverse(here.lat, here.lon, there.lat, there.lon)[0]
        if length < 1.0:
            raise BadInput(there.where, "a waypoint on top of the one before",
                           cure="remove one of the two; aim adds its asset as the last waypoint by itself")
        low = here.ref == AGL or there.ref == AGL or min(here.height, there.height) < top
        n = max(math.ceil(length / (STEP_LOW if low else STEP_HIGH)), 1)
        leg = np.empty((n + 1, 2))
        sample_leg(here.lat, here.lon, there.lat, there.lon, n, leg)
        points.append(leg[1:])
        share.append(np.arange(1, n + 1) / n)
        legs.append((first, first + n, float(length)))
        first += n
    return np.concatenate(points), np.concatenate(share), legs


def _highest_near(ground: np.ndarray) -> np.ndarray:
    padded = np.pad(ground, LOOK_AHEAD, mode="edge")
    return np.max([padded[i : i + len(ground)] for i in range(2 * LOOK_AHEAD + 1)], axis=0)


def _heights(turns, share, legs, ground, clear, undulation) -> np.ndarray:
    """Ellipsoidal height at each point [m]: linear along a leg, above ground if both ends are, else above the ellipsoid."""
    height = np.empty(len(ground))
    for (here, there), (a, b, _) in zip(itertools.pairwise(turns), legs, strict=True):
        w = share[a : b + 1].copy()
        w[0] = 0.0
        if here.ref == AGL and there.ref == AGL:
            height[a : b + 1] = clear[a : b + 1] + here.height + w * (there.height - here.height)
        else:
            low, high = (_ell(turn, clear[i], undulation) for turn, i in ((here, a), (there, b)))
            height[a : b + 1] = low + w * (high - low)
    return height


def _ell(turn: Turn, ground: float, undulation: float) -> float:
    if turn.ref == ELL:
        return turn.height
    return turn.height + (ground if turn.ref == AGL else undulation)


def _check_above_ground(turns, height, ground, legs) -> None:
    for n, (a, b, length) in enumerate(legs):
        gap = height[a : b + 1] - ground[a : b + 1]
        worst = int(np.argmin(gap))
        if gap[worst] < -0.5:
            at_km = length * worst / max(b - a, 1) / 1e3
            raise BadInput(
                turns[n].where if worst < b - a else turns[n + 1].where,
                f"{-gap[worst]:.0f} m below the ground, {at_km:.1f} km after waypoint {n}",
                "a leg that stays above the terrain in use",
                f"raise it by {math.ceil(-gap[worst]) + 50:.0f} m, or give the height with ref: agl",
            )


def _dive(height, points, ground, legs, share, angle) -> None:
    """Keep the height of the last leg until a straight dive of the given angle meets the ground of its end."""
    a, b, length = legs[-1]
    to_go = length * (1.0 - share[a : b + 1])
    to_go[0] = length
    level = height[a] - ground[a] + ground[a : b + 1] if height[a] - ground[a] < 1000.0 else np.full(b + 1 - a, height[a])
    line = ground[b] + to_go * math.tan(angle)
    height[a : b + 1] = np.maximum(np.minimum(level, line), ground[a : b + 1])
    height[b] = ground[b]


def _times(turns, points, height, share, legs, t_start) -> tuple[np.ndarray, list[float]]:
    times = np.empty(len(points))
    times[0] = t_start
    t_turns = [t_start]
    for turn, (a, b, length) in zip(turns, legs, strict=False):
        step = length / (b - a)
        climb = np.diff(height[a : b + 1])
        times[a + 1 : b + 1] = times[a] + np.cumsum(np.sqrt(step * step + climb * climb)) / turn.speed
        t_turns.append(float(times[b]))
    return times, t_turns


def offset(turns: list[Turn], sideways: float) -> list[Turn]:
    """The same route flown abreast: each waypoint moved sideways [m, right positive] of the course."""
    if sideways == 0.0:
        return turns
    out = []
    for n, turn in enumerate(turns):
        here, there = (turn, turns[n + 1]) if n + 1 < len(turns) else (turns[n - 1], turn)
        _, az, az_end = geodesic_inverse(here.lat, here.lon, there.lat, there.lon)
        side = (az if n + 1 < len(turns) else az_end) + math.copysign(math.pi / 2, sideways)
        lat, lon, _ = geodesic_direct(turn.lat, turn.lon, side, abs(sideways))
        out.append(Turn(lat, lon, turn.height, turn.ref, turn.speed, turn.where))
    return out
