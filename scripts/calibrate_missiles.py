"""Set motor, drag and loft of the missiles so that the fly-out meets the public range and speeds.

    python scripts/calibrate_missiles.py [MISSILE ...] [--report]

What is published of a missile is its mass, size, range and speeds; thrust, propellant, drag and steering are
not. This script starts from the values of the catalogue and searches propellant, drag scale and loft inside
the bounds stated there (Nelder-Mead, no randomness). Burn time, shape of the thrust and specific impulse stay as they are,
so thrust follows from the propellant; the life of the missile (max_flight_time) ends it just beyond the public
range where energy does not.
Prints the lines to paste into the catalogue and a table of what is reached against what is public.
--report: no search, only the table for the values as they stand.
"""

import math
import sys
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from skyreach.catalog import Item, load
from skyreach.physics.flight import WGS84_A, fly, steer, vertical
from skyreach.physics.flyout import flyout
from skyreach.scenario.missiles import AIR_STEP, REACH_STEP, air_table, missile_rows
from skyreach.units import to_si
from skyreach.world.tables import DRAG_STEP

AIR = air_table()
HIGH, HIGH_SHORT = (
    10e3,
    5e3,
)  # m: height of the target for the public range; the second for missiles below 30 km
LOW = 100.0  # m: height of a low target
LOW_REACH = {"48n6e3": 60e3, "9m96e2": 40e3, "57e6-e": 12e3}  # m: wanted at LOW, as far as energy goes
HEIGHTS = (50.0, 100.0, 500.0, 1e3, 2e3, 5e3, 10e3, 15e3, 20e3)  # m, where holes are looked for
DRAG_DOUBT = 0.25  # share by which the drag table may be scaled


class Result(NamedTuple):
    """What one set of values reaches; SI."""

    range: float
    peak: float
    mean: float
    arrival: float
    low_reach: float
    faults: int  # holes in the reach table and places where time of flight does not grow with range


def reached(
    row: np.void, drag: np.ndarray, r: float, h: float, dt: float = REACH_STEP
) -> tuple[float, float, float]:
    """Time of flight [s], arrival and largest speed [m/s] of one flight from sea level."""
    return flyout(row, drag, DRAG_STEP, AIR, AIR_STEP, 0.0, r, h, dt)


def rim(row: np.void, drag: np.ndarray, h: float, scale: float) -> float:
    """Ground range [m] at which the first unbroken stretch of reached ranges ends; scale [m]: about that."""
    step, last = scale / 60.0, 0.0
    start = math.ceil(row["min_range"] / step)
    for j in range(start, 120):
        if math.isinf(reached(row, drag, j * step, h)[0]):
            break
        last = j * step
    low, high = last, last + step
    while high - low > 50.0 and last > 0.0:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if math.isinf(reached(row, drag, middle, h)[0]) else (middle, high)
    return low


def count_faults(row: np.void, drag: np.ndarray, top: float, scale: float) -> int:
    """Holes, and places where the time of flight does not grow, from the least range on; top [m]: ceiling."""
    bad = 0
    ranges = np.concatenate(([row["min_range"]], np.arange(1, 49) * scale / 40.0))
    for h in (x for x in HEIGHTS if x <= top):
        times = np.array([reached(row, drag, r, h)[0] for r in ranges if r >= row["min_range"]])
        ok = np.isfinite(times)
        bad += int(np.sum(~ok[:-1] & ok[1:])) + int(not ok[0])
        bad += int(np.sum(np.diff(times[ok]) < -REACH_STEP))
    return bad


def target_height(item: Item) -> float:
    """Height [m] of the target that the public range is taken at."""
    return HIGH if item.si("max_range_aircraft") > 30e3 else HIGH_SHORT


def apply(item: Item, row: np.void, drag: np.ndarray, x: np.ndarray) -> tuple[np.void, np.ndarray]:
    """Row and drag with propellant [kg], drag scale and loft [rad] of x; thrust and time of life follow."""
    new, scaled = row.copy(), drag * x[1]
    for column in ("thrust", "curve_thrust", "impulse"):
        new[column] *= x[0] / row["propellant"]
    new["propellant"], new["loft"] = x[0], x[2]
    new["max_time"] = item.si("max_flight_time", "high")
    tof, _, _ = reached(new, scaled, item.si("max_range_aircraft"), target_height(item))
    if math.isfinite(tof):
        new["max_time"] = min(math.ceil(1.02 * tof), new["max_time"])
    return new, scaled


def measure(item: Item, row: np.void, drag: np.ndarray) -> Result:
    """Fly the missile and see."""
    public = item.si("max_range_aircraft")
    far = rim(row, drag, target_height(item), public)
    tof, arrival, peak = reached(row, drag, far, target_height(item))
    faults = count_faults(row, drag, item.si("max_altitude"), public)
    return Result(far, peak, far / tof, arrival, rim(row, drag, LOW, public), faults)


def misfit(item: Item, row: np.void, drag: np.ndarray, x: np.ndarray) -> float:
    """Sum of squares: how far the result is from what is public, and the values from where they began."""
    bounds = limits(item)
    outside = sum(max(low / v - 1.0, v / high - 1.0, 0.0) for v, (low, high) in zip(x, bounds, strict=True))
    if outside > 0.0:
        return 1e3 * (1.0 + outside)
    result = measure(item, *apply(item, row, drag, x))
    value = item.value("peak_speed")
    wide = max(0.05, 0.5 * (value.high / value.nominal - 1.0)) if value.high > 1.5 * value.nominal else 0.05
    wanted = LOW_REACH.get(item.key, 0.0) * 1.05
    return (
        ((result.range / item.si("max_range_aircraft") - 1.0) / 0.02) ** 2
        + ((result.peak / item.si("peak_speed") - 1.0) / wide) ** 2
        + ((result.mean / item.si("mean_speed") - 1.0) / 0.15) ** 2
        + (max(1.0 - result.low_reach / max(wanted, 1.0), 0.0) / 0.05) ** 2 * (wanted > 0.0)
        + (math.log(x[1]) / 0.1) ** 2
        + 20.0 * result.faults
    )


