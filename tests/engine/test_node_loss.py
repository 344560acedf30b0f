"""What is lost, dark, silent or cut off, and what that takes from the rest: commands to missiles, orders, pictures, wrecks."""

import numpy as np
import pytest

from skyreach.world import codes

BIRD = {"name": "bird", "system": "91n6e", "at": "home"}
SURE = {"48n6e3.pk_aircraft": 1.0, "48n6e3.reliability": 1.0, "9m96e2.pk_aircraft": 1.0, "9m96e2.reliability": 1.0}


def row(compiled, table, name):
    return compiled.names[table].index(name)


def bombed(lab, timeline):
    """A cruise missile at the radar of a unit, 20 m from a launcher and the post; nobody shoots."""
    weapon = lab.flyer("weapon", "kalibr", 8, 5, 100.0, ref="agl", aim="unit-eye", damage="cep")
    return lab.compile(
        lab.scenario(weapon, doctrine={"weapons": "hold"}, catalog={"kalibr.cep": 0.01}, duration_s=120.0, timeline=timeline)
    )


@pytest.mark.parametrize("what", ["power", "lost"])
def test_a_wreck_stays_a_wreck_when_power_or_the_unit_comes_back(lab, what):
    """The bomb falls while the unit is dark: what is dark can be destroyed, and does not come back with the light."""
    compiled = bombed(lab, [{"at_s": 1.0, "until_s": 100.0, "what": what, "of": "unit"}])
    run = lab.play(compiled)
    hit = lab.events(run.world, codes.E_RADAR_LOST)
    assert len(hit) == 1
    assert 1.0 < hit["t"][0] < 100.0
    assert run.world.radars["out"].tolist() == [codes.OUT_DESTROYED]
    assert run.world.radars["alive"].tolist() == [0]
    assert run.world.sites["out"][row(compiled, "sites", "unit")] == 0  # the unit itself is there again, without its radar
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_what_is_destroyed_is_destroyed_once(lab):
    """A second bomb on the same place finds a wreck."""
    twice = lab.play(lab.compile(lab.scenario(
        lab.flyer("weapon", "kalibr", 8, 5, 100.0, ref="agl", aim="unit-eye", damage="cep", count=2),
        doctrine={"weapons": "hold"}, catalog={"kalibr.cep": 0.01}, duration_s=120.0,
    )))  # fmt: skip
    assert len(lab.events(twice.world, codes.E_IMPACT)) == 2
    for kind in (codes.E_RADAR_LOST, codes.E_LAUNCHER_LOST, codes.E_SITE_LOST):
        assert len(lab.events(twice.world, kind)) == 1


def test_two_causes_end_one_by_one(lab):
    """Without power from 10 to 60 s, lost from 20 to 40 s or to 80 s: it works again when the last cause has gone."""
    for end in (40.0, 80.0):
        timeline = [{"at_s": 10.0, "until_s": 60.0, "what": "power", "of": "unit"}, {"at_s": 20.0, "until_s": end, "what": "lost", "of": "unit"}]
        compiled = lab.compile(lab.scenario(lab.flyer("f-16", "f-16c", 300, 250, 8000.0), timeline=timeline, duration_s=100.0))
        k = row(compiled, "sites", "unit")
        works = {round(t, 1): (int(world.sites[k]["alive"]), int(world.radars[0]["alive"])) for t, _, world in lab.drive(compiled)}
        dark = {t for t in works if 10.0 <= t < max(60.0, end)}
        assert {t for t, value in works.items() if value == (0, 0)} == dark
        assert {value for t, value in works.items() if t not in dark} == {(1, 1)}


OVERLAPS = [((20.0, 100.0), (30.0, 50.0)), ((20.0, 50.0), (30.0, 100.0)), ((20.0, 60.0), (30.0, None)), ((20.0, 40.0), (40.0, 70.0))]


@pytest.mark.parametrize("spans", OVERLAPS)
@pytest.mark.parametrize(("what", "of", "table", "key"), [
    ("lost", "unit", "sites", "alive"), ("power", "regiment", "sites", "alive"), ("lost", "unit-eye", "radars", "alive"),
    ("silent", "unit-eye", "radars", "emitting"), ("cut", "unit", "links", "up"),
])  # fmt: skip
def test_of_two_entries_that_do_the_same_each_holds_until_its_end(lab, what, of, table, key, spans):
    timeline = [{"at_s": a, "what": what, "of": of, **({} if b is None else {"until_s": b})} for a, b in spans]
    data = lab.scenario(lab.flyer("f-16", "f-16c", 300, 250, 8000.0), timeline=timeline, duration_s=110.0, doctrine={"weapons": "hold"})
    compiled = lab.compile(data)
    k = row(compiled, "sites", "unit") if table == "sites" else 0
    values = {round(t, 1): int(getattr(world, table)[k][key]) for t, _, world in lab.drive(compiled)}
    out = {t for t in values if any(a <= t < (b or 1e9) for a, b in spans)}
    assert {t for t, value in values.items() if value == 0} == out


