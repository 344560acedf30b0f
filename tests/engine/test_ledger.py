"""The books of a run: intervals of reasons without gap or overlap, causes before effects, sums that agree."""

import itertools

import numpy as np
import pytest

from skyreach.records.make import summarise
from skyreach.world import codes

C = codes
DURATION = 900.0
CAUSE_OF = {  # what an event may come from
    C.E_START: {None, C.E_START}, C.E_FIRST_SEEN: {C.E_START}, C.E_TRACK_FIRM: {C.E_FIRST_SEEN},
    C.E_TRACK_DROPPED: {C.E_TRACK_FIRM}, C.E_IDENTIFIED: {C.E_TRACK_FIRM}, C.E_ASSIGNED: {C.E_IDENTIFIED},
    C.E_ABORTED: {C.E_ASSIGNED}, C.E_LAUNCH: {C.E_ASSIGNED}, C.E_HOMING: {C.E_LAUNCH}, C.E_DETONATION: {C.E_LAUNCH},
    C.E_MISSILE_LOST: {C.E_LAUNCH}, C.E_KILL: {C.E_DETONATION}, C.E_ASSESSED: {C.E_ASSIGNED}, C.E_ARRIVED: {C.E_START},
    C.E_LEFT: {C.E_START}, C.E_CANCELLED: {C.E_START}, C.E_DAMAGE: {C.E_ARRIVED}, C.E_SITE_LOST: {C.E_DAMAGE, C.E_SITE_LOST},
    C.E_DARK: {C.E_LAUNCH},
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(lab, murted_runs):
    """Four runs of murted-raid, and one of a fight without shoot-look-shoot in which much is shot."""
    units = [lab.fire_unit("one", {"9m96e2": 16}, 2), lab.fire_unit("two", {"48n6e3": 4}, 2, at="away")]
    raid = [
        lab.flyer("mald", "mald", 60, -20, 6000.0, count=6, spread_m=2000.0),
        lab.flyer("cruise", "tomahawk", 50, 20, 100.0, ref="agl", aim="base", count=3, spacing_s=8.0, bearing=20.0),
        lab.flyer("f-16", "f-16c", 90, 40, 7000.0, bearing=340.0),
    ]
    point = [lab.pantsir(axis_deg=20.0)]
    data = lab.scenario(
        *raid, formations=[lab.regiment(*units, point_defence=point)], doctrine={"shoot_look_shoot": False, "salvo": 2},
        duration_s=DURATION,
    )  # fmt: skip
    return [*murted_runs, lab.play(lab.compile(data), 3)]


def fire_units(run):
    return np.flatnonzero(run.world.sites["kind"] == codes.FIRE_UNIT)


def test_reasons_cover_the_whole_run_without_gap_or_overlap(runs, lab):
    for run in runs:
        for k in fire_units(run):
            for j in range(len(run.world.targets)):
                parts = lab.reasons_of(run, k, j)
                edges = [(a, b) for _, a, b in parts]
                assert edges[0][0] == 0.0
                assert edges[-1][1] == pytest.approx(DURATION, abs=1e-6)
                assert all(a < b for a, b in edges)
                assert all(b == c for (_, b), (c, _) in itertools.pairwise(edges)), parts
        assert set(run.log["reasons"]["site"].tolist()) == set(fire_units(run).tolist())


def test_the_last_reason_is_how_it_ended(runs, lab):
    ends = {codes.DESTROYED: codes.R_DESTROYED, codes.ARRIVED: codes.R_GONE, codes.LEFT: codes.R_GONE, codes.CANCELLED: codes.R_GONE}
    for run in runs:
        for k in fire_units(run):
            for j, target in enumerate(run.world.targets):
                code, since, _ = lab.reasons_of(run, k, j)[-1]
                if int(target["status"]) in ends:
                    assert code == ends[int(target["status"])]
                    assert since == pytest.approx(target["t_end"], abs=0.1001)  # a kill lies between two frames


def test_reasons_agree_with_the_missiles_in_the_air(runs, lab):
    """While a missile of a unit flies at a live target, the unit's reason for it is `engaged`, and only then."""
    for run in runs:
        for k in fire_units(run):
            for j, target in enumerate(run.world.targets):
                shots = run.world.missiles[(run.world.missiles["site"] == k) & (run.world.missiles["target"] == j)]
                end = target["t_end"] if target["t_end"] >= 0 else DURATION
                flights = [(m["t_launch"], min(m["t_end"] if m["t_end"] >= 0 else DURATION, end)) for m in shots]
                for code, a, b in lab.reasons_of(run, k, j):
                    middle = 0.5 * (a + b)
                    in_air = any(x + 1.1 < middle < y - 0.1 for x, y in flights)  # the cycle of the post is 1 s
                    if in_air:
                        assert code in (codes.R_ENGAGED, codes.R_REACTION, codes.R_ACQUIRING, codes.R_SPACING), (k, j, codes.REASONS[code][0], a, b)
                    if code == codes.R_ENGAGED:
                        assert any(x - 0.1 <= middle <= y + 1.1 for x, y in flights) or shot_at_track(run, k, j, middle), (k, j, a, b)


def shot_at_track(run, k, j, t):
    """True if a missile of unit k flies at a track that follows target j by now: tracks of neighbours may change places."""
    missiles, tracks = run.world.missiles, run.log["tracks"]
    now = tracks[(tracks["target"] == j) & (np.abs(tracks["t"] - t) <= 2.0)]["number"]
    mine = missiles[(missiles["site"] == k) & np.isin(missiles["track_number"], now) & (missiles["t_launch"] <= t + 0.1)]
    return bool(((mine["t_end"] < 0) | (mine["t_end"] >= t - 1.1)).any())


def test_every_cause_is_an_earlier_event_of_the_right_kind(runs):
    for run in runs:
        events = run.world.events
        for row, event in enumerate(events):
            cause = int(event["cause"])
            assert -1 <= cause < row
            if int(event["kind"]) in (codes.E_TRACK_TABLE_FULL, codes.E_ASSIGNMENT_TABLE_FULL):
                continue
            allowed = {None if kind is None else int(kind) for kind in CAUSE_OF[event["kind"]]}
            assert (None if cause < 0 else int(events[cause]["kind"])) in allowed, codes.EVENTS[int(event["kind"])]
            if cause >= 0:
                assert events[cause]["t"] <= event["t"]


def test_a_weapon_let_go_comes_from_the_start_of_its_carrier(murted, murted_runs):
    events, targets = murted_runs[0].world.events, murted_runs[0].world.targets
    for j in np.flatnonzero(targets["carrier"] >= 0):
        first = events[(events["a"] == j) & np.isin(events["kind"], (codes.E_START, codes.E_CANCELLED))][0]
        assert first["cause"] == targets[targets[j]["carrier"]]["start_event"]


def test_events_stand_in_time(runs):
    """To the frame: a kill between two frames is written with its own time in the frame after it."""
    for run in runs:
        assert np.diff(run.world.events["t"]).min() > -0.1001


def test_the_summary_agrees_with_the_events(murted, murted_runs):
    for run in murted_runs:
        summary, events = summarise(murted, run), run.world.events
        red = run.world.targets["side"] == codes.RED

        def count(kind, events=events, red=red):
            return int(red[events["a"][events["kind"] == kind]].sum())

        assert summary["hostile"] == red.sum() == 24
        assert summary["killed"] == count(codes.E_KILL)
        assert summary["leakers"] == count(codes.E_ARRIVED) == len(summary["leaker_names"])
        assert summary["left"] == count(codes.E_LEFT)
        assert summary["missiles_fired"] == (events["kind"] == codes.E_LAUNCH).sum() == sum(summary["missiles_by_type"].values())
        assert len(summary["assets_hit"]) == count(codes.E_DAMAGE)
        parts = ("killed", "leakers", "left", "in_flight", "never_released")
        assert sum(summary[key] for key in parts) == summary["hostile"]
        seen = set(events["a"][events["kind"] == codes.E_FIRST_SEEN].tolist())
        flown = set(events["a"][events["kind"] == codes.E_START].tolist())
        assert summary["never_seen"] == len([j for j in np.flatnonzero(red) if j in flown - seen])


def test_each_target_ends_once(runs):
    for run in runs:
        events = run.world.events
        for j, target in enumerate(run.world.targets):
            mine = events[events["a"] == j]
            ends = [codes.E_KILL, codes.E_ARRIVED, codes.E_LEFT, codes.E_CANCELLED]
            n = sum(int((mine["kind"] == kind).sum()) for kind in ends)
            assert n == (0 if target["status"] in (codes.WAITING, codes.FLYING) else 1)
            after = mine[mine["t"] > target["t_end"] + 0.11] if target["t_end"] >= 0 else mine[:0]
            live = {codes.E_START, codes.E_FIRST_SEEN, codes.E_KILL, codes.E_HOMING, codes.E_DETONATION, codes.E_ARRIVED}
            assert not live & set(after["kind"].tolist())


def test_rounds_are_conserved(murted, runs):
    """Fired and left make what the launchers were loaded with; the last run begins with two times 16 and 4, and a Pantsir's 12."""
    for run in runs:
        fired = np.bincount(run.world.missiles["launcher"], minlength=len(run.world.launchers))
        left = run.world.launchers["rounds"]
        assert (left >= 0).all()
        if run is runs[-1]:
            assert left.sum() + fired.sum() == 2 * 16 + 2 * 4 + 12
        else:
            assert (left + fired).tolist() == murted.world.launchers["rounds"].tolist()
        types = run.world.launchers["type"][run.world.missiles["launcher"]]
        assert (types == run.world.missiles["type"]).all()


def test_every_launch_ends_in_one_outcome(runs):
    for run in runs:
        events, missiles = run.world.events, run.world.missiles
        for i, missile in enumerate(missiles):
            mine = events[(events["c"] == i) & np.isin(events["kind"], (codes.E_LAUNCH, codes.E_DETONATION, codes.E_MISSILE_LOST))]
            kinds = mine["kind"].tolist()
            assert kinds[0] == codes.E_LAUNCH
            assert events[missile["launch_event"]].tobytes() == mine[0].tobytes()
            expected = {
                codes.NOT_ENDED: [], codes.KILLED: [codes.E_DETONATION], codes.NO_KILL: [codes.E_DETONATION],
            }.get(missile["outcome"], [codes.E_MISSILE_LOST])  # fmt: skip
            assert kinds[1:] == expected
            assert (missile["state"] == codes.SPENT) == (missile["outcome"] != codes.NOT_ENDED)


def test_intervals_close_at_the_end_of_an_unfinished_run(lab):
    """A target still in the air: its last interval ends with the run."""
    data = lab.scenario(lab.flyer("f-16", "f-16c", 150, 10, 7000.0), doctrine={"weapons": "hold"}, duration_s=60.0)
    run = lab.play(lab.compile(data))
    parts = lab.reasons_of(run, 1, 0)
    assert parts[-1][2] == pytest.approx(60.0, abs=1e-9)
    assert parts[0][1] == 0.0
