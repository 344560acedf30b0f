"""How many replications of murted-raid one core does per second, kernels warm; target: 30.

python benchmarks/replication.py [--runs N] [--log]
Prints user CPU seconds of the whole replication (state made, run, hashed), median and best of N, and the work done.
Run it on a quiet machine: the figure is CPU time of one thread, but two busy threads on one core share its units.
"""

import argparse
import statistics
import time

from skyreach import load
from skyreach.engine.replicate import replicate
from skyreach.scenario.compile import compile_scenario


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=40)
    options.add_argument("--log", action="store_true", help="with the samples that a run folder keeps")
    options.add_argument("--scenario", default="murted-raid")
    given = options.parse_args()
    compiled = compile_scenario(load(given.scenario), log=given.log)
    replicate(compiled, 0)
    seconds, shots, events = [], 0, 0
    for seed in range(1, given.runs + 1):
        start = time.process_time()
        run = replicate(compiled, seed)
        seconds.append(time.process_time() - start)
        shots += len(run.world.missiles)
        events += len(run.world.events)
    middle = statistics.median(seconds)
    print(
        f"{given.scenario}: {1 / middle:.1f} replications/s per core (median {middle * 1e3:.1f} ms, best "
        f"{min(seconds) * 1e3:.1f} ms) of {compiled.scenario.duration_s:g} s with {len(run.world.targets)} targets; "
        f"{shots / given.runs:.0f} shots, {events / given.runs:.0f} events a run; log {'on' if given.log else 'off'}"
    )


if __name__ == "__main__":
    main()
