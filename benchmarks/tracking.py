"""Multi-target tracking beside Stone Soup and filterpy: seconds a scan and accuracy on identical, seeded plots.

python benchmarks/tracking.py [--targets 10 100] [--seeds 1 2] [--peers PYTHON] [--harness FILE] [--set KEY=VALUE ...]

The plots, the scoring (GOSPA, p = 2, c = 1 000 m, alpha = 2) and the peers' trackers come from the common harness of the peers,
`tracking.py`, which lies beside this repository in shared/peers. The peers run under an interpreter of their own that has
stonesoup 1.9.1, pyehm 2.2 and filterpy 2.0.0, so that nothing of them is needed here:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install stonesoup==1.9.1 pyehm==2.2 filterpy==2.0.0

CPU seconds a scan: median of the last 30 of 60 scans. Printed at the end, where the peers ran: GOSPA of each choice over that of
Stone Soup's EKF with GNN, over its EKF with JPDA (EHM2), and over filterpy's IMM with perfect association; and t(1000) / t(100).
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from skyreach.analysis.tracking import PlotTracker
from skyreach.scenario.tracking import Tracking

HARNESS = Path(__file__).resolve().parents[2] / "shared" / "peers" / "tracking.py"
PLACE = (0.7, 0.575, 0.0)  # rad, rad, m: the harness is flat, so that any place will do
DROP = 17.0  # s without a plot: the peers delete a track after four scans, 20 s, too
OWN = {
    "imm-gnn": {"filter": "imm", "association": "gnn"},
    "imm-jpda": {"filter": "imm", "association": "jpda"},
    "kalman-jpda": {"filter": "kalman", "association": "jpda"},
}
PEERS = {"ss-gnn-kd": 1000, "ss-jpda-ehm": 100, "filterpy-imm": 1000}  # the most targets that one is asked to follow
ONE = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("harness", sys.argv[1])
harness = importlib.util.module_from_spec(spec)
spec.loader.exec_module(harness)
print(json.dumps(harness.run_case(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), 3600.0, None, None)))
"""


def load_harness(path: Path):
    """The module of the harness; its own virtual environment is not used."""
    if not path.exists():
        sys.exit(f"no harness at {path}: give --harness FILE, the peers' tracking.py")
    spec = importlib.util.spec_from_file_location("harness", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def own(harness, data, settings, choice):
    """Estimates (east, north, up) and seconds of every scan, by a choice as in OWN."""
    volume = harness.TOP * 2.0 * np.pi * (harness.FAR - harness.NEAR)
    tracker = PlotTracker(
        PLACE, harness.SIGMA, harness.PERIOD, harness.CLUTTER / volume, settings=settings, tracking=Tracking(**choice)
    )
    estimates, seconds = [], []
    for frame in range(harness.FRAMES):
        plots = data["range_azimuth_elevation"][data["frame"] == frame]
        start = time.process_time()
        tracker.scan(harness.PERIOD * frame, plots)
        seconds.append(time.process_time() - start)
        estimates.append(tracker.positions_enu())
    return estimates, seconds


def peer(python, path, name, targets, seed):
    """Result of one peer, run under its own interpreter."""
    said = subprocess.run([python, "-c", ONE, path, name, str(targets), str(seed)], capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(f"{name} failed under {python}:\n{said.stderr[-2000:]}")
    return json.loads(said.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--targets", type=int, nargs="+", default=[10, 100, 500, 1000])
    options.add_argument("--seeds", type=int, nargs="+", default=[1])
    options.add_argument("--peers", metavar="PYTHON", help="interpreter that has the peers: measure them too, minutes")
    options.add_argument("--harness", type=Path, default=HARNESS)
    options.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="settings of the track file")
    given = options.parse_args()
    harness = load_harness(given.harness)
    settings = {"drop_time": DROP} | {key: float(value) for key, value in (word.split("=") for word in given.set)}
    for choice in OWN.values():
        own(harness, harness.make_set(10, 1), settings, choice)  # compiles
    results = {}
    for targets in given.targets:
        for seed in given.seeds:
            data = harness.make_set(targets, seed)
            for name, choice in OWN.items():
                estimates, seconds = own(harness, data, settings, choice)
                row = {"s_per_scan": statistics.median(seconds[harness.FRAMES // 2 :])}
                results[name, targets, seed] = show(name, targets, seed, row | harness.score(estimates, data["truth"]))
            for name, most in PEERS.items() if given.peers else ():
                if targets <= most:
                    row = peer(given.peers, str(given.harness), name, targets, seed)
                    results[name, targets, seed] = show(name, targets, seed, row)
    compare(results)


def show(name, targets, seed, row):
    """One line of the table; returns the row."""
    figures = " ".join(f"{key} {row[key]:g}" for key in ("gospa_m", "rmse_m", "confirmed", "missed", "false"))
    print(f"{name:13s} N {targets:5d} seed {seed} {row['s_per_scan'] * 1e3:9.3f} ms/scan {figures}", flush=True)
    return row


def compare(results) -> None:
    """GOSPA of each choice over that of each peer on the same plots, and how the time grows."""
    for (name, targets, seed), row in results.items():
        if name in OWN:
            ratios = {p: row["gospa_m"] / results[p, targets, seed]["gospa_m"] for p in PEERS if (p, targets, seed) in results}
            if ratios:
                print(f"{name:13s} N {targets:5d} seed {seed} GOSPA over", *(f"{p} {value:.3f}" for p, value in ratios.items()))
            if targets == 1000 and (name, 100, seed) in results:
                print(f"{name:13s} t(1000) / t(100) = {row['s_per_scan'] / results[name, 100, seed]['s_per_scan']:.1f}")


if __name__ == "__main__":
    main()
