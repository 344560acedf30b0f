"""Vertical coverage diagram (Blake chart): where a radar detects a target, over range and height in one direction.

    vcd("1l119", rcs=2.5).table

The echo is that of a run (physics/echo.py): from the radar's reference figure, with air, rain and the factor of direct and
reflected ray over a rough sphere, diffraction near and beyond the horizon (physics/two_ray.py). The reference figure is
taken as one in free space; the beam looks at the target, whatever its elevation within the limits. With a site, what the
terrain hides in that direction is taken away; the reflecting surface stays smooth, at the height of the ground below the
radar. Left out: clutter, jamming, reflection by hills.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis import output
from skyreach.analysis.coverage_sight import Eye, map_params
from skyreach.analysis.profile import K, terrain_along
from skyreach.catalog import load
from skyreach.earth.floor import convention
from skyreach.earth.geodesy import gaussian_radius
from skyreach.earth.path import above_sphere, path_floor
from skyreach.earth.terrain import open_terrain
from skyreach.earth.terrain_sources import Spec
from skyreach.errors import BadInput
from skyreach.jit import kernel
from skyreach.physics.detection import required_snr
from skyreach.physics.echo import detected_with, signal_of
from skyreach.physics.path_loss import loss_at
from skyreach.physics.refraction import elevation_of, height_from_range, slant_range_of
from skyreach.physics.two_ray import field_factor
from skyreach.scenario.order_of_battle import Draft, fill_rows, radar_columns
from skyreach.scenario.surroundings import Surroundings
from skyreach.world.codes import ACQUISITION, BLUE

HEIGHTS = (50.0, 100.0, 300.0, 500.0, 1000.0, 3000.0, 5000.0, 10_000.0)  # m, of the table
RANGES, ROWS, MOST_ROWS = 320, 500, 2400  # cells of the diagram
PER_LOBE = 10  # rows for a lobe
STEPS = 4000  # points along a height
LATITUDE = 45.0  # deg, whose osculating sphere stands for the smooth earth
FORMATS = ("png", "svg", "csv", "json")


class Surface(NamedTuple):
    """What reflects."""

    name: str  # surface of the catalogue
    wet: bool
    permittivity: float
    conductivity: float  # S/m
    roughness: float  # standard deviation of height [m]


class Scene(NamedTuple):
    """The radar and what lies around it, as the kernel takes them."""

    row: np.void  # of TABLES["radars"]
    loss: np.ndarray  # of air and rain (heights, ranges), see physics.path_loss
    surface: Surface
    h_ant: float  # above the surface [m]
    h_ground: float  # of the surface, ellipsoidal [m]
    r_eff: float  # m
    rcs: float  # m2
    swerling: int
    ground: tuple[np.ndarray, np.ndarray, np.ndarray] | None  # ranges, ground, lowest visible height [m]


@dataclass(frozen=True, eq=False)
class Vcd:
    """A vertical coverage diagram. Arrays over elevation (rows) and slant range (columns); heights over the surface [m]."""

    radar: str
    title: str
    mast: str
    place: str
    azimuth_deg: float | None  # None: smooth earth
    k: float
    target: str
    rcs: float
    pds: tuple[float, ...]
    polarisation: str
    environment: dict[str, Any] = field(repr=False)
    scene: Scene = field(repr=False)
    el_max: float  # rad
    elevation: np.ndarray = field(repr=False)  # rad
    r_slant: np.ndarray = field(repr=False)  # m
    height: np.ndarray = field(repr=False)
    factor: np.ndarray = field(repr=False)  # one-way propagation factor [1], 0 where hidden
    odds: np.ndarray = field(repr=False)  # probability of detection in one look [1]
    heights: tuple[float, ...]
    terrain: dict[str, Any] | None = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    inputs: list[dict[str, Any]] = field(repr=False)

    def free_space(self, pd: float) -> float:
        """Slant range [m] of detection with probability pd without surface, air and horizon, within the instrumented range."""
        row, scene = self.scene.row, self.scene
        needed = row["cfar_loss"] * required_snr(scene.swerling, pd, row["n_pulses"], row["pfa"])
        reach = row["r_ref"] * (scene.rcs / row["rcs_ref"] * row["snr_ref"] / needed) ** 0.25
        return float(min(reach, row["r_max"]))

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """One row for each height and Pd: farthest detection, the range up to which it never fails, share detected."""
        return [self._row(height, pd) for height in self.heights for pd in self.pds]

    def _row(self, height: float, pd: float) -> dict[str, Any]:
        s = np.linspace(0.0, float(self.r_slant[-1]), STEPS + 1)[1:]
        _, odds = _fields(self.scene, s, np.full_like(s, height))
        found = odds >= pd
        farthest = float(s[found][-1]) if found.any() else 0.0
        first = int(np.argmax(found))
        lost = np.flatnonzero(~found[first:])
        without_gap = float(s[first + lost[0] - 1]) if found.any() and lost.size else farthest
        below = s <= farthest
        return {
            "height_m": height,
            "pd": pd,
            "farthest_km": round(farthest / 1e3, 2),
            "without_gap_km": round(without_gap / 1e3, 2),
            "share_of_it_seen": round(float(found[below].mean()), 4) if farthest else 0.0,
            "free_space_km": round(self.free_space(pd) / 1e3, 2),
        }

    def to_dict(self) -> dict[str, Any]:
        """The document of `skyreach vcd --json`; the diagram itself is in the CSV file."""
        row, scene = self.scene.row, self.scene
        return {
            "radar": self.radar,
            "title": self.title,
            "at": self.place,
            "azimuth_deg": self.azimuth_deg,
            "mast": self.mast,
            "antenna_m": scene.h_ant,
            "frequency_ghz": round(float(row["frequency"]) / 1e9, 6),
            "k": self.k,
            "target": self.target.rstrip(": ") or None,
            "rcs": self.rcs,
            "surface": scene.surface._asdict(),
            "polarisation": self.polarisation,
            "environment": self.environment,
            "lobe_spacing_deg": round(math.degrees(_lobe(row, scene.h_ant)), 4),
            "heights": self.table,
            "terrain": self.terrain,
            "convention": convention(self.k),
            "notes": list(self.notes),
            "inputs": self.inputs,
        }

    def contour(self, pd: float) -> np.ndarray:
        """Farthest slant range of detection [m] at each elevation, 0 where there is none."""
        found = self.odds >= pd
        last = found.shape[1] - 1 - np.argmax(found[:, ::-1], axis=1)
        return np.asarray(np.where(found.any(axis=1), self.r_slant[last], 0.0))

    def to_xarray(self) -> Any:
        """An xarray.Dataset over elevation and slant range: propagation factor, Pd, height."""
        flat = ("elevation", "range")
        data = {"factor": (flat, self.factor), "pd": (flat, self.odds), "height": (flat, self.height, {"units": "m"})}
        coords = {
            "elevation": ("elevation", np.degrees(self.elevation), {"units": "degrees"}),
            "range": ("range", self.r_slant, {"units": "m"}),
        }
        about = {"radar": self.radar, "rcs_m2": self.rcs, "k": self.k, "surface": self.scene.surface.name}
        return output.xarray().Dataset(data, coords, about)

    def save(self, folder: str | Path, formats: Iterable[str] | None = None) -> list[Path]:
        """Writes vcd.png, .svg, .csv and .json (or those of formats) into a folder."""
        from skyreach.analysis.vcd_chart import chart

        makers = {
            "png": lambda: chart(self, "png"), "svg": lambda: chart(self, "svg"), "csv": self._csv,
            "json": lambda: output.json_bytes(self.to_dict()),
        }  # fmt: skip
        names = output.chosen("vcd", formats, FORMATS)
        return output.write_files(folder, {f"vcd.{name}": makers[name] for name in names}, "vcd")

    def _csv(self) -> bytes:
        columns = {"elevation_deg": (np.degrees(self.elevation), 5)}
        columns |= {f"farthest_km_pd_{pd:g}": (self.contour(pd) / 1e3, 3) for pd in self.pds}
        return output.csv_bytes(columns)

    def _repr_html_(self) -> str:
        """Chart and table for a notebook."""
        from skyreach.analysis.vcd_chart import chart

        return output.image_tag(chart(self, "png")) + output.html_table(self.table, self.table[0])


def vcd(
    radar: str,
    at: given.Spot | None = None,
    azimuth_deg: float = 0.0,
    mast: str = "none",
    rcs: float | None = None,
    target: str | None = None,
    pd: Iterable[float] = (0.5, 0.9),
    heights: Iterable[float] = HEIGHTS,
    surface: str = "land",
    roughness: float | None = None,
    polarisation: str | None = None,
    range_km: float | None = None,
    k: float = K,
    terrain: Spec = None,
    environment: Mapping[str, Any] | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Vcd:
    """The vertical coverage diagram of a radar of the catalogue in one direction.

    at: None for a smooth earth, else where the terrain along azimuth_deg hides; rcs [m2] (1 if nothing is said, Swerling 1),
    or target: a threat of the catalogue, head-on in the band of the radar; pd: probabilities of detection in one look;
    heights of the table [m] above the surface; surface: land or sea, as environment has them (land, sea_state), or with a
    roughness of its own [m]; polarisation: h or v, that of the radar if None; range_km: of the diagram; environment: keys of
    scenario.environment. Validated: test_vcd (lobe angles, twice free space, yardstick V5)."""
    cat = load(dict(overrides or {}))
    item = cat[radar]
    if item.kind != "radar":
        raise BadInput(f"vcd: {item.key} is a {item.kind}", allowed=", ".join(i.key for i in cat.items("radar")))
    h_ant = given.masts(cat, [item], mast, "vcd")[item.key][1]
    levels = given.heights(heights, "vcd")
    eye = given.eye(cat, rcs, target, "vcd")
    pds = tuple(sorted({given.number("vcd: pd", value, "1") for value in pd}))
    if not pds:
        raise BadInput("vcd: pd", "none", "one or more", "0.5,0.9")
    for value in pds:
        given.numbers(eye.rcs[0], k, "agl", value, [item], "vcd")
    spot = given.spot(cat, at, "vcd: at") if at is not None else given.Place("smooth earth", LATITUDE, 0.0)
    place = None if at is None else (math.radians(spot.lat), math.radians(spot.lon))
    around = Surroundings(given.environment(environment, "vcd"), cat, float(k), place)
    r_max = given.map_range(range_km, item.si("instrumented_range"), "vcd")
    if not 0.0 <= given.number("vcd: azimuth", azimuth_deg, "degrees") <= 360.0:
        raise BadInput("vcd: azimuth", azimuth_deg, "0 to 360 degrees from true north")
    ground, about, h_ground = None, None, 0.0
    if at is not None:
        ground, about, h_ground = _ground(spot, math.radians(azimuth_deg), h_ant, r_max, around.k, terrain)
    draft = Draft(item.key, spot.lat, spot.lon, h_ant, radar_columns(item, int(ACQUISITION), int(BLUE), 0, 0.0))
    rows = fill_rows("radars", [draft], [h_ground])
    _polarise(rows, polarisation)
    around.complete(rows)
    scene = _scene(around, rows, surface, roughness, h_ant, h_ground, eye, ground)
    el, enough = _elevations(scene, item.si("elevation_min"), item.si("elevation_max"), r_max)
    r = np.linspace(0.0, r_max, RANGES + 1)[1:]
    s, h = np.empty((el.size, r.size)), np.empty((el.size, r.size))
    _places(h_ant, scene.r_eff, el, r, s, h)
    factor, odds = _fields(scene, s.ravel(), h.ravel())
    return Vcd(
        radar=item.key, title=item.title, mast=mast, place=spot.name, azimuth_deg=float(azimuth_deg) if ground else None,
        k=around.k, target=target or "", rcs=scene.rcs, pds=pds, polarisation="v" if rows[0]["vertical"] else "h",
        environment=around.env.model_dump(exclude_none=True), scene=scene, el_max=item.si("elevation_max"), elevation=el,
        r_slant=r, height=h, factor=factor.reshape(h.shape), odds=odds.reshape(h.shape), heights=tuple(levels), terrain=about,
        notes=_notes(scene, enough, around), inputs=cat.used(),
    )  # fmt: skip


def _polarise(rows: np.ndarray, polarisation: str | None) -> None:
    """Write the polarisation asked for into rows of radars."""
    if polarisation not in (None, "h", "v"):
        raise BadInput("vcd: polarisation", polarisation, "h (horizontal), v (vertical)")
    if polarisation is not None:
        rows["vertical"] = int(polarisation == "v")


def _scene(
    around: Surroundings, rows: np.ndarray, surface: str, roughness: float | None, h_ant: float, h_ground: float, eye: Eye,
    ground: tuple[np.ndarray, np.ndarray, np.ndarray] | None,
) -> Scene:  # fmt: skip
    if surface not in ("land", "sea"):
        raise BadInput("vcd: surface", surface, "land, sea")
    p = map_params(around, 1.0)[0]
    rough = float(p[f"{surface}_roughness"]) if roughness is None else given.number("vcd: roughness", roughness, "m")
    if not 0.0 <= rough <= 1000.0:
        raise BadInput("vcd: roughness", f"{rough:g} m", "0 (smooth) to 1000 m")
    name = "sea" if surface == "sea" else around.land.key
    kind = Surface(name, surface == "sea", float(p[f"{surface}_permittivity"]), float(p[f"{surface}_conductivity"]), rough)
    row = rows[0]
    r_eff = around.k * float(row["radius"])
    return Scene(row, around.losses(rows)[0], kind, h_ant, h_ground, r_eff, eye.rcs[row["band"]], eye.swerling, ground)


def _lobe(row: np.void, h_ant: float) -> float:
    """Elevation from lobe to lobe over a plane near the horizon [rad]."""
    return 0.5 * float(row["wavelength"]) / h_ant


def _ground(
    spot: given.Place, azimuth: float, h_ant: float, r_max: float, k: float, terrain: Spec
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], dict[str, Any], float]:
    """(ranges, ground and lowest visible height along the azimuth [m], over the ground at the radar), the terrain, and the
    ellipsoidal height of the ground at the radar [m]."""
    lat, lon = math.radians(spot.lat), math.radians(spot.lon)
    source = open_terrain(terrain)
    _, points, h_ell = terrain_along(source, lat, lon, azimuth, r_max, "vcd")
    s, ground, floor = np.empty_like(h_ell), np.empty_like(h_ell), np.empty_like(h_ell)
    above_sphere(lat, lon, points, h_ell, s, ground)
    ground -= h_ell[0]  # the sphere of the diagram touches the ground at the radar: 1 km in 6371 is left out
    path_floor(s, ground, h_ant, k * float(gaussian_radius(lat)), floor)
    return (s, ground, floor), source.describe(), float(h_ell[0])


def _elevations(scene: Scene, el_min: float, el_max: float, r_max: float) -> tuple[np.ndarray, bool]:
    """Elevations of the diagram [rad], denser near the horizon, and whether every lobe has its rows."""
    dip = -1.5 * math.sqrt(2.0 * scene.h_ant / scene.r_eff) - 0.5 * r_max / scene.r_eff
    low = max(el_min, dip)
    wanted = math.ceil(1.5 * (el_max - low) * PER_LOBE / _lobe(scene.row, scene.h_ant))
    part = np.linspace(0.0, 1.0, min(max(wanted, ROWS), MOST_ROWS)) ** 1.5
    return low + part * (el_max - low), wanted <= MOST_ROWS


@kernel
def _places(h_ant, r_eff, el, r, s, h):
    """Ground ranges and heights [m] at elevations el [rad] and slant ranges r [m]. Writes s, h (n_el, n_r)."""
    for i in range(el.size):  # i elevation
        for j in range(r.size):  # j range
            h[i, j] = height_from_range(r[j], el[i], h_ant, r_eff)
            s[i, j] = r_eff * math.atan2(r[j] * math.cos(el[i]), r_eff + h_ant + r[j] * math.sin(el[i]))


@kernel
def _field(radar, loss, h_ant, h_ground, r_eff, permittivity, conductivity, roughness, rcs, case, s, h, hidden, factor, odds):
    """Propagation factor [1] and probability of detection [1] at ground ranges s and heights h [m] over the surface; 0 below it
    and where hidden, the second also beyond the limits of the radar. Writes factor, odds (n,)."""
    for i in range(s.size):  # i point
        factor[i], odds[i] = 0.0, 0.0
        if h[i] <= 0.0 or hidden[i]:
            continue
        f = field_factor(
            h_ant, h[i], s[i], r_eff, radar["wavelength"], permittivity, conductivity, radar["vertical"], roughness,
            radar["width_el"], 0.0,
        )  # fmt: skip
        factor[i] = f
        r = slant_range_of(s[i], h[i], h_ant, r_eff)
        el = elevation_of(s[i], h[i], h_ant, r_eff)
        up, across = math.sin(el), math.cos(el)
        if r > radar["r_max"] * (1.0 + 1e-9) or up < radar["tan_el_min"] * across - 1e-9:
            continue
        if up <= radar["tan_el_max"] * across + 1e-9:
            path = loss_at(loss, radar["loss_dr"], h[i] + h_ground, r) * f * f * f * f
            odds[i] = detected_with(radar, case, signal_of(radar, rcs, r, el, path))


def _fields(scene: Scene, s: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(propagation factor, probability of detection) at points (n,)."""
    hidden = np.zeros(s.size, np.bool_)
    if scene.ground is not None:
        ranges, _, floor = scene.ground
        hidden = h < np.interp(s, ranges, np.where(np.isfinite(floor), floor, 1e9))
    factor, odds = np.empty(s.size), np.empty(s.size)
    kind = scene.surface
    around = (scene.loss, scene.h_ant, scene.h_ground, scene.r_eff, kind.permittivity, kind.conductivity, kind.roughness)
    _field(scene.row, *around, scene.rcs, scene.swerling, s, h, hidden, factor, odds)
    return factor, odds


def _notes(scene: Scene, enough: bool, around: Surroundings) -> tuple[str, ...]:
    words = ["The reference range of the catalogue is taken as one in free space; published ranges may already hold a lobe."]
    if around.rays.traced:
        words.append(f"Rays are straight here, with the k of {around.rays.name}; coverage traces them.")
    if not enough:
        lobe = math.degrees(_lobe(scene.row, scene.h_ant))
        words.append(f"Lobes are {lobe:.3f} degrees apart, finer than the rows of the diagram: single lobes are not resolved.")
    if scene.ground is not None:
        words.append("Heights are above the ground at the radar, where the reflecting surface is; hills only hide.")
    return tuple(words)
