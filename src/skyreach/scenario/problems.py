"""What is wrong with a scenario: place in the file, value, what is allowed, likely cure."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from skyreach.errors import BadInput
from skyreach.scenario.known import nearest
from skyreach.scenario.yamltree import Node, scalar

MAX_SHOWN = 20
CURES = {
    "lat": "are lat and lon exchanged?",
    "lon": "are lat and lon exchanged?",
    "alt": "write height_m with ref: agl or msl",
    "altitude": "write height_m with ref: agl or msl",
    "height": "write height_m with ref: agl or msl",
    "ref": "agl: above ground, msl: above mean sea level",
    "start": "write a time as 2026-05-01T02:00:00Z",
    "skyreach": "the first key of a scenario is skyreach: 1",
    "raid": "a list of what flies in: name, system and route of each",
    "route": "a list of waypoints, each with a place, height_m and ref",
    "assignment": "one of these; how far each is from the exact answer: skyreach.analysis.assignment_exact (docs/command.md)",
    "system": "`skyreach catalog` lists what can stand here",
}
LAST = {
    "load": "a missile and how many of it, as {48n6e3: 4}",
    "count": "leave `count` out for one, or remove the whole entry for none",
    "reloads": "leave it out for none",
    "engage": "all, or a list as [aircraft, cruise]; for a unit that may not fire: weapons: hold",
    "at": "at: home, a site of `sites` or of the catalogue",
    "at_s": "the time since the start [s] at which it happens: at_s: 60",
    "of": "of: the name of what it happens to",
    "name": "name: a word that nothing else here has",
    "to": "the places to which it goes, as [{site: home, bearing_deg: 90, distance_km: 5}]",
}
"""Cures by key, where nothing better can be said of a value that is missing, empty or out of range."""
PLACE = "a site's name, or {lat, lon}, or {site, bearing_deg, distance_km}"
BOUNDS = {"greater_than": ">", "greater_than_equal": ">=", "less_than": "<", "less_than_equal": "<="}
NOT = {
    "float_type": "not a number",
    "int_type": "not a whole number",
    "int_from_float": "not a whole number",
    "finite_number": "not a finite number",
    "string_type": "not a text",
    "bool_type": "not true or false",
    "list_type": "not a list",
    "dict_type": "not a mapping of keys",
    "model_type": "not a mapping of keys",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. path: steps from the top of the file; given: what is wrong with the value."""

    path: tuple[str | int, ...]
    given: str
    allowed: str = ""
    cure: str = ""
    where: str = ""
    value: str = ""

    def text(self) -> str:
        """`file:line  path = value: what is wrong`, a line with what is allowed, a line with the cure."""
        shown = f" = {self.value}" if self.value else ""
        lines = [f"{self.where}  {dotted(self.path) or 'scenario'}{shown}: {self.given}"]
        if self.allowed:
            lines.append(f"    allowed: {self.allowed}")
        if self.cure:
            lines.append(f"    try: {self.cure}")
        return "\n".join(lines)


class BadScenario(BadInput):
    """All that is wrong with one scenario (`problems`); the text shows the first twenty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [problem.text() for problem in self.problems[:MAX_SHOWN]]
        if len(self.problems) > MAX_SHOWN:
            lines.append(f"and {len(self.problems) - MAX_SHOWN} more")
        super().__init__("\n".join(lines))


def dotted(path: Iterable[str | int]) -> str:
    """`raid[0].route[2].lat` for the steps of a path."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def spot(scenario: Any, path: Iterable[str | int]) -> str:
    """`file:line  raid[0].route[2]`: the place of a value of a scenario, for what is found wrong after its check."""
    steps = tuple(path)
    return f"{scenario.line_of(steps)}  {dotted(steps)}"


def words_of(path: str) -> tuple[str | int, ...]:
    """Steps of a written path; `a[0].b` and `a.0.b` are the same. Inverse of `dotted`."""
    return tuple(int(word) if word.isdecimal() else word for word in re.findall(r"[^.\[\]]+", path))


def where(tree: Node | None, path: Iterable[str | int], name: str) -> str:
    """`file:line` of the value at path, or of the nearest value above it; name: for data that has no file."""
    node, known = tree, tree.where if tree else name
    for step in path:
        node = node.child(step) if node else None
        if node is None:
            return known
        known = node.where
    return known


