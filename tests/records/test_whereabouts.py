"""Where units that march were over time: from a record alone, against the places and speeds given and the geodesics of PROJ."""

import math

import pyarrow as pa
import pytest
from pyproj import Geod

from skyreach.records.run import Run
from skyreach.records.whereabouts import whereabouts
from skyreach.world import codes

GEOD = Geod(ellps="WGS84")
FIRST, SECOND, THIRD = (40.0, 33.0, 900.0), (40.1, 33.3, 1200.0), (39.9, 33.1, 600.0)
PACK, SETUP, ROADS = 60.0, 90.0, (1500.0, 1400.0, 1000.0)
NEAR = (40.001, 33.002, 905.0)  # of the radar in the first position; by as much off in the others
WORDS = {codes.E_PACKS: "unit packs", codes.E_IN_PLACE: "unit in place", codes.E_SITE_LOST: "site lost"}


def record(*events, duration=6000.0, marches=True):
    """A run of which only what is needed here is there. events: (t, code, site, c)."""
    assert all(codes.EVENTS[int(code)][0] == word for code, word in WORDS.items())
    table = pa.table({
        "t_s": pa.array([float(e[0]) for e in events], pa.float64()), "kind": pa.array([WORDS[e[1]] for e in events], pa.string()),
        "b": pa.array([e[2] for e in events], pa.int32()), "c": pa.array([e[3] for e in events], pa.int32()),
    })  # fmt: skip
    places = [list(p) for p in (FIRST, SECOND, THIRD)]
    off = [[p[0] + NEAR[0] - FIRST[0], p[1] + NEAR[1] - FIRST[1], p[2] + 5.0] for p in places]
    unit = {"site": 3, "name": "unit", "pack_s": PACK, "setup_s": SETUP, "road_s": list(ROADS), "positions": places,
            "radars": [{"radar": 7, "name": "eye", "positions": off}]}  # fmt: skip
    return Run({"duration_s": duration, **({"marches": [unit]} if marches else {})}, "", {"events": table})


def moved(*events, **more):
    return whereabouts(record(*events, **more))


def test_without_marches_there_is_nothing():
    assert moved(marches=False) == {}
    (site, _) = moved().values()
    assert (site.stays, site.away, site.works) == ([site.stays[0]], [], [(1, 0.0, 6000.0)])
    assert (site.stays[0].place, site.stays[0].t_to) == (FIRST, 6000.0)


def test_it_stands_goes_and_stands_again():
    found = moved((100, codes.E_PACKS, 3, 1), (1750, codes.E_IN_PLACE, 3, 2))
    assert set(found) == {("site", 3), ("radar", 7)}
    site, radar = found["site", 3], found["radar", 7]
    assert [(s.position, s.place, s.t_from, s.t_to) for s in site.stays] == [(1, FIRST, 0.0, 160.0), (2, SECOND, 1660.0, 6000.0)]
    assert site.at(0.0) == site.at(160.0) == FIRST
    assert site.at(1660.0) == site.at(6000.0) == SECOND
    assert radar.at(50.0) == pytest.approx(NEAR, abs=1e-9)
    assert (site.away, site.works) == ([(100.0, 1750.0)], [(1, 0.0, 100.0), (2, 1750.0, 6000.0)])
    assert [site.position(t) for t in (0, 1659, 1661)] == [1, 1, 2]


@pytest.mark.parametrize("share", [0.001, 0.25, 0.5, 0.77, 0.999])
def test_on_the_road_it_goes_evenly_along_the_geodesic(share):
    """Within 0.1 m of PROJ's: points are a kilometre apart, where the sag of the parallel at 40 deg N is 2 cm."""
    site = moved((100, codes.E_PACKS, 3, 1), (1750, codes.E_IN_PLACE, 3, 2))["site", 3]
    azimuth, _, way = GEOD.inv(FIRST[1], FIRST[0], SECOND[1], SECOND[0])
    lon, lat, _ = GEOD.fwd(FIRST[1], FIRST[0], azimuth, share * way)
    found = site.at(160.0 + share * ROADS[0])
    assert GEOD.inv(lon, lat, found[1], found[0])[2] < 0.1
    assert found[2] == pytest.approx(900.0 + share * 300.0, abs=0.1)


def test_steps_are_told_in_words():
    site = moved((100, codes.E_PACKS, 3, 1), (1750, codes.E_IN_PLACE, 3, 2), (3000, codes.E_PACKS, 3, 2))["site", 3]
    told = [site.words(t) for t in (99.9, 100, 160, 1660, 1750, 3000, 3060)]
    assert told == ["at its position 1", "packing at its position 1", "on the road from its position 1 to 2",
                    "setting up at its position 2", "at its position 2", "packing at its position 2",
                    "on the road from its position 2 to 3"]  # fmt: skip


def test_from_the_last_position_it_comes_back_to_the_first():
    events = [(100, codes.E_PACKS, 3, 1), (1750, codes.E_IN_PLACE, 3, 2), (1800, codes.E_PACKS, 3, 2), (3350, codes.E_IN_PLACE, 3, 3),
              (3400, codes.E_PACKS, 3, 3), (4550, codes.E_IN_PLACE, 3, 1)]  # fmt: skip
    site = moved(*events)["site", 3]
    assert [stay.position for stay in site.stays] == [1, 2, 3, 1]
    assert site.at(6000.0) == FIRST
    assert site.works[-1] == (1, 4550.0, 6000.0)


def test_the_run_may_end_on_the_road_or_before_it():
    site = moved((100, codes.E_PACKS, 3, 1), duration=910.0)["site", 3]  # half the way: 160 + 750
    lon, lat = GEOD.npts(FIRST[1], FIRST[0], SECOND[1], SECOND[0], 1)[0]
    assert site.points[-1, 0] == 910.0
    assert GEOD.inv(lon, lat, site.points[-1, 2], site.points[-1, 1])[2] < 0.1
    assert len(site.stays) == 1
    assert site.away == [(100.0, 910.0)]
    packing = moved((100, codes.E_PACKS, 3, 1), duration=150.0)["site", 3]
    assert packing.points[:, 1:].tolist() == [list(FIRST)] * 2


def test_a_unit_lost_while_it_packs_stays_and_one_lost_later_arrives():
    lost = moved((100, codes.E_PACKS, 3, 1), (130, codes.E_SITE_LOST, 3, 0))["site", 3]
    assert lost.at(6000.0) == FIRST
    assert lost.away == [(100.0, 6000.0)]
    assert lost.march(200.0).t_leaves == math.inf
    set_up = moved((100, codes.E_PACKS, 3, 1), (1700, codes.E_SITE_LOST, 3, 0), (1750, codes.E_IN_PLACE, 3, 2))["site", 3]
    assert set_up.at(1700.0) == SECOND
    others = moved((100, codes.E_PACKS, 3, 1), (130, codes.E_SITE_LOST, 4, 0))["site", 3]
    assert others.at(1660.0) == SECOND
