"""Leave to fire by a user's policy: asked once for each order, when it is given."""

from skyreach.engine.bookkeeping import chief, emit
from skyreach.engine.geometry import TICK
from skyreach.engine.launch import give_up, launch_due, note_stage
from skyreach.engine.picture import defends_itself
from skyreach.policies import check
from skyreach.policies.roles import Request
from skyreach.policies.seat import Seat
from skyreach.policies.views import Leave
from skyreach.world import codes
from skyreach.world.dice import RELEASE, uniform
from skyreach.world.state import Log, Model, World


class Releasing:
    """Phase `launch`: the leaves that the policy has given or refused, then the launches that are due.

    Units of their own authority ask, too. Where the policy answers as the scenario would, the built-in rule acts. In self-defence
    nobody asks. An answer to a unit that needs its superior's leave does not reach it while the link is down: it is refused."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.open: dict[int, tuple[int, Leave]] = {}  # row of assignments -> its event, the answer

    def __call__(self, model: Model, world: World, log: Log, t: float) -> None:
        """Ask for the orders of this frame, hand out the answers due at t [s], launch."""
        self.seat.sit(model, world)
        if world.clock[0]["n_ordered"] > 0:
            rows = world.assignments[: world.clock[0]["n_assignments"]]
            for a in ((rows["state"] == codes.READYING) & (rows["fired"] == 0) & (rows["t_order"] == t)).nonzero()[0].tolist():
                self._ask(model, world, log, a, t)
            for a in sorted(self.open):
                if self._answer(model, world, log, a, t):
                    del self.open[a]
            launch_due(model, world, log, t)

    def _ask(self, model: Model, world: World, log: Log, a: int, t: float) -> None:
        """Put the question for the order in row a."""
        seat, show, row = self.seat, self.seat.show, world.assignments[a]
        k, i = int(row["site"]), int(row["track"])
        if defends_itself(model.params[0], world.sites[k], world.tracks[i], t):
            return
        usual = _usual(model, world, k, i)
        parts, _ = seat.scene("release", t, lambda: usual)
        (track,) = show.tracks([i], t)
        scene = Request(
            **parts, unit=show.unit(k), track=track, missile=show.missile(int(row["type"])), shots=int(row["ordered"]),
            tracks=show.tracks(show.firm(), t), _airway=lambda: show.airway_distance(track.pos_ecef),
        )  # fmt: skip
        answer = check.leave(seat.ask.wrong, seat.ask("release", scene))
        if answer != usual:
            note_stage(world, log, row, codes.R_RELEASE, t)
            row["t_release"] = t + answer.after
            self.open[a] = int(row["event"]), answer

    def _answer(self, model: Model, world: World, log: Log, a: int, t: float) -> bool:
        """Hand out the answer for the order in row a; False while it is not due."""
        event, answer = self.open[a]
        row = world.assignments[a]
        k, track = int(row["site"]), world.tracks[row["track"]]
        waits = row["event"] == event and row["state"] == codes.READYING and row["stage"] == codes.R_RELEASE
        same = track["state"] == codes.FIRM and track["number"] == row["track_number"] and track["identity"] == codes.HOSTILE
        site = world.sites[k]
        if not waits or not same or not site["alive"] or defends_itself(model.params[0], site, track, t):
            return True  # ends, or goes on, as it would without a question
        if t < row["t_release"] - TICK:
            return False
        wait = world.waits[k, row["track"]]
        wait["asked"] += 1
        heard = site["release"] == codes.OWN or chief(world.sites, world.links, k) != k
        if answer.granted and heard:
            emit(world, t, codes.E_RELEASED, row["event"], row["target"], k, row["type"], t - float(row["t_order"]))
            note_stage(world, log, row, codes.R_REACTION, t)
        else:
            wait["t_refused"] = t + (float(site["ask_again"]) if answer.ask_again is None else answer.ask_again)
            emit(world, t, codes.E_REFUSED, row["event"], row["target"], k, row["type"], 0.0 if heard else 1.0)
            give_up(world, a)
        return True


def _usual(model: Model, world: World, k: int, i: int) -> Leave:
    """Leave as the scenario has it."""
    site = world.sites[k]
    if site["release"] == codes.OWN:
        return Leave(True)
    asked = int(world.waits[k, i]["asked"]) + 1
    luck = uniform(model.params[0]["seed"], RELEASE, k, int(world.tracks[i]["number"]), asked)
    return Leave(bool(luck >= site["refusal"]), float(site["consent"]))
