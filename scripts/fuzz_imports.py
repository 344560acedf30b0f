"""Fuzz the importers with atheris, which looks at what the bytes reach: `pip install atheris`, then

    python scripts/fuzz_imports.py -max_total_time=300        other words are those of libFuzzer

Ends with a crash file for anything but a result or BadInput. The tests run the same importers under hypothesis.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["skyreach.formats"]):
    from skyreach.formats.take import take

from skyreach.errors import BadInput

NAMES = ("a.acmi", "a.czml", "a.kml", "a.geojson", "a.csv", "b.csv", "a.json", "a.kmz", "a.parquet")
KINDS = {"b.csv": "sites"}
FOLDER = Path(tempfile.mkdtemp())


def one(data: bytes) -> None:
    """The first byte chooses the kind of file, the rest is its content."""
    if not data:
        return
    name = NAMES[data[0] % len(NAMES)]
    file = FOLDER / name
    file.write_bytes(data[1:])
    try:
        take(file, KINDS.get(name), system="f-16c" if name.endswith(("acmi", "czml")) else None).to_yaml()
    except BadInput:
        pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