def located(problems: Iterable[Problem], tree: Node | None, name: str) -> list[Problem]:
    """The problems with place and value looked up in the tree, in the order of the file."""
    found = [
        Problem(
            p.path, p.given, p.allowed, p.cure, where(tree, p.path, name), p.value or _shown(tree, p.path)
        )
        for p in problems
    ]
    return sorted(found, key=_line)


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def _shown(tree: Node | None, path: Iterable[str | int]) -> str:
    """The value at path as text where it is a scalar, else nothing."""
    node = tree
    for step in path:
        node = node.child(step) if node else None
    if node is None or isinstance(node.value, (dict, list)):
        return ""
    return _short(node.value)


def _short(value: Any) -> str:
    """The value as it would stand in YAML, cut to a readable length."""
    text = "nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, str) and (scalar(value) != value or not value.isprintable()):
        text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def problems_of(error: ValidationError, tree: Node, model: type[BaseModel]) -> list[Problem]:
    """pydantic's findings, put into words."""
    return [_problem(detail, tree, model) for detail in error.errors(include_url=False)]


def _problem(detail: Any, tree: Node, model: type[BaseModel]) -> Problem:
    path = _in_file(detail["loc"], tree, missing=detail["type"] == "missing")
    ctx = detail.get("ctx", {})
    last = str(path[-1]) if path else ""
    if detail["type"] == "skyreach":
        path = (*path, ctx["at"]) if ctx["at"] else path
        return Problem(path, ctx["given"], ctx["allowed"], ctx["cure"])
    if detail["type"] == "extra_forbidden":
        keys = list(_fields_at(model, path[:-1]))
        return Problem(path, "unknown key", ", ".join(keys), CURES.get(last) or nearest(last, keys))
    info = _fields_at(model, path[:-1]).get(last) if path else None
    info = info or _member_of(model, path)
    given, allowed = _words(detail, info)
    if detail["type"] in ("model_type", "dict_type"):
        allowed = ", ".join(_fields_at(model, path)) or allowed
        return Problem(path, given, allowed, "key: value, on lines below it or in braces, parted by commas")
    if detail["type"] == "list_type":
        return Problem(path, given, allowed or "a list", CURES.get(last) or "begin each entry with a dash, on lines below it")
    cure = _cure(detail, last) or (_other(detail, info) if given == "out of range" else "")
    return Problem(path, given, allowed or (PLACE if last == "at" else ""), cure or _last_cure(path, given, detail))


def _last_cure(path: Sequence[str | int], given: str, detail: Any) -> str:
    """What to try where nothing is to be guessed."""
    last = next((str(step) for step in reversed(path) if not isinstance(step, int)), "")
    if len(path) > 1 and path[-2] == "load":
        return f"leave {path[-1]} out of `load` for none of it"
    if last in LAST:
        return LAST[last]
    if given == "missing":
        return f"add {last}"
    if given == "out of range":
        limit = next(iter(detail.get("ctx", {}).values()), None)
        side = {"less_than": "below ", "greater_than": "above "}.get(detail["type"], "")
        return f"a number {side}{limit:g}" if side else f"{last}: {limit:g}"
    return f"{detail['ctx']['min_length']} or more of them" if given in ("empty", "too few") else ""


def _in_file(loc: Sequence[str | int], tree: Node, missing: bool) -> tuple[str | int, ...]:
    """The steps of loc that exist in the file; pydantic adds names of union members and helpers."""
    path: list[str | int] = []
    node: Node | None = tree
    for i, step in enumerate(loc):
        child = node.child(step) if node else None
        if child is not None:
            path.append(step)
            node = child
        elif missing and i == len(loc) - 1:
            path.append(step)
    return tuple(path)


