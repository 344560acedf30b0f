"""Raid items -> rows of targets and routes: starts, carriers, places abreast, aims."""

import math

import numpy as np
import pymap3d
import pytest
from pyproj import Geod

from skyreach.errors import BadInput
from skyreach.scenario import read_scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.world import codes

WGS84 = Geod(ellps="WGS84")
HEAD = """\
skyreach: 1
name: raid
start: 2026-05-01T02:00:00Z
duration_s: 900
sites:
  home: {lat: 40.0, lon: 33.0}
assets:
  - {name: base, at: home, value: 10}
raid:
"""
SOUTH = "{at: {site: home, bearing_deg: 180, distance_km: 100}, height_m: 6000, ref: msl, speed_mps: 200}"
NEAR = "{at: {site: home, bearing_deg: 180, distance_km: 60}, height_m: 6000, ref: msl}"
AIRCRAFT = f"  - {{name: f-16, system: f-16c, count: 2, spread_m: 3000, start_s: 20, route: [{SOUTH}, {NEAR}]}}\n"
WEAPON = "  - {name: stand-off, system: agm-158, count: 3, spacing_s: 9, aim: base, released_by: {raid: f-16, waypoint: 1, per_carrier: 2}, route: []}\n"


def build(raid, terrain="smooth", tail=""):
    return compile_scenario(read_scenario(HEAD + raid + tail, "raid.yaml"), terrain)


def rows_of(compiled, name):
    target = compiled.world.targets[compiled.names["targets"].index(name)]
    return compiled.world.routes[target["route_start"] :][: target["route_n"]]


def place(pos):
    return pymap3d.ecef2geodetic(*pos)


def test_names_kinds_and_first_rows():
    compiled = build(AIRCRAFT + WEAPON)
    assert compiled.names["targets"] == ["f-16-1", "f-16-2", "stand-off-1", "stand-off-2", "stand-off-3"]
    assert compiled.systems["targets"] == ["f-16c", "f-16c", "agm-158", "agm-158", "agm-158"]
    targets = compiled.world.targets
    assert targets["kind"].tolist() == [codes.AIRCRAFT] * 2 + [codes.CRUISE] * 3
    assert (targets["status"] == codes.WAITING).all()
    assert (targets["side"] == codes.RED).all()
    for j in range(5):
        route = compiled.world.routes[targets["route_start"][j] :][: targets["route_n"][j]]
        assert (route["pos_ecef"][0] == targets["pos_ecef"][j]).all()
        assert (np.diff(route["t"]) > 0).all()


def test_weapons_are_released_where_and_when_their_carrier_is():
    """Weapons 1 and 2 hang on carriers 1 and 2 and go at their waypoint 1, weapon 3 on carrier 1 again, 9 s later."""
    compiled = build(AIRCRAFT + WEAPON)
    carriers = compiled.world.targets["carrier"].tolist()
    assert carriers == [-1, -1, 0, 1, 0]
    for n in (1, 2):
        carrier, weapon = rows_of(compiled, f"f-16-{n}"), rows_of(compiled, f"stand-off-{n}")
        assert weapon["t"][0] == carrier["t"][-1]
        assert weapon["pos_ecef"][0] == pytest.approx(carrier["pos_ecef"][-1], abs=1e-6)
        assert weapon["h_ell"][0] == pytest.approx(carrier["h_ell"][-1], abs=1e-6)
    # the route of the carriers ends at the waypoint: what hangs there goes with the first
    assert rows_of(compiled, "stand-off-3")["t"][0] == rows_of(compiled, "f-16-1")["t"][-1]


