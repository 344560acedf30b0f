"""What was lost is told alike by run, explain, its JSON and the page: sites, radars and launchers, from the fight and the timeline."""

import itertools
import json
import re

import pytest
from typer.testing import CliRunner

import skyreach as sr
from skyreach.cli import app
from skyreach.cli.run import text_of
from skyreach.errors import BadInput
from skyreach.records import losses
from skyreach.records.binding import Interval, furthest
from skyreach.records.chain import Chain, Chains
from skyreach.records.explain import came_to, explain, explain_all, story
from skyreach.scenario import load_scenario, read_scenario
from skyreach.viewer import words
from skyreach.viewer.document import told
from skyreach.viewer.material import Material
from skyreach.world import codes

TIMELINE = (
    "[{at_s: 20, what: lost, of: tin-shield}, {at_s: 30, what: lost, of: iris-t launcher 1},"
    " {at_s: 5, until_s: 40, what: lost, of: nasams-radar}]"
)


STRUCK = """
skyreach: 1
name: struck
start: 2026-05-01T02:00:00Z
duration_s: 90
sites: {home: {lat: 40.0, lon: 33.0}}
doctrine: {weapons: hold}
catalog: {kalibr.cep: 0.01}
formations:
  - name: unit
    level: battalion
    radars: [{name: eye, system: 92n6e, at: home}, {name: other, system: 96l6e, at: {site: home, bearing_deg: 90, distance_km: 3}}]
    launchers: [{system: 5p85te2, count: 1, load: {48n6e3: 4}, at: home}]
timeline:
  - {at_s: 1, until_s: 80, what: lost, of: eye}
  - {at_s: 2, until_s: 80, what: lost, of: unit launcher 1}
  - {at_s: 3, until_s: 80, what: lost, of: other}
  - {at_s: 4, what: power, of: unit}
raid:
  - name: weapon
    system: kalibr
    aim: eye
    damage: cep
    route:
      - {at: {site: home, bearing_deg: 0, distance_km: 8}, height_m: 100, ref: agl}
      - {at: {site: home, bearing_deg: 0, distance_km: 5}, height_m: 100, ref: agl}
"""


def test_what_is_hit_while_it_is_out_stays_lost_and_what_is_dark_is_not_lost():
    """Radar and launcher are hit before the timeline brings them back; the other radar comes back; the unit is without power."""
    run = sr.run(read_scenario(STRUCK), seed=1, terrain="smooth")
    found = {loss.name: loss for loss in losses.losses(run)}
    assert sorted(found) == ["eye", "unit launcher 1"]
    assert {loss.target for loss in found.values()} == {"weapon"}
    assert all(4.0 < loss.t_s < 80.0 for loss in found.values())
    assert "unit" not in run.summary["lost"]


@pytest.fixture(scope="module")
def odesa():
    """The mixed raid, with a launcher and a radar that the timeline takes out, and one radar that comes back."""
    return sr.run(load_scenario("odesa-mixed-raid", {"timeline": TIMELINE}), seed=1)


@pytest.fixture(scope="module")
def material(odesa):
    return Material(odesa)


def test_losses_are_the_events_and_what_does_not_work_at_the_end(odesa):
    found = losses.losses(odesa)
    by_fire = {loss.name for loss in found if loss.kind == losses.RADAR and loss.target}
    assert by_fire == set(odesa.summary["radars_hit"])
    dead = {row["name"] for row in odesa.radars.to_pylist() if not row["alive"]}
    assert {loss.name for loss in found if loss.kind == losses.RADAR} <= dead
    assert losses.Loss(20.0, losses.RADAR, "tin-shield") in found
    assert losses.Loss(30.0, losses.LAUNCHER, "iris-t launcher 1") in found
    assert "nasams-radar" not in {loss.name for loss in found if loss.target is None}  # it came back at 40 s
    assert len({(loss.kind, loss.name) for loss in found}) == len(found)


def test_run_and_page_name_them_alike(odesa, material, tmp_path):
    line = losses.words(odesa)
    assert "tin-shield" in line
    assert "launcher iris-t launcher 1" in line
    assert f"lost: {line}" in text_of(odesa, tmp_path)
    assert line in next(tile["note"] for tile in words.tiles(material) if tile["key"] == "leakers")


