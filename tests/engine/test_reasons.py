"""One tiny scenario for each reason code: it is given when it holds, and not when its cause is taken away."""

from pathlib import Path

import pytest

from skyreach.world import codes

BIRD = {"name": "bird", "system": "91n6e", "at": "home"}
HOLD = {"weapons": "hold"}


def codes_of(lab, data, site="unit", target=0, seed=1, terrain="smooth"):
    """Codes of one fire unit and target in time, and the run."""
    compiled = lab.compile(data, terrain)
    run = lab.play(compiled, seed)
    k = compiled.names["sites"].index(site)
    parts = lab.reasons_of(run, k, target)
    return parts, run


def first(parts, code):
    """Begin and end of the first interval of a code."""
    return next((a, b) for c, a, b in parts if c == code)


def has(parts, code):
    return any(c == code for c, _, _ in parts)


def test_not_flying_before_its_start(lab):
    data = lab.scenario(lab.flyer("f-16", "f-16c", 80, 30, 8000.0, start_s=33.0), doctrine=HOLD, duration_s=60.0)
    parts, _ = codes_of(lab, data)
    assert parts[0][:2] == (codes.R_NOT_FLYING, 0.0)
    assert parts[0][2] == pytest.approx(33.0, abs=1.1)  # noticed at the next decision


def test_no_radar_that_radiates(lab):
    unit = lab.fire_unit()
    unit["radars"][0]["emitting"] = False
    parts, _ = codes_of(lab, lab.scenario(lab.flyer("f-16", "f-16c", 80, 60, 8000.0), formations=[lab.regiment(unit)], duration_s=20.0))
    assert {c for c, _, _ in parts} == {codes.R_NO_RADAR}


def test_range(lab):
    """92N6E has a scale of 400 km, 91N6E of 600 km: at 450 km the one alone is beyond, with both it is the horizon."""
    raid = lab.flyer("f-16", "f-16c", 450, 440, 8000.0)
    parts, _ = codes_of(lab, lab.scenario(raid, duration_s=20.0))
    assert parts[-1][0] == codes.R_RANGE
    both = lab.regiment(lab.fire_unit(), radars=[BIRD])
    parts, _ = codes_of(lab, lab.scenario(raid, formations=[both], duration_s=20.0))
    assert parts[-1][0] == codes.R_HORIZON


def test_a_track_file_that_is_full(lab):
    """Room for three tracks and five targets: two of them are detected and get no track; with room for all none is."""
    raid = lab.flyer("mald", "mald", 80, 60, 8000.0, count=5, spread_m=9000.0)

    def held(room):
        data = lab.scenario(raid, doctrine=HOLD, duration_s=40.0, catalog={"55k6e.track_capacity": room})
        run = lab.play(lab.compile(data))
        return [has(lab.reasons_of(run, 1, j), codes.R_TRACK_FILE) for j in range(5)], run

    crowded, run = held(3)
    assert sum(crowded) >= 2
    assert len(lab.events(run.world, codes.E_TRACK_TABLE_FULL)) > 0
    assert not any(held(60)[0])


def test_point_defence_that_is_tied_fires_at_what_flies_at_its_ward(lab):
    """A Pantsir beside the base: tied to the base it fires at what flies there and leaves what passes 20 km off to the rules."""
    def held(bearing, to_km, **more):
        data = lab.scenario(
            lab.flyer("uav", "shahed-136", 14, to_km, 800.0, bearing=bearing), duration_s=250.0,
            formations=[lab.regiment(point_defence=[{**lab.pantsir(), **more}])],
        )  # fmt: skip
        data["raid"][0]["route"][1]["at"] = {"site": "home", "bearing_deg": to_km, "distance_km": 16.0} if to_km > 0 else {"site": "home", "bearing_deg": 180.0, "distance_km": 5.0}
        parts, run = codes_of(lab, data, site="pantsir")
        return has(parts, codes.R_RULES), len(run.world.missiles[run.world.missiles["t_launch"] > 0.0])

    tied = {"protects": "base", "tied": True}
    assert held(0.0, -5)[1] > 0
    assert held(0.0, -5, **tied)[1] > 0
    past, with_tie = held(0.0, 60.0), held(0.0, 60.0, **tied)
    assert past[1] > 0
    assert with_tie == (True, 0)


