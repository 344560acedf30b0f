"""Where everything was, for the time slider: paths of targets, tracks and missiles in the plane of the page.

Columns are lists of steps (report_plane.steps): times in tenths of a second, x and y in tens of metres, heights in
metres above sea level (h) and above ground (agl), speeds in metres a second.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from skyreach.records.run import Run
from skyreach.viewer.report_plane import Plane, steps

SAMPLES = 60_000  # rows of a table that a page holds at the most: longer ones are thinned evenly in time
TENTHS = 10.0

Path = dict[str, list[int]]


def target_paths(run: Run, plane: Plane) -> dict[int, Path]:
    """Path of each target that flew, by row."""
    columns = {"h": "h_msl_m", "agl": "h_agl_m", "v": "speed_mps"}
    return {key: path for key, (path, _) in _paths(run.truth, "target", plane, columns).items()}


def missile_paths(run: Run, plane: Plane) -> dict[int, Path]:
    """Path of each missile, by row of shots."""
    columns = {"h": "h_msl_m", "v": "speed_mps"}
    return {key: path for key, (path, _) in _paths(run.flights, "missile", plane, columns).items()}


def track_paths(run: Run, plane: Plane) -> list[dict[str, Any]]:
    """Each track: its path with the standard deviation of its place, and who it was taken for from when on."""
    table = run.tracks
    words = np.array(table["identity"].to_pylist(), object)
    out = []
    for number, (path, rows) in _paths(table, "track", plane, {"sigma": "sigma_m"}).items():
        times, targets = table["t_s"].to_numpy()[rows], table["target"].to_numpy()[rows]
        changes = np.flatnonzero(np.concatenate([[True], words[rows][1:] != words[rows][:-1]]))
        identities = [[round(float(times[i]), 1), words[rows][i]] for i in changes]
        out.append({"number": number, "target": int(np.bincount(targets + 1).argmax()) - 1, "path": path, "identity": identities})
    return out


def _paths(table: pa.Table, key: str, plane: Plane, columns: dict[str, str]) -> dict[int, tuple[Path, np.ndarray]]:
    """Path and rows of the table for each value of a key, in the order of time."""
    if table.num_rows == 0:
        return {}
    keys, t = table[key].to_numpy(), table["t_s"].to_numpy()
    x, y = plane.xy(table["lat_deg"].to_numpy(), table["lon_deg"].to_numpy())
    every = -(-table.num_rows // SAMPLES)
    order = np.lexsort((t, keys))
    out = {}
    for rows in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        rows = _thinned(rows, every)
        path = {"t": steps(t[rows], TENTHS), "x": steps(x[rows]), "y": steps(y[rows])}
        path |= {name: steps(table[column].to_numpy()[rows], 1.0) for name, column in columns.items()}
        out[int(keys[rows[0]])] = path, rows
    return out


def _thinned(rows: np.ndarray, every: int) -> np.ndarray:
    """Every so many rows, and the last one."""
    kept = rows[::every]
    return kept if kept[-1] == rows[-1] else np.append(kept, rows[-1])


def position(path: Path, t: float) -> tuple[int, int]:
    """x, y (tens of metres) on a path at time t [s]; its ends hold outside."""
    times = np.cumsum(path["t"]) / TENTHS
    x, y = (np.interp(t, times, np.cumsum(path[axis])) for axis in "xy")
    return round(float(x)), round(float(y))
