"""Pages of studies: what was varied, the answers with their intervals, and the run behind each point, made when asked for."""

import json
from typing import Any

from skyreach.engine.tally import CAUSES
from skyreach.errors import BadInput, SkyreachError
from skyreach.studies.answers import SHOWN, Rows
from skyreach.studies.plan import check_identity
from skyreach.studies.study import RESULT, Study, open_study
from skyreach.studies.words import levels_in_words
from skyreach.viewer.jobs import Jobs
from skyreach.viewer.replies import answered, sent, told
from skyreach.viewer.shelf import Entry, Shelf

MOST_POINTS = 300  # shown on a page; all are in the tables of the study
MOST_COMMANDS = 1_500_000  # characters of commands of the runs that a page names
TABLES = ("measures", "shares", "pairs", "variance", "saturation", "kinks", "tornado", "indices")


def study_document(study: Study) -> dict[str, Any]:
    """What the page of a study knows: plain numbers and words; rows as in the tables of the study."""
    answers, plan, spec, summary = _answers(study), study.plan, study.plan.spec, study.summary
    points = _points(study, answers)
    measures = list(dict.fromkeys((spec.measure, *SHOWN)))
    kept = {name: [row for row in answers[name] if "point" not in row or row["point"] in points] for name in TABLES}
    kept["measures"] = [row for row in kept["measures"] if row["measure"] in measures]
    return {
        "title": spec.title or spec.name, "note": spec.note, "opening": _opening(study), "name": spec.name,
        "scenario": spec.scenario, "design": spec.design, "measure": spec.measure, "confidence": spec.confidence,
        "shown": measures, "factors": [_factor(factor.model_dump(mode="json", exclude_unset=True)) for factor in spec.factors],
        "doubt": None if spec.doubt is None else {"draws": spec.doubt.draws},
        "common_dice": spec.common_dice, "complete": study.complete, "stopped_by": summary["stopped_by"],
        "digest": summary["digest"], "terrain": plan.document["terrain"], "notes": answers["notes"],
        "units": answers["units"], "meanings": answers["meanings"], "causes": list(CAUSES.values()),
        "points": list(points.values()), "points_of": len({cell.point for cell in plan.cells}),
        "behind": _named(answers, points), "barred": _barred(study), **kept,
    }  # fmt: skip


