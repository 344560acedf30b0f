"""Scenarios while they are edited: checks, layout, coverage, runs."""

import base64
import json
import time

import numpy as np
import pytest

from skyreach.errors import BadInput
from skyreach.records.run import TABLES, Run, read_run
from skyreach.scenario.load import builtin_names, load_scenario, read_scenario
from skyreach.scenario.order_of_battle import place_defence
from skyreach.viewer.cover import Layer
from skyreach.viewer.drafts import (
    Covers,
    Stand,
    answer,
    checked,
    choices,
    draft_data,
    emitters_of,
    layout,
    scenario_of,
    terrains_of,
)
from skyreach.viewer.jobs import Jobs
from skyreach.viewer.material import batteries
from skyreach.viewer.shelf import Shelf
from skyreach.world.codes import LURE


@pytest.fixture
def data(run: Run) -> dict:
    return draft_data(read_scenario(run.scenario_yaml))


def value(data, path):
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("name", builtin_names())
def test_a_draft_comes_back_as_the_same_scenario(name):
    scenario = load_scenario(name)
    found = answer(json.loads(json.dumps(draft_data(scenario))), set())
    assert found["ok"]
    assert found["yaml"] == scenario.to_yaml()
    assert read_scenario(found["yaml"]) == scenario


@pytest.mark.parametrize("name", builtin_names())
def test_everything_that_stands_somewhere_is_laid_out(name):
    """Against the order of battle, which places the same things for the engine."""
    scenario = load_scenario(name)
    data, found = draft_data(scenario), layout(scenario)
    things = [t for t in found["things"] if t["kind"] != "site"]
    order = place_defence(scenario, Stand(scenario).cat)
    radars = [d for d in order.radars if d.columns["role"] != LURE]  # decoy emitters cannot be moved there
    stand = {(round(d.lat, 9), round(d.lon, 9)) for d in (*order.sites, *radars, *order.launchers)}
    assert {(round(t["lat"], 9), round(t["lon"], 9)) for t in things} == stand
    for thing in found["things"]:
        assert "at" in value(data, thing["path"]) or thing["kind"] == "site"
    for route in found["routes"]:
        assert len(value(data, route["path"])["route"]) == len(route["points"])


def test_what_is_wrong_is_said_with_its_path(data):
    data["raid"][0]["system"] = "no-such-thing"
    data["duration_s"] = -1
    found = answer(data, set())
    assert not found["ok"]
    assert found["layout"] is None
    paths = [p["path"] for p in found["problems"]]
    assert ["raid", 0, "system"] in paths
    assert ["duration_s"] in paths
    assert any("no-such-thing" in p["text"] for p in found["problems"])
    assert answer([], set())["ok"] is False


def test_elevation_files_of_the_draft_alone_are_refused(data):
    data["terrain"] = "/somewhere/else.tif"
    with pytest.raises(BadInput, match="terrain of a draft"):
        checked(data, {"/mine/dem.tif"})
    data["terrain"] = "smooth"
    assert checked(data, set()).terrain == "smooth"
    data["terrain"] = "/mine/dem.tif"
    assert checked(data, terrains_of([checked(data, {"/mine/dem.tif"}), None])).terrain == "/mine/dem.tif"
    assert scenario_of("skyreach: 99") is None


def test_emitters_of_a_draft_are_those_of_its_run(material):
    emitters, units = emitters_of(place_defence(material.scenario, material.cat))
    assert [(e.row, e.system, e.fire_unit) for e in emitters] == [(e.row, e.system, e.fire_unit) for e in material.emitters]
    np.testing.assert_allclose([(e.lat_deg, e.lon_deg, e.antenna_agl) for e in emitters],
                               [(e.lat_deg, e.lon_deg, e.antenna_agl) for e in material.emitters], atol=1e-7)  # fmt: skip
    assert {(b.site, frozenset(b.missiles)) for b in units} == {(b.site, frozenset(b.missiles)) for b in batteries(material)}


