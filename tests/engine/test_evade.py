"""Evasion on a warning: the turn is that of the closed form, the route is taken up again, late, with all that hangs on it."""

import math

import numpy as np
import pytest

from skyreach.catalog import load
from skyreach.engine.steer import level_turn
from skyreach.world import codes

G0 = 9.80665
BLANKS = {"48n6e3.pk_aircraft": 0.0}  # missiles that come and do no harm


def fighter(lab, how="beam", g=5.0, **more):
    return lab.flyer("f-16", "f-16c", 100, -60, 7000.0, speed=250.0, evade={"how": how, "g": g}, **more)


def times_of(run, kind, target=0):
    return [float(e["t"]) for e in run.world.events if e["kind"] == kind and e["a"] == target]


@pytest.mark.parametrize(("n", "speed"), [(2.0, 200.0), (5.0, 250.0), (9.0, 300.0)])
def test_a_level_turn_has_the_radius_of_the_closed_form(lab, n, speed):
    """v^2 / (g sqrt(n^2 - 1)): 1 g more than level flight is a radius of 2,355 m at 200 m/s and n = 2."""
    compiled = lab.compile(lab.scenario(fighter(lab), duration_s=10.0))
    model, world = compiled.new_world(1)
    target = world.targets[0]
    target["h_ell"] = target["h_agl"] = 7000.0
    up = target["pos_ecef"] / np.linalg.norm(target["pos_ecef"])
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    north = np.cross(up, east)
    target["vel_ecef"] = speed * north
    dt, turned, track = 0.1, 0.0, [target["pos_ecef"].copy()]
    while not level_turn(model.ground, target, n, *(-north), 0.0, dt):
        target["pos_ecef"] += dt * target["vel_ecef"]
        track.append(target["pos_ecef"].copy())
        turned += dt
    omega = G0 * math.sqrt(n * n - 1.0) / speed
    assert turned == pytest.approx(math.pi / omega, abs=2 * dt)
    across = max(abs((np.array(track) - track[0]) @ east))
    assert across == pytest.approx(2.0 * speed**2 / (G0 * math.sqrt(n * n - 1.0)), rel=0.02)
    assert np.linalg.norm(target["vel_ecef"]) == pytest.approx(speed, rel=1e-9)


def test_it_goes_abeam_and_low_after_its_reaction_time(lab):
    compiled = lab.compile(lab.scenario(fighter(lab), duration_s=75.0))
    warned = evades = None
    for t, _, world in lab.drive(compiled):
        if warned is None and len(lab.events(world, codes.E_WARNED)):
            warned = t
        if evades is None and len(lab.events(world, codes.E_EVADES)):
            evades = t
    target, radar = world.targets[0], world.radars[0]
    assert warned == pytest.approx(float(lab.events(world, codes.E_LAUNCH)[0]["t"]) + 0.1, abs=0.11)
    assert evades - warned == pytest.approx(compiled.catalog["rwr"].si("reaction_time"), abs=0.11)
    los = target["pos_ecef"] - radar["pos_ecef"]
    radial = float(target["vel_ecef"] @ los) / np.linalg.norm(los)
    assert abs(radial) < 10.0 < np.linalg.norm(target["vel_ecef"])
    dive = math.sin(math.radians(20.0)) * 250.0  # m/s, and no more; the first second goes on the push-over
    assert target["h_agl"] == pytest.approx(7000.0 + compiled.undulation - dive * (t - evades), abs=1.5 * dive)
    assert target["h_agl"] == pytest.approx(target["h_ell"] - float(world.sites[0]["h_ell"]), abs=60.0)


def test_away_it_opens(lab):
    compiled = lab.compile(lab.scenario(fighter(lab, "away"), duration_s=70.0))
    *_, (_, _, world) = lab.drive(compiled)
    target, radar = world.targets[0], world.radars[0]
    los = target["pos_ecef"] - radar["pos_ecef"]
    assert float(target["vel_ecef"] @ los) / np.linalg.norm(los) > 200.0


def test_it_ends_where_its_route_ends_as_late_as_it_says(lab):
    data = lab.scenario(fighter(lab), duration_s=1400.0, catalog=BLANKS)
    data["formations"] = [lab.regiment(lab.fire_unit(load={"48n6e3": 1}))]
    compiled = lab.compile(data)
    run = lab.play(compiled)
    late = sum(float(e["value"]) for e in run.world.events if e["kind"] == codes.E_RESUMES)
    assert late > 20.0
    assert run.world.targets["status"].tolist() == [codes.LEFT]
    assert run.world.targets["t_end"][0] == pytest.approx(float(compiled.world.routes["t"][-1]) + late, abs=1e-6)
    assert run.world.targets["pos_ecef"][0] == pytest.approx(compiled.world.routes["pos_ecef"][-1], abs=1e-6)
    truth = run.log["truth"]
    step = np.linalg.norm(np.diff(truth["pos_ecef"], axis=0), axis=1)
    assert step.max() < 252.0  # no leaps: samples are 1 s apart
    assert lab.play(compiled, stepped=True).digest == run.digest


