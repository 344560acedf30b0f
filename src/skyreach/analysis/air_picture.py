"""How good the air picture of a run was: GOSPA and OSPA distances, and the SIAP measures, from samples of tracks and of truth.

GOSPA: Rahmathullah, Garcia-Fernandez, Svensson, Generalized optimal sub-pattern assignment metric, FUSION 2017 (alpha = 2).
OSPA: Schuhmacher, Vo, Vo, IEEE Trans. Signal Processing 56 (2008) 3447. SIAP: Votruba, Nisley, Rothrock, Zombro, Single
Integrated Air Picture (SIAP) Metrics Implementation (2001).
Validated: tests/analysis/test_air_picture.py against closed forms, properties and what Stone Soup gave; cases TRK-018 to TRK-020.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from skyreach.errors import BadInput
from skyreach.intake.points import ecef
from skyreach.records.run import Run

CUTOFF = 1000.0  # m: a track further from every target than this is false; the usual choice for air surveillance
POWER = 2.0
OF = ("seen", "all")


@dataclass(frozen=True)
class AirPicture:
    """Measures of a run, means over its samples weighted as SIAP does; None where there was nothing to take the mean of.

    gospa_m, ospa_m [m], missed, false: means over the samples. completeness: share of the targets that have a track;
    ambiguity: tracks of a target that has one; spuriousness: share of the tracks that belong to no target; position_m [m],
    speed_mps [m/s]: mean error of tracks that belong to one; sigma_share: their mean error over the error that they claim;
    changes_per_min: changes of number in a minute of a target in track; longest: share of the life of targets in the track
    that had them longest."""

    of: str
    cutoff_m: float
    samples: int
    targets: int
    tracks: int
    gospa_m: float | None
    ospa_m: float | None
    missed: float | None
    false: float | None
    completeness: float | None
    ambiguity: float | None
    spuriousness: float | None
    position_m: float | None
    speed_mps: float | None
    sigma_share: float | None
    changes_per_min: float | None
    longest: float | None

    def to_dict(self) -> dict[str, Any]:
        """The measures by name, as JSON takes them."""
        return asdict(self)


def gospa(found: np.ndarray, real: np.ndarray, cutoff: float = CUTOFF, power: float = POWER) -> dict[str, float]:
    """GOSPA distance [m] with alpha = 2 of two sets of points, shapes (m, d), (n, d) [m], and its parts.

    distance^power = localisation + cutoff^power / 2 (missed + false).

    >>> gospa(np.array([[3.0, 4.0, 0.0]]), np.array([[0.0, 0.0, 0.0]]))["distance"]
    5.0
    """
    near = _pairs(found, real, cutoff, power)
    located = float((near**power).sum())
    missed, false = len(real) - len(near), len(found) - len(near)
    distance = (located + cutoff**power / 2.0 * (missed + false)) ** (1.0 / power)
    return {"distance": distance, "localisation": located, "missed": float(missed), "false": float(false)}


def ospa(found: np.ndarray, real: np.ndarray, cutoff: float = CUTOFF, power: float = POWER) -> float:
    """OSPA distance [m] of two sets of points, shapes (m, d), (n, d) [m]; 0 for two empty sets, cutoff if one is empty."""
    most = max(len(found), len(real))
    if most == 0:
        return 0.0
    near = _pairs(found, real, cutoff, power)
    return float(((near**power).sum() + cutoff**power * (most - len(near))) / most) ** (1.0 / power)


def _pairs(found: np.ndarray, real: np.ndarray, cutoff: float, power: float) -> np.ndarray:
    """Distances [m] of the pairs of the best assignment that are nearer than the cutoff."""
    if not len(found) or not len(real):
        return np.empty(0)
    gap = np.minimum(np.linalg.norm(found[:, None] - real[None], axis=2), cutoff)
    gap = gap[linear_sum_assignment(gap**power)]
    return gap[gap < cutoff]


def measure(tracks: dict[str, np.ndarray], truth: dict[str, np.ndarray], cutoff: float = CUTOFF, of: str = "all") -> AirPicture:
    """Measures of samples at the same times; tracks, truth: t [s], id, pos [m] (n, 3), speed [m/s]; tracks: sigma [m] too.

    A track belongs at a time to the nearest target within the cutoff [m]."""
    times, sums = np.unique(truth["t"]), dict.fromkeys(("gospa", "ospa", "missed", "false", "held", "kept", "n"), 0.0)
    errors: list[np.ndarray] = [np.empty((0, 3))]
    held: dict[int, list[tuple[int, set[int]]]] = {}
    for k, t in enumerate(times):
        here, there = np.flatnonzero(tracks["t"] == t), np.flatnonzero(truth["t"] == t)
        found, real = tracks["pos"][here], truth["pos"][there]
        parts = gospa(found, real, cutoff)
        for name, value in (("gospa", parts["distance"]), ("missed", parts["missed"]), ("false", parts["false"])):
            sums[name] += value
        sums["ospa"] += ospa(found, real, cutoff)
        sums["n"] += len(here)
        if len(here):
            gap = np.linalg.norm(found[:, None] - real[None], axis=2)
            owner, near = gap.argmin(axis=1), gap.min(axis=1)
            own = near < cutoff
            sums["kept"] += int(own.sum())
            sums["held"] += len(np.unique(owner[own]))
            speed = np.abs(tracks["speed"][here] - truth["speed"][there][owner])
            errors.append(np.stack((near, speed, tracks["sigma"][here]), axis=1)[own])
            for j in np.unique(owner[own]):
                numbers = set(tracks["id"][here][own & (owner == j)].tolist())
                held.setdefault(int(truth["id"][there][j]), []).append((k, numbers))
    return _summed(sums, np.concatenate(errors), held, times, truth, tracks, cutoff, of)


def _summed(sums, errors, held, times, truth, tracks, cutoff: float, of: str) -> AirPicture:
    """The measures from sums over the samples, errors of the tracks kept, and by target samples with numbers of its tracks."""
    n, life = len(times), sum(np.ptp(truth["t"][truth["id"] == j]) for j in np.unique(truth["id"]))
    stretches = ((0, 0.0, 0.0), *(_kept(samples, times) for samples in held.values()))
    changes, tracked, longest = (sum(parts) for parts in zip(*stretches, strict=True))
    position, speed, sigma = errors.mean(axis=0) if len(errors) else (None, None, None)
    per = {name: _share(sums[name], n) for name in ("gospa", "ospa", "missed", "false")}
    return AirPicture(
        of, cutoff, n, len(np.unique(truth["id"])), len(np.unique(tracks["id"])),
        per["gospa"], per["ospa"], per["missed"], per["false"],
        completeness=_share(sums["held"], len(truth["t"])), ambiguity=_share(sums["kept"], sums["held"]),
        spuriousness=_share(sums["n"] - sums["kept"], sums["n"]), position_m=_share(position), speed_mps=_share(speed),
        sigma_share=_share(position, sigma), changes_per_min=_share(60.0 * changes, tracked), longest=_share(longest, life),
    )  # fmt: skip


def _share(value: float | None, whole: float | None = 1.0) -> float | None:
    """value over whole; None where there is no value, or nothing to take a share of."""
    return None if value is None or not whole else float(value / whole)


def _kept(held: list[tuple[int, set[int]]], times: np.ndarray) -> tuple[int, float, float]:
    """Of one target: changes of number at the least, time in track [s], time in the track that had it longest [s].

    held: index of the sample and the numbers of its tracks, samples without a track left out."""
    spans = _spans(held)
    changes, tracked, by_number = -1, 0.0, dict[int, float]()
    at, last = 0, -1  # sample from which on a track is needed; end of what has been counted
    for begin, end, number in sorted(spans):
        by_number[number] = by_number.get(number, 0.0) + float(times[end] - times[begin])
        tracked += max(times[end] - times[max(begin, last)], 0.0) if last >= begin else times[end] - times[begin]
        last = max(last, end)
    samples = [k for k, _ in held]
    while (k := next((k for k in samples if k >= at), None)) is not None:
        changes += 1
        at = max(end for begin, end, _ in spans if begin <= k <= end) + 1
    return max(changes, 0), float(tracked), max(by_number.values())


def _spans(held: list[tuple[int, set[int]]]) -> list[tuple[int, int, int]]:
    """First and last sample, and number, of each stretch without a gap in which one number was on a target."""
    spans, open_since, before = [], dict[int, int](), -2
    for k, numbers in [*held, (held[-1][0] + 2, set[int]())]:
        gone = set(open_since) if k > before + 1 else set(open_since) - numbers
        spans += [(open_since.pop(number), before, number) for number in sorted(gone)]
        open_since |= {number: k for number in numbers if number not in open_since}
        before = k
    return spans


def air_picture(run: Run, cutoff_m: float = CUTOFF, of: str = "seen") -> AirPicture:
    """Measures of a run, from its tables of tracks and truth; targets of the side that has the radars do not count.

    of: seen, targets from their first detection on; all, every target in flight, those below the horizon too."""
    if of not in OF:
        raise BadInput(f"of {of}", allowed=", ".join(OF))
    if not 0.0 < cutoff_m < float("inf"):
        raise BadInput("cutoff_m", cutoff_m, "a distance above 0 m")
    sides, posts = run.sites.column("side").to_pylist(), run.radars.column("site").to_pylist()
    own = {sides[site] for site in posts}
    targets = run.targets.to_pydict()
    counts = np.array([len(own) != 1 or side not in own for side in targets["side"]], bool)
    since = np.nan_to_num(np.array(targets["t_seen_s"], float), nan=np.inf) if of == "seen" else np.full(len(counts), -np.inf)
    truth, tracks = _samples(run, "truth", "target"), _samples(run, "tracks", "track")
    kept = counts[truth["id"]] & (truth["t"] >= since[truth["id"]])
    tracks["sigma"] = run.tracks.column("sigma_m").to_numpy()
    return measure(tracks, {name: column[kept] for name, column in truth.items()}, cutoff_m, of)


def _samples(run: Run, table: str, key: str) -> dict[str, np.ndarray]:
    """Columns of a table of samples as `measure` takes them."""
    rows = run.table(table)
    columns = {name: rows.column(name).to_numpy() for name in ("t_s", key, "lat_deg", "lon_deg", "h_msl_m", "speed_mps")}
    pos = np.empty((len(rows), 3))
    lat, lon, h = (np.ascontiguousarray(columns[name], float) for name in ("lat_deg", "lon_deg", "h_msl_m"))
    ecef(lat, lon, h, pos)
    return {"t": np.round(columns["t_s"], 6), "id": columns[key].astype(int), "pos": pos, "speed": columns["speed_mps"]}
