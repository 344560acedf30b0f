"""Floor maps against dense rays written here with other tools, and against the horizon of a smooth earth."""

import math

import numpy as np
import pymap3d
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from skyreach.earth.floor import (
    convention,
    enu_of_polar,
    floor_height,
    floor_map,
    polar_of_enu,
)
from skyreach.earth.geodesy import gaussian_radius
from skyreach.earth.terrain import Dem, ground_height, open_terrain
from skyreach.errors import BadInput

rad = math.radians
SITE = (rad(40.0789), rad(32.5656))
MEAN_RADIUS = 6371e3


def smooth(lat, lon, radius, h=0.0, posting=900.0):
    """A window of constant ellipsoidal height h round a site."""
    step = posting / MEAN_RADIUS
    n_lat = int(2.2 * radius / posting)
    n_lon = int(n_lat / math.cos(lat) * 1.1)
    return Dem(
        np.full((n_lat, n_lon), h, dtype=np.float32),
        lat - step * n_lat / 2,
        lon - step * n_lon / 2,
        step,
        step,
    )


def ground_along(dem, lat_deg, lon_deg):
    """Ellipsoidal ground height [m] at positions, by scipy."""
    y = (np.radians(lat_deg) - dem.lat0) / dem.dlat
    x = (np.radians(lon_deg) - dem.lon0) / dem.dlon
    return map_coordinates(dem.h, [y, x], order=1, mode="nearest")


def errors_against_dense(dense_floor, dem, site, h_ant, r_max, dr, n_az, k, step, rays, far_from=0.0):
    floor = floor_map(dem, *site, h_ant, r_max, dr, n_az, k)
    rng = np.random.default_rng(7)
    rows = rng.integers(0, n_az, rays)
    ranges = np.maximum(r_max * np.sqrt(rng.uniform(0.0001, 0.98, rays)), far_from)  # even over the disc
    columns = np.maximum((ranges / dr).astype(int) - 1, 0)
    expected = [
        dense_floor(dem, *site, h_ant, 2 * math.pi * i / n_az, np.arange(step, (j + 1) * dr, step), (j + 1) * dr, k)
        for i, j in zip(rows, columns, strict=True)
    ]
    return floor[rows, columns] - np.array(expected)


# ---- coordinates


@settings(deadline=None)
@given(st.floats(0.0, 6.28), st.floats(1.0, 2e6), st.floats(-500.0, 50e3))
def test_polar_there_and_back(az, s, h):
    e, n, u = enu_of_polar(az, s, h, 6.37e6)
    az_back, s_back = polar_of_enu(e, n, u, 6.37e6)
    assert math.remainder(az_back - az, 2 * math.pi) == pytest.approx(0.0, abs=1e-9)
    assert s_back == pytest.approx(s, abs=1e-6)
    assert math.hypot(e, n, 6.37e6 + u) - 6.37e6 == pytest.approx(h, abs=1e-6)


def test_polar_axes():
    assert polar_of_enu(0.0, 1.0, 0.0, 6.37e6)[0] == 0.0
    assert polar_of_enu(1.0, 0.0, 0.0, 6.37e6)[0] == pytest.approx(math.pi / 2, abs=1e-15)
    assert polar_of_enu(-1.0, 0.0, 0.0, 6.37e6)[0] == pytest.approx(1.5 * math.pi, abs=1e-15)
    assert polar_of_enu(0.0, 0.0, 5e3, 6.37e6) == (0.0, 0.0)


# ---- smooth earth


def horizon_range(h_ant, h_tgt, r_eff):
    """Closed form on a sphere: the two arcs to the common tangent point."""
    return r_eff * (math.acos(r_eff / (r_eff + h_ant)) + math.acos(r_eff / (r_eff + h_tgt)))


# Section 7.2 of the facts: line of sight over a smooth 4/3 earth [km], rounded to 1 km
YARDSTICK = {
    10.0: (22, 24, 26, 33, 39),
    100.0: (50, 52, 54, 61, 67),
    1000.0: (140, 141, 143, 151, 156),
    5000.0: (301, 302, 305, 312, 317),
    10000.0: (422, 423, 425, 432, 438),
}


@pytest.mark.parametrize(("column", "h_ant"), list(enumerate((5.0, 7.0, 10.0, 24.0, 38.5))))
def test_smooth_earth_yardstick(column, h_ant):
    dem = smooth(*SITE, 445e3)
    floor = floor_map(dem, *SITE, h_ant, 445e3, 500.0, 16)
    for h_tgt, ranges in YARDSTICK.items():
        seen = (floor <= h_tgt).sum(axis=1) * 0.5  # km
        # 0.5 km of the table's rounding, 0.5 km of the map's, and the earth's flattening (0.3 % of the range)
        assert float(np.median(seen)) == pytest.approx(ranges[column], abs=1.0)
        assert seen == pytest.approx(np.full(16, ranges[column]), abs=1.0 + 0.003 * ranges[column])


