"""The rules: one for each figure that is advertised. A rule takes the parts of a system and the value, and returns an Answer."""

import math
from collections.abc import Callable

from skyreach.analysis.claims_parts import (
    HOLDS,
    IF,
    IMPOSSIBLE,
    NOT,
    OUT,
    TAKEN,
    Answer,
    Parts,
    height_seen,
    masts,
    radar_range,
    rcs_needed,
    sight,
)
from skyreach.analysis.claims_run import SECONDS
from skyreach.analysis.envelope_zones import Shooter
from skyreach.catalog import Item
from skyreach.catalog.values import Value
from skyreach.physics.ballistics import minimum_energy
from skyreach.physics.flight import GM, WGS84_A
from skyreach.units import to_si

NEAR = 0.9  # share of a claim that counts as met
BALLISTIC = "iskander-m"
MEETING = 20e3  # m: height at which a ballistic target is met
LARGE, FIGHTER = "e-3", "f-16c"


def _claim(value: Value) -> float:
    return value.si("claim")


def reach(parts: Parts, value: Value) -> Answer:
    """Range against aircraft: fly-out, then what the engagement radar and the horizon ask of the target."""
    claim = _claim(value)
    best = max(parts.reaches, key=lambda key: parts.reaches[key])
    far = parts.reaches[best]
    radar = parts.guiding
    asked = (
        f"{best} flies {far / 1e3:.0f} km to a fixed point 10 km up; at {claim / 1e3:.0f} km {radar.key} must see more than "
        f"{rcs_needed(radar, claim):.3g} m2 and the target must fly above {height_seen(masts(radar)[0], claim) / 1e3:.1f} km"
    )
    return Answer(far / to_si(1.0, value.unit), IF if far >= NEAR * claim else NOT, asked)


def reach_2013(parts: Parts, value: Value) -> Answer:
    """The range of the missiles in service in 2013: without 40N6."""
    far = {key: r for key, r in parts.reaches.items() if key != parts.longest().key}
    best = max(far, key=lambda key: far[key])
    verdict = HOLDS if far[best] >= NEAR * _claim(value) else NOT
    return Answer(far[best] / to_si(1.0, value.unit), verdict, f"{best}, fixed point 10 km up; sight and echo apart")


def reach_ballistic(parts: Parts, value: Value) -> Answer:
    """Range against ballistic targets: what is left of the sight of the radar after the reaction and the flight out."""
    claim, foe = _claim(value), parts.cat[BALLISTIC]
    speed, wait = foe.si("cruise_speed"), _reaction(parts)
    seen = min(radar_range(parts.searching, foe.si("rcs_x_front")), parts.searching.si("instrumented_range"))
    far = {m.key: _meets(parts.shooter(m, BALLISTIC), seen - wait * speed, speed) for m in parts.missiles}
    best = max(far, key=lambda key: far[key])
    words = (
        f"{parts.searching.key} sees an {foe.key} at {seen / 1e3:.0f} km; at {speed:g} m/s it comes {wait * speed / 1e3:.0f} km "
        f"nearer before the first launch, and {best} meets it {MEETING / 1e3:g} km up at {far[best] / 1e3:.0f} km; a place "
        "further off is defended only as far as the path leads past"
    )
    return Answer(far[best] / to_si(1.0, value.unit), IF if far[best] >= NEAR * claim else NOT, words)


def _meets(shooter: Shooter, launch: float, speed: float) -> float:
    """Ground range [m] at which a target at MEETING is met: launch [m] away when the missile leaves, coming at speed [m/s]."""
    low, high = 0.0, launch
    for _ in range(40):
        middle = 0.5 * (low + high)
        tof = shooter.fly_to(middle, MEETING)[0]
        low, high = (middle, high) if tof * speed <= launch - middle else (low, middle)
    return low


def height_max(parts: Parts, value: Value) -> Answer:
    """Greatest height at which a missile still arrives with twice the g that a target in a gentle turn pulls."""
    best, top = parts.missiles[0], 0.0
    for missile in parts.missiles:
        shooter = parts.shooter(missile)
        high = shooter.ceiling(1.5 * 9.80665 * shooter.row["nav"] / (shooter.row["nav"] - 2.0))
        best, top = (missile, high) if high > top else (best, top)
    words = f"{best.key}: highest point reached with g left for a target of 1.5 g; used to {best.si('max_altitude') / 1e3:g} km"
    return Answer(top / to_si(1.0, value.unit), HOLDS if top >= NEAR * _claim(value) else NOT, words)


def height_min(parts: Parts, value: Value) -> Answer:
    """Lowest target: what the horizon leaves."""
    claim, radar = _claim(value), parts.guiding
    low = sight(masts(radar)[0], claim)
    high = sight(masts(radar)[-1], claim)
    words = (
        f"within {low / 1e3:.0f} km of {radar.key} at {masts(radar)[0]:g} m over a smooth earth, {high / 1e3:.0f} km at "
        f"{masts(radar)[-1]:g} m; terrain leaves less; at 100 km none below {height_seen(masts(radar)[0], 100e3):.0f} m is seen"
    )
    least = min((m.si("min_altitude") for m in parts.missiles), default=math.inf)
    return Answer(least / to_si(1.0, value.unit), IF if least <= claim / NEAR else NOT, words)