def test_later_releases_follow_along_the_route_of_the_carrier():
    far = "{at: {site: home, bearing_deg: 180, distance_km: 30}, height_m: 6000, ref: msl}"
    aircraft = AIRCRAFT.replace("count: 2, ", "").replace(f"{NEAR}]", f"{NEAR}, {far}]")
    compiled = build(aircraft + WEAPON.replace("count: 3", "count: 2"))
    carrier = rows_of(compiled, "f-16")
    t_release = 20.0 + 40e3 / 200.0
    for name, late in (("stand-off-1", 0.0), ("stand-off-2", 9.0)):
        first = rows_of(compiled, name)[0]
        # released at the next row of the carrier's route: 2 km and 10 s apart at most
        assert t_release + late - 0.1 <= first["t"] <= t_release + late + 10.0
        on_route = [np.interp(first["t"], carrier["t"], carrier["pos_ecef"][:, a]) for a in range(3)]
        assert first["pos_ecef"] == pytest.approx(on_route, abs=0.1)


@pytest.mark.parametrize("order", [(WEAPON, AIRCRAFT), (AIRCRAFT, WEAPON)])
def test_a_carrier_may_stand_anywhere_in_the_file(order):
    compiled = build("".join(order))
    targets, names = compiled.world.targets, compiled.names["targets"]
    for name in ("stand-off-1", "stand-off-2"):
        weapon = targets[names.index(name)]
        assert names[weapon["carrier"]] == f"f-16-{name[-1]}"
        assert rows_of(compiled, name)["t"][0] == rows_of(compiled, names[weapon["carrier"]])["t"][-1]


def test_a_weapon_may_carry_another_and_traffic_may_carry_too():
    decoy = "  - {{name: decoy, system: mald, released_by: {{raid: truck, waypoint: 0}}, route: [{}]}}\n".format(NEAR.replace("60", "20"))
    truck = f"  - {{name: truck, system: agm-158, released_by: {{raid: airliner, waypoint: 0}}, route: [{NEAR}]}}\n"
    traffic = f"civil:\n  - {{name: airliner, system: a320, route: [{SOUTH}, {NEAR}]}}\n"
    compiled = build(decoy + truck, tail=traffic)
    assert compiled.names["targets"] == ["decoy", "truck", "airliner"]
    assert compiled.world.targets["carrier"].tolist() == [1, 2, -1]
    assert rows_of(compiled, "truck")["pos_ecef"][0] == pytest.approx(rows_of(compiled, "airliner")["pos_ecef"][0], abs=1e-6)
    # waypoint 0 of the truck is the first that is written, not the place where it was let go itself
    assert rows_of(compiled, "decoy")["t"][0] == rows_of(compiled, "truck")["t"][-1]


def test_spacing_and_places_abreast():
    raid = f"  - {{name: d, system: shahed-136, count: 3, spacing_s: 12, spread_m: 500, start_s: 5, route: [{SOUTH}, {NEAR}]}}\n"
    compiled = build(raid)
    starts = [rows_of(compiled, f"d-{n}")[0] for n in (1, 2, 3)]
    assert [s["t"] for s in starts] == [5.0, 17.0, 29.0]
    lat, lon, _ = place(starts[0]["pos_ecef"])
    for row, bearing in ((starts[1], 90.0), (starts[2], 270.0)):  # the course is north: right is east
        lat_n, lon_n, _ = place(row["pos_ecef"])
        az, _, gap = WGS84.inv(lon, lat, lon_n, lat_n)
        assert gap == pytest.approx(500.0, abs=0.01)
        assert az % 360.0 == pytest.approx(bearing, abs=1e-3)


def test_all_weapons_of_a_spread_item_end_at_the_asset():
    raid = f"  - {{name: d, system: shahed-136, count: 3, spread_m: 2000, aim: base, route: [{SOUTH}, {NEAR}]}}\n"
    compiled = build(raid)
    base = compiled.world.sites[compiled.names["sites"].index("base")]
    for n in (1, 2, 3):
        assert rows_of(compiled, f"d-{n}")["pos_ecef"][-1] == pytest.approx(base["pos_ecef"], abs=1e-3)
    assert (compiled.world.targets["aim"] == compiled.names["sites"].index("base")).all()


