"""Rules of what is advertised to be done at once: targets, missiles, tracks. Each from runs of whole systems (claims_run)."""

from skyreach.analysis.claims_parts import HOLDS, NO_RUN, NOT, SILENT, TAKEN, Answer, Parts, taken_over
from skyreach.analysis.claims_run import SECONDS
from skyreach.catalog.values import Value


def _at_once(parts: Parts, value: Value, what: str) -> Answer:
    """The most at once of what runs count (a field of AtOnce), over the whole system."""
    if not parts.can_run:
        return NO_RUN
    if not (parts.older.launched and parts.full.launched):
        return SILENT
    older, largest, regiment = (getattr(run, what) for run in (parts.older, parts.full, parts.regiment))
    shots = f"{parts.older.launched}, {parts.full.launched} and {parts.regiment.launched}"
    held = "held" if largest >= value.high else "not held"
    words = (
        f"runs: 6 units with the low number of channels {older:g}, 8 units with the high number {largest:g}; a regiment of two "
        f"battalions {regiment:g}. {value.high:g} is claimed of the later system: {held}. Missiles launched in these "
        f"runs of {SECONDS:g} s: {shots}"
    )
    claim = value.si("claim")
    return Answer(older, HOLDS if older >= claim and largest >= claim else NOT, words)


def targets(parts: Parts, value: Value) -> Answer:
    """Targets engaged at once, from the order to the verdict."""
    return _at_once(parts, value, "targets")


def missiles(parts: Parts, value: Value) -> Answer:
    """Missiles in the air at once."""
    return _at_once(parts, value, "missiles")


def _of_unit(parts: Parts, value: Value, key: str, what: str) -> Answer:
    """A number of channels: taken over, and whether runs (a field of AtOnce) fill them."""
    if not parts.can_run:
        return taken_over(parts.unit, key, value.unit)
    if not (parts.older.launched and parts.full.launched):
        return SILENT
    claim, older, largest = value.si("claim"), getattr(parts.older, what), getattr(parts.full, what)
    if older < claim or largest < value.high:
        words = f"{key} of {parts.unit.key if parts.unit else '-'} are not filled in runs: {older} and {largest}"
        return Answer(older, NOT, words)
    filled = f"runs fill them: one unit of the older system {older}, of the later one, claimed to have {value.high:g}, {largest}"
    return Answer(older, TAKEN, taken_over(parts.unit, key, value.unit, filled).condition)


def targets_of_unit(parts: Parts, value: Value) -> Answer:
    """Targets of one fire unit at once."""
    return _of_unit(parts, value, "target_channels", "unit_targets")


def missiles_of_unit(parts: Parts, value: Value) -> Answer:
    """Missiles of one fire unit in the air at once."""
    return _of_unit(parts, value, "missile_channels", "unit_missiles")


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
