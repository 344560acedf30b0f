"""The answer of `network`: what it holds, and how it becomes rows, JSON, GeoJSON, files and pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import output
from skyreach.analysis.common_grid import MapGrid
from skyreach.analysis.coverage_data import km2
from skyreach.earth.grid import Dem

FORMATS = ("png", "json", "geojson", "kml", "tif")
KINDS = {"seen": "1 radar or more", "overlap": "2 radars or more", "gap": "enclosed by what is seen", "engageable": "1 fire unit"}


class Station(NamedTuple):
    """A radar of the network."""

    name: str
    system: str
    lat_deg: float
    lon_deg: float
    antenna: float  # m above ground
    r_max: float  # m, instrumented range


class NetworkLevel(NamedTuple):
    """One height: radars that see, and fire units that can engage at, each cell of the map; areas alone [m2]."""

    height: float  # m above ref
    radars: np.ndarray  # int16 (n_lat, n_lon)
    units: np.ndarray  # int16 (n_lat, n_lon)
    by_radar: tuple[float, ...]
    only_radar: tuple[float, ...]  # seen by no other
    by_unit: tuple[float, ...]

    @property
    def gap(self) -> np.ndarray:
        """Cells that no radar sees, all round enclosed by cells that one does."""
        from scipy.ndimage import binary_fill_holes

        seen = self.radars > 0
        return np.asarray(binary_fill_holes(seen)) & ~seen


@dataclass(frozen=True, eq=False)
class Network:
    """Coverage of a whole defence. Lengths [m], areas [m2] but in `table`, which has km2."""

    scenario: str
    title: str
    stations: tuple[Station, ...]
    fire_units: tuple[str, ...]
    ref: str
    target: str  # threat of the catalogue, or nothing
    rcs: float  # m2, in the X band where a target is given
    pd: float
    k: float
    refraction: dict[str, Any]
    convention: str = field(repr=False)
    environment: dict[str, Any] = field(repr=False)
    grid: MapGrid
    inside: np.ndarray = field(repr=False)  # cells within the instrumented range of a radar
    levels: tuple[NetworkLevel, ...] = field(repr=False)
    floors: tuple[np.ndarray, ...] = field(repr=False)  # lowest visible altitude [m msl] by radar, inf where nothing
    dem: Dem = field(repr=False)
    terrain: dict[str, Any] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    catalog_digest: str
    inputs: list[dict[str, Any]] = field(repr=False)
    jammers: tuple[str, ...] = ()  # as they were asked for
    burn_through: tuple[dict[str, Any], ...] = field(default=(), repr=False)  # as in `coverage`
    others: dict[str, "Network"] = field(default_factory=dict, repr=False)  # low and high of the catalogue

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """One row for each height: union, overlap, gaps, engageable union, and each radar and fire unit alone [km2]; with bands
        the unions at low and high too."""
        ends = {
            f"{kind}_km2_{end}": [row[f"{kind}_km2"] for row in other.table]
            for end, other in self.others.items() for kind in ("seen", "engageable")
        }  # fmt: skip
        return [self._row(level) | {key: values[i] for key, values in ends.items()} for i, level in enumerate(self.levels)]

    @property
    def floor(self) -> np.ndarray:
        """Lowest altitude that any radar sees [m above mean sea level], inf where none does."""
        return np.minimum.reduce(self.floors)

    def _row(self, level: NetworkLevel) -> dict[str, Any]:
        grid, names = self.grid, [s.name for s in self.stations]
        most = int(level.radars.max())
        seen = grid.area(level.radars > 0)
        circles = grid.area(self.inside)
        engage = bool(self.fire_units)
        return {
            "height_m": level.height,
            "ref": self.ref,
            "seen_km2": km2(seen),
            "seen_share": round(seen / circles, 6),
            "overlap_km2": {str(n): km2(grid.area(level.radars == n)) for n in range(1, most + 1)},
            "mean_overlap": round(grid.area(level.radars) / seen, 4) if seen else 0.0,
            "gaps_km2": km2(grid.area(level.gap)),
            "unseen_in_range_km2": km2(grid.area(self.inside & (level.radars == 0))),
            "engageable_km2": km2(grid.area(level.units > 0)) if engage else None,
            "radars_km2": dict(zip(names, map(km2, level.by_radar), strict=True)),
            "radars_only_km2": dict(zip(names, map(km2, level.only_radar), strict=True)),
            "fire_units_km2": dict(zip(self.fire_units, map(km2, level.by_unit), strict=True)),
        }

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach coverage SCENARIO --json`."""
        return {
            "scenario": self.scenario,
            "title": self.title,
            "radars": [
                {
                    "name": s.name, "system": s.system, "lat": round(s.lat_deg, 6), "lon": round(s.lon_deg, 6),
                    "antenna_m": round(s.antenna, 2), "range_km": s.r_max / 1e3,
                }
                for s in self.stations
            ],
            "fire_units": list(self.fire_units),
            "k": self.k,
            "target": self.target,
            "rcs": self.rcs,
            "environment": self.environment,
            "jammers": list(self.jammers),
            "burn_through": list(self.burn_through),
            "pd": self.pd,
            "in_range_km2": km2(self.grid.area(self.inside)),
            "grid": {"rows": self.grid.n_lat, "columns": self.grid.n_lon, "cell_km": round(self.grid.cell / 1e3, 3)},
            "terrain": self.terrain,
            "refraction": self.refraction,
            "convention": self.convention,
            "heights": self.table,
            "notes": list(self.notes),
            "catalog_digest": self.catalog_digest,
            "inputs": self.inputs,
        }  # fmt: skip

    def masks(self, level: NetworkLevel) -> dict[str, np.ndarray]:
        """The areas of a height by kind (KINDS) as masks."""
        masks = {"seen": level.radars > 0, "overlap": level.radars > 1, "gap": level.gap}
        return masks | ({"engageable": level.units > 0} if self.fire_units else {})

    @cached_property
    def __geo_interface__(self) -> dict[str, Any]:
        """GeoJSON FeatureCollection: a MultiPolygon for each height and kind, a Point for each radar."""
        from skyreach.analysis.exports import outlines_of

        common = {"scenario": self.scenario, "rcs_m2": self.rcs, "pd": self.pd, "k": self.k}
        features = []
        for level in self.levels:
            for kind, mask in self.masks(level).items():
                words = {
                    "kind": kind, "means": KINDS[kind], "height_m": level.height, "ref": self.ref,
                    "km2": km2(self.grid.area(mask)), **common,
                }  # fmt: skip
                shape = {"type": "MultiPolygon", "coordinates": outlines_of(self.grid, mask)}
                features.append({"type": "Feature", "properties": words, "geometry": shape})
        for station in self.to_dict()["radars"]:
            place = {"type": "Point", "coordinates": [station["lon"], station["lat"]]}
            features.append({"type": "Feature", "properties": {"kind": "radar", **station}, "geometry": place})
        about = {"terrain": self.terrain["name"], "warnings": self.terrain["warnings"], "notes": list(self.notes)}
        return {"type": "FeatureCollection", "features": features, "about": about}

    def to_xarray(self) -> Any:
        """An xarray.Dataset over height, latitude and longitude: radars and fire units by cell, lowest visible altitude."""
        deg = np.degrees
        flat = ("height", "lat", "lon")
        data = {
            "radars": (flat, np.array([level.radars for level in self.levels])),
            "fire_units": (flat, np.array([level.units for level in self.levels])),
            "floor": (("lat", "lon"), self.floor, {"units": "m", "reference": "mean sea level"}),
            "cell_area": (("lat",), self.grid.cell_area, {"units": "m2"}),
        }
        coords = {
            "height": ("height", [level.height for level in self.levels], {"units": "m", "reference": self.ref}),
            "lat": ("lat", deg(self.grid.lat), {"units": "degrees_north"}),
            "lon": ("lon", deg(self.grid.lon), {"units": "degrees_east"}),
        }
        about = {"scenario": self.scenario, "rcs_m2": self.rcs, "pd": self.pd, "k": self.k, "terrain": self.terrain["name"]}
        return output.xarray().Dataset(data, coords, about)

    def save(self, folder: str | Path, formats: Iterable[str] | None = None) -> list[Path]:
        """Writes coverage.png, .json, .geojson and .kml, floor.tif and floor-RADAR.tif (or those of formats)."""
        from skyreach.analysis import network_files

        return network_files.save(self, folder, output.chosen("coverage", formats, FORMATS))

    def _repr_html_(self) -> str:
        """Map and table for a notebook."""
        from skyreach.analysis.network_map import png

        columns = ["height_m", "seen_km2", "seen_share", "mean_overlap", "gaps_km2", "engageable_km2"]
        return output.image_tag(png(self)) + output.html_table(self.table, columns)
