"""Phase 2: radars look. Beam, sector, floor map, echo and dice decide; a detection becomes a plot."""

import math

from skyreach.earth.floor import floor_height
from skyreach.engine.bookkeeping import emit_to
from skyreach.engine.geometry import TICK, TWO_PI, to_enu, wrap
from skyreach.jit import lean
from skyreach.physics.detection import pd_swerling1, pd_swerling3
from skyreach.physics.radar import snr_at
from skyreach.physics.rcs import rcs_aspect
from skyreach.world.codes import (
    BEYOND_SCALE,
    E_FIRST_SEEN,
    FAULT_PLOTS,
    FLYING,
    HIDDEN_HORIZON,
    HIDDEN_TERRAIN,
    NONE,
    OFF_SECTOR,
    ROTATING,
    SEEN,
    SILENT,
    WAITING,
    WEAK,
)
from skyreach.world.dice import DETECT, MEASURE, normals, uniform


@lean
def sense(model, world, t, frame):
    """Do the looks that are due at time t [s]; writes looks, plots, events and targets.seen_event."""
    scan(
        model.params[0], model.floors, world.radars, world.targets, world.routes, world.looks, world.plots,
        world.events, world.clock[0], t, frame,
    )  # fmt: skip


@lean
def scan(p, floors, radars, targets, routes, looks, plots, events, clock, t, frame):
    """As sense, with the tables that it needs."""
    clock["n_plots"] = 0
    for i in range(radars.shape[0]):  # i radar
        radar = radars[i]
        if t < radar["t_due"] - TICK:
            continue
        silent = radar["alive"] == 0 or radar["emitting"] == 0
        due = math.inf
        for j in range(targets.shape[0]):  # j target
            look = looks[i, j]
            if t < look["t_next"] - TICK:
                due = min(due, look["t_next"])
                continue
            target = targets[j]
            if target["side"] == radar["side"] or target["status"] > FLYING:
                look["t_next"] = math.inf
            elif target["status"] == WAITING:
                look["t_next"] = routes[target["route_start"]]["t"]
            elif silent:
                look["code"] = SILENT
                look["t_next"] = t + radar["update_search"]
            elif glance(p, floors[radar["floor"]], radar, target, look, i, j, t, frame):
                r = add_plot(p, plots, clock, radar, target, i, j, frame)
                if target["seen_event"] < 0:
                    cause = target["start_event"]
                    target["seen_event"] = emit_to(events, clock, t, E_FIRST_SEEN, cause, j, i, NONE, r)
            due = min(due, look["t_next"])
        radar["t_due"] = due


@lean
def glance(p, floors, radar, target, look, i, j, t, frame):
    """One look of radar i at target j: True if it is detected; sets the outcome and the time of the next look.

    A target beyond the scale is not looked at again before it could have come within it at its greatest speed.
    """
    e, n, u = to_enu(radar, target["pos_ecef"])
    ground2 = e * e + n * n
    r = math.sqrt(ground2 + u * u)
    if r > radar["r_max"]:
        look["code"] = BEYOND_SCALE
        look["t_next"] = t + max(radar["update_search"], (r - radar["r_max"]) / target["speed_max"])
        look["in_step"] = 0
        return False
    az = math.atan2(e, n)
    if radar["scan"] == ROTATING and look["in_step"] == 0:
        look["in_step"] = 1
        look["t_next"] = beam_passage(radar, az, t, 0.0)
        return False
    look["t_next"] = next_look(radar, look, az, t)
    code = sight(p, floors, radar, target, u, math.sqrt(ground2), az)
    if code == SEEN:
        pd = detection_probability_at(radar, target, e, n, u, r)
        if uniform(p["seed"], DETECT, i, j, frame) >= pd:
            code = WEAK
    look["code"] = code
    if code != SEEN:
        return False
    look["t_seen"] = t
    return True


@lean
def beam_passage(radar, az, t, late):
    """Time [s] at which a rotating beam next passes azimuth az [rad] after t + (late - 1) periods; late in [0, 1)."""
    period = radar["update_search"]
    turns = (t - radar["t_phase"]) / period - az / TWO_PI
    return radar["t_phase"] + period * (math.floor(turns + late) + 1.0 + az / TWO_PI)