def _points(study: Study, answers: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The points that are shown: label, cells with their number of runs, and the run that stands for the point."""
    names = [factor.name for factor in study.plan.spec.factors]
    middle: dict[int, Rows] = {}
    for row in answers["runs_behind"]:
        if row["which"] == "middle":
            middle.setdefault(row["point"], []).append(row)
    points: dict[int, dict[str, Any]] = {}
    for row in answers["measures"]:
        if row["measure"] == study.plan.spec.measure and len(points) < MOST_POINTS:
            gaps = [(abs(run["value"] - (row["mean"] or 0.0)), run["cell"], run) for run in middle.get(row["point"], [])]
            nearest = min(gaps, default=(0.0, 0, None))[2]
            points[row["point"]] = {
                "point": row["point"], "label": levels_in_words(row, names), "cells": [],
                "open": None if nearest is None else _run_of(nearest),
            }  # fmt: skip
    for cell in study.plan.cells:
        runs = study.book.estimate(cell.number)[2] if cell.point in points else 0
        if runs:
            points[cell.point]["cells"].append({"cell": cell.number, "draw": cell.draw, "runs": runs})
    return points


def _named(answers: dict[str, Any], points: dict[int, dict[str, Any]]) -> Rows:
    """The runs that a page names, as many as fit: a command that sets all values of a draw is long."""
    out: Rows = []
    room = MOST_COMMANDS
    for row in answers["runs_behind"]:
        room -= len(row["command"])
        if room < 0:
            break
        if row["point"] in points:
            out.append({**_run_of(row), "point": row["point"], "draw": row["draw"], "which": row["which"]})
    return out


def _run_of(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("cell", "run", "value", "seed", "command")}


def _answers(study: Study) -> dict[str, Any]:
    """The answers as the finished study has written them, else those of the runs so far."""
    if study.complete and study.store.read(RESULT) is not None:
        try:
            found = json.loads(study.store.read("answers.json") or b"null")
            if found["digest"] == study.book.digest() and all("value" in row for row in found["runs_behind"]):
                return dict(found)
        except (ValueError, KeyError, TypeError):
            pass  # damaged, or of an older skyreach: the shards say it all again
    return study.answers.to_dict()


def _opening(study: Study) -> str:
    spec, book = study.plan.spec, study.book
    points = len({cell.point for cell in study.plan.cells})
    state = f"ended by: {study.summary['stopped_by']}" if study.complete else f"not finished, of {book.runs_known:,} so far due"
    where = "one point" if points == 1 else f"{points:,} points"
    return f"{book.runs:,} runs of {spec.scenario} at {where}, {spec.confidence:.0%} intervals; {state}."


def _factor(factor: dict[str, Any]) -> dict[str, Any]:
    """A factor in words: what it sets, and to what."""
    levels, path = factor.get("levels"), factor.get("path")
    if isinstance(levels, dict):
        settings = [{"level": name, "sets": [f"{p} = {_word(v)}" for p, v in sets.items()]} for name, sets in levels.items()]
        return {"name": factor["name"], "path": "", "range": "", "levels": settings}
    paths = ", ".join([path] if isinstance(path, str) else path or [])
    if levels is not None:
        return {"name": factor["name"], "path": paths, "range": ", ".join(_word(v) for v in levels), "levels": []}
    span = "the catalogue's low to high" if factor.get("doubt") else f"{factor['low']:g} to {factor['high']:g}"
    return {"name": factor["name"], "path": paths, "range": span, "levels": []}


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _barred(study: Study) -> str | None:
    """Why this skyreach cannot make the runs of the study again, None where it can."""
    try:
        check_identity(study.plan.document["identity"], f"study {study.plan.spec.name}")
    except BadInput as fault:
        return str(fault)
    return None


class Studies:
    """The half of the server that shows studies and makes their runs."""

    def __init__(self, shelf: Shelf, jobs: Jobs) -> None:
        self.shelf, self.jobs = shelf, jobs

    def routes(self) -> list[Any]:
        """The addresses that it answers."""
        from starlette.routing import Route

        return [
            Route("/api/study/{name:path}/document", told(lambda request: answered(self._document(request.path_params["name"])))),
            Route("/api/study/{name:path}/run", told(self._run), methods=["POST"]),
        ]

    def listing(self) -> Rows:
        """What a list shows of each study; what cannot be read is left out."""
        return [row for entry in self.shelf.studies() if (row := _row(entry)) is not None]

    def _document(self, name: str) -> dict[str, Any]:
        return study_document(open_study(self.shelf.find(name, study=True).path))

    def _run(self, request: Any) -> Any:
        """Make one run of a study, or give it where it has been made: {"run": NAME} or {"job": NUMBER}."""
        plan_of = open_study(self.shelf.find(request.path_params["name"], study=True).path)
        plan, body = plan_of.plan, sent(request)
        cell, number = _whole(body, "cell", len(plan.cells)), _whole(body, "run", None)
        if number >= plan_of.book.estimate(cell)[2]:
            raise BadInput("run of a study", number, f"0 to {plan_of.book.estimate(cell)[2] - 1} at this point")
        check_identity(plan.document["identity"], f"study {plan.spec.name}")
        name = f"{plan.spec.name}-{plan.digest[:8]}-c{cell}-r{number}"
        there = self.shelf.kept(name)
        if there is not None:
            return answered({"run": there})
        scenario = plan.scenario(plan.cells[cell]).model_copy(update={"seed": plan.seed(cell, number)})
        return answered({"job": self.jobs.start(scenario, lambda run: self.shelf.keep(run, name))})


def _whole(body: dict[str, Any], key: str, stop: int | None) -> int:
    """A whole number from 0, below stop, that a request brings."""
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0 or (stop is not None and value >= stop):
        allowed = "a whole number from 0" + ("" if stop is None else f" to {stop - 1}")
        raise BadInput(f"{key} of a study", repr(value)[:40], allowed)
    return value


def _row(entry: Entry) -> dict[str, Any] | None:
    try:
        study = open_study(entry.path)
    except SkyreachError:
        return None
    spec = study.plan.spec
    return {
        "name": entry.name, "title": spec.title or spec.name, "scenario": spec.scenario, "complete": study.complete,
        "runs": study.book.runs, "points": len({cell.point for cell in study.plan.cells}), "measure": spec.measure,
    }  # fmt: skip
