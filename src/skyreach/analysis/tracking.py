"""The engine's tracker on plots from elsewhere: recorded ones, or those of another program.

The same kernels as in a run (engine/track.py), without targets, terrain or command."""

import math

import numpy as np

from skyreach.catalog import load
from skyreach.earth.geodesy import enu_from_ecef, geodetic_to_ecef
from skyreach.engine.filter import predict
from skyreach.engine.jpda import share_plots
from skyreach.engine.track import take_plots, tidy_tracks
from skyreach.errors import BadInput
from skyreach.scenario.track_file import fill_tracking
from skyreach.world.codes import FIRM, ROTATING
from skyreach.world.state import rows
from skyreach.world.tables import LOG_TABLES, PARAMS, TABLES, dtype_of


class PlotTracker:
    """Track file of one radar, fed scan by scan.

    position: latitude, longitude [rad], ellipsoidal height [m]; sigma: range [m], azimuth, elevation [rad], one sigma;
    period [s]; false_density: false alarms of a scan per m rad2; settings: catalogue keys of the command post (`gate_sigma`,
    ...); joint: joint probabilities (JPDA) instead of global nearest neighbour.

    >>> tracker = PlotTracker((0.7, 0.5, 900.0), (30.0, 2e-3, 3e-3), 5.0, 4e-5)
    >>> for k in range(4):
    ...     tracker.scan(5.0 * k, [[40e3 + 1e3 * k, 1.0, 0.1]])
    >>> tracker.firm()["hits"].tolist()
    [4]
    """

    def __init__(self, position, sigma, period, false_density, capacity=2000, settings=None, joint=False) -> None:
        self.params = np.zeros(1, dtype_of(PARAMS))
        item = load({f"55k6e.{key}": value for key, value in (settings or {}).items()})["55k6e"]
        fill_tracking(self.params[0], item)
        self.radars, self.targets = rows("radars", 1), rows("targets", 1)
        radar = self.radars[0]
        radar["pos_ecef"] = geodetic_to_ecef(*position)
        enu_from_ecef(position[0], position[1], radar["R_enu_from_ecef"])
        radar["sigma_r"], radar["sigma_az"], radar["sigma_el"] = sigma
        radar["scan"], radar["update_search"], radar["update_track"] = ROTATING, period, period
        radar["log_false"] = math.log(false_density)
        self.tracks, self.banks = rows("tracks", capacity), rows("banks", capacity + 2)
        self.fixes, self.events, self.clock = rows("fixes", (capacity, 1)), rows("events", 100 * capacity), rows("clock", 1)
        self.log, self.n_log = np.zeros(1, dtype_of(LOG_TABLES["plots"])), np.zeros(len(LOG_TABLES), np.int64)
        self.time, self.joint = -math.inf, joint
        self.plot_type = dtype_of(TABLES["plots"])  # one object: a new one would be a new type to Numba each scan

    def scan(self, t: float, polar) -> None:
        """Take the plots of one scan, all at time t [s]: range [m], azimuth, elevation [rad], shape (n, 3)."""
        plots, n = self.plots_of(polar), len(np.reshape(polar, (-1, 3)))
        if not np.isfinite(plots["pos_ecef"][:n]).all() or t <= self.time:
            raise BadInput("plots", f"a scan at {t} s", f"finite numbers, later than {self.time} s")
        self.time = t
        clock = self.clock[0]
        clock["n_plots"], clock["n_events"] = n, 0
        p = self.params[0]
        tables = (p, self.radars, self.targets, self.tracks, self.banks, self.fixes, plots, self.events, clock)
        if not self.joint:
            take_plots(*tables, self.log, self.n_log, t)
        elif n:
            share_plots(*tables, t)
        tidy_tracks(p, self.radars, self.tracks, self.fixes, self.events, clock, t)

    def plots_of(self, polar) -> np.ndarray:
        """Rows of TABLES['plots'], at least one, of measurements as scan takes them."""
        z = np.asarray(polar, float).reshape(-1, 3)
        plots, radar = np.zeros(max(len(z), 1), self.plot_type), self.radars[0]
        plots["r_slant"][: len(z)], plots["az"][: len(z)], plots["el"][: len(z)] = z.T
        for name in ("sigma_r", "sigma_az", "sigma_el"):
            plots[name] = radar[name]
        ground = z[:, 0] * np.cos(z[:, 2])
        enu = np.stack((ground * np.sin(z[:, 1]), ground * np.cos(z[:, 1]), z[:, 0] * np.sin(z[:, 2])), axis=1)
        plots["pos_ecef"][: len(z)] = radar["pos_ecef"] + enu @ radar["R_enu_from_ecef"]
        return plots

    def firm(self) -> np.ndarray:
        """The firm tracks, rows of TABLES['tracks'], moved to the time of the last scan."""
        chosen = np.flatnonzero(self.tracks["state"] == FIRM)
        out, banks = self.tracks[chosen], np.append(self.banks[chosen], self.banks[-1:])
        for row, bank in zip(out, banks[:-1], strict=True):
            predict(row, bank, banks[-1], self.time, self.params[0])
        return out

    def positions_enu(self) -> np.ndarray:
        """East, north, up [m] of the firm tracks at the radar, shape (n, 3)."""
        radar = self.radars[0]
        return (self.firm()["x"][:, :3] - radar["pos_ecef"]) @ radar["R_enu_from_ecef"].T
