"""The five roles that a user's class can take, each a method of this name and argument; the rest stays built in.

    class Cheapest:
        def assign(self, scene: Choices) -> Sequence[Order]: ...

A class may hold several of them, and `begin(self, briefing: Briefing)`, which is called once before the run. What a method gets
is of this moment only; `scene.built_in()` is what the built-in rule would answer, and an answer equal to that gives the same run
to the bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from skyreach.policies.views import Asset, Contact, Hit, Leave, Option, Order, Plot, Radar, Track, TrackState, Unit


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What every scene has. t: time of the run [s]."""

    t: float
    _draw: Callable[[int, int], float] = field(repr=False, compare=False)
    _built_in: Callable[[], Any] = field(repr=False, compare=False)

    def draw(self, a: int, b: int = 0) -> float:
        """A random number in [0, 1) that belongs to the seed of the run, the role, the time and the whole numbers a and b (from
        0, below 2^32 and 2^28), say a track and a question: the same key, the same number, whatever else is drawn. Use it in
        the place of `random`, and a run can be repeated."""
        return self._draw(a, b)


@dataclass(frozen=True, kw_only=True)
class Scan(Scene):
    """Plots of one radar in one frame, and the track file before them."""

    radar: Radar
    plots: tuple[Plot, ...]
    tracks: tuple[TrackState, ...]  # firm and tentative

    def built_in(self) -> tuple[Hit, ...]:
        """Hits of the built-in tracker (global nearest neighbour), with its own estimates."""
        return self._built_in()


@dataclass(frozen=True, kw_only=True)
class Contacts(Scene):
    """Firm tracks that nobody has seen with his eyes, and what speaks for their identity."""

    contacts: tuple[Contact, ...]

    def built_in(self) -> tuple[str, ...]:
        """Identity of each contact by the built-in rule, before people and correlation err."""
        return self._built_in()


@dataclass(frozen=True, kw_only=True)
class Threats(Scene):
    """Firm hostile tracks before a decision cycle of one post (or of a unit that decides alone)."""

    post: str
    tracks: tuple[Track, ...]
    assets: tuple[Asset, ...]

    def built_in(self) -> tuple[float, ...]:
        """Threat value of each track by the built-in rule, weights of the doctrine included."""
        return self._built_in()


@dataclass(frozen=True, kw_only=True)
class Choices(Scene):
    """One decision cycle of one post: what could be ordered now."""

    post: str
    tracks: tuple[Track, ...]  # firm and hostile, worst threat first
    units: tuple[Unit, ...]  # that this post commands
    options: tuple[Option, ...]  # in the order of tracks
    assets: tuple[Asset, ...]
    _why_not: Callable[[str, int], str] = field(repr=False, compare=False)

    def why_not(self, unit: str, track: int) -> str:
        """What stands between a unit and a track now, in words of the ledger; "" where there is an option."""
        return self._why_not(unit, track)

    def built_in(self) -> tuple[Order, ...]:
        """Orders of the rule that the doctrine names (greedy, auction or search)."""
        return self._built_in()


@dataclass(frozen=True, kw_only=True)
class Request(Scene):
    """An order that has just been given; the unit asks for leave to fire."""

    unit: Unit
    track: Track
    missile: str
    shots: int
    tracks: tuple[Track, ...]  # all firm ones, whatever they are taken for
    _airway: Callable[[], float] = field(repr=False, compare=False)

    @property
    def airway_distance(self) -> float:
        """Distance on the map from the track to the edge of the nearest airway [m], 0 within one; inf where there is none."""
        return self._airway()

    def built_in(self) -> Leave:
        """Leave as the scenario has it: at once for units of their own authority, else after its time and by its luck."""
        return self._built_in()


@runtime_checkable
class Tracker(Protocol):
    """Plots become tracks. Firm after M plots of N, dropped after a time without: that stays built in."""

    def track(self, scene: Scan) -> Sequence[Hit]:
        """Which plot belongs to which track, and the estimate after it."""


@runtime_checkable
class Identification(Protocol):
    """Who is it?"""

    def identify(self, scene: Contacts) -> Sequence[str]:
        """Identity of each contact, in their order: unknown, hostile, friend or civil."""


@runtime_checkable
class ThreatEvaluation(Protocol):
    """Which hostile track comes first?"""

    def weigh(self, scene: Threats) -> Sequence[float]:
        """Threat value of each track [1], in their order: finite, 0 or more."""


@runtime_checkable
class Assignment(Protocol):
    """Who shoots at what, with what?"""

    def assign(self, scene: Choices) -> Sequence[Order]:
        """Orders of this cycle, each one of the options; none is an answer, too."""


@runtime_checkable
class ReleaseAuthority(Protocol):
    """May it fire?"""

    def release(self, scene: Request) -> Leave:
        """Leave to fire, or not, and when the answer comes."""


ROLES: dict[str, type] = {
    "track": Tracker, "identify": Identification, "weigh": ThreatEvaluation, "assign": Assignment, "release": ReleaseAuthority,
}  # fmt: skip
"""Method -> role."""
SCENES = {"track": "Scan", "identify": "Contacts", "weigh": "Threats", "assign": "Choices", "release": "Request"}
