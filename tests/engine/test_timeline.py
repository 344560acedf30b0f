"""The timeline: parts lost, silent, cut off or under other orders at their time, and back again; blinking and cued radars."""

import pytest

from skyreach.errors import BadInput
from skyreach.world import codes

BIRD = {"name": "bird", "system": "91n6e", "at": "away"}


def scene(lab, timeline=(), unit=None, **more):
    """A bird that is seen by the 91N6E in the south all the time; the unit looks north, where nothing flies."""
    raid = lab.flyer("f-16", "f-16c", 100, 40, 8000.0, speed=200.0)
    formations = [lab.regiment(unit or lab.fire_unit(), radars=[BIRD])]
    return lab.scenario(raid, formations=formations, timeline=list(timeline), duration_s=150.0, **{"doctrine": {"weapons": "hold"}, **more})


def column(lab, data, table, name, key, **options):
    """Value of a column of one row at the end of each frame, by time."""
    compiled = lab.compile(data)
    k = compiled.names[table].index(name)
    return {round(t, 1): int(getattr(world, table)[k][key]) for t, _, world in lab.drive(compiled, 1, **options)}


@pytest.mark.parametrize(
    ("what", "of", "table", "name", "key"),
    [
        ("lost", "regiment command post", "sites", "regiment command post", "alive"),
        ("lost", "unit", "sites", "unit", "alive"),
        ("lost", "unit", "radars", "unit-eye", "alive"),
        ("lost", "bird", "radars", "bird", "alive"),
        ("lost", "unit launcher 1", "launchers", "unit launcher 1", "alive"),
        ("silent", "bird", "radars", "bird", "emitting"),
    ],
)
def test_a_part_is_gone_from_at_s_until_until_s(lab, what, of, table, name, key):
    values = column(lab, scene(lab, [{"at_s": 20.0, "until_s": 40.0, "what": what, "of": of}]), table, name, key)
    assert {t for t, value in values.items() if value == 0} == {t for t in values if 20.0 <= t < 40.0}
    assert set(values.values()) == {0, 1}


def test_a_link_is_cut_for_all_units_of_a_formation(lab):
    units = [lab.fire_unit("one"), lab.fire_unit("two", at="away")]
    raid = lab.flyer("f-16", "f-16c", 100, 40, 8000.0)
    data = lab.scenario(raid, formations=[lab.regiment(*units)], duration_s=30.0, timeline=[{"at_s": 10.0, "what": "cut", "of": "regiment"}])
    assert lab.play(lab.compile(data)).world.links["up"].tolist() == [0, 0]
    data["timeline"][0]["of"] = "two"
    assert lab.play(lab.compile(data)).world.links["up"].tolist() == [1, 0]


def test_without_power_all_of_a_formation_is_dark_but_its_point_defence(lab):
    """Command post, fire units and their radars go out and come back; the Pantsir has an engine of its own."""
    units = [lab.fire_unit("one"), lab.fire_unit("two", at="away")]
    regiment = lab.regiment(*units, radars=[BIRD], point_defence=[lab.pantsir()])
    raid = lab.flyer("f-16", "f-16c", 100, 40, 8000.0)
    dark = {"at_s": 10.0, "until_s": 20.0, "what": "power", "of": "regiment"}
    data = lab.scenario(raid, formations=[regiment], duration_s=30.0, timeline=[dark], doctrine={"weapons": "hold"})
    compiled = lab.compile(data)
    names = compiled.names
    for t, _, world in lab.drive(compiled):
        on = int(not 10.0 <= round(t, 1) < 20.0)
        alive = dict(zip(names["sites"], world.sites["alive"], strict=True))
        assert {alive[name] for name in ("regiment command post", "one", "two")} == {on}
        assert (alive["pantsir"], alive["base"]) == (1, 1)
        radars = dict(zip(names["radars"], world.radars["alive"], strict=True))
        assert {radars[name] for name in ("bird", "one-eye", "two-eye")} == {on}
    data["timeline"][0]["of"] = "one"
    assert len(lab.events(lab.play(lab.compile(data)).world, codes.E_CHANGE)) == 2


