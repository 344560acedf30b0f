"""Runs published cases (numbers that others printed) against the functions skyreach itself uses.

A case names a model, gives inputs as {name: [value, unit]} and expected outputs as {name: {value, unit, tol,
tol_kind}} with tol_kind abs or rel, and may name its source; a file is {"cases": [case, ...]}.
cases/models.json lists the models and their units. A model that skyreach does not have is reported as not
covered, never as passed."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from skyreach.errors import BadInput

PACKAGED = Path(__file__).parent / "cases"
STATUSES = ("pass", "fail", "not covered", "unverified")


@dataclass
class CaseResult:
    """What came of one case.

    status: pass; fail; not covered (skyreach has no such model or does not compute every expected output);
    unverified (the case does not agree, and its collectors had already marked it as not reproduced).
    expected, got, tolerance, unit: by output name; tolerance is absolute, in the unit of the output."""

    id: str
    model: str
    status: str
    source: str
    expected: dict[str, Any]
    tolerance: dict[str, float]
    unit: dict[str, str]
    got: dict[str, Any] = field(default_factory=dict)
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; numbers that are not finite become text."""
        plain = asdict(self)
        plain["got"] = {k: v if math.isfinite(v) else str(v) for k, v in self.got.items()}
        return plain


@cache
def known_models() -> dict[str, Any]:
    """Units of the inputs and outputs of every model of the collection, covered or not."""
    return json.loads((PACKAGED / "models.json").read_text(encoding="utf-8"))


def packaged_files() -> list[Path]:
    """The case files that come with skyreach, one per area."""
    return sorted(path for path in PACKAGED.glob("*.json") if path.name != "models.json")


def load_cases(path: Path) -> list[dict[str, Any]]:
    """Cases of a file, checked for their form; BadInput with the place otherwise."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "not a readable text"
        raise BadInput(str(path), reason, "a JSON file of validation cases") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"{path}:{error.lineno}", error.msg, "valid JSON") from error
    cases = data.get("cases") if isinstance(data, dict) else data
    if not isinstance(cases, list) or not cases:
        raise BadInput(str(path), "no cases", 'a list, or an object with a list named "cases"')
    for number, case in enumerate(cases):
        _check_form(f"{path}, cases[{number}]", case)
    return cases


def _check_form(where: str, case: Any) -> None:
    """BadInput unless the case has the fields and the units it needs."""
    if not isinstance(case, dict):
        raise BadInput(where, type(case).__name__, "an object")
    for key, kind in (("id", str), ("model", str), ("inputs", dict), ("expected", dict)):
        if not isinstance(case.get(key), kind):
            raise BadInput(where, f"{key}: {case.get(key)!r}", "id, model: text; inputs, expected: objects")
    model = known_models().get(case["model"])
    for name, value in case["inputs"].items():
        if not (isinstance(value, list) and len(value) == 2):
            raise BadInput(f"{where}.inputs.{name}", value, "[value, unit]")
        _check_unit(f"{where}.inputs.{name}", name, value[1], model["inputs"] if model else None)
    for name, value in case["expected"].items():
        if not (isinstance(value, dict) and _is_number(value.get("value")) and _is_number(value.get("tol"))):
            raise BadInput(f"{where}.expected.{name}", value, "{value, unit, tol, tol_kind} with finite numbers")
        if value["tol"] < 0 or value.get("tol_kind") not in ("abs", "rel"):
            raise BadInput(f"{where}.expected.{name}", value, "tol >= 0; tol_kind abs or rel")
        _check_unit(f"{where}.expected.{name}", name, value.get("unit"), model["outputs"] if model else None)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _check_unit(where: str, name: str, unit: Any, units: dict[str, str] | None) -> None:
    """BadInput when a model of the collection is given a name or unit that it does not have."""
    if units is None:
        return
    if name not in units:
        raise BadInput(where, name, ", ".join(units))
    if unit != units[name]:
        raise BadInput(where, f"unit {unit}", units[name], f"convert {name} to {units[name]}")


def run_case(case: dict[str, Any], folder: Path = PACKAGED) -> CaseResult:
    """Run one case of good form (load_cases) with the function that skyreach uses for its model.

    folder: where data tables that the case names (inputs ending in _csv) are looked for first."""
    from skyreach.analysis.validation_registry import REGISTRY

    expected = {name: output["value"] for name, output in case["expected"].items()}
    result = CaseResult(
        id=case["id"],
        model=case["model"],
        status="not covered",
        source=str(case.get("source", "")),
        expected=expected,
        tolerance={name: _tolerance(output) for name, output in case["expected"].items()},
        unit={name: output.get("unit", "") for name, output in case["expected"].items()},
    )
    if case["model"] not in REGISTRY:
        result.reason = "skyreach has no such model"
        return result
    try:
        inputs = {name: _table(name, value, folder) for name, (value, _) in case["inputs"].items()}
        answer = REGISTRY[case["model"]](**inputs)
    except Exception as error:
        result.status, result.reason = "fail", f"{type(error).__name__}: {error}"
        return result
    result.got = {name: float(answer[name]) for name in expected if name in answer}
    missing = [name for name in expected if name not in answer]
    if missing:
        result.reason = f"skyreach does not compute {', '.join(missing)} for these inputs"
        return result
    held = all(_agrees(result, name) for name in expected)
    result.status = "pass" if held else "unverified" if case.get("status") == "unverified" else "fail"
    return result


def _table(name: str, value: Any, folder: Path) -> Any:
    """The value itself; for a data table its path, beside the file of cases or among the packaged ones."""
    if not name.endswith("_csv"):
        return value
    plain = Path(str(value)).name
    return str(folder / plain if (folder / plain).is_file() else PACKAGED / plain)


def _tolerance(output: dict[str, Any]) -> float:
    return output["tol"] * (abs(output["value"]) if output["tol_kind"] == "rel" else 1.0)


def _agrees(result: CaseResult, name: str) -> bool:
    """Within tolerance (and the rounding of doubles); degrees are compared modulo 360."""
    difference = result.got[name] - result.expected[name]
    if result.unit[name] == "deg":
        difference = math.remainder(difference, 360.0) if math.isfinite(difference) else math.nan
    slack = 4e-16 * abs(result.expected[name])
    return abs(difference) <= result.tolerance[name] + slack


def run_files(paths: Iterable[Path] | None = None) -> list[CaseResult]:
    """Run all cases of the files (None: those that come with skyreach), in the order of the files."""
    files = packaged_files() if paths is None else paths
    return [run_case(case, path.parent) for path in files for case in load_cases(path)]


def summary(results: list[CaseResult]) -> dict[str, Any]:
    """Counts: cases by status, models run, models of the collection that skyreach has."""
    from skyreach.analysis.validation_registry import REGISTRY

    counts: dict[str, Any] = {status: sum(r.status == status for r in results) for status in STATUSES}
    counts["cases"] = len(results)
    counts["models"] = len({r.model for r in results if r.status != "not covered"})
    counts["models_covered"] = len(REGISTRY)
    counts["models_in_collection"] = len(known_models())
    return counts
