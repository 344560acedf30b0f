"""The verbs run, explain, sql, sources, warmup and demo, called in this process: quick enough for every bad input we know.

Exit codes, streams, and never a traceback; test_cli.py has the real command in a process of its own."""

import errno
import json
import os
import shutil
import sys

import pytest

from skyreach.records.run import read_run

TINY = """\
skyreach: 1
name: tiny
start: 2026-05-01T02:00:00Z
duration_s: 30
terrain: smooth
formations:
  - name: battery
    level: battery
    radars:
      - {name: eye, system: 92n6e, at: murted, axis_deg: 180}
    launchers:
      - {system: 5p85te2, count: 1, load: {48n6e3: 4}, at: murted}
raid:
  - name: bandit
    system: f-16c
    route:
      - {at: {site: murted, bearing_deg: 180, distance_km: 60}, height_m: 6000, ref: msl}
      - {at: {site: murted, bearing_deg: 180, distance_km: 20}, height_m: 6000, ref: msl}
"""


@pytest.fixture
def tiny(tmp_path):
    """A scenario file that runs in no time."""
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A run folder of murted-raid, seed 1; not to be changed."""
    import skyreach as sr

    return sr.run("murted-raid", seed=1).save(tmp_path_factory.mktemp("runs") / "murted")


def clean(said, code):
    """Exit code as wanted, and nothing that looks like a crash."""
    assert said.code == code, said.err
    for text in (said.out, said.err):
        assert "Traceback" not in text
        assert "Error(" not in text


def test_run_writes_a_folder_and_prints_the_result(skyreach, tiny, tmp_path):
    said = skyreach("run", tiny, "--out", tmp_path / "r", "--seed", 3)
    clean(said, 0)
    assert said.out.startswith("tiny  seed 3  30 s  digest ")
    assert "hostile 1: killed" in said.out
    assert f"run folder: {tmp_path / 'r'}" in said.out
    run = read_run(tmp_path / "r")
    assert run.summary["seed"] == 3
    assert run.summary["digest"][:16] in said.out


def test_quiet_and_json(skyreach, tiny, tmp_path):
    said = skyreach("run", tiny, "--out", tmp_path / "r", "--quiet")
    clean(said, 0)
    assert said.err == ""
    assert said.out
    said = skyreach("run", tiny, "--out", tmp_path / "s", "--json", "--quiet")
    assert said.err == ""
    assert json.loads(said.out)["folder"] == str(tmp_path / "s")


def test_without_out_the_folder_is_numbered(skyreach, tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("tiny-1", "tiny-1-2", "tiny-1-3"):
        said = skyreach("run", tiny, "--json")
        clean(said, 0)
        assert json.loads(said.out)["folder"] == os.path.join("runs", name)
        assert (tmp_path / "runs" / name / "manifest.json").is_file()


def test_set_and_the_largest_seed(skyreach, tiny, tmp_path):
    settings = ("--set", "raid.bandit.count=3", "--set", "duration_s=20")
    said = skyreach("run", tiny, "--out", tmp_path / "r", "--json", *settings, "--seed", 2**64 - 1)
    clean(said, 0)
    result = json.loads(said.out)
    assert (result["hostile"], result["duration_s"], result["seed"]) == (3, 20.0, 2**64 - 1)
    assert result["terrain"]["name"].startswith("smooth")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("run", "murted-rade"), "murted-raid"),
        (("run", "{tmp}"), "is a folder"),
        (("run", "{tiny}", "--set", "raid.nobody.count=3"), "no item nobody"),
        (("run", "{tiny}", "--set", "duration_s=-1"), "duration_s"),
        (("run", "{tiny}", "--set", "raid.bandit.count=nan"), "count"),
        (("run", "{tiny}", "--seed", "-1"), "whole numbers"),
        (("run", "{tiny}", "--seed", "18446744073709551616"), "whole numbers"),
        (("run", "{tiny}", "--seed", "one"), "--seed"),
        (("run", "{tiny}", "--out", "{tmp}"), "there already"),
        (("run", "{tiny}", "--out", "{tiny}"), "there already"),
        (("run",), "scenario"),
        (("run", "{tiny}", "--nonsense"), "nonsense"),
        (("nonsense",), "nonsense"),
    ],
)
def test_bad_input_is_code_2_with_words(skyreach, tiny, tmp_path, args, said):
    answer = skyreach(*(a.format(tmp=tmp_path, tiny=tiny) for a in args))
    clean(answer, 2)
    assert said in answer.err
    assert answer.out == ""


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "- a\n- b\n",
        "skyreach: 1\n  name: [",
        "\x00\x01",
        "skyreach: 2\nname: x\n",
        "!!python/object/apply:os.system ['echo bad']",
        BOMB,
        "a: " + "[" * 5000,
        "skyreach: 1\nname: x\nname: y\n",
        "skyreach: .nan\n",
        "? {a: b}\n: c\n",
        "skyreach: 1\nname: x\nstart: 2026-13-45T99:00:00Z\nduration_s: 1e400\nraid: []\n",
    ],
    ids=lambda text: text[:20].replace("\n", " "),
)
def test_a_scenario_that_is_none(skyreach, tmp_path, text):
    (tmp_path / "bad.yaml").write_text(text, encoding="latin-1")
    answer = skyreach("run", tmp_path / "bad.yaml", "--out", tmp_path / "r")
    clean(answer, 2)
    assert "bad.yaml" in answer.err
    assert not (tmp_path / "r").exists()
    assert "bad\n" not in answer.out


def test_bytes_that_are_no_text(skyreach, tmp_path):
    (tmp_path / "bad.yaml").write_bytes(b"skyreach: 1\nname: \xff\xfe\n")
    answer = skyreach("run", tmp_path / "bad.yaml")
    clean(answer, 2)
    assert "bad.yaml:2" in answer.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_scenario_that_may_not_be_read(skyreach, tiny):
    tiny.chmod(0)
    clean(skyreach("run", tiny), 2)


def test_a_mistake_names_file_line_and_cure(skyreach, tiny):
    tiny.write_text(tiny.read_text().replace("system: f-16c", "system: f-16d"))
    answer = skyreach("run", tiny)
    clean(answer, 2)
    assert "tiny.yaml:15" in answer.err
    assert "f-16c" in answer.err


def test_a_full_disk_is_code_3(skyreach, tiny, tmp_path, monkeypatch):
    from skyreach.records import run as module

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module.pq, "write_table", full)
    answer = skyreach("run", tiny, "--out", tmp_path / "r")
    clean(answer, 3)
    assert "No space left" in answer.err
    assert not (tmp_path / "r").exists()


def test_a_run_that_fails_is_code_3_and_leaves_nothing(skyreach, tiny, tmp_path, monkeypatch):
    import skyreach.engine.replicate as module
    from skyreach.world.codes import FAULT_EVENTS

    finish = module.finish_run

    def spoil(model, world, log):
        world.clock[0]["fault"] |= FAULT_EVENTS
        finish(model, world, log)

    monkeypatch.setattr(module, "finish_run", spoil)
    answer = skyreach("run", tiny, "--out", tmp_path / "r")
    clean(answer, 3)
    assert "the event table is full" in answer.err
    assert not (tmp_path / "r").exists()


def test_an_interrupt_is_told_without_traceback(skyreach, tiny, tmp_path, monkeypatch):
    import skyreach.engine.replicate as module

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run_frames", stop)
    clean(skyreach("run", tiny, "--out", tmp_path / "r"), 130)
    assert not (tmp_path / "r").exists()


def test_a_terminal_on_stderr_changes_nothing_on_stdout(skyreach, tiny, tmp_path, monkeypatch):
    plain = skyreach("run", tiny, "--json", "--out", tmp_path / "a")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    shown = skyreach("run", tiny, "--json", "--out", tmp_path / "b")
    clean(shown, 0)
    assert json.loads(shown.out)["digest"] == json.loads(plain.out)["digest"]


def test_warmup(skyreach):
    said = skyreach("warmup")
    clean(said, 0)
    assert "kernels ready" in said.err
    assert said.out == ""


def test_demo_from_run_to_page(skyreach, tmp_path):
    said = skyreach("demo", "--out", tmp_path / "demo", "--quiet")
    clean(said, 0)
    assert said.err == ""
    assert "murted-raid  seed 1" in said.out
    page = tmp_path / "demo" / "report.html"
    assert f"The page: {page.resolve()}" in said.out
    assert page.stat().st_size > 10_000
    assert "400" in said.out
    run = read_run(tmp_path / "demo")
    assert run.summary["seed"] == 1
    assert all(name in said.out for name in run.summary["leaker_names"])
    clean(skyreach("demo", "--out", tmp_path / "demo"), 2)


def test_explain_json_is_one_document_for_every_target(skyreach, kept):
    for target in range(28):
        said = skyreach("explain", kept, target, "--json")
        clean(said, 0)
        answer = json.loads(said.out)
        assert answer["target"]["target"] == target
        assert answer["story"][0].startswith(answer["target"]["name"])
        assert all(part["t_from"] < part["t_to"] for part in answer["limits"])


def test_explain_an_unknown_target(skyreach, kept):
    said = skyreach("explain", kept, "nobody")
    clean(said, 2)
    assert "shahed-north-1" in said.err
    assert said.out == ""


def test_sql_prints_all_of_a_table(skyreach, kept):
    """Into a pipe nothing is cut off, however wide."""
    said = skyreach("sql", kept, "select * from targets order by target")
    clean(said, 0)
    for word in ("target", "t_start_s", "t_end_s", "kizilirmak-south-1", "shahed-136", "battalion-2-radar"):
        assert word in said.out
    assert "…" not in said.out


def test_sql_json_carries_decimals_and_dates(skyreach, kept):
    said = skyreach("sql", kept, "select name, 1.5::decimal(3, 1) as d, date '2026-05-01' as day from targets", "--json")
    clean(said, 0)
    rows = json.loads(said.out)
    assert len(rows) == 28
    assert list(rows[0]) == ["name", "d", "day"]


@pytest.mark.parametrize("query", ["select '[/nope]'", "select '[bold]x[/bold]' as \"[/nope]\"", "select '\x1b[31mred'", "select null, true, 1e300"])
def test_sql_prints_what_stands_there(skyreach, kept, query):
    """Words in brackets are no markup."""
    said = skyreach("sql", kept, query)
    clean(said, 0)
    for word in ("[/nope]", "[bold]x[/bold]"):
        assert (word in said.out) == (word in query)


@pytest.mark.parametrize("query", ["", "nonsense", "select * from nowhere", "select * from read_csv('x.csv')"])
def test_sql_refuses(skyreach, kept, query):
    said = skyreach("sql", kept, query)
    clean(said, 2)
    assert "targets" in said.err


def test_every_source_of_every_input_is_listed(skyreach, kept):
    assert "92n6e" in skyreach("sources", kept).out
    answer = skyreach("sources", kept, "--json")
    clean(answer, 0)
    document = json.loads(answer.out)
    listed = {source["key"] for source in document["sources"]}
    for entry in document["inputs"]:
        assert entry["source"]
        assert set(entry["source"]) <= listed | {"user"}


@pytest.mark.parametrize("args", [("explain", "{run}", "0"), ("sql", "{run}", "select 1"), ("sources", "{run}")], ids=lambda args: args[0])
@pytest.mark.parametrize("spoil", ["file", "empty", "half", "manifest", "format"])
def test_a_folder_that_is_none(skyreach, kept, tmp_path, args, spoil):
    place = tmp_path / "copy"
    if spoil == "file":
        place.write_text("x")
    elif spoil == "empty":
        place.mkdir()
    else:
        shutil.copytree(kept, place)
        if spoil == "half":
            (place / "manifest.json").unlink()
            (place / "events.parquet").unlink()
        else:
            (place / "manifest.json").write_text({"manifest": "{", "format": '{"format": 7}'}[spoil])
    said = skyreach(*(a.format(run=place) for a in args))
    clean(said, 2)
    assert str(place) in said.err
    assert said.out == ""


@pytest.mark.parametrize("table", ["events", "reasons", "shots"])
def test_a_damaged_table(skyreach, kept, tmp_path, table):
    place = shutil.copytree(kept, tmp_path / "copy")
    (place / f"{table}.parquet").write_bytes(b"PAR1")
    for args in (("explain", place, "0"), ("sql", place, "select 1")):
        said = skyreach(*args)
        clean(said, 2)
        assert f"{table}.parquet" in said.err


def test_explain_all_and_the_picture(skyreach, kept, tmp_path):
    said = skyreach("explain", kept, "--all", "--json")
    clean(said, 0)
    assert len(json.loads(said.out)) == 28
    said = skyreach("explain", kept, "--all", "--out", tmp_path / "all.svg")
    clean(said, 0)
    assert said.out.count("\n") >= 29
    assert (tmp_path / "all.svg").read_text().lstrip().startswith("<?xml")
    for args in ((), ("mald-1", "--all"), ("mald-1", "--out", tmp_path / "x.gif")):
        clean(skyreach("explain", kept, *args), 2)


def test_whatif_in_words_and_json(skyreach, kept):
    said = skyreach("whatif", kept, "--change", "none")
    clean(said, 0)
    assert "the same bits" in said.out
    assert "no target ends otherwise" in said.out
    said = skyreach("whatif", kept, "--change", "raid.mald.count=5")
    clean(said, 0)
    assert "mald-5" in said.out
    said = skyreach("whatif", kept, "--change", "salvo+1", "--json")
    clean(said, 0)
    assert json.loads(said.out)["repeated"] is True
    said = skyreach("whatif", kept, "--change", "no-jamming")
    clean(said, 0)
    assert "nothing to change" in said.out
    said = skyreach("whatif", kept, "--change", "mast-upp")
    clean(said, 2)
    assert "did you mean mast-up?" in said.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--change", "salvo+1"), ("95 % interval", "hostile targets that arrive", "unpaired")),
        (("--ladder",), ("circle", "smooth earth", "terrain", "radar physics", "full chain")),
        (("--claims", "maker,independent"), ("98zh6e.target_channels", "maker", "independent")),
    ],
)
def test_compare_in_words_and_json(skyreach, args, words):
    said = skyreach("compare", "murted-f35", *args, "--runs", 2, "--set", "duration_s=301")
    clean(said, 0)
    assert all(word in said.out for word in words)
    said = skyreach("compare", "murted-f35", *args, "--runs", 2, "--set", "duration_s=301", "--json")
    clean(said, 0)
    json.loads(said.out)


def test_compare_worth_of_nodes(skyreach):
    said = skyreach("compare", "murted-f35", "--worth", "--runs", 2, "--set", "duration_s=301")
    clean(said, 0)
    assert "2 runs of each" in said.out


@pytest.mark.parametrize("args", [(), ("--worth", "--ladder"), ("--change", "nonsense"), ("--claims", ""), ("nowhere.yaml",)])
def test_compare_bad_questions(skyreach, args):
    clean(skyreach("compare", "murted-raid", *args, "--runs", 2), 2)


def test_bundle_and_reproduce(skyreach, kept, tmp_path):
    clean(skyreach("bundle", kept, "--out", tmp_path / "run.zip"), 0)
    clean(skyreach("bundle", kept, "--out", tmp_path / "run.zip"), 2)
    said = skyreach("reproduce", tmp_path / "run.zip", "--out", tmp_path / "again")
    clean(said, 0)
    assert "reproduced: every table has the same digest" in said.out
    assert read_run(tmp_path / "again").manifest["digest"] == read_run(kept).manifest["digest"]
    said = skyreach("reproduce", tmp_path / "run.zip", "--terrain", "smooth", "--json")
    clean(said, 4)
    assert json.loads(said.out)["same"] is False
    clean(skyreach("reproduce", tmp_path / "none.zip"), 2)


def test_run_under_claims(skyreach, tmp_path):
    clean(skyreach("run", "murted-f35", "--set", "duration_s=301", "--claims", "maker", "--out", tmp_path / "run"), 0)
    assert "claims:\n- maker" in (tmp_path / "run" / "scenario.yaml").read_text()
    clean(skyreach("run", "murted-f35", "--claims", "nobody", "--out", tmp_path / "other"), 2)