def test_sector(lab):
    parts, _ = codes_of(lab, lab.scenario(lab.flyer("f-16", "f-16c", 80, 60, 8000.0, bearing=180.0), duration_s=20.0))
    assert parts[-1][0] == codes.R_SECTOR


def test_horizon_and_then_not(lab):
    """100 m high at 92 km: the horizon of a 7 m antenna lies at 52 km."""
    parts, _ = codes_of(lab, lab.scenario(lab.flyer("awacs", "e-3", 60, 30, 100.0, ref="agl", speed=250.0), doctrine=HOLD, duration_s=100.0))
    _a, b = first(parts, codes.R_HORIZON)
    assert b == pytest.approx((60e3 - 52.2e3) / 250.0, abs=8.0)  # a look every 4 s, a decision every second
    assert not has(parts, codes.R_TERRAIN)


def test_terrain(lab):
    """Behind the ridges south of Ankara, by the packaged terrain; over a smooth earth the same target is seen."""
    data = lab.scenario(
        {"name": "low", "system": "e-3", "aim": "base", "route": [
            {"lat": 39.95, "lon": 31.9, "height_m": 80.0, "ref": "agl"}, {"lat": 39.98, "lon": 32.0, "height_m": 80.0, "ref": "agl"},
        ]}, sites={"home": {"lat": 40.08, "lon": 32.57}, "away": {"lat": 40.0, "lon": 33.5}},
        formations=[lab.regiment(lab.fire_unit(axis_deg=250.0))], doctrine=HOLD, duration_s=30.0,
    )  # fmt: skip
    parts, _ = codes_of(lab, data, terrain=None)
    assert has(parts, codes.R_TERRAIN)
    assert not has(codes_of(lab, data)[0], codes.R_TERRAIN)


def test_snr(lab):
    """F-35 of 0.005 m2 at 150 km: the range for Pd 0.5 is 180 km * 0.005 ** 0.25 = 48 km."""
    parts, _ = codes_of(lab, lab.scenario(lab.flyer("f-35", "f-35a", 150, 140, 9000.0), duration_s=20.0))
    assert parts[-1][0] == codes.R_SNR


def test_the_chain_from_plots_to_the_end(lab):
    """Not tracked, not identified, reaction, engaged, assessed or destroyed: in this order, at the right times."""
    data = lab.scenario(lab.flyer("awacs", "e-3", 60, 10, 8000.0), catalog={"48n6e3.pk_aircraft": 1.0, "48n6e3.reliability": 1.0})
    parts, run = codes_of(lab, data)
    order = [codes.R_NOT_FIRM, codes.R_IDENTITY, codes.R_REACTION, codes.R_ENGAGED, codes.R_DESTROYED]
    found = [c for c, _, _ in parts if c in order]
    assert found == order
    events = run.world.events
    times = {int(kind): float(events[events["kind"] == kind][0]["t"]) for kind in set(events["kind"].tolist())}
    assert first(parts, codes.R_IDENTITY)[0] == pytest.approx(times[codes.E_TRACK_FIRM], abs=1.01)
    assert first(parts, codes.R_REACTION)[0] == pytest.approx(times[codes.E_ASSIGNED], abs=0.01)
    assert first(parts, codes.R_ENGAGED)[0] == pytest.approx(times[codes.E_LAUNCH], abs=0.01)
    assert first(parts, codes.R_DESTROYED)[0] == pytest.approx(times[codes.E_KILL], abs=0.01)


def test_assessed_after_a_miss_and_no_missile_at_the_end(lab):
    data = lab.scenario(lab.flyer("awacs", "e-3", 80, 10, 8000.0), catalog={"48n6e3.reliability": 0.0}, duration_s=350.0)
    data["formations"][0]["units"][0]["launchers"][0]["load"] = {"48n6e3": 2}
    parts, run = codes_of(lab, data)
    spans = [(a, b) for c, a, b in parts if c == codes.R_ASSESSING]
    assert len(spans) == 2
    assess = run.world.sites[1]["assess"]
    for (a, b), missile in zip(spans, run.world.missiles, strict=True):
        assert b - missile["t_end"] == pytest.approx(assess, abs=0.11)
        assert a - missile["t_end"] < 1.1
    assert parts[-1][0] in (codes.R_MAGAZINE, codes.R_GONE)
    assert has(parts, codes.R_MAGAZINE)


