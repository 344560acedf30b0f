"""Plain YAML of a finite size, with lines; scalars by the core schema (yaml.org/spec/1.2.2, 10.3.2)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.errors import BadInput
from skyreach.scenario.yamltree import dump, parse, scalar

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None), ("~", None), ("", None), ("true", True), ("False", False),
        ("0", 0), ("-19", -19), ("+12", 12), ("0o7", 7), ("0x3A", 58), ("012", 12),
        ("0.", 0.0), ("-0.0", -0.0), (".5", 0.5), ("+12e03", 12000.0), ("-2E+05", -200000.0),
        ("12e03", 12000.0), (".inf", math.inf), ("-.Inf", -math.inf),
        ("no", "no"), ("on", "on"), ("12:30:45", "12:30:45"), ("2026-05-01", "2026-05-01"),
        ("1_000", "1_000"), ("nan", "nan"), ("inf", "inf"), ("48n6e3", "48n6e3"), ("0b1", "0b1"),
    ],
)  # fmt: skip
def test_scalars_of_the_core_schema(text, value):
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_nan():
    assert math.isnan(scalar(".NaN"))


def test_lines_are_those_of_the_keys():
    tree = parse("a: 1\n\nb:\n  # words\n  - c: 2\n    d: [3,\n      4]\n", "f")
    assert tree.plain() == {"a": 1, "b": [{"c": 2, "d": [3, 4]}]}
    assert [tree.child("a").where, tree.child("b").where] == ["f:1", "f:3"]
    item = tree.child("b").child(0)
    assert [item.where, item.child("c").where, item.child("d").child(1).where] == ["f:5", "f:5", "f:7"]


def test_quoted_words_stay_words():
    assert parse("{a: '1', b: \"true\", c: !!str 2}", "f").plain() == {"a": "1", "b": "true", "c": "2"}


def test_aliases_are_written_out():
    tree = parse("a: &x {lat: 1}\nb: *x\n", "f")
    assert tree.plain() == {"a": {"lat": 1}, "b": {"lat": 1}}
    assert tree.child("b").where == "f:2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "values once aliases are written out"),
        ("a: &a [*a]", "f:1  alias"),
        ("a: 1\nb: *nobody", "f:2  "),
        ("[" * 41, "nested too deep"),
        ("[" * 100_000, "f:1  "),
        ("{a: " * 41, "nested too deep"),
        ("- " * 60 + "1", "nested too deep"),
        ("a: 1\nb: 2\na: 3", "(?s)f:3  a is given twice.*first at f:1"),
        ("x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x", "merge keys are not supported"),
        ("a: !!python/object/apply:os.system [ls]", "f:1  tag"),
        ("a: !mine 3", "f:1  tag"),
        ("a: 1\n---\nb: 2", "f:2  second YAML document"),
        ("a:\n\t- 1", "f:2  not valid YAML"),
        ("a: [1, 2\nb: 3", "not valid YAML"),
        ("? [1, 2]\n: 3", "f:1  key"),
        ("true: 1", "f:1  key"),
        ("a: \x07", "not valid YAML"),
    ],
)
def test_refused(text, said):
    with pytest.raises(BadInput, match=said):
        parse(text, "f")


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
leaves = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | words
leaves |= st.floats(allow_nan=False, allow_infinity=False)
tricky = st.sampled_from(
    ["1e3", "1", "true", "~", "", "0x1", ".5", "no", "12:30", "<<", "=", "- a", "a: b", "#", "1_0"]
)
data = st.recursive(
    leaves | tricky,
    lambda kids: st.lists(kids, max_size=4) | st.dictionaries(words | tricky, kids, max_size=4),
)


@given(data)
def test_what_is_written_is_read_again(value):
    assert parse(dump(value), "f").plain() == value


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        parse(text, "f")
    except BadInput as exc:
        assert str(exc).startswith("f:")  # noqa: PT017
