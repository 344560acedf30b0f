"""The story of a target, told from the tables of the folder alone."""

import pytest

from skyreach.errors import BadInput
from skyreach.records.explain import NOT_LIMITS, binding_limits, explain, find_target
from skyreach.records.run import read_run
from skyreach.world import codes


def test_by_name_and_by_number(run):
    for row in run.targets.to_pylist():
        assert find_target(run, row["name"]) == row
        assert find_target(run, row["target"]) == row
        assert find_target(run, str(row["target"])) == row
        assert explain(run, row["name"]) == explain(run, row["target"])


@pytest.mark.parametrize("target", ["nobody", 999, -1, "", "shahed", 1.5])
def test_an_unknown_target_lists_those_there_are(run, target):
    with pytest.raises(BadInput, match="0 to 27, or .*shahed-north-1"):
        run.explain(target)


def test_every_target_has_a_story(run):
    for row in run.targets.to_pylist():
        text = run.explain(row["target"])
        lines = text.splitlines()
        assert lines[0] == f"{row['name']} ({row['system']}, {row['kind']}): {row['status']}."
        assert any(line.startswith("Why it was not engaged") for line in lines)
        events = [e for e in run.events.to_pylist() if e["target"] == row["target"]]
        assert len(lines) >= 2 + len(events)
        for event in events:
            assert any(line.strip().startswith(run.clock(event["t_s"])) for line in lines)


def test_the_story_of_a_target_that_was_shot_down_is_whole(run):
    shot = next(row for row in run.targets.to_pylist() if row["status"] == "destroyed")
    text = run.explain(shot["target"])
    order = [text.index(word) for word in ("target starts", "first seen by", "firm track", "identified as hostile", "assigned to", "launches missile", "destroyed by")]
    assert order == sorted(order)


def test_the_binding_limit_is_that_of_the_unit_furthest_along(run):
    """At the middle of each interval: the highest code of all fire units, by a plain look at the table."""
    rows = run.reasons.to_pylist()
    for target in run.targets["target"].to_pylist():
        parts = binding_limits(run, target)
        mine = [r for r in rows if r["target"] == target and r["code"] not in NOT_LIMITS]
        for part in parts:
            middle = 0.5 * (part.t_from + part.t_to)
            held = [r["code"] for r in mine if r["t_from_s"] <= middle < r["t_to_s"]]
            # neighbours of one code are drawn together: the code is right at the middle, the unit at the beginning
            assert part.code == max(held)
        for a, b in zip(parts[:-1], parts[1:], strict=True):
            assert a.t_to <= b.t_from
            assert a.code != b.code or a.t_to < b.t_from


def test_limits_cover_the_flight(run):
    for row in run.targets.to_pylist():
        if row["t_start_s"] != row["t_start_s"]:
            continue
        end = row["t_end_s"] if row["t_end_s"] == row["t_end_s"] else run.manifest["duration_s"]
        parts = binding_limits(run, row["target"])
        assert sum(p.t_to - p.t_from for p in parts) == pytest.approx(end - row["t_start_s"], abs=1.2)


def test_no_reason_is_left_without_words(run):
    text = "\n".join(run.explain(t) for t in run.targets["target"].to_pylist())
    words = {word for word, _ in codes.REASONS.values()}
    for line in text.splitlines():
        if " s  " in line:
            assert line.split(" s  ", 1)[1].split(" (")[0].split(": ")[0] in words or any(
                line.split(" s  ", 1)[1].startswith(word) for word in words
            )


def test_it_needs_only_the_folder(run, folder):
    assert read_run(folder).explain("shahed-north-1") == run.explain("shahed-north-1")


def test_a_target_that_was_never_released_says_so(run):
    for row in run.targets.to_pylist():
        if row["status"] == "never released":
            assert "never released" in run.explain(row["target"])
            break
    else:
        pytest.skip("all were released in this run")
