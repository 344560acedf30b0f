"""One seed, one result: by both drivers, in chunks, on threads, without the compiler, on another Python."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import yaml

from skyreach.engine.replicate import digest, replicate_many
from skyreach.world import codes

SOURCE = str(Path(__import__("skyreach").__file__).parents[1])


@pytest.fixture(scope="module")
def short(murted):
    """The first 120 s of murted-raid: the model is shared, only the duration differs."""
    params = murted.model.params.copy()
    params[0]["duration"] = 120.0
    kept = dict(vars(murted))
    kept["model"] = murted.model._replace(params=params)
    return type(murted)(**kept)


def test_stepped_and_run_give_the_same_bits(short, lab):
    whole, stepped = lab.play(short, 5), lab.play(short, 5, stepped=True)
    assert stepped.digest == whole.digest
    for name in ("targets", "tracks", "events", "missiles", "limits"):
        assert getattr(stepped.world, name).tobytes() == getattr(whole.world, name).tobytes()


def test_stepped_and_run_give_the_same_bits_through_the_whole_raid(murted, murted_runs, lab):
    assert lab.play(murted, 1, stepped=True).digest == murted_runs[0].digest


def test_the_same_seed_gives_the_same_run_and_another_another(murted, murted_runs, lab):
    assert lab.play(murted, 1).digest == murted_runs[0].digest
    assert len({run.digest for run in murted_runs}) == len(murted_runs)
    outcomes = {tuple(run.world.targets["status"].tolist()) for run in murted_runs}
    assert len(outcomes) > 1


def test_number_of_threads_does_not_matter(murted, murted_runs):
    two = replicate_many(murted, [1, 2, 3, 4], threads=2)
    assert [run.seed for run in two] == [1, 2, 3, 4]
    assert [run.digest for run in two] == [run.digest for run in murted_runs]
    assert [run.digest for run in replicate_many(murted, [3, 1], threads=3)] == [murted_runs[2].digest, murted_runs[0].digest]


def test_progress_does_not_matter_and_reaches_the_end(murted, murted_runs, lab):
    said = []
    run = lab.play(murted, 1, progress=lambda t, end: said.append((t, end)))
    assert run.digest == murted_runs[0].digest
    assert len(said) >= 20
    assert said == sorted(said)
    assert said[-1] == (900.0, 900.0)


def test_a_log_that_fills_up_is_emptied_on_the_way(short, lab, monkeypatch):
    import skyreach.engine.replicate as module

    whole = lab.play(short, 2)
    monkeypatch.setattr(module, "LOG_ROWS", 1)  # room for a few frames only
    small = lab.play(short, 2)
    assert small.digest == whole.digest
    assert len(small.log["truth"]) == len(whole.log["truth"]) > 100


def test_the_log_does_not_change_what_happens(lab):
    from skyreach.scenario import load_scenario
    from skyreach.scenario.compile import compile_scenario

    scenario = load_scenario("murted-raid")
    quiet = lab.play(compile_scenario(scenario, log=False), 1)
    loud = lab.play(compile_scenario(scenario, log=True), 1)
    assert len(quiet.log["truth"]) == len(quiet.log["plots"]) == 0
    assert quiet.world.events.tobytes() == loud.world.events.tobytes()
    assert quiet.log["reasons"].tobytes() == loud.log["reasons"].tobytes()


def test_a_run_leaves_the_compiled_scenario_as_it_was(short, lab):
    before = {name: table.tobytes() for name, table in short.world._asdict().items()}
    floors = short.model.floors.tobytes()
    lab.play(short, 1)
    assert {name: table.tobytes() for name, table in short.world._asdict().items()} == before
    assert short.model.floors.tobytes() == floors


def test_the_digest_sees_every_table(short, lab):
    run = lab.play(short, 1)
    assert digest(run.world, run.log) == run.digest
    for name in ("sites", "radars", "launchers", "targets", "tracks", "assignments", "events", "looks", "limits"):
        table = getattr(run.world, name).copy()
        flat = table.reshape(-1).view(np.uint8)
        flat[0] ^= 1
        assert digest(run.world._replace(**{name: table}), run.log) != run.digest, name
    for name, table in run.log.items():
        assert digest(run.world, {**run.log, name: table[:-1]}) != run.digest, name


def test_common_dice(lab):
    """Two designs share their luck: what chance decides about target 0 does not depend on a second target far away."""
    one = lab.flyer("mald", "mald", 180, 100, 9000.0)
    two = lab.flyer("other", "mald", 180, 100, 9000.0, bearing=40.0)
    eye = [{"name": "watch", "level": "battery", "radars": [{"name": "eye", "system": "96l6e", "at": "home"}]}]
    alone = lab.play(lab.compile(lab.scenario(one, formations=eye)), 4).log["plots"]
    both = lab.play(lab.compile(lab.scenario(one, two, formations=eye)), 4).log["plots"]
    mine = both[both["target"] == 0]
    assert len(alone) > 3
    for name in ("t", "r_slant", "az", "el", "pos_ecef"):
        assert (alone[name] == mine[name]).all()


# a fight of 30 s at 2 frames a second: 60 frames, short enough to run without the compiler
CODE = """
import json, sys
from skyreach.scenario import read_scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.engine.replicate import replicate
import skyreach.scenario.compile as compiling
compiling.FLOOR_AZIMUTHS, compiling.FLOOR_RANGES = 36, 40
run = replicate(compile_scenario(read_scenario(sys.stdin.read()), "smooth"), 7)
print(json.dumps({"digest": run.digest, "events": len(run.world.events), "missiles": len(run.world.missiles),
                  "killed": int((run.world.targets["status"] == 2).sum())}))
