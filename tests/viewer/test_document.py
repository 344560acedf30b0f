"""The document of a page: what it holds is what the tables hold, in words where people read it."""

import json

import numpy as np
import pyarrow as pa
import pytest

from skyreach.errors import BadInput
from skyreach.records.run import TABLES, Run
from skyreach.viewer.parts import Parts
from skyreach.world import codes


def renamed(run: Run, **changes: object) -> Run:
    """The same run with other words in its manifest."""
    return Run({**run.manifest, **changes}, run.scenario_yaml, {name: run.table(name) for name in TABLES})


def part(parts: Parts, name: str):
    return json.loads(parts.part(name))


def test_counts_names_and_outcomes_are_those_of_the_tables(doc, run):
    rows = run.targets.to_pylist()
    assert [t["name"] for t in doc["targets"]] == [row["name"] for row in rows]
    assert [t["status"] for t in doc["targets"]] == [row["status"] for row in rows]
    assert [len(t["shots"]) for t in doc["targets"]] == [
        sum(shot["target"] == row["target"] for shot in run.shots.to_pylist()) for row in rows
    ]
    assert sum(t["leaked"] for t in doc["targets"]) == run.summary["leakers"] > 0
    assert len(doc["shots"]) == run.summary["missiles_fired"] > 0
    assert len(doc["sites"]) == run.sites.num_rows
    assert len(doc["radars"]) == run.radars.num_rows


def test_first_seen_is_that_of_the_events(doc, run):
    first = {row["target"]: row for row in run.events.to_pylist() if row["kind"] == "first seen"}
    names = run.radars["name"].to_pylist()
    for i, target in enumerate(doc["targets"]):
        assert target["seen"] == (first[i]["t_s"] if i in first else None)
        assert target["radar"] == (names[first[i]["b"]] if i in first else None)


def test_marks_are_the_events_of_the_map(doc, run):
    kills = [mark for mark in doc["marks"] if mark[1] == "kill"]
    assert len(kills) == sum(row["status"] == "destroyed" for row in run.targets.to_pylist())
    assert [mark[0] for mark in doc["marks"]] == sorted(mark[0] for mark in doc["marks"])
    launches = [mark for mark in doc["marks"] if mark[1] == "launch"]
    assert len(launches) == run.summary["missiles_fired"]
    assert all(0 <= site < run.sites.num_rows for _, _, _, site in launches)


def test_strobes_are_those_of_the_events(run):
    """A run in which one event is turned into a strobe of radar 1 on target 0 at 12 s."""
    word = codes.EVENTS[int(codes.E_STROBE)][0]
    rows = run.events.to_pylist()
    rows[3] = {**rows[3], "t_s": 12.0, "kind": word, "target": 0, "b": 1}
    events = pa.Table.from_pylist(rows, schema=run.events.schema)
    tables = {name: events if name == "events" else run.table(name) for name in TABLES}
    found = part(Parts(Run(run.manifest, run.scenario_yaml, tables)), "document")["strobes"]
    assert [12.0, 1, 0] in found
    assert len(found) == sum(row["kind"] == word for row in rows)


def test_reasons_are_the_whole_list_of_the_run(doc):
    assert {int(code): reason["word"] for code, reason in doc["reasons"].items()} == {
        int(code): word for code, (word, _) in codes.REASONS.items()
    }


def test_stories_are_told_one_by_one_or_all_together(parts, doc):
    every = part(parts, "stories")
    assert len(every) == len(doc["targets"])
    for i, told in enumerate(every):
        assert part(parts, f"story-{i}") == told
        assert all(str(reason[2]) in doc["reasons"] for reason in told["reasons"])


def test_the_map_holds_everything(doc, run):
    west, south, east, north = doc["wide"]
    lat, lon = run.truth["lat_deg"].to_numpy(), run.truth["lon_deg"].to_numpy()
    assert south < lat.min()
    assert lat.max() < north
    assert west < lon.min()
    assert lon.max() < east
    ring = np.array(doc["circles"][0]["line"])
    assert west < ring[:, 0].min()
    assert ring[:, 1].max() < north
    near = doc["near"]
    assert west <= near[0] < near[2] <= east


