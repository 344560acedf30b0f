"""Points along a geodesic, polar coordinates of positions, and lowest visible heights along one line."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from skyreach.earth.floor import enu_of_polar, floor_map
from skyreach.earth.geodesy import ecef_to_geodetic, gaussian_radius, geodesic_inverse
from skyreach.earth.grid import ground_height
from skyreach.earth.path import above_sphere, path_floor, path_points, polar_of_point
from skyreach.earth.polar_ground import site_frame
from skyreach.earth.terrain import open_terrain

GEOD = Geod(ellps="WGS84")
K = 4.0 / 3.0


def along(lat, lon, az, distance):
    out = np.empty((distance.size, 2))
    path_points(lat, lon, az, distance, out)
    return out


@pytest.mark.parametrize(("lat", "lon", "az"), [(40.0, 32.5, 200.0), (-33.0, 18.0, 20.0), (64.0, 179.9, 80.0), (5.0, -179.8, 270.0)])
def test_points_lie_where_pyproj_says_and_run_on_over_the_date_line(lat, lon, az):
    distance = np.linspace(0.0, 300e3, 7)
    found = np.degrees(along(math.radians(lat), math.radians(lon), math.radians(az), distance))
    lons, lats, _ = GEOD.fwd(np.full(7, lon), np.full(7, lat), np.full(7, az), distance)
    assert found[:, 0] == pytest.approx(np.array(lats), abs=1e-9)
    assert np.cos(np.radians(found[:, 1] - lons)) == pytest.approx(1.0, abs=1e-12)
    assert np.abs(np.diff(found[:, 1])).max() < 2.0


@given(
    st.floats(-80.0, 80.0), st.floats(0.0, 2.0 * math.pi), st.floats(10.0, 600e3), st.floats(-400.0, 30e3),
)  # fmt: skip
def test_polar_of_a_point_is_the_way_back_from_the_polar_grid(lat_deg, az, s, h):
    lat, lon = math.radians(lat_deg), 0.3
    R = gaussian_radius(lat)
    origin, axes = site_frame(lat, lon)
    ecef = origin + axes.T @ np.array(enu_of_polar(az, s, h, R))
    found = polar_of_point(origin, axes, R, *ecef_to_geodetic(*ecef))
    assert math.cos(found[0] - az) == pytest.approx(1.0, abs=1e-9)
    assert found[1:] == pytest.approx((s, h), abs=1e-4)  # Bowring's formula: 1e-8 m; sums of 6.4e6 m: 1e-9


def test_over_a_smooth_sphere_the_floor_is_the_horizon():
    """Beyond the horizon of the antenna, the lowest visible height rises as the secant (two right-angled triangles)."""
    k_radius, h_ant = K * 6.371e6, 24.0
    s = np.linspace(0.0, 150e3, 30_001)  # 5 m apart: the tangent point is missed by 2.5 m at most
    out = np.empty_like(s)
    path_floor(s, np.zeros_like(s), h_ant, k_radius, out)
    horizon = k_radius * math.acos(k_radius / (k_radius + h_ant))
    beyond = s > horizon + 10.0
    expected = k_radius / np.cos((s[beyond] - horizon) / k_radius) - k_radius
    assert out[beyond] == pytest.approx(expected, abs=0.01)
    assert out[s < horizon - 10.0] == pytest.approx(0.0, abs=1e-6)


def test_a_wall_hides_what_lies_below_the_straight_line_over_its_top():
    k_radius, h_ant, top = 1e12, 10.0, 110.0  # a plane
    s = np.array([0.0, 500.0, 1000.0, 2000.0, 3000.0])
    out = np.empty_like(s)
    path_floor(s, np.array([0.0, 0.0, top, 0.0, 500.0]), h_ant, k_radius, out)
    assert out.tolist() == pytest.approx([0.0, 0.0, 110.0, 210.0, 500.0], abs=1e-3)


def test_the_floor_along_a_line_is_that_of_the_floor_map():
    """Real ground (the packaged grid) around Murted: path and map sample the ground at other places, hence 3 m at 100 km."""
    lat, lon = math.radians(40.0789), math.radians(32.5656)
    dem = open_terrain().window_around(lat, lon, 105e3)
    h_ant = ground_height(dem, lat, lon) + 24.0
    n_az, dr = 360, 500.0
    floor = floor_map(dem, lat, lon, h_ant, 100e3, dr, n_az)
    off = []
    for i in range(0, n_az, 24):
        distance = np.arange(0.0, 100.3e3, 25.0)
        points = along(lat, lon, 2.0 * math.pi * i / n_az, distance)
        h_ell = np.array([ground_height(dem, *point) for point in points])
        s, h, out = np.empty_like(h_ell), np.empty_like(h_ell), np.empty_like(h_ell)
        above_sphere(lat, lon, points, h_ell, s, h)
        path_floor(s, h, h_ant, K * gaussian_radius(lat), out)
        at = np.arange(1, 200) * dr
        off.append(np.interp(at, s, out - h + h_ell) - floor[i, : at.size])  # the map is ellipsoidal
    assert np.sqrt(np.mean(np.square(off))) < 3.0
    assert np.abs(np.median(off)) < 0.5


def test_the_frame_of_a_site_keeps_lengths():
    lat, lon = 0.7, 0.5
    origin, axes = site_frame(lat, lon)
    az, s, h = polar_of_point(origin, axes, gaussian_radius(lat), lat + 0.01, lon + 0.01, 0.0)
    length, azimuth, _ = geodesic_inverse(lat, lon, lat + 0.01, lon + 0.01)
    assert s == pytest.approx(length, rel=1e-5)  # sphere that fits against ellipsoid, 80 km away
    assert az == pytest.approx(azimuth, abs=1e-4)
    assert abs(h) < 5.0
