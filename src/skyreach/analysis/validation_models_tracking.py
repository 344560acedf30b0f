"""Adapters of the measurement and tracking cases (see validation_registry); the tracker's are those of the
engine."""

import math

import numpy as np

from skyreach.analysis.validation_units import deg, from_db, rad
from skyreach.engine.associate import assign
from skyreach.engine.filter import move
from skyreach.physics import accuracy
from skyreach.physics.imm import STRAIGHT
from skyreach.world.state import rows
from skyreach.world.tables import PARAMS, dtype_of

NEVER = 1e9  # cost that stands for "every row must be assigned"


def angle_accuracy(beamwidth, km, snr):
    """Standard deviation [deg]."""
    return {"sigma_angle": deg(accuracy.angle_sigma(rad(beamwidth), km, from_db(snr)))}


def range_accuracy(bandwidth, snr):
    """Standard deviation [m]."""
    return {"sigma_range": accuracy.range_sigma(bandwidth, from_db(snr))}


def polar_conversion_bias(range, azimuth, sigma_az):
    """Shrink factor [1], bias [m]."""
    factor = accuracy.polar_shrink(rad(sigma_az))
    return {"factor": factor, "radial_bias": range * (1.0 - factor)}


def cv_process_noise(T, q):
    """Process noise of one axis [m2, m2/s, m2/s2]: what the engine's prediction adds to a covariance of
    zero."""
    bank, p = rows("banks", 1)[0], np.zeros(1, dtype_of(PARAMS))[0]
    p["process_noise"] = q
    move(bank, STRAIGHT, T, p)
    cov = bank["P"][STRAIGHT]
    return {"Q11": cov[0, 0], "Q12": cov[0, 3], "Q22": cov[3, 3]}


def linear_assignment(cost, cost_of_non_assignment):
    """Sum of the assigned costs."""
    matrix = np.array([[math.inf if entry is None else entry for entry in row] for row in cost], dtype=float)
    taken = np.full(len(matrix), -1)
    assign(matrix, NEVER if cost_of_non_assignment is None else cost_of_non_assignment, taken)
    return {"total_cost": sum(matrix[i, j] for i, j in enumerate(taken) if j >= 0)}


MODELS = {f.__name__: f for f in (angle_accuracy, range_accuracy, polar_conversion_bias, cv_process_noise, linear_assignment)}
