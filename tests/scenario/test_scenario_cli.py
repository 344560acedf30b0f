"""`skyreach check` and `skyreach schema`: one document on stdout, errors without traceback, exit code 2."""

import json

import pytest
import typer
from typer.testing import CliRunner

from skyreach.cli.check import check
from skyreach.cli.schema import schema
from skyreach.errors import BadInput

app = typer.Typer()
app.command()(check)
app.command()(schema)


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_check_says_what_is_in_it():
    done = run("check", "murted-raid")
    assert done.exit_code == 0
    assert done.stdout.startswith("murted-raid: in order.")
    assert "radars: 1 x 91n6e, 2 x 92n6e, 2 x 96l6e" in done.stdout


def test_check_json():
    document = json.loads(run("check", "murted-raid", "--json").stdout)
    assert document["ok"] is True
    assert document["threats"] == 24


def test_check_set():
    document = json.loads(run("check", "murted-raid", "--set", "raid.mald.count=5", "--json").stdout)
    assert document["threats"] == 25


@pytest.mark.parametrize(
    "words", [["--set", "raid.mald.count=0"], ["--set", "raid.mold.count=1"], ["--set", "x"]]
)
def test_wrong_setting(words):
    done = run("check", "murted-raid", *words)
    assert isinstance(done.exception, BadInput)  # printed by main(), without traceback
    assert done.exception.exit_code == 2
    assert done.stdout == ""


def test_check_json_of_a_wrong_file(tmp_path, tiny):
    path = tmp_path / "file.yaml"
    path.write_text(tiny.replace("lat: 39.75", "lat: 91").replace("count: 4\n", "count: 0\n"))
    done = run("check", str(path), "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 2
    assert document["ok"] is False
    assert [problem["where"] for problem in document["problems"]] == [f"{path}:6", f"{path}:27"]
    assert document["problems"][0]["path"] == "sites.hill.lat"
    assert document["problems"][0]["value"] == "91"


def test_check_json_of_no_file():
    document = json.loads(run("check", "nothing-here", "--json").stdout)
    assert document["ok"] is False
    assert "nothing-here" in document["problems"][0]["where"]


def test_schema():
    assert json.loads(run("schema").stdout)["title"] == "Scenario"
