"""The run folder: complete or not at all, the same when read back, and honest about what is wrong with it."""

import errno
import json
import os
import subprocess
from itertools import pairwise

import pyarrow as pa
import pytest

import skyreach as sr
from skyreach.errors import BadInput, RunFailed
from skyreach.records import run as run_module
from skyreach.records.query import query_run
from skyreach.records.run import TABLES, read_run


@pytest.fixture(scope="module")
def short():
    """A run of murted-raid in hand."""
    return sr.run("murted-raid", seed=5)


@pytest.fixture
def folder(short, tmp_path):
    return short.save(tmp_path / "run")


def same(a: pa.Table, b: pa.Table) -> bool:
    """Equal column by column; a missing number equals a missing number."""
    return a.schema.equals(b.schema) and str(a.to_pydict()) == str(b.to_pydict())


def test_what_is_written_is_read_back(short, folder):
    again = read_run(folder)
    assert again.manifest == short.manifest
    assert again.scenario_yaml == short.scenario_yaml
    for name in TABLES:
        assert same(again.table(name), short.table(name)), name


def test_manifest_says_what_the_result_rests_on(short):
    manifest = short.manifest
    for key in ("scenario_sha256", "catalogue_sha256", "digest", "kernels"):
        assert len(manifest[key]) in (16, 64), key
    assert manifest["seed"] == 5
    assert manifest["terrain"]["posting_m"] > 0
    assert {"python", "numpy"} <= set(manifest["machine"])
    assert len(manifest["inputs"]) > 100
    assert all(entry["source"] for entry in manifest["inputs"])


def test_every_column_has_a_meaning(short):
    for name in TABLES:
        for column in short.table(name).schema:
            assert column.metadata[b"meaning"], (name, column.name)


def test_an_existing_folder_is_not_overwritten(short, folder):
    before = sorted(p.name for p in folder.iterdir())
    with pytest.raises(BadInput, match="there already"):
        short.save(folder)
    assert sorted(p.name for p in folder.iterdir()) == before


@pytest.mark.parametrize("written", [0, 3, len(TABLES)])
def test_a_disk_that_fills_up_leaves_nothing(short, tmp_path, monkeypatch, written):
    real, count = run_module.pq.write_table, 0

    def full(*args, **kwargs):
        nonlocal count
        count += 1
        if count > written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(*args, **kwargs)

    monkeypatch.setattr(run_module.pq, "write_table", full)
    if written == len(TABLES):  # the tables fit, the manifest does not
        monkeypatch.setattr(run_module.json, "dumps", lambda *a, **k: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(RunFailed, match="could not be written"):
        short.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_disk_that_is_really_full(short, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts")
    try:
        with pytest.raises(RunFailed, match="No space left"):
            short.save(disk / "run")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("lost", ["manifest.json", "scenario.yaml", "truth.parquet"])
def test_a_folder_that_is_half_there(folder, lost):
    (folder / lost).unlink()
    with pytest.raises(BadInput, match=f"not complete: without {lost}"):
        read_run(folder)


def test_no_folder_and_other_folders(tmp_path):
    with pytest.raises(BadInput, match="no such folder"):
        read_run(tmp_path / "nothing")
    with pytest.raises(BadInput, match="not complete"):
        read_run(tmp_path)


def test_a_damaged_table_is_named(folder):
    (folder / "truth.parquet").write_bytes(b"PAR1 but nothing more")
    with pytest.raises(BadInput, match=r"truth\.parquet"):
        read_run(folder).truth  # noqa: B018


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}'])
def test_a_manifest_that_is_none(folder, text):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(BadInput, match=r"run folder|manifest"):
        read_run(folder)


def test_sql_counts_what_the_tables_hold(short, folder):
    names, rows = query_run(folder, "select side, count(*) as n from targets group by side order by side")
    assert names == ["side", "n"]
    assert dict(rows) == {"red": 24, "neutral": 4}
    assert query_run(folder, "select count(*) from truth")[1] == [(short.truth.num_rows,)]


def test_sql_reads_nothing_but_the_run(folder, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(BadInput):
        query_run(folder, f"select * from read_csv('{secret}')")
    with pytest.raises(BadInput):
        query_run(folder, f"copy targets to '{tmp_path / 'out.csv'}'")
    assert not (tmp_path / "out.csv").exists()


def test_a_wrong_query_is_told_so(folder):
    with pytest.raises(BadInput, match="nonsense"):
        query_run(folder, "select nonsense from targets")


def test_nan_does_not_reach_json(short, folder):
    _, rows = query_run(folder, "select t_end_s from targets")
    json.dumps(rows, allow_nan=False)
    json.dumps(short.manifest, allow_nan=False)


def test_the_story_of_a_target_by_name_and_number(short):
    name = short.targets["name"][0].as_py()
    assert short.explain(name) == short.explain(0) == short.explain("0")
    assert name in short.explain(name)
    with pytest.raises(BadInput, match="mald-1"):
        short.explain("no-such-target")


def test_a_run_moved_elsewhere_tells_the_same_story(short, folder, tmp_path):
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    assert read_run(moved).explain("mald-1") == short.explain("mald-1")


def test_binding_limits_cover_the_flight_without_gap(short):
    from skyreach.records.explain import binding_limits

    for row in short.targets.to_pylist():
        if row["side"] != "red" or row["t_start_s"] != row["t_start_s"]:
            continue
        parts = binding_limits(short, row["target"])
        end = row["t_end_s"] if row["t_end_s"] == row["t_end_s"] else 900.0
        assert parts[0].t_from <= row["t_start_s"] + 1.01  # within one decision cycle
        assert parts[-1].t_to == pytest.approx(end, abs=0.11)  # within one frame
        assert all(a.t_to == b.t_from for a, b in pairwise(parts))
