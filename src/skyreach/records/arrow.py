"""End state and log of a replication -> the Arrow tables of a run folder: degrees, metres above sea level, words.

Each column carries its unit and meaning in the field metadata. Row numbers (target, missile, radar, site, event) are
the keys that join the tables.
"""

import numpy as np
import pyarrow as pa

from skyreach.engine.replicate import Replication
from skyreach.intake.points import geodetic
from skyreach.scenario.compile import Compiled
from skyreach.world import codes


def to_arrow(compiled: Compiled, run: Replication) -> dict[str, pa.Table]:
    """All tables of a run by name."""
    names, world, log = compiled.names, run.world, run.log
    return {
        "sites": _sites(compiled, world.sites),
        "radars": _radars(compiled, world.radars),
        "targets": _targets(compiled, run),
        "shots": _shots(names, world.missiles),
        "events": _events(world.events),
        "reasons": _reasons(names, log["reasons"]),
        "truth": _truth(compiled, log["truth"]),
        "plots": _plots(compiled, log["plots"]),
        "tracks": _tracks(compiled, log["tracks"]),
        "flights": _flights(compiled, log["flights"]),
    }


def _words(table: dict, values: np.ndarray) -> pa.Array:
    known = {int(key): (word if isinstance(word, str) else word[0]) for key, word in table.items()}
    return pa.array([known[int(v)] for v in values], pa.string()).dictionary_encode()


def _named(names: list[str], rows: np.ndarray) -> pa.Array:
    return pa.array([names[int(r)] if r >= 0 else None for r in rows], pa.string()).dictionary_encode()


def _table(columns: dict[str, tuple]) -> pa.Table:
    """Table from name: (values, unit, meaning)."""
    arrays, fields = [], []
    for name, (values, unit, meaning) in columns.items():
        array = values if isinstance(values, pa.Array) else pa.array(np.ascontiguousarray(values))
        arrays.append(array)
        fields.append(pa.field(name, array.type, metadata={"unit": unit, "meaning": meaning}))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _place(compiled: Compiled, points: np.ndarray) -> dict[str, tuple]:
    at = geodetic(points)
    return {
        "lat_deg": (at[:, 0], "deg", "latitude, WGS84"),
        "lon_deg": (at[:, 1], "deg", "longitude, WGS84"),
        "h_msl_m": (at[:, 2] - compiled.undulation, "m", "height above mean sea level"),
    }


def _speed(vel: np.ndarray) -> tuple:
    return np.sqrt((vel * vel).sum(axis=1)), "m/s", "speed"


def _int(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int32)


def _sites(compiled: Compiled, sites: np.ndarray) -> pa.Table:
    """Places are those at the start: where a unit has gone to is told by events and the manifest's `marches` (whereabouts)."""
    return _table({
        "site": (_int(np.arange(len(sites))), "", "row"),
        "name": (pa.array(compiled.names["sites"], pa.string()), "", "name"),
        "system": (pa.array(compiled.systems["sites"], pa.string()), "", "catalogue item"),
        "kind": (_words(codes.SITE_KINDS, sites["kind"]), "", "command post, fire unit or asset"),
        "side": (_words(codes.SIDES, sites["side"]), "", "side"),
        **_place(compiled, compiled.world.sites["pos_ecef"]),
        "value": (sites["value"], "1", "worth to the defender"),
        "hits_left": (_int(sites["hits_left"]), "1", "damaging arrivals it still stands"),
        "alive": (sites["alive"] == 1, "", "works at the end"),
        "radar": (_int(sites["radar"]), "", "engagement radar, -1 none"),
        "post": (_int(sites["post"]), "", "command post, -1 none"),
        "target_channels": (_int(sites["target_channels"]), "1", "targets engaged at once at the most"),
    })  # fmt: skip


