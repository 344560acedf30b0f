"""What is fast and high: it gets a track, what falls is said to fall, what glides to glide."""

import math

import numpy as np
import pytest

from skyreach.world import codes

G0, EARTH = 9.80665, 6_371_000.0
BIRD = {"name": "bird", "system": "91n6e", "at": "home"}


def high(lab, speed, height_m, km=350, to_km=30, **more):
    raid = lab.flyer("glider", "iskander-m", km, to_km, height_m, speed=speed)
    return lab.compile(lab.scenario(
        raid, formations=[lab.regiment(lab.fire_unit(load={"48n6e3": 4}, count=2), radars=[BIRD])],
        duration_s=150.0, catalog={"iskander-m.rcs_x_front": 5.0, "iskander-m.rcs_s_factor": 1.0}, **more,
    ))  # fmt: skip


@pytest.mark.parametrize("speed", [1000.0, 2000.0, 3000.0, 4000.0])
def test_a_fast_target_high_up_gets_a_track_soon(lab, speed):
    """Claimed of the S-400 are targets of up to 4,800 m/s: at 26 km of height they have a firm track within 30 s."""
    run = lab.play(high(lab, speed, 26_000.0, doctrine={"weapons": "hold"}))
    seen, firm = lab.events(run.world, codes.E_FIRST_SEEN), lab.events(run.world, codes.E_TRACK_FIRM)
    assert firm["t"][0] - seen["t"][0] < 30.0
    assert len(firm) == 1


@pytest.mark.parametrize("speed", [1500.0, 2500.0])
def test_level_flight_is_predicted_level(lab, speed):
    """The round earth falls away below a straight course by v^2 t^2 / 2 R; what flies level falls so much, of g v^2 / g R."""
    *_, (_, _, world) = lab.drive(high(lab, speed, 26_000.0, doctrine={"weapons": "hold"}), until=75.0)
    rows = world.tracks[(world.tracks["state"] == codes.FIRM) & (world.tracks["kind"] == codes.BALLISTIC)]
    assert rows["falls"][0] == pytest.approx(speed**2 / (EARTH * G0), rel=0.1)


def test_what_falls_is_predicted_to_fall(lab):
    """A ballistic missile in free flight stays at the whole of gravity."""
    start = {"at": {"site": "home", "bearing_deg": 0.0, "distance_km": 350}, "height_m": 0, "ref": "agl", "speed_mps": 2100}
    raid = {"name": "iskander", "system": "iskander-m", "ballistic": "high", "aim": "base", "route": [start]}
    data = lab.scenario(
        raid, formations=[lab.regiment(lab.fire_unit(), radars=[BIRD])], doctrine={"weapons": "hold"}, duration_s=300.0,
        catalog={"iskander-m.rcs_x_front": 5.0, "iskander-m.rcs_s_factor": 1.0},
    )  # fmt: skip
    shares = []
    for _, _, world in lab.drive(lab.compile(data)):
        rows = world.tracks[(world.tracks["state"] == codes.FIRM) & (world.tracks["kind"] == codes.BALLISTIC)]
        shares += [float(x) for x, since in zip(rows["falls"], rows["t_climb"], strict=True) if math.isfinite(since)]
    assert len(shares) > 100
    assert np.mean(np.array(shares) == 1.0) > 0.8
