"""The seeded fractal terrain of the comparison, and brute-force rays over it."""

import math

import numpy as np

POSTING, MAST, K = 90.0, 25.0, 4.0 / 3.0
EARTH = 6371000.0  # m, the sphere of the peers' projected maps
SIDES = {100: 2223, 400: 8889}  # cells of the peers' DEM, by radius in km
SPARE = 70  # cells more for skyreach, whose window must hold the disc on the ellipsoid
MERIDIAN, PRIME = 6335439.327, 6378137.0  # m, radii of curvature of WGS84 on the equator
SITE = (0.0, 0.5)  # rad, where the middle of the DEM lies for skyreach: on the equator, where square cells stay square


def fractal(side: int, seed: int = 20261122, grid: int = 9000) -> np.ndarray:
    """Heights [m], float32: white noise filtered to a power spectrum k^-3, standard deviation 450 m, sea where below -300 m;
    the highest node within 10 km of the middle moved there, for the antenna."""
    from scipy import fft

    spectrum = fft.rfft2(np.random.default_rng(seed).standard_normal((grid, grid), dtype=np.float32), workers=2)
    ky, kx = np.fft.fftfreq(grid)[:, None], np.fft.rfftfreq(grid)[None, :]
    k = np.sqrt(ky * ky + kx * kx).astype(np.float32)
    k[0, 0] = np.inf
    spectrum *= k ** np.float32(-1.5)
    height = fft.irfft2(spectrum, s=(grid, grid), workers=2)
    height *= 450.0 / height.std()
    np.maximum(height + 300.0, 0.0, out=height)
    half, near = grid // 2, 111
    patch = height[half - near : half + near + 1, half - near : half + near + 1]
    row, column = np.unravel_index(int(patch.argmax()), patch.shape)
    height = np.roll(height, (near - row, near - column), axis=(0, 1))
    first = half - side // 2
    return np.ascontiguousarray(height[first : first + side, first : first + side], dtype=np.float32)


def cells(side: int, radius: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of n cells from the middle, even over the disc of that radius [km]."""
    rng = np.random.default_rng(7)
    away = radius * 1000 / POSTING * np.sqrt(rng.uniform(0.0001, 0.98, n))
    angle = rng.uniform(0.0, 2.0 * np.pi, n)
    return np.rint(away * np.sin(angle)).astype(int), np.rint(away * np.cos(angle)).astype(int)


def look_at(r_max: float, quarter: bool) -> np.ndarray:
    """Ranges [m] at which a brute-force ray looks: every quarter posting, or so densely that more makes no odds."""
    if quarter:
        return np.arange(POSTING, r_max, POSTING / 4)
    return np.concatenate([np.arange(1.5, 12e3, 1.5), np.arange(12e3, 60e3, 6.0), np.arange(60e3, r_max, POSTING / 4)])


def plane_ray(height: np.ndarray, row: int, column: int, d: np.ndarray) -> float:
    """Lowest visible altitude [m] at a cell (offset from the middle) of a projected map, as the peers see the earth: terrain
    bilinear, lowered by d^2 / (2 k R)."""
    from scipy.ndimage import map_coordinates

    middle = height.shape[0] // 2
    end = math.hypot(row, column) * POSTING
    d = np.append(d[d < end - POSTING / 2], end)
    share = d / end
    ground = map_coordinates(height, [middle + share * row, middle + share * column], order=1)
    antenna = float(height[middle, middle]) + MAST
    slope = float(((ground - d * d / (2 * K * EARTH) - antenna) / d).max())
    return antenna + slope * end + end * end / (2 * K * EARTH)


def polar_of_cell(row: int, column: int) -> tuple[float, float]:
    """Azimuth [rad] and ground range [m] of a cell (offset from the middle) for skyreach."""
    import pymap3d

    e, n, u = pymap3d.geodetic2enu(
        SITE[0] + row * POSTING / MERIDIAN, SITE[1] + column * POSTING / PRIME, 0.0, *SITE, 0.0, deg=False
    )
    R = math.sqrt(MERIDIAN * PRIME)
    return math.atan2(e, n) % (2.0 * math.pi), R * math.atan2(math.hypot(e, n), R + u)


def ellipsoid_ray(height: np.ndarray, az: float, s: float, d: np.ndarray) -> float:
    """Lowest visible ellipsoidal height [m] at azimuth az and ground range s, in skyreach's convention: terrain bilinear in
    latitude and longitude, straight rays over a sphere of k times the one that fits the ellipsoid at the site."""
    import pymap3d
    from scipy.ndimage import map_coordinates

    R, middle = math.sqrt(MERIDIAN * PRIME), height.shape[0] // 2
    d = np.append(d[d < s], s)
    across, up = R * np.sin(d / R), R * np.cos(d / R) - R
    lat, lon, lift = pymap3d.enu2geodetic(across * math.sin(az), across * math.cos(az), up, *SITE, 0.0, deg=False)
    y, x = middle + (lat - SITE[0]) * MERIDIAN / POSTING, middle + (lon - SITE[1]) * PRIME / POSTING
    ground = map_coordinates(height, [y, x], order=1, mode="nearest") - lift
    antenna, theta = K * R + float(height[middle, middle]) + MAST, d / (K * R)
    tangent = float((((K * R + ground) * np.cos(theta) - antenna) / ((K * R + ground) * np.sin(theta))).max())
    return antenna / (math.cos(theta[-1]) - tangent * math.sin(theta[-1])) - K * R + float(lift[-1])


def summary(error: np.ndarray) -> dict[str, float]:
    """Bias, RMSE, median and 95th percentile of absolute errors [m]."""
    size = np.abs(error)
    figures = {
        "bias": error.mean(),
        "rmse": np.sqrt((error**2).mean()),
        "median": np.median(size),
        "p95": np.percentile(size, 95),
    }
    return {f"{name}_m": round(float(value), 2) for name, value in figures.items()}
