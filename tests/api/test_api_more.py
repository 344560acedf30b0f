"""More of what a notebook calls: overrides, seeds, drivers, terrain, and the other built-in scenarios."""

import numpy as np
import pytest

import skyreach as sr


@pytest.fixture(scope="module")
def run():
    return sr.run("murted-raid", seed=1)


def test_the_seed_of_the_scenario_is_the_default(run):
    assert sr.run("murted-raid").summary["digest"] == run.summary["digest"]


def test_stepped_and_with_progress(run):
    said = []
    assert sr.run("murted-raid", seed=1, stepped=True).summary["digest"] == run.summary["digest"]
    again = sr.run("murted-raid", seed=1, progress=lambda t, end: said.append(t / end))
    assert again.summary["digest"] == run.summary["digest"]
    assert said[-1] == 1.0


@pytest.mark.parametrize("seed", [0, 2**64 - 1, np.int64(3), np.uint64(2**63)])
def test_good_seeds(seed):
    short = sr.load("murted-f35", {"duration_s": 301})
    assert sr.run(short, seed=seed).summary["seed"] == int(seed)


def test_overrides_hold_for_a_scenario_in_hand_too():
    scenario = sr.load("murted-raid")
    changed = sr.load(scenario, {"raid.mald.count": 2})
    assert changed.raid[0].count == 2
    assert scenario.raid[0].count == 4
    runs = [sr.run(scenario, seed=2, overrides={"raid.mald.count": 2}), sr.run("murted-raid", seed=2, overrides={"raid.mald.count": 2})]
    assert runs[0].summary["digest"] == runs[1].summary["digest"]
    assert runs[0].summary["hostile"] == 22


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"raid.nobody.count": 2}, "no item nobody"),
        ({"duration_s": -5}, "duration_s"),
        ({"nonsense": 1}, "nonsense"),
        ({"raid.mald.count": "many"}, "count"),
        ({"catalog.92n6e.nonsense": 1}, "no number nonsense"),
    ],
)
def test_bad_overrides_name_the_setting(overrides, said):
    with pytest.raises(sr.BadInput, match=said):
        sr.run("murted-raid", overrides=overrides)


def test_unknown_scenario_names_the_known():
    with pytest.raises(sr.BadInput, match=r"murted-raid.*ukraine-transfer"):
        sr.run("murted-rade")


def test_replicate_gives_replications_in_order_and_no_log_by_default(run):
    runs = sr.replicate("murted-raid", [3, 1, 2], threads=2)
    assert [r.seed for r in runs] == [3, 1, 2]
    assert len(runs[0].log["plots"]) == 0
    logged = sr.replicate("murted-raid", [1], log=True)
    assert logged[0].digest == run.summary["digest"]
    assert np.array_equal(logged[0].world.targets["status"], runs[1].world.targets["status"])


def test_terrain_of_ones_own(tmp_path):
    assert sr.run("murted-f35", terrain="smooth").summary["terrain"]["name"].startswith("smooth")
    with pytest.raises(sr.BadInput):
        sr.run("murted-f35", terrain=tmp_path / "none.tif")


def test_the_other_builtin_scenarios_run():
    f35 = sr.run("murted-f35", seed=1).summary
    assert f35["hostile"] >= 2
    ukraine = sr.run("ukraine-transfer", seed=1).summary
    assert ukraine["missiles_fired"] > 0
    parts = ("killed", "leakers", "left", "in_flight", "never_released")
    assert sum(ukraine[key] for key in parts) == ukraine["hostile"]


def test_a_stealthy_aircraft_is_seen_later_than_a_plain_one():
    """murted-f35: same route, same radars; range goes with the fourth root of the cross-section: 2 / 0.005 m2 gives 4.5."""
    seen: dict[str, list[float]] = {}
    for seed in range(3):
        for row in sr.run("murted-f35", seed=seed).summary["first_seen"]:
            seen.setdefault(row["target"], []).append(row["range_km"] or 0.0)
    by_kind = {"f-16": [], "f-35": []}
    for name, ranges in seen.items():
        by_kind["f-35" if "35" in name else "f-16"] += ranges
    assert np.mean(by_kind["f-16"]) > 2.0 * np.mean(by_kind["f-35"])
