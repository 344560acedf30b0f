"""What a study keeps of one run: counts, times and costs, and what stood between each leaker and a shot in its last minute.

One row of MEASURES is all that is left of a replication in a study; the run itself can be had again from its seed.
"""

import numpy as np

from skyreach.jit import kernel, lean
from skyreach.world.codes import (
    ARRIVED,
    ASSET,
    CANCELLED,
    DESTROYED,
    E_DAMAGE,
    E_IDENTIFIED,
    FIRE_UNIT,
    FLYING,
    HOSTILE,
    LEFT,
    NEUTRAL,
    NONE,
    OUT_LOST,
    RED,
    WAITING,
    codes,
)
from skyreach.world.dice import ONCE, PHASE, uniform
from skyreach.world.field import Field
from skyreach.world.field import field as _f

UNSEEN, IDENTITY, REACH, CHANNELS, RAILS, RELOAD, ORDER, SHOT = codes(8)
CAUSES = {
    UNSEEN: "unseen", IDENTITY: "identity", REACH: "reach", CHANNELS: "channels", RAILS: "rails", RELOAD: "reload",
    ORDER: "order", SHOT: "shot",
}  # fmt: skip

N_CAUSES = len(CAUSES)
LAST = 60.0  # s before its arrival in which a leaker is asked what kept the defence from it

MEASURES: list[Field] = [
    _f("hostile", "i4", "1", "hostile targets of the scenario"),
    _f("killed", "i4", "1", "hostile targets destroyed"),
    _f("leakers", "i4", "1", "hostile targets that arrived"),
    _f("left", "i4", "1", "hostile targets that left"),
    _f("in_flight", "i4", "1", "hostile targets in the air at the end"),
    _f("never_released", "i4", "1", "hostile targets that never started"),
    _f("never_seen", "i4", "1", "hostile targets that flew and were never detected"),
    _f("shots", "i4", "1", "missiles fired"),
    _f("hits", "i4", "1", "arrivals that damaged an asset"),
    _f("assets_lost", "i4", "1", "assets lost"),
    _f("units_lost", "i4", "1", "command posts and fire units lost"),
    _f("value_lost", "f8", "1", "worth of the assets lost"),
    _f("cost_fired", "f8", "USD", "cost of the missiles fired"),
    _f("cost_killed", "f8", "USD", "cost of the hostile targets destroyed"),
    _f("cost_exchange", "f8", "1", "cost fired over cost destroyed; NaN where nothing was destroyed"),
    _f("first_detection", "f8", "s", "first detection of a hostile target; NaN never"),
    _f("time_to_empty", "f8", "s", "last launch of the first fire unit that ran out of rounds; NaN none did"),
    _f("units_empty", "i4", "1", "fire units without a round at the end"),
    _f("rounds_left", "i4", "1", "rounds left on all launchers"),
    _f("civil_misidentified", "i4", "1", "civil aircraft that were called hostile at least once"),
    _f("hostile_misidentified", "i4", "1", "hostile targets that were called friend or civil at least once"),
    _f("civil_shot_at", "i4", "1", "civil aircraft shot at"),
    _f("civil_killed", "i4", "1", "civil aircraft destroyed"),
    _f("leak_unseen", "i4", "1", "leakers without a firm track in their last minute"),
    _f("leak_identity", "i4", "1", "leakers held up by identification, rules or a unit lost, on the march or cut off"),
    _f("leak_reach", "i4", "1", "leakers out of reach, out of sight of fire control, or with no time left"),
    _f("leak_channels", "i4", "1", "leakers for which no target or missile channel was free"),
    _f("leak_rails", "i4", "1", "leakers for which no missile was left on the rails"),
    _f("leak_reload", "i4", "1", "leakers that came during a reload"),
    _f("leak_order", "i4", "1", "leakers that waited for their turn, a verdict or the reaction time"),
    _f("leak_shot", "i4", "1", "leakers that were shot at and lived, with nothing of the above used up"),
    _f("wait_channels", "f8", "s", "time of hostile targets at which a fire unit wanted for a channel, summed"),
    _f("wait_rails", "f8", "s", "time of tracked hostile targets for which a unit had no missile, none wanted a channel, summed"),
]


