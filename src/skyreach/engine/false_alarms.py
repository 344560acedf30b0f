"""Noise gives plots: in each frame every radar has false alarms where its beam has been, as many as its Pfa and its cells say."""

import math

from skyreach.engine.bookkeeping import radiates
from skyreach.engine.geometry import TWO_PI
from skyreach.engine.sense import plot_errors, write_plot
from skyreach.jit import lean
from skyreach.physics.false_alarms import poisson, scan_cells
from skyreach.world.codes import FAULT_PLOTS, NONE, ROTATING
from skyreach.world.dice import NOISE, uniform


@lean
def hear_noise(model, world, t, frame):
    """Add the false alarms of this frame to the plots at time t [s]; writes plots, which stay together by radar."""
    p, plots, clock = model.params[0], world.plots, world.clock[0]
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
            k = clock["n_plots"]
            if k >= plots.shape[0]:
                clock["fault"] |= FAULT_PLOTS
                return
            clock["n_plots"] = k + 1
            while k > 0 and plots[k - 1]["radar"] > i:  # after the last plot of this radar
                plots[k] = plots[k - 1]
                k -= 1
            az = beam_azimuth(radar, t, p["dt"], uniform(p["seed"], NOISE, i, 3 * n + 1, frame))
            r = radar["r_max"] * uniform(p["seed"], NOISE, i, 3 * n + 2, frame)
            el = low + (high - low) * uniform(p["seed"], NOISE, i, 3 * n + 3, frame)
            plot_errors(plots[k], radar, 0.0)
            write_plot(plots[k], radar, i, NONE, r, az, el, -math.log(radar["pfa"]))


@lean
def beam_azimuth(radar, t, dt, luck):
    """Azimuth [rad] at which a beam was at some time of the dt [s] before t [s], by a draw of luck in [0, 1).

    A beam that turns is where its turn has come to; one that scans a sector is anywhere in it."""
    if radar["scan"] == ROTATING:
        return TWO_PI * (t - luck * dt - radar["t_phase"]) / radar["update_search"]
    return radar["boresight"] + radar["half_sector"] * (2.0 * luck - 1.0)
