"""What one radar makes of each cell of a polar grid: the odds of detection, by the functions that the engine looks with."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from skyreach.earth.floor import share
from skyreach.earth.geodesy import geodetic_to_ecef
from skyreach.engine.geometry import to_enu, wrap
from skyreach.engine.jamming import covers, radiates_to
from skyreach.engine.propagation import echoes_around, path_factor, reflection_factor
from skyreach.errors import BadInput
from skyreach.jit import kernel, lean
from skyreach.physics.echo import detected_with, heard, jam_to_noise, one_way_gain, signal_of
from skyreach.physics.path_loss import LOSS_DH, loss_at
from skyreach.physics.radar import snr_at
from skyreach.scenario.surroundings import Surroundings
from skyreach.world.codes import MULTIPATH_OFF, MULTIPATH_SEA
from skyreach.world.tables import PARAMS, TABLES, dtype_of

TWO_PI = 2.0 * math.pi
LEVELS = 32  # heights of the antenna to a lobe at which reflections are computed; lines between
COLUMNS = 20  # of the map, to a piece of work
MOST = 16.0  # a reflection lifts the echo no more than that: two rays in step, there and back


class View(NamedTuple):
    """Polar maps of one radar, nodes at i * 2 pi / n_az and (j + 1) * dr; heights ellipsoidal [m]."""

    maps: np.ndarray  # f4 (layers, n_az, n_r): lowest visible height, and the ceiling of a duct where rays are traced
    ground: np.ndarray
    datum: np.ndarray  # what heights of targets refer to
    sea: np.ndarray  # u1, 1 where wet
    loss: np.ndarray  # two-way loss of air and rain (heights, ranges), see physics.path_loss
    clutter: np.ndarray  # echo of the surface over the noise, before the filter
    jammers: np.ndarray  # f8 (n, 3): azimuth, elevation [rad], noise over the own on axis [1]
    carried: float = 0.0  # noise over the own [1], at 1 m, of a jammer that the target carries

    @property
    def floor(self) -> np.ndarray:
        """Lowest visible height (n_az, n_r)."""
        return np.asarray(self.maps[0])


class Bounds(NamedTuple):
    """What makes most cells of a map cheap."""

    low: np.ndarray  # fill_antenna
    high: np.ndarray
    signals: np.ndarray  # fill_signals
    first: np.ndarray  # by column of the map, where its reflections begin; none: they are computed cell by cell
    reflections: np.ndarray  # fill_reflections


class Jammer(NamedTuple):
    """A noise jammer that stands still: place [deg, m msl], density with its antenna's gain [W/Hz], band [Hz]; a latitude that is
    not a number: the target carries it."""

    lat_deg: float
    lon_deg: float
    h_msl: float
    density: float
    low: float
    high: float
    name: str = "jammer"

    @property
    def carried(self) -> bool:
        """Whether the target carries it."""
        return math.isnan(self.lat_deg)


class Eye(NamedTuple):
    """What a target shows to the radars: cross-section by band of TABLES['targets'] [m2], Swerling case, radial speed [m/s]."""

    rcs: tuple[float, float, float]
    swerling: int
    v_radial: float


def map_params(around: Surroundings, dr: float) -> np.ndarray:
    """Row of PARAMS for a map whose nodes are dr [m] apart."""
    params = np.zeros(1, dtype_of(PARAMS))
    around.fill_params(params[0])
    params[0]["floor_dr"], params[0]["clutter_dr"], params[0]["cell_dr"] = dr, dr, dr
    return params


def views(
    around: Surroundings, radars: np.ndarray, maps: Sequence[np.ndarray], ground: np.ndarray, datum: np.ndarray,
    sea: np.ndarray, dr: float, jammers: Sequence[Jammer] = (), undulation: float = 0.0,
) -> list[View]:  # fmt: skip
    """The view of each radar row (place, catalogue columns filled; rain and losses are written here) over its maps of sight."""
    around.complete(radars)
    losses = around.losses(radars)
    out = []
    p = map_params(around, dr)[0]
    for radar, seen, loss in zip(radars, maps, losses, strict=True):
        clutter = around.ground_echo(radar, seen[0], ground, sea, dr, loss)
        levels, carried, beyond = jamming_of(p, radar, seen, jammers, undulation)
        for jammer, s in beyond:
            raise BadInput(f"{jammer.name} at {jammer.lat_deg:g},{jammer.lon_deg:g}", f"{s / 1e3:.0f} km from the radar",
                           f"within the map, {seen.shape[2] * dr / 1e3:.0f} km", "a wider map: --range")  # fmt: skip
        out.append(View(seen, ground, datum, sea, loss, clutter, levels, carried))
    return out


def jamming_of(
    p: np.void, radar: np.void, maps: np.ndarray, jammers: Sequence[Jammer], undulation: float
) -> tuple[np.ndarray, float, list[tuple[Jammer, float]]]:
    """What jams a radar: azimuth, elevation [rad] and noise over the own on axis [1] of each standing jammer that it sees and
    that covers it, (n, 3); noise over the own at 1 m of those that the target carries [1]; and the jammers that stand beyond its
    maps of sight, with their ground range [m]. undulation: geoid over ellipsoid at the jammers [m]."""
    rows, beyond, row = [], [], np.zeros(1, dtype_of(TABLES["targets"]))[0]
    own = [jammer.density for jammer in jammers if jammer.carried and covers(radar, jammer.low, jammer.high)]
    reach = maps.shape[2] * float(p["floor_dr"])
    for jammer in jammers:
        if jammer.carried:
            continue
        row["jam_low"], row["jam_high"], row["h_ell"] = jammer.low, jammer.high, jammer.h_msl + undulation
        place = geodetic_to_ecef(math.radians(jammer.lat_deg), math.radians(jammer.lon_deg), float(row["h_ell"]))
        e, n, u = to_enu(radar, place)
        across = math.hypot(e, n)
        s = radar["radius"] * math.atan2(across, radar["radius"] + radar["h_ell"] + u)
        if s > reach:
            beyond.append((jammer, s))
        elif radiates_to(p, maps, radar, row, e, n, u):
            level = jam_to_noise(radar, jammer.density, 1.0, math.sqrt(e * e + n * n + u * u))
            rows.append((math.atan2(e, n) % TWO_PI, math.atan2(u, across), level))
    return np.array(rows, dtype=float).reshape(-1, 3), float(sum(own) * radar["jam_scale"]), beyond


@lean
def jamming_towards(radar, jammers, az, el):
    """Jamming over the noise [1] of a beam towards az, el [rad]; jammers as in View."""
    total = 0.0
    for j in range(jammers.shape[0]):  # j jammer
        total += jammers[j, 2] * one_way_gain(radar, wrap(jammers[j, 0] - az) * math.cos(el), jammers[j, 1] - el)
    return total


@lean
def cell_sinr(p, radar, view, i, j, az, s, h, across, up, rcs, v_radial, known, needed):
    """Signal over noise and interference [1] of a target in cell (i, j), at azimuth az [rad], ground range s [m], height h
    [m, ellipsoidal], across and up [m] from the antenna; known: factor of the reflection there [1], below 0 where it is still to
    be computed; 0 beyond a limit of the radar, or as soon as it is plain that it stays below `needed` [1]."""
    r = math.sqrt(across * across + up * up)
    if r > radar["r_max"] or up < radar["tan_el_min"] * across or up > radar["tan_el_max"] * across:
        return 0.0
    n_jammers = view.jammers.shape[0]
    el = math.atan2(up, across) if radar["scan_exponent"] > 0.0 or n_jammers > 0 else 0.0
    h_over = h - float(view.ground[i, j])
    if known >= 0.0:
        path = known * loss_at(view.loss, radar["loss_dr"], h, r)
    else:
        path = path_factor(p, view.loss, view.sea, radar, h, h_over, az, s, r)
    signal = signal_of(radar, rcs, r, el, path)
    if signal < needed:
        return 0.0
    still, rain = echoes_around(p, view.clutter, radar, path, h, h_over, az, s, r)
    jam = view.carried / (r * r)
    if n_jammers > 0:
        jam += jamming_towards(radar, view.jammers, az, el)
    return heard(radar, signal, v_radial, still, rain, jam)


@kernel
def fill_signals(radar, loss, h_low, h_high, out):
    """Least and greatest signal-to-noise ratio of 1 m2 at 1 m on the axis [m-2 m4], by column of a table of losses, of targets
    between two heights [m]. Writes out (columns, 2). Each column stands for the ranges from it to the next."""
    at_1m = snr_at(1.0, 1.0, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"])
    first = min(max(int(h_low / LOSS_DH), 0), loss.shape[0] - 1)
    last = min(max(int(h_high / LOSS_DH) + 1, 0), loss.shape[0] - 1)
    for c in range(out.shape[0]):  # c column
        low, high = math.inf, -math.inf
        for q in range(c, min(c + 2, out.shape[0])):
            for i in range(first, last + 1):  # i height
                low, high = min(low, float(loss[i, q])), max(high, float(loss[i, q]))
        out[c, 0], out[c, 1] = at_1m * math.exp(-high), at_1m * math.exp(-low)


@kernel
def fill_antenna(radar, view, height, wet, low, high):
    """By column of a view (n_az, n_r): wet cells over which a target at height [m] is seen, and the least and greatest height of
    the antenna above them [m] (the geoid bends). Writes wet, low, high; where there are none 0, 0 and 0."""
    for i in range(view.sea.shape[0]):  # i azimuth
        for j in range(view.sea.shape[1]):  # j range
            if view.sea[i, j] == 1 and float(view.datum[i, j]) + height >= view.maps[0, i, j]:
                above = radar["h_ell"] - float(view.ground[i, j])
                low[j] = min(low[j], above) if wet[j] > 0 else above
                high[j] = max(high[j], above) if wet[j] > 0 else above
                wet[j] += 1


@kernel
def fill_reflections(p, radar, height, dr, low, high, first, begin, end, out):
    """Factor of the reflection at the sea [1] under a target at height [m] above it, for the columns begin..end - 1 of a map, the
    antenna low to high [m] above the sea in even steps. Writes out[first[j]] to out[first[j + 1] - 1] of column j."""
    for j in range(begin, end):  # j range
        n = first[j + 1] - first[j]
        for q in range(n):  # q height of the antenna
            h_ant = low[j] + (high[j] - low[j]) * q / (n - 1)
            out[first[j] + q] = reflection_factor(p, radar, h_ant, height, (j + 1) * dr, True)


@kernel
def fill_sinr(p, radar, view, height, dr, rcs, v_radial, needed, bounds, first_row, last_row, out):
    """Signal over noise and interference [1] of a target at height [m] above view.datum, into rows first_row..last_row - 1 of
    out f4 (n_az, n_r); 0 where it is hidden, beyond a limit, or plainly below `needed` [1]; where it is plainly above, any
    figure that is (needed 0: the exact one everywhere).

    p: row of PARAMS; rcs [m2], radial speed [m/s]; bounds: as `bounds_of` gives them. The cabin turns: azimuth sectors do not
    limit. Elevation is geometric, as in engine.sense; heights above ellipsoid and sphere are not told apart (30 m at 400 km).
    Validated: test_coverage_sight."""
    n_r, n_az = out.shape[1], out.shape[0]
    R, h_ant, ducts = radar["radius"], radar["h_ell"], view.maps.shape[0] > 1
    low, high, signals, first, reflections = bounds
    turns = np.empty((n_r, 2))
    for j in range(n_r):  # j range
        turns[j, 0], turns[j, 1] = math.cos((j + 1) * dr / R), math.sin((j + 1) * dr / R)
    alike = view.sea.shape == out.shape and view.clutter.shape == out.shape  # else they are coarser, and cannot be read by cell
    quiet = alike and radar["rain_rcs"] == 0.0 and view.jammers.shape[0] == 0 and view.carried == 0.0
    least, farthest = needed / rcs, radar["r_max"] * radar["r_max"]
    for i in range(first_row, last_row):  # i azimuth
        az = i * TWO_PI / n_az
        for j in range(n_r):
            out[i, j] = 0.0
            h = float(view.datum[i, j]) + height
            if not h >= view.maps[0, i, j] and not (ducts and h <= view.maps[view.maps.shape[0] - 1, i, j]):
                continue
            across, up = (R + h) * turns[j, 1], (R + h) * turns[j, 0] - R - h_ant
            known = -1.0  # factor of the reflection
            if needed > 0.0:  # most cells need no more than bounds
                r2 = across * across + up * up
                off = 1.0 - 0.5 * radar["scan_exponent"] * up * up / (across * across)  # cos(el) to that power is no less
                c = min(int(math.sqrt(r2) / radar["loss_dr"]), signals.shape[0] - 1)
                if p["multipath"] == MULTIPATH_OFF or (alike and p["multipath"] == MULTIPATH_SEA and view.sea[i, j] == 0):
                    known = 1.0
                elif alike and view.sea[i, j] == 1 and first[j + 1] > first[j]:
                    x = (h_ant - float(view.ground[i, j]) - low[j]) / (high[j] - low[j]) * (first[j + 1] - first[j] - 1)
                    if 0.0 <= x <= first[j + 1] - first[j] - 1:
                        q = first[j] + min(int(x), first[j + 1] - first[j] - 2)
                        known = reflections[q] + (x - (q - first[j])) * (reflections[q + 1] - reflections[q])
                if signals[c, 1] * (known if known >= 0.0 else MOST) < least * r2 * r2:
                    continue
                if known >= 0.0 and quiet and view.clutter[i, j] == 0.0 and r2 <= farthest:
                    if signals[c, 0] * off * known >= least * r2 * r2:
                        if up >= radar["tan_el_min"] * across and up <= radar["tan_el_max"] * across:
                            out[i, j] = math.inf
                        continue
            out[i, j] = cell_sinr(p, radar, view, i, j, az, (j + 1) * dr, h, across, up, rcs, v_radial, known, needed)


@kernel
def odds_of(radar, case, sinr, out):
    """Probability of detection in one look [1] at each of sinr [1]. Writes out, of that shape (n, m)."""
    for i in range(sinr.shape[0]):
        for j in range(sinr.shape[1]):
            out[i, j] = detected_with(radar, case, float(sinr[i, j])) if sinr[i, j] > 0.0 else 0.0


def fill_pd(p, radar, view, height, dr, rcs, case, v_radial, out):  # type: ignore[no-untyped-def]
    """Probability of detection in one look [1] of a target at height [m] above view.datum in each cell, into out f4 (n_az, n_r).

    Swerling case; the rest as fill_sinr. Validated: test_coverage, test_coverage_sight."""
    nothing = Bounds(np.empty(0), np.empty(0), np.empty((0, 2)), np.zeros(out.shape[1] + 1, np.int64), np.empty(0))
    fill_sinr(p, radar, view, height, dr, rcs, v_radial, 0.0, nothing, 0, out.shape[0], out)
    odds_of(radar, case, out, out)


@kernel
def needed_for(radar, case, pd):
    """Signal over noise and interference [1] at which a radar detects with probability pd in one look; bisection over log.

    Validated: test_coverage_sight (detected_with)."""
    low, high = -30.0, 40.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if detected_with(radar, case, math.exp(middle)) < pd:
            low = middle
        else:
            high = middle
    return math.exp(high)


def bounds_of(p: np.void, radar: np.void, view: View, height: float, dr: float, threads: int = 1) -> Bounds:
    """The bounds of a map of targets at height [m] above view.datum."""
    n_r = view.datum.shape[1]
    counts, wet, low, high = np.zeros(n_r, np.int64), np.zeros(n_r, np.int64), np.zeros(n_r), np.zeros(n_r)
    if p["multipath"] != MULTIPATH_OFF and view.sea.shape == view.datum.shape:
        fill_antenna(radar, view, height, wet, low, high)
        high = np.maximum(high, low + 1e-3)
        lobes = 2.0 * (high - low) * height / ((np.arange(n_r) + 1.0) * dr * float(radar["wavelength"]))
        levels = np.ceil(LEVELS * lobes).astype(np.int64) + 2
        counts = np.where(levels < wet // 2, levels, 0)  # elsewhere it is as quick cell by cell
    first = np.concatenate(([0], np.cumsum(counts)))
    bounds = Bounds(low, high, np.empty((view.loss.shape[1], 2)), first, np.empty(first[-1]))
    fill_signals(radar, view.loss, float(view.datum.min()) + height, float(view.datum.max()) + height, bounds.signals)

    def columns(begin: int) -> None:
        end = min(begin + COLUMNS, n_r)
        fill_reflections(p, radar, height, dr, low, high, first, begin, end, bounds.reflections)

    share(threads, columns, range(0, n_r, COLUMNS))
    return bounds


def seen_at(
    p: np.void, radar: np.void, view: View, height: float, dr: float, eye: Eye, pd: float, threads: int = 1
) -> np.ndarray:
    """Cells in which a radar detects a target at height [m] above view.datum with probability pd in one look, bool (n_az,
    n_r)."""
    out = np.empty(view.datum.shape, np.float32)
    needed, rcs = needed_for(radar, eye.swerling, pd), eye.rcs[radar["band"]]
    n_az = len(out)
    step = -(-n_az // threads)
    bounds = bounds_of(p, radar, view, height, dr, threads)

    def rows(first: int) -> None:
        last = min(first + step, n_az)
        fill_sinr(p, radar, view, height, dr, rcs, eye.v_radial, needed, bounds, first, last, out)

    share(threads, rows, range(0, n_az, step))
    return np.asarray(out >= np.float32(needed))
