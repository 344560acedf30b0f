"""Units that people write, and their factor to SI. Everything inside skyreach is SI and radians."""

import math

TO_SI: dict[str, float] = {
    "1": 1.0, "m": 1.0, "km": 1e3, "mm": 1e-3, "m2": 1.0, "s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0,
    "m/s": 1.0, "km/h": 1 / 3.6, "m/s2": 1.0, "g": 9.80665, "rad": 1.0, "mrad": 1e-3,
    "deg": math.pi / 180.0, "deg/s": math.pi / 180.0, "Hz": 1.0, "MHz": 1e6, "GHz": 1e9,
    "kg": 1.0, "N": 1.0, "kN": 1e3, "W": 1.0, "kW": 1e3, "USD": 1.0, "M USD": 1e6, "1/s": 1.0, "m2/s3": 1.0, "m2/s5": 1.0,
    "mm/h": 1.0, "g/m3": 1e-3, "dB": 1.0, "S/m": 1.0, "W/MHz": 1e-6,
}  # fmt: skip


def to_si(value: float, unit: str) -> float:
    """value given in unit, in SI [the SI unit of that quantity]; KeyError for a unit not listed in TO_SI.

    Decibels become the power ratio that they stand for. Rain rates stay in mm/h, the unit of the ITU-R's laws."""
    if unit == "dB":
        return math.pow(10.0, 0.1 * value)
    return value * TO_SI[unit]
