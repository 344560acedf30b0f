"""Phase 2: radars look. Beam, sector, floor map, echo, clutter, jamming and dice decide; a detection becomes a plot."""

import math

from skyreach.earth.floor import visible
from skyreach.engine.bookkeeping import emit_to, radiates
from skyreach.engine.geometry import TICK, TWO_PI, ground_range, to_enu, wrap
from skyreach.engine.jamming import jamming_at, show_strobe
from skyreach.engine.late import hold_back
from skyreach.engine.propagation import echoes_around, over_the_edge, path_factor
from skyreach.jit import lean
from skyreach.physics.accuracy import MONOPULSE, angle_sigma, resolved_sigma, with_floor
from skyreach.physics.echo import detected_with, heard, heard_anywhere, signal_of
from skyreach.physics.rcs import rcs_aspect
from skyreach.world.codes import (
    BEYOND_SCALE,
    BUSY,
    CLUTTERED,
    CROWDED,
    E_BEAM_FULL,
    E_FIRST_SEEN,
    E_TRACK_TABLE_FULL,
    FAULT_PLOTS,
    FLYING,
    HIDDEN_HORIZON,
    HIDDEN_TERRAIN,
    JAMMED,
    NONE,
    NOTCHED,
    OFF_SECTOR,
    ROTATING,
    SECTOR,
    SEEN,
    SILENT,
    UNHEARD,
    WAITING,
    WEAK,
)
from skyreach.world.dice import BIAS, DETECT, FEED, MEASURE, ONCE, normals, uniform

SQRT_12 = math.sqrt(12.0)  # width of an even law over its standard deviation


@lean
def sense(model, world, t, frame):
    """Do the looks that are due at time t [s]; writes looks, plots, late, events and targets.seen_event."""
    scan(
        model.params[0], model.floors, model.losses, model.clutter, model.sea, world.radars, world.targets, world.routes,
        world.looks, world.plots, world.events, world.clock[0], t, frame,
    )  # fmt: skip
    if world.late.shape[0] > 0:
        hold_back(world.radars, world.plots, world.late, world.clock[0], t)


@lean
def scan(p, floors, losses, clutter, sea, radars, targets, routes, looks, plots, events, clock, t, frame):
    """As sense, with the tables that it needs."""
    clock["n_plots"] = 0
    for i in range(radars.shape[0]):  # i radar
        radar = radars[i]
        if t < radar["t_due"] - TICK:
            continue
        silent = not radiates(radar)
        save_beam_time(radar, t)
        count_tracks(p, radar, looks[i], t)
        due, maps = math.inf, radar["maps"]
        for j in range(targets.shape[0]):  # j target
            look = looks[i, j]
            if t < look["t_next"] - TICK:
                due = min(due, look["t_next"])
                continue
            target = targets[j]
            if target["status"] > FLYING:
                look["t_next"] = math.inf
            elif target["status"] == WAITING:
                look["t_next"] = routes[target["route_start"]]["t"]
            elif silent:
                look["code"] = SILENT
                look["t_next"] = t + radar["update_search"]
            else:
                floor = floors[radar["floor"]]
                level = show_strobe(p, floor, radar, target, look, events, clock, i, j, t)
                seen = glance(p, floor, losses[maps], clutter[maps], sea[radar["floor"]], radar, targets, look, i, j, t, frame)
                if seen and lost_on_link(p["seed"], radar, i, j, frame):
                    look["code"] = UNHEARD
                elif BUSY <= look["code"] <= CROWDED and t >= radar["t_full"] + p["drop_time"]:  # not said just now
                    radar["t_full"] = t
                    kind = E_BEAM_FULL if look["code"] == BUSY else E_TRACK_TABLE_FULL
                    emit_to(events, clock, t, kind, target["start_event"], j, i, NONE, 0.0)
                elif seen:
                    r = add_plot(p, plots, clock, radar, target, look["snr"], 0, i, j, frame)
                    if target["seen_event"] < 0:
                        cause = target["start_event"]
                        target["seen_event"] = emit_to(events, clock, t, E_FIRST_SEEN, cause, j, i, NONE, r)
                elif p["fix_sigma"] > 0.0 and look["strobe"] == 1 and WEAK <= look["code"] <= JAMMED:
                    if not lost_on_link(p["seed"], radar, i, j, frame):
                        add_plot(p, plots, clock, radar, target, level, 1, i, j, frame)
            due = min(due, look["t_next"])
        radar["t_due"] = due


@lean
def save_beam_time(radar, t):
    """Save up the beam time that the search has left free until t [s], for one turn of the search at the most."""
    if radar["dwell"] > 0.0:
        saved = radar["beam_left"] + radar["track_share"] * (t - radar["t_beam"])
        radar["beam_left"], radar["t_beam"] = min(saved, radar["track_share"] * radar["update_search"]), t


