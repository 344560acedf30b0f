"""Closed lists of codes that the tables hold, with the words that people read.

Kernels compare the integers (module constants, frozen at compile time); records and explanations use the words.
The constants are NumPy integers: Numba would compile a kernel anew for every plain Python integer it is called with.
"""

from typing import Any

import numpy as np


def codes(n: int) -> Any:
    """The numbers 0..n-1 as constants for kernels (np.int64; Any to the type checker, which would not take them for int)."""
    return [np.int64(i) for i in range(n)]


NONE = np.int64(-1)  # no row, no cause, no value

# sides
BLUE, RED, NEUTRAL = codes(3)
SIDES = {BLUE: "blue", RED: "red", NEUTRAL: "neutral"}

# sites.kind
POST, FIRE_UNIT, ASSET = codes(3)
SITE_KINDS = {POST: "command post", FIRE_UNIT: "fire unit", ASSET: "asset"}

# sites.control: weapons control status
FREE, TIGHT, HOLD = codes(3)
CONTROLS = {FREE: "free", TIGHT: "tight", HOLD: "hold"}

# sites.release: whose leave a fire unit needs
OWN, SUPERIOR, DUAL_KEY = codes(3)
RELEASES = {"own": OWN, "superior": SUPERIOR, "dual_key": DUAL_KEY}

# sites.assignment: rule by which a cycle gives its orders
GREEDY, AUCTION, SEARCH = codes(3)
ASSIGNMENTS = {"greedy": GREEDY, "auction": AUCTION, "search": SEARCH}

# changes.kind: what the timeline of a scenario does to a row
(
    CHANGE_SITE, CHANGE_RADAR, CHANGE_LAUNCHER, CHANGE_EMISSION, CHANGE_LINK, CHANGE_CONTROL, CHANGE_FEED, CHANGE_POWER,
) = codes(8)  # fmt: skip
CHANGES = {
    CHANGE_SITE: "command post or fire unit works (1) or not (0)", CHANGE_RADAR: "radar works or not",
    CHANGE_LAUNCHER: "launcher works or not", CHANGE_EMISSION: "radar radiates or not", CHANGE_LINK: "link carries or not",
    CHANGE_CONTROL: "weapons control status (codes.CONTROLS)", CHANGE_FEED: "plots of a radar reach the post or not",
    CHANGE_POWER: "command post or fire unit has power or not",
}

# sites.out, radars.out, launchers.out: bits that say why a part does not work; it works while none is set
OUT_FAILED, OUT_DESTROYED, OUT_POWER, OUT_UNIT_FAILED, OUT_UNIT_DESTROYED = (np.int64(1 << i) for i in range(5))
OUT_LOST = OUT_FAILED | OUT_DESTROYED
OUTS = {
    OUT_FAILED: "lost by the timeline", OUT_DESTROYED: "destroyed by the enemy", OUT_POWER: "without power",
    OUT_UNIT_FAILED: "its unit is lost by the timeline", OUT_UNIT_DESTROYED: "its unit is destroyed",
}  # fmt: skip

# radars.scan and radars.role
ROTATING, SECTOR = codes(2)
SCANS = {"rotating": ROTATING, "sector": SECTOR}
ACQUISITION, ENGAGEMENT, LURE = codes(3)

# targets.kind; its order is that of missile_types.pk
AIRCRAFT, CRUISE, DRONE, BALLISTIC, ARM, DECOY, CIVIL = codes(7)
TARGET_KINDS = {
    "aircraft": AIRCRAFT, "cruise": CRUISE, "drone": DRONE, "ballistic": BALLISTIC, "arm": ARM, "decoy": DECOY,
    "civil": CIVIL,
}  # fmt: skip

# targets.status
WAITING, FLYING, DESTROYED, ARRIVED, LEFT, CANCELLED = codes(6)
TARGET_STATUS = {
    WAITING: "not started", FLYING: "in flight", DESTROYED: "destroyed", ARRIVED: "arrived", LEFT: "left",
    CANCELLED: "never released",
}  # fmt: skip

