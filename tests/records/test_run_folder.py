"""A run folder that is there is complete and comes back equal; what is half there or damaged is refused."""

import errno
import json
import os
import shutil
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skyreach.errors import BadInput, RunFailed
from skyreach.records import run as module
from skyreach.records.run import TABLES, read_run
from skyreach.scenario import read_scenario

FILES = ["manifest.json", "scenario.yaml", *(f"{name}.parquet" for name in TABLES)]


def test_a_folder_holds_what_it_should_and_no_more(kept):
    assert sorted(path.name for path in kept.iterdir()) == sorted(FILES)
    assert sorted(path.name for path in kept.parent.iterdir()) == [kept.name]  # no left-over of the writing


def test_there_and_back(run, kept):
    again = read_run(kept)
    assert again.manifest == run.manifest
    assert again.summary == run.summary
    assert again.scenario_yaml == run.scenario_yaml
    for name in TABLES:
        assert again.table(name).equals(run.table(name)), name
        assert again.table(name).schema.equals(run.table(name).schema, check_metadata=True), name
    assert again.explain(7) == run.explain(7)


def test_every_column_has_unit_and_meaning(run):
    for name in TABLES:
        for field in run.table(name).schema:
            assert set(field.metadata) == {b"unit", b"meaning"}, f"{name}.{field.name}"
            assert field.metadata[b"meaning"], f"{name}.{field.name}"
            suffix = field.name.rpartition("_")[2]
            unit = {"s": b"s", "m": b"m", "deg": b"deg", "mps": b"m/s"}.get(suffix)
            assert unit is None or field.metadata[b"unit"] == unit, f"{name}.{field.name}"


def test_row_numbers_join_the_tables(run):
    sizes = {name: run.table(name).num_rows for name in TABLES}
    for table, column, other in (
        ("shots", "target", "targets"), ("shots", "event", "events"), ("events", "target", "targets"), ("reasons", "target", "targets"),
        ("reasons", "site", "sites"), ("truth", "target", "targets"), ("plots", "radar", "radars"), ("plots", "target", "targets"),
        ("tracks", "target", "targets"), ("flights", "missile", "shots"), ("radars", "site", "sites"),
    ):  # fmt: skip
        values = run.table(table)[column].to_pylist()
        assert all(0 <= v < sizes[other] for v in values), f"{table}.{column}"
    causes = run.events["cause"].to_pylist()
    assert all(-1 <= cause < row for row, cause in enumerate(causes))


def test_places_are_in_degrees_and_metres_above_the_sea(run):
    site = {row["name"]: row for row in run.sites.to_pylist()}["air-base"]
    assert site["lat_deg"] == pytest.approx(40.0789, abs=0.01)  # Murted, LTAE, by the airport lists
    assert site["lon_deg"] == pytest.approx(32.5656, abs=0.01)
    assert site["h_msl_m"] == pytest.approx(843.0, abs=40.0)  # published 2767 ft; the embedded grid has a posting of 0.9 km
    truth = run.truth.to_pandas()
    airliner = {row["name"]: row["target"] for row in run.targets.to_pylist()}["airliner-1"]
    assert truth[truth["target"] == airliner]["h_msl_m"].to_numpy() == pytest.approx(10_700.0, abs=6.0)  # the geoid varies


def test_the_manifest_says_what_was_run(run):
    m = run.manifest
    for key in ("scenario_sha256", "catalogue_sha256", "digest"):
        assert len(m[key]) == 64
        assert int(m[key], 16) >= 0
    assert (m["seed"], m["scenario"], m["format"]) == (1, "murted-raid", module.FORMAT)
    assert m["terrain"]["posting_m"] > 0
    assert m["terrain"]["sources"]
    assert m["machine"]["python"]
    assert m["summary"]["digest"] == m["digest"]
    assert json.loads(json.dumps(m, allow_nan=False)) == m


def test_every_input_has_a_source(run):
    inputs = run.manifest["inputs"]
    assert len(inputs) > 200
    for entry in inputs:
        assert set(entry) >= {"item", "key", "low", "nominal", "high", "unit", "confidence", "source"}
        assert entry["source"], f"{entry['item']}.{entry['key']}"
        assert entry["confidence"] in ("H", "M", "L")
    used = {entry["item"] for entry in inputs}
    assert {"92n6e", "48n6e3", "9m96e2", "57e6-e", "55k6e", "98zh6e", "shahed-136"} <= used
    assert "40n6" not in used  # not in this scenario


def test_the_scenario_in_the_folder_runs_to_the_same_digest(run, kept):
    import skyreach as sr

    again = sr.run(kept / "scenario.yaml", seed=run.manifest["seed"])
    assert again.manifest["digest"] == run.manifest["digest"]
    assert again.manifest["scenario_sha256"] == run.manifest["scenario_sha256"]


