"""Geodesy kernels against printed examples (numbers GEO-... of the validation list), PROJ and pymap3d."""

import math

import numpy as np
import pymap3d
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from skyreach.earth import geodesy as g

rad, deg = math.radians, math.degrees
WGS84 = Geod(ellps="WGS84")
LATITUDE = st.floats(-90.0, 90.0)
LONGITUDE = st.floats(-180.0, 180.0)


def azimuth_error(got, expected_deg):
    return abs((deg(got) - expected_deg + 180.0) % 360.0 - 180.0)


# EPSG Guidance Note 7-2, method 9602 (GEO-001) and 9836 (GEO-003): printed to the millimetre
@pytest.mark.parametrize(
    ("lat", "lon", "h", "xyz"),
    [
        (53.80939444444444, 2.12955, 73.0, (3771793.968, 140253.342, 5124304.349)),
        (55.0, 5.0, 200.0, (3652755.3058, 319574.6799, 5201547.3536)),
    ],
)
def test_geodetic_to_ecef_epsg(lat, lon, h, xyz):
    assert g.geodetic_to_ecef(rad(lat), rad(lon), h) == pytest.approx(xyz, abs=1e-3)


def test_ecef_to_geodetic_epsg():  # GEO-004
    lat, lon, h = g.ecef_to_geodetic(3771793.968, 140253.342, 5124304.349)
    assert (deg(lat), deg(lon)) == pytest.approx((53.80939444444444, 2.12955), abs=2e-8)
    assert h == pytest.approx(73.0, abs=2e-3)


def test_enu_epsg():  # GEO-002, EPSG method 9837, printed to the millimetre
    R = np.empty((3, 3))
    g.enu_from_ecef(rad(55.0), rad(5.0), R)
    target = np.array(g.geodetic_to_ecef(rad(53.80939444444444), rad(2.12955), 73.0))
    origin = np.array(g.geodetic_to_ecef(rad(55.0), rad(5.0), 200.0))
    assert tuple(R @ (target - origin)) == pytest.approx((-189013.869, -128642.040, -4220.171), abs=2e-3)


# GEO-016, GEO-017: look angles computed with PROJ
@pytest.mark.parametrize(
    ("site", "target", "az", "el", "r"),
    [
        ((48.0, 11.0, 500.0), (49.2, 13.1, 10000.0), 48.4695148, 1.7406011, 204808.801),
        ((-33.9, 151.2, 40.0), (-33.2, 149.8, 300.0), 300.4554021, -0.5819284, 151432.445),
    ],
)
def test_look_angles(site, target, az, el, r):
    R = np.empty((3, 3))
    g.enu_from_ecef(rad(site[0]), rad(site[1]), R)
    here = np.array(g.geodetic_to_ecef(rad(site[0]), rad(site[1]), site[2]))
    there = np.array(g.geodetic_to_ecef(rad(target[0]), rad(target[1]), target[2]))
    e, n, u = R @ (there - here)
    assert azimuth_error(math.atan2(e, n), az) < 1e-6
    assert deg(math.asin(u / math.hypot(e, n, u))) == pytest.approx(el, abs=1e-6)
    assert math.hypot(e, n, u) == pytest.approx(r, abs=2e-3)


# GEO-007: GeographicLib's documentation (nearly opposite points); GEO-011: line of Karney's test set
@pytest.mark.parametrize(
    ("line", "s", "az1", "az2", "tol_s", "tol_az"),
    [
        ((-41.32, 174.81, 40.96, -5.5), 19959679.267353, 161.06766998616, 18.825195123247, 1e-6, 1e-9),
        ((35.60777, -139.44815, -11.17491, -69.95921), 8935244.56048183, 111.09874842956033, 129.28927088970877,
         1e-6, 1e-11),
    ],
)  # fmt: skip
def test_inverse_published(line, s, az1, az2, tol_s, tol_az):
    got = g.geodesic_inverse(*(rad(x) for x in line))
    assert got[0] == pytest.approx(s, abs=tol_s)
    assert azimuth_error(got[1], az1) < tol_az
    assert azimuth_error(got[2], az2) < tol_az


