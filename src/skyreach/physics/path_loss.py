"""Two-way losses of air and rain on the way to a place, tabulated once per radar, and lookups in polar maps."""

import math

from skyreach.jit import kernel, lean
from skyreach.physics.attenuation import rain_path_factor

TWO_PI = 2.0 * math.pi
LOSS_DH = 1000.0  # m between rows of the loss tables
LOSS_ROWS, LOSS_COLUMNS = 31, 48
SAMPLES = 24  # points of the path
NEPERS = math.log(10.0) / 10.0  # of power, in a decibel


@lean
def one_way_loss(gas, gas_dh, rain_db_km, h_rain, h_ant, h_tgt, s, k_radius):
    """(gaseous loss [dB], length in rain [m]) of the straight ray over a sphere of radius k_radius [m], s [m] along it, between
    two heights [m]; gas: specific attenuation [dB/km] at i * gas_dh.

    Midpoint rule; heights below zero count as zero. Validated: test_path_loss against attenuation.gas_path_loss."""
    step = math.sqrt(s * s + (h_tgt - h_ant) * (h_tgt - h_ant)) / SAMPLES
    loss, wet = 0.0, 0.0
    for i in range(SAMPLES):  # i sample
        x = s * (i + 0.5) / SAMPLES
        h = h_ant + (h_tgt - h_ant) * x / s - 0.5 * x * (s - x) / k_radius
        y = min(max(h / gas_dh, 0.0), gas.shape[0] - 1.001)
        j = int(y)
        loss += 1e-3 * step * (gas[j] + (y - j) * (gas[j + 1] - gas[j]))
        if h < h_rain:
            wet += step
    return loss, wet


@kernel
def fill_losses(gas, gas_dh, gamma_rain, alpha, rate, frequency, h_rain, h_ant, k_radius, dr, reference, table):
    """Write the two-way loss over that of the reference path [nepers of power] into table (heights, ranges).

    Row i is for height i * LOSS_DH, column j for ground range j * dr; gamma_rain [dB/km], alpha, rate [mm/h] of the rain below
    h_rain [m]; reference [dB]: one-way gaseous loss that the reference range of the radar already holds."""
    for i in range(table.shape[0]):  # i height
        for j in range(table.shape[1]):  # j range
            s = max(j * dr, 1.0)
            loss, wet = one_way_loss(gas, gas_dh, gamma_rain, h_rain, h_ant, i * LOSS_DH, s, k_radius)
            if wet > 0.0 and rate > 0.0:
                loss += gamma_rain * 1e-3 * wet * rain_path_factor(frequency, wet, rate, alpha)
            table[i, j] = 2.0 * NEPERS * (loss - reference)


@lean
def loss_at(table, dr, h, r):
    """Two-way factor [1] of air and rain on the way to height h [m] at range r [m], over that of the reference range.

    table: as fill_losses gives it; bilinear, its rim holds beyond. Validated: test_path_loss."""
    y = min(max(h / LOSS_DH, 0.0), table.shape[0] - 1.001)
    x = min(max(r / dr, 0.0), table.shape[1] - 1.001)
    i, j = int(y), int(x)
    a, b = y - i, x - j
    low = table[i, j] + b * (table[i, j + 1] - table[i, j])
    high = table[i + 1, j] + b * (table[i + 1, j + 1] - table[i + 1, j])
    return math.exp(-(low + a * (high - low)))


@lean
def node_of(n_az, n_r, dr, az, s):
    """Row and column of the node of a polar map nearest to azimuth az [rad] and ground range s [m]; its rim holds beyond.

    Nodes lie at i * 2 pi / n_az and (j + 1) * dr."""
    turn = az / TWO_PI
    i = int((turn - math.floor(turn)) * n_az + 0.5) % n_az
    return i, min(max(int(s / dr + 0.5) - 1, 0), n_r - 1)
