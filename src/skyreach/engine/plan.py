"""Can this fire unit meet this track with this missile, when and where? Used by decide and at launch."""

import math

from skyreach.earth.geodesy import ecef_to_geodetic
from skyreach.earth.grid import ground_height
from skyreach.engine.geometry import above_floor, distance, ground_range, square, to_enu, wrap
from skyreach.engine.sense import in_elevation
from skyreach.jit import lean
from skyreach.physics.flight import G0, GM, WGS84_A, vertical
from skyreach.physics.flyout import column_at, column_range, reach_near
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
PRECISION = 0.2  # s, of the time of flight to a meeting; a meeting that lasts less may be missed
TRIALS = 50  # points of a course that are looked at, at the most


@lean
def ahead(track, t):
    """Predicted position [m, ECEF] of a track at time t [s], and its speed [m/s]: straight on, or as far as it falls."""
    x, dt = track["x"], t - track["t"]
    speed = math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
    px, py, pz = x[0] + dt * x[3], x[1] + dt * x[4], x[2] + dt * x[5]
    share = track["falls"]
    if share > 0.0:
        dx, dy, dz = fall(px, py, pz, dt)
        return px + share * dx, py + share * dy, pz + share * dz, speed
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
    return CRUISE if is_below(p, model.ground, x, y, z, h, p["low_height"]) else AIRCRAFT


@lean
def azimuth_of(radar, px, py, pz):
    """Azimuth [rad] of an ECEF point from a radar."""
    e, n, _ = to_enu(radar, (px, py, pz))
    return math.atan2(e, n)


@lean
def in_sight(p, floors, radar, px, py, pz):
    """True if the point is within the scale and the elevation limits of a radar and above its floor map (azimuth apart)."""
    e, n, u = to_enu(radar, (px, py, pz))
    ground = math.sqrt(e * e + n * n)
    if ground * ground + u * u > square(radar["r_max"]):
        return False
    if not in_elevation(radar, u, ground):
        return False
    h, _, _, _ = vertical(px, py, pz)
    return above_floor(p, floors[radar["floor"]], radar, e, n, u, h)


@lean
def wait_to_see(p, floors, site, radar, px, py, pz):
    """Seconds until the radar of a unit can see an ECEF point: it turns while the unit holds no target; inf: never."""
    wait = sector_wait(p, radar, azimuth_of(radar, px, py, pz), site["targets_held"] == 0)
    return wait if math.isinf(wait) or in_sight(p, floors, radar, px, py, pz) else math.inf


@lean
def until_seen(model, world, k, track, t):
    """Seconds from time t [s] until the radar of unit k can see what flies the predicted course of a track there; inf: never."""
    x, y, z, _ = ahead(track, t)
    site = world.sites[k]
    return wait_to_see(model.params[0], model.floors, site, world.radars[site["radar"]], x, y, z)


@lean
def height_above_ground(ground, px, py, pz):
    """Height of an ECEF point above the terrain [m]."""
    lat, lon, h = ecef_to_geodetic(px, py, pz)
    return h - ground_height(ground, lat, lon)


@lean
def is_below(p, ground, px, py, pz, h, limit):
    """True if an ECEF point, h [m] above the ellipsoid, is less than a limit [m] above the terrain."""
    return h < p["h_top"] + limit and height_above_ground(ground, px, py, pz) < limit


@lean
def sector_wait(p, radar, az, free):
    """Seconds until azimuth az [rad] lies inside the sector. A free radar turns for it, until the inner part of the sector covers
    it; of another it must lie where the sector comes to stand (else inf)."""
    off, half = abs(wrap(az - radar["boresight"])), radar["half_sector"]
    if free:
        return (off - p["inner_sector"] * half) / radar["slew_rate"] if off > half else 0.0
    if abs(wrap(az - radar["bearing_wanted"])) > half:
        return math.inf
    return max(off - half, 0.0) / radar["slew_rate"]


@lean
def intercept(model, site, track, type_, t, delay):
    """Predicted intercept: time of flight [s] (inf if there is none), point x, y, z [m ECEF], arrival speed [m/s], and a code:
    FEASIBLE, or why there is none (`meeting`)."""
    tof, _, px, py, pz, v, code = meeting(model, site, track, type_, t, delay)
    return tof, px, py, pz, v, code