def _words(detail: Any, info: FieldInfo | None) -> tuple[str, str]:
    """(what is wrong, what is allowed) for pydantic's own error types."""
    kind, ctx, allowed = detail["type"], detail.get("ctx", {}), _allowed(info)
    if kind == "missing":
        return "missing", allowed
    if kind == "literal_error":
        return "not one of the allowed words", ctx["expected"].replace("'", "")
    if kind in BOUNDS:
        return "out of range", allowed or f"{BOUNDS[kind]} {next(iter(ctx.values()))}"
    if kind in ("too_short", "too_long", "string_too_long"):
        few = "empty" if ctx.get("actual_length") == 0 else "too few" if kind == "too_short" else "too long"
        limit = f"at least {ctx['min_length']}" if "min_length" in ctx else f"at most {ctx['max_length']}"
        return few, limit
    return NOT.get(kind) or detail["msg"], allowed


def _allowed(info: FieldInfo | None) -> str:
    """Range and description of a field."""
    if info is None:
        return ""
    low, high, described = "", "", info.description or ""
    for mark in _marks(info):
        low = f"above {mark.gt:g}," if hasattr(mark, "gt") else f"{mark.ge:g}" if hasattr(mark, "ge") else low
        high = (
            f"below {mark.lt:g}"
            if hasattr(mark, "lt")
            else f"{mark.le:.15g}"
            if hasattr(mark, "le")
            else high
        )
        described = described or getattr(mark, "description", None) or ""
    limits = " to ".join(part for part in (low, high) if part).replace(", to", ", at most")
    return f"{limits} ({described})" if limits and described else limits or described


def _marks(info: FieldInfo) -> list[Any]:
    """All that is annotated to a field, also inside `X | None`."""
    marks, queue = list(info.metadata), [info.annotation]
    while queue:
        at = queue.pop()
        marks += getattr(at, "__metadata__", ())
        queue += get_args(at) if get_origin(at) in (Union, UnionType, Annotated) else ()
    return marks + [inner for mark in marks if isinstance(mark, FieldInfo) for inner in mark.metadata]


def _cure(detail: Any, last: str) -> str:
    if detail["type"] == "literal_error" and isinstance(detail["input"], str):
        close = nearest(detail["input"], re.findall(r"'([^']*)'", detail["ctx"]["expected"]))
        return close or CURES.get(last, "")
    if detail["type"] in ("float_type", "int_type") and isinstance(detail["input"], str):
        return "a bare number without quotes or unit: the unit is in the key's name"
    if detail["type"] == "string_type" and isinstance(detail["input"], (int, float)):
        return "put it in quotes"
    return CURES.get(last, "")


def _member_of(model: type[BaseModel], path: Sequence[str | int]) -> FieldInfo | None:
    """What is said of the values of a mapping, for the path of one of them."""
    parent = _fields_at(model, path[:-2]).get(str(path[-2])) if len(path) > 1 else None
    at = _bare(parent.annotation) if parent else None
    return FieldInfo.from_annotation(get_args(at)[1]) if get_origin(at) is dict else None


def _other(detail: Any, info: FieldInfo | None) -> str:
    """What may be guessed of a number out of range: a bearing within the full circle, another without its sign where that would
    have been allowed."""
    number, ctx = detail["input"], detail.get("ctx", {})
    low = ctx.get("ge", ctx.get("gt"))
    if not isinstance(number, (int, float)):
        return ""
    if math.isfinite(number) and info and any(getattr(mark, "le", None) == 360 for mark in _marks(info)):
        return f"did you mean {number % 360:g}?"
    if low is not None and number < 0.0 <= low and -number > low:
        return f"did you mean {-number:g}?"
    return ""


def _fields_at(model: type[BaseModel], path: Iterable[str | int]) -> dict[str, FieldInfo]:
    """Fields of the model that stands at path, empty where there is none."""
    at: Any = model
    for step in path:
        if isinstance(at, type) and issubclass(at, BaseModel):
            info = at.model_fields.get(str(step))
            at = info.annotation if info else None
        else:
            at = (get_args(at) or (None,))[-1]  # list[X] and dict[str, X]
        at = _bare(at)
    return dict(at.model_fields) if isinstance(at, type) and issubclass(at, BaseModel) else {}


def _bare(at: Any) -> Any:
    """Annotation without Annotated[...] and without `| None`."""
    while hasattr(at, "__metadata__"):
        at = at.__origin__
    if get_origin(at) in (Union, UnionType):
        return _bare(next(arg for arg in get_args(at) if arg is not type(None)))
    return at
