"""What one radar sees and its fire unit can engage around it: the masks of `skyreach coverage` on a polar grid."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from skyreach.analysis.coverage_grid import PolarGrid, mark_reached
from skyreach.analysis.coverage_sight import Eye, map_params, seen_at, views
from skyreach.catalog import Catalog
from skyreach.earth.floor import Antenna
from skyreach.earth.geodesy import gaussian_radius
from skyreach.earth.grid import ground_height
from skyreach.earth.polar_ground import polar_ground
from skyreach.earth.terrain import SMOOTH, Terrain, open_terrain
from skyreach.earth.traced import sight_maps
from skyreach.physics.detection import required_snr
from skyreach.scenario.missiles import REACH_DH, missile_reach
from skyreach.scenario.order_of_battle import Draft, fill_rows, radar_columns
from skyreach.scenario.surroundings import Surroundings, sea_of
from skyreach.world.codes import ACQUISITION, BLUE

RCS, PD = 1.0, 0.5  # m2, probability of detection in one look: as `skyreach coverage` takes them


class Emitter(NamedTuple):
    """A radar of the defence: its row in `radars`, what it is, where it stands, the fire unit that it guides for (-1)."""

    row: int
    system: str
    lat_deg: float
    lon_deg: float
    antenna_agl: float
    fire_unit: int

    @property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude [rad]."""
        return math.radians(self.lat_deg), math.radians(self.lon_deg)


@dataclass(frozen=True)
class Battery:
    """A fire unit: catalogue ids of the missiles it was given."""

    site: int
    missiles: tuple[str, ...]


def sight(cat: Catalog, system: str) -> float:
    """Range [m] beyond which a radar of the catalogue does not see RCS with PD, whatever the height."""
    row = radar_columns(cat[system], ACQUISITION, BLUE, 0, 0.0)
    ratio = RCS / row["rcs_ref"] * row["snr_ref"] / (row["cfar_loss"] * required_snr(1, PD, row["n_pulses"], row["pfa"]))
    return min(row["r_max"], row["r_ref"] * ratio**0.25)


class PolarSight:
    """One radar over the terrain: floor map, ground, and the reach of the missiles that it guides.

    around: air, rain and clutter; kept: whether the floor map goes to the cache on disk."""

    def __init__(
        self, source: Terrain, cat: Catalog, emitter: Emitter, battery: Battery | None, around: Surroundings,
        cells: tuple[int, int], kept: bool = True,
    ) -> None:  # fmt: skip
        lat, lon = math.radians(emitter.lat_deg), math.radians(emitter.lon_deg)
        n_az, n_r = cells
        self.emitter = emitter
        self.grid = PolarGrid(float(gaussian_radius(lat)), n_az, n_r, sight(cat, emitter.system) / n_r)
        dem = source.window_around(lat, lon, self.grid.r_max)
        h_site = float(ground_height(dem, lat, lon))
        columns = radar_columns(cat[emitter.system], ACQUISITION, BLUE, 0, 0.0)
        draft = Draft(emitter.system, emitter.lat_deg, emitter.lon_deg, emitter.antenna_agl, columns, emitter.system)
        rows = fill_rows("radars", [draft], [h_site])
        self.surface = np.empty(cells, np.float32)
        polar_ground(dem, lat, lon, self.grid.dr, self.surface)
        antenna = Antenna(lat, lon, float(rows[0]["h_ell"]), self.grid.r_max)
        maps = sight_maps(dem, [antenna], self.grid.dr, n_az, around.rays, kept=kept)
        level = np.empty_like(self.surface)
        polar_ground(open_terrain(SMOOTH).window_around(lat, lon, self.grid.r_max), lat, lon, self.grid.dr, level)
        sea = sea_of(self.surface, level)
        (self.view,) = views(around, rows, maps, self.surface, self.surface, sea, self.grid.dr)
        self.row, self.params = rows[0], map_params(around, self.grid.dr)
        types = battery.missiles if battery else ()
        self.types, _, _, self.reach = missile_reach([cat[key] for key in types], h_site)

    @property
    def guides(self) -> bool:
        """Whether missiles are fired on this radar."""
        return len(self.types) > 0

    def seen(self, height: float) -> np.ndarray:
        """Cells where a target of RCS at that height above ground [m] is seen with PD in one look."""
        eye = Eye((RCS, RCS, RCS), 1, math.inf)
        return seen_at(self.params[0], self.row, self.view, height, self.grid.dr, eye, PD)

    def engageable(self, height: float, seen: np.ndarray) -> np.ndarray:
        """Cells of seen where a missile of the fire unit meets a target at that height above ground [m]."""
        out = np.zeros_like(seen)
        for row, arrival in zip(self.types, self.reach, strict=True):
            by_type = np.zeros_like(seen)
            mark_reached(row, arrival, REACH_DH, self.surface, self.surface, height, self.grid.dr, seen, by_type)
            out |= by_type
        return out
