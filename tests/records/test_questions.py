"""Questions to a run: SQL that answers and reads nothing else, stories that leave nothing out."""

import itertools

import pytest

from skyreach.errors import BadInput
from skyreach.records.explain import NOT_LIMITS, binding_limits
from skyreach.records.query import query_run


def test_values_are_those_of_json(kept):
    import json

    _, rows = query_run(
        kept, "select 'nan'::double, 'inf'::double, 1.5::decimal(4, 2), date '2026-05-01', [1, 2], {'a': 'nan'::double}, '\\xAA'::blob, null, true"
    )
    assert json.loads(json.dumps(rows, allow_nan=False))[0][0] is None
    assert rows[0][7:] == (None, True)
    assert rows[0][5] == {"a": None}


@pytest.mark.parametrize(
    "query",
    ["", "   ", "-- nothing", "select", "select nonsense from targets", "select * from nowhere", "drop", "select 1/", "select * from targets where"],
)
def test_errors_are_clear(kept, query):
    with pytest.raises(BadInput, match="SQL over sites, radars, targets"):
        query_run(kept, query)


@pytest.fixture
def secret(tmp_path):
    """A file beside the run that a query must not see."""
    path = tmp_path / "secret.csv"
    path.write_text("word\nxyzzy\n")
    return path


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('{path}')",
        "select * from read_text('{path}')",
        "select * from read_blob('{path}')",
        "select * from '{path}'",
        "select * from glob('{path}*')",
        "copy targets to '{path}.out'",
        "copy targets from '{path}'",
        "attach '{path}.db' as other",
        "export database '{path}.folder'",
        "set enable_external_access = true",
        "set enable_external_access = true; select * from read_csv('{path}')",
        "install httpfs",
        "load httpfs",
        "select * from read_parquet('https://localhost/none.parquet')",
    ],
)
def test_a_query_reads_and_writes_nothing_else(kept, secret, query):
    before = sorted(secret.parent.iterdir())
    with pytest.raises(BadInput) as caught:
        query_run(kept, query.format(path=secret))
    assert "xyzzy" not in str(caught.value)
    assert sorted(secret.parent.iterdir()) == before


def test_a_query_cannot_change_the_run(kept):
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    query_run(kept, "delete from targets")
    query_run(kept, "drop table events")
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert query_run(kept, "select count(*) from targets")[1] == [(28,)]


def test_a_folder_with_a_quote_in_its_name(folder):
    place = folder.rename(folder.with_name("it's a 'run'"))
    assert query_run(place, "select count(*) from targets")[1] == [(28,)]


def test_a_damaged_or_half_folder_is_bad_input(folder):
    (folder / "events.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(BadInput, match=r"events\.parquet"):
        query_run(folder, "select 1")
    (folder / "events.parquet").unlink()
    with pytest.raises(BadInput, match="not complete"):
        query_run(folder, "select 1")


@pytest.mark.parametrize("target", ["nobody", 999, -1, "", "shahed", 1.5])
def test_an_unknown_target_lists_those_there_are(run, target):
    with pytest.raises(BadInput, match=r"0 to 27, or .*shahed-north-1"):
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
        for a, b in itertools.pairwise(parts):
            assert a.t_to <= b.t_from
            assert a.code != b.code or a.t_to < b.t_from
