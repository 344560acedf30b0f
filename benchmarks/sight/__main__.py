"""Sight beside its peers, in the same run, in turn, on the same seeded terrain.

python benchmarks/sight [--radius 100] [--radius 400] [--runs 3] [--peer NAME ...] [--json FILE]

Prints user seconds (median), errors of the lowest visible altitude against brute-force rays, and the ratios of both. Without
--peer: gdal-rasterio and, where installed, gdal-viewshed. More peers: grass (installed), and xarray-spatial, aetherpy and itur,
each put by pip into an environment of its own under the temporary folder (--peer-python: the interpreter for it; 3.12 or newer
gets the present xarray-spatial). grass, xarray-spatial and aetherpy run once, and to 100 km unless --slow."""

import argparse
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from ground import POSTING, SIDES, SPARE, cells, ellipsoid_ray, fractal, look_at, plane_ray, polar_of_cell, summary

HERE = Path(__file__).resolve().parent
PROGRAMS = {"gdal-viewshed": "gdal_viewshed", "grass": "grass"}
PACKAGES = {
    "xarray-spatial": ("xarray-spatial", "numba", "scipy", "rasterio"),
    "aetherpy": ("aetherpy==1.0.0", "rasterio"),
    "itur": ("itur==0.4.0",),
}
SLOW = ("grass", "xarray-spatial", "aetherpy")
CELLS = {100: 1000, 400: 500}  # at which errors are taken


def write_dem(path: Path, height: np.ndarray) -> None:
    """The DEM as the peers read it: projected metres, the middle at 500000 4000000, north first."""
    import rasterio

    rim, shape = height.shape[0] / 2 * POSTING, {"width": height.shape[1], "height": height.shape[0], "count": 1}
    corner = rasterio.Affine(POSTING, 0.0, 500e3 - rim, 0.0, -POSTING, 4e6 + rim)
    with rasterio.open(path, "w", driver="GTiff", dtype="float32", crs="EPSG:32636", transform=corner, **shape) as file:
        file.write(height[::-1], 1)


def interpreter(peer: str, python: str) -> str:
    """Python with the packages of a peer: this one, or that of an environment made for it."""
    if peer not in PACKAGES:
        return sys.executable
    tag = hashlib.sha256(repr((python, PACKAGES[peer])).encode()).hexdigest()[:10]
    home = Path(tempfile.gettempdir()) / f"skyreach-sight-{peer}-{tag}"
    if not (home / "ready").exists():
        subprocess.run([python, "-m", "venv", "--clear", home], check=True)
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", "-q", *PACKAGES[peer]], check=True)
        (home / "ready").touch()
    return str(home / "bin" / "python")


def child(words: list) -> dict:
    """The JSON that a case prints, or what went wrong."""
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=3600, check=False)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["?"])[-1]}
    return json.loads(done.stdout.strip().splitlines()[-1])


def in_turn(cases: dict[str, list], runs: int) -> dict[str, dict]:
    """Medians of the figures of each case, the cases run in turn (A B A B); the slow ones once."""
    found: dict[str, list[dict]] = {name: [] for name in cases}
    for turn in range(runs):
        for name, words in cases.items():
            if turn == 0 or (name not in SLOW and "failed" not in found[name][-1]):
                found[name].append(child(words))
    rows = {}
    for name, results in found.items():
        rows[name] = dict(results[-1])
        for key, value in results[-1].items():
            if isinstance(value, float):
                rows[name][key] = round(statistics.median(r[key] for r in results), 4)
    return rows


def errors(folder: Path, radius: int, rasters: dict[str, Path]) -> dict[str, dict]:
    """Errors of the lowest visible altitude [m] of skyreach's map and of peers' rasters, each against rays in its own
    convention of the earth; and how far rays that look every quarter posting are off themselves."""
    import rasterio

    from skyreach.earth.floor import floor_height

    wide = np.load(folder / f"dem{radius}.npy")
    trim = SPARE // 2
    plain = np.ascontiguousarray(wide[trim:-trim, trim:-trim])
    floor, d = np.load(folder / f"floor{radius}.npy"), look_at(radius * 1e3, False)
    spots = list(zip(*cells(len(plain), radius, CELLS[radius]), strict=True))
    polar = [polar_of_cell(*spot) for spot in spots]
    dense = np.array([ellipsoid_ray(wide, *p, d) for p in polar])
    quarter = np.array([ellipsoid_ray(wide, *p, look_at(radius * 1e3, True)) for p in polar])
    looked_up = np.array([floor_height(floor, 4 * POSTING, *p) for p in polar])
    result = {
        "skyreach": summary(looked_up - dense),
        "skyreach against quarter-posting rays": summary(looked_up - quarter),
        "quarter-posting rays themselves": summary(quarter - dense),
    }
    flat = np.array([plane_ray(plain, *spot, d) for spot in spots])
    for name, path in rasters.items():
        with rasterio.open(path) as file:
            values = file.read(1)[::-1]  # south first
        middle = values.shape[0] // 2
        result[name] = summary(np.array([values[middle + r, middle + c] for r, c in spots]) - flat)
    return result