def test_a_post_that_is_hit_while_it_is_lost_leaves_its_far_radar_to_come_back(lab):
    weapon = lab.flyer("weapon", "kalibr", 8, 5, 100.0, ref="agl", aim="unit-eye", damage="cep")
    formations = [lab.regiment(lab.fire_unit(), radars=[{**BIRD, "at": "away"}])]
    compiled = lab.compile(lab.scenario(
        weapon, formations=formations, doctrine={"weapons": "hold"}, catalog={"kalibr.cep": 0.01}, duration_s=120.0,
        timeline=[{"at_s": 1.0, "until_s": 100.0, "what": "lost", "of": "regiment command post"}],
    ))  # fmt: skip
    for t, _, world in lab.drive(compiled):
        if abs(t - 50.0) < 0.05:
            assert world.radars["out"][row(compiled, "radars", "bird")] == codes.OUT_UNIT_FAILED
    assert world.sites["out"][row(compiled, "sites", "regiment command post")] == codes.OUT_DESTROYED
    assert world.radars["alive"][row(compiled, "radars", "bird")] == 1


def shots_at_one(lab, missile, **more):
    """A unit that fires one missile at an aircraft, which the 91N6E sees all the time."""
    raid = lab.flyer("f-16", "f-16c", 90, 20, 8000.0, speed=200.0)
    unit = lab.fire_unit(load={missile: 1})
    return lab.scenario(raid, formations=[lab.regiment(unit, radars=[BIRD])], catalog=SURE, duration_s=150.0, **more)


def commands(lab, compiled):
    """Times at which the predicted intercept point of the missile in flight is told anew."""
    told, last = [], None
    for t, _, world in lab.drive(compiled):
        missile = world.missiles[0]
        if missile["state"] == codes.FLYING_OUT:
            now = missile["pip_ecef"].copy()
            if last is not None and not np.array_equal(now, last):
                told.append(t)
            last = now
    return told, world


@pytest.mark.parametrize("missile", ["48n6e3", "9m96e2"])
def test_commands_end_with_the_radar_of_the_unit_even_while_others_see_the_target(lab, missile):
    """The 91N6E goes on plotting, so the track lives; nobody can tell the missile. An active seeker may still find its target."""
    data = shots_at_one(lab, missile)
    first = lab.play(lab.compile(data)).world
    assert first.targets["status"][0] == codes.DESTROYED
    off = float(first.missiles["t_launch"][0]) + 6.0
    data["timeline"] = [{"at_s": off, "what": "silent", "of": "unit-eye"}]
    told, world = commands(lab, lab.compile(data))
    assert told
    assert max(told) < off + 0.11  # the frame in which it falls silent
    assert world.tracks["state"][0] == codes.FIRM or world.targets["status"][0] == codes.DESTROYED
    homed = len(lab.events(world, codes.E_HOMING))
    assert missile == "9m96e2" or homed == 0


def test_a_unit_cut_off_tells_its_missiles_what_its_own_radar_sees(lab):
    """Cut off with its missile in the air, the unit goes on with its own plots, and kills."""
    data = shots_at_one(lab, "48n6e3")
    launch = float(lab.play(lab.compile(data)).world.missiles["t_launch"][0])
    data["timeline"] = [{"at_s": launch + 5.0, "what": "cut", "of": "unit"}]
    told, world = commands(lab, lab.compile(data))
    assert max(told) > launch + 10.0
    assert world.targets["status"][0] == codes.DESTROYED


def test_a_unit_without_its_radar_gets_no_orders_on_remote_tracks_either(lab):
    """remote_track lets an active missile go on the track of another radar; its commands still go out by the own one."""
    for lost in (False, True):
        data = shots_at_one(lab, "9m96e2", doctrine={"remote_track": True})
        data["timeline"] = [{"at_s": 1.0, "what": "lost", "of": "unit-eye"}] if lost else []
        run = lab.play(lab.compile(data))
        assert (len(run.world.missiles) > 0) == (not lost)
        assert (codes.R_NO_FIRE_CONTROL in [code for code, _, _ in lab.reasons_of(run, 1, 0)]) == lost


def two_batteries(lab, **more):
    """The target comes from the north; only the radar of "seer" looks there. "shooter", 43 km away, may go on remote tracks."""
    raid = lab.flyer("f-16", "f-16c", 120, 30, 9000.0, speed=200.0)
    seer, shooter = lab.fire_unit("seer", load={"48n6e3": 1}), lab.fire_unit("shooter", at="away", load={"9m96e2": 4}, axis_deg=180.0)
    seer["doctrine"] = {"weapons": "hold"}
    slow = {**SURE, "92n6e.slew_rate": 1e-3}
    return lab.scenario(
        raid, formations=[lab.regiment(seer, shooter)], doctrine={"remote_track": True, "max_range_share": 1.0}, catalog=slow, duration_s=400.0, **more,
    )  # fmt: skip


