"""Paired comparison, worth of nodes and the ladder of fidelity."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import skyreach as sr
from skyreach.analysis.compare import compare, fidelity, node_worth, open_design
from skyreach.analysis.ladder import RUNGS
from skyreach.analysis.paired import MEASURES, difference, sample, seeds_from
from skyreach.analysis.worth import nodes, without
from skyreach.errors import BadInput
from skyreach.scenario.compile import compile_scenario


@pytest.fixture(scope="module")
def plain():
    return compile_scenario(sr.load("murted-raid"), log=False)


def test_the_interval_is_that_of_a_paired_t_test():
    """Student's sleep data (Biometrika 6, 1908): mean 1.58, standard error 0.389, 95 % interval 0.70 to 2.46."""
    one = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    two = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    d = difference("arrived", one, two)
    assert d.mean == pytest.approx(1.58, abs=1e-9)
    assert (d.low, d.high) == pytest.approx((0.70, 2.46), abs=0.005)  # printed to two places
    assert d.sure


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=3, max_size=20))
def test_the_unpaired_number_gives_as_narrow_an_interval(pairs):
    """By the variance of the difference of two means of m runs each: (s1^2 + s2^2) / m = s_d^2 / n."""
    a, b = (np.array(column) for column in zip(*pairs, strict=True))
    d = difference("killed", a, b)
    spread = np.var(b - a, ddof=1)
    if d.unpaired is not None and spread > 1e-6:
        assert (np.var(a, ddof=1) + np.var(b, ddof=1)) / max(d.unpaired, 1e-300) == pytest.approx(spread / len(a), rel=1e-6)
    assert d.low <= d.mean <= d.high


def test_a_difference_that_is_always_the_same_needs_no_interval():
    a = np.array([1.0, 2.0, 5.0])
    d = difference("hits", a, a + 1.0)
    assert (d.mean, d.low, d.high, d.unpaired) == (1.0, 1.0, 1.0, None)
    assert difference("hits", a, a).sure is False


def test_a_design_beside_itself_is_the_same_to_the_bit():
    answer = compare("murted-raid", "murted-raid", runs=3, threads=2)
    assert answer.same_bits
    assert all(d.mean == d.low == d.high == 0.0 for d in answer.differences)
    assert answer.targets == []


def test_figures_are_those_of_the_record(plain):
    found = sample(plain, [1, 2], threads=2)
    for i, seed in enumerate(found.seeds):
        s = sr.run("murted-raid", seed=seed).summary
        wanted = {"arrived": s["leakers"], "killed": s["killed"], "missiles": s["missiles_fired"], "civil_shot_at": s["civil_shot_at"], "hits": len(s["assets_hit"])}
        assert {key: found.values[key][i] for key in wanted} == wanted
        assert [n for n, yes in zip(found.names, found.arrived[i], strict=True) if yes] == s["leaker_names"]


def test_the_answer_does_not_depend_on_threads():
    one, two = (compare("murted-raid", changes=["salvo+1"], runs=4, threads=n).to_dict() for n in (1, 2))
    assert one == two
    assert [d["measure"] for d in one["differences"]] == list(MEASURES)


def test_a_run_folder_is_a_design(tmp_path):
    folder = sr.run("murted-raid", seed=3, overrides={"doctrine.salvo": 1}).save(tmp_path / "run")
    scenario, _ = open_design(folder, None, None)
    assert scenario.doctrine.salvo == 1
    answer = compare(folder, changes=["doctrine.salvo=1"], runs=2)
    assert answer.same_bits


@pytest.mark.parametrize(("runs", "changes"), [(1, ["salvo+1"]), (2, ["no-jamming"]), (2, ["nonsense"])])
def test_bad_questions_are_refused(runs, changes):
    with pytest.raises(BadInput):
        compare("murted-raid", changes=changes, runs=runs)


def test_seeds_follow_one_another():
    assert seeds_from(2**64 - 1, 3) == [2**64 - 1, 0, 1]


def test_a_node_taken_away_is_silent_and_leaves_all_rows(plain):
    found = nodes(plain)
    assert len({node.name for node in found}) == len(found) == 18
    for node in found:
        less = without(plain, node)
        same = [name for name, table in less.world._asdict().items() if np.array_equal(table, getattr(plain.world, name))]
        changed = set(less.world._fields) - set(same)
        assert changed == {"launchers": {"launchers"}, "command post": {"sites"}}.get(
            node.kind, {"radars"} if "radar" in node.kind else {"sites", "radars"}
        ), node.name


def test_worth_is_ranked_and_a_node_that_does_nothing_is_worth_nothing():
    rows = node_worth("murted-raid", runs=3, threads=2)
    means = [(w.arrived.mean, w.value_lost.mean) for w in rows]
    assert means == sorted(means, reverse=True)
    assert {w.node for w in rows} >= {"big-bird", "battalion-1", "regiment command post", "pantsir-4", "battery-1 launchers"}


def test_the_ladder_goes_down_and_ends_at_the_runs():
    rungs = fidelity("murted-raid", runs=4, threads=2)
    assert [rung.name for rung in rungs] == list(RUNGS)
    stopped = [rung.stopped for rung in rungs]
    assert stopped == sorted(stopped, reverse=True)
    assert [r.warning for r in rungs] == sorted((r.warning for r in rungs), reverse=True)
    ends = [sr.run("murted-raid", seed=seed).summary for seed in range(1, 5)]
    assert stopped[-1] == pytest.approx(np.mean([s["killed"] + s["never_released"] for s in ends]), abs=1e-9)
    for low, high in zip(rungs[1:4], rungs[:3], strict=True):
        assert all(low.shares[name] <= high.shares[name] + 1e-12 for name in low.shares)


def test_a_target_outside_the_circle_is_on_no_rung(tmp_path):
    """One flyer 500 to 450 km away, beyond the 400 km of the headline; one that comes below the horizon at 60 m, 60 km away:
    the antenna of the 92N6E, 7 m high, sees 60 m to 43 km."""
    text = """
skyreach: 1
name: two
start: 2026-05-01T02:00:00Z
duration_s: 300
sites: {home: {lat: 45.0, lon: 33.0}}
formations:
  - name: unit
    level: battalion
    radars: [{name: eye, system: 92n6e, at: home}]
    launchers: [{system: 5p85te2, load: {48n6e3: 4}, at: home}]
raid:
  - {name: far, system: f-16c, route: [{at: {site: home, bearing_deg: 0, distance_km: 500}, height_m: 9000, ref: msl}, {at: {site: home, bearing_deg: 0, distance_km: 450}, height_m: 9000, ref: msl}]}
  - {name: low, system: f-16c, route: [{at: {site: home, bearing_deg: 0, distance_km: 80}, height_m: 60, ref: msl}, {at: {site: home, bearing_deg: 0, distance_km: 60}, height_m: 60, ref: msl}]}
"""
    (tmp_path / "two.yaml").write_text(text)
    rungs = fidelity(tmp_path / "two.yaml", runs=2, terrain="smooth")
    horizon = math.sqrt(2 * 4 / 3 * 6.371e6) * (math.sqrt(7.0) + math.sqrt(60.0))
    assert horizon < 60e3
    assert [rung.shares["far"] for rung in rungs] == [0.0] * 5
    assert [rung.shares["low"] for rung in rungs] == [1.0, 0.0, 0.0, 0.0, 0.0]
