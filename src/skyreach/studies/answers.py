"""Answers of a study: what each point gives, how sure that is, what makes the difference. Tables as plain rows."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from skyreach.engine.tally import MEASURES
from skyreach.studies.statistics import Sample, decompose, describe, share

if TYPE_CHECKING:
    from skyreach.studies.study import Study

SHARES = (
    "leakers",
    "assets_lost",
    "units_lost",
    "units_empty",
    "never_seen",
    "civil_misidentified",
    "hostile_misidentified",
    "civil_shot_at",
    "civil_killed",
)
SHOWN = (
    "leakers", "killed", "assets_lost", "shots", "cost_fired", "cost_exchange", "first_detection", "time_to_empty",
    "civil_misidentified", "hostile_misidentified",
)  # fmt: skip
Rows = list[dict[str, Any]]


@dataclass
class Answers:
    """Tables of rows by name, and the pictures that belong to them."""

    study: "Study"
    tables: dict[str, Rows]
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        spec = self.study.plan.spec
        return {
            "study": spec.name, "title": spec.title, "note": spec.note, "scenario": spec.scenario, "measure": spec.measure,
            "confidence": spec.confidence, "design": spec.design, "complete": self.study.complete,
            "runs": self.study.book.runs, "digest": self.study.book.digest(), "terrain": self.study.plan.document["terrain"],
            "notes": [*self.study.plan.document["notes"], *self.notes],
            "units": {m.name: m.unit for m in MEASURES}, "meanings": {m.name: m.meaning for m in MEASURES}, **self.tables,
        }  # fmt: skip

    def files(self) -> dict[str, Callable[[], bytes]]:
        """Everything that a study folder holds beside the shards: name -> maker of its bytes."""
        from skyreach.analysis.output import json_bytes
        from skyreach.studies.pictures import pictures

        out: dict[str, Callable[[], bytes]] = {"answers.json": lambda: json_bytes(self.to_dict())}
        for name, rows in self.tables.items():
            if rows:
                out[f"tables/{name}.csv"] = partial(table_bytes, rows, "csv")
                out[f"tables/{name}.parquet"] = partial(table_bytes, rows, "parquet")
        for name, draw in pictures(self).items():
            for kind in ("png", "svg"):
                out[f"{name}.{kind}"] = partial(_drawn, draw, kind)
        return out

    def to_html(self) -> str:
        """The main table for a notebook."""
        from skyreach.analysis.output import html_table

        rows = [row for row in self.tables["measures"] if row["measure"] in SHOWN]
        return html_table(rows, list(rows[0])) if rows else ""

    def to_pandas(self, table: str = "measures") -> Any:
        """A table as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(self.tables[table])


def _drawn(draw: Callable[[], Any], kind: str) -> bytes:
    from skyreach.analysis.output import figure_bytes

    return figure_bytes(draw(), kind)


