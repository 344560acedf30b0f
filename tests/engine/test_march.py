"""Fire units that change their position: when they leave, how long it takes, what goes with them, and what no longer finds them."""

import math

import numpy as np
import pytest
from pyproj import Geod

from skyreach.errors import BadInput
from skyreach.world import codes

GEOD = Geod(ellps="WGS84")
THERE = {"site": "home", "bearing_deg": 90, "distance_km": 3.0}
ALSO = {"site": "home", "bearing_deg": 180, "distance_km": 3.0}
QUICK = {"pack_s": 20.0, "march_kmh": 180.0, "setup_s": 30.0}  # 50 m/s: a march that a test can wait for
SURE = {"48n6e3.pk_aircraft": 1.0, "48n6e3.reliability": 1.0}


def scoot(*places, **more):
    """after_shots 1 where nothing else is said."""
    trigger = {} if "after_s" in more else {"after_shots": 1}
    return {"to": list(places or (THERE,)), **trigger, **QUICK, **more}


def scene(lab, rule, raid=None, duration=400.0, unit=None, **more):
    """A unit that moves by `rule`, and aircraft that come in one behind the other."""
    unit = {**(unit or lab.fire_unit(count=2)), **({"scoot": rule} if rule else {})}
    raid = raid or [lab.flyer("f-16", "f-16c", 90, 5, 8000.0, count=6, spacing_s=40.0)]
    return lab.scenario(*raid, formations=[lab.regiment(unit)], duration_s=duration, **{"catalog": SURE, **more})


def packs_and_places(lab, world):
    return lab.events(world, codes.E_PACKS), lab.events(world, codes.E_IN_PLACE)


def test_a_march_takes_pack_and_way_over_speed_and_setup(lab):
    """Closed form; the way is the geodesic of PROJ between the two places."""
    compiled = lab.compile(scene(lab, scoot()))
    run = lab.play(compiled)
    packs, places = packs_and_places(lab, run.world)
    way = GEOD.line_length([33.0, GEOD.fwd(33.0, 40.0, 90.0, 3000.0)[0]], [40.0, GEOD.fwd(33.0, 40.0, 90.0, 3000.0)[1]])
    assert way == pytest.approx(3000.0, abs=1e-3)
    assert packs[0]["value"] == pytest.approx(20.0 + way / 50.0 + 30.0, abs=1e-6)
    assert places[0]["t"] - packs[0]["t"] == pytest.approx(packs[0]["value"], abs=0.1 + 1e-6)  # frames of 0.1 s
    assert (packs["b"].tolist()[0], packs["c"].tolist()[:2], places["c"].tolist()[:1]) == (1, [1, 2], [2])
    first = run.world.missiles[0]
    assert first["t_end"] <= packs[0]["t"] <= first["t_end"] + 0.2  # it packs when its missile has ended
    assert lab.play(compiled, stepped=True).digest == run.digest
    assert lab.play(compiled, 2).digest == lab.play(compiled, 2).digest


def test_parts_stand_off_the_new_place_as_they_did_off_the_old_one(lab):
    unit = lab.fire_unit()
    unit["launchers"].append({"system": "5p85te2", "load": {"48n6e3": 4}, "at": {"site": "home", "bearing_deg": 30, "distance_km": 0.5}})
    unit["radars"].append({"name": "ear", "system": "96l6e", "at": {"site": "home", "bearing_deg": 200, "distance_km": 0.3}, "mast": "40v6m"})
    compiled = lab.compile(scene(lab, scoot(), unit=unit))
    world = compiled.world
    (row,) = world.marches
    assert (row["n_positions"], row["n_parts"]) == (2, 5)
    before, after = world.berths[:5], world.berths[5:]
    for here, there in zip(before[1:], after[1:], strict=True):
        offsets = [b["R_enu_from_ecef"] @ (part["pos_ecef"] - b["pos_ecef"]) for b, part in ((before[0], here), (after[0], there))]
        assert offsets[1] == pytest.approx(offsets[0], abs=0.01)
    assert np.linalg.norm(after[0]["pos_ecef"] - before[0]["pos_ecef"]) == pytest.approx(3000.0, abs=0.05)  # a chord, 900 m up
    run = lab.play(compiled)
    moved = run.world.sites[1]["position"]
    assert run.world.sites[1]["pos_ecef"] == pytest.approx(world.berths[5 * moved]["pos_ecef"], abs=1e-9)


