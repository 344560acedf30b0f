"""What a raid item does beside flying its waypoints: the parts of a scenario about the enemy's conduct."""

from typing import Annotated, Literal

from pydantic import Field

from skyreach.scenario.base_models import Base
from skyreach.scenario.fields import Count, HeightRef, Number

Hardness = Literal["soft", "structure", "hard"]


class Evade(Base):
    """Evasion when a radar warning receiver tells that a missile is guided at it; then back to the route, late."""

    how: Literal["beam", "away"] = Field(default="beam", description="turn abeam of the radar that guides, or away from it")
    g: Annotated[Number, Field(gt=1, le=40)] | None = Field(
        default=None, description="load factor of the turns; the catalogue's g_max where absent"
    )
    height_m: Annotated[Number, Field(ge=0, le=30_000)] | None = Field(
        default=None, description="above ground, to which it dives; the catalogue's min_height where absent"
    )
    chaff: Annotated[Count, Field(ge=0, le=1000)] = Field(default=0, description="bundles of chaff to drop meanwhile")


class PopUp(Base):
    """A climb before the dive at the aim, out of a low approach."""

    at_km: Annotated[Number, Field(gt=0, le=200)] = Field(description="distance from the aim at which it climbs")
    height_m: Annotated[Number, Field(gt=0, le=20_000)] = Field(description="above ground, at the top")
    climb_deg: Annotated[Number, Field(ge=1, le=80)] = 30.0


class Weave(Base):
    """A sideways sine over the last part of the flight, back on the course at its end."""

    g: Annotated[Number, Field(gt=0, le=60)] | None = Field(
        default=None, description="lateral acceleration at its peak; the catalogue's g_max where absent"
    )
    period_s: Annotated[Number, Field(ge=0.5, le=60)] = 4.0
    last_s: Annotated[Number, Field(gt=0, le=600)] = Field(default=20.0, description="before the end, in whole periods")


class Swarm(Base):
    """Weapons from several sides: weapon i comes from the direction from_deg[i modulo their number], as seen from the aim."""

    from_deg: list[Annotated[Number, Field(ge=0, le=360)]] = Field(min_length=1, max_length=360)
    distance_km: Annotated[Number, Field(gt=0, le=5000)]
    height_m: Annotated[Number, Field(ge=-500, le=100_000)]
    ref: HeightRef
