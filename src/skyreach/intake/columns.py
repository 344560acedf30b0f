"""Columns of a table of strangers as numbers, times, and true or false, whatever they were written as."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from skyreach.errors import BadInput


def truth(column: pa.ChunkedArray) -> np.ndarray:
    """Values as true or false; false for what is neither."""
    if pa.types.is_boolean(column.type):
        return pc.fill_null(column, False).to_numpy().astype(bool)
    text = pc.utf8_lower(pc.fill_null(column.cast(pa.string()), ""))
    return pc.is_in(text, pa.array(["true", "1", "-1", "t", "yes"])).to_numpy().astype(bool)


def numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Values as floats; NaN for what is none."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_trim_whitespace(column.cast(pa.string()))
        good = pc.match_substring_regex(text, r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?$")
        column = pc.cast(pc.if_else(pc.fill_null(good, False), text, None), pa.float64())
    elif not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        return np.full(len(column), np.nan)
    return pc.fill_null(pc.cast(column, pa.float64(), safe=False), float("nan")).to_numpy().astype(float)


def time(column: pa.ChunkedArray, where: str) -> np.ndarray:
    """UTC in seconds since 1970; NaN where there is none."""
    if pa.types.is_timestamp(column.type):
        micros = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
        return pc.divide(pc.cast(pc.fill_null(micros, 0), pa.float64(), safe=False), 1e6).to_numpy() + np.where(
            pc.is_null(column).to_numpy().astype(bool), np.nan, 0.0)  # fmt: skip
    t = numbers(column)
    if np.isfinite(t).any():
        return np.where(t > 1e11, t / 1e3, t)  # milliseconds since 1970
    text = pc.utf8_trim_whitespace(column.cast(pa.string())).to_pylist()
    if not text:
        return np.empty(0)
    parsed = np.full(len(text), np.nan)
    for n, word in enumerate(text):
        parsed[n] = _moment(word)
    if not np.isfinite(parsed).any():
        raise BadInput(where, f"times as {text[0]!r}", "seconds since 1970, or UTC as 2026-05-01T02:00:00Z")
    return parsed


def _moment(word: str | None) -> float:
    try:
        when = datetime.fromisoformat((word or "").replace("/", "-"))
    except ValueError:
        return float("nan")
    return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
