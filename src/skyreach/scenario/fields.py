"""The kinds of value in a scenario: names, numbers, times, names of the catalogue, each with its check."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, Strict

from skyreach.scenario.known import find, refuse

Side = Literal["blue", "red", "civil"]
Level = Literal["regiment", "brigade", "battalion", "battery", "platoon", "section"]
Mast = Literal["none", "40v6m", "40v6md", "966aa14"]
HeightRef = Literal["agl", "msl"]
ThreatClass = Literal["aircraft", "cruise", "drone", "ballistic", "arm", "decoy"]
ALL_CLASSES: tuple[ThreatClass, ...] = ("aircraft", "cruise", "drone", "ballistic", "arm", "decoy")

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Count = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Word = Annotated[str, Strict()]
Lat = Annotated[Number, Field(ge=-90, le=90, description="degrees north")]
Lon = Annotated[Number, Field(ge=-180, le=180, description="degrees east")]


def _check_name(name: str) -> str:
    bad = sorted({c for c in name if c in "./\\:=[]" or not c.isprintable()})
    if bad or not name.strip() or name != name.strip() or name.isdecimal() or len(name) > 64:
        raise refuse(
            f"{name!r} cannot serve as a name",
            "1 to 64 printable characters, not only digits, no blanks at the ends, none of . / \\ : = [ ]",
            "use words joined by -",
        )
    return name


def _parse_utc(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise refuse("not a date and time", "UTC as 2026-05-01T02:00:00Z", "end it with Z") from None
    if not isinstance(value, datetime):
        raise refuse("not a date and time", "UTC as 2026-05-01T02:00:00Z")
    if value.utcoffset() != timedelta(0):
        said = "no time zone" if value.tzinfo is None else f"{value.utcoffset()} off UTC"
        raise refuse(f"time has {said}", "UTC as 2026-05-01T02:00:00Z", "convert to UTC and end it with Z")
    return value.astimezone(UTC)


def _utc_text(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _every_class(value: Any) -> Any:
    return list(ALL_CLASSES) if value == "all" else value


def _system(kind: str) -> AfterValidator:
    return AfterValidator(lambda system: find(system, kind).key)


Name = Annotated[str, Strict(), AfterValidator(_check_name), Field(description="unique name, no . / : =")]
Text = Annotated[str, Strict(), Field(max_length=20_000)]
Utc = Annotated[
    datetime,
    BeforeValidator(_parse_utc, json_schema_input_type=str),
    PlainSerializer(_utc_text, return_type=str),
    Field(description="UTC, as 2026-05-01T02:00:00Z"),
]
Classes = Annotated[
    list[ThreatClass],
    BeforeValidator(_every_class, json_schema_input_type=Literal["all"] | list[ThreatClass]),
]
RadarSystem = Annotated[str, _system("radar")]
LauncherSystem = Annotated[str, _system("launcher")]
MissileSystem = Annotated[str, _system("missile")]
PostSystem = Annotated[str, _system("command_post")]
PointDefenceSystem = Annotated[str, _system("point_defence")]
ThreatSystem = Annotated[str, _system("threat")]
JammerSystem = Annotated[str, _system("jammer")]
