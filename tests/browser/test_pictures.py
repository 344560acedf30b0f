"""What the map and the charts of a study look like, against pictures that were looked at by eye before they were kept (tests/browser/pictures).

Compared are cells of twelve pixels across, so that fonts and drivers may differ and a layer that is missing may not.
After a change that is meant: SKYREACH_WRITE_PICTURES=1 pytest tests/browser/test_pictures.py, then look at them.
"""

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

PICTURES = Path(__file__).with_name("pictures")
STUDIES = Path(__file__).with_name("studies")  # documents of finished studies, so that no change of the engine moves a chart
CELL = 12  # pixels
MEAN, CELLS_OFF, OFF = 5.0, 0.04, 45.0  # of 255: mean difference; share of cells that may be off by more than OFF
HIDDEN = ".heights, .layer-menu, .map-buttons, .maplibregl-ctrl { visibility: hidden }"


def cells(png: bytes) -> np.ndarray:
    """Mean colours of the cells of a picture, float (rows, columns, 3)."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return np.asarray(picture.resize((picture.width // CELL, picture.height // CELL), Image.Resampling.BOX), float)


def compare(name: str, png: bytes) -> None:
    """Fail where a picture is not like the one that was kept under its name."""
    path = PICTURES / f"{name}.png"
    now = cells(png)
    if os.environ.get("SKYREACH_WRITE_PICTURES") == "1":
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(now.round().astype(np.uint8)).save(path, optimize=True)
        return
    difference = np.abs(now - np.asarray(Image.open(path).convert("RGB"), float)).max(axis=2)
    assert difference.mean() < MEAN, name
    assert (difference > OFF).mean() < CELLS_OFF, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_looks_as_it_did(visit, small_page: Path, scheme: str) -> None:
    tab: Any = visit(small_page.as_uri(), {"width": 1000, "height": 700}, color_scheme=scheme)
    tab.evaluate("(css) => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", HIDDEN)
    for name, act in (
        ("flat", "skyreach.view.solid.value = false; skyreach.clock.go(60); skyreach.view.chosen.value = 0"),
        ("high", "skyreach.view.height.value = 10000; skyreach.stages[0].fit('wide')"),
        ("solid", "skyreach.view.solid.value = true"),
    ):
        tab.evaluate(act)
        tab.evaluate("Promise.all(skyreach.stages.map((stage) => stage.idle()))")
        tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        compare(f"{scheme}-{name}", tab.locator(".stage").screenshot())


@pytest.mark.parametrize("name", sorted(path.stem for path in STUDIES.glob("*.json")))
@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 400)])
def test_a_study_looks_as_it_did(visit, page_is_built: None, tmp_path: Path, name: str, scheme: str, width: int) -> None:
    from skyreach.viewer.report import document_html

    page = tmp_path / "study.html"
    page.write_text(document_html(json.loads((STUDIES / f"{name}.json").read_text(encoding="utf-8"))), encoding="utf-8")
    tab: Any = visit(page.as_uri(), {"width": width, "height": 900}, color_scheme=scheme)
    tab.wait_for_function("() => document.querySelectorAll('figure').length && document.querySelector('.chart svg')")
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    compare(f"study-{name}-{scheme}", tab.locator(".chart").first.screenshot())


def test_a_missing_layer_is_noticed(visit, small_page: Path) -> None:
    """The comparison itself: without coverage the picture is no longer like the one that was kept."""
    if os.environ.get("SKYREACH_WRITE_PICTURES") == "1":
        pytest.skip("pictures are being made")
    tab: Any = visit(small_page.as_uri(), {"width": 1000, "height": 700}, color_scheme="light")
    tab.evaluate("(css) => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", HIDDEN)
    tab.evaluate("skyreach.clock.go(60); skyreach.view.chosen.value = 0; skyreach.view.height.value = 10000; skyreach.stages[0].fit('wide'); skyreach.view.toggle('coverage')")
    tab.evaluate("Promise.all(skyreach.stages.map((stage) => stage.idle()))")
    with pytest.raises(AssertionError):
        compare("light-high", tab.locator(".stage").screenshot())
