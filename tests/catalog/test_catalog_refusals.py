"""The loader refuses what has no source, no unit or no sense, and says how to mend it."""

import pytest

from skyreach.catalog import load
from skyreach.errors import BadInput

SOURCES = '[EST]\ntitle = "guess"\n[user]\ntitle = "user"\n'
GOOD = {
    "height": '{low = 1, nominal = 2, high = 3, unit = "m", confidence = "L", source = ["EST"]}',
    "carries": '{text = "mast", confidence = "L", source = ["EST"]}',
}


@pytest.fixture
def read(tmp_path):
    """A function that loads a catalogue of one mast, with some of its lines replaced."""

    def read_with(sources=SOURCES, head='kind = "mast"\ntitle = "A mast"', text=None, **lines):
        values = "\n".join(f"{key} = {line}" for key, line in (GOOD | lines).items() if line)
        (tmp_path / "sources.toml").write_text(sources)
        (tmp_path / "masts.toml").write_text(text or f"[mast-a]\n{head}\n{values}\n")
        return load(folder=tmp_path)

    return read_with


def test_the_plain_case_is_read(read):
    assert read()["mast-a"].si("height") == 2.0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{nominal = 2, unit = "m", confidence = "L"}', "source"),
        ('{nominal = 2, unit = "m", confidence = "L", source = []}', "source"),
        ('{nominal = 2, unit = "m", confidence = "L", source = ["BOOK"]}', "BOOK"),
        ('{nominal = 2, unit = "furlong", confidence = "L", source = ["EST"]}', "furlong"),
        ('{nominal = 2, confidence = "L", source = ["EST"]}', "unit"),
        ('{low = 3, nominal = 2, unit = "m", confidence = "L", source = ["EST"]}', "low <= nominal <= high"),
        ('{nominal = 2, high = 1, unit = "m", confidence = "L", source = ["EST"]}', "low <= nominal <= high"),
        ('{nominal = nan, unit = "m", confidence = "L", source = ["EST"]}', "finite"),
        ('{nominal = 2, high = inf, unit = "m", confidence = "L", source = ["EST"]}', "finite"),
        ('{nominal = true, unit = "m", confidence = "L", source = ["EST"]}', "finite"),
        ('{nominal = "2", unit = "m", confidence = "L", source = ["EST"]}', "finite"),
        ('{low = 1, high = 2, unit = "m", confidence = "L", source = ["EST"]}', "nominal"),
        ('{nominal = 2, unit = "m", confidence = "X", source = ["EST"]}', "H, M, L"),
        ('{nominal = 2, unit = "m", source = ["EST"]}', "confidence"),
        ('{nominal = 2, unit = "m", confidence = "L", source = ["EST"], sigma = 1}', "sigma"),
        ('{nominal = 2, unit = "m", confidence = "L", source = [[1]]}', "source"),
        ('{nominal = 2, unit = "m", confidence = "L", source = ["EST"], note = 1}', "note"),
        ("{nominal = 1" + 400 * "0" + ', unit = "m", confidence = "L", source = ["EST"]}', "finite"),
        ("2", "bare number"),
        ('{text = "tall", confidence = "L", source = ["EST"]}', "not a number"),
        ("", "mast without height"),
    ],
)
def test_a_bad_number_is_refused(read, line, words):
    with pytest.raises(BadInput) as caught:
        read(height=line)
    assert words in str(caught.value)
    assert "masts.toml: [mast-a]" in caught.value.where


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{text = "x", confidence = "L"}', "source"),
        ('{text = "", confidence = "L", source = ["EST"]}', "text"),
        ('{text = [], confidence = "L", source = ["EST"]}', "text"),
        ('{text = 3, confidence = "L", source = ["EST"]}', "text"),
        ('{text = "x", unit = "m", confidence = "L", source = ["EST"]}', "unit"),
    ],
)
def test_a_bad_text_is_refused(read, line, words):
    with pytest.raises(BadInput, match=words):
        read(carries=line)


@pytest.mark.parametrize(
    "lists",
    [
        "mach = [0, 1], value = [1]",
        "mach = [1, 0], value = [1, 2]",
        "mach = [0, 0], value = [1, 2]",
        "mach = [0], value = [1]",
        "mach = [0, nan], value = [1, 2]",
        "mach = 1, value = [1]",
        "value = [1, 2]",
        "mach = [0, 1], h = [0, 1], value = [1, 2]",
    ],
)
def test_a_bad_table_is_refused(read, lists):
    with pytest.raises(BadInput, match="cd"):
        read(cd=f'{{{lists}, unit = "1", confidence = "L", source = ["EST"]}}')


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ('kind = "ship"\ntitle = "A"', "ship"),
        ('title = "A"', "kind"),
        ('kind = ["mast"]\ntitle = "A"', "kind"),
        ('kind = "mast"', "title"),
        ('kind = "mast"\ntitle = "A"\naliases = "b"', "aliases"),
    ],
)
def test_a_bad_head_is_refused(read, head, words):
    with pytest.raises(BadInput, match=words):
        read(head=head)


def test_two_items_of_one_name_are_refused(read):
    lines = [
        'kind = "mast"',
        'title = "A"',
        'aliases = ["Tall"]',
        *(f"{key} = {line}" for key, line in GOOD.items()),
    ]
    one = "\n".join(lines)
    with pytest.raises(BadInput, match="taken by a"):
        read(text=f"[a]\n{one}\n[b]\n{one}\n")


def test_broken_files_are_refused(read, tmp_path):
    with pytest.raises(BadInput, match=r"masts\.toml: not readable"):
        read(text="[mast-a\n")
    with pytest.raises(BadInput, match=r"sources\.toml"):
        read(sources="[EST]\naddress = 'x'\n")
    with pytest.raises(BadInput, match=r"sources\.toml"):
        read(sources="[EST]\ntitle = 'x'\nauthor = 'y'\n")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=r"no sources\.toml"):
        load(folder=tmp_path / "empty")


def test_an_unknown_item_is_answered_with_near_ones():
    with pytest.raises(BadInput) as caught:
        load()["92n6"]
    assert "92n6e" in caught.value.cure
    assert caught.value.exit_code == 2


def test_an_unknown_value_is_answered_with_near_ones():
    with pytest.raises(BadInput) as caught:
        load()["92n6e"].si("reference_rnage")
    assert "reference_range" in caught.value.cure


def test_a_value_is_read_only_in_its_own_form():
    radar, missile = load()["92n6e"], load()["48n6e3"]
    for wrong in (
        lambda: radar.si("band"),
        lambda: radar.text("pfa"),
        lambda: radar.table("pfa"),
        lambda: missile.si("cd"),
    ):
        with pytest.raises(BadInput, match="read it as"):
            wrong()
    with pytest.raises(BadInput, match="low, nominal, high, claim"):
        radar.si("pfa", "mean")


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"92n6e.reference_rnage": 1.0}, "reference_range"),
        ({"92n6.reference_range": 1.0}, "92n6e"),
        ({"reference_range": 1.0}, "ITEM.KEY"),
        ({"92n6e.band": 1.0}, "only numbers"),
        ({"92n6e.reference_range": float("nan")}, "finite"),
        ({"92n6e.reference_range": "far"}, "finite"),
    ],
)
def test_a_bad_override_is_refused(overrides, words):
    with pytest.raises(BadInput, match=words):
        load(overrides)


def test_an_unknown_kind_is_answered_with_near_ones():
    with pytest.raises(BadInput, match="radar"):
        load().items("rader")
