"""Files of a network's coverage: picture, JSON, GeoJSON, KML by height, lowest visible altitude as GeoTIFF."""

import functools
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from skyreach.analysis import output
from skyreach.analysis.exports import geotiff, kml
from skyreach.analysis.network_data import Network

COLOURS = {  # aabbggrr
    "seen": "66a85e2d", "overlap": "66c9a23b", "gap": "80263fb3", "engageable": "660a84d9", "radar": "ff263fb3",
}  # fmt: skip


def save(answer: Network, folder: str | Path, formats: list[str]) -> list[Path]:
    """Writes the files of these formats."""
    from skyreach.analysis.network_map import png

    makers: dict[str, dict[str, Callable[[], bytes]]] = {
        "png": {"coverage.png": lambda: png(answer)},
        "json": {"coverage.json": lambda: output.json_bytes(answer.to_dict())},
        "geojson": {"coverage.geojson": lambda: output.compact_json(answer.__geo_interface__)},
        "kml": {"coverage.kml": lambda: _kml(answer)},
        "tif": {"floor.tif": lambda: _floor(answer, answer.floor, "all radars")},
    }
    for station, floor in zip(answer.stations, answer.floors, strict=True):
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", station.name)
        makers["tif"][f"floor-{name}.tif"] = functools.partial(_floor, answer, floor, station.name)
    contents = {name: make for kind in formats for name, make in makers[kind].items()}
    return output.write_files(folder, contents, "coverage")


def _kml(answer: Network) -> bytes:
    about = " ".join((*answer.notes, f"Terrain: {answer.terrain['name']}.", *answer.terrain["warnings"], output.MADE))
    return kml(f"{answer.title or answer.scenario}: coverage", answer.__geo_interface__["features"], COLOURS, about)


def _floor(answer: Network, floor: np.ndarray, radar: str) -> bytes:
    tags = output.floor_tags(radar, answer.convention, answer.terrain)
    return geotiff(answer.grid, {"lowest visible altitude above mean sea level": floor}, tags)
