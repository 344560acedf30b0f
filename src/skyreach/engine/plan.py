"""Can this fire unit meet this track with this missile, when and where? Used by decide and at launch."""

import math

from skyreach.earth.geodesy import ecef_to_geodetic
from skyreach.earth.grid import ground_height
from skyreach.engine.geometry import above_floor, distance, ground_range, square, to_enu, wrap
from skyreach.engine.sense import in_elevation
from skyreach.jit import lean
from skyreach.physics.flight import GM, vertical
from skyreach.physics.flyout import reach_at
from skyreach.world.codes import (
    ACTIVE,
    AIRCRAFT,
    ARM,
    BALLISTIC,
    CRUISE,
    DRONE,
    R_CROSSING,
    R_ENGAGED,
    R_NO_TIME,
    R_SIGHT,
    R_TOO_CLOSE,
    R_TOO_FAR,
    R_TOO_FAST,
    R_TOO_HIGH,
    R_TOO_LOW,
)

FEASIBLE = R_ENGAGED  # what a plan returns when nothing stands against it


@lean
def ahead(track, t):
    """Predicted position [m, ECEF] of a track at time t [s], and its speed [m/s]: straight on; what passes as ballistic falls."""
    x, dt = track["x"], t - track["t"]
    speed = math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
    px, py, pz = x[0] + dt * x[3], x[1] + dt * x[4], x[2] + dt * x[5]
    if track["kind"] == BALLISTIC:
        dx, dy, dz = fall(px, py, pz, dt)
        return px + dx, py + dy, pz + dz, speed
    return px, py, pz, speed


@lean
def fall(x, y, z, dt):
    """Way (x, y, z) [m, ECEF] that gravity draws a body near a point in dt [s]: g dt^2 / 2 to the centre, g = GM / r^2.

    The turning of the Earth and the change of g on the way are left out: 50 m in 30 s. Validated: test_falling."""
    r2 = x * x + y * y + z * z
    part = -0.5 * GM / (r2 * math.sqrt(r2)) * dt * dt
    return part * x, part * y, part * z


@lean
def holds(p, plotted, interval, t):
    """True if the last plot of a row of tracks or fixes is at time t [s] no older than in_hand_looks intervals [s]."""
    return t - plotted["t_plot"] <= p["in_hand_looks"] * interval


@lean
def passes_as(model, track, t):
    """Class (codes.TARGET_KINDS) that a track passes as at time t [s], by its speed and its height alone.

    Rules of thumb with the bounds of the catalogue, from the fastest down: nothing else is known of an echo here.
    """
    p = model.params[0]
    x, y, z, speed = ahead(track, t)
    h, _, _, _ = vertical(x, y, z)
    if speed > p["ballistic_speed"] or h > p["ballistic_height"]:
        return BALLISTIC
    if speed > p["arm_speed"]:
        return ARM
    if speed < p["drone_speed"]:
        return DRONE
    low = h < p["h_top"] + p["low_height"] and height_above_ground(model.ground, x, y, z) < p["low_height"]
    return CRUISE if low else AIRCRAFT


@lean
def azimuth_of(radar, px, py, pz):
    """Azimuth [rad] of an ECEF point from a radar."""
    e, n, _ = to_enu(radar, (px, py, pz))
    return math.atan2(e, n)


@lean
def in_sight(model, radar, px, py, pz):
    """True if the point is within the scale and the elevation limits of a radar and above its floor map (azimuth apart)."""
    e, n, u = to_enu(radar, (px, py, pz))
    ground = math.sqrt(e * e + n * n)
    if ground * ground + u * u > square(radar["r_max"]):
        return False
    if not in_elevation(radar, u, ground):
        return False
    h, _, _, _ = vertical(px, py, pz)
    return above_floor(model.params[0], model.floors[radar["floor"]], radar, e, n, u, h)


@lean
def wait_to_see(model, site, radar, px, py, pz):
    """Seconds until the radar of a unit can see an ECEF point: it turns while the unit holds no target; inf: never."""
    wait = sector_wait(model.params[0], radar, azimuth_of(radar, px, py, pz), site["targets_held"] == 0)
    return wait if math.isinf(wait) or in_sight(model, radar, px, py, pz) else math.inf


@lean
def height_above_ground(ground, px, py, pz):
    """Height of an ECEF point above the terrain [m]."""
    lat, lon, h = ecef_to_geodetic(px, py, pz)
    return h - ground_height(ground, lat, lon)


@lean
def sector_wait(p, radar, az, free):
    """Seconds until azimuth az [rad] lies inside the sector; inf if the radar is not free to turn."""
    off = abs(wrap(az - radar["boresight"]))
    if off <= radar["half_sector"]:
        return 0.0
    if not free:
        return math.inf
    return (off - p["inner_sector"] * radar["half_sector"]) / radar["slew_rate"]


@lean
def nearest(site, track, t, window):
    """Least distance [m] of the straight course of a track from a site between t and t + window [s]."""
    x, y, z, speed = ahead(track, t)
    w, s = track["x"], site["pos_ecef"]
    rx, ry, rz = x - s[0], y - s[1], z - s[2]
    t_cpa = min(max(-(rx * w[3] + ry * w[4] + rz * w[5]) / (speed * speed + 1e-9), 0.0), window)
    return distance((rx + t_cpa * w[3], ry + t_cpa * w[4], rz + t_cpa * w[5]), (0.0, 0.0, 0.0))


