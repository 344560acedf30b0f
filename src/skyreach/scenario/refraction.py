"""What a user says about refraction (`refraction` of an environment, --refraction), as the rays of earth/rays.py."""

import csv
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from skyreach.earth.rays import EARTH, GRADIENT_NAME, K_MOST, Rays, factor_of, local_gradient
from skyreach.errors import BadInput
from skyreach.physics import profiles
from skyreach.physics.refraction import radio_refractivity, saturation_vapour_pressure

FORMS = (
    "standard, local, gradient:N-UNITS-PER-KM, exponential[:SURFACE-N], evaporation:HEIGHT-M, surface:HEIGHT-M:STRENGTH-M-UNITS, "
    "or a CSV file of a sounding"
)
KILOMETRE = 1000.0  # m
WEATHER = {"pressure_hpa", "temperature_c"}
COLUMNS = ({"n_units"}, {"m_units"}, WEATHER | {"dewpoint_c"}, WEATHER | {"rh_percent"})
LIMITS = {
    "n_units": (0.0, 600.0), "m_units": (0.0, 1e5), "pressure_hpa": (0.1, 1100.0), "temperature_c": (-90.0, 60.0),
    "dewpoint_c": (-110.0, 40.0), "rh_percent": (0.0, 100.0), "height_m": (-500.0, 60e3),
}  # fmt: skip


def rays_of(said: str, k: float, place: tuple[float, float] | None) -> Rays:
    """The rays that words stand for; k: effective earth factor of `standard`; place: latitude and longitude [rad] of `local`.

    BadInput for words that are not understood, and for `local` where no place is known."""
    name, *figures = (part.strip() for part in said.split(":"))
    if name == "standard" and not figures:
        return Rays(k, f"k = {k:.4g}")
    if name == "local" and not figures:
        if place is None:
            raise BadInput("refraction", said, "a place", "a place (--at), or gradient:N-UNITS-PER-KM")
        gradient = local_gradient(*place)
        return Rays(factor_of(gradient), f"{GRADIENT_NAME}: {gradient:.1f} N-units/km, k = {factor_of(gradient):.4g}")
    if name == "gradient":
        (gradient,) = _numbers(said, figures, ((-1000.0, 1000.0),))
        if not 1e9 * (1.0 / K_MOST - 1.0) / EARTH <= gradient <= 300.0:
            cure = "a duct: surface:HEIGHT:STRENGTH or a sounding" if gradient < 0.0 else ""
            raise BadInput("refraction: gradient", f"{gradient:g} N-units/km", "-155 to 300 (beyond -157 rays are trapped)", cure)
        return Rays(factor_of(gradient), f"gradient {gradient:g} N-units/km, k = {factor_of(gradient):.4g}")
    if name == "exponential":
        given = _numbers(said, figures, ((200.0, 450.0),)) if figures else (None,)
        h = profiles.heights()
        n0 = "the mean atmosphere of ITU-R P.453" if given[0] is None else f"the CRPL exponential atmosphere of N = {given[0]:g}"
        return _rays(n0, h, profiles.exponential(h, given[0]))
    if name == "evaporation":
        (height,) = _numbers(said, figures, ((1.0, 50.0),))
        h = profiles.heights(height)
        return _rays(f"an evaporation duct of {height:g} m", h, profiles.evaporation_duct(h, height))
    if name == "surface":
        height, strength = _numbers(said, figures, ((5.0, 1000.0), (0.5, 200.0)))
        h = profiles.heights(height)
        return _rays(f"a surface duct of {height:g} m and {strength:g} M-units", h, profiles.surface_duct(h, height, strength))
    return _sounding(said)


def _numbers(said: str, figures: list[str], limits: tuple[tuple[float, float], ...]) -> tuple[float, ...]:
    """The figures behind a name, each within its limits."""
    try:
        values = tuple(float(figure) for figure in figures)
    except ValueError:
        values = ()
    if len(values) != len(limits) or not all(low <= value <= high for value, (low, high) in zip(values, limits, strict=True)):
        allowed = "; ".join(f"{low:g} to {high:g}" for low, high in limits)
        raise BadInput("refraction", said, f"{FORMS}; its numbers: {allowed}", "surface:100:30, evaporation:15, gradient:-80")
    return values


