"""Fuzz the importers with atheris, which looks at what the bytes reach: `pip install atheris`, then

    python scripts/fuzz_imports.py [FOLDER] -max_total_time=300        other words are those of libFuzzer

FOLDER keeps the inputs that reached something new; a small good file of each kind is put there first. Ends with a crash file
for anything but a result or BadInput. The tests run the same importers under hypothesis.
"""

import json
import sys
import tempfile
from pathlib import Path

import atheris

import skyreach.intake.flights  # and with it what Numba compiles, which cannot be instrumented
from skyreach.errors import BadInput

with atheris.instrument_imports(include=["skyreach.formats", "skyreach.intake"]):
    import skyreach.formats.take_places  # imported when it is needed, and must be instrumented before
    import skyreach.intake.tracks  # noqa: F401
    from skyreach.formats.take import take

ACMI = "FileType=text/acmi/tacview\n0,ReferenceTime=2026-05-01T02:00:00Z\n#0\n1,T=30|40|5000,Name=F-16C\n#9\n1,T=30.02||\n"
CZML = {"id": "x", "position": {"epoch": "2026-05-01T02:00:00Z", "cartographicDegrees": [0, 30, 40, 5000, 10, 30.02, 40, 5000]}}
KML = "<kml xmlns='http://www.opengis.net/kml/2.2'><Placemark><Point><coordinates>30,40,0</coordinates></Point></Placemark></kml>"
SPOT = {"type": "Feature", "properties": {"name": "a"}, "geometry": {"type": "Point", "coordinates": [30, 40]}}
SBS = "MSG,3,1,1,4BA946,1,2026/05/01,01:30:{:02d}.000,2026/05/01,01:30:00.000,,10000,,,40.0{},32.5,,,,,,0\n"
FLIGHT = {"icao24": "a", "firstSeen": 0, "lastSeen": 4000, "estDepartureAirport": "LTAE", "estArrivalAirport": "LTAG"}
ROW = ["a", "b", "c", 0, 0, 30, 40, 5000, False, 200, 0, 0, None, 5000, None, False, 0]
SEEDS = (
    ("a.acmi", ACMI),
    ("a.czml", json.dumps([{"id": "document", "version": "1.0"}, CZML])),
    ("a.kml", KML),
    ("a.geojson", json.dumps({"type": "FeatureCollection", "features": [SPOT]})),
    ("a.csv", "time,icao24,lat,lon,baroaltitude,velocity\n0,a,40,30,5000,200\n10,a,40.02,30,5000,200\n"),
    ("b.csv", "name,lat,lon\na,40,30\n"),
    ("c.csv", "pressure_hpa,height_m,temperature_c,dewpoint_c\n1013,0,15,5\n898,1000,8,-1\n845,1500,5,-5\n"),
    ("d.csv", SBS.format(0, 0) + SBS.format(10, 2)),
    ("e.csv", "firstseen,lastseen,latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2\n0,900,40,30,1,41,30,2\n"),
    ("a.json", json.dumps({"icao": "a", "timestamp": 0, "trace": [[10 * n, 40 + 0.02 * n, 30, 9000, 200] for n in range(3)]})),
    ("b.json", json.dumps({"time": 0, "states": [ROW, [*ROW[:3], 10, 10, 30, 40.02, *ROW[7:]]]})),
    ("c.json", json.dumps({"icao24": "a", "path": [[10 * n, 40 + 0.02 * n, 30, 3000, 0, False] for n in range(3)]})),
    ("d.json", json.dumps([FLIGHT])),
    ("a.kmz", ""),
    ("a.parquet", ""),
)
KINDS = {"b.csv": "sites", "c.csv": "sounding", "d.csv": "traffic", "e.csv": "traffic"}
FOLDER = Path(tempfile.mkdtemp())


def plant(folder: Path) -> None:
    """Put the good files into the folder of inputs: the first byte of each is its number."""
    folder.mkdir(parents=True, exist_ok=True)
    for n, (name, text) in enumerate(SEEDS):
        (folder / f"seed-{name}").write_bytes(bytes([n]) + text.encode())


def one(data: bytes) -> None:
    """The first byte chooses the kind of file, the rest is its content."""
    if not data:
        return
    name = SEEDS[data[0] % len(SEEDS)][0]
    file = FOLDER / name
    file.write_bytes(data[1:])
    try:
        take(file, KINDS.get(name), system="f-16c" if name.endswith(("acmi", "czml")) else None, height=9000.0).to_yaml()
    except BadInput:
        pass


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word.startswith("-")]
    corpus = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), FOLDER / "inputs")
    plant(corpus)
    atheris.Setup([sys.argv[0], *words, str(corpus)], one)
    atheris.Fuzz()
