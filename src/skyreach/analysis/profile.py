"""The terrain between two points: ground, straight ray, first Fresnel zone, what can be seen from A, and diffraction.

    profile("murted", (39.9, 32.1), height_b=300).clear

Heights are kept over the sphere that fits the ellipsoid at A (earth/floor.py) and rays are straight over a sphere of
k times its radius. Terrain is bilinear between its nodes and sampled at most a quarter of a posting apart. Left out: trees,
buildings, ducting, reflection.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis import output
from skyreach.catalog import load
from skyreach.earth.floor import convention
from skyreach.earth.geodesy import gaussian_radius, geodesic_inverse
from skyreach.earth.geoid import load_geoid
from skyreach.earth.grid import ground_height, undulation
from skyreach.earth.path import above_sphere, path_floor, path_points
from skyreach.earth.terrain import Terrain, open_terrain
from skyreach.earth.terrain_sources import Spec
from skyreach.errors import BadInput
from skyreach.jit import kernel
from skyreach.physics import diffraction
from skyreach.physics.radar import wavelength_of
from skyreach.physics.refraction import ray_height
from skyreach.scenario.surroundings import sea_of

K = 4.0 / 3.0  # ITU-R P.834-9, section 6
PIECE = 50e3  # m of path for which one window of terrain is read
SPACING = 250.0  # m, the widest between samples
CLOSE, FINENESS = 5.0, 500.0  # m; samples are range / FINENESS apart near A, but not closer than CLOSE
SHORTEST, LONGEST = 50.0, 1000e3  # m
LINE = 200  # points of the path in GeoJSON
FORMATS = ("png", "svg", "csv", "json", "geojson")


class End(NamedTuple):
    """One end of the path: heights in m above mean sea level."""

    name: str
    lat_deg: float
    lon_deg: float
    ground_msl: float
    h_msl: float  # of the antenna or target
    h_agl: float


class Obstruction(NamedTuple):
    """A stretch of ground above the straight ray."""

    first: float  # m from A
    last: float
    top: float  # where it stands highest above the ray
    above_ray: float  # m, there
    lat_deg: float  # of the top
    lon_deg: float
    ground_msl: float


@dataclass(frozen=True, eq=False)
class Profile:
    """A path over the terrain. Arrays (n,) along it: distance from A [m], heights above mean sea level [m]."""

    a: End
    b: End
    ref: str
    k: float
    frequency: float  # Hz
    polarisation: str
    length: float  # m, along the geodesic
    azimuth: float  # at A [rad]
    distance: np.ndarray = field(repr=False)
    points: np.ndarray = field(repr=False)  # (n, 2) lat, lon [deg]
    ground: np.ndarray = field(repr=False)
    ray: np.ndarray = field(repr=False)
    fresnel: np.ndarray = field(repr=False)  # radius of the first zone [m]
    floor: np.ndarray = field(repr=False)  # lowest visible altitude from A
    bulge: np.ndarray = field(repr=False)  # m, of the effective earth above the chord from A to B
    obstructions: tuple[Obstruction, ...]
    losses: dict[str, float]  # dB
    sea_share: float
    terrain: dict[str, Any] = field(repr=False)

    @property
    def clear(self) -> bool:
        """Whether no ground reaches the straight ray."""
        return not self.obstructions

    @property
    def fresnel_clearance(self) -> float:
        """Least height of the ray over the ground, in radii of the first Fresnel zone; negative where it is cut."""
        inside = self.fresnel > 0.0
        return float(np.min((self.ray - self.ground)[inside] / self.fresnel[inside]))

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach profile --json`; the samples are in the CSV file."""
        floor = output.finite(self.floor[-1], 1)
        return {
            "a": _end(self.a),
            "b": _end(self.b),
            "ref": self.ref,
            "k": self.k,
            "frequency_ghz": self.frequency / 1e9,
            "polarisation": self.polarisation,
            "length_km": round(self.length / 1e3, 4),
            "azimuth_deg": round(math.degrees(self.azimuth), 3),
            "clear": self.clear,
            "fresnel_clearance": round(self.fresnel_clearance, 3),
            "floor_at_b_msl_m": floor,
            "floor_at_b_agl_m": None if floor is None else round(floor - self.b.ground_msl, 1),
            "losses_db": {name: round(value, 2) for name, value in self.losses.items()},
            "sea_share": round(self.sea_share, 4),
            "obstructions": [
                {
                    "from_km": round(o.first / 1e3, 3), "to_km": round(o.last / 1e3, 3), "top_km": round(o.top / 1e3, 3),
                    "above_ray_m": round(o.above_ray, 1), "lat": round(o.lat_deg, 6), "lon": round(o.lon_deg, 6),
                    "ground_msl_m": round(o.ground_msl, 1),
                }
                for o in self.obstructions
            ],
            "samples": int(self.distance.size),
            "terrain": self.terrain,
            "convention": convention(self.k),
        }  # fmt: skip

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """GeoJSON FeatureCollection: the path, and the highest point of each obstruction."""
        pick = np.unique(np.linspace(0, len(self.points) - 1, LINE).round().astype(int))
        coordinates = [[round(lon, 6), round(lat, 6)] for lat, lon in self.points[pick].tolist()]
        words = {name: value for name, value in self.to_dict().items() if isinstance(value, (int, float, str, bool))}
        line = {"type": "LineString", "coordinates": coordinates}
        features: list[dict[str, Any]] = [{"type": "Feature", "properties": {"kind": "path", **words}, "geometry": line}]
        for o in self.to_dict()["obstructions"]:
            place = {"type": "Point", "coordinates": [o["lon"], o["lat"]]}
            features.append({"type": "Feature", "properties": {"kind": "obstruction", **o}, "geometry": place})
        return {"type": "FeatureCollection", "features": features}

    def to_xarray(self) -> Any:
        """An xarray.Dataset over the distance from A [m]."""
        names = ("ground", "ray", "fresnel", "floor", "bulge")
        data = {name: ("distance", getattr(self, name), {"units": "m"}) for name in names}
        coords = {
            "distance": ("distance", self.distance, {"units": "m"}),
            "lat": ("distance", self.points[:, 0], {"units": "degrees_north"}),
            "lon": ("distance", self.points[:, 1], {"units": "degrees_east"}),
        }
        about = {"k": self.k, "frequency_hz": self.frequency, "terrain": self.terrain["name"], "heights": "mean sea level"}
        return output.xarray().Dataset(data, coords, about)

    def save(self, folder: str | Path, formats: Iterable[str] | None = None) -> list[Path]:
        """Writes profile.png, .svg, .csv, .json and .geojson (or those of formats) into a folder."""
        from skyreach.analysis.profile_chart import chart

        makers = {
            "png": lambda: chart(self, "png"),
            "svg": lambda: chart(self, "svg"),
            "csv": self._csv,
            "json": lambda: output.json_bytes(self.to_dict()),
            "geojson": lambda: output.compact_json(self.__geo_interface__),
        }
        names = output.chosen("profile", formats, FORMATS)
        return output.write_files(folder, {f"profile.{name}": makers[name] for name in names}, "profile")

    def _csv(self) -> bytes:
        columns = {
            "distance_m": (self.distance, 1), "lat": (self.points[:, 0], 6), "lon": (self.points[:, 1], 6),
            "ground_msl_m": (self.ground, 1), "ray_msl_m": (self.ray, 1), "fresnel_radius_m": (self.fresnel, 2),
            "floor_msl_m": (self.floor, 1), "bulge_m": (self.bulge, 2),
        }  # fmt: skip
        return output.csv_bytes(columns)

    def _repr_png_(self) -> bytes:
        """The chart for a notebook."""
        from skyreach.analysis.profile_chart import chart

        return chart(self, "png")