def _rays(name: str, h: np.ndarray, n: np.ndarray) -> Rays:
    """Rays through a profile; k from its mean gradient between sea level and one kilometre."""
    low, high = np.interp([max(0.0, h[0]), h[0] + KILOMETRE], h, n)
    return Rays(factor_of(1e3 * float(high - low) / KILOMETRE), name, h, n)


def _sounding(said: str) -> Rays:
    """The profile in a CSV file: height_m and n_units, m_units, or pressure, temperature and humidity."""
    path = Path(said)
    if not said or (not path.suffix and not path.exists()):
        raise BadInput("refraction", said or "nothing", FORMS, "local, or a file such as sounding.csv")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(f"refraction: {path}", getattr(fault, "strerror", None) or "not text", FORMS, "a CSV file") from None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(lines, skipinitialspace=True))
    names = {name.strip().lower() for name in (rows[0] if rows else {}) if name}
    kind = next((columns for columns in COLUMNS if columns <= names), None)
    if kind is None or "height_m" not in names:
        wanted = "height_m and one of: n_units; m_units; pressure_hpa, temperature_c and dewpoint_c (or rh_percent)"
        raise BadInput(f"refraction: {path}", f"columns {', '.join(sorted(names)) or 'none'}", wanted)
    table = {name: np.array([_cell(path, i, row, name) for i, row in enumerate(rows, 1)]) for name in (*kind, "height_m")}
    h = table["height_m"]
    if h.size < 3 or np.any(np.diff(h) <= 0.0) or h[-1] - h[0] < 100.0:
        text = f"{h.size} heights, {h[0]:g} to {h[-1]:g} m"
        raise BadInput(f"refraction: {path}", text, "3 or more, ascending, from first to last 100 m or more")
    n = _refractivity(table)
    if np.any((n < 0.0) | (n > 600.0)):
        text = f"refractivity {n.min():.0f} to {n.max():.0f} N-units"
        raise BadInput(f"refraction: {path}", text, "0 to 600", "check the units")
    return _extended(f"the sounding {path.name}", h, n)


def _cell(path: Path, i: int, row: Mapping[str | None, str | None], name: str) -> float:
    """One number of a sounding."""
    text = next((value for key, value in row.items() if key and key.strip().lower() == name), None)
    low, high = LIMITS[name]
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise BadInput(f"refraction: {path}: row {i}: {name}", text or "nothing", f"{low:g} to {high:g}")
    return value


def _refractivity(table: Mapping[str, np.ndarray]) -> np.ndarray:
    """Refractivity [N-units] of the rows of a sounding. ITU-R P.453-14, section 1 and eq. 9."""
    if "n_units" in table:
        return table["n_units"]
    if "m_units" in table:
        return table["m_units"] - profiles.EARTH_CURVATURE * table["height_m"]
    pressure, temperature = 100.0 * table["pressure_hpa"], 273.15 + table["temperature_c"]
    if "dewpoint_c" in table:
        vapour = [saturation_vapour_pressure(273.15 + t, p) for t, p in zip(table["dewpoint_c"], pressure, strict=True)]
    else:
        full = [saturation_vapour_pressure(t, p) for t, p in zip(temperature, pressure, strict=True)]
        vapour = list(0.01 * table["rh_percent"] * np.array(full))
    return np.array([radio_refractivity(p, e, t) for p, e, t in zip(pressure, vapour, temperature, strict=True)])


def _extended(name: str, h: np.ndarray, n: np.ndarray) -> Rays:
    """A profile continued upwards, and down to sea level, with the scale height of the mean atmosphere."""
    grid = profiles.heights()
    above, below = grid[grid > h[-1] + 1.0], grid[grid < h[0] - 1.0]
    scale = profiles.MEAN_SCALE_HEIGHT
    upper = n[-1] * np.exp(-(above - h[-1]) / scale)
    lower = n[0] * np.exp(-(below - h[0]) / scale)
    return _rays(name, np.concatenate([below, h, above]), np.concatenate([lower, n, upper]))
