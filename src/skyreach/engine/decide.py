"""Phase 5, track by track: threat value, who can shoot with what, the order, and why not (the cycle: engine/cycle.py)."""

import math

from skyreach.engine.bookkeeping import emit, set_limit
from skyreach.engine.geometry import TICK, square, wrap
from skyreach.engine.picture import defends_itself
from skyreach.engine.plan import FEASIBLE, azimuth_of, course_past, plan, until_seen
from skyreach.jit import lean
from skyreach.world.codes import (
    E_ASSIGNED,
    E_ASSIGNMENT_TABLE_FULL,
    FIRM,
    HOSTILE,
    NONE,
    ON_ROAD,
    OPEN_ROW,
    OWN,
    R_CROSSING,
    R_LOWER_PRIORITY,
    R_MAGAZINE,
    R_MISSILE_CHANNEL,
    R_OTHER_UNIT,
    R_RAIL,
    R_REACTION,
    R_RELEASE,
    R_RULES,
    R_SIGHT,
    R_TARGET_CHANNEL,
    R_TOO_FAST,
    READYING,
    SECTOR,
)
from skyreach.world.dice import LINK, uniform

LEAST_BAR, SPREAD_BAR = 2, 5  # replan times that a bar stands, at least and spread by track number: not all in one cycle
NEGLIGIBLE = 9.0  # squared miss over threat distance from which on exp(-x) < 2e-4 is taken for nothing


@lean
def rank(model, world, head, order, weight, t_left, t):
    """Sort the firm hostile tracks by their threat to what site `head` defends, highest first; returns their number.

    Writes order (rows of tracks), and weight [1] and t_left [s] by row of tracks."""
    n = 0
    for i in range(order.size):  # i track
        track = world.tracks[i]
        if track["state"] != FIRM or track["identity"] != HOSTILE:
            continue
        weight[i], t_left[i] = threat(model.params[0], world.sites, track, t)
        weight[i] *= world.sites[head]["type_weight"][track["kind"]]
        m = n
        while m > 0 and weight[order[m - 1]] < weight[i]:
            order[m] = order[m - 1]
            m -= 1
        order[m] = i
        n += 1
    return n


@lean
def threat(p, sites, track, t):
    """Threat value [1] of a track and the time [s] until it reaches what it threatens (inf if no asset lies on its course).

    Sum over assets and posts of value * exp(-time to closest approach / threat_time) * exp(-(miss / threat_distance)^2),
    time and miss of the straight course on the map, whatever the height; heuristic in the manner of Roux and van Vuuren,
    ORiON 23 (2007) 75. Not validated: no published numbers.
    """
    x = track["x"]
    value, t_left = 1e-6, math.inf
    for k in range(sites.shape[0]):  # k site
        site = sites[k]
        if site["alive"] == 0 or site["value"] <= 0.0 or site["march"] == ON_ROAD:
            continue
        closing, r2, v2 = course_past(site, x[0], x[1], x[2], x)
        t_cpa = max(closing / v2, 0.0)
        miss2 = max(r2 - closing * closing / v2, 0.0) if closing > 0.0 else r2
        if miss2 > NEGLIGIBLE * square(p["threat_distance"]):
            continue
        on_course = math.exp(-miss2 / square(p["threat_distance"]))
        value += site["value"] * math.exp(-t_cpa / p["threat_time"]) * on_course
        if closing > 0.0 and on_course > p["on_course_share"]:
            t_left = min(t_left, t_cpa + (track["t"] - t))
    return value, t_left


@lean
def assign_track(model, world, log, stand, mine, i, t_left, told, until, t):
    """Find the best fire unit and missile for track i among the units that stand free for it, and order the shots; returns
    the row of that order, -1 none.

    stand: reason of each unit for each track (sites, tracks); mine: reason that a unit's own orders give each target (sites,
    targets), -1 none, which stays the reason; told: the ledger of the target follows this track; until: empty (`option`)."""
    j = world.tracks[i]["target"]
    best, best_type, best_score, best_tof, best_delay = -1, -1, math.inf, 0.0, 0.0
    for k in range(world.sites.shape[0]):  # k fire unit
        if stand[k, i] != R_LOWER_PRIORITY:
            continue
        code, type_, score, tof, delay = offer(model, world, log, k, i, t_left, told and mine[k, j] < 0, until, t)
        if code == FEASIBLE and score < best_score:
            best, best_type, best_score, best_tof, best_delay = k, type_, score, tof, delay
    if best < 0 or held(world, world.tracks[i]["number"]) >= most_orders(world.sites[best]):
        return -1
    a = order_shots(model, world, best, i, best_type, best_tof + best_delay, t_left, t)
    if a >= 0 and told:
        leave_to_other(world, log, stand, i, t)
    return a