def test_the_slowest_part_sets_the_time_and_the_catalogue_the_rest(lab):
    """Ten minutes to pack, 60 km/h, and the mast of the 96L6E for an hour and a half."""
    unit = lab.fire_unit()
    rule = {"to": [THERE], "after_shots": 1}
    (row,) = lab.compile(scene(lab, rule, unit=unit)).world.marches
    assert (row["pack"], row["setup"]) == (600.0, 600.0)
    unit["radars"].append({"name": "ear", "system": "96l6e", "at": "home", "mast": "40v6m"})
    compiled = lab.compile(scene(lab, rule, unit=unit))
    assert compiled.world.marches[0]["setup"] == 5400.0
    assert compiled.world.berths[0]["road"] == pytest.approx(3000.0 / (60.0 / 3.6), rel=1e-6)
    assert {"time_pack", "speed_march"} <= {value["key"] for value in compiled.catalog.used() if value["item"] == "98zh6e"}


def test_decoys_move_with_their_radar(lab):
    unit = lab.fire_unit()
    unit["radars"][0]["decoys"] = [{"site": "home", "bearing_deg": 0, "distance_km": 0.3}]
    compiled = lab.compile(scene(lab, {"to": [THERE], "after_shots": 1, "pack_s": 20.0, "march_kmh": 180.0}, unit=unit))
    assert compiled.world.marches[0]["setup"] == 600.0
    a, b = compiled.world.berths[1:3]["pos_ecef"]
    moved = compiled.world.berths[compiled.world.marches[0]["n_parts"] :][1:3]["pos_ecef"]
    assert np.linalg.norm(a - b) == pytest.approx(300.0, abs=0.1)
    assert np.linalg.norm(moved[0] - moved[1]) == pytest.approx(300.0, abs=0.1)


def test_nothing_is_launched_or_radiated_while_it_marches_and_rounds_are_kept(lab):
    compiled = lab.compile(scene(lab, scoot(THERE, ALSO), duration=500.0))
    full = int(compiled.world.launchers["rounds"].sum())
    seen = set()
    for _, _, world in lab.drive(compiled, 1):
        site, n = world.sites[1], int(world.clock[0]["n_missiles"])
        seen.add(int(site["march"]))
        assert int(world.launchers["rounds"].sum()) + n == full
        if site["march"] >= codes.PACKING:
            assert not (world.missiles[:n]["state"] == codes.FLYING_OUT).any()
    assert seen == {int(code) for code in codes.MARCHES}
    packs, places = packs_and_places(lab, world)
    fired = world.missiles[: world.clock[0]["n_missiles"]]["t_launch"]
    ends = [*places["t"].tolist(), math.inf]
    for begin, end in zip(packs["t"], ends, strict=False):
        assert not ((fired > begin) & (fired < end)).any()
    assert packs["c"].tolist()[:4] == [1, 2, 3, 1][: len(packs)]  # and back to the first position
    assert len(packs) >= 3
    plots = lab.play(compiled).log["plots"]["t"]
    for begin, end in zip(packs["t"], ends, strict=False):
        assert not ((plots >= begin) & (plots < end)).any()


def test_on_the_march_is_said_while_it_lasts(lab):
    """The reason stands for a second aircraft from the trigger until the unit is in place; without scoot it never does."""
    compiled = lab.compile(scene(lab, scoot(), [lab.flyer("f-16", "f-16c", 90, 5, 8000.0, count=2, spacing_s=5.0)],
                                 doctrine={"max_range_share": 0.5}, catalog={"98zh6e.target_channels": 1, **SURE}))  # fmt: skip
    run = lab.play(compiled)
    parts = [(a, b) for j in range(2) for code, a, b in lab.reasons_of(run, 1, j) if code == codes.R_MARCHING]
    assert parts
    packs, places = packs_and_places(lab, run.world)
    assert min(a for a, _ in parts) <= packs["t"][0] + 1.0
    assert all(b <= places["t"][0] + 1.1 for a, b in parts if a < places["t"][0])


