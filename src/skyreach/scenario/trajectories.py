"""Paths that gravity or a manoeuvre makes: free flight, a weave at the end, a pop-up, approaches from several sides."""

import math

import numpy as np

from skyreach.earth.geodesy import ecef_to_geodetic, geodesic_direct, geodesic_inverse, geodetic_to_ecef
from skyreach.earth.grid import Dem, ground_height
from skyreach.errors import BadInput
from skyreach.physics.ballistics import free_flight_angle, minimum_energy
from skyreach.physics.gravity import WGS84_MU as EARTH_MU
from skyreach.scenario.conduct import PopUp, Swarm, Weave
from skyreach.scenario.routes import AGL, ELL, MSL, Path, Turn
from skyreach.world.tables import TABLES, dtype_of

ARC_STEP = 1.0  # s between rows of a free flight: the chord sags g/8 m
SHORTEST = 1000.0  # m: nothing is launched at what is nearer, and the arc would have no length
SINE_STEPS = 24  # rows of a weave in one period


def free_flight(turns: list[Turn], high: bool, dem: Dem, undulation: float, t_start: float) -> Path:
    """Rows of a flight without thrust and air from the first turn, at its speed, to the ground at the last.

    An ellipse about the centre of a sphere with the radius of the ellipsoid here, which does not turn (Bate, Mueller and White,
    ch. 6); the difference in height of its ends is spread evenly over the way. Air is left out: speeds low down are too high, and
    the less so the heavier the body. Validated: tests/scenario/test_trajectories.py. BadInput if too slow."""
    here, aim = turns[0], turns[-1]
    length, az, _ = geodesic_inverse(here.lat, here.lon, aim.lat, aim.lon)
    if length < SHORTEST:
        allowed, cure = f"an aim {SHORTEST / 1e3:g} km or more away", "launch further off, or without ballistic"
        raise BadInput(here.where, f"free flight to an aim {length:.0f} m away", allowed, cure)
    ground = [float(ground_height(dem, turn.lat, turn.lon)) for turn in (here, aim)]
    h0 = here.height + {AGL: ground[0], MSL: undulation, ELL: 0.0}[here.ref]
    radius = float(np.linalg.norm(geodetic_to_ecef(here.lat, here.lon, 0.0)))
    gamma = free_flight_angle(float(length), here.speed, EARTH_MU, radius, high)
    if gamma <= 0.0:  # at orbital speed and above the flat arc goes down and through the earth
        raise BadInput(
            here.where, f"free flight by the low arc at {here.speed:g} m/s",
            f"below {math.sqrt(EARTH_MU / radius):.0f} m/s, the speed of an orbit", "a lower speed_mps, or ballistic: high",
        )  # fmt: skip
    if math.isnan(gamma):
        q = here.speed * here.speed * radius / EARTH_MU
        reach = 2.0 * radius * math.asin(q / (2.0 - q)) / 1e3 if q < 1.0 else math.inf
        least = minimum_energy(float(length), EARTH_MU, radius)[0]
        raise BadInput(
            here.where, f"free flight at {here.speed:g} m/s to an aim {length / 1e3:.1f} km away", f"at most {reach:.1f} km",
            f"launch nearer, or with speed_mps of {math.ceil(least)} or more",
        )  # fmt: skip
    times, way, height = _ellipse(here.speed, gamma, radius, float(length))
    height += h0 + (ground[1] - h0) * way / length
    points = [geodesic_direct(here.lat, here.lon, az, s)[:2] for s in way]
    points[-1] = (aim.lat, aim.lon)
    rows = _rows_at([geodetic_to_ecef(lat, lon, h) for (lat, lon), h in zip(points, height, strict=True)], t_start + times, dem)
    return Path(rows, [t_start, float(rows["t"][-1])])