@lean
def set_phases(radars, seed):
    """Times [s] at which rotating beams pass north, drawn from the seed as Compiled.new_world draws them; writes radars."""
    for i in range(radars.shape[0]):  # i radar
        radars[i]["t_phase"] = radars[i]["update_search"] * (uniform(seed, PHASE, i, ONCE, ONCE) - 1.0)


@kernel
def tally(world, reasons, n, group, missile_cost, target_cost, out):
    """Fill out[0], a row of MEASURES, from the end state of a run and the first n rows of its ledger.

    group: for each code of REASONS a row of CAUSES, -1 for what is no obstacle; missile_cost (types,) and target_cost
    (targets,) [USD]. Writes out only.
    """
    row = out[0]
    n_targets = world.targets.shape[0]
    shot_at = np.zeros(n_targets, np.bool_)
    for i in range(world.clock[0]["n_missiles"]):  # i missile
        shot_at[world.missiles[i]["target"]] = True
    _count_targets(world, shot_at, target_cost, row)
    _count_sites(world, row)
    _count_events(world, row)
    fired = 0.0
    for i in range(world.clock[0]["n_missiles"]):
        fired += missile_cost[world.missiles[i]["type"]]
    row["shots"], row["cost_fired"] = world.clock[0]["n_missiles"], fired
    row["cost_exchange"] = fired / row["cost_killed"] if row["cost_killed"] > 0.0 else np.nan
    first, order = np.zeros(n_targets + 1, np.int64), np.empty(max(n, 1), np.int64)
    _sort_by_target(reasons, n, first, order)
    cuts, held = np.empty(2 * max(n, 1)), np.zeros(N_CAUSES)
    leaks = np.zeros(N_CAUSES, np.int64)
    for j in range(n_targets):  # j target
        target = world.targets[j]
        if target["side"] != RED:
            continue
        rows = order[first[j] : first[j + 1]]
        leaked = target["status"] == ARRIVED
        if not leaked and not _stopped(reasons, rows, group):
            continue
        binding(reasons, rows, group, -np.inf, cuts, held)
        row["wait_channels"] += held[CHANNELS]
        row["wait_rails"] += held[RAILS]
        if leaked:
            binding(reasons, rows, group, target["t_end"] - LAST, cuts, held)
            leaks[_blame(held, shot_at[j])] += 1
    row["leak_unseen"], row["leak_identity"], row["leak_reach"] = leaks[UNSEEN], leaks[IDENTITY], leaks[REACH]
    row["leak_channels"], row["leak_rails"], row["leak_reload"] = leaks[CHANNELS], leaks[RAILS], leaks[RELOAD]
    row["leak_order"], row["leak_shot"] = leaks[ORDER], leaks[SHOT]


@lean
def _count_targets(world, shot_at, target_cost, row):
    """Outcomes of the targets, civil aircraft apart; writes row."""
    row["first_detection"] = np.nan
    for j in range(world.targets.shape[0]):  # j target
        target = world.targets[j]
        status = target["status"]
        if target["side"] == NEUTRAL:
            row["civil_shot_at"] += shot_at[j]
            row["civil_killed"] += status == DESTROYED
        if target["side"] != RED:
            continue
        row["hostile"] += 1
        row["killed"] += status == DESTROYED
        row["leakers"] += status == ARRIVED
        row["left"] += status == LEFT
        row["in_flight"] += status == FLYING
        row["never_released"] += status == CANCELLED or status == WAITING
        if status == DESTROYED:
            row["cost_killed"] += target_cost[j]
        if target["seen_event"] >= 0:
            t = world.events[target["seen_event"]]["t"]
            if not t >= row["first_detection"]:  # also where there is none yet
                row["first_detection"] = t
        elif target["start_event"] >= 0:
            row["never_seen"] += 1