@lean
def meeting(model, site, track, type_, t, delay):
    """Earliest point of the predicted course at which a missile that leaves after delay [s] can be in time: seconds until the
    track is there (inf: nowhere), seconds that the missile needs to it, point x, y, z [m ECEF], arrival speed [m/s], code.

    The missile is late by what it needs, by the reach table, less what the track takes. While it is late the time goes on by a
    stride before the end of which it cannot be in time (`flight_to`), PRECISION at least; a stride that goes too far, because the
    table is uneven, is halved. The point is no more than PRECISION after the first one; after TRIALS of them, as in a slow chase,
    there is none. The least range and the greatest height of the missile apply at it, its speed limit when it leaves. A course
    that comes within the reach, but has left it before a missile could be there, is crossing. What the missile needs may be less
    than what the track takes: where the track comes into reach it would have to wait (`plan`). Validated: test_plan, by brute
    force.
    """
    m, table, dh = model.missile_types[type_], model.reach[type_], model.params[0]["reach_dh"]
    px, py, pz, speed = ahead(track, t + delay)
    tof, code = within(m, site, track, table.shape[1], px, py, pz, t + delay), R_TOO_FAR
    if tof <= m["max_time"] and speed > m["target_speed"]:
        return math.inf, math.inf, px, py, pz, 0.0, R_TOO_FAST
    early, late, need, x, y, z, v = tof, math.inf, math.inf, px, py, pz, 0.0
    for _ in range(TRIALS):
        if tof > m["max_time"]:
            break
        new, arrival, px, py, pz, ahead_by, found = flight_to(m, table, dh, site, track, t + delay, tof)
        code = max(code, found)
        if new <= tof:
            late, need, x, y, z, v = tof, new, px, py, pz, arrival
        else:
            early = tof
        if late - early <= PRECISION:
            if distance((x, y, z), site["pos_ecef"]) < m["min_range"]:
                return math.inf, math.inf, x, y, z, v, R_TOO_CLOSE
            return late, need, x, y, z, v, FEASIBLE
        tof = early + max(ahead_by, PRECISION) if math.isinf(late) else 0.5 * (early + late)
    return math.inf, math.inf, px, py, pz, 0.0, code


@lean
def within(m, site, track, columns, px, py, pz, t):
    """Seconds at the soonest from time t [s], at which a track is at px, py, pz [m ECEF], until it is in the sphere that holds a
    reach table.

    A straight course enters it where the quadratic for its distance says; what falls may come closer by g t^2 / 2 more."""
    width = m["reach_dr"] * (columns - 1)
    radius = math.sqrt(square(width) * (1.0 + m["max_height"] / WGS84_A) + square(m["max_height"]))
    wx, wy, wz, pull = velocity(track, px, py, pz, t)
    s = site["pos_ecef"]
    rx, ry, rz = px - s[0], py - s[1], pz - s[2]
    r2 = rx * rx + ry * ry + rz * rz
    if r2 <= square(radius):
        return 0.0
    nearing = -(rx * wx + ry * wy + rz * wz)  # distance times closing speed
    if pull > 0.0:
        r = math.sqrt(r2)
        return soonest(r - radius, nearing / r, pull)
    root = square(nearing) - (wx * wx + wy * wy + wz * wz) * (r2 - square(radius))
    return (r2 - square(radius)) / (nearing + math.sqrt(root)) if nearing > 0.0 and root > 0.0 else math.inf


