"""What a policy answers is what happens; what it is shown holds no truth; its dice are those of the run."""

import dataclasses
import math

import numpy as np
import pytest

from skyreach.policies import Estimate, Hit, Leave, Order
from skyreach.world import codes


def recorder(method, answer=lambda scene: scene.built_in()):
    """(class, scenes that it was shown)."""
    scenes = []

    def act(self, scene):
        scenes.append(scene)
        return answer(scene)

    return type("Recorder", (), {method: act}), scenes


def events(run, kind):
    return run.world.events[run.world.events["kind"] == kind]


def test_no_orders_no_missiles(small, play):
    policy, scenes = recorder("assign", lambda scene: ())
    run = play(small, policy)
    assert len(run.world.missiles) == 0
    assert any(scene.options for scene in scenes)
    assert set(codes.REASONS[int(c)][0] for c in run.log["reasons"]["code"]) >= {"waits its turn"}  # what the ledger then says


def test_an_order_is_what_is_fired(small, play):
    """One order in all: three 9M96E2 of battalion two."""

    class Once:
        def begin(self, briefing):
            self.order = None

        def assign(self, scene):
            if self.order is not None:
                return ()
            for option in scene.options:
                if (option.unit, option.missile) == ("two", "9m96e2"):
                    self.order = Order(option.unit, option.track, option.missile, 3)
                    return (self.order,)
            return ()

    run = play(small, Once)
    fired = run.world.missiles
    assert len(fired) == 3
    assert {small.names["missile_types"][t] for t in fired["type"]} == {"9m96e2"}
    assert {small.names["sites"][k] for k in fired["site"]} == {"two"}
    assert len(events(run, codes.E_ASSIGNED)) == 1
    assert run.world.sites["salvo"].tolist() == small.world.sites["salvo"].tolist()


def test_options_are_what_the_plan_says(small, play):
    policy, scenes = recorder("assign")
    play(small, policy)
    found = [(scene, option) for scene in scenes for option in scene.options]
    assert found
    for scene, option in found:
        unit = next(unit for unit in scene.units if unit.name == option.unit)
        assert 1 <= option.shots <= option.most_shots <= min(unit.rounds[option.missile], unit.missile_channels)
        assert option.delay > 0.0
        assert option.flight > 0.0
        assert 0.0 < option.kill_probability <= 1.0
        assert scene.why_not(option.unit, option.track) == ""
    assert any(scene.why_not("one", track.number) for scene in scenes for track in scene.tracks)
    assert scenes[0].why_not("nobody", 1)


def test_threats_are_sorted_by_the_policy(small, play):
    """Weights of the track number: the assignment then has the highest number first."""

    class ByNumber:
        seen = ()

        def weigh(self, scene):
            return [float(track.number) for track in scene.tracks]

        def assign(self, scene):
            ByNumber.seen += ([track.number for track in scene.tracks],)
            return scene.built_in()

    play(small, ByNumber)
    assert max(map(len, ByNumber.seen)) > 1
    assert all(numbers == sorted(numbers, reverse=True) for numbers in ByNumber.seen)


def test_identities_are_those_of_the_policy(small, play):
    """All hostile, airliner too: it is known by a policy, and shot at."""
    policy, scenes = recorder("identify", lambda scene: ["hostile"] * len(scene.contacts))
    run = play(small, policy)
    said = events(run, codes.E_IDENTIFIED)
    airliner = small.names["targets"].index("airliner")
    assert {int(e["value"]) for e in said[said["a"] == airliner]} == {int(codes.BY_POLICY)}
    assert airliner in run.world.missiles["target"]
    contacts = [contact for scene in scenes for contact in scene.contacts]
    assert {contact.answer for contact in contacts} >= {"not asked", "none", "civil"}


def test_people_still_err(small, play):
    """identify_error turns the word of a policy over, once and for all for a track."""
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    wrong = compile_scenario(read_scenario(small.scenario.to_yaml(), "small", {"catalog.55k6e.identify_error": "1.0"}))
    policy, _ = recorder("identify", lambda scene: ["friend"] * len(scene.contacts))
    run = play(wrong, policy)
    assert set(run.world.tracks["identity"][run.world.tracks["state"] == codes.FIRM].tolist()) == {int(codes.HOSTILE)}


def test_refused_is_refused(small, play):
    policy, scenes = recorder("release", lambda scene: Leave(False, 3.0, ask_again=1e6))
    run = play(small, policy)
    assert len(run.world.missiles) == 0
    refused = events(run, codes.E_REFUSED)
    assert len(refused) == len(scenes) > 0
    ordered = events(run, codes.E_ASSIGNED)
    assert (refused["t"] - ordered["t"][: len(refused)]).tolist() == pytest.approx([3.0] * len(refused), abs=0.11)  # a frame


def test_leave_comes_when_it_comes(small, play):
    policy, _ = recorder("release", lambda scene: Leave(True, 20.0))
    run = play(small, policy)
    given = events(run, codes.E_RELEASED)
    assert given["value"].tolist() == pytest.approx([20.0] * len(given), abs=0.11)  # a frame
    first = play(small).world.missiles["t_launch"].min()
    assert run.world.missiles["t_launch"].min() > first + 5.0


