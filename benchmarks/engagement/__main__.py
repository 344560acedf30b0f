"""The whole chain, looks to kills, at 10, 100 and 1,000 entities; the decision cycle; cost by targets and radars.

python benchmarks/engagement [--only chain|cycle|scaling] [--runs N] [--png FILE] [--json FILE]

chain    simulated seconds per CPU second of one thread (median), and what was done meanwhile. Targets: 8,000, 1,500 and 40; peers
         on the same numbers of entities (they have no terrain, no echo, no track filter or no shots): Panopticon AI 2,160, 36 and
         0.26, MIXR in C++ 780, 21 and 0.21.
cycle    time of one decision of a command post: 200 firm hostile tracks, 8 fire units, 5 types of missile. Target: 1 ms.
scaling  CPU time of a simulated second by targets and radars, with a straight line through it, as a table and a picture.

Run it on a quiet machine: two busy threads on one core share its units.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
from raids import fight

from skyreach.engine.cycle import cycle
from skyreach.engine.loop import has_banks, has_tactics, run_frames, step
from skyreach.engine.replicate import replicate
from skyreach.scenario.compile import Compiled
from skyreach.world import codes
from skyreach.world.state import copy_world, new_log

CHAIN = {10: (300.0, 8000.0), 100: (300.0, 1500.0), 1000: (120.0, 40.0)}  # entities: duration [s], target
FIVE = [{"48n6e3": 4}, {"9m96e2": 16}, {"48n6e2": 4}, {"9m96e": 16}, {"40n6": 4}]


def work_of(compiled: Compiled, seed: int) -> dict[str, float]:
    """Looks, and the mean numbers of targets in flight and of tracks, by a second run frame by frame."""
    model, world = compiled.new_world(seed)
    log, p = new_log(100_000), model.params[0]
    frames, looks, flying, tracks = round(float(p["duration"]) / float(p["dt"])), 0, 0, 0
    for _ in range(frames):
        before = world.looks["t_next"].copy()
        step(model, world, log)
        log.n[:] = 0
        looks += int((world.looks["t_next"] != before).sum())
        flying += int((world.targets["status"] == codes.FLYING).sum())
        tracks += int((world.tracks["state"] != codes.FREE_ROW).sum())
    return {"looks": looks, "flying": flying / frames, "tracks": tracks / frames}


def chain(runs: int) -> list[dict]:
    """Simulated seconds per CPU second by entities."""
    rows = []
    for entities, (duration, target) in CHAIN.items():
        compiled = fight(entities, duration)
        replicate(compiled, 0)
        seconds, world = [], None
        for _ in range(runs):
            start = time.process_time()
            world = replicate(compiled, 1).world
            seconds.append(time.process_time() - start)
        done = work_of(compiled, 1)
        rate = duration / statistics.median(seconds)
        rows.append({
            "entities": entities, "sim_s_per_cpu_s": rate, "target": target, "shots": len(world.missiles),
            "tracks_begun": int(world.clock[0]["n_numbers"]), "killed": int((world.targets["status"] == codes.DESTROYED).sum()),
            **done,
        })  # fmt: skip
        print(
            f"{entities:5d} entities, {duration:g} s: {rate:,.0f} sim-s/CPU-s (target {target:,.0f}); {done['looks']:,} looks, "
            f"{rows[-1]['tracks_begun']} tracks begun, {rows[-1]['shots']} shots, {rows[-1]['killed']} kills; "
            f"in the mean {done['flying']:.0f} in flight, {done['tracks']:.0f} tracks"
        )
    return rows


def tracked(rule: str) -> tuple:
    """Model, world and time [s] of a fight in which 200 tracks are firm and hostile and 8 units have held fire so far."""
    doctrine = {"weapons": "hold", "assignment": rule}
    compiled = fight(440, 200.0, targets=440, units=8, loads=FIVE, ring=(100.0, 200.0), doctrine=doctrine)
    model, world = compiled.new_world(1)
    log = new_log(100_000)
    known = world.targets[:0]
    while len(known) < 200:
        log.n[:] = 0
        run_frames(model, world, log, int(world.clock[0]["frame"]) + 10, has_banks(model), has_tactics(world))
        known = world.tracks[(world.tracks["state"] == codes.FIRM) & (world.tracks["identity"] == codes.HOSTILE)]
        if world.clock[0]["frame"] >= 2000:
            raise SystemExit(f"only {len(known)} tracks at the end")
    world.sites["control"] = codes.FREE
    return model, world, log, len(known)


def decisions(rule: str, cycles: int = 30) -> dict:
    """Times of the decisions of a post, from the first, for which all has to be planned, on."""
    model, world, log, n = tracked(rule)
    head, times = np.flatnonzero(world.sites["kind"] == codes.POST)[0], []
    for _ in range(cycles):
        t = float(world.clock[0]["frame"] * model.params[0]["dt"])
        best = np.inf
        for _ in range(5):
            twin = copy_world(world)
            log.n[:] = 0
            start = time.perf_counter()
            cycle(model, twin, log, head, t)
            best = min(best, time.perf_counter() - start)
        times.append(best)
        world.sites["t_next_cycle"] = t
        world.clock[0]["t_decide"] = t
        log.n[:] = 0
        run_frames(model, world, log, int(world.clock[0]["frame"]) + 10, has_banks(model), has_tactics(world))
    held = int(world.sites["targets_held"].sum())
    return {"rule": rule, "tracks": n, "first_ms": 1e3 * times[0],
            "median_ms": 1e3 * statistics.median(times),
            "worst_ms": 1e3 * max(times), "engaged": held}  # fmt: skip


def cycles() -> list[dict]:
    """The decision cycle by each rule."""
    rows = []
    for rule in codes.ASSIGNMENTS:
        row = decisions(rule)
        rows.append(row)
        print(
            f"cycle, {rule}: {row['tracks']} tracks x 8 units x 5 types: first {row['first_ms']:.2f} ms, "
            f"median {row['median_ms']:.2f}, worst {row['worst_ms']:.2f} (target 1 ms); {row['engaged']} engaged at the end"
        )
    return rows


def scaling(picture: Path | None) -> list[dict]:
    """CPU time of a simulated second by targets, for 1, 4 and 16 fire units; 60 s each."""
    rows = []
    for units in (1, 4, 16):
        for targets in (50, 100, 200, 400, 700, 1000):
            compiled = fight(targets, 60.0, targets=targets, units=units)
            replicate(compiled, 0)
            start = time.process_time()
            replicate(compiled, 1)
            cpu = (time.process_time() - start) / 60.0
            rows.append({"units": units, "radars": units + 1, "targets": targets, "cpu_ms_per_s": 1e3 * cpu})
    for units in (1, 4, 16):
        x = np.array([r["targets"] * r["radars"] for r in rows if r["units"] == units], float)
        y = np.array([r["cpu_ms_per_s"] for r in rows if r["units"] == units])
        power = np.polyfit(np.log(x[2:]), np.log(y[2:]), 1)[0]  # from 200 targets on: below that the frame itself counts
        costs = ", ".join(f"{v:.2f}" for v in y)
        print(f"{units:3d} units: {costs} ms/s at 50 .. 1,000 targets; grows as targets^{power:.2f}")
    if picture:
        draw(rows, picture)
    return rows


def draw(rows: list[dict], picture: Path) -> None:
    """Cost over targets, a line for each number of fire units."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for units in sorted({r["units"] for r in rows}):
        mine = [r for r in rows if r["units"] == units]
        axes.plot([r["targets"] for r in mine], [r["cpu_ms_per_s"] for r in mine], "o-", label=f"{units + 1} radars")
    axes.set(xlabel="targets", ylabel="CPU time of a simulated second [ms]", title="Whole chain: cost by targets and radars")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(picture, dpi=120)
    print(f"picture: {picture}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", choices=("chain", "cycle", "scaling"))
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--png", type=Path)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    found: dict[str, list[dict]] = {}
    if given.only in (None, "chain"):
        found["chain"] = chain(given.runs)
    if given.only in (None, "cycle"):
        found["cycle"] = cycles()
    if given.only in (None, "scaling"):
        found["scaling"] = scaling(given.png)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
