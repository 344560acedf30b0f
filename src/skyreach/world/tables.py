"""The tables that are the whole state of one run, declared once: name, type, shape, unit, frame, meaning.

`TABLES` makes the NumPy dtypes, the Arrow schemas and the page in the docs. Dtypes are packed, without holes, so
that the digest of a table depends on its values alone. Beside the ten tables of the design stand `looks` (radar x
target), `fixes` (track x radar), `limits` (fire unit x target) and `plots` (this frame): state that no single
entity owns; `clock`
has one row. What does not change during a run lies in `Model`.
"""

from typing import NamedTuple

import numpy as np


class Field(NamedTuple):
    """One column: NumPy type, shape per row, SI unit, frame, meaning."""

    name: str
    type: str
    shape: tuple[int, ...]
    unit: str
    frame: str
    meaning: str


def _f(name: str, type_: str, unit: str, meaning: str, shape: tuple[int, ...] = (), frame: str = "") -> Field:
    return Field(name, type_, shape, unit, frame, meaning)


def _place() -> list[Field]:
    return [
        _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
        _f("R_enu_from_ecef", "f8", "1", "rotation to local east, north, up", (3, 3)),
        _f("h_ell", "f8", "m", "height above the ellipsoid"),
    ]


TABLES: dict[str, list[Field]] = {
    "sites": [
        _f("kind", "i8", "", "command post, fire unit or asset (codes.SITE_KINDS)"),
        _f("side", "i8", "", "side (codes.SIDES)"),
        _f("alive", "i8", "", "1 while it works"),
        *_place(),
        _f("value", "f8", "1", "worth of the asset to the defender"),
        _f("hits_left", "i8", "1", "damaging arrivals it still stands"),
        _f("stands_for", "i8", "", "row of the post or fire unit that is lost with an asset, -1 none"),
        _f("post", "i8", "", "row of the command post that a fire unit obeys, -1 none"),
        _f("radar", "i8", "", "row of the engagement radar of a fire unit, -1 none"),
        _f("control", "i8", "", "weapons control status (codes.CONTROLS)"),
        _f(
            "engage",
            "i8",
            "",
            "bit per apparent class (codes.TARGET_KINDS) that doctrine lets the unit engage",
        ),
        _f("economy", "i8", "", "1: cheapest adequate missile first, 0: earliest intercept first"),
        _f("look_first", "i8", "", "1: shoot-look-shoot, 0: a further salvo while one is in flight"),
        _f("salvo", "i8", "1", "missiles fired at a target in one go"),
        _f("max_range_share", "f8", "1", "share of the kinematic range that doctrine uses"),
        _f("target_channels", "i8", "1", "targets engaged at once at the most"),
        _f("missile_channels", "i8", "1", "missiles guided at once at the most"),
        _f("targets_held", "i8", "1", "target channels taken"),
        _f("missiles_held", "i8", "1", "missile channels taken or promised"),
        _f("reaction", "f8", "s", "order received to first launch"),
        _f("order_delay", "f8", "s", "delay of orders and tracks on the link from its post"),
        _f("spacing", "f8", "s", "between launches of the unit"),
        _f("assess", "f8", "s", "last intercept to verdict"),
        _f("launcher", "i8", "", "first row of its launchers, which stand together"),
        _f("n_launchers", "i8", "1", "rows of its launchers"),
        _f("r_reach", "f8", "m", "longest range in the reach tables of its missiles"),
        _f("t_reach", "f8", "s", "longest flight of its missiles and the wait before"),
        _f("t_next_launch", "f8", "s", "earliest time of the next launch"),
        _f("cycle", "f8", "s", "decision cycle of a command post"),
        _f("t_next_cycle", "f8", "s", "time of the next decision"),
    ],
    "radars": [
        _f("site", "i8", "", "row of the owning site"),
        _f("side", "i8", "", "side"),
        _f("alive", "i8", "", "1 while it works"),
        _f("emitting", "i8", "", "1 while it radiates"),
        _f("scan", "i8", "", "rotating or sector"),
        _f("role", "i8", "", "acquisition or engagement"),
        _f("band", "i8", "", "column of targets.rcs: 0 X band, 1 longer waves"),
        *_place(),
        _f("h_ground", "f8", "m", "ellipsoidal height of the ground below the antenna"),
        _f("radius", "f8", "m", "radius of the sphere that osculates the ellipsoid at the antenna"),
        _f("floor", "i8", "", "row of the floor map in Model.floors"),
        _f("r_max", "f8", "m", "instrumented range"),
        _f("r_ref", "f8", "m", "reference range"),
        _f("rcs_ref", "f8", "m2", "reference radar cross-section"),
        _f("snr_ref", "f8", "1", "signal-to-noise ratio of one look at the reference"),
        _f("pfa", "f8", "1", "probability of false alarm of one look"),
        _f("update_search", "f8", "s", "time between looks in search"),
        _f("update_track", "f8", "s", "time between looks at an engaged target"),
        _f("t_due", "f8", "s", "time of the next look at any target"),
        _f("t_phase", "f8", "s", "time at which a rotating beam passes north"),
        _f("tan_el_min", "f8", "1", "tangent of the lowest elevation"),
        _f("tan_el_max", "f8", "1", "tangent of the highest elevation; inf to the zenith"),
        _f("half_sector", "f8", "rad", "half the azimuth sector; pi is all round"),
        _f("boresight", "f8", "rad", "azimuth of the middle of the sector, clockwise from north"),
        _f("slew_rate", "f8", "rad/s", "turning speed of the sector"),
        _f("bearing_wanted", "f8", "rad", "azimuth to which the sector turns"),
        _f("sigma_r", "f8", "m", "range error, one sigma"),
        _f("sigma_az", "f8", "rad", "azimuth error, one sigma"),
        _f("sigma_el", "f8", "rad", "elevation error, one sigma"),
    ],
    "launchers": [
        _f("site", "i8", "", "row of the fire unit"),
        _f("vehicle", "i8", "", "number of the vehicle in the scenario"),
        _f("type", "i8", "", "row of Model.missile_types"),
        _f("rounds", "i8", "1", "missiles ready"),
        _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
        _f("up_ecef", "f8", "1", "local vertical", (3,), "ECEF"),
    ],
    "missiles": [
        _f("state", "i8", "", "stored, flying out, homing, spent"),
        _f("outcome", "i8", "", "how it ended (codes.OUTCOMES)"),
        _f("type", "i8", "", "row of Model.missile_types"),
        _f("site", "i8", "", "row of the fire unit"),
        _f("launcher", "i8", "", "row of the launcher"),
        _f("assignment", "i8", "", "row of the assignment it belongs to"),
        _f("track", "i8", "", "row of the track it flies at"),
        _f("track_number", "i8", "", "number of that track"),
        _f(
            "target", "i8", "", "row of the target under that track at launch; truth, for physics and scoring"
        ),
        _f("launch_event", "i8", "", "row of its launch in events"),
        _f("t_launch", "f8", "s", "launch"),
        _f("t_end", "f8", "s", "end of flight"),
        _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
        _f("vel_ecef", "f8", "m/s", "velocity", (3,), "ECEF"),
        _f("pip_ecef", "f8", "m", "predicted intercept point", (3,), "ECEF"),
        _f("r_plan", "f8", "m", "distance to the predicted intercept point at launch"),
        _f("t_plan", "f8", "s", "planned time of intercept"),
        _f("v_arrival", "f8", "m/s", "planned speed at intercept"),
        _f("seek_pos", "f8", "m", "target position as the seeker measures it", (3,), "ECEF"),
        _f("t_measure", "f8", "s", "since the last measurement of the seeker"),
        _f("seek_vel", "f8", "m/s", "target velocity as the seeker measures it", (3,), "ECEF"),
        _f("miss", "f8", "m", "least distance to the target, -1 while unknown"),
    ],
    "targets": [
        _f("kind", "i8", "", "class (codes.TARGET_KINDS)"),
        _f("side", "i8", "", "side"),
        _f("status", "i8", "", "codes.TARGET_STATUS"),
        _f("iff", "i8", "", "what answers an interrogation"),
        _f("swerling", "i8", "", "fluctuation case, 1 or 3"),
        _f("route_start", "i8", "", "first row in routes"),
        _f("route_n", "i8", "1", "rows in routes"),
        _f("cursor", "i8", "", "row of routes in use"),
        _f("carrier", "i8", "", "row of the carrier, -1 none"),
        _f("aim", "i8", "", "row of the site it flies at, -1 none"),
        _f("damage", "f8", "1", "probability that an arrival damages the asset"),
        _f("rcs_front", "f8", "m2", "radar cross-section head-on: X band, longer waves", (2,)),
        _f("rcs_side", "f8", "m2", "radar cross-section abeam: X band, longer waves", (2,)),
        _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
        _f("vel_ecef", "f8", "m/s", "velocity", (3,), "ECEF"),
        _f("h_ell", "f8", "m", "height above the ellipsoid"),
        _f("h_agl", "f8", "m", "height above ground"),
        _f("climb", "f8", "m/s", "rate of change of h_ell on this leg"),
        _f("climb_agl", "f8", "m/s", "rate of change of h_agl on this leg"),
        _f("t_leg", "f8", "s", "end of the leg of its route that it is on"),
        _f("speed_max", "f8", "m/s", "fastest it ever flies"),
        _f("start_event", "i8", "", "row of its start in events"),
        _f("seen_event", "i8", "", "row of its first detection in events, -1 none"),
        _f("t_end", "f8", "s", "time of its end, -1 while it flies"),
    ],
    "routes": [
        _f("t", "f8", "s", "time of this point"),
        _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
        _f("h_ell", "f8", "m", "height above the ellipsoid"),
        _f("h_agl", "f8", "m", "height above ground"),
    ],
    "tracks": [
        _f("state", "i8", "", "free, tentative, firm"),
        _f("identity", "i8", "", "codes.IDENTITIES"),
        _f("number", "i8", "", "track number, never used twice"),
        _f("x", "f8", "m, m/s", "position and velocity estimate", (6,), "ECEF"),
        _f("P", "f8", "m2, m2/s, m2/s2", "covariance of x", (6, 6), "ECEF"),
        _f("t", "f8", "s", "time of x"),
        _f("t_first", "f8", "s", "time of the first plot"),
        _f("t_plot", "f8", "s", "time of the last plot accepted"),
        _f("t_limit", "f8", "s", "time by which a tentative track must have become firm"),
        _f("t_firm", "f8", "s", "time at which it became firm"),
        _f("hits", "i8", "1", "plots accepted"),
        _f("radar", "i8", "", "row of the radar of the last plot"),
        _f(
            "target",
            "i8",
            "",
            "target under the last plot; truth, for physics and scoring, never read by the filter",
        ),
        _f("firm_event", "i8", "", "row of its confirmation in events"),
        _f("id_event", "i8", "", "row of its identification in events"),
    ],
    "assignments": [
        _f("state", "i8", "", "open row, readying, firing, in flight, assessing"),
        _f("site", "i8", "", "row of the fire unit"),
        _f("track", "i8", "", "row of the track"),
        _f("track_number", "i8", "", "number of that track"),
        _f("target", "i8", "", "target under that track; truth, for physics and scoring"),
        _f("type", "i8", "", "row of Model.missile_types"),
        _f("ordered", "i8", "1", "missiles ordered"),
        _f("fired", "i8", "1", "missiles launched"),
        _f("ended", "i8", "1", "missiles whose flight has ended"),
        _f("t_order", "f8", "s", "time of the order"),
        _f("t_ready", "f8", "s", "end of the reaction time"),
        _f("t_verdict", "f8", "s", "time of the assessment"),
        _f("event", "i8", "", "row of the order in events"),
    ],
    "links": [
        _f("a", "i8", "", "row of the site that sends"),
        _f("b", "i8", "", "row of the site that receives"),
        _f("up", "i8", "", "1 while it carries"),
        _f("delay", "f8", "s", "one-way delay"),
    ],
    "events": [
        _f("t", "f8", "s", "time"),
        _f("kind", "i8", "", "codes.EVENTS"),
        _f("cause", "i8", "", "row of the event that led to it, -1 none"),
        _f("a", "i8", "", "see codes.EVENTS"),
        _f("b", "i8", "", "see codes.EVENTS"),
        _f("c", "i8", "", "see codes.EVENTS"),
        _f("value", "f8", "", "see codes.EVENTS"),
    ],
    "looks": [
        _f("t_next", "f8", "s", "time of the next look"),
        _f("t_seen", "f8", "s", "time of the last detection, -inf never"),
        _f("code", "i8", "", "outcome of the last look (codes.LOOKS)"),
        _f("in_step", "i8", "", "1 once t_next follows the turning beam"),
        _f("engaged", "i8", "1", "assignments for which this radar keeps the target in track"),
    ],
    "fixes": [
        _f("t_plot", "f8", "s", "time of the last plot of this radar in this track, -inf never"),
    ],
    "limits": [
        _f("code", "i8", "", "why this fire unit does not engage this target now (codes.REASONS)"),
        _f("t_since", "f8", "s", "since when"),
        _f("t_plan", "f8", "s", "earliest time of a new plan for a target that was out of reach"),
        _f("t_retry", "f8", "s", "earliest time of a new order after one that came to nothing"),
    ],
    "plots": [
        _f("radar", "i8", "", "row of the radar"),
        _f("target", "i8", "", "target that gave the echo; truth, for physics and scoring"),
        _f("r_slant", "f8", "m", "measured range"),
        _f("az", "f8", "rad", "measured azimuth, clockwise from north"),
        _f("el", "f8", "rad", "measured elevation"),
        _f("pos_ecef", "f8", "m", "measured position", (3,), "ECEF"),
    ],
    "clock": [
        _f("frame", "i8", "1", "next frame to do"),
        _f("n_events", "i8", "1", "rows used in events"),
        _f("n_plots", "i8", "1", "plots of this frame"),
        _f("n_missiles", "i8", "1", "rows used in missiles"),
        _f("n_tracks", "i8", "1", "rows ever used in tracks"),
        _f("n_assignments", "i8", "1", "rows ever used in assignments"),
        _f("n_ordered", "i8", "1", "assignments with shots still to fire"),
        _f("n_flying", "i8", "1", "missiles in flight"),
        _f("n_judged", "i8", "1", "assignments that wait for their verdict"),
        _f("n_numbers", "i8", "1", "track numbers given"),
        _f("t_full", "f8", "s", "time at which the track file was last noted as full"),
        _f("t_decide", "f8", "s", "time of the next decision cycle of any site"),
        _f("fault", "i8", "", "bits of codes.FAULTS"),
    ],
}