@pytest.mark.parametrize("count", [1, 3])
def test_time_on_target(count):
    raid = (
        f"  - {{name: d, system: tomahawk, count: {count}, spacing_s: 15, spread_m: 400, aim: base, time_on_target_s: 700, "
        f"route: [{SOUTH}, {NEAR}]}}\n"
    )
    compiled = build(raid)
    for i in range(count):
        name = "d" if count == 1 else f"d-{i + 1}"
        assert rows_of(compiled, name)["t"][-1] == pytest.approx(700.0 + 15.0 * i, abs=1e-6)


def test_time_on_target_that_cannot_be_kept_is_refused():
    raid = f"  - {{name: d, system: tomahawk, aim: base, time_on_target_s: 60, route: [{SOUTH}, {NEAR}]}}\n"
    with pytest.raises(BadInput, match=r"raid\.yaml:10  raid\[0\]\.time_on_target_s\n.*60 s\n.*at least 5\d\d s"):
        build(raid)


def test_a_waypoint_below_the_ground_names_its_line():
    """Ankara lies at 900 m: 300 m above the sea is below the ground of the packaged terrain."""
    raid = (
        "  - name: low\n    system: tomahawk\n    route:\n"
        "      - {lat: 39.9, lon: 32.8, height_m: 3000, ref: msl}\n"
        "      - {lat: 39.95, lon: 32.85, height_m: 300, ref: msl}\n"
    )
    with pytest.raises(BadInput, match=r"(?s)^raid\.yaml:14  raid\[0\]\.route\[1\]\n.*below the ground") as caught:
        build(raid, terrain=None)
    assert "agl" in str(caught.value)


def test_the_catalogue_gives_speed_echo_and_iff():
    compiled = build(f"  - {{name: t, system: tb2, route: [{SOUTH.replace(', speed_mps: 200', '')}, {NEAR}]}}\n")
    item, target = compiled.catalog["tb2"], compiled.world.targets[0]
    route = rows_of(compiled, "t")
    assert (route["t"][-1] - route["t"][0]) * item.si("cruise_speed") == pytest.approx(40e3, rel=1e-3)
    assert target["speed_max"] == pytest.approx(item.si("cruise_speed"), rel=2e-3)  # 6 km up the arc is 0.1 % longer
    front = item.si("rcs_x_front")
    assert target["rcs_front"].tolist() == [front, front * item.si("rcs_s_factor"), item.si("rcs_vhf_front")]
    side = item.si("rcs_x_side")
    assert target["rcs_side"].tolist() == [side, side * item.si("rcs_s_factor"), max(side, item.si("rcs_vhf_front"))]
    assert target["iff"] == codes.IFF_NONE


def test_sides_and_transponders():
    raid = f"  - {{name: r, system: f-16c, route: [{SOUTH}, {NEAR}]}}\n  - {{name: b, system: f-16c, side: blue, route: [{SOUTH}, {NEAR}]}}\n"
    compiled = build(raid, tail=f"civil:\n  - {{name: c, system: a320, route: [{SOUTH}, {NEAR}]}}\n")
    assert compiled.world.targets["side"].tolist() == [codes.RED, codes.BLUE, codes.NEUTRAL]
    assert compiled.world.targets["iff"].tolist() == [codes.IFF_NONE, codes.IFF_FRIEND, codes.IFF_CIVIL]


def test_msl_heights_stand_on_the_geoid():
    """EGM96 at 40 N 33 E: 36 to 38 m (NGA's 15-minute grid)."""
    compiled = build(AIRCRAFT)
    assert 35.0 < compiled.undulation < 39.0
    _, _, h = place(rows_of(compiled, "f-16-1")["pos_ecef"][0])
    assert h == pytest.approx(6000.0 + compiled.undulation, abs=1e-3)


def test_a_raid_without_any_defence_compiles():
    compiled = build(AIRCRAFT)
    assert len(compiled.world.radars) == len(compiled.world.launchers) == 0
    assert compiled.names["sites"] == ["base"]
    assert math.isfinite(compiled.model.params[0]["floor_dr"])