def test_a_unit_that_is_cut_off_keeps_its_picture_to_itself(lab):
    fired = {}
    for cut in (False, True):
        data = two_batteries(lab)
        data["timeline"] = [{"at_s": 0.0, "what": "cut", "of": "seer"}] if cut else []
        compiled = lab.compile(data)
        run = lab.play(compiled)
        k = row(compiled, "sites", "shooter")
        fired[cut] = int((run.world.missiles["site"] == k).sum())
        said = [code for code, _, _ in lab.reasons_of(run, k, 0)]
        assert (codes.R_LINK in said) == cut
    assert fired[False] > 0
    assert fired[True] == 0


def test_what_a_unit_plots_is_lost_to_the_others_when_it_is_cut_off_after_the_order_or_after_the_launch(lab):
    data = two_batteries(lab)
    compiled = lab.compile(data)
    world = lab.play(compiled).world
    assert world.missiles["site"][0] == row(compiled, "sites", "shooter")
    ordered, launched = lab.events(world, codes.E_ASSIGNED)["t"][0], float(world.missiles["t_launch"][0])
    assert ordered + 2.0 < launched
    data["timeline"] = [{"at_s": float(ordered) + 1.0, "what": "cut", "of": "seer"}]
    assert len(lab.play(lab.compile(data)).world.missiles) == 0
    data["timeline"] = [{"at_s": launched + 6.0, "what": "cut", "of": "seer"}]
    told, _ = commands(lab, lab.compile(data))
    assert told
    assert launched < max(told) < launched + 6.2


@pytest.mark.parametrize("post", [True, False])
def test_a_pantsir_alone_fights_with_its_own_search_radar(lab, post):
    """Its tracking radar looks nowhere before the first order: cut off, or without a post, its search radar shows it the target."""
    raid = lab.flyer("drone", "tb2", 14, 1, 2000.0, aim="base")
    timeline = [{"at_s": 0.0, "what": "cut", "of": "pantsir"}] if post else []
    group = {"name": "group", "level": "battery", "point_defence": [lab.pantsir(axis_deg=90.0)]}
    formations = [lab.regiment(point_defence=[lab.pantsir(axis_deg=90.0)])] if post else [group]
    data = lab.scenario(raid, formations=formations, timeline=timeline, duration_s=250.0, catalog={"57e6-e.reliability": 1.0, "57e6-e.pk_drone": 1.0})
    run = lab.play(lab.compile(data))
    assert len(run.world.missiles) > 0
    assert run.world.targets["status"][0] == codes.DESTROYED


def test_a_radar_that_is_lost_is_not_cued(lab):
    unit = lab.fire_unit()
    unit["radars"][0] |= {"cue_km": 90.0}
    raid = lab.flyer("f-16", "f-16c", 100, 40, 8000.0, speed=200.0)
    for lost in (True, False):
        timeline = [{"at_s": 1.0, "what": "lost", "of": "unit-eye"}] if lost else []
        data = lab.scenario(raid, formations=[lab.regiment(unit, radars=[BIRD])], timeline=timeline, duration_s=150.0, doctrine={"weapons": "hold"})
        world = lab.play(lab.compile(data)).world
        assert (len(lab.events(world, codes.E_EMISSION)) == 0) == lost


def test_missiles_are_handed_to_units_that_guide_such_missiles_alone(lab):
    """The radar of an S-300PMU2 takes over no 9M96E2 of an S-400, which it does not guide; the 48N6E2, which both have, it does."""
    handed = {}
    for missile in ("48n6e2", "9m96e2"):
        new = lab.fire_unit("new", load={missile: 2})
        old = {
            "name": "old", "level": "battalion", "radars": [{"name": "old-eye", "system": "30n6e2", "at": "away"}],
            "launchers": [{"system": "5p85te2", "count": 1, "load": {"48n6e2": 1}, "at": "away"}], "doctrine": {"weapons": "hold"},
        }  # fmt: skip
        raid = lab.flyer("awacs", "e-3", 95, 60, 9000.0, bearing=20.0, speed=150.0)
        data = lab.scenario(raid, formations=[lab.regiment(new, old, radars=[BIRD])], doctrine={"hand_over": True, "salvo": 1}, duration_s=150.0)
        launch = float(lab.play(lab.compile(data)).world.missiles["t_launch"][0])
        data["timeline"] = [{"at_s": launch + 20.0, "what": "lost", "of": "new-eye"}]
        compiled = lab.compile(data)
        types = compiled.names["missile_types"]
        guided = int(compiled.world.sites["guided"][row(compiled, "sites", "old")])
        assert bool(guided >> types.index(missile) & 1) == (missile == "48n6e2")
        handed[missile] = len(lab.events(lab.play(compiled).world, codes.E_HANDED_OVER))
    assert handed == {"48n6e2": 1, "9m96e2": 0}
