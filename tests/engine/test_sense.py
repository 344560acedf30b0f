"""Looks and plots against closed forms: horizon, detection statistics, turning beam, sector, errors of measurement."""

import math

import numpy as np
import pytest
from scipy import stats

from skyreach.earth.geodesy import ecef_to_geodetic
from skyreach.earth.grid import ground_height
from skyreach.engine import sense
from skyreach.world import codes

BIRD = {"name": "bird", "system": "91n6e", "at": "home"}
EYE = {"name": "eye", "system": "92n6e", "at": "home", "axis_deg": 0.0}
HOLD = {"weapons": "hold"}
CLEAR = {"clutter": False, "gas": False, "multipath": "off"}  # nothing but noise and the horizon


def watch(lab, radar, *raid, terrain="smooth", **more):
    """A radar alone, without anything that shoots."""
    formation = {"name": "watch", "level": "battery", "radars": [radar]}
    data = lab.scenario(*raid, formations=[formation], **{"environment": CLEAR, **more})
    return lab.compile(data, terrain)


def horizon(h_ant, h_tgt, radius, k):
    """Ground range at which a smooth sphere of k times the radius hides a target [m]: two right triangles."""
    a = k * radius
    return a * (math.acos(a / (a + h_ant)) + math.acos(a / (a + h_tgt)))


@pytest.mark.parametrize(("height", "k"), [(60.0, 4 / 3), (300.0, 4 / 3), (60.0, 1.0), (1500.0, 4 / 3)])
def test_a_low_target_comes_up_at_the_smooth_horizon(lab, height, k):
    """E-3 of 50 m2: the echo is strong (Pd > 0.999) long before the horizon lifts. Seen at the first look after it."""
    d_km = horizon(7.0, height, 6.38e6, k) / 1e3
    raid = lab.flyer("awacs", "e-3", d_km + 12, d_km - 30, height, ref="agl", speed=150.0)
    compiled = watch(lab, EYE, raid, refraction_k=k, duration_s=240.0)
    radar, step = compiled.world.radars[0], float(compiled.model.params[0]["floor_dr"])
    per_look, route = 150.0 * radar["update_search"], compiled.world.routes
    for seed in range(6):
        first = lab.events(lab.play(compiled, seed).world, codes.E_FIRST_SEEN)[0]
        # the geoid falls by some metres along the way: height of the target above the level of the radar's ground
        rise = np.interp(first["t"], route["t"], route["h_ell"]) - radar["h_ground"]
        assert rise == pytest.approx(height, abs=12.0)
        late = horizon(7.0, rise, radar["radius"], k) - first["value"]
        # slant and ground range differ by less than 40 m here; the floor map has steps of `step`
        assert -0.5 * step < late < per_look + 0.5 * step


def test_before_the_horizon_the_reason_is_the_horizon(lab):
    compiled = watch(lab, EYE, lab.flyer("awacs", "e-3", 90, 70, 60.0, ref="agl"), duration_s=20.0)
    *_, (_, _, world) = lab.drive(compiled)
    assert world.looks[0, 0]["code"] == codes.HIDDEN_HORIZON


def expected_pd(radar, rcs, r):
    """Swerling 1, one look, free space: pfa ** (1 / (1 + snr)) with snr ~ rcs / r^4 from the reference point."""
    snr_ref = math.log(radar["pfa"]) / math.log(0.5) - 1.0
    return radar["pfa"] ** (1.0 / (1.0 + snr_ref * rcs / radar["rcs_ref"] * (radar["r_ref"] / r) ** 4))


