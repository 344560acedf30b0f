"""Noise jammers in the air: what they add to the noise of a look, and the strobes that they show themselves by.

A jammer radiates evenly all round while it flies. It jams a radar whose frequency it covers and that it sees above the floor map.
"""

import math

from skyreach.engine.bookkeeping import emit_to
from skyreach.engine.geometry import above_floor, to_enu, wrap
from skyreach.jit import lean
from skyreach.physics.echo import jam_to_noise, one_way_gain
from skyreach.world.codes import E_STROBE, FLYING, NONE


@lean
def jamming_at(p, floor, radar, targets, target):
    """Jamming over the noise [1] of a radar whose beam looks at a target: the sum over all jammers, by the gain towards each."""
    e, n, u = to_enu(radar, target["pos_ecef"])
    az, el = math.atan2(e, n), math.atan2(u, math.sqrt(e * e + n * n))
    total = 0.0
    for j in range(targets.shape[0]):  # j jammer
        jammer = targets[j]
        if jammer["jam_density"] == 0.0 or jammer["status"] != FLYING or jammer["side"] == radar["side"]:
            continue
        je, jn, ju = to_enu(radar, jammer["pos_ecef"])
        if not radiates_to(p, floor, radar, jammer, je, jn, ju):
            continue
        d_az = wrap(math.atan2(je, jn) - az) * math.cos(el)
        gain = one_way_gain(radar, d_az, math.atan2(ju, math.sqrt(je * je + jn * jn)) - el)
        total += jam_to_noise(radar, jammer["jam_density"], gain, math.sqrt(je * je + jn * jn + ju * ju))
    return total


@lean
def covers(radar, low, high):
    """True if the frequency of a radar lies in the band of a jammer [Hz]."""
    return low <= radar["frequency"] <= high


@lean
def radiates_to(p, floor, radar, jammer, e, n, u):
    """True if a jammer covers the frequency of a radar and stands above its floor map; e, n, u: its place [m] from there."""
    if not covers(radar, jammer["jam_low"], jammer["jam_high"]):
        return False
    return above_floor(p, floor, radar, e, n, u, jammer["h_ell"])


@lean
def show_strobe(p, floor, radar, target, look, events, clock, i, j, t):
    """Note whether radar i, looking at target j, sees its jamming as a strobe: writes look.strobe, and an event at its begin;
    returns that jamming over the noise [1]."""
    if target["jam_density"] == 0.0:
        return 0.0
    e, n, u = to_enu(radar, target["pos_ecef"])
    level = 0.0
    if radiates_to(p, floor, radar, target, e, n, u):
        level = jam_to_noise(radar, target["jam_density"], 1.0, math.sqrt(e * e + n * n + u * u))
    if level >= p["strobe"] and look["strobe"] == 0:
        emit_to(events, clock, t, E_STROBE, target["start_event"], j, i, NONE, level)
    look["strobe"] = 1 if level >= p["strobe"] else 0
    return level
