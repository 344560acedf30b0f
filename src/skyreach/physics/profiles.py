"""Profiles of refractivity: the exponential atmosphere, the evaporation duct over the sea, a duct at the surface.

Heights [m] above mean sea level, refractivity N [N-units]; modified refractivity M = N + 0.157 h. Sources: ITU-R P.453-14,
section
1; Paulus, Radio Science 20 (1985) 887, and Babin, Young and Carton, J. Appl. Meteorol. 36 (1997) 193 for the evaporation duct.
"""

import numpy as np

from skyreach.physics.refraction import MEAN_SCALE_HEIGHT, MEAN_SURFACE_N, crpl_decay

EARTH_CURVATURE = 1e6 / 6371e3  # N-units per m: M less N, per height
EVAPORATION_SLOPE = 0.125  # M-units per m: M above a neutral evaporation duct (Paulus 1985)
ROUGHNESS = 1.5e-4  # m, of the sea in that profile (Paulus 1985)
TOP = 120e3  # m


def heights(*edges: float) -> np.ndarray:
    """Nodes of a profile [m]: a metre apart at the bottom, 3 % of the height above, and the edges given."""
    steps = [0.0]
    while steps[-1] < TOP:
        steps.append(steps[-1] + max(1.0, 0.03 * steps[-1]))
    return np.unique(np.array([*steps, *edges]))


def exponential(h: np.ndarray, surface_n: float | None = None) -> np.ndarray:
    """Refractivity at h: the mean atmosphere of P.453, or the CRPL one of a surface refractivity. Validated: test_profiles."""
    if surface_n is None:
        return MEAN_SURFACE_N * np.exp(-h / MEAN_SCALE_HEIGHT)
    return surface_n * np.exp(-float(crpl_decay(surface_n)) * h)


def evaporation_duct(h: np.ndarray, height: float) -> np.ndarray:
    """Refractivity at h with an evaporation duct: M falls to its least value at `height` [m] and joins the mean atmosphere above.

    M = M0 + 0.125 (z - d ln((z + z0) / z0)), up to where its slope is that of the mean atmosphere. Validated: test_profiles."""
    slope = EARTH_CURVATURE - MEAN_SURFACE_N / MEAN_SCALE_HEIGHT
    top = EVAPORATION_SLOPE * height / (EVAPORATION_SLOPE - slope)
    base = exponential(np.array([top]))[0]
    z = np.minimum(h, top)
    above = EVAPORATION_SLOPE * (z - top - height * np.log((z + ROUGHNESS) / (top + ROUGHNESS)))  # M less M at the top
    return np.asarray(np.where(h < top, base + above + EARTH_CURVATURE * (top - z), exponential(h)))


def surface_duct(h: np.ndarray, height: float, strength: float) -> np.ndarray:
    """Refractivity at h with a duct from the surface to `height` [m] in which M falls evenly by `strength` [M-units]; the mean
    atmosphere above. Validated: test_profiles."""
    base = exponential(np.array([height]))[0]
    z = np.minimum(h, height)
    inside = base + (strength / height + EARTH_CURVATURE) * (height - z)
    return np.asarray(np.where(h < height, inside, exponential(h)))


def modified(h: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Modified refractivity [M-units] of a profile. ITU-R P.453-14, section 3. Validated: test_profiles."""
    return n + EARTH_CURVATURE * h


def duct_top(h: np.ndarray, n: np.ndarray) -> float:
    """Height [m] of the upper edge of the highest layer that traps rays, where M stops falling; 0 where none does."""
    falling = np.flatnonzero(np.diff(modified(h, n)) < 0.0)
    return float(h[falling[-1] + 1]) if falling.size else 0.0
