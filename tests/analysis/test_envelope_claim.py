"""The public range beside the reach: the catalogue's own figures, the deviation reckoned by hand, and what is printed."""

import json

import pytest

from skyreach.analysis.envelope import envelope
from skyreach.analysis.envelope_claim import public_range, read_height
from skyreach.analysis.envelope_zones import shooter_of
from skyreach.catalog import load
from skyreach.cli.envelope import _text


@pytest.fixture(scope="module")
def aster():
    return envelope("aster-30-b1", heights=(1000.0, 10_000.0, 20_000.0), claims=True)


def test_the_claim_is_the_catalogue_s_with_its_doubt_and_its_sources(aster):
    value = load()["aster-30-b1"].value("max_range_aircraft")
    assert (aster.claim["range_km"], aster.claim["low_km"], aster.claim["high_km"]) == (value.nominal, value.low, value.high)
    assert [one["key"] for one in aster.claim["sources"]] == list(value.source)
    known = load().sources()
    assert all(one["title"] == known[one["key"]].title and one["opened"] == known[one["key"]].seen for one in aster.claim["sources"])


def test_deviations_are_of_the_reach_at_each_height(aster):
    """(reach - claim) / claim, by hand from the table; the reach is rounded to 0.01 km of 100."""
    assert [row["height_m"] for row in aster.claim["by_height"]] == [1000.0, 10_000.0, 20_000.0]
    for row, zone in zip(aster.claim["by_height"], aster.table, strict=True):
        assert row["reach_km"] == zone["reach_km"]
        assert row["deviation_percent"] == pytest.approx(100.0 * (zone["reach_km"] / 100.0 - 1.0), abs=0.06)


def test_the_greatest_reach_is_told_where_it_exceeds_the_public_range(aster):
    """Aster 30: read at 10 km within 10 %, above it up to the ceiling of 20 km farther and farther."""
    read, most = aster.claim["read_at"], aster.claim["greatest"]
    assert read["height_m"] == 10_000.0
    assert abs(read["deviation_percent"]) < 10.0 < most["deviation_percent"]
    assert most["height_m"] == load()["aster-30-b1"].si("max_altitude")
    text = _text(aster)
    assert "public range against aircraft: 100 km (50 to 120 km, confidence M)" in text
    assert f"{most['deviation_percent']:+.1f} %  greatest at any height" in text
    assert "[CC-ARMYTECH, Army Technology, as quoted in Cielo Cerrado, github.com/AltaLasagnaS/cielo-cerrado" in text
    assert "not opened]" in text


@pytest.mark.parametrize("missile", [item.key for item in load().items("missile")])
def test_every_missile_meets_its_public_range_at_the_height_it_is_read_at(missile):
    """Within 10 %: the tolerance of test_flyout."""
    item = load()[missile]
    assert read_height(item) == (10_000.0 if item.si("max_range_aircraft") > 30e3 else 5000.0)
    shooter, *_ = shooter_of(load(), missile, "tb2", None, None, 0.0)
    found = public_range(load(), item, shooter, ())
    assert abs(found["read_at"]["deviation_percent"]) < 10.0


def test_the_claim_is_given_only_where_it_is_asked_for(skyreach):
    code, out, _ = skyreach("envelope", "9m338", "--height", "1000", "--crossing", "0", "--claims", "--json")
    assert code == 0
    assert json.loads(out)["claim"]["range_km"] == 15.0
    assert envelope("9m338", heights=(1000.0,), crossing_km=(0.0,)).to_dict()["claim"] is None
