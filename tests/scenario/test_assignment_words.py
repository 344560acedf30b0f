"""A rule of assignment that a run does not have: the refusal names those that it has, and where the exact answer is found."""

from pathlib import Path

import pytest

import skyreach as sr
from skyreach.analysis import assignment_exact


@pytest.mark.parametrize("word", ["milp", "exact", "optimal"])
def test_the_exact_rule_is_refused_and_found(word):
    with pytest.raises(sr.BadInput, match="greedy, auction or search") as error:
        sr.load("murted-raid", {"doctrine.assignment": word})
    assert assignment_exact.__name__ in str(error.value)
    page = Path(__file__).resolve().parents[2] / "docs" / "command.md"
    assert assignment_exact.__name__ in page.read_text(encoding="utf-8")


def test_a_slip_of_the_pen_is_still_guessed():
    with pytest.raises(sr.BadInput, match="did you mean auction"):
        sr.load("murted-raid", {"doctrine.assignment": "auctoin"})
