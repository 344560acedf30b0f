"""The verbs of sight on the command line: profile, vcd, site, and coverage of a scenario."""

import json
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from skyreach.cli import coverage, profile, site, vcd
from skyreach.errors import BadInput

VERBS = {"profile": profile.profile, "vcd": vcd.vcd, "site": site.site, "coverage": coverage.coverage}
SMALL = {
    "profile": ["murted", "39.9,32.3", "--height-b", "200"],
    "vcd": ["96l6e", "--height", "100,1000", "--pd", "0.5", "--sea-state", "2", "--surface", "sea"],
    "site": ["96l6e", "--around", "murted", "--radius", "15", "--grid", "3", "--within", "40", "--sites", "2"],
    "coverage": ["murted-f35", "--height", "100"],
}


def run(verb, *words):
    app = typer.Typer()
    app.command()(VERBS[verb])
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.mark.parametrize("verb", VERBS)
def test_one_json_document_on_stdout(verb):
    document = json.loads(run(verb, *SMALL[verb], "--json", "--quiet").stdout)
    assert {
        "profile": "losses_db", "vcd": "heights", "site": "together", "coverage": "radars",
    }[verb] in document  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("profile", ["line of sight:", "lowest visible at B:", "delta-Bullington", "terrain:"]),
        ("vcd", ["96L6E", "sea, roughness 0.075 m", "lobes", "free space km"]),
        ("site", ["chosen 1", "together", "greedy", "terrain:", "note: Floor maps of candidates"]),
        ("coverage", ["radars that emit", "each radar", "terrain:", "in range"]),
    ],
)
def test_people_read_figures_and_where_they_are_from(verb, words):
    said = run(verb, *SMALL[verb], "--quiet").stdout
    for word in words:
        assert word in said


@pytest.mark.parametrize(("verb", "formats"), [("profile", "csv,svg"), ("vcd", "csv"), ("site", "geojson"), ("coverage", "kml,json")])
def test_only_the_files_that_are_asked_for(verb, formats, tmp_path):
    done = run(verb, *SMALL[verb], "--out", str(tmp_path / "x"), "--format", formats)
    assert sorted(p.suffix.lstrip(".") for p in (tmp_path / "x").iterdir()) == sorted(formats.split(","))
    assert "written:" in done.stderr
    assert "written:" not in done.stdout


@pytest.mark.parametrize(
    ("verb", "words", "said"),
    [
        ("profile", ["murted"], "Missing argument"), ("vcd", ["96l6e", "--at", "murted", "--smooth"], "--smooth"),
        ("coverage", ["s-400"], "coverage: at"), ("coverage", ["murted-f35", "--at", "murted"], "at for the scenario"),
        ("coverage", ["murted-f35", "--mast", "40v6m"], "mast for the scenario"), ("coverage", ["none.yaml"], "none.yaml"),
        ("site", ["96l6e"], "one of around"), ("site", ["96l6e", "--bbox", "a,b"], "bbox"), ("vcd", ["96l6e", "--pd", "high"], "pd"),
        ("vcd", ["96l6e", "--out", "x", "--format", "gif"], "format"), ("vcd", ["96l6e", "--set", "96l6e.height_none=tall"], "height_none"),
    ],
)  # fmt: skip
def test_bad_words_are_refused(verb, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.command()(VERBS[verb])
    done = CliRunner().invoke(app, [*words, "--quiet"])
    assert done.exit_code == 2 or isinstance(done.exception, BadInput)
    assert said in done.output + str(done.exception)


def test_the_command_ends_with_code_2_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "skyreach", "profile", "murted", "atlantis"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 2
    assert "profile: B" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_scenario_in_python_is_a_network():
    import skyreach as sr

    found = sr.coverage("murted-f35", heights=(100.0,), rcs=1.0)
    assert found.table[0]["radars_km2"]
    assert sr.vcd("96l6e", heights=(100.0,)).table
    assert sr.profile("murted", "39.9,32.3").length > 0.0
    assert sr.site("96l6e", candidates="40.1,32.6", within_km=20.0).chosen