def test_weapons_change_at_their_time_and_back(lab):
    data = scene(lab, [{"at_s": 50.0, "until_s": 90.0, "what": "free", "of": "regiment"}], catalog={"48n6e3.reliability": 0.0})
    run = lab.play(lab.compile(data))
    held = [(a, b) for code, a, b in lab.reasons_of(run, 1, 0) if code == codes.R_RULES]
    assert held[0][1] == pytest.approx(50.0, abs=1.1)
    orders = lab.events(run.world, codes.E_ASSIGNED)["t"]
    assert orders.min() >= 50.0
    assert orders.max() < 91.0
    said = lab.events(run.world, codes.E_CHANGE)
    assert said["t"].tolist() == [50.0, 90.0]
    assert said["value"].tolist() == [codes.FREE, codes.HOLD]


def test_what_the_enemy_destroyed_does_not_come_back(lab):
    killer = lab.flyer("killer", "tomahawk", 20, 2, 300.0, aim="unit-place")
    data = lab.scenario(
        killer, doctrine={"weapons": "hold"}, catalog={"tomahawk.damage_probability": 1.0}, duration_s=150.0,
        timeline=[{"at_s": 5.0, "until_s": 120.0, "what": "lost", "of": "unit"}],
    )  # fmt: skip
    data["assets"].append({"name": "unit-place", "at": "home", "value": 5.0, "unit": "unit"})
    values = column(lab, data, "sites", "unit", "alive")
    assert values[149.0] == 0
    data["catalog"]["tomahawk.damage_probability"] = 0.0
    assert column(lab, data, "sites", "unit", "alive")[149.0] == 1


def test_two_losses_of_one_part_end_with_the_one_that_took_it(lab):
    """The second finds nothing to take, and its end brings nothing back."""
    twice = [{"at_s": 20.0, "until_s": 100.0, "what": "silent", "of": "bird"}, {"at_s": 30.0, "until_s": 50.0, "what": "silent", "of": "bird"}]
    values = column(lab, scene(lab, twice), "radars", "bird", "emitting")
    assert {t for t, value in values.items() if value == 0} == {t for t in values if 20.0 <= t < 100.0}


def test_a_launcher_that_is_lost_takes_its_rounds_with_it(lab):
    data = scene(lab, [{"at_s": 0.0, "what": "lost", "of": "unit launcher 1"}], doctrine={"weapons": "free"})
    run = lab.play(lab.compile(data))
    assert len(run.world.missiles) == 0
    assert codes.R_MAGAZINE in [code for code, _, _ in lab.reasons_of(run, 1, 0)]


def test_a_blinking_radar_is_on_and_off_by_turns_and_sees_only_while_on(lab):
    data = scene(lab)
    data["formations"][0]["radars"][0]["blink"] = {"on_s": 20.0, "off_s": 15.0}
    values = column(lab, data, "radars", "bird", "emitting")
    assert {t for t, value in values.items() if value} == {t for t in values if t % 35.0 < 20.0 - 1e-6}
    compiled = lab.compile(data)
    plots = lab.play(compiled).log["plots"]
    times = plots["t"][plots["radar"] == compiled.names["radars"].index("bird")]
    assert len(times) > 2
    assert ((times % 35.0) <= 20.0 + 1e-6).all()


def test_a_cued_radar_is_silent_until_a_hostile_track_is_near(lab):
    """The unit's own radar stays silent until the 91N6E of the regiment has a hostile track within 90 km of it."""
    unit = lab.fire_unit()
    unit["radars"][0] |= {"cue_km": 90.0, "cue_hold_s": 10.0}
    data = scene(lab, unit=unit, doctrine={"weapons": "free"}, catalog={"48n6e3.pk_aircraft": 1.0, "48n6e3.reliability": 1.0})
    compiled = lab.compile({**data, "duration_s": 300.0})
    row = compiled.names["radars"].index("unit-eye")
    on, near = {}, {}
    for t, _, world in lab.drive(compiled, 1):
        on[t] = int(world.radars[row]["emitting"])
        near[t] = lab.polar(world.radars[row], world.targets[0]["pos_ecef"])[0] if world.targets[0]["status"] == codes.FLYING else None
    switched = [t for t, value in on.items() if value]
    assert near[min(switched)] == pytest.approx(90e3, abs=1500.0)
    events = lab.events(world, codes.E_EMISSION)
    assert events["c"].tolist()[:2] == [1, 0]
    launches = lab.events(world, codes.E_LAUNCH)
    assert len(launches)
    assert launches["t"].min() > events["t"][0]
    kill = lab.events(world, codes.E_KILL)["t"][0]
    assert events["t"][1] >= kill + 10.0  # and the track outlives its target until the verdict
    assert lab.play(compiled).digest == lab.play(compiled, stepped=True).digest


