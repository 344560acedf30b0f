"""One guided fly-out of 80 s, kernels warm: what it costs here and in RocketPy; target: 0.4 ms.

python benchmarks/flyout.py [--missile 48n6e3] [--runs 7] [--peers]
Here: launch, turn-over, loft, mid-course on the predicted point, proportional navigation, autopilot lag, tables of drag and air,
rotating earth, at the engine's own steps (0.02 s after launch and near the target, 0.1 s between) and at 0.02 s throughout.
--peers: also RocketPy's point mass and six degrees of freedom, in turn with ours (A B A B), if installed (pip install rocketpy).
The peers fly a body of 900 kg with its own thrust and drag, unguided, for 80 s.
Prints user CPU milliseconds of a flight, median of the runs.
"""

import argparse
import math
import statistics
import time
from collections.abc import Callable

import numpy as np

from skyreach.catalog import load
from skyreach.physics.chase import chase, meeting
from skyreach.scenario.missiles import AIR_STEP, REACH_DH, missile_reach
from skyreach.world.tables import DRAG_STEP

SECONDS, BURN, FULL, BURNT, THRUST, DIAMETER = 80.0, 10.0, 900.0, 450.0, 120e3, 0.5
CURVE = [(0.0, 0.20), (0.8, 0.22), (1.0, 0.40), (1.2, 0.45), (2.0, 0.33), (3.0, 0.26), (5.0, 0.20)]


def ours(missile: str, step: float) -> Callable[[], float]:
    """A function that flies once against a target that comes in at 250 m/s, 8 km up, met after 80 s; returns that time [s]."""
    item = load()[missile]
    rows, drag, air, reach = missile_reach([item], 0.0)
    low, high = item.si("min_range"), 1.3 * item.si("max_range_aircraft")
    for _ in range(40):
        r = 0.5 * (low + high)
        course = np.array([r, 0.0, 8e3, 250.0, math.pi, 0.0, 1.0, 0.0])
        t, v = meeting(rows[0], reach[0], rows[0]["reach_dr"], REACH_DH, 0.0, course)
        low, high = (r, high) if t < SECONDS else (low, r)

    def fly() -> float:
        miss, t_hit, _, _ = chase(rows[0], drag[0], DRAG_STEP, air, AIR_STEP, 0.0, course, t, v, step)
        if not miss < 1.0:
            raise SystemExit(f"{missile} missed by {miss:.1f} m: choose one that flies {SECONDS:g} s")
        return float(t_hit)

    return fly


def rocketpy_flight(point_mass: bool) -> Callable[[], float]:
    """A function that flies RocketPy's rocket once; returns the height at the end [m]."""
    import rocketpy

    world = rocketpy.Environment(latitude=40.0, longitude=33.0, elevation=0.0)
    world.set_atmospheric_model(type="standard_atmosphere")
    if point_mass:
        motor = rocketpy.PointMassMotor(thrust_source=THRUST, dry_mass=1.0, propellant_initial_mass=BURNT, burn_time=BURN)
        body = rocketpy.PointMassRocket(
            radius=DIAMETER / 2, mass=FULL - BURNT, center_of_mass_without_motor=0.0, power_off_drag=CURVE, power_on_drag=CURVE
        )
        body.add_motor(motor, position=0)
        options = {"simulation_mode": "3 DOF"}
    else:
        motor = rocketpy.GenericMotor(
            thrust_source=lambda t: THRUST if t < BURN else 0.0, burn_time=BURN, chamber_radius=0.24, chamber_height=2.5,
            chamber_position=0.0, propellant_initial_mass=BURNT, nozzle_radius=0.15, dry_mass=1.0,
            center_of_dry_mass_position=0.0, dry_inertia=(1.0, 1.0, 0.1), nozzle_position=-2.5,
        )  # fmt: skip
        body = rocketpy.Rocket(
            radius=DIAMETER / 2, mass=FULL - BURNT, inertia=(2500.0, 2500.0, 30.0), power_off_drag=CURVE, power_on_drag=CURVE,
            center_of_mass_without_motor=0.0, coordinate_system_orientation="tail_to_nose",
        )  # fmt: skip
        body.add_motor(motor, position=0)
        body.add_nose(length=1.0, kind="von karman", position=3.7)
        body.add_trapezoidal_fins(n=4, root_chord=0.8, tip_chord=0.4, span=0.4, position=-1.7)
        options = {}

    def fly() -> float:
        flight = rocketpy.Flight(
            rocket=body, environment=world, rail_length=5.0, inclination=60.0, heading=90.0, max_time=SECONDS, **options
        )
        return float(flight.solution[-1][3])

    return fly


def cpu(fly: Callable[[], float], times: int) -> float:
    """User CPU milliseconds of one flight."""
    start = time.process_time()
    for _ in range(times):
        fly()
    return (time.process_time() - start) / times * 1e3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missile", default="48n6e3")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--peers", action="store_true")
    given = parser.parse_args()
    cases = {
        "skyreach, engine steps": (ours(given.missile, 0.1), 200),
        "skyreach, 50 Hz": (ours(given.missile, 0.02), 50),
    }
    if given.peers:
        cases |= {"RocketPy 3 DOF": (rocketpy_flight(True), 5), "RocketPy 6 DOF": (rocketpy_flight(False), 1)}
    spent: dict[str, list[float]] = {name: [] for name in cases}
    for name, (fly, _) in cases.items():
        print(f"{name}: flown once, {fly():.1f}", flush=True)  # and compiled
    for _ in range(given.runs):
        for name, (fly, times) in cases.items():
            spent[name].append(cpu(fly, times))
    first = statistics.median(spent["skyreach, engine steps"])
    for name, row in spent.items():
        middle = statistics.median(row)
        print(f"{name:24s} {middle:9.3f} ms (best {min(row):.3f}), {middle / first:8.1f} x")


if __name__ == "__main__":
    main()