def test_explain_and_page_name_what_a_target_took_out(odesa, material):
    """For each target; every loss that has a target turns up with it."""
    chains = Chains(odesa)
    for target, card in enumerate(material.stories):
        chain = chains.of(target)
        assert card.lost == chain.lost
        for name in chain.lost:
            assert name in explain(odesa, target)
            assert name in told(card)["why"] or name == card.row["aim"]
    everyone = [name for row in explain_all(odesa) for name in row["lost"]]
    assert sorted(everyone) == sorted(loss.name for loss in losses.losses(odesa) if loss.target)
    assert everyone


def test_json_of_explain_lists_them(odesa, tmp_path):
    folder = odesa.save(tmp_path / "run")
    loss = next(loss for loss in losses.losses(odesa) if loss.target)
    shown = CliRunner().invoke(app, ["explain", str(folder), str(loss.target), "--json"])
    assert json.loads(shown.stdout)["lost"] == [{"t_s": loss.t_s, "kind": loss.kind, "name": loss.name, "target": loss.target}]


def test_a_run_of_before_names_the_fire_unit_of_a_launcher(odesa):
    assert losses.launcher_name(odesa, 0) == odesa.manifest["launchers"][0]
    old = type(odesa)({key: value for key, value in odesa.manifest.items() if key != "launchers"}, "", {})
    assert losses.launcher_name(old, 3, "patriot") == "a launcher of patriot"


def test_the_furthest_limit_is_told_alike_of_all_that_were_not_shot_down(odesa, material):
    for target, card in enumerate(material.stories):
        sentence = came_to(card.row, card.reasons)
        down = card.row["status"] == codes.TARGET_STATUS[codes.DESTROYED]
        assert bool(sentence) == (not down and bool(card.reasons))
        if sentence:
            assert sentence in explain(odesa, target)
            assert sentence in (card.why() or card.course())
            assert furthest(card.reasons).code == max(part.code for part in card.reasons)


def test_furthest_of_nothing():
    assert furthest([]) is None
    parts = [Interval(0.0, 1.0, 5, "a", "x"), Interval(1.0, 2.0, 7, "b", "y"), Interval(2.0, 3.0, 7, "b", "z")]
    assert furthest(parts) is parts[2]


@pytest.mark.parametrize(
    ("noise", "strobes", "initiation"),
    [c for c in itertools.product(("silent", "clutter"), ("shown", "tracked"), ("m_of_n", "score")) if c[1:] != ("tracked", "score")],
)
def test_no_text_holds_a_time_below_zero(noise, strobes, initiation):
    """Tracks that change their target, and those of crossed bearings, have moments in another order than is usual."""
    settings = {"tracking.noise": noise, "tracking.strobes": strobes, "tracking.initiation": initiation}
    run = sr.run(load_scenario("odesa-mixed-raid", settings), seed=2)
    chains = Chains(run)
    for chain in chains.all():
        text = "\n".join(story(run, chain, chains))
        assert not re.search(r"-\d[\d.]* s\b", text), text
    assert run.events["t_s"].to_numpy().min() >= 0.0


@pytest.mark.parametrize(
    ("firm", "seen", "known", "words"),
    [(5.0, 9.0, 12.0, "Firm track 4.0 s before it was seen"), (9.0, 5.0, 2.0, "identified on another track 7.0 s before"),
     (9.0, None, 12.0, "bearings of its jamming alone, firm 9.0 s after it took off")],
)  # fmt: skip
def test_moments_in_another_order_are_said_in_words(odesa, firm, seen, known, words):
    row = {"status": codes.TARGET_STATUS[codes.FLYING], "t_end_s": None, "aim": None, "t_start_s": 0.0}
    chain = Chain(row, t_start=0.0, t_seen=seen, radar="r", r_seen=1e3, t_firm=firm, t_known=known, identity="hostile")
    assert words in " ".join(story(odesa, chain))


def test_an_unknown_target_is_told_what_there_is(odesa):
    with pytest.raises(BadInput) as fault:
        explain(odesa, "shahed-99")
    assert "no target of this name or number" in str(fault.value)
    assert "0 to 70, or shahed-1, " in fault.value.allowed
    assert "did you mean shahed-9" in fault.value.cure
    with pytest.raises(BadInput, match="--all prints a line for each"):
        explain(odesa, "xyz")