def _radars(compiled: Compiled, radars: np.ndarray) -> pa.Table:
    return _table({
        "radar": (_int(np.arange(len(radars))), "", "row"),
        "name": (pa.array(compiled.names["radars"], pa.string()), "", "name"),
        "system": (pa.array(compiled.systems["radars"], pa.string()), "", "catalogue item"),
        "site": (_int(radars["site"]), "", "owning site"),
        **_place(compiled, compiled.world.radars["pos_ecef"]),
        "antenna_agl_m": (compiled.world.radars["h_ell"] - compiled.world.radars["h_ground"], "m", "antenna above ground"),
        "range_m": (radars["r_max"], "m", "instrumented range"),
        "alive": (radars["alive"] == 1, "", "works at the end"),
    })  # fmt: skip


def _targets(compiled: Compiled, run: Replication) -> pa.Table:
    targets, events, names = run.world.targets, run.world.events, compiled.names
    started = np.array([events[e]["t"] if e >= 0 else np.nan for e in targets["start_event"]])
    seen = np.array([events[e]["t"] if e >= 0 else np.nan for e in targets["seen_event"]])
    ended = np.where(targets["t_end"] >= 0, targets["t_end"], np.nan)
    return _table({
        "target": (_int(np.arange(len(targets))), "", "row"),
        "name": (pa.array(names["targets"], pa.string()), "", "name"),
        "system": (pa.array(compiled.systems["targets"], pa.string()), "", "catalogue item"),
        "kind": (_words({v: k for k, v in codes.TARGET_KINDS.items()}, targets["kind"]), "", "class"),
        "side": (_words(codes.SIDES, targets["side"]), "", "side"),
        "status": (_words(codes.TARGET_STATUS, targets["status"]), "", "at the end of the run"),
        "aim": (_named(names["sites"], targets["aim"]), "", "asset it flies at"),
        "carrier": (_named(names["targets"], targets["carrier"]), "", "what carries it"),
        "t_start_s": (started, "s", "start; NaN never"),
        "t_seen_s": (seen, "s", "first detection; NaN never"),
        "t_end_s": (ended, "s", "end; NaN still in the air"),
    })  # fmt: skip


def _shots(names: dict, missiles: np.ndarray) -> pa.Table:
    ended = np.where(missiles["t_end"] >= 0, missiles["t_end"], np.nan)
    return _table({
        "missile": (_int(np.arange(len(missiles))), "", "row"),
        "type": (_named(names["missile_types"], missiles["type"]), "", "catalogue item"),
        "fire_unit": (_named(names["sites"], missiles["site"]), "", "fire unit"),
        "target": (_int(missiles["target"]), "", "row of targets"),
        "target_name": (_named(names["targets"], missiles["target"]), "", "target"),
        "t_launch_s": (missiles["t_launch"], "s", "launch"),
        "t_end_s": (ended, "s", "end of flight; NaN in the air"),
        "outcome": (_words(codes.OUTCOMES, missiles["outcome"]), "", "how it ended"),
        "miss_m": (np.where(missiles["miss"] >= 0, missiles["miss"], np.nan), "m", "least distance to the target"),
        "event": (_int(missiles["launch_event"]), "", "row of its launch in events"),
    })  # fmt: skip


def _events(events: np.ndarray) -> pa.Table:
    return _table({
        "event": (_int(np.arange(len(events))), "", "row"),
        "t_s": (events["t"], "s", "time"),
        "kind": (_words(codes.EVENTS, events["kind"]), "", "what happened"),
        "target": (_int(events["a"]), "", "row of targets"),
        "cause": (_int(events["cause"]), "", "row of the event that led to it, -1 none"),
        "b": (_int(events["b"]), "", "radar, fire unit, asset, track row or carrier, by kind; -1 none"),
        "c": (_int(events["c"]), "", "missile, missile type, identity, track number or verdict, by kind; -1 none"),
        "value": (events["value"], "", "range or miss distance [m], time [s], by kind"),
    })  # fmt: skip


