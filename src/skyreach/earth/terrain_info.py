"""What elevation sources are, and what skyreach would take from them at a place or in a box.

    terrain_info("dted", at=[(31.5, 35.48)])["points"][0]["h_msl"]

Three heights are kept apart: h_msl above the geoid, h_ell above the WGS84 ellipsoid, and undulation = h_ell - h_msl.
"""

import math
from collections.abc import Iterable
from typing import Any

from skyreach.earth.geoid import GEOID_NAME
from skyreach.earth.grid import ground_height
from skyreach.earth.raster_heights import count_voids
from skyreach.earth.rasters import DEGREE, Raster
from skyreach.earth.terrain import Terrain, open_terrain
from skyreach.earth.terrain_sources import Box, Source, Spec, embedded_sources
from skyreach.errors import BadInput

COUNTED = 100_000_000
"""Cells of a source up to which its voids are counted without a box: some seconds."""
HALF = 1e-4
"""Half the side [deg] of the window that a height at a point is taken from (11 m)."""


def terrain_info(
    terrain: Spec = None,
    at: Iterable[tuple[float, float]] = (),
    bbox: tuple[float, float, float, float] | None = None,
) -> dict[str, Any]:
    """What the sources named by terrain (see open_terrain) are, and what they give at places and in a box.

    at: (latitude, longitude) [deg]; bbox: (west, south, east, north) [deg], west > east over the date line. Heights [m]
    are named h_msl (above the geoid) and h_ell (above the ellipsoid). Can be written as JSON."""
    box = None if bbox is None else _box(bbox)
    opened = open_terrain(terrain)
    out: dict[str, Any] = {"name": opened.name, "geoid": GEOID_NAME, "sources": [_source(s, box) for s in opened.sources]}
    if box is not None:
        part = opened.fresh()
        _shared(part, box).window(*(math.radians(v) for v in box))
        out["box"] = {"bbox": list(bbox or ()), **part.describe()}
    out["points"] = [_point(opened, lat, lon) for lat, lon in at]
    return out


def _box(bbox: tuple[float, float, float, float]) -> Box:
    west, south, east, north = bbox
    east += 360.0 if east < west else 0.0
    good = all(math.isfinite(v) for v in bbox) and -90 <= south < north <= 90 and -180 <= west < east <= west + 360
    if not good:
        text = ",".join(f"{v:g}" for v in bbox)
        allowed = "W,S,E,N in degrees, S below N; W greater than E goes over the date line"
        raise BadInput("terrain info: bbox", text, allowed, "--bbox 32,39,34,41")
    return south, north, west, east


def _shared(terrain: Terrain, box: Box) -> Terrain:
    """The terrain itself where a source of the user lies in the box, else what stands behind it."""
    reach = any(share > 0.0 for s in terrain.sources if s.rasters for _, share in s.offers(box))
    users = any(s.rasters or s.empty for s in terrain.sources)
    return terrain if reach or not users else Terrain("embedded", (), embedded_sources())


def _source(source: Source, box: Box | None) -> dict[str, Any]:
    """One source: kind, posting, extent, what its heights count from, voids, share of the box."""
    about: dict[str, Any] = {"name": source.name, "vertical": source.vertical()}
    about["posting_m"] = round(source.posting, 1) if math.isfinite(source.posting) else None
    if source.grid:
        about |= {"kind": "grid of the package", "files": 1, "unit": "m", "voids": 0}
        about |= dict(zip(("south", "north", "west", "east"), (round(v, 6) for v in source.bounds()), strict=True))
    elif source.rasters:
        about |= _files(source.rasters)
    if source.empty:
        about["cells_without_tile"] = len(source.empty)
    if box is not None:
        about["share_of_box"] = round(min(1.0, sum(share for _, share in source.offers(box))), 4)
    return about


def _files(rasters: Iterable[Raster]) -> dict[str, Any]:
    r = list(rasters)
    cells = sum(x.rows * x.columns for x in r)
    return {
        "kind": ", ".join(sorted({x.driver for x in r})),
        "files": len(r),
        "postings_m": sorted({round(x.posting, 1) for x in r}),
        "posting_arcsec": sorted({round(x.step_lat * 3600, 3) for x in r}),
        "crs": sorted({x.crs for x in r}),
        "unit": ", ".join(sorted({x.vertical.unit or "not said, taken as m" for x in r})),
        "south": round(min(x.south for x in r), 6),
        "north": round(max(x.north for x in r), 6),
        "west": round(min(x.west for x in r), 6),
        "east": round(max(x.east for x in r), 6),
        "cells": cells,
        "voids": sum(count_voids(x) for x in r) if cells <= COUNTED else None,
    }


def _point(terrain: Terrain, lat: float, lon: float) -> dict[str, Any]:
    """Heights of the ground at a place [deg], and where they are from."""
    if not (math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 360):
        raise BadInput("terrain info: at", f"{lat:g},{lon:g}", "latitude -90 to 90, longitude -180 to 360", "--at 40.08,32.57")
    half = HALF / max(math.cos(math.radians(lat)), 0.01)
    box = (max(lat - HALF, -90.0), min(lat + HALF, 90.0), lon - half, lon + half)
    part = terrain.fresh()
    used = _shared(part, box)
    dem = used.window(*(math.radians(v) for v in box))
    h_ell = float(ground_height(dem, math.radians(lat), math.radians(lon)))
    undulation = used.undulation(math.radians(lat), math.radians(lon))
    told = used.describe()
    words = [] if used is part else [f"outside {terrain.name}: from the packaged grids"]
    if told["uncovered_share"] > 0.0 and told["name"][:6] != "smooth":
        words.append("no terrain data: taken as sea level")
    words += [f"{n} void nodes filled from {by}" for s in told["sources"] for by, n in s.get("voids_filled_from", {}).items()]
    return {
        "lat_deg": lat, "lon_deg": lon, "h_msl": round(h_ell - undulation, 2), "h_ell": round(h_ell, 2),
        "undulation": round(undulation, 2), "geoid": GEOID_NAME, "posting_m": round(dem.dlat * 180 / math.pi * DEGREE, 1),
        "from": [s["name"] for s in told["sources"] if s["share"] > 0.0], "notes": words,
    }  # fmt: skip