def test_by_time_it_leaves_that_long_after_the_first_launch(lab):
    run = lab.play(lab.compile(scene(lab, scoot(after_s=25.0), doctrine={"salvo": 2})))
    packs, _ = packs_and_places(lab, run.world)
    first = run.world.missiles["t_launch"].min()
    early = run.world.missiles[run.world.missiles["t_launch"] < packs["t"][0]]
    assert early["t_launch"].max() <= first + 25.0 + run.world.sites[1]["spacing"] + 0.1  # a salvo begun is finished
    assert packs["t"][0] == pytest.approx(max(first + 25.0, early["t_end"].max()), abs=0.21)


def test_a_salvo_begun_is_finished_before_it_leaves(lab):
    run = lab.play(lab.compile(scene(lab, scoot(), doctrine={"salvo": 2})))
    packs, _ = packs_and_places(lab, run.world)
    assert (run.world.missiles["t_launch"] < packs["t"][0]).sum() == 2


def test_a_reload_waits_for_the_end_of_the_march(lab):
    unit = lab.fire_unit(load={"48n6e3": 1})
    unit["launchers"][0]["reloads"] = 3
    more = {"catalog": {**SURE, "5p85te2.reload_time": 2.0}}
    run = lab.play(lab.compile(scene(lab, scoot(), unit=unit, **more)))
    packs, places = packs_and_places(lab, run.world)
    loaded = lab.events(run.world, codes.E_RELOADED)["t"]
    assert loaded[0] == pytest.approx(run.world.missiles["t_launch"][0] + 120.0 + packs["value"][0], abs=0.11)
    assert loaded[0] > places["t"][0]


def strike(lab, rule, weapon):
    """One aircraft to shoot at from the north, and a weapon at the unit that must not be shot at."""
    raid = [lab.flyer("f-16", "f-16c", 70, 5, 8000.0), weapon]
    return scene(lab, rule, raid, doctrine={"engage": ["aircraft"]}, catalog={**SURE, "kalibr.cep": 0.01, "agm-88.cep": 0.01, "tomahawk.damage_probability": 1.0})


@pytest.mark.parametrize("moves", [True, False])
def test_an_aimed_weapon_hits_a_place_and_not_the_unit_that_has_left_it(lab, moves):
    weapon = lab.flyer("kalibr", "kalibr", 20, 5, 100.0, ref="agl", bearing=270.0, aim="unit-eye", damage="cep", start_s=200.0)
    compiled = lab.compile(strike(lab, scoot() if moves else None, weapon))
    run = lab.play(compiled)
    assert len(lab.events(run.world, codes.E_IMPACT)) == 1
    assert len(lab.events(run.world, codes.E_RADAR_LOST)) == (0 if moves else 1)
    assert run.world.radars["alive"][0] == (1 if moves else 0)
    assert (run.world.launchers["alive"] == (1 if moves else 0)).all()
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_an_anti_radiation_missile_falls_on_the_empty_place(lab):
    """It hears the radar until that packs, and flies on by memory. Packing takes 20 s: within them it finds the radar there."""
    harm = lab.flyer("harm", "agm-88", 40, -5, 6000.0, home_on="emitters")
    flight = math.hypot(40e3, 6e3) / 700.0
    t_pack = float(lab.events(lab.play(lab.compile(strike(lab, scoot(), {**harm, "start_s": 399.0}))).world, codes.E_PACKS)["t"][0])
    for after_packing, hits in ((30.0, 0), (10.0, 1)):
        data = strike(lab, scoot(), {**harm, "start_s": round(t_pack + after_packing - flight, 1)})
        data["catalog"] |= {"agm-88.seeker_sigma": 0.001}
        compiled = lab.compile(data)
        run = lab.play(compiled)
        assert lab.events(run.world, codes.E_PACKS)["t"][0] == pytest.approx(t_pack, abs=0.11)
        for kind, n in ((codes.E_EMITTER, 1), (codes.E_EMITTER_SILENT, 1), (codes.E_IMPACT, 1), (codes.E_RADAR_LOST, hits)):
            assert len(lab.events(run.world, kind)) == n
        assert lab.play(compiled, stepped=True).digest == run.digest


