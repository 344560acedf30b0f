"""Rules of the fight, held at every frame: channels, spacing, reaction, salvoes, doctrine, identity, minimum range."""

import math

import numpy as np
import pytest
from scipy import stats

from skyreach.world import codes

SMALL = {  # a unit with few channels
    "98zh6e.target_channels": 3.0, "98zh6e.missile_channels": 4.0, "pantsir-s1.target_channels": 2.0,
    "pantsir-s1.missile_channels": 2.0,
}  # fmt: skip


def crowd(lab, look_first, salvo):
    """Two fire units and a Pantsir against twelve decoys that come in together."""
    units = [lab.fire_unit("one", {"9m96e2": 16}, 2), lab.fire_unit("two", {"48n6e3": 4}, 3, at="away")]
    raid = lab.flyer("mald", "mald", 70, -30, 6000.0, count=12, spread_m=1500.0, spacing_s=2.0)
    low = lab.flyer("drone", "tomahawk", 25, 5, 150.0, ref="agl", aim="base", count=4, spacing_s=5.0)
    formations = [lab.regiment(*units, point_defence=[lab.pantsir()])]
    doctrine = {"shoot_look_shoot": look_first, "salvo": salvo}
    return lab.compile(lab.scenario(raid, low, formations=formations, doctrine=doctrine, catalog=SMALL, duration_s=240.0))


def check_books(world, k):
    """Counters of fire unit k against its assignments and missiles."""
    site = world.sites[k]
    held = world.assignments[(world.assignments["state"] != codes.OPEN_ROW) & (world.assignments["site"] == k)]
    flying = world.missiles[: world.clock[0]["n_missiles"]]
    flying = flying[(flying["site"] == k) & (flying["state"] != codes.SPENT)]
    assert site["targets_held"] == len(held) <= site["target_channels"]
    promised = (held["ordered"] - held["fired"]).sum()
    assert site["missiles_held"] == len(flying) + promised <= site["missile_channels"]
    assert (held["fired"] <= held["ordered"]).all()
    assert (held["ended"] <= held["fired"]).all()
    assert (held["ordered"] <= site["salvo"]).all()
    return held


@pytest.mark.parametrize(("look_first", "salvo"), [(True, 1), (True, 2), (False, 2), (False, 4)])
def test_channels_and_books_at_every_frame(lab, look_first, salvo):
    compiled = crowd(lab, look_first, salvo)
    units = np.flatnonzero(compiled.world.sites["kind"] == codes.FIRE_UNIT)
    loaded = compiled.world.launchers["rounds"]
    full = {"targets": 0, "missiles": 0}
    for _, _, world in lab.drive(compiled, 2):
        held = [check_books(world, k) for k in units]
        numbers = np.concatenate(held)["track_number"]
        most = np.bincount(numbers).max() if len(numbers) else 0
        assert most <= (1 if look_first else 2)
        fired = np.bincount(world.missiles["launcher"][: world.clock[0]["n_missiles"]], minlength=len(loaded))
        assert (world.launchers["rounds"] + fired == loaded).all()
        sites = world.sites[units]
        full["targets"] += (sites["targets_held"] == sites["target_channels"]).any()
        full["missiles"] += (sites["missiles_held"] == sites["missile_channels"]).any()
    assert full["targets"] > 0  # the limits were felt
    assert full["missiles"] > 0 or salvo == 1
    assert world.clock[0]["n_missiles"] > 10


@pytest.mark.parametrize(("look_first", "salvo"), [(True, 2), (False, 3)])
def test_launches_keep_spacing_reaction_and_salvo(lab, look_first, salvo):
    compiled = crowd(lab, look_first, salvo)
    run = lab.play(compiled, 3)
    missiles, events = run.world.missiles, run.world.events
    delay = float(compiled.catalog["55k6e"].si("link_delay"))
    for k in np.flatnonzero(run.world.sites["kind"] == codes.FIRE_UNIT):
        site, times = run.world.sites[k], np.sort(missiles["t_launch"][missiles["site"] == k])
        assert len(times) > 1
        assert np.diff(times).min() >= site["spacing"] - 1e-6
    orders = {row: e for row, e in enumerate(events) if e["kind"] == codes.E_ASSIGNED}
    shots: dict[int, list[float]] = {}
    for e in events[events["kind"] == codes.E_LAUNCH]:
        shots.setdefault(int(e["cause"]), []).append(float(e["t"]))
    assert len(shots) > 5
    for row, times in shots.items():
        order = orders[row]
        site = run.world.sites[order["b"]]
        assert times[0] >= order["t"] + delay + site["reaction"] - 1e-6
        assert len(times) <= site["salvo"] <= salvo


