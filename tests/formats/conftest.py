"""One small run for all exporters, the real data beside the repository, and tshark where it is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pymap3d
import pytest

from skyreach import api

SMALL = Path(__file__).parents[1] / "viewer" / "small-raid.yaml"


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """The small raid, in a run folder."""
    return api.run(SMALL, terrain="smooth").save(tmp_path_factory.mktemp("formats") / "run")


@pytest.fixture
def run(run_folder):
    """The small raid, read from its folder."""
    return api.open_run(run_folder)


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real data beside the repository, or as SKYREACH_SHARED_DATA says; tests skip where it is absent."""
    given = os.environ.get("SKYREACH_SHARED_DATA")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "data"
    if not (folder / "dis").is_dir():
        pytest.skip("no shared data folder (SKYREACH_SHARED_DATA or ../shared/data)")
    return folder


@pytest.fixture(scope="session")
def tshark():
    """Fields of the packets of a capture by Wireshark's dissector: tshark(file, filter, field...) -> rows of text."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("tshark is not installed")

    def fields(file, only, *names):
        words = [program, "-r", str(file), "-Y", only, "-T", "fields", *(word for name in names for word in ("-e", name))]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        return [line.split("\t") for line in said.splitlines()]

    return fields


class Reference:
    """What the run says: t and ECEF of each entity that moved, by name; places of what stands. By pymap3d."""

    def __init__(self, run):
        n = run.manifest["undulation_m"]
        self.moved, self.stood = {}, {}
        for table, key, names in (
            (run.truth, "target", run.targets["name"].to_pylist()),
            (run.flights, "missile", [f"{kind}-{i}" for i, kind in enumerate(run.shots["type"].to_pylist())]),
        ):
            who = table[key].to_numpy()
            t = table["t_s"].to_numpy()
            lat, lon, h = (table[c].to_numpy() for c in ("lat_deg", "lon_deg", "h_msl_m"))
            pos = np.column_stack(pymap3d.geodetic2ecef(lat, lon, h + n))
            for row, name in enumerate(names):
                chosen = who == row
                if chosen.any():
                    self.moved[name] = (t[chosen], pos[chosen])
        for table in (run.sites, run.radars):
            for row in table.to_pylist():
                at = pymap3d.geodetic2ecef(row["lat_deg"], row["lon_deg"], row["h_msl_m"] + n)
                self.stood[row["name"]] = np.array(at)


@pytest.fixture
def reference(run):
    """What the run says itself."""
    return Reference(run)