def _end(end: End) -> dict[str, Any]:
    return {
        "name": end.name, "lat": end.lat_deg, "lon": end.lon_deg, "ground_msl_m": round(end.ground_msl, 1),
        "height_msl_m": round(end.h_msl, 1), "height_agl_m": round(end.h_agl, 1),
    }  # fmt: skip


def profile(
    a: given.Spot,
    b: given.Spot,
    height_a: float = 24.0,
    height_b: float = 100.0,
    ref: str = "agl",
    k: float = K,
    frequency_ghz: float = 3.0,
    polarisation: str = "h",
    terrain: Spec = None,
) -> Profile:
    """The terrain from A to B along the geodesic, and what it does to a ray between them.

    a, b: names of sites or (latitude, longitude) in degrees; height_a: antenna above the ground [m]; height_b: target
    above ref, agl (ground) or msl (mean sea level) [m]; k: effective earth radius over earth radius; frequency_ghz:
    0.01 to 100; polarisation: h or v, of the diffraction over the smooth earth; terrain: see open_terrain.
    Validated: test_profile (horizon, knife edge, floor map, WP 3M profile)."""
    cat = load()
    spot_a, spot_b = given.spot(cat, a, "profile: A"), given.spot(cat, b, "profile: B")
    _check(height_a, height_b, ref, k, frequency_ghz, polarisation)
    lat, lon = math.radians(spot_a.lat), math.radians(spot_a.lon)
    length, azimuth, _ = geodesic_inverse(lat, lon, math.radians(spot_b.lat), math.radians(spot_b.lon))
    if not SHORTEST <= length <= LONGEST:
        allowed = f"{SHORTEST / 1e3:g} to {LONGEST / 1e3:,.0f} km"
        raise BadInput("profile: distance from A to B", f"{length / 1e3:,.3f} km", allowed)
    source = open_terrain(terrain)
    distance, points, h_ell = terrain_along(source, lat, lon, azimuth, length, "profile")
    s, ground = np.empty_like(distance), np.empty_like(distance)
    above_sphere(lat, lon, points, h_ell, s, ground)
    geoid = load_geoid()
    sea = ground - h_ell + np.array([undulation(geoid, *point) for point in points])  # sphere height of mean sea level
    h_a = ground[0] + height_a
    h_b = ground[-1] + height_b if ref == "agl" else sea[-1] + height_b
    if h_b < ground[-1]:
        text = f"{height_b:g} m above mean sea level, ground at {ground[-1] - sea[-1]:.0f} m"
        raise BadInput("profile: height of B", text, "a height above the ground", "--ref agl")
    k_radius, wavelength = k * gaussian_radius(lat), wavelength_of(frequency_ghz * 1e9)
    ray, fresnel, bulge, floor = (np.empty_like(s) for _ in range(4))
    _rays(s, h_a, h_b, k_radius, wavelength, ray, fresnel, bulge)
    path_floor(s, ground, h_a, k_radius, floor)
    weight = np.gradient(s)
    sea_share = float(np.sum(weight * sea_of(ground, sea)) / np.sum(weight))
    surfaces = [(cat[name].si("permittivity"), cat[name].si("conductivity")) for name in ("farmland", "sea")]
    losses = _losses(s, ground, h_a, h_b, ray, k_radius, frequency_ghz * 1e9, sea_share, surfaces, int(polarisation == "v"))
    return Profile(
        a=End(spot_a.name, spot_a.lat, spot_a.lon, float(ground[0] - sea[0]), float(h_a - sea[0]), float(height_a)),
        b=End(spot_b.name, spot_b.lat, spot_b.lon, float(ground[-1] - sea[-1]), float(h_b - sea[-1]), float(h_b - ground[-1])),
        ref=ref, k=float(k), frequency=frequency_ghz * 1e9, polarisation=polarisation, length=float(length),
        azimuth=float(azimuth), distance=distance, points=np.degrees(points), ground=ground - sea, ray=ray - sea,
        fresnel=fresnel, floor=floor - sea, bulge=bulge,
        obstructions=_obstructions(distance, points, ground - sea, ground - ray),
        losses=losses, sea_share=sea_share, terrain=source.describe(),
    )  # fmt: skip


