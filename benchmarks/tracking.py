"""Multi-target tracking beside Stone Soup and filterpy: seconds a scan and accuracy on identical, seeded plots.

python benchmarks/tracking.py [--targets 10 100] [--seeds 1 2] [--peers] [--harness FILE]
The plots, the scoring (GOSPA, p = 2, c = 1 000 m, alpha = 2) and the peers' trackers come from the common harness of the peers,
`tracking.py`, which lies beside this repository in shared/peers. User seconds a scan: median of the last 30 of 60 scans.
"""

import argparse
import importlib.util
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from skyreach.analysis.tracking import PlotTracker

HARNESS = Path(__file__).resolve().parents[2] / "shared" / "peers" / "tracking.py"
PLACE = (0.7, 0.575, 0.0)  # rad, rad, m: the harness is flat, so that any place will do
DROP = 17.0  # s without a plot: the peers delete a track after four scans, 20 s, too
PEERS = ("ss-gnn-kd", "ss-jpda-ehm", "filterpy-imm")


def load_harness(path: Path):
    """The module of the harness; its own virtual environment is not used."""
    if not path.exists():
        sys.exit(f"no harness at {path}: give --harness FILE, the peers' tracking.py")
    spec = importlib.util.spec_from_file_location("harness", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def own(harness, data, settings, joint=False):
    """Estimates (east, north, up) and seconds of every scan."""
    volume = harness.TOP * 2.0 * np.pi * (harness.FAR - harness.NEAR)
    tracker = PlotTracker(PLACE, harness.SIGMA, harness.PERIOD, harness.CLUTTER / volume, settings=settings, joint=joint)
    estimates, seconds = [], []
    for frame in range(harness.FRAMES):
        plots = data["range_azimuth_elevation"][data["frame"] == frame]
        start = time.process_time()
        tracker.scan(harness.PERIOD * frame, plots)
        seconds.append(time.process_time() - start)
        estimates.append(tracker.positions_enu())
    return estimates, seconds


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--targets", type=int, nargs="+", default=[10, 100, 500, 1000])
    options.add_argument("--seeds", type=int, nargs="+", default=[1])
    options.add_argument("--peers", action="store_true", help="measure the peers too: minutes")
    options.add_argument("--harness", type=Path, default=HARNESS)
    options.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="settings of the track file")
    given = options.parse_args()
    harness = load_harness(given.harness)
    settings = {"drop_time": DROP} | {key: float(value) for key, value in (word.split("=") for word in given.set)}
    for joint in (False, True):
        own(harness, harness.make_set(10, 1), settings, joint)  # compiles
    for targets in given.targets:
        for seed in given.seeds:
            data = harness.make_set(targets, seed)
            for joint in (False, True):
                estimates, seconds = own(harness, data, settings, joint)
                row = harness.score(estimates, data["truth"])
                name = "skyreach-jpda" if joint else "skyreach-gnn"
                show(name, targets, seed, statistics.median(seconds[harness.FRAMES // 2 :]), row)
            for name in PEERS if given.peers else ():
                if targets <= harness.CASES[name][-1]:
                    row = harness.run_case(name, targets, seed, 3600.0, None, None)
                    show(name, targets, seed, row["s_per_scan"], row)


def show(name, targets, seed, seconds, row):
    """One line of the table."""
    figures = " ".join(f"{key} {row[key]:g}" for key in ("gospa_m", "rmse_m", "confirmed", "missed", "false"))
    print(f"{name:13s} N {targets:5d} seed {seed} {seconds * 1e3:9.3f} ms/scan {figures}", flush=True)


if __name__ == "__main__":
    main()