@lean
def intercept(model, site, track, type_, t, delay):
    """Predicted intercept: time of flight [s] (inf if there is none), point x, y, z [m ECEF], arrival speed [m/s], and a code:
    FEASIBLE, or why there is none.

    The missile leaves after delay [s]. Sought is the earliest point of the predicted course at which it can be in time, by
    the reach table: steps of a tenth of its longest flight, then halving to 0.2 s. (Putting time of flight and point in
    turn does not do: near the end of its reach a missile is hardly faster than its target.) The least range, the greatest
    height and the speed limit of the missile apply at the point. A course that comes within the reach, but has left it
    before a missile could be there, is crossing.
    """
    p, m = model.params[0], model.missile_types[type_]
    table = model.reach[type_]
    step, early, late, tof = 0.1 * m["max_time"], 0.0, math.inf, 0.0
    radius = distance(site["pos_ecef"], (0.0, 0.0, 0.0))
    px, py, pz, v, code = 0.0, 0.0, 0.0, 0.0, R_TOO_FAR
    if nearest(site, track, t + delay, m["max_time"]) > m["reach_dr"] * (table.shape[1] - 1):
        return math.inf, px, py, pz, 0.0, code
    for _ in range(24):
        px, py, pz, speed = ahead(track, t + delay + tof)
        if speed > m["target_speed"]:
            return math.inf, px, py, pz, 0.0, R_TOO_FAST
        if tof > m["max_time"]:
            return math.inf, px, py, pz, 0.0, code
        new = math.inf
        e, n, u = to_enu(site, (px, py, pz))
        ground = math.sqrt(e * e + n * n)
        s = ground_range(radius, ground, u)
        h, _, _, _ = vertical(px, py, pz)
        if h > m["max_height"]:
            code = max(code, R_TOO_HIGH)
        else:
            new, v = reach_at(table, m["reach_dr"], p["reach_dh"], s, max(h, 0.0))
            if site["max_range_share"] < 1.0:
                far, _ = reach_at(table, m["reach_dr"], p["reach_dh"], s / site["max_range_share"], max(h, 0.0))
                new = math.inf if math.isinf(far) else new
            if not math.isinf(new):
                code = R_CROSSING
        if abs(new - tof) < 0.2 or (new <= tof and tof - early < 0.2):
            if math.sqrt(ground * ground + u * u) < m["min_range"]:
                return math.inf, px, py, pz, v, R_TOO_CLOSE
            return tof, px, py, pz, v, FEASIBLE
        if new <= tof:
            late = tof
        else:
            early = tof
        tof = min(early + step, 0.5 * (early + late)) if late - early > 0.2 else late
    return math.inf, px, py, pz, 0.0, code


@lean
def on_remote_track(m, site, track):
    """True if doctrine lets the unit fire this missile on a track that its own radar does not hold: an active seeker finds
    the target where three standard deviations of the track lie within its cone at the range at which it begins to home."""
    if site["remote"] == 0 or m["guidance"] != ACTIVE:
        return False
    P = track["P"]
    basket = square(m["seeker_range"]) * (1.0 - square(m["cos_cone"]))
    return 9.0 * (P[0, 0] + P[1, 1] + P[2, 2]) <= basket


@lean
def flies_at(p, site, track, t):
    """True if the course of a track at time t [s], straight on the map, leads at a site: the rule by which weapons tight
    judges what is defended (`threat`), for the place of the unit itself."""
    x, y, z, _ = ahead(track, t)
    closing, r2, v2 = course_past(site, x, y, z, track["x"])
    miss2 = max(r2 - closing * closing / v2, 0.0)
    return closing > 0.0 and math.exp(-miss2 / square(p["threat_distance"])) > p["on_course_share"]


@lean
def course_past(site, px, py, pz, w):
    """The course of something at an ECEF point, with the velocity w[3:6] [m/s], straight on the map past a site: distance times
    closing speed [m2/s], squared distance [m2] and squared speed [m2/s2]."""
    R = site["R_enu_from_ecef"]
    e, n, _ = to_enu(site, (px, py, pz))
    ve = R[0, 0] * w[3] + R[0, 1] * w[4] + R[0, 2] * w[5]
    vn = R[1, 0] * w[3] + R[1, 1] * w[4] + R[1, 2] * w[5]
    return -(e * ve + n * vn), e * e + n * n, ve * ve + vn * vn + 1e-6


@lean
def plan(model, world, k, track, type_, t, t_left):
    """Reason code (FEASIBLE if none), time of flight [s] and delay to launch [s] of unit k against a track.

    t_left [s] is what remains until the track reaches what it threatens (inf if nothing).
    """
    site = world.sites[k]
    radar = world.radars[site["radar"]]
    delay = max(site["order_delay"] + site["reaction"], site["t_next_launch"] - t)
    tof, px, py, pz, _, code = intercept(model, site, track, type_, t, delay)
    if code != FEASIBLE:
        return code, tof, delay
    if height_above_ground(model.ground, px, py, pz) < model.missile_types[type_]["min_height"]:
        return R_TOO_LOW, tof, delay
    if on_remote_track(model.missile_types[type_], site, track):
        return (FEASIBLE if delay + tof <= t_left else R_NO_TIME), tof, delay
    x, y, z, _ = ahead(track, t)
    wait = wait_to_see(model, site, radar, x, y, z)
    if not math.isinf(wait):
        wait = max(wait, wait_to_see(model, site, radar, px, py, pz))
    if math.isinf(wait):
        return R_SIGHT, tof, delay
    if wait + delay + tof > t_left:
        return R_NO_TIME, tof, delay
    return FEASIBLE, tof, wait + delay
