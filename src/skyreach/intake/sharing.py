"""One address for two aircraft: samples of one id under two callsigns, so far apart that nothing flies from one to the other."""

from collections import Counter

import numpy as np

from skyreach.errors import BadInput
from skyreach.intake.trails import Limits

RADIUS = 6_371_000.0  # m, of a sphere: what is asked is only whether two places are far apart
NEAR = 100.0  # m within which two samples of one time may be of one aircraft


def parted(
    owner: np.ndarray, call: np.ndarray, t: np.ndarray, lat: np.ndarray, lon: np.ndarray, limits: Limits
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Rows of objects with shared ids taken apart by callsign, and of each such id the two samples that show it.

    owner, call (n,): row of the id and of the callsign, -1 none; t [s since 1970], lat, lon [deg]. Objects are numbered in the
    order of their first samples."""
    a, b = _clashes(owner, call, t, lat, lon, limits)
    keys = owner * (int(call.max(initial=-1)) + 2)
    shared = np.isin(owner, owner[a])
    keys[shared] += call[shared] + 1
    _, first, objects = np.unique(keys, return_index=True, return_inverse=True)
    rank = np.empty(first.size, np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    seen = dict(zip(owner[a][::-1].tolist(), zip(a[::-1].tolist(), b[::-1].tolist(), strict=True), strict=True))
    return rank[objects.reshape(-1)], [seen[key] for key in sorted(seen)]


def _clashes(
    owner: np.ndarray, call: np.ndarray, t: np.ndarray, lat: np.ndarray, lon: np.ndarray, limits: Limits
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Pairs of samples that follow each other in one id, of two callsigns, that one aircraft cannot have flown."""
    good = np.flatnonzero((call >= 0) & np.isfinite(t) & np.isfinite(lat) & np.isfinite(lon))
    if good.size:
        start = limits.start if limits.start is not None else t[good].min()
        good = good[(t[good] >= start) & (t[good] <= start + limits.duration)]
    good = good[np.lexsort((t[good], owner[good]))]
    a, b = good[:-1], good[1:]
    north, east = np.radians(lat[b] - lat[a]), np.radians((lon[b] - lon[a] + 180.0) % 360.0 - 180.0)
    far = np.hypot(north, east * np.cos(np.radians(lat[a])))
    clash = (owner[a] == owner[b]) & (call[a] != call[b]) & (RADIUS * far > limits.fastest * (t[b] - t[a]) + NEAR)
    return a[clash], b[clash]


def say_shared(
    pairs: list[tuple[int, int]], ids: list[str], calls: list[str], rows: np.ndarray, limits: Limits, notes: list[str],
    counts: Counter,
) -> None:  # fmt: skip
    """Ids of two aircraft: refused where strict, else counted and said. ids, calls, rows (n,): of the samples."""
    for pair in pairs:
        one, other = sorted(pair, key=lambda n: int(rows[n]))
        what = f"{ids[one]} is {calls[one]} in row {rows[one]} and {calls[other]} in row {rows[other]}, at one time in two places"
        if limits.strict:
            where = f"{limits.file} rows {rows[one]} and {rows[other]}: {ids[one]}"
            given, cure = f"an id shared by two aircraft: {what}", "give one of them another id, or leave strict away"
            raise BadInput(where, given, "an id for each aircraft, where strict", cure)
        notes.append(f"an id shared by two aircraft: {what}; taken apart by their callsigns")
    if pairs:
        counts["ids shared by two aircraft, taken apart by callsign"] += len(pairs)
