"""The closed lists of codes: dense, unique, each with its words, in the order that the chain of reasons needs."""

import ast
import inspect

import numpy as np
import pytest

from skyreach.world import codes

LISTS = {  # dictionaries code -> words, and whether they list all of their codes
    "SIDES": codes.SIDES, "SITE_KINDS": codes.SITE_KINDS, "CONTROLS": codes.CONTROLS, "TARGET_STATUS": codes.TARGET_STATUS,
    "IDENTITIES": codes.IDENTITIES, "OUTCOMES": codes.OUTCOMES, "LOOKS": codes.LOOKS, "REASONS": codes.REASONS,
    "EVENTS": codes.EVENTS,
}  # fmt: skip
WORDS = {"SCANS": codes.SCANS, "TARGET_KINDS": codes.TARGET_KINDS, "IFF": codes.IFF, "GUIDANCE": codes.GUIDANCE}


def groups():
    """Names that one `A, B, ... = codes(n)` of the module sets together, and n."""
    for node in ast.parse(inspect.getsource(codes)).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "codes":
            yield [name.id for name in node.targets[0].elts], node.value.args[0].value


def test_every_group_is_numbered_without_gap_by_numpy_integers():
    found = list(groups())
    assert len(found) >= 15
    for names, n in found:
        values = [getattr(codes, name) for name in names]
        assert [int(v) for v in values] == list(range(n))
        assert all(isinstance(v, np.int64) for v in values)


@pytest.mark.parametrize("name", LISTS)
def test_every_code_of_a_list_has_words_of_its_own(name):
    table = LISTS[name]
    assert [int(code) for code in table] == list(range(len(table)))
    words = [text if isinstance(text, str) else text[0] for text in table.values()]
    assert len(set(words)) == len(words)
    assert all(word == word.strip() != "" for word in words)


@pytest.mark.parametrize("name", WORDS)
def test_every_word_of_a_list_has_a_code_of_its_own(name):
    assert sorted(int(code) for code in WORDS[name].values()) == list(range(len(WORDS[name])))


@pytest.mark.parametrize(("prefix", "table"), [("R_", codes.REASONS), ("E_", codes.EVENTS)])
def test_every_reason_and_event_is_documented(prefix, table):
    names = [name for name in vars(codes) if name.startswith(prefix)]
    assert {int(getattr(codes, name)) for name in names} == {int(code) for code in table}
    assert len(names) == len(table)
    for word, meaning in table.values():
        assert word
        assert len(meaning) > 5


def test_faults_are_bits_with_words():
    bits = [value for name, value in vars(codes).items() if name.startswith("FAULT_")]
    assert sorted(bits) == [2**n for n in range(len(bits))]
    assert set(codes.FAULTS) == set(bits)


def test_reasons_stand_in_the_order_of_the_chain():
    """seen < tracked < identified < allowed < in reach < channel free < engaged < ended: `explain` names the furthest."""
    c = codes
    chain = [
        c.R_NOT_FLYING, c.R_NO_RADAR, c.R_HORIZON, c.R_TERRAIN, c.R_SNR, c.R_NOT_FIRM, c.R_IDENTITY, c.R_RULES,
        c.R_MAGAZINE, c.R_TOO_FAR, c.R_CROSSING, c.R_SIGHT, c.R_NO_TIME, c.R_TARGET_CHANNEL, c.R_OTHER_UNIT, c.R_RELEASE, c.R_REACTION, c.R_SPACING, c.R_ENGAGED,
        c.R_ASSESSING, c.R_DESTROYED, c.R_GONE,
    ]  # fmt: skip
    assert chain == sorted(chain)


def test_target_kinds_are_those_of_the_scenario():
    from skyreach.scenario.fields import ALL_CLASSES

    assert set(codes.TARGET_KINDS) == {*ALL_CLASSES, "civil"}
