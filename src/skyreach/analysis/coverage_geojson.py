"""GeoJSON of a coverage answer (RFC 7946): shells counterclockwise, holes clockwise, 0.1 m.

Near the date line longitudes run on beyond 180 degrees instead of being cut, as map libraries draw them.
"""

import math
from typing import Any

import numpy as np

from skyreach.analysis.coverage_data import Coverage, km2
from skyreach.analysis.coverage_rings import ARC, Polygon
from skyreach.earth.geodesy import TWO_PI
from skyreach.earth.polar_ground import positions

DIGITS = 6  # of a degree


def features(answer: Coverage) -> dict[str, Any]:
    """GeoJSON FeatureCollection: a MultiPolygon for each height and kind, and one for the advertised circle."""
    out = []
    for row in answer.table:
        for kind in answer.polar:
            figures = {name: row[f"{kind}_{name}"] for name in ("km2", "share", "radius_km")}
            properties = {"kind": kind, "height_m": row["height_m"], "ref": answer.ref, **figures}
            out.append(_feature(answer, answer.shapes[kind, row["height_m"]], properties))
    az = np.arange(ARC) * (-TWO_PI / ARC)
    circle = [Polygon([(az, np.full(ARC, answer.circle))])]
    properties = {"kind": "circle", "radius_km": answer.circle / 1e3, "km2": km2(float(answer.grid.cap(answer.circle)))}
    out.append(_feature(answer, circle, properties))
    about = {"terrain": answer.terrain["name"], "warnings": answer.terrain["warnings"], "notes": list(answer.notes)}
    return {"type": "FeatureCollection", "features": out, "about": about}


def _feature(answer: Coverage, shapes: list[Polygon], properties: dict[str, Any]) -> dict[str, Any]:
    common = {
        "system": answer.system, "at": answer.place, "mast": answer.mast, "rcs_m2": answer.rcs, "pd": answer.pd, "k": answer.k,
    }  # fmt: skip
    coordinates = [[_ring(answer, az, s) for az, s in shape.rings] for shape in shapes]
    geometry = {"type": "MultiPolygon", "coordinates": coordinates}
    return {"type": "Feature", "properties": {**properties, **common}, "geometry": geometry}


def _ring(answer: Coverage, az: np.ndarray, s: np.ndarray) -> list[list[float]]:
    """Corners as [longitude, latitude] in degrees, the first one repeated at the end."""
    out = np.empty((az.size, 2))
    positions(math.radians(answer.lat_deg), math.radians(answer.lon_deg), az, s, out)
    lat, lon = np.degrees(out[:, 0]), np.degrees(out[:, 1])
    lon += 360.0 * np.round((answer.lon_deg - lon) / 360.0)
    pairs = np.round(np.column_stack([lon, lat]), DIGITS).tolist()
    return [*pairs, pairs[0]]