def test_an_asset_that_stands_for_the_unit_takes_it_only_while_it_is_there(lab):
    for start, lost in ((200.0, False), (0.0, True)):
        killer = lab.flyer("killer", "tomahawk", 20, 2, 300.0, aim="unit-place", start_s=start)
        data = strike(lab, scoot(), killer)
        data["assets"].append({"name": "unit-place", "at": "home", "value": 5.0, "unit": "unit"})
        run = lab.play(lab.compile(data))
        assert (run.world.sites["alive"][1] == 0) == lost


def test_a_unit_that_is_lost_stays_where_it_is_and_one_that_comes_back_goes_on(lab):
    base = scene(lab, scoot())
    t = float(lab.events(lab.play(lab.compile(base)).world, codes.E_PACKS)["t"][0])
    lost = {"at_s": round(t + 5.0, 1), "what": "lost", "of": "unit"}
    run = lab.play(lab.compile({**base, "timeline": [lost]}))
    assert len(lab.events(run.world, codes.E_IN_PLACE)) == 0
    assert (run.world.sites[1]["position"], run.world.sites[1]["march"]) == (0, codes.IN_PLACE)
    on_the_way = {**lost, "at_s": round(t + 30.0, 1)}
    run = lab.play(lab.compile({**base, "timeline": [on_the_way]}))
    assert run.world.sites[1]["alive"] == 0
    assert run.world.sites[1]["position"] == 1
    assert run.world.missiles["t_launch"].max() < t
    back = {**lost, "until_s": round(t + 60.0, 1)}
    compiled = lab.compile({**base, "timeline": [back]})
    run = lab.play(compiled)
    assert len(lab.events(run.world, codes.E_IN_PLACE)) >= 1
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_point_defence_moves_with_its_own_times(lab):
    pantsir = {**lab.pantsir(), "scoot": {"to": [{"site": "home", "bearing_deg": 90, "distance_km": 0.5}], "after_shots": 2, "pack_s": 5.0, "setup_s": 5.0}}
    raid = lab.flyer("drone", "shahed-136", 14, 1, 300.0, count=8, spacing_s=10.0)
    data = lab.scenario(raid, formations=[lab.regiment(point_defence=[pantsir])], duration_s=400.0)
    compiled = lab.compile(data)
    run = lab.play(compiled)
    packs, places = packs_and_places(lab, run.world)
    assert packs["value"][0] == pytest.approx(10.0 + 500.0 / (50.0 / 3.6), rel=1e-6)
    assert len(places) >= 1
    assert run.world.radars["maps"].tolist() in ([0, 1], [2, 3])
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_without_scoot_there_are_no_rows(lab):
    world = lab.compile(scene(lab, None)).world
    assert (len(world.marches), len(world.berths)) == (0, 0)
    assert world.radars["maps"].tolist() == list(range(len(world.radars)))


BAD = [
    ({"after_s": 10.0, "after_shots": 1}, "one of after_shots, after_s"),
    ({"after_shots": None}, "one of after_shots, after_s"),
    ({"pack_s": -1.0}, "pack_s"),
    ({"setup_s": -1.0}, "setup_s"),
    ({"march_kmh": 0.0}, "march_kmh"),
    ({"after_shots": 0}, "after_shots"),
    ({"to": []}, "to"),
    ({"to": ["home"]}, "where the unit is already"),
    ({"to": [THERE, THERE]}, "where the unit is already"),
    ({"to": [THERE, "home"]}, "comes back by itself"),
    ({"to": ["nowhere"]}, "no site of this name"),
]


@pytest.mark.parametrize(("change", "word"), BAD)
def test_a_scoot_that_makes_no_sense_is_refused(lab, change, word):
    rule = {key: value for key, value in {**scoot(), **change}.items() if value is not None}
    with pytest.raises(BadInput, match=word):
        lab.compile(scene(lab, rule))


def test_only_a_unit_that_can_fire_moves(lab):
    data = scene(lab, None)
    data["formations"][0]["scoot"] = scoot()
    with pytest.raises(BadInput, match="command post alone"):
        lab.compile(data)
    data = scene(lab, scoot())
    data["formations"][0]["units"][0]["launchers"] = []
    with pytest.raises(BadInput, match="without launchers"):
        lab.compile(data)
