"""Is an answer one that can be used? Each function raises what `wrong` makes of the fault, or returns it in plain types."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np

from skyreach.policies.roles import Choices, Scan
from skyreach.policies.views import IDENTITIES, Estimate, Hit, Leave, Option, Order

Wrong = Callable[..., Exception]
ORDER = "Order(unit, track, missile)"
FEW = 8  # names that an error lists
DAY = 86_400.0  # s, the longest run: an answer later than that is none
NEAR, FAR = 6.0e6, 1.0e8  # m from the middle of the earth: where an ECEF position can be


def shown(value: object) -> str:
    """A value in at most 120 characters; also one whose repr does not work."""
    try:
        text = repr(value)
    except Exception as fault:
        text = f"{type(value).__name__} whose repr raises {type(fault).__name__}"
    return text if len(text) <= 120 else text[:117] + "..."


def few(names: Sequence[object]) -> str:
    """Some names, and how many more there are."""
    text = ", ".join(str(name) for name in names[:FEW])
    return f"{text or 'none'}{f' and {len(names) - FEW} more' if len(names) > FEW else ''}"


def listed(wrong: Wrong, answer: Any, what: str) -> list[Any]:
    """The answer as a list."""
    if answer is None:
        raise wrong("None", f"a sequence of {what}", "is there a `return` on every way through the method? nothing to say is ()")
    if not isinstance(answer, list | tuple | np.ndarray) or (isinstance(answer, np.ndarray) and answer.ndim != 1):
        raise wrong(f"{type(answer).__name__} {shown(answer)}", f"a sequence of {what}", "return a list or a tuple")
    return list(answer)


def number(wrong: Wrong, value: Any, what: str, least: float = -math.inf) -> float:
    """A finite number, not below `least`."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise wrong(f"{what} = {type(value).__name__} {shown(value)}", "a number")
    try:
        out = float(value)
    except OverflowError:
        out = math.inf
    if not math.isfinite(out) or out < least:
        allowed = "a finite number" if least == -math.inf else f"a finite number, {least:g} or more"
        raise wrong(f"{what} = {out}", allowed, "a division by zero, or a logarithm of nothing?" if math.isnan(out) else "")
    return out


def whole(wrong: Wrong, value: Any, what: str, allowed: str) -> int:
    """A whole number."""
    if isinstance(value, bool):
        raise wrong(f"{what} = {value}", allowed)
    try:
        return operator.index(value)
    except Exception:
        raise wrong(f"{what} = {type(value).__name__} {shown(value)}", allowed) from None


def per_item(wrong: Wrong, answer: Any, n: int, what: str, of: str) -> list[Any]:
    """The answer as a list of n."""
    out = listed(wrong, answer, what)
    if len(out) != n:
        raise wrong(f"{len(out)} {what}", f"{n}, one for each of scene.{of}", "an entry for each, in their order")
    return out


def weights(wrong: Wrong, answer: Any, n: int) -> list[float]:
    """Threat values, one for each of n tracks."""
    return [number(wrong, w, f"threat value {i}", 0.0) for i, w in enumerate(per_item(wrong, answer, n, "numbers", "tracks"))]


def identities(wrong: Wrong, answer: Any, n: int) -> list[str]:
    """Identities, one for each of n contacts."""
    out = per_item(wrong, answer, n, "identities", "contacts")
    for i, word in enumerate(out):
        if not isinstance(word, str) or word not in IDENTITIES:
            near = get_close_matches(str(word).lower(), IDENTITIES, 1) if isinstance(word, str) else []
            cure = f"did you mean {near[0]!r}?" if near else "one of these words for each contact, as scene.built_in() gives them"
            raise wrong(f"identity {i} = {shown(word)}", ", ".join(map(repr, IDENTITIES)), cure)
    return out


def leave(wrong: Wrong, answer: Any) -> Leave:
    """Leave to fire."""
    if not isinstance(answer, Leave):
        cure = f"Leave(granted={answer})" if isinstance(answer, bool) else "is there a `return Leave(...)` on every way?"
        raise wrong(f"{type(answer).__name__} {shown(answer)}", "a skyreach.policies.Leave", cure)
    if not isinstance(answer.granted, bool | np.bool_):
        raise wrong(f"Leave.granted = {shown(answer.granted)}", "True or False")
    after = number(wrong, answer.after, "Leave.after [s]", 0.0)
    if after > DAY:
        cure = "the seconds from the question to the answer; to refuse: Leave(False)"
        raise wrong(f"Leave.after [s] = {after:g}, longer than any run", f"0 to {DAY:g}, a day", cure)
    again = None if answer.ask_again is None else number(wrong, answer.ask_again, "Leave.ask_again [s]", 0.0)
    return Leave(bool(answer.granted), after, again)


