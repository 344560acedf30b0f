"""Emission control: radars that stay silent until the post has something near for them to look at."""

from skyreach.engine.bookkeeping import chief, emit
from skyreach.engine.geometry import distance
from skyreach.jit import lean
from skyreach.world.codes import E_EMISSION, FIRM, HOSTILE, LEAVING, NONE


@lean
def cue(world, head, t):
    """Switch the cued radars of the sites for which site `head` decides at t [s]: on while a firm hostile track lies within
    their cue range, off cue_hold after the last one; a unit that decides for itself, without a picture, keeps its own on."""
    for i in range(world.radars.shape[0]):  # i radar
        radar = world.radars[i]
        if radar["alive"] == 0 or radar["march"] > LEAVING:
            continue
        if radar["cue_range"] == 0.0 or chief(world.sites, world.links, radar["site"]) != head:
            continue
        wanted = world.sites[radar["site"]]["post"] >= 0 and radar["site"] == head
        for m in range(world.clock[0]["n_tracks"]):  # m track
            track = world.tracks[m]
            if track["state"] == FIRM and track["identity"] == HOSTILE:
                x = track["x"]
                wanted = wanted or distance((x[0], x[1], x[2]), radar["pos_ecef"]) <= radar["cue_range"]
        if wanted:
            radar["t_cued"] = t
        emitting = 1 if t - radar["t_cued"] <= radar["cue_hold"] else 0
        if emitting != radar["emitting"]:
            radar["emitting"] = emitting
            emit(world, t, E_EMISSION, NONE, NONE, i, emitting, 0.0)
