"""Measures of the air picture against closed forms, properties, and Stone Soup's own."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skyreach.records.quality import gospa, ospa, picture

POINTS = hnp.arrays(float, st.tuples(st.integers(0, 5), st.just(3)), elements=st.floats(-3e3, 3e3))


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


@given(POINTS, POINTS, POINTS)
def test_both_are_metrics(a, b, c):
    for d in (lambda x, y: gospa(x, y)["distance"], ospa):
        assert d(a, b) == pytest.approx(d(b, a), rel=1e-9, abs=1e-6)
        assert d(a, a) == pytest.approx(0.0, abs=1e-6)
        assert d(a, c) <= d(a, b) + d(b, c) + 1e-6


def test_gospa_and_ospa_are_stone_soups():
    pytest.importorskip("stonesoup", reason="Stone Soup is not installed: pip install skyreach[test]")
    from stonesoup.metricgenerator.ospametric import GOSPAMetric, OSPAMetric
    from stonesoup.types.state import State

    rng, now = np.random.default_rng(4), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for _ in range(20):
        real = rng.uniform(-3e3, 3e3, (rng.integers(1, 8), 3))
        found = rng.uniform(-3e3, 3e3, (rng.integers(1, 8), 3))
        ours, theirs = [[State(row[:, None], timestamp=now) for row in rows] for rows in (found, real)]
        metric = GOSPAMetric(p=2, c=1000.0).compute_gospa_metric(ours, theirs)[0].value
        parts = gospa(found, real)
        assert parts["distance"] == pytest.approx(metric["distance"], rel=1e-9)
        assert parts["missed"] * 5e5 == pytest.approx(metric["missed"], rel=1e-9)
        assert parts["false"] * 5e5 == pytest.approx(metric["false"], rel=1e-9)
        expected = OSPAMetric(p=2, c=1000.0).compute_OSPA_distance(ours, theirs).value
        assert ospa(found, real) == pytest.approx(expected, rel=1e-9)


def samples(rows):
    t, ids, x = np.array(rows, float).reshape(-1, 3).T
    return {"t": t, "id": ids.astype(int), "pos": np.stack((x, 0 * x, 0 * x), axis=1)}


def test_siap_of_a_case_counted_by_hand():
    """Two targets over three samples. Track 5 follows the first and becomes 6; 7 doubles it once; 9 is nowhere; the second has none.

    Held 3 of 6; tracks with a target 4, without 1; one change of number in three seconds of track."""
    truth = samples([(t, j, 1e5 * j) for t in range(3) for j in range(2)])
    tracks = samples([(0, 5, 30.0), (1, 5, 30.0), (1, 7, -30.0), (2, 6, 30.0), (2, 9, 5e4)])
    got = picture(tracks, truth)
    assert got["completeness"] == 0.5
    assert got["ambiguity"] == pytest.approx(4 / 3, abs=1e-4)
    assert got["spuriousness"] == pytest.approx(1 / 5, abs=1e-4)
    assert got["rms_error_m"] == 30.0
    assert got["number_changes_per_min"] == pytest.approx(20.0, abs=1e-3)
    assert (got["missed"], got["false"]) == (1.0, pytest.approx(2 / 3, abs=1e-3))


def test_nothing_to_see_has_no_measures():
    assert picture(samples([]), samples([])) is None
