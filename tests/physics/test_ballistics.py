"""Ballistic closed forms against the integrators, and both against conservation laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.physics import ballistics, fall, gravity, sphere
from skyreach.physics.atmosphere import us76

ROUND = (gravity.WGS84_MU, 0.0, 0.0, 6371008.8, 0.0)  # mu, rotation, j2, radius, flattening


@pytest.mark.parametrize("r_ground", [300e3, 1000e3])
def test_minimum_energy_path_lands_at_its_range(r_ground):
    """Flown through empty space over a sphere that does not turn."""
    v, gamma, apogee, tof = ballistics.minimum_energy(r_ground, ROUND[0], ROUND[3])
    start = np.array([ROUND[3], 0.0, 0.0, v * math.sin(gamma), v * math.cos(gamma), 0.0])
    end = fall.fall(start, tof, 0.2, ROUND, 0.0, 0.0, 0.0)
    _, h = fall.geodetic_on(*end[:3], ROUND[3], 0.0)
    assert h == pytest.approx(0.0, abs=0.1)
    assert ROUND[3] * math.atan2(end[1], end[0]) == pytest.approx(r_ground, abs=0.1)
    top = fall.fall(start, 0.5 * tof, 0.2, ROUND, 0.0, 0.0, 0.0)
    assert fall.geodetic_on(*top[:3], ROUND[3], 0.0)[1] == pytest.approx(apogee, abs=0.1)


def test_spin_changes_nothing_seen_from_outside():
    """Free flight in the turning frame, turned back, is free flight in the frame at rest."""
    spin, t = gravity.EARTH_ROTATION, 200.0
    turning = (ROUND[0], spin, *ROUND[2:])
    start = np.array([ROUND[3] + 1e5, 0.0, 0.0, 300.0, 500.0, 800.0])
    there = fall.fall(start, t, 0.1, turning, 0.0, 0.0, 0.0)
    rest = start.copy()
    rest[4] += spin * start[0]
    expected = fall.fall(rest, t, 0.1, ROUND, 0.0, 0.0, 0.0)
    c, s = math.cos(spin * t), math.sin(spin * t)
    assert c * there[0] - s * there[1] == pytest.approx(expected[0], abs=1e-4)
    assert s * there[0] + c * there[1] == pytest.approx(expected[1], abs=1e-4)


def test_falling_body_nears_its_terminal_speed():
    drag_area = 0.01  # cd A / m, m2/kg
    start = np.array([ROUND[3] + 5000.0, 0.0, 0.0, -50.0, 0.0, 0.0])
    end = fall.fall(start, 60.0, 0.05, ROUND, drag_area, 0.0, 0.0)
    density = us76(end[0] - ROUND[3])[2]
    g = ROUND[0] / end[0] ** 2
    assert -end[3] == pytest.approx(math.sqrt(2.0 * g / (density * drag_area)), rel=0.01)  # it lags by the changing air


def test_input_is_untouched():
    start = np.array([7e6, 0.0, 0.0, 0.0, 1000.0, 0.0])
    kept = start.copy()
    fall.fall(start, 10.0, 0.1, ROUND, 0.0, 0.0, 0.0)
    assert np.array_equal(start, kept)


def test_peak_deceleration_is_that_of_a_flown_entry():
    """Allen and Eggers with their own assumptions: straight line, exponential air."""
    v0, angle, scale, beta, rho0 = 3000.0, math.radians(35.0), 7160.0, 5000.0, 1.225
    v, h, worst, at = v0, 80000.0, 0.0, 0.0
    while h > 0.0:
        slow = 0.5 * rho0 * math.exp(-h / scale) * v * v / beta
        worst, at = (slow, h) if slow > worst else (worst, at)
        v, h = v - 0.001 * slow, h - 0.001 * v * math.sin(angle)
    peak, height, _ = ballistics.peak_deceleration(v0, angle, scale, beta, rho0)
    assert worst == pytest.approx(peak, rel=1e-3)
    assert at == pytest.approx(height, abs=30.0)


def test_shell_without_drag_is_the_parabola():
    machs, zero = np.array([0.0, 1.0, 5.0]), np.zeros(3)
    distance, apex, tof = ballistics.vacuum_range(500.0, 0.3, 9.80665)
    v, t, h = fall.flat_fire(500.0, 0.3, 9.80665, 0.999999 * distance, 100.0, machs, zero, 1e-3)
    assert (v, t, h) == pytest.approx((500.0, tof, 0.0), rel=1e-5, abs=0.01)
    assert apex == pytest.approx((500.0 * math.sin(0.3)) ** 2 / (2 * 9.80665), rel=1e-12)


def test_drag_table_meets_its_points():
    machs, cd = np.array([0.0, 0.5, 1.0, 2.0]), np.array([0.2, 0.2, 0.5, 0.3])
    for m, c in zip(machs, cd, strict=True):
        assert fall.drag_table_at(machs, cd, m) == pytest.approx(c, rel=1e-12)
    assert fall.drag_table_at(machs, cd, 9.0) == 0.3


@given(st.floats(-1.5, 1.5), st.floats(-3.1, 3.1), st.floats(0.0, 2 * math.pi), st.floats(0.001, 3.1))
def test_great_circle_there_and_back(lat, lon, course, angle):
    lat2, lon2 = sphere.great_circle_point(lat, lon, course, angle)
    back, course2 = sphere.great_circle(lat, lon, lat2, lon2)
    assert back == pytest.approx(angle, abs=1e-9)
    assert math.remainder(course2 - course, 2 * math.pi) == pytest.approx(0.0, abs=1e-5)


def test_gravity_with_its_centrifugal_part_is_normal_gravity():
    """On the ellipsoid: J2 alone leaves out higher terms, a few parts in a million."""
    for lat in (0.0, 0.7, 1.5):
        e2 = gravity.ECCENTRICITY2
        prime = gravity.WGS84_EQUATOR / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        x, z = prime * math.cos(lat), prime * (1 - e2) * math.sin(lat)
        ax, _, az = gravity.gravitation(x, 0.0, z, gravity.WGS84_MU, gravity.WGS84_J2, gravity.WGS84_EQUATOR)
        pull = math.hypot(ax + gravity.EARTH_ROTATION**2 * x, az)
        assert pull == pytest.approx(gravity.normal_gravity(lat), rel=2e-5)
