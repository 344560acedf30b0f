"""Figures of the catalogue against the collection of public facts; behind each line its section."""

import pytest

from skyreach.catalog import load

CAT = load()
FACTS = [  # item, key, low, nominal, high in the unit of the value
    ("5p85te2", "rails", 4, 4, 4),  # 1.1
    ("5p85te2", "load_9m96e2", 4, 16, 16),  # 1.1
    ("98zh6e", "launchers", 8, 8, 12),  # 1.1
    ("98zh6e", "rounds", 32, 60, 112),  # 1.1
    ("s-400", "battalions_per_regiment", 2, 2, 3),  # 1.1
    ("s-400", "fire_units_per_command_post", 2, 6, 8),  # 1.1
    ("s-400", "range_advertised", 400, 400, 400),  # 1.2
    ("s-400", "range_aircraft", 150, 250, 400),  # 1.2
    ("s-400", "range_ballistic", 20, 40, 60),  # 1.2
    ("s-400", "targets_at_once", 12, 36, 80),  # 1.2
    ("s-400", "missiles_at_once", 24, 72, 160),  # 1.2
    ("s-400", "reaction_time", 8, 10, 20),  # 1.2
    ("s-400", "time_setup", 5, 10, 30),  # 1.2
    ("s-400", "battalion_cost", 200, 500, 625),  # 1.2
    ("55k6e", "track_capacity", 100, 300, 300),  # 1.2
    ("98zh6e", "target_channels", 6, 10, 10),  # 1.2
    ("98zh6e", "missile_channels", 12, 20, 20),  # 1.2
    ("40v6m", "height", 23.5, 24, 25),  # 1.3
    ("40v6md", "height", 37.5, 38.5, 39),  # 1.3
    ("92n6e", "height_none", 5, 7, 8),  # 1.3
    ("96l6e", "height_966aa14", 8, 12, 15),  # 1.3
    ("91n6e", "reference_range", 220, 275, 340),  # 2.2
    ("91n6e", "update_search", 6, 6, 12),  # 2.2
    ("91n6e", "sigma_az", 0.15, 0.3, 0.5),  # 2.2
    ("92n6e", "reference_range", 130, 180, 250),  # 2.2
    ("92n6e", "update_track", 0.1, 0.5, 1),  # 2.2
    ("92n6e", "sigma_range", 5, 15, 50),  # 2.2
    ("96l6e", "reference_range", 100, 145, 200),  # 2.2
    ("76n6", "reference_range", 60, 90, 120),  # 2.2
    ("59n6e", "published_range", 340, 340, 340),  # 2.2
    ("1rs1-1e", "reference_range", 26, 32, 36),  # 2.2
    ("1rs2-1e", "reference_range", 18, 22, 26),  # 2.2
    ("mpq-65", "reference_range", 90, 100, 120),  # 2.3
    ("48n6e2", "max_range_aircraft", 150, 195, 200),  # 3
    ("48n6e3", "max_range_aircraft", 200, 240, 250),  # 3
    ("48n6e3", "launch_mass", 1800, 1840, 1900),  # 3
    ("48n6e3", "pk_aircraft", 0.5, 0.75, 0.9),  # 3
    ("9m96e", "launch_mass", 330, 333, 335),  # 3
    ("9m96e2", "max_range_aircraft", 90, 120, 120),  # 3
    ("9m96e2", "peak_speed", 900, 1000, 1400),  # 3
    ("40n6", "max_range_aircraft", 250, 380, 400),  # 3
    ("40n6", "unit_cost", 1, 2.5, 5),  # 3
    ("57e6-e", "max_range_aircraft", 15, 18, 20),  # 4
    ("pantsir-s1", "rounds", 12, 12, 12),  # 4
    ("patriot-pac3", "range_aircraft", 60, 100, 120),  # 4
    ("patriot-battery", "missile_channels", 6, 8, 9),  # 4
    ("pac-3-mse", "max_range_aircraft", 60, 100, 120),  # 4
    ("pac-3-mse", "pk_ballistic", 0.4, 0.7, 0.85),  # 4
    ("pac-2-gem-t", "max_range_aircraft", 120, 160, 160),  # 4
    ("aster-30-b1", "max_range_ballistic", 20, 25, 35),  # 4
    ("samp-t-section", "reaction_time", 5, 8, 10),  # 4
    ("m903", "load_pac-3-mse", 12, 12, 12),  # 4
    ("s-300ps-battery", "reaction_time", 10, 15, 25),  # 4
    ("tor-m2-vehicle", "reaction_time", 5, 8, 10),  # 4
    ("9m338", "pk_aircraft", 0.5, 0.7, 0.8),  # 4
    ("iris-t-sl", "pk_cruise", 0.8, 0.88, 0.97),  # 4
    ("aim-120", "max_range_aircraft", 25, 35, 40),  # 4
    ("f-35a", "rcs_x_front", 0.001, 0.005, 0.05),  # 5.1
    ("storm-shadow", "rcs_x_front", 0.001, 0.02, 0.1),  # 5.1
    ("shahed-136", "rcs_x_side", 0.02, 0.14, 3),  # 5.1
    ("iskander-m", "decoys", 2, 6, 6),  # 5.1
    ("tb2", "cruise_speed", 30, 36, 61),  # 5.2
    ("kalibr", "cruise_speed", 230, 240, 270),  # 5.2
    ("atacms", "cruise_speed", 900, 1000, 1200),  # 5.2
    ("shahed-136", "unit_cost", 0.02, 0.035, 0.08),  # 5.2
    ("a320", "cruise_height", 8800, 10700, 12500),  # 5.2
    ("turkey-s-400", "price", 2000, 2500, 2500),  # 6.1
    ("turkey-s-400", "rails_delivered", 64, 64, 64),  # 1.1
    ("murted", "lat", 40.0789, 40.0789, 40.0789),  # 6.2
    ("khmeimim", "lon", 35.9487, 35.9487, 35.9487),  # 6.2
    ("konya", "elevation", 1034, 1034, 1034),  # 6.2
    ("masyaf", "lat", 35.12, 35.15, 35.18),  # 6.2
    ("india-s-400", "price", 5430, 5430, 5430),  # 6.3
    ("russia-s-400", "quantity", 11, 28, 28),  # 6.3
]
CLAIMS = [  # item, key, advertised: section 1.2
    ("s-400", "range_aircraft", 400), ("s-400", "target_height_max", 30), ("s-400", "target_height_min", 5),
    ("s-400", "target_speed_max", 4800), ("s-400", "detection_range", 600), ("s-400", "targets_at_once", 36),
    ("s-400", "reaction_time", 9), ("s-400", "time_setup", 5), ("s-400", "missiles_at_once_fire_unit", 12),
    ("s-400", "time_setup_mast", 60),
]  # fmt: skip


