"""What if: a run again on the same dice with something changed, target by target; and what would have stopped each leaker."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from skyreach.analysis.changes import BY_KEY, CHANGES, changed
from skyreach.engine.replicate import Replication, replicate
from skyreach.errors import BadInput
from skyreach.records.run import Run
from skyreach.scenario import Scenario, read_scenario
from skyreach.scenario.compile import Compiled, compile_scenario
from skyreach.world import codes

ARRIVED = codes.TARGET_STATUS[codes.ARRIVED]


@dataclass
class Outcome:
    """What became of one target in one run; t_end [s], None where it flies on."""

    status: str
    t_end: float | None
    shots: int


@dataclass
class Variant:
    """One change, and every target after it by name; `same_bits`: not a bit of the run has moved."""

    change: str
    words: str
    digest: str
    same_bits: bool
    leakers: int
    killed: int
    missiles: int
    targets: dict[str, Outcome]


@dataclass
class WhatIf:
    """The run as it was, and with each change. `repeated`: the run could be repeated here with the digest of its record."""

    scenario: str
    seed: int
    repeated: bool
    before: Variant
    after: list[Variant]
    idle: list[str]  # changes that find nothing to change here
    hostile: frozenset[str]  # names of the targets of the raid

    def moved(self, variant: Variant) -> list[tuple[str, Outcome | None, Outcome | None]]:
        """(name, before, after) of the targets whose end, or whose shots, differ; None where there is no such target."""
        names = list(dict.fromkeys([*self.before.targets, *variant.targets]))
        pairs = [(name, self.before.targets.get(name), variant.targets.get(name)) for name in names]
        return [pair for pair in pairs if _rounded(pair[1]) != _rounded(pair[2])]

    def leakers(self) -> list[str]:
        """Names of the hostile targets that arrived."""
        return [name for name, outcome in self.before.targets.items() if outcome.status == ARRIVED and name in self.hostile]

    def stopped_by(self, name: str) -> list[Variant]:
        """The changes with which a target does not arrive, in the order in which they were tried."""
        return [v for v in self.after if name not in v.targets or v.targets[name].status != ARRIVED]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        return {
            "scenario": self.scenario, "seed": self.seed, "repeated": self.repeated, "before": _plain(self.before),
            "after": [{**_plain(v), "moved": [_pair(*pair) for pair in self.moved(v)]} for v in self.after],
            "idle": self.idle,
            "leakers": {
                name: {"decisive": next((v.change for v in found), None), "stopped_by": [v.change for v in found]}
                for name in self.leakers() for found in [self.stopped_by(name)]
            },
        }  # fmt: skip


def _rounded(outcome: Outcome | None) -> tuple[str, float | None, int] | None:
    """An outcome with its end to a tenth of a second: what is less counts as the same end."""
    if outcome is None:
        return None
    return (outcome.status, None if outcome.t_end is None else round(outcome.t_end, 1), outcome.shots)


def _plain(variant: Variant) -> dict[str, Any]:
    keys = ("change", "words", "digest", "same_bits", "leakers", "killed", "missiles")
    return {key: getattr(variant, key) for key in keys}


def _pair(name: str, before: Outcome | None, after: Outcome | None) -> dict[str, Any]:
    return {"target": name, "before": before and vars(before), "after": after and vars(after)}


def scenario_of(run: Run) -> Scenario:
    """The scenario that a run folder holds; BadInput where the run was made with a policy of the user, which is no part of it."""
    if "policy" in run.manifest:
        raise BadInput(f"run {run.path or run.manifest['scenario']}", f"made with the policy {run.manifest['policy']['name']}",
                       "runs of the built-in rules: what is run again here would not be the run that it is compared with",
                       "sr.run(..., policy=...) for each side, with the same seeds; or the scenario file")  # fmt: skip
    return read_scenario(run.scenario_yaml, str(run.path / "scenario.yaml") if run.path else "scenario.yaml")


def terrain_of(run: Run, terrain: Any = None) -> Any:
    """The elevation sources of a run: those given now, else those that were given then."""
    return terrain or run.manifest["terrain"].get("given") or None


def whatif(run: Run, changes: Sequence[str] | None = None, terrain: Any = None, threads: int = 1) -> WhatIf:
    """A run with changes made together, or (None) with every change of the list, one at a time.

    changes: names of analysis.changes.CHANGES, `path=value` as with --set, or "none". The dice are those of the run.
    """
    if threads < 1:
        raise BadInput("threads", threads, "1 or more")
    scenario, ground, seed = scenario_of(run), terrain_of(run, terrain), int(run.manifest["seed"])
    sets = [list(changes)] if changes is not None else [[change.key] for change in CHANGES]
    compiled = [changed(scenario, ground, words) for words in sets]
    first = compile_scenario(scenario, ground)
    with ThreadPoolExecutor(threads) as pool:
        ends = list(pool.map(lambda c: replicate(c, seed) if c else None, [first, *compiled]))
    base = ends[0]
    assert base is not None  # the run as it was is always made
    before = _variant([], first, base, base.digest)
    after = [
        _variant(words, c, end, base.digest) for words, c, end in zip(sets, compiled, ends[1:], strict=True) if c and end
    ]
    idle = [", ".join(words) for words, c in zip(sets, compiled, strict=True) if c is None]
    hostile = frozenset(n for n, t in zip(first.names["targets"], base.world.targets, strict=True) if t["side"] == codes.RED)
    return WhatIf(scenario.name, seed, base.digest == run.manifest["digest"], before, after, idle, hostile)


def _variant(words: Sequence[str], compiled: Compiled, run: Replication, digest: str) -> Variant:
    targets, missiles = run.world.targets, run.world.missiles
    shots = np.bincount(missiles["target"], minlength=len(targets))
    hostile = targets["side"] == codes.RED
    outcomes = {
        name: Outcome(codes.TARGET_STATUS[int(t["status"])], float(t["t_end"]) if t["t_end"] >= 0.0 else None, int(n))  # type: ignore[index]
        for name, t, n in zip(compiled.names["targets"], targets, shots, strict=True)
    }
    said = "; ".join(BY_KEY[word].words if word in BY_KEY else word for word in words if word != "none") or "nothing changed"
    arrived, killed = (int((hostile & (targets["status"] == code)).sum()) for code in (codes.ARRIVED, codes.DESTROYED))
    key = " ".join(words) or "none"
    return Variant(key, said, run.digest, run.digest == digest, arrived, killed, len(missiles), outcomes)
