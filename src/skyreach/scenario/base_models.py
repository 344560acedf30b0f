"""What all parts of a scenario share: the rules of a checked model, and places."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue

from skyreach.scenario.fields import Lat, Lon, Number, Text, Word
from skyreach.scenario.known import refuse


class Base(BaseModel):
    """Common rules: unknown keys refused, values not changed after the check."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False, ser_json_inf_nan="strings")


class SiteDef(Base):
    """A named point of this scenario."""

    lat: Lat
    lon: Lon
    note: Text = ""


class Place(Base):
    """A point on the ground: the name of a site, or lat and lon, or bearing and distance from a site.

    In YAML a bare word is the name of a site. `Scenario.resolve` gives degrees.
    """

    site: Word | None = Field(default=None, description="site of this scenario or of the catalogue")
    bearing_deg: Annotated[Number, Field(ge=0, le=360)] | None = Field(
        default=None, description="clockwise from true north"
    )
    distance_km: Annotated[Number, Field(ge=0, le=20_000)] | None = Field(
        default=None, description="along the ground"
    )
    lat: Lat | None = None
    lon: Lon | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if not isinstance(value, (str, dict, Place)):
            raise refuse("not a place", "a site's name, or {lat, lon}, or {site, bearing_deg, distance_km}")
        return {"site": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        point = (self.lat is not None, self.lon is not None)
        polar = (self.bearing_deg is not None, self.distance_km is not None)
        named = self.site is not None
        if (all(point) and not named and not any(polar)) or (
            named and not any(point) and polar[0] == polar[1]
        ):
            return self
        raise refuse(
            f"place with {', '.join(sorted(self.model_fields_set)) or 'nothing'}",
            "a site's name, or {lat, lon}, or {site, bearing_deg, distance_km}",
        )

    @model_serializer(mode="plain")
    def _as_written(self) -> str | dict[str, Any]:
        given = {key: value for key in type(self).model_fields if (value := getattr(self, key)) is not None}
        return given["site"] if set(given) == {"site"} else given

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [{"type": "string", "description": "name of a site"}, schema]}