def test_coverage_follows_what_is_moved_and_spares_the_rest(data, monkeypatch):
    made: list[str] = []
    from skyreach.viewer import drafts

    real = drafts.layer

    def counted(source, cat, emitter, *rest) -> Layer:
        made.append(emitter.system)
        return real(source, cat, emitter, *rest)

    monkeypatch.setattr(drafts, "layer", counted)
    covers = Covers()
    first = covers.answer(checked(data, set()), 20, set())
    assert first is not None
    total = len(made)
    assert total == len(first["layers"])
    size = [row["planes"] * row["n_az"] * row["n_r"] for row in first["layers"]]
    assert [len(base64.b64decode(row["data"])) for row in first["layers"]] == size
    data["formations"][0]["radars"][0]["at"] = {"lat": 40.2, "lon": 32.7}
    known = {row["part"] for row in first["layers"]}
    second = covers.answer(checked(data, set()), 20, known)
    assert made[total:] == ["91n6e"]
    assert [row["data"] is None for row in second["layers"]].count(False) == 1
    assert second["layers"][0]["lat"] == 40.2


def test_a_defence_without_radars_has_no_coverage(data):
    data["formations"] = []
    assert Covers().answer(checked(data, set()), 20, set()) is None


def test_the_ground_of_a_draft_has_the_form_of_a_run(run, doc):
    stand = Stand(read_scenario(run.scenario_yaml))
    found = json.loads(stand.part("document"))
    assert set(doc) <= set(found)
    for head in found["relief"]:
        assert len(stand.part(head["part"])) == 2 * head["width"] * head["height"]
    west, south, east, north = found["wide"]
    assert all(south < t["lat"] < north and west < t["lon"] < east for t in found["layout"]["things"])
    assert found["circles"][0]["radius_km"] == 400.0
    with pytest.raises(BadInput, match="part of a draft"):
        stand.part("truth-0")


def test_choices_are_those_of_the_catalogue():
    found = choices()
    assert "92n6e" in {row["key"] for row in found["systems"]["radar"]}
    assert found["loads"]["5p85te2"]["9m96e2"] == 16
    assert found["masts"]["96l6e"][:2] == ["none", "40v6m"]


def test_a_draft_is_run_onto_the_shelf(run, data, tmp_path):
    (tmp_path / "shelf").mkdir()
    Run(run.manifest, run.scenario_yaml, {name: run.table(name) for name in TABLES}).save(tmp_path / "shelf" / "old")
    shelf = Shelf(tmp_path / "shelf")
    jobs = Jobs()
    data["duration_s"], data["seed"] = 20, 9
    number = jobs.start(checked(data, set()), lambda made: shelf.add(made, "small-raid"))
    with pytest.raises(BadInput, match="under way"):
        jobs.start(checked(data, set()), lambda made: shelf.add(made, "never"))
    while (state := jobs.state(number))["state"] == "running":
        time.sleep(0.05)
    assert state["state"] == "done", state
    assert state["run"] == "small-raid-edited-1"
    made = read_run(tmp_path / "shelf" / state["run"])
    assert (made.manifest["duration_s"], made.manifest["seed"]) == (20.0, 9)
    assert {e.name for e in shelf.entries()} == {"old", state["run"]}
    with pytest.raises(BadInput, match="a number that"):
        jobs.state("77")


def test_beside_a_single_run_new_ones_go_to_a_folder_of_the_server(run, tmp_path):
    def copy() -> Run:
        return Run(run.manifest, run.scenario_yaml, {name: run.table(name) for name in TABLES})

    copy().save(tmp_path / "alone")
    shelf = Shelf(tmp_path / "alone")
    assert shelf.add(copy(), "x") == "edited/x-edited-1"
    assert shelf.add(copy(), "x") == "edited/x-edited-2"
    assert {e.name for e in shelf.entries()} == {"alone", "edited/x-edited-1", "edited/x-edited-2"}
    assert shelf.parts("edited/x-edited-2").material.run.manifest["digest"] == run.manifest["digest"]
    assert [p.name for p in tmp_path.iterdir()] == ["alone"]


def test_a_draft_reads_no_recordings_of_this_machine(material):
    with pytest.raises(BadInput, match="only with a scenario file"):
        checked({**draft_data(material.scenario), "terrain": None, "traffic": [{"file": "/etc/passwd"}]}, set())


@pytest.mark.parametrize("claims", [["/etc/hostname"], "maker", ["maker", "mine.toml"], [{}]])
def test_a_draft_names_no_claim_file_of_this_machine(claims):
    from skyreach.viewer.drafts import checked

    with pytest.raises(BadInput, match="claims of a draft"):
        checked({"claims": claims}, set())
