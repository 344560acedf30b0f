"""A small raid over a smooth sea that runs in a few milliseconds, as a file; the command in a process of its own."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from skyreach.studies.study import begin, go_on

TINY = """\
skyreach: 1
name: tiny
start: 2026-05-01T02:00:00Z
duration_s: 220
terrain: smooth
sites:
  home: {lat: 40.0, lon: 33.0}
doctrine: {salvo: 1}
formations:
  - name: battery
    level: battery
    radars:
      - {name: eye, system: 92n6e, at: home, axis_deg: 180}
    launchers:
      - {system: 5p85te2, count: 1, load: {9m96e2: 16}, at: home}
assets:
  - {name: base, at: home, value: 10, points: 1000}
raid:
  - name: drones
    system: storm-shadow
    count: 4
    spacing_s: 2
    aim: base
    route:
      - {at: {site: home, bearing_deg: 180, distance_km: 45}, height_m: 3000, ref: msl}
      - {at: {site: home, bearing_deg: 180, distance_km: 8}, height_m: 3000, ref: msl}
"""


def contents(folder):
    """{name: hash} of every file of a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def start(*args, **more):
    """`skyreach ...` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "skyreach", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"}, **more,
    )  # fmt: skip


@pytest.fixture(scope="session")
def lab():
    """The functions above (test modules cannot import from here)."""
    return SimpleNamespace(contents=contents, start=start)


@pytest.fixture(scope="session")
def from_end_to_end(tmp_path_factory):
    """from_end_to_end(text) -> file and folder of a study of the small raid, done on one thread; `text` are the lines after scenario."""

    def do(text):
        here = tmp_path_factory.mktemp("undisturbed")
        (here / "tiny.yaml").write_text(TINY, encoding="utf-8")
        file = here / "s.yaml"
        file.write_text(f"skyreach_study: 1\nname: s\nscenario: tiny.yaml\n{text}", encoding="utf-8")
        go_on(begin(file, here / "s"), jobs=1)
        return file, here / "s"

    return do


@pytest.fixture
def tiny(tmp_path):
    """The small raid as a scenario file."""
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


@pytest.fixture
def study_file(tmp_path, tiny):
    """study_file(text) -> a study file beside the small raid; `text` are the lines after scenario."""

    def write(text="", name="s.yaml"):
        path = tmp_path / name
        path.write_text(f"skyreach_study: 1\nname: s\nscenario: tiny.yaml\n{text}", encoding="utf-8")
        return path

    return write
