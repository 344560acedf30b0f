"""Missiles in flight: what they know, how they end, how often they kill."""

import math

import numpy as np
import pytest
from scipy import stats

from skyreach.catalog import load
from skyreach.engine import guide
from skyreach.scenario.missiles import missile_rows
from skyreach.world import codes
from skyreach.world.state import rows
from skyreach.world.tables import MISSILE_TYPES, PARAMS, dtype_of

NO_CHAFF = (0.0, 0.0, 0.0)


def shoot(lab, *, raid=None, catalog=None, seeds=range(4), duration_s=150.0, formations=None, **more):
    raid = raid or lab.flyer("awacs", "e-3", 70, -20, 8000.0)
    data = lab.scenario(raid, catalog=catalog, duration_s=duration_s, formations=formations, **more)
    compiled = lab.compile(data)
    return compiled, [lab.play(compiled, seed) for seed in seeds]


def kill_chance(miss, radius, pk, reliability):
    """Carleton damage function (Driels, Weaponeering, 2nd ed., ch. 5) with half the kills left at the lethal radius."""
    return reliability * pk * 0.5 ** ((miss / radius) ** 2)


def test_missiles_kill_as_often_as_their_misses_say(lab):
    """80 seeds: kills against the sum of the chances, Poisson-binomial, 4 sigma."""
    compiled, runs = shoot(lab, seeds=range(80), catalog={"48n6e3.glint": 35.0})
    m = compiled.model.missile_types[0]
    chances, kills = [], 0
    for run in runs:
        for missile in run.world.missiles:
            if missile["outcome"] in (codes.KILLED, codes.NO_KILL):
                chances.append(kill_chance(missile["miss"], m["lethal_radius"], m["pk"][codes.AIRCRAFT], m["reliability"]))
                kills += missile["outcome"] == codes.KILLED
    chances = np.array(chances)
    assert len(chances) > 80
    sigma = math.sqrt((chances * (1.0 - chances)).sum())
    assert abs(kills - chances.sum()) < 4.0 * sigma
    assert chances.min() < 0.5 * chances.max()  # misses differ enough for the function to matter


def test_the_worse_the_seeker_the_wider_the_miss(lab):
    means = []
    for glint in (1.0, 10.0, 40.0):
        _, runs = shoot(lab, catalog={"48n6e3.glint": glint, "48n6e3.reliability": 0.0}, seeds=range(6))
        miss = np.concatenate([run.world.missiles["miss"] for run in runs])
        means.append(miss[miss >= 0].mean())
    assert means == sorted(means)
    assert means[2] > 3.0 * means[0]


def test_the_predicted_point_stays_finite_before_a_target_faster_than_the_missile():
    """A burnt-out missile at 250 m/s, a target at 1000 m/s that passes it: rounds of distance over speed would run away."""
    missile, track = rows("missiles", 1)[0], rows("tracks", 1)[0]
    m = np.zeros(1, dtype_of(MISSILE_TYPES))[0]
    m["burn_time"], m["boost_time"], m["max_time"] = 2.4, 2.4, 60.0
    missile["pos_ecef"], missile["vel_ecef"], missile["v_arrival"] = (6.4e6, 0.0, 0.0), (0.0, 250.0, 0.0), 600.0
    for side, wanted in ((10e3, 8.0), (-10e3, None)):  # head-on: 10 km at 1000 + 251 m/s; running away: the plan stands
        missile["t_plan"] = 13.0
        track["x"] = (6.4e6, side, 0.0, 0.0, -1000.0, 0.0)
        for t in np.arange(5.0, 12.0, 0.1):
            to_go = guide.time_to_go(m, missile, track, 6.4e6, side, 0.0, t)
            assert 0.0 < to_go <= 60.0
            if wanted:
                assert to_go == pytest.approx(10e3 / 1251.0, rel=1e-9)
            else:
                assert to_go == pytest.approx(max(13.0 - t, 0.5), abs=1e-9)


def test_seeker_errors_have_their_size():
    """2000 measurements: error on each axis is angle error times range and glint in squares (chi-square)."""
    missile, target = rows("missiles", 1)[0], rows("targets", 1)[0]
    missile["pos_ecef"], target["pos_ecef"] = (6.4e6, 0.0, 0.0), (6.4e6, 3000.0, 4000.0)
    m, p = np.zeros(1, dtype_of(MISSILE_TYPES))[0], np.zeros(1, dtype_of(PARAMS))[0]
    m["seeker_sigma"], m["glint"], p["seed"] = 4e-3, 15.0, 3
    errors = [np.subtract(guide.measure(p, m, missile, target, NO_CHAFF, 0, frame), target["pos_ecef"]) for frame in range(2000)]
    z = np.array(errors) / math.hypot(4e-3 * 5000.0, 15.0)
    assert stats.chi2.ppf(1e-4, z.size) < (z**2).sum() < stats.chi2.ppf(1 - 1e-4, z.size)
    assert np.abs(z.mean(axis=0)).max() < 4.0 / math.sqrt(2000)