def test_a_cued_radar_that_is_cut_off_looks_for_itself(lab):
    unit = lab.fire_unit(link="down")
    unit["radars"][0] |= {"cue_km": 10.0}
    values = column(lab, scene(lab, unit=unit), "radars", "unit-eye", "emitting", until=20.0)
    assert values[10.0] == 1


def test_a_remote_track_lets_an_active_missile_go_where_the_own_radar_cannot_look(lab):
    """The unit cannot turn to the south, where the 91N6E sees a target: an active 9M96E2 may go, a 48N6E3 may not."""
    raid = lab.flyer("f-16", "f-16c", 60, 20, 8000.0, bearing=180.0)
    fired = {}
    for missile in ("9m96e2", "48n6e3"):
        for remote in (True, False):
            formations = [lab.regiment(lab.fire_unit(load={missile: 4}), radars=[{**BIRD, "at": "home"}])]
            data = lab.scenario(
                raid, formations=formations, doctrine={"remote_track": remote}, duration_s=150.0,
                catalog={"92n6e.slew_rate": 1e-3, f"{missile}.pk_aircraft": 1.0, f"{missile}.reliability": 1.0},
            )  # fmt: skip
            run = lab.play(lab.compile(data))
            fired[missile, remote] = len(run.world.missiles)
            killed = run.world.targets["status"][0] == codes.DESTROYED
            assert killed == (fired[missile, remote] > 0)
    assert fired["9m96e2", True] > 0
    assert (fired["9m96e2", False], fired["48n6e3", True], fired["48n6e3", False]) == (0, 0, 0)


def test_a_reserve_is_kept_for_what_flies_at_something_defended(lab):
    points = [{"at": {"site": "home", "bearing_deg": b, "distance_km": 60.0}, "height_m": 8000.0, "ref": "msl"} for b in (340.0, 20.0)]
    past = {"name": "past", "system": "e-3", "route": [{**points[0], "speed_mps": 150.0}, points[1]]}
    at = lab.flyer("at", "e-3", 100, 5, 8000.0, start_s=150.0)
    shots = {}
    for share in (0.0, 0.5):
        data = lab.scenario(past, at, doctrine={"reserve": share}, catalog={"48n6e3.reliability": 0.0}, duration_s=500.0)
        targets = lab.play(lab.compile(data)).world.missiles["target"].tolist()
        shots[share] = (targets.count(0), targets.count(1))
    assert shots[0.0][0] > 2
    assert shots[0.5] == (2, 2)  # of four


BAD = [
    ({"at_s": 10.0, "what": "lost", "of": "bord"}, "bird"),
    ({"at_s": 900.0, "what": "lost", "of": "bird"}, "duration_s"),
    ({"at_s": 10.0, "until_s": 5.0, "what": "lost", "of": "bird"}, "until_s"),
    ({"at_s": 10.0, "what": "eaten", "of": "bird"}, "lost"),
    ({"at_s": 10.0, "what": "silent", "of": "unit"}, "unit-eye"),
    ({"at_s": 10.0, "what": "cut", "of": "unit-eye"}, "regiment"),
]


@pytest.mark.parametrize(("item", "word"), BAD)
def test_a_timeline_that_leads_nowhere_is_refused_with_what_is_allowed(lab, item, word):
    with pytest.raises(BadInput, match=word):
        lab.compile(scene(lab, [item]))


def test_a_unit_without_a_post_cannot_ask_for_leave(lab):
    data = lab.scenario(
        lab.flyer("f-16", "f-16c", 100, 40, 8000.0), formations=[lab.regiment(lab.fire_unit(), post=False)], doctrine={"release": "superior"},
    )  # fmt: skip
    with pytest.raises(BadInput, match="without a command post"):
        lab.compile(data)


def test_a_radar_is_silent_cued_or_blinks_but_not_two_of_them(lab):
    for more in ({"emitting": False, "cue_km": 10.0}, {"cue_km": 10.0, "blink": {"on_s": 1.0, "off_s": 1.0}}):
        unit = lab.fire_unit()
        unit["radars"][0] |= more
        with pytest.raises(BadInput, match="one of"):
            lab.compile(scene(lab, unit=unit))
