"""A delay or a refusal where nobody is asked, and M above N: refused in scenarios, settings and studies, by place and cure."""

import itertools
from dataclasses import replace

import pytest

from skyreach.analysis.changes import CHANGES
from skyreach.catalog import load
from skyreach.errors import BadInput
from skyreach.scenario import load_scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.scenario.problems import BadScenario
from skyreach.studies.design import clash, draws_of
from skyreach.studies.plan import make_plan
from skyreach.studies.spec import Doubt, read_spec

STUDY = """skyreach_study: 1
name: leave
scenario: murted-raid
runs: 2
"""


@pytest.mark.parametrize("key", ["refusal=0.3", "consent_delay_s=20"])
def test_nobody_is_asked(key):
    with pytest.raises(BadScenario) as fault:
        load_scenario("murted-raid", dict([f"doctrine.{key}".split("=")]))
    (problem,) = fault.value.problems
    assert problem.given == "without effect: with release: own a unit asks for nobody's leave"
    assert problem.cure == f"remove {key.partition('=')[0]}, or set release"


@pytest.mark.parametrize("settings", [
    {"doctrine.release": "superior"}, {"formations.0.doctrine": "{release: dual_key}"},
    {"doctrine.release": "superior", "formations.0.units.0.doctrine": "{release: own}"},
    {"doctrine.refusal": "0.0"},
])  # fmt: skip
def test_a_unit_that_asks_is_enough(settings):
    load_scenario("murted-raid", {"doctrine.refusal": "0.3", **settings})


def test_in_a_unit_that_does_not_ask():
    settings = {"doctrine.release": "superior", "formations.0.units.0.doctrine": "{release: own, refusal: 0.5}"}
    with pytest.raises(BadScenario, match=r"formations\[0\]\.units\[0\]\.doctrine\.refusal = 0.5: without effect"):
        load_scenario("murted-raid", settings)


def test_whatif_lifts_the_leave_with_its_delay():
    scenario = load_scenario("murted-raid", {"doctrine.release": "superior", "doctrine.refusal": "0.3", "doctrine.consent_delay_s": "9"})
    change = next(c for c in CHANGES if c.key == "own-release")
    edited = change.edit(data := scenario.model_dump(mode="json", exclude_unset=True), scenario, load())
    assert edited
    assert data["doctrine"] == {**data["doctrine"], "release": "own"}
    assert not {"refusal", "consent_delay_s"} & data["doctrine"].keys()


def study(tmp_path, text):
    file = tmp_path / "study.yaml"
    file.write_text(STUDY + text)
    return make_plan(*read_spec(file))


SWEEP = "factors: [{name: leave, path: doctrine.release, levels: [own, superior]}"


def test_a_sweep_of_release_with_a_fixed_refusal_says_which_level(tmp_path):
    with pytest.raises(BadInput, match=r"factor leave, level own: .*refusal = 0.3: without effect"):
        study(tmp_path, "set: {doctrine.release: superior, doctrine.refusal: 0.3}\n" + SWEEP + "]\n")


def test_a_sweep_of_both_says_which_point(tmp_path):
    both = SWEEP + ", {name: no, path: doctrine.refusal, levels: [0.1, 0.3]}]\n"
    with pytest.raises(BadInput, match=r"leave: the point leave own, no 0.1\n(.|\n)*without effect(.|\n)*named levels") as fault:
        study(tmp_path, "set: {doctrine.release: superior}\n" + both)
    assert "docs/studies.md" in fault.value.cure


def test_named_levels_are_the_cure(tmp_path):
    levels = "{own: {doctrine.release: own}, asks: {doctrine.release: superior, doctrine.refusal: 0.3}}"
    assert len(study(tmp_path, f"factors: [{{name: leave, levels: {levels}}}]\n").cells) == 2


def test_more_hits_than_looks():
    with pytest.raises(BadInput, match="confirm_hits 4 of confirm_looks 3: no track would have plots enough"):
        load({"55k6e.confirm_hits": 4.0, "55k6e.confirm_looks": 3.0})
    with pytest.raises(BadInput, match="confirm_hits 6 of confirm_looks 5"):
        compile_scenario(load_scenario("murted-raid", {"catalog.55k6e.confirm_hits": "6"}))
    load({"55k6e.confirm_hits": 3.0, "55k6e.confirm_looks": 3.0})
    with pytest.raises(BadInput, match="a whole number"):
        load({"55k6e.confirm_hits": 2.5})


def test_draws_that_cannot_be_are_drawn_again_and_the_others_stay():
    """A quarter of these draws would have more hits than looks."""
    cat, paths = load(), ["55k6e.confirm_hits", "55k6e.confirm_looks"]
    drawn = draws_of(Doubt(values=paths, draws=2000), 3, cat, {})
    hits, looks = ([draw[f"catalog.{path}"] for draw in drawn] for path in paths)
    assert all(a <= b for a, b in zip(hits, looks, strict=True))
    assert set(itertools.chain(hits, looks)) == {2.0, 3.0, 4.0, 5.0, 6.0}
    assert clash(cat, {"catalog.55k6e.confirm_hits": 4, "catalog.55k6e.confirm_looks": 3}).keys == tuple(paths)
    assert drawn == draws_of(Doubt(values=paths, draws=2000), 3, cat, {})


def test_draws_that_can_never_be_are_refused():
    cat = load({"55k6e.confirm_looks": 3.0})
    value = cat["55k6e"].value("confirm_hits")
    item = cat["55k6e"]
    cat._items["55k6e"] = replace(item, values={**item.values, "confirm_hits": replace(value, low=4.0, nominal=5.0, high=6.0)})
    with pytest.raises(BadInput, match=r"doubt: 55k6e.confirm_hits, 55k6e.confirm_looks\n  given: 1000 draws in a row that cannot be"):
        draws_of(Doubt(values=["55k6e.confirm_hits"], draws=2), 1, cat, {})


def test_a_point_of_a_design_that_cannot_be(tmp_path):
    factors = "factors: [{name: m, path: 55k6e.confirm_hits, levels: [3, 4]}, {name: n, path: 55k6e.confirm_looks, levels: [3, 5]}]\n"
    with pytest.raises(BadInput, match="leave: the point m 4, n 3\n  given: confirm_hits 4 of confirm_looks 3") as fault:
        study(tmp_path, factors)
    assert "set 55k6e.confirm_hits and 55k6e.confirm_looks together" in fault.value.cure
