"""The answer of `site`: what it holds, and how it becomes rows, JSON, GeoJSON, files and a picture."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import output
from skyreach.analysis.common_grid import MapGrid
from skyreach.analysis.coverage_data import km2
from skyreach.analysis.siting_choice import Choice, cover_of
from skyreach.analysis.siting_points import Cover
from skyreach.earth.grid import Dem
from skyreach.errors import BadInput

FORMATS = ("png", "csv", "json", "geojson")


class Candidate(NamedTuple):
    """A place, and the share of what is to be seen that a radar there sees, by height and on average."""

    name: str
    lat_deg: float
    lon_deg: float
    ground_msl: float
    shares: tuple[float, ...]
    score: float


@dataclass(frozen=True, eq=False)
class Siting:
    """Candidates for a radar and the best k of them. Lengths [m]; shares are of all that is to be seen."""

    radar: str
    title: str
    mast: str
    antenna: float
    heights: tuple[float, ...]
    ref: str
    target: str  # threat of the catalogue, or nothing
    rcs: float  # m2, in the X band where a target is given
    pd: float
    k: float
    convention: str = field(repr=False)
    environment: dict[str, Any] = field(repr=False)
    centre: tuple[float, float]  # deg
    radius: float
    within: float
    grid: MapGrid | None = field(repr=False)
    inside: np.ndarray | None = field(repr=False)
    covers: tuple[Cover, ...] = field(repr=False)
    seen: np.ndarray = field(repr=False)  # bool (candidates, heights, demand)
    weight: np.ndarray = field(repr=False)
    choice: Choice
    candidates: tuple[Candidate, ...] = field(repr=False)
    dem: Dem = field(repr=False)
    terrain: dict[str, Any] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    catalog_digest: str
    inputs: list[dict[str, Any]] = field(repr=False)

    @property
    def total_km2(self) -> float | None:
        """Area of interest [km2]; None where assets and routes are to be seen."""
        if self.grid is None or self.inside is None:
            return None
        return km2(self.grid.area(self.inside))

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """One row for each candidate, the best first: share and area [km2] seen by height."""
        order = sorted(range(len(self.candidates)), key=lambda i: (-self.candidates[i].score, i))
        return [self._row(rank, i) for rank, i in enumerate(order, 1)]

    def _row(self, rank: int, i: int) -> dict[str, Any]:
        c = self.candidates[i]
        row: dict[str, Any] = {
            "rank": rank, "name": c.name, "lat": round(c.lat_deg, 6), "lon": round(c.lon_deg, 6),
            "ground_msl_m": round(c.ground_msl, 1), "score": round(c.score, 6),
            "chosen": self.choice.chosen.index(i) + 1 if i in self.choice.chosen else None,
        }  # fmt: skip
        for height, share in zip(self.heights, c.shares, strict=True):
            row[f"share_{height:g}_m"] = round(share, 6)
            if self.total_km2 is not None:
                row[f"km2_{height:g}_m"] = round(share * self.total_km2, 1)
        return row

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The rows of the chosen candidates, in the order of their gain."""
        return sorted((row for row in self.table if row["chosen"]), key=lambda row: row["chosen"])

    def _together(self) -> dict[str, Any]:
        """What the chosen ones see together, and how sure it is that no others see more."""
        choice, rows = self.choice, list(self.choice.chosen)
        by_height = self.seen[rows].any(axis=0) @ self.weight
        flat, weights = self._flat()
        steps = [cover_of(flat, weights, choice.chosen[: n + 1]) for n in range(len(rows))]
        return {
            "sites": [self.candidates[i].name for i in rows],
            "share": round(choice.covered, 6),
            "share_by_height": {f"{h:g}": round(float(s), 6) for h, s in zip(self.heights, by_height, strict=True)},
            "share_with_first": [round(s, 6) for s in steps],
            "bound": round(choice.bound, 6),
            "gap": round(choice.gap, 6),
            "method": choice.method,
            "status": choice.status,
            "greedy_sites": [self.candidates[i].name for i in choice.greedy],
            "greedy_share": round(choice.greedy_covered, 6),
        }

    def _flat(self) -> tuple[np.ndarray, np.ndarray]:
        n = len(self.heights)
        return self.seen.reshape(len(self.candidates), -1), np.tile(self.weight / n, n)

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach site --json`."""
        return {
            "radar": self.radar, "title": self.title, "mast": self.mast, "antenna_m": self.antenna,
            "heights_m": list(self.heights), "ref": self.ref, "target": self.target, "rcs": self.rcs, "pd": self.pd, "k": self.k,
            "environment": self.environment,
            "centre": {"lat": round(self.centre[0], 6), "lon": round(self.centre[1], 6)},
            "radius_km": round(self.radius / 1e3, 3), "within_km": round(self.within / 1e3, 3), "total_km2": self.total_km2,
            "covers": [
                {"name": c.name, "kind": c.kind, "value": c.weight, "seen_by_chosen": self._cover_share(n)}
                for n, c in enumerate(self.covers)
            ],
            "together": self._together(), "candidates": self.table, "terrain": self.terrain,
            "convention": self.convention, "notes": list(self.notes),
            "catalog_digest": self.catalog_digest, "inputs": self.inputs,
        }  # fmt: skip

    def _cover_share(self, number: int) -> float:
        """Share of an asset or route that the chosen see, mean over heights."""
        first = sum(len(c.points) for c in self.covers[:number])
        part = self.seen[list(self.choice.chosen), :, first : first + len(self.covers[number].points)]
        return round(float(part.any(axis=0).mean()), 4)

    def union(self, height: int) -> np.ndarray:
        """What the chosen see together at the height of that index, as a mask on the grid."""
        if self.inside is None:
            raise BadInput("site: union", "assets and routes", "an area of interest")
        mask = np.zeros(self.inside.shape, np.bool_)
        mask[self.inside] = self.seen[list(self.choice.chosen), height].any(axis=0)
        return mask

    @cached_property
    def __geo_interface__(self) -> dict[str, Any]:
        """GeoJSON FeatureCollection: candidates, assets and routes, and what the chosen see together by height."""
        from skyreach.analysis.exports import outlines_of

        features: list[dict[str, Any]] = []
        for row in self.table:
            place = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
            features.append({"type": "Feature", "properties": {"kind": "candidate", **row}, "geometry": place})
        for n, cover in enumerate(self.covers):
            line = [[round(lon, 6), round(lat, 6)] for lat, lon in cover.points]
            asset = cover.kind == "asset"
            shape = {"type": "Point", "coordinates": line[0]} if asset else {"type": "LineString", "coordinates": line}
            words = {"kind": cover.kind, "name": cover.name, "value": cover.weight, "seen": self._cover_share(n)}
            features.append({"type": "Feature", "properties": words, "geometry": shape})
        if self.grid is not None:
            for n, height in enumerate(self.heights):
                mask = self.union(n)
                words = {"kind": "seen", "height_m": height, "ref": self.ref, "km2": km2(self.grid.area(mask))}
                shapes = {"type": "MultiPolygon", "coordinates": outlines_of(self.grid, mask)}
                features.append({"type": "Feature", "properties": words, "geometry": shapes})
        about = {"terrain": self.terrain["name"], "warnings": self.terrain["warnings"], "notes": list(self.notes)}
        return {"type": "FeatureCollection", "features": features, "about": about}

    def to_xarray(self) -> Any:
        """An xarray.Dataset over candidates and heights: shares, places."""
        data = {
            "share": (("candidate", "height"), np.array([c.shares for c in self.candidates])),
            "score": ("candidate", [c.score for c in self.candidates]),
            "lat": ("candidate", [c.lat_deg for c in self.candidates], {"units": "degrees_north"}),
            "lon": ("candidate", [c.lon_deg for c in self.candidates], {"units": "degrees_east"}),
        }
        coords = {"candidate": [c.name for c in self.candidates], "height": ("height", list(self.heights), {"units": "m"})}
        return output.xarray().Dataset(data, coords, {"radar": self.radar, "terrain": self.terrain["name"]})

    def save(self, folder: str | Path, formats: Iterable[str] | None = None) -> list[Path]:
        """Writes site.png, .csv, .json and .geojson (or those of formats) into a folder."""
        from skyreach.analysis.siting_map import png

        makers = {
            "png": lambda: png(self), "csv": self._csv, "json": lambda: output.json_bytes(self.to_dict()),
            "geojson": lambda: output.compact_json(self.__geo_interface__),
        }  # fmt: skip
        return output.write_files(folder, {f"site.{n}": makers[n] for n in output.chosen("site", formats, FORMATS)}, "site")

    def _csv(self) -> bytes:
        import csv
        import io

        out = io.StringIO()
        writer = csv.DictWriter(out, list(self.table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.table)
        return out.getvalue().encode()

    def _repr_html_(self) -> str:
        """Map and table of the best for a notebook."""
        from skyreach.analysis.siting_map import png

        return output.image_tag(png(self)) + output.html_table(self.table[:20], self.table[0])

    def middle(self) -> tuple[float, float]:
        """The middle of the candidates [rad]."""
        return math.radians(self.centre[0]), math.radians(self.centre[1])