@lean
def next_look(radar, look, az, t):
    """Time [s] of the next look: the next turn of a rotating beam, else the update interval."""
    if radar["scan"] == ROTATING:
        return beam_passage(radar, az, t, 0.5)
    return t + (radar["update_track"] if look["engaged"] > 0 else radar["update_search"])


@lean
def sight(p, floors, radar, target, u, ground, az):
    """SEEN if nothing but the strength of the echo can prevent a detection, else what does; within the scale."""
    outside = abs(wrap(az - radar["boresight"])) > radar["half_sector"]
    if outside or not in_elevation(radar, u, ground):
        return OFF_SECTOR
    s = radar["radius"] * math.atan2(ground, radar["radius"] + radar["h_ell"] + u)
    if target["h_ell"] >= floor_height(floors, p["floor_dr"], az, s):
        return SEEN
    base = min(radar["h_ground"], target["h_ell"] - target["h_agl"])
    reach = 2.0 * p["k"] * radar["radius"]
    horizon = math.sqrt(reach * (radar["h_ell"] - base)) + math.sqrt(reach * max(target["h_ell"] - base, 0.0))
    return HIDDEN_HORIZON if s > horizon else HIDDEN_TERRAIN


@lean
def in_elevation(radar, u, ground):
    """True if a point u [m] above and ground [m] away from a radar lies between its elevation limits."""
    # not written as a chain: right overhead, 0 * inf is no number and must not count as outside
    return not (u < ground * radar["tan_el_min"] or u > ground * radar["tan_el_max"])


@lean
def detection_probability_at(radar, target, e, n, u, r):
    """Probability of detection [1] of one look at slant range r [m] from the calibrated echo."""
    R = radar["R_enu_from_ecef"]
    v = target["vel_ecef"]
    speed, along = 0.0, 0.0
    for a in range(3):  # a axis
        speed += v[a] * v[a]
        along += v[a] * (R[0, a] * e + R[1, a] * n + R[2, a] * u)
    cos_aspect = along / (math.sqrt(speed) * r + 1e-9)
    band = radar["band"]
    rcs = rcs_aspect(target["rcs_front"][band], target["rcs_side"][band], cos_aspect)
    snr = snr_at(r, rcs, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"])
    if target["swerling"] == 3:
        return pd_swerling3(snr, radar["pfa"])
    return pd_swerling1(snr, radar["pfa"])


@lean
def add_plot(p, plots, clock, radar, target, i, j, frame):
    """Append the measurement of radar i of target j, with its errors; returns the true slant range [m]."""
    e, n, u = to_enu(radar, target["pos_ecef"])
    r = math.sqrt(e * e + n * n + u * u)
    k = clock["n_plots"]
    if k >= plots.shape[0]:
        clock["fault"] |= FAULT_PLOTS
        return r
    clock["n_plots"] = k + 1
    plot = plots[k]
    g0, g1, g2, _ = normals(p["seed"], MEASURE, i, j, frame)
    d = r + radar["sigma_r"] * g0
    az = math.atan2(e, n) + radar["sigma_az"] * g1
    el = math.atan2(u, math.sqrt(e * e + n * n)) + radar["sigma_el"] * g2
    az -= TWO_PI * math.floor(az / TWO_PI)
    plot["radar"], plot["target"], plot["r_slant"], plot["az"], plot["el"] = i, j, d, az, el
    e, n, u = d * math.cos(el) * math.sin(az), d * math.cos(el) * math.cos(az), d * math.sin(el)
    R = radar["R_enu_from_ecef"]
    for a in range(3):  # a axis
        plot["pos_ecef"][a] = radar["pos_ecef"][a] + R[0, a] * e + R[1, a] * n + R[2, a] * u
    return r


@lean
def in_hand(radar, look, t):
    """True if a radar has the target of this look in hand at t [s]: seen within three of its looks."""
    interval = radar["update_track"] if look["engaged"] > 0 else radar["update_search"]
    return t - look["t_seen"] <= 3.0 * interval
