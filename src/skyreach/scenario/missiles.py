"""Missile types of a scenario: rows of MISSILE_TYPES from the catalogue, and what their flight needs."""

import hashlib
import math
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from skyreach.errors import BadInput
from skyreach.jit import cache_root, kernel_hash
from skyreach.physics.atmosphere import us76
from skyreach.physics.flyout import fill_reach
from skyreach.world.codes import GUIDANCE, TARGET_KINDS
from skyreach.world.tables import DRAG_STEP, MISSILE_TYPES, dtype_of

if TYPE_CHECKING:
    from skyreach.catalog import Item

DRAG_COLUMNS = 81  # Mach 0 to 8
AIR_STEP = 100.0  # m between rows of the air table
AIR_TOP = 90e3  # m; above it the last density holds, 3e-6 kg/m3
REACH_STEP = 0.1  # s, step of the flights behind a reach table
REACH_RANGES, REACH_HEIGHTS, REACH_DH = 81, 31, 1000.0
REACH_BEYOND = 1.35  # width of a reach table over the advertised range, where no flight is longer
REACH_WIDER, REACH_END = 1.4, 4e6  # by which it grows where one is, and m at which that ends

SAME_KEY = {  # column of MISSILE_TYPES: key in the catalogue, where the value goes over as it is
    "launch_mass": "launch_mass", "propellant": "propellant_mass", "burn_time": "burn_time",
    "thrust": "thrust", "cn_max": "cn_max", "induced_k": "induced_k", "launch_speed": "launch_speed",
    "loft": "loft", "loft_range": "loft_range", "loft_end": "loft_end", "steer_time": "steer_time",
    "autopilot_lag": "autopilot_lag",
    "nav": "nav_constant", "g_limit": "g_limit", "lethal_radius": "lethal_radius",
    "reliability": "reliability", "min_range": "min_range", "min_height": "min_altitude",
    "max_height": "max_altitude", "target_speed": "target_speed_max", "max_time": "max_flight_time",
    "min_speed": "arrival_speed_min", "stall_speed": "stall_speed", "vectored": "vectored_thrust",
    "seeker_interval": "seeker_interval", "seeker_alpha": "seeker_gain", "coast_time": "coast_time",
}  # fmt: skip
SEEKER_KEYS = ("seeker_range", "seeker_sigma", "glint")  # may be absent: 0
PK_KEYS = {  # target class: keys in order of preference; with none of them the probability is 0
    "aircraft": ("pk_aircraft",), "cruise": ("pk_cruise",), "drone": ("pk_drone", "pk_cruise"),
    "ballistic": ("pk_ballistic",), "arm": ("pk_cruise",), "decoy": ("pk_drone", "pk_cruise"),
    "civil": ("pk_aircraft",),
}  # fmt: skip