def test_track_lost(lab):
    """It leaves the sector to the side; 30 s later its track is dropped."""
    route = [{"lat": 40.3, "lon": lon, "height_m": 8000.0, "ref": "msl"} for lon in (33.0, 34.5)]
    data = lab.scenario({"name": "f-16", "system": "f-16c", "route": route}, doctrine=HOLD, duration_s=300.0)
    parts, run = codes_of(lab, data)
    dropped = run.world.events[run.world.events["kind"] == codes.E_TRACK_DROPPED][0]
    last_plot = run.log["plots"]["t"].max()
    assert 30.0 <= dropped["t"] - last_plot <= 31.2  # the file is tidied once a second
    assert first(parts, codes.R_TRACK_LOST)[0] == pytest.approx(dropped["t"], abs=1.1)


def test_unit_lost(lab):
    """A cruise missile that nothing may shoot at takes the unit out; a second target is seen by another radar."""
    raid = [
        lab.flyer("killer", "tomahawk", 20, 2, 300.0, aim="unit-place"),
        lab.flyer("f-16", "f-16c", 80, 20, 8000.0, start_s=60.0),
    ]
    data = lab.scenario(
        *raid, formations=[lab.regiment(lab.fire_unit(), radars=[{**BIRD, "at": "away"}])], doctrine={"engage": ["aircraft"]},
        catalog={"tomahawk.damage_probability": 1.0}, duration_s=200.0,
    )  # fmt: skip
    data["assets"].append({"name": "unit-place", "at": "home", "value": 5.0, "unit": "unit"})
    parts, run = codes_of(lab, data, target=1)
    assert run.world.sites[1]["alive"] == 0
    assert parts[-1][0] == codes.R_UNIT_LOST
    lost = run.world.events[run.world.events["kind"] == codes.E_SITE_LOST]
    assert 1 in lost["b"].tolist()
    assert len(run.world.missiles) == 0 or run.world.missiles["t_launch"].max() <= lost["t"].min()


def cut_off(lab, lose):
    """Radar of the regiment sees a target in the south; the unit looks north. The post is lost at 60 s, or not."""
    raid = [
        lab.flyer("f-16", "f-16c", 120, 20, 8000.0, bearing=180.0),
        lab.flyer("killer", "tomahawk", 12, 2, 3000.0, bearing=90.0, aim="post-place"),
        lab.flyer("own", "f-16c", 120, 20, 8000.0, bearing=0.0),
    ]
    data = lab.scenario(
        *raid, formations=[lab.regiment(lab.fire_unit(load={"48n6e3": 4}), radars=[{**BIRD, "at": "away"}])],
        doctrine={"engage": ["aircraft"]}, catalog={"tomahawk.damage_probability": 1.0 if lose else 0.0, "92n6e.slew_rate": 1e-3},
        duration_s=300.0,
    )  # fmt: skip
    data["assets"].append({"name": "post-place", "at": "home", "value": 5.0, "unit": "regiment"})
    return data


def test_cut_off_when_the_command_post_is_lost(lab):
    parts, run = codes_of(lab, cut_off(lab, True))
    (lost,) = run.world.events[(run.world.events["kind"] == codes.E_SITE_LOST) & (run.world.events["b"] == 0)]
    assert has(parts, codes.R_CUT_OFF)
    assert first(parts, codes.R_CUT_OFF)[0] == pytest.approx(lost["t"], abs=1.1)
    kept, _ = codes_of(lab, cut_off(lab, False))
    assert not has(kept, codes.R_CUT_OFF)


def test_a_link_that_the_scenario_takes_down_cuts_the_unit_off(lab):
    data = cut_off(lab, False)
    data["formations"][0]["units"][0]["link"] = "down"
    parts, run = codes_of(lab, data, target=0)
    assert (run.world.links["up"] == 0).all()
    assert codes.R_CUT_OFF in [part[0] for part in parts]
    orders = lab.events(run.world, codes.E_ASSIGNED)
    assert set(orders["a"].tolist()) == {2}  # what it sees itself it engages


