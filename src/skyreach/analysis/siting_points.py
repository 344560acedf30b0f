"""Places for `site`: candidate points (a grid, the highest ground, or the user's list) and assets and routes to cover."""

import csv
import io
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.earth.geodesy import gaussian_radius, geodesic_direct, geodesic_inverse
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import Dem, ground_height, undulation
from skyreach.errors import BadInput
from skyreach.scenario.surroundings import SEA_LEVEL

MOST = 400  # candidates
ROUTE_STEP = 1000.0  # m between the points of a route


class Point(NamedTuple):
    """A place with its name [deg]."""

    name: str
    lat: float
    lon: float


class Region(NamedTuple):
    """Where candidates may lie: a disc, or a box (south, north, west, east [deg]) around its middle."""

    lat: float
    lon: float
    radius: float  # m, of the disc, or from the middle of the box to its corners
    box: tuple[float, float, float, float] | None

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a position [deg] lies in the region."""
        if self.box is not None:
            south, north, west, east = self.box
            return south - 1e-9 <= lat <= north + 1e-9 and west - 1e-9 <= lon <= east + 1e-9
        ends = (math.radians(x) for x in (self.lat, self.lon, lat, lon))
        return float(geodesic_inverse(*ends)[0]) <= self.radius * (1.0 + 1e-9)

    def bounds(self) -> tuple[float, float, float, float]:
        """South, north, west, east [deg]."""
        if self.box is not None:
            return self.box
        up = math.degrees(self.radius / gaussian_radius(math.radians(self.lat)))
        along = up / math.cos(math.radians(self.lat))
        return self.lat - up, self.lat + up, self.lon - along, self.lon + along


class Cover(NamedTuple):
    """An asset (one point) or a route (several) to be seen: positions [deg] and worth beside the others."""

    name: str
    kind: str  # asset or route
    points: list[tuple[float, float]]
    weight: float


def region_of_box(values: list[float]) -> Region:
    """The region of south, west, north, east [deg]."""
    if len(values) != 4:
        raise BadInput("site: bbox", values, "south,west,north,east in degrees", "39.5,32.0,40.5,33.5")
    south, west, north, east = values
    if not (-89.0 < south < north < 89.0 and -180.0 <= west < east <= 360.0 and east - west < 20.0):
        given = ", ".join(f"{v:g}" for v in values)
        raise BadInput("site: bbox", given, "south < north, west < east, less than 20 degrees wide")
    lat, lon = 0.5 * (south + north), 0.5 * (west + east)
    ends = [math.radians(x) for x in (lat, lon, south, west)]
    other = [math.radians(x) for x in (lat, lon, north, west)]
    radius = max(float(geodesic_inverse(*ends)[0]), float(geodesic_inverse(*other)[0]))
    return Region(lat, lon, radius, (south, north, west, east))


def grid_points(region: Region, side: int) -> list[Point]:
    """A grid of side by side points over the region, those within it, from north to south and west to east."""
    if not 1 <= side <= 20:
        raise BadInput("site: grid", side, "1 to 20 points to a side")
    south, north, west, east = region.bounds()
    part = (np.arange(side) + 0.5) / side
    out: list[Point] = []
    for lat in north - part * (north - south):
        for lon in west + part * (east - west):
            if region.holds(float(lat), float(lon)):
                out.append(Point(f"p{len(out) + 1}", float(lat), float(lon)))
    return out


def highest_points(region: Region, dem: Dem, number: int) -> list[Point]:
    """The highest nodes of the terrain in the region, far enough apart to spread over half of it."""
    if not 1 <= number <= MOST:
        raise BadInput("site: highest", number, f"1 to {MOST} points")
    south, north, west, east = region.bounds()
    apart = math.sqrt(math.pi * region.radius**2 / (4.0 * number))
    row, column = (math.radians(south) - dem.lat0) / dem.dlat, (math.radians(west) - dem.lon0) / dem.dlon
    first = (max(math.ceil(row), 0), max(math.ceil(column), 0))
    last = (int((math.radians(north) - dem.lat0) / dem.dlat) + 1, int((math.radians(east) - dem.lon0) / dem.dlon) + 1)
    window = dem.h[first[0] : last[0], first[1] : last[1]]
    out: list[Point] = []
    for flat in np.argsort(-window, axis=None, kind="stable"):
        i, j = divmod(int(flat), window.shape[1])
        lat = math.degrees(dem.lat0 + (first[0] + i) * dem.dlat)
        lon = math.degrees(dem.lon0 + (first[1] + j) * dem.dlon)
        if not region.holds(lat, lon) or any(_metres(lat, lon, p) < apart for p in out):
            continue
        out.append(Point(f"p{len(out) + 1}", lat, lon))
        if len(out) == number:
            break
    return out


def _metres(lat: float, lon: float, point: Point) -> float:
    """Distance [m] on a plane, good enough to keep points apart."""
    across = (lon - point.lon) * math.cos(math.radians(lat))
    return math.radians(math.hypot(lat - point.lat, across)) * 6.371e6


def usable(points: list[Point], dem: Dem, max_slope: float | None, water: bool) -> tuple[list[Point], list[str]]:
    """The points that are neither steeper than max_slope [deg] nor (water False) in water, and notes on the others.

    Slope between the ground one posting to each side; water is ground at sea level."""
    if max_slope is not None and not 0.0 < max_slope <= 90.0:
        raise BadInput("site: max-slope", f"{max_slope:g}", "above 0, up to 90 degrees")
    geoid = load_geoid()
    kept, steep, wet = [], 0, 0
    for point in points:
        lat, lon = math.radians(point.lat), math.radians(point.lon)
        north = (ground_height(dem, lat + dem.dlat, lon) - ground_height(dem, lat - dem.dlat, lon)) / (2.0 * dem.dlat)
        east = (ground_height(dem, lat, lon + dem.dlon) - ground_height(dem, lat, lon - dem.dlon)) / (2.0 * dem.dlon)
        slope = math.degrees(math.atan(math.hypot(north, east / math.cos(lat)) / 6.371e6))
        if not water and abs(ground_height(dem, lat, lon) - undulation(geoid, lat, lon)) < SEA_LEVEL:
            wet += 1
        elif max_slope is not None and slope > max_slope:
            steep += 1
        else:
            kept.append(point)
    notes = [f"{wet} candidates in water left out."] if wet else []
    notes += [f"{steep} candidates steeper than {max_slope:g} degrees left out."] if steep else []
    return kept, notes


def listed_points(source: str | Path | list[Any], where: str) -> list[Point]:
    """Points from "lat,lon;lat,lon", a list of (lat, lon), a CSV file (lat, lon, name) or a GeoJSON file."""
    covers = listed_covers(source, where)
    lines = [c.name for c in covers if c.kind == "route"]
    if lines:
        raise BadInput(where, f"{lines[0]} is a line", "points")
    return [Point(c.name, *c.points[0]) for c in covers]


def listed_covers(source: str | Path | list[Any], where: str) -> list[Cover]:
    """Assets and routes from text, a list, or a file; lines of GeoJSON are routes, `value` is the worth."""
    if not isinstance(source, str | Path):
        return [_cover(where, n, "", [pair], 1.0, "asset") for n, pair in enumerate(source, 1)]
    path = Path(source)
    if path.suffix.lower() in (".csv", ".geojson", ".json"):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            reason = getattr(fault, "strerror", None) or "not UTF-8 text"
            raise BadInput(f"{where}: {source}", reason, "a readable file") from None
        read = _from_csv if path.suffix.lower() == ".csv" else _from_geojson
        return read(text, f"{where}: {source}")
    pairs = [part.split(",") for part in str(source).split(";") if part.strip()]
    if not pairs:
        raise BadInput(where, source or "nothing", "lat,lon;lat,lon, or a file .csv or .geojson")
    return [_cover(where, n, "", [pair], 1.0, "asset") for n, pair in enumerate(pairs, 1)]


def _from_csv(text: str, where: str) -> list[Cover]:
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not {"lat", "lon"} <= set(rows[0]):
        raise BadInput(where, "no columns lat and lon" if rows else "no rows", "a first line lat,lon or name,lat,lon,value")
    return [
        _cover(f"{where}:{n + 1}", n, row.get("name") or "", [(row["lat"], row["lon"])], row.get("value") or 1.0, "asset")
        for n, row in enumerate(rows, 1)
    ]


def _from_geojson(text: str, where: str) -> list[Cover]:
    try:
        features = json.loads(text)["features"]
        parts = [(f.get("properties") or {}, f["geometry"]["type"], f["geometry"]["coordinates"]) for f in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput(where, "not a FeatureCollection", "GeoJSON with points and lines") from None
    out = []
    for n, (words, kind, coordinates) in enumerate(parts, 1):
        if kind not in ("Point", "LineString"):
            raise BadInput(f"{where} feature {n}", kind, "Point, LineString")
        line = [coordinates] if kind == "Point" else coordinates
        try:
            pairs = [(pair[1], pair[0]) for pair in line]
        except (TypeError, IndexError, KeyError):
            raise BadInput(f"{where} feature {n}", "bad coordinates", "[longitude, latitude]") from None
        name = str(words.get("name") or "")
        what = "asset" if kind == "Point" else "route"
        out.append(_cover(f"{where} feature {n}", n, name, pairs, words.get("value", 1.0), what))
    if not out:
        raise BadInput(where, "no features", "points or lines")
    return out


def _cover(where: str, number: int, name: str, pairs: list[Any], weight: Any, kind: str) -> Cover:
    """One asset or route, checked."""
    try:
        points = [(float(lat), float(lon)) for lat, lon in pairs]
        worth = float(weight)
    except (TypeError, ValueError):
        raise BadInput(f"{where}, number {number}", pairs, "latitude,longitude in degrees", "40.08,32.57") from None
    for lat, lon in points:
        if not (abs(lat) <= 89.0 and abs(lon) <= 360.0):
            raise BadInput(f"{where}, number {number}", f"{lat:g},{lon:g}", "latitude -89 to 89, longitude -180 to 180")
    if not (0.0 < worth < 1e9):
        raise BadInput(f"{where}, number {number}: value", weight, "a number above 0")
    if kind == "route":
        if len(points) < 2:
            raise BadInput(f"{where}, number {number}", "a line of one point", "two or more")
        points = [p for a, b in pairwise(points) for p in _between(a, b)] + [points[-1]]
    return Cover(name or f"{kind[0]}{number}", kind, points, worth)


def _between(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
    """Points of the geodesic from a to b [deg], a but not b, ROUTE_STEP apart or less."""
    lat, lon = math.radians(a[0]), math.radians(a[1])
    length, azimuth, _ = geodesic_inverse(lat, lon, math.radians(b[0]), math.radians(b[1]))
    steps = max(math.ceil(length / ROUTE_STEP), 1)
    ends = (geodesic_direct(lat, lon, azimuth, length * n / steps) for n in range(steps))
    return [(math.degrees(end[0]), math.degrees(end[1])) for end in ends]
