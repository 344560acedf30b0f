"""The page in a browser that cannot draw the map: all else is there, and the page says what is left out."""

from pathlib import Path
from typing import Any

import pytest

SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-3d-apis"]
PICTURE = "document.querySelector('canvas.preview').toDataURL()"


@pytest.fixture(scope="module")
def tab(launch, small_page: Path) -> Any:
    page = launch(SWITCHES).new_page(viewport={"width": 1000, "height": 640})
    page.set_default_timeout(120_000)
    page.goto(small_page.as_uri())
    page.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    return page


def test_the_page_stands_and_says_so(tab):
    assert tab.evaluate("document.createElement('canvas').getContext('webgl2')") is None
    assert tab.evaluate("document.documentElement.dataset.failed") is None
    assert "no WebGL 2" in tab.locator(".no-webgl").inner_text()
    assert tab.locator(".lead").inner_text().startswith("Of ")
    assert tab.locator(".heights strong").count() >= 2  # what is seen and what is engageable, in figures


def test_the_drawing_follows_the_clock(tab):
    tab.evaluate("skyreach.clock.go(0)")
    tab.wait_for_timeout(300)
    before = tab.evaluate(PICTURE)
    tab.evaluate("skyreach.clock.go(60)")
    tab.wait_for_function(f"(before) => {PICTURE} !== before", arg=before)
    assert tab.locator("canvas.preview").count() == 1


def test_other_parts_can_be_opened(tab):
    for name in ("targets", "chains", "circle", "sources"):
        tab.evaluate(f"skyreach.tabs.show('{name}')")
        assert len(tab.locator(".panel").inner_text()) > 100