def test_settings_stand_in_the_scenario_of_the_folder(tmp_path):
    import skyreach as sr

    run = sr.run("murted-raid", seed=3, overrides={"raid.mald.count": 2, "catalog.92n6e.reference_range": 150})
    scenario = read_scenario(run.scenario_yaml)
    assert scenario.raid[0].count == 2
    assert scenario.catalog == {"92n6e.reference_range": 150.0}
    (entry,) = [e for e in run.manifest["inputs"] if (e["item"], e["key"]) == ("92n6e", "reference_range")]
    assert entry["nominal"] == 150.0
    assert entry["source"] == ["user"]


def test_an_existing_folder_is_not_touched(run, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(BadInput, match="there already") as caught:
        run.save(folder)
    assert caught.value.exit_code == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (folder.parent / "file").write_text("mine")
    with pytest.raises(BadInput, match="there already"):
        run.save(folder.parent / "file")
    assert (folder.parent / "file").read_text() == "mine"


def test_an_empty_folder_is_taken_and_parents_are_made(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert read_run(run.save(tmp_path / "empty")).summary == run.summary
    assert read_run(run.save(tmp_path / "a" / "b" / "c")).summary == run.summary


@pytest.mark.parametrize("fails_at", [0, 3, len(TABLES) - 1])
def test_a_disk_that_fills_up_leaves_nothing(run, tmp_path, monkeypatch, fails_at):
    """The writer of Parquet says "no space" at one of the tables: no folder, no part of one, and a clear error."""
    write, calls = pq.write_table, []

    def full(*args, **more):
        calls.append(args)
        if len(calls) > fails_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(*args, **more)

    monkeypatch.setattr(module.pq, "write_table", full)
    with pytest.raises(RunFailed, match="could not be written: No space left on device") as caught:
        run.save(tmp_path / "run")
    assert caught.value.exit_code == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["manifest.json", "scenario.yaml"])
def test_a_disk_that_fills_up_at_the_texts(run, tmp_path, monkeypatch, name):
    from pathlib import Path

    write = Path.write_text

    def full(self, *args, **more):
        if self.name == name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, *args, **more)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RunFailed, match="No space left"):
        run.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_stop_in_mid_write_leaves_nothing(run, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(module.pq, "write_table", stop)
    with pytest.raises(KeyboardInterrupt):
        run.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 kB, where the machine lets us make one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("a really full disk needs root and mount(8)")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no small file system here: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_really_full_disk(run, small_disk):
    with pytest.raises(RunFailed, match="could not be written"):
        run.save(small_disk / "run")
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_half_a_folder_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(BadInput, match=f"not complete: without {name}"):
        read_run(folder)


def test_no_folder_a_file_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(BadInput, match="no such folder"):
        read_run(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="no such folder"):
        read_run(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="not complete"):
        read_run(tmp_path / "empty")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "format"),
        ("{}", "format"),
        ('{"format": 99}', "format 99"),
        ('{"format": 1}', "damaged: without"),
        ("\x00\xff", "cannot be read"),
    ],
)
def test_a_damaged_manifest_is_refused(folder, text, said):
    (folder / "manifest.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match=said):
        read_run(folder)


@pytest.mark.parametrize("name", ["events", "tracks", "targets"])
@pytest.mark.parametrize("how", ["empty", "text", "cut", "middle"])
def test_a_damaged_table_is_refused_when_it_is_used(folder, name, how):
    path = folder / f"{name}.parquet"
    data = path.read_bytes()
    middle = len(data) // 3
    path.write_bytes(
        {"empty": b"", "text": b"not a table", "cut": data[: len(data) // 2],
         "middle": data[:middle] + bytes(b ^ 0x5A for b in data[middle : middle + 200]) + data[middle + 200 :]}[how]
    )  # fmt: skip
    run = read_run(folder)
    with pytest.raises(BadInput, match=rf"{name}\.parquet\n.*cannot be read"):
        run.table(name)


def test_an_unknown_table_and_attribute(run):
    with pytest.raises(BadInput, match="table nonsense"):
        run.table("nonsense")
    with pytest.raises(AttributeError):
        run.nonsense  # noqa: B018


def test_tables_are_arrow_and_pandas(run):
    assert isinstance(run.tracks, pa.Table)
    frame = run.tracks.to_pandas()
    assert len(frame) == run.tracks.num_rows > 1000
    assert frame["speed_mps"].between(0.0, 2000.0).all()


def test_a_run_shows_itself(run):
    assert repr(run).startswith("Run('murted-raid', seed=1, killed=")
    assert "<table>" in run._repr_html_()


def test_clock(run):
    assert run.clock(0.0) == "01:30:00"
    assert run.clock(899.0) == "01:44:59"
    assert run.clock(86_400.0) == "01:30:00"
