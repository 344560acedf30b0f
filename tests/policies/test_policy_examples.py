"""The policies of examples/policies: each runs, does what its first lines say, and can be repeated."""

import math
from pathlib import Path

import pytest

import skyreach as sr
from skyreach.policies.load import load_policy

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "policies"
SPECS = {"economy": "Economy", "duty_officer": "DutyOfficer", "alpha_beta": "AlphaBeta"}


def example(name):
    return load_policy(f"{EXAMPLES / name}.py:{SPECS[name]}")


def watched(name, method):
    """(policy that is asked as the example is, pairs of scene and answer)."""
    made, pairs = example(name).make, []

    def act(self, scene):
        answer = getattr(made(), method)(scene)
        pairs.append((scene, answer))
        return answer

    return type("Watched", (), {method: act}), pairs


@pytest.fixture(scope="module")
def runs():
    return {name: sr.run("murted-raid", seed=1, policy=f"{EXAMPLES / name}.py:{SPECS[name]}") for name in SPECS}


def test_every_file_is_one_of_them():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(SPECS)


@pytest.mark.parametrize("name", SPECS)
def test_it_runs_and_can_be_repeated(runs, name):
    run = runs[name]
    assert run.summary["missiles_fired"] > 10
    assert run.summary["killed"] > 5
    assert run.manifest["policy"]["name"] == f"{name}.py:{SPECS[name]}"
    again = sr.run("murted-raid", seed=1, policy=f"{EXAMPLES / name}.py:{SPECS[name]}")
    assert again.manifest["digest"] == run.manifest["digest"]


def test_all_differ(runs):
    digests = {run.manifest["digest"] for run in runs.values()}
    assert len(digests | {"3244656cfff3294d"}) == 4
    assert not any(digest.startswith("3244656cfff3294d") for digest in digests)


def test_economy_takes_the_cheapest_that_reaches_what_is_wanted(small, play):
    policy, pairs = watched("economy", "assign")
    play(small, policy)
    chosen = [(scene, order) for scene, orders in pairs for order in orders[:1]]  # the first order of a cycle has free choice
    assert chosen
    for scene, order in chosen:
        fits = []
        for option in scene.options:
            if option.track == order.track:
                n = math.ceil(math.log(0.2) / math.log(1.0 - option.kill_probability))
                if n <= option.most_shots:
                    fits.append((n * option.cost_usd, option))
        (price,) = (order.shots * o.cost_usd for o in scene.options if (o.unit, o.track, o.missile) == (order.unit, order.track, order.missile))
        assert not fits or price == min(cost for cost, _ in fits)


def test_the_duty_officer_refuses_at_the_airway_and_takes_his_time(small, play):
    policy, pairs = watched("duty_officer", "release")
    play(small, policy)
    near = [leave for scene, leave in pairs if scene.airway_distance < 5000.0]
    assert near
    assert not any(leave.granted for leave in near)
    assert all(leave.after >= 4.0 for _, leave in pairs)
    assert len({leave.after for _, leave in pairs}) == len(pairs)


def test_the_alpha_beta_tracker_keeps_a_picture_that_is_worse_but_serves(runs):
    own, kalman = sr.air_picture(runs["alpha_beta"]), sr.air_picture(sr.run("murted-raid", seed=1))
    assert own.completeness > 0.75
    assert own.gospa_m > kalman.gospa_m
    assert own.position_m < 500.0


def test_the_alpha_beta_gains_are_least_squares(small, play):
    """Plots of a straight course without noise, through the filter alone: after two of them it is on the course."""
    import importlib.util

    from skyreach.policies import Plot, Radar, Scan, TrackState

    spec = importlib.util.spec_from_file_location("alpha_beta", EXAMPLES / "alpha_beta.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    start, velocity = (4.1e6, 2.6e6, 4.1e6), (120.0, -80.0, 30.0)
    place = [tuple(s + t * v for s, v in zip(start, velocity, strict=True)) for t in range(0, 60, 6)]
    radar = Radar("eye", start, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), 6.0)
    cov = tuple(tuple(1e4 if a == b else 0.0 for a in range(6)) for b in range(6))
    state, v = place[0], (0.0, 0.0, 0.0)
    for n, where in enumerate(place[1:], 1):
        track = TrackState(1, True, "unknown", "aircraft", 6.0 * (n - 1), state, v, 100.0, 0.0, 6.0 * (n - 1), n, cov=cov)
        plot = Plot(30e3, 0.0, 0.0, 50.0, 1e-3, 1e-3, 20.0, where)
        scene = Scan(t=6.0 * n, _draw=None, _built_in=None, radar=radar, plots=(plot,), tracks=(track,))
        (hit,) = module.AlphaBeta().track(scene)
        assert (hit.plot, hit.track) == (0, 1)
        state, v, cov = hit.estimate.pos_ecef, hit.estimate.vel_ecef, hit.estimate.cov
        assert state == pytest.approx(where, abs=1e-6)
        assert v == pytest.approx(velocity, abs=1e-6)