@pytest.mark.parametrize("t_down", [0.0, 60.0])
def test_a_link_that_is_down_cuts_the_unit_off_as_a_lost_post_does(lab, t_down):
    """From then on the unit takes no orders against what it does not see itself, and engages what it sees."""
    compiled = lab.compile(cut_off(lab, False))
    names = compiled.names["targets"]
    for t, _, world in lab.drive(compiled, 1, until=200.0):
        if t >= t_down:
            world.links["up"] = 0
        if t >= max(t_down + 2.0, 20.0):  # by then the regiment's radar has a firm track
            assert world.limits[1, names.index("f-16")]["code"] == codes.R_CUT_OFF
    orders = lab.events(world, codes.E_ASSIGNED)
    late = orders[orders["t"] > t_down + 2.0]
    assert set(late["a"].tolist()) <= {names.index("own"), names.index("killer")}
    assert names.index("own") in orders["a"]


def test_a_unit_cut_off_fights_on_against_what_it_sees_itself(lab):
    compiled = lab.compile(cut_off(lab, True))
    run = lab.play(compiled)
    lost = run.world.events[run.world.events["kind"] == codes.E_SITE_LOST]["t"].min()
    orders = run.world.events[run.world.events["kind"] == codes.E_ASSIGNED]
    assert set(orders["a"][orders["t"] > lost + 1.0].tolist()) <= {2}
    assert (orders["a"] == 2).any()


def test_held_by_rules(lab):
    parts, run = codes_of(lab, lab.scenario(lab.flyer("f-16", "f-16c", 80, 40, 8000.0), doctrine=HOLD, duration_s=60.0))
    assert parts[-1][0] == codes.R_RULES
    assert len(run.world.missiles) == 0


@pytest.mark.parametrize(
    ("code", "km", "height", "limits"),
    [
        (codes.R_TOO_HIGH, 80.0, 8000.0, {"48n6e3.max_altitude": 5.0}),
        (codes.R_TOO_FAST, 80.0, 8000.0, {"48n6e3.target_speed_max": 200.0}),
        (codes.R_TOO_FAR, 80.0, 8000.0, {"48n6e3.max_flight_time": 15.0}),
        (codes.R_TOO_CLOSE, 80.0, 8000.0, {"48n6e3.min_range": 100.0}),
        (codes.R_TOO_LOW, 60.0, 2000.0, {"48n6e3.min_altitude": 3000.0}),
    ],
)
def test_out_of_reach_and_which_limit_it_is(lab, code, km, height, limits):
    """The one limit that the catalogue sets is the one named; with the catalogue's own values a shot is fired."""
    raid = lab.flyer("f-16", "f-16c", km, 20, height)
    parts, run = codes_of(lab, lab.scenario(raid, catalog=limits, duration_s=60.0))
    assert parts[-1][0] == code
    assert len(run.world.missiles) == 0
    kinds = set(range(int(codes.R_TOO_FAST), int(codes.R_CROSSING) + 1))
    assert {c for c, _, _ in parts} & kinds == {int(code)}
    assert len(codes_of(lab, lab.scenario(raid, duration_s=60.0))[1].world.missiles) > 0


def test_crossing(lab):
    """Across the edge of the reach at 600 m/s: within it for less time than a missile needs; the same course at 120 m/s is met."""
    share = {"max_range_share": 0.26}  # some 60 km; the course comes within 58.3
    points = [{"at": {"site": "home", "bearing_deg": b, "distance_km": 62.0}, "height_m": 8000.0, "ref": "msl"} for b in (340.0, 20.0)]
    for speed, code in ((600.0, codes.R_CROSSING), (120.0, codes.R_ENGAGED)):
        raid = {"name": "f-16", "system": "f-16c", "route": [{**points[0], "speed_mps": speed}, points[1]]}
        parts, run = codes_of(lab, lab.scenario(raid, doctrine=share, duration_s=42e3 / speed))
        assert has(parts, code), parts
        assert (len(run.world.missiles) > 0) == (code == codes.R_ENGAGED)


def test_no_sight_for_fire_control(lab):
    """A search radar on a mast sees the low flyer; the engagement radar on the ground does not."""
    high = {"name": "high", "system": "96l6e", "at": "home", "mast": "40v6md"}
    raid = lab.flyer("awacs", "e-3", 48, 40, 40.0, ref="agl", speed=100.0)
    parts, _ = codes_of(lab, lab.scenario(raid, formations=[lab.regiment(lab.fire_unit(), radars=[high])], duration_s=60.0))
    assert parts[-1][0] == codes.R_SIGHT