LOG_TABLES: dict[str, list[Field]] = {
    "truth": [
        _f("t", "f8", "s", "time"),
        _f("target", "i8", "", "row of targets"),
        _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
        _f("vel_ecef", "f8", "m/s", "velocity", (3,), "ECEF"),
        _f("h_ell", "f8", "m", "height above the ellipsoid"),
        _f("h_agl", "f8", "m", "height above ground"),
        _f("status", "i8", "", "codes.TARGET_STATUS"),
    ],
    "plots": [
        _f("t", "f8", "s", "time"),
        _f("radar", "i8", "", "row of radars"),
        _f("target", "i8", "", "target that gave the echo"),
        _f("track_number", "i8", "", "track that took the plot, -1 none"),
        _f("r_slant", "f8", "m", "measured range"),
        _f("az", "f8", "rad", "measured azimuth, clockwise from north"),
        _f("el", "f8", "rad", "measured elevation"),
        _f("pos_ecef", "f8", "m", "measured position", (3,), "ECEF"),
    ],
    "tracks": [
        _f("t", "f8", "s", "time"),
        _f("number", "i8", "", "track number"),
        _f("target", "i8", "", "target under the last plot"),
        _f("state", "i8", "", "tentative or firm"),
        _f("identity", "i8", "", "codes.IDENTITIES"),
        _f("x", "f8", "m, m/s", "position and velocity estimate", (6,), "ECEF"),
        _f("sigma_pos", "f8", "m", "root of the trace of the position covariance"),
        _f("t_plot", "f8", "s", "time of the last plot accepted"),
    ],
    "flights": [
        _f("t", "f8", "s", "time"),
        _f("missile", "i8", "", "row of missiles"),
        _f("state", "i8", "", "flying out or homing"),
        _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
        _f("vel_ecef", "f8", "m/s", "velocity", (3,), "ECEF"),
    ],
    "reasons": [
        _f("target", "i8", "", "row of targets"),
        _f("site", "i8", "", "row of the fire unit"),
        _f("code", "i8", "", "codes.REASONS"),
        _f("t_from", "f8", "s", "begin"),
        _f("t_to", "f8", "s", "end"),
    ],
}