def test_one_shot_at_a_time_means_a_verdict_between_shots(lab):
    """Shoot-look-shoot: the next order at a target comes after the assessment of the one before, by any unit."""
    events = lab.play(crowd(lab, True, 2), 4).world.events
    again = 0
    for j in set(events["a"][events["kind"] == codes.E_ASSIGNED].tolist()):
        mine = [e for e in events[events["a"] == j] if e["kind"] in (codes.E_ASSIGNED, codes.E_ASSESSED, codes.E_ABORTED)]
        for first, second in zip(mine[::2], mine[1::2], strict=False):
            assert first["kind"] == codes.E_ASSIGNED
            assert second["kind"] in (codes.E_ASSESSED, codes.E_ABORTED)
            again += len(mine) > 2
    assert again > 0


def test_a_plain_target_is_killed_or_all_rounds_are_spent(lab):
    """Ten minutes within reach of two launchers: nothing may keep a system from shooting on."""
    raid = lab.flyer("f-16", "f-16c", 100, -60, 8000.0, bearing=0.0)
    data = lab.scenario(raid, formations=[lab.regiment(lab.fire_unit(count=2))], duration_s=600.0)
    compiled = lab.compile(data)
    killed = 0
    for seed in range(8):
        run = lab.play(compiled, seed)
        dead = run.world.targets[0]["status"] == codes.DESTROYED
        killed += dead
        assert dead or run.world.launchers["rounds"].sum() == 0
    assert killed >= 6  # 8 rounds of 0.7 each, when all arrive: 0.9999


@pytest.mark.parametrize("weapons", ["hold", "tight", "free"])
def test_weapons_control(lab, weapons):
    """A passing target, course 60 km abeam of everything: hold and tight forbid it, free does not."""
    route = [{"lat": 40.55, "lon": lon, "height_m": 8000.0, "ref": "msl"} for lon in (32.6, 33.8)]
    raid = {"name": "passing", "system": "f-16c", "route": route}
    compiled = lab.compile(lab.scenario(raid, doctrine={"weapons": weapons}, duration_s=120.0))
    run = lab.play(compiled)
    assert (len(run.world.missiles) > 0) == (weapons == "free")
    held = [part for part in lab.reasons_of(run, 1, 0) if part[0] == codes.R_RULES]
    assert (len(held) > 0) == (weapons != "free")


@pytest.mark.parametrize("height", [3000.0, 13_000.0])
def test_weapons_tight_allows_fire_at_what_flies_at_an_asset(lab, height):
    raid = lab.flyer("f-16", "f-16c", 80, 30, height, aim="base")
    run = lab.play(lab.compile(lab.scenario(raid, doctrine={"weapons": "tight"}, duration_s=150.0)))
    assert len(run.world.missiles) > 0


def test_doctrine_may_leave_out_a_class(lab):
    raid = [lab.flyer("f-16", "f-16c", 80, 30, 8000.0), lab.flyer("drone", "tb2", 40, 30, 3000.0, bearing=10.0)]
    run = lab.play(lab.compile(lab.scenario(*raid, doctrine={"engage": ["drone"]}, duration_s=100.0)))
    assert set(run.world.missiles["target"].tolist()) == {1}
    assert codes.R_RULES in [part[0] for part in lab.reasons_of(run, 1, 0)]


def test_a_decoy_is_taken_for_an_aircraft(lab):
    raid = lab.flyer("mald", "mald", 80, 30, 8000.0)
    for engage, shot in (["aircraft"], True), (["drone", "decoy"], False):
        run = lab.play(lab.compile(lab.scenario(raid, doctrine={"engage": engage}, duration_s=100.0)))
        assert (len(run.world.missiles) > 0) == shot


def traffic(lab, **catalog):
    civil = [{**lab.flyer("airliner", "a320", 90, -40, 10_000.0), "side": "civil"}]
    raid = lab.flyer("mald", "mald", 400, 399, 9000.0, bearing=180.0)  # a raid must have something in it
    return lab.compile(lab.scenario(raid, civil=civil, catalog=catalog, duration_s=300.0))


def test_airliners_that_answer_are_not_shot_at(lab):
    compiled = traffic(lab)
    for seed in range(5):
        run = lab.play(compiled, seed)
        said = run.world.events[run.world.events["kind"] == codes.E_IDENTIFIED]
        assert set(said["c"].tolist()) == {codes.NON_HOSTILE}
        assert len(run.world.missiles) == 0