def test_no_time(lab):
    """It arrives before a missile could: the asset lies between, 40 km in front of the unit."""
    raid = lab.flyer("f-16", "f-16c", 52, 45, 3000.0, aim="forward", speed=340.0)
    data = lab.scenario(raid, duration_s=60.0)
    data["assets"].append({"name": "forward", "at": {"site": "home", "bearing_deg": 0, "distance_km": 40}, "value": 5.0})
    parts, _ = codes_of(lab, data)
    assert has(parts, codes.R_NO_TIME)


def test_no_target_channel_and_waits_its_turn(lab):
    raid = lab.flyer("mald", "mald", 80, 20, 8000.0, count=4, spread_m=3000.0)
    data = lab.scenario(raid, catalog={"98zh6e.target_channels": 1.0}, duration_s=100.0)
    met = set()
    for j in range(4):
        met |= {c for c, _, _ in codes_of(lab, data, target=j)[0]}
    assert codes.R_TARGET_CHANNEL in met


def test_no_missile_channel(lab):
    raid = lab.flyer("mald", "mald", 80, 20, 8000.0, count=4, spread_m=3000.0)
    data = lab.scenario(raid, doctrine={"salvo": 2}, catalog={"98zh6e.missile_channels": 2.0}, duration_s=100.0)
    assert any(has(codes_of(lab, data, target=j)[0], codes.R_MISSILE_CHANNEL) for j in range(4))


def test_engaged_by_another_unit(lab):
    units = [lab.fire_unit("one"), lab.fire_unit("two", at="away")]
    data = lab.scenario(lab.flyer("f-16", "f-16c", 90, 20, 8000.0), formations=[lab.regiment(*units)], duration_s=60.0)
    one, run = codes_of(lab, data, "one")
    two, _ = codes_of(lab, data, "two")
    mine, other = (one, two) if has(one, codes.R_REACTION) else (two, one)
    a, _ = first(mine, codes.R_REACTION)
    assert first(other, codes.R_OTHER_UNIT)[0] == pytest.approx(a, abs=0.01)
    assert len({int(m["site"]) for m in run.world.missiles}) == 1


def test_waits_its_turn_after_a_verdict(lab):
    """A target found alive waits for the next decision."""
    data = lab.scenario(
        lab.flyer("awacs", "e-3", 80, 10, 8000.0), catalog={"48n6e3.reliability": 0.0, "55k6e.cycle_time": 3.0}, duration_s=250.0,
    )  # fmt: skip
    parts, _ = codes_of(lab, data)
    spans = [b - a for c, a, b in parts if c == codes.R_LOWER_PRIORITY]
    assert spans
    assert max(spans) <= 3.001


def test_gone(lab):
    data = lab.scenario(lab.flyer("f-16", "f-16c", 30, 20, 8000.0), doctrine=HOLD, duration_s=60.0)
    parts, _ = codes_of(lab, data)
    code, since, end = parts[-1]
    assert code == codes.R_GONE
    assert since == pytest.approx(10e3 / 250.0, abs=0.1)  # on the ground; 8 km up the arc is 0.1 % longer
    assert end == pytest.approx(60.0, abs=1e-6)


def test_a_weapon_of_a_carrier_that_was_shot_down_is_never_released(lab):
    carrier = lab.flyer("f-16", "f-16c", 80, 10, 8000.0)
    weapon = {
        "name": "bomb", "system": "agm-158", "released_by": {"raid": "f-16", "waypoint": 1}, "aim": "base", "route": [],
    }  # fmt: skip
    sure = {"48n6e3.pk_aircraft": 1.0, "48n6e3.reliability": 1.0}
    parts, run = codes_of(lab, lab.scenario(carrier, weapon, catalog=sure, duration_s=350.0), target=1)
    assert run.world.targets["status"].tolist() == [codes.DESTROYED, codes.CANCELLED]
    assert [c for c, _, _ in parts] == [codes.R_NOT_FLYING, codes.R_GONE]
    (event,) = run.world.events[run.world.events["kind"] == codes.E_CANCELLED]
    assert (event["a"], event["b"]) == (1, 0)


