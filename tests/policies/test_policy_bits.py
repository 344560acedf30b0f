"""A policy that answers as the built-in rule gives the bits of the compiled driver, role by role and all at once."""

import pytest

from skyreach.policies import Leave, Order


def asks(*methods):
    """A class that answers with what the built-in rule would."""
    return type("Asks", (), {name: lambda self, scene: scene.built_in() for name in methods})


class Greedy:
    """The built-in greedy rule with economy, made anew from the options alone."""

    def assign(self, scene):
        targets = {u.name: u.target_channels for u in scene.units}
        guided = {u.name: u.missile_channels for u in scene.units}
        rounds = {(u.name, m): n for u in scene.units for m, n in u.rounds.items()}
        orders = []
        for track in scene.tracks:
            able = [
                o for o in scene.options
                if o.track == track.number and targets[o.unit] > 0 and guided[o.unit] > 0 and rounds[o.unit, o.missile] > 0
            ]  # fmt: skip
            if able:
                o = min(able, key=lambda o: o.delay + o.flight + o.cost_usd)
                shots = min(o.shots, guided[o.unit], rounds[o.unit, o.missile])
                targets[o.unit], guided[o.unit] = targets[o.unit] - 1, guided[o.unit] - shots
                rounds[o.unit, o.missile] -= shots
                orders.append(Order(o.unit, o.track, o.missile))
        return orders


class Same:
    """The built-in answers, but of the class's own making: no part of them is handed back as it came."""

    def weigh(self, scene):
        return [track.weight for track in scene.tracks]

    def identify(self, scene):
        return ["".join(list(word)) for word in scene.built_in()]

    def release(self, scene):
        return Leave(True)


@pytest.fixture(scope="module")
def murted():
    from skyreach.scenario import load_scenario
    from skyreach.scenario.compile import compile_scenario

    return compile_scenario(load_scenario("murted-raid"))


@pytest.fixture(scope="module")
def compiled_digest(murted):
    """Digest of seed 1 by the compiled driver."""
    from skyreach.engine.replicate import replicate

    return replicate(murted, 1).digest


@pytest.mark.parametrize("role", ["track", "identify", "weigh", "assign", "release"])
def test_a_role_that_delegates_gives_the_same_bits(murted, compiled_digest, play, role):
    assert play(murted, asks(role)).digest == compiled_digest


def test_all_roles_that_delegate_give_the_same_bits(small, play):
    whole = play(small, asks("track", "identify", "weigh", "assign", "release"), 3)
    assert whole.digest == play(small, None, 3).digest


@pytest.mark.parametrize("policy", [Greedy, Same])
def test_the_same_answers_by_other_means_give_the_same_bits(murted, compiled_digest, play, policy):
    """Greedy goes the way of a user's orders, order by order, and meets the built-in rule to the bit, ledger included."""
    assert play(murted, policy).digest == compiled_digest


@pytest.mark.parametrize("rule", ["greedy", "auction", "search"])
def test_a_role_that_delegates_follows_the_doctrine(small, play, rule):
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    made = read_scenario(small.scenario.to_yaml(), "small", {"doctrine.assignment": rule, "doctrine.shoot_look_shoot": "false"})
    compiled = compile_scenario(made)
    assert play(compiled, asks("assign"), 2).digest == play(compiled, None, 2).digest


@pytest.mark.parametrize("release", ["own", "superior", "dual_key"])
def test_a_release_that_delegates_gives_the_same_bits(small, play, release):
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    settings = {"doctrine.release": release, "doctrine.refusal": "0.4"} if release != "own" else {"doctrine.release": release}
    compiled = compile_scenario(read_scenario(small.scenario.to_yaml(), "small", settings))
    delegated = play(compiled, asks("release"), 4)
    assert delegated.digest == play(compiled, None, 4).digest


def test_a_run_without_a_policy_is_that_of_the_compiled_driver(small):
    from skyreach.engine.loop import Phases
    from skyreach.engine.replicate import replicate

    assert replicate(small, 1, phases=Phases()).digest == replicate(small, 1).digest
