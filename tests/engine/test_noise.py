"""False alarms, tracks begun and dropped by score, radars that stand a little wrong: counts by closed forms, and what comes of them."""

import math

import numpy as np
import pytest
from scipy import stats

from skyreach.analysis.tracking import PlotTracker
from skyreach.engine.replicate import replicate_many
from skyreach.physics.false_alarms import spike_probability
from skyreach.scenario.tracking import Tracking
from skyreach.world import codes

HOLD = {"weapons": "hold"}
TURNING = [{"name": "watch", "level": "battery", "radars": [{"name": "eye", "system": "91n6e", "at": "home"}]}]
STARING = [{"name": "watch", "level": "battery", "radars": [{"name": "eye", "system": "92n6e", "at": "home"}]}]
NOISE = {"noise": "plots", "initiation": "score"}


def watched(lab, formations, tracking, **more):
    raid = lab.flyer("awacs", "e-3", 120, 90, 9000.0)
    return lab.compile(lab.scenario(raid, formations=formations, doctrine=HOLD, tracking=tracking, **{"duration_s": 60.0, **more}))


@pytest.mark.parametrize(("formations", "seconds"), [(TURNING, 120.0), (STARING, 20.0)], ids=["turning", "sector"])
def test_noise_gives_as_many_plots_as_cells_and_pfa_say(lab, formations, seconds):
    """Poisson: the count of a run lies within 4 roots of Pfa times the cells of a scan times the scans; ranges are even."""
    compiled = watched(lab, formations, NOISE, duration_s=seconds)
    radar, plots = compiled.world.radars[0], lab.play(compiled, 1).log["plots"]
    noise = plots[plots["target"] < 0]
    span = np.arctan(radar["tan_el_max"]) - np.arctan(radar["tan_el_min"])
    cells = radar["r_max"] / radar["resolution"] * 2 * radar["half_sector"] / radar["width_az"] * span / radar["width_el"]
    mean = radar["pfa"] * cells * seconds / radar["update_search"]
    assert mean > 50
    assert abs(len(noise) - mean) < 4.0 * math.sqrt(mean)
    assert stats.kstest(noise["r_slant"] / radar["r_max"], "uniform").pvalue > 1e-3
    assert stats.kstest((noise["el"] - np.arctan(radar["tan_el_min"])) / span, "uniform").pvalue > 1e-3
    apart = (noise["az"] - radar["boresight"] + math.pi) % (2 * math.pi) - math.pi
    assert (np.abs(apart) <= radar["half_sector"] + 1e-9).all()


def test_noise_of_a_turning_beam_is_where_the_beam_is(lab):
    compiled = watched(lab, TURNING, NOISE)
    _, world = compiled.new_world(1)
    radar, plots = world.radars[0], lab.play(compiled, 1).log["plots"]
    noise = plots[plots["target"] < 0]
    beam = 2 * math.pi * (noise["t"] - radar["t_phase"]) / radar["update_search"]
    behind = (beam - noise["az"]) % (2 * math.pi)
    assert len(noise) > 20
    assert (behind < 2 * math.pi * 0.1 / radar["update_search"] + 1e-6).all()  # within the sweep of one frame of 0.1 s


@pytest.mark.parametrize("more", [{}, {"filter": "imm", "association": "jpda"}], ids=["plain", "imm-jpda"])
def test_both_drivers_and_threads_give_the_same_bits(lab, more):
    raid = lab.flyer("mald", "mald", 60, 1, 6000.0, count=4, spread_m=800.0)
    tracking = {**NOISE, "registration": "biased", **more}
    compiled = lab.compile(lab.scenario(raid, tracking=tracking, duration_s=100.0))
    whole = lab.play(compiled, 3)
    assert lab.play(compiled, 3, stepped=True).digest == whole.digest
    assert [run.digest for run in replicate_many(compiled, [4, 3], threads=2)][1] == whole.digest
    assert len(whole.world.missiles) > 0
    assert (whole.log["plots"]["target"] < 0).any()


def test_plots_of_a_radar_stand_together(lab):
    """What takes plots counts on it: each track takes one plot of a radar in a frame at the most."""
    raid = lab.flyer("mald", "mald", 60, 20, 6000.0, count=4, spread_m=800.0)
    watch = [
        {"name": place, "level": "battery", "radars": [{"name": f"{place}-eye", "system": "92n6e", "at": place}]}
        for place in ("home", "away")
    ]
    compiled = lab.compile(lab.scenario(raid, formations=watch, doctrine=HOLD, tracking=NOISE, duration_s=10.0))
    mixed = 0
    for _, _, world in lab.drive(compiled):
        radars = world.plots["radar"][: world.clock[0]["n_plots"]]
        assert (np.diff(radars) >= 0).all()
        mixed += len(set(radars.tolist())) > 1
    assert mixed > 10


