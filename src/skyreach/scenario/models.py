"""What a user asks for: the checked Scenario. Degrees, kilometres and UTC live here; inside, all is SI.

Every model refuses unknown keys, NaN and infinity. A field that ends in _deg, _km, _m, _s or _mps carries
that unit; a height always comes with `ref` (agl: above ground, msl: above mean sea level).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from skyreach.scenario.base_models import Base, Place, SiteDef
from skyreach.scenario.conduct import Evade, Hardness, PopUp, Swarm, Weave
from skyreach.scenario.doctrine import Airway, Blink, Change, Doctrine, Scoot
from skyreach.scenario.environment import Environment
from skyreach.scenario.fields import (
    Count,
    Flag,
    HeightRef,
    JammerSystem,
    Lat,
    LauncherSystem,
    Level,
    Lon,
    Mast,
    MissileSystem,
    Name,
    Number,
    PointDefenceSystem,
    PostSystem,
    RadarSystem,
    Side,
    Text,
    ThreatSystem,
    Utc,
    Word,
)
from skyreach.scenario.known import carriers_of, catalogue, refuse, role
from skyreach.scenario.tracking import Tracking
from skyreach.scenario.traffic import TrafficFile
from skyreach.scenario.yamltree import Node, dump


class CommandPost(Base):
    """Where the tracks of a formation come together."""

    system: PostSystem
    at: Place


class Radar(Base):
    """One radar on its place. axis_deg: where a sector radar looks, clockwise from true north.

    It radiates all the time, or not at all (`emitting: false`), or by turns (`blink`), or with `cue_km` only while its command
    post has a firm hostile track within that distance.
    """

    name: Name
    system: RadarSystem
    at: Place
    mast: Mast = "none"
    axis_deg: Annotated[Number, Field(ge=0, le=360)] = 0.0
    emitting: Flag = True
    cue_km: Annotated[Number, Field(gt=0, le=1000)] | None = Field(
        default=None, description="silent until a hostile track is this near"
    )
    cue_hold_s: Annotated[Number, Field(ge=0, le=3600)] = Field(
        default=30.0, description="after the last such track, until it is silent again"
    )
    blink: Blink | None = None
    plot_loss: Annotated[Number, Field(ge=0, le=1)] = Field(default=0.0, description="probability that its link loses a plot")
    plot_delay_s: Annotated[Number, Field(ge=0, le=30)] = Field(default=0.0, description="age of its plots at the track file")
    decoys: list[Place] = Field(default=[], max_length=16, description="emitters that always radiate, alike, and see nothing")

    @model_validator(mode="after")
    def _one_emission(self) -> Self:
        given = [name for name in ("cue_km", "blink") if getattr(self, name) is not None]
        if len(given) > (1 if self.emitting else 0):
            clash = "emitting: false" if not self.emitting else given[0]
            raise refuse(f"together with {clash}", "one of emitting: false, cue_km, blink", "remove one of the two", at=given[-1])
        return self

    @model_validator(mode="after")
    def _mast_exists(self) -> Self:
        item = catalogue()[self.system]
        if self.mast != "none" and f"height_{self.mast}" not in item:
            masts = [m for m in ("40v6m", "40v6md", "966aa14") if f"height_{m}" in item]
            raise refuse(f"no such mast is known for {self.system}", ", ".join(["none", *masts]), at="mast")
        return self


class Launchers(Base):
    """`count` equal launchers side by side. load: missiles of each type on one launcher.

    reloads: further loads that stand by for each; the catalogue's reload_time after its last shot the next one is on it.
    """

    system: LauncherSystem
    count: Annotated[Count, Field(ge=1, le=64)] = 1
    load: dict[MissileSystem, Annotated[Count, Field(ge=1, le=64)]] = Field(min_length=1)
    reloads: Annotated[Count, Field(ge=0, le=20)] = 0
    at: Place

    @field_validator("load", mode="before")
    @classmethod
    def _each_once(cls, load: Any) -> Any:
        words = [word for word in load if word in catalogue()] if isinstance(load, dict) else []
        if len({catalogue()[word].key for word in words}) < len(words):
            raise refuse(
                f"one missile under two names: {', '.join(words)}", "each missile once", "add the counts"
            )
        return load

    @model_validator(mode="after")
    def _load_fits(self) -> Self:
        item = catalogue()[self.system]
        share = 0.0
        for missile, count in self.load.items():
            full = item.get_si(f"load_{missile}")
            if not full:
                fits = [m.key for m in catalogue().items("missile") if f"load_{m.key}" in item]
                raise refuse(f"{self.system} cannot carry {missile}", ", ".join(fits), carriers_of(missile), at="load")
            share += count / full
        if share > 1 + 1e-9:
            each = ", ".join(f"{int(item.get_si(f'load_{m}') or 0)} {m}" for m in self.load)
            given = f"{share:.3g} times what {self.system} carries"
            raise refuse(given, f"{each}, or a mix in proportion", "more launchers by `count`, later loads: `reloads`", at="load")
        return self


class PointDefence(Base):
    """A short-range system with its own radar; protects: asset, radar or formation that it stands by; tied: it fires at nothing
    but what flies at that or at itself."""

    name: Name
    system: PointDefenceSystem
    at: Place
    axis_deg: Annotated[Number, Field(ge=0, le=360)] = 0.0
    protects: Word | None = None
    tied: Flag = False
    reloads: Annotated[Count, Field(ge=0, le=20)] = 0
    scoot: Scoot | None = Field(default=None, description="its further positions")


class Formation(Base):
    """A unit and the units below it. One that holds an engagement radar is a fire unit."""

    name: Name
    level: Level
    side: Literal["blue", "red"] | None = Field(
        default=None, description="of the unit above where absent; blue at the top"
    )
    note: Text = ""
    command_post: CommandPost | None = None
    radars: list[Radar] = []
    launchers: list[Launchers] = []
    point_defence: list[PointDefence] = []
    link: Literal["up", "down"] = Field(
        default="up", description="to the command post above; down: the fire units of this formation fight alone"
    )
    link_loss: Annotated[Number, Field(ge=0, lt=1)] | None = Field(
        default=None, description="probability that it loses an order, sent again a cycle later; as the unit above where absent"
    )
    doctrine: Doctrine | None = None
    scoot: Scoot | None = Field(default=None, description="further positions of a fire unit")
    units: list["Formation"] = []

    def engagement_radar(self) -> Radar | None:
        """The radar that makes this formation a fire unit, or None."""
        return next((radar for radar in self.radars if role(radar.system) in ("engagement", "both")), None)


class Asset(Base):
    """What is defended. points: how many arrivals it stands before it is lost.

    unit: the command post or fire unit that stands there and is lost with it: name of a formation or point defence.
    """

    name: Name
    at: Place
    unit: Word | None = Field(None, description="formation or point defence that is lost with it")
    value: Annotated[Number, Field(gt=0, le=1_000_000)] = Field(description="worth beside other assets [1]")
    points: Annotated[Count, Field(ge=1, le=1000)] = 1
    hardness: Hardness = Field(default="structure", description="what a blast must reach: matters to weapons with `damage: cep`")
    note: Text = ""


class Waypoint(Base):
    """A point of a route.

    speed_mps holds from here on; where absent, the speed before it, at the start the catalogue's cruise.
    """

    lat: Lat | None = None
    lon: Lon | None = None
    at: Place | None = None
    height_m: Annotated[Number, Field(ge=-500, le=500_000)]
    ref: HeightRef
    speed_mps: Annotated[Number, Field(gt=0, le=8000)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        has = (self.lat is not None, self.lon is not None, self.at is not None)
        if has not in ((True, True, False), (False, False, True)):
            raise refuse("waypoint without exactly one place", "lat and lon, or at")
        return self


class ReleasedBy(Base):
    """Carriers of a weapon: raid item `raid` lets it go at its waypoint `waypoint` (0 is the first)."""

    raid: Word
    waypoint: Annotated[Count, Field(ge=0)]
    per_carrier: Annotated[Count, Field(ge=1, le=64)] = Field(
        default=1, description="weapons on each carrier"
    )


class RaidItem(Base):
    """`count` equal weapons or aircraft on one route.

    Weapon i starts i * spacing_s later and flies i * spread_m beside the first (alternately right and left).
    Starts at start_s (0 where absent), or so that the first arrives at time_on_target_s, or, with
    released_by, where and when its carrier is at the named waypoint (weapon i hangs on carrier i modulo
    their number).
    With `aim`, the place of that asset, radar, post or fire unit is the last point of the route, after the waypoints that are
    written.
    """

    name: Name
    system: ThreatSystem
    side: Side = "red"
    count: Annotated[Count, Field(ge=1, le=1000)] = 1
    spacing_s: Annotated[Number, Field(ge=0, le=86_400)] = 0.0
    spread_m: Annotated[Number, Field(ge=0, le=100_000)] = 0.0
    start_s: Annotated[Number, Field(ge=0, le=86_400)] | None = None
    time_on_target_s: Annotated[Number, Field(gt=0, le=86_400)] | None = None
    aim: Word | None = None
    released_by: ReleasedBy | None = None
    jammer: JammerSystem | None = Field(default=None, description="noise jammer that each carries, on while it flies")
    home_on: Word | None = Field(default=None, description="emitters: the nearest radar that it hears; or the name of a radar")
    evade: Evade | None = None
    damage: Literal["odds", "cep"] = Field(
        default="odds", description="of the asset by damage_probability, or of all around the point of impact by CEP and warhead"
    )
    popup: PopUp | None = None
    weave: Weave | None = None
    swarm: Swarm | None = None
    ballistic: Literal["low", "high"] | None = Field(
        default=None, description="the low or the high free-flight arc from its only waypoint to the aim, at the speed there"
    )
    route: list[Waypoint] = Field(max_length=10_000)
    note: Text = ""

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        names = ("start_s", "time_on_target_s", "released_by")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) > 1:
            allowed = f"at most one of {', '.join(names)}"
            raise refuse(f"together with {given[0]}", allowed, "remove one of the two", at=given[1])
        least = 1 if self.released_by and not self.aim else 0 if self.released_by or self.swarm else 1 if self.ballistic else 2
        if len(self.route) < least:
            few = "1 waypoint" if len(self.route) == 1 else "no waypoints"
            raise refuse(few, f"at least {least}", "give the start and the end", at="route")
        return self

    @model_validator(mode="after")
    def _conduct_fits(self) -> Self:
        for name in ("popup", "swarm", "ballistic"):
            if getattr(self, name) is not None and self.aim is None:
                raise refuse("without an aim", "with aim: what it flies at", "name an asset or a radar in `aim`", at=name)
        if self.ballistic:
            clash = next((name for name in ("popup", "swarm", "evade", "home_on", "released_by") if getattr(self, name)), None)
            if clash:
                raise refuse("together with ballistic", "one of the two", "a body in free flight does nothing else", at=clash)
            if len(self.route) > 1:
                raise refuse(f"{len(self.route)} waypoints", "one: where it is launched", "gravity makes the rest", at="route")
        return self


class CivilItem(RaidItem):
    """Traffic that has nothing to do with the raid."""

    side: Side = "civil"


@dataclass
class Origin:
    """Where a scenario was read; takes no part in comparing scenarios."""

    name: str = field(default="scenario", compare=False)
    tree: Node | None = field(default=None, compare=False, repr=False)
    said: list[str] = field(default_factory=list, compare=False)  # what was read of files of traffic, and what was left out


Path = tuple[str | int, ...]


class Scenario(Base):
    """Everything that a run needs to be told; `load_scenario` reads one from YAML."""

    skyreach: Literal[1] = Field(description="version of this format")
    name: Name
    title: Text = ""
    note: Text = ""
    start: Utc
    duration_s: Annotated[Number, Field(gt=0, le=86_400)]
    frame_s: Annotated[Number, Field(ge=0.01, le=1)] = 0.1
    seed: Annotated[Count, Field(ge=0, le=2**64 - 1)] = 1
    refraction_k: Annotated[Number, Field(ge=0.5, le=10)] = Field(
        default=4 / 3, description="effective earth radius factor"
    )
    environment: Environment = Environment()
    tracking: Tracking = Tracking()
    terrain: Word | list[Word] | None = Field(default=None, description="elevation source, or several; else the packaged")
    sites: dict[Name, SiteDef] = {}
    formations: list[Formation] = []
    doctrine: Doctrine = Doctrine()
    assets: list[Asset] = []
    raid: list[RaidItem] = Field(min_length=1)
    civil: list[CivilItem] = []
    traffic: list[TrafficFile] = Field(default=[], description="recordings, read into civil and raid with the scenario file")
    airways: list[Airway] = Field(default=[], description="corridors by which tracks that do not answer are judged")
    timeline: list[Change] = Field(default=[], description="what happens to the defence, and when")
    claims: list[Word] = Field(default=[], description="claim sets laid over the catalogue: maker, independent, or a TOML file")
    catalog: dict[str, Number] = Field(
        default={}, description="92n6e.reference_range: value in the catalogue's own unit"
    )

    _origin: Origin = PrivateAttr(default_factory=Origin)

    def walk(self) -> Iterator[tuple[Path, Formation, tuple[Formation, ...]]]:
        """Each formation from the top down: its path in the file, itself, its parents from the top."""
        yield from _walk(self.formations, ("formations",), ())

    def fire_units(self) -> Iterator[tuple[Path, Formation, tuple[Formation, ...]]]:
        """The formations of `walk` that hold an engagement radar."""
        return (step for step in self.walk() if step[1].engagement_radar())

    def side_of(self, unit: Formation, parents: Sequence[Formation]) -> Literal["blue", "red"]:
        """Side of a formation: its own, else the nearest parent's, else blue."""
        return next((f.side for f in (unit, *reversed(parents)) if f.side), "blue")

    def doctrine_of(self, unit: Formation, parents: Sequence[Formation]) -> Doctrine:
        """Doctrine that holds in a formation: each key from the nearest unit that writes it."""
        written = self.doctrine.model_dump()
        for formation in (*parents, unit):
            if formation.doctrine:
                written |= formation.doctrine.model_dump(exclude_unset=True)
        return Doctrine(**written)

    def resolve(self, place: Place | Waypoint) -> tuple[float, float]:
        """(lat_deg, lon_deg) on WGS84 of a place or of a waypoint; BadInput for a site that is not known."""
        from skyreach.scenario.places import resolve

        return resolve(self, place)

    def line_of(self, path: str | Iterable[str | int]) -> str:
        """`file:line` of a value, of the nearest value above it where the file does not hold it.

        path: ("raid", 0, "route", 2) or "raid[0].route[2]" or "raid.shahed.route.2"."""
        from skyreach.scenario.problems import where, words_of

        steps = words_of(path) if isinstance(path, str) else tuple(path)
        return where(self._origin.tree, steps, self._origin.name)

    @property
    def said(self) -> list[str]:
        """What was read of files of traffic, and what was left out, line by line; empty without such files."""
        return self._origin.said

    def to_yaml(self) -> str:
        """YAML text that loads to an equal scenario."""
        return dump(self.model_dump(mode="json", exclude_unset=True))


def _walk(
    units: Sequence[Formation], path: Path, parents: tuple[Formation, ...]
) -> Iterator[tuple[Path, Formation, tuple[Formation, ...]]]:
    for i, unit in enumerate(units):
        yield (*path, i), unit, parents
        yield from _walk(unit.units, (*path, i, "units"), (*parents, unit))


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario file."""
    schema = Scenario.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
