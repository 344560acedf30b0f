"""The packaged files are those that docs/data.md documents, and small."""

import hashlib
import re
from pathlib import Path

import pytest

from skyreach.earth.geoid import DATA

PAGE = Path(__file__).parents[2] / "docs" / "data.md"
LIMITS = {"globe30s.npz": 6_000_000, "p1511_5m.npz": 2_000_000, "geoid.npz": 600_000, "outlines.npz": 500_000, "dn1_45m.npz": 100_000}


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_file_is_the_documented_one(name):
    (row,) = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}`")]
    data = (DATA / name).read_bytes()
    assert hashlib.sha256(data).hexdigest() in row
    assert f"| {len(data)} |" in row
    assert len(data) < LIMITS[name]


def test_nothing_undocumented():
    assert {path.name for path in DATA.iterdir()} == set(LIMITS)
    assert set(re.findall(r"^\| `(.*?)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == set(LIMITS)
