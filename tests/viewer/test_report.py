"""The page as a file: everything in it, nothing from outside, nothing that runs by accident."""

import json
import re

import pytest

from skyreach.errors import RunFailed
from skyreach.records.run import TABLES, Run, read_run
from skyreach.viewer import build, report
from skyreach.viewer.build import embedded, fill
from skyreach.viewer.report import report_html, write_report

MOST = 6_000_000  # bytes


def renamed(run: Run, **changes: object) -> Run:
    """The same run with other words in its manifest."""
    return Run({**run.manifest, **changes}, run.scenario_yaml, {name: run.table(name) for name in TABLES})


def test_the_page_holds_every_part(page, parts):
    for name in parts.names():
        assert page.held(f"part-{name}") == parts.part(name), name
    assert page.held("app-code").decode() == build.built("app.js")


def test_nothing_is_loaded_from_outside(page):
    for tag, attrs in page.elements:
        for name in ("src", "srcset", "data", "poster", "action", "background"):
            assert not attrs.get(name), f"<{tag} {name}={attrs.get(name)}>"
        assert (attrs.get("href") or "data:").startswith("data:")
    assert "@import" not in page.html
    assert not re.search(r"url\((?!['\"]?data:)", page.texts["style"][0])
    policy = next(a["content"] for t, a in page.elements if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_size(page):
    assert len(page.html.encode()) < MOST


def test_words_of_the_user_stay_words(run, parse, page, page_is_built):
    name = "<script>alert(1)</script>"
    html = report_html(renamed(run, scenario=name, title=name, notice=name))
    assert html.count("<script") == page.html.count("<script")
    found = parse(html)
    assert json.loads(found.held("part-document"))["title"] == name
    assert found.texts["title"] == [f"{name} · skyreach"]


def test_without_scripts_the_result_is_said(page, run):
    said = " ".join(page.texts["noscript"])
    assert f"Of {run.summary['hostile']} threats" in said
    assert "A <b>small</b> raid & its page" in said


def test_embedded_json_cannot_end_its_element():
    text = embedded(json.dumps({"a": "</script><!--\u2028&"}, ensure_ascii=False))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028&"}


def test_what_is_filled_in_is_not_filled_again():
    assert fill("{{a}}-{{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}}-x"


def test_the_same_run_gives_the_same_page(page, run, tmp_path):
    assert report_html(read_run(renamed(run).save(tmp_path / "run"))) == page.html


def test_write_replaces_the_page_and_returns_its_path(run, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "report_html", lambda _: "<!doctype html>new")
    path = tmp_path / "deep" / "page.html"
    assert write_report(run, path) == path
    path.write_text("old")
    write_report(run, path)
    assert path.read_text() == "<!doctype html>new"
    assert [p.name for p in path.parent.iterdir()] == ["page.html"]


def test_a_place_that_cannot_be_written_is_said(run, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "report_html", lambda _: "x")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFailed, match="could not be written"):
        write_report(run, tmp_path / "file" / "page.html")


def test_a_page_that_was_not_built_is_said_with_the_cure(monkeypatch):
    monkeypatch.setattr(build, "FOLDER", "_nowhere")
    build.built.cache_clear()
    with pytest.raises(RunFailed, match="hatch_build"):
        build.built("app.js")
    build.built.cache_clear()
