"""Coverage for other people's tools: GeoTIFF of a map, KML of GeoJSON features, polygons of a mask."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skyreach.analysis.common_grid import MapGrid

NODATA = -9999.0
KML = "http://www.opengis.net/kml/2.2"
DIGITS = 6  # of a degree


def geotiff(grid: MapGrid, bands: Mapping[str, np.ndarray], tags: Mapping[str, str]) -> bytes:
    """A float32 GeoTIFF in EPSG:4326, one band for each array (n_lat, n_lon) [m]; nothing there is NODATA.

    Rows run from north to south, pixels are areas, longitudes may run on beyond 180 degrees."""
    import rasterio
    from affine import Affine
    from rasterio.io import MemoryFile

    deg = math.degrees
    north = deg(grid.south + grid.n_lat * grid.dlat)
    transform = Affine(deg(grid.dlon), 0.0, deg(grid.west), 0.0, -deg(grid.dlat), north)
    profile = {
        "driver": "GTiff", "width": grid.n_lon, "height": grid.n_lat, "count": len(bands), "dtype": "float32",
        "crs": "EPSG:4326", "transform": transform, "nodata": NODATA, "compress": "deflate", "predictor": 3, "tiled": True,
    }  # fmt: skip
    with rasterio.Env(), MemoryFile() as file:
        with file.open(**profile) as target:
            for number, (name, values) in enumerate(bands.items(), 1):
                clean = np.where(np.isfinite(values), values, NODATA).astype(np.float32)
                target.write(clean[::-1], number)
                target.set_band_description(number, name)
                target.update_tags(number, units="m")
            target.update_tags(**tags)
        return bytes(file.getbuffer())


def outlines_of(grid: MapGrid, mask: np.ndarray) -> list[list[list[list[float]]]]:
    """Coordinates of a GeoJSON MultiPolygon around the marked cells [deg], along their borders; cells that touch at a
    corner only are kept apart."""
    from affine import Affine
    from rasterio.features import shapes

    deg = math.degrees
    transform = Affine(deg(grid.dlon), 0.0, deg(grid.west), 0.0, deg(grid.dlat), deg(grid.south))
    found = shapes(mask.astype(np.uint8), mask=mask, connectivity=4, transform=transform)
    return [[_ring(ring, n == 0) for n, ring in enumerate(shape["coordinates"])] for shape, _ in found]


def _ring(ring: Sequence[tuple[float, float]], shell: bool) -> list[list[float]]:
    """A closed ring, shells counterclockwise and holes clockwise (RFC 7946)."""
    x, y = np.array(ring).T
    doubled = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    points = np.round(np.column_stack([x, y]), DIGITS).tolist()
    return points if (doubled > 0.0) == shell else points[::-1]


def kml(title: str, features: Sequence[Mapping[str, Any]], colours: Mapping[str, str], about: str) -> bytes:
    """KML 2.2 of GeoJSON features (MultiPolygon, Point), one folder for each height and one for what has none.

    colours: kind of feature -> aabbggrr, as KML writes colours. Shapes lie on the ground."""
    ET.register_namespace("", KML)
    root = ET.Element(f"{{{KML}}}kml")
    document = _sub(root, "Document")
    _sub(document, "name", title)
    _sub(document, "description", about)
    for kind, colour in colours.items():
        style = _sub(document, "Style", id=kind)
        _sub(_sub(style, "LineStyle"), "color", "ff" + colour[2:])
        _sub(_sub(style, "PolyStyle"), "color", colour)
    folders: dict[str, ET.Element] = {}
    for feature in features:
        height = feature["properties"].get("height_m")
        name = "places" if height is None else f"{height:,g} m {feature['properties'].get('ref', '')}".strip()
        if name not in folders:
            folders[name] = _sub(document, "Folder")
            _sub(folders[name], "name", name)
        _placemark(folders[name], feature)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _placemark(folder: ET.Element, feature: Mapping[str, Any]) -> None:
    words = feature["properties"]
    mark = _sub(folder, "Placemark")
    _sub(mark, "name", str(words.get("name") or words["kind"]))
    _sub(mark, "styleUrl", f"#{words['kind']}")
    data = _sub(mark, "ExtendedData")
    for key, value in words.items():
        if value is not None:
            _sub(_sub(data, "Data", name=key), "value", str(value))
    geometry = feature["geometry"]
    if geometry["type"] == "Point":
        _sub(_sub(mark, "Point"), "coordinates", _text([geometry["coordinates"]]))
        return
    shapes = _sub(mark, "MultiGeometry")
    for shell, *holes in geometry["coordinates"]:
        polygon = _sub(shapes, "Polygon")
        for name, rings in (("outerBoundaryIs", [shell]), ("innerBoundaryIs", holes)):
            for ring in rings:
                _sub(_sub(_sub(polygon, name), "LinearRing"), "coordinates", _text(ring))


def _sub(parent: ET.Element, tag: str, text: str | None = None, /, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{KML}}}{tag}", attributes)
    element.text = text
    return element


def _text(points: Sequence[Sequence[float]]) -> str:
    return " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)
