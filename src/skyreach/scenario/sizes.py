"""How much may take part in one run: more is refused in words before any table is made."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from skyreach.catalog.sense import MOST
from skyreach.errors import RunFailed
from skyreach.scenario.models import Path, Scenario
from skyreach.scenario.problems import Problem
from skyreach.world.tables import TABLES, dtype_of

PAIRS = {
    "looks": ("radars", "targets"), "limits": ("sites", "targets"), "waits": ("sites", "tracks"), "fixes": ("tracks", "radars"),
}  # fmt: skip
"""Tables that have a row for each with each."""


def _parts(scenario: Scenario) -> dict[str, list[tuple[Path, int]]]:
    """How many targets, launchers, radars, units and assets stand at each place of the file."""
    targets: list[tuple[Path, int]] = [
        ((key, i), item.count) for key in ("raid", "civil") for i, item in enumerate(getattr(scenario, key))
    ]
    launchers: list[tuple[Path, int]] = []
    radars: list[tuple[Path, int]] = []
    sites: list[tuple[Path, int]] = [(("assets", i), 1) for i in range(len(scenario.assets))]
    for path, unit, _ in scenario.walk():
        sites.append((path, bool(unit.command_post) + bool(unit.engagement_radar()) + len(unit.point_defence)))
        radars.append((path, 2 * len(unit.point_defence)))
        launchers += [((*path, "launchers", i), group.count) for i, group in enumerate(unit.launchers)]
        radars += [((*path, "radars", i), 1 + len(radar.decoys)) for i, radar in enumerate(unit.radars)]
    return {"targets": targets, "launchers": launchers, "radars": radars, "units and assets": sites}


def size_problems(scenario: Scenario) -> Iterator[Problem]:
    """Targets, launchers, radars or defended things beyond MOST, said of the one with which they go beyond."""
    cure = "a smaller count, or several scenarios"
    for what, parts in _parts(scenario).items():
        total = 0
        for path, n in parts:
            if total <= MOST < total + n:
                given = f"the {what} are {sum(n for _, n in parts):,} with this"
                yield Problem(path, given, f"at most {MOST:,} {what} in all", cure)
            total += n


def check_room(scenario: Scenario, counts: dict[str, int]) -> None:
    """RunFailed where the tables of each with each would not fit into the memory of this machine.

    counts: rows of sites, radars, targets and tracks. A run holds them twice, as they begin and as they are."""
    need = sum(2 * counts[a] * counts[b] * dtype_of(TABLES[name]).itemsize for name, (a, b) in PAIRS.items())
    if need > memory():
        raise _no_room(scenario, f"needs {need / 1e9:.3g} GB, this machine has {memory() / 1e9:.3g} GB")


def memory() -> float:
    """Memory of this machine [byte]; inf where it does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return float("inf")


@contextmanager
def in_memory(scenario: Scenario) -> Iterator[None]:
    """RunFailed in the place of MemoryError."""
    try:
        yield
    except MemoryError:
        raise _no_room(scenario, "found no memory") from None


def _no_room(scenario: Scenario, why: str) -> RunFailed:
    cure = "fewer targets or radars, a shorter duration_s, or a machine with more memory"
    return RunFailed(f"{scenario.name} ({words(scenario)}): {why}\n  try: {cure}")


def words(scenario: Scenario) -> str:
    """What takes part, for an error: `24 targets, 11 radars, 40 launchers, 900 s`."""
    parts = _parts(scenario)
    counts = [f"{sum(n for _, n in parts[what]):,} {what}" for what in ("targets", "radars", "launchers")]
    return ", ".join([*counts, f"{scenario.duration_s:g} s"])
