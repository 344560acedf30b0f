"""Rules of assignment in the fight: where track after track is beaten, limits at every frame, both drivers, the ledger."""

import numpy as np
import pytest

from skyreach.world import codes

ONE_CHANNEL = {"98zh6e.target_channels": 1.0, "98zh6e.missile_channels": 1.0}


def two_units(lab, rule):
    """Two units with one channel each. Both reach the near threat, the wide one sooner; it alone reaches the far one, which must be
    shot at once. Fire is free from 40 s on, when both are known."""
    units = [lab.fire_unit("wide", {"48n6e3": 4}), lab.fire_unit("narrow", {"9m96e": 16}, at={"lat": 40.0, "lon": 33.25})]
    near = lab.flyer("near", "mald", 45, -30, 6000.0, speed=240.0)
    far = lab.flyer("far", "mald", 186, 156, 9000.0, speed=200.0, aim="town")
    data = lab.scenario(
        near, far, formations=[lab.regiment(*units, radars=[{"name": "big", "system": "91n6e", "at": "home"}])],
        doctrine={"assignment": rule, "weapons": "hold"}, catalog=ONE_CHANNEL, duration_s=250,
        timeline=[{"at_s": 40, "what": "free", "of": "regiment"}],
    )  # fmt: skip
    data["assets"].append({"name": "town", "at": {"site": "home", "bearing_deg": 0, "distance_km": 150}, "value": 1.0, "points": 1})
    return lab.compile(data)


@pytest.mark.parametrize(("rule", "fates"), [
    ("greedy", [codes.DESTROYED, codes.ARRIVED]), ("auction", [codes.DESTROYED] * 2), ("search", [codes.DESTROYED] * 2),
])  # fmt: skip
def test_greedy_gives_the_only_unit_that_reaches_the_far_threat_to_the_near_one(lab, rule, fates):
    run = lab.play(two_units(lab, rule), 1)
    assert run.world.targets["status"].tolist() == fates
    first = [tuple(e) for e in run.world.events[run.world.events["kind"] == codes.E_ASSIGNED][["t", "a", "b"]]][:2]
    narrow, wide = 2, 1
    if rule != "greedy":
        assert first == [(40.0, 0, narrow), (40.0, 1, wide)]
        names = [codes.REASONS[code][0] for code, begin, _ in lab.reasons_of(run, wide, 0) if begin >= 40.0]
        assert names[0] == "engaged by another unit"
    else:
        assert first[0] == (40.0, 0, wide)
        names = [codes.REASONS[code][0] for code, begin, _ in lab.reasons_of(run, wide, 1) if begin >= 40.0]
        assert names[:2] == ["no target channel", "no time"]


@pytest.mark.parametrize("rule", ["greedy", "auction", "search"])
def test_an_order_that_turns_the_sector_rules_out_another(lab, rule):
    """Two threats at the two edges of one sector: the order on the first turns the sector to it, and away from the second."""
    raid = [lab.flyer(f"at-{bearing:g}", "mald", 90, -30, 7000.0, bearing=bearing) for bearing in (40.0, 320.0)]
    formations = [lab.regiment(lab.fire_unit("one", {"48n6e3": 4}, 2), radars=[{"name": "big", "system": "91n6e", "at": "home"}])]
    compiled = lab.compile(lab.scenario(
        *raid, formations=formations, doctrine={"assignment": rule, "weapons": "hold"}, duration_s=60.0,
        timeline=[{"at_s": 40, "what": "free", "of": "regiment"}],
    ))  # fmt: skip
    half, inner = compiled.world.radars["half_sector"][1], 0.5
    assert np.radians(40.0) < half
    assert np.radians(40.0) > inner * half
    run = lab.play(compiled, 1)
    ordered = run.world.events[run.world.events["kind"] == codes.E_ASSIGNED]
    assert (ordered["t"] == 40.0).sum() == 1
    assert len(set(ordered[ordered["t"] < 50.0]["a"])) == 1