def test_gains_of_the_seeker_filter():
    """Benedict and Bordner, IRE Trans. AC 7 (1962) 27: beta = alpha^2 / (2 - alpha), 1/6 for 1/2."""
    types, _ = missile_rows([load()["48n6e3"]])
    assert types[0]["seeker_alpha"] == 0.5
    assert types[0]["seeker_beta"] == pytest.approx(1.0 / 6.0, rel=1e-12)


def test_the_seeker_filter_forgets_where_it_began():
    """A constant velocity is learnt without bias from measurements without noise."""
    missile, target = rows("missiles", 1)[0], rows("targets", 1)[0]
    m, p = np.zeros(1, dtype_of(MISSILE_TYPES))[0], np.zeros(1, dtype_of(PARAMS))[0]
    p["dt"] = m["seeker_interval"] = 0.1
    m["seeker_alpha"], m["seeker_beta"] = 0.5, 1.0 / 6.0
    velocity = np.array([-250.0, 30.0, 5.0])
    missile["pos_ecef"] = (0.0, 1e4, 0.0)
    for frame in range(100):
        target["pos_ecef"] += 0.1 * velocity
        guide.follow(p, m, missile, target, True, NO_CHAFF, 0, frame)
    assert missile["seek_vel"] == pytest.approx(velocity, abs=1e-3)
    assert missile["seek_pos"] == pytest.approx(target["pos_ecef"], abs=1e-3)
    for _ in range(10):  # without an echo it goes on as before
        target["pos_ecef"] += 0.1 * velocity
        guide.follow(p, m, missile, target, False, NO_CHAFF, 0, 0)
    assert missile["seek_pos"] == pytest.approx(target["pos_ecef"], abs=1e-2)


def test_faces():
    pos, vel = np.zeros(3), np.array([100.0, 0.0, 0.0])
    angle = math.degrees(math.acos(0.9))
    for off, seen in ((0.0, True), (angle - 1.0, True), (angle + 1.0, False), (90.0, False), (180.0, False)):
        x, y = 5e3 * math.cos(math.radians(off)), 5e3 * math.sin(math.radians(off))
        assert guide.faces(0.9, pos, vel, x, y, 0.0) == seen
        assert guide.faces(0.9, pos, vel, x, 0.0, y) == seen
    assert not guide.faces(0.9, pos, np.zeros(3), 1.0, 0.0, 0.0)


def test_a_passage_between_two_frames_is_found(lab):
    """The miss recorded is the least distance of missile and target, flown on straight from the last frame before."""
    compiled = lab.compile(lab.scenario(lab.flyer("awacs", "e-3", 70, 20, 8000.0), duration_s=150.0))
    checked = 0
    for seed in range(6):
        before = {}
        for _, _, world in lab.drive(compiled, seed):
            for i, missile in enumerate(world.missiles[: world.clock[0]["n_missiles"]]):
                if missile["state"] != codes.SPENT:
                    target = world.targets[missile["target"]]
                    before[i] = [target[k].copy() for k in ("pos_ecef", "vel_ecef")] + [missile[k].copy() for k in ("pos_ecef", "vel_ecef")]
                elif i in before and missile["outcome"] in (codes.KILLED, codes.NO_KILL):
                    p, v, q, w = before.pop(i)
                    gap, rate = p - q, v - w
                    t_cpa = -(gap @ rate) / (rate @ rate)
                    assert -0.01 <= t_cpa <= 0.11
                    # a homing missile turns within the frame: half of 25 g over a tenth of a second
                    assert missile["miss"] == pytest.approx(np.linalg.norm(gap + t_cpa * rate), abs=0.5 * 245.0 * 0.11**2 + 0.1)
                    checked += 1
    assert checked >= 6


@pytest.mark.parametrize(
    ("outcome", "catalog", "more"),
    [
        (codes.KILLED, {"48n6e3.reliability": 1.0, "48n6e3.pk_aircraft": 1.0}, {}),
        (codes.NO_KILL, {"48n6e3.reliability": 0.0}, {}),
        (codes.MISSED, {"48n6e3.glint": 200.0, "48n6e3.lethal_radius": 3.0}, {}),
        (codes.TARGET_GONE, {"48n6e3.reliability": 1.0, "48n6e3.pk_aircraft": 1.0}, {"doctrine": {"salvo": 2}}),
    ],
)
def test_outcomes(lab, outcome, catalog, more):
    _, runs = shoot(lab, catalog=catalog, **more)
    met = np.concatenate([run.world.missiles["outcome"] for run in runs])
    assert outcome in met.tolist()


