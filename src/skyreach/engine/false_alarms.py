"""Plots of no target: false alarms by noise, and spikes of the clutter, in each frame where the beam of a radar has been."""

import math

from skyreach.earth.floor import floor_height
from skyreach.engine.bookkeeping import radiates
from skyreach.engine.geometry import TWO_PI
from skyreach.engine.late import room_for
from skyreach.engine.sense import plot_errors, write_plot
from skyreach.jit import lean
from skyreach.physics.false_alarms import poisson, scan_cells
from skyreach.physics.path_loss import node_of
from skyreach.physics.refraction import elevation_of
from skyreach.world.codes import NONE, ROTATING
from skyreach.world.dice import NOISE, SPIKES, uniform

MOST_MEAN = 600.0  # candidates of a radar in one frame


@lean
def hear_noise(model, world, t, frame):
    """Add the false alarms of this frame to the plots at time t [s]; writes plots, which stay together by radar."""
    p = model.params[0]
    for i in range(world.radars.shape[0]):  # i radar
        radar = world.radars[i]
        if not radiates(radar) or radar["linked"] == 0:
            continue
        low, high = math.atan(radar["tan_el_min"]), math.atan(radar["tan_el_max"])
        cells = scan_cells(
            radar["r_max"], radar["resolution"], 2.0 * radar["half_sector"], radar["width_az"], high - low, radar["width_el"]
        )
        mean = radar["pfa"] * cells * p["dt"] / radar["update_search"]
        for n in range(poisson(mean, uniform(p["seed"], NOISE, i, 0, frame))):  # n false alarm
            az = beam_azimuth(radar, t, p["dt"], uniform(p["seed"], NOISE, i, 3 * n + 1, frame))
            r = radar["r_max"] * uniform(p["seed"], NOISE, i, 3 * n + 2, frame)
            el = low + (high - low) * uniform(p["seed"], NOISE, i, 3 * n + 3, frame)
            add_alarm(world, radar, i, r, az, el)
        if p["clutter_plots"] == 1:
            hear_clutter(model, world, radar, i, t, frame)


@lean
def hear_clutter(model, world, radar, i, t, frame):
    """Add the spikes of the clutter of radar i in this frame: cells on the ground whose echo, as the Doppler filter leaves it,
    crosses a threshold that was set for echoes of the same mean without spikes.

    Candidates come evenly over the cells of a scan at the highest rate, and each stays by what its own cell has: the clutter over
    clutter and noise there, times the rate of its kind of ground."""
    p, clutter, sea = model.params[0], model.clutter[radar["maps"]], model.sea[radar["floor"]]
    most = max(radar["spikes_land"], radar["spikes_sea"])
    far = min(radar["r_max"], clutter.shape[1] * p["clutter_dr"])
    cells = far / radar["resolution"] * (2.0 * radar["half_sector"] / radar["width_az"])
    mean = min(most * cells * p["dt"] / radar["update_search"], MOST_MEAN)
    for n in range(poisson(mean, uniform(p["seed"], SPIKES, i, 0, frame))):  # n candidate
        az = beam_azimuth(radar, t, p["dt"], uniform(p["seed"], SPIKES, i, 3 * n + 1, frame))
        s = far * uniform(p["seed"], SPIKES, i, 3 * n + 2, frame)
        az -= TWO_PI * math.floor(az / TWO_PI)
        a, b = node_of(clutter.shape[0], clutter.shape[1], p["clutter_dr"], az, s)
        left = float(clutter[a, b]) / radar["improvement"]
        rate = radar["spikes_sea"] if sea[a, b] == 1 else radar["spikes_land"]
        if uniform(p["seed"], SPIKES, i, 3 * n + 3, frame) < left / (1.0 + left) * rate / most:
            h = floor_height(model.floors[radar["floor"], 0], p["floor_dr"], az, s)
            add_alarm(world, radar, i, s, az, elevation_of(s, h, radar["h_ell"], p["k"] * radar["radius"]))


@lean
def add_alarm(world, radar, i, r, az, el):
    """Add a plot of radar i at range r [m], azimuth az and elevation el [rad] that no target gave, just above the threshold."""
    k = room_for(world.plots, world.clock[0], i)
    if k >= 0:
        plot_errors(world.plots[k], radar, 0.0)
        write_plot(world.plots[k], radar, i, NONE, r, az, el, -math.log(radar["pfa"]))


@lean
def beam_azimuth(radar, t, dt, luck):
    """Azimuth [rad] at which a beam was at some time of the dt [s] before t [s], by a draw of luck in [0, 1).

    A beam that turns is where its turn has come to; one that scans a sector is anywhere in it."""
    if radar["scan"] == ROTATING:
        return TWO_PI * (t - luck * dt - radar["t_phase"]) / radar["update_search"]
    return radar["boresight"] + radar["half_sector"] * (2.0 * luck - 1.0)