def abreast(km, height, **more):
    """A drone across the line of sight: radial speed within 9 m/s for a minute."""
    points = [{"at": {"site": "home", "bearing_deg": b, "distance_km": km}, "height_m": height, "ref": "msl"} for b in (350.0, 10.0)]
    return {"name": "crossing", "system": "shahed-136", "route": points, **more}


def test_clutter_drowns_a_small_target_over_a_rough_sea(lab):
    """A Shahed 60 m above sea state 6, before a radar whose filter suppresses little; without sea echo it is seen."""
    raid = lab.flyer("drone", "shahed-136", 9, 6, 60.0)  # the sea itself is seen to 11 km
    weak = {"92n6e.improvement_clutter": 15.0}
    found = {}
    for clutter in (True, False):
        around = {"clutter": clutter, "sea_state": 6.0, "multipath": "off"}
        parts, _ = codes_of(lab, lab.scenario(raid, doctrine=HOLD, catalog=weak, environment=around, duration_s=40.0))
        found[clutter] = {c for c, _, _ in parts}
    assert codes.R_CLUTTER in found[True]
    assert codes.R_CLUTTER not in found[False]
    assert codes.R_RULES in found[False]  # firm track, identified


def test_the_notch_hides_what_flies_across(lab):
    """A Shahed across the line of sight low over the sea is lost; the same with a narrow notch, and head-on, is not."""
    around = {"sea_state": 6.0, "multipath": "off"}
    across, strong = abreast(8.0, 80.0), {"92n6e.improvement_clutter": 45.0}
    parts, _ = codes_of(lab, lab.scenario(across, doctrine=HOLD, catalog={**strong, "92n6e.notch_speed": 60.0}, environment=around,
                                          duration_s=40.0))  # fmt: skip
    assert codes.R_NOTCH in {c for c, _, _ in parts}
    parts, _ = codes_of(lab, lab.scenario(across, doctrine=HOLD, catalog={**strong, "92n6e.notch_speed": 0.5}, environment=around,
                                          duration_s=40.0))  # fmt: skip
    assert codes.R_NOTCH not in {c for c, _, _ in parts}
    ahead = lab.flyer("ahead", "shahed-136", 9, 7, 80.0)
    parts, _ = codes_of(lab, lab.scenario(ahead, doctrine=HOLD, catalog=strong, environment=around, duration_s=30.0))
    assert codes.R_NOTCH not in {c for c, _, _ in parts}


def test_jamming_hides_its_carrier_until_burn_through_and_shows_a_strobe(lab):
    """An F-16 with a jammer at 120 km: in sight, jammed, and a strobe; without the jammer it is tracked."""
    plain = lab.flyer("f-16", "f-16c", 120, 100, 9000.0)
    jam = {**plain, "jammer": "jammer-escort"}
    parts, run = codes_of(lab, lab.scenario(jam, doctrine=HOLD, duration_s=60.0))
    assert codes.R_JAMMING in {c for c, _, _ in parts}
    strobes = run.world.events[run.world.events["kind"] == codes.E_STROBE]
    assert len(strobes) >= 1
    assert strobes["a"].tolist()[0] == 0
    assert strobes["value"][0] > 10.0
    parts, run = codes_of(lab, lab.scenario(plain, doctrine=HOLD, duration_s=60.0))
    assert codes.R_JAMMING not in {c for c, _, _ in parts}
    assert codes.R_RULES in {c for c, _, _ in parts}
    assert not (run.world.events["kind"] == codes.E_STROBE).any()


def test_a_stand_off_jammer_hides_others_too_and_both_drivers_agree(lab):
    """The jammer stands 15 km behind on the same bearing (main lobe); far off to the side it only reaches the side lobes."""
    quarry = lab.flyer("f-16", "f-16c", 90, 80, 9000.0)

    def support(bearing):
        return {**lab.flyer("support", "e-3", 105, 100, 9000.0, bearing=bearing), "jammer": "jammer-aircraft"}

    found = {}
    for bearing in (0.0, 40.0):
        data = lab.scenario(quarry, support(bearing), doctrine=HOLD, duration_s=30.0)
        compiled = lab.compile(data)
        one, two = lab.play(compiled), lab.play(compiled, stepped=True)
        assert one.digest == two.digest
        found[bearing] = {c for c, _, _ in lab.reasons_of(one, compiled.names["sites"].index("unit"), 0)}
    assert codes.R_JAMMING in found[0.0]
    assert codes.R_RULES in found[40.0]


