"""Coverage answers against the horizon formula, published yardsticks, and what must hold whatever the ground."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyreach.analysis.coverage import coverage
from skyreach.catalog import load
from skyreach.earth.geodesy import gaussian_radius
from skyreach.earth.terrain import open_terrain
from skyreach.errors import BadInput

FLAT = (40.0, 30.0)  # anywhere will do over a smooth earth
SMOOTH = {"terrain": "smooth", "environment": {"clutter": False, "gas": False, "multipath": "off"}}  # noise and horizon alone
SIGHT_ONLY = {  # nothing but the horizon limits
    "92n6e.instrumented_range": 900.0, "92n6e.elevation_min": -20.0, "92n6e.elevation_max": 90.0,
}  # fmt: skip
BIG = 1e6  # m2


def horizon(h_ant, h_tgt, lat_deg=40.0, k=4.0 / 3.0):
    """Ground range [m] of the line of sight over a sphere: two right-angled triangles at the centre of the earth."""
    r = k * gaussian_radius(math.radians(lat_deg))
    return r * (math.acos(r / (r + h_ant)) + math.acos(r / (r + h_tgt)))


# ---- closed form ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("height", "range_km"), [(30.0, 60.0), (100.0, 80.0), (1000.0, 200.0), (3000.0, 300.0), (10_000.0, 450.0)]
)
@pytest.mark.parametrize("mast", ["none", "40v6m"])
def test_area_over_a_smooth_earth_is_that_of_the_horizon(height, range_km, mast):
    found = coverage("92n6e", FLAT, mast, [height], BIG, range_km=range_km, overrides=SIGHT_ONLY, **SMOOTH)
    h_ant = {"none": 7.0, "40v6m": 24.0}[mast]
    s = horizon(h_ant, height)
    r = gaussian_radius(math.radians(40.0))
    cap = 2.0 * math.pi * r * r * (1.0 - math.cos(s / r)) / 1e6
    assert found.table[0]["seen_km2"] == pytest.approx(cap, rel=0.01)  # half a range step, 0.3 % of the radius at most


def test_area_follows_the_effective_earth_radius():
    for k in (1.0, 1.6):
        found = coverage("92n6e", FLAT, "none", [1000.0], BIG, range_km=200.0, k=k, overrides=SIGHT_ONLY, **SMOOTH)
        assert found.table[0]["seen_radius_km"] == pytest.approx(horizon(7.0, 1000.0, k=k) / 1e3, rel=0.005)


def test_a_strong_echo_is_needed_as_far_as_the_fourth_root_says():
    """92N6E: reference range 180 km against 1 m2 with Pd 0.5. Sixteen times the echo carries twice as far."""
    for rcs, expected in ((1.0, 180.0), (1.0 / 16.0, 90.0), (0.1, 180.0 * 0.1**0.25)):
        row = coverage("92n6e", FLAT, "none", [10_000.0], rcs, **SMOOTH).table[0]
        # the slant range counts: at 10 km height 0.3 to 0.6 km longer than the ground range here; half a range step
        assert row["seen_radius_km"] == pytest.approx(math.sqrt(expected**2 - 100.0), abs=0.9)


def test_a_higher_probability_of_detection_costs_range():
    """Swerling 1: SNR for Pd 0.5 is 12.77 dB, for 0.9 21.14 dB (Pfa 1e-6): 8.37 dB, a factor of 0.618 in range."""
    rows = [coverage("92n6e", FLAT, "none", [10_000.0], pd=pd, **SMOOTH).table[0] for pd in (0.5, 0.9)]
    ratio = rows[1]["seen_radius_km"] / rows[0]["seen_radius_km"]
    assert ratio == pytest.approx(10 ** (-8.37 / 40), rel=0.01)


# ---- published yardsticks ---------------------------------------------------------------------------------------

YARDSTICK = {  # km of line of sight, target height m: antenna at 5, 7, 10, 24, 38.5 m; shared public-facts, table 7.2
    5: (18, 20, 22, 29, 35), 10: (22, 24, 26, 33, 39), 30: (32, 33, 36, 43, 48), 50: (38, 40, 42, 49, 55),
    100: (50, 52, 54, 61, 67), 300: (81, 82, 84, 92, 97), 500: (101, 103, 105, 112, 118),
    1000: (140, 141, 143, 151, 156), 3000: (235, 237, 239, 246, 251), 5000: (301, 302, 305, 312, 317),
    10_000: (422, 423, 425, 432, 438),
}  # fmt: skip


@pytest.mark.parametrize(("column", "antenna"), list(enumerate([5.0, 7.0, 10.0, 24.0, 38.5])))
def test_smooth_earth_yardstick_to_one_kilometre(column, antenna):
    limits = {**SIGHT_ONLY, "92n6e.height_none": antenna}
    found = coverage("92n6e", FLAT, "none", list(YARDSTICK), BIG, range_km=450.0, overrides=limits, **SMOOTH)
    for row in found.table:
        # printed to 1 km (0.5), half a range step (0.3), and an earth radius of the table that is not said
        assert row["seen_radius_km"] == pytest.approx(YARDSTICK[row["height_m"]][column], abs=1.0)


@pytest.mark.parametrize(("antenna", "height", "published"), [(24.0, 25.0, 41.0), (10.0, 50.0, 42.0)])
def test_v3_low_targets(antenna, height, published):
    """Air Power Australia as quoted by Cielo Cerrado; 25 m seen from 24 m: within 1 km."""
    limits = {**SIGHT_ONLY, "92n6e.height_none": antenna}
    found = coverage("92n6e", FLAT, "none", [height], BIG, range_km=60.0, overrides=limits, **SMOOTH)
    assert found.table[0]["seen_radius_km"] == pytest.approx(published, abs=1.0)


@pytest.mark.parametrize(("mast", "lowest"), [("none", 467.0), ("40v6m", 375.0), ("40v6md", 326.0)])
def test_lowest_visible_target_at_100_km(mast, lowest):
    """Yardstick, last line: printed to 1 m; 5 m leave room for the geoid, which is smooth but not a sphere."""
    heights = [lowest - 5.0, lowest + 5.0]
    found = coverage("92n6e", FLAT, mast, heights, BIG, range_km=100.0, overrides=SIGHT_ONLY, **SMOOTH)
    shares = [level.seen[:, -1].mean() for level in found.levels]
    assert shares[0] < 0.1
    assert shares[1] > 0.9


def test_v1_400_km_is_not_the_working_range():
    """FOI: 150 to 200 km; pass band 120 to 260 km for fighters of 1 and 5 m2 at 1 to 10 km over flat ground."""
    radii = [
        row["engageable_radius_km"]
        for rcs in (1.0, 5.0)
        for row in coverage("s-400", FLAT, heights=(1000.0, 3000.0, 10_000.0), rcs=rcs, **SMOOTH).table
    ]
    assert 120.0 <= np.mean(radii) <= 260.0


@pytest.mark.parametrize("mast", ["none", "40v6m"])
def test_v2_low_targets_are_met_at_15_to_45_km(mast):
    """FOI: 20 to 35 km against fighters and cruise missiles at low level; pass band 15 to 45 km at Gvardeysk."""
    cat = load()
    reaction, missile, target = cat["98zh6e"].si("reaction_time"), cat["48n6e3"].si("mean_speed"), 250.0
    found = coverage("92n6e", "gvardeysk", mast, (10.0, 50.0), 0.1, range_km=80.0)
    for row in found.table:
        r = row["seen_radius_km"] * 1e3
        met = (r - target * reaction) / (1.0 + target / missile)  # the target flies on while the missile comes
        assert 15e3 <= met <= 45e3


def test_v9_a_large_aircraft_at_300_km_is_for_the_40n6_alone_and_only_when_high():
    """AEW-class target of 50 m2 over flat Punjab; reachable only with 40N6 and above some 5 km."""
    found = coverage("s-400", (31.5, 73.0), heights=(3000.0, 9000.0), rcs=50.0, **SMOOTH)
    low, high = found.levels
    at_300_km = round(300e3 / found.grid.dr) - 1
    assert not low.engageable[:, at_300_km].any()
    assert high.engageable[:, at_300_km].all()
    disc = math.pi * 300.0**2
    assert {key for key, area in high.by_missile.items() if area / 1e6 > disc} == {"40n6"}


def test_v12_low_over_anatolia_next_to_nothing_is_seen():
    found = coverage("s-400", "murted")
    assert found.table[0]["height_m"] == 100.0
    assert found.table[0]["seen_share"] < 0.05
    assert found.circle == pytest.approx(400e3, rel=1e-12)
    assert found.terrain["coarse"]
    assert found.terrain["warnings"]


def test_v13_tomahawks_at_shayrat_are_behind_the_range_for_khmeimim():
    """134 km away, 30 to 60 m above ground: no line of sight even from the 24 m mast (7 April 2017)."""
    from pyproj import Geod

    found = coverage("s-400", "khmeimim", "40v6m", (30.0, 60.0), range_km=160.0)
    site = load()["shayrat"]
    lon, lat = site.value("lon").nominal, site.value("lat").nominal
    az, _, s = Geod(ellps="WGS84").inv(found.lon_deg, found.lat_deg, lon, lat)
    i, j = round(az % 360 / 360 * found.grid.n_az) % found.grid.n_az, round(s / found.grid.dr) - 1
    assert not any(level.seen[i - 5 : i + 6, j - 5 : j + 6].any() for level in found.levels)


# ---- what must hold whatever the ground ---------------------------------------------------------------------------

PLACES = {"lat": st.floats(36.5, 41.5), "lon": st.floats(27.0, 43.0)}
FEW = settings(deadline=None, max_examples=5)


def sight(at, mast="none", heights=(200.0,), rcs=BIG):
    return coverage("92n6e", at, mast, heights, rcs, range_km=50.0, overrides=SIGHT_ONLY).levels


@FEW
@given(**PLACES, low=st.floats(10.0, 500.0), more=st.floats(1.0, 1000.0))
def test_seen_lower_is_seen_higher(lat, lon, low, more):
    lower, higher = sight((lat, lon), heights=(low, low + more))
    assert not (lower.seen & ~higher.seen).any()


@FEW
@given(**PLACES)
def test_a_mast_loses_nothing(lat, lon):
    before, after = sight((lat, lon))[0].seen, sight((lat, lon), "40v6md")[0].seen
    # a ray may round differently where it grazes: 1e-3 of the cells of float32 floors
    assert np.count_nonzero(before & ~after) <= 1e-3 * before.size
    assert np.count_nonzero(after) >= np.count_nonzero(before)


@FEW
@given(**PLACES, small=st.floats(1e-4, 1.0), times=st.floats(1.0, 1e4))
def test_a_larger_echo_loses_nothing(lat, lon, small, times):
    faint, strong = sight((lat, lon), rcs=small)[0].seen, sight((lat, lon), rcs=small * times)[0].seen
    assert not (faint & ~strong).any()


def test_what_can_be_engaged_is_seen_and_shares_are_areas():
    found = coverage("s-400", "murted", heights=(100.0, 3000.0))
    for level, row in zip(found.levels, found.table, strict=True):
        assert not (level.engageable & ~level.seen).any()
        assert row["seen_share"] == pytest.approx(row["seen_km2"] / found.to_dict()["circle_km2"], abs=1e-6)
        assert row["seen_km2"] >= max(row["radars_km2"].values())
        assert row["engageable_km2"] >= max(row["missiles_km2"].values())
        sectors = np.array(row["seen_by_direction_km"])
        assert math.sqrt(np.mean(sectors**2)) == pytest.approx(row["seen_radius_km"], rel=0.01)


def test_above_sea_level_and_above_the_ground_agree_at_sea():
    """Middle of the Black Sea, antenna and targets over water: the ground is sea level."""
    agl, msl = (coverage("92n6e", (43.3, 34.5), heights=(100.0,), range_km=60.0, ref=ref).levels[0] for ref in ("agl", "msl"))
    assert np.count_nonzero(agl.seen != msl.seen) <= 0.005 * agl.seen.size


def test_below_the_ground_nothing_is_seen():
    found = coverage("92n6e", "murted", heights=(300.0,), range_km=30.0, ref="msl")  # ground at 800 m and more
    assert found.table[0]["seen_km2"] == 0.0
    assert found.table[0]["seen_radius_km"] == 0.0


def test_the_same_question_has_the_same_answer():
    first, second = (coverage("s-400", "murted", heights=(1000.0,)).to_dict() for _ in range(2))
    assert first == second


# ---- who stands where ---------------------------------------------------------------------------------------------


def test_the_mast_is_for_those_that_fit_on_it():
    found = coverage("s-400", FLAT, "40v6m", (100.0,), range_km=60.0, **SMOOTH)
    assert found.masts == {"91n6e": ("none", 8.0), "96l6e": ("40v6m", 24.0), "92n6e": ("40v6m", 24.0)}
    assert any("91n6e cannot stand on 40v6m" in note for note in found.notes)


def test_a_single_radar_has_no_engageable_area():
    found = coverage("92n6e", FLAT, heights=(100.0,), **SMOOTH)
    assert found.table[0]["engageable_km2"] is None
    assert list(found.polar) == ["seen"]
    assert found.circle_name == "instrumented range"


def test_point_defence():
    found = coverage("pantsir-s1", FLAT, heights=(500.0,), **SMOOTH)
    row = found.table[0]
    assert 0.5 < row["engageable_share"] < 1.0
    assert found.circle == pytest.approx(load()["57e6-e"].si("max_range_aircraft", "claim"), rel=1e-12)


def test_a_map_that_is_too_small_says_so():
    found = coverage("92n6e", FLAT, heights=(3000.0,), range_km=50.0, **SMOOTH)
    assert any("reaches the rim" in note for note in found.notes)
    assert any("smaller than the circle" in note for note in found.notes)


def test_catalogue_values_can_be_replaced():
    found = coverage("92n6e", FLAT, heights=(10_000.0,), overrides={"92n6e.reference_range": 90.0}, **SMOOTH)
    assert found.table[0]["seen_radius_km"] == pytest.approx(89.4, abs=0.6)
    used = {(v["item"], v["key"]): v["source"] for v in found.inputs}
    assert used["92n6e", "reference_range"] == ["user"]


def test_terrain_used_is_that_of_open_terrain():
    found = coverage("92n6e", "murted", heights=(100.0,), range_km=30.0)
    source = open_terrain(None)
    source.window_around(math.radians(found.lat_deg), math.radians(found.lon_deg), 30e3)
    assert found.terrain == source.describe()


# ---- bad input ----------------------------------------------------------------------------------------------------

BAD = [
    ({"at": (91.0, 32.0)}, "latitude -90 to 90"),
    ({"at": "91,32"}, "latitude -90 to 90"),
    ({"at": (120.0, 40.0)}, "the order is latitude,longitude"),
    ({"at": (math.nan, 32.0)}, "latitude -90 to 90"),
    ({"at": "nan,32"}, "latitude -90 to 90"),
    ({"at": "40.08;32.57"}, "murted"),
    ({"at": "40,32,7"}, "latitude,longitude in degrees"),
    ({"at": "murtet"}, "murted"),
    ({"at": "s-400"}, "murted"),
    ({"at": (89.5, 0.0)}, "pole"),
    ({"system": "s-401"}, "s-400"),
    ({"system": "tb2"}, "s-400"),
    ({"system": "s-200v"}, "no radar"),
    ({"mast": "40v6"}, "40v6m"),
    ({"system": "91n6e", "mast": "40v6m"}, "allowed: none"),
    ({"system": "92n6e", "mast": "966aa14"}, "40v6md"),
    ({"heights": (-100.0,)}, "above 0"),
    ({"heights": (0.0,)}, "above 0"),
    ({"heights": (math.nan,)}, "finite"),
    ({"heights": (math.inf,)}, "finite"),
    ({"heights": ("low",)}, "finite"),
    ({"heights": ()}, "1 to 12"),
    ({"heights": (100.0, 100.0)}, "different heights"),
    ({"rcs": 0.0}, "above 0"),
    ({"rcs": -1.0}, "above 0"),
    ({"rcs": math.nan}, "finite"),
    ({"rcs": True}, "finite"),
    ({"pd": 0.0}, "below 1"),
    ({"pd": 1.0}, "below 1"),
    ({"pd": math.nan}, "finite"),
    ({"k": 0.0}, "0.3 to 100"),
    ({"ref": "amsl"}, "agl"),
    ({"range_km": 0.0}, "1 to 1,000 km"),
    ({"range_km": math.nan}, "finite"),
    ({"range_km": 5000.0}, "1 to 1,000 km"),
    ({"terrain": "no/such/folder"}, "no/such/folder"),
    ({"overrides": {"92n6e.no_such_key": 1.0}}, "no_such_key"),
]


@pytest.mark.parametrize(("changes", "words"), BAD, ids=[str(c) for c, _ in BAD])
def test_bad_input_is_refused_with_words(changes, words):
    question = {"system": "s-400", "at": FLAT, **SMOOTH, **changes}
    with pytest.raises(BadInput) as caught:
        coverage(**question)
    assert words in str(caught.value)
