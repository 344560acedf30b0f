"""What a study asks: a scenario, what is varied in it, how often it is run, and what counts as sure enough."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from skyreach.engine.tally import MEASURES
from skyreach.errors import BadInput
from skyreach.scenario.base_models import Base
from skyreach.scenario.fields import Count, Flag, Name, Number, Text, Word
from skyreach.scenario.known import nearest, refuse
from skyreach.scenario.load import builtin_names, is_scenario
from skyreach.scenario.problems import BadScenario, located, problems_of
from skyreach.scenario.yamltree import MAX_BYTES, node_of, parse

MEASURE_NAMES = [m.name for m in MEASURES]
Scalar = bool | int | float | str
Share = Annotated[Number, Field(gt=0, lt=1)]


def _measure(word: str) -> str:
    if word not in MEASURE_NAMES:
        raise refuse(f"no measure {word}", ", ".join(MEASURE_NAMES), nearest(word, MEASURE_NAMES))
    return word


Measure = Annotated[str, AfterValidator(_measure)]


class Factor(Base):
    """One thing that is varied.

    `path` (or several, set alike) with `levels`, with a range `low` to `high`, or with `doubt: true`: the catalogue's own
    low, nominal and high. Or named `levels`, each a mapping of paths to values.
    """

    name: Name
    path: Word | list[Word] | None = None
    levels: list[Any] | dict[Name, dict[Word, Any]] | None = None
    low: Number | int | None = None
    high: Number | int | None = None
    doubt: Flag = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.levels is not None, self.low is not None or self.high is not None, self.doubt]
        if sum(ways) != 1:
            raise refuse("not one way to vary it", "levels, or low and high, or doubt: true")
        if isinstance(self.levels, dict) == (self.path is not None):
            raise refuse("path and levels do not fit", "a path with a list of levels, or named levels that hold their paths")
        if self.levels is not None and not self.levels:
            raise refuse("no levels", "one or more", at="levels")
        if ways[1] and (self.low is None or self.high is None or not self.low < self.high):
            raise refuse(f"low {self.low}, high {self.high}", "low below high", at="low")
        return self

    @property
    def paths(self) -> list[str]:
        """All paths that it sets."""
        if isinstance(self.levels, dict):
            return list(dict.fromkeys(path for level in self.levels.values() for path in level))
        return [self.path] if isinstance(self.path, str) else list(self.path or ())


class Doubt(Base):
    """Catalogue values drawn between their low, nominal and high, crossed with the design: `draws` sets of them."""

    values: Literal["all"] | list[Word] = Field(default="all", description='"all" that the scenario reads, or paths')
    draws: Annotated[Count, Field(ge=2, le=100_000)] = 16


class Stop(Base):
    """Go on until the interval of the mean of a measure is this narrow at every point, or `limit` runs are done there."""

    measure: Measure = "leakers"
    half_width: Annotated[Number, Field(gt=0)]
    limit: Annotated[Count, Field(ge=2, le=10**9)] = 10_000


class StudySpec(Base):
    """A study file."""

    skyreach_study: Literal[1] = Field(description="version of this format")
    name: Name
    title: Text = ""
    note: Text = ""
    scenario: Word
    set: dict[Word, Any] = Field(default_factory=dict, description="path: value, changed before all else")
    terrain: Word | list[Word] | None = None
    design: Literal["factorial", "lhs", "sobol", "tornado", "indices"] = "factorial"
    points: Annotated[Count, Field(ge=1, le=10_000_000)] | None = Field(default=None, description="of lhs, sobol and indices")
    factors: list[Factor] = Field(default_factory=list)
    doubt: Doubt | None = None
    runs: Annotated[Count, Field(ge=1, le=10**9)] = 100
    until: Stop | None = None
    confidence: Share = 0.95
    seed: Annotated[Count, Field(ge=0, le=2**63)] = 1
    common_dice: Flag = True
    measure: Measure = "leakers"
    shard: Annotated[Count, Field(ge=1, le=1_000_000)] | None = Field(default=None, description="runs in a shard")

    @model_validator(mode="after")
    def _design_fits(self) -> Self:
        names = [factor.name for factor in self.factors]
        if len(set(names)) < len(names):
            raise refuse("two factors of one name", "each name once", at="factors")
        sampled = self.design in ("lhs", "sobol", "indices")
        if sampled and (self.points is None or not self.factors):
            raise refuse(f"{self.design} without points or factors", "points: 64 and one or more factors", at="points")
        if not sampled and self.points is not None:
            raise refuse(f"{self.design} has no free number of points", "design: lhs, sobol or indices", at="points")
        if self.design in ("sobol", "indices") and self.points and self.points & (self.points - 1):
            raise refuse("not a power of two", "64, 128, 256, ...: a Sobol sequence is balanced only there", at="points")
        if self.design == "tornado" and not self.factors:
            raise refuse("tornado without factors", "one or more factors", at="factors")
        open_ended = [factor.name for factor in self.factors if factor.levels is None]
        if self.design == "factorial" and open_ended:
            raise refuse(f"{', '.join(open_ended)} without levels", "levels, or design: lhs, sobol, tornado or indices")
        if self.until and self.until.limit < self.runs:
            raise refuse(f"limit {self.until.limit} below runs {self.runs}", "a limit of at least `runs`", at="until")
        return self

    @property
    def watched(self) -> str:
        """The measure whose interval is followed while the study runs: that of its stopping rule, else its own."""
        return self.until.measure if self.until else self.measure


def bundled() -> dict[str, str]:
    """Name and text of the studies in the package."""
    folder = files("skyreach.studies") / "bundled"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return {entry.name.removesuffix(".yaml"): entry.read_text(encoding="utf-8") for entry in sorted(found, key=lambda e: e.name)}


def read_spec(source: str | Path, changes: Mapping[str, Any] | None = None) -> tuple[StudySpec, Path | None]:
    """The checked study of a file, of a bundled study's name, or one around a scenario; and the folder that it stands in.

    changes: keys of the study that replace those of the file. BadInput names line, value, what is allowed and the cure.
    """
    text, name, folder = _text_of(source)
    tree = parse(text, name)
    data: Any = tree.plain()
    if not isinstance(data, dict) or not data.keys() & {"skyreach_study", "skyreach"}:
        raise BadInput(f"{name}:1  neither a study nor a scenario", allowed="skyreach_study: 1, or skyreach: 1, as first key")
    if "skyreach_study" not in data:
        word = str(data.get("name") or "scenario")
        data = {"skyreach_study": 1, "name": word, "scenario": str(source)}
        tree, folder = node_of(data, name), None
    asked = {key: value for key, value in (changes or {}).items() if value is not None}
    if isinstance(tree.value, dict):  # what is asked for stands in no line
        tree.value.update({key: node_of(value, "in the call") for key, value in asked.items() if key != "set"})
    data = {**data, **asked, "set": {**(data.get("set") or {}), **asked.get("set", {})}}
    try:
        return StudySpec.model_validate(data), folder
    except ValidationError as fault:
        raise BadScenario(located(problems_of(fault, tree, StudySpec), tree, name)) from None


def _text_of(source: str | Path) -> tuple[str, str, Path | None]:
    """(text, name for errors, folder for the files that a study names)."""
    word, studies = str(source).removeprefix("studies/"), bundled()
    if word in studies:
        return studies[word], f"{word}.yaml", None
    if is_scenario(str(source)) and not Path(source).is_file():
        from skyreach.scenario.load import load_scenario

        return load_scenario(source).to_yaml(), str(source), None  # refuses what is not there
    path = Path(source)
    if not path.is_file():
        names = [*studies, *builtin_names()]
        allowed = f"a study or scenario file, a study of the package ({', '.join(studies)}) or a built-in scenario"
        raise BadInput(f"{source}: no such file", allowed=allowed, cure=nearest(word, names))
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise BadInput(f"{path}  larger than {MAX_BYTES // 1_000_000} MB", allowed="a study or scenario file")
        return raw.decode("utf-8-sig"), str(path), path.parent
    except UnicodeDecodeError:
        raise BadInput(f"{path}  not UTF-8 text", cure="save the file as UTF-8") from None
    except OSError as fault:
        raise BadInput(f"{path} cannot be read: {fault.strerror}") from None


def scenario_source(spec: StudySpec, folder: Path | None) -> str | Path:
    """Where the scenario of a study is: beside its file, in the package, or built in."""
    word = spec.scenario
    packaged = files("skyreach.studies") / "bundled" / "scenarios" / word
    if word in builtin_names():
        return word
    if packaged.is_file():
        return Path(str(packaged))
    return folder / word if folder is not None and not Path(word).is_absolute() else word