@pytest.mark.parametrize("ratio", [0.85, 1.0, 1.15])
def test_a_high_target_is_detected_as_often_as_the_radar_equation_says(lab, ratio):
    """MALD, 3 m2 at all aspects, flown along a circle: 180 km * 3 ** 0.25 is the range of Pd 0.5. 25 looks, 40 seeds."""
    r = ratio * 180e3 * 3.0**0.25
    points = [
        {"at": {"site": "home", "bearing_deg": b, "distance_km": r / 1e3}, "height_m": 9000.0, "ref": "msl", "speed_mps": 240.0}
        for b in (356.0, 4.0)
    ]
    compiled = watch(lab, EYE, {"name": "mald", "system": "mald", "route": points}, duration_s=100.0)
    radar = compiled.world.radars[0]
    period = float(radar["update_search"])
    plots, looks, chances = 0, 0, 0.0
    route = compiled.world.routes
    for seed in range(40):
        plots += len(lab.play(compiled, seed).log["plots"])
        times = np.arange(0.05, 99.9, period)
        for t in times:
            pos = [np.interp(t, route["t"], route["pos_ecef"][:, a]) for a in range(3)]
            chances += expected_pd(radar, 3.0, lab.polar(radar, pos)[0])
        looks += len(times)
    share = chances / looks
    if ratio == 1.0:
        assert share == pytest.approx(0.5, abs=0.01)  # the circle is a chord: 1 km nearer in the middle
    low, high = stats.binom.ppf([0.0005, 0.9995], looks, share)
    assert low <= plots <= high


def test_swerling_3_and_aspect_reach_the_loop(lab):
    """E-3 head-on, from the side (150 m2) and as Swerling 3: the signal of a look against the printed formulas."""
    compiled = watch(lab, EYE, lab.flyer("awacs", "e-3", 300, 200, 9000.0), duration_s=5.0)
    *_, (_, model, world) = lab.drive(compiled)
    radar, target, look = world.radars[0], world.targets[0].copy(), world.looks[0, 0]
    e, n, u = radar["R_enu_from_ecef"] @ (target["pos_ecef"] - radar["pos_ecef"])
    r, az = math.sqrt(e * e + n * n + u * u), math.atan2(e, n)
    ground = radar["radius"] * math.atan2(math.hypot(e, n), radar["radius"] + radar["h_ell"] + u)
    snr_ref = math.log(radar["pfa"]) / math.log(0.5) - 1.0

    def listen(luck):
        place = (e, n, u, r, az, ground)
        args = (model.params[0], model.losses[0], model.clutter[0], model.sea[0], radar, target, look, 1.0, 0.0, place, luck)
        return sense.listen(*args), float(look["snr"])

    for rcs, case, velocity in ((50.0, 1, None), (150.0, 1, radar["R_enu_from_ecef"][0] * 180.0), (150.0, 3, None)):
        if velocity is not None:
            target["vel_ecef"] = velocity  # it flies east: abeam
        target["swerling"] = case
        snr = rcs * snr_ref * (radar["r_ref"] / r) ** 4
        v, s = -math.log(radar["pfa"]), 1.0 + 0.5 * snr  # Meyer and Mayer 1973: exp(-v/s) (1 + v (snr/2) / s^2)
        pd = math.exp(-v / (1.0 + snr)) if case == 1 else math.exp(-v / s) * (1.0 + 0.5 * v * snr / s**2)
        code, heard = listen(pd - 2e-3)
        assert code == codes.SEEN
        assert heard / radar["cfar_loss"] == pytest.approx(snr, rel=5e-3)
        assert listen(pd + 2e-3)[0] == codes.WEAK


@pytest.mark.parametrize("bearing", [1.0, 120.0, 181.0, 300.0])
def test_the_turning_beam_passes_once_a_turn_and_points_at_the_target(lab, bearing):
    compiled = watch(lab, BIRD, lab.flyer("awacs", "e-3", 100, 85, 9000.0, bearing=bearing), duration_s=80.0)
    period = float(compiled.world.radars[0]["update_search"])
    for seed in (1, 2):
        run = lab.play(compiled, seed)
        t, az = run.log["plots"]["t"], run.log["plots"]["az"]
        assert len(t) >= 80.0 / period - 2
        assert np.diff(t) == pytest.approx(np.full(len(t) - 1, period), abs=0.11)  # frames of 0.1 s
        phase = run.world.radars[0]["t_phase"]
        beam = (t - phase) / period * 2.0 * math.pi
        late = np.remainder(beam - az + math.pi, 2.0 * math.pi) - math.pi  # by how much the beam is past the target
        frame = 2.0 * math.pi * 0.1 / period
        assert late.min() > -0.03  # noise of the azimuth, 5 sigma
        assert late.max() < frame + 0.03


