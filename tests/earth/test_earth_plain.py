"""The kernels of this room give the same bits with the compiler off."""

import os
import subprocess
import sys
from pathlib import Path

import skyreach

CASE = """
import math
import numpy as np
from skyreach.earth import floor, geodesy, grid
out = []
for lat, lon, az in [(0.7, 0.57, 0.3), (-1.2, -3.0, 4.0), (math.pi / 2, 1.0, 2.0), (0.0, 3.1, 1.5707)]:
    xyz = geodesy.geodetic_to_ecef(lat, lon, 1234.5)
    out += [*xyz, *geodesy.ecef_to_geodetic(*xyz), *geodesy.radii_of_curvature(lat)]
    end = geodesy.geodesic_direct(lat, lon, az, 4.5e5)
    out += [*end, *geodesy.geodesic_inverse(lat, lon, end[0], end[1]), *geodesy.geodesic_inverse(lat, lon, -lat, lon + 3.139)]
    out += [geodesy.wrap_azimuth(-lon), geodesy.wrap_longitude(5 * lon)]
frame = np.empty((3, 3))
geodesy.enu_from_ecef(0.7, 0.57, frame)
out += list(frame.ravel())
rng = np.random.default_rng(2)
dem = grid.Dem(np.full((60, 60), np.nan, dtype=np.float32), 0.6995, 0.5693, 2e-4 / 6, 2e-4 / 5)
world = grid.Grid(rng.integers(0, 900, (40, 40)).astype(np.int16), 0.699, 0.5692, 1e-4, 1.5)
out += list(grid.fill_from(dem, world))
grid.add_grid(dem, world, -0.5)
out += list(dem.h.ravel()[::97])
out += [grid.ground_height(dem, 0.7001, 0.5701), grid.undulation(world, 0.7001, 0.5701), grid.inside(dem, 0.7, 0.57)]
sky = floor.floor_map(dem, 0.7004, 0.5705, grid.ground_height(dem, 0.7004, 0.5705) + 20.0, 3e3, 300.0, 9)
out += list(sky.ravel())
out += [floor.floor_height(sky, 300.0, 1.0, 1000.0), *floor.polar_of_enu(3.0, -4.0, 5.0, 6.37e6)]
out += list(floor.enu_of_polar(1.0, 2e3, 30.0, 6.37e6))
print(" ".join(float(v).hex() for v in out))
"""


def test_plain_python_gives_the_same_bits():
    folder = str(Path(skyreach.__file__).parents[1])
    answers = []
    for disable in ("0", "1"):
        environment = os.environ | {"NUMBA_DISABLE_JIT": disable, "PYTHONPATH": folder}
        run = subprocess.run(
            [sys.executable, "-c", CASE],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        answers.append(run.stdout.split())
    assert len(answers[0]) > 200
    assert answers[0] == answers[1]
