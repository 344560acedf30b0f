"""The command line as a user meets it: in a process of its own, exit codes, one JSON document, never a traceback."""

import json
import os
import subprocess
import sys

import pytest


def skyreach(*arguments, cwd, **more):
    """Run the command; (exit code, stdout, stderr)."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "skyreach", *arguments], cwd=cwd, capture_output=True, text=True, env=os.environ, **more
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("cli")
    code, out, err = skyreach("run", "murted-raid", "--out", "r", "--json", "--quiet", cwd=place)
    assert (code, err) == (0, "")
    assert json.loads(out)["folder"] == "r"
    return place / "r"


def test_run_prints_the_promised_keys(folder):
    code, out, _ = skyreach("run", "murted-raid", "--out", "again", "--json", "--quiet", cwd=folder.parent)
    document = json.loads(out)
    assert code == 0
    assert {"digest", "seed", "leakers", "killed", "missiles_fired", "terrain"} <= set(document)
    assert document["digest"] == json.loads((folder / "manifest.json").read_text())["digest"]


def test_run_for_people_names_seed_terrain_and_next_steps(tmp_path):
    code, out, _ = skyreach("run", "murted-f35", "--seed", "7", cwd=tmp_path)
    assert code == 0
    for words in ("seed 7", "terrain:", "posting", "skyreach explain", "runs/murted-f35-7"):
        assert words in out
    assert "f-35: first seen by" in out  # few targets: first detections are printed


def test_explain_sql_sources(folder):
    code, out, _ = skyreach("explain", str(folder), "mald-1", cwd=folder.parent)
    assert code == 0
    assert "mald-1" in out
    code, out, _ = skyreach("explain", str(folder), "mald-1", "--json", cwd=folder.parent)
    assert code == 0
    assert json.loads(out)["target"]["name"] == "mald-1"
    code, out, _ = skyreach("sql", str(folder), "select count(*) as n from targets", "--json", cwd=folder.parent)
    assert (code, json.loads(out)) == (0, [{"n": 28}])
    code, out, _ = skyreach("sources", str(folder), "--json", cwd=folder.parent)
    assert code == 0
    json.loads(out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "no-such-scenario"), "no-such-scenario"),
        (("run", "murted-raid", "--set", "raid.mald.cuont=3"), "count"),
        (("run", "murted-raid", "--set", "duration_s"), "path=value"),
        (("run", "murted-raid", "--terrain", "no/such/file.tif"), "no/such/file.tif"),
        (("explain", "no-such-run", "1"), "no such folder"),
        (("sql", "no-such-run", "select 1"), "no such folder"),
        (("report", "no-such-run"), "no such folder"),
        (("sources", "no-such-run"), "no-such-run"),
        (("coverage", "s-401", "--at", "murted"), "s-400"),
        (("coverage", "s-400", "--at", "91,32"), "91"),
        (("check", "no-such-scenario"), "no-such-scenario"),
    ],
)
def test_bad_input_is_exit_2_and_says_so(arguments, words, tmp_path):
    code, out, err = skyreach(*arguments, cwd=tmp_path)
    assert code == 2
    assert out == ""
    assert words in " ".join(err.split())
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_exit_2(folder):
    code, _, err = skyreach("run", "murted-raid", "--out", str(folder), "--quiet", cwd=folder.parent)
    assert code == 2
    assert "there already" in err


def test_a_folder_that_cannot_be_written_is_exit_3(tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, _, err = skyreach("run", "murted-raid", "--out", "file/run", "--quiet", cwd=tmp_path)
    assert code == 3
    assert "could not be written" in err


def test_a_waypoint_below_ground_names_the_line(tmp_path):
    import skyreach as sr

    text = sr.load("murted-f35").to_yaml().replace("height_m: 9000", "height_m: 500")
    (tmp_path / "low.yaml").write_text(text)
    code, _, err = skyreach("run", "low.yaml", cwd=tmp_path)
    assert code == 2
    assert "low.yaml:" in err
    assert "below the ground" in err


def test_version_and_help(tmp_path):
    assert skyreach("--version", cwd=tmp_path)[1].strip().count(".") == 2
    code, out, _ = skyreach("--help", cwd=tmp_path)
    assert code == 0
    assert all(verb in out for verb in ("demo", "run", "check", "coverage", "explain", "report", "sql", "validate"))
