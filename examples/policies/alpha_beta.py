"""A tracker of the 1950s: nearest neighbour and an alpha-beta filter, in the place of assignment and Kalman filter.

What it shows: a tracker gets one scan of one radar and the track file, and answers with hits: which plot is of which track, and
the estimate after it. Confirmation (M plots of N) and the dropping of old tracks stay built in. All is ECEF, metres and seconds;
each estimate needs a covariance, for gates and for the commands to missiles rest on it.

    skyreach run murted-raid --policy examples/policies/alpha_beta.py:AlphaBeta

With T since the last plot, the state x, v and the plot z: x' = x + T v, r = z - x', x = x' + alpha r, v = v + beta r / T. The
first plots have the gains of a straight line by least squares, alpha = 2 (2n - 1) / (n (n + 1)), beta = 6 / (n (n + 1)) at plot
n; later ones ALPHA and the beta that Benedict and Bordner pair with it, alpha^2 / (2 - alpha). The covariance is that of these
gains in the long run, for errors of one size on every axis.
Source: Brookner, Tracking and Kalman Filtering Made Easy (1998), ch. 1.2; Benedict and Bordner, IRE Trans. AC-7 (1962) 27.
"""

import math
from collections.abc import Sequence

import numpy as np

from skyreach.policies import Estimate, Hit, Plot, Scan, TrackState

ALPHA = 0.5  # gain of the position in the long run
GATE = 4.0  # sigmas
FASTEST = 900.0  # m/s, of a track whose course is not known yet


class AlphaBeta:
    """Each track takes the plot nearest to where it should be, the closest pairs first."""

    def track(self, scene: Scan) -> Sequence[Hit]:
        """Hits of one scan."""
        pairs = []
        for track in scene.tracks:
            here = track.at(scene.t)
            for k, plot in enumerate(scene.plots):
                gap, reach = math.dist(here, plot.pos_ecef), _reach(track, plot, scene.t)
                if gap < reach:
                    pairs.append((gap / reach, track.number, k))
        hits: dict[int, Hit] = {}
        known, used = {track.number: track for track in scene.tracks}, set()
        for _, number, k in sorted(pairs):
            if k not in hits and number not in used:
                used.add(number)
                hits[k] = Hit(k, number, _filtered(known[number], scene.plots[k], scene))
        return [hits.get(k, Hit(k, None)) for k in range(len(scene.plots))]  # what is nobody's begins a track


def _error(plot: Plot) -> float:
    """One-sigma error of a plot on its worst axis [m]."""
    return max(plot.sigma_r, plot.r_slant * plot.sigma_az, plot.r_slant * plot.sigma_el)


def _reach(track: TrackState, plot: Plot, t: float) -> float:
    """How far from its prediction a track looks for its plot [m]."""
    drift = FASTEST if track.plots < 2 else math.sqrt(track.cov[3][3])
    return GATE * (_error(plot) + track.sigma) + drift * (t - track.t)


def _filtered(track: TrackState, plot: Plot, scene: Scan) -> Estimate:
    """The track after this plot. T is no less than the radar's own interval: the plots of two radars may fall together."""
    n, T = track.plots + 1, max(scene.t - track.t, scene.radar.update)
    alpha = max(2.0 * (2 * n - 1) / (n * (n + 1)), ALPHA)
    beta = 6.0 / (n * (n + 1)) if alpha > ALPHA else ALPHA**2 / (2.0 - ALPHA)
    x, v, z = np.array(track.at(scene.t)), np.array(track.vel_ecef), np.array(plot.pos_ecef)
    r = z - x
    x, v = x + alpha * r, v + beta * r / T
    s2, d = _error(plot) ** 2, alpha * (4.0 - 2.0 * alpha - beta)
    xx, xv, vv = (2 * alpha**2 + beta * (2 - 3 * alpha)) / d, beta * (2 * alpha - beta) / d / T, 2 * beta**2 / d / T**2
    cov = s2 * np.kron(np.array([[xx, xv], [xv, vv]]), np.eye(3))
    return Estimate(tuple(x), tuple(v), tuple(map(tuple, cov)))