def test_an_airliner_that_is_not_read_is_taken_for_hostile(lab):
    run = lab.play(traffic(lab, **{"55k6e.iff_reply": 0.0}))
    assert len(run.world.missiles) > 0
    assert set(run.world.missiles["target"].tolist()) == {1}


@pytest.mark.parametrize(("key", "value", "wrong"), [("iff_reply", 0.7, 0.3), ("identify_error", 0.25, 0.25)])
def test_identities_are_wrong_as_often_as_the_catalogue_says(lab, key, value, wrong):
    """25 airliners over 20 seeds, nothing shoots: binomial, 99.99 % interval."""
    civil = [{**lab.flyer("airliner", "a320", 90, 60, 10_000.0), "side": "civil", "count": 25, "spread_m": 2500.0}]
    raid = lab.flyer("mald", "mald", 400, 399, 9000.0, bearing=180.0)
    watch = [{"name": "watch", "level": "battery", "radars": [{"name": "eye", "system": "92n6e", "at": "home"}]}]
    compiled = lab.compile(lab.scenario(raid, civil=civil, formations=watch, catalog={f"55k6e.{key}": value}, duration_s=40.0))
    said = []
    for seed in range(20):
        events = lab.play(compiled, seed).world.events
        said += (events["c"][events["kind"] == codes.E_IDENTIFIED] == codes.HOSTILE).tolist()
    assert len(said) > 400
    low, high = stats.binom.ppf([5e-5, 1 - 5e-5], len(said), wrong)
    assert low <= sum(said) <= high


def test_nothing_is_fired_at_before_it_is_identified_as_hostile(murted_runs):
    same = []
    for run in murted_runs:
        events = run.world.events
        for e in events[events["kind"] == codes.E_ASSIGNED]:
            identified = events[e["cause"]]
            assert identified["kind"] == codes.E_IDENTIFIED
            assert identified["c"] == codes.HOSTILE
            same.append(identified["a"] == e["a"])
    assert np.mean(same) > 0.95  # a track may go over to a neighbour: a weapon just let go, for one


def test_an_identity_error_turns_friend_and_foe(lab):
    raid = lab.flyer("f-16", "f-16c", 80, 30, 8000.0)
    run = lab.play(lab.compile(lab.scenario(raid, catalog={"55k6e.identify_error": 1.0}, duration_s=100.0)))
    said = run.world.events[run.world.events["kind"] == codes.E_IDENTIFIED]
    assert set(said["c"].tolist()) == {codes.NON_HOSTILE}
    assert len(run.world.missiles) == 0
    assert lab.reasons_of(run, 1, 0)[-1][0] == codes.R_IDENTITY
    taken = lab.play(traffic(lab, **{"55k6e.identify_error": 1.0}))
    assert len(taken.world.missiles) > 0


def test_identification_takes_its_time(lab):
    raid = lab.flyer("f-16", "f-16c", 80, 30, 8000.0)
    compiled = lab.compile(lab.scenario(raid, catalog={"55k6e.identify_time": 25.0}, duration_s=60.0))
    events = lab.play(compiled).world.events
    (firm,), (said,) = (events[events["kind"] == kind] for kind in (codes.E_TRACK_FIRM, codes.E_IDENTIFIED))
    assert said["t"] - firm["t"] == pytest.approx(25.0, abs=0.1001)


def test_a_track_is_firm_after_its_hits(lab):
    """Confirmation by 3 plots: with a certain detection every 4 s that is 8 s after the first."""
    raid = lab.flyer("awacs", "e-3", 80, 30, 8000.0)
    for hits in (2, 3, 4):
        compiled = lab.compile(lab.scenario(raid, catalog={"55k6e.confirm_hits": float(hits)}, duration_s=30.0))
        events = lab.play(compiled).world.events
        first, firm = (events[events["kind"] == kind][0] for kind in (codes.E_FIRST_SEEN, codes.E_TRACK_FIRM))
        period = compiled.world.radars[0]["update_search"]
        assert firm["t"] - first["t"] == pytest.approx((hits - 1) * period, abs=0.2)


def ground_range(site, point):
    e, n, _u = site["R_enu_from_ecef"] @ (point - site["pos_ecef"])
    return math.hypot(e, n)