@lean
def count_tracks(p, radar, looks, t):
    """Count what a radar has in track at time t [s], where there is more to see than its track file holds."""
    if radar["track_capacity"] == 0 or looks.shape[0] <= radar["track_capacity"]:
        return
    radar["in_track"] = 0
    for j in range(looks.shape[0]):  # j target
        if in_track(p, looks[j], t):
            radar["in_track"] += 1


@lean
def in_track(p, look, t):
    """True if a radar has a target in track at time t [s]: it saw it no longer ago than a track without plots lasts."""
    return t - look["t_seen"] <= p["drop_time"]


@lean
def has_room(p, radar, look, t):
    """False if the track file of a radar is full and a target is not in it; what is engaged is always followed."""
    full = radar["track_capacity"] > 0 and radar["in_track"] >= radar["track_capacity"]
    return not full or look["engaged"] == 1 or in_track(p, look, t)


@lean
def take_beam_time(p, radar, look, t):
    """False if a radar has no time left for a look at a target that it has in track; what is engaged goes before. What is not
    in track comes with the search."""
    if radar["dwell"] == 0.0 or not in_track(p, look, t):
        return True
    if look["engaged"] == 0 and radar["beam_left"] < radar["dwell"]:
        return False
    radar["beam_left"] -= radar["dwell"]
    return True


@lean
def lost_on_link(seed, radar, i, j, frame):
    """True if the plot that radar i has of target j in this frame does not reach the track file."""
    return radar["linked"] == 0 or (radar["plot_loss"] > 0.0 and uniform(seed, FEED, i, j, frame) < radar["plot_loss"])


@lean
def glance(p, floor, loss, clutter, sea, radar, targets, look, i, j, t, frame):
    """One look of radar i at target j: True if it is detected; sets the outcome and the time of the next look.

    A target beyond the scale is not looked at again before it could have come within it at its greatest speed.
    """
    target = targets[j]
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
    code, path, s = sight(p, floor, radar, target, u, math.sqrt(ground2), az)
    if (code == SEEN or path > 0.0) and not has_room(p, radar, look, t):
        code = CROWDED
    elif (code == SEEN or path > 0.0) and not take_beam_time(p, radar, look, t):
        code, look["t_next"] = BUSY, t + p["dt"]
    elif code == SEEN or path > 0.0:
        jam = jamming_at(p, floor, radar, targets, target) if p["n_jammers"] > 0 else 0.0
        luck = uniform(p["seed"], DETECT, i, j, frame)
        found = listen(p, loss, clutter, sea, radar, target, look, path, jam, (e, n, u, r, az, s), luck)
        code = found if code == SEEN or found == SEEN else code
    look["code"] = code
    if code != SEEN:
        return False
    if not in_track(p, look, t):
        radar["in_track"] += 1
    look["t_seen"] = t
    return True


@lean
def listen(p, loss, clutter, sea, radar, target, look, path, jam, place, luck):
    """SEEN if the echo of a target in sight is detected at this draw of luck [0, 1), else what drowned it; writes look.snr.

    path: two-way factor of the edge that it comes over, 1 in free sight; place: east, north, up, range [m], azimuth [rad] and
    ground range [m].
    WEAK: noise alone would have; else it would have been detected without the jamming, without the notch, without clutter."""
    e, n, u, r, az, s = place
    R, v = radar["R_enu_from_ecef"], target["vel_ecef"]
    speed2, along = 0.0, 0.0
    for a in range(3):  # a axis
        speed2 += v[a] * v[a]
        along += v[a] * (R[0, a] * e + R[1, a] * n + R[2, a] * u)
    cos_aspect = along / (math.sqrt(speed2) * r + 1e-9)
    band, case = radar["band"], target["swerling"]
    rcs = rcs_aspect(target["rcs_front"][band], target["rcs_side"][band], cos_aspect)
    off = wrap(az - radar["boresight"]) if radar["scan"] == SECTOR else math.asin(u / r)
    path *= path_factor(p, loss, sea, radar, target["h_ell"], target["h_agl"], az, s, r)
    signal = signal_of(radar, rcs, r, off, path)
    look["snr"] = signal
    if luck >= detected_with(radar, case, signal):
        return WEAK
    still, rain = echoes_around(p, clutter, radar, path, target["h_ell"], target["h_agl"], az, s, r)
    v_radial = along / r
    sinr = heard(radar, signal, v_radial, still, rain, jam)
    look["snr"] = sinr
    if luck < detected_with(radar, case, sinr):
        return SEEN
    if jam > 0.0 and luck < detected_with(radar, case, heard(radar, signal, v_radial, still, rain, 0.0)):
        return JAMMED
    if luck < detected_with(radar, case, heard_anywhere(radar, signal, still, rain, jam)):
        return NOTCHED
    return CLUTTERED if still + rain > jam else JAMMED


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
def sight(p, floor, radar, target, u, ground, az):
    """(SEEN if nothing but the strength of the echo can prevent a detection, else what does; two-way factor [1] of the edge
    that an echo comes over: 1 in free sight, 0 where none comes; ground range [m]); for targets within the scale."""
    outside = radar["half_sector"] < math.pi and abs(wrap(az - radar["boresight"])) > radar["half_sector"]
    if outside or not in_elevation(radar, u, ground):
        return OFF_SECTOR, 0.0, 0.0
    s = ground_range(radar["radius"], ground, radar["h_ell"] + u)
    if visible(floor, p["floor_dr"], az, s, target["h_ell"]):
        return SEEN, 1.0, s
    path = over_the_edge(p, floor[0], radar, target["h_ell"], az, s) if p["diffraction"] == 1 else 0.0
    base = min(radar["h_ground"], target["h_ell"] - target["h_agl"])
    reach = 2.0 * p["k"] * radar["radius"]
    horizon = math.sqrt(reach * (radar["h_ell"] - base)) + math.sqrt(reach * max(target["h_ell"] - base, 0.0))
    return HIDDEN_HORIZON if s > horizon else HIDDEN_TERRAIN, path, s