def _reasons(names: dict, reasons: np.ndarray) -> pa.Table:
    return _table({
        "target": (_int(reasons["target"]), "", "row of targets"),
        "target_name": (_named(names["targets"], reasons["target"]), "", "target"),
        "site": (_int(reasons["site"]), "", "row of sites"),
        "fire_unit": (_named(names["sites"], reasons["site"]), "", "fire unit"),
        "code": (_int(reasons["code"]), "", "place in the chain"),
        "reason": (_words(codes.REASONS, reasons["code"]), "", "why it is not engaging the target"),
        "t_from_s": (reasons["t_from"], "s", "begin"),
        "t_to_s": (reasons["t_to"], "s", "end"),
    })  # fmt: skip


def _truth(compiled: Compiled, truth: np.ndarray) -> pa.Table:
    return _table({
        "t_s": (truth["t"], "s", "time"),
        "target": (_int(truth["target"]), "", "row of targets"),
        **_place(compiled, truth["pos_ecef"]),
        "h_agl_m": (truth["h_agl"], "m", "height above ground"),
        "speed_mps": _speed(truth["vel_ecef"]),
    })  # fmt: skip


def _plots(compiled: Compiled, plots: np.ndarray) -> pa.Table:
    return _table({
        "t_s": (plots["t"], "s", "time"),
        "radar": (_int(plots["radar"]), "", "row of radars"),
        "target": (_int(plots["target"]), "", "row of targets that gave the echo"),
        "track": (_int(plots["track_number"]), "", "track that took it, -1 none"),
        "r_slant_m": (plots["r_slant"], "m", "measured range"),
        "az_deg": (np.degrees(plots["az"]), "deg", "measured azimuth"),
        "el_deg": (np.degrees(plots["el"]), "deg", "measured elevation"),
        **_place(compiled, plots["pos_ecef"]),
    })  # fmt: skip


def _tracks(compiled: Compiled, tracks: np.ndarray) -> pa.Table:
    return _table({
        "t_s": (tracks["t"], "s", "time"),
        "track": (_int(tracks["number"]), "", "track number"),
        "target": (_int(tracks["target"]), "", "row of targets under the last plot"),
        "identity": (_words(codes.IDENTITIES, tracks["identity"]), "", "identity"),
        **_place(compiled, tracks["x"][:, :3]),
        "speed_mps": _speed(tracks["x"][:, 3:]),
        "sigma_m": (tracks["sigma_pos"], "m", "root of the trace of the position covariance"),
        **_ellipse(tracks["x"][:, :3], tracks["cov_pos"]),
        "age_s": (tracks["t"] - tracks["t_plot"], "s", "since the last plot"),
    })  # fmt: skip


def _ellipse(points: np.ndarray, cov_ecef: np.ndarray) -> dict[str, tuple]:
    """The ellipse of a covariance [m2], shape (n, 3, 3), in the horizontal plane at points [m], shape (n, 3): the roots of the
    eigenvalues of its horizontal part, and the azimuth of the greater one."""
    lat, lon = np.radians(geodetic(points)[:, :2]).T
    zero = np.zeros_like(lat)
    east = np.stack([-np.sin(lon), np.cos(lon), zero], axis=1)
    north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)], axis=1)
    ee, nn, en = (np.einsum("ni,nij,nj->n", a, cov_ecef, b) for a, b in ((east, east), (north, north), (east, north)))
    middle, half = 0.5 * (ee + nn), np.hypot(0.5 * (nn - ee), en)
    axis = np.degrees(0.5 * np.arctan2(2.0 * en, nn - ee)) % 180.0
    return {
        "sigma_major_m": (np.sqrt(middle + half), "m", "standard deviation of the horizontal position along its greater axis"),
        "sigma_minor_m": (np.sqrt(np.maximum(middle - half, 0.0)), "m", "the same across it"),
        "axis_deg": (axis, "deg", "azimuth of the greater axis, clockwise from true north, 0 to 180"),
    }


def _flights(compiled: Compiled, flights: np.ndarray) -> pa.Table:
    return _table({
        "t_s": (flights["t"], "s", "time"),
        "missile": (_int(flights["missile"]), "", "row of shots"),
        **_place(compiled, flights["pos_ecef"]),
        "speed_mps": _speed(flights["vel_ecef"]),
        "homing": (flights["state"] == codes.HOMING, "", "seeker has the target"),
    })  # fmt: skip
