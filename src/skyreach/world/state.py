"""The state of one run as kernels take it: World, what never changes: Model, samples on their way to disk: Log."""

from typing import NamedTuple

import numpy as np

from skyreach.world.tables import LOG_TABLES, TABLES, dtype_of


class World(NamedTuple):
    """State of one run; each member is a structured array with the dtype of TABLES under its name."""

    sites: np.ndarray
    radars: np.ndarray
    launchers: np.ndarray
    missiles: np.ndarray
    targets: np.ndarray
    routes: np.ndarray
    tracks: np.ndarray
    assignments: np.ndarray
    links: np.ndarray
    events: np.ndarray
    looks: np.ndarray  # shape (radars, targets)
    banks: np.ndarray  # one per track and, last, two as scratch; none where tracks have no banks
    fixes: np.ndarray  # shape (tracks, radars)
    limits: np.ndarray  # shape (sites, targets)
    waits: np.ndarray  # shape (sites, tracks)
    changes: np.ndarray  # in order of time
    tactics: np.ndarray  # of the targets that do more than fly their route
    marches: np.ndarray  # of the fire units that change their position
    berths: np.ndarray  # where the parts of those stand, by unit and position
    plots: np.ndarray
    late: np.ndarray  # plots on their way; no row where none takes time
    clock: np.ndarray  # shape (1,)


class Model(NamedTuple):
    """What does not change during a run and may be shared by threads."""

    params: np.ndarray  # PARAMS, shape (1,)
    missile_types: np.ndarray  # MISSILE_TYPES
    drag: np.ndarray  # f8 (types, mach steps): drag coefficient at mach = i * DRAG_STEP
    air: np.ndarray  # f8 (heights, 2): density [kg/m3], speed of sound [m/s] at i * air_dh
    reach: (
        np.ndarray
    )  # f4 (types, heights, ranges, 2): time of flight [s], arrival speed [m/s]; inf, 0 out of reach
    floors: np.ndarray  # f4 (maps, layers, azimuths, ranges): floor, ceiling of a duct [m, ellipsoidal], earth.traced
    losses: np.ndarray  # f4 (radars.maps, heights, ranges): two-way loss of air and rain over that of the reference [Np of power]
    clutter: np.ndarray  # f4 (radars.maps, azimuths, ranges): echo of the surface in the cell over the noise, before the filter
    sea: np.ndarray  # u1 (maps, azimuths, ranges): 1 where the surface is sea; rows as floors
    airways: np.ndarray  # AIRWAYS
    ground: tuple  # earth.terrain.Dem: ellipsoidal height of the ground


class Log(NamedTuple):
    """Samples of a run on their way to disk; n holds the rows used of each table, in this order."""

    truth: np.ndarray
    plots: np.ndarray
    tracks: np.ndarray
    flights: np.ndarray
    reasons: np.ndarray
    n: np.ndarray  # i8 (5,)


def rows(table: str, n: int | tuple[int, ...]) -> np.ndarray:
    """Zeroed rows of a table of TABLES."""
    return np.zeros(n, dtype_of(TABLES[table]))


def new_log(capacity: int) -> Log:
    """Empty log with the given rows in each table."""
    tables = {name: np.zeros(capacity, dtype_of(fields)) for name, fields in LOG_TABLES.items()}
    return Log(n=np.zeros(len(tables), np.int64), **tables)


def copy_world(world: World) -> World:
    """A world that shares nothing with the given one (routes stay shared where no target leaves its own)."""
    fixed = len(world.tactics) == 0
    return World(*(table if name == "routes" and fixed else table.copy() for name, table in world._asdict().items()))
