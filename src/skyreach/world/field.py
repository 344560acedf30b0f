"""A column of a table: how it is declared, and the NumPy dtype of a list of them."""

from typing import NamedTuple

import numpy as np


class Field(NamedTuple):
    """One column: NumPy type, shape per row, SI unit, frame, meaning."""

    name: str
    type: str
    shape: tuple[int, ...]
    unit: str
    frame: str
    meaning: str


def field(name: str, type_: str, unit: str, meaning: str, shape: tuple[int, ...] = (), frame: str = "") -> Field:
    """A Field, with shape and frame last, as few columns need them."""
    return Field(name, type_, shape, unit, frame, meaning)


def dtype_of(fields: list[Field]) -> np.dtype:
    """Packed NumPy dtype of a list of fields."""
    return np.dtype([(f.name, f.type, f.shape) if f.shape else (f.name, f.type) for f in fields])