def range_min(parts: Parts, value: Value) -> Answer:
    """Dead zone: where the flight begins to arrive, and the least range of the catalogue."""
    near = {m.key: parts.shooter(m).reach(1000.0)[0] for m in parts.missiles}
    best = min(near, key=lambda key: near[key])
    worst = max(near, key=lambda key: near[key])
    slant = math.hypot(near[best], 1000.0)
    words = f"slant range to a target 1 km up: {best} {slant / 1e3:.1f} km, {worst} {math.hypot(near[worst], 1e3) / 1e3:.1f} km"
    return Answer(slant / to_si(1.0, value.unit), HOLDS if slant <= _claim(value) / NEAR else NOT, words)


def speed_max(parts: Parts, value: Value) -> Answer:
    """Fastest target: is there time between first sight and the last launch?"""
    claim = _claim(value)
    fit = [m for m in parts.missiles if m.si("target_speed_max") >= NEAR * claim]
    if not fit:
        best = max((m.si("target_speed_max") for m in parts.missiles), default=0.0)
        return Answer(best or None, NOT, "no missile of the catalogue is used against targets that fast")
    best_m = max(fit, key=lambda m: m.si("max_range_ballistic"))
    launch = parts.shooter(best_m, BALLISTIC, claim).nearest_launch(MEETING)
    asked = launch + claim * _reaction(parts)
    radar = parts.searching
    words = (
        f"{best_m.key} must leave while the target is {launch / 1e3:.0f} km away, so it must be seen by {asked / 1e3:.0f} km: "
        f"{radar.key} does that for {rcs_needed(radar, asked):.2g} m2 and more (an {BALLISTIC} has "
        f"{parts.cat[BALLISTIC].si('rcs_x_front'):g} m2); taken over as a limit of use"
    )
    return Answer(best_m.si("target_speed_max"), TAKEN if asked < radar.si("instrumented_range") else NOT, words)


def ballistic_class(parts: Parts, value: Value) -> Answer:
    """Longest range of a ballistic missile that is not faster than the fastest target."""
    fastest = parts.item.si("target_speed_max", "claim")
    low, high = 1e3, 1e7
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if minimum_energy(middle, GM, WGS84_A)[0] <= fastest else (low, middle)
    needed = minimum_energy(_claim(value), GM, WGS84_A)[0]
    words = (
        f"a minimum-energy path of {_claim(value) / 1e3:g} km comes down at {needed:.0f} m/s, before air slows it; the fastest "
        f"target is {fastest:g} m/s: {low / 1e3:.0f} km; what the air takes decides the rest"
    )
    model = low / to_si(1.0, value.unit)
    return Answer(model, HOLDS if low >= _claim(value) else IF if low >= NEAR * _claim(value) else IMPOSSIBLE, words)


def detection(parts: Parts, value: Value) -> Answer:
    """Instrumented range: the scale of the display, and what can be seen there."""
    claim, radar = _claim(value), parts.searching
    large = parts.cat[LARGE].si("rcs_x_front")
    far = radar_range(radar, large)
    words = (
        f"a scale, not a range: at {claim / 1e3:g} km {radar.key} sees {rcs_needed(radar, claim):.3g} m2 and more, above "
        f"{height_seen(masts(radar)[0], claim) / 1e3:.0f} km; an aircraft of {large:g} m2 at {far / 1e3:.0f} km, a fighter of "
        f"{parts.cat[FIGHTER].si('rcs_x_front'):g} m2 at {radar_range(radar, parts.cat[FIGHTER].si('rcs_x_front')) / 1e3:.0f} km"
    )
    model = min(far, radar.si("instrumented_range")) / to_si(1.0, value.unit)
    return Answer(model, IF if radar.si("instrumented_range") >= claim else NOT, words)


def _reaction(parts: Parts) -> float:
    """Seconds from first sight to launch that the parts ask for: confirmation, identification, link, reaction [s]."""
    post = parts.post or parts.cat["55k6e"]
    looks = post.si("confirm_hits") * parts.searching.si("update_search")
    unit = parts.unit.si("reaction_time") if parts.unit else 0.0
    return float(looks + post.si("identify_time") + post.si("link_delay") + unit)


SILENT = Answer(None, NOT, "staged, but no missile was launched in the run: nothing is shown; are values set that forbid it?")
NO_RUN = Answer(None, OUT, "only the S-400 is run as a whole system here")


def _of_unit(parts: Parts, value: Value, key: str) -> Answer:
    """A figure that the fire unit of the catalogue has from the same sources."""
    if parts.unit is None or key not in parts.unit:
        return Answer(None, OUT, "no part of it states this")
    return Answer(parts.unit.si(key) / to_si(1.0, value.unit), TAKEN, f"{key} of {parts.unit.key}, from the same sources")