def test_a_score_keeps_noise_out_where_m_of_n_does_not(lab):
    """False firm tracks of a 92N6E in a minute, two plots in five looks being enough. None is identified; the target is tracked."""
    false, easy = {}, {"55k6e.confirm_hits": 2.0}
    for initiation in ("m_of_n", "score"):
        run = lab.play(watched(lab, STARING, {"noise": "plots", "initiation": initiation}, catalog=easy), 1)
        kinds = run.world.events["kind"]
        false[initiation] = int((kinds == codes.E_FALSE_FIRM).sum())
        assert (kinds == codes.E_TRACK_FIRM).sum() >= 1
        identified = run.world.events[kinds == codes.E_IDENTIFIED]
        assert (identified["a"] == 0).all()
    assert false["m_of_n"] > 0
    assert false["score"] == 0


def test_a_track_file_full_of_noise_says_so(lab):
    compiled = watched(lab, STARING, {"noise": "plots"}, catalog={"55k6e.track_capacity": 20.0})
    run = lab.play(compiled, 1)
    full = run.world.events[run.world.events["kind"] == codes.E_TRACK_TABLE_FULL]
    assert 1 <= len(full) <= 3  # said now and then, not for every plot
    assert (run.log["plots"]["track_number"] == -1).any()


def tracker_by_score(**settings):
    place, sigma = (math.radians(40.0), math.radians(33.0), 900.0), (30.0, 2e-3, 3e-3)
    tracking = Tracking(filter="kalman", association="gnn", initiation="score")
    return PlotTracker(place, sigma, 5.0, 4e-5, capacity=20, settings=settings, tracking=tracking)


def test_misses_drop_a_track_when_the_test_says_so():
    """Each miss costs log(1 - Pd). Tentative, score 0: dropped at log(beta / (1 - alpha)). Firm: after a fall of score_fall."""
    tracker = tracker_by_score(detect_prob=0.8, score_beta=0.05, score_fall=7.0)
    tracker.scan(0.0, [[50e3, 1.0, 0.1]])
    fate = []
    for k in range(1, 5):
        tracker.scan(5.0 * k, [[90e3 + 1e4 * k, 3.0, 0.2]])  # far away
        fate.append(int(tracker.tracks[0]["state"]))
    allowed = math.floor(math.log(0.05) / math.log(0.2))  # misses that it survives
    assert allowed == 1
    # a look counts as missed half an interval after it was due: at the next scan
    assert fate[: allowed + 1] == [codes.TENTATIVE] * (allowed + 1)
    assert fate[allowed + 1] == codes.FREE_ROW
    tracker = tracker_by_score(detect_prob=0.8, score_fall=7.0)
    for k in range(6):
        tracker.scan(5.0 * k, [[50e3 + 1e3 * k, 1.0, 0.1]])
    assert len(tracker.firm()) == 1
    gone = [k for k in range(6, 20) if tracker.scan(5.0 * k, np.empty((0, 3))) is None and not len(tracker.firm())]
    assert gone[0] - 6 == math.ceil(7.0 / -math.log(0.2))  # five misses, the last seen half an interval late


def test_the_score_is_the_likelihood_ratio():
    """One target alone: the score of the third plot is the sum of log(Pd N(y; 0, S) / density of false alarms)."""
    tracker = tracker_by_score()
    tracker.scan(0.0, [[50e3, 1.0, 0.1]])
    tracker.scan(5.0, [[50.5e3, 1.0, 0.1]])
    row, p = tracker.tracks[0], tracker.params[0]
    before = float(tracker.banks[0]["score"])
    P, x = row["P"].copy(), row["x"].copy()
    F = np.eye(6)
    F[:3, 3:] = 5.0 * np.eye(3)
    q = p["process_noise"]
    Q = q * np.kron([[125.0 / 3.0, 12.5], [12.5, 5.0]], np.eye(3))
    P, x = F @ P @ F.T + Q, F @ x
    from skyreach.engine.filter import measurement

    H, z = np.empty((3, 3)), np.empty(3)
    measurement(tracker.radars[0], x, H, z)
    S = H @ P[:3, :3] @ H.T + np.diag(np.square([30.0, 2e-3, 3e-3]))
    plot = np.array([51e3, 1.0, 0.1])
    tracker.scan(10.0, [plot])
    gain = math.log(0.9 / 4e-5) + stats.multivariate_normal(np.zeros(3), S).logpdf(plot - z)
    assert tracker.banks[0]["score"] - before == pytest.approx(gain, abs=1e-3)


