"""The story of one target, or of all, told from the tables of a run alone."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from skyreach.errors import BadInput
from skyreach.records.binding import NOT_LIMITS, Interval, Ledger, binding_limits, furthest, held
from skyreach.records.chain import EVENT, UNDER_WAY, Chain, Chains, Shot
from skyreach.records.losses import launcher_name, plain
from skyreach.records.run import Run
from skyreach.records.whereabouts import March, Whereabouts
from skyreach.scenario.known import nearest
from skyreach.world import codes

__all__ = [
    "NOT_LIMITS", "Interval", "Ledger", "binding_limits", "came_to", "explain", "explain_all", "find_target", "sentence", "story",
]  # fmt: skip

WORD = {int(code): word for code, (word, _) in codes.REASONS.items()}
MEANING = {word: meaning for word, meaning in codes.REASONS.values()}
MOST_NAMES = 100  # of targets that an error counts up
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
SHOT_ENDS = {
    codes.OUTCOMES[codes.KILLED]: "killed it", codes.OUTCOMES[codes.NO_KILL]: "fuzed and did not kill it",
    codes.OUTCOMES[codes.MISSED]: "missed it", codes.OUTCOMES[codes.TARGET_GONE]: "came after its end",
    codes.OUTCOMES[codes.TRACK_LOST]: "flew on without a track", codes.OUTCOMES[codes.NO_ENERGY]: "ran out of energy",
    codes.OUTCOMES[codes.HIT_GROUND]: "hit the ground", codes.OUTCOMES[codes.NOT_ENDED]: "was still in the air",
}  # fmt: skip


def find_target(run: Run, target: int | str) -> dict[str, Any]:
    """The row of a target by number or name; BadInput with the names that there are."""
    rows = run.targets.to_pylist()
    for row in rows:
        if row["name"] == target or str(row["target"]) == str(target):
            return row
    names = [row["name"] for row in rows]
    told = ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else "")
    where = f"target {target}: no target of this name or number in {run.path or run.manifest['scenario']}"
    cure = nearest(str(target), names) or "skyreach explain RUN --all prints a line for each"
    raise BadInput(where, allowed=f"0 to {len(rows) - 1}, or {told}", cure=cure)


def explain(run: Run, target: int | str) -> str:
    """Plain sentences with times, ranges and numbers, then all events, then the limit of each moment."""
    row = find_target(run, target)
    chains = Chains(run)
    chain = chains.of(row["target"])
    lines = [f"{row['name']} ({row['system']}, {row['kind']}): {row['status']}."]
    lines += [f"  {text}" for text in story(run, chain, chains)]
    lines.append("What happened:")
    radars, sites = run.radars["name"].to_pylist(), run.sites["name"].to_pylist()
    shots = run.shots.to_pylist()
    lines += [f"  {run.clock(e['t_s'])}  {sentence(e, radars, sites, shots, run)}" for e in chain.events]
    lines.append("Why it was not engaged, moment by moment (the fire unit that came furthest):")
    for part in chain.limits:
        unit = part.fire_unit + _place_of(chains.mover(part.fire_unit), part)
        who = f" ({unit})" if part.code > int(codes.R_TRACK_LOST) else ""
        lines.append(
            f"  {run.clock(part.t_from)} to {run.clock(part.t_to)}  {part.t_to - part.t_from:6.1f} s  "
            f"{part.reason}{who}: {MEANING[part.reason]}"
        )
    return "\n".join(lines)


def story(run: Run, chain: Chain, chains: Chains | None = None) -> list[str]:
    """The chain of one target in sentences; with `chains` also what the units that had to do with it marched meanwhile."""
    if chain.t_start is None:
        return ["It never flew."]
    marched = [] if chains is None else _marched(run, chain, chains)
    ends = (_end(run, chain), came_to(chain.row, chain.limits), _held(chain))
    told = [_seen(run, chain), _known(chain), *marched, *_shots(run, chain), *ends]
    return [text for text in told if text]


def _place_of(moved: Whereabouts | None, part: Interval) -> str:
    """Where a unit that marches was while a limit held; empty for one that does not."""
    if moved is None:
        return ""
    first, last = moved.words(part.t_from), moved.words(max(part.t_to - 1e-6, part.t_from))
    return f", {first}" if first == last else f", {first}, then {last}"


def _marched(run: Run, chain: Chain, chains: Chains) -> list[str]:
    """One sentence for each march during the flight, of the units that it was given to or that came furthest."""
    begin, end = chain.t_start or 0.0, chain.row["t_end_s"]
    end = float(run.manifest["duration_s"]) if end is None else end
    units = dict.fromkeys([*chain.assigned, *(part.fire_unit for part in chain.limits)])
    moved = [(unit, mover) for unit in units if (mover := chains.mover(unit)) is not None]
    return [_march(run, unit, march, mover.duration) for unit, mover in moved for march in mover.marches
            if march.t_packs < end and march.t_ready > begin]  # fmt: skip


def _march(run: Run, unit: str, march: March, duration: float) -> str:
    """One march in words, as far as it came within the run [s]."""
    text = f"{unit} packed at its position {march.here} from {run.clock(march.t_packs)}"
    if march.t_leaves == math.inf:
        return f"{text} and was lost there."
    if march.t_leaves >= duration:
        return f"{text} to the end of the run."
    text += f", was on the road from {run.clock(march.t_leaves)}"
    if march.t_arrives >= duration:
        return f"{text} to the end of the run."
    text += f" to {run.clock(march.t_arrives)}"
    if march.t_ready >= duration:
        return f"{text} and then set up at its position {march.there} to the end of the run."
    return f"{text} and in place at its position {march.there} at {run.clock(march.t_ready)}."


def _of_position(position: int | None) -> str:
    return "" if position is None else f" at its position {position}"


def _seen(run: Run, chain: Chain) -> str:
    if chain.t_seen is None or chain.t_start is None or chain.r_seen is None:
        return "No radar ever detected it."
    height = "" if chain.agl_seen is None else f", {chain.agl_seen:,.0f} m above the ground"
    who = f"{chain.radar}{_of_position(chain.position)}"
    text = f"Seen first at {run.clock(chain.t_seen)} by {who} at {chain.r_seen / 1e3:.1f} km{height}"
    text += f", {chain.t_seen - chain.t_start:.0f} s into its flight"
    if chain.until is None:
        return f"{text}."
    depth = chain.below_horizon
    if chain.until == WORD[int(codes.R_HORIZON)] and depth is not None and depth > 0.0:
        return f"{text}; until then mostly below the radar horizon, at the end of that by {depth:,.0f} m."
    if chain.until == WORD[int(codes.R_TERRAIN)] and depth is not None and depth < 0.0:
        return f"{text}; until then mostly behind terrain, at the end of that {-depth:,.0f} m above the smooth horizon."
    return f"{text}; until then mostly {chain.until}: {MEANING[chain.until]}."


def _known(chain: Chain) -> str:
    if chain.t_firm is None:
        return "" if chain.t_seen is None else "It never gave a firm track."
    since = chain.t_start if chain.t_seen is None else chain.t_seen
    beginning = "it took off" if chain.t_seen is None else "it was seen"
    if chain.t_seen is None:
        parts = [f"Tracked by the bearings of its jamming alone, firm {_span(chain.t_firm, since, beginning)}"]
    elif chain.t_firm < chain.t_seen:
        parts = [f"Firm track {_span(chain.t_firm, since, beginning)}"]
    else:
        parts = [f"Firm track after {chain.t_firm - chain.t_seen:.1f} s"]
    if chain.t_known is None:
        parts.append("never identified")
    elif chain.t_known < chain.t_firm:
        parts.append(f"held {chain.identity}, identified on another track {chain.t_firm - chain.t_known:.1f} s before")
    else:
        parts.append(f"held {chain.identity} {chain.t_known - chain.t_firm:.1f} s later")
    if chain.t_assigned is None:
        parts.append("never assigned")
    else:
        parts.append(f"assigned {_span(chain.t_assigned, since, beginning)}, {_to(chain.assigned)}")
    return ", ".join(parts) + "." + _leave(chain)


def _span(t: float, since: float | None, beginning: str) -> str:
    """`4.2 s after it was seen`, or before: never a negative time. Times [s] of the run."""
    delay = t - (since or 0.0)
    return f"{abs(delay):.1f} s {'before' if delay < 0.0 else 'after'} {beginning}"


def _leave(chain: Chain) -> str:
    """What became of the leave to fire, where one was asked for."""
    given = f"leave to fire given {chain.leave_after:.0f} s after the order" if chain.leave_after is not None else ""
    refused = f"leave to fire refused {chain.refused} time{'s' if chain.refused > 1 else ''}" if chain.refused else ""
    said = ", ".join(part for part in (refused, given) if part)
    return f" {said[0].upper()}{said[1:]}." if said else ""


def _to(units: Sequence[str]) -> str:
    return f"to {units[0]}" if len(units) == 1 else f"to {', '.join(units[:-1])} and {units[-1]} in turn"


def _shots(run: Run, chain: Chain) -> list[str]:
    """One sentence for each salvo: missiles of one type that a unit fires while the one before is still in the air."""
    salvos: list[list[Shot]] = []
    for shot in chain.shots:
        last = salvos[-1][-1] if salvos else None
        together = last and (last.type, last.fire_unit) == (shot.type, shot.fire_unit)
        if last and together and (last.t_end is None or shot.t_launch < last.t_end):
            salvos[-1].append(shot)
        else:
            salvos.append([shot])
    return [_salvo(run, salvo) for salvo in salvos]


def _salvo(run: Run, salvo: list[Shot]) -> str:
    lead = salvo[0]
    where = "" if lead.d_launch is None else f", target {lead.d_launch / 1e3:.1f} km away"
    who = f"{lead.fire_unit}{_of_position(lead.position)}"
    text = f"{len(salvo)} x {lead.type} fired by {who} at {run.clock(lead.t_launch)}{where}: "
    if len(salvo) == 1:
        return f"{text}it {_shot_end(run, lead)}."
    return text + ", ".join(f"the {_ordinal(i)} {_shot_end(run, shot)}" for i, shot in enumerate(salvo)) + "."


def _ordinal(i: int) -> str:
    return ORDINALS[i] if i < len(ORDINALS) else f"{i + 1}th"


def _shot_end(run: Run, shot: Shot) -> str:
    text = SHOT_ENDS[shot.outcome]
    if shot.miss_m is not None and shot.outcome in (codes.OUTCOMES[codes.MISSED], codes.OUTCOMES[codes.NO_KILL]):
        text += f", {shot.miss_m:.0f} m off"
    if shot.outcome == codes.OUTCOMES[codes.KILLED] and shot.t_end is not None and shot.d_end is not None:
        text += f" at {run.clock(shot.t_end)}, {shot.d_end / 1e3:.1f} km away"
    return text


def _end(run: Run, chain: Chain) -> str:
    row = chain.row
    if row["status"] == codes.TARGET_STATUS[codes.ARRIVED]:
        done = [f"hit {', '.join(chain.damage)}"] if chain.damage else []
        done += [f"put out of action {', '.join(chain.lost)}"] if chain.lost else []
        told = f"and {' and '.join(done)}" if done else "without damage"
        late = "" if chain.t_seen is None else f", {row['t_end_s'] - chain.t_seen:.0f} s after it was first seen"
        return f"It reached {row['aim'] or 'the end of its route'} at {run.clock(row['t_end_s'])}{late}, {told}."
    if row["status"] == codes.TARGET_STATUS[codes.LEFT]:
        return f"It left the area at {run.clock(row['t_end_s'])}."
    return "It was still in the air at the end of the run." if row["status"] == codes.TARGET_STATUS[codes.FLYING] else ""


def came_to(row: dict[str, Any], limits: list[Interval]) -> str:
    """Of a target that was not shot down: the limit furthest along the chain that a fire unit came to, in one sentence."""
    last = furthest(limits)
    if last is None or row["status"] == codes.TARGET_STATUS[codes.DESTROYED]:
        return ""
    who = f" ({last.fire_unit})" if last.code > int(codes.R_TRACK_LOST) else ""
    return f"Furthest that the defence came: {last.reason}{who}: {MEANING[last.reason]}."


def _held(chain: Chain) -> str:
    limits = [(code, t) for code, t in held(chain.limits) if code not in UNDER_WAY]
    if not limits:
        return ""
    named = [f"{WORD[code]} {t:.0f} s ({t / chain.flight:.0%})" for code, t in limits[:3]]
    return f"What held longest in {chain.flight:.0f} s of flight: {', '.join(named)}."


def explain_all(run: Run) -> list[dict[str, Any]]:
    """One row for each target: when it was seen, known and assigned, shots, how it ended, and the limit that held longest."""
    return [summary(chain) for chain in Chains(run).all()]


def summary(chain: Chain) -> dict[str, Any]:
    """The chain of one target in a row, as plain data."""
    decisive = chain.decisive
    return {
        "target": chain.row["target"], "name": chain.row["name"], "system": chain.row["system"], "kind": chain.row["kind"],
        "side": chain.row["side"], "status": chain.row["status"], "t_start_s": chain.t_start, "t_seen_s": chain.t_seen,
        "radar": chain.radar, "seen_km": None if chain.r_seen is None else round(chain.r_seen / 1e3, 3),
        "t_firm_s": chain.t_firm, "identity": chain.identity, "t_assigned_s": chain.t_assigned, "shots": len(chain.shots),
        "t_end_s": chain.row["t_end_s"], "flight_s": round(chain.flight, 3),
        "furthest": WORD[chain.furthest] if chain.limits else None,
        "decisive": None if decisive is None else WORD[decisive[0]],
        "decisive_s": None if decisive is None else round(decisive[1], 3), "lost": chain.lost,
    }  # fmt: skip


def document(run: Run, target: int | str) -> dict[str, Any]:
    """Everything that `explain` tells of one target, as plain data."""
    chains = Chains(run)
    chain = chains.of(find_target(run, target)["target"])
    return {
        "target": chain.row, "chain": summary(chain), "told": story(run, chain, chains),
        "story": explain(run, target).splitlines(),
        "until": chain.until, "below_horizon_m": chain.below_horizon, "damage": chain.damage,
        "lost": plain(chain.losses),
        "shots": [_plain(shot) for shot in chain.shots], "limits": [asdict(part) for part in chain.limits],
    }  # fmt: skip


def _plain(shot: Shot) -> dict[str, Any]:
    """A shot as plain data; its position only of units that march."""
    return {key: value for key, value in asdict(shot).items() if key != "position" or value is not None}


def sentence(e: dict[str, Any], radars: list[str], sites: list[str], shots: list[dict], run: Run) -> str:
    """One event of a target in words; names and shots are in the order of their tables; run: names launchers."""
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
        return f"{sites[b]} launches missile {c} ({shots[c]['type']})" + (", on a remote track" if value == 1.0 else "")
    if kind == EVENT[codes.E_HOMING]:
        return f"missile {c} begins to home, {value / 1e3:.1f} km to go"
    if kind == EVENT[codes.E_DARK]:
        return f"missile {c} has no echo of the radar any more, {value / 1e3:.1f} km to go"
    if kind in (EVENT[codes.E_DETONATION], EVENT[codes.E_KILL]):
        return f"{'destroyed by' if kind == EVENT[codes.E_KILL] else 'fuze of'} missile {c}, {value:.1f} m off"
    if kind == EVENT[codes.E_MISSILE_LOST]:
        return f"missile {c} lost: {shots[c]['outcome']}" + (f" by {value:.0f} m" if value >= 0 else "")
    if kind == EVENT[codes.E_ASSESSED]:
        return f"{sites[b]} assesses: {'destroyed' if c == 1 else 'still flying'}"
    if kind in (EVENT[codes.E_ARRIVED], EVENT[codes.E_DAMAGE], EVENT[codes.E_SITE_LOST]):
        return f"{kind}: {sites[b]}"
    if kind == EVENT[codes.E_RELEASED]:
        leave = f"has leave to fire, {value:.0f} s after the order" if value >= 0 else "needs no leave: self-defence"
        return f"{sites[b]} {leave}"
    if kind == EVENT[codes.E_REFUSED]:
        return f"{sites[b]} " + ("is refused leave to fire" if value == 0 else "gets no answer about leave: its link is down")
    if kind == EVENT[codes.E_EMISSION]:
        return f"{radars[b]} {'radiates' if c == 1 else 'falls silent'}, by its cue"
    if kind == EVENT[codes.E_HANDED_OVER]:
        return f"{sites[c]} hands its missiles over to {sites[b]}"
    if kind == EVENT[codes.E_BEAM_FULL]:
        return f"{radars[b]} has no beam time left for it"
    if kind == EVENT[codes.E_RELOADED]:
        return f"a launcher of {sites[b]} is loaded again: {value:.0f} missiles"
    if kind == EVENT[codes.E_PACKS]:
        return f"{sites[b]} leaves its position {c}, for {value:.0f} s"
    if kind == EVENT[codes.E_IN_PLACE]:
        return f"{sites[b]} is in place at its position {c}: {value:.0f} missiles"
    if kind == EVENT[codes.E_LAUNCHER_LOST]:
        name = launcher_name(run, c, sites[b])
        return f"launcher lost: {name}, {value:.0f} m from the impact"
    return _conduct(e, radars, sites)


def _conduct(e: dict[str, Any], radars: list[str], sites: list[str]) -> str:
    """What the enemy does, and what it costs the defence, in words; else the word of the event."""
    kind, b, c, value = e["kind"], e["b"], e["c"], e["value"]
    if kind == EVENT[codes.E_WARNED]:
        return f"is warned of a missile guided by {radars[b]}, {value / 1e3:.1f} km away"
    if kind == EVENT[codes.E_EVADES]:
        return f"evades with {value:.1f} g"
    if kind == EVENT[codes.E_RESUMES]:
        return f"goes back to its route, {value:.0f} s late"
    if kind == EVENT[codes.E_EMITTER]:
        return f"homes on {radars[b]}, {value / 1e3:.1f} km to go"
    if kind == EVENT[codes.E_EMITTER_SILENT]:
        return f"hears {radars[b]} no more, flies on by memory, {value / 1e3:.1f} km to go"
    if kind == EVENT[codes.E_IMPACT]:
        return f"impact {value:.0f} m from {radars[c] if c >= 0 else sites[b]}"
    if kind == EVENT[codes.E_RADAR_LOST]:
        return f"radar lost: {radars[b]}, {value:.0f} m from the impact"
    if kind == EVENT[codes.E_CHAFF]:
        return f"drops chaff, {value:.0f} bundles left"
    return kind
