"""Stretches of a line where something holds, and which of them is the no-escape zone."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from skyreach.analysis import output

LOOKS = 48  # along a line, before its end is sought by halving
ROUNDS = 12  # halvings of a boundary


class Zone(NamedTuple):
    """The no-escape zone along a line, from its inner to its outer edge, NaN for none; and where a target is caught again."""

    near: float  # m
    far: float  # m
    again: tuple[tuple[float, float], ...] = ()  # m, farther out, behind a gap from which it escapes

    def cells(self, inner: str, outer: str) -> dict[str, Any]:
        """The zone in km under the names of its edges, for a row of a table."""
        again = [[round(a / 1e3, 2), round(b / 1e3, 2)] for a, b in self.again]
        return {inner: output.finite(self.near / 1e3, 2), outer: output.finite(self.far / 1e3, 2), "caught_again_km": again}


NONE = Zone(math.nan, math.nan)


def stretches(good: Callable[[float], bool], near: float, far: float) -> list[tuple[float, float]]:
    """Ends [m] of the unbroken stretches from near to far where good(place) holds, the nearest first.

    LOOKS places, closer together near by; a stretch or a gap shorter than their distance (1.5 (far - near) / LOOKS at the far
    end) may be missed."""
    places = near + (far - near) * (np.arange(LOOKS + 1) / LOOKS) ** 1.5
    held = np.array([False, *(bool(good(float(x))) for x in places), False])
    starts, stops = np.flatnonzero(held[1:-1] & ~held[:-2]), np.flatnonzero(held[1:-1] & ~held[2:])
    spans = [(int(i), int(j)) for i, j in zip(starts, stops, strict=True)]
    return [(_edge(good, places, i, i - 1), _edge(good, places, j, j + 1)) for i, j in spans]


def _edge(good: Callable[[float], bool], places: np.ndarray, inside: int, outside: int) -> float:
    """The boundary between two neighbouring places, by halving; the place itself at either end of the line."""
    yes = float(places[inside])
    if 0 <= outside <= LOOKS:
        no = float(places[outside])
        for _ in range(ROUNDS):
            middle = 0.5 * (yes + no)
            yes, no = (middle, no) if good(middle) else (yes, middle)
    return yes


def longest(good: Callable[[float], bool], near: float, far: float) -> tuple[float, float]:
    """Ends [m] of the longest unbroken stretch from near to far where good(place) holds; NaN, NaN where it never does."""
    return max(stretches(good, near, far), key=lambda s: s[1] - s[0], default=(math.nan, math.nan))


def zone(caught: Callable[[float], bool], near: float, far: float, slant: Callable[[float], float], turning: float) -> Zone:
    """The unbroken stretch nearest to the launcher from which a target cannot escape, from near to far [m] along a line.

    slant: distance [m] of a place on the line from the launcher. Within `turning` [m] the turns of missile and target decide, not
    the energy of the missile: a shorter stretch that begins and ends there (a target overhead) counts to the dead zone, like the
    gap behind it. A stretch behind any other gap is no part of the zone: it is given as `again`.
    Validated: test_envelope_escape."""
    found = stretches(caught, near, far)
    if not found:
        return NONE
    first = 0
    for n, (begin, finish) in enumerate(found[1:], start=1):
        pocket = found[n - 1][1] - found[n - 1][0] < finish - begin
        if not pocket or slant(begin) > turning:
            break
        first = n
    return Zone(*found[first], tuple(found[first + 1 :]))
