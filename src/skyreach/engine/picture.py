"""What each fire unit knows of each track, and what stands between them before any plan of fire."""

import math

from skyreach.engine.bookkeeping import chief, feeds
from skyreach.engine.ledger import standing
from skyreach.engine.plan import flies_at, holds, passes_as
from skyreach.jit import lean
from skyreach.physics.flight import G0, WGS84_A, vertical
from skyreach.world.codes import BALLISTIC, FIRM, OWN, R_LINK, R_LOWER_PRIORITY, R_RULES, R_TRACK_LOST


@lean
def classify(model, world, fresh, t):
    """Note on the firm tracks the class that each passes as at time t [s] and how it falls, and in fresh (tracks,) whether it
    is fresh."""
    for i in range(fresh.size):  # i track
        track = world.tracks[i]
        if track["state"] == FIRM:
            track["kind"] = passes_as(model, track, t)
            track["falls"] = falling(model.params[0], track) if track["kind"] == BALLISTIC else 0.0
            fresh[i] = is_fresh(model.params[0], world, i, t)


@lean
def falling(p, track):
    """Share of gravity that bends the course of a track that passes as ballistic: 1 until it has been watched for fall_time;
    then, while its height falls off by less than fall_share of a free fall, what keeps it level over the round earth."""
    x = track["x"]
    h, ux, uy, uz = vertical(x[0], x[1], x[2])
    climb = x[3] * ux + x[4] * uy + x[5] * uz
    round_ = (x[3] * x[3] + x[4] * x[4] + x[5] * x[5] - climb * climb) / ((WGS84_A + h) * G0)
    watched = track["t"] - track["t_climb"]
    if watched < p["fall_time"]:
        return track["falls"] if track["falls"] > 0.0 else 1.0
    share = 1.0
    if not math.isinf(watched) and climb - track["climb"] > p["fall_share"] * (round_ - 1.0) * G0 * watched:
        share = min(round_, 1.0)
    track["climb"], track["t_climb"] = climb, track["t"]
    return share


@lean
def is_fresh(p, world, m, t):
    """True if the track in row m has a plot no older than in_hand_looks of the radar that made it, from a radar that feeds
    others; units without a command post keep their plots to themselves."""
    track = world.tracks[m]
    last = world.radars[track["radar"]]
    if feeds(world.sites, world.links, last):
        return holds(p, track, last["update_search"], t)
    for i in range(world.radars.shape[0]):  # i radar
        radar = world.radars[i]
        if holds(p, world.fixes[m, i], radar["update_search"], t) and feeds(world.sites, world.links, radar):
            return True
    return False


@lean
def sees_itself(p, world, k, m, t):
    """True if a radar of unit k has plotted the track in row m, by its own interval, lately at time t [s]."""
    for i in range(world.radars.shape[0]):  # i radar
        radar = world.radars[i]
        if radar["site"] == k and holds(p, world.fixes[m, i], radar["update_search"], t):
            return True
    return False


@lean
def knows(p, world, k, m, t):
    """True if unit k knows of the track in row m at time t [s]: under command of all but what units alone plot, alone of what it
    plots itself."""
    if chief(world.sites, world.links, k) != k:
        track = world.tracks[m]
        if is_fresh(p, world, m, t) or not holds(p, track, world.radars[track["radar"]]["update_search"], t):
            return True
    return sees_itself(p, world, k, m, t)


@lean
def weigh(p, world, k, ordered, taken, fresh, alone, stand, t):
    """Reason of fire unit k for each firm track before any plan of fire, into stand (tracks,); alone: it has no post and knows
    only what its own radars hold."""
    sites, radars, tracks = world.sites, world.radars, world.tracks
    site = sites[k]
    eye, mute = radars[site["radar"]], alone and site["release"] != OWN
    for i in range(stand.size):  # i track
        track = tracks[i]
        if track["state"] == FIRM:
            known = not alone or sees_itself(p, world, k, i, t)
            defends = defends_itself(p, site, track, t)
            stand[i] = standing(site, eye, track, ordered[i], taken[i], known, mute, fresh[i] or alone, defends)
            if stand[i] == R_TRACK_LOST and holds(p, track, radars[track["radar"]]["update_search"], t):
                stand[i] = R_LINK  # a unit that is cut off plots it
            elif stand[i] == R_LOWER_PRIORITY and not guards_against(p, sites, site, track, t):
                stand[i] = R_RULES


@lean
def guards_against(p, sites, site, track, t):
    """False if a unit is tied to a site and a track leads neither at that nor at the unit."""
    return site["guards"] < 0 or flies_at(p, sites[site["guards"]], track, t) or flies_at(p, site, track, t)


@lean
def defends_itself(p, site, track, t):
    """True if doctrine lets a unit fire at a track without leave because its course leads at the unit."""
    return site["self_defence"] == 1 and flies_at(p, site, track, t)
