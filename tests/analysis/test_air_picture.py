"""Measures of the air picture against closed forms, properties, and what Stone Soup made of the same samples."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import skyreach as sr
from skyreach.analysis.air_picture import gospa, measure, ospa
from skyreach.errors import BadInput

POINTS = hnp.arrays(float, st.tuples(st.integers(0, 5), st.just(3)), elements=st.floats(-3e3, 3e3))
STONE_SOUP = json.loads(Path(__file__).with_name("track_metrics.json").read_text())  # by scripts/make_track_metrics.py


def test_gospa_of_two_tracks_and_three_targets():
    """Closed form: one pair 300 m apart, one track and two targets alone: sqrt(300^2 + 3 * 1000^2 / 2)."""
    real = np.array([[0.0, 0, 0], [1e4, 0, 0], [2e4, 0, 0]])
    found = np.array([[0.0, 300.0, 0], [5e4, 0, 0]])
    parts = gospa(found, real)
    assert parts["distance"] == pytest.approx(math.sqrt(300.0**2 + 1.5e6), rel=1e-12)
    assert (parts["missed"], parts["false"]) == (2.0, 1.0)


def test_ospa_of_two_tracks_and_three_targets():
    """Closed form: sqrt((300^2 + 2 * 1000^2) / 3)."""
    real = np.array([[0.0, 0, 0], [1e4, 0, 0], [2e4, 0, 0]])
    found = np.array([[0.0, 300.0, 0], [5e4, 0, 0]])
    assert ospa(found, real) == pytest.approx(math.sqrt((300.0**2 + 2e6) / 3.0), rel=1e-12)
    assert ospa(found[:0], real) == 1000.0
    assert ospa(found[:0], real[:0]) == 0.0


@given(POINTS, POINTS, POINTS, st.sampled_from((1.0, 2.0)))
def test_both_are_metrics(a, b, c, power):
    for d in (lambda x, y: gospa(x, y, power=power)["distance"], lambda x, y: ospa(x, y, power=power)):
        assert d(a, b) == pytest.approx(d(b, a), rel=1e-9, abs=1e-6)
        assert d(a, a) == pytest.approx(0.0, abs=1e-6)
        assert d(a, c) <= d(a, b) + d(b, c) + 1e-6


def columns(rows):
    """Samples as `measure` takes them, from rows (t, id, x, y, z)."""
    table = np.array(rows, float).reshape(-1, 5)
    n = len(table)
    return {"t": table[:, 0], "id": table[:, 1].astype(int), "pos": table[:, 2:], "speed": np.zeros(n), "sigma": np.full(n, 100.0)}


def test_measures_are_stone_soups():
    """Three targets, seven tracks: changes of number, a double, a gap, strays."""
    got, want = measure(columns(STONE_SOUP["tracks"]), columns(STONE_SOUP["truth"])), STONE_SOUP["answers"]
    assert got.completeness == pytest.approx(want["SIAP Completeness"], rel=1e-12)
    assert got.ambiguity == pytest.approx(want["SIAP Ambiguity"], rel=1e-12)
    assert got.spuriousness == pytest.approx(want["SIAP Spuriousness"], rel=1e-12)
    assert got.position_m == pytest.approx(want["SIAP Position Accuracy"], rel=1e-12)
    assert got.changes_per_min == pytest.approx(60.0 * want["SIAP Rate of Track Number Change"], rel=1e-12)
    assert got.longest == pytest.approx(want["SIAP Longest Track Segment"], rel=1e-12)
    assert got.gospa_m == pytest.approx(want["gospa"], rel=1e-9)
    assert got.ospa_m == pytest.approx(want["ospa"], rel=1e-9)
    assert (got.targets, got.tracks, got.samples) == (3, 7, 30)


def on_a_line(rows):
    """Columns from rows (t, id, x)."""
    return columns([(t, number, x, 0.0, 0.0) for t, number, x in rows])


def test_siap_of_a_case_counted_by_hand():
    """Two targets over three samples. Track 5 follows the first and becomes 6; 7 doubles it once; 9 is nowhere; the second has none.

    Held 3 of 6; tracks with a target 4, without 1; a change of number, and one second of track in one piece, of four of life."""
    truth = on_a_line([(t, j, 1e5 * j) for t in range(3) for j in range(2)])
    got = measure(on_a_line([(0, 5, 30.0), (1, 5, 30.0), (1, 7, -30.0), (2, 6, 30.0), (2, 9, 5e4)]), truth)
    assert got.completeness == 0.5
    assert got.ambiguity == pytest.approx(4 / 3, rel=1e-12)
    assert got.spuriousness == pytest.approx(1 / 5, rel=1e-12)
    assert got.position_m == pytest.approx(30.0, rel=1e-12)
    assert got.sigma_share == pytest.approx(0.3, rel=1e-12)
    assert got.changes_per_min == pytest.approx(60.0, rel=1e-12)
    assert got.longest == pytest.approx(1 / 4, rel=1e-12)
    assert (got.missed, got.false) == (1.0, pytest.approx(2 / 3, rel=1e-12))


def test_tracks_on_the_truth_are_perfect():
    truth = on_a_line([(t, j, 1e4 * j + 200.0 * t) for t in range(9) for j in range(4)])
    got = measure(truth, truth)
    assert (got.gospa_m, got.ospa_m, got.completeness, got.ambiguity, got.spuriousness) == (0.0, 0.0, 1.0, 1.0, 0.0)
    assert (got.changes_per_min, got.longest, got.position_m) == (0.0, 1.0, 0.0)


def test_where_there_is_nothing_there_is_no_measure():
    nothing, truth = on_a_line([]), on_a_line([(0, 0, 0.0), (1, 0, 0.0)])
    empty = measure(nothing, nothing)
    assert (empty.gospa_m, empty.completeness, empty.ambiguity, empty.longest) == (None, None, None, None)
    blind = measure(nothing, truth)
    assert (blind.completeness, blind.missed, blind.ambiguity, blind.spuriousness, blind.longest) == (0.0, 1.0, None, None, 0.0)


@pytest.fixture(scope="module")
def raid():
    return sr.run("murted-raid", seed=1)


def test_a_run_has_its_measures(raid):
    """Completeness counted again from the tables: samples of a target in track over samples since its first detection."""
    seen, every = sr.air_picture(raid), sr.air_picture(raid, of="all")
    assert 0.8 < seen.completeness <= 1.0
    assert every.completeness < seen.completeness  # most of the raid is below the horizon for a while
    assert every.missed > seen.missed
    truth, since = raid.truth.to_pydict(), raid.targets.to_pydict()["t_seen_s"]
    pairs = [(t, j) for t, j in zip(truth["t_s"], truth["target"], strict=True) if t >= since[j]]
    tracked = set(zip(raid.tracks.to_pydict()["t_s"], raid.tracks.to_pydict()["target"], strict=True))
    # by the truth under the last plot instead of by distance: a track that coasts away from its target makes the difference
    assert seen.completeness == pytest.approx(len(tracked & set(pairs)) / len(pairs), abs=0.05)
    assert seen.targets == len({j for _, j in pairs})


@pytest.mark.parametrize("options", [{"of": "some"}, {"cutoff_m": 0.0}, {"cutoff_m": math.nan}])
def test_bad_options_are_refused(raid, options):
    with pytest.raises(BadInput):
        sr.air_picture(raid, **options)


def test_the_command_prints_and_gives_json(raid, tmp_path):
    from typer.testing import CliRunner

    from skyreach.cli import app

    folder = raid.save(tmp_path / "run")
    said = CliRunner().invoke(app, ["tracks", str(folder)])
    assert said.exit_code == 0
    assert "completeness" in said.stdout
    document = json.loads(CliRunner().invoke(app, ["tracks", str(folder), "--json", "--of", "all"]).stdout)
    assert {key: document[key] for key in sr.air_picture(raid, of="all").to_dict()} == sr.air_picture(raid, of="all").to_dict()
