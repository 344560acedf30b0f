"""Leave to fire: who is asked, how long it takes, what a refusal does, and when a unit may do without."""

import numpy as np
import pytest
from scipy import stats

from skyreach.world import codes

SURE = {"48n6e3.reliability": 0.0}


def raid(lab, **more):
    return lab.flyer("awacs", "e-3", 150, 40, 8000.0, speed=200.0, **more)


@pytest.mark.parametrize(("release", "delay"), [("superior", "consent_delay"), ("dual_key", "partner_delay")])
def test_the_catalogue_says_how_long_an_answer_takes(lab, release, delay):
    compiled = lab.compile(lab.scenario(raid(lab), doctrine={"release": release}, catalog=SURE, duration_s=400.0))
    post = compiled.catalog["55k6e"]
    world = lab.play(compiled).world
    given = lab.events(world, codes.E_RELEASED)
    assert len(given) >= 1
    assert given["value"] == pytest.approx(post.si(delay) + 2.0 * post.si("link_delay"), abs=0.11)
    asked = {row: e["t"] for row, e in enumerate(world.events) if e["kind"] == codes.E_ASSIGNED}
    for e in given:
        assert asked[int(e["cause"])] == pytest.approx(e["t"] - e["value"], abs=1e-6)
    assert world.missiles["t_launch"][0] >= given["t"][0]


def test_a_unit_readies_while_it_waits(lab):
    """The later of the two counts: with an answer after 1 + 4 s the reaction time alone decides, as without asking."""
    first = {}
    for release in ("own", "superior"):
        doctrine = {"release": release, **({} if release == "own" else {"consent_delay_s": 1.0})}
        first[release] = lab.play(lab.compile(lab.scenario(raid(lab), doctrine=doctrine, duration_s=300.0))).world.missiles["t_launch"][0]
    assert first["own"] == first["superior"]


def test_who_is_refused_asks_again_and_never_fires(lab):
    doctrine = {"release": "superior", "consent_delay_s": 6.0, "refusal": 1.0}
    compiled = lab.compile(lab.scenario(raid(lab), doctrine=doctrine, duration_s=400.0))
    run = lab.play(compiled)
    refused = lab.events(run.world, codes.E_REFUSED)
    assert len(run.world.missiles) == 0
    assert len(refused) >= 4
    pause = compiled.catalog["55k6e"].si("ask_again") + 10.0  # and the question itself
    assert np.diff(refused["t"]) == pytest.approx(pause, abs=1.2)
    parts = [code for code, _, _ in lab.reasons_of(run, 1, 0)]
    late = parts[parts.index(codes.R_RELEASE) :]
    assert set(late) <= {codes.R_RELEASE, codes.R_GONE}
    assert run.world.sites[1]["targets_held"] == run.world.sites[1]["missiles_held"] == 0


def test_leave_is_refused_as_often_as_doctrine_says(lab):
    """Decoys over 30 seeds, one answer each: binomial, 99.99 % interval."""
    crowd = lab.flyer("mald", "mald", 80, 40, 8000.0, count=8, spread_m=3000.0)
    doctrine = {"release": "superior", "consent_delay_s": 0.0, "refusal": 0.3}
    compiled = lab.compile(lab.scenario(crowd, doctrine=doctrine, catalog={"55k6e.ask_again": 300.0}, duration_s=60.0))
    yes = no = 0
    for seed in range(30):
        world = lab.play(compiled, seed).world
        yes += len(lab.events(world, codes.E_RELEASED))
        no += len(lab.events(world, codes.E_REFUSED))
    assert yes + no > 100
    low, high = stats.binom.ppf([5e-5, 1 - 5e-5], yes + no, 0.3)
    assert low <= no <= high


