"""How good the air picture of a run was: GOSPA and OSPA distances, and SIAP measures, from samples of tracks and of truth.

GOSPA: Rahmathullah, Garcia-Fernandez, Svensson, Generalized optimal sub-pattern assignment metric, FUSION 2017 (alpha = 2).
OSPA: Schuhmacher, Vo, Vo, IEEE Trans. Signal Processing 56 (2008) 3447. SIAP: Votruba, Nisley, Rothrock, Zombro, Single
Integrated Air Picture (SIAP) Metrics Implementation (2001): completeness, ambiguity, spuriousness, accuracy, number changes.
Validated: tests/records/test_quality.py against closed forms and against Stone Soup.
"""

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

CUTOFF = 1000.0  # m: a track further from every target than this is false; the usual choice for air surveillance
POWER = 2.0


def gospa(found: np.ndarray, real: np.ndarray, cutoff: float = CUTOFF, power: float = POWER) -> dict[str, float]:
    """GOSPA distance [m] with alpha = 2 of two sets of points, shapes (m, 3), (n, 3) [m], and its parts.

    distance^power = localisation + cutoff^power / 2 (missed + false).

    >>> gospa(np.array([[3.0, 4.0, 0.0]]), np.array([[0.0, 0.0, 0.0]]))["distance"]
    5.0
    """
    near = _pairs(found, real, cutoff)
    located = float((near**power).sum())
    missed, false = len(real) - len(near), len(found) - len(near)
    distance = (located + cutoff**power / 2.0 * (missed + false)) ** (1.0 / power)
    return {"distance": distance, "localisation": located, "missed": float(missed), "false": float(false)}


def ospa(found: np.ndarray, real: np.ndarray, cutoff: float = CUTOFF, power: float = POWER) -> float:
    """OSPA distance [m] of two sets of points, shapes (m, 3), (n, 3) [m]; 0 for two empty sets, cutoff if one is empty."""
    most = max(len(found), len(real))
    if most == 0:
        return 0.0
    near = _pairs(found, real, cutoff)
    return float(((near**power).sum() + cutoff**power * (most - len(near))) / most) ** (1.0 / power)


def _pairs(found: np.ndarray, real: np.ndarray, cutoff: float) -> np.ndarray:
    """Distances [m] of the pairs of the best assignment that are nearer than the cutoff."""
    if not len(found) or not len(real):
        return np.empty(0)
    gap = np.minimum(np.linalg.norm(found[:, None] - real[None], axis=2), cutoff)
    gap = gap[linear_sum_assignment(gap**POWER)]
    return gap[gap < cutoff]


def picture(tracks: dict[str, np.ndarray], truth: dict[str, np.ndarray]) -> dict[str, Any] | None:
    """Measures over a run; each of tracks, truth: t [s], id and pos [m] of samples at the same times. None: no targets.

    A track belongs to the nearest target within the cutoff. completeness: share of the targets with a track; ambiguity: tracks
    a target that has one; spuriousness: share of the tracks without a target; number_changes: a minute of a target in track."""
    times = np.unique(truth["t"])
    if not len(times):
        return None
    sums = dict.fromkeys(("gospa", "ospa", "missed", "false", "held", "kept", "square"), 0.0)
    changes = 0
    last: dict[int, set[int]] = {}
    for t in times:
        here, there = tracks["t"] == t, truth["t"] == t
        found, real, number = tracks["pos"][here], truth["pos"][there], tracks["id"][here]
        parts = gospa(found, real)
        sums["gospa"] += parts["distance"]
        sums["missed"] += parts["missed"]
        sums["false"] += parts["false"]
        sums["ospa"] += ospa(found, real)
        if not len(found):
            continue
        gap = np.linalg.norm(found[:, None] - real[None], axis=2)
        owner = np.where(gap.min(axis=1) < CUTOFF, gap.argmin(axis=1), -1)
        sums["kept"] += int((owner >= 0).sum())
        sums["square"] += float((gap.min(axis=1)[owner >= 0] ** 2).sum())
        for j in np.unique(owner[owner >= 0]):
            sums["held"] += 1
            who, held = truth["id"][there][j], set(number[owner == j].tolist())
            changes += who in last and not last[who] & held
            last[who] = held
    n, n_tracks = len(truth["t"]), len(tracks["t"])
    step = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    return {
        "cutoff_m": CUTOFF,
        "samples": len(times),
        "gospa_m": round(sums["gospa"] / len(times), 1),
        "ospa_m": round(sums["ospa"] / len(times), 1),
        "missed": round(sums["missed"] / len(times), 3),
        "false": round(sums["false"] / len(times), 3),
        "completeness": round(sums["held"] / n, 4),
        "ambiguity": round(sums["kept"] / sums["held"], 4) if sums["held"] else None,
        "spuriousness": round((n_tracks - sums["kept"]) / n_tracks, 4) if n_tracks else None,
        "rms_error_m": round((sums["square"] / sums["kept"]) ** 0.5, 1) if sums["kept"] else None,
        "number_changes_per_min": round(changes / (sums["held"] * step / 60.0), 4) if sums["held"] else None,
    }