@pytest.mark.parametrize("k", [1.0, 4.0 / 3.0, 3.0])
@pytest.mark.parametrize("az_index", [0, 45, 90, 200])
def test_horizon_closed_form(k, az_index):
    """On the bare ellipsoid a section is nearly a circle with Euler's radius of curvature R_az, so the map
    must be that of a sphere with curvature 1/(k R) + 1/R_az - 1/R. Third-order terms of the ellipsoid reach 3
    m at 400 km."""
    lat = SITE[0]
    e2 = 0.00669437999014  # WGS84, NGA.STND.0036
    w2 = 1 - e2 * math.sin(lat) ** 2
    across, along = 6378137.0 / math.sqrt(w2), 6378137.0 * (1 - e2) / w2**1.5
    az = 2 * math.pi * az_index / 360
    curvature = math.cos(az) ** 2 / along + math.sin(az) ** 2 / across
    R = math.sqrt(along * across)
    r_eff = 1.0 / (1.0 / (k * R) + curvature - 1.0 / R)
    floor = floor_map(smooth(*SITE, 400e3, h=120.0), *SITE, 144.0, 400e3, 500.0, 360, k)[az_index]
    tangent = r_eff * math.acos(r_eff / (r_eff + 24.0))
    for s in (1e3, 10e3, 50e3, 100e3, 200e3, 400e3):
        expected = 0.0 if s <= tangent else r_eff / math.cos((s - tangent) / r_eff) - r_eff
        assert floor[int(s / 500) - 1] - 120.0 == pytest.approx(expected, abs=0.3 + 3.0 * (s / 400e3) ** 3)


def test_nothing_beyond_a_ridge_but_the_line_over_it():
    """One wall at 30 km, sea level elsewhere: behind it the floor is the straight line over its top (closed
    form)."""
    lat, lon, posting = 0.0, 0.5, 900.0
    dem = smooth(lat, lon, 60e3, posting=posting)
    step = posting / MEAN_RADIUS
    row = round((lat + 30e3 / MEAN_RADIUS - dem.lat0) / step)
    dem.h[row] = 1000.0
    wall = dem.lat0 + row * step  # latitude of the crest
    floor = floor_map(dem, lat, lon, 25.0, 60e3, 100.0, 8)
    R, kR = gaussian_radius(lat), 4 / 3 * gaussian_radius(lat)
    s_wall = wall * 6335439.0  # meridian radius at the equator; the crest lies at that arc
    theta = s_wall / R * R / kR
    tangent = ((kR + 1000.0) * math.cos(theta) - kR - 25.0) / ((kR + 1000.0) * math.sin(theta))
    for s in (40e3, 50e3, 60e3):
        line = (kR + 25.0) / (math.cos(s / kR) - tangent * math.sin(s / kR)) - kR
        # samples 100 m apart may miss a crest of slope 1.1 by 50 m of range, 60 m of height: at 60 km 120 m
        assert floor[0, int(s / 100) - 1] == pytest.approx(line, abs=125.0)
        assert floor[0, int(s / 100) - 1] <= line + 5.0
    assert floor[4, 299] < 60.0  # the other way nothing stands in front


# ---- real and rough terrain


def test_real_terrain_against_dense_rays(dense_floor):
    terrain = open_terrain()
    dem = terrain.window_around(*SITE, 400e3)
    h_ant = ground_height(dem, *SITE) + 24.0
    error = errors_against_dense(dense_floor, dem, SITE, h_ant, 400e3, 500.0, 720, 4 / 3, 10.0, 400)
    assert float(np.sqrt((error**2).mean())) < 10.0  # floors there are 1000 to 29000 m
    assert abs(float(np.median(error))) < 2.0


def test_smooth_real_tile_against_dense_rays(shared_data, dense_floor):
    """3" tile of the plain round Minsk: 1 m."""
    terrain = open_terrain(shared_data / "terrain" / "srtm3" / "N53E027.hgt.zip")
    site = (rad(53.5), rad(27.5))
    dem = terrain.window_around(*site, 30e3)
    h_ant = ground_height(dem, *site) + 24.0
    error = errors_against_dense(dense_floor, dem, site, h_ant, 30e3, 250.0, 720, 4 / 3, 4.0, 300)
    assert float(np.sqrt((error**2).mean())) < 1.0


def test_straight_lines_in_space_without_refraction():
    """k = 1 is geometry alone: a straight line in ECEF from the antenna to the point at the floor must graze
    the terrain. Nothing here uses the osculating sphere except to say where the point is."""
    terrain = open_terrain()
    dem = terrain.window_around(*SITE, 300e3)
    h_ant = ground_height(dem, *SITE) + 24.0
    floor = floor_map(dem, *SITE, h_ant, 300e3, 500.0, 360, 1.0)
    R = gaussian_radius(SITE[0])
    antenna = np.array(pymap3d.geodetic2ecef(*SITE, h_ant, deg=False))
    for i, j in [(0, 599), (77, 599), (143, 399), (200, 199), (301, 99), (340, 549)]:
        e, n, u = enu_of_polar(2 * math.pi * i / 360, (j + 1) * 500.0, 0.0, R)
        lat, lon, _ = pymap3d.enu2geodetic(e, n, u, *SITE, 0.0, deg=False)

        def clearance(h, lat=lat, lon=lon):
            target = np.array(pymap3d.geodetic2ecef(lat, lon, h, deg=False))
            share = np.linspace(0.0, 1.0, 6001)[1:, None]
            line = antenna + share * (target - antenna)
            lat_l, lon_l, h_l = pymap3d.ecef2geodetic(*line.T)
            return (h_l - ground_along(dem, lat_l, lon_l)).min()

        low, high = 0.0, 40e3
        for _ in range(40):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if clearance(middle) < 0.0 else (low, middle)
        # the plane of the line and that of the azimuth part by the tilt of the vertical: metres sideways at
        # 300 km
        assert floor[i, j] == pytest.approx(high, rel=2e-3, abs=5.0)


