"""Every published case of a model that skyreach has must agree; bad files give clear errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skyreach.analysis import validate
from skyreach.errors import BadInput

REPOSITORY = Path(__file__).resolve().parents[2]


def _shared_folder():
    """Folder of the collected cases: SKYREACH_SHARED_REFERENCE, or shared/reference/validation beside the
    repository."""
    named = os.environ.get("SKYREACH_SHARED_REFERENCE")
    return Path(named) if named else REPOSITORY.parent / "shared" / "reference" / "validation"


PACKAGED = [case for path in validate.packaged_files() for case in validate.load_cases(path)]


@pytest.mark.parametrize("case", PACKAGED, ids=lambda case: case["id"])
def test_packaged_case(case):
    result = validate.run_case(case)
    assert result.status in ("pass", "unverified"), result


@pytest.mark.skipif(not _shared_folder().is_dir(), reason="the collected cases are not beside the repository")
def test_collected_cases_are_covered_or_said_not_to_be():
    files = sorted(path for path in _shared_folder().glob("*.json") if path.name != "models.json")
    assert files
    results = validate.run_files(files)
    failed = [result for result in results if result.status == "fail"]
    assert not failed
    packaged = {case["id"] for case in PACKAGED}
    run = {result.id for result in results if result.status in ("pass", "unverified")}
    assert run >= packaged


def _case(**changes):
    case = {
        "id": "X-1",
        "model": "rcs_sphere",
        "inputs": {"radius": [1.0, "m"]},
        "expected": {"rcs": {"value": 3.14159265, "unit": "m2", "tol": 1e-6, "tol_kind": "abs"}},
    }
    return {**case, **changes}


def _run(tmp_path, *cases):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"cases": list(cases)}))
    return validate.run_files([path])


def test_a_wrong_number_fails(tmp_path):
    wrong = {"rcs": {"value": 3.2, "unit": "m2", "tol": 1e-3, "tol_kind": "abs"}}
    assert [r.status for r in _run(tmp_path, _case(), _case(expected=wrong))] == ["pass", "fail"]
    assert _run(tmp_path, _case(expected=wrong, status="unverified"))[0].status == "unverified"


def test_an_unknown_model_is_not_covered(tmp_path):
    result = _run(tmp_path, _case(model="crystal_ball"))[0]
    assert (result.status, result.reason) == ("not covered", "skyreach has no such model")


def test_degrees_are_compared_modulo_360():
    result = validate.run_case(
        {
            "id": "X-2",
            "model": "geodetic_to_aer",
            "inputs": dict(
                site_lat=[0.0, "deg"], site_lon=[0.0, "deg"], site_h=[0.0, "m"],
                target_lat=[0.0, "deg"], target_lon=[-1.0, "deg"], target_h=[0.0, "m"],
            ),
            "expected": {"azimuth": {"value": 270.0, "unit": "deg", "tol": 1e-9, "tol_kind": "abs"}},
        }
    )  # fmt: skip
    assert result.status == "pass"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"inputs": {"radius": [1.0, "km"]}}, "unit km"),
        ({"inputs": {"size": [1.0, "m"]}}, "radius"),
        ({"inputs": {"radius": 1.0}}, "[value, unit]"),
        ({"expected": {"rcs": {"value": "nan", "unit": "m2", "tol": 0, "tol_kind": "abs"}}}, "finite"),
        ({"expected": {"rcs": {"value": 1.0, "unit": "m2", "tol": -1, "tol_kind": "abs"}}}, "tol >= 0"),
        ({"id": 7}, "id"),
    ],
)
def test_bad_cases_are_refused_with_their_place(tmp_path, changes, part):
    with pytest.raises(BadInput, match=r"cases\[0\]") as caught:
        _run(tmp_path, _case(**changes))
    assert part in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"cases": 1}', "[" * 100000])
def test_bad_files_are_refused(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"bad\.json"):
        validate.load_cases(path)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="No such file"):
        validate.load_cases(tmp_path / "none.json")


def test_a_case_that_breaks_its_model_fails_with_the_reason(tmp_path):
    result = _run(tmp_path, _case(inputs={}))[0]
    assert result.status == "fail"
    assert "radius" in result.reason


def test_results_are_json():
    result = validate.run_case(_case())
    assert json.loads(json.dumps(result.as_dict()))["got"]["rcs"] == pytest.approx(3.14159265, abs=1e-8)


def _answers():
    return {result.id: result.got for result in validate.run_files()}


def test_without_the_compiler_every_answer_is_the_same_to_the_bit():
    code = "import json, skyreach.analysis.validate as v; print(json.dumps({r.id: r.got for r in v.run_files()}))"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == _answers()