@lean
def flight_to(m, table, dh, site, track, start, tof):
    """The flight to where a track is tof [s] after a launch at time start [s], by a reach table with dh [m] between its layers:
    seconds needed (inf: out of reach), arrival speed [m/s], the point x, y, z [m ECEF], a stride [s] before the end of which no
    flight is in time, and R_TOO_HIGH, R_TOO_FAR or R_CROSSING.

    Within the table the stride is Newton's step: what a flight needs is convex along a straight course, so the step ends before
    the first zero (gravity, where the track falls, bends it down and shortens the step). Where the track opens, the unevenness of
    the table spoils a small slope: the step ends with its cell of the table there, or after the seconds by which the missile is
    late, which no opening track makes less. Out of the table it ends where flights may begin (`opens`).
    """
    dr = m["reach_dr"]
    px, py, pz, h, climb, pull, wx, wy, wz = course(track, start + tof)
    high = h - min(m["max_height"], dh * (table.shape[0] - 1))
    if high > 0.0:
        return math.inf, 0.0, px, py, pz, soonest(high, -climb, pull), R_TOO_HIGH if h > m["max_height"] else R_TOO_FAR
    h = max(h, 0.0)
    s, opening, bend = along_ground(site, px, py, pz, wx, wy, wz)
    new, v, along, upward = reach_near(table, dr, dh, s, h)
    far, share = new, 1.0
    if site["max_range_share"] < 1.0 and not math.isinf(new):
        share = site["max_range_share"]  # the table is entered farther out, to end where it does for this unit
        far, _, _, _ = reach_near(table, dr, dh, s / share, h)
    if math.isinf(far):
        wait = opens(table, dr, dh, s / share, h, opening / share, climb, bend / share, pull)
        return math.inf, 0.0, px, py, pz, wait, R_TOO_FAR
    late = new - tof
    growth = along * opening + upward * climb
    stride = soonest(late, 1.0 - min(growth, 0.0), pull * max(upward, 0.0))
    if growth > 0.0 and late > 0.0:
        step = leaves(dr, table.shape[1], dh, s, h, opening, climb, bend, pull) + PRECISION
        stride = max(stride, min(step, late / (1.0 - growth)) if growth < 1.0 else step)
    return new, v, px, py, pz, stride, R_CROSSING


@lean
def course(track, t):
    """Where the predicted course of a track is at time t [s]: x, y, z [m ECEF], height above the ellipsoid [m], its rate [m/s],
    gravity that bends it [m/s2], velocity wx, wy, wz [m/s]."""
    px, py, pz, _ = ahead(track, t)
    wx, wy, wz, pull = velocity(track, px, py, pz, t)
    h, ux, uy, uz = vertical(px, py, pz)
    return px, py, pz, h, wx * ux + wy * uy + wz * uz, pull, wx, wy, wz


@lean
def velocity(track, px, py, pz, t):
    """Velocity wx, wy, wz [m/s] of the predicted course of a track at time t [s], where it is at px, py, pz [m ECEF], and gravity
    that bends it [m/s2], 0 where it flies straight on."""
    w = track["x"]
    if track["falls"] == 0.0:
        return w[3], w[4], w[5], 0.0
    pull = track["falls"] * G0
    fallen = (t - track["t"]) * pull / WGS84_A
    return w[3] - fallen * px, w[4] - fallen * py, w[5] - fallen * pz, pull


@lean
def along_ground(site, px, py, pz, wx, wy, wz):
    """Ground range [m] of a point x, y, z [m ECEF] from a site, its rate [m/s] at a velocity [m/s], and by how much that grows at
    the most on a straight course [m/s2]."""
    o = site["pos_ecef"]
    e, n, u = to_enu(site, (px, py, pz))
    ve, vn, vu = to_enu(site, (o[0] + wx, o[1] + wy, o[2] + wz))
    ground, up = math.sqrt(e * e + n * n), u + distance(o, (0.0, 0.0, 0.0))
    s = ground_range(up - u, ground, u)
    opening = (up - u) * (up * (e * ve + n * vn) / max(ground, 1.0) - ground * vu) / (up * up + ground * ground)
    return s, opening, (ve * ve + vn * vn) / max(s, 1.0)


@lean
def soonest(gap, rate, bend):
    """Seconds until rate [m/s] and bend [m/s2, >= 0] have closed a gap [m]; 0 if there is none, inf if they never do."""
    if gap <= 0.0:
        return 0.0
    closing = rate + math.sqrt(rate * rate + 2.0 * bend * gap)
    return 2.0 * gap / closing if closing > 0.0 else math.inf


