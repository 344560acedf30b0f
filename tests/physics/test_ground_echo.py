"""Echo of the ground cell by cell, over a plane and over the sea."""

import math

import numpy as np
import pytest

from skyreach.catalog import load
from skyreach.physics.clutter import sea_sigma0
from skyreach.physics.ground_echo import fill_clutter
from skyreach.physics.radar import snr_at
from skyreach.scenario.order_of_battle import radar_columns
from skyreach.world.tables import TABLES, dtype_of

NO_LOSS = np.zeros((31, 48), np.float32)
SHAPE = (8, 40)


def a_radar(key="91n6e", h_ant=30.0):
    row = np.zeros(1, dtype_of(TABLES["radars"]))[0]
    for name, value in radar_columns(load()[key], 1, 0, 0, 0.0).items():
        row[name] = value
    row["radius"], row["h_ell"], row["loss_dr"] = 6.371e6, h_ant, 10e3
    return row


def echo(radar, ground, sea=0, floor=None, land=0.0, gamma=0.0):
    out = np.empty(SHAPE, np.float32)
    floor = ground if floor is None else floor
    wet = np.full(SHAPE, sea, np.uint8)
    fill_clutter(radar, floor, ground, wet, 500.0, 4.0 / 3.0, land, gamma, 3.0, 1.0, NO_LOSS, out)
    return out


def test_a_plane_of_known_echo_is_patch_times_sigma0():
    """sigma = sigma0 * r * beamwidth * resolution / cos(grazing) (Skolnik 7.2): falls with the third power of the range."""
    radar, ground = a_radar(), np.zeros(SHAPE, np.float32)
    found = echo(radar, ground, land=1e-3)
    for j in (4, 9, 19, 39):
        r = (j + 1) * 500.0
        rcs = 1e-3 * r * radar["width_az"] * radar["resolution"]
        expected = snr_at(r, rcs, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"])
        assert found[0, j] == pytest.approx(expected, rel=2e-3)


def test_constant_gamma_goes_with_the_sine_of_the_grazing_angle():
    radar, ground = a_radar(h_ant=300.0), np.zeros(SHAPE, np.float32)
    found = echo(radar, ground, gamma=0.1) / echo(radar, ground, land=0.1)
    for j in (3, 9, 19):
        r = (j + 1) * 500.0
        grazing = math.atan2(300.0, r) - 0.5 * r / (4.0 / 3.0 * 6.371e6)
        assert found[0, j] == pytest.approx(math.sin(grazing), rel=0.01)


def test_a_slope_that_faces_the_radar_echoes_more():
    radar = a_radar()
    rising = np.tile((np.maximum(np.arange(SHAPE[1]) - 19, 0) * 50.0).astype(np.float32), (SHAPE[0], 1))  # 5.7 degrees from 10 km on
    slope, plane = echo(radar, rising, gamma=0.1), echo(radar, np.zeros(SHAPE, np.float32), gamma=0.1)
    assert (slope[:, 21:30] > 10.0 * plane[:, 21:30]).all()


def test_the_sea_echoes_by_its_state():
    radar = a_radar()
    found = echo(radar, np.zeros(SHAPE, np.float32), sea=1)
    grazing = math.atan2(30.0, 5e3) - 0.5 * 5e3 / (4.0 / 3.0 * 6.371e6)
    sigma0 = sea_sigma0(grazing, float(radar["frequency"]), 3.0, int(radar["vertical"]))
    rcs = sigma0 * 5e3 * radar["width_az"] * radar["resolution"]
    assert found[0, 9] == pytest.approx(snr_at(5e3, rcs, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"]), rel=5e-3)


def test_hidden_ground_and_ground_beyond_the_scale_are_silent():
    radar, ground = a_radar(), np.zeros(SHAPE, np.float32)
    floor = ground.copy()
    floor[2] = 10.0
    found = echo(radar, ground, floor=floor, land=1e-3)
    assert (found[2] == 0.0).all()
    assert (found[[0, 1, 3]] > 0.0).all()
    radar["r_max"] = 10e3
    assert (echo(radar, ground, land=1e-3)[:, 20:] == 0.0).all()
