"""Files of a coverage around one site: JSON, GeoJSON, picture, KML by height, lowest visible altitude as GeoTIFF."""

import functools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from skyreach.analysis import output
from skyreach.analysis.common_grid import MapGrid, floor_on, map_grid, sea_level
from skyreach.analysis.coverage_data import Coverage
from skyreach.analysis.exports import geotiff, kml

COLOURS = {"seen": "66a85e2d", "engageable": "660a84d9", "circle": "33263fb3"}  # aabbggrr


def save(answer: Coverage, folder: str | Path, formats: list[str]) -> list[Path]:
    """Writes the files of these formats."""
    from skyreach.analysis.coverage_map import png

    makers: dict[str, dict[str, Callable[[], bytes]]] = {
        "json": {"coverage.json": lambda: output.json_bytes(answer.to_dict())},
        "geojson": {"coverage.geojson": lambda: output.compact_json(answer.__geo_interface__)},
        "png": {"coverage.png": lambda: png(answer)} | _more(answer),
        "kml": {"coverage.kml": lambda: _kml(answer)},
        "tif": {f"floor-{key}.tif": functools.partial(_floor, answer, key) for key in answer.floors},
    }
    contents = {name: make for kind in formats for name, make in makers[kind].items()}
    return output.write_files(folder, contents, "coverage")


def _more(answer: Coverage) -> dict[str, Callable[[], bytes]]:
    """Pictures of what was asked for beside the map."""
    from skyreach.analysis.coverage_extra import bands_png, refraction_png

    out: dict[str, Callable[[], bytes]] = {}
    if "low" in answer.others:
        out["coverage-bands.png"] = lambda: bands_png(answer)
    if "standard" in answer.others:
        out["coverage-refraction.png"] = lambda: refraction_png(answer)
    return out


def _kml(answer: Coverage) -> bytes:
    about = " ".join((*answer.notes, f"Terrain: {answer.terrain['name']}.", *answer.terrain["warnings"], output.MADE))
    return kml(f"{answer.title} at {answer.place}", answer.__geo_interface__["features"], COLOURS, about)


def grid_of(answer: Coverage) -> MapGrid:
    """The grid of the GeoTIFF: cells as long as the range step of the answer, at most 1000 to a side."""
    return map_grid([(math.radians(answer.lat_deg), math.radians(answer.lon_deg), answer.grid.r_max)], answer.grid.dr)


def _floor(answer: Coverage, key: str) -> bytes:
    grid = grid_of(answer)
    lat, lon = math.radians(answer.lat_deg), math.radians(answer.lon_deg)
    floor = floor_on(grid, lat, lon, answer.grid.dr, np.ascontiguousarray(answer.floors[key])) - sea_level(grid)
    tags = output.floor_tags(f"{key}, antenna {answer.masts[key][1]:g} m above ground", answer.convention, answer.terrain)
    return geotiff(grid, {"lowest visible altitude above mean sea level": floor}, tags)