def _at_once(parts: Parts, value: Value, older: float, largest: float, name: str, regiment: float) -> Answer:
    claim = _claim(value)
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


def targets_of_unit(parts: Parts, value: Value) -> Answer:
    """Targets of one fire unit: its channels, and what a run of two of them did."""
    return _of_unit(parts, value, "target_channels")


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
    return Answer(got, HOLDS if abs(got - _claim(value)) < 0.1 else NOT, words)


def tracks(parts: Parts, value: Value) -> Answer:
    """Tracks held: a run with more targets than that."""
    if not parts.can_run:
        return NO_RUN
    held = parts.crowd.tracks
    radar = parts.searching
    shots = f"{parts.crowd.launched} missiles were launched in it" if parts.crowd.launched else "staged without launches"
    words = f"run with a tenth more targets, {radar.key} and the engagement radars; the track file is that long; {shots}"
    return Answer(held, HOLDS if held >= 0.99 * _claim(value) else NOT, words)


def reaction(parts: Parts, value: Value) -> Answer:
    """From the order to the first launch, in the run."""
    if not parts.can_run:
        return _of_unit(parts, value, "reaction_time")
    if not parts.full.launched:
        return SILENT
    got, claim = parts.full.reaction, _claim(value)
    words = (
        f"quickest of the run: reaction time of the unit and link delay; from first sight {_reaction(parts):.0f} s, with "
        "confirmation and identification, which the claim leaves out"
    )
    return Answer(got, HOLDS if got <= claim / NEAR else IF if parts.item.value("reaction_time").high >= got else NOT, words)


def spacing(parts: Parts, value: Value) -> Answer:
    """Between launches of one unit, in the run."""
    if not parts.can_run:
        return _of_unit(parts, value, "launch_spacing")
    if not math.isfinite(parts.full.spacing):
        return SILENT
    got = parts.full.spacing
    low, high = value.low, value.high
    words = f"least in the run, from the nominal value; {low:g} to {high:g} s is stated of the family"
    return Answer(got, HOLDS if got <= _claim(value) / NEAR else IF, words)


def setup(parts: Parts, value: Value) -> Answer:
    """March to ready: the slowest part of the set, without and with a mast."""
    items = [part for part in (*parts.radars, parts.launcher, parts.unit) if part is not None and "time_setup" in part]
    slow = max(items, key=lambda part: part.si("time_setup"))
    mast = max((r.si("time_setup_mast") for r in parts.radars if "time_setup_mast" in r), default=0.0)
    model, quick = slow.si("time_setup"), max(part.si("time_setup", "low") for part in items)
    words = f"slowest part {slow.key}, nominal; {quick / 60:.0f} min if all are at their best, {mast / 60:.0f} min with a mast"
    return Answer(model / to_si(1.0, value.unit), IF if quick <= _claim(value) / NEAR else NOT, words)


def ready(parts: Parts, value: Value) -> Answer:
    """Deployed and off, to ready."""
    return _of_unit(parts, value, "time_ready")


def distance(parts: Parts, value: Value) -> Answer:
    """Command post to fire unit: line of sight between masts."""
    mast = parts.cat["40v6m"].si("height")
    far = sight(mast, mast)
    words = f"line of sight between two masts of {mast:g} m over a smooth earth; further only with relays, as the claim says"
    return Answer(far / to_si(1.0, value.unit), HOLDS if far >= _claim(value) else IF, words)


def low_range(parts: Parts, radar: Item, key: str, height: float) -> Answer:
    """A range of a radar against a target at a low height [m], from its highest mast, against the horizon and its own echo."""
    value, mast = radar.value(key), masts(radar)[-1]
    far = sight(mast, height)
    claim = value.si()
    echo = radar_range(radar, radar.si("reference_rcs"))
    words = f"a target at {height:g} m is hidden beyond {far / 1e3:.0f} km from {mast:g} m over a smooth earth (k = 4/3)"
    if claim > 1.02 * far:
        return Answer(far / to_si(1.0, value.unit), IMPOSSIBLE, words)
    words += f"; its reference pair gives {echo / 1e3:.0f} km against {radar.si('reference_rcs'):g} m2"
    return Answer(min(far, radar.si("instrumented_range")) / to_si(1.0, value.unit), IF, words)


RULES: dict[str, Callable[[Parts, Value], Answer]] = {
    "range_aircraft": reach, "range_aircraft_2013": reach_2013, "range_ballistic": reach_ballistic,
    "target_height_max": height_max, "target_height_min": height_min, "range_min": range_min, "target_speed_max": speed_max,
    "ballistic_class_max": ballistic_class, "detection_range": detection, "tracks_at_once": tracks, "targets_at_once": targets,
    "targets_at_once_fire_unit": targets_of_unit, "missiles_at_once": missiles, "missiles_per_target": per_target,
    "reaction_time": reaction, "launch_spacing": spacing, "time_setup": setup, "time_ready": ready,
    "fire_unit_distance": distance,
}  # fmt: skip
"""Rule of each figure, by its key in the catalogue."""