"""


def digest_elsewhere(text, python=sys.executable, **env):
    source = {} if python != sys.executable else {"PYTHONPATH": SOURCE}
    said = subprocess.run(
        [python, "-c", textwrap.dedent(CODE)], input=text, capture_output=True, text=True, check=False,
        env={**os.environ, **source, **env},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr[-2000:]
    return json.loads(said.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def fight(lab):
    """Pantsir against a drone that starts 7 km away: seen, tracked, identified, shot at within 30 s."""
    quick = {
        "55k6e.identify_time": 3.0, "pantsir-s1.reaction_time": 4.0, "55k6e.confirm_hits": 2.0, "55k6e.link_delay": 0.5,
    }  # fmt: skip
    raid = lab.flyer("drone", "mald", 8, 1, 1500.0, speed=200.0, aim="base")
    formations = [lab.regiment(point_defence=[lab.pantsir()])]
    data = lab.scenario(raid, formations=formations, catalog=quick, duration_s=30.0, frame_s=0.5)
    return yaml.safe_dump(data, sort_keys=False)


def test_without_the_compiler_the_bits_are_the_same(fight, tmp_path):
    compiled = digest_elsewhere(fight)
    plain = digest_elsewhere(fight, NUMBA_DISABLE_JIT="1", SKYREACH_CACHE=str(tmp_path))  # floors and reach made anew, too
    assert compiled["missiles"] >= 1  # the fight goes through all phases
    assert plain == compiled


@pytest.mark.skipif("SKYREACH_OTHER_PYTHON" not in os.environ, reason="SKYREACH_OTHER_PYTHON names no interpreter with skyreach")
def test_another_python_gives_the_same_bits(fight, murted_runs):
    other = os.environ["SKYREACH_OTHER_PYTHON"]
    assert digest_elsewhere(fight, other) == digest_elsewhere(fight)
    code = "import skyreach as sr; print(sr.run('murted-raid', seed=1).summary['digest'])"
    said = subprocess.run([other, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split()[-1] == murted_runs[0].digest


def test_seeds_at_the_ends_run(short, lab):
    runs = [lab.play(short, seed) for seed in (0, 2**63, 2**64 - 1)]
    assert len({run.digest for run in runs}) == 3
    assert all((run.world.targets["status"] != codes.WAITING).any() for run in runs)