def test_airways_are_measured(small, play):
    """The bandits come from the south through the airway along 39.62 N, 5 km to either side of it: pyproj says how far they are."""
    from pyproj import Geod

    policy, scenes = recorder("release")
    play(small, policy)
    geod = Geod(ellps="WGS84")
    assert scenes
    for scene in scenes:
        lon, lat = scene.track.lon_deg, scene.track.lat_deg
        line = geod.npts(32.0, 39.62, 33.2, 39.62, 2000)
        least = min(geod.inv(lon, lat, *point)[2] for point in line)
        assert scene.airway_distance == pytest.approx(max(least - 5000.0, 0.0), abs=60.0)  # sphere for ellipsoid, and steps of 50 m


def test_a_tracker_that_throws_all_away_has_no_tracks(small, play):
    policy, scenes = recorder("track", lambda scene: ())
    run = play(small, policy)
    assert len(scenes) > 100
    assert len(events(run, codes.E_TRACK_FIRM)) == 0
    assert set(run.log["plots"]["track_number"].tolist()) == {-1}


def test_an_estimate_is_what_stands_in_the_file(small, play):
    """A tracker that begins one track and says where it is: there it is at the next scan."""
    state = Estimate((4.1e6, 2.6e6, 4.1e6), (10.0, 20.0, 30.0), tuple(tuple(4.0 if a == b else 0.0 for a in range(6)) for b in range(6)))
    policy, scenes = recorder("track", lambda scene: [Hit(0, scene.tracks[0].number if scene.tracks else None, state)])
    play(small, policy)
    (track,) = scenes[1].tracks
    assert (track.pos_ecef, track.vel_ecef, track.cov) == (state.pos_ecef, state.vel_ecef, state.cov)
    assert track.t == scenes[0].t
    assert track.sigma == pytest.approx(2.0, rel=1e-12)


def test_places_and_courses_are_those_of_pyproj(small, play):
    import pyproj

    policy, scenes = recorder("weigh")
    play(small, policy)
    to_geodetic = pyproj.Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
    for track in scenes[-1].tracks:
        lon, lat, h = to_geodetic.transform(*track.pos_ecef)
        assert (track.lon_deg, track.lat_deg) == pytest.approx((lon, lat), abs=1e-9)
        assert track.h_ell == pytest.approx(h, abs=1e-3)
        ahead = to_geodetic.transform(*track.at(track.t + 1.0))
        course, _, step = pyproj.Geod(ellps="WGS84").inv(lon, lat, ahead[0], ahead[1])
        assert track.course_deg == pytest.approx(course % 360.0, abs=0.05)
        assert math.hypot(step, track.climb) == pytest.approx(track.speed, rel=2e-3)  # at height h the step is longer by h / R


def test_nothing_shown_holds_truth(small, play):
    """Every field of every record, by name: none is a row of the truth, and no array of the world is handed out."""
    shown = []
    for method in ("track", "identify", "weigh", "assign", "release"):
        policy, scenes = recorder(method)
        play(small, policy)
        shown += scenes[-1:]

    def walk(thing):
        if dataclasses.is_dataclass(thing):
            for f in dataclasses.fields(thing):
                assert "target" not in f.name or f.name in ("target_channels", "target_speed"), f.name
                if not f.name.startswith("_"):
                    walk(getattr(thing, f.name))
        elif isinstance(thing, tuple | list):
            for part in thing:
                walk(part)
        else:
            assert not isinstance(thing, np.ndarray | np.void), type(thing)

    assert len(shown) == 5
    walk(shown)


def test_what_is_shown_cannot_be_changed(small, play):
    policy, scenes = recorder("assign")
    play(small, policy)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenes[0].tracks = ()
    with pytest.raises(TypeError):
        scenes[0].units[0].rounds["48n6e3"] = 99


def test_dice_are_those_of_the_run(small, play):
    policy, scenes = recorder("weigh")
    play(small, policy, seed=1)
    one = [scene.draw(7, 3) for scene in scenes]
    again, there = recorder("weigh")
    play(small, again, seed=1)
    assert [scene.draw(7, 3) for scene in there] == one
    other, elsewhere = recorder("weigh")
    play(small, other, seed=2)
    assert not set(one) & {scene.draw(7, 3) for scene in elsewhere}
    assert len(set(one)) == len(one)  # another time, another number
    many = [scene.draw(a, b) for scene in scenes for a in range(20) for b in range(20)]
    assert np.mean(many) == pytest.approx(0.5, abs=4.0 / math.sqrt(12.0 * len(many)))  # four standard errors
    assert all(0.0 <= u < 1.0 for u in many)


def test_begin_is_told_what_stands_before(small, play):
    told = []

    class Told:
        def begin(self, briefing):
            told.append(briefing)

        def weigh(self, scene):
            return scene.built_in()

    play(small, Told)
    (briefing,) = told
    assert (briefing.scenario, briefing.duration, briefing.frame) == ("small", 60.0, 0.1)
    assert [unit.name for unit in briefing.units] == ["one", "two"]
    assert briefing.units[1].rounds == {"48n6e3": 2, "9m96e2": 8}
    assert [asset.name for asset in briefing.assets if asset.value == 10.0] == ["base"]
    assert {"48n6e3", "9m96e2"} <= set(briefing.missiles)
    assert 0.0 < briefing.missiles["48n6e3"].kill_probability["aircraft"] <= 1.0


def test_each_run_has_an_object_of_its_own(small, play):
    class Counts:
        def __init__(self):
            self.calls = 0

        def assign(self, scene):
            self.calls += 1
            return scene.built_in() if self.calls < 8 else ()

    assert play(small, Counts).digest == play(small, Counts).digest
    kept = Counts()
    assert play(small, kept).digest != play(small, kept).digest  # an object given is taken as it is