# targets.iff: what answers an interrogation
IFF_NONE, IFF_FRIEND, IFF_CIVIL = codes(3)
IFF = {"none": IFF_NONE, "friend": IFF_FRIEND, "civil": IFF_CIVIL}

# tracks.state
FREE_ROW, TENTATIVE, FIRM = codes(3)

# tracks.identity
UNKNOWN, HOSTILE, FRIEND, NON_HOSTILE = codes(4)
IDENTITIES = {UNKNOWN: "unknown", HOSTILE: "hostile", FRIEND: "friend", NON_HOSTILE: "civil"}

# tracks.known_by, and value of the event "identified": by what a track has its identity
BY_NOTHING, BY_ANSWER, BY_SILENCE, BY_AIRWAY, BY_EYE, BY_POLICY, BY_ERROR = codes(7)
KNOWN_BY = {
    BY_NOTHING: "not yet", BY_ANSWER: "its answer", BY_SILENCE: "that it did not answer", BY_AIRWAY: "its flight along an airway",
    BY_EYE: "sight", BY_POLICY: "a policy of the user", BY_ERROR: "a mistake",
}  # fmt: skip

# tactics.mode and tactics.evades
ON_ROUTE, EVADING, HOMING_ON = codes(3)
MODES = {ON_ROUTE: "on its route", EVADING: "evading", HOMING_ON: "homing on a radar"}
STAYS, BEAM, AWAY = codes(3)
EVASIONS = {"none": STAYS, "beam": BEAM, "away": AWAY}

# sites.march and radars.march: a fire unit that changes its position; berths.kind: which of its parts a row places
IN_PLACE, LEAVING, PACKING, ON_ROAD, SETTING_UP = codes(5)
MARCHES = {
    IN_PLACE: "in place", LEAVING: "guides its last missiles there", PACKING: "packs", ON_ROAD: "on the road",
    SETTING_UP: "sets up",
}  # fmt: skip
PART_SITE, PART_RADAR, PART_LAUNCHER = codes(3)
PARTS = {PART_SITE: "fire unit", PART_RADAR: "radar", PART_LAUNCHER: "launcher"}

# assignments.state
OPEN_ROW, READYING, FIRING, IN_FLIGHT, ASSESSING = codes(5)

# missile_types.guidance
TVM, ACTIVE, COMMAND = codes(3)
GUIDANCE = {"tvm": TVM, "active": ACTIVE, "command": COMMAND}

# missiles.state and missiles.outcome
STORED, FLYING_OUT, HOMING, SPENT = codes(4)
NOT_ENDED, KILLED, NO_KILL, MISSED, TARGET_GONE, TRACK_LOST, NO_ENERGY, HIT_GROUND = codes(8)
OUTCOMES = {
    NOT_ENDED: "in flight", KILLED: "killed", NO_KILL: "fuzed, target lives", MISSED: "missed",
    TARGET_GONE: "target already gone", TRACK_LOST: "track lost", NO_ENERGY: "out of energy",
    HIT_GROUND: "hit the ground",
}  # fmt: skip

# looks.code: what the last look of a radar at a target gave, in the order of the chain
(
    NOT_LOOKED, BEYOND_SCALE, OFF_SECTOR, HIDDEN_HORIZON, HIDDEN_TERRAIN, WEAK, CLUTTERED, NOTCHED, JAMMED, BUSY,
    CROWDED, UNHEARD, SEEN, SILENT,
) = codes(14)  # fmt: skip
LOOKS = {
    NOT_LOOKED: "not looked", BEYOND_SCALE: "beyond the instrumented range", OFF_SECTOR: "outside the sector",
    HIDDEN_HORIZON: "below the horizon", HIDDEN_TERRAIN: "behind terrain", WEAK: "echo too weak",
    CLUTTERED: "lost in clutter", NOTCHED: "in the Doppler notch", JAMMED: "jammed",
    BUSY: "no beam time left", CROWDED: "track file of the radar full", UNHEARD: "detected, its plot lost on the link",
    SEEN: "detected", SILENT: "radar off or lost",
}  # fmt: skip

