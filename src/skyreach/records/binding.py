"""For each moment of a target's flight the one binding limit: the reason of the fire unit that had come furthest."""

from dataclasses import dataclass

import numpy as np

from skyreach.records.run import Run
from skyreach.world import codes

CHAIN = {int(code): word for code, (word, _) in codes.REASONS.items()}
NOT_LIMITS = {int(c) for c in (codes.R_NOT_FLYING, codes.R_DESTROYED, codes.R_GONE)}


@dataclass
class Interval:
    """Time [s] during which one reason held for a target: the furthest that any fire unit had come."""

    t_from: float
    t_to: float
    code: int
    reason: str
    fire_unit: str


class Ledger:
    """The table `reasons` of a run in hand, one slice of rows for each target."""

    def __init__(self, run: Run) -> None:
        table = run.reasons.combine_chunks()
        target = table["target"].to_numpy()
        order = np.argsort(target, kind="stable")
        self.units = run.sites["name"].to_pylist()
        self.site, self.code, self.t_from, self.t_to = (
            table[name].to_numpy()[order] for name in ("site", "code", "t_from_s", "t_to_s")
        )
        self.edges = np.searchsorted(target[order], np.arange(run.targets.num_rows + 1))

    def rows(self, target: int) -> np.ndarray:
        """Row numbers of one target, in the order of the table."""
        return np.arange(self.edges[target], self.edges[target + 1])

    def of_units(self, target: int) -> dict[str, list[Interval]]:
        """The intervals of each fire unit, in time."""
        out: dict[str, list[Interval]] = {}
        rows = self.rows(target)
        for i in rows[np.lexsort((self.t_from[rows], self.site[rows]))]:
            code, unit = int(self.code[i]), self.units[int(self.site[i])]
            part = Interval(float(self.t_from[i]), float(self.t_to[i]), code, CHAIN[code], unit)
            out.setdefault(unit, []).append(part)
        return out

    def binding(self, target: int) -> list[Interval]:
        """For each moment in flight the reason of the unit furthest along the chain; of equal units the first."""
        rows = self.rows(target)
        rows = rows[~np.isin(self.code[rows], list(NOT_LIMITS))]
        cuts = np.unique(np.concatenate([self.t_from[rows], self.t_to[rows]]))
        best = np.full(max(len(cuts) - 1, 0), -1)
        for i in rows[np.lexsort((-rows, self.code[rows]))]:  # the last one written wins
            a, b = np.searchsorted(cuts, (self.t_from[i], self.t_to[i]))
            best[a:b] = i
        out: list[Interval] = []
        for a, b, i in zip(cuts[:-1], cuts[1:], best, strict=True):
            if i < 0:
                continue
            code = int(self.code[i])
            if out and out[-1].code == code and out[-1].t_to == a:
                out[-1].t_to = float(b)
            else:
                out.append(Interval(float(a), float(b), code, CHAIN[code], self.units[int(self.site[i])]))
        return out


def binding_limits(run: Run, target: int) -> list[Interval]:
    """For each moment of a target's flight the reason of the fire unit that was furthest along the chain."""
    return Ledger(run).binding(target)


def furthest(parts: list[Interval]) -> Interval | None:
    """The last interval of the limit furthest along the chain that any unit came to; None where there is none."""
    return max(parts, key=lambda part: (part.code, part.t_from), default=None)


def held(parts: list[Interval]) -> list[tuple[int, float]]:
    """(code, seconds that it held in all), longest first; of equal ones the furthest along the chain first."""
    total: dict[int, float] = {}
    for part in parts:
        total[part.code] = total.get(part.code, 0.0) + part.t_to - part.t_from
    return sorted(total.items(), key=lambda item: (-item[1], -item[0]))
