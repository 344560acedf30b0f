"""Compiled scenario and replication -> Run: tables, manifest, summary."""

import hashlib
import os
import platform
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from skyreach import __version__
from skyreach.engine.replicate import Replication, replicate
from skyreach.jit import kernel_hash
from skyreach.policies.driver import phases_of
from skyreach.policies.load import LIMIT_S, Policy
from skyreach.records.arrow import to_arrow
from skyreach.records.run import FORMAT, Run
from skyreach.records.whereabouts import marches_of
from skyreach.scenario.compile import Compiled
from skyreach.scenario.sizes import in_memory
from skyreach.world import codes

NOTICE = "Simulation from public sources at system level; numbers carry wide doubt. See docs/scope.md."


def simulate(
    compiled: Compiled,
    seed: int,
    stepped: bool = False,
    progress: Callable[[float, float], None] | None = None,
    policy: Policy | None = None,
    limit_s: float = LIMIT_S,
) -> Run:
    """One replication and its record. policy: in the place of built-in rules, limit_s for each call into it [s]."""
    with in_memory(compiled.scenario):
        phases = None if policy is None else phases_of(policy, compiled, limit_s)
        return make_run(compiled, replicate(compiled, seed, stepped, progress, phases), policy)


def make_run(compiled: Compiled, replication: Replication, policy: Policy | None = None) -> Run:
    """The record of one replication."""
    text = compiled.scenario.to_yaml()
    manifest = {
        "format": FORMAT,
        "skyreach": __version__,
        "notice": NOTICE,
        "scenario": compiled.scenario.name,
        "title": compiled.scenario.title,
        "start": compiled.scenario.start.isoformat(),
        "duration_s": compiled.scenario.duration_s,
        "frame_s": compiled.scenario.frame_s,
        "seed": replication.seed,
        "digest": replication.digest,
        "scenario_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "catalogue_sha256": compiled.catalog.digest(),
        "kernels": kernel_hash(),
        "terrain": compiled.terrain,
        "refraction_k": float(compiled.model.params[0]["k"]),
        "undulation_m": compiled.undulation,
        "machine": _machine(),
        "summary": summarise(compiled, replication),
        "inputs": compiled.catalog.used(),
        "launchers": list(compiled.names["launchers"]),  # by row: events name them by that
    }
    if compiled.scenario.said:
        manifest["traffic"] = compiled.scenario.said
    if len(compiled.world.marches):
        manifest["marches"] = marches_of(compiled)
    if policy is not None:
        manifest["policy"] = policy.record()
    return Run(manifest, text, to_arrow(compiled, replication), policy_source=policy.source if policy else None)


def _machine() -> dict[str, Any]:
    versions = {"python": platform.python_version(), "numpy": np.__version__, "pyarrow": pa.__version__}
    return {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count(), **versions}


def summarise(compiled: Compiled, run: Replication) -> dict[str, Any]:
    """The result in a few numbers; counts are of hostile targets unless they say otherwise."""
    targets, missiles, sites = run.world.targets, run.world.missiles, run.world.sites
    hostile = targets["side"] == codes.RED
    status = targets["status"]
    names = compiled.names
    lost = (sites["out"] & codes.OUT_LOST > 0) & (sites["value"] > 0)
    civil, own = targets["side"] == codes.NEUTRAL, targets["side"] == codes.BLUE
    shot_at = np.zeros(len(targets), bool)
    shot_at[missiles["target"]] = True
    leakers = hostile & (status == codes.ARRIVED)
    wrong_civil, wrong_hostile = misidentified(run)
    types, counts = np.unique(missiles["type"], return_counts=True)
    return {
        "scenario": compiled.scenario.name,
        "seed": run.seed,
        "digest": run.digest,
        "duration_s": compiled.scenario.duration_s,
        "hostile": int(hostile.sum()),
        "killed": int((hostile & (status == codes.DESTROYED)).sum()),
        "leakers": int(leakers.sum()),
        "left": int((hostile & (status == codes.LEFT)).sum()),
        "in_flight": int((hostile & (status == codes.FLYING)).sum()),
        "never_released": int((hostile & np.isin(status, (codes.CANCELLED, codes.WAITING))).sum()),
        "never_seen": int((hostile & (targets["seen_event"] < 0) & (targets["start_event"] >= 0)).sum()),
        "missiles_fired": len(missiles),
        "missiles_by_type": {names["missile_types"][int(t)]: int(n) for t, n in zip(types, counts, strict=True)},
        "civil": int(civil.sum()),
        "civil_shot_at": int((civil & shot_at).sum()),
        "civil_killed": int((civil & (status == codes.DESTROYED)).sum()),
        "own": int(own.sum()),
        "own_shot_at": int((own & shot_at).sum()),
        "own_killed": int((own & (status == codes.DESTROYED)).sum()),
        "civil_misidentified": int(wrong_civil.sum()),
        "hostile_misidentified": int(wrong_hostile.sum()),
        "leaker_names": [names["targets"][int(i)] for i in np.flatnonzero(leakers)],
        "assets_hit": [names["sites"][int(e["b"])] for e in run.world.events if e["kind"] == codes.E_DAMAGE],
        "lost": [names["sites"][int(i)] for i in np.flatnonzero(lost)],
        "radars_hit": [names["radars"][int(e["b"])] for e in run.world.events if e["kind"] == codes.E_RADAR_LOST],
        "launchers_hit": [names["launchers"][int(e["c"])] for e in run.world.events if e["kind"] == codes.E_LAUNCHER_LOST],
        "first_seen": _first_seen(compiled, run),
        "terrain": compiled.terrain,
    }


def misidentified(run: Replication) -> tuple[np.ndarray, np.ndarray]:
    """Civil aircraft called hostile at least once, and hostile targets called friend or civil at least once: bool (targets,)."""
    side, events = run.world.targets["side"], run.world.events
    said = events[(events["kind"] == codes.E_IDENTIFIED) & (events["a"] >= 0)]
    named = np.zeros((2, len(side)), bool)  # as hostile, as anything else
    named[(said["c"] != codes.HOSTILE).astype(int), said["a"]] = True
    return named[0] & (side == codes.NEUTRAL), named[1] & (side == codes.RED)


def _first_seen(compiled: Compiled, run: Replication) -> list[dict[str, Any]]:
    """For each hostile target the time, radar and slant range of its first detection, None if there was none."""
    out = []
    for j in np.flatnonzero(run.world.targets["side"] == codes.RED):
        row = int(run.world.targets[j]["seen_event"])
        event = run.world.events[row] if row >= 0 else None
        out.append({
            "target": compiled.names["targets"][int(j)],
            "t_s": None if event is None else float(event["t"]),
            "radar": None if event is None else compiled.names["radars"][int(event["b"])],
            "range_km": None if event is None else round(float(event["value"]) / 1e3, 2),
        })  # fmt: skip
    return out
