"""What one radar makes of each cell of a polar grid: the odds of detection, by the functions that the engine looks with."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from skyreach.earth.geodesy import geodetic_to_ecef
from skyreach.engine.geometry import to_enu, wrap
from skyreach.engine.propagation import echoes_around, path_factor
from skyreach.errors import BadInput
from skyreach.jit import kernel, lean
from skyreach.physics.echo import detected_with, heard, jam_to_noise, one_way_gain, signal_of
from skyreach.scenario.surroundings import Surroundings
from skyreach.world.tables import PARAMS, dtype_of

TWO_PI = 2.0 * math.pi


class View(NamedTuple):
    """Polar maps of one radar, nodes at i * 2 pi / n_az and (j + 1) * dr; heights ellipsoidal [m]."""

    floor: np.ndarray  # lowest visible height
    ground: np.ndarray
    datum: np.ndarray  # what heights of targets refer to
    sea: np.ndarray  # u1, 1 where wet
    loss: np.ndarray  # two-way loss of air and rain (heights, ranges), see physics.path_loss
    clutter: np.ndarray  # echo of the surface over the noise, before the filter
    jammers: np.ndarray  # f8 (n, 3): azimuth, elevation [rad], noise over the own on axis [1]


class Jammer(NamedTuple):
    """A noise jammer that stands still: place [deg, m msl], density with its antenna's gain [W/Hz], band [Hz]."""

    lat_deg: float
    lon_deg: float
    h_msl: float
    density: float
    low: float
    high: float


class Eye(NamedTuple):
    """What a target shows to the radars: cross-section by band of TABLES['targets'] [m2], Swerling case, radial speed [m/s]."""

    rcs: tuple[float, float, float]
    swerling: int
    v_radial: float


def map_params(around: Surroundings, dr: float) -> np.ndarray:
    """Row of PARAMS for a map whose nodes are dr [m] apart."""
    params = np.zeros(1, dtype_of(PARAMS))
    around.fill_params(params[0])
    params[0]["k"], params[0]["floor_dr"], params[0]["clutter_dr"] = around.k, dr, dr
    return params


def views(
    around: Surroundings, radars: np.ndarray, floors: Sequence[np.ndarray], ground: np.ndarray, datum: np.ndarray,
    sea: np.ndarray, dr: float, jammers: Sequence[Jammer] = (), undulation: float = 0.0,
) -> list[View]:  # fmt: skip
    """The view of each radar row (place, catalogue columns filled; rain and losses are written here) over its floor map."""
    around.complete(radars)
    losses = around.losses(radars)
    out = []
    for radar, floor, loss in zip(radars, floors, losses, strict=True):
        clutter = around.ground_echo(radar, floor, ground, sea, dr, loss)
        out.append(View(floor, ground, datum, sea, loss, clutter, _levels(radar, floor, dr, jammers, undulation)))
    return out


def _levels(radar: np.void, floor: np.ndarray, dr: float, jammers: Sequence[Jammer], undulation: float) -> np.ndarray:
    """Azimuth, elevation [rad] and noise over the own on axis [1] of each jammer that a radar sees and that covers it."""
    rows = []
    for jammer in jammers:
        h = jammer.h_msl + undulation
        x, y, z = geodetic_to_ecef(math.radians(jammer.lat_deg), math.radians(jammer.lon_deg), h)
        e, n, u = to_enu(radar, (x, y, z))
        s = radar["radius"] * math.atan2(math.hypot(e, n), radar["radius"] + radar["h_ell"] + u)
        az, column = math.atan2(e, n) % TWO_PI, round(s / dr) - 1
        if column >= floor.shape[1]:
            raise BadInput(f"jammer at {jammer.lat_deg:g},{jammer.lon_deg:g}", f"{s / 1e3:.0f} km from the radar",
                           f"within the map, {floor.shape[1] * dr / 1e3:.0f} km", "a wider map: --range")  # fmt: skip
        row = round(az / TWO_PI * floor.shape[0]) % floor.shape[0]
        if jammer.low <= radar["frequency"] <= jammer.high and h >= floor[row, max(column, 0)]:
            level = jam_to_noise(radar, jammer.density, 1.0, math.sqrt(e * e + n * n + u * u))
            rows.append((az, math.atan2(u, math.hypot(e, n)), level))
    return np.array(rows, dtype=float).reshape(-1, 3)


@lean
def jamming_towards(radar, jammers, az, el):
    """Jamming over the noise [1] of a beam towards az, el [rad]; jammers as in View."""
    total = 0.0
    for j in range(jammers.shape[0]):  # j jammer
        total += jammers[j, 2] * one_way_gain(radar, wrap(jammers[j, 0] - az) * math.cos(el), jammers[j, 1] - el)
    return total


@kernel
def fill_pd(p, radar, view, height, dr, rcs, case, v_radial, out):
    """Probability of detection in one look [1] of a target at height [m] above view.datum in each cell, into out f4 (n_az, n_r).

    p: row of PARAMS; rcs [m2], Swerling case, radial speed [m/s]. The cabin turns: azimuth sectors do not limit. Elevation is
    geometric, as in engine.sense; heights above ellipsoid and sphere are not told apart (30 m at 400 km).
    Validated: test_coverage, test_coverage_sight."""
    n_az, n_r = out.shape
    R, h_ant = radar["radius"], radar["h_ell"]
    low, high = radar["tan_el_min"], radar["tan_el_max"]
    for i in range(n_az):  # i azimuth
        az = i * TWO_PI / n_az
        for j in range(n_r):  # j range
            out[i, j] = 0.0
            h = float(view.datum[i, j]) + height
            if not h >= view.floor[i, j]:
                continue
            s = (j + 1) * dr
            across, up = (R + h) * math.sin(s / R), (R + h) * math.cos(s / R) - R - h_ant
            r = math.sqrt(across * across + up * up)
            if r > radar["r_max"] or up < low * across or up > high * across:
                continue
            el = math.atan2(up, across)
            h_over = h - float(view.ground[i, j])
            path = path_factor(p, view.loss, view.sea, radar, h, h_over, az, s, r)
            signal = signal_of(radar, rcs, r, el, path)
            still, rain = echoes_around(p, view.clutter, radar, path, h, h_over, az, s, r)
            jam = jamming_towards(radar, view.jammers, az, el) if view.jammers.shape[0] > 0 else 0.0
            out[i, j] = detected_with(radar, case, heard(radar, signal, v_radial, still, rain, jam))