@pytest.mark.parametrize(("item", "key", "low", "nominal", "high"), FACTS)
def test_figure_is_that_of_the_facts(item, key, low, nominal, high):
    value = CAT[item].value(key)
    assert (value.low, value.nominal, value.high) == (low, nominal, high)


@pytest.mark.parametrize(("item", "key", "claim"), CLAIMS)
def test_claim_is_that_of_the_facts(item, key, claim):
    assert CAT[item].value(key).claim == claim


@pytest.mark.parametrize(
    ("radar", "tolerance"),
    [("91n6e", 0.01), ("92n6e", 0.02), ("96l6e", 0.03), ("59n6e", 0.03), ("1l119", 0.01)],
)
def test_range_against_1_m2_follows_from_the_published_pair(radar, tolerance):
    """R1 = R0 / sigma0^(1/4) (facts, 2.1); the tolerance is the rounding of the collection."""
    item = CAT[radar]
    expected = item.si("published_range") / item.si("published_rcs") ** 0.25
    assert item.si("reference_range") == pytest.approx(expected, rel=tolerance)


def test_the_turkish_contract_tells_of_both_regiments():
    """Facts, 6.1: two sets, the second put off because of the ban on resale to third countries."""
    contract = CAT["turkey-s-400"]
    assert contract.text("date") == "2017-09-12"
    assert contract.si("quantity_contracted") == 2
    assert contract.si("quantity") == 1
    assert "third countries" in contract.text("restriction")
    assert "put off" in CAT["turkey-s-400-second"].text("status")
    assert {"TASS20", "UP23"} <= set(contract.value("restriction").source)
