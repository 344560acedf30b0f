"""Samples of targets, tracks and missiles for the record; nothing of the simulation reads them."""

import math

from skyreach.jit import lean
from skyreach.world.codes import FIRM, FLYING, SPENT


@lean
def sample(world, log, t):
    """Write one sample of all that moves at time t [s]; writes log only."""
    for j in range(world.targets.shape[0]):  # j target
        target = world.targets[j]
        if target["status"] == FLYING:
            n = log.n[0]
            row = log.truth[n]
            row["t"], row["target"], row["status"] = t, j, target["status"]
            row["h_ell"], row["h_agl"] = target["h_ell"], target["h_agl"]
            for a in range(3):  # a axis
                row["pos_ecef"][a], row["vel_ecef"][a] = target["pos_ecef"][a], target["vel_ecef"][a]
            log.n[0] = n + 1
    for i in range(world.clock[0]["n_tracks"]):  # i track
        track = world.tracks[i]
        if track["state"] == FIRM:
            n = log.n[2]
            row = log.tracks[n]
            row["t"], row["number"], row["target"] = t, track["number"], track["target"]
            row["state"], row["identity"], row["t_plot"] = track["state"], track["identity"], track["t_plot"]
            dt = t - track["t"]
            for a in range(3):
                row["x"][a] = track["x"][a] + dt * track["x"][a + 3]
                row["x"][a + 3] = track["x"][a + 3]
            P = track["P"]
            for a in range(3):  # a, b axes
                for b in range(3):
                    moving = dt * (P[a, b + 3] + P[a + 3, b]) + dt * dt * P[a + 3, b + 3]
                    row["cov_pos"][a, b] = P[a, b] + moving
            row["sigma_pos"] = math.sqrt(
                P[0, 0]
                + P[1, 1]
                + P[2, 2]
                + 2.0 * dt * (P[0, 3] + P[1, 4] + P[2, 5])
                + dt * dt * (P[3, 3] + P[4, 4] + P[5, 5])
            )
            log.n[2] = n + 1
    for i in range(world.clock[0]["n_missiles"]):  # i missile
        missile = world.missiles[i]
        if missile["state"] != SPENT:
            n = log.n[3]
            row = log.flights[n]
            row["t"], row["missile"], row["state"] = t, i, missile["state"]
            for a in range(3):
                row["pos_ecef"][a], row["vel_ecef"][a] = missile["pos_ecef"][a], missile["vel_ecef"][a]
            log.n[3] = n + 1