def test_heads_describe_the_parts(parts, doc):
    for head in doc["relief"]:
        assert len(parts.part(head["part"])) == 2 * head["width"] * head["height"]
    for head in part(parts, "cover")["layers"]:
        assert len(parts.part(head["part"])) == head["planes"] * head["n_az"] * head["n_r"]
    assert all(parts.part(name) for name in parts.names())


def test_tiles_hold_the_summary(doc, run):
    tiles = {tile["key"]: tile["value"] for tile in doc["words"]["tiles"]}
    for key in ("killed", "leakers", "missiles_fired", "civil"):
        assert tiles[key] == run.summary[key]
    assert tiles["threats"] == run.summary["hostile"]


def test_the_head_names_seed_digest_and_terrain(doc, run):
    facts = dict(doc["words"]["facts"])
    assert facts["Digest"] == run.manifest["digest"]
    assert facts["Seed"] == str(run.manifest["seed"])
    assert run.manifest["terrain"]["name"] in facts["Terrain"]
    byline = doc["words"]["byline"]
    assert f"seed {run.manifest['seed']} · digest {run.manifest['digest'][:12]} · 1 May 2026, 02:00 UTC" in byline
    assert f"posting {run.manifest['terrain']['posting_m']:,.0f} m" in byline
    cast = dict(doc["words"]["cast"])
    assert "1\u00a0× 55K6E command post, 1\u00a0× 98Zh6E fire unit, 1\u00a0× Pantsir-S1" in cast["Defence"]
    assert "2\u00a0× F-16C with stores, 2\u00a0× Storm Shadow" in cast["Raid"]


def test_coarse_terrain_is_called_coarse(doc, run):
    assert run.manifest["terrain"]["coarse"]
    assert "The terrain is coarse" in dict(doc["words"]["warnings"])


def test_every_input_is_listed_with_its_source(parts, run):
    sources = part(parts, "sources")
    assert sum(len(item["values"]) for item in sources["items"]) == len(run.manifest["inputs"])
    known = {row["key"] for row in sources["publications"]}
    assert {key for item in sources["items"] for value in item["values"] for key in value["sources"]} == known
    assert all(row["link"].startswith("http") or row["link"] == "" for row in sources["publications"])


def test_the_circle_is_larger_than_what_is_seen(parts):
    circle = part(parts, "circle")
    table = circle["table"]
    assert table["circle_km2"] == pytest.approx(np.pi * 400.0**2, rel=0.005)  # the cap is 0.03 % smaller than the plane disc
    low = table["rows"][0]
    assert low["engageable"]["km2"] <= low["seen"]["km2"] < 0.1 * table["circle_km2"]
    assert len(circle["rows"]) == 1 + len(table["rows"])


def test_elevation_files_are_named_without_their_folder(run):
    file = "/mnt/someone/tiles/N39E032.hgt"
    terrain = {**run.manifest["terrain"], "name": file, "warnings": [f"{file} has voids"]}
    text = Parts(renamed(run, terrain=terrain)).part("document").decode()
    assert "someone" not in text
    assert "N39E032.hgt" in text
    assert "Map terrain differs" in text


def test_a_run_whose_scenario_cannot_be_read_is_shown_without_routes(run):
    bad = Run(run.manifest, "skyreach: 99", {name: run.table(name) for name in TABLES})
    found = part(Parts(bad), "document")
    assert found["routes"] == []
    assert "Scenario not read" in dict(found["words"]["warnings"])


@pytest.mark.parametrize("name", ["", "nothing", "truth-1", "cover-99", "story-99", "../manifest.json", "truth--1"])
def test_other_parts_are_refused(parts, name):
    with pytest.raises(BadInput, match="part of a page"):
        parts.part(name)


def test_reproduction_names_the_command(doc):
    command = doc["words"]["reproduce"]["command"]
    assert "skyreach run scenario.yaml --seed 3" in command  # not one of the built-in scenarios
