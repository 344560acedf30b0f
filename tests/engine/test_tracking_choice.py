"""The choices of `tracking` in a run: same bits by both drivers, the default unmoved, targets that cross, formations."""

import numpy as np
import pytest

from skyreach.engine.replicate import replicate_many
from skyreach.world import codes

HOLD = {"weapons": "hold"}
WATCH = [{"name": "watch", "level": "battery", "radars": [{"name": "eye", "system": "92n6e", "at": "home"}]}]
CHOICES = [{"filter": f, "association": a} for f in ("kalman", "imm") for a in ("gnn", "jpda")]


def crossing():
    """Two aircraft that meet 60 km out with 400 m between their heights."""
    east = [{"lat": 40.5, "lon": lon, "height_m": 8000.0, "ref": "msl", "speed_mps": 240.0} for lon in (32.8, 33.2)]
    west = [{"lat": 40.5, "lon": lon, "height_m": 8400.0, "ref": "msl", "speed_mps": 240.0} for lon in (33.2, 32.8)]
    return [{"name": "east", "system": "e-3", "route": east}, {"name": "west", "system": "e-3", "route": west}]


def watched(lab, raid, choice, **more):
    return lab.compile(lab.scenario(*raid, formations=WATCH, doctrine=HOLD, tracking=choice, **{"duration_s": 130.0, **more}))


@pytest.mark.parametrize("choice", CHOICES[1:], ids=lambda c: "-".join(c.values()))
def test_both_drivers_and_threads_give_the_same_bits(lab, choice):
    """A fight that fires: a fire unit against four decoys, by the choice."""
    raid = lab.flyer("mald", "mald", 60, 1, 6000.0, count=4, spread_m=800.0)
    compiled = lab.compile(lab.scenario(raid, tracking=choice, duration_s=120.0))
    whole = lab.play(compiled, 3)
    assert lab.play(compiled, 3, stepped=True).digest == whole.digest
    assert [run.digest for run in replicate_many(compiled, [3, 4], threads=2)] == [whole.digest, lab.play(compiled, 4).digest]
    assert len(whole.world.missiles) > 0
    assert np.isfinite(whole.log["tracks"]["x"]).all()


def test_the_default_is_the_plain_filter_and_has_no_banks(lab):
    silent, said = (lab.compile(lab.scenario(*crossing(), **more)) for more in ({}, {"tracking": CHOICES[0]}))
    assert lab.play(silent, 2).digest == lab.play(said, 2).digest
    assert len(said.world.banks) == 0
    assert len(watched(lab, crossing(), CHOICES[3]).world.banks) == len(said.world.tracks) + 2


@pytest.mark.parametrize("choice", CHOICES, ids=lambda c: "-".join(c.values()))
def test_two_targets_that_cross_keep_two_tracks(lab, choice):
    compiled, kept = watched(lab, crossing(), choice), 0
    for seed in range(6):
        run = lab.play(compiled, seed)
        firm = run.world.events[run.world.events["kind"] == codes.E_TRACK_FIRM]
        assert len(firm) == 2
        tracks = run.log["tracks"]
        kept += all(len(set(tracks["target"][tracks["number"] == n].tolist())) == 1 for n in firm["c"])
    assert kept >= 5


@pytest.mark.parametrize("choice", CHOICES, ids=lambda c: "-".join(c.values()))
def test_a_formation_gives_as_many_tracks_as_it_has_members(lab, choice):
    raid = lab.flyer("mald", "mald", 80, 40, 8000.0, count=8, spread_m=1500.0)
    compiled = watched(lab, [raid], choice, duration_s=100.0)
    for seed in range(3):
        firm = lab.play(compiled, seed).world.events
        firm = firm[firm["kind"] == codes.E_TRACK_FIRM]
        assert sorted(firm["a"].tolist()) == list(range(8))


@pytest.mark.parametrize("bad", [{"filter": "magic"}, {"association": "nearest"}, {"gate": 3}])
def test_a_choice_that_is_none_is_refused_with_its_place(lab, bad):
    from skyreach.errors import BadInput

    with pytest.raises(BadInput, match="tracking"):
        lab.compile(lab.scenario(*crossing(), tracking=bad))
