"""Rules of the advertised times, of what moves and stands apart, and of the price."""

import math

from skyreach.analysis.claims_parts import (
    HOLDS,
    IF,
    NEAR,
    NOT,
    OUT,
    SILENT,
    Answer,
    Parts,
    sight,
    taken_over,
)
from skyreach.catalog.values import Value
from skyreach.units import to_si

UNPUBLISHED = {
    "reload_time": "no figure is published of it, only of the S-300 family",
    "launcher_distance": "no figure is published but 'hundreds of metres to kilometres'",
    "link_delay": "no figure is published",
    "battalion_cost": "no list price is published",
}
"""What section 1.2 names without an advertised figure, by key, in words: a row without a claim."""


def reaction(parts: Parts, value: Value) -> Answer:
    """From the order to the first launch, in the run; with unit and link at their best where nominal values are too slow."""
    if not parts.can_run:
        return taken_over(parts.unit, "reaction_time", value.unit)
    if not parts.full.launched:
        return SILENT
    got, most, post = parts.full.reaction, value.si("claim") / NEAR, parts.post or parts.cat["55k6e"]
    assert parts.unit is not None
    words = (
        f"quickest of the run, from the order of the post: {parts.unit.si('reaction_time'):g} s of the unit, "
        f"{post.si('link_delay'):g} s of the link, and the frame; from first sight {parts.first_sight:.0f} s, with confirmation "
        "and identification, which the claim leaves out"
    )
    if got <= most:
        return Answer(got, HOLDS, words)
    best = f"reaction_time {parts.unit.si('reaction_time', 'low'):g} s and link_delay {post.si('link_delay', 'low'):g} s"
    quick = parts.quick.reaction
    verdict = IF if quick <= most else NOT
    said = "holds" if verdict == IF else "not met even"
    return Answer(got, verdict, f"{said} with {best}, the least of the catalogue: {quick:.3g} s in a run. Nominal: {words}")


def spacing(parts: Parts, value: Value) -> Answer:
    """Between launches of one unit, in the run; with the least of the catalogue where the nominal value is too slow."""
    if not parts.can_run:
        return taken_over(parts.unit, "launch_spacing", value.unit)
    if not math.isfinite(parts.full.spacing):
        return SILENT
    got, most = parts.full.spacing, value.si("claim") / NEAR
    stated = f"{value.low:g} to {value.high:g} s is stated of the family"
    if got <= most:
        return Answer(got, HOLDS, f"least in the run; {stated}")
    quick = parts.quick.spacing
    words = (
        f"with launch_spacing {value.low:g} s, the claim itself, {quick:.3g} s in a run: nothing else holds a launch up. "
        f"Nominal {got:.3g} s; {stated}"
    )
    met = quick <= most
    return Answer(got, IF if met else NOT, f"{'holds' if met else 'not met even'} {words}")


def setup(parts: Parts, value: Value) -> Answer:
    """March to ready: the slowest part of the set, without and with a mast."""
    items = [part for part in (*parts.radars, parts.launcher, parts.unit) if part is not None and "time_setup" in part]
    slow = max(items, key=lambda part: part.si("time_setup"))
    mast = max((r.si("time_setup_mast") for r in parts.radars if "time_setup_mast" in r), default=0.0)
    model, quick = slow.si("time_setup"), max(part.si("time_setup", "low") for part in items)
    words = f"slowest part {slow.key}, nominal; {quick / 60:.0f} min if all are at their best, {mast / 60:.0f} min with a mast"
    return Answer(model / to_si(1.0, value.unit), IF if quick <= value.si("claim") / NEAR else NOT, words)


def setup_mast(parts: Parts, value: Value) -> Answer:
    """The cycle with a mast: the time of the slowest mast of the system."""
    masts = [parts.cat[name] for name in parts.item.texts("masts")] if "masts" in parts.item else []
    slow = max(masts, key=lambda mast: mast.si("time_setup"), default=None)
    said = f"{value.low:g} to {value.high:g} {value.unit} stated of the cycle; a scoot packs, drives, then waits that long: more"
    return taken_over(slow, "time_setup", value.unit, said)


def ready(parts: Parts, value: Value) -> Answer:
    """Deployed and off, to ready."""
    return taken_over(parts.unit, "time_ready", value.unit)


def speed_road(parts: Parts, value: Value) -> Answer:
    """March on roads: what a scoot drives with."""
    return taken_over(parts.unit, "speed_march", value.unit, "a scoot drives with it, straight over the ground distance")


def speed_cross_country(parts: Parts, value: Value) -> Answer:
    """Off roads: nothing drives there."""
    return Answer(None, OUT, "nothing depends on it: a scoot drives with the speed on roads, or with its own (march_kmh)")


def distance(parts: Parts, value: Value) -> Answer:
    """Command post to fire unit: line of sight between masts."""
    mast = parts.cat["40v6m"].si("height")
    far = sight(mast, mast)
    words = f"line of sight between two masts of {mast:g} m over a smooth earth; further only with relays, as the claim says"
    return Answer(far / to_si(1.0, value.unit), HOLDS if far >= value.si("claim") else IF, words)


def launcher_distance(parts: Parts, value: Value) -> Answer:
    """Launcher to engagement radar: where a scenario puts them."""
    said = f"{UNPUBLISHED['launcher_distance']}; launchers stand where a scenario puts them, and no link of theirs limits that"
    return Answer(None, OUT, said)


def reload_time(parts: Parts, value: Value) -> Answer:
    """A new load on a launcher."""
    said = f"{UNPUBLISHED['reload_time']}; {value.low:g} to {value.high:g} {value.unit}; used where launchers have reloads"
    return taken_over(parts.launcher, "reload_time", value.unit, said)


def link_delay(parts: Parts, value: Value) -> Answer:
    """Age of a track at the fire unit."""
    said = f"{UNPUBLISHED['link_delay']}; {value.low:g} to {value.high:g} {value.unit} estimated, of orders and plots"
    return taken_over(parts.post, "link_delay", value.unit, said)


def cost(parts: Parts, value: Value) -> Answer:
    """A battalion with its missiles: only the missiles have a price here."""
    if parts.unit is None or "rounds" not in parts.unit:
        return Answer(None, OUT, "no part of it states this")
    rounds, prices = parts.unit.si("rounds"), [m.si("unit_cost") / 1e6 for m in parts.missiles]
    words = (
        f"{UNPUBLISHED['battalion_cost']}; contracts: {value.low:g} to {value.high:g} {value.unit}. A run counts the price "
        f"of the missiles fired, not of the set: {rounds:g} missiles as supplied are {rounds * min(prices):.0f} to "
        f"{rounds * max(prices):.0f} M USD of it, by type"
    )
    return Answer(None, OUT, words)
