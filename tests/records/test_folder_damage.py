"""More about run folders: each file that may be missing or damaged, a stop at each point, what joins and what replays."""

import errno
import json
import os

import pytest

from skyreach.errors import BadInput, RunFailed
from skyreach.records import run as module
from skyreach.records.run import TABLES, read_run
from skyreach.scenario import read_scenario

FILES = ["manifest.json", "scenario.yaml", *(f"{name}.parquet" for name in TABLES)]


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


def test_an_empty_folder_is_taken_and_parents_are_made(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert read_run(run.save(tmp_path / "empty")).summary == run.summary
    assert read_run(run.save(tmp_path / "a" / "b" / "c")).summary == run.summary


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


@pytest.mark.parametrize("name", FILES)
def test_half_a_folder_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(BadInput, match=f"not complete: without {name}"):
        read_run(folder)


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
    said = "cannot be read" if how == "middle" else "bytes\n.*bytes that this run wrote"
    with pytest.raises(BadInput, match=rf"{name}\.parquet\n.*{said}"):
        read_run(folder).table(name)


def test_a_table_cut_short_is_noticed_before_any_table_is_read(folder):
    path = folder / "truth.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadInput, match=r"truth\.parquet\n.*bytes"):
        read_run(folder)


def test_tables_that_changed_places_are_refused(folder):
    with pytest.raises(BadInput, match="bytes that this run wrote"):
        read_run(_swapped(folder))
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["sizes"]  # as folders were before
    (folder / "manifest.json").write_text(json.dumps(manifest))
    run = read_run(folder)
    for name in ("shots", "events"):
        with pytest.raises(BadInput, match=rf"{name}\.parquet\n.*not the file that this run wrote"):
            run.table(name)
    assert run.table("targets").num_rows > 0


def _swapped(folder):
    shots, events = folder / "shots.parquet", folder / "events.parquet"
    shots.rename(folder / "other")
    events.rename(shots)
    (folder / "other").rename(events)
    return folder


def test_clock(run):
    assert run.clock(0.0) == "01:30:00"
    assert run.clock(899.0) == "01:44:59"
    assert run.clock(86_400.0) == "01:30:00"