PARAMS: list[Field] = [
    _f("seed", "u8", "", "seed of all dice"),
    _f("dt", "f8", "s", "frame"),
    _f("duration", "f8", "s", "end of the run"),
    _f("k", "f8", "1", "effective earth radius over earth radius"),
    _f("floor_dr", "f8", "m", "range step of the floor maps"),
    _f("air_dh", "f8", "m", "height step of the air table"),
    _f("reach_dh", "f8", "m", "height step of the reach tables"),
    _f("gate", "f8", "1", "association gate, squared Mahalanobis distance"),
    _f("process_noise", "f8", "m2/s3", "white acceleration of the track filter"),
    _f("speed_prior", "f8", "m/s", "one sigma of the speed of a new track"),
    _f("confirm_hits", "i8", "1", "plots that make a track firm"),
    _f("confirm_looks", "i8", "1", "looks within which they must come"),
    _f("drop_time", "f8", "s", "time without a plot after which a firm track is dropped"),
    _f("identify_time", "f8", "s", "firm track to identification"),
    _f("identify_error", "f8", "1", "probability that the identity is wrong"),
    _f("iff_reply", "f8", "1", "probability that a working transponder is answered and understood"),
    _f("acquire_time", "f8", "s", "wait for the engagement radar after the reaction time"),
    _f("threat_time", "f8", "s", "time constant of the threat value"),
    _f("threat_distance", "f8", "m", "miss distance of a course that still threatens an asset"),
    _f("h_top", "f8", "m", "highest ground, above the ellipsoid"),
    _f("tidy_frames", "i8", "1", "frames between looks through the track file for old and unidentified tracks"),
    _f("sample_frames", "i8", "1", "frames between samples in the log, 0 for no log"),
]