def crowd(lab, rule, look_first):
    """Three units with few channels and a reserve, two of them with two types of missile, against a swarm."""
    few = {"98zh6e.target_channels": 3.0, "98zh6e.missile_channels": 5.0, "pantsir-s1.target_channels": 2.0}
    units = [lab.fire_unit("one", {"9m96e2": 8, "48n6e3": 2}, 2), lab.fire_unit("two", {"48n6e3": 4}, 3, at="away")]
    raid = lab.flyer("mald", "mald", 70, -30, 6000.0, count=12, spread_m=1500.0, spacing_s=2.0)
    low = lab.flyer("drone", "tomahawk", 25, 5, 150.0, ref="agl", aim="base", count=4, spacing_s=5.0)
    doctrine = {"assignment": rule, "shoot_look_shoot": look_first, "salvo": 2, "reserve": 0.25, "economy": True}
    formations = [lab.regiment(*units, point_defence=[lab.pantsir()])]
    return lab.compile(lab.scenario(raid, low, formations=formations, doctrine=doctrine, catalog=few, duration_s=200.0))


@pytest.mark.parametrize("rule", ["auction", "search"])
@pytest.mark.parametrize("look_first", [True, False])
def test_limits_hold_at_every_frame_and_drivers_agree(lab, rule, look_first):
    compiled, felt = crowd(lab, rule, look_first), 0
    for _, _, world in lab.drive(compiled, 2):
        sites = world.sites[world.sites["kind"] == codes.FIRE_UNIT]
        assert (sites["targets_held"] <= sites["target_channels"]).all()
        assert (sites["missiles_held"] <= sites["missile_channels"]).all()
        assert (world.launchers["rounds"] >= 0).all()
        held = world.assignments[world.assignments["state"] != codes.OPEN_ROW]
        assert (held["ordered"] > 0).all() or (held["fired"] == held["ordered"]).all()
        assert np.bincount(held["track_number"], minlength=1).max() <= (1 if look_first else 2)
        felt += (sites["targets_held"] == sites["target_channels"]).any()
    assert felt > 0
    run = lab.play(compiled, 2)
    assert lab.play(compiled, 2, stepped=True).digest == run.digest
    assert len(run.world.missiles) > 10
    shooters = set(run.world.missiles["site"])
    assert len(shooters) > 1


@pytest.mark.parametrize("rule", ["auction", "search"])
def test_a_unit_alone_decides_by_its_own_rule(lab, rule):
    """Without a command post the unit's own key counts."""
    raid = lab.flyer("mald", "mald", 70, -30, 6000.0, count=4, spread_m=1500.0)
    compiled = lab.compile(lab.scenario(raid, formations=[lab.fire_unit("alone", doctrine={"assignment": rule})]))
    assert compiled.world.sites[0]["assignment"] == codes.ASSIGNMENTS[rule]
    run = lab.play(compiled, 1)
    assert (run.world.targets["status"] == codes.DESTROYED).sum() >= 2


def test_economy_chooses_the_cheap_missile_where_it_kills_as_well(lab):
    """With one value for the chance of a kill of both types, the price decides; without economy the time of flight."""
    equal = {f"{missile}.pk_aircraft": 0.8 for missile in ("48n6e3", "9m96e2")}
    raid = lab.flyer("mald", "mald", 70, -30, 6000.0)
    unit = lab.fire_unit("both", {"9m96e2": 8, "48n6e3": 2})
    fired = {}
    for economy in (True, False):
        doctrine = {"assignment": "search", "economy": economy}
        compiled = lab.compile(lab.scenario(raid, formations=[lab.regiment(unit)], doctrine=doctrine, catalog=equal))
        run = lab.play(compiled, 1)
        fired[economy] = compiled.names["missile_types"][int(run.world.missiles["type"][0])]
        costs = {key: compiled.catalog[key].si("unit_cost") for key in ("48n6e3", "9m96e2")}
    assert fired[True] == min(costs, key=costs.get)
    assert fired[False] != fired[True]