@lean
def offer(model, world, log, k, i, t_left, told, until, t):
    """Best shot that unit k, which stands free for track i, can offer: reason code (FEASIBLE if there is one), type, score (less
    is better), flight [s], delay [s]. told: the ledger is told of that code; writes waits, limits, and until (`option`)."""
    p, track, wait = model.params[0], world.tracks[i], world.waits[k, i]
    unseen = until_seen(model, world, k, track, t)
    bar = barrier(world.sites[k], unseen)
    code, type_, score, tof, delay = option(model, world, k, track, unseen, bar, t_left, until, t)
    unreached = R_TOO_FAST <= code <= R_CROSSING
    wait["bar"], wait["code"] = bar if code == bar or unreached else NONE, code
    wait["t_bar"] = t + p["replan_time"] * (LEAST_BAR + track["number"] % SPREAD_BAR) - TICK
    if unreached:
        wait["t_plan"] = t + p["replan_time"] - TICK
    if told:
        set_limit(world, log, k, track["target"], R_LOWER_PRIORITY if code == FEASIBLE else code, t)
    return code, type_, score, tof, delay


@lean
def most_orders(site):
    """Orders of which a unit may add one to those that hold on a track [1]."""
    return 1 if site["look_first"] == 1 else 2


@lean
def leave_to_other(world, log, stand, i, t):
    """Tell the ledger, of the units that could engage track i too, that another one has it now."""
    j = world.tracks[i]["target"]
    for k in range(world.sites.shape[0]):  # k fire unit
        if stand[k, i] == R_LOWER_PRIORITY and world.limits[k, j]["code"] == R_LOWER_PRIORITY:
            set_limit(world, log, k, j, R_OTHER_UNIT, t)


@lean
def option(model, world, k, track, unseen, bar, t_left, until, t):
    """Best missile of unit k against a track: reason code (FEASIBLE if any), type, score (less is better), flight [s], delay [s].

    With economy the price decides, else the earliest intercept. Of several obstacles the furthest in the chain is named; bar: the
    reason beyond which no plan of this unit gets now (no sight of the track, no free channel), -1 none. Into until, where it has
    rows, goes the time to the intercept [s] by missile type (inf: none), of all types and not of the best alone."""
    site = world.sites[k]
    code, best_type, best_score, best_tof, best_delay = R_MAGAZINE, -1, math.inf, 0.0, 0.0
    tried, kept = 0, False  # bit per missile type; some rounds are kept back
    for n in range(until.size):  # n missile type
        until[n] = math.inf
    for i in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # i launcher
        if world.launchers[i]["alive"] == 1 and not math.isinf(world.launchers[i]["t_loaded"]):
            code = max(code, R_RAIL)
    while True:
        type_, price = next_type(model, world, site, tried)
        if type_ < 0 or (best_type >= 0 and (bar >= 0 or (price >= best_score and until.size == 0))) or code == bar:
            break  # nothing that follows would change the answer
        tried |= 1 << type_
        if not has_free(world, k, type_, t_left):
            kept = kept or free_rounds(world, k, type_) > 0
            continue
        found, tof, delay = plan(model, world, k, track, type_, t, t_left, unseen)
        if found != FEASIBLE:
            code = max(code, found)
            continue
        score = delay + tof + price
        if until.size > 0:
            until[type_] = delay + tof
        if score < best_score:
            best_type, best_score, best_tof, best_delay = type_, score, tof, delay
    if best_type < 0:
        return R_RULES if kept and code <= R_RAIL else code, -1, math.inf, 0.0, 0.0
    if bar >= 0:
        return bar, -1, math.inf, 0.0, 0.0
    return FEASIBLE, best_type, best_score, best_tof, best_delay


@lean
def barrier(site, unseen):
    """Reason code that bars all fire of a unit at a track that its radar can see in unseen [s]: it never can, or no channel is
    free; -1 if nothing does."""
    return R_SIGHT if site["remote"] == 0 and math.isinf(unseen) else channels_taken(site)


@lean
def channels_taken(site):
    """Reason code of a unit without a free channel, -1 if it has one of each."""
    if site["targets_held"] >= site["target_channels"]:
        return R_TARGET_CHANNEL
    return R_MISSILE_CHANNEL if site["missiles_held"] >= site["missile_channels"] else NONE


@lean
def next_type(model, world, site, tried):
    """Missile type that is on the launchers of a unit and not tried yet (a bit per type), and its price [USD], 0 without economy:
    the cheapest; of equal ones the first in the table. -1: there is none."""
    best, least = NONE, math.inf
    for i in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # i launcher
        launcher = world.launchers[i]
        if launcher["alive"] == 0 or launcher["rounds"] <= 0 or (tried >> launcher["type"]) & 1 == 1:
            continue
        price = model.missile_types[launcher["type"]]["cost"] if site["economy"] == 1 else 0.0
        if price < least:
            best, least = launcher["type"], price
    return best, least