def test_no_fire_control_while_the_engagement_radar_is_silent(lab):
    silent = [{"at_s": 0.0, "until_s": 30.0, "what": "silent", "of": "unit-eye"}]
    birds = lab.regiment(lab.fire_unit(), radars=[BIRD])
    data = lab.scenario(lab.flyer("awacs", "e-3", 80, 40, 8000.0), formations=[birds], duration_s=90.0)
    parts, _ = codes_of(lab, {**data, "timeline": silent})
    _, b = first(parts, codes.R_NO_FIRE_CONTROL)
    assert b == pytest.approx(30.0, abs=1.1)
    assert has(parts, codes.R_REACTION)
    assert not has(codes_of(lab, data)[0], codes.R_NO_FIRE_CONTROL)


def test_on_the_march(lab):
    """The battalion leaves after its first missile; the 91N6E of the regiment goes on to see the second aircraft."""
    raid = lab.flyer("awacs", "e-3", 90, 10, 8000.0, count=2, spacing_s=30.0)
    unit = lab.fire_unit()
    place = {"site": "home", "bearing_deg": 90, "distance_km": 2.0}
    unit["scoot"] = {"to": [place], "after_shots": 1, "pack_s": 40.0, "march_kmh": 72.0, "setup_s": 60.0}
    data = lab.scenario(raid, formations=[lab.regiment(unit, radars=[BIRD])], duration_s=350.0)
    parts, run = codes_of(lab, data, target=1)
    a, b = first(parts, codes.R_MARCHING)
    packs, places = (run.world.events[run.world.events["kind"] == kind] for kind in (codes.E_PACKS, codes.E_IN_PLACE))
    assert run.world.missiles["t_launch"][0] <= a < b
    assert b == pytest.approx(packs["t"][0] + 40.0 + 100.0 + 60.0, abs=1.2)
    assert b == pytest.approx(places["t"][0], abs=1.1)
    del unit["scoot"]
    assert not has(codes_of(lab, data, target=1)[0], codes.R_MARCHING)


def test_reload_between_an_empty_launcher_and_its_next_load(lab):
    """One launcher of four, no hits: from its last shot on the rails are empty for the reload time, then it shoots again."""
    sure = {"48n6e3.reliability": 0.0, "5p85te2.reload_time": 2.0}
    data = lab.scenario(lab.flyer("awacs", "e-3", 80, 30, 8000.0, speed=120.0), catalog=sure, doctrine={"salvo": 4}, duration_s=400.0)
    launchers = data["formations"][0]["units"][0]["launchers"][0]
    launchers["reloads"] = 1
    parts, run = codes_of(lab, data)
    fired = run.world.missiles["t_launch"]
    assert len(fired) == 8
    assert fired[4] >= fired[3] + 120.0
    _, b = first(parts, codes.R_RAIL)
    assert b == pytest.approx(fired[3] + 120.0, abs=1.1)
    assert has([part for part in parts if part[1] > fired[7]], codes.R_MAGAZINE)
    launchers["reloads"] = 0
    parts, _ = codes_of(lab, data)
    assert not has(parts, codes.R_RAIL)


def test_a_radar_that_is_not_heard(lab):
    """The 91N6E has the target in the south, where nobody else looks; its link is down for a minute, or loses all plots."""
    data = lab.scenario(
        lab.flyer("f-16", "f-16c", 100, 60, 8000.0, bearing=180.0), formations=[lab.regiment(lab.fire_unit(), radars=[BIRD])],
        doctrine=HOLD, duration_s=100.0,
    )  # fmt: skip
    parts, run = codes_of(lab, {**data, "timeline": [{"at_s": 0.0, "until_s": 60.0, "what": "cut", "of": "bird"}]})
    assert parts[0][0] in (codes.R_NO_RADAR, codes.R_LINK)
    _, b = first(parts, codes.R_LINK)
    assert b >= 60.0
    assert run.log["plots"]["t"].min() >= 60.0
    assert has(parts, codes.R_RULES)
    assert not has(codes_of(lab, data)[0], codes.R_LINK)
    data["formations"][0]["radars"] = [{**BIRD, "plot_loss": 1.0}]
    parts, run = codes_of(lab, data)
    assert parts[-1][0] == codes.R_LINK
    assert len(run.log["plots"]) == 0


