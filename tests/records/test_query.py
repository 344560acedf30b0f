"""SQL over a run: it answers, it reads nothing but the run, and its errors are clear."""

import pytest

from skyreach.errors import BadInput
from skyreach.records.query import query_run
from skyreach.records.run import TABLES


def test_a_join(run, kept):
    names, rows = query_run(
        kept, "select t.name, count(*) as n from shots s join targets t using (target) group by t.name order by n desc, t.name"
    )
    assert names == ["name", "n"]
    assert sum(n for _, n in rows) == run.summary["missiles_fired"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_there(run, kept, name):
    names, rows = query_run(kept, f"select * from {name}")
    assert names == run.table(name).column_names
    assert len(rows) == run.table(name).num_rows


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
