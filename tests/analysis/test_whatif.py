"""Counterfactuals: nothing changed gives the same bits; each change does what it says, to what it names and to nothing else."""

import math

import numpy as np
import pytest
import yaml

import skyreach as sr
from skyreach.analysis.changes import CHANGES, MOST_SALVO, bare, changed, flat
from skyreach.analysis.whatif import whatif
from skyreach.errors import BadInput
from skyreach.scenario import read_scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.world import codes


@pytest.fixture(scope="module")
def run():
    return sr.run("murted-raid", seed=1)


@pytest.fixture(scope="module")
def scenario():
    return sr.load("murted-raid")


@pytest.fixture(scope="module")
def plain(scenario):
    return compile_scenario(scenario)


@pytest.fixture(scope="module")
def all_changes(run):
    return whatif(run, threads=2)


@pytest.mark.parametrize("words", [[], ["none"], ["seed=9"]])
def test_no_change_gives_identical_bits(run, words):
    """The seed of the scenario is not that of the run: setting it changes nothing either."""
    answer = whatif(run, words)
    assert answer.repeated
    assert answer.after[0].digest == run.manifest["digest"]
    assert answer.after[0].same_bits
    assert answer.moved(answer.after[0]) == []


def test_every_leaker_gets_its_list_of_what_would_have_stopped_it(run, all_changes):
    answer = all_changes.to_dict()
    assert list(answer["leakers"]) == run.summary["leaker_names"]
    assert len(answer["after"]) + len(answer["idle"]) == len(CHANGES)
    order = [change.key for change in CHANGES]
    for found in answer["leakers"].values():
        assert found["stopped_by"] == sorted(found["stopped_by"], key=order.index)
        assert found["decisive"] == (found["stopped_by"][0] if found["stopped_by"] else None)


def test_a_change_alone_is_the_run_of_a_scenario_with_that_change(run, all_changes):
    """Against the run that --set makes."""
    other = sr.run("murted-raid", seed=1, overrides={"doctrine.salvo": 3})
    variant = next(v for v in all_changes.after if v.change == "salvo+1")
    assert variant.digest == other.manifest["digest"]
    assert variant.leakers == other.summary["leakers"]
    named = {row["name"]: row["status"] for row in other.targets.to_pylist()}
    assert {name: outcome.status for name, outcome in variant.targets.items()} == named


COLUMNS = {
    "quick-reaction": ("sites", "reaction", lambda old, new: np.allclose(new, 0.5 * old)),
    "target-channel+1": ("sites", "target_channels", lambda old, new: np.all(new - old == (old > 0))),
    "missile-channel+1": ("sites", "missile_channels", lambda old, new: np.all(new - old == (old > 0))),
    "weapons-free": ("sites", "control", lambda old, new: np.all(new == codes.FREE) and np.any(old != codes.FREE)),
    "salvo+1": ("sites", "salvo", lambda old, new: np.all(new >= old) and np.all(new - old <= 1)),
    "unit-alive": ("sites", "hits_left", lambda old, new: np.count_nonzero(new != old) == 1),
    "link-restored": ("sites", "hits_left", lambda old, new: np.count_nonzero(new != old) == 1),
    "mast-up": ("radars", "h_ell", lambda old, new: np.all(new >= old) and np.any(new > old + 10.0)),
}  # fmt: skip


@pytest.mark.parametrize("key", COLUMNS)
def test_a_change_moves_what_it_says(scenario, plain, key):
    table, column, holds = COLUMNS[key]
    new = changed(scenario, None, [key])
    assert holds(getattr(plain.world, table)[column], getattr(new.world, table)[column])
    assert new.names["targets"] == plain.names["targets"]
    assert np.array_equal(new.world.routes, plain.world.routes)


def test_quick_identification_and_more_missiles_and_no_clutter(scenario, plain):
    assert changed(scenario, None, ["quick-identification"]).model.params[0]["identify_time"] == 0.5 * plain.model.params[0]["identify_time"]
    assert changed(scenario, None, ["more-missiles"]).world.launchers["rounds"].sum() == 2 * plain.world.launchers["rounds"].sum()
    assert not changed(scenario, None, ["no-clutter"]).model.clutter.any()
    sure = changed(scenario, None, ["sure-shots"]).model.missile_types
    assert np.all(sure["reliability"] == 1.0)
    assert np.all(sure["pk"][:, codes.CRUISE] == 1.0)