def errors_of_plots(lab, compiled, seed):
    """Azimuth, elevation and range errors of the plots of radar 0: measured less true."""
    run = lab.play(compiled, seed)
    truth = {round(float(row["t"]), 3): row["pos_ecef"] for row in run.log["truth"]}
    rows = [(row, truth[round(float(row["t"]), 3)]) for row in run.log["plots"] if round(float(row["t"]), 3) in truth]
    out = np.array([np.array([row["r_slant"], row["az"], row["el"]]) - lab.polar(compiled.world.radars[0], pos) for row, pos in rows])
    out[:, 1] = (out[:, 1] + math.pi) % (2 * math.pi) - math.pi
    return out


def test_a_biased_radar_is_wrong_by_the_same_amount_all_the_time_and_by_another_in_each_run(lab):
    """Biases over 40 seeds: their spread is that of the catalogue (chi-square, 99.9 %); exact radars have none."""
    large = {"55k6e.bias_range": 5000.0, "55k6e.bias_azimuth": 10.0, "55k6e.bias_elevation": 10.0}  # far above the noise of a plot
    biased = watched(lab, STARING, {"registration": "biased"}, catalog=large, duration_s=30.0)
    means = []
    for seed in range(40):
        errors = errors_of_plots(lab, biased, seed)
        assert len(errors) > 3
        assert (errors.std(axis=0) < [300.0, 0.01, 0.01]).all()  # one amount within the run
        means.append(errors.mean(axis=0))
    sigma = np.array([5000.0, math.radians(10.0), math.radians(10.0)])
    low, high = stats.chi2.ppf([0.0005, 0.9995], 40)
    assert ((np.square(np.array(means) / sigma).sum(axis=0) > low) & (np.square(np.array(means) / sigma).sum(axis=0) < high)).all()
    exact = errors_of_plots(lab, watched(lab, STARING, {}, duration_s=30.0), 1)
    assert (np.abs(exact.mean(axis=0)) < [300.0, 0.01, 0.01]).all()


def test_radars_that_disagree_make_two_tracks_of_one_target(lab):
    """Two radars 43 km apart and one target 120 km away: one track where they stand right; where they are half a degree wrong, more."""
    raid = lab.flyer("awacs", "e-3", 120, 100, 9000.0)
    two = [{"name": "a", "system": "91n6e", "at": "home"}, {"name": "b", "system": "91n6e", "at": "away"}]
    watch = [{"name": "watch", "level": "battery", "radars": two}]
    large = {"55k6e.bias_azimuth": 1.5}
    firm = {}
    for name in ("exact", "biased"):
        data = lab.scenario(raid, formations=watch, doctrine=HOLD, tracking={"registration": name}, duration_s=120.0, catalog=large)
        compiled = lab.compile(data)
        firm[name] = sum(int((lab.play(compiled, seed).world.events["kind"] == codes.E_TRACK_FIRM).sum()) for seed in range(6))
    assert firm["exact"] == 6
    assert firm["biased"] > 8


def test_spikes_of_clutter_are_where_the_ground_is_seen(lab):
    """On a smooth sea in sea state 5: all within the horizon of the mast, as many as the cells there say, on the ground."""
    calm = watched(lab, TURNING, {**NOISE, "noise": "plots"}, duration_s=60.0, environment={"sea_state": 5})
    rough = watched(lab, TURNING, {**NOISE, "noise": "clutter"}, duration_s=60.0, environment={"sea_state": 5})
    count = [int((lab.play(one, 1).log["plots"]["target"] < 0).sum()) for one in (calm, rough)]
    model, world = rough.new_world(1)
    radar, p, clutter, sea = world.radars[0], model.params[0], model.clutter[0], model.sea[0]
    left = clutter / radar["improvement"]
    rate = np.where(sea == 1, radar["spikes_sea"], radar["spikes_land"]) * left / (1.0 + left)
    cells = p["clutter_dr"] / radar["resolution"] * 2.0 * math.pi / radar["width_az"] / clutter.shape[0]
    wanted = rate.sum() * cells * 60.0 / radar["update_search"]
    assert wanted > 50
    assert abs(count[1] - count[0] - wanted) < 5.0 * math.sqrt(wanted)
    plots = lab.play(rough, 1).log["plots"]
    low = plots[(plots["target"] < 0) & (plots["r_slant"] < 5e3 + 4.12e3 * math.sqrt(radar["h_ell"] - radar["h_ground"]))]
    assert len(low) > 0.9 * wanted
    assert lab.play(rough, 1, stepped=True).digest == lab.play(rough, 1).digest


@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0])
def test_spike_probability_is_that_of_drawn_clutter(shape):
    """K law: exponential power with a gamma mean; drawn ten million times at a Pfa of 1e-3."""
    rng = np.random.default_rng(2)
    power = rng.exponential(size=10_000_000) * rng.gamma(shape, 1.0 / shape, size=10_000_000)
    assert spike_probability(1e-3, shape) == pytest.approx((power > -math.log(1e-3)).mean(), rel=0.05)
    assert spike_probability(1e-6, math.inf) == 1e-6
