"""Each of skyreach's cases, run in a process of its own: python own.py CASE FOLDER RADIUS. Prints one JSON document.

Kernels are compiled or read from their cache before the clock starts; the DEM is in memory."""

import json
import math
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from clock import Clock, memory_mb
from ground import MAST, MERIDIAN, POSTING, PRIME, SITE, K

from skyreach import __version__
from skyreach.earth.floor import Antenna, cached_floor, floor_map, floor_maps
from skyreach.earth.floor_store import digest_of
from skyreach.earth.grid import Dem, ground_height

DR = 4 * POSTING  # between the ranges of a map, and between its rays at the rim


def window(folder, radius):
    """The DEM on the equator, where its cells are square."""
    h = np.load(folder / f"dem{radius}.npy")
    dlat, dlon = POSTING / MERIDIAN, POSTING / PRIME
    return Dem(h, SITE[0] - h.shape[0] // 2 * dlat, SITE[1] - h.shape[1] // 2 * dlon, dlat, dlon)


def rays(r_max):
    """Azimuths of a map of r_max [m]."""
    return round(2.0 * math.pi * r_max / DR)


def floor(folder, radius):
    """One map on one thread; the second of two, and one on two threads."""
    dem = window(folder, radius)
    site = (*SITE, float(ground_height(dem, *SITE)) + MAST)
    floor_map(dem, *site, 5e3, DR, 16, K, 2)
    before = memory_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the greatest memory so far is forgotten
    with Clock() as clock:
        made = floor_map(dem, *site, radius * 1e3, DR, rays(radius * 1e3), K)
    result = clock.result | {"beside_mb": memory_mb("VmHWM") - before, "version": f"skyreach {__version__}, polar map"}
    np.save(folder / f"floor{radius}.npy", made)
    one, two = [], []
    for _ in range(3):
        for threads, walls in ((1, one), (2, two)):
            with Clock() as clock:
                floor_map(dem, *site, radius * 1e3, DR, rays(radius * 1e3), K, threads)
            walls.append(clock.took)
    return result | {"two_threads_x": min(one) / min(two), "wall_two_s": min(two)}


def cache(folder, radius):
    """Hash of the window, first use of an empty cache, second use; CPU seconds."""
    dem = window(folder, radius)
    site = (*SITE, float(ground_height(dem, *SITE)) + MAST)
    floor_map(dem, *site, 5e3, DR, 16, K)
    result = {}
    with Clock() as clock:
        digest_of(dem)
    result["hash_s"] = clock.cpu
    with tempfile.TemporaryDirectory() as empty:
        os.environ["SKYREACH_CACHE"] = empty  # of floors; compiled kernels have been found by now
        for name in ("first_s", "again_s"):
            with Clock() as clock:
                cached_floor(dem, *site, radius * 1e3, DR, rays(radius * 1e3), K)
            result[name] = clock.cpu
    return result


def ten(folder, radius):
    """Ten radars over one window, maps of six tenths of its radius, beside one after another; best of three."""
    dem = window(folder, radius)
    rng, sites = np.random.default_rng(10), []
    reach = 0.6 * radius * 1e3
    for _ in range(10):
        lat, lon = SITE[0] + rng.uniform(-0.25, 0.25) * radius / 6371, SITE[1] + rng.uniform(-0.25, 0.25) * radius / 6371
        sites.append(Antenna(lat, lon, float(ground_height(dem, lat, lon)) + MAST, reach))
    n_az = rays(reach)
    floor_maps(dem, [a._replace(r_max=5e3) for a in sites], DR, 16, K, 2)
    alone, together, shared = [], [], []
    for _ in range(3):
        with Clock() as clock:
            for site in sites:
                floor_maps(dem, [site], DR, n_az, K)
        alone.append((clock.cpu / 10, clock.took / 10))
        with Clock() as clock:
            floor_maps(dem, sites, DR, n_az, K)
        together.append(clock.cpu)
        with Clock() as clock:
            floor_maps(dem, sites, DR, n_az, K, 2)
        shared.append(clock.took)
    cpu, wall = min(alone)
    return {"one_cpu_s": cpu, "ten_cpu_x_one": min(together) / cpu, "ten_wall_on_two_threads_x_one": min(shared) / wall}


def further(folder, radius):
    """Where a 91N6E sees 1 m2 at a further height, from its floor map in hand, as the product does it, clutter and all (the
    dearest of three heights); and the odds of detection, exact in every one of 1,000 x 1,000 cells at four heights."""
    from skyreach.analysis.coverage_grid import polar_grid
    from skyreach.analysis.coverage_sight import Eye, fill_pd, seen_at

    dem = window(folder, radius)
    grid = polar_grid(SITE[0], radius * 1e3)
    result = {"cells": grid.n_az * grid.n_r}
    params, radar, view, _ = eye_over(dem, grid.n_az, grid.n_r, radius)
    eye = Eye((1.0, 1.0, 1.0), 1, np.inf)
    for threads, name in ((1, "one_thread_s"), (2, "two_threads_s")):
        took = []
        for height in (100.0, 100.0, 3000.0, 10_000.0):  # the first round loads the kernels
            with Clock() as clock:
                seen = seen_at(params, radar, view, height, grid.dr, eye, 0.5, threads)
            took.append(clock.took)
        result[name] = max(took[1:])
    result["seen_at_10_km"] = float(seen.mean())
    dr = radius * 1e3 / 1000
    params, radar, view, clutter = eye_over(dem, 1000, 1000, radius)
    odds = np.empty_like(view.floor)
    with Clock() as clock:
        for height in (100.0, 1000.0, 3000.0, 10_000.0):
            fill_pd(params, radar, view, height, dr, 1.0, 1, np.inf, odds)
    return result | {"pd_1000_x_1000_x_4_cpu_s": clock.cpu + clutter}


def eye_over(dem, n_az, n_r, radius):
    """Row of parameters, a 91N6E, its view of a map of n_az x n_r cells to radius [km], CPU seconds of its clutter map."""
    from skyreach.analysis.coverage_sight import map_params, views
    from skyreach.catalog import load
    from skyreach.earth.polar_ground import polar_ground
    from skyreach.scenario.environment import Environment
    from skyreach.scenario.order_of_battle import Draft, fill_rows, radar_columns
    from skyreach.scenario.surroundings import Surroundings

    cat, dr = load(), radius * 1e3 / n_r
    ground = float(ground_height(dem, *SITE))
    draft = Draft("radar", *np.degrees(SITE), MAST, radar_columns(cat["91n6e"], 0, 0, 0, 0.0), "91n6e")
    radars = fill_rows("radars", [draft], [ground])
    floor = floor_map(dem, *SITE, ground + MAST, radius * 1e3, dr, n_az, K)
    surface = np.empty_like(floor)
    polar_ground(dem, *SITE, dr, surface)
    around, sea = Surroundings(Environment(), cat, K), np.zeros(floor.shape, np.uint8)
    for _ in range(2):  # the first round loads the kernels
        with Clock() as clock:
            (view,) = views(around, radars, [floor[np.newaxis]], surface, surface, sea, dr)
    return map_params(around, dr)[0], radars[0], view, clock.cpu


def gases(folder, radius):
    """Loss of 100,000 paths, each of its own frequency, air and length, line by line."""
    from skyreach.physics.gases import gas_losses
    from skyreach.physics.itu_tables import gas_lines

    f, p, t, rho, r = np.load(folder / "paths.npy")
    loss = np.empty_like(r)
    gas_losses(f[:9], p[:9], t[:9], rho[:9], r[:9], *gas_lines(), loss[:9])
    with Clock() as clock:
        gas_losses(f, p, t, rho, r, *gas_lines(), loss)
    np.save(folder / "losses.npy", loss)
    return clock.result | {"version": f"skyreach {__version__}, line by line"}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
