"""Chaff: a target that flies across draws the seeker to the centroid of two echoes; one that comes on does not."""

import numpy as np
import pytest

from skyreach.engine.guide import chaff_pull
from skyreach.world import codes
from skyreach.world.state import rows


def rowed(speed_along, age):
    """Target at the origin's neighbour, missile 5 km off, chaff 100 m behind it."""
    targets, missiles, tactics = rows("targets", 1), rows("missiles", 1), rows("tactics", 1)
    targets["pos_ecef"], targets["vel_ecef"] = [6.4e6, 0.0, 0.0], [0.0, 250.0, speed_along]
    targets["rcs_side"] = 10.0
    missiles["pos_ecef"] = [6.4e6, 0.0, -5000.0]
    tactics["chaff_rcs"], tactics["chaff_life"], tactics["t_chaff"] = 30.0, 3.0, 100.0 - age
    tactics["chaff_pos"] = [6.4e6, -100.0, 0.0]
    return np.array(chaff_pull(tactics, targets[0], missiles[0], 0, 20.0, 100.0))


def test_the_seeker_measures_the_centroid_by_power():
    assert rowed(0.0, 1.0) == pytest.approx([0.0, -75.0, 0.0], abs=1e-9)  # 30 of 40 m2 lie 100 m behind


@pytest.mark.parametrize(("speed_along", "age"), [(21.0, 1.0), (-21.0, 1.0), (0.0, 3.1)])
def test_doppler_and_time_part_them(speed_along, age):
    assert rowed(speed_along, age).tolist() == [0.0, 0.0, 0.0]


def test_bundles_are_dropped_one_by_one_until_none_is_left(lab):
    raid = lab.flyer("f-16", "f-16c", 60, -60, 7000.0, speed=250.0, evade={"how": "beam", "g": 5.0, "chaff": 4})
    compiled = lab.compile(lab.scenario(raid, duration_s=120.0))
    run = lab.play(compiled)
    drops = run.world.events[run.world.events["kind"] == codes.E_CHAFF]
    assert drops["value"].tolist() == [3.0, 2.0, 1.0, 0.0]
    assert np.diff(drops["t"]) == pytest.approx(compiled.catalog["chaff-bundle"].si("interval"), abs=0.101)
    assert lab.play(compiled, stepped=True).digest == run.digest