def sight(folder: Path, radius: int, options: argparse.Namespace, peers: list[str]) -> dict:
    """Floor maps of one radius beside the peers that make viewsheds."""
    side = SIDES[radius]
    wide = fractal(side + 2 * (SPARE // 2))
    np.save(folder / f"dem{radius}.npy", wide)
    write_dem(folder / "dem.tif", wide[SPARE // 2 : -(SPARE // 2), SPARE // 2 : -(SPARE // 2)])
    cases, rasters = {}, {}
    for peer in peers:
        if peer == "itur" or (peer in SLOW and radius > 100 and not options.slow):
            continue
        out = folder / f"{peer}{radius}.tif"
        python = interpreter(peer, options.peer_python)
        cases[peer] = [python, HERE / "peers.py", peer, folder / "dem.tif", radius, out]
        if peer.startswith("gdal"):
            rasters[peer] = out
    cases["skyreach"] = [sys.executable, HERE / "own.py", "floor", folder, radius]
    rows = in_turn(cases, options.runs)
    rows |= in_turn({n: [sys.executable, HERE / "own.py", n, folder, radius] for n in ("cache", "ten", "further")}, options.runs)
    made = {name: path for name, path in rasters.items() if path.exists()}
    return {"radius_km": radius, "rows": rows, "errors": errors(folder, radius, made)}


def gases(folder: Path, options: argparse.Namespace, peers: list[str]) -> dict:
    """Gaseous loss of 100,000 paths, beside itur where asked for."""
    rng = np.random.default_rng(1)
    low, high = np.array([[1e9, 6e4, 250.0, 5e-4, 1e4], [18e9, 1.02e5, 310.0, 0.02, 4e5]])
    np.save(folder / "paths.npy", (low + (high - low) * rng.random((100_000, 5))).T)
    cases = {"skyreach": [sys.executable, HERE / "own.py", "gases", folder, 0]}
    if "itur" in peers:
        python = interpreter("itur", options.peer_python)
        cases["itur"] = [python, HERE / "peers.py", "itur", folder / "paths.npy", 0, folder / "itur.npy"]
    rows = in_turn(cases, options.runs)
    if (folder / "itur.npy").exists():
        other = np.load(folder / "itur.npy")
        rows["skyreach"]["off_itur_db"] = float(np.abs(np.load(folder / "losses.npy")[: len(other)] - other).max())
    return rows


def show(result: dict) -> None:
    """One radius, in words."""
    rows, errs = result["rows"], result["errors"]
    ours = rows["skyreach"]
    print(f"\nLowest visible altitude, {result['radius_km']} km at 90 m posting (skyreach: polar map; GDAL: raster, written)")
    for name, row in rows.items():
        if "failed" in row:
            print(f"  {name:16s} failed: {row['failed']}")
        elif "version" in row:
            ratio = f"{row['user_s'] / ours['user_s']:7.1f} x skyreach's time"
            error = errs.get(name)
            if error:
                ratio += f", {error['rmse_m'] / errs['skyreach']['rmse_m']:5.1f} x its error"
            print(f"  {name:16s} {row['user_s']:9.3f} s user {row['wall_s']:8.3f} s wall {ratio}  ({row['version']})")
    for name, error in errs.items():
        print(f"    error, {name:38s} " + ", ".join(f"{k} {v:.1f}" for k, v in error.items()))
    print(f"  two threads: {ours['two_threads_x']:.2f} x as fast; memory beside the DEM: {ours['beside_mb']:.0f} MB")
    for name in ("cache", "ten", "further"):
        print(f"  {name}: " + ", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in rows[name].items()))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--radius", type=int, action="append", choices=sorted(SIDES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", action="append", choices=["gdal-rasterio", *PROGRAMS, *PACKAGES])
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    asked = options.peer or ["gdal-rasterio", "gdal-viewshed"]
    peers = [p for p in asked if p not in PROGRAMS or shutil.which(PROGRAMS[p])]
    report: dict = {"floor": [], "not_run": sorted({"gdal-rasterio", *PROGRAMS, *PACKAGES} - set(peers))}
    with tempfile.TemporaryDirectory(prefix="sight-") as name:
        for radius in options.radius or [100, 400]:
            report["floor"].append(sight(Path(name), radius, options, peers))
            show(report["floor"][-1])
        report["gases"] = gases(Path(name), options, peers)
    for who, row in report["gases"].items():
        print(
            f"\nGaseous loss of 100,000 paths: {who} {row.get('user_s', row.get('failed'))} s user {row.get('off_itur_db', '')}"
        )
    print("\nNot run: " + (", ".join(report["not_run"]) or "none"))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
