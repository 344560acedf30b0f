"""Flight paths: waypoints -> dense points of a geodesic route with heights over the terrain and times.

Between the points of a route the engine goes straight in ECEF; the points are so close that the chord stays within
0.1 m of the geodesic. What follows the terrain keeps its height over the highest ground within LOOK_AHEAD points, looked
up CRESTS times between two of them, so that no narrow crest is cut.
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
CRESTS = 8  # looks at the ground between two points: one every 31 m at STEP_LOW
APPROACH = 1000.0  # m before the aim within which a slope steeper than the dive is flown along, not passed over
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


@kernel
def crests_along(dem, points, height, crest, room):
    """Highest ground [m, ellipsoidal] and least room between the chord and the ground [m] from point i to point i + 1.

    points (n, 2): lat, lon [rad]; height (n,) of the chord's ends [m]; writes crest and room (n - 1,). The date line is no
    seam: longitudes of neighbours are compared within half a turn."""
    for i in range(crest.shape[0]):  # i stretch between two points
        lat, lon = points[i, 0], points[i, 1]
        d_lat, d_lon = points[i + 1, 0] - lat, points[i + 1, 1] - lon
        d_lon -= 2.0 * math.pi * math.floor(d_lon / (2.0 * math.pi) + 0.5)
        crest[i], room[i] = -math.inf, math.inf
        for j in range(CRESTS + 1):  # j look
            w = j / CRESTS
            ground = ground_height(dem, lat + w * d_lat, lon + w * d_lon)
            crest[i] = max(crest[i], ground)
            room[i] = min(room[i], height[i] + w * (height[i + 1] - height[i]) - ground)


def fly_route(turns: list[Turn], dem: Dem, undulation: float, t_start: float, dive_angle: float) -> Path:
    """Sample a route of at least two turns from t_start [s].

    undulation [m]: geoid above the ellipsoid, for heights above mean sea level. dive_angle [rad]: if positive, the last
    turn is a point to be hit, and the height before it is kept until a dive of that angle meets it.
    Raises BadInput where a waypoint or a leg runs below the ground.
    """
    points, share, legs = _points(turns, float(dem.h.max()) + GEOID_MARGIN)
    ground = np.empty(len(points))
    ground_along(dem, points, ground)
    crests, _ = _crests(dem, points, ground)
    clear = _highest_near(crests)
    height = _heights(turns, share, legs, ground, clear, undulation)
    if not all(inside(dem, *point) for point in points):
        raise BadInput(turns[0].where, "a route that leaves the terrain window", cure="shorter legs: more waypoints")
    if dive_angle > 0:
        _level_off(height, clear, legs[-1], turns[-2])
    _check_above_ground(turns, height, _crests(dem, points, height)[1], legs, dive_angle > 0)
    if dive_angle > 0:
        _dive(height, ground, crests, legs[-1], share, dive_angle)
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


def _crests(dem: Dem, points: np.ndarray, height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Highest ground of each stretch between two points, and the least room of the chord above it [m]."""
    crest, room = np.empty(len(points) - 1), np.empty(len(points) - 1)
    crests_along(dem, points, height, crest, room)
    return crest, room


def _highest_near(crests: np.ndarray) -> np.ndarray:
    """Highest ground [m] within LOOK_AHEAD stretches before and behind each point; crests: that of each stretch."""
    padded = np.pad(crests, LOOK_AHEAD, mode="edge")
    return np.max([padded[i : i + len(crests) + 1] for i in range(2 * LOOK_AHEAD)], axis=0)


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


def _check_above_ground(turns, height, room, legs, dives: bool) -> None:
    """room: least height of each stretch above the ground [m]; the last one of a weapon that dives ends at the ground."""
    for n, (a, b, length) in enumerate(legs):
        gap = room[a : b - 1 if dives and n == len(legs) - 1 else b]
        if not len(gap) or gap.min() >= -0.5:
            continue
        worst = int(np.argmin(gap))
        at_km = length * (worst + 0.5) / max(b - a, 1) / 1e3
        raise BadInput(
            turns[n].where if worst < b - a - 1 else turns[n + 1].where,
            f"{-gap[worst]:.0f} m below the ground, {at_km:.1f} km after waypoint {n}",
            "a leg that stays above the terrain in use",
            f"raise it by {math.ceil(-gap[worst]) + 50:.0f} m, or give the height with ref: agl",
        )


def _level_off(height, clear, leg, turn: Turn) -> None:
    """Let the last leg keep the height at its first waypoint: over the ground if that is given so, else above the sea."""
    a, b, _ = leg
    height[a : b + 1] = clear[a : b + 1] + turn.height if turn.ref == AGL else height[a]


def _dive(height, ground, crests, leg, share, angle) -> None:
    """Leave the level of the last leg where a straight dive of the given angle meets its end; a crest in the way of that dive
    is passed first. Where the slope at the end itself is steeper than the dive, the weapon comes in along the slope."""
    a, b, length = leg
    to_go = length * (1.0 - share[a : b + 1])
    to_go[0] = length
    line = ground[b] + to_go * math.tan(angle)
    blocked = (np.minimum(line[:-1], line[1:]) < crests[a:b] - 0.5) & (to_go[1:] > APPROACH)
    begin = int(np.flatnonzero(blocked)[-1]) + 2 if blocked.any() else 0
    dive = np.minimum(height[a : b + 1], line)
    dive[:begin] = height[a : a + begin]
    height[a : b + 1] = np.maximum(dive, ground[a : b + 1])
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
