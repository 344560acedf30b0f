"""A turn does not break the track of one filter: one number through 3 to 9 g; straight flight is followed as before."""

import numpy as np
import pytest

from skyreach.world import codes


def turning(lab, g, km=140, **catalog):
    """An F-16C that is fired at from afar and turns away with g, and no other target."""
    raid = lab.flyer("f-16", "f-16c", km, 0, 10_000.0, evade={"how": "away", "g": g, "height_m": 10_000})
    data = lab.scenario(
        raid, formations=[lab.regiment(lab.fire_unit(load={"48n6e3": 4}, count=2))], duration_s=260.0,
        catalog={"f-16c.rcs_x_front": 20.0, "f-16c.rcs_x_side": 20.0, **catalog},
    )  # fmt: skip
    return lab.compile(data)


@pytest.mark.parametrize("g", [3, 5, 9])
def test_a_turn_keeps_its_track(lab, g):
    for seed in (1, 2, 3):
        run = lab.play(turning(lab, g), seed)
        assert len(lab.events(run.world, codes.E_EVADES)) == 1
        first = run.world.missiles[0]
        assert first["outcome"] != codes.TRACK_LOST
        assert run.world.clock[0]["n_numbers"] <= 4


def test_without_it_a_hard_turn_breaks_the_track(lab):
    """The gate neither opens nor is the filter told of the turn: new tracks begin on the same aircraft."""
    stiff = {"55k6e.turn_acceleration": 0.001}
    numbers = [int(lab.play(turning(lab, 9, **stiff), seed).world.clock[0]["n_numbers"]) for seed in (1, 2, 3)]
    assert min(numbers) > 6


def test_the_velocity_is_followed_through_the_turn(lab):
    """Error of the velocity of the track while the target turns at 5 g (49 m/s2): no more than 4 s of it."""
    compiled, worst = turning(lab, 5), 0.0
    for t, _, world in lab.drive(compiled, until=120.0):
        rows = world.tracks[world.tracks["state"] == codes.FIRM]
        if t > 30.0 and len(rows) == 1:
            worst = max(worst, float(np.linalg.norm(rows[0]["x"][3:] - world.targets[0]["vel_ecef"])))
    assert 20.0 < worst < 4 * 49.0


def test_straight_flight_is_followed_as_before(lab):
    """The same error over a straight flight, with and without: no worse by more than a tenth."""
    def error(**catalog):
        data = lab.scenario(
            lab.flyer("f-16", "f-16c", 140, 60, 10_000.0), doctrine={"weapons": "hold"}, duration_s=200.0,
            catalog={"f-16c.rcs_x_front": 20.0, **catalog},
        )  # fmt: skip
        found = []
        for seed in (1, 2):
            for t, _, world in lab.drive(lab.compile(data), seed):
                rows = world.tracks[world.tracks["state"] == codes.FIRM]
                if t > 60.0 and len(rows):
                    found.append(np.linalg.norm(rows[0]["x"][3:] - world.targets[0]["vel_ecef"]))
        return float(np.sqrt(np.mean(np.square(found))))

    assert error() < 1.1 * error(**{"55k6e.turn_acceleration": 0.001})
