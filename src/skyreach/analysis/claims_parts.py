"""What the claims of a system are tested with: its parts, and the small physics that several rules share."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from skyreach.analysis.claims_run import AtOnce, at_once, full_system
from skyreach.analysis.envelope_zones import Shooter, shooter_of
from skyreach.catalog import Catalog, Item
from skyreach.earth.geodesy import gaussian_radius
from skyreach.physics.refraction import mutual_horizon
from skyreach.units import to_si

HOLDS, IF, TAKEN, NOT, IMPOSSIBLE, OUT = (
    "holds", "holds under a condition", "taken over", "does not hold", "inconsistent", "not modelled",
)  # fmt: skip
NEAR = 0.9  # share of a claim that counts as met
VERDICTS = (HOLDS, IF, TAKEN, NOT, IMPOSSIBLE, OUT)
R_EFF = 4.0 / 3.0 * float(gaussian_radius(math.radians(45.0)))  # m
FOE = "f-16c"


class Answer(NamedTuple):
    """What a rule found: a figure in the unit of the claim (None: none), the verdict, and the condition in words."""

    model: float | None
    verdict: str
    condition: str


SILENT = Answer(None, NOT, "staged, but no missile was launched in the run: nothing is shown; are values set that forbid it?")
NO_RUN = Answer(None, OUT, "only the S-400 is run as a whole system here")


@dataclass
class Parts:
    """The parts of a system, and what is computed of them once."""

    cat: Catalog
    item: Item
    radars: list[Item]
    attachable: list[Item]
    missiles: list[Item]
    unit: Item | None  # fire unit
    launcher: Item | None
    post: Item | None
    overrides: dict[str, float] = field(default_factory=dict)

    @property
    def can_run(self) -> bool:
        """True if claims_run can stage this system: it knows the fire unit of the S-400."""
        return self.unit is not None and self.unit.key == "98zh6e" and "fire_units_per_command_post" in self.item

    @property
    def guiding(self) -> Item:
        """The engagement radar."""
        return next(radar for radar in self.radars if radar.text("role") != "acquisition")

    @property
    def searching(self) -> Item:
        """The radar with the longest reference range."""
        return max(self.radars, key=lambda radar: radar.si("reference_range"))

    def longest(self) -> Item:
        """The missile with the longest public range."""
        return max(self.missiles, key=lambda missile: missile.si("max_range_aircraft"))

    def shooter(self, missile: Item, foe: str = FOE, speed: float | None = None) -> Shooter:
        """A missile on a launcher at sea level against a threat."""
        return shooter_of(self.cat, missile.key, foe, speed, None, 0.0)[0]

    @cached_property
    def reaches(self) -> dict[str, float]:
        """Longest ground range [m] that each missile flies to against a fixed point 10 km up (or at half its ceiling)."""
        out = {}
        for missile in self.missiles:
            h = min(10e3, 0.5 * missile.si("max_altitude"))
            out[missile.key] = self.shooter(missile).reach(h)[1]
        return out

    @cached_property
    def full(self) -> AtOnce:
        """What the largest advertised system did at once: 8 fire units, 12 launchers each, more targets than channels."""
        units = int(self.item.si("fire_units_per_command_post", "high"))
        return self._run(units, int(self._unit("target_channels", "high")), int(self._unit("launchers", "high")), {})

    @cached_property
    def older(self) -> AtOnce:
        """The system of the first advertisements: 6 units with the low number of channels, 8 launchers each."""
        units = int(self.item.si("fire_units_per_command_post"))
        low = {f"{self.unit.key}.{key}": self._unit(key, "low") for key in ("target_channels", "missile_channels")}  # type: ignore[union-attr]
        return self._run(units, int(self._unit("target_channels", "low")), int(self._unit("launchers", "nominal")), low)

    @cached_property
    def regiment(self) -> AtOnce:
        """Two battalions as they are delivered."""
        units = int(self.item.si("battalions_per_regiment"))
        return self._run(units, int(self._unit("target_channels", "nominal")), int(self._unit("launchers", "nominal")), {})

    @cached_property
    def quick(self) -> AtOnce:
        """One unit with its times and the delay of the link at their least, and few targets."""
        assert self.unit is not None
        best = {f"{self.unit.key}.{key}": self._unit(key, "low") for key in ("reaction_time", "launch_spacing")}
        best["55k6e.link_delay"] = self.cat["55k6e"].value("link_delay").low
        return at_once(full_system(1, 4, 4, {**self.overrides, **best}, 90.0), (1,))

    @cached_property
    def crowd(self) -> AtOnce:
        """The largest system against more targets than a command post is said to hold tracks."""
        units = int(self.item.si("fire_units_per_command_post", "high"))
        each = math.ceil(1.1 * self.cat["55k6e"].si("track_capacity") / units)
        return at_once(full_system(units, each, int(self._unit("launchers", "nominal")), self.overrides, 60.0))

    def _unit(self, key: str, part: str) -> float:
        assert self.unit is not None
        return self.unit.si(key, part)

    @property
    def first_sight(self) -> float:
        """Seconds from first sight to launch that the parts ask for: confirmation, identification, link, reaction [s]."""
        post = self.post or self.cat["55k6e"]
        looks = post.si("confirm_hits") * self.searching.si("update_search")
        unit = self.unit.si("reaction_time") if self.unit else 0.0
        return float(looks + post.si("identify_time") + post.si("link_delay") + unit)

    def _run(self, units: int, channels: int, launchers: int, settings: dict[str, float]) -> AtOnce:
        return at_once(full_system(units, channels + 2, launchers, {**self.overrides, **settings}))


def parts_of(cat: Catalog, item: Item, overrides: dict[str, float]) -> Parts:
    """The parts of a system, from its components and what can be attached."""
    found = [cat[name] for name in item.texts("components") if name in cat] if "components" in item else []
    attached = [cat[name] for name in item.texts("attachable_sensors")] if "attachable_sensors" in item else []

    def of(kind: str) -> list[Item]:
        return [part for part in found if part.kind == kind]

    def one(kind: str) -> Item | None:
        return next(iter(of(kind)), None)

    unit = one("fire_unit")
    missiles = of("missile")
    if unit is not None and not missiles:
        missiles = [cat[name] for name in unit.texts("missiles")]
    return Parts(cat, item, of("radar"), attached, missiles, unit, one("launcher"), one("command_post"), overrides)


def taken_over(part: Item | None, key: str, unit: str, words: str = "") -> Answer:
    """A figure that a part of the catalogue has from the same sources, in a unit."""
    if part is None or key not in part:
        return Answer(None, OUT, "no part of it states this")
    said = f"taken over, not confirmed: {key} of {part.key}, from the same sources"
    return Answer(part.si(key) / to_si(1.0, unit), TAKEN, f"{said}; {words}" if words else said)


def radar_range(radar: Item, rcs: float) -> float:
    """Range [m] at which a radar sees a high target of a cross-section [m2] as its reference: R0 (rcs / rcs0)^(1/4)."""
    return float(radar.si("reference_range") * (rcs / radar.si("reference_rcs")) ** 0.25)


def rcs_needed(radar: Item, r: float) -> float:
    """Cross-section [m2] that a radar needs at range r [m]."""
    return float(radar.si("reference_rcs") * (r / radar.si("reference_range")) ** 4)


def sight(h_antenna: float, h_target: float) -> float:
    """Ground range [m] at which a smooth earth (k = 4/3) hides a target from an antenna, heights [m]."""
    return float(mutual_horizon(h_antenna, h_target, R_EFF))


def height_seen(h_antenna: float, r: float) -> float:
    """Lowest height [m] that an antenna sees at ground range r [m] over a smooth earth."""
    beyond = max(r - sight(h_antenna, 0.0), 0.0)
    return R_EFF * (1.0 / math.cos(beyond / R_EFF) - 1.0)


def masts(radar: Item) -> list[float]:
    """Antenna heights [m] of a radar, without and with each mast that fits."""
    return sorted(radar.si(key) for key in radar.values if key.startswith("height_"))
