"""Anti-radiation missiles: what they hear, where they come down, and what silence does to them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skyreach.engine.steer import turn_towards
from skyreach.errors import BadInput
from skyreach.world import codes


def raid(lab, **more):
    """HARM from the north at 6 km height, defence on hold, 120 s."""
    arm = lab.flyer("harm", "agm-88", 60, -5, 6000.0, **{"home_on": "emitters", **more})
    return lab.scenario(arm, doctrine={"weapons": "hold"}, duration_s=120.0)


def kinds(run, target=0):
    return [int(e["kind"]) for e in run.world.events if e["a"] == target]


def test_it_homes_on_the_radar_that_radiates_and_puts_it_out(lab):
    compiled = lab.compile(raid(lab))
    run = lab.play(compiled)
    said = [kind for kind in kinds(run) if kind in (codes.E_EMITTER, codes.E_ARRIVED, codes.E_IMPACT, codes.E_RADAR_LOST)]
    assert said == [codes.E_EMITTER, codes.E_ARRIVED, codes.E_IMPACT, codes.E_RADAR_LOST]
    assert run.world.radars["alive"].tolist() == [0]
    assert run.world.targets["status"].tolist() == [codes.ARRIVED]
    # a straight line at the speed of the catalogue from where it was heard, 6 km up and 60 km away
    assert run.world.targets["t_end"][0] == pytest.approx(math.hypot(60e3, 6e3) / 700.0, rel=2e-3)
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_a_radar_without_fire_control_is_a_reason(lab):
    decoy = lab.flyer("later", "mald", 80, -80, 6000.0)
    arm = lab.flyer("harm", "agm-88", 40, -5, 6000.0, home_on="emitters")
    run = lab.play(lab.compile(lab.scenario(arm, decoy, doctrine={"engage": ["decoy"]}, duration_s=150.0)))
    assert int(codes.R_NO_FIRE_CONTROL) in {code for code, _, _ in lab.reasons_of(run, 1, 1)}


@pytest.mark.parametrize("silent_at", [20.0, 50.0])
def test_after_silence_the_miss_is_that_of_the_bearing_at_the_last_range(lab, silent_at):
    """Two independent normal errors across: a Rayleigh distribution of scale sqrt((sigma r)^2 + (CEP / 1.1774)^2)."""
    compiled = lab.compile(raid(lab, count=200))
    for t, _, world in lab.drive(compiled):
        if t >= silent_at - 0.05:
            world.radars["emitting"] = 0
    hits = lab.events(world, codes.E_IMPACT)
    assert len(hits) == 200
    silences = lab.events(world, codes.E_EMITTER_SILENT)
    assert len(silences) == 200
    r = math.hypot(60e3, 6e3) - 700.0 * silent_at
    harm = compiled.catalog["agm-88"]
    scale = math.hypot(harm.si("seeker_sigma") * r, harm.si("cep") / math.sqrt(2.0 * math.log(2.0)))
    assert stats.kstest(hits["value"], stats.rayleigh(scale=scale).cdf).pvalue > 1e-3


def test_silence_saves_and_the_signal_found_again_does_not(lab):
    def miss(silent):
        for t, _, world in lab.drive(lab.compile(raid(lab, count=30))):
            world.radars["emitting"] = 0 if silent(t) else 1
        return float(np.median(lab.events(world, codes.E_IMPACT)["value"]))

    always, for_good, for_a_while = miss(lambda t: False), miss(lambda t: t > 30.0), miss(lambda t: 30.0 < t < 60.0)
    assert always < 20.0 < 200.0 < for_good  # 66 kg reach 20 m
    assert for_a_while < 20.0


def test_what_it_cannot_hear_it_does_not_chase(lab):
    silent, hill = raid(lab), raid(lab)
    for _, _, world in lab.drive(lab.compile(silent)):
        world.radars["emitting"] = 0
    assert world.targets["status"].tolist() == [codes.LEFT]
    hill["raid"][0]["route"] = lab.flyer("x", "agm-88", 60, 50, 50.0)["route"]  # beyond the smooth horizon of the mast
    assert codes.E_EMITTER not in kinds(lab.play(lab.compile(hill)))


def test_it_takes_the_nearest_radar_or_the_one_that_it_is_told(lab):
    two = [lab.regiment(lab.fire_unit("near"), lab.fire_unit("far", at={"site": "home", "bearing_deg": 180, "distance_km": 5}))]

    def homed(on):
        data = raid(lab, home_on=on)
        data["formations"] = two
        run = lab.play(lab.compile(data))
        return [int(e["b"]) for e in run.world.events if e["kind"] == codes.E_EMITTER]

    assert homed("emitters") == [0]
    assert homed("far-eye") == [1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"formations": []}, "no emitter"),
        ({"raid": [{"system": "kh-31p", "home_on": "p-18"}]}, "no emitter"),
        ({"raid": [{"system": "kalibr"}]}, "seeker_range"),
        ({"raid": [{"home_on": "unit-ear"}]}, "no radar of this name"),
    ],
)
def test_bad_input_is_told(lab, change, words):
    data = raid(lab)
    for key, value in change.items():
        if key == "raid":
            data["raid"][0].update(value[0])
        else:
            data[key] = value
    if data["raid"][0]["home_on"] == "p-18":
        data["formations"][0]["radars"] = [{"name": "p-18", "system": "1l119", "at": "away"}]
    with pytest.raises(BadInput, match=words):
        lab.compile(data)


unit = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1)


@given(unit, unit, st.floats(0.0, 0.5))
def test_a_turn_keeps_speed_and_goes_the_short_way(course, wanted, angle):
    before = np.array(course) * 300.0
    vel = before.copy()
    there = turn_towards(vel, *wanted, angle)

    def between(a, b):
        return math.atan2(np.linalg.norm(np.cross(a, b)), float(np.dot(a, b)))

    assert np.linalg.norm(vel) == pytest.approx(np.linalg.norm(before), rel=1e-9)
    gap = between(before, wanted)
    assert between(before, vel) == pytest.approx(gap if there else angle, abs=1e-6)
    assert between(vel, wanted) == pytest.approx(max(gap - angle, 0.0), abs=1e-6)


def test_decoys_draw_missiles_away_by_lot(lab):
    """A radar and three decoys a kilometre around it: each of 200 missiles takes one of the four, with even odds."""
    data = raid(lab, count=200)
    eye = data["formations"][0]["units"][0]["radars"][0]
    alone = lab.play(lab.compile(data))
    eye["decoys"] = [{"site": "home", "bearing_deg": b, "distance_km": 1.0} for b in (30.0, 150.0, 270.0)]
    compiled = lab.compile(data)
    run = lab.play(compiled)
    assert compiled.names["radars"][1:] == ["unit-eye decoy 1", "unit-eye decoy 2", "unit-eye decoy 3"]
    chosen = np.bincount([int(e["b"]) for e in lab.events(run.world, codes.E_EMITTER)], minlength=4)
    assert chosen.sum() == 200
    assert stats.chisquare(chosen).pvalue > 1e-3
    hits = [{int(e["b"]) for e in lab.events(one.world, codes.E_RADAR_LOST)} for one in (alone, run)]
    assert hits[0] == {0}
    assert hits[1] <= {0, 1, 2, 3}
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_a_decoy_goes_on_when_its_radar_falls_silent_and_sees_nothing(lab):
    data = raid(lab)
    eye = data["formations"][0]["units"][0]["radars"][0]
    eye["decoys"] = [{"site": "home", "bearing_deg": 90.0, "distance_km": 2.0}]
    eye["emitting"] = False
    run = lab.play(lab.compile(data))
    assert [int(e["b"]) for e in lab.events(run.world, codes.E_EMITTER)] == [1]
    assert len(run.log["plots"]) == 0
    assert {code for code, _, _ in lab.reasons_of(run, 1, 0)} <= {codes.R_NO_RADAR, codes.R_GONE}
    assert run.world.radars["alive"].tolist() == [1, 0]
