"""What a notebook does: run, look at the tables, ask why, repeat."""

import pytest

import skyreach as sr


@pytest.fixture(scope="module")
def run():
    return sr.run("murted-raid", seed=1)


def test_names_of_the_package():
    assert all(callable(getattr(sr, name)) for name in sr.__all__ if name != "__version__")
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        sr.nothing_of_this_name  # noqa: B018


def test_summary_and_tables_agree(run):
    status = run.targets.to_pandas().query("side == 'red'")["status"].value_counts()
    assert run.summary["hostile"] == 24 == status.sum()
    assert run.summary["killed"] == status.get("destroyed", 0)
    assert run.summary["leakers"] == status.get("arrived", 0)
    assert run.summary["missiles_fired"] == run.shots.num_rows
    assert sum(run.summary["missiles_by_type"].values()) == run.shots.num_rows


def test_tracks_are_arrow_and_pandas(run):
    assert run.tracks.num_rows == len(run.tracks.to_pandas()) > 0
    with pytest.raises(AttributeError):
        run.no_such_table  # noqa: B018


def test_a_run_shows_itself(run):
    assert "murted-raid" in repr(run)
    assert "<table>" in run._repr_html_()


def test_same_seed_same_digest_other_seed_other(run):
    assert sr.run("murted-raid", seed=1).summary["digest"] == run.summary["digest"]
    assert sr.run("murted-raid", seed=2).summary["digest"] != run.summary["digest"]


def test_replicate_gives_the_digest_of_run(run):
    one, two = sr.replicate("murted-raid", [1, 2], threads=2, log=True)
    assert one.digest == run.summary["digest"]
    assert two.digest != one.digest


def test_save_and_open(run, tmp_path):
    assert sr.open_run(run.save(tmp_path / "r")).summary == run.summary


@pytest.mark.parametrize("seed", [-1, 2**64, 2**70])
def test_seeds_that_are_none(seed):
    with pytest.raises(sr.BadInput, match="seed"):
        sr.run("murted-raid", seed=seed)


def test_the_largest_seed_is_one():
    assert sr.run("murted-raid", seed=2**64 - 1).summary["seed"] == 2**64 - 1


def test_a_scenario_in_hand_is_taken_as_it_is():
    scenario = sr.load("murted-raid", {"doctrine.salvo": 1})
    assert sr.load(scenario) is scenario
    assert sr.run(scenario).summary["duration_s"] == 900


def test_an_empty_raid_is_refused(tmp_path):
    text = sr.load("murted-raid").to_yaml()
    head, _, _ = text.partition("\nraid:")
    path = tmp_path / "empty.yaml"
    path.write_text(head + "\nraid: []\n")
    with pytest.raises(sr.BadInput, match="raid"):
        sr.load(path)
