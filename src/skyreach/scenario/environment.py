"""What a user says about air, rain, land and sea: the section `environment` of a scenario, and the options of coverage."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from skyreach.scenario.base_models import Base
from skyreach.scenario.fields import Flag, Number, Word
from skyreach.scenario.known import find

Doubt = Literal["low", "nominal", "high"]


class Environment(Base):
    """Surroundings of all radars. What is not written keeps the values of the catalogue."""

    refraction: Word = Field(
        default="standard", description="standard, local (ITU-R P.453), gradient:N, exponential, evaporation:H, surface:H:M, CSV"
    )
    clutter: Flag = Field(default=True, description="echo of ground, sea and rain")
    land: Word = Field(default="farmland", description="surface of the catalogue: what all land is taken for")
    land_model: Literal["measured", "gamma"] = Field(
        default="measured", description="measured: mean of the class; gamma: gamma times the sine of the grazing angle"
    )
    level: Doubt = Field(default="nominal", description="which of the catalogue's figures the echo of the surface takes")
    sea_state: Annotated[Number, Field(ge=0, le=6)] = 3.0
    rain_mm_h: Annotated[Number, Field(ge=0, le=200)] = 0.0
    rain_height_m: Annotated[Number, Field(ge=0, le=10_000)] | None = Field(default=None, description="top of the rain, msl")
    vapour_g_m3: Annotated[Number, Field(ge=0, le=40)] | None = Field(default=None, description="water vapour at sea level")
    gas: Flag = Field(default=True, description="attenuation by oxygen and water vapour")
    multipath: Literal["off", "auto", "on"] = Field(default="auto", description="reflection at the surface; auto: over the sea")
    diffraction: Literal["off", "knife_edge"] = Field(default="off", description="echoes that come over the edge of the mask")
    strobe_db: Annotated[Number, Field(ge=0, le=60)] = Field(default=10.0, description="jamming over noise that is seen")

    @field_validator("land")
    @classmethod
    def _land_is_known(cls, land: Any) -> str:
        return find(land, "surface").key
