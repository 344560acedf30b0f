"""A firm track that turns: its plots move to the rim of its gate, and out of it.

Where the plot that a track has been given lies near the rim, its covariance is widened by a turn of some seconds before the
filter takes the plot; where its gate holds none, one that is left over may lie where such a turn has brought it. Bar-Shalom, Li,
Kirubarajan, Estimation with Applications to Tracking and Navigation (2001), ch. 11.2 (detection of manoeuvres, switching of the
noise level). Validated: tests/engine/test_turns.py.
"""

import math

import numpy as np

from skyreach.engine.filter import match_cost, misfit
from skyreach.engine.geometry import square
from skyreach.jit import kernel, lean
from skyreach.world.codes import FIRM


@kernel
def follow_turns(p, tracks, plots, candidates, first, stop, radar, taken, H, S, z):
    """Widen what seems to turn, and give plots first..stop-1 that no track has (taken: row of tracks, -1 none; written) to firm
    candidates without one."""
    kept, left = np.empty((2, 6)), 0
    for k in range(first, stop):  # k plot
        i = taken[k - first]
        if i < 0:
            left += 1
        elif tracks[i]["state"] == FIRM and plots[k]["strobe"] == 0:
            d2, _ = misfit(tracks[i], radar, plots[k], p["gate"], H, S, z)
            if d2 > p["turn_share"] * p["gate"]:
                loosen(p, tracks[i], kept)
    for k in range(first, stop if left > 0 else first):
        if taken[k - first] >= 0 or plots[k]["strobe"] == 1:
            continue
        best, least = -1, math.inf
        for i in candidates:  # i track
            if tracks[i]["state"] == FIRM and not has(taken, i):
                loosen(p, tracks[i], kept)
                cost = match_cost(tracks[i], radar, plots[k], p["gate"], H, S, z)
                restore(tracks[i], kept)
                if cost < least:
                    best, least = i, cost
        if best >= 0:
            loosen(p, tracks[best], kept)
            taken[k - first] = best


@lean
def has(taken, i):
    """True if track i has a plot."""
    for k in range(taken.size):
        if taken[k] == i:
            return True
    return False


@lean
def turn_reach(p):
    """Place [m] to which a turn not noticed yet brings a track, one sigma on each axis."""
    return 0.5 * p["turn_acceleration"] * square(p["turn_time"])


@lean
def loosen(p, track, kept):
    """Add the error of such a turn to the covariance of a track; its old diagonals go into kept (2, 6)."""
    P, place, speed = track["P"], turn_reach(p), p["turn_acceleration"] * p["turn_time"]
    for a in range(3):  # a axis
        kept[0, a], kept[0, a + 3], kept[1, a], kept[1, a + 3] = P[a, a], P[a + 3, a + 3], P[a, a + 3], P[a + 3, a]
        P[a, a] += square(place)
        P[a + 3, a + 3] += square(speed)
        P[a, a + 3] += place * speed
        P[a + 3, a] += place * speed


@lean
def restore(track, kept):
    """Take back what loosen has done."""
    P = track["P"]
    for a in range(3):  # a axis
        P[a, a], P[a + 3, a + 3], P[a, a + 3], P[a + 3, a] = kept[0, a], kept[0, a + 3], kept[1, a], kept[1, a + 3]
