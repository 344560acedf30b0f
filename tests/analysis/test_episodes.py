"""Reported episodes: the counts are those of the sources, the intervals those of Wilson, the runs the same on any threads."""

import pytest

from skyreach.analysis.episodes import MEASURES, WITHIN_REACH, episode_items, episodes
from skyreach.analysis.episodes_variants import player
from skyreach.catalog import load
from skyreach.errors import BadInput
from skyreach.scenario import load_scenario
from skyreach.scenario.load import episode_names, is_scenario

WILSON = {  # section 7.3, per cent
    ("sevastopol-dock-2023", "russia"): (70, 40, 89), ("fleet-hq-2023", "russia"): (83, 44, 97), ("lotarevka-2024", "russia"): (60, 23, 88),
    ("khalino-2024", "russia"): (88, 53, 98), ("kyiv-may-2023", "ukraine"): (100, 82, 100), ("kyiv-kinzhal-2023", "ukraine"): (100, 61, 100),
    ("kyiv-kh22-2026", "ukraine"): (75, 47, 91), ("khmeimim-pantsir-2018", "murakhovsky"): (23, 8, 50), ("sinop-2020", "industry"): (100, 44, 100),
}  # fmt: skip


@pytest.fixture(scope="module")
def played():
    return episodes(["lotarevka-2024", "sinop-2020", "khmeimim-pantsir-2018", "channel-arithmetic", "punjab-aew-2025"], runs=6)


def test_at_least_ten_are_staged_and_each_scenario_is_in_order():
    items = episode_items()
    assert len(items) >= 10
    assert {item.text("scenario") for item in items} == set(episode_names())
    for item in items:
        scenario = load_scenario(item.text("scenario"))
        names = {raid.name for raid in scenario.raid}
        assert set(item.texts("items")) <= names
        assert item.text("measure") in MEASURES
        if item.text("measure") == "killed":
            assert sum(r.count for r in scenario.raid if r.name in item.texts("items")) == item.si("launched")
        assert is_scenario(item.text("scenario"))
        assert any(key.startswith("reported_") for key in item.values)


def test_nothing_is_fitted_silently():
    """A scenario that changed a value of the catalogue would have to say so."""
    for item in episode_items():
        assert load_scenario(item.text("scenario")).catalog == {}
        assert item.value("adjusted").note


def test_reported_intervals_are_those_of_the_collection_of_facts():
    """Without a run: k of n and its 95 % Wilson interval, rounded to whole per cent as printed there."""
    from skyreach.analysis.episodes import _report

    for (name, by), wanted in WILSON.items():
        item = load()[f"ep-{name}"]
        r = _report(f"reported_{by}", item, int(item.si("launched")))
        assert tuple(round(100 * r[key]) for key in ("share", "low", "high")) == wanted


def test_rows_say_what_was_asked(played):
    assert [row["episode"] for row in played.rows] == [
        "lotarevka-2024", "sinop-2020", "khmeimim-pantsir-2018", "channel-arithmetic", "punjab-aew-2025"
    ]  # fmt: skip
    for row in played.rows:
        assert 0.0 <= row["mean_low"] <= row["model_share"] <= row["mean_high"] <= 1.0
        assert row["model_low"] <= row["model_high"]
        for report in row["reported"]:
            assert set(report["source"]) <= set(load().sources())
            agrees = report["high"] >= row["model_low"] and report["low"] <= row["model_high"]
            assert (report["by"] in row["agrees"]) == agrees
    assert {entry["item"] for entry in played.inputs} >= {"92n6e", "atacms", "57e6-e"}


def test_a_battalion_is_empty_after_32_missiles(played):
    row = next(row for row in played.rows if row["episode"] == "channel-arithmetic")
    assert row["model_low"] == row["model_high"] == 1.0
    assert row["fired_mean"] == 32.0


def test_the_shot_at_300_km_can_be_made_with_a_40n6(played):
    assert next(row for row in played.rows if row["episode"] == "punjab-aew-2025")["model_share"] > 0.5


