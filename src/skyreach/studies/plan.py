"""Plan: everything that fixes the bytes of a study, in one JSON document; made once, read by all who work at it."""

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from skyreach import __version__
from skyreach.catalog import Catalog
from skyreach.errors import BadInput
from skyreach.scenario.compile import Compiled, compile_scenario
from skyreach.scenario.load import builtin_names, load_scenario, read_scenario
from skyreach.scenario.models import Scenario
from skyreach.scenario.problems import words_of
from skyreach.studies.design import Point, clash, draws_of, full_path, points_of, settings_of
from skyreach.studies.spec import StudySpec, scenario_source
from skyreach.studies.store import Store

FORMAT = 1  # of the study folder
PLAN = "plan.json"
SCENARIO = "scenario.yaml"  # as the study starts from it, for who wants to see one of its runs
SHARD_S = 2.5  # work in a shard, about [s]
FRAME_S = 1.5e-7  # of one target in one frame, about [s]: only sets the size of a shard
MEET = {"doctrine", "tracking"}  # sections of a scenario whose keys exclude each other
GRACE = 1.05  # more runs than the last interval asks for, so that one more round is mostly enough


class Task(NamedTuple):
    """A shard: runs first to first + runs - 1 of one cell."""

    cell: int
    first: int
    runs: int

    @property
    def name(self) -> str:
        """Its name in the folder of shards."""
        return f"c{self.cell:06d}-r{self.first:010d}.parquet"

    @property
    def number(self) -> int:
        """A number of its own, for claims."""
        return self.cell * 10**11 + self.first


@dataclass(frozen=True)
class Cell:
    """One point of the design with one draw of the doubt: what is set there."""

    number: int
    point: int
    draw: int
    levels: Point
    settings: dict[str, Any]