def test_turning_beams_begin_anywhere(lab):
    """The phase is drawn from the seed: uniform over a turn (Kolmogorov-Smirnov)."""
    compiled = watch(lab, BIRD, lab.flyer("awacs", "e-3", 100, 85, 9000.0), duration_s=10.0)
    radars = [compiled.new_world(seed)[1].radars[0] for seed in range(300)]
    assert stats.kstest([r["t_phase"] / r["update_search"] + 1.0 for r in radars], "uniform").pvalue > 1e-3


@pytest.mark.parametrize(
    ("bearing", "height", "km", "seen"),
    [
        (0.0, 9000.0, 60.0, True),
        (44.0, 9000.0, 60.0, True),
        (46.0, 9000.0, 60.0, False),  # the sector is 90 degrees wide
        (315.5, 9000.0, 60.0, True),
        (180.0, 9000.0, 60.0, False),
        (0.0, 20_000.0, 8.0, False),  # 68 degrees up: above the highest elevation of 64
        (0.0, 20_000.0, 12.0, True),  # 59 degrees up
    ],
)
def test_the_sector_of_an_engagement_radar(lab, bearing, height, km, seen):
    compiled = watch(lab, EYE, lab.flyer("awacs", "e-3", km, km - 0.3, height, bearing=bearing, speed=10.0), duration_s=20.0)
    run = lab.play(compiled)
    assert (len(run.log["plots"]) > 0) == seen
    assert run.world.looks[0, 0]["code"] == (codes.SEEN if seen else codes.OFF_SECTOR)


def test_beyond_the_scale_and_back(lab):
    """Pantsir's search radar has a scale of 36 km: nothing beyond, and the first look within it is not missed."""
    raid = lab.flyer("awacs", "e-3", 50, 10, 3000.0, speed=200.0)
    compiled = watch(lab, {"name": "eye", "system": "1rs1-1e", "at": "home"}, raid, duration_s=120.0)
    radar = compiled.world.radars[0]
    for seed in range(5):
        run = lab.play(compiled, seed)
        r_slant = run.log["plots"]["r_slant"]
        assert r_slant.max() < radar["r_max"] + 5.0 * radar["sigma_r"]
        # up to two turns: one to notice that the target is within the scale, one until the beam comes round; Pd > 0.99
        assert r_slant.max() > radar["r_max"] - 2.5 * 200.0 * radar["update_search"] - 5.0 * radar["sigma_r"]
    *_, (_, _, world) = lab.drive(compiled, until=10.0)
    assert world.looks[0, 0]["code"] == codes.BEYOND_SCALE


def test_a_silent_radar_and_ones_own_aircraft(lab):
    raid = (lab.flyer("red", "e-3", 100, 85, 9000.0), lab.flyer("blue", "e-3", 100, 85, 9000.0, bearing=5.0, side="blue"))
    quiet = lab.play(watch(lab, {**EYE, "emitting": False}, *raid, duration_s=20.0))
    assert len(quiet.log["plots"]) == 0
    assert quiet.world.looks[0]["code"].tolist() == [codes.SILENT, codes.SILENT]
    loud = lab.play(watch(lab, EYE, *raid, duration_s=20.0))
    assert set(loud.log["plots"]["target"].tolist()) == {0, 1}  # an echo does not say whose it is


