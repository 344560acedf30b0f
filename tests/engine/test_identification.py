"""Who is it? Airways for what does not answer, sight for what comes near, and what both get wrong."""

import math

import pytest
from pyproj import Geod

from skyreach.errors import BadInput
from skyreach.world import codes

MUTE = {"55k6e.iff_reply": 0.0, "55k6e.identify_error": 0.0}
GEOD = Geod(ellps="WGS84")


def corridor(**more):
    """Across the view of the unit from west to east, 40 km north of it."""
    points = [{"lat": 40.4, "lon": 32.2}, {"lat": 40.4, "lon": 33.8}]
    return {"name": "w84", "points": points, "width_km": 18.0, "from_m": 7000.0, "to_m": 13000.0, **more}


def along(system="a320", side="civil", offset=0.0, bearing=90.0, height=10_000.0, speed=220.0, bend=None):
    """Something that flies from the middle of the corridor, offset [km] to the north, on a bearing; bend: then to the south."""
    lon, lat, _ = GEOD.fwd(33.0, 40.4, 0.0, 1e3 * offset)
    end_lon, end_lat, _ = GEOD.fwd(lon, lat, bearing, 45e3)
    route = [{"lat": lat, "lon": lon, "height_m": height, "ref": "msl", "speed_mps": speed}]
    route.append({"lat": end_lat, "lon": end_lon, "height_m": height, "ref": "msl"})
    if bend:
        route.insert(1, {"lat": lat, "lon": GEOD.fwd(lon, lat, 90.0, 1e3 * bend)[0], "height_m": height, "ref": "msl"})
        route[-1] |= {"lat": 40.05, "lon": 33.1}
    return {"name": "flyer", "system": system, "side": side, "route": route}


def identities(lab, item, airways, seed=1, **more):
    """(identity, by what) of each verdict, and the run."""
    options = {"doctrine": {"weapons": "hold"}, "duration_s": 120.0, "catalog": MUTE, **more}
    far = lab.flyer("mald", "mald", 400, 399, 9000.0, bearing=180.0)
    raid, civil = ([far], [item]) if item["side"] == "civil" else ([item], [])
    run = lab.play(lab.compile(lab.scenario(*raid, civil=civil, airways=airways, **options)), seed)
    said = lab.events(run.world, codes.E_IDENTIFIED)
    return [(int(e["c"]), int(e["value"])) for e in said], run


def test_an_airliner_that_does_not_answer_is_civil_on_its_airway_and_hostile_without(lab):
    assert identities(lab, along(), [corridor()])[0] == [(codes.NON_HOSTILE, codes.BY_AIRWAY)]
    assert identities(lab, along(), [])[0] == [(codes.HOSTILE, codes.BY_SILENCE)]


@pytest.mark.parametrize(
    ("odd", "inside"),
    [
        ({"offset": 8.5}, True), ({"offset": 9.6}, False),  # 9 km to either side
        ({"height": 7200.0}, True), ({"height": 6700.0}, False),
        ({"speed": 285.0}, True), ({"speed": 305.0}, False),  # the catalogue's 290 m/s; f-16, as an airliner is no faster
        ({"bearing": 75.0}, True), ({"bearing": 60.0}, False), ({"bearing": 272.0}, True),  # 20 degrees, either way
    ],
)  # fmt: skip
def test_the_corridor_has_sides_a_floor_a_direction_and_a_speed(lab, odd, inside):
    """Bearings and offsets by pyproj on the ellipsoid; the error of a firm track is some hundred metres here."""
    said, _ = identities(lab, along("f-16c", "red", **odd), [corridor()], catalog={**MUTE, "55k6e.process_noise": 1.0}, duration_s=40.0)
    want = (codes.NON_HOSTILE, codes.BY_AIRWAY) if inside else (codes.HOSTILE, codes.BY_SILENCE)
    assert said[0] == want