def test_the_world_that_is_shared_is_not_written(lab):
    compiled = lab.compile(lab.scenario(fighter(lab), duration_s=300.0, catalog=BLANKS))
    before = compiled.world.routes.tobytes()
    first = lab.play(compiled)
    assert len(times_of(first, codes.E_RESUMES)) > 0
    assert compiled.world.routes.tobytes() == before
    assert lab.play(compiled).digest == first.digest


def test_weapons_that_hang_on_it_come_as_late_as_it_does(lab):
    carrier = fighter(lab, start_s=0)
    carrier["route"].insert(1, {"at": {"site": "home", "bearing_deg": 0.0, "distance_km": 40.0}, "height_m": 7000.0, "ref": "msl"})
    weapon = {"name": "bomb", "system": "agm-158", "released_by": {"raid": "f-16", "waypoint": 1}, "aim": "base", "route": []}
    data = lab.scenario(carrier, weapon, duration_s=900.0, catalog=BLANKS)
    data["formations"] = [lab.regiment(lab.fire_unit(load={"48n6e3": 1}))]
    compiled = lab.compile(data)
    planned = float(compiled.world.routes["t"][compiled.world.targets["route_start"][1]])
    run = lab.play(compiled)
    back, starts = times_of(run, codes.E_RESUMES)[0], times_of(run, codes.E_START, 1)
    late = next(float(e["value"]) for e in run.world.events if e["kind"] == codes.E_RESUMES)
    assert times_of(run, codes.E_EVADES)[0] < planned
    assert starts[0] == pytest.approx(max(planned + late, back), abs=0.21)


@pytest.mark.parametrize("waypoint", [1, 2, 4])
@pytest.mark.parametrize("how", ["beam", "away"])
def test_a_weapon_starts_at_its_carrier_wherever_that_comes_back_to_its_route(lab, waypoint, how):
    """If the place of release has been left out, it leaves from where the carrier then is; at its own speed in any case."""
    carrier = fighter(lab, how)
    for n, km in enumerate((80.0, 65.0, 50.0, 35.0, 20.0)):
        at = {"site": "home", "bearing_deg": 0.0, "distance_km": km}
        carrier["route"].insert(n + 1, {"at": at, "height_m": 7000.0, "ref": "msl"})
    weapon = {"name": "bomb", "system": "agm-158", "aim": "base", "route": []}
    weapon["released_by"] = {"raid": "f-16", "waypoint": waypoint}
    data = lab.scenario(carrier, weapon, duration_s=1200.0, catalog=BLANKS)
    data["formations"] = [lab.regiment(lab.fire_unit(load={"48n6e3": 1}))]
    compiled = lab.compile(data)
    for seed in range(4):
        run = lab.play(compiled, seed)
        assert len(times_of(run, codes.E_RESUMES)) > 0
        truth = run.log["truth"]
        bomb, plane = (truth[truth["target"] == j] for j in (1, 0))
        first = bomb["t"][0]
        there = plane["pos_ecef"][np.argmin(np.abs(plane["t"] - first))]
        assert np.linalg.norm(bomb["pos_ecef"][0] - there) < 600.0  # a sample a second
        speed = np.linalg.norm(bomb["pos_ecef"][2] - bomb["pos_ecef"][1])
        assert speed == pytest.approx(load()["agm-158"].si("cruise_speed"), rel=0.05)
    assert lab.play(compiled, 3, stepped=True).digest == run.digest


def test_without_missiles_nobody_leaves_his_route(lab):
    compiled = lab.compile(lab.scenario(fighter(lab), doctrine={"weapons": "hold"}, duration_s=200.0))
    run = lab.play(compiled)
    plain = lab.flyer("f-16", "f-16c", 100, -60, 7000.0, speed=250.0)
    same = lab.play(lab.compile(lab.scenario(plain, doctrine={"weapons": "hold"}, duration_s=200.0)))
    assert run.log["truth"]["pos_ecef"].tobytes() == same.log["truth"]["pos_ecef"].tobytes()


def test_those_who_evade_live_longer(lab):
    def killed(evade):
        item = fighter(lab, count=6, spacing_s=10) if evade else lab.flyer(
            "f-16", "f-16c", 100, -60, 7000.0, speed=250.0, count=6, spacing_s=10
        )  # fmt: skip
        data = lab.scenario(item, duration_s=330.0)
        data["formations"] = [lab.regiment(lab.fire_unit(load={"48n6e3": 4}, count=4))]
        compiled = lab.compile(data)
        return sum(int((lab.play(compiled, seed).world.targets["status"] == codes.DESTROYED).sum()) for seed in range(1, 5))

    assert killed(True) < 0.6 * killed(False)
