"""Adapters of the measurement and tracking cases (see validation_registry); the tracker's are those of the
engine."""

import math

import numpy as np

from skyreach.analysis.air_picture import gospa, ospa
from skyreach.analysis.validation_units import deg, from_db, rad
from skyreach.engine.associate import assign
from skyreach.engine.bank import move_model
from skyreach.engine.filter import predict, update
from skyreach.physics import accuracy
from skyreach.physics.association import marginals
from skyreach.physics.imm import TURN, mixing
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
    track = rows("tracks", 1)
    predict(track[0], T, q)
    cov = track[0]["P"]
    return {"Q11": cov[0, 0], "Q12": cov[0, 3], "Q22": cov[3, 3]}


def linear_assignment(cost, cost_of_non_assignment):
    """Sum of the assigned costs."""
    matrix = np.array([[math.inf if entry is None else entry for entry in row] for row in cost], dtype=float)
    taken = np.full(len(matrix), -1)
    assign(matrix, NEVER if cost_of_non_assignment is None else cost_of_non_assignment, taken)
    return {"total_cost": sum(matrix[i, j] for i, j in enumerate(taken) if j >= 0)}


def imm_step(transition, mode_prob, x1, x2, P1_diag, P2_diag, likelihoods):
    """Probabilities after the switch and given it [1], mixed state and variance of the second model [m, m2], its updated
    probability [1]."""
    mu, switch, x = np.array(mode_prob), np.array(transition, float), np.array([x1, x2], float)
    P = np.array([np.diag(P1_diag), np.diag(P2_diag)], float)
    ahead, mixed, spread = np.empty(2), np.empty((2, 2)), np.empty((2, 2, 2))
    mixing(2, mu, switch, x, P, np.empty(2), ahead, mixed, spread)
    given = switch * mu[:, None] / ahead
    return {
        "cbar_1": ahead[0], "cbar_2": ahead[1], "mu_2_given_1": given[1, 0], "mu_1_given_2": given[0, 1],
        "x_mixed2_pos": mixed[1, 0], "P_mixed2_pos": spread[1, 0, 0],
        "mode2_updated": ahead[1] * likelihoods[1] / (ahead @ likelihoods),
    }  # fmt: skip


def coordinated_turn_prediction(x0, turn_rate, T):
    """State after a turn of known rate [m, m/s], by the turning model of a bank."""
    bank, p, omega = rows("banks", 1)[0], np.zeros(1, dtype_of(PARAMS))[0], rad(turn_rate)
    bank["x"][TURN, [0, 3, 1, 4]] = x0
    bank["x"][TURN, 6:8] = -omega * x0[3], omega * x0[1]
    move_model(bank, TURN, T, p)
    return dict(zip(("x", "vx", "y", "vy"), bank["x"][TURN, [0, 3, 1, 4]], strict=True))


def pda_weights(innovations, S, Pd, Pg, clutter_density):
    """Probabilities that a track gave none of the plots, and each of them [1]."""
    y = np.array(innovations, float)
    weight = Pd * np.exp(-0.5 * y * y / S) / math.sqrt(2.0 * math.pi * S) / clutter_density
    beta, n = np.empty((1, len(y) + 1)), len(y)
    marginals(weight[None], np.arange(n)[None], np.array([n]), np.full(n, -1), 0, 1.0 - Pd * Pg, beta)
    return {"beta_0": beta[0, n]} | {f"beta_{k + 1}": beta[0, k] for k in range(n)}


def ekf_bearing_range_update(x_pred, P_diag, z_bearing, z_range, sigma_bearing, sigma_range):
    """Position [m] and its covariance [m2] after a plot; the plane is that of the horizon, the elevation unknown."""
    radar, plot, track = rows("radars", 1)[0], rows("plots", 1)[0], rows("tracks", 1)[0]
    radar["R_enu_from_ecef"] = np.eye(3)[[1, 0, 2]]  # a bearing goes from x to y, an azimuth from north to east
    plot["r_slant"], plot["az"], plot["sigma_r"], plot["sigma_az"], plot["sigma_el"] = (
        z_range, z_bearing, sigma_range, sigma_bearing, 1e9,
    )  # fmt: skip
    track["x"][[0, 3, 1, 4]], track["P"][[0, 3, 1, 4], [0, 3, 1, 4]] = x_pred, P_diag
    update(track, radar, plot, np.empty((3, 3)), np.empty(3), np.empty(6))
    P = track["P"]
    return {"x": track["x"][0], "y": track["x"][1], "P_xx": P[0, 0], "P_xy": P[0, 1], "P_yy": P[1, 1]}


def ospa_gospa(truth, tracks, cutoff, order, alpha):
    """Distances [m] of two sets of points."""
    assert alpha == 2.0, "the engine's GOSPA is that of alpha = 2"
    found, real = np.array(tracks, float), np.array(truth, float)
    return {"ospa": ospa(found, real, cutoff, order), "gospa": gospa(found, real, cutoff, order)["distance"]}


MODELS = {
    f.__name__: f
    for f in (
        angle_accuracy, range_accuracy, polar_conversion_bias, cv_process_noise, linear_assignment, imm_step,
        coordinated_turn_prediction, pda_weights, ekf_bearing_range_update, ospa_gospa,
    )
}  # fmt: skip
