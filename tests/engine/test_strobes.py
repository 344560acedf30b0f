"""Jammers tracked by their bearings: the cross-fix and its error by closed forms, and what comes of it in a run."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyreach.engine import strobes
from skyreach.engine.sense import write_plot
from skyreach.errors import BadInput
from skyreach.world import codes
from skyreach.world.state import rows

HOLD = {"weapons": "hold"}
TRACKED = {"strobes": "tracked"}


def watch(name, at):
    return {"name": name, "level": "battery", "radars": [{"name": f"{name}-eye", "system": "91n6e", "at": at}]}


def jammed(lab, *places, tracking=TRACKED, **more):
    """A stand-off jammer 200 km north of 91N6E radars that it drowns, 120 s."""
    raid = {**lab.flyer("jammer", "e-3", 200, 180, 9000.0), "jammer": "jammer-stand-off"}
    units = [watch(f"watch-{n}", place) for n, place in enumerate(places)]
    data = lab.scenario(raid, formations=units, doctrine=HOLD, tracking=tracking, duration_s=120.0, **more)
    data["sites"]["far"] = {"lat": 40.0, "lon": 34.2}
    return lab.compile(data)


def eyes(east):
    """Two radars on a plane, `east` [m] apart, with axes east, north, up in place of ECEF."""
    pair = rows("radars", 2)
    pair["R_enu_from_ecef"], pair["r_max"] = np.eye(3), 600e3
    pair["pos_ecef"][1, 0] = east
    return pair


def strobe_of(radar, place, r=300e3):
    plot = rows("plots", 1)[0]
    e, n, u = np.asarray(place) - radar["pos_ecef"]
    write_plot(plot, radar, 1, 0, r, math.atan2(e, n), math.atan2(u, math.hypot(e, n)), 10.0)
    plot["strobe"], plot["sigma_r"], plot["sigma_az"], plot["sigma_el"] = 1, 600e3 / math.sqrt(12.0), 2e-3, 2e-3
    return plot


@settings(max_examples=60, deadline=None)
@given(st.floats(-200e3, 200e3), st.floats(30e3, 300e3), st.floats(1e3, 15e3), st.floats(20e3, 100e3))
def test_bearings_without_error_cross_at_the_jammer(e, n, u, east):
    pair, place = eyes(east), np.array([e, n, u])
    plot = strobe_of(pair[1], place)
    x = np.zeros(6)
    x[:3] = 2.0 * place  # on the line from the first radar, which stands at the origin
    strobes.cross(pair[0], pair[1], x, plot)
    ways = place / np.linalg.norm(place), (place - pair["pos_ecef"][1]) / np.linalg.norm(place - pair["pos_ecef"][1])
    sine = np.linalg.norm(np.cross(*ways))
    error = 2e-3 * math.hypot(np.linalg.norm(place), np.linalg.norm(place - pair["pos_ecef"][1])) / sine
    if sine < 0.05 or error > 0.15 * 600e3:
        assert plot["r_slant"] == 300e3  # as it was: too flat to cross
        return
    assert plot["r_slant"] == pytest.approx(np.linalg.norm(place - pair["pos_ecef"][1]), rel=1e-6)
    assert plot["pos_ecef"] == pytest.approx(place, rel=1e-6, abs=1.0)
    assert plot["sigma_r"] == pytest.approx(error, rel=1e-6)


def test_the_error_of_a_cross_fix_is_what_it_says():
    """Bearings drawn with their errors: the spread of the range is that of the closed form within 10 %."""
    pair, place, rng = eyes(60e3), np.array([20e3, 150e3, 9e3]), np.random.default_rng(1)
    ranges, said = [], 0.0
    for _ in range(2000):
        (e, n, u), noise = place, rng.normal(0.0, 2e-3, 4)
        az, el = math.atan2(e, n) + noise[0], math.atan2(u, math.hypot(e, n)) + noise[1]
        x = 3e5 * np.array([math.cos(el) * math.sin(az), math.cos(el) * math.cos(az), math.sin(el), 0.0, 0.0, 0.0])
        plot = strobe_of(pair[1], place)
        write_plot(plot, pair[1], 1, 0, 300e3, plot["az"] + noise[2], plot["el"] + noise[3], 10.0)
        strobes.cross(pair[0], pair[1], x, plot)
        ranges.append(float(plot["r_slant"]))
        said = float(plot["sigma_r"])
    assert np.std(ranges) == pytest.approx(said, rel=0.1)
    assert np.mean(ranges) == pytest.approx(np.linalg.norm(place - pair["pos_ecef"][1]), rel=0.01)


def test_two_radars_track_a_jammer_that_neither_can_range(lab):
    compiled = jammed(lab, "home", "far")
    run = lab.play(compiled, 1)
    assert len(run.log["plots"]) == 0  # no echo is detected: all that is known comes from bearings
    tracks = run.log["tracks"]
    firm = tracks[(tracks["state"] == codes.FIRM) & (tracks["t"] > 60.0)]
    assert len(firm) > 20
    truth = run.log["truth"]
    for row in firm:
        near = truth[np.argmin(np.abs(truth["t"] - row["t"]))]
        at = near["pos_ecef"] + (row["t"] - near["t"]) * near["vel_ecef"]
        assert np.linalg.norm(row["x"][:3] - at) < 4.0 * row["sigma_pos"]
        assert row["sigma_pos"] <= 3e3 * 2.0
    assert lab.play(compiled, 1, stepped=True).digest == run.digest


@pytest.mark.parametrize(("places", "tracking"), [(["home"], TRACKED), (["home", "far"], {})], ids=["one-radar", "shown"])
def test_one_bearing_is_no_track_and_shown_strobes_are_none(lab, places, tracking):
    run = lab.play(jammed(lab, *places, tracking=tracking), 1)
    assert len(lab.events(run.world, codes.E_STROBE)) >= 1
    assert len(lab.events(run.world, codes.E_TRACK_FIRM)) == 0


def test_banks_track_bearings_too(lab):
    compiled = jammed(lab, "home", "far", tracking={**TRACKED, "filter": "imm"})
    run = lab.play(compiled, 1)
    assert len(lab.events(run.world, codes.E_TRACK_FIRM)) >= 1
    assert lab.play(compiled, 1, stepped=True).digest == run.digest


@pytest.mark.parametrize("more", [{"association": "jpda"}, {"initiation": "score"}])
def test_what_bearings_cannot_be_shared_by_is_refused(lab, more):
    with pytest.raises(BadInput, match="strobes"):
        jammed(lab, "home", tracking={**TRACKED, **more})
