"""Rules of what is advertised to be done at once: targets, missiles, tracks. Each from runs of whole systems (claims_run)."""

from skyreach.analysis.claims_parts import HOLDS, NO_RUN, NOT, SILENT, TAKEN, Answer, Parts, taken_over
from skyreach.analysis.claims_run import SECONDS
from skyreach.catalog.values import Value


def _at_once(parts: Parts, value: Value, older: float, largest: float, name: str, regiment: float) -> Answer:
    claim = value.si("claim")
    if not (parts.older.launched and parts.full.launched):
        return SILENT
    shots = f"{parts.older.launched}, {parts.full.launched} and {parts.regiment.launched}"
    words = (
        f"runs: 6 units with the low number of channels {older:g}, 8 units with the high number {largest:g}; a regiment of two "
        f"battalions {regiment:g}. {name}. Missiles launched in these runs of {SECONDS:g} s: {shots}"
    )
    return Answer(older, HOLDS if older >= claim and largest >= claim else NOT, words)


def targets(parts: Parts, value: Value) -> Answer:
    """Targets engaged at once, from the order to the verdict."""
    if not parts.can_run:
        return NO_RUN
    name = f"80 is claimed of the later system: {'held' if parts.full.targets >= value.high else 'not held'}"
    return _at_once(parts, value, parts.older.targets, parts.full.targets, name, parts.regiment.targets)


def missiles(parts: Parts, value: Value) -> Answer:
    """Missiles in the air at once."""
    if not parts.can_run:
        return NO_RUN
    name = f"160 is claimed of the later system: {'held' if parts.full.missiles >= value.high else 'not held'}"
    return _at_once(parts, value, parts.older.missiles, parts.full.missiles, name, parts.regiment.missiles)


def _of_unit(parts: Parts, value: Value, key: str, older: int, largest: int) -> Answer:
    """A number of channels: taken over, and whether runs fill them."""
    claim = value.si("claim")
    if older < claim or largest < value.high:
        words = f"{key} of {parts.unit.key if parts.unit else '-'} are not filled in runs: {older} and {largest}"
        return Answer(older, NOT, words)
    filled = f"runs fill them: one unit of the older system {older}, of the later one, claimed to have {value.high:g}, {largest}"
    return Answer(older, TAKEN, taken_over(parts.unit, key, value.unit, filled).condition)


def targets_of_unit(parts: Parts, value: Value) -> Answer:
    """Targets of one fire unit at once."""
    if not parts.can_run:
        return taken_over(parts.unit, "target_channels", value.unit)
    if not (parts.older.launched and parts.full.launched):
        return SILENT
    return _of_unit(parts, value, "target_channels", parts.older.unit_targets, parts.full.unit_targets)


def missiles_of_unit(parts: Parts, value: Value) -> Answer:
    """Missiles of one fire unit in the air at once."""
    if not parts.can_run:
        return taken_over(parts.unit, "missile_channels", value.unit)
    if not (parts.older.launched and parts.full.launched):
        return SILENT
    return _of_unit(parts, value, "missile_channels", parts.older.unit_missiles, parts.full.unit_missiles)


def per_target(parts: Parts, value: Value) -> Answer:
    """Missiles in the air over targets engaged, each the most at once, in the run of the full system."""
    if not parts.can_run:
        return NO_RUN
    if not parts.full.launched:
        return SILENT
    got = parts.full.missiles / parts.full.targets
    words = (
        f"{parts.full.missiles} missiles over {parts.full.targets} targets, as the claim is reckoned; salvo of two; an order of "
        f"the whole run launched {parts.full.per_order:.2f} ({parts.full.launched} in all), for some were called off or came late"
    )
    return Answer(got, HOLDS if abs(got - value.si("claim")) < 0.1 else NOT, words)


def tracks(parts: Parts, value: Value) -> Answer:
    """Tracks held: a run with more targets than that."""
    if not parts.can_run:
        return NO_RUN
    held = parts.crowd.tracks
    radar = parts.searching
    shots = f"{parts.crowd.launched} missiles were launched in it" if parts.crowd.launched else "staged without launches"
    words = f"run with a tenth more targets, {radar.key} and the engagement radars; the track file is that long; {shots}"
    return Answer(held, HOLDS if held >= 0.99 * value.si("claim") else NOT, words)