MISSILE_TYPES: list[Field] = [
    _f("launch_mass", "f8", "kg", "mass at launch"),
    _f("propellant", "f8", "kg", "propellant"),
    _f("burn_time", "f8", "s", "burn time"),
    _f("thrust", "f8", "N", "thrust while it burns"),
    _f("area", "f8", "m2", "reference area of the drag table"),
    _f("cn_max", "f8", "1", "largest normal-force coefficient on that area"),
    _f("induced_k", "f8", "1", "induced drag: cd_i = induced_k * cn^2"),
    _f("launch_speed", "f8", "m/s", "speed of the cold launch"),
    _f("loft", "f8", "rad", "largest extra climb angle of the mid-course"),
    _f("loft_range", "f8", "m", "shot length from which the whole loft is used"),
    _f("loft_end", "f8", "1", "share of the shot still ahead at which the loft ends"),
    _f("steer_time", "f8", "s", "time constant of the mid-course steering"),
    _f("nav", "f8", "1", "navigation constant"),
    _f("g_limit", "f8", "m/s2", "structural limit of lateral acceleration"),
    _f("guidance", "i8", "", "codes.GUIDANCE"),
    _f("seeker_range", "f8", "m", "range at which homing begins"),
    _f("seeker_sigma", "f8", "rad", "angle error of the seeker, one sigma per measurement"),
    _f("cos_cone", "f8", "1", "cosine of the angle off its velocity within which it can begin to home"),
    _f("glint", "f8", "m", "error of the seeker that does not shrink with range, one sigma"),
    _f("lethal_radius", "f8", "m", "miss distance at which half the kills are left"),
    _f("reliability", "f8", "1", "probability that it works"),
    _f("pk", "f8", "1", "kill probability of a working missile at no miss, by target class", (7,)),
    _f("min_range", "f8", "m", "least range"),
    _f("max_range", "f8", "m", "largest range by target class; kinematics limit further", (7,)),
    _f("min_height", "f8", "m", "least target height above the ground"),
    _f("max_height", "f8", "m", "largest target height above sea level"),
    _f("target_speed", "f8", "m/s", "fastest target"),
    _f("max_time", "f8", "s", "longest flight"),
    _f("min_speed", "f8", "m/s", "slowest useful speed at intercept"),
    _f("cost", "f8", "USD", "price"),
    _f("reach_dr", "f8", "m", "mean range step of its reach table"),
]

DRAG_STEP = 0.1  # Mach between columns of Model.drag


def dtype_of(fields: list[Field]) -> np.dtype:
    """Packed NumPy dtype of a list of fields."""
    return np.dtype([(f.name, f.type, f.shape) if f.shape else (f.name, f.type) for f in fields])