def test_a_missile_whose_time_is_over_is_lost(lab):
    """A battery that lasts 20 s, which the plan did not know of: the flight ends then, and not later."""
    compiled = lab.compile(lab.scenario(lab.flyer("awacs", "e-3", 90, 20, 8000.0), duration_s=80.0))
    for _, model, world in lab.drive(compiled):
        if world.clock[0]["n_missiles"]:
            model.missile_types["max_time"] = 20.0
    missile = world.missiles[0]
    assert missile["outcome"] == codes.NO_ENERGY
    assert missile["t_end"] - missile["t_launch"] == pytest.approx(20.0, abs=0.2)
    assert missile["miss"] == -1.0


def test_without_an_echo_there_is_no_homing(lab):
    """The unit's own radar is taken out while its missile flies: TVM has nothing to home on; it goes on to the last plan."""
    compiled = lab.compile(lab.scenario(lab.flyer("awacs", "e-3", 150, 60, 8000.0), duration_s=300.0))
    for _, _, world in lab.drive(compiled, 1):
        if world.clock[0]["n_missiles"] == 1 and world.radars[0]["alive"]:
            world.radars["alive"] = 0
    assert world.clock[0]["n_missiles"] == 1
    assert world.missiles[0]["outcome"] in (codes.MISSED, codes.NO_KILL, codes.TRACK_LOST, codes.HIT_GROUND, codes.NO_ENERGY)
    assert (world.events["kind"][: world.clock[0]["n_events"]] == codes.E_HOMING).sum() == 0


def test_an_active_missile_finds_its_target_without_the_radar(lab):
    """The same with an active seeker, the radar lost when the missile is near: it homes by itself."""
    unit = lab.fire_unit(load={"9m96e2": 4})
    data = lab.scenario(lab.flyer("awacs", "e-3", 80, 20, 8000.0), formations=[lab.regiment(unit)], duration_s=150.0)
    compiled = lab.compile(data)
    for _, _, world in lab.drive(compiled, 1):
        if world.missiles[0]["state"] == codes.HOMING and world.radars[0]["alive"]:
            world.radars["alive"] = 0
    assert world.missiles[0]["outcome"] in (codes.KILLED, codes.NO_KILL)
    assert world.missiles[0]["miss"] < compiled.model.missile_types[0]["lethal_radius"]


def test_missiles_fly_on_tracks_and_not_on_truth(lab):
    """Moving the truth of a target that no radar looks at any more must not move a missile in mid-course."""
    compiled = lab.compile(lab.scenario(lab.flyer("awacs", "e-3", 150, 60, 8000.0), duration_s=60.0))
    paths = []
    for shift in (0.0, 5000.0):
        path = []
        for _, _, world in lab.drive(compiled, 1):
            n = world.clock[0]["n_missiles"]
            if n == 1 and world.radars[0]["alive"]:
                world.radars["alive"] = 0
                world.targets[0]["pos_ecef"][2] += shift
                world.routes["pos_ecef"][:, 2] += shift  # shared with the compiled scenario: put back below
            if n:
                path.append(world.missiles[0]["pos_ecef"].copy())
        compiled.world.routes["pos_ecef"][:, 2] -= shift
        paths.append(np.array(path))
    assert len(paths[0]) > 100
    assert (paths[0] == paths[1]).all()


def test_launch_is_vertical_and_the_flight_stays_possible(lab):
    compiled, runs = shoot(lab, seeds=[1])
    flights, missile = runs[0].log["flights"], runs[0].world.missiles[0]
    mine = flights[flights["missile"] == 0]
    speed = np.linalg.norm(mine["vel_ecef"], axis=1)
    item = compiled.catalog["48n6e3"]
    assert speed.max() < 1.1 * item.si("peak_speed")
    up = compiled.world.launchers[0]["up_ecef"]
    assert (mine["pos_ecef"][0] == compiled.world.launchers[0]["pos_ecef"]).all() == (mine["t"][0] == missile["t_launch"])
    rise = (mine["pos_ecef"][1] - compiled.world.launchers[0]["pos_ecef"]) @ up
    away = np.linalg.norm(mine["pos_ecef"][1] - compiled.world.launchers[0]["pos_ecef"])
    assert rise > 0.7 * away > 10.0
    assert (mine["t"] >= missile["t_launch"]).all()
    turn = np.linalg.norm(np.diff(mine["vel_ecef"], axis=0), axis=1)
    assert turn.max() < 1.5 * (item.si("g_limit") + item.si("thrust") / (item.si("launch_mass") - item.si("propellant_mass")))
