"""The command environment: Gymnasium's own checker, repeatable seeds, leave for all is the built-in policy to the bit."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from skyreach import api

gymnasium = pytest.importorskip("gymnasium", reason="gymnasium is not installed: pip install 'skyreach[gym]'")

SMALL = Path(__file__).parents[1] / "viewer" / "small-raid.yaml"


@pytest.fixture(scope="module")
def env():
    return api.command_env(SMALL, slots=8, decision_s=5.0, terrain="smooth")


def play(env, policy, seed):
    observation, info = env.reset(seed=seed)
    out, over = [observation], False
    while not over:
        observation, reward, over, _, info = env.step(policy(observation, info))
        out.append((observation, reward))
    return out, info


def everything(observation, info):
    return np.ones(info["action_mask"].shape, np.int8)


def nothing(observation, info):
    return np.zeros(info["action_mask"].shape, np.int8)


def test_gymnasium_checks_it(env):
    from gymnasium.utils.env_checker import check_env

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it advises against unbounded boxes, which km and m/s are
        check_env(env, skip_render_check=True)


def test_leave_for_all_is_the_built_in_policy(env):
    _, info = play(env, everything, 3)
    (built_in,) = api.replicate(SMALL, [3], terrain="smooth")
    for name in ("sites", "targets", "launchers"):
        assert getattr(env.world, name).tobytes() == getattr(built_in.world, name).tobytes()
    assert info["missiles_fired"] == len(built_in.world.missiles) > 0


def test_without_leave_nothing_is_fired(env):
    _, info = play(env, nothing, 3)
    assert info["missiles_fired"] <= 4  # what was ordered in the first five seconds, before the first decision could be seen


def test_same_seed_and_actions_repeat(env):
    dice = np.random.default_rng(0)
    shape = env.action_space.shape
    actions = [dice.integers(0, 2, shape) for _ in range(100)]
    runs = []
    for _ in range(2):
        steps = iter(actions)
        runs.append(play(env, lambda observation, info, steps=steps: next(steps), 11)[0])
    for a, b in zip(runs[0][1:], runs[1][1:], strict=True):
        assert a[1] == b[1]
        for key in a[0]:
            assert np.array_equal(a[0][key], b[0][key])


def test_masks_hold_hostile_tracks_and_able_units_only(env):
    observation, info = env.reset(seed=3)
    for _ in range(8):
        observation, _, _, _, info = env.step(np.ones(env.action_space.shape, np.int8))
        hostile = observation["tracks"][:, 7] == 1.0
        assert np.array_equal(info["action_mask"].any(axis=0), hostile & bool((observation["units"][:, 5] > 0).any()))


def test_score_is_a_student_interval(env):
    from scipy import stats

    from skyreach.studies.command_gym import score

    found = score(env, everything, [1, 2, 3])
    if np.ptp(found.returns) > 0:
        low, high = stats.t.interval(0.95, 2, np.mean(found.returns), stats.sem(found.returns))
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)
    assert found.low <= found.mean <= found.high


def test_bad_actions_are_refused(env):
    from skyreach.errors import BadInput

    env.reset(seed=1)
    with pytest.raises(BadInput, match="shape"):
        env.step(np.ones(3))
    with pytest.raises(BadInput, match="slots"):
        api.command_env(SMALL, slots=0)