# GEO-009: GDA technical manual (GRS80); GEO-010: Vincenty 1975, table II line (a) (Bessel)
@pytest.mark.parametrize(
    ("a", "inv_f", "line", "s", "az1", "az2", "tol_az"),
    [
        (6378137.0, 298.257222101, (-37.95103341666667, 144.42486788888888, -37.65282113888889, 143.92649552777777),
         54972.271, 306.8681583333333, 307.173630555556, 3e-6),
        (6377397.155, 299.1528128, (55.75, 0.0, -33.43333333333333, 108.21666666666667),
         14110526.17, 96.60244433333332, 137.87278181666667, 2e-8),
    ],
)  # fmt: skip
def test_inverse_other_ellipsoids(a, inv_f, line, s, az1, az2, tol_az):
    got = g.geodesic_inverse_on(a, 1.0 / inv_f, *(rad(x) for x in line))
    assert got[0] == pytest.approx(s, abs=2e-3)  # printed to the millimetre or centimetre
    assert azimuth_error(got[1], az1) < tol_az
    assert azimuth_error(got[2], az2) < tol_az


# GEO-008: GeographicLib's documentation; GEO-018: geographiclib 2.1
@pytest.mark.parametrize(
    ("start", "az", "s", "end", "tol"),
    [
        ((-32.06, 115.74), 225.0, 20e6, (32.11195529, -63.95925278), 1e-8),
        ((51.5, -0.1), 72.0, 250e3, (52.1434604639, 3.3743685723), 1e-10),
    ],
)
def test_direct_published(start, az, s, end, tol):
    lat, lon, _ = g.geodesic_direct(rad(start[0]), rad(start[1]), rad(az), s)
    assert (deg(lat), deg(lon)) == pytest.approx(end, abs=tol)


def test_radii_of_curvature():  # GEO-013: closed form at 45 degrees, printed to 0.1 mm
    assert g.radii_of_curvature(rad(45.0)) == pytest.approx((6367381.8156, 6388838.2901), abs=1e-4)
    assert g.gaussian_radius(rad(45.0)) == pytest.approx(math.sqrt(6367381.8156 * 6388838.2901), abs=1e-3)


@settings(max_examples=300, deadline=None)
@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE)
def test_inverse_against_proj(lat1, lon1, lat2, lon2):
    az1, back, s = WGS84.inv(lon1, lat1, lon2, lat2)
    got = g.geodesic_inverse(rad(lat1), rad(lon1), rad(lat2), rad(lon2))
    assert got[0] == pytest.approx(s, abs=1e-6)
    # Azimuths mean nothing at a pole, for one point, or between exact antipodes, where several lines are as
    # short.
    if 1.0 < s < 20_003_000.0 and max(abs(lat1), abs(lat2)) < 89.9 and abs(lat1 + lat2) > 1e-6:
        assert azimuth_error(got[1], az1) * s < 60.0  # 1 mm at the far end, in degrees times metres
        assert azimuth_error(got[2], back + 180.0) * s < 60.0


@pytest.mark.parametrize("lat", [0.0, 1e-9, 30.0, 89.999])
@pytest.mark.parametrize("lon", [179.0, 179.39, 179.3966, 179.5, 179.999, 180.0])
def test_inverse_opposite_points(lat, lon):
    s = WGS84.inv(0.0, -lat, lon, lat)[2]
    assert g.geodesic_inverse(rad(-lat), 0.0, rad(lat), rad(lon))[0] == pytest.approx(s, abs=1e-6)


@settings(max_examples=300, deadline=None)
@given(LATITUDE, LONGITUDE, st.floats(0.0, 360.0), st.floats(-2e7, 2e7))
def test_direct_against_proj(lat, lon, az, s):
    lon2, lat2, back = WGS84.fwd(lon, lat, az, s)
    got = g.geodesic_direct(rad(lat), rad(lon), rad(az), s)
    here = np.array(g.geodetic_to_ecef(rad(lat2), rad(lon2), 0.0))
    assert np.linalg.norm(np.array(g.geodetic_to_ecef(got[0], got[1], 0.0)) - here) < 1e-5
    if max(abs(lat), abs(lat2)) < 89.9:
        assert azimuth_error(got[2], back + 180.0) < 1e-8
    assert -math.pi <= got[1] < math.pi
    assert 0.0 <= got[2] < 2 * math.pi


