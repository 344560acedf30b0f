"""Tiny scenarios over a smooth sea, made as data; a driver that shows the world after each frame; murted-raid, once."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

DOCTRINE = {"weapons": "free", "salvo": 1, "shoot_look_shoot": True, "economy": False, "engage": "all"}
SURE = {  # chance out of the way, for tests of rules: identities right, missiles that work and kill
    "55k6e.identify_error": 0.0,
    "55k6e.iff_reply": 1.0,
}


def flyer(name, system, km, to_km, height_m, *, bearing=0.0, ref="msl", speed=None, **more):
    """A raid item on a straight course along one bearing of home, from km to to_km (negative: beyond it)."""

    def point(distance):
        at = {"site": "home", "bearing_deg": bearing if distance >= 0 else (bearing + 180.0) % 360.0, "distance_km": abs(distance)}
        return {"at": at, "height_m": height_m, "ref": ref}

    first = point(km)
    if speed is not None:
        first["speed_mps"] = speed
    return {"name": name, "system": system, "route": [first, point(to_km)], **more}


def fire_unit(name="unit", load=None, count=1, at="home", axis_deg=0.0, **more):
    """A battalion with one 92N6E and one group of launchers."""
    return {
        "name": name, "level": "battalion",
        "radars": [{"name": f"{name}-eye", "system": "92n6e", "at": at, "axis_deg": axis_deg}],
        "launchers": [{"system": "5p85te2", "count": count, "load": load or {"48n6e3": 4}, "at": at}], **more,
    }  # fmt: skip


def pantsir(name="pantsir", at="home", axis_deg=0.0):
    return {"name": name, "system": "pantsir-s1", "at": at, "axis_deg": axis_deg}


def regiment(*units, radars=(), point_defence=(), post=True):
    """A regiment with its command post at home and the units below it."""
    out = {"name": "regiment", "level": "regiment", "units": list(units), "radars": list(radars)}
    out["point_defence"] = list(point_defence)
    if post:
        out["command_post"] = {"system": "55k6e", "at": "home"}
    return out


def scenario(*raid, formations=None, civil=(), doctrine=None, catalog=None, **more):
    """Data of a scenario: one fire unit under a command post at 40 N 33 E, an asset beside it."""
    return {
        "skyreach": 1, "name": "tiny", "start": "2026-05-01T02:00:00Z", "duration_s": 200.0,
        "sites": {"home": {"lat": 40.0, "lon": 33.0}, "away": {"lat": 40.0, "lon": 33.5}},
        "doctrine": {**DOCTRINE, **(doctrine or {})},
        "formations": [regiment(fire_unit())] if formations is None else formations,
        "assets": [{"name": "base", "at": "home", "value": 10.0, "points": 1000}],
        "raid": list(raid), "civil": list(civil), "catalog": {**SURE, **(catalog or {})}, **more,
    }  # fmt: skip


def compiled_from(data, terrain="smooth"):
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    return compile_scenario(read_scenario(yaml.safe_dump(copy.deepcopy(data), sort_keys=False)), terrain)


def drive(compiled, seed=1, until=None):
    """Step through a run; yields t [s], the model and the world after each frame. Log rows are thrown away."""
    from skyreach.engine.loop import step
    from skyreach.world.state import new_log

    model, world = compiled.new_world(seed)
    log = new_log(20_000)
    stop = round((until or float(model.params[0]["duration"])) / float(model.params[0]["dt"]))
    for frame in range(stop):
        step(model, world, log)
        log.n[:] = 0
        assert world.clock[0]["fault"] == 0
        yield frame * float(model.params[0]["dt"]), model, world


def play(compiled, seed=1, **more):
    from skyreach.engine.replicate import replicate

    return replicate(compiled, seed, **more)


def events(world, kind, target=None):
    """Rows of one kind among the events so far."""
    rows = world.events[: world.clock[0]["n_events"]]
    rows = rows[rows["kind"] == kind]
    return rows if target is None else rows[rows["a"] == target]


def reasons_of(replication, site, target):
    """Intervals of one fire unit and target as (code, from, to), in time."""
    rows = replication.log["reasons"]
    rows = rows[(rows["site"] == site) & (rows["target"] == target)]
    return sorted(((int(r["code"]), float(r["t_from"]), float(r["t_to"])) for r in rows), key=lambda r: r[1:])


def polar(radar, pos):
    """True range [m], azimuth and elevation [rad] of an ECEF point from a radar row; matrix form, apart from the engine's."""
    e, n, u = radar["R_enu_from_ecef"] @ (np.asarray(pos) - radar["pos_ecef"])
    return np.array([np.sqrt(e * e + n * n + u * u), np.arctan2(e, n), np.arctan2(u, np.hypot(e, n))])


@pytest.fixture(scope="session")
def lab():
    """The functions above under one name (test modules cannot import from here)."""
    return SimpleNamespace(
        flyer=flyer, fire_unit=fire_unit, pantsir=pantsir, regiment=regiment, scenario=scenario, compile=compiled_from,
        drive=drive, play=play, events=events, reasons_of=reasons_of, polar=polar,
    )  # fmt: skip


@pytest.fixture(scope="session")
def murted():
    """The built-in raid, compiled once."""
    from skyreach.scenario import load_scenario
    from skyreach.scenario.compile import compile_scenario

    return compile_scenario(load_scenario("murted-raid"))


@pytest.fixture(scope="session")
def murted_runs(murted):
    """Seeds 1 to 4 of it."""
    return [play(murted, seed) for seed in range(1, 5)]