def _check(height_a: float, height_b: float, ref: str, k: float, frequency_ghz: float, polarisation: str) -> None:
    """BadInput for numbers out of range."""
    limits = {
        "height of A": (height_a, 0.1, given.TOP, "m above ground"), "height of B": (height_b, -500.0, given.TOP, "m"),
        "k": (k, 0.3, 100.0, ""), "frequency": (frequency_ghz, 0.01, 100.0, "GHz"),
    }  # fmt: skip
    for name, (value, low, high, unit) in limits.items():
        if not low <= given.number(f"profile: {name}", value, unit) <= high:
            raise BadInput(f"profile: {name}", f"{value:g} {unit}".strip(), f"{low:g} to {high:,g} {unit}".strip())
    if ref == "agl" and height_b < 0.0:
        raise BadInput("profile: height of B", f"{height_b:g} m", "0 or more above the ground")
    if ref not in ("agl", "msl"):
        raise BadInput("profile: ref", ref, "agl (above ground), msl (above mean sea level)")
    if polarisation not in ("h", "v"):
        raise BadInput("profile: polarisation", polarisation, "h (horizontal), v (vertical)")


def terrain_along(
    source: Terrain, lat: float, lon: float, azimuth: float, length: float, verb: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(distances [m], points (n, 2) [rad], ellipsoidal heights of the ground [m]) along a geodesic, both ends included.

    Samples lie a quarter of a posting apart, closer near the start: a crest between them is cut by an eighth of its flank."""
    cuts = np.linspace(0.0, length, max(math.ceil(length / PIECE), 1) + 1)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for first, last in pairwise(cuts):
        way = _points(lat, lon, azimuth, np.linspace(first, last, 33))
        if np.abs(way[:, 0]).max() > math.radians(89.0):
            raise BadInput(f"{verb}: path", "within one degree of a pole", "paths farther from the poles")
        rim = 2e-5  # rad, so that no side of the box is zero
        low, high = way.min(axis=0) - rim, way.max(axis=0) + rim
        dem = source.window(low[0], high[0], low[1], high[1])
        posting = min(dem.dlat, dem.dlon * math.cos(way[0, 0])) * 6.371e6
        distance = _samples(first, last, min(0.25 * posting, SPACING))
        points = _points(lat, lon, azimuth, distance)
        parts.append((distance, points, np.array([ground_height(dem, *point) for point in points])))
    distances, points, heights = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    keep = np.concatenate([[True], np.diff(distances) > 0.0])  # pieces share their ends
    return distances[keep], points[keep], heights[keep]


def _points(lat: float, lon: float, azimuth: float, distance: np.ndarray) -> np.ndarray:
    out = np.empty((distance.size, 2))
    path_points(lat, lon, azimuth, distance, out)
    return out


def _samples(first: float, last: float, spacing: float) -> np.ndarray:
    """Distances from first to last [m], at most `spacing` apart and closer near zero."""
    out = [first]
    while out[-1] < last:
        step = min(max(out[-1] / FINENESS, min(CLOSE, 0.5 * spacing)), spacing)
        if step >= spacing:
            return np.concatenate([out, np.linspace(out[-1], last, math.ceil((last - out[-1]) / spacing) + 1)[1:]])
        out.append(min(out[-1] + step, last))
    return np.array(out)


@kernel
def _rays(s, h_a, h_b, k_radius, wavelength, ray, fresnel, bulge):
    """Heights of the straight ray, radii of the first Fresnel zone, and heights of the effective earth over the chord
    between its ends, all [m], at ground ranges s [m]. Writes ray, fresnel, bulge."""
    total = s[s.size - 1]
    for i in range(s.size):  # i sample
        ray[i] = ray_height(s[i], total, h_a, h_b, k_radius)
        fresnel[i] = diffraction.fresnel_radius(s[i], total - s[i], wavelength)
        bulge[i] = 0.5 * s[i] * (total - s[i]) / k_radius


def _losses(
    s: np.ndarray, ground: np.ndarray, h_a: float, h_b: float, ray: np.ndarray, k_radius: float, frequency: float,
    sea_share: float, surfaces: list[tuple[float, float]], vertical: int,
) -> dict[str, float]:  # fmt: skip
    """Losses over free space [dB]: at the worst single edge, over the smooth sphere, and delta-Bullington.

    surfaces: relative permittivity and conductivity [S/m] of land and sea."""
    wavelength, total = wavelength_of(frequency), s[-1]
    worst = 1 + int(np.argmax(((ground - ray) / np.sqrt(s * (total - s)).clip(min=1e-9))[1:-1]))  # highest in Fresnel zones
    nu = diffraction.edge_parameter(ground[worst] - ray[worst], s[worst], total - s[worst], wavelength)
    base_a, base_b = diffraction.smooth_surface(s, ground, h_a, h_b)
    land, sea = surfaces
    sphere, whole = diffraction.delta_bullington(
        s, ground, h_a, h_b, base_a, base_b, k_radius, frequency, sea_share, land, sea, vertical
    )
    return {
        "knife_edge": float(diffraction.knife_edge_fit(nu)), "smooth_sphere": float(sphere), "delta_bullington": float(whole),
    }  # fmt: skip


def _obstructions(distance: np.ndarray, points: np.ndarray, ground: np.ndarray, rise: np.ndarray) -> tuple[Obstruction, ...]:
    """Stretches where the ground rises [m] above the ray."""
    above = rise > 0.0
    rims = np.flatnonzero(np.diff(np.concatenate([[False], above, [False]]).astype(np.int8)))
    out = []
    for first, end in rims.reshape(-1, 2):
        top = first + int(np.argmax(rise[first:end]))
        lat, lon = np.degrees(points[top])
        places = (float(distance[first]), float(distance[end - 1]), float(distance[top]))
        out.append(Obstruction(*places, float(rise[top]), float(lat), float(lon), float(ground[top])))
    return tuple(out)