@pytest.mark.parametrize("missile", ["48n6e", "9m96e2"])
def test_no_launch_below_the_minimum_range(lab, missile):
    """The predicted intercept point of every launch lies beyond the minimum range, set to 15 km; a target within waits."""
    raid = lab.flyer("heli", "mq-9", 40, 2, 3000.0)
    data = lab.scenario(
        raid, formations=[lab.regiment(lab.fire_unit(load={missile: 4}, count=3))],
        catalog={f"{missile}.min_range": 15.0, f"{missile}.reliability": 0.0}, duration_s=440.0,
    )  # fmt: skip
    compiled = lab.compile(data)
    seen = 0
    for _, _, world in lab.drive(compiled, 1):
        for missile_row in world.missiles[seen : world.clock[0]["n_missiles"]]:
            assert ground_range(world.sites[1], missile_row["pip_ecef"]) > 15e3 * 0.999
            seen += 1
    assert seen > 0
    if world.launchers["rounds"].sum() > 0:
        assert lab.reasons_of(lab.play(compiled), 1, 0)[-1][0] in (codes.R_TOO_CLOSE, codes.R_GONE)


def test_range_share_of_the_doctrine(lab):
    """With half the reach no launch has its intercept beyond half of what the missile can do."""
    raid = lab.flyer("awacs", "e-3", 190, 40, 9000.0, speed=400.0)
    far = {}
    for share in (1.0, 0.4):
        compiled = lab.compile(lab.scenario(raid, doctrine={"max_range_share": share}, duration_s=350.0))
        for _, _, world in lab.drive(compiled, 1):
            if world.clock[0]["n_missiles"]:
                far[share] = ground_range(world.sites[1], world.missiles[0]["pip_ecef"])
                break
    table = compiled.model.reach[0][:, :, 0]
    last, n = np.flatnonzero(np.isfinite(table[9]))[-1], table.shape[1]
    reach = compiled.model.missile_types[0]["reach_dr"] * last**2 / (n - 1)
    assert far[0.4] <= 0.4 * reach * 1.05  # chord and arc, a round of the search, and the target that flies on past the plan
    assert far[1.0] > far[0.4]


def test_economy_takes_the_cheap_missile_and_haste_the_quick_one(lab):
    raid = lab.flyer("f-16", "f-16c", 70, 20, 6000.0)
    unit = lab.fire_unit(load={"48n6e3": 3, "9m96e2": 4})
    used = {}
    for economy in (True, False):
        data = lab.scenario(raid, formations=[lab.regiment(unit)], doctrine={"economy": economy}, duration_s=100.0)
        compiled = lab.compile(data)
        run = lab.play(compiled)
        used[economy] = compiled.names["missile_types"][run.world.missiles[0]["type"]]
    assert used == {True: "9m96e2", False: "48n6e3"}  # 1.0 against 1.5 M USD; 2000 against 1000 m/s


def test_the_worse_threat_is_served_first(lab):
    """One channel, one decision after 30 s: of two like targets the one that flies at the asset comes before the other."""
    by = [{"lat": 40.35, "lon": lon, "height_m": 6000.0, "ref": "msl"} for lon in (32.6, 33.8)]
    raid = [{"name": "by", "system": "f-16c", "route": by}, lab.flyer("at", "f-16c", 60, 20, 6000.0, aim="base", bearing=10.0)]
    compiled = lab.compile(lab.scenario(*raid, catalog={"98zh6e.target_channels": 1.0, "55k6e.cycle_time": 30.0}, duration_s=60.0))
    for seed in range(4):
        events = lab.play(compiled, seed).world.events
        assert events[events["kind"] == codes.E_ASSIGNED][0]["a"] == 1


def test_an_engagement_radar_without_work_turns_to_its_target(lab):
    """The sector looks north, a search radar finds a target in the east: the unit turns and shoots."""
    bird = {"name": "bird", "system": "96l6e", "at": "home"}
    raid = lab.flyer("f-16", "f-16c", 80, 20, 6000.0, bearing=90.0)
    compiled = lab.compile(lab.scenario(raid, formations=[lab.regiment(lab.fire_unit(), radars=[bird])], duration_s=200.0))
    run = lab.play(compiled)
    assert len(run.world.missiles) > 0
    eye = compiled.names["radars"].index("unit-eye")
    turned = run.world.radars[eye]["boresight"] % (2.0 * math.pi)
    assert turned == pytest.approx(math.pi / 2.0, abs=math.radians(25.0))  # the target sits in the inner half of the sector
    slew = compiled.world.radars[eye]["slew_rate"]
    before = None
    for _, _, world in lab.drive(compiled, 1, until=60.0):
        now = world.radars[eye]["boresight"]
        if before is not None:
            assert abs(now - before) <= slew * 0.1 + 1e-9
        before = now
