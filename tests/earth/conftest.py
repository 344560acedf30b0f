import math
import os
from pathlib import Path

import numpy as np
import pymap3d
import pytest
from scipy.ndimage import map_coordinates

from skyreach.earth.geodesy import gaussian_radius


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real data beside the repository, or as SKYREACH_SHARED_DATA says; tests skip where it is
    absent."""
    given = os.environ.get("SKYREACH_SHARED_DATA")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "data"
    if not (folder / "terrain").is_dir():
        pytest.skip("no shared data folder (SKYREACH_SHARED_DATA or ../shared/data)")
    return folder


def dense_ray(dem, lat, lon, h_ant, az, d, s, k):
    """Lowest visible ellipsoidal height at azimuth az and ground range s, by brute force: the terrain, bilinear between its
    nodes, looked at in the ranges d and in s itself. pymap3d for positions, scipy for heights, a line of formula for the
    ray."""
    R = gaussian_radius(lat)
    d = np.append(d, s)
    across, up = R * np.sin(d / R), R * np.cos(d / R) - R
    lat_d, lon_d, lift = pymap3d.enu2geodetic(
        across * math.sin(az), across * math.cos(az), up, math.degrees(lat), math.degrees(lon), 0.0
    )
    y, x = (np.radians(lat_d) - dem.lat0) / dem.dlat, (np.radians(lon_d) - dem.lon0) / dem.dlon
    h = map_coordinates(dem.h, [y, x], order=1, mode="nearest") - lift  # above the osculating sphere
    theta = d / (k * R)
    rise = (k * R + h) * np.cos(theta) - (k * R + h_ant)
    tangent = (rise / ((k * R + h) * np.sin(theta))).max()
    return (k * R + h_ant) / (math.cos(theta[-1]) - tangent * math.sin(theta[-1])) - k * R + lift[-1]


@pytest.fixture(scope="session")
def dense_floor():
    """The brute-force ray of this folder, see dense_ray."""
    return dense_ray
