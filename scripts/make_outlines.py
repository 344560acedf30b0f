"""Makes src/skyreach/earth/data/outlines.npz: coast lines and country borders of Europe, the Middle East and
around.

Source: countries-50m.json (TopoJSON of Natural Earth 4.1, 1:50 million, public domain) in the npm package
world-atlas 2.0.2. An arc that bounds two countries is a border, one that bounds a single country is coast.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/make_outlines.py package/countries-50m.json
"""

import argparse
import collections
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

SHA256 = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
TARGET = Path(__file__).parent.parent / "src" / "skyreach" / "earth" / "data" / "outlines.npz"
BOX = (5.0, 72.0, -20.0, 75.0)  # degrees: south, north, west, east


def owners(topology: dict[str, Any]) -> collections.Counter[int]:
    """How many countries each arc bounds (TopoJSON counts a reversed arc a as ~a)."""
    found: collections.Counter[int] = collections.Counter()
    for country in topology["objects"]["countries"]["geometries"]:
        found.update({a if a >= 0 else ~a for a in flat(country["arcs"])})
    return found


def flat(nested: list) -> Iterator[int]:
    """The numbers in lists of lists."""
    for item in nested:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def cuts(points: np.ndarray) -> Iterator[np.ndarray]:
    """The stretches of a line (lat, lon [deg]) whose segments touch BOX."""
    low, high = np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])
    keep = (high[:, 0] >= BOX[0]) & (low[:, 0] <= BOX[1]) & (high[:, 1] >= BOX[2]) & (low[:, 1] <= BOX[3])
    keep &= high[:, 1] - low[:, 1] < 180.0  # not the jump of a line that runs over the date line
    edges = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(np.int8)))
    for first, last in edges.reshape(-1, 2):
        yield points[first : last + 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("topojson", type=Path, help="countries-50m.json")
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    data = options.topojson.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(f"{options.topojson} is not the file this script was written for")
    topology = json.loads(data)
    count = owners(topology)
    (step_lon, step_lat), (lon0, lat0) = topology["transform"]["scale"], topology["transform"]["translate"]
    lengths, kinds, deltas = [], [], []
    for number, arc in enumerate(topology["arcs"]):
        grid = np.cumsum(np.array(arc), axis=0)[:, ::-1]  # whole steps of the topology, (lat, lon)
        for piece in cuts(grid * [step_lat, step_lon] + [lat0, lon0]):
            steps = np.round((piece - [lat0, lon0]) / [step_lat, step_lon]).astype(np.int32)
            lengths.append(len(steps))
            kinds.append(count[number] > 1)
            deltas.append(np.diff(steps, axis=0, prepend=0))
    np.savez_compressed(
        options.out,
        length=np.array(lengths, dtype=np.int32),
        border=np.array(kinds, dtype=bool),
        delta=np.concatenate(deltas).astype(np.int32),
        frame=np.array([lat0, lon0, step_lat, step_lon]),
    )
    print(options.out, options.out.stat().st_size, hashlib.sha256(options.out.read_bytes()).hexdigest())
    print(f"{len(lengths)} lines, {sum(kinds)} of them borders, {sum(lengths)} points")


if __name__ == "__main__":
    main()