def table_bytes(rows: Rows, kind: str) -> bytes:
    """Rows as a CSV or Parquet file; columns in the order in which they first appear."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: _column([row.get(name) for row in rows]) for name in names}
    table = pa.table(columns)
    out = io.BytesIO()
    if kind == "csv":
        pc.write_csv(table, out)
    else:
        pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _column(values: list[Any]) -> list[Any]:
    """Values of one type: words where they are mixed."""
    kinds = {type(v) for v in values if v is not None}
    if kinds <= {int, float} and float in kinds:
        return [None if v is None else float(v) for v in values]
    if len(kinds) > 1 or kinds & {dict, list}:
        return [None if v is None else str(v) for v in values]
    return values


@dataclass
class Material:
    """The runs of a study, condensed: for each cell and measure how often each value was seen."""

    study: "Study"
    samples: list[dict[str, Sample]]
    extremes: list[dict[str, tuple[int, float]]]  # per cell: run with the least, middle and most of the measure, and how much

    @cached_property
    def points(self) -> dict[int, list[int]]:
        """Cells of each point of the design that have runs, in order of the draws."""
        out: dict[int, list[int]] = {}
        for cell in self.study.plan.cells:
            if self.samples[cell.number]:
                out.setdefault(cell.point, []).append(cell.number)
        return out

    def levels(self, point: int) -> dict[str, Any]:
        """Levels of the factors at a point."""
        return self.study.plan.cells[self.points[point][0]].levels

    def pooled(self, point: int, measure: str) -> Sample:
        """All runs at a point, over the draws of the doubt."""
        cells = self.points[point]
        total = self.samples[cells[0]][measure]
        for cell in cells[1:]:
            total = total.joined(self.samples[cell][measure])
        return total

    def mean(self, point: int, measure: str) -> tuple[float, float]:
        """(mean, its standard error) at a point; the draws of the doubt are the observations where there are several."""
        cells = self.points[point]
        if len(cells) == 1:
            s = self.samples[cells[0]][measure]
            return s.mean, math.sqrt(s.variance / s.n) if s.n > 1 else math.nan
        means = np.array([self.samples[cell][measure].mean for cell in cells])
        means = means[np.isfinite(means)]
        if len(means) < 2:
            return float(means.mean()) if len(means) else math.nan, math.nan
        return float(means.mean()), float(means.std(ddof=1) / math.sqrt(len(means)))


def gather(study: "Study") -> Material:
    """Read all shards that are there, one by one: memory grows with the values seen, not with the runs."""
    samples: list[dict[str, Sample]] = []
    extremes: list[dict[str, tuple[int, float]]] = []
    for cell in study.plan.cells:
        found: dict[str, Sample] = {}
        ends: dict[float, int] = {}  # value of the measure -> first run with it
        for task in study.tasks(cell.number):
            table = study.table(task)
            for m in MEASURES:
                sample = Sample.of(table[m.name].to_numpy())
                found[m.name] = found[m.name].joined(sample) if m.name in found else sample
            for run, value in zip(table["run"].to_pylist(), table[study.plan.spec.measure].to_pylist(), strict=True):
                if value == value:
                    ends.setdefault(value, run)
        samples.append(found)
        extremes.append(_extremes(study, cell.number, found, ends))
    return Material(study, samples, extremes)


def _extremes(
    study: "Study", cell: int, found: dict[str, Sample], ends: dict[float, int]
) -> dict[str, tuple[int, float]]:
    """The first run with the least, the middle and the most of the measure, and its value."""
    if not ends:
        return {}
    values = {"least": min(ends), "middle": found[study.plan.spec.measure].quantile(0.5), "most": max(ends)}
    return {which: (ends[value], float(value)) for which, value in values.items()}


def answer(study: "Study") -> Answers:
    """All tables of a study."""
    from skyreach.studies import effects, saturation

    material = gather(study)
    tables: dict[str, Rows] = {
        "measures": _measures(material), "shares": _shares(material), "variance": _variance(material),
        "runs_behind": _runs_behind(material),
    }  # fmt: skip
    notes: list[str] = []
    tables |= effects.tables(material, notes)
    tables |= saturation.tables(material)
    return Answers(study, tables, notes)


def _measures(m: Material) -> Rows:
    """Each measure at each point. With draws of the doubt the interval is over them: runs of one draw share its error."""
    confidence = m.study.plan.spec.confidence
    out = []
    for point, cells in m.points.items():
        for measure in (f.name for f in MEASURES):
            pooled = m.pooled(point, measure)
            row = describe(pooled, confidence)
            if len(cells) > 1:
                means = np.array([m.samples[cell][measure].mean for cell in cells])
                over = describe(Sample.of(means), confidence)
                row |= {key: over[key] for key in ("mean", "mean_low", "mean_high", "boot_low", "boot_high")}
            out.append({"point": point, **m.levels(point), "measure": measure, "draws": len(cells), **row})
    return out


def _shares(m: Material) -> Rows:
    """Share of runs in which a measure is at least one. No interval of independent runs where they share draws of the doubt."""
    confidence = m.study.plan.spec.confidence
    out = []
    for point, cells in m.points.items():
        for measure in SHARES:
            pooled = m.pooled(point, measure)
            found = share(int(pooled.counts[pooled.values >= 1].sum()), pooled.n, confidence)
            if len(cells) > 1:
                found |= dict.fromkeys(("wilson_low", "wilson_high", "exact_low", "exact_high"))
            out.append({"point": point, **m.levels(point), "measure": measure, **found})
    return out


def _variance(m: Material) -> Rows:
    """Doubt in the data against chance, where the study draws doubt."""
    if m.study.plan.spec.doubt is None:
        return []
    return [
        {"point": point, **m.levels(point), "measure": measure, **decompose([m.samples[cell][measure] for cell in cells])}
        for point, cells in m.points.items()
        for measure in SHOWN
    ]


def _runs_behind(m: Material) -> Rows:
    """For each cell the first run with the least, middle and most of the study's measure, and the command that shows it."""
    plan, out = m.study.plan, []
    for cell in plan.cells:
        for which, (run, value) in m.extremes[cell.number].items():
            out.append({
                "cell": cell.number, "point": cell.point, "draw": cell.draw, **cell.levels, "which": which, "run": run,
                "value": value, "seed": plan.seed(cell.number, run), "command": plan.command(cell.number, run),
            })  # fmt: skip
    return out
