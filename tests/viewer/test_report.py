"""The page as a file: what it embeds is what the tables hold, and nothing in it reaches out or runs by accident."""

import json
import re

import numpy as np
import pytest

from skyreach.errors import RunFailed
from skyreach.records.run import TABLES, Run, read_run
from skyreach.viewer import report
from skyreach.viewer.report import embedded, report_html, write_report
from skyreach.viewer.report_plane import Plane

MOST = 4_000_000  # bytes


def renamed(run: Run, **changes: object) -> Run:
    """The same run with other words in its manifest."""
    return Run({**run.manifest, **changes}, run.scenario_yaml, {name: run.table(name) for name in TABLES})


def test_counts_names_and_outcomes_are_those_of_the_tables(page, run):
    rows = run.targets.to_pylist()
    shown = page.data["targets"]
    assert [t["name"] for t in shown] == [row["name"] for row in rows]
    assert [t["status"] for t in shown] == [row["status"] for row in rows]
    assert [t["side"] for t in shown] == [row["side"] for row in rows]
    assert [len(t["shots"]) for t in shown] == [
        sum(shot["target"] == row["target"] for shot in run.shots.to_pylist()) for row in rows
    ]
    assert sum(t["leaked"] for t in shown) == run.summary["leakers"] > 0
    assert len(page.data["missiles"]) == run.summary["missiles_fired"] > 0
    assert len(page.data["sites"]) == run.sites.num_rows
    assert len(page.data["radars"]) == run.radars.num_rows


def test_first_seen_is_that_of_the_events(page, run):
    first = {row["target"]: row for row in run.events.to_pylist() if row["kind"] == "first seen"}
    names = run.radars["name"].to_pylist()
    for i, target in enumerate(page.data["targets"]):
        assert target["seen"] == (first[i]["t_s"] if i in first else None)
        assert target["radar"] == (names[first[i]["b"]] if i in first else None)


def test_paths_are_those_of_truth(page, run):
    """Back through the plane to degrees: within the step of 10 m, 1e-4 degree."""
    plane = Plane(*page.data["centre"])
    truth = run.truth.to_pylist()
    for i, target in enumerate(page.data["targets"]):
        rows = [row for row in truth if row["target"] == i]
        path = {name: np.cumsum(values) for name, values in target["path"].items()}
        assert path["t"].tolist() == [round(10 * row["t_s"]) for row in rows]
        lat, lon = plane.degrees(path["x"] / 100.0, path["y"] / 100.0)
        np.testing.assert_allclose(lat, [row["lat_deg"] for row in rows], atol=1e-4)
        np.testing.assert_allclose(lon, [row["lon_deg"] for row in rows], atol=1e-4)
        np.testing.assert_allclose(path["agl"], [row["h_agl_m"] for row in rows], atol=0.51)


def test_tracks_and_missiles(page, run):
    assert {track["number"] for track in page.data["tracks"]} == set(run.tracks["track"].to_pylist())
    flown = {row["missile"] for row in run.flights.to_pylist()}
    assert {m["missile"] for m in page.data["missiles"] if m["path"]} == flown
    kills = [mark for mark in page.data["marks"] if mark[1] == "kill"]
    assert len(kills) == sum(row["status"] == "destroyed" for row in run.targets.to_pylist())


def test_every_reason_has_its_meaning(page):
    used = {str(part[2]) for target in page.data["targets"] for part in target["reasons"]}
    assert used == set(page.data["reasons"])
    assert all(reason["meaning"] for reason in page.data["reasons"].values())


def test_tiles_hold_the_summary(page, run):
    tiles = dict(re.findall(r'data-key="(\w+)"><dt>[^<]*</dt><dd class="figure">(\d+)<', page.html))
    for key in ("killed", "leakers", "never_released", "missiles_fired", "civil"):
        assert int(tiles[key]) == run.summary[key]
    assert int(tiles["threats"]) == run.summary["hostile"]


