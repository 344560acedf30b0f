"""What a policy is shown of the war, and what it answers: small frozen records, never the truth, only what the defence knows.

SI units without a suffix: m, s, m/s, rad; all else says its unit. Positions and velocities are ECEF (WGS84, earth-fixed), angles
of radars are of their own place, azimuth clockwise from true north.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skyreach.earth.geodesy import ecef_to_geodetic

Vector = tuple[float, float, float]
IDENTITIES = ("unknown", "hostile", "friend", "civil")


class _Placed:
    """Latitude, longitude [deg] and height above the ellipsoid [m] of what has a `pos_ecef`."""

    pos_ecef: Vector

    @cached_property
    def _geodetic(self) -> Vector:
        lat, lon, h = ecef_to_geodetic(*self.pos_ecef)
        return math.degrees(lat), math.degrees(lon), h

    @property
    def lat_deg(self) -> float:
        """Geodetic latitude [deg], WGS84."""
        return self._geodetic[0]

    @property
    def lon_deg(self) -> float:
        """Longitude [deg], east positive."""
        return self._geodetic[1]

    @property
    def h_ell(self) -> float:
        """Height above the ellipsoid [m]."""
        return self._geodetic[2]


@dataclass(frozen=True)
class Track(_Placed):
    """A track as the defence has it. Estimates hold at time `t` [s] of the run."""

    number: int  # never used twice in a run
    firm: bool
    identity: str  # one of IDENTITIES
    passes_as: str  # class by speed and height: aircraft, cruise, drone, ballistic or arm
    t: float  # s, of the estimate
    pos_ecef: Vector  # m
    vel_ecef: Vector  # m/s
    sigma: float  # m, one-sigma error of the position on one axis (root of the mean variance) at the last plot
    t_first: float  # s, first plot
    t_plot: float  # s, last plot
    plots: int  # taken so far
    missiles: int = 0  # ordered on it or in flight at it
    t_left: float = math.inf  # s, until its course is nearest to what it threatens; below 0: overdue; inf: on course for nothing
    weight: float = 0.0  # threat value [1] of the rule in force; 0 where it is not reckoned

    @property
    def speed(self) -> float:
        """Speed over the earth [m/s]."""
        return math.sqrt(sum(v * v for v in self.vel_ecef))

    @cached_property
    def _vel_enu(self) -> Vector:
        return tuple((_enu_from_ecef(self.lat_deg, self.lon_deg) @ np.array(self.vel_ecef)).tolist())

    @property
    def course_deg(self) -> float:
        """Course over the ground [deg], clockwise from true north, 0 to 360."""
        east, north, _ = self._vel_enu
        return math.degrees(math.atan2(east, north)) % 360.0

    @property
    def climb(self) -> float:
        """Speed upwards [m/s]."""
        return self._vel_enu[2]

    def at(self, t: float) -> Vector:
        """Position [m, ECEF] at time t [s] on a straight course."""
        x, y, z = (p + (t - self.t) * v for p, v in zip(self.pos_ecef, self.vel_ecef, strict=True))
        return x, y, z


@dataclass(frozen=True)
class TrackState(Track):
    """A track as a tracker needs it: the estimate as it stands in the file, at its own time `t`, and its covariance."""

    cov: tuple[tuple[float, ...], ...] = ()  # 6 x 6 of (pos_ecef, vel_ecef): m2, m2/s, m2/s2


@dataclass(frozen=True)
class Unit(_Placed):
    """A fire unit."""

    name: str
    pos_ecef: Vector  # m
    alive: bool
    target_channels: int  # free now
    missile_channels: int  # free now
    rounds: Mapping[str, int]  # missile -> rounds ready that no order has claimed
    salvo: int  # missiles that doctrine fires at a target in one go
    release: str  # whose leave it needs by the scenario: own, superior or dual_key
    cut_off: bool  # no command post speaks to it now


@dataclass(frozen=True)
class Asset(_Placed):
    """Something that is defended."""

    name: str
    pos_ecef: Vector  # m
    value: float  # 1, as the scenario gives it
    alive: bool


@dataclass(frozen=True)
class Missile:
    """A type of missile, as the defence reckons with it."""

    name: str
    cost_usd: float
    kill_probability: Mapping[str, float]  # by what a track passes as: reliability times Pk at no miss
    target_speed: float  # m/s, fastest target


@dataclass(frozen=True)
class Option:
    """A fire unit could engage a track with a missile now: sight, reach, rules, rounds and channels allow it."""

    unit: str
    track: int  # number
    missile: str
    delay: float  # s, from the order to the first launch
    flight: float  # s, of the missile
    kill_probability: float  # 1, of one missile, by plan
    cost_usd: float  # of one missile
    shots: int  # that doctrine would fire
    most_shots: int  # that rounds and channels allow


@dataclass(frozen=True)
class Order:
    """Engage a track (by its number) from a unit with a missile; shots: how many, by doctrine where None."""

    unit: str
    track: int
    missile: str
    shots: int | None = None


@dataclass(frozen=True)
class Contact:
    """A firm track and what speaks for its identity."""

    track: Track
    answer: str  # to the interrogation: "not asked" yet, "none", "friend" or "civil"
    on_airway: bool  # within an airway and along it, no faster than airliners
    seen_as: str | None  # by an optical channel that has it in sight: hostile, friend or civil; None: none has


@dataclass(frozen=True)
class Leave:
    """Answer to a unit that asks for leave to fire."""

    granted: bool
    after: float = 0.0  # s, from the question to the answer, a day at most
    ask_again: float | None = None  # s, after a refusal until it may ask again about that track; None: as the scenario says


@dataclass(frozen=True)
class Plot:
    """One detection of a radar. Errors are one sigma at this echo."""

    r_slant: float  # m
    az: float  # rad
    el: float  # rad
    sigma_r: float  # m
    sigma_az: float  # rad
    sigma_el: float  # rad
    snr: float  # 1, linear
    pos_ecef: Vector  # m
    strobe: bool = False  # the bearing of a jammer; its range is a guess


@dataclass(frozen=True)
class Radar(_Placed):
    """The radar of a scan."""

    name: str
    pos_ecef: Vector  # m
    enu_from_ecef: tuple[Vector, Vector, Vector]  # rotation to its east, north, up
    update: float  # s, between two looks in search


@dataclass(frozen=True)
class Estimate:
    """State of a track at the time of the scan."""

    pos_ecef: tuple[float, ...]  # 3, m
    vel_ecef: tuple[float, ...]  # 3, m/s
    cov: tuple[tuple[float, ...], ...]  # 6 x 6, symmetric and positive definite: m2, m2/s, m2/s2


@dataclass(frozen=True)
class Hit:
    """Plot number `plot` of the scan (from 0) belongs to the track of this number; None begins a new one. A plot without a hit
    is thrown away. estimate: by the built-in filter where None."""

    plot: int
    track: int | None
    estimate: Estimate | None = None


@dataclass(frozen=True)
class Briefing:
    """What stands before the run begins."""

    scenario: str
    duration: float  # s
    frame: float  # s
    units: tuple[Unit, ...]
    assets: tuple[Asset, ...]
    missiles: Mapping[str, Missile]


def _enu_from_ecef(lat_deg: float, lon_deg: float) -> np.ndarray:
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    sin_lat, cos_lat, sin_lon, cos_lon = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    return np.array([
        [-sin_lon, cos_lon, 0.0],
        [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
        [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat],
    ])  # fmt: skip
