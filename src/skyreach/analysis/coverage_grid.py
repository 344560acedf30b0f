"""The polar grid of a coverage answer: cells around a site, their area, and the kernels that mark them.

Cell (i, j) lies around azimuth i * 2 pi / n_az and ground range (j + 1) * dr, half a step to each side, on the sphere
that osculates the ellipsoid at the site (earth/floor.py); the last column ends at its own range, so that the cells
and the disc of radius dr / 2 around the site fill the map exactly. That disc is one cell: it counts when at least
half of the first column does.
"""

import math
from typing import NamedTuple

import numpy as np

from skyreach.earth.geodesy import TWO_PI, gaussian_radius
from skyreach.jit import kernel
from skyreach.physics.flyout import reach_at

CELL = 1000.0  # m: no cell is longer or wider
AZIMUTHS, RANGES = 1440, 800  # least numbers of cells
POINTS = 16  # directions of the compass rose


class PolarGrid(NamedTuple):
    """Cells around a site; masks on it are bool (n_az, n_r)."""

    radius: float  # m, osculating sphere
    n_az: int
    n_r: int
    dr: float  # m

    @property
    def r_max(self) -> float:
        """Ground range of the rim [m]."""
        return self.n_r * self.dr

    def bounds(self) -> np.ndarray:
        """Ground ranges between which the columns lie [m], shape (n_r + 1,)."""
        edges = (np.arange(self.n_r + 1) + 0.5) * self.dr
        edges[-1] = self.r_max
        return edges

    def cap(self, r: float | np.ndarray) -> np.ndarray:
        """Area within ground range r on the sphere [m2]: exact, 2 pi R^2 (1 - cos(r / R))."""
        return 4.0 * math.pi * self.radius**2 * np.sin(0.5 * np.asarray(r) / self.radius) ** 2

    def radius_of(self, area: float | np.ndarray) -> np.ndarray:
        """Ground range [m] within which that area [m2] lies; inverse of cap."""
        return 2.0 * self.radius * np.arcsin(np.sqrt(np.asarray(area) / math.pi) / (2.0 * self.radius))

    def area(self, mask: np.ndarray) -> float:
        """Area of the marked cells [m2]. Validated: test_coverage_grid (discs, sectors)."""
        return float(self.area_by_direction(mask, 1)[0])

    def area_by_direction(self, mask: np.ndarray, points: int = POINTS) -> np.ndarray:
        """Area of the marked cells [m2] in each of `points` equal sectors, the first one around north."""
        per_cell = np.diff(self.cap(self.bounds())) / self.n_az
        sectors = self.sectors(mask, points)
        counts = np.count_nonzero(sectors, axis=1)
        disc = float(self.cap(0.5 * self.dr)) / points if centre(mask) else 0.0
        return counts @ per_cell + disc

    def farthest(self, mask: np.ndarray, points: int = POINTS) -> np.ndarray:
        """Ground range of the farthest marked cell in each sector [m], 0 where there is none."""
        any_cell = np.asarray(self.sectors(mask, points).any(axis=1))
        return (self.n_r - np.argmax(any_cell[:, ::-1], axis=1)) * self.dr * any_cell.any(axis=1)

    def sectors(self, mask: np.ndarray, points: int) -> np.ndarray:
        """The mask as (points, n_az / points, n_r), the first sector around north."""
        turned = np.roll(mask, self.n_az // (2 * points), axis=0) if points > 1 else mask
        return turned.reshape(points, self.n_az // points, self.n_r)


def polar_grid(lat: float, r_max: float) -> PolarGrid:
    """Grid of radius r_max [m] at latitude lat [rad]: cells of CELL at most, AZIMUTHS x RANGES at least."""
    n_az = AZIMUTHS * math.ceil(TWO_PI * r_max / (CELL * AZIMUTHS))
    n_r = max(RANGES, math.ceil(r_max / CELL))
    return PolarGrid(float(gaussian_radius(lat)), n_az, n_r, r_max / n_r)


def centre(mask: np.ndarray) -> bool:
    """Whether the disc around the site counts: at least half of the first column is marked."""
    return 2 * int(np.count_nonzero(mask[:, 0])) >= mask.shape[0]


@kernel
def mark_reached(missile, table, dh, datum, ground, height, dr, seen, reached):
    """Marks the cells of seen where a missile arrives at a target at height [m] above datum. Writes reached.

    missile: row of MISSILE_TYPES; table, dh: its reach table and the height step of it [m]; ground: ellipsoidal
    height of the ground [m] (n_az, n_r). Limits as in engine.plan, for an aircraft. Validated: test_coverage."""
    n_az, n_r = seen.shape
    for i in range(n_az):  # i azimuth
        for j in range(n_r):  # j range
            if not seen[i, j]:
                continue
            h, s = float(datum[i, j]) + height, (j + 1) * dr
            if s < missile["min_range"] or h > missile["max_height"]:
                continue
            if h - ground[i, j] >= missile["min_height"]:
                tof, _ = reach_at(table, missile["reach_dr"], dh, s, max(h, 0.0))
                reached[i, j] = math.isfinite(tof)
