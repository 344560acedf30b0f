"""Turning the units of published cases into SI and back; only the adapters of the validation registry use
them."""

import math


def from_db(value: float) -> float:
    """Ratio [1] of a level [dB]."""
    return math.pow(10.0, 0.1 * value)


def to_db(ratio: float) -> float:
    """Level [dB] of a ratio [1]; minus infinity for 0."""
    return 10.0 * math.log10(ratio) if ratio > 0.0 else -math.inf


def rad(value: float) -> float:
    """Angle [rad] of an angle [deg]."""
    return math.radians(value)


def deg(value: float) -> float:
    """Angle [deg] of an angle [rad]."""
    return math.degrees(value)


def whole(value: float) -> int:
    """A count given as a number; ValueError when it is not a whole one."""
    if value != int(value):
        raise ValueError(f"{value} is not a whole number")
    return int(value)