class Plan:
    """A study as it is run: specification, scenario, cells, size of shards, and the versions that may work at it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = dict(document)
        self.spec = StudySpec.model_validate(document["spec"])
        self.cells = [Cell(**cell) for cell in document["cells"]]
        self.shard: int = document["shard"]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the document (hex)."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """The document as it lies in the study folder."""
        return (json.dumps(self.document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()

    def scenario(self, cell: Cell) -> Scenario:
        """The checked scenario of a cell."""
        return _with(self.document["scenario"], cell.settings)

    def compile(self, cell: Cell) -> Compiled:
        """The scenario of a cell, ready to run; BadInput where it stands on other ground than the plan."""
        compiled = compile_scenario(self.scenario(cell), log=False)
        if _ground(compiled) != self.document["terrain"]:
            raise BadInput(
                f"{self.spec.name}: terrain", _ground(compiled), self.document["terrain"], "the same elevation data everywhere"
            )
        return compiled

    def seed(self, cell: int, run: int) -> int:
        """Seed of a run: the same at all points where the dice are common, else its own."""
        if self.spec.common_dice:
            return self.spec.seed + run
        text = f"{self.spec.seed} {cell} {run}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")

    def tasks(self, cell: int, start: int, stop: int) -> Iterator[Task]:
        """The shards of runs start to stop - 1 of a cell."""
        for first in range(start, stop, self.shard):
            yield Task(cell, first, min(self.shard, stop - first))

    def next_stop(self, done: int, half_width: float) -> int:
        """Runs of a cell after the next round, given its interval after `done`; done itself where it needs no more."""
        until = self.spec.until
        if until is None or half_width <= until.half_width or done >= until.limit:
            return done
        wanted = done * (half_width / until.half_width) ** 2 * GRACE
        rounded = math.ceil(min(wanted, 4.0 * done) / self.shard) * self.shard
        return min(max(rounded, done + self.shard), until.limit)

    def command(self, cell: int, run: int) -> str:
        """The command that gives one run of the study again, with its whole record; to be given in the study's folder where
        it names scenario.yaml."""
        known = self.spec.scenario in builtin_names() and self.spec.terrain is None
        settings = {**(self.document["given"] if known else {}), **self.cells[cell].settings}
        words = "".join(f" --set '{path}={_text(value)}'" for path, value in settings.items())
        return f"skyreach run {self.spec.scenario if known else SCENARIO} --seed {self.seed(cell, run)}{words}"


def read_plan(store: Store) -> Plan:
    """The plan of a study folder; BadInput where there is none that this version can read."""
    where = f"study {store.uri}"
    data = store.read(PLAN)
    if data is None:
        raise BadInput(where, f"no {PLAN} there", "a folder that skyreach study has made", "is it to be seen from this machine?")
    try:
        document = json.loads(data)
        found = document["format"]
        plan = Plan(document) if found == FORMAT else None
    except (ValueError, KeyError, TypeError) as fault:
        raise BadInput(f"{where}/{PLAN}", f"damaged ({type(fault).__name__})", cure="begin a new study") from None
    if plan is None:
        raise BadInput(where, f"format {found}", f"format {FORMAT}")
    return plan


def identity() -> dict[str, str]:
    """What must be the same everywhere for the same bytes."""
    from importlib.metadata import version

    from skyreach.catalog import load
    from skyreach.jit import kernel_hash

    return {"skyreach": __version__, "kernels": kernel_hash(), "catalogue": load().digest(), "numba": version("numba")}


def check_identity(theirs: Mapping[str, str], who: str) -> None:
    """BadInput where a study or a worker is of another version than this process."""
    mine = identity()
    apart = [key for key in mine if mine[key] != theirs.get(key)]
    if apart:
        raise BadInput(
            f"{who}: another version",
            ", ".join(f"{key} {str(theirs.get(key))[:16]}" for key in apart),
            ", ".join(f"{key} {mine[key][:16]}" for key in apart),
            "the same skyreach, Python and Numba everywhere; or a new study",
        )  # fmt: skip


def make_plan(spec: StudySpec, folder: Path | None) -> Plan:
    """Check everything that is asked and lay it out. BadInput before the first run, naming file and line."""
    given = {full_path(path, "set"): value for path, value in spec.set.items()}
    base = load_scenario(scenario_source(spec, folder), _texts(given))
    if spec.terrain is not None:
        base = base.model_copy(update={"terrain": _absolute(spec.terrain)})
    text = base.to_yaml()
    _check_factors(spec, text)
    compiled = compile_scenario(base, log=False)
    read = {f"catalog.{e['item']}.{e['key']}": e for e in compiled.catalog.used()}
    varied = {path for factor in spec.factors for path in _paths(factor)}
    draws = draws_of(spec.doubt, spec.seed, compiled.catalog, {p: e for p, e in read.items() if p not in varied})
    twice = varied & {path for draw in draws for path in draw}
    if twice:
        raise BadInput(f"{spec.name}: {', '.join(sorted(twice))}", "in a factor and in the doubt", "one of the two")
    by_name = {factor.name: factor for factor in spec.factors}
    cells: list[dict[str, Any]] = []
    fits = _fitting(spec, text, compiled.catalog)
    for p, point in enumerate(points_of(spec, compiled.catalog)):
        settings: dict[str, Any] = {}
        for name, level in point.items():
            settings |= settings_of(by_name[name], level)
        for d, draw in enumerate(draws):
            if d == 0 or _items(settings) & _items(draw):
                fits(point, {**settings, **draw})
            cells.append({"number": len(cells), "point": p, "draw": d, "levels": point, "settings": {**settings, **draw}})
    return Plan({
        "format": FORMAT, "identity": identity(), "spec": spec.model_dump(mode="json", exclude_unset=True), "given": given,
        "terrain": _ground(compiled), "shard": spec.shard or _shard_size(compiled, spec), "notes": _notes(spec, compiled, read),
        "scenario": text, "cells": cells,
    })  # fmt: skip


def _with(text: str, settings: Mapping[str, Any]) -> Scenario:
    return read_scenario(text, "scenario of the study", _texts(settings))


def _texts(settings: Mapping[str, Any]) -> dict[str, str]:
    return {path: _text(value) for path, value in settings.items()}


def _text(value: Any) -> str:
    """A value as YAML reads it."""
    return json.dumps(value, ensure_ascii=False)


def _paths(factor: Any) -> list[str]:
    return [full_path(path, f"factor {factor.name}") for path in factor.paths]


def _check_factors(spec: StudySpec, text: str) -> None:
    """Each path once, and each level by itself a scenario that holds."""
    owner: dict[str, str] = {}
    for factor in spec.factors:
        for path in _paths(factor):
            if owner.setdefault(path, factor.name) != factor.name:
                raise BadInput(f"{spec.name}: {path}", f"in factors {owner[path]} and {factor.name}", "each path in one factor")
        ends = [factor.low, factor.high] if factor.low is not None else list(factor.levels or ())
        for level in ends:
            try:
                _with(text, settings_of(factor, level))
            except BadInput as fault:
                raise BadInput(f"factor {factor.name}, level {level}: {fault}") from None


def _fitting(spec: StudySpec, text: str, cat: Catalog) -> Callable[[Point, dict[str, Any]], None]:
    """What refuses a point whose levels do not go together, each by itself though good: catalogue values, doctrines, tracking."""
    seen: set[str] = set()

    def fits(point: Point, settings: dict[str, Any]) -> None:
        told = f"{spec.name}: the point {', '.join(f'{name} {level}' for name, level in point.items())}"
        found = clash(cat, settings)
        if found is not None:
            keys = " and ".join(found.keys)
            cure = f"named levels that set {keys} together, other ranges, or leave {keys} out of the doubt"
            raise BadInput(told, found.given, found.allowed, cure)
        some = {path: value for path, value in settings.items() if set(words_of(path)) & MEET}
        key = json.dumps(some, sort_keys=True, default=str)
        if len(some) > 1 and key not in seen:
            seen.add(key)
            try:
                _with(text, some)
            except BadInput as fault:
                cure = "named levels that set the keys together, each level as it can be (docs/studies.md)"
                raise BadInput(told, str(fault).strip(), cure=cure) from None

    return fits


def _items(settings: Mapping[str, Any]) -> set[str]:
    """Catalogue items of which something is set."""
    return {path.rpartition(".")[0] for path in settings if path.startswith("catalog.")}


def _notes(spec: StudySpec, compiled: Compiled, read: Mapping[str, Any]) -> list[str]:
    """What a reader of the answers must know: factors that the scenario never reads, coarse terrain."""
    notes = list(compiled.terrain["warnings"])
    for factor in spec.factors:
        unread = [path for path in _paths(factor) if path.startswith("catalog.") and path not in read]
        if unread:
            notes.append(f"factor {factor.name}: the scenario as it stands reads no {', '.join(unread)}")
    return notes


def _ground(compiled: Compiled) -> str:
    """What the scenario stands on, in one line without a path of this machine's folders."""
    t = compiled.terrain
    return f"{t['name']}, {t['interpolation']}"


def _absolute(terrain: str | list[str]) -> str | list[str]:
    """Files of terrain by their whole path: the study may be resumed from elsewhere."""
    words = [terrain] if isinstance(terrain, str) else terrain
    full = [os.path.abspath(word) if os.path.exists(word) else word for word in words]
    return full[0] if isinstance(terrain, str) else full


def _shard_size(compiled: Compiled, spec: StudySpec) -> int:
    """Runs that take about SHARD_S together, as 1, 2 or 5 times a power of ten; the same on every machine."""
    frames = compiled.scenario.duration_s / compiled.scenario.frame_s
    runs = SHARD_S / (frames * (len(compiled.world.targets) + 4) * FRAME_S)
    decade = 10 ** math.floor(math.log10(max(runs, 1.0)))
    size = max(step for step in (decade, 2 * decade, 5 * decade) if step <= max(runs, 1.0))
    most = spec.until.limit if spec.until else spec.runs
    return int(min(size, most, 1_000_000))