@settings(max_examples=200, deadline=None)
@given(st.floats(-89.0, 89.0), LONGITUDE, st.floats(0.0, 359.9), st.floats(1.0, 9e6))
def test_direct_and_inverse_are_opposites(lat, lon, az, s):
    lat2, lon2, az2 = g.geodesic_direct(rad(lat), rad(lon), rad(az), s)
    back = g.geodesic_inverse(rad(lat), rad(lon), lat2, lon2)
    assert back[0] == pytest.approx(s, abs=1e-6)
    assert azimuth_error(back[1], az) * s < 60.0
    assert azimuth_error(back[2], deg(az2)) * s * math.cos(lat2) < 60.0


@settings(max_examples=300, deadline=None)
@given(LATITUDE, LONGITUDE, st.floats(-10e3, 3e6))
def test_ecef_there_and_back(lat, lon, h):
    got = g.ecef_to_geodetic(*g.geodetic_to_ecef(rad(lat), rad(lon), h))
    assert got[0] == pytest.approx(rad(lat), abs=1e-14)
    assert got[2] == pytest.approx(h, abs=1e-8)
    # the ECEF rounding of 1e-9 m moves the meridian near the axis
    assert abs(math.remainder(got[1] - rad(lon), 2 * math.pi)) * math.cos(rad(lat)) < 1e-15 + 1e-9 / 6.3e6


@settings(max_examples=100, deadline=None)
@given(st.floats(-89.9, 89.9), LONGITUDE, st.floats(-10e3, 100e3))
def test_ecef_against_proj_and_pymap3d(lat, lon, h):
    xyz = g.geodetic_to_ecef(rad(lat), rad(lon), h)
    proj = Transformer.from_crs(4979, 4978, always_xy=True).transform(lon, lat, h)
    assert xyz == pytest.approx(proj, abs=1e-8)
    assert xyz == pytest.approx([float(v) for v in pymap3d.geodetic2ecef(lat, lon, h)], abs=1e-8)
    lat_p, _, h_p = pymap3d.ecef2geodetic(*xyz)
    got = g.ecef_to_geodetic(*xyz)
    assert (deg(got[0]), got[2]) == pytest.approx((float(lat_p), float(h_p)), abs=1e-7)


def test_enu_is_a_rotation_and_matches_pymap3d():
    R = np.empty((3, 3))
    for lat, lon in [(0.0, 0.0), (40.0789, 32.5656), (-77.0, 166.6), (90.0, 10.0)]:
        g.enu_from_ecef(rad(lat), rad(lon), R)
        assert R @ R.T == pytest.approx(np.eye(3), abs=1e-15)
        assert tuple(R @ np.array([1e3, -2e3, 5e2])) == pytest.approx(
            [float(v) for v in pymap3d.ecef2enuv(1e3, -2e3, 5e2, lat, lon)], abs=1e-9
        )


@given(st.floats(-50.0, 50.0))
def test_wrapping(angle):
    assert 0.0 <= g.wrap_azimuth(angle) < 2 * math.pi
    assert -math.pi <= g.wrap_longitude(angle) < math.pi
    assert math.sin(g.wrap_azimuth(angle)) == pytest.approx(math.sin(angle), abs=1e-13)
    assert math.cos(g.wrap_longitude(angle)) == pytest.approx(math.cos(angle), abs=1e-13)


def test_nan_goes_through():
    assert all(math.isnan(v) for v in g.geodetic_to_ecef(math.nan, 0.0, 0.0))
    assert math.isnan(g.ecef_to_geodetic(math.nan, 1.0, 1.0)[0])
    assert math.isnan(g.geodesic_direct(0.1, 0.2, 0.3, math.nan)[0])
    assert math.isnan(g.geodesic_inverse(math.nan, 0.0, 0.1, 0.2)[0])
