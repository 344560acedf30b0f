"""Events that say what was not to be seen: own aircraft, mistakes, self-defence, a lost echo, a launch on a remote track."""

import numpy as np
import pytest

from skyreach.records.make import summarise
from skyreach.world import codes

BIRD = {"name": "bird", "system": "91n6e", "at": "home"}


def values(lab, run, kind):
    return [float(e["value"]) for e in lab.events(run.world, kind)]


@pytest.mark.parametrize(("reply", "identity", "shot_at"), [(1.0, codes.FRIEND, 0), (0.0, codes.HOSTILE, 1)])
def test_own_aircraft_are_seen_and_known_by_their_answer_alone(lab, reply, identity, shot_at):
    """One whose transponder fails is taken for hostile and shot at, and the summary counts it."""
    own = lab.flyer("own", "f-16c", 100, 10, 7000.0, side="blue")
    compiled = lab.compile(lab.scenario(own, catalog={"55k6e.iff_reply": reply}, duration_s=200.0))
    run = lab.play(compiled)
    assert run.world.tracks[run.world.tracks["target"] == 0]["identity"][0] == identity or run.world.targets["status"][0] == codes.DESTROYED
    found = summarise(compiled, run)
    assert (found["own"], found["own_shot_at"], found["hostile"]) == (1, shot_at, 0)


def test_a_mistake_is_called_one(lab):
    raid = lab.flyer("f-16", "f-16c", 100, 10, 7000.0)
    run = lab.play(lab.compile(lab.scenario(raid, catalog={"55k6e.identify_error": 1.0}, duration_s=60.0)))
    (event,) = lab.events(run.world, codes.E_IDENTIFIED)
    assert (event["c"], event["value"]) == (codes.NON_HOSTILE, codes.BY_ERROR)


@pytest.mark.parametrize("defends", [True, False])
def test_leave_that_nobody_gave_is_not_said_to_be_given(lab, defends):
    """It passes 40 km off when the order comes, and turns to the unit while that waits for leave: with self-defence it asks no
    more, without it has the answer of its post, after the delay of that."""
    points = [(60.0, 130.0), (35.0, 75.0), (180.0, 5.0)]
    route = [{"at": {"site": "home", "bearing_deg": b, "distance_km": r}, "height_m": 7000.0, "ref": "msl"} for b, r in points]
    raid = {"name": "f-16", "system": "f-16c", "route": route}
    doctrine = {"release": "superior", "consent_delay_s": 400.0, "self_defence": defends}
    units = [lab.regiment(lab.fire_unit(axis_deg=50.0))]
    told = values(lab, lab.play(lab.compile(lab.scenario(raid, formations=units, doctrine=doctrine, duration_s=600.0))), codes.E_RELEASED)
    assert told[0] == (-1.0 if defends else pytest.approx(400.0, abs=5.0))


def test_no_answer_is_told_from_a_no(lab):
    raid = lab.flyer("f-16", "f-16c", 120, 20, 7000.0, bearing=20.0)

    def play(refusal, *timeline):
        doctrine = {"release": "superior", "consent_delay_s": 15.0, "self_defence": False, "refusal": refusal}
        return lab.play(lab.compile(lab.scenario(raid, doctrine=doctrine, duration_s=150.0, timeline=list(timeline))))

    no = play(1.0)
    assert set(values(lab, no, codes.E_REFUSED)) == {0.0}
    asked = round(float(lab.events(no.world, codes.E_ASSIGNED)[0]["t"]))
    cut = play(0.0, {"at_s": asked + 5, "until_s": asked + 30, "what": "cut", "of": "unit"})
    assert values(lab, cut, codes.E_REFUSED)[0] == 1.0


def test_a_seeker_without_an_echo_says_so(lab):
    """The engagement radar falls silent while a 48N6E3 homes on the echo of its beam."""
    raid = lab.flyer("f-16", "f-16c", 90, -30, 7000.0)
    run = lab.play(lab.compile(lab.scenario(raid, duration_s=120.0)))
    homes = float(lab.events(run.world, codes.E_HOMING)[0]["t"])
    assert values(lab, run, codes.E_DARK) == []
    data = lab.scenario(raid, duration_s=120.0, timeline=[{"at_s": round(homes + 1.0, 1), "what": "silent", "of": "unit-eye"}])
    dark = lab.events(lab.play(lab.compile(data)).world, codes.E_DARK)
    assert len(dark) >= 1
    assert homes + 1.0 < dark["t"][0] < homes + 4.0
    assert 0.0 < dark["value"][0] < 60e3


def test_a_launch_on_a_remote_track_says_so(lab):
    """A target below the horizon of the own radar, which another one high up sees: 9M96E2 go, and say by whose track."""
    raid = lab.flyer("low", "tomahawk", 120, 62, 60.0, ref="agl")
    awacs = {"name": "awacs", "system": "a-50u", "at": {"site": "home", "bearing_deg": 180.0, "distance_km": 5}}

    def launches(remote):
        data = lab.scenario(
            raid, formations=[lab.regiment(lab.fire_unit(load={"9m96e2": 16}, count=2), radars=[awacs])],
            doctrine={"remote_track": remote}, duration_s=250.0,
        )  # fmt: skip
        return values(lab, lab.play(lab.compile(data)), codes.E_LAUNCH)

    assert set(launches(True)) == {1.0}
    assert launches(False) == []


def test_no_warning_comes_through_the_horizon(lab):
    """The same low target, fired at on a remote track: it hears the radar only once it is above its horizon."""
    raid = lab.flyer("low", "f-16c", 100, 38, 100.0, ref="agl", evade={"how": "beam", "g": 5})
    awacs = {"name": "awacs", "system": "a-50u", "at": {"site": "home", "bearing_deg": 180.0, "distance_km": 5}}
    data = lab.scenario(
        raid, formations=[lab.regiment(lab.fire_unit(load={"9m96e2": 16}, count=2), radars=[awacs])],
        doctrine={"remote_track": True}, duration_s=200.0,
    )  # fmt: skip
    run = lab.play(lab.compile(data))
    launched, warned = lab.events(run.world, codes.E_LAUNCH), lab.events(run.world, codes.E_WARNED)
    assert len(launched) > 0
    horizon = 4.12e3 * (np.sqrt(100.0) + np.sqrt(20.0))  # m, of an earth of 4/3, antenna below 20 m
    assert all(e["value"] < horizon for e in warned)
