"""Decision cycles with a user's threat evaluation or assignment; engine.cycle in all else."""

from typing import Any

import numpy as np

from skyreach.engine.bookkeeping import chief
from skyreach.engine.cycle import decides_now, give_orders, next_cycle, survey
from skyreach.engine.decide import held, most_orders, rank
from skyreach.engine.plan import FEASIBLE
from skyreach.engine.shown import options, order_one, tell
from skyreach.engine.sift import sift
from skyreach.policies import check
from skyreach.policies.roles import Choices, Threats
from skyreach.policies.seat import Seat
from skyreach.policies.views import Option, Order
from skyreach.world import codes
from skyreach.world.state import Log, Model, World

WRITTEN = ("sites", "radars", "assignments", "events", "looks", "limits", "waits", "clock")  # by orders


class Deciding:
    """Phase `decide`. weighs, assigns: which of its roles the policy takes."""

    def __init__(self, seat: Seat, weighs: bool, assigns: bool) -> None:
        self.seat, self.weighs, self.assigns = seat, weighs, assigns

    def __call__(self, model: Model, world: World, log: Log, t: float) -> None:
        """Run the decision cycles due at time t [s]."""
        self.seat.sit(model, world)
        for k in range(len(world.sites)):  # k site
            if decides_now(world, k, t):
                self._cycle(model, world, log, k, t)
        world.clock[0]["t_decide"] = next_cycle(world.sites)

    def _cycle(self, model: Model, world: World, log: Log, head: int, t: float) -> None:
        n_tracks = int(world.clock[0]["n_tracks"])
        seen = survey(model, world, log, head, t)
        order, weight, t_left = np.empty(n_tracks, np.int64), np.zeros(n_tracks), np.full(n_tracks, np.inf)
        order = order[: rank(model, world, head, order, weight, t_left, t)]
        sift(model, world, log, seen, order, t_left, t)
        if self.weighs and order.size:
            order = self._weigh(head, np.sort(order), weight, t_left, t)
        if self.assigns and order.size:
            self._assign(Cycle(model, world, log, head, seen, order, weight, t_left, t))
        else:
            give_orders(model, world, log, head, seen, order, weight, t_left, t)

    def _weigh(self, head: int, rows: np.ndarray, weight: np.ndarray, t_left: np.ndarray, t: float) -> np.ndarray:
        """Rows of tracks by the threat values of the policy, highest first; writes weight."""
        seat, show = self.seat, self.seat.show
        usual = tuple(weight[rows].tolist())
        parts, _ = seat.scene("weigh", t, lambda: usual)
        scene = Threats(**parts, post=show.site(head), tracks=show.tracks(rows, t, weight, t_left), assets=show.assets())
        weight[rows] = check.weights(seat.ask.wrong, seat.ask("weigh", scene), rows.size)
        return rows[np.argsort(-weight[rows], kind="stable")]

    def _assign(self, cycle: "Cycle") -> None:
        seat, show = self.seat, self.seat.show
        choice, times, code = options(cycle.model, cycle.world, cycle.seen, cycle.order, cycle.t_left, cycle.t)
        kept, places = {}, {}
        for c, ((k, i, type_, _, back), until) in enumerate(zip(choice.tolist(), times.sum(axis=1).tolist(), strict=True)):
            key = (show.site(k), int(cycle.world.tracks[i]["number"]), show.missile(type_))
            kept[key], places[key] = back, (k, i, type_, until, c)
        parts, usual = seat.scene("assign", cycle.t, lambda: cycle.usual(show))
        scene = self._scene(cycle, parts, places, times, choice, code)
        answer = seat.ask("assign", scene)
        if usual.is_answer(answer):
            give_orders(*cycle.state, cycle.seen, cycle.order, cycle.weight, cycle.t_left, cycle.t)
            return
        world, numbers = cycle.world, {track.number: int(i) for track, i in zip(scene.tracks, cycle.order, strict=True)}
        most = {
            (unit.name, number): int(most_orders(world.sites[show.row_of_unit[unit.name]])) - int(held(world, number))
            for unit in scene.units for number in numbers
        }  # fmt: skip
        found = check.orders(seat.ask.wrong, answer, scene, kept, most)
        for number, i in numbers.items():
            tell(cycle.model, world, cycle.log, cycle.seen, i, cycle.t_left[i], cycle.t)
            for _, option, shots in found:
                if option.track == number:
                    k, i, type_, until, _ = places[option.unit, number, option.missile]
                    order_one(
                        cycle.model, world, cycle.log, cycle.seen, k, i, type_, shots, until, cycle.t_left[i], cycle.t
                    )  # fmt: skip

    def _scene(self, cycle: "Cycle", parts: dict[str, Any], places: dict[tuple[str, int, str], tuple[int, int, int, float, int]],
               times: np.ndarray, choice: np.ndarray, code: np.ndarray) -> Choices:  # fmt: skip
        show, world = self.seat.show, cycle.world
        mine = [k for k in show.units if chief(world.sites, world.links, k) == cycle.head]
        units = tuple(show.unit(k) for k in mine)
        tracks = show.tracks(cycle.order, cycle.t, cycle.weight, cycle.t_left)
        found = []
        for (unit, number, missile), (k, i, type_, _, c) in places.items():
            m, site = cycle.model.missile_types[type_], world.sites[k]
            most = min(int(site["missile_channels"] - site["missiles_held"]), int(choice[c, 3] - choice[c, 4]))
            kill = float(m["reliability"] * m["pk"][world.tracks[i]["kind"]])
            delay, flight = times[c].tolist()
            shots = min(int(site["salvo"]), most)
            found.append(Option(unit, number, missile, delay, flight, kill, float(m["cost"]), shots, most))
        rows = {track.number: int(i) for track, i in zip(tracks, cycle.order, strict=True)}

        def why_not(unit: str, track: int) -> str:
            if unit not in show.row_of_unit or track not in rows:
                return "no such unit, or no such hostile track"
            why = int(code[show.row_of_unit[unit], rows[track]])
            return "" if why == FEASIBLE else "not under this post" if why < 0 else ": ".join(codes.REASONS[why])

        return Choices(**parts, post=show.site(cycle.head), tracks=tracks, units=units, options=tuple(found),
                       assets=show.assets(), _why_not=why_not)  # fmt: skip