@pytest.mark.parametrize("doctrine", [{"weapons": "hold"}, {"release": "superior", "refusal": 1.0}])
def test_self_defence_is_against_what_flies_at_the_unit_alone(lab, doctrine):
    """One course leads at the unit, one 30 km abeam of it: only the first is fired at, and only where doctrine allows it."""
    at = lab.flyer("at", "f-16c", 90, 5, 8000.0)
    points = [{"at": {"site": "home", "bearing_deg": b, "distance_km": 90.0}, "height_m": 8000.0, "ref": "msl"} for b in (20.0, 60.0)]
    past = {"name": "past", "system": "f-16c", "route": points}
    for allowed in (True, False):
        data = lab.scenario(at, past, doctrine={**doctrine, "self_defence": allowed}, duration_s=250.0)
        run = lab.play(lab.compile(data))
        assert set(run.world.missiles["target"].tolist()) == ({0} if allowed else set())


def test_who_is_cut_off_has_nobody_to_ask(lab):
    data = lab.scenario(raid(lab), doctrine={"release": "superior"}, duration_s=300.0)
    data["formations"][0]["units"][0]["link"] = "down"
    run = lab.play(lab.compile(data))
    assert len(run.world.missiles) == 0
    assert codes.R_RELEASE in [code for code, _, _ in lab.reasons_of(run, 1, 0)]
    data["doctrine"]["release"] = "own"
    assert len(lab.play(lab.compile(data)).world.missiles) > 0


def test_a_question_on_a_link_that_goes_down_stays_without_answer(lab):
    data = lab.scenario(raid(lab), doctrine={"release": "superior", "consent_delay_s": 100.0}, catalog=SURE, duration_s=400.0)
    compiled = lab.compile(data)
    asked = lab.events(lab.play(compiled).world, codes.E_ASSIGNED)["t"][0]
    data["timeline"] = [{"at_s": float(asked) + 20.0, "what": "cut", "of": "unit"}]
    world = lab.play(lab.compile(data)).world
    assert len(world.missiles) == 0
    assert lab.events(world, codes.E_REFUSED)["t"][0] == pytest.approx(asked + 104.0, abs=0.11)


def test_both_drivers_agree_about_leave_and_loss(lab):
    data = lab.scenario(
        lab.flyer("mald", "mald", 80, 20, 8000.0, count=4, spread_m=3000.0), duration_s=120.0,
        doctrine={"release": "dual_key", "consent_delay_s": 5.0, "refusal": 0.4, "self_defence": True},
        timeline=[{"at_s": 60.0, "until_s": 90.0, "what": "silent", "of": "unit-eye"}],
    )  # fmt: skip
    data["formations"][0]["units"][0]["link_loss"] = 0.5
    compiled = lab.compile(data)
    assert lab.play(compiled, 3).digest == lab.play(compiled, 3, stepped=True).digest


def test_orders_on_a_bad_link_are_sent_again(lab):
    """Half of the orders are lost: the mean number of further sendings is p / (1 - p) = 1, each a cycle of 1 s; 5 sigma."""
    crowd = lab.flyer("mald", "mald", 80, 40, 8000.0, count=8, spread_m=3000.0)
    late = {}
    for loss in (0.0, 0.5):
        data = lab.scenario(crowd, catalog={"98zh6e.launch_spacing": 0.1}, duration_s=50.0)
        data["formations"][0]["units"][0]["link_loss"] = loss
        compiled, late[loss] = lab.compile(data), []
        for seed in range(40):
            rows = lab.play(compiled, seed).world.assignments
            late[loss] += (rows["t_ready"] - rows["t_order"])[rows["t_ready"] > 0.0].tolist()
    extra = np.array(late[0.5]) - late[0.0][0]
    assert len(extra) > 150
    assert np.ptp(late[0.0]) < 1e-6
    assert extra == pytest.approx(np.round(extra), abs=1e-6)
    assert abs(extra.mean() - 1.0) < 5.0 * np.sqrt(2.0 / len(extra))  # variance p / (1 - p) ** 2 = 2
