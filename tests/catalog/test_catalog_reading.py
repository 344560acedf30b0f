"""Reading the catalogue: names, units, overrides, the record of what was used."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyreach.catalog import Value, load
from skyreach.catalog.parse import parse_value
from skyreach.catalog.text import figures, item_table, notional
from skyreach.errors import BadInput
from skyreach.units import TO_SI

SOURCES = {"EST": 0, "GK-WP": 0}
finite = st.floats(allow_nan=False, allow_infinity=False, width=32)
units = st.sampled_from(sorted(TO_SI))


def raw(low, nominal, high, unit):
    return {"low": low, "nominal": nominal, "high": high, "unit": unit, "confidence": "M", "source": ["EST"]}


@settings(deadline=None)
@given(st.tuples(finite, finite, finite).map(sorted), units)
def test_sorted_numbers_are_read_as_they_are(numbers, unit):
    if unit == "dB" and max(map(abs, numbers)) > 300.0:
        with pytest.raises(BadInput, match="300 dB"):
            parse_value(raw(*numbers, unit), SOURCES, "here")
        return
    value = parse_value(raw(*numbers, unit), SOURCES, "here")
    assert (value.low, value.nominal, value.high) == tuple(numbers)
    assert value.si("low") <= value.si() <= value.si("high")  # every unit has a positive factor
    assert value.si("claim") == value.si()
    assert json.loads(json.dumps(value.as_dict(), allow_nan=False))["unit"] == unit


@settings(deadline=None)
@given(finite, finite, finite, units)
def test_numbers_out_of_order_are_refused(low, nominal, high, unit):
    if low <= nominal <= high:
        return
    with pytest.raises(BadInput, match="low <= nominal <= high"):
        parse_value(raw(low, nominal, high, unit), SOURCES, "here")


@settings(deadline=None)
@given(
    st.sampled_from([math.nan, math.inf, -math.inf, None, "1", True, [1.0]]),
    st.sampled_from(["low", "nominal", "high"]),
)
def test_only_finite_numbers_are_numbers(bad, part):
    with pytest.raises(BadInput, match=f"here.{part}"):
        parse_value(raw(1.0, 2.0, 3.0, "m") | {part: bad}, SOURCES, "here")


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | finite | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["text", "nominal", "low", "unit", "value", "mach", "source", "confidence"]),
                x,
                max_size=6,
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_is_given_a_value_comes_out_or_bad_input(given_):
    try:
        value = parse_value(given_, SOURCES, "here")
    except BadInput:
        return
    assert isinstance(value, Value)
    assert value.source


def test_names_do_not_mind_case_and_aliases():
    cat = load()
    assert cat["92N6E"] is cat["grave-stone"] is cat["92n6e"]
    assert "PANTSIR" in cat
    assert "no-such-thing" not in cat


def test_numbers_come_in_si():
    cat = load()
    assert cat["92n6e"].si("reference_range") == 180e3  # km
    assert cat["92n6e"].si("sigma_az") == pytest.approx(1e-3, rel=1e-12)  # mrad
    assert cat["96l6e"].si("sector_width") == pytest.approx(2 * math.pi, rel=1e-12)  # deg
    assert cat["5p85te2"].si("reload_time", "low") == 1200.0  # 20 min
    assert cat["s-400"].si("speed_road") == pytest.approx(60 / 3.6, rel=1e-12)  # km/h
    assert cat["s-400"].si("range_aircraft", "claim") == 400e3
    assert cat["91n6e"].get_si("slew_rate") is None
    assert cat["91n6e"].get_si("slew_rate", 0.0) == 0.0


def test_tables_come_as_two_lists():
    mach, cd = load()["48n6e3"].table("cd")
    assert len(mach) == len(cd) > 2
    assert mach == sorted(mach)
    assert all(0.05 < value < 1.0 for value in cd)


def test_an_override_is_recorded_as_the_users():
    cat = load({"92N6E.reference_range": 200})
    assert cat["92n6e"].si("reference_range") == 200e3
    assert cat["92n6e"].si("reference_range", "low") == 200e3
    assert cat.used()[0]["source"] == ["user"]
    assert "180" in cat.used()[0]["note"]
    assert load()["92n6e"].si("reference_range") == 180e3  # the next catalogue knows nothing of it


def test_used_lists_what_was_read_and_nothing_else():
    cat = load()
    assert cat.used() == []
    cat["tb2"].value("rcs_x_front")  # looking is not using
    assert cat.used() == []
    cat["tb2"].si("rcs_x_front")
    cat["48n6e3"].table("cd")
    cat["92n6e"].text("band")
    cat["tb2"].si("rcs_x_front", "high")
    cat["91n6e"].get_si("slew_rate", 0.0)
    assert [(entry["item"], entry["key"]) for entry in cat.used()] == [
        ("48n6e3", "cd"), ("92n6e", "band"), ("tb2", "rcs_x_front"),
    ]  # fmt: skip
    assert set(cat.used()[0]) >= {
        "item",
        "key",
        "low",
        "nominal",
        "high",
        "unit",
        "confidence",
        "source",
        "note",
    }
    json.dumps(cat.used(), allow_nan=False)
    assert load().used() == []


def test_digest_changes_with_overrides_only():
    plain = load().digest()
    assert len(plain) == 64
    assert load().digest() == plain
    assert load({"92n6e.reference_range": 180}).digest() != plain
    one = load({"92N6E.reference_range": 200, "tb2.g_max": 3}).digest()
    assert load({"tb2.g_max": 3, "grave-stone.reference_range": 200.0}).digest() == one


def test_digest_does_not_mind_comments(tmp_path):
    digests = []
    for comment in ("", "# a remark\n\n"):
        folder = tmp_path / str(len(digests))
        folder.mkdir()
        (folder / "sources.toml").write_text(comment + '[EST]\ntitle = "guess"\n')
        digests.append(load(folder=folder).digest())
    assert digests[0] == digests[1]


def test_items_are_frozen():
    item = load()["92n6e"]
    with pytest.raises(AttributeError):
        item.title = "x"
    with pytest.raises(AttributeError):
        item.value("pfa").nominal = 1.0


def test_texts_of_values():
    cat = load()
    assert figures(cat["tb2"].value("g_max")) == ("2", "3", "4")
    assert figures(cat["murted"].value("elevation")) == ("", "843", "")
    assert figures(cat["98zh6e"].value("engagement_radar")) == ("", "92n6e", "")
    assert notional(cat["48n6e3"].value("lethal_radius"))
    assert not notional(cat["48n6e3"].value("launch_mass"))
    for item in cat.items():
        assert all(key in item_table(item) for key in item.values)
