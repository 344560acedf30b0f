"""Losses of air and rain along a path, against the line-by-line integral of P.676 and the laws of P.838 and P.530."""

import math

import numpy as np
import pytest

from skyreach.catalog import load
from skyreach.physics.attenuation import gas_path_loss, rain_attenuation, rain_coefficients, rain_path_factor
from skyreach.physics.itu_tables import gas_lines, rain_table
from skyreach.physics.path_loss import LOSS_DH, loss_at, node_of, one_way_loss
from skyreach.physics.refraction import elevation_of, slant_range_of
from skyreach.scenario.environment import Environment
from skyreach.scenario.order_of_battle import radar_columns
from skyreach.scenario.surroundings import GAS_DH, Surroundings
from skyreach.world.tables import TABLES, dtype_of

K_RADIUS = 4.0 / 3.0 * 6.371e6


def a_radar(key="92n6e"):
    row = np.zeros(1, dtype_of(TABLES["radars"]))
    for name, value in radar_columns(load()[key], 1, 0, 0, 0.0).items():
        row[0][name] = value
    row[0]["radius"], row[0]["h_ell"] = 6.371e6, 20.0
    return row


def around(**env):
    return Surroundings(Environment(**env), load(), 4.0 / 3.0)


@pytest.mark.parametrize("frequency", [0.2e9, 3e9, 9.5e9, 15e9])
@pytest.mark.parametrize(("h", "s"), [(1000.0, 60e3), (5000.0, 100e3), (10_000.0, 250e3)])
def test_the_straight_ray_over_the_effective_earth_agrees_with_the_refracted_one(frequency, h, s):
    """The table of 500 m steps and the midpoint rule: within 3 % of the spherical Snell ray of P.676, Annex 1."""
    gas = around()._gas(frequency)
    loss, wet = one_way_loss(gas, GAS_DH, 0.0, 0.0, 20.0, h, s, K_RADIUS)
    elevation = elevation_of(s, h, 20.0, K_RADIUS)
    if elevation < 0.0:
        pytest.skip("the reference function takes rays that start upwards")
    expected = gas_path_loss(frequency, elevation, 20.0, h, load()["air"].si("vapour"), *gas_lines(), 8)
    assert loss == pytest.approx(expected, rel=0.03)
    assert wet == 0.0


def test_at_the_reference_nothing_is_lost_and_nearer_some_is_won():
    row = a_radar()
    setting = around()
    setting.complete(row)
    (table,) = setting.losses(row)
    r_ref, h_ref = float(row[0]["r_ref"]), float(row[0]["h_ref"])
    assert loss_at(table, float(row[0]["loss_dr"]), h_ref, r_ref) == pytest.approx(1.0, abs=0.01)
    assert loss_at(table, float(row[0]["loss_dr"]), h_ref, 0.5 * r_ref) > 1.0
    assert loss_at(table, float(row[0]["loss_dr"]), 100.0, r_ref) < 1.0


def test_without_gas_and_rain_nothing_is_lost():
    row = a_radar()
    setting = around(gas=False)
    setting.complete(row)
    assert (setting.losses(row) == 0.0).all()


def test_rain_along_a_level_path_is_the_law_of_p838_with_the_factor_of_p530():
    row, rate, s = a_radar(), 12.0, 20e3
    wet, dry = around(gas=False, rain_mm_h=rate), around(gas=False)
    wet.complete(row)
    dry.complete(row)
    (table,) = wet.losses(row)
    k, alpha = rain_coefficients(float(row[0]["frequency"]), 0.0, math.pi / 2, rain_table())
    factor = rain_path_factor(float(row[0]["frequency"]), s, rate, alpha)
    decibels = 2.0 * rain_attenuation(k, alpha, rate) * s / 1e3 * factor
    j = round(s / float(row[0]["loss_dr"]))
    near = j * float(row[0]["loss_dr"])
    scale = near / s * rain_path_factor(float(row[0]["frequency"]), near, rate, alpha) / factor
    assert 10.0 / math.log(10.0) * table[0, j] == pytest.approx(decibels * scale, rel=0.01)
    assert table[10, j] < table[0, j]  # above the rain most of the way


def test_a_table_is_bilinear_in_the_exponent_and_holds_at_its_rim():
    table = np.array([[0.0, 1.0], [2.0, 5.0]], np.float32)
    assert loss_at(table, 1e4, 0.5 * LOSS_DH, 0.5e4) == pytest.approx(math.exp(-2.0), rel=1e-6)
    assert loss_at(table, 1e4, -50.0, 0.0) == 1.0
    assert loss_at(table, 1e4, 1e5, 1e9) == pytest.approx(math.exp(-5.0), rel=0.01)


def test_nodes_of_a_polar_map():
    assert node_of(360, 10, 1000.0, math.radians(90.4), 2400.0) == (90, 1)
    assert node_of(360, 10, 1000.0, math.radians(-0.4), 0.0) == (0, 0)
    assert node_of(360, 10, 1000.0, math.radians(359.6), 99e3) == (0, 9)


def test_slant_and_ground_agree_near_the_ground():
    assert slant_range_of(20e3, 20.0, 20.0, K_RADIUS) == pytest.approx(20e3, rel=1e-5)