@lean
def _count_sites(world, row):
    """Losses, and fire units that have run out of rounds; writes row."""
    row["time_to_empty"] = np.nan
    for k in range(world.sites.shape[0]):  # k site
        site = world.sites[k]
        if site["alive"] == 0 and site["kind"] == ASSET:
            row["assets_lost"] += 1
            row["value_lost"] += site["value"]
        elif site["out"] & OUT_LOST:
            row["units_lost"] += 1
        if site["kind"] != FIRE_UNIT or site["n_launchers"] == 0:
            continue
        left = 0
        for n in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # n launcher
            left += world.launchers[n]["rounds"]
        row["rounds_left"] += left
        if left > 0:
            continue
        row["units_empty"] += 1
        t = 0.0
        for i in range(world.clock[0]["n_missiles"]):  # i missile
            if world.missiles[i]["site"] == k:
                t = max(t, world.missiles[i]["t_launch"])
        if not t >= row["time_to_empty"]:
            row["time_to_empty"] = t


@kernel
def _count_events(world, row):
    """Damage and mistaken identities; writes row."""
    mistaken, spared = np.zeros(world.targets.shape[0], np.bool_), np.zeros(world.targets.shape[0], np.bool_)
    for e in range(world.clock[0]["n_events"]):  # e event
        event = world.events[e]
        if event["kind"] == E_DAMAGE:
            row["hits"] += 1
        elif event["kind"] == E_IDENTIFIED:
            side = world.targets[event["a"]]["side"]
            mistaken[event["a"]] |= side == NEUTRAL and event["c"] == HOSTILE
            spared[event["a"]] |= side == RED and event["c"] != HOSTILE
    row["civil_misidentified"], row["hostile_misidentified"] = mistaken.sum(), spared.sum()


@lean
def _sort_by_target(reasons, n, first, order):
    """Rows of the ledger by target: those of target j are order[first[j]:first[j + 1]], in their order in the ledger."""
    for i in range(n):  # i row of the ledger
        first[reasons[i]["target"] + 1] += 1
    for j in range(first.shape[0] - 1):  # j target
        first[j + 1] += first[j]
    for i in range(n - 1, -1, -1):
        j = reasons[i]["target"]
        first[j + 1] -= 1
        order[first[j + 1]] = i
    for j in range(first.shape[0] - 1):
        first[j] = first[j + 1]
    first[first.shape[0] - 1] = n


@lean
def _stopped(reasons, rows, group):
    """True if a target ever wanted for a channel or a missile."""
    for i in range(rows.shape[0]):  # i row of the ledger
        cause = group[reasons[rows[i]]["code"]]
        if cause == CHANNELS or cause == RAILS:
            return True
    return False


@kernel
def binding(reasons, rows, group, t_from, cuts, held):
    """Time [s] from t_from [s] on by the cause that held then, into held (causes,).

    At each moment that of the fire unit furthest along the chain; but while none has it under fire, a unit that wants for a
    channel or, next, for a missile counts before one that is only too far away.
    rows: those of one target in the ledger; cuts: room for two times per row."""
    held[:] = 0.0
    n = 0
    for i in range(rows.shape[0]):  # i row of the ledger
        if group[reasons[rows[i]]["code"]] >= 0:
            cuts[n], cuts[n + 1] = max(reasons[rows[i]]["t_from"], t_from), max(reasons[rows[i]]["t_to"], t_from)
            n += 2
    cuts[:n].sort()
    for c in range(n - 1):  # c interval between two cuts
        t, width = cuts[c], cuts[c + 1] - cuts[c]
        if width <= 0.0:
            continue
        code, channel, empty = NONE, False, False
        for i in range(rows.shape[0]):
            reason = reasons[rows[i]]
            if reason["t_from"] <= t and reason["t_to"] >= cuts[c + 1] and group[reason["code"]] >= 0:
                code = max(code, reason["code"])
                channel |= group[reason["code"]] == CHANNELS
                empty |= group[reason["code"]] == RAILS
        if code < 0:
            continue
        if group[code] == SHOT:
            held[SHOT] += width
        elif channel or empty:
            held[CHANNELS if channel else RAILS] += width
        else:
            held[group[code]] += width


@lean
def _blame(held, shot_at):
    """Cause that held longest; where that was neither channels, rails nor reload, that it was shot at says more."""
    best = UNSEEN
    for c in range(UNSEEN + 1, N_CAUSES):  # c cause
        if held[c] > held[best]:
            best = np.int64(c)
    if shot_at and best != CHANNELS and best != RAILS and best != RELOAD:
        return SHOT
    return best
