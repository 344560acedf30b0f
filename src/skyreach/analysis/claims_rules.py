"""The rules: one for each figure that is advertised. A rule takes the parts of a system and the value, and returns an Answer."""

import math
from collections.abc import Callable

from skyreach.analysis import claims_counts as counts
from skyreach.analysis import claims_times as times
from skyreach.analysis.claims_parts import (
    HOLDS,
    IF,
    IMPOSSIBLE,
    NEAR,
    NOT,
    TAKEN,
    Answer,
    Parts,
    height_seen,
    masts,
    radar_range,
    rcs_needed,
    sight,
)
from skyreach.analysis.envelope_zones import Shooter
from skyreach.catalog import Item
from skyreach.catalog.values import Value
from skyreach.physics.ballistics import minimum_energy
from skyreach.physics.flight import GM, WGS84_A
from skyreach.units import to_si

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
    speed, wait = foe.si("cruise_speed"), parts.first_sight
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
    """Greatest height of a target: where the flight still has g for a gentle turn, or to where the missile is used if lower."""
    top = {m.key: min(_ceiling(parts, m), m.si("max_altitude")) for m in parts.missiles}
    best = max(parts.missiles, key=lambda m: (top[m.key], m.si("max_range_aircraft")))
    rest = {key: h for key, h in top.items() if key != best.key and h < top[best.key]}
    words = (
        f"{best.key} is used to {best.si('max_altitude') / 1e3:g} km and has g left for a target of 1.5 g to "
        f"{_ceiling(parts, best) / 1e3:.1f} km"
    )
    if rest:
        words += f"; of the others none above {max(rest.values()) / 1e3:.3g} km ({max(rest, key=lambda key: rest[key])})"
    model = top[best.key] / to_si(1.0, value.unit)
    if top[best.key] < NEAR * _claim(value):
        return Answer(model, NOT, words)
    alone = bool(rest) and max(rest.values()) < _claim(value)
    return Answer(model, IF, f"holds with {best.key} aboard: {words}") if alone else Answer(model, HOLDS, words)


def _ceiling(parts: Parts, missile: Item) -> float:
    """Greatest height [m] at which a missile arrives with twice the g that a target in a gentle turn pulls."""
    shooter = parts.shooter(missile)
    return shooter.ceiling(1.5 * 9.80665 * shooter.row["nav"] / (shooter.row["nav"] - 2.0))


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
    asked = launch + claim * parts.first_sight
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


RULES: dict[str, Callable[[Parts, Value], Answer]] = {
    "range_aircraft": reach, "range_aircraft_2013": reach_2013, "range_ballistic": reach_ballistic,
    "target_height_max": height_max, "target_height_min": height_min, "range_min": range_min, "target_speed_max": speed_max,
    "ballistic_class_max": ballistic_class, "detection_range": detection, "tracks_at_once": counts.tracks,
    "targets_at_once": counts.targets, "targets_at_once_fire_unit": counts.targets_of_unit, "missiles_at_once": counts.missiles,
    "missiles_at_once_fire_unit": counts.missiles_of_unit, "missiles_per_target": counts.per_target,
    "reaction_time": times.reaction, "launch_spacing": times.spacing, "time_setup": times.setup, "time_ready": times.ready,
    "time_setup_mast": times.setup_mast, "speed_road": times.speed_road, "speed_cross_country": times.speed_cross_country,
    "fire_unit_distance": times.distance, "launcher_distance": times.launcher_distance, "reload_time": times.reload_time,
    "link_delay": times.link_delay, "battalion_cost": times.cost,
}  # fmt: skip
"""Rule of each figure, by its key in the catalogue."""
