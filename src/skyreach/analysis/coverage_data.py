"""The answer of `coverage`: what it holds, and how it becomes rows, JSON, GeoJSON, files and a picture."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import output
from skyreach.analysis.coverage_grid import POINTS, PolarGrid
from skyreach.analysis.coverage_rings import Polygon, polygons
from skyreach.earth.grid import Dem

KINDS = ("seen", "engageable")
FORMATS = ("json", "geojson", "png", "kml", "tif")


class Level(NamedTuple):
    """One height: masks bool (n_az, n_r) on the grid, and the area of each radar and missile alone [m2] by its id."""

    height: float  # m above ref
    seen: np.ndarray
    engageable: np.ndarray | None  # None: nothing that guides a missile, or no missile
    by_radar: dict[str, float]
    by_missile: dict[str, float]


@dataclass(frozen=True, eq=False)
class Coverage:
    """Areas seen and engageable around one site. Lengths [m], angles [rad] but for lat_deg and lon_deg."""

    system: str
    title: str
    place: str
    lat_deg: float
    lon_deg: float
    h_ground: float  # ellipsoidal height of the ground at the site
    undulation: float  # of the geoid at the site
    mast: str
    masts: dict[str, tuple[str, float]]  # radar: mast it stands on, antenna above ground
    guiding: tuple[str, ...]  # radars that guide missiles
    ref: str  # agl or msl
    target: str  # threat of the catalogue, or nothing
    rcs: float  # m2, in the X band where a target is given
    environment: dict[str, Any] = field(repr=False)  # Environment
    jammers: tuple[dict[str, Any], ...]
    burn_through: tuple[dict[str, Any], ...] = field(repr=False)  # by radar, see coverage_jamming
    pd: float
    k: float
    refraction: dict[str, Any]
    convention: str = field(repr=False)
    circle: float  # m
    circle_name: str  # what it is: advertised or instrumented range
    grid: PolarGrid
    levels: tuple[Level, ...] = field(repr=False)
    others: dict[str, tuple[Level, ...]] = field(repr=False)  # also low and high of the catalogue, and standard: k = 4/3
    terrain: dict[str, Any] = field(repr=False)  # Terrain.describe
    notes: tuple[str, ...] = field(repr=False)
    catalog_digest: str
    inputs: list[dict[str, Any]] = field(repr=False)  # every catalogue value behind the answer
    dem: Dem = field(repr=False)
    floors: dict[str, np.ndarray] = field(repr=False)  # floor map of each radar (n_az, n_r) [m, ellipsoidal]
    setting: Any = field(repr=False)  # coverage.Setting: what a further height needs

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """One row for each height: areas [km2], shares of the circle [1], radii of equal area and reach by direction [km]."""
        return [self._row(level) | self._others(i) for i, level in enumerate(self.levels)]

    def at_height(self, height: float) -> Level:
        """What is seen and reached at a further height [m], from the floor maps in hand."""
        return self.setting.level(height)  # type: ignore[no-any-return]

    @property
    def polar(self) -> dict[str, np.ndarray]:
        """Masks by kind, bool (heights, azimuths, ranges); the cells are those of `grid`."""
        masks = {kind: [getattr(level, kind) for level in self.levels] for kind in KINDS}
        return {kind: np.array(stack) for kind, stack in masks.items() if stack[0] is not None}

    @cached_property
    def shapes(self) -> dict[tuple[str, float], list[Polygon]]:
        """The areas as polygons in azimuth and range, by kind and height."""
        return {(kind, level.height): polygons(self.grid, getattr(level, kind)) for kind in self.polar for level in self.levels}

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """GeoJSON FeatureCollection, as GeoPandas and others take it (`GeoDataFrame.from_features(answer)`)."""
        from skyreach.analysis.coverage_geojson import features

        return features(self)

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach coverage --json`."""
        grid = self.grid
        return {
            "system": self.system,
            "title": self.title,
            "at": {
                "name": self.place, "lat": self.lat_deg, "lon": self.lon_deg,
                "ground_msl_m": round(self.h_ground - self.undulation, 1),
            },
            "mast": self.mast,
            "antennas": {key: {"mast": mast, "height_m": h} for key, (mast, h) in self.masts.items()},
            "k": self.k,
            "target": self.target,
            "rcs": self.rcs,
            "environment": self.environment,
            "jammers": plain(self.jammers),
            "burn_through": list(self.burn_through),
            "refraction": self.refraction,
            "convention": self.convention,
            "pd": self.pd,
            "circle": self.circle_name,
            "circle_km": self.circle / 1e3,
            "circle_km2": km2(float(grid.cap(self.circle))),
            "range_km": grid.r_max / 1e3,
            "grid": {"azimuths": grid.n_az, "ranges": grid.n_r, "range_step_km": grid.dr / 1e3},
            "directions_deg": [360.0 / POINTS * i for i in range(POINTS)],
            "terrain": self.terrain,
            "heights": self.table,
            "notes": list(self.notes),
            "catalog_digest": self.catalog_digest,
            "inputs": self.inputs,
        }  # fmt: skip

    def to_xarray(self) -> Any:
        """An xarray.Dataset over height, azimuth and ground range: masks by kind, and the floor map of each radar."""
        grid = self.grid
        data: dict[str, Any] = {kind: (("height", "azimuth", "range"), mask) for kind, mask in self.polar.items()}
        about = {"units": "m", "reference": "WGS84 ellipsoid"}
        data |= {f"floor_{key}": (("azimuth", "range"), floor, about) for key, floor in self.floors.items()}
        coords = {
            "height": ("height", [level.height for level in self.levels], {"units": "m", "reference": self.ref}),
            "azimuth": ("azimuth", np.arange(grid.n_az) * (360.0 / grid.n_az), {"units": "degrees"}),
            "range": ("range", (np.arange(grid.n_r) + 1) * grid.dr, {"units": "m"}),
        }
        words = {"system": self.system, "lat": self.lat_deg, "lon": self.lon_deg, "terrain": self.terrain["name"]}
        return output.xarray().Dataset(data, coords, words)

    def save(self, folder: str | Path, formats: Iterable[str] | None = None) -> list[Path]:
        """Writes coverage.json, .geojson, .png and .kml and floor-RADAR.tif (or those of formats) into a folder."""
        from skyreach.analysis import coverage_files

        return coverage_files.save(self, folder, output.chosen("coverage", formats, FORMATS))

    def _repr_html_(self) -> str:
        """Map and table for a notebook."""
        from skyreach.analysis.coverage_map import png

        columns = ["height_m", *(f"{kind}_{what}" for kind in self.polar for what in ("km2", "share", "radius_km"))]
        return output.image_tag(png(self)) + output.html_table(self.table, columns)

    def _row(self, level: Level) -> dict[str, Any]:
        row: dict[str, Any] = {"height_m": level.height, "ref": self.ref}
        for kind in KINDS:
            row |= self._figures(kind, getattr(level, kind))
        row["radars_km2"] = {key: km2(area) for key, area in level.by_radar.items()}
        row["missiles_km2"] = {key: km2(area) for key, area in level.by_missile.items()}
        return row

    def _others(self, i: int) -> dict[str, Any]:
        """Areas of height number i with the catalogue at both ends, and with k = 4/3, where they were asked for [km2]."""
        return {
            f"{kind}_km2_{name}": km2(self.grid.area(getattr(levels[i], kind)))
            for name, levels in self.others.items() for kind in self.polar
        }  # fmt: skip

    def _figures(self, kind: str, mask: np.ndarray | None) -> dict[str, Any]:
        """Columns of a row for one kind; None where the question does not arise."""
        names = ("km2", "share", "radius_km", "by_direction_km", "farthest_km")
        if mask is None:
            return {f"{kind}_{name}": None for name in names}
        grid = self.grid
        area, sectors = grid.area(mask), grid.area_by_direction(mask)
        values = (
            km2(area),
            round(area / float(grid.cap(self.circle)), 6),
            round(float(grid.radius_of(area)) / 1e3, 2),
            [round(float(r) / 1e3, 1) for r in grid.radius_of(sectors * POINTS)],
            [round(float(r) / 1e3, 1) for r in grid.farthest(mask)],
        )
        return {f"{kind}_{name}": value for name, value in zip(names, values, strict=True)}


def plain(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for JSON: a number that is none becomes null."""
    return [{key: None if value != value else value for key, value in row.items()} for row in rows]


def km2(area: float) -> float:
    """An area [m2] in km2 to 0.01."""
    return round(area / 1e6, 2)


def metres(height: float) -> str:
    """A height in words that fit a table: 100 m, 1,000 m."""
    return f"{height:,.0f} m" if math.isclose(height, round(height)) else f"{height:,g} m"