class Cycle:
    """One decision cycle on its way: what its survey and its ranking gave."""

    def __init__(self, model: Model, world: World, log: Log, head: int, seen: Any, order: np.ndarray, weight: np.ndarray,
                 t_left: np.ndarray, t: float) -> None:  # fmt: skip
        self.model, self.world, self.log, self.head, self.seen = model, world, log, head, seen
        self.order, self.weight, self.t_left, self.t = order, weight, t_left, t

    @property
    def state(self) -> tuple[Model, World, Log, int]:
        """Model, world, log and row of the post."""
        return self.model, self.world, self.log, self.head

    def usual(self, show: Any) -> tuple[Order, ...]:
        """Orders of the rule that the doctrine names: given in a copy of the world, and read there."""
        world = self.world._replace(**{name: getattr(self.world, name).copy() for name in WRITTEN})
        log = self.log._replace(reasons=self.log.reasons.copy(), n=self.log.n.copy())
        seen = self.seen._replace(**{name: array.copy() for name, array in self.seen._asdict().items()})
        give_orders(self.model, world, log, self.head, seen, self.order, self.weight, self.t_left, self.t)
        rows = world.assignments[: world.clock[0]["n_assignments"]]
        new = rows[(rows["state"] == codes.READYING) & (rows["event"] >= self.world.clock[0]["n_events"])]
        return tuple(
            Order(show.site(int(row["site"])), int(row["track_number"]), show.missile(int(row["type"])), int(row["ordered"]))
            for row in np.sort(new, order="event")
        )