def test_head_names_seed_digest_and_terrain(page, run):
    text = " ".join(page.texts["footer"])
    assert run.manifest["digest"] in text
    assert str(run.manifest["seed"]) in text
    assert run.manifest["terrain"]["name"] in text
    head = " ".join(page.texts["header"])
    assert run.manifest["notice"] in head
    assert f"seed {run.manifest['seed']} · digest {run.manifest['digest'][:12]} · 1 May 2026, 02:00 UTC" in head
    assert f"posting {run.manifest['terrain']['posting_m']:,.0f} m" in head


def test_head_says_what_was_simulated(page):
    head = " ".join(page.texts["header"])
    assert "1\u00a0× 55K6E command post, 1\u00a0× 98Zh6E fire unit, 1\u00a0× Pantsir-S1" in head
    assert "2\u00a0× F-16C with stores, 2\u00a0× Storm Shadow" in head


def test_coarse_terrain_is_called_coarse(page, run):
    assert run.manifest["terrain"]["coarse"]
    assert "The terrain is coarse" in " ".join(page.texts["header"])


def test_every_input_is_listed_with_its_source(page, run):
    heights = 1 + len(page.data["coverage"]["levels"])  # rows of the other table with such a head: the circle, the heights
    assert page.html.count("<tr><th scope=row>") - heights == len(run.manifest["inputs"])
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    links = {attrs["href"][1:] for tag, attrs in page.elements if tag == "a" and (attrs.get("href") or "").startswith("#")}
    assert {f"src-{key}" for entry in run.manifest["inputs"] for key in entry["source"]} <= ids
    assert links <= ids


def test_the_circle_is_larger_than_what_is_seen(page):
    cover = page.data["coverage"]
    assert cover["circle_km2"] == pytest.approx(np.pi * 400.0**2, rel=0.005)  # the cap is 0.03 % smaller than the plane disc
    low = cover["levels"][0]
    assert low["engageable"]["km2"] <= low["seen"]["km2"] < 0.1 * cover["circle_km2"]


def test_nothing_is_loaded_from_outside(page):
    for tag, attrs in page.elements:
        for name in ("src", "srcset", "data", "poster", "action", "background"):
            assert not attrs.get(name), f"<{tag} {name}={attrs.get(name)}>"
        href = attrs.get("href") or ""
        assert tag == "a" or href in ("", "data:,")
    assert "@import" not in page.html
    assert not re.search(r"url\((?!data:)", page.texts["style"][0])
    policy = next(a["content"] for t, a in page.elements if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_size(page):
    assert len(page.html.encode()) < MOST


def test_words_of_the_user_stay_words(run, parse):
    name = "<script>alert(1)</script>"
    html = report_html(renamed(run, scenario=name, title=name, notice=name))
    page = parse(html)
    assert page.data["title"] == name
    assert html.count("<script") == 2  # the document and the code
    assert name in " ".join(page.texts["h1"])
    assert page.texts["title"] == [f"{name} · skyreach"]


def test_notes_of_the_scenario_stay_words(page):
    assert "window.broken" in page.data["yaml"]
    assert sum(tag == "script" for tag, _ in page.elements) == 2
    assert "window.broken" in " ".join(page.texts["pre"])


def test_embedded_json_cannot_end_its_element():
    text = embedded({"a": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028&"}


def test_elevation_files_are_named_without_their_folder(run):
    file = "/mnt/someone/tiles/N39E032.hgt"
    terrain = {**run.manifest["terrain"], "name": file, "warnings": [f"{file} has voids"]}
    html = report_html(renamed(run, terrain=terrain))
    assert "someone" not in html
    assert "N39E032.hgt" in html
    assert "Map terrain differs" in html


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


def test_reproduction_names_the_command(page):
    text = " ".join(page.texts["pre"])
    assert "skyreach run scenario.yaml --seed 3" in text  # not one of the built-in scenarios