@lean
def has_free(world, k, type_, t_left):
    """True if a unit has more rounds of a type that no order has claimed than doctrine keeps back from such a track."""
    kept = reserve(world, k, type_, t_left)
    if rounds_ready(world, k, type_) - world.sites[k]["missiles_held"] > kept:  # orders claim no more than channels held
        return True
    return free_rounds(world, k, type_) > kept


@lean
def rounds_ready(world, k, type_):
    """Rounds of a missile type on the launchers of fire unit k that work [1]."""
    n, site = 0, world.sites[k]
    for i in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # i launcher
        if world.launchers[i]["type"] == type_ and world.launchers[i]["alive"] == 1:
            n += world.launchers[i]["rounds"]
    return n


@lean
def free_rounds(world, k, type_):
    """Rounds of a missile type at fire unit k that no order has claimed [1]."""
    n = rounds_ready(world, k, type_)
    for i in range(world.clock[0]["n_assignments"]):  # i assignment
        row = world.assignments[i]
        if row["state"] != OPEN_ROW and row["site"] == k and row["type"] == type_:
            n -= row["ordered"] - row["fired"]
    return n


@lean
def reserve(world, k, type_, t_left):
    """Rounds of a missile type that doctrine keeps back at fire unit k from a track that is not on course for anything
    defended (t_left inf) [1]."""
    site, full = world.sites[k], 0
    if site["reserve"] == 0.0 or not math.isinf(t_left):
        return 0
    for i in range(site["launcher"], site["launcher"] + site["n_launchers"]):  # i launcher
        if world.launchers[i]["type"] == type_:
            full += world.launchers[i]["load"]
    return math.ceil(site["reserve"] * full - TICK)


@lean
def held(world, number):
    """Orders that hold on the track of this number now [1]."""
    n = 0
    for i in range(world.clock[0]["n_assignments"]):  # i assignment
        if world.assignments[i]["state"] != OPEN_ROW and world.assignments[i]["track_number"] == number:
            n += 1
    return n


@lean
def order_shots(model, world, k, i, type_, until, t_left, t):
    """Open an assignment of track i to unit k, with the intercept planned `until` seconds ahead; returns its row, -1 (and an
    event) if the table is full. Where leave to fire is needed it is asked for now; the unit readies meanwhile."""
    site, track, p = world.sites[k], world.tracks[i], model.params[0]
    for a in range(world.assignments.shape[0]):  # a assignment
        row = world.assignments[a]
        if row["state"] == OPEN_ROW:
            world.clock[0]["n_ordered"] += 1
            world.clock[0]["n_assignments"] = max(world.clock[0]["n_assignments"], a + 1)
            rounds = free_rounds(world, k, type_) - reserve(world, k, type_, t_left)
            shots = min(site["salvo"], site["missile_channels"] - site["missiles_held"], rounds)
            row["state"], row["site"], row["type"] = READYING, k, type_
            row["track"], row["track_number"], row["target"] = i, track["number"], track["target"]
            row["ordered"], row["fired"], row["ended"] = shots, 0, 0
            late = site["order_delay"]
            if site["order_loss"] > 0.0:
                late += site["cycle"] * lost_orders(p["seed"], site["order_loss"], k, track["number"], world.clock[0]["frame"])
            row["t_order"], row["t_ready"], row["t_verdict"] = t, t + late + site["reaction"], math.inf
            row["stage"], row["t_release"] = R_REACTION, -math.inf
            if site["release"] != OWN and not defends_itself(p, site, track, t):
                row["stage"], row["t_release"] = R_RELEASE, t + site["consent"]
            site["targets_held"] += 1
            site["missiles_held"] += shots
            look = world.looks[site["radar"], track["target"]]
            look["engaged"] += 1
            radar = world.radars[site["radar"]]
            if radar["scan"] == SECTOR:
                look["t_next"] = t
                radar["t_due"] = t
                if site["targets_held"] == 1:
                    face(p, radar, track)
            row["event"] = emit(world, t, E_ASSIGNED, track["id_event"], track["target"], k, type_, until)
            return a
    emit(world, t, E_ASSIGNMENT_TABLE_FULL, track["id_event"], track["target"], k, NONE, 0.0)
    return -1


@lean
def lost_orders(seed, loss, k, number, frame):
    """Sendings of an order to unit k on a track that the link loses before one gets through, each with probability loss [1]."""
    return math.floor(math.log(1.0 - uniform(seed, LINK, k, number, frame)) / math.log(loss))


@lean
def face(p, radar, track):
    """Let an engagement radar without other work turn its sector towards a track that lies outside its inner part."""
    az = azimuth_of(radar, track["x"][0], track["x"][1], track["x"][2])
    if abs(wrap(az - radar["boresight"])) > p["inner_sector"] * radar["half_sector"]:
        radar["bearing_wanted"] = az
