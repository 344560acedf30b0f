"""What a study costs beside its kernel, how it uses the cores, and what memory it takes as the number of runs grows.

python benchmarks/study.py [--scenario murted-raid] [--runs 100,1000] [--jobs 1,2]
First the kernel alone on one thread: CPU time inside `run_frames` and CPU time of the whole replication, in one run, replication
by replication. Then studies in processes of their own (`skyreach study`, nothing left out: plan, shards, journal, answers are
apart): runs/s by the wall clock and by CPU time, peak memory. On a machine that others use take the CPU figures. Seeds differ in
their time, and so do minutes: the share of the CPU time that the kernel takes within the study is free of both.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHILD = """
import json, resource, sys, time
from skyreach.studies import workspace
from skyreach.studies.run import Threads, drive
from skyreach.studies.shards import CELLS
from skyreach.studies.study import begin
scenario, folder, runs, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
study = begin(scenario, folder, {"runs": runs})
CELLS.workspace(study.plan, 0).run(0)  # compiled and loaded
inside, frames = [], workspace.run_frames
def timed(*args):
    start = time.thread_time()
    frames(*args)
    inside.append(time.thread_time() - start)
workspace.run_frames = timed
wall, cpu = time.monotonic(), time.process_time()
drive(study.book, Threads(study.book, jobs))
used = {"wall": time.monotonic() - wall, "cpu": time.process_time() - cpu}
used["kernel"] = sum(inside)
used["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(used))
"""


def kernel_alone(scenario: str, runs: int) -> tuple[float, float]:
    """(kernel, whole replication) median CPU seconds of one replication on one thread."""
    from skyreach import load
    from skyreach.scenario.compile import compile_scenario
    from skyreach.studies import workspace

    space = workspace.Workspace(compile_scenario(load(scenario), log=False))
    inside: list[float] = []
    frames = workspace.run_frames

    def timed(*args: object) -> None:
        start = time.thread_time()
        frames(*args)
        inside.append(time.thread_time() - start)

    space.run(0)
    workspace.run_frames = timed  # type: ignore[assignment]
    whole = []
    for seed in range(1, runs + 1):
        start = time.thread_time()
        space.run(seed)
        whole.append(time.thread_time() - start)
    workspace.run_frames = frames
    return statistics.median(inside), statistics.median(whole)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scenario", default="murted-raid")
    options.add_argument("--runs", default="100,1000")
    options.add_argument("--jobs", default="1,2")
    given = options.parse_args()
    kernel, whole = kernel_alone(given.scenario, 40)
    print(f"{given.scenario}: kernel {kernel * 1e3:.2f} ms, whole replication {whole * 1e3:.2f} ms of CPU time, "
          f"overhead {whole / kernel - 1:.2%}")  # fmt: skip
    for runs in map(int, given.runs.split(",")):
        for jobs in map(int, given.jobs.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                said = subprocess.run(
                    [sys.executable, "-c", CHILD, given.scenario, str(Path(folder) / "s"), str(runs), str(jobs)],
                    capture_output=True, text=True, check=True, env=dict(os.environ),
                ).stdout  # fmt: skip
            used = json.loads(said.splitlines()[-1])
            print(
                f"{runs:>7,} runs, {jobs} threads: {runs / used['wall']:.2f} runs/s by the clock, CPU "
                f"{used['cpu'] / runs * 1e3:.2f} ms a run = {kernel * runs / used['cpu']:.1%} of the kernel's rate a core, "
                f"{used['kernel'] / used['cpu']:.1%} of it in the kernel ({used['kernel'] / runs * 1e3:.2f} ms a run); "
                f"peak {used['peak_mb']:.0f} MB"
            )
    print(f"this process: peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
