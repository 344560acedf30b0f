"""How long exports and imports take, and how much memory: 1,800 s with 1,000 targets to each format, a million state vectors in.

    python benchmarks/formats.py [FOLDER]

Makes the run (some 40 s of CPU) and the file of state vectors in FOLDER (a temporary one where absent), then does each export and
the import in a process of its own and prints seconds (wall and CPU) and peak memory beside the limits: 20 s and 1 GB an export,
10 s the import. Limits are on CPU time, which other work on the machine does not move. Exit code 4 where one does not hold.
"""

import json
import math
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

EXPORT_S, IMPORT_S, MEMORY_MB = 20.0, 10.0, 1000.0
FORMATS = ("acmi", "czml", "kml", "geojson", "gpkg", "tif", "asterix", "dis", "simdis", "parquet", "csv")
VECTORS, AIRCRAFT = 1_000_000, 1000


def make_run(folder: Path) -> None:
    """murted-raid's defence against 400 drones, with 600 airliners in the air, for 1,800 s."""
    import skyreach as sr
    from skyreach.scenario.load import read_scenario
    from skyreach.scenario.yamltree import dump

    def item(name, system, count, spread, points):
        route = [{"lat": lat, "lon": lon, "height_m": h, "ref": "msl"} for lat, lon, h in points]
        return {"name": name, "system": system, "count": count, "spread_m": spread, "start_s": 0.0, "route": route}

    data = sr.load("murted-raid").model_dump(mode="json", exclude_unset=True)
    around = [math.radians(9.0 * n) for n in range(40)]
    data["raid"] = [item(f"r{n}", "shahed-136", 10, 2000.0, [(40 + 2.6 * math.cos(a), 32.5 + 3.4 * math.sin(a), 4500.0),
                    (40.05, 32.55, 4500.0), (41.5, 34.0, 4500.0)]) for n, a in enumerate(around)]  # fmt: skip
    turns = [math.radians(6.0 * n) for n in range(60)]
    data["civil"] = [
        item(f"c{n}", "a320", 10, 3000.0, [(40 + 3 * math.cos(a), 32.5 + 4 * math.sin(a), 9000.0 + 20 * n),
             (40 - 3 * math.cos(a + 0.35), 32.5 - 4 * math.sin(a + 0.35), 9000.0 + 20 * n)])
        for n, a in enumerate(turns)
    ]  # fmt: skip
    data["duration_s"] = 1800.0
    sr.run(read_scenario(dump(data)), seed=1).save(folder / "run")


def make_vectors(folder: Path) -> None:
    """State vectors as OpenSky writes them: 1,000 aircraft, each every 10 s along a circle."""
    file = folder / "vectors.csv"
    steps = VECTORS // AIRCRAFT
    t = np.repeat(np.arange(steps) * 10, AIRCRAFT)
    who = np.tile(np.arange(AIRCRAFT), steps)
    turn = t / 5000.0 + who
    lat, lon = 40 + 2 * np.cos(turn), 32 + 2.6 * np.sin(turn)
    rows = zip(t.tolist(), who.tolist(), lat.tolist(), lon.tolist(), strict=True)
    with file.open("w", encoding="utf-8") as out:
        out.write("time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,baroaltitude,geoaltitude\n")
        out.writelines(f"{1_600_000_000 + s},{n:06x},{y:.6f},{x:.6f},220,90,0,TST{n},False,10000,10100\n" for s, n, y, x in rows)


def measured(words: list[str]) -> dict[str, float]:
    """Seconds and megabytes of a command, in a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "skyreach", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(words)}")
    return {"wall_s": time.perf_counter() - began, "cpu_s": used.ru_utime + used.ru_stime, "memory_mb": used.ru_maxrss / 1024}


def main() -> int:
    """Measure all, print a table and one line of JSON."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    for maker in (*((make_run,) if not (folder / "run").is_dir() else ()), make_vectors):
        process = multiprocessing.get_context("spawn").Process(target=maker, args=(folder,))
        process.start()  # a process of its own: on Linux a child inherits the peak memory of who started it
        process.join()
    run, vectors = folder / "run", folder / "vectors.csv"
    measured(["import", str(vectors), "--out", str(folder / "warm.yaml"), "--duration", "600"])  # kernels into the cache
    measured(["export", str(run), "czml", "--out", str(folder / "warm.czml")])
    found = {}
    for name in FORMATS:
        target = Path(tempfile.mkdtemp(dir=folder)) / f"out.{name}"
        found[f"export {name}"] = (measured(["export", str(run), name, "--out", str(target)]), EXPORT_S)
    found["import vectors"] = (measured(["import", str(vectors), "--out", str(folder / "traffic.yaml")]), IMPORT_S)
    held = True
    for name, (m, limit) in found.items():
        good = m["cpu_s"] < limit and m["memory_mb"] < MEMORY_MB
        held = held and good
        said = "held" if good else "NOT HELD"
        print(f"{name:16} {m['wall_s']:6.1f} s wall {m['cpu_s']:6.1f} s CPU {m['memory_mb']:6.0f} MB  {said}", flush=True)
    print(json.dumps({name: m for name, (m, _) in found.items()}))
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", file=sys.stderr)
    return 0 if held else 4


if __name__ == "__main__":
    sys.exit(main())
