"""How rays bend: an effective earth factor, or a profile of refractivity to trace them through; the local gradient of ITU-R
P.453."""

import functools
import math
from typing import NamedTuple

import numpy as np

from skyreach.earth.geoid import load_grid
from skyreach.earth.grid import Grid, sample
from skyreach.physics.refraction import effective_radius

EARTH = 6371e3  # m: the sphere for which ITU-R P.453 and P.834 give k
K_STANDARD = 4.0 / 3.0  # mean of temperate climates: ITU-R P.834-9, section 6
K_LEAST, K_MOST = 0.3, 100.0  # beyond: rays leave no horizon, or follow the earth
GRADIENT_NAME = "median dN1 of ITU-R P.453, 0.75 degrees"
_NOTHING = np.empty(0)


class Rays(NamedTuple):
    """Straight rays over an earth of k times its radius, or (h not empty) rays traced through a profile.

    k then stands for the mean gradient of the lowest kilometre, where one number is needed."""

    k: float
    name: str = "k = 4/3"
    h: np.ndarray = _NOTHING  # m above mean sea level, ascending
    n: np.ndarray = _NOTHING  # refractivity there [N-units], linear between

    @property
    def traced(self) -> bool:
        """Whether rays are traced through a profile."""
        return self.h.size > 0

    @property
    def gradient(self) -> float:
        """Gradient of refractivity that k stands for [N-units/km]."""
        return 1e9 * (1.0 / self.k - 1.0) / EARTH


STANDARD = Rays(K_STANDARD)


@functools.cache
def load_gradient() -> Grid:
    """World grid of the median gradient of refractivity over the lowest kilometre [N-units/km]."""
    return load_grid("dn1_45m.npz")


def local_gradient(lat: float, lon: float) -> float:
    """Gradient of refractivity over the lowest kilometre at a place [rad], exceeded for half of an average year [N-units/km].

    Recommendation ITU-R P.453, digital map of dN1. Validated: test_rays (itur)."""
    return float(sample(load_gradient(), lat, lon % (2.0 * math.pi)))


def factor_of(gradient: float) -> float:
    """Effective earth factor of a gradient [N-units/km], held between K_LEAST and K_MOST; a duct (-157 and below) gives K_MOST.

    ITU-R P.834-9, section 2. Validated: test_rays."""
    k = float(effective_radius(EARTH, 1e-9 * gradient)) / EARTH
    return min(max(k, K_LEAST), K_MOST) if k > 0.0 else K_MOST