@lean
def in_elevation(radar, u, ground):
    """True if a point u [m] above and ground [m] away from a radar lies between its elevation limits."""
    # not written as a chain: right overhead, 0 * inf is no number and must not count as outside
    return not (u < ground * radar["tan_el_min"] or u > ground * radar["tan_el_max"])


@lean
def add_plot(p, plots, clock, radar, target, snr, strobe, i, j, frame):
    """Append the measurement of radar i of target j, with its errors at this echo; returns the true slant range [m].

    strobe: 1 if it is the bearing of a jammer, at this jamming, whose range is a guess; else 0."""
    e, n, u = to_enu(radar, target["pos_ecef"])
    r = math.sqrt(e * e + n * n + u * u)
    k = clock["n_plots"]
    if k >= plots.shape[0]:
        clock["fault"] |= FAULT_PLOTS
        return r
    clock["n_plots"] = k + 1
    plot = plots[k]
    plot_errors(plot, radar, snr)
    g0, g1, g2, _ = normals(p["seed"], MEASURE, i, j, frame)
    d = r + plot["sigma_r"] * g0
    az = math.atan2(e, n) + plot["sigma_az"] * g1
    el = math.atan2(u, math.sqrt(e * e + n * n)) + plot["sigma_el"] * g2
    if p["bias_az"] > 0.0:  # how a radar stands is drawn once a run
        g0, g1, g2, _ = normals(p["seed"], BIAS, i, 0, ONCE)
        d, az, el = d + p["bias_r"] * g0, az + p["bias_az"] * g1, el + p["bias_el"] * g2
    if strobe == 1:
        d, plot["sigma_r"] = 0.5 * radar["r_max"], radar["r_max"] / SQRT_12
    write_plot(plot, radar, i, j, d, az, el, snr)
    plot["strobe"] = strobe
    return r


@lean
def plot_errors(plot, radar, snr):
    """Write the errors of a plot at an echo [1]."""
    strength = max(snr, -math.log(radar["pfa"]))  # what crosses the threshold is at least that strong
    plot["sigma_r"] = with_floor(resolved_sigma(radar["resolution"], strength), radar["sigma_r"])
    plot["sigma_az"] = with_floor(angle_sigma(radar["width_az"], MONOPULSE, strength), radar["sigma_az"])
    plot["sigma_el"] = with_floor(angle_sigma(radar["width_el"], MONOPULSE, strength), radar["sigma_el"])


@lean
def write_plot(plot, radar, i, j, d, az, el, snr):
    """Write a measurement of radar i of target j, -1 none: range d [m], azimuth az and elevation el [rad], echo snr [1]."""
    az -= TWO_PI * math.floor(az / TWO_PI)
    plot["radar"], plot["target"], plot["r_slant"], plot["az"], plot["el"], plot["snr"] = i, j, d, az, el, snr
    plot["strobe"] = 0
    e, n, u = d * math.cos(el) * math.sin(az), d * math.cos(el) * math.cos(az), d * math.sin(el)
    R = radar["R_enu_from_ecef"]
    for a in range(3):  # a axis
        plot["pos_ecef"][a] = radar["pos_ecef"][a] + R[0, a] * e + R[1, a] * n + R[2, a] * u
