"""The track file as a whole: numbers, confirmation, deletion, one track a target, and what happens when it is full."""

import itertools

import numpy as np
import pytest

from skyreach.world import codes

HOLD = {"weapons": "hold"}
WATCH = [{"name": "watch", "level": "battery", "radars": [{"name": "eye", "system": "92n6e", "at": "home"}]}]


def test_numbers_are_never_used_twice_and_rows_hold_their_bounds(murted, murted_runs):
    for run in murted_runs:
        tracks = run.log["tracks"]
        firm = run.world.events[run.world.events["kind"] == codes.E_TRACK_FIRM]
        assert len(set(firm["c"].tolist())) == len(firm)
        assert set(tracks["number"].tolist()) <= set(firm["c"].tolist())
        assert (tracks["state"] == codes.FIRM).all()
        assert (firm["b"] < len(murted.world.tracks)).all()


def test_one_target_is_one_track_nearly_always(murted_runs):
    """Samples of firm tracks over samples of targets with one: 1 but for handing over; the reference is the truth column."""
    for run in murted_runs:
        tracks = run.log["tracks"]
        pairs = set(zip(tracks["t"].tolist(), tracks["target"].tolist(), strict=True))
        assert len(tracks) / len(pairs) < 1.1


def test_tracks_are_where_the_targets_are(murted_runs):
    """Within 4 sigma of the claimed error for 95 % of the samples, and never a whole formation away."""
    gaps, claims = [], []
    for run in murted_runs[:2]:
        truth = {(round(r["t"], 3), int(r["target"])): r["pos_ecef"] for r in run.log["truth"]}
        for row in run.log["tracks"]:
            pos = truth.get((round(row["t"], 3), int(row["target"])))
            if pos is not None and row["t"] - row["t_plot"] < 3.0:
                gaps.append(np.linalg.norm(row["x"][:3] - pos))
                claims.append(row["sigma_pos"])
    gaps, claims = np.array(gaps), np.array(claims)
    assert len(gaps) > 2000
    assert (gaps < 4.0 * claims).mean() > 0.95
    assert np.median(gaps / claims) < 1.5


def test_two_targets_that_cross_keep_two_tracks(lab):
    """They meet 60 km out with 400 m between their heights; the filter knows their courses."""
    east = [{"lat": 40.5, "lon": lon, "height_m": 8000.0, "ref": "msl", "speed_mps": 240.0} for lon in (32.8, 33.2)]
    west = [{"lat": 40.5, "lon": lon, "height_m": 8400.0, "ref": "msl", "speed_mps": 240.0} for lon in (33.2, 32.8)]
    raid = [{"name": "east", "system": "e-3", "route": east}, {"name": "west", "system": "e-3", "route": west}]
    compiled = lab.compile(lab.scenario(*raid, formations=WATCH, doctrine=HOLD, duration_s=130.0))
    kept = 0
    for seed in range(10):
        run = lab.play(compiled, seed)
        firm = run.world.events[run.world.events["kind"] == codes.E_TRACK_FIRM]
        assert len(firm) == 2
        tracks = run.log["tracks"]
        kept += all(len(set(tracks["target"][tracks["number"] == n].tolist())) == 1 for n in firm["c"])
    assert kept >= 8


@pytest.mark.parametrize(("count", "spread"), [(4, 500.0), (4, 1500.0), (4, 3000.0), (8, 1500.0), (12, 3000.0)])
def test_a_formation_gives_as_many_tracks_as_it_has_members(lab, count, spread):
    """An engagement radar looks at them one after the other: a vague new track must not take its neighbour's plot."""
    raid = lab.flyer("mald", "mald", 80, 40, 8000.0, count=count, spread_m=spread)
    compiled = lab.compile(lab.scenario(raid, formations=WATCH, doctrine=HOLD, duration_s=100.0))
    for seed in range(5):
        firm = lab.play(compiled, seed).world.events
        firm = firm[firm["kind"] == codes.E_TRACK_FIRM]
        assert sorted(firm["a"].tolist()) == list(range(count))


