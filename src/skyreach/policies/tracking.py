"""A user's tracker: each scan of a radar is shown to it, and what it answers goes into the track file."""

import numpy as np

from skyreach.engine.shown import note_plot, take_hit, usual_hits
from skyreach.engine.track import take_plots
from skyreach.policies import check
from skyreach.policies.roles import Scan
from skyreach.policies.seat import Seat
from skyreach.policies.views import Hit
from skyreach.world import codes
from skyreach.world.state import Log, Model, World


class Tracking:
    """Phase `track`, for track files of one filter a track."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    def __call__(self, model: Model, world: World, log: Log, t: float) -> None:
        """Take the plots of this frame at time t [s], radar by radar."""
        self.seat.sit(model, world)
        n, first = int(world.clock[0]["n_plots"]), 0
        radars = world.plots["radar"][:n].tolist()
        while first < n:  # plots of one radar stand together
            stop = first + radars[first:].count(radars[first])
            self._scan(model, world, log, first, stop, t)
            first = stop

    def _scan(self, model: Model, world: World, log: Log, first: int, stop: int, t: float) -> None:
        seat, show, clock = self.seat, self.seat.show, world.clock[0]
        r = int(world.plots[first]["radar"])
        rows = np.flatnonzero(world.tracks["state"][: clock["n_tracks"]] != codes.FREE_ROW).tolist()
        numbers = {int(world.tracks[i]["number"]): i for i in rows}

        def usual_answer() -> tuple[Hit, ...]:
            taken = usual_hits(
                model.params[0], world.tracks.copy(), clock["n_tracks"], world.fixes, world.plots[first:stop], world.radars[r], t
            )
            return tuple(Hit(k, int(world.tracks[i]["number"]) if i >= 0 else None) for k, i in enumerate(taken.tolist()))

        parts, usual = seat.scene("track", t, usual_answer)
        scene = Scan(**parts, radar=show.radar(r), plots=show.plots(range(first, stop)), tracks=show.states(rows))
        answer = check.hits(seat.ask.wrong, seat.ask("track", scene), scene)
        if usual.is_answer(answer):
            self._built_in(model, world, log, first, stop, t)
            return
        hits = {hit.plot: hit for hit in answer}
        for k in range(first, stop):
            hit, i = hits.get(k - first), -1
            if hit is not None:
                row = -1 if hit.track is None else numbers[hit.track]
                i = int(take_hit(model, world, k, row, hit.estimate is None, t))
            if hit is not None and hit.estimate is not None and i >= 0:
                track = world.tracks[i]
                track["x"][:3], track["x"][3:] = hit.estimate.pos_ecef, hit.estimate.vel_ecef
                track["P"], track["t"] = hit.estimate.cov, t
            note_plot(model, world, log, k, i, t)

    def _built_in(self, model: Model, world: World, log: Log, first: int, stop: int, t: float) -> None:
        """The built-in tracker on plots first..stop-1."""
        n = int(world.clock[0]["n_plots"])
        world.clock[0]["n_plots"] = stop - first
        take_plots(
            model.params[0], world.radars, world.targets, world.tracks, world.fixes, world.plots[first:stop], world.events,
            world.clock[0], log.plots, log.n, t,
        )  # fmt: skip
        world.clock[0]["n_plots"] = n
