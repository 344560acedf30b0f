"""Paths of what moves: of what flies thinned so that straight lines in ECEF and time between the points left are off by a
stated tolerance, of what marches whole."""

import math
from dataclasses import dataclass, replace

import numpy as np

from skyreach.formats.reader import Entity, Feed
from skyreach.intake.points import ecef, keep_points
from skyreach.records.whereabouts import Stay

LONGEST = 60.0  # s between two points that are kept, so that tools that go straight in degrees stay close too
TOLERANCE = 10.0  # m


@dataclass(frozen=True)
class Path:
    """Points of one entity: t [s], lat, lon [deg], h_msl [m]."""

    t: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    h: np.ndarray


def paths(feed: Feed, tolerance: float = TOLERANCE) -> dict[int, Path]:
    """Path of each entity that moved, by its number; tolerance 0 keeps every sample. Read window by window."""
    parts: list[tuple[np.ndarray, ...]] = []
    for _, motion in feed.motion():
        order = np.lexsort((motion.t, motion.number))
        number, t = motion.number[order], motion.t[order]
        lat, lon, h = motion.lat[order], motion.lon[order], motion.h[order]
        keep = np.zeros(number.size, np.bool_)
        if tolerance > 0.0:
            pos = np.empty((number.size, 3))
            ecef(lat, lon, feed.ellipsoidal(h), pos)
            keep_points(number, t, pos, tolerance, LONGEST, keep)
        else:
            keep[:] = True
        parts.append(tuple(column[keep] for column in (number, t, lat, lon, h)))
    whole = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    order = np.lexsort((whole[1], whole[0]))
    number, *rest = (column[order] for column in whole)
    cuts = np.flatnonzero(np.diff(number)) + 1
    pieces = zip(*(np.split(column, cuts) for column in rest), strict=True)
    found = number[np.concatenate([[0], cuts])] if number.size else []
    return {int(n): Path(*piece) for n, piece in zip(found, pieces, strict=False)}


def driven(feed: Feed) -> dict[int, Path]:
    """Path of each site and radar that marched, by its number, from 0 to the end of the run; straight in between."""
    return {number: Path(*moved.points.T) for number, moved in feed.moves.items()}


def stays(feed: Feed, entity: Entity) -> list[Stay]:
    """The stays of what stands, as long as it works: t_to inf where it neither left nor was lost."""
    end = math.inf if entity.t_to is None else entity.t_to
    moved = feed.moves.get(entity.number)
    if moved is None:
        return [] if entity.at is None else [Stay(1, entity.at, 0.0, end)]
    last = [replace(stay, t_to=end if stay.t_to == moved.duration else min(stay.t_to, end)) for stay in moved.stays]
    return [stay for stay in last if stay.t_from < end]


def course(number: np.ndarray, t: np.ndarray, pos: np.ndarray) -> np.ndarray:
    """Velocity (n, 3) [m/s, ECEF] at samples ordered by entity, then time: towards the next sample, at the last one as
    before it; zero where an entity has one sample only."""
    vel = np.zeros_like(pos)
    if number.size < 2:
        return vel
    same = number[1:] == number[:-1]
    ahead = np.zeros_like(pos)
    ahead[:-1] = np.diff(pos, axis=0) / np.maximum(np.diff(t), 1e-6)[:, None]
    follows = np.append(same, False)
    vel[follows] = ahead[follows]
    final = np.insert(same, 0, False) & ~follows
    rows = np.flatnonzero(final)
    vel[rows] = ahead[rows - 1]
    return vel