def orders(
    wrong: Wrong, answer: Any, scene: Choices, kept: Mapping[tuple[str, int, str], int], most: Mapping[tuple[str, int], int]
) -> list[tuple[Order, Option, int]]:
    """Orders with their options and shots, in the order of the tracks. kept: rounds that doctrine keeps back, by option; most:
    orders that may be added on a track, by unit and track."""
    options = {(o.unit, o.track, o.missile): o for o in scene.options}
    rank = {track.number: m for m, track in enumerate(scene.tracks)}
    given: list[tuple[int, Order, Option, str]] = []
    seen: dict[tuple[str, int], int] = {}
    for n, order in enumerate(listed(wrong, answer, "Order")):
        if not isinstance(order, Order):
            raise wrong(f"entry {n}: {type(order).__name__} {shown(order)}", "a skyreach.policies.Order", ORDER)
        what = f"order {n}: {shown(order)}"
        option = _option(wrong, what, order, scene, options)
        twice = seen.setdefault((option.unit, option.track), n)
        if twice != n:
            allowed = "one order of a unit on a track in a cycle"
            raise wrong(f"{what}, and order {twice} before it", allowed, "Order.shots says how many")
        given.append((rank[option.track], order, option, what))
    given.sort(key=lambda entry: entry[0])
    return _fitting(wrong, given, scene, kept, most)


def _option(wrong: Wrong, what: str, order: Order, scene: Choices, options: Mapping[tuple[str, int, str], Option]) -> Option:
    """The option that an order takes."""
    names = [unit.name for unit in scene.units]
    if not isinstance(order.unit, str) or order.unit not in names:
        near = get_close_matches(str(order.unit), names, 1)
        cure = f"did you mean {near[0]!r}?" if near else "the `unit` of an option, a name and no number of a row"
        raise wrong(what, f"unit: {few(names)}", cure)
    track = whole(wrong, order.track, f"{what}: track", "the number of a track")
    if all(track != known.number for known in scene.tracks):
        numbers = [known.number for known in scene.tracks]
        raise wrong(what, f"track: {few(numbers)}", "the `track` of an option: its number, not its place in scene.tracks")
    option = options.get((order.unit, track, order.missile)) if isinstance(order.missile, str) else None
    if option is not None:
        return option
    unit = next(unit for unit in scene.units if unit.name == order.unit)
    others = [o.missile for o in scene.options if (o.unit, o.track) == (order.unit, track)]
    cure = "take one of scene.options; scene.why_not(unit, track) says what stands in the way"
    if not isinstance(order.missile, str) or order.missile not in unit.rounds:
        raise wrong(what, f"missile of {unit.name}: {few(list(unit.rounds))}", cure)
    if others:
        none = ", no round of it left" if unit.rounds[order.missile] <= 0 else ""
        raise wrong(f"{what}{none}", f"{unit.name} on track {track} now: {few(others)}", cure)
    raise wrong(f"{what}: {scene.why_not(order.unit, track)}", f"{len(scene.options)} options now", cure)


def _fitting(
    wrong: Wrong, given: Sequence[tuple[int, Order, Option, str]], scene: Choices, kept: Mapping[tuple[str, int, str], int],
    most: Mapping[tuple[str, int], int],
) -> list[tuple[Order, Option, int]]:  # fmt: skip
    """Orders with their shots, if channels and rounds last for all of them together."""
    units = {unit.name: unit for unit in scene.units}
    targets = {name: unit.target_channels for name, unit in units.items()}
    guided = {name: unit.missile_channels for name, unit in units.items()}
    rounds = {(name, missile): n for name, unit in units.items() for missile, n in unit.rounds.items()}
    on_it: dict[int, int] = {}
    out = []
    for _, order, option, what in given:
        name, store = option.unit, (option.unit, option.missile)
        ready = rounds[store] - kept[name, option.track, option.missile]
        on_it[option.track] = on_it.get(option.track, 0) + 1
        if on_it[option.track] > most[name, option.track]:
            allowed = f"{most[name, option.track]} more on one track, by doctrine"
            raise wrong(f"{what}, order {on_it[option.track]} on its track", allowed, "shoot_look_shoot: false allows two")
        if targets[name] < 1:
            raise wrong(f"{what}: no target channel left", f"{units[name].target_channels} orders of {name} in this cycle")
        if guided[name] < 1 or ready < 1:
            left = "missile channel" if guided[name] < 1 else "round"
            raise wrong(f"{what}: no {left} left after the orders before it", _stock(units[name], option.missile))
        shots = min(units[name].salvo, guided[name], ready)
        if order.shots is not None:
            shots = whole(wrong, order.shots, f"{what}: shots", "a whole number, 1 or more")
            if not 1 <= shots <= min(guided[name], ready):
                raise wrong(f"{what}: {shots} shots", f"1 to {min(guided[name], ready)}: {_stock(units[name], option.missile)}")
        targets[name], guided[name], rounds[store] = targets[name] - 1, guided[name] - shots, rounds[store] - shots
        out.append((order, option, shots))
    return out