def test_a_tentative_track_that_misses_its_plots_never_becomes_firm(lab):
    """Detection of one look in ten: three plots within five looks are rare (binomial 1 %), single plots are not."""
    raid = lab.flyer("mald", "mald", 345, 330, 9000.0)
    compiled = lab.compile(lab.scenario(raid, formations=WATCH, doctrine=HOLD, duration_s=60.0))
    plots, firm = 0, 0
    for seed in range(30):
        run = lab.play(compiled, seed)
        plots += len(run.log["plots"])
        firm += int((run.world.events["kind"] == codes.E_TRACK_FIRM).sum())
        assert (run.world.tracks["state"][0] == codes.FREE_ROW) or run.log["plots"]["t"].max() > 35.0 or firm
    assert plots > 20
    assert firm <= 6


def test_a_full_track_file_is_said_and_the_run_goes_on(lab):
    raid = lab.flyer("mald", "mald", 80, 40, 8000.0, count=5, spread_m=4000.0)
    data = lab.scenario(raid, formations=WATCH, doctrine=HOLD, duration_s=120.0, catalog={"55k6e.track_capacity": 2.0})
    compiled = lab.compile(data)
    assert len(compiled.world.tracks) == 2
    run = lab.play(compiled)
    full = run.world.events[run.world.events["kind"] == codes.E_TRACK_TABLE_FULL]
    assert 1 <= len(full) <= 6  # said now and then, not for every plot
    assert (run.log["plots"]["track_number"] == -1).any()
    firm = run.world.events[run.world.events["kind"] == codes.E_TRACK_FIRM]
    assert len(firm) == 2


@pytest.mark.parametrize(("count", "held"), [(90, 90), (100, 100), (140, 100)])
def test_a_fire_unit_holds_a_hundred_tracks(lab, count, held):
    """The 92N6E follows 100 targets, as is said of it (public-facts 2.2), however many are in its sector."""
    raid = [lab.flyer(f"a-{i}", "e-3", 150 + 4 * (i // 16), 40, 9000.0, bearing=(324.0 + 4.8 * (i % 16)) % 360.0) for i in range(count)]
    compiled = lab.compile(lab.scenario(*raid, doctrine=HOLD, duration_s=100.0))
    assert compiled.world.radars[0]["track_capacity"] == 100
    run = lab.play(compiled)
    events = run.world.events[: run.world.clock[0]["n_events"]]
    firm = events[events["kind"] == codes.E_TRACK_FIRM]
    dropped = events[events["kind"] == codes.E_TRACK_DROPPED]
    assert len(firm) - len(dropped) == held
    full = events[events["kind"] == codes.E_TRACK_TABLE_FULL]
    assert (len(full) > 0) == (count > held)
    without = set(range(count)) - set(firm["a"].tolist())
    assert len(without) == count - held
    for j in without:
        assert codes.R_TRACK_FILE in {code for code, _, _ in lab.reasons_of(run, 1, j)}
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_every_plot_is_logged_with_its_track(lab):
    raid = lab.flyer("awacs", "e-3", 80, 60, 8000.0)
    run = lab.play(lab.compile(lab.scenario(raid, formations=WATCH, doctrine=HOLD, duration_s=60.0)))
    plots, tracks = run.log["plots"], run.log["tracks"]
    assert set(plots["track_number"].tolist()) == {0}
    assert run.world.tracks[0]["hits"] == len(plots)
    assert run.world.tracks[0]["t_plot"] == plots["t"][-1]
    assert np.diff(tracks["t"]) == pytest.approx(np.ones(len(tracks) - 1), abs=1e-9)  # a sample a second
    assert (tracks["t_plot"] <= tracks["t"]).all()


def test_the_claimed_error_grows_between_plots_and_shrinks_with_them(lab):
    raid = lab.flyer("awacs", "e-3", 80, 60, 8000.0)
    run = lab.play(lab.compile(lab.scenario(raid, formations=WATCH, doctrine=HOLD, duration_s=60.0)))
    rows = run.log["tracks"]
    fresh = rows["t"] - rows["t_plot"] < 0.05
    for a, b in itertools.pairwise(rows):
        if b["t_plot"] == a["t_plot"]:
            assert b["sigma_pos"] > a["sigma_pos"]
    assert rows["sigma_pos"][fresh][-1] < rows["sigma_pos"][~fresh].max()
    assert np.trace(rows["cov_pos"], axis1=1, axis2=2) == pytest.approx(rows["sigma_pos"] ** 2, rel=1e-9)
    assert (np.linalg.eigvalsh(rows["cov_pos"]) > 0).all()
