"""Facts and sentences about each target."""

from itertools import pairwise

import pytest

from skyreach.viewer.story import PHRASES, Story, clean, duration, longest, percent, phrase
from skyreach.world import codes


@pytest.mark.parametrize(
    ("t", "words"), [(0.4, "0 s"), (119.4, "119 s"), (119.6, "2 min"), (267.8, "4 min 28 s"), (3600.0, "60 min")]
)
def test_duration(t, words):
    assert duration(t) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0 %"), (0.00761, "0.76 %"), (0.0436, "4.4 %"), (0.357, "36 %"), (1.0, "100 %")]
)
def test_percent(share, words):
    assert percent(share) == words


def test_nan_becomes_none():
    assert clean({"a": float("nan"), "b": 0.0, "c": "x"}) == {"a": None, "b": 0.0, "c": "x"}


def named(material, name: str) -> Story:
    return next(story for story in material.stories if story.row["name"] == name)


def test_a_leaker_that_nobody_saw(material):
    story = named(material, "unseen-1")
    assert story.leaked
    assert "Reached depot" in story.why()
    assert "no radar ever detected it; no missile was fired" in story.why()
    assert story.shots == []


def test_a_target_that_was_shot_at(material, run):
    story = named(material, "fighter-1")
    fired = [row for row in run.shots.to_pylist() if row["target_name"] == "fighter-1"]
    assert [shot["missile"] for shot in story.shots] == [row["missile"] for row in fired]
    assert story.first_shot == min(row["t_launch_s"] for row in fired)
    assert story.why() == ""
    assert f"{len(fired)} missile" in story.course()


def test_sentences_are_those_of_explain(material, run):
    for story in material.stories:
        text = run.explain(story.row["name"])
        for t, sentence in story.sentences:
            assert f"  {run.clock(t)}  {sentence}" in text


def test_reasons_cover_the_flight(material):
    """From start to end without a gap, as far as the ledger (once a second) goes."""
    for story in material.stories:
        if story.row["t_start_s"] is None:
            continue
        parts = story.reasons
        assert parts[0].t_from == pytest.approx(story.row["t_start_s"], abs=1.0)
        for one, two in pairwise(parts):
            assert one.t_to == two.t_from
        code, held = longest(parts)
        assert held == pytest.approx(sum(p.t_to - p.t_from for p in parts if p.code == code), abs=1e-9)


@pytest.mark.parametrize("code", codes.REASONS)
def test_every_reason_has_a_phrase_and_a_new_one_its_own_words(code, monkeypatch):
    assert phrase(code)
    monkeypatch.delitem(PHRASES, code, raising=False)
    assert phrase(code) == ": ".join(codes.REASONS[code])
