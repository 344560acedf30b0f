"""What the values of an item must make together: a missile lighter than its own propellant is refused, not flown."""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from skyreach.catalog.schema import NUMBER, TABLE
from skyreach.catalog.values import Item, Value
from skyreach.errors import BadInput
from skyreach.units import TO_SI

SOUND = 340.3  # m/s at sea level, the fastest that sound is: a missile flies at no lower Mach number than by this
WIDEST = 2.5  # Mach between two points of a drag table, beyond which it has a hole
SLOWEST = 0.6  # Mach below which a drag coefficient hardly changes: a table may begin here
CURVE_MOST = 12  # points that a thrust curve may have, world.tables.CURVE_POINTS
BOOSTER = ("booster_mass", "separation_time", "dart_diameter")  # of a booster that drops off when it is empty
SOONEST = 0.5  # least share of the burn of a booster at which it may drop off: draws of both between low and high come so near
EARTH = TO_SI["g"]  # m/s2
NAV_LEAST = 2.0  # navigation constant at which proportional navigation no longer meets (Zarchan, ch. 2)

LESS: dict[str, tuple[tuple[str, str], ...]] = {
    "missile": (
        ("propellant_mass", "launch_mass"), ("min_range", "max_range_aircraft"), ("min_altitude", "max_altitude"),
        ("burn_time", "max_flight_time"), ("stall_speed", "peak_speed"), ("arrival_speed_min", "peak_speed"),
        ("lethal_radius", "min_range"), ("booster_mass", "launch_mass"), ("dart_diameter", "diameter"),
        ("separation_time", "max_flight_time"),
    ),
    "radar": (("elevation_min", "elevation_max"),),
    "jammer": (("frequency_min", "frequency_max"),),
    "threat": (("frequency_min", "frequency_max"),),
}  # fmt: skip
"""Of each kind the pairs of keys of which the first value is below the second."""

ANGLES: dict[str, tuple[float, float, str]] = {
    "loft": (0.0, 90.0, "0 is a flat shot, 90 straight up"),
    "dive_angle": (0.0, 90.0, "0 is level, 90 straight down"),
    "elevation_min": (-90.0, 90.0, "0 is the horizon, below it is negative"),
    "elevation_max": (0.0, 90.0, "90 is straight up"),
}  # fmt: skip
"""Keys of angles [deg] from the horizontal: least, largest, and what they mean."""

WHOLE = {
    "target_channels", "missile_channels", "missiles_per_target", "rounds", "n_pulses", "track_capacity", "swerling", "rails",
    "launchers", "confirm_hits", "confirm_looks",
}  # fmt: skip
"""Keys that count something, beside those that begin with load_."""

MOST = 100_000
"""What of one kind a run can hold: tables take room for each, and for each with each."""


class Contradiction(NamedTuple):
    """What does not go together: the keys, what they say, what may be said, and the likely cure."""

    keys: tuple[str, ...]
    given: str
    allowed: str
    cure: str


def check_sense(old: Value, given: float, where: str, key: str = "") -> None:
    """Refuse what cannot be: a share outside 0 to 1, part of a thing that is counted, and zero or less where the catalogue's own
    range lies above zero."""
    instead = f"{old.nominal:g} is the catalogue's value"
    if (key in WHOLE or key.startswith("load_")) and given != int(given):
        raise BadInput(where, f"{given:g}", "a whole number", f"{round(given)}; {instead}")
    if key in WHOLE and given > MOST:
        raise BadInput(where, f"{given:,.0f}", f"at most {MOST:,}", instead)
    if key in ANGLES and not ANGLES[key][0] <= given <= ANGLES[key][1]:
        least, most, meaning = ANGLES[key]
        raise BadInput(where, f"{given:g} deg", f"{least:g} to {most:g} deg ({meaning})", instead)
    if old.unit == "1" and 0.0 <= old.low and old.high <= 1.0:
        if not 0.0 <= given <= 1.0:
            percent = f"a share of 1: {given / 100.0:g} for {given:g} %? " if 5.0 <= given <= 100.0 else ""
            raise BadInput(where, given, "0 to 1", percent + instead)
    elif old.low > 0.0 and given <= 0.0:
        unit = "" if old.unit == "1" else f" {old.unit}"
        raise BadInput(where, f"{given:g}{unit}", "numbers above 0", instead)


def contradictions(item: Item) -> Iterator[Contradiction]:
    """What the values of an item say that cannot be true together."""
    for low, high in LESS.get(item.kind, ()):
        if low in item and high in item and not _of(item, low) < _of(item, high):
            most, unit = item.value(high), item.value(low).unit
            given = f"{low} {item.value(low).nominal:g} {unit}, {high} {most.nominal:g} {most.unit}"
            yield Contradiction((low, high), given, f"{low} below {high}", f"set {low} and {high} together")
    if item.kind == "command_post" and _of(item, "confirm_hits") > _of(item, "confirm_looks"):
        keys = ("confirm_hits", "confirm_looks")
        hits, looks = (f"{_of(item, key):g}" for key in keys)
        given = f"confirm_hits {hits} of confirm_looks {looks}: no track would have plots enough to be firm"
        yield Contradiction(keys, given, "confirm_hits at most confirm_looks", "set the two together")
    if item.kind == "threat" and "seeker_range" in item and _of(item, "g_max") <= EARTH:
        given = f"{_of(item, 'g_max') / EARTH:g} g: level flight takes 1 g, and leaves nothing to turn with"
        yield Contradiction(("g_max",), given, "above 1 g", "the load factor of its hardest turn")
    if item.kind == "missile":
        if _of(item, "nav_constant") <= NAV_LEAST:
            yield Contradiction(("nav_constant",), f"{_of(item, 'nav_constant'):g}", f"above {NAV_LEAST:g}", "3 to 5 are usual")
        if _of(item, "loft_end") >= 1.0:
            yield Contradiction(("loft_end",), f"{_of(item, 'loft_end'):g}", "below 1", "share of the shot still ahead")
        yield from _drag(item)
        yield from _motor(item)


