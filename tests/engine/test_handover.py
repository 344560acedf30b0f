"""Missiles that go on under another unit, and threats that weigh more by their class."""

import pytest

from skyreach.errors import BadInput
from skyreach.world import codes

SURE = {"48n6e3.pk_aircraft": 1.0, "48n6e3.reliability": 1.0, "92n6e.slew_rate": 90.0}


def two_units(lab, hand_over, **more):
    """Two battalions 43 km apart look at one aircraft; the radar of the one that fires falls silent with its missiles in the air."""
    units = [lab.fire_unit("one"), lab.fire_unit("two", at="away", load={"48n6e3": 1})]
    raid = lab.flyer("awacs", "e-3", 110, 60, 9000.0, bearing=20.0, speed=150.0)
    data = lab.scenario(
        raid, formations=[lab.regiment(*units)], doctrine={"hand_over": hand_over, "salvo": 2}, catalog=SURE, duration_s=250.0, **more,
    )  # fmt: skip
    first = lab.play(lab.compile(data)).world
    k = int(first.missiles[0]["site"])
    name = {1: "one", 2: "two"}[k]
    data["timeline"] = [{"at_s": float(first.missiles["t_launch"].max()) + 25.0, "what": "silent", "of": f"{name}-eye"}]
    return lab.compile(data), k, 3 - k


def test_missiles_without_their_radar_do_not_home_unless_another_unit_takes_them(lab):
    """Track-via-missile needs the echo of an engagement radar, and commands need that radar: without it the missile flies on blind."""
    homed = {}
    for allowed in (True, False):
        compiled, mine, other = two_units(lab, allowed)
        world = lab.play(compiled).world
        handed = lab.events(world, codes.E_HANDED_OVER)
        assert len(handed) == allowed
        if allowed:
            assert (int(handed[0]["b"]), int(handed[0]["c"])) == (other, mine)
        fired = world.missiles[world.missiles["site"] == mine]
        homed[allowed] = len(lab.events(world, codes.E_HOMING))
        if allowed:
            assert codes.KILLED in fired["outcome"]
        assert (world.sites["missiles_held"] == 0).all()
        assert (world.sites["targets_held"] == 0).all()
        assert (world.looks["engaged"] == 0).all()
    assert homed[True] > 0
    assert homed[False] == 0


def test_channels_are_kept_at_every_frame_and_both_drivers_agree(lab):
    compiled, _, _ = two_units(lab, True)
    for _, _, world in lab.drive(compiled, 1):
        flying = world.missiles[: world.clock[0]["n_missiles"]]
        flying = flying[flying["state"] != codes.SPENT]
        orders = world.assignments[world.assignments["state"] != codes.OPEN_ROW]
        for k in (1, 2):
            promised = (orders["ordered"] - orders["fired"])[orders["site"] == k].sum()
            assert world.sites[k]["missiles_held"] == (flying["guide"] == k).sum() + promised
            assert world.sites[k]["targets_held"] == (orders["site"] == k).sum()
    assert lab.play(compiled, 4).digest == lab.play(compiled, 4, stepped=True).digest


def test_a_unit_without_a_free_channel_takes_nothing(lab):
    compiled, mine, other = two_units(lab, True)
    compiled.world.sites["missile_channels"][other] = 0
    world = lab.play(compiled).world
    assert (world.missiles["site"] == mine).any()
    assert len(lab.events(world, codes.E_HANDED_OVER)) == 0


@pytest.mark.parametrize(("weights", "first"), [({}, 0), ({"drone": 500.0}, 1), ({"aircraft": 5.0}, 0), ({"drone": 500.0, "aircraft": 500.0}, 0)])
def test_a_class_that_weighs_more_goes_first(lab, weights, first):
    """A raider comes in before a slow drone: by time alone it is first, with one channel. The weight of drones turns that round."""
    raid = [lab.flyer("f-16", "f-16c", 60, 20, 6000.0), lab.flyer("tb2", "tb2", 60, 20, 6000.0, bearing=5.0, speed=90.0)]
    doctrine, free = {"threat_weights": weights, "weapons": "hold"}, [{"at_s": 40.0, "what": "free", "of": "unit"}]
    data = lab.scenario(*raid, doctrine=doctrine, timeline=free, catalog={"98zh6e.target_channels": 1}, duration_s=60.0)
    orders = lab.events(lab.play(lab.compile(data)).world, codes.E_ASSIGNED)
    assert int(orders[0]["a"]) == first


@pytest.mark.parametrize("weights", [{"drone": 0.0}, {"civil": 2.0}, {"drone": -1.0}])
def test_weights_are_of_classes_and_above_zero(lab, weights):
    with pytest.raises(BadInput, match="threat_weights"):
        lab.compile(lab.scenario(lab.flyer("f-16", "f-16c", 60, 20, 6000.0), doctrine={"threat_weights": weights}))


def test_weights_of_one_leave_the_bits_alone(lab):
    raid = lab.flyer("mald", "mald", 70, 20, 6000.0, count=6, spread_m=2000.0)
    ones = dict.fromkeys(("aircraft", "cruise", "drone", "ballistic", "arm", "decoy"), 1.0)
    digests = {lab.play(lab.compile(lab.scenario(raid, doctrine={"threat_weights": w}, duration_s=90.0))).digest for w in ({}, ones)}
    assert len(digests) == 1
