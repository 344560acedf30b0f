"""Tracks of what falls are predicted along their fall: against the parabola, and against the ellipse of a free flight."""

import numpy as np
import pytest

from skyreach.engine.plan import ahead
from skyreach.world import codes
from skyreach.world.state import rows


def track_of(pos, vel, kind):
    track = rows("tracks", 1)
    track["x"][0] = [*pos, *vel]
    track["kind"] = kind
    track["falls"] = 1.0 if kind == codes.BALLISTIC else 0.0
    return track[0]


@pytest.mark.parametrize("dt", [0.0, 1.0, 30.0])
def test_it_falls_g_t2_over_2(dt):
    track = track_of([6.4e6, 0.0, 0.0], [0.0, 1000.0, 0.0], codes.BALLISTIC)
    x, y, z, speed = ahead(track, dt)
    assert x == pytest.approx(6.4e6 - 0.5 * 3.986004418e14 / 6.4e6**2 * dt * dt, abs=0.5)
    assert (y, z, speed) == pytest.approx((1000.0 * dt, 0.0, 1000.0), abs=25.0)  # the centre is not straight below


def test_what_flies_goes_straight_on():
    for kind in codes.TARGET_KINDS.values():
        if kind != codes.BALLISTIC:
            assert ahead(track_of([6.4e6, 0.0, 0.0], [3.0, 1000.0, -7.0], kind), 10.0)[:3] == (6.4e6 + 30.0, 10000.0, -70.0)


def test_it_keeps_to_the_ellipse_of_a_free_flight(lab):
    """30 s ahead within 50 m of a path that was made from its closed form; straight on would be 4 km too high."""
    item = {
        "name": "missile", "system": "iskander-m", "aim": "base", "ballistic": "low",
        "route": [{"at": {"site": "home", "bearing_deg": 0.0, "distance_km": 250.0}, "height_m": 0.0, "ref": "agl",
                   "speed_mps": 1800.0}],
    }  # fmt: skip
    routes = lab.compile(lab.scenario(item, duration_s=300.0)).world.routes
    t, pos = routes["t"], routes["pos_ecef"]
    for begin in (20.0, 60.0):
        place = [np.interp(begin, t, pos[:, a]) for a in range(3)]
        vel = [(np.interp(begin + 1.0, t, pos[:, a]) - np.interp(begin - 1.0, t, pos[:, a])) / 2.0 for a in range(3)]
        there = [np.interp(begin + 30.0, t, pos[:, a]) for a in range(3)]
        fallen = np.linalg.norm(np.subtract(ahead(track_of(place, vel, codes.BALLISTIC), 30.0)[:3], there))
        straight = np.linalg.norm(np.subtract(ahead(track_of(place, vel, codes.AIRCRAFT), 30.0)[:3], there))
        assert fallen < 50.0 < 4000.0 < straight
