"""What a cycle does not plan anew, against a plan of everything in every cycle: no shot is withheld by it, no reason lasts long."""

import math

import numpy as np
import pytest

from skyreach.engine.cycle import survey
from skyreach.engine.decide import offer, rank
from skyreach.engine.plan import FEASIBLE
from skyreach.engine.sift import sift
from skyreach.world import codes
from skyreach.world.state import copy_world, new_log

LONGEST = 6  # replan times that a reason stands at the most (decide.LEAST_BAR + SPREAD_BAR - 1)


def crowd(lab, rule):
    """Twelve threats from near and far against two units of two channels each: most of them wait, and some come into reach."""
    raid = [
        lab.flyer(f"mald-{i}", "mald", 60 + 15 * i, -40, 6000.0 + 300.0 * i, bearing=(10.0 * (i % 4) + 345.0) % 360.0, speed=230.0)
        for i in range(12)
    ]
    units = [lab.fire_unit("wide", {"48n6e3": 4}, 2), lab.fire_unit("narrow", {"9m96e2": 16}, at={"lat": 40.0, "lon": 33.1})]
    return lab.compile(lab.scenario(
        *raid, formations=[lab.regiment(*units, radars=[{"name": "big", "system": "91n6e", "at": "home"}])],
        doctrine={"assignment": rule}, duration_s=150.0,
        catalog={"98zh6e.target_channels": 2.0, "98zh6e.missile_channels": 2.0},
    ))  # fmt: skip


def sifted(model, world, head, t):
    """A twin of the world before a cycle at time t, what the survey says there, and what is left of it; t_left by row of tracks."""
    twin, log, n = copy_world(world), new_log(20_000), int(world.clock[0]["n_tracks"])
    seen = survey(model, twin, log, head, t)
    order, weight, t_left = np.empty(n, np.int64), np.empty(n), np.empty(n)
    order = order[: rank(model, twin, head, order, weight, t_left, t)]
    free = seen.stand == codes.R_LOWER_PRIORITY
    sift(model, twin, log, seen, order, t_left, t)
    return twin, free, seen, t_left


@pytest.mark.parametrize("rule", ["greedy", "auction"])
def test_what_is_not_planned_anew_could_not_be_fired_and_keeps_no_reason_for_long(lab, rule):
    compiled = crowd(lab, rule)
    head, log = 0, new_log(20_000)
    wrong_since, settled, free_pairs, named = {}, 0, 0, set()
    for t, model, world in lab.drive(compiled):
        due, p = float(world.sites[head]["t_next_cycle"]), model.params[0]
        if not t < due <= t + 1.5 * float(p["dt"]):
            continue
        assert world.sites[head]["kind"] == codes.POST
        twin, free, seen, t_left = sifted(model, world, head, due)
        free_pairs += int(free.sum())
        for k, i in np.argwhere(free & (seen.stand != codes.R_LOWER_PRIORITY)):
            wait, key = twin.waits[k, i], (int(k), int(twin.tracks[i]["number"]))
            settled += 1
            named.add(int(seen.stand[k, i]))
            out_of_reach = due < wait["t_plan"]
            assert not out_of_reach or wait["t_plan"] - due <= p["replan_time"]
            fresh, *_ = offer(model, twin, log, k, i, t_left[i], False, np.empty(0), due)
            assert fresh != FEASIBLE or out_of_reach
            if fresh == seen.stand[k, i]:
                wrong_since.pop(key, None)
            else:
                assert due - wrong_since.setdefault(key, due) <= LONGEST * p["replan_time"]
    assert {codes.R_TARGET_CHANNEL, codes.R_TOO_FAR} <= named
    assert settled > 0.6 * free_pairs


def test_the_ledger_names_again_what_a_plan_of_lately_has_left(lab):
    """A threat out of reach that another unit has for a moment: when that ends, it is too far again, not 'another unit'."""
    compiled = crowd(lab, "greedy")
    model, world = compiled.new_world(1)
    for t, model, world in lab.drive(compiled, until=30.0):  # noqa: B007
        pass
    head, due = 0, float(world.sites[0]["t_next_cycle"])
    twin, free, seen, _ = sifted(model, world, head, due)
    k, i = next((k, i) for k, i in np.argwhere(free) if due < twin.waits[k, i]["t_plan"] and seen.stand[k, i] == codes.R_TOO_FAR)
    j = world.tracks[i]["target"]
    assert t < due
    world.limits[k, j]["code"] = codes.R_OTHER_UNIT
    again, *_ = sifted(model, world, head, due)
    assert again.limits[k, j]["code"] == codes.R_TOO_FAR


def test_a_row_that_another_track_takes_forgets(lab):
    compiled = crowd(lab, "greedy")
    for t, model, world in lab.drive(compiled, until=30.0):  # noqa: B007
        pass
    head, due = 0, float(world.sites[0]["t_next_cycle"])
    twin, free, seen, _ = sifted(model, world, head, due)
    k, i = next((k, i) for k, i in np.argwhere(free) if seen.stand[k, i] == codes.R_TOO_FAR and due < twin.waits[k, i]["t_plan"])
    world.waits[k, i]["track_number"] += 1000
    other, _, after, _ = sifted(model, world, head, due)
    assert after.stand[k, i] == codes.R_LOWER_PRIORITY
    assert other.waits[k, i]["track_number"] == world.tracks[i]["number"]
    assert other.waits[k, i]["t_plan"] == -math.inf