def _of(item: Item, key: str) -> float:
    """Nominal value in SI, not recorded as used."""
    return item.value(key).si() if item.value(key).form == NUMBER else 0.0


def _motor(item: Item) -> Iterator[Contradiction]:
    """A thrust curve runs over the whole burn and reaches the thrust; what drops off is named whole, and something is left."""
    yield from _curve(item.value("thrust_curve"))
    weight = _of(item, "launch_mass") * EARTH
    if _of(item, "thrust") <= weight:
        push = f"thrust {_of(item, 'thrust') / 1e3:g} kN"
        short = f"{push}, below its weight of {weight / 1e3:.3g} kN: it cannot leave the launcher"
        yield Contradiction(("thrust", "launch_mass"), short, f"thrust above {weight / 1e3:.3g} kN", "is the thrust in kN?")
    given = [key for key in BOOSTER if key in item]
    if given and len(given) < len(BOOSTER):
        missing = ", ".join(key for key in BOOSTER if key not in given)
        yield Contradiction((given[0],), f"no {missing}", "all of " + ", ".join(BOOSTER), "name the others, or none")
    elif given:
        left = _of(item, "launch_mass") - _of(item, "propellant_mass") - _of(item, "booster_mass")
        if left <= 0.0:
            keys = ("propellant_mass", "booster_mass", "launch_mass")
            yield Contradiction(keys, f"{left:g} kg left", "propellant and empty booster lighter than the missile", "")
        yield from _separation(item)


def _separation(item: Item) -> Iterator[Contradiction]:
    """A booster drops off when it is empty, which is when the thrust first falls below half of its largest."""
    curve, drops = item.value("thrust_curve"), _of(item, "separation_time")
    if curve.form != TABLE or not curve.grid[0]:
        return
    shares, pushes = curve.grid
    peak = pushes.index(max(pushes))
    weak = [share for share, push in zip(shares[peak:], pushes[peak:], strict=True) if push < 0.5]
    empty = _of(item, "burn_time") * (weak[0] if weak else 1.0)
    if drops < SOONEST * empty:
        keys = ("separation_time", "burn_time", "thrust_curve")
        cure = f"separation_time = {empty:.3g}, or a shorter burn_time"
        given = f"dropped after {drops:g} s, while it burns until {empty:.3g} s"
        yield Contradiction(keys, given, "after the booster is empty", cure)


def _curve(value: Value) -> Iterator[Contradiction]:
    """Contradictions of a thrust curve: share of the burn time -> share of the thrust."""
    keys, cure = ("thrust_curve",), 'share = [0, 0.3, 0.31, 1], value = [1, 1, 0.25, 0.25], unit = "1"'
    if value.form != TABLE or value.unit != "1" or value.argument != "share":
        given = f"{value.argument} -> {value.unit}" if value.form == TABLE else f"a {value.form}"
        yield Contradiction(keys, given, "a table, share (of burn_time) -> 1 (share of thrust)", cure)
        return
    share, push = value.grid
    if len(share) > CURVE_MOST:
        yield Contradiction(keys, f"{len(share)} points", f"at most {CURVE_MOST}", "leave out points on straight stretches")
    if share[0] != 0.0 or share[-1] != 1.0:
        given = f"share {share[0]:g} to {share[-1]:g}"
        yield Contradiction(keys, given, "0 to 1, ignition to the end of burn_time", "divide the times by burn_time")
    if min(push) < 0.0 or max(push) != 1.0:
        given = f"value {min(push):g} to {max(push):g}"
        yield Contradiction(keys, given, "0 and more, the largest 1", "divide by the largest and put that into thrust")


def _drag(item: Item) -> Iterator[Contradiction]:
    """A drag table is above zero, has no hole, and covers the Mach numbers of the flight: what is outside it is not made up."""
    value = item.value("cd")
    if value.form != TABLE:
        return
    mach, cd = value.grid
    least = _of(item, "peak_speed") / SOUND
    if value.unit != "1" or value.argument != "mach":
        yield Contradiction(("cd",), f"{value.argument} -> {value.unit}", "mach -> 1", 'mach = [...], value = [...], unit = "1"')
    wrong = [f"{c:g} at Mach {m:g}" for m, c in zip(mach, cd, strict=True) if c <= 0.0]
    if wrong:
        yield Contradiction(("cd",), ", ".join(wrong), "drag coefficients above 0", "a minus sign too many?")
    if mach[0] > SLOWEST or mach[-1] < least:
        given, allowed = f"Mach {mach[0]:g} to {mach[-1]:g}", f"from {SLOWEST:g} or less to {least:.1f} or more (its peak_speed)"
        yield Contradiction(("cd", "peak_speed"), given, allowed, "add points at the ends")
    for a, b in itertools.pairwise(mach):
        if b - a > WIDEST:
            given = f"nothing between Mach {a:g} and {b:g}"
            yield Contradiction(("cd",), given, f"steps of at most Mach {WIDEST:g}", "add points between them")