def test_no_track_of_low_tomahawks_behind_the_coastal_range():
    """Shayrat: 134 km from a mast of 24 m, horizon of a target at 50 m 49 km (7.2): nothing seen, nothing fired."""
    row = episodes(["shayrat-2017"], runs=2).rows[0]
    assert row["seen_share"] == 0.0
    assert row["fired_mean"] == 0.0


def test_the_same_on_two_threads():
    one, two = (episodes(["sinop-2020"], runs=4, threads=n).to_dict() for n in (1, 2))
    assert one == two


def test_bad_questions():
    with pytest.raises(BadInput, match="shayrat-2017"):
        episodes(["kursk-1943"])
    with pytest.raises(BadInput, match="2 to"):
        episodes(["sinop-2020"], runs=1)


def test_an_episode_with_flights_that_have_not_ended_is_refused():
    """Yevpatoria: the Neptune arrive 504 s after they start at 1000 and 1010 s; 1500 s would count both as come through."""
    scenario = load_scenario("yevpatoria-2023")
    play = player("yevpatoria-2023", [1, 2], 1)
    with pytest.raises(BadInput, match=r"2023.yaml duration_s(.|\n)*1500 s; at the end neptune-1 is in flight(.|\n)*duration_s: 1515"):
        play(scenario.model_copy(update={"duration_s": 1500.0}))


@pytest.mark.parametrize("name", episode_names())
def test_every_staged_episode_runs_until_the_last_flight_has_ended(name):
    player(name, [1], 1)(load_scenario(name))


def test_the_order_of_the_attack_is_tried_without_the_drones():
    """V17: drones first, then 2 Neptune that hit. Without the drones and on the same seeds hardly a missile is
    fired, for the Neptune come low; nothing in the scenario was set to make the order matter."""
    row = episodes(["yevpatoria-2023"], runs=6).rows[0]
    other = row["without"]
    assert other["items"] == ["drones"]
    assert other["fired_mean"] < 1.0 < row["fired_mean"]
    assert other["difference"] == pytest.approx(row["model_share"] - other["share"], abs=1e-3)
    assert other["difference_low"] <= other["difference"] <= other["difference_high"]
    assert row["agrees"] == ["ukraine"]
    with_items = {raid.name for raid in load_scenario("yevpatoria-2023").raid}
    assert set(load()["ep-yevpatoria-2023"].texts("without")) < with_items


def test_time_to_empty_and_leak_against_the_size_of_the_raid(played):
    """V32: 32 rails, 2 missiles a target, empty after 16 engagements: of n targets at least n - 16 come through. One unit launches
    every 3 s, so 32 launches take no less than 31 x 3 = 93 s."""
    row = next(row for row in played.rows if row["episode"] == "channel-arithmetic")
    assert [size["size"] for size in row["by_size"]] == [0, 8, 16, 24, 32, 40]
    for size in row["by_size"]:
        n = size["size"] + 8
        assert size["launched"] == n
        assert size["leak"]["high"] >= size["leak"]["share"] >= (n - 16) / n - 1e-4
        assert size["fired_mean"] <= 32.0
    leaks = [size["leak"]["share"] for size in row["by_size"]]
    assert leaks == sorted(leaks)
    assert row["by_size"][0]["emptied"] == {"share": 0.0, "mean_s": None, "low_s": None, "high_s": None}  # 8 x 2 of 32
    assert row["by_size"][-1]["emptied"] == row["emptied"]
    assert row["emptied"]["share"] == 1.0
    assert row["emptied"]["low_s"] >= 93.0
    assert row["by_size"][-1]["leak_by_item"]["kalibr"]["share"] == 1.0  # nothing is left when they come


def test_what_within_reach_means_is_said(played, skyreach):
    """Any overlap of the 95 % interval of a report with nine runs in ten."""
    assert "overlap, however little" in played.to_dict()["within_reach"]
    code, out, _ = skyreach("episodes", "yevpatoria-2023", "--runs", "2", "--quiet")
    assert code == 0
    assert out.rstrip().endswith(WITHIN_REACH)
    assert "without drones, same seeds: mean" in out