def test_the_convention_is_said_in_words():
    words = convention(4.0 / 3.0)
    assert "1.333 times" in words
    for part in ("WGS84", "bilinear between its nodes", "no diffraction"):
        assert part in words


def test_floor_is_never_below_the_ground():
    dem = open_terrain().window_around(*SITE, 100e3)
    floor = floor_map(dem, *SITE, ground_height(dem, *SITE) + 24.0, 100e3, 500.0, 360)
    R = gaussian_radius(SITE[0])
    for i in range(0, 360, 7):
        for j in range(0, 200, 11):
            e, n, u = enu_of_polar(2 * math.pi * i / 360, (j + 1) * 500.0, 0.0, R)
            lat, lon, _ = pymap3d.enu2geodetic(e, n, u, *SITE, 0.0, deg=False)
            assert floor[i, j] >= ground_height(dem, float(lat), float(lon)) - 1.0  # knots: 2 m sideways


def test_a_higher_antenna_sees_more_and_threads_change_nothing():
    dem = open_terrain().window_around(*SITE, 100e3)
    h = ground_height(dem, *SITE)
    low = floor_map(dem, *SITE, h + 7.0, 100e3, 500.0, 361)
    high = floor_map(dem, *SITE, h + 40.0, 100e3, 500.0, 361)
    assert (high <= low + 1e-3).all()
    assert (floor_map(dem, *SITE, h + 7.0, 100e3, 500.0, 361, threads=3) == low).all()
    assert low.dtype == np.float32
    assert low.shape == (361, 200)


# ---- look-up


def test_floor_height_interpolates_all_round():
    az, s = np.meshgrid(2 * np.pi * np.arange(8) / 8, 1000.0 * np.arange(1, 6), indexing="ij")
    floor = (10.0 * s / 1000.0 + np.where(az == 0.0, 80.0, 0.0)).astype(np.float32)
    step = 2 * math.pi / 8
    assert floor_height(floor, 1000.0, 0.0, 2500.0) == pytest.approx(105.0, abs=1e-6)
    assert floor_height(floor, 1000.0, 0.5 * step, 2000.0) == pytest.approx(60.0, abs=1e-6)
    assert floor_height(floor, 1000.0, 2 * math.pi - 0.25 * step, 2000.0) == pytest.approx(80.0, abs=1e-6)
    assert floor_height(floor, 1000.0, -0.25 * step, 2000.0) == pytest.approx(80.0, abs=1e-6)
    assert floor_height(floor, 1000.0, 3 * step, 10.0) == pytest.approx(10.0, abs=1e-6)  # nearer than the first range
    assert floor_height(floor, 1000.0, 3 * step, 5000.0) == pytest.approx(50.0, abs=1e-6)
    assert floor_height(floor, 1000.0, 3 * step, 5001.0) == math.inf
    assert floor_height(floor, 1000.0, 0.0, math.nan) == math.inf
    assert floor_height(floor[:, :1].copy(), 1000.0, 3 * step, 1000.0) == pytest.approx(10.0, abs=1e-6)


# ---- bad input


def test_the_disc_of_the_ellipsoid_must_lie_within_the_window():
    """A window of 335 postings to either side holds 30.0 km on the sphere that fits at the equator, but along the meridian,
    where a degree is 0.34 % shorter than on that sphere, 29.95 km."""
    step = 90.0 / 6378137.0
    dem = Dem(np.zeros((671, 801), dtype=np.float32), -335 * step, 0.5 - 400 * step, step, step)
    floor_map(dem, 0.0, 0.5, 20.0, 29.9e3, 100.0, 8)
    with pytest.raises(BadInput, match="window"):
        floor_map(dem, 0.0, 0.5, 20.0, 30.0e3, 100.0, 8)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({3: 20.0}, "above the ground"),
        ({3: math.nan}, "finite"),
        ({4: 60e3}, "window_around"),
        ({4: -1.0}, "r_max"),
        ({5: 0.0}, "dr"),
        ({6: 1}, "n_az"),
        ({7: 0.0}, "k 0"),
        ({1: rad(89.9)}, "window"),
        ({2: rad(60.0)}, "window"),
    ],
)
def test_impossible_maps(change, words):
    arguments = [smooth(*SITE, 30e3, h=50.0), *SITE, 80.0, 30e3, 500.0, 36, 4 / 3]
    for position, value in change.items():
        arguments[position] = value
    with pytest.raises(BadInput, match=words):
        floor_map(*arguments)