def limits(item: Item) -> list[tuple[float, float]]:
    """Bounds of propellant [kg], drag scale [1] and loft [rad]."""
    pairs = [(item.si(key, "low"), item.si(key, "high")) for key in ("propellant_mass", "loft")]
    return [pairs[0], (1.0 - DRAG_DOUBT, 1.0 + DRAG_DOUBT), (max(pairs[1][0], 1e-3), pairs[1][1])]


def search(item: Item, row: np.void, drag: np.ndarray) -> tuple[np.void, np.ndarray, float]:
    """Best row and drag, and the drag scale that led there."""
    start = np.array([row["propellant"], 1.0, row["loft"]])
    simplex = np.array([start, start * [1.03, 1, 1], start * [1, 0.93, 1], start * [1, 1, 1.1]])
    best = minimize(
        lambda x: misfit(item, row, drag, x),
        start,
        method="Nelder-Mead",
        options={"initial_simplex": simplex, "xatol": 1e-3, "fatol": 1e-2, "maxfev": 120},
    )
    x = np.array(
        [round(best.x[0]), round(best.x[1], 2), math.radians(round(2.0 * math.degrees(best.x[2])) / 2.0)]
    )
    return *apply(item, row, drag, x), float(x[1])


def apex(row: np.void, drag: np.ndarray, r: float, h: float) -> float:
    """Greatest height [m] of one flight."""
    pos, vel = np.array([WGS84_A, 0.0, 0.0]), np.array([row["launch_speed"], 0.0, 0.0])
    angle, top, t = r / WGS84_A, 0.0, 0.0
    goal = np.array([math.cos(angle), 0.0, math.sin(angle)]) * (WGS84_A + h)
    r_plan = float(np.linalg.norm(goal - pos))
    for _ in range(int(reached(row, drag, r, h)[0] / REACH_STEP)):
        command = steer(row, *pos, *vel, *goal, r_plan)
        fly(row, drag, DRAG_STEP, AIR, AIR_STEP, t, pos, vel, *command, REACH_STEP)
        t, top = t + REACH_STEP, max(top, vertical(*pos)[0])
    return top


def lines(item: Item, row: np.void, scale: float) -> str:
    """The entries of the catalogue that follow from a row, ready to paste."""

    def number(key: str, nominal: float, unit: str, note: str) -> str:
        old = item.value(key)
        low, high = old.low, old.high
        if key == "thrust":
            low, high = round(0.75 * nominal, 1), round(1.3 * nominal, 1)
        if key == "max_flight_time":
            low, high = min(low, round(0.9 * nominal)), max(high, round(1.3 * nominal))
        return (
            f'{key} = {{low = {low:g}, nominal = {nominal:g}, high = {high:g}, unit = "{unit}", '
            f'confidence = "L", source = ["CALIB"], note = "{note}"}}'
        )

    mach, cd = item.table("cd")
    values = ", ".join(f"{v * scale:.3g}" for v in cd)
    meets = "meets public maximum range and speeds"
    return "\n".join(
        [
            number("propellant_mass", round(float(row["propellant"])), "kg", meets),
            number(
                "thrust",
                round(float(row["thrust"]) / to_si(1.0, "kN"), 1),
                "kN",
                f"{'the largest of its curve; ' if row['curve_points'] else ''}{meets}",
            ),
            f'cd = {{mach = [{", ".join(f"{m:g}" for m in mach)}], value = [{values}], unit = "1", '
            'confidence = "L", source = ["EST", "CALIB"], '
            'note = "notional; zero-lift drag on the body cross-section"}',
            number(
                "loft",
                math.degrees(row["loft"]),
                "deg",
                f"notional; extra climb angle of a long shot; {meets}",
            ),
            number(
                "max_flight_time",
                float(row["max_time"]),
                "s",
                "notional; life of battery and gas, just beyond the public range",
            ),
        ]
    )


def report(item: Item, row: np.void, drag: np.ndarray) -> str:
    """One line: what is reached / what is public."""
    got, h = measure(item, row, drag), target_height(item)
    mean, public = item.value("mean_speed"), item.si("max_range_aircraft")
    half = reached(row, drag, 0.5 * public, h)
    parts = (
        f"{item.key:8s} range {got.range / 1e3:5.1f} / {public / 1e3:g} km",
        f"peak {got.peak:4.0f} / {item.si('peak_speed'):g} m/s",
        f"mean {got.mean:4.0f} / {mean.low:g}..{mean.high:g}",
        f"arrival {got.arrival:4.0f} m/s",
        f"apex {apex(row, drag, got.range * 0.99, h) / 1e3:3.0f} km",
        f"half way {half[0]:3.0f} s {half[1]:4.0f} m/s",
        f"{LOW:g} m: {got.low_reach / 1e3:5.1f} km",
        f"faults {got.faults}",
    )
    return "   ".join(parts)


def main() -> None:
    """Search and print."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("--")]
    items = [item for item in load().items("missile") if not wanted or item.key in wanted]
    rows, drags = missile_rows(items)
    table = []
    for item, row, drag in zip(items, rows, drags, strict=True):
        if "--report" not in sys.argv:
            row, drag, scale = search(item, row, drag)
            print(f"[{item.key}]\n{lines(item, row, scale)}\n", flush=True)
        table.append(report(item, row, drag))
    print("\n".join(table))


if __name__ == "__main__":
    main()
