"""The kill chain as a picture: every reason that held has its colour and its word, the same run the same bytes."""

import io

import pytest

import skyreach as sr
from skyreach.analysis.kill_chain import STAGES, chart, colour, kind_of
from skyreach.errors import BadInput
from skyreach.records.binding import CHAIN, NOT_LIMITS
from skyreach.records.explain import binding_limits


@pytest.fixture(scope="module")
def run():
    return sr.run("murted-raid", seed=1)


def test_every_limit_has_a_colour_of_its_own():
    colours = {code: colour(code) for code in CHAIN if code not in NOT_LIMITS}
    assert "#ffffff" not in colours.values()
    assert len(set(colours.values())) == len(colours)
    assert all(low <= high for _, (low, high), _ in STAGES)


def test_the_picture_of_one_target_names_what_held_it(run):
    text = chart(run, "sakarya-1", "svg").decode()
    for part in binding_limits(run, 12):
        assert f">{part.reason}<" in text
    assert "sakarya-1 (storm-shadow): arrived" in text
    assert chart(run, "sakarya-1", "svg").decode() == text


def test_the_picture_of_all_targets_is_a_png(run):
    from PIL import Image

    image = Image.open(io.BytesIO(chart(run, None, "png")))
    assert image.size[0] == 1400
    assert len(image.convert("RGB").getcolors(1_000_000)) > 20


@pytest.mark.parametrize("name", ["chain", "chain.pdf", "chain.PNGX"])
def test_other_endings_are_refused(name):
    with pytest.raises(BadInput, match=r"\.png or \.svg"):
        kind_of(name)