def test_an_airway_ends(lab):
    """The corridor ends 5 km east of the start: what flies on is hostile when it is past the end."""
    short = corridor(points=[{"lat": 40.4, "lon": 32.2}, {"lat": 40.4, "lon": 33.118}])
    said, run = identities(lab, along(speed=120.0), [short])
    assert said == [(codes.NON_HOSTILE, codes.BY_AIRWAY), (codes.HOSTILE, codes.BY_SILENCE)]
    past = lab.events(run.world, codes.E_IDENTIFIED)["t"][1]
    assert 120.0 * past == pytest.approx(10e3, abs=600.0)  # 0.118 degrees at 40.4 N


def test_who_leaves_the_airway_towards_the_asset_is_hostile_and_is_shot_at(lab):
    raid = along("f-16c", "red", bend=10.0)
    said, run = identities(lab, raid, [corridor()], doctrine={"weapons": "free"}, duration_s=200.0)
    assert [who for who, _ in said[:2]] == [codes.NON_HOSTILE, codes.HOSTILE]
    orders = lab.events(run.world, codes.E_ASSIGNED)
    assert len(orders)
    assert orders["t"].min() >= lab.events(run.world, codes.E_IDENTIFIED)["t"][1]


def test_sight_corrects_both_mistakes_and_stands(lab):
    """An airliner called hostile and a raider called civil pass a Pantsir within 8 km: both are then known for what they are."""
    pantsir = [lab.regiment(lab.fire_unit(), point_defence=[lab.pantsir()])]
    for side, system, truth in (("civil", "a320", codes.NON_HOSTILE), ("red", "shahed-136", codes.HOSTILE)):
        item = {**lab.flyer("flyer", system, 20, 4, 3000.0, speed=100.0), "side": side}
        catalog = {"55k6e.iff_reply": 1.0, "55k6e.identify_error": 1.0}
        for sight in (True, False):
            doctrine = {"weapons": "hold", "sight": sight}
            said, run = identities(lab, item, [], formations=pantsir, catalog=catalog, doctrine=doctrine, duration_s=300.0)
            assert said[0][0] != truth
            assert (said[-1] == (truth, codes.BY_EYE)) == sight
            if sight:
                seen = lab.events(run.world, codes.E_IDENTIFIED)["t"][-1]
                assert seen == pytest.approx((20e3 - math.sqrt(10e3**2 - 3e3**2)) / 100.0, abs=2.5)  # 10 km of slant range, as in the catalogue


def test_an_order_on_what_turns_out_to_be_civil_is_called_off(lab):
    """The leave takes 60 s; before it comes the Pantsir sees an airliner."""
    pantsir = [lab.regiment(lab.fire_unit(), point_defence=[lab.pantsir()])]
    item = {**lab.flyer("flyer", "a320", 25, 4, 3000.0, speed=200.0), "side": "civil"}
    fired = {}
    for sight in (True, False):
        doctrine = {"weapons": "free", "sight": sight, "release": "superior", "consent_delay_s": 80.0}
        _, run = identities(lab, item, [], formations=pantsir, doctrine=doctrine, duration_s=110.0)
        fired[sight] = len(run.world.missiles)
        if sight:
            assert len(lab.events(run.world, codes.E_ABORTED))
    assert fired[True] == 0
    assert fired[False] > 0


def test_both_drivers_agree_about_airways_and_sight(lab):
    pantsir = [lab.regiment(lab.fire_unit(), point_defence=[lab.pantsir()])]
    data = lab.scenario(
        lab.flyer("f-16", "f-16c", 40, 5, 8000.0), civil=[along()], airways=[corridor()], formations=pantsir, catalog=MUTE,
        doctrine={"sight": True}, duration_s=100.0,
    )  # fmt: skip
    compiled = lab.compile(data)
    assert lab.play(compiled, 2).digest == lab.play(compiled, 2, stepped=True).digest


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"to_m": 5000.0}, "from_m"), ({"points": [{"lat": 40.4, "lon": 32.2}]}, "points"),
        ({"points": [{"lat": 40.4, "lon": 32.2}, {"lat": 40.4, "lon": 32.2}]}, "same place"), ({"width_km": 0.0}, "width_km"),
        ({"points": ["home", "hoem"]}, "home"),
    ],
)  # fmt: skip
def test_an_airway_that_is_none_is_refused(lab, bad, word):
    with pytest.raises(BadInput, match=word):
        identities(lab, along(), [corridor(**bad)])
