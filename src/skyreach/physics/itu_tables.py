"""Coefficients of ITU-R P.676 (gas lines) and P.838 (rain), as arrays for the kernels of attenuation.py."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data" / "itu_r_attenuation.toml"


@cache
def _tables() -> dict:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _frozen(rows: list[list[float]]) -> np.ndarray:
    array = np.array(rows)
    array.setflags(write=False)
    return array


@cache
def gas_lines() -> tuple[np.ndarray, np.ndarray]:
    """Spectral lines of oxygen (44, 7) and water vapour (35, 7): frequency [GHz] and six coefficients of
    P.676."""
    return _frozen(_tables()["p676_oxygen"]["rows"]), _frozen(_tables()["p676_water"]["rows"])


@cache
def rain_table() -> np.ndarray:
    """Coefficients of P.838, shape (4, 6, 3): rows of (a, b, c), unused ones zero, the last row (slope,
    offset, 0).

    First axis: k horizontal, k vertical, alpha horizontal, alpha vertical."""
    table = np.zeros((4, 6, 3))
    table[:, :, 2] = 1.0  # c divides
    for i, name in enumerate(("k_horizontal", "k_vertical", "alpha_horizontal", "alpha_vertical")):
        entry = _tables()[f"p838_{name}"]
        rows = entry["rows"]
        table[i, : len(rows)] = rows
        table[i, 5] = entry["slope"], entry["offset"], 0.0
    table.setflags(write=False)
    return table
