"""The engine's tracker on plots from elsewhere: recorded ones, or those of another program.

The same kernels as in a run (engine/track.py, engine/track_bank.py), without targets, terrain or command."""

import math
from typing import Any

import numpy as np

from skyreach.catalog import load
from skyreach.earth.geodesy import enu_from_ecef, geodetic_to_ecef
from skyreach.engine.bank import predict_bank
from skyreach.engine.filter import predict
from skyreach.engine.track import take_plots, tidy_tracks
from skyreach.engine.track_bank import drop_doubles, take_plots_by_banks, tidy_by_score
from skyreach.errors import BadInput
from skyreach.scenario.order_of_battle import DEFAULT_POST
from skyreach.scenario.tracking import Tracking, fill_tracking
from skyreach.world.codes import FIRM, ROTATING
from skyreach.world.state import rows
from skyreach.world.tables import LOG_TABLES, PARAMS, TABLES, dtype_of


class PlotTracker:
    """Track file of one radar, fed scan by scan.

    position: latitude, longitude [rad], ellipsoidal height [m]; sigma: range [m], azimuth, elevation [rad], one sigma;
    period [s]; false_density: false alarms of a scan per m rad2; settings: catalogue keys of the command post (`gate_sigma`,
    ...) with values in the catalogue's units; tracking: as the section of a scenario.

    >>> tracker = PlotTracker((0.7, 0.5, 900.0), (30.0, 2e-3, 3e-3), 5.0, 4e-5)
    >>> for k in range(4):
    ...     tracker.scan(5.0 * k, [[40e3 + 1e3 * k, 1.0, 0.1]])
    >>> tracker.firm()["hits"].tolist()
    [4]
    """

    def __init__(
        self, position, sigma, period: float, false_density: float, capacity: int = 2000,
        settings: dict[str, float] | None = None, tracking: Tracking | None = None,
    ) -> None:  # fmt: skip
        self.params = np.zeros(1, dtype_of(PARAMS))
        item = load({f"{DEFAULT_POST}.{key}": value for key, value in (settings or {}).items()})[DEFAULT_POST]
        fill_tracking(self.params[0], item, tracking or Tracking(filter="imm"))
        self.params[0]["false_density"] = false_density
        self.radars, self.targets = rows("radars", 1), rows("targets", 1)
        radar = self.radars[0]
        radar["pos_ecef"] = geodetic_to_ecef(*position)
        enu_from_ecef(position[0], position[1], radar["R_enu_from_ecef"])
        radar["sigma_r"], radar["sigma_az"], radar["sigma_el"] = sigma
        radar["scan"], radar["update_search"], radar["update_track"] = ROTATING, period, period
        self.tracks, self.banks = rows("tracks", capacity), rows("banks", capacity + 2)
        self.fixes, self.events, self.clock = rows("fixes", (capacity, 1)), rows("events", 100 * capacity), rows("clock", 1)
        self.log, self.n_log = np.zeros(1, dtype_of(LOG_TABLES["plots"])), np.zeros(len(LOG_TABLES), np.int64)
        self.time = -math.inf
        self.plot_type = dtype_of(TABLES["plots"])  # one object: a new one would be a new type to Numba each scan

    def scan(self, t: float, polar: Any) -> None:
        """Take the plots of one scan, all at time t [s]: range [m], azimuth, elevation [rad], shape (n, 3)."""
        plots, n = self.plots_of(polar), len(np.reshape(polar, (-1, 3)))
        if not np.isfinite(plots["pos_ecef"][:n]).all() or t <= self.time:
            raise BadInput("plots", f"a scan at {t} s", f"finite numbers, later than {self.time} s")
        self.time = t
        p, clock = self.params[0], self.clock[0]
        clock["n_plots"], clock["n_events"] = n, 0
        tables = (self.fixes, plots, self.events, clock, self.log, self.n_log, t)
        if p["n_models"] > 0:
            take_plots_by_banks(p, self.radars, self.targets, self.tracks, self.banks, *tables)
        else:
            take_plots(p, self.radars, self.targets, self.tracks, *tables)
        tidy_tracks(p, self.tracks, self.events, clock, t)
        if p["by_score"] == 1:
            tidy_by_score(p, self.radars, self.tracks, self.banks, self.events, clock, t)
        if p["n_models"] > 0:
            drop_doubles(p, self.radars, self.tracks, self.fixes, self.events, clock, t)

    def plots_of(self, polar: Any) -> np.ndarray:
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
        chosen, p = np.flatnonzero(self.tracks["state"] == FIRM), self.params[0]
        out, banks = self.tracks[chosen], np.append(self.banks[chosen], self.banks[-1:])
        for row, bank in zip(out, banks[:-1], strict=True):
            if p["n_models"] > 0:
                predict_bank(row, bank, banks[-1], self.time, p)
            else:
                predict(row, self.time, p["process_noise"])
        return out

    def positions_enu(self) -> np.ndarray:
        """East, north, up [m] of the firm tracks at the radar, shape (n, 3)."""
        radar = self.radars[0]
        return (self.firm()["x"][:, :3] - radar["pos_ecef"]) @ radar["R_enu_from_ecef"].T
