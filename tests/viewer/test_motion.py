"""Samples for the clock of the page: what comes out of a part is what stands in the table of the run."""

import numpy as np
import pyarrow as pa
import pytest

from skyreach.viewer import motion
from skyreach.viewer.motion import COLUMNS, Samples, tables_of, windows_of


def columns(content: bytes) -> dict[str, np.ndarray]:
    """What the page makes of a part (viewer/src/data/samples.ts), in NumPy."""
    table = pa.ipc.open_stream(content).read_all()
    return {f.name: np.cumsum(table[f.name].to_numpy().astype(np.int64)) * float(f.metadata[b"step"]) for f in table.schema}


@pytest.mark.parametrize("name", ["truth", "tracks", "flights", "plots"])
def test_one_window_holds_every_row(run, name):
    got = columns(Samples(run).part(name, 0))
    table = run.table(name)
    key = COLUMNS[name]["id"][0]
    order = np.lexsort((table["t_s"].to_numpy(), table[key].to_numpy()))
    assert (got["id"] == table[key].to_numpy()[order]).all()
    for column in ("t", "lon", "lat", "h"):
        source, step = COLUMNS[name][column]
        np.testing.assert_allclose(got[column], table[source].to_numpy()[order], atol=0.51 * step)


def test_identities_are_numbers_into_the_words(run):
    samples = Samples(run)
    got = columns(samples.part("tracks", 0))
    order = np.lexsort((run.tracks["t_s"].to_numpy(), run.tracks["track"].to_numpy()))
    words = np.array(run.tracks["identity"].to_pylist())[order]
    assert [samples.words[int(i)] for i in got["identity"]] == words.tolist()


def test_ellipses_are_left_out_where_a_run_has_none(run):
    assert ("major" in columns(Samples(run).part("tracks", 0))) == ("sigma_major_m" in run.tracks.column_names)


def test_windows_follow_each_other_and_overlap_by_one_sample(run, monkeypatch):
    monkeypatch.setattr(motion, "MOST_ROWS", run.truth.num_rows // 4)
    samples = Samples(run)
    windows = samples.windows
    assert windows.count > 1
    assert windows.step * windows.count == pytest.approx(run.manifest["duration_s"], rel=1e-12)
    for number in range(windows.count):
        got = columns(samples.part("truth", number))
        begin, end = number * windows.step, (number + 1) * windows.step
        inside = (run.truth["t_s"].to_numpy() >= begin) & (run.truth["t_s"].to_numpy() <= end)
        for target in np.unique(run.truth["target"].to_numpy()[inside]):
            mine, all_t = got["t"][got["id"] == target], run.truth["t_s"].to_numpy()[run.truth["target"].to_numpy() == target]
            assert mine.min() <= max(begin, all_t.min()) + 0.05
            assert mine.max() >= min(end, all_t.max()) - 0.05


def test_the_overview_follows_the_paths(run):
    """Where the thinned path puts a target at each sample, against the sample: within the tolerance of all passes."""
    got = columns(Samples(run).overview())
    t, ids, lat = (run.truth[name].to_numpy() for name in ("t_s", "target", "lat_deg"))
    assert got["t"].size < 0.5 * t.size
    for target in np.unique(ids):
        mine, every = got["id"] == target, ids == target
        assert got["t"][mine].min() == pytest.approx(t[every].min(), abs=0.06)
        assert got["t"][mine].max() == pytest.approx(t[every].max(), abs=0.06)
        between = np.interp(t[every], got["t"][mine], got["lat"][mine])
        np.testing.assert_allclose(between, lat[every], atol=(motion.PASSES * motion.TOLERANCE + 30.0) / motion.DEGREE)


def test_a_straight_flight_keeps_few_samples_and_a_corner_stays():
    t = np.arange(101.0)
    lat = np.where(t < 50, 40.0 + 0.001 * t, 40.05)
    lon = np.where(t < 50, 33.0, 33.0 + 0.001 * (t - 50))
    kept = motion.straightened(np.zeros(101), t, lat, lon, np.full(101, 500.0))
    assert kept.size < 12
    assert {0, 100} <= set(kept.tolist())
    assert min(abs(kept - 50)) <= 1


def test_the_overview_is_thinned_and_keeps_the_ends(run, monkeypatch):
    whole = columns(Samples(run).overview())
    monkeypatch.setattr(motion, "OVERVIEW_ROWS", whole["t"].size // 3)
    got = columns(Samples(run).overview())
    assert got["t"].size < whole["t"].size
    for target in np.unique(run.truth["target"].to_numpy()):
        assert got["t"][got["id"] == target].min() == whole["t"][whole["id"] == target].min()
        assert got["t"][got["id"] == target].max() == whole["t"][whole["id"] == target].max()


def test_tables_are_those_that_runs_have(run):
    assert {"truth", "tracks", "flights", "plots"} <= set(tables_of(run)) <= set(COLUMNS)
    assert windows_of(run).count == 1
