"""How a unit fights, and what happens to it at a given time: the parts of a scenario about command."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from skyreach.scenario.base_models import Base, Place
from skyreach.scenario.fields import ALL_CLASSES, Classes, Count, Flag, Name, Number, ThreatClass, Word
from skyreach.scenario.known import refuse

Share = Annotated[Number, Field(ge=0, le=1)]


class Doctrine(Base):
    """How a unit fights.

    In a formation only the keys that are written count; the rest comes from the unit above.
    """

    weapons: Literal["free", "tight", "hold"] = Field(default="free", description="weapons control status")
    salvo: Annotated[Count, Field(ge=1, le=4)] = Field(default=2, description="missiles per shot at one target")
    shoot_look_shoot: Flag = Field(default=True, description="assess before shooting again")
    economy: Flag = Field(default=True, description="cheapest adequate missile first")
    assignment: Literal["greedy", "auction", "search"] = Field(
        default="greedy", description="track after track, or all at once; that of the unit with the command post counts"
    )
    max_range_share: Annotated[Number, Field(gt=0, le=1)] = Field(default=1.0, description="share of the reach to use")
    engage: Classes = Field(
        default=list(ALL_CLASSES), min_length=1,
        description='"all" or a list of target classes; a track passes as one by its speed and height',
    )
    threat_weights: dict[ThreatClass, Annotated[Number, Field(gt=0, le=1000)]] = Field(
        default={}, description="factor on the threat of a track by the class that it passes as; 1 where absent"
    )
    hand_over: Flag = Field(default=False, description="missiles in flight may go over to a unit that sees the target")
    reserve: Share = Field(default=0.0, description="share of each missile type kept for what flies at something defended")
    remote_track: Flag = Field(default=False, description="active missiles may go on tracks that the own radar does not hold")
    release: Literal["own", "superior", "dual_key"] = Field(
        default="own", description="whose leave a shot needs: nobody's, the command post's, or a partner's too"
    )
    consent_delay_s: Annotated[Number, Field(ge=0, le=3600)] | None = Field(
        default=None, description="asking for leave to the answer, links apart; the catalogue's where absent"
    )
    refusal: Share = Field(default=0.0, description="probability that leave is refused")
    sight: Flag = Field(default=False, description="what an optical channel has in view is identified by sight")
    self_defence: Flag = Field(default=False, description="no leave needed, nor kept by hold, against what flies at the unit")


class Blink(Base):
    """A radar that radiates for on_s, is silent for off_s, and so on; begins with on."""

    on_s: Annotated[Number, Field(gt=0, le=86_400)]
    off_s: Annotated[Number, Field(gt=0, le=86_400)]


class Scoot(Base):
    """A fire unit that changes its position: to the places in their order, and from the last one back to the first.

    It leaves after so many launches from a position (after_shots), or so long after the first of them (after_s).
    """

    to: list[Place] = Field(min_length=1, max_length=50)
    after_shots: Annotated[Count, Field(ge=1, le=1000)] | None = Field(default=None, description="launches from a position")
    after_s: Annotated[Number, Field(ge=0, le=86_400)] | None = Field(default=None, description="since the first launch from it")
    pack_s: Annotated[Number, Field(ge=0, le=86_400)] | None = Field(default=None, description="time_pack where absent")
    march_kmh: Annotated[Number, Field(gt=0, le=200)] | None = Field(
        default=None, description="over the ground distance; the catalogue's speed_march where absent"
    )
    setup_s: Annotated[Number, Field(ge=0, le=86_400)] | None = Field(
        default=None, description="the longest time_setup of its parts in the catalogue where absent"
    )

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        given = [name for name in ("after_shots", "after_s") if getattr(self, name) is not None]
        if len(given) != 1:
            one = "one of after_shots, after_s"
            if given:
                raise refuse("together with after_shots", one, "remove one of the two", at="after_s")
            raise refuse("says not when the unit leaves", one, "give one of the two")
        return self


class Airway(Base):
    """A corridor of civil traffic: what flies along it and does not answer is taken for civil. Heights above mean sea level."""

    name: Name
    points: list[Place] = Field(min_length=2, max_length=1000)
    width_km: Annotated[Number, Field(gt=0, le=200)]
    from_m: Annotated[Number, Field(ge=0, le=30_000)]
    to_m: Annotated[Number, Field(gt=0, le=30_000)]

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        if self.to_m <= self.from_m:
            raise refuse(f"{self.to_m:g} is not above from_m", f"above {self.from_m:g}", "swap the two", at="to_m")
        return self


class Change(Base):
    """Something that happens to a part of the defence at at_s, until until_s where that is given.

    lost: command post, fire unit, radar or launcher out of action; power: a fire unit, or all of a formation (its point defence
    has its own), dark; silent: radar off; cut: link of a fire unit to the
    command post down, or the plots of an acquisition radar no longer heard; free, tight, hold: weapons control status.
    of: its name; a formation stands for all its fire units.
    """

    at_s: Annotated[Number, Field(ge=0, le=86_400)]
    until_s: Annotated[Number, Field(gt=0, le=86_400)] | None = None
    what: Literal["lost", "power", "silent", "cut", "free", "tight", "hold"]
    of: Word = Field(description="name of a command post, fire unit, formation, radar or launcher, by `what`")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until_s is not None and self.until_s <= self.at_s:
            given = f"{self.until_s:g} is not after at_s"
            raise refuse(given, f"above {self.at_s:g}", "swap the two, or leave it out", at="until_s")
        return self
