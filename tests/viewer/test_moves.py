"""What goes to the page of units that march: ways, stays and coverage, against the coordinates of the scenario."""

import json
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod

from skyreach import api
from skyreach.viewer.parts import Parts

SCENE = Path(__file__).with_name("marching-raid.yaml")
HOME, NORTH = (40.0, 33.0), (40.05, 33.02)
PACK, SETUP, SPEED = 30.0, 40.0, 120.0 / 3.6
GEOD = Geod(ellps="WGS84")
ROAD = GEOD.inv(HOME[1], HOME[0], NORTH[1], NORTH[0])[2] / SPEED  # s


@pytest.fixture(scope="module")
def marched():
    return Parts(api.run(SCENE))


@pytest.fixture(scope="module")
def told(marched):
    return json.loads(marched.part("document"))


@pytest.fixture(scope="module")
def packs(marched):
    return next(e["t_s"] for e in marched.material.run.events.to_pylist() if e["kind"] == "unit packs")


def near(lat, lon, place, metres):
    return GEOD.inv(lon, lat, place[1], place[0])[2] < metres


def test_every_part_that_marches_is_there_and_no_other(told):
    names = {(m["group"], told[f"{m['group']}s"][m["row"]]["name"]) for m in told["moves"]}
    assert names == {("site", "battalion"), ("radar", "grave-stone"), ("radar", "ear")}


def test_a_run_without_marches_has_no_key_more(doc, parts):
    assert "moves" not in doc
    assert not any("spans" in layer for layer in json.loads(parts.part("cover"))["layers"])


def test_the_way_leads_from_place_to_place_in_time(told, packs):
    way = next(m for m in told["moves"] if m["group"] == "site")
    t, lon, lat, _ = np.array(way["path"]).T
    for when, place in ((0.0, HOME), (packs + PACK, HOME), (packs + PACK + ROAD, NORTH), (packs + PACK + ROAD + SETUP, NORTH)):
        assert near(float(np.interp(when, t, lat)), float(np.interp(when, t, lon)), place, 3.5)  # times to 0.1 s at 33 m/s
    (lon, lat), *_ = GEOD.npts(HOME[1], HOME[0], NORTH[1], NORTH[0], 1)
    rows = np.array(way["path"])
    half = [float(np.interp(packs + PACK + ROAD / 2, rows[:, 0], rows[:, a])) for a in (2, 1)]
    assert near(*half, (lat, lon), 3.5)


def test_stays_steps_and_silence(told, packs):
    way = next(m for m in told["moves"] if m["group"] == "site")
    first, second = way["stays"][:2]
    assert (first["position"], second["position"]) == (1, 2)
    assert near(first["lat"], first["lon"], HOME, 0.1)
    assert near(second["lat"], second["lon"], NORTH, 0.1)
    assert (first["from"], first["to"]) == (0.0, pytest.approx(packs + PACK, abs=0.06))
    assert way["away"][0] == pytest.approx([packs, packs + PACK + ROAD + SETUP], abs=0.16)
    assert [text for _, text in way["steps"]][:5] == [
        "at its position 1, 40.0000° N 33.0000° E", "packs at its position 1", "on the road to position 2, 40.0500° N 33.0200° E",
        "sets up at its position 2, 40.0500° N 33.0200° E", "at its position 2, 40.0500° N 33.0200° E",
    ]  # fmt: skip
    assert all("steps" not in m for m in told["moves"] if m["group"] == "radar")


def test_radars_keep_their_distance_from_each_other(told):
    """The ear stands 500 m east of the engagement radar in both positions."""
    rows = {told["radars"][m["row"]]["name"]: m["stays"] for m in told["moves"] if m["group"] == "radar"}
    for eye, ear in zip(rows["grave-stone"][:2], rows["ear"][:2], strict=True):
        azimuth, _, way = GEOD.inv(eye["lon"], eye["lat"], ear["lon"], ear["lat"])
        assert (azimuth, way) == (pytest.approx(90.0, abs=0.03), pytest.approx(500.0, abs=0.2))


def test_coverage_is_that_of_each_position_while_the_radar_works_there(marched, told, packs):
    layers = json.loads(marched.part("cover"))["layers"]
    eye = [layer for layer in layers if told["radars"][layer["radar"]]["name"] == "grave-stone"]
    assert len(layers) == 4  # two radars, two positions
    assert near(eye[0]["lat"], eye[0]["lon"], HOME, 0.1)
    assert near(eye[1]["lat"], eye[1]["lon"], NORTH, 0.1)
    assert eye[0]["spans"][0] == [0.0, pytest.approx(packs, abs=0.06)]
    assert eye[1]["spans"][0][0] == pytest.approx(packs + PACK + ROAD + SETUP, abs=0.16)
    assert all(len(marched.part(layer["part"])) == layer["planes"] * layer["n_az"] * layer["n_r"] for layer in layers)
    assert set(marched.names()) >= {layer["part"] for layer in layers}


def test_the_map_has_room_for_the_way_and_the_circle_says_whose_places_it_counts(marched, told):
    west, south, east, north = told["near"]
    assert west < HOME[1] < NORTH[1] < east
    assert south < HOME[0] < NORTH[0] < north
    assert "in their first positions" in json.loads(marched.part("circle"))["note"]