def _stock(unit: Any, missile: str) -> str:
    return f"{unit.name} has {unit.missile_channels} missile channels free and {unit.rounds[missile]} rounds of {missile}"


def hits(wrong: Wrong, answer: Any, scene: Scan) -> list[Hit]:
    """Hits on the plots of a scan."""
    known = {track.number for track in scene.tracks}
    out: list[Hit] = []
    plots: set[int] = set()
    taken: set[int] = set()
    for n, hit in enumerate(listed(wrong, answer, "Hit")):
        if not isinstance(hit, Hit):
            raise wrong(f"entry {n}: {type(hit).__name__} {shown(hit)}", "a skyreach.policies.Hit", "Hit(plot, track)")
        plot = whole(wrong, hit.plot, f"hit {n}: plot", "the place of a plot in scene.plots")
        if not 0 <= plot < len(scene.plots):
            raise wrong(f"hit {n}: plot {plot}", f"0 to {len(scene.plots) - 1}, its place in scene.plots")
        if plot in plots:
            raise wrong(f"hit {n}: plot {plot} a second time", "each plot once", "one plot is of one track, or begins one")
        track = None if hit.track is None else whole(wrong, hit.track, f"hit {n}: track", "the number of a track, or None")
        if track is not None and track not in known:
            allowed = f"None or one of {few(sorted(known))}"
            raise wrong(f"hit {n}: track {track}", allowed, "its number, not its place in scene.tracks")
        if track is not None and track in taken:
            raise wrong(f"hit {n}: track {track} a second time", "one plot a scan for each track")
        plots.add(plot)
        taken |= set() if track is None else {track}
        estimate = None if hit.estimate is None else _estimate(wrong, hit.estimate, f"hit {n}: estimate")
        out.append(Hit(plot, track, estimate))
    return out


def _estimate(wrong: Wrong, given: Any, what: str) -> Estimate:
    if not isinstance(given, Estimate):
        raise wrong(f"{what} = {type(given).__name__} {shown(given)}", "a skyreach.policies.Estimate or None")
    arrays = []
    for key, shape in (("pos_ecef", (3,)), ("vel_ecef", (3,)), ("cov", (6, 6))):
        try:
            array = np.asarray(getattr(given, key), np.float64)
        except (TypeError, ValueError, OverflowError):
            array = np.empty(0)
        if array.shape != shape:
            raise wrong(f"{what}.{key} = {shown(getattr(given, key))}", f"numbers of shape {shape}")
        if not np.isfinite(array).all():
            raise wrong(f"{what}.{key} = {shown(getattr(given, key))}", "finite numbers", "a division by zero?")
        arrays.append(array)
    pos, vel, cov = arrays
    if not NEAR <= np.linalg.norm(pos) <= FAR:
        raise wrong(f"{what}.pos_ecef = {pos.tolist()}", f"{NEAR:.0e} to {FAR:.0e} m from the middle of the earth",
                    "ECEF metres, no east, north, up and no degrees")  # fmt: skip
    scale = np.sqrt(np.abs(np.diag(cov)))
    if (np.abs(cov - cov.T) > 1e-6 * np.outer(scale, scale) + 1e-12).any() or np.linalg.eigvalsh(0.5 * (cov + cov.T))[0] <= 0.0:
        raise wrong(f"{what}.cov = {shown(given.cov)}", "a symmetric matrix, positive definite", "P = (P + P') / 2")
    return Estimate(tuple(pos.tolist()), tuple(vel.tolist()), tuple(map(tuple, (0.5 * (cov + cov.T)).tolist())))
