"""Arrivals by point of impact: where a weapon comes down, and what the blast reaches, the defence's own parts among it.

The point of impact is the aim off by a circular normal error whose median is the CEP; a point within the lethal radius is hit,
one beyond is not (cookie cutter): P = 1 - 0.5 ** (R / CEP)**2 (Driels, Weaponeering, 2nd ed., ch. 3; Washburn, Notes on Firing
Theory, 2002). Lethal radii go with the cube root of the warhead (Hopkinson scaling: Kinney and Graham, Explosive Shocks in Air,
2nd ed., 1985). Distances are along the ground. Validated: tests/engine/test_impact.py.
"""

import math

from skyreach.engine.bookkeeping import emit, switch, switch_unit
from skyreach.engine.geometry import to_enu
from skyreach.jit import lean
from skyreach.world.codes import (
    ASSET,
    E_DAMAGE,
    E_IMPACT,
    E_LAUNCHER_LOST,
    E_RADAR_LOST,
    E_SITE_LOST,
    NONE,
    ON_ROAD,
    OUT_DESTROYED,
    POST,
)
from skyreach.world.dice import IMPACT, ONCE, normals


@lean
def row_of(tactics, j):
    """Row of tactics of target j, -1 none."""
    for n in range(tactics.shape[0]):  # n row of tactics
        if tactics[n]["target"] == j:
            return n
    return NONE


@lean
def explode(model, world, row, aim, radar, cause, t):
    """Impact of a target where it is now, give or take its error, at the asset or unit in row `aim` of sites or at a radar
    (one of them -1); writes sites, radars, launchers, events."""
    j = row["target"]
    place = world.targets[j]["pos_ecef"]
    centre = world.radars[radar]["pos_ecef"] if radar >= 0 else world.sites[aim]["pos_ecef"]
    R = world.radars[radar]["R_enu_from_ecef"] if radar >= 0 else world.sites[aim]["R_enu_from_ecef"]
    g0, g1, _, _ = normals(model.params[0]["seed"], IMPACT, j, 0, ONCE)
    e, n = row["sigma_impact"] * g0, row["sigma_impact"] * g1
    for a in range(3):  # a axis
        place[a] += e * R[0, a] + n * R[1, a]
    miss = along_ground(centre, R, place)
    cause = emit(world, t, E_IMPACT, cause, j, aim, radar, miss)
    if aim >= 0 and world.sites[aim]["kind"] == ASSET and stands(world.sites[aim]) and miss <= row["r_aim"]:
        hit_asset(world, aim, j, cause, t)
    hit_around(world, row, cause, t)


@lean
def stands(part):
    """True of a row of sites, radars or launchers that no hit has destroyed yet, whether it works or not."""
    return part["out"] & OUT_DESTROYED == 0


@lean
def along_ground(centre, R, place):
    """Distance [m] of a place from a point in the plane of its horizon; R: rotation to east, north, up there."""
    dx, dy, dz = place[0] - centre[0], place[1] - centre[1], place[2] - centre[2]
    e = R[0, 0] * dx + R[0, 1] * dy + R[0, 2] * dz
    n = R[1, 0] * dx + R[1, 1] * dy + R[1, 2] * dz
    return math.sqrt(e * e + n * n)


@lean
def hit_asset(world, k, j, cause, t):
    """Count one damaging arrival of target j at asset k, which is lost with the last that it stands."""
    site = world.sites[k]
    site["hits_left"] -= 1
    cause = emit(world, t, E_DAMAGE, cause, j, k, site["hits_left"], 0.0)
    if site["hits_left"] <= 0:
        lose_site(world, k, j, cause, t)


@lean
def lose_site(world, k, j, cause, t):
    """Take site k, what it stands for and the radars of that out of the fight; j is the target that did it."""
    switch(world.sites[k], OUT_DESTROYED, 0)
    cause = emit(world, t, E_SITE_LOST, cause, j, k, NONE, 0.0)
    unit = world.sites[k]["stands_for"]
    if unit < 0 or not stands(world.sites[unit]):
        return
    if world.sites[unit]["position"] > 0 or world.sites[unit]["march"] == ON_ROAD:  # it stands there no more
        return
    switch_unit(world, unit, OUT_DESTROYED, 0)
    emit(world, t, E_SITE_LOST, cause, j, unit, NONE, 0.0)


@lean
def hit_around(world, row, cause, t):
    """Destroy the radars, launchers and command posts within the soft radius of an impact, whether they work or not."""
    j = row["target"]
    place, side = world.targets[j]["pos_ecef"], world.targets[j]["side"]
    for i in range(world.radars.shape[0]):  # i radar
        radar = world.radars[i]
        r = ground_range(radar, place)
        if stands(radar) and radar["march"] != ON_ROAD and radar["side"] != side and r <= row["r_soft"]:
            switch(radar, OUT_DESTROYED, 0)
            emit(world, t, E_RADAR_LOST, cause, j, i, NONE, r)
    for i in range(world.launchers.shape[0]):  # i launcher
        launcher = world.launchers[i]
        k = launcher["site"]
        r = along_ground(launcher["pos_ecef"], world.sites[k]["R_enu_from_ecef"], place)
        there = stands(launcher) and world.sites[k]["march"] != ON_ROAD
        if there and world.sites[k]["side"] != side and r <= row["r_soft"]:
            switch(launcher, OUT_DESTROYED, 0)
            emit(world, t, E_LAUNCHER_LOST, cause, j, k, i, r)
    for k in range(world.sites.shape[0]):  # k site
        site = world.sites[k]
        if site["kind"] == POST and stands(site) and site["side"] != side and ground_range(site, place) <= row["r_soft"]:
            switch(site, OUT_DESTROYED, 0)
            emit(world, t, E_SITE_LOST, cause, j, k, NONE, 0.0)


@lean
def ground_range(site, place):
    """Distance [m] of a place from a row of sites or radars in the plane of its horizon."""
    e, n, _ = to_enu(site, place)
    return math.sqrt(e * e + n * n)