@pytest.mark.parametrize("radar", [BIRD, EYE, {"name": "eye", "system": "1rs1-1e", "at": "home"}])
def test_errors_of_measurement_are_those_of_the_catalogue(lab, radar):
    """Range, azimuth and elevation errors over 20 seeds: chi-square of variance, normal shape, no correlation."""
    compiled = watch(lab, radar, lab.flyer("awacs", "e-3", 30, 24, 5000.0, bearing=30.0, speed=100.0), duration_s=60.0)
    item, errors = compiled.catalog[radar["system"]], []
    for seed in range(20):
        for _, _, world in lab.drive(compiled, seed):
            for plot in world.plots[: world.clock[0]["n_plots"]]:
                truth = lab.polar(world.radars[0], world.targets[0]["pos_ecef"])
                gap = np.array([plot["r_slant"], plot["az"], plot["el"]]) - truth
                gap[1] = math.remainder(gap[1], 2.0 * math.pi)
                errors.append(gap / [item.si("sigma_range"), item.si("sigma_az"), item.si("sigma_el")])
                x = [plot["r_slant"], plot["az"], plot["el"]]
                assert lab.polar(world.radars[0], plot["pos_ecef"])[[0, 2]] == pytest.approx([x[0], x[2]], rel=1e-9)
    z = np.array(errors)
    n = len(z)
    assert n > 150
    for column in z.T:
        assert stats.chi2.ppf(1e-4, n) < (column**2).sum() < stats.chi2.ppf(1 - 1e-4, n)
        assert abs(column.mean()) < 4.0 / math.sqrt(n)
        assert stats.kstest(column, "norm").pvalue > 1e-3
    assert np.abs(np.corrcoef(z.T)[~np.eye(3, dtype=bool)]).max() < 4.0 / math.sqrt(n)


def above_floor(model, radar, target, k, steps=600):
    """Height of a target above the lowest that a straight ray over the ground of an earth of k radii leaves visible [m].

    Marched point by point over the grid; the nearest 300 m at both ends are left out."""
    lat1, lon1, _ = ecef_to_geodetic(*radar["pos_ecef"])
    lat2, lon2, h2 = ecef_to_geodetic(*target["pos_ecef"])
    e, n, u = radar["R_enu_from_ecef"] @ (target["pos_ecef"] - radar["pos_ecef"])
    h1 = radar["h_ell"]
    s = radar["radius"] * math.atan2(math.hypot(e, n), radar["radius"] + h1 + u)
    lowest = -math.inf
    for w in np.linspace(0.0, 1.0, steps + 1)[1:-1]:
        if min(w, 1.0 - w) * s >= 300.0:
            ground = ground_height(model.ground, lat1 + w * (lat2 - lat1), lon1 + w * (lon2 - lon1))
            bulge = w * (1.0 - w) * s * s / (2.0 * k * radar["radius"])  # of the earth over the chord, as a parabola
            lowest = max(lowest, h1 + (ground + bulge - h1) / w)
    return h2 - lowest


def test_hidden_by_terrain_agrees_with_a_ray_over_the_grid(murted, lab):
    """All radars and targets of murted-raid within 150 km every 50 s; the floor map may differ near grazing."""
    checked = [0, 0]
    for t, model, world in lab.drive(murted, until=401.0):
        if t % 50.0 > 0.01:
            continue
        for radar in world.radars:
            for target in world.targets:
                e, n, u = radar["R_enu_from_ecef"] @ (target["pos_ecef"] - radar["pos_ecef"])
                ground = math.hypot(e, n)
                if target["status"] != codes.FLYING or ground > min(150e3, radar["r_max"]):
                    continue
                margin = above_floor(model, radar, target, float(model.params[0]["k"]))
                if abs(margin) < 60.0 + 0.003 * ground:  # steps of the map: 0.25 degrees and 0.75 km on a 900 m grid
                    continue
                code, *_ = sense.sight(model.params[0], model.floors[radar["floor"]], radar, target, u, ground, math.atan2(e, n))
                if code == codes.OFF_SECTOR:
                    continue
                assert (code == codes.SEEN) == (margin > 0.0), (margin, ground)
                checked[int(code == codes.SEEN)] += 1
    assert min(checked) > 40, checked


def test_both_kinds_of_hiding_occur_over_terrain_and_one_over_the_sea(lab, murted_runs):
    assert {codes.R_TERRAIN, codes.R_HORIZON} <= set(murted_runs[0].log["reasons"]["code"].tolist())
    compiled = watch(lab, BIRD, lab.flyer("awacs", "e-3", 120, 20, 60.0, ref="agl"), duration_s=100.0)
    for _, _, world in lab.drive(compiled):
        assert world.looks[0, 0]["code"] != codes.HIDDEN_TERRAIN
