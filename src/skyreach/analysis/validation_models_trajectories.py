"""Adapters of the trajectory cases (see validation_registry)."""

import csv
import math
from pathlib import Path

import numpy as np

from skyreach.analysis.validation_units import deg, rad
from skyreach.physics import ballistics, fall, flight
from skyreach.physics.atmosphere import density_table
from skyreach.world.tables import MISSILE_TYPES, dtype_of

STEP = 0.01  # s, of the integrations


def point_mass_rotating_earth(
    lat0, lon0, alt0, v_ned0, mass, ref_area, CD, duration, atmosphere, mu, earth_rotation, J2, re, flattening,
    wind_east_surface, wind_east_gradient,
):  # fmt: skip
    """Altitude [m], velocity [m/s], longitude and latitude [deg] at the end."""
    if atmosphere != "US76":
        return {}
    lat, lon, e2 = rad(lat0), rad(lon0), flattening * (2.0 - flattening)
    prime = re / math.sqrt(1.0 - e2 * math.sin(lat) ** 2)
    across = (prime + alt0) * math.cos(lat)
    pos = [across * math.cos(lon), across * math.sin(lon), (prime * (1.0 - e2) + alt0) * math.sin(lat)]
    vel = _axes(lat, lon).T @ np.asarray(v_ned0)
    earth = (mu, earth_rotation, J2, re, flattening)
    start = np.array([*pos, *vel])
    end = fall.fall(start, duration, STEP, earth, CD * ref_area / mass, wind_east_surface, wind_east_gradient)
    lat, h = fall.geodetic_on(end[0], end[1], end[2], re, flattening)
    lon = math.atan2(end[1], end[0])
    north, east, down = _axes(lat, lon) @ end[3:]
    return {
        "altitude": h,
        "v_north": north,
        "v_east": east,
        "v_down": down,
        "longitude": deg(lon),
        "latitude": deg(lat),
    }


def _axes(lat, lon):
    """Rotation from Earth-fixed to north, east, down."""
    sin_lat, cos_lat, sin_lon, cos_lon = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    north = (-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat)
    return np.array([north, (-sin_lon, cos_lon, 0.0), (-cos_lat * cos_lon, -cos_lat * sin_lon, -sin_lat)])


def vacuum_trajectory(v0, elevation, g):
    """Range and apex [m], time [s]."""
    return dict(zip(("range", "apex", "tof"), ballistics.vacuum_range(v0, rad(elevation), g), strict=True))


def vertical_quadratic_drag(v0, terminal_velocity, g):
    """Apex [m], times [s], speed [m/s]."""
    answer = ballistics.drag_climb(v0, terminal_velocity, g)
    return dict(zip(("apex", "time_up", "return_speed", "time_down"), answer, strict=True))


def rocket_vertical_vacuum(m0, m_burnout, Isp, burn_time, g):
    """Speeds [m/s], heights [m]."""
    answer = ballistics.rocket_climb(m0, m_burnout, Isp * g, burn_time, g)
    return dict(zip(("ideal_dv", "v_burnout", "h_burnout", "apex"), answer, strict=True))


def minimum_energy_trajectory(range, mu, earth_radius):
    """Speed [m/s], angle [deg], apogee [m], time [s]."""
    v, gamma, apogee, tof = ballistics.minimum_energy(range, mu, earth_radius)
    return {"v_burnout": v, "flight_path_angle": deg(gamma), "apogee": apogee, "tof": tof}


def allen_eggers(V_entry, entry_angle, scale_height, ballistic_coefficient, rho0):
    """Deceleration [m/s2], altitude [m], speed [m/s]."""
    answer = ballistics.peak_deceleration(V_entry, rad(entry_angle), scale_height, ballistic_coefficient, rho0)
    return dict(zip(("peak_decel", "altitude_of_peak", "speed_at_peak"), answer, strict=True))


def sounding_rocket_vertical(
    thrust, burn_time, propellant_mass, dry_mass, diameter, CD, rail_length, elevation, latitude, site_height
):
    """Apogee [m] and its time [s], height [m] and speed [m/s] at burnout: the engine's missile step, flown
    upwards.

    The engine turns with the Earth, so only a vertical start at the equator is the same problem; the rail,
    which matters only to a rocket that can tip over, is left out."""
    if elevation != 90.0 or latitude != 0.0:
        return {}
    rocket = np.zeros(1, dtype_of(MISSILE_TYPES))
    rocket["launch_mass"], rocket["propellant"] = dry_mass + propellant_mass, propellant_mass
    rocket["thrust"], rocket["burn_time"] = thrust, burn_time
    rocket["area"] = math.pi / 4.0 * diameter**2
    drag = np.full(81, CD)
    air_dh, air = 100.0, np.empty((901, 2))
    density_table(air_dh, air[:, 0], air[:, 1])
    pos, vel = (
        np.array([flight.WGS84_A + site_height, 0.0, 0.0]),
        np.array([1e-3, 0.0, 0.0]),
    )  # has a direction
    steps, answer = 0, {}
    while vel[0] >= 0.0:
        before = vel[0]
        flight.fly(rocket[0], drag, 0.1, air, air_dh, steps * STEP, pos, vel, 0.0, 0.0, 0.0, STEP)
        steps += 1
        if steps == round(burn_time / STEP):
            answer = {"h_burnout": pos[0] - flight.WGS84_A - site_height, "v_burnout": vel[0]}
    share = before / (before - vel[0])
    return {
        **answer,
        "apogee": pos[0] - flight.WGS84_A - site_height,
        "apogee_time": (steps - 1 + share) * STEP,
    }


def point_mass_drag_table(drag_table_csv, ballistic_coefficient, v0, elevation, g, distance):
    """Speed [m/s], time [s], height [m]; needs the table beside the file of cases or among those of
    skyreach."""
    if not Path(drag_table_csv).is_file():
        return {}
    with open(drag_table_csv, newline="") as stream:
        rows = [(float(row["mach"]), float(row["cd"])) for row in csv.DictReader(stream)]
    machs, coefficients = np.array(rows).T.copy()
    answer = fall.flat_fire(v0, elevation, g, distance, ballistic_coefficient, machs, coefficients, 1e-4)
    return dict(zip(("speed", "time", "height"), answer, strict=True))


MODELS = {
    f.__name__: f
    for f in (
        point_mass_rotating_earth, vacuum_trajectory, vertical_quadratic_drag, rocket_vertical_vacuum,
        minimum_energy_trajectory, allen_eggers, sounding_rocket_vertical, point_mass_drag_table,
    )
}  # fmt: skip
