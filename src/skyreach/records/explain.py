"""The story of one target, told from the tables of a run alone."""

import itertools
from dataclasses import dataclass
from typing import Any

from skyreach.errors import BadInput
from skyreach.records.run import Run
from skyreach.world import codes

CHAIN = {int(code): word for code, (word, _) in codes.REASONS.items()}
EVENT = {code: word for code, (word, _) in codes.EVENTS.items()}
MEANING = {word: meaning for word, meaning in codes.REASONS.values()}
NOT_LIMITS = {int(c) for c in (codes.R_NOT_FLYING, codes.R_DESTROYED, codes.R_GONE)}


@dataclass
class Interval:
    """Time [s] during which one reason held for a target: the furthest that any fire unit had come."""

    t_from: float
    t_to: float
    code: int
    reason: str
    fire_unit: str


def find_target(run: Run, target: int | str) -> dict[str, Any]:
    """The row of a target by number or name; BadInput with the names that there are."""
    rows = run.targets.to_pylist()
    for row in rows:
        if row["name"] == target or str(row["target"]) == str(target):
            return row
    raise BadInput(f"target {target}", allowed=f"0 to {len(rows) - 1}, or " + ", ".join(r["name"] for r in rows))


def binding_limits(run: Run, target: int) -> list[Interval]:
    """For each moment of a target's flight the reason of the fire unit that was furthest along the chain."""
    table = run.reasons
    rows = [
        (r["t_from_s"], r["t_to_s"], r["code"], r["fire_unit"])
        for r in table.filter(_equals(table, "target", target)).to_pylist()
        if r["code"] not in NOT_LIMITS
    ]
    cuts = sorted({t for r in rows for t in r[:2]})
    out: list[Interval] = []
    for a, b in itertools.pairwise(cuts):
        held = [r for r in rows if r[0] <= a and b <= r[1]]
        if not held:
            continue
        _, _, code, unit = max(held, key=lambda r: r[2])
        if out and out[-1].code == code and out[-1].t_to == a:
            out[-1].t_to = b
        else:
            out.append(Interval(a, b, code, CHAIN[code], unit))
    return out


def _equals(table: Any, column: str, value: int) -> Any:
    import pyarrow.compute as pc

    return pc.equal(table[column], value)


def explain(run: Run, target: int | str) -> str:
    """Plain sentences with times, ranges and numbers, from first look to outcome."""
    row = find_target(run, target)
    lines = [f"{row['name']} ({row['system']}, {row['kind']}): {row['status']}."]
    lines += _story(run, row)
    lines.append("Why it was not engaged, moment by moment (the fire unit that came furthest):")
    for part in binding_limits(run, row["target"]):
        who = f" ({part.fire_unit})" if part.code > int(codes.R_TRACK_LOST) else ""
        lines.append(
            f"  {run.clock(part.t_from)} to {run.clock(part.t_to)}  {part.t_to - part.t_from:6.1f} s  "
            f"{part.reason}{who}: {MEANING[part.reason]}"
        )
    return "\n".join(lines)


def _story(run: Run, row: dict[str, Any]) -> list[str]:
    events = run.events.filter(_equals(run.events, "target", row["target"])).to_pylist()
    radars, sites = run.radars["name"].to_pylist(), run.sites["name"].to_pylist()
    shots = run.shots.to_pylist()
    lines = [f"  {run.clock(e['t_s'])}  {sentence(e, radars, sites, shots)}" for e in events]
    if row["t_seen_s"] != row["t_seen_s"]:
        lines.append("  No radar ever detected it.")
    return lines


def sentence(e: dict[str, Any], radars: list[str], sites: list[str], shots: list[dict]) -> str:
    """One event of a target in words; names and shots are those of the run, in the order of their tables."""
    kind, b, c, value = e["kind"], e["b"], e["c"], e["value"]
    if kind == EVENT[codes.E_FIRST_SEEN]:
        return f"first seen by {radars[b]} at {value / 1e3:.1f} km"
    if kind == EVENT[codes.E_TRACK_FIRM]:
        return f"firm track {c}"
    if kind == EVENT[codes.E_TRACK_DROPPED]:
        return f"track {c} dropped"
    if kind == EVENT[codes.E_IDENTIFIED]:
        return f"identified as {codes.IDENTITIES[c]}"
    if kind == EVENT[codes.E_ASSIGNED]:
        return f"assigned to {sites[b]}; intercept planned in {value:.0f} s"
    if kind == EVENT[codes.E_ABORTED]:
        return f"{sites[b]} gives up without a shot (its radar: {codes.LOOKS[c]})"
    if kind == EVENT[codes.E_LAUNCH]:
        return f"{sites[b]} launches missile {c} ({shots[c]['type']})"
    if kind == EVENT[codes.E_HOMING]:
        return f"missile {c} has it in its seeker, {value / 1e3:.1f} km to go"
    if kind in (EVENT[codes.E_DETONATION], EVENT[codes.E_KILL]):
        return f"{'destroyed by' if kind == EVENT[codes.E_KILL] else 'fuze of'} missile {c}, {value:.1f} m off"
    if kind == EVENT[codes.E_MISSILE_LOST]:
        return f"missile {c} lost: {shots[c]['outcome']}" + (f" by {value:.0f} m" if value >= 0 else "")
    if kind == EVENT[codes.E_ASSESSED]:
        return f"{sites[b]} assesses: {'destroyed' if c == 1 else 'still flying'}"
    if kind in (EVENT[codes.E_ARRIVED], EVENT[codes.E_DAMAGE], EVENT[codes.E_SITE_LOST]):
        return f"{kind}: {sites[b]}"
    return kind
