"""Damage by point of impact: the closed forms of a circular error, and what a blast takes out of the defence."""

import math

import numpy as np
import pytest
from scipy import stats

from skyreach.errors import BadInput
from skyreach.world import codes

N = 400


def strike(lab, aim="base", system="kalibr", count=N, **asset):
    """Many cruise missiles at one aim, nobody shoots."""
    weapon = lab.flyer("weapon", system, 8, 5, 100.0, ref="agl", count=count, aim=aim, damage="cep")
    data = lab.scenario(weapon, doctrine={"weapons": "hold"}, duration_s=150.0)
    data["assets"] = [{"name": "base", "at": "away", "value": 1.0, "points": 1000, **asset}]
    weapon["route"] = [{**point, "at": {**point["at"], "site": "away"}} for point in weapon["route"]]
    if aim != "base":
        weapon["route"] = lab.flyer("w", system, 8, 5, 100.0, ref="agl")["route"]
    return data


@pytest.mark.parametrize(("hardness", "of_1kg"), [("soft", 5.0), ("structure", 3.0), ("hard", 1.0)])
def test_the_share_of_hits_is_that_of_the_cookie_cutter(lab, hardness, of_1kg):
    """P = 1 - 0.5 ** (R / CEP)**2 (Driels, Weaponeering); CEP 30 m, 450 kg: R from 7.7 to 38 m."""
    data = strike(lab, hardness=hardness)
    data["catalog"] = {"kalibr.cep": 30.0}
    run = lab.play(lab.compile(data))
    p = 1.0 - 0.5 ** ((of_1kg * 450.0 ** (1.0 / 3.0) / 30.0) ** 2)
    hits = int((run.world.events["kind"] == codes.E_DAMAGE).sum())
    assert (run.world.events["kind"] == codes.E_IMPACT).sum() == N
    assert stats.binomtest(hits, N, p).pvalue > 1e-3


def test_half_the_impacts_lie_within_the_cep_evenly_all_round(lab):
    compiled = lab.compile(strike(lab))
    run = lab.play(compiled)
    miss = run.world.events[run.world.events["kind"] == codes.E_IMPACT]["value"]
    cep = compiled.catalog["kalibr"].si("cep")
    assert stats.binomtest(int((miss <= cep).sum()), N, 0.5).pvalue > 1e-3
    site = run.world.sites[[d == "base" for d in compiled.names["sites"]].index(True)]
    e, n, _ = site["R_enu_from_ecef"] @ (run.world.targets["pos_ecef"] - site["pos_ecef"]).T
    assert np.hypot(e, n) == pytest.approx(miss, abs=1e-6)
    assert stats.kstest(np.arctan2(e, n), stats.uniform(-math.pi, 2.0 * math.pi).cdf).pvalue > 1e-3


def test_radars_launchers_and_posts_in_reach_are_lost_and_no_others(lab):
    data = strike(lab, aim="unit-eye", count=1)
    near = {"site": "home", "bearing_deg": 90, "distance_km": 0.02}
    unit = lab.fire_unit()
    unit["launchers"] = [{"system": "5p85te2", "count": 1, "load": {"48n6e3": 4}, "at": place}
                         for place in (near, {**near, "distance_km": 0.2})]  # fmt: skip
    data["formations"] = [lab.regiment(unit)]
    data["catalog"] = {"kalibr.cep": 0.01}
    compiled = lab.compile(data)
    run = lab.play(compiled)
    assert run.world.radars["alive"].tolist() == [0]
    assert run.world.launchers["alive"].tolist() == [1, 0] or run.world.launchers["alive"].tolist() == [0, 1]
    lost = run.world.events[run.world.events["kind"] == codes.E_LAUNCHER_LOST]
    assert lost["value"] == pytest.approx([20.0], abs=0.5)
    posts = [name.endswith("command post") for name in compiled.names["sites"]]
    assert run.world.sites["alive"][posts].tolist() == [0]  # it stands beside the radar
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_odds_stay_what_they_were(lab):
    data = strike(lab)
    data["raid"][0].pop("damage")
    compiled = lab.compile(data)
    run = lab.play(compiled)
    assert len(run.world.tactics) == 0
    hits = int((run.world.events["kind"] == codes.E_DAMAGE).sum())
    assert stats.binomtest(hits, N, compiled.catalog["kalibr"].si("damage_probability")).pvalue > 1e-3


@pytest.mark.parametrize(
    ("change", "words"),
    [({"system": "f-16c"}, "cep, warhead_mass"), ({"aim": "unit-eye", "damage": "odds"}, "part of the defence"),
     ({"aim": "unit-ey"}, "did you mean unit-eye")],
)  # fmt: skip
def test_bad_input_is_told(lab, change, words):
    data = strike(lab, count=1)
    data["raid"][0].update(change)
    with pytest.raises(BadInput, match=words):
        lab.compile(data)