def _ellipse(speed: float, gamma: float, radius: float, length: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times [s], way along the sphere [m] and height above it [m] of a free flight between two points of the sphere."""
    a = 1.0 / (2.0 / radius - speed * speed / EARTH_MU)
    p = (radius * speed * math.cos(gamma)) ** 2 / EARTH_MU
    e = math.sqrt(max(1.0 - p / a, 0.0))
    start = math.acos(max(-1.0, min(1.0, (1.0 - radius / a) / e)))  # eccentric anomaly; the apogee is at pi
    period = math.sqrt(a**3 / EARTH_MU)
    tof = 2.0 * period * (math.pi - start + e * math.sin(start))
    n = max(math.ceil(tof / ARC_STEP), 2)
    anomaly = np.linspace(start, 2.0 * math.pi - start, n + 1)
    times = period * (anomaly - e * np.sin(anomaly) - (start - e * math.sin(start)))
    true = 2.0 * np.arctan2(math.sqrt(1.0 + e) * np.sin(0.5 * anomaly), math.sqrt(1.0 - e) * np.cos(0.5 * anomaly))
    way = radius * (true - true[0])
    return times, way * (length / way[-1]), a * (1.0 - e * np.cos(anomaly)) - radius


def _rows_at(places: list, times: np.ndarray, dem: Dem) -> np.ndarray:
    """Route rows of ECEF places [m] at times [s]."""
    rows = np.zeros(len(places), dtype_of(TABLES["routes"]))
    for row, place, t in zip(rows, places, times, strict=True):
        lat, lon, h = ecef_to_geodetic(*(float(v) for v in place))
        row["t"], row["pos_ecef"], row["h_ell"], row["h_agl"] = t, place, h, h - ground_height(dem, lat, lon)
    return rows


def weave(path: Path, how: Weave, g: float, hand: int, dem: Dem, where: str) -> Path:
    """The path with a sideways displacement A (1 - cos wt), A = g / w^2, over the last whole periods: a sine of
    acceleration g [m/s2], as in Zarchan, Tactical and Strategic Missile Guidance, 6th ed., ch. 20. hand 1: to the right first.

    The times at which it passes stay as they were. BadInput where it would run into the ground or has no time for a period."""
    rows = path.rows
    end = float(rows["t"][-1])
    n = int(how.last_s // how.period_s)
    if n < 1 or end - rows["t"][0] <= n * how.period_s:
        span = min(how.last_s, end - float(rows["t"][0]))
        raise BadInput(where, f"{span:.1f} s of flight", f"at least one period of {how.period_s:g} s, within the flight",
                       "a shorter last_s or period_s")
    begin, omega = end - n * how.period_s, 2.0 * math.pi / how.period_s
    times = np.unique(np.append(np.linspace(begin, end, n * SINE_STEPS + 1), rows["t"][rows["t"] > begin]))
    places = np.stack([np.interp(times, rows["t"], rows["pos_ecef"][:, a]) for a in range(3)], axis=1)
    course = places[-1] - places[0]
    right = np.cross(course, places)
    right /= np.sqrt((right * right).sum(axis=1))[:, None]
    aside = hand * g / omega**2 * (1.0 - np.cos(omega * (times - begin)))
    aside[-1] = 0.0
    woven = _rows_at(list(places + aside[:, None] * right), times, dem)
    woven[-1] = rows[-1]
    if woven["h_agl"][:-1].min() < -0.5:
        raise BadInput(where, f"{-woven['h_agl'].min():.0f} m below the ground in the weave", cure="less g, or a shorter period")
    return Path(np.concatenate([rows[rows["t"] < begin], woven]), path.t_turns)


def pop_up(turns: list[Turn], how: PopUp, where: str) -> list[Turn]:
    """The turns with the begin and the top of a climb before the last one, the aim."""
    last, aim = turns[-2], turns[-1]
    length, az, _ = geodesic_inverse(last.lat, last.lon, aim.lat, aim.lon)
    begin = how.at_km * 1e3
    top = begin - (how.height_m - last.height) / math.tan(math.radians(how.climb_deg))
    if last.ref != AGL or how.height_m <= last.height:
        given = f"a last waypoint at {last.height:g} m {'agl' if last.ref == AGL else 'msl'}"
        raise BadInput(where, given, f"ref: agl, and lower than height_m = {how.height_m:g} of the pop-up",
                       "a lower last waypoint, or a higher pop-up")
    if begin >= length or top <= 0.0:
        allowed = f"at_km below {length / 1e3:.1f}, the last leg, and room to climb"
        cure = "a smaller at_km, or a longer last leg" if begin >= length else "a larger at_km, or a steeper climb_deg"
        raise BadInput(where, f"a climb from {how.at_km:g} to {top / 1e3:.1f} km before the aim", allowed, cure)
    out = list(turns[:-1])
    for distance, height in ((begin, last.height), (top, how.height_m)):
        lat, lon, _ = geodesic_direct(last.lat, last.lon, az, length - distance)
        out.append(Turn(lat, lon, height, AGL, last.speed, where))
    return [*out, Turn(aim.lat, aim.lon, how.height_m, AGL, aim.speed, aim.where)]


def from_side(swarm: Swarm, i: int, aim: Turn, speed: float, where: str) -> Turn:
    """Where weapon i of a swarm comes from."""
    bearing = math.radians(swarm.from_deg[i % len(swarm.from_deg)])
    lat, lon, _ = geodesic_direct(aim.lat, aim.lon, bearing, swarm.distance_km * 1e3)
    return Turn(lat, lon, swarm.height_m, AGL if swarm.ref == "agl" else MSL, speed, where)

