"""Tracks of jammers from bearings alone: a strobe begins a track without a range, that of another radar crosses it.

A strobe is a plot whose range is a guess: the middle of the scale of its radar, with the error of an even chance over the scale.
Where the bearings of two radars cross, the track begins anew at the point that is nearest to both, with the errors of both
(Blackman and Popoli, Design and Analysis of Modern Tracking Systems (1999), ch. 4.3); from there on it is a track like others. It
becomes firm once its place is known to fix_sigma. Where several jammers stand, bearings cross at places where none is: gates in
elevation and time are all that sorts those out.
Validated: tests/engine/test_strobes.py against the closed form of the error of a cross-fix.
"""

import math

from skyreach.engine.filter import begin
from skyreach.engine.geometry import distance, square
from skyreach.jit import lean

VAGUE = 0.15  # share of the scale of a radar: a track less sure than that has a bearing, and no range
LEAST_SINE = 0.05  # of the angle between two bearings that cross


@lean
def spread2(row):
    """Trace of the position covariance of a track [m2]."""
    P = row["P"]
    return P[0, 0] + P[1, 1] + P[2, 2]


@lean
def is_located(p, row):
    """True if the place of a track is known well enough for a firm one; where strobes make no plots, always."""
    return p["fix_sigma"] == 0.0 or spread2(row) <= square(p["fix_sigma"])


@lean
def take_bearing(p, radars, row, plot, t):
    """True if a plot is a strobe and the track, predicted to its time t [s], has no range yet: the track begins anew, where the
    bearings cross if they come from two radars and do so."""
    radar = radars[plot["radar"]]
    if plot["strobe"] == 0 or spread2(row) <= square(VAGUE * radar["r_max"]):
        return False
    if row["radar"] != plot["radar"]:
        cross(radars[row["radar"]], radar, row["x"], plot)
    begin(p, row, radar, plot, t)
    return True


@lean
def cross(one, two, x, plot):
    """Give the strobe of radar `two` the range at which it passes nearest to the line from radar `one` to x (ECEF [m]), and the
    error of that range, across both bearings; nothing where they run alike, apart, or the point lies behind a radar."""
    a, b = one["pos_ecef"], two["pos_ecef"]
    r1, r2 = distance((x[0], x[1], x[2]), a), plot["r_slant"]
    dots, gap1, gap2 = 0.0, 0.0, 0.0  # of the two directions; of each with the way from two to one
    for i in range(3):  # i axis
        u, v, w = (x[i] - a[i]) / r1, (plot["pos_ecef"][i] - b[i]) / r2, a[i] - b[i]
        dots += u * v
        gap1 += u * w
        gap2 += v * w
    sine2 = 1.0 - dots * dots
    if sine2 < square(LEAST_SINE):
        return
    s1, s2 = (dots * gap2 - gap1) / sine2, (gap2 - dots * gap1) / sine2
    sigma = max(plot["sigma_az"], plot["sigma_el"])
    error2 = (square(sigma * s1) + square(sigma * s2)) / sine2
    if s1 <= 0.0 or s2 <= 0.0 or s2 > two["r_max"] or error2 > square(VAGUE * two["r_max"]):
        return
    for i in range(3):
        plot["pos_ecef"][i] = b[i] + (plot["pos_ecef"][i] - b[i]) * s2 / r2
    plot["r_slant"], plot["sigma_r"] = s2, math.sqrt(error2)