@lean
def leaves(dr, n_r, dh, s, h, opening, climb, bend, pull):
    """Seconds at the soonest until a course leaves its cell of a reach table; arguments as `opens`."""
    i, j, curve = math.floor(h / dh), column_at(dr, n_r, s), s / WGS84_A
    inwards = soonest(s - column_range(j, dr, n_r), -opening, pull * curve)
    outwards = soonest(column_range(j + 1, dr, n_r) - s, opening, bend)
    return min(inwards, outwards, soonest(h - dh * i, -climb, pull), soonest(dh * (i + 1) - h, climb, bend * curve))


@lean
def opens(table, dr, dh, s, h, opening, climb, bend, pull):
    """Seconds at the soonest until a course out of the reach comes to a cell of the table with a flight to all of its corners.

    s along the ground, h up [m]; opening, climb: their rates [m/s]; bend: by which the range, pull: by which the fall grows
    faster [m/s2]. The least over the layers of cells: when it can be in the layer, and when in a column with flights."""
    n_r, best = table.shape[1], math.inf
    own, j = min(int(h / dh), table.shape[0] - 2), column_at(dr, n_r, s)
    for down in (True, False):
        i, into = own, 0.0  # i layer, into: when the course can be there
        while 0 <= i < table.shape[0] - 1 and into < best:
            best = min(best, max(into, to_column(table, dr, i, j, s, opening, bend, pull)))
            into = soonest(h - dh * i, -climb, pull) if down else soonest(dh * (i + 1) - h, climb, bend * s / WGS84_A)
            i += -1 if down else 1
    return best


@lean
def to_column(table, dr, i, j, s, opening, bend, pull):
    """Seconds at the soonest until a course in column j is in a cell of layer i that has flights, nearer or further out."""
    n_r = table.shape[1]
    near, far, best = j, j, math.inf
    while near >= 0 and not flies(table, i, near):
        near -= 1
    while far < n_r - 1 and not flies(table, i, far):
        far += 1
    if near >= 0:
        best = soonest(s - column_range(near + 1, dr, n_r), -opening, pull * s / WGS84_A)
    if far < n_r - 1 and s < column_range(far + 1, dr, n_r):
        best = min(best, soonest(column_range(far, dr, n_r) - s, opening, bend))
    return best


@lean
def flies(table, i, j):
    """True if the reach table has a flight to all corners of the cell in layer i and column j."""
    return not math.isinf(max(table[i, j, 0], table[i, j + 1, 0], table[i + 1, j, 0], table[i + 1, j + 1, 0]))


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
def plan(model, world, k, track, type_, t, t_left, unseen):
    """Reason code (FEASIBLE if none), time of flight [s] and delay to launch [s] of unit k against a track.

    t_left [s] is what remains until the track reaches what it threatens (inf if nothing), unseen [s] until the radar of the unit
    can see it (`until_seen`). No missile is sent to wait: where a
    track comes into reach later than the missile could be there, by more than the time to the next plan, it is too far yet. The
    first shot is the one whose flight ends as the track comes in, and channels are free for others until it is due; a missile
    that leaves earlier would find no point of the reach to fly to. A shot that is ordered is fired all the same (`launch`).
    """
    site, p = world.sites[k], model.params[0]
    radar = world.radars[site["radar"]]
    delay = max(site["order_delay"] + site["reaction"], site["t_next_launch"] - t)
    tof, need, px, py, pz, _, code = meeting(model, site, track, type_, t, delay)
    if code != FEASIBLE:
        return code, tof, delay
    if tof - need > p["replan_time"]:
        return R_TOO_FAR, tof, delay
    h, _, _, _ = vertical(px, py, pz)
    if is_below(p, model.ground, px, py, pz, h, model.missile_types[type_]["min_height"]):
        return R_TOO_LOW, tof, delay
    if on_remote_track(model.missile_types[type_], site, track):
        return (FEASIBLE if delay + tof <= t_left else R_NO_TIME), tof, delay
    wait = unseen if math.isinf(unseen) else max(unseen, wait_to_see(p, model.floors, site, radar, px, py, pz))
    if math.isinf(wait):
        return R_SIGHT, tof, delay
    if wait + delay + tof > t_left:
        return R_NO_TIME, tof, delay
    return FEASIBLE, tof, wait + delay
