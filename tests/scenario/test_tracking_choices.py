"""Choices of tracking: every combination is run, or refused in the words of one table, which the docs show too."""

import itertools
import re
from pathlib import Path
from typing import get_args

import pytest

import skyreach as sr
from skyreach.scenario import read_scenario
from skyreach.scenario.compile import rehearse
from skyreach.scenario.problems import BadScenario
from skyreach.scenario.tracking import APART, LATE, Tracking

KEYS = {key: get_args(info.annotation) for key, info in Tracking.model_fields.items()}
EVERY = [dict(zip(KEYS, row, strict=True)) for row in itertools.product(*KEYS.values())]
TEXT = """skyreach: 1
name: short
start: 2026-05-01T02:00:00Z
duration_s: 8
terrain: smooth
formations:
  - name: battalion
    level: battalion
    command_post: {{system: 55k6e, at: murted}}
    radars: [{{name: grave-stone, system: 92n6e, at: murted}}, {{name: big-bird, system: 91n6e, at: murted, plot_delay_s: {late}}}]
raid:
  - name: decoy
    system: mald
    jammer: jammer-aircraft
    route: [{{lat: 40.3, lon: 32.4, height_m: 3000, ref: msl}}, {{lat: 40.2, lon: 32.5, height_m: 3000, ref: msl}}]
tracking: {{{tracking}}}
"""


def written(choice, late):
    return TEXT.format(late=late, tracking=", ".join(f"{key}: {value}" for key, value in choice.items()))


def expected(choice, late):
    """What of the table holds for a choice."""
    held = {f"{key}: {value}" for key, value in choice.items()} | ({LATE} if late else set())
    return [(one, other, why) for one, other, why in APART if {one, other} <= held]


@pytest.mark.parametrize("late", [0.0, 2.0])
def test_all_combinations_are_taken_or_refused_by_the_table(late):
    for choice in EVERY:
        apart = expected(choice, late)
        if not apart:
            read_scenario(written(choice, late))
            continue
        with pytest.raises(BadScenario) as fault:
            read_scenario(written(choice, late), "short.yaml")
        text = str(fault.value)
        _, other, why = apart[0]
        assert f"together with {other}" in text
        assert why in text
        assert "try: leave one of the two out" in text
        assert "short.yaml:10  " in text or "short.yaml:16  " in text


def test_late_plots_go_with_what_needs_no_banks():
    """The other way of saying it, from what the tables of a run have."""
    for choice in EVERY:
        if not expected(choice, 0.0):
            assert bool(expected(choice, 2.0)) == Tracking(**choice).banked()


SOME = [(c, late) for n, (c, late) in enumerate((c, late) for c in EVERY for late in (0.0, 2.0) if not expected(c, late)) if n % 3 == 0]


@pytest.mark.parametrize(("choice", "late"), SOME, ids=lambda x: "-".join(x.values()) if isinstance(x, dict) else str(x))
def test_what_is_taken_runs(choice, late):
    run = sr.run(read_scenario(written(choice, late)), seed=1)
    assert run.summary["hostile"] == 1


def test_the_page_shows_the_table():
    page = (Path(__file__).resolve().parents[2] / "docs" / "scenario.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `([^`]+)`( above 0)? \| `([^`]+)` \| ([^|]+) \|$", page, re.M)
    assert [(one + more, other, why) for one, more, other, why in shown if f"{one}{more}" in {row[0] for row in APART}] == list(APART)


@pytest.mark.parametrize(("settings", "said"), [
    ({"formations.0.link": "down"}, "link = down: without effect: its own command post is there"),
    ({"formations.0.command_post": "null", "formations.0.link_loss": "0.3"}, "link_loss = 0.3: without effect: there is no command post above or here"),
    ({"formations.0.units": "[{name: low, level: battalion}]"}, "a battalion under the battalion"),
    ({"timeline": "[{at_s: 3, what: cut, of: moon}]"}, "a link leads from a fire unit"),
    ({"formations.0.radars": "[]"}, "launchers without an engagement radar"),
    ({"doctrine.salvo": "0"}, "1 to 4"),
])  # fmt: skip
def test_what_cannot_be_says_why(settings, said):
    source = written({}, 0.0).replace("]\nraid:", "]\n    launchers: [{system: 5p85se2, load: {48n6e3: 4}, at: murted}]\nraid:")
    with pytest.raises(sr.BadInput, match=re.escape(said)):
        rehearse(read_scenario(source, "short.yaml", settings))
