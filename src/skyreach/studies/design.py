"""Design: the points at which a study runs, from its factors and from the doubt in the catalogue."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from skyreach.catalog import Catalog
from skyreach.catalog.sense import Contradiction, contradictions
from skyreach.errors import BadInput
from skyreach.scenario.known import catalogue, nearest
from skyreach.scenario.models import Scenario
from skyreach.studies.spec import Doubt, Factor, StudySpec

Point = dict[str, Any]  # factor -> level, label of a named level, or number
MOST_CELLS = 1_000_000
MOST_TRIES = 1000  # draws of the doubt for one that can be


def full_path(path: str, where: str) -> str:
    """A path as --set takes it: values of the catalogue may leave out `catalog.`; BadInput with the nearest names otherwise."""
    head = path.partition(".")[0].partition("[")[0]
    if head in Scenario.model_fields:
        rest = path.partition(".")[2]
        if head == "catalog":
            _check_catalogue(rest, where)
        return path
    if head in catalogue():
        _check_catalogue(path, where)
        return f"catalog.{path}"
    known = [*Scenario.model_fields, *(item.key for item in catalogue().items())]
    raise BadInput(
        f"{where}: no value {path}",
        allowed="a path of the scenario (raid.shahed.count) or the catalogue (92n6e.reference_range)",
        cure=nearest(head, known),
    )  # fmt: skip


def _check_catalogue(path: str, where: str) -> None:
    item, dot, key = path.rpartition(".")
    if not dot or item not in catalogue():
        names = [i.key for i in catalogue().items()]
        raise BadInput(f"{where}: no item {item or path} in the catalogue", allowed="ITEM.KEY", cure=nearest(item or path, names))
    values = catalogue()[item].values
    if key not in values:
        raise BadInput(f"{where}: {item} has no value {key}", cure=nearest(key, values) or ", ".join(list(values)[:8]))


def doubtful(paths: list[str], cat: Catalog, where: str) -> dict[str, tuple[float, float, float]]:
    """{path: (low, nominal, high)} of catalogue values in their own unit; BadInput for one without a range."""
    out = {}
    for path in paths:
        name = full_path(path, where).removeprefix("catalog.")
        item, _, key = name.rpartition(".")
        value = cat[item].value(key)
        if not value.low < value.high:
            raise BadInput(f"{where}: {name} has no range", f"{value.nominal:g} {value.unit}", "a value with low below high")
        out[f"catalog.{cat[item].key}.{key}"] = (value.low, value.nominal, value.high)
    return out


def triangular(u: np.ndarray | float, low: float, nominal: float, high: float) -> Any:
    """Value at the share u [1] of a triangular distribution with these ends and this mode; whole where all three are whole
    and at least one apart (channels, hits)."""
    from scipy.stats import triang

    value = triang.ppf(u, (nominal - low) / (high - low), loc=low, scale=high - low)
    if all(float(x).is_integer() for x in (low, nominal, high)) and low >= 0 and high <= 1000:
        value = np.rint(value)
    return value


def settings_of(factor: Factor, level: Any) -> dict[str, Any]:
    """{path: value} that a level of a factor sets."""
    if isinstance(factor.levels, dict):
        return {full_path(path, f"factor {factor.name}"): value for path, value in factor.levels[level].items()}
    return {full_path(path, f"factor {factor.name}"): level for path in factor.paths}


def points_of(spec: StudySpec, cat: Catalog) -> list[Point]:
    """The points of the design: factor -> level."""
    if spec.design == "factorial":
        size = 1
        for factor in spec.factors:
            size *= len(factor.levels or ())
        if size > MOST_CELLS:
            raise BadInput(f"{spec.name}: factorial design", f"{size} points", f"at most {MOST_CELLS}", "design: lhs or sobol")
        grids = [list(factor.levels or ()) for factor in spec.factors]
        return [dict(zip([f.name for f in spec.factors], row, strict=True)) for row in itertools.product(*grids)]
    if spec.design == "tornado":
        return _tornado(spec, cat)
    return [{f.name: at_share(f, float(x), cat) for f, x in zip(spec.factors, row, strict=True)} for row in shares(spec)]


def shares(spec: StudySpec) -> np.ndarray:
    """Shares in [0, 1) of a sampled design, shape (points, factors): Latin hypercube, Sobol, or the matrices A, B and A with
    one column of B each, one below the other (Saltelli et al., Computer Physics Communications 181 (2010) 259)."""
    from scipy.stats import qmc

    d, n = len(spec.factors), spec.points or 1
    if spec.design == "lhs":
        return qmc.LatinHypercube(d, rng=np.random.default_rng(spec.seed)).random(n)
    if spec.design == "sobol":
        return qmc.Sobol(d, rng=np.random.default_rng(spec.seed)).random(n)
    both = qmc.Sobol(2 * d, rng=np.random.default_rng(spec.seed)).random(n)
    a, b = both[:, :d], both[:, d:]
    mixed = [a.copy() for _ in range(d)]
    for j, matrix in enumerate(mixed):  # j factor
        matrix[:, j] = b[:, j]
    return np.concatenate([a, b, *mixed])


def at_share(factor: Factor, u: float, cat: Catalog) -> Any:
    """Level of a factor at the share u in [0, 1)."""
    if factor.levels is not None:
        levels = list(factor.levels)
        return levels[min(int(u * len(levels)), len(levels) - 1)]
    if factor.doubt:
        ranges = list(doubtful(factor.paths, cat, f"factor {factor.name}").values())
        if len(ranges) != 1:
            raise BadInput(f"factor {factor.name}: doubt", f"{len(ranges)} paths", "one path in a factor with doubt: true")
        return float(triangular(u, *ranges[0]))
    assert factor.low is not None  # the study was checked
    assert factor.high is not None
    if isinstance(factor.low, int) and isinstance(factor.high, int):
        return min(factor.low + int(u * (factor.high - factor.low + 1)), factor.high)
    return float(factor.low + u * (factor.high - factor.low))


def _tornado(spec: StudySpec, cat: Catalog) -> list[Point]:
    """The scenario as it is, then each factor alone at its low and at its high end (first and last level)."""
    points: list[Point] = [{}]
    for factor in spec.factors:
        if factor.levels is not None:
            ends = [next(iter(factor.levels)), list(factor.levels)[-1]]
        elif factor.doubt:
            (found,) = doubtful(factor.paths[:1], cat, f"factor {factor.name}").values()
            ends = [found[0], found[2]]
        else:
            ends = [factor.low, factor.high]
        points += [{factor.name: end} for end in ends]
    return points


def draws_of(doubt: Doubt | None, seed: int, cat: Catalog, read: Mapping[str, Any]) -> list[dict[str, float]]:
    """{path: value} for each draw of the doubt, Latin hypercube over all doubtful values; one empty draw without doubt.

    read: values that the scenario reads, for `values: all`."""
    from scipy.stats import qmc

    if doubt is None:
        return [{}]
    if doubt.values == "all":
        paths = [path for path, entry in read.items() if entry["low"] is not None and entry["low"] < entry["high"]]
    else:
        paths = list(doubt.values)
    ranges = doubtful(paths, cat, "doubt")
    u = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng([seed, 1])).random(doubt.draws)
    columns = {path: triangular(u[:, j], *bounds) for j, (path, bounds) in enumerate(ranges.items())}
    draws = [{path: float(column[d]) for path, column in columns.items()} for d in range(doubt.draws)]
    again = np.random.default_rng([seed, 2])
    for d in range(doubt.draws):  # values that cannot be together are drawn again, all others stay
        tries = 0
        while (found := clash(cat, draws[d])) is not None:
            if (tries := tries + 1) > MOST_TRIES:
                where = f"doubt: {', '.join(found.keys)}"
                raise BadInput(where, f"{MOST_TRIES} draws in a row that cannot be", found.allowed, found.cure)
            keys = [path for path in ranges if ".".join(_place(cat, path)) in found.keys]
            draws[d] |= {path: float(triangular(again.random(), *ranges[path])) for path in keys}
    return draws


def _place(cat: Catalog, path: str) -> tuple[str, str]:
    """Id of the item and key that a path `catalog.ITEM.KEY` means; ITEM may be an alias."""
    name, _, key = path.removeprefix("catalog.").rpartition(".")
    return cat[name].key, key


def clash(cat: Catalog, settings: Mapping[str, Any]) -> Contradiction | None:
    """The first thing that cannot be true together once numbers of the catalogue are set so; None where all can."""
    by_item: dict[str, dict[str, float]] = {}
    for path, value in settings.items():
        if path.startswith("catalog.") and isinstance(value, (int, float)) and not isinstance(value, bool):
            name, key = _place(cat, path)
            by_item.setdefault(name, {})[key] = float(value)
    for name, numbers in by_item.items():
        item = cat[name]
        new = {key: replace(item.value(key), low=x, nominal=x, high=x) for key, x in numbers.items() if key in item}
        found = next((f for f in contradictions(replace(item, values={**item.values, **new})) if set(f.keys) & set(new)), None)
        if found is not None:
            return found._replace(keys=tuple(f"{name}.{key}" for key in found.keys))
    return None