def missile_rows(items: Sequence["Item"]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of MISSILE_TYPES (n,) and drag coefficients f8 (n, DRAG_COLUMNS) at i * DRAG_STEP Mach."""
    table = np.zeros(len(items), dtype_of(MISSILE_TYPES))
    drag = np.zeros((len(items), DRAG_COLUMNS))
    for i, item in enumerate(items):
        _fill_row(table[i], item)
        drag[i] = drag_columns(*item.table("cd"))
    return table, drag


def _fill_row(row: np.void, item: "Item") -> None:
    for column, key in SAME_KEY.items():
        row[column] = item.si(key)
    for key in SEEKER_KEYS:
        row[key] = item.get_si(key, 0.0)
    alpha = row["seeker_alpha"]
    row["seeker_beta"] = alpha * alpha / (2.0 - alpha)  # Benedict and Bordner, IRE Trans. AC-7 (1962) 27
    row["fuze_reach"] = item.si("fuze_reach") * row["lethal_radius"]
    row["cos_cone"] = math.cos(item.si("seeker_cone"))
    row["area"] = math.pi / 4.0 * item.si("diameter") ** 2
    row["cost"] = item.si("unit_cost")
    word = item.text("guidance")
    if word not in GUIDANCE:
        raise BadInput(f"catalogue: guidance of missile {item.key}", word, ", ".join(GUIDANCE))
    row["guidance"] = GUIDANCE[word]
    _fill_motor(row, item)
    for kind, keys in PK_KEYS.items():
        row["pk"][TARGET_KINDS[kind]] = next((item.si(key) for key in keys if key in item), 0.0)


def _fill_motor(row: np.void, item: "Item") -> None:
    """Thrust curve, if it is not even over the burn, and empty booster, if one drops off."""
    shares, pushes = item.table("thrust_curve")
    row["boost_time"] = row["burn_time"]
    if min(pushes) < 1.0:
        n, peak = len(shares), pushes.index(1.0)
        weak = next((i for i in range(peak, n) if pushes[i] < 0.5), None)
        if weak is not None:
            row["boost_time"] *= np.interp(-0.5, [-1.0 * pushes[weak - 1], -pushes[weak]], [shares[weak - 1], shares[weak]])
        time, thrust = np.array(shares) * row["burn_time"], np.array(pushes) * row["thrust"]
        impulse = np.concatenate(([0.0], np.cumsum(0.5 * (thrust[1:] + thrust[:-1]) * np.diff(time))))
        row["curve_points"], row["impulse"] = n, impulse[-1]
        row["curve_time"][:n], row["curve_thrust"][:n], row["curve_burnt"][:n] = time, thrust, impulse / impulse[-1]
    if "booster_mass" in item:
        row["drop_mass"], row["drop_time"] = item.si("booster_mass"), item.si("separation_time")
        row["drop_area"] = math.pi / 4.0 * item.si("dart_diameter") ** 2


def drag_columns(mach: Sequence[float], value: Sequence[float]) -> list[float]:
    """Drag coefficient [1] at i * DRAG_STEP Mach, linear between the points; their ends hold outside."""
    out = []
    for i in range(DRAG_COLUMNS):
        x, j = i * DRAG_STEP, 0
        while j < len(mach) - 2 and x > mach[j + 1]:
            j += 1
        share = min(max((x - mach[j]) / (mach[j + 1] - mach[j]), 0.0), 1.0)
        out.append(value[j] + share * (value[j + 1] - value[j]))
    return out


def air_table() -> np.ndarray:
    """Density [kg/m3] and speed of sound [m/s], f8 (heights, 2), at i * AIR_STEP; US Standard 1976."""
    return np.array([us76(i * AIR_STEP)[2:] for i in range(round(AIR_TOP / AIR_STEP) + 1)])


def reach_tables(
    rows: np.ndarray,
    drag: np.ndarray,
    air: np.ndarray,
    h_site: float,
    dr: float,
    dh: float,
    n_r: int,
    n_h: int,
) -> np.ndarray:
    """Time of flight [s] and arrival speed [m/s] of each type, f4 (types, n_h, n_r, 2); inf, 0: no reach.

    Column j stands for flyout.column_range(j) along the ground, row i for i * dh above the ellipsoid, the launcher at h_site.
    Tables are kept on disk; a file that does not carry its own hash is made again.
    """
    out = np.zeros((len(rows), n_h, n_r, 2), np.float32)
    numbers = np.array([h_site, dr, dh, n_r, n_h, AIR_STEP, DRAG_STEP, REACH_STEP])
    code = kernel_hash().encode()
    for i in range(len(rows)):  # i missile type
        digest = hashlib.sha256(code)
        for part in (rows[i : i + 1], drag[i], air, numbers):
            digest.update(part.tobytes())
        path = cache_root() / "reach" / digest.hexdigest()[:32]
        known = _read(path, out[i].nbytes)
        if known is None:
            fill_reach(rows[i], drag[i], DRAG_STEP, air, AIR_STEP, h_site, dr, dh, REACH_STEP, out[i])
            _write(path, out[i].tobytes())
        else:
            out[i] = np.frombuffer(known, np.float32).reshape(out[i].shape)
    return out


def missile_reach(
    items: Sequence["Item"], h_site: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows of MISSILE_TYPES with reach_dr filled in, drag, air table and reach tables.

    The last has shape (types, REACH_HEIGHTS, REACH_RANGES, 2). h_site: ellipsoidal height of the launchers
    [m], taken to the nearest 100 m so that stored tables are found again."""
    types, drag = missile_rows(items)
    air, h_near = air_table(), round(h_site / 100.0) * 100.0
    reach = np.zeros((len(items), REACH_HEIGHTS, REACH_RANGES, 2), np.float32)
    for i, item in enumerate(items):
        row, cd = types[i : i + 1], drag[i : i + 1]
        reach[i] = whole_reach(item, row, cd, air, h_near, REACH_DH, REACH_RANGES, REACH_HEIGHTS)
    return types, drag, air, reach


def whole_reach(item: "Item", row: np.ndarray, cd: np.ndarray, air: np.ndarray, h_site: float, dh: float, n_r: int,
                n_h: int) -> np.ndarray:  # fmt: skip
    """Reach table (n_h, n_r, 2) of one missile (row and drag of it, one each) that is wide enough for all its flights; writes
    reach_dr into the row. Arguments as reach_tables."""
    width = REACH_BEYOND * item.si("max_range_aircraft")
    while True:
        row[0]["reach_dr"] = width / (n_r - 1)
        table: np.ndarray = reach_tables(row, cd, air, h_site, row[0]["reach_dr"], dh, n_r, n_h)[0]
        if not np.isfinite(table[:, -1, 0]).any() or width > REACH_END:
            return table
        width *= REACH_WIDER


def _read(path: Path, size: int) -> bytes | None:
    """Bytes kept in a file behind their SHA-256; None if the file is missing or damaged."""
    try:
        text = path.read_bytes()
    except OSError:
        return None
    data = text[32:]
    return data if len(data) == size and hashlib.sha256(data).digest() == text[:32] else None


def _write(path: Path, data: bytes) -> None:
    """Keep bytes in a file behind their SHA-256; where nothing can be written, it is made again each time."""
    part = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(hashlib.sha256(data).digest() + data)
        part.replace(path)