# limits.code: why a fire unit is not engaging a target at this moment, furthest link of the chain last
(
    R_NOT_FLYING, R_NO_RADAR, R_RANGE, R_SECTOR, R_HORIZON, R_TERRAIN, R_SNR, R_CLUTTER, R_NOTCH,
    R_JAMMING, R_BEAM_TIME, R_LINK, R_TRACK_FILE, R_NOT_FIRM, R_TRACK_LOST,
    R_UNIT_LOST, R_MARCHING, R_NO_FIRE_CONTROL, R_CUT_OFF, R_IDENTITY, R_RULES, R_MAGAZINE, R_RAIL,
    R_TOO_FAST, R_TOO_FAR, R_TOO_HIGH, R_TOO_LOW, R_TOO_CLOSE, R_CROSSING, R_SIGHT, R_NO_TIME,
    R_TARGET_CHANNEL, R_MISSILE_CHANNEL, R_OTHER_UNIT, R_LOWER_PRIORITY,
    R_RELEASE, R_REACTION, R_ACQUIRING, R_SPACING, R_ENGAGED, R_ASSESSING, R_DESTROYED, R_GONE,
) = codes(43)  # fmt: skip
REASONS: dict[int, tuple[str, str]] = {
    R_NOT_FLYING: ("not flying", "the target is not in the air"),
    R_NO_RADAR: ("no radar", "no radar of the defence is alive and radiating, or not all have looked yet"),
    R_RANGE: ("not seen: range", "beyond the instrumented range of every radar"),
    R_SECTOR: (
        "not seen: sector",
        "outside the azimuth or elevation sector of every radar that could see it",
    ),
    R_HORIZON: ("not seen: horizon", "hidden by the curve of a smooth earth"),
    R_TERRAIN: ("not seen: terrain", "above the smooth horizon, hidden by terrain"),
    R_SNR: ("not seen: SNR", "in sight, but the echo was too weak at the last look"),
    R_CLUTTER: (
        "not seen: clutter",
        "in sight and strong enough for noise, but not for the echo of ground, sea or rain around it",
    ),
    R_NOTCH: (
        "not seen: notch",
        "in clutter, and too slow along the line of sight for the Doppler filter to part it from that",
    ),
    R_JAMMING: ("not seen: jamming", "it would have been detected at the last look without the jamming"),
    R_BEAM_TIME: ("not seen: beam time", "in sight and in track before, but the radar has no time left to look at it"),
    R_LINK: ("not heard: link", "detected by radars whose plots do not reach the command post: the link is down or loses them"),
    R_TRACK_FILE: ("track file full", "in sight, but the command post or the engagement radar holds as many tracks as it can"),
    R_NOT_FIRM: ("not tracked", "plots, but no firm track yet"),
    R_TRACK_LOST: ("track lost", "had a firm track, which was dropped just now or has had no plot for some looks"),
    R_UNIT_LOST: ("unit lost", "the fire unit is out of the fight"),
    R_MARCHING: ("on the march", "the fire unit is about to leave its position, packs, is on the road or sets up"),
    R_NO_FIRE_CONTROL: (
        "no fire control",
        "the engagement radar of the fire unit is lost or does not radiate",
    ),
    R_CUT_OFF: ("cut off", "the fire unit has no command post and does not see the target itself"),
    R_IDENTITY: ("not identified", "firm track, not (yet) identified as hostile"),
    R_RULES: ("held by rules", "weapons control status or doctrine forbids fire"),
    R_MAGAZINE: ("no missile left", "no missile of any type left at the unit, on its launchers or to reload them"),
    R_RAIL: ("reload", "no missile ready to fire; launchers are being loaded"),
    R_TOO_FAST: ("too fast", "faster than what any missile of the unit is made for"),
    R_TOO_FAR: (
        "too far",
        "beyond the reach of every missile of the unit along its course, or in it later than a missile would be there",
    ),
    R_TOO_HIGH: ("too high", "within range, above the height that the missiles of the unit reach"),
    R_TOO_LOW: ("too low", "the intercept would lie closer to the ground than the missile can fight"),
    R_TOO_CLOSE: ("too close", "the intercept would lie within the least range of the missile"),
    R_CROSSING: ("crossing", "its course leads through the reach, but no missile would be there before it is gone"),
    R_SIGHT: (
        "no sight for fire control",
        "the engagement radar cannot see the target now or at the intercept, or cannot turn to it",
    ),
    R_NO_TIME: ("no time", "an intercept would come after the target has reached what it threatens"),
    R_TARGET_CHANNEL: ("no target channel", "all target channels of the unit are taken"),
    R_MISSILE_CHANNEL: ("no missile channel", "all missile channels of the unit are taken"),
    R_OTHER_UNIT: ("engaged by another unit", "another fire unit has the target"),
    R_LOWER_PRIORITY: (
        "waits its turn",
        "could be engaged; the cycle gave the unit to a higher threat or waits",
    ),
    R_RELEASE: ("release", "assigned; the leave to fire is awaited, or was refused a short while ago"),
    R_REACTION: ("reaction time", "assigned; the order is on its way, or the unit readies"),
    R_ACQUIRING: ("acquiring", "ready to fire; the engagement radar does not have the target yet"),
    R_SPACING: ("launch spacing", "ready to fire; too soon after the launch before"),
    R_ENGAGED: ("engaged", "missiles in flight"),
    R_ASSESSING: ("assessed", "missiles spent, result not yet known"),
    R_DESTROYED: ("destroyed", "the target is destroyed"),
    R_GONE: ("gone", "the target has arrived, left or was never released"),
}