def test_hills_and_horizon_taken_away_leave_the_routes(scenario, plain):
    """Over a bare earth no floor is higher than with hills; the antenna sees the tangent plane of 4/3 earths at 50 km."""
    smooth = bare(plain)
    assert np.all(smooth.model.floors <= plain.model.floors + 0.5)
    assert np.any(smooth.model.floors < plain.model.floors - 100.0)
    radar = plain.world.radars[0]
    j = round(50e3 / float(plain.model.params[0]["floor_dr"])) - 1
    s = (j + 1) * float(plain.model.params[0]["floor_dr"])
    reach = 2.0 * 4.0 / 3.0 * 6_371e3
    expected = max(s - math.sqrt(reach * (radar["h_ell"] - plain.undulation)), 0.0) ** 2 / reach + plain.undulation
    assert smooth.model.floors[radar["floor"], 0, 0, j] == pytest.approx(expected, abs=25.0)  # 0 here: the plateau stands above the sea
    level = flat(plain)
    assert np.all(level.model.floors < -1e8)
    for other in (smooth, level):
        assert np.array_equal(other.world.routes, plain.world.routes)
    assert np.isfinite(plain.world.radars["tan_el_min"]).all()  # the first is left as it was


def test_a_link_that_is_down_is_restored():
    cut = sr.load("murted-raid", {"formations.regiment.units.battalion-1.link": "down", "formations.regiment.units.battalion-2.link": "down"})
    down = compile_scenario(cut).world.links["up"]
    assert (down == 0).any()
    assert (changed(cut, None, ["link-restored"]).world.links["up"] == 1).all()


def test_what_the_timeline_and_the_doctrine_take_away_is_given_back():
    """One change each for leave to fire, silence, losses and links; what a change does not name it leaves alone."""
    data = yaml.safe_load(sr.load("murted-raid").to_yaml())
    data["doctrine"]["release"] = "dual_key"
    data["formations"][0]["link_loss"] = 0.2
    data["formations"][0]["radars"][0] |= {"plot_loss": 0.5, "cue_km": 100.0}
    data["timeline"] = [
        {"at_s": 10.0, "what": "silent", "of": "cheese-board-1"}, {"at_s": 20.0, "what": "lost", "of": "battalion-1"},
        {"at_s": 30.0, "what": "lost", "of": "regiment command post"}, {"at_s": 40.0, "what": "cut", "of": "battalion-2"},
    ]  # fmt: skip
    hurt = read_scenario(yaml.safe_dump(data, sort_keys=False))
    left = {key: [int(kind) for kind in changed(hurt, None, [key]).world.changes["kind"]] for key in ("unit-alive", "link-restored", "always-on")}
    assert [int(kind) for kind in compile_scenario(hurt).world.changes["kind"]] == [
        codes.CHANGE_EMISSION, codes.CHANGE_SITE, codes.CHANGE_SITE, codes.CHANGE_LINK,
    ]  # fmt: skip
    assert left["always-on"] == [codes.CHANGE_SITE, codes.CHANGE_SITE, codes.CHANGE_LINK]
    assert left["unit-alive"] == [codes.CHANGE_EMISSION, codes.CHANGE_SITE, codes.CHANGE_LINK]
    assert left["link-restored"] == [codes.CHANGE_EMISSION, codes.CHANGE_SITE]
    assert (changed(hurt, None, ["own-release"]).world.sites["release"] == codes.OWN).all()
    restored = changed(hurt, None, ["link-restored"]).world
    assert not restored.radars["plot_loss"].any()
    assert not restored.sites["order_loss"].any()
    assert (changed(hurt, None, ["always-on"]).world.radars["emitting"] == 1).all()


def test_more_tracks_are_held_with_more_beam_time(scenario, plain):
    new, old = changed(scenario, None, ["beam-time"]).world.radars["dwell"], plain.world.radars["dwell"]
    assert (new[old > 0.0] < old[old > 0.0]).all()
    assert (old > 0.0).sum() == 2


def test_what_has_nothing_to_change_says_so(run, scenario):
    assert changed(scenario, None, ["no-jamming"]) is None
    most = sr.load("murted-raid", {"doctrine.salvo": MOST_SALVO})
    assert changed(most, None, ["salvo+1"]) is None
    assert whatif(run, ["no-jamming"]).idle == ["no-jamming"]


def test_changes_act_together(run):
    answer = whatif(run, ["mast-up", "raid.mald.count=5"])
    assert answer.after[0].targets.keys() - answer.before.targets.keys() == {"mald-5"}
    assert ("mald-5", None) in [pair[:2] for pair in answer.moved(answer.after[0])]


@pytest.mark.parametrize("word", ["masst", "", "raid.nobody.count=3", "doctrine.salvo=9"])
def test_other_changes_are_refused(run, word):
    with pytest.raises(BadInput):
        whatif(run, [word])


def test_threads_are_checked(run):
    with pytest.raises(BadInput, match="threads"):
        whatif(run, ["none"], threads=0)