def test_beam_time(lab):
    """Where the search takes nearly all, there is time for a look a second, and six decoys ask for one and a half: what is in
    track is not always looked at, and gets lost."""
    raid = lab.flyer("mald", "mald", 80, 50, 8000.0, count=6, spread_m=3000.0)
    found, few = {}, {"98zh6e.target_channels": 1, "92n6e.update_track": 4.0}
    for searching in (0.985, 0.5):
        data = lab.scenario(raid, catalog={**few, "92n6e.search_share": searching}, doctrine=HOLD, duration_s=100.0)
        compiled = lab.compile(data)
        run = lab.play(compiled)
        found[searching] = {c for j in range(6) for c, _, _ in lab.reasons_of(run, 1, j)}
        full = lab.events(run.world, codes.E_BEAM_FULL)
        assert (len(full) > 0) == (searching > 0.5)
        plots = run.log["plots"]["t"]
        radar = compiled.world.radars[0]
        most = radar["track_share"] / radar["dwell"]  # looks a second at what is in track
        late = plots[plots > 60.0]
        assert len(late) / 40.0 <= most + 6 / 30.0 + 0.1  # and with the search what has not been seen for 30 s
    assert codes.R_BEAM_TIME in found[0.985]
    assert codes.R_BEAM_TIME not in found[0.5]


def test_release_awaited(lab):
    """The leave of the superior takes a minute: no shot before it, and the ledger says so; its own leave takes none."""
    raid = lab.flyer("awacs", "e-3", 120, 40, 8000.0)
    asks = {"release": "superior", "consent_delay_s": 56.0}
    parts, run = codes_of(lab, lab.scenario(raid, doctrine=asks, duration_s=150.0))
    a, b = first(parts, codes.R_RELEASE)
    assert b - a == pytest.approx(60.0, abs=0.11)  # and 2 s each way
    assert run.world.missiles["t_launch"][0] >= b
    parts, _ = codes_of(lab, lab.scenario(raid, doctrine={"release": "own"}, duration_s=150.0))
    assert not has(parts, codes.R_RELEASE)


def test_acquiring(lab):
    """The sector has to turn by 60 degrees at a crawl: ready to fire, but the radar does not have the target."""
    raid = lab.flyer("awacs", "e-3", 80, 40, 8000.0, bearing=75.0)
    slow = {"92n6e.slew_rate": 1.0, "55k6e.acquire_time": 60.0, "98zh6e.reaction_time": 0.5, "92n6e.sector_width": 100.0}
    birds = lab.regiment(lab.fire_unit(), radars=[BIRD])
    parts, run = codes_of(lab, lab.scenario(raid, formations=[birds], catalog=slow, duration_s=90.0))
    a, b = first(parts, codes.R_ACQUIRING)
    assert b - a > 5.0
    assert run.world.missiles["t_launch"][0] == pytest.approx(b, abs=0.01)
    quick = {**slow, "92n6e.slew_rate": 90.0}
    parts, _ = codes_of(lab, lab.scenario(raid, formations=[birds], catalog=quick, duration_s=90.0))
    assert not any(c == codes.R_ACQUIRING and y - x > 3.0 for c, x, y in parts)


def test_launch_spacing(lab):
    """Two targets, twenty seconds between launches: the second order is ready and waits for them."""
    raid = lab.flyer("mald", "mald", 80, 20, 8000.0, count=2, spread_m=3000.0)
    spans = {}
    for spacing in (20.0, 0.1):
        data = lab.scenario(raid, catalog={"98zh6e.launch_spacing": spacing}, duration_s=60.0)
        spans[spacing] = [b - a for j in (0, 1) for c, a, b in codes_of(lab, data, target=j)[0] if c == codes.R_SPACING]
    assert max(spans[20.0]) == pytest.approx(20.0, abs=2.0)
    assert not [span for span in spans[0.1] if span > 0.5]


def test_every_reason_has_its_scenario():
    names = [name for name in vars(codes) if name.startswith("R_")]
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in names if f"codes.{name}" not in text]