# events.kind: (word, what a, b, c and value hold)
(
    E_START, E_FIRST_SEEN, E_TRACK_FIRM, E_TRACK_DROPPED, E_IDENTIFIED, E_ASSIGNED, E_ABORTED, E_LAUNCH, E_HOMING,
    E_DETONATION, E_MISSILE_LOST, E_KILL, E_ASSESSED, E_ARRIVED, E_LEFT, E_CANCELLED, E_DAMAGE, E_SITE_LOST,
    E_TRACK_TABLE_FULL, E_ASSIGNMENT_TABLE_FULL, E_STROBE, E_RELEASED, E_REFUSED, E_CHANGE, E_RELOADED, E_EMISSION,
    E_BEAM_FULL, E_HANDED_OVER, E_FALSE_FIRM, E_FALSE_DROPPED, E_WARNED, E_EVADES, E_RESUMES, E_EMITTER, E_EMITTER_SILENT,
    E_IMPACT, E_RADAR_LOST, E_LAUNCHER_LOST, E_CHAFF, E_PACKS, E_IN_PLACE, E_DARK,
) = codes(42)  # fmt: skip
EVENTS: dict[int, tuple[str, str]] = {
    E_START: ("target starts", "a target"),
    E_FIRST_SEEN: ("first seen", "a target, b radar, value slant range [m]"),
    E_TRACK_FIRM: ("track firm", "a target, b track row, c track number"),
    E_TRACK_DROPPED: ("track dropped", "a target, b track row, c track number"),
    E_IDENTIFIED: ("identified", "a target, b track row, c identity, value by what (codes.KNOWN_BY)"),
    E_ASSIGNED: ("assigned", "a target, b fire unit, c missile type, value planned time to intercept [s]"),
    E_ABORTED: ("assignment ended without a shot", "a target, b fire unit, c last look of its radar"),
    E_LAUNCH: ("launch", "a target, b fire unit, c missile, value 1 on a remote track, else 0"),
    E_HOMING: ("seeker has the target", "a target, b fire unit, c missile, value range to go [m]"),
    E_DETONATION: ("fuze", "a target, b fire unit, c missile, value miss distance [m]"),
    E_MISSILE_LOST: ("missile lost", "a target, b fire unit, c missile, value miss distance [m] or -1"),
    E_KILL: ("destroyed", "a target, b fire unit, c missile, value miss distance [m]"),
    E_ASSESSED: ("assessed", "a target, b fire unit, c 1 destroyed or 0 lives"),
    E_ARRIVED: ("arrived", "a target, b asset site or -1"),
    E_LEFT: ("left", "a target"),
    E_CANCELLED: ("never released", "a target, b carrier target"),
    E_DAMAGE: ("asset hit", "a target, b asset site, c hits it still stands"),
    E_SITE_LOST: ("site lost", "a target, b site"),
    E_TRACK_TABLE_FULL: ("track table full", "a target, b radar"),
    E_ASSIGNMENT_TABLE_FULL: ("assignment table full", "a target, b fire unit"),
    E_STROBE: ("jamming strobe", "a target, b radar, value jamming over noise [1]"),
    E_RELEASED: ("leave to fire given", "a target, b fire unit, c missile type, value since the order [s], -1 in self-defence"),
    E_REFUSED: ("leave to fire refused", "a target, b fire unit, c missile type, value 1 the link is down, else 0"),
    E_CHANGE: ("change of the timeline", "b row of the table that it changes, c codes.CHANGES, value the new one"),
    E_RELOADED: ("launcher loaded", "b fire unit, c launcher, value rounds"),
    E_EMISSION: ("radar on or off by its cue", "b radar, c 1 radiates or 0 silent"),
    E_BEAM_FULL: ("beam time used up", "a target that is not looked at, b radar"),
    E_HANDED_OVER: ("missiles handed over", "a target, b fire unit that takes them, c fire unit that gives them"),
    E_FALSE_FIRM: ("track of noise alone firm", "b track row, c track number"),
    E_FALSE_DROPPED: ("track of noise alone dropped", "b track row, c track number"),
    E_WARNED: ("warned", "a target, b radar that it hears, value range to it [m]"),
    E_EVADES: ("evades", "a target, b radar that it heard, value load factor [1]"),
    E_RESUMES: ("back to its route", "a target, value how much later than planned it is there [s], below zero: earlier"),
    E_EMITTER: ("homes on a radar", "a target, b radar, value range to it [m]"),
    E_EMITTER_SILENT: ("radar no longer heard", "a target, b radar, value range to where it is believed [m]"),
    E_IMPACT: ("impact", "a target, b asset site or -1, c radar or -1, value distance from what it flew at [m]"),
    E_RADAR_LOST: ("radar lost", "a target, b radar, value distance of the impact [m]"),
    E_LAUNCHER_LOST: ("launcher lost", "a target, b fire unit, c launcher, value distance of the impact [m]"),
    E_CHAFF: ("chaff", "a target, value bundles left"),
    E_PACKS: ("unit packs", "b fire unit, c position that it leaves, from 1, value time until it is in place again [s]"),
    E_IN_PLACE: ("unit in place", "b fire unit, c its position, from 1, value missiles on its launchers"),
    E_DARK: ("echo lost", "a target, b fire unit, c missile that homes and has no echo of the radar now, value range to go [m]"),
}

# params.multipath
MULTIPATH_OFF, MULTIPATH_SEA, MULTIPATH_ALL = codes(3)
MULTIPATH = {"off": MULTIPATH_OFF, "auto": MULTIPATH_SEA, "on": MULTIPATH_ALL}

# clock.fault bits: a run that sets one is reported as failed, never as a result
FAULT_EVENTS, FAULT_NONFINITE, FAULT_PLOTS, FAULT_MISSILES = 1, 2, 4, 8
FAULTS = {
    FAULT_EVENTS: "the event table is full",
    FAULT_NONFINITE: "a position became infinite or not a number",
    FAULT_PLOTS: "more plots in one frame than the plot table holds",
    FAULT_MISSILES: "more launches than missile rows",
}
