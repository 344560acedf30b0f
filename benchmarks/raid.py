"""The regiment of murted-raid against 200 mixed targets that fight back, for 1,800 s; target: 1 s of CPU a replication.

python benchmarks/raid.py [--runs N]
Drones in swarms from several sides, cruise missiles with pop-up, ballistic arcs that weave, anti-radiation missiles, decoys and
aircraft that evade and drop chaff. Prints CPU seconds of one thread, kernels warm; run it on a quiet machine.
"""

import argparse
import statistics
import time

import yaml

from skyreach import load
from skyreach.engine.replicate import replicate
from skyreach.scenario import Scenario, read_scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.world import codes

SIDES = [20.0, 80.0, 150.0, 230.0, 300.0]


def place(bearing: float, km: float) -> dict:
    """A place as seen from Mürted."""
    return {"site": "murted", "bearing_deg": bearing, "distance_km": km}


def swarm(km: float, height_m: float, ref: str = "agl") -> dict:
    """Weapons from all the sides."""
    return {"from_deg": SIDES, "distance_km": km, "height_m": height_m, "ref": ref}


def raid() -> list[dict]:
    """200 targets."""
    cruise = {"route": [], "aim": "air-base", "damage": "cep", "spacing_s": 20.0}
    arc = [{"at": place(60.0, 250.0), "height_m": 0.0, "ref": "agl", "speed_mps": 1800.0}]
    leg = [{"at": place(200.0, km), "height_m": 7000.0, "ref": "msl"} for km in (180.0, 25.0)]
    return [
        {"name": "shahed", "system": "shahed-136", "count": 80, "swarm": swarm(45.0, 300.0), **cruise},
        {"name": "kalibr", "system": "kalibr", "count": 30, "swarm": swarm(160.0, 100.0), **cruise,
         "popup": {"at_km": 12.0, "height_m": 900.0}},
        {"name": "storm", "system": "storm-shadow", "count": 25, "swarm": swarm(170.0, 100.0), **cruise},
        {"name": "decoy", "system": "mald", "count": 25, "route": leg, "spacing_s": 15.0, "spread_m": 2000.0},
        {"name": "arc", "system": "iskander-m", "count": 10, "route": arc, "ballistic": "low", "aim": "air-base", "damage": "cep",
         "spacing_s": 60.0, "weave": {"period_s": 4.0, "last_s": 12.0}},
        {"name": "harm", "system": "agm-88", "count": 14, "home_on": "emitters", "spacing_s": 30.0, "route": leg},
        {"name": "strike", "system": "f-16c", "count": 16, "route": leg, "spacing_s": 40.0, "spread_m": 3000.0,
         "evade": {"how": "beam", "g": 5.0, "chaff": 10}},
    ]  # fmt: skip


def scenario() -> Scenario:
    """murted-raid with another raid."""
    data = yaml.safe_load(load("murted-raid").to_yaml())
    return read_scenario(yaml.safe_dump({**data, "name": "raid-200", "raid": raid(), "duration_s": 1800.0}, sort_keys=False))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=10)
    given = options.parse_args()
    compiled = compile_scenario(scenario(), log=False)
    replicate(compiled, 0)
    seconds = []
    for seed in range(1, given.runs + 1):
        start = time.process_time()
        run = replicate(compiled, seed)
        seconds.append(time.process_time() - start)
    hostile = run.world.targets[run.world.targets["side"] == codes.RED]
    killed, arrived = ((hostile["status"] == status).sum() for status in (codes.DESTROYED, codes.ARRIVED))
    print(
        f"{len(hostile)} targets, {compiled.scenario.duration_s:g} s: median {statistics.median(seconds):.3f} s of CPU, best "
        f"{min(seconds):.3f} s; last run: {len(run.world.missiles)} missiles, {killed} killed, {arrived} arrived, "
        f"{(run.world.radars['alive'] == 0).sum()} radars lost"
    )


if __name__ == "__main__":
    main()
