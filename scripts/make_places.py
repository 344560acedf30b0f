"""Makes viewer/src/data/places.json: names and places of large cities for the map.

Source: Natural Earth 1:110 million populated places (public domain), as naturalearth_cities.shp and .dbf in the wheel of
geopandas 0.14.4 on PyPI.

    pip download --no-deps geopandas==0.14.4 && python scripts/make_places.py geopandas-0.14.4-py3-none-any.whl
"""

import argparse
import hashlib
import json
import struct
import zipfile
from pathlib import Path

FOLDER = "geopandas/datasets/naturalearth_cities/naturalearth_cities"
SHA256 = "f1274d6262d7e5484e4198743658ccc2760d58b2f28f720070969c1a210d9c68"
TARGET = Path(__file__).parents[1] / "viewer" / "src" / "data" / "places.json"


def points(shp: bytes) -> list[tuple[float, float]]:
    """Longitude and latitude [deg] of each record of a shapefile of points (ESRI Shapefile, 1998: header of 100 bytes,
    records of 8 + 20 bytes)."""
    return [struct.unpack_from("<dd", shp, at + 12) for at in range(100, len(shp), 28)]


def names(dbf: bytes) -> list[str]:
    """The first field of each record of a dBase table."""
    count, head, size = struct.unpack_from("<IHH", dbf, 4)
    width = dbf[32 + 16]  # length of the first field
    return [dbf[head + i * size + 1 : head + i * size + 1 + width].decode("latin-1").strip() for i in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    with zipfile.ZipFile(options.wheel) as archive:
        shp, dbf = archive.read(f"{FOLDER}.shp"), archive.read(f"{FOLDER}.dbf")
    if hashlib.sha256(shp + dbf).hexdigest() != SHA256:
        raise SystemExit(f"{options.wheel} does not hold the file this script was written for")
    rows = [[name, round(lon, 3), round(lat, 3)] for name, (lon, lat) in zip(names(dbf), points(shp), strict=True)]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(sorted(rows), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(rows)} places in {options.out}")


if __name__ == "__main__":
    main()
