"""A small fight over smooth ground: two fire units and their post, four bandits, an airliner on its airway; and ways to play it."""

import pytest

SMALL = """\
skyreach: 1
name: small
start: 2026-05-01T02:00:00Z
duration_s: 60
terrain: smooth
doctrine: {weapons: free, salvo: 2}
catalog: {55k6e.identify_error: 0.0, 55k6e.iff_reply: 1.0}
airways:
  - {name: w84, points: [{lat: 39.62, lon: 32.0}, {lat: 39.62, lon: 33.2}], width_km: 10, from_m: 7000, to_m: 13000}
formations:
  - name: regiment
    level: regiment
    command_post: {system: 55k6e, at: murted}
    radars: [{name: big-bird, system: 91n6e, at: murted}]
    units:
      - name: one
        level: battalion
        radars: [{name: eye-1, system: 92n6e, at: murted, axis_deg: 180}]
        launchers: [{system: 5p85te2, count: 1, load: {48n6e3: 4}, at: murted}]
      - name: two
        level: battalion
        radars: [{name: eye-2, system: 92n6e, at: murted, axis_deg: 180}]
        launchers: [{system: 5p85te2, count: 1, load: {48n6e3: 2, 9m96e2: 8}, at: murted}]
assets: [{name: base, at: murted, value: 10, points: 100}]
raid:
  - name: bandit
    system: f-16c
    count: 4
    spread_m: 6000
    route:
      - {at: {site: murted, bearing_deg: 180, distance_km: 60}, height_m: 6000, ref: msl}
      - {at: {site: murted, bearing_deg: 180, distance_km: 20}, height_m: 6000, ref: msl}
civil:
  - name: airliner
    system: a320
    route:
      - {lat: 39.62, lon: 32.2, height_m: 10000, ref: msl}
      - {lat: 39.62, lon: 33.0, height_m: 10000, ref: msl}
"""


@pytest.fixture(scope="session")
def small():
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    return compile_scenario(read_scenario(SMALL))


@pytest.fixture
def small_file(tmp_path):
    """The scenario as a file, in a folder of its own."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def play():
    """play(compiled, policy, seed=1, limit_s=...) -> Replication with a policy in the place of built-in rules; None: without."""
    from skyreach.engine.replicate import replicate
    from skyreach.policies.driver import phases_of
    from skyreach.policies.load import load_policy

    def call(compiled, policy=None, seed=1, limit_s=10.0):
        phases = None if policy is None else phases_of(load_policy(policy, limit_s), compiled, limit_s)
        return replicate(compiled, seed, phases=phases)

    return call
