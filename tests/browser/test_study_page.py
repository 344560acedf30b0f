"""The page of a study in a real browser: answers with their intervals, a press on a point opens its run; the report from disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (pip install skyreach[view])")

RAID = Path(__file__).parents[1] / "viewer" / "small-raid.yaml"
NAME = "<script>alert(1)</script>"
STUDY = f"""\
skyreach_study: 1
name: small
title: "Small {NAME}<img src=x onerror=alert(2)>"
scenario: {RAID}
runs: 3
factors:
  - name: raid
    levels:
      "thin <b>": {{raid.fighter.count: 1}}
      twice: {{raid.fighter.count: 2}}
      thick: {{raid.fighter.count: 5}}
"""
TORNADO = f"""\
skyreach_study: 1
name: swings
scenario: {RAID}
design: tornado
runs: 2
factors:
  - {{name: salvo, path: doctrine.salvo, levels: [1, 2]}}
  - {{name: range of the radar, path: 92n6e.reference_range, doubt: true}}
"""
DRAWN = "() => { const n = document.querySelectorAll('.chart').length; return n > 0 && document.querySelectorAll('.chart svg').length === n; }"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two finished studies."""
    from skyreach.studies.study import begin, go_on

    root = tmp_path_factory.mktemp("lab")
    for text, name in ((STUDY, "small"), (TORNADO, "swings")):
        file = tmp_path_factory.mktemp("file") / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        go_on(begin(file, root / name), jobs=1)
    return root


@pytest.fixture(scope="module")
def server(lab: Path, page_is_built: None) -> Iterator[Any]:
    from skyreach.viewer.server import Server
    from skyreach.viewer.shelf import Shelf

    server = Server(Shelf(lab), port=0).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def report(lab: Path, page_is_built: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from skyreach.studies.study import open_study
    from skyreach.viewer.report import write_study_report

    return write_study_report(open_study(lab / "small"), tmp_path_factory.mktemp("report") / "study.html")


def rows(lab: Path, name: str) -> list[dict[str, Any]]:
    from skyreach.studies.study import open_study

    study = open_study(lab / name)
    return [{**row, "cell": cell.number} for cell in study.plan.cells for t in study.tasks(cell.number) for row in study.table(t).to_pylist()]


def test_from_the_folder_to_the_study_to_the_run_behind_a_point(visit, server, lab):
    tab = visit(server.address)
    assert NAME in tab.locator(".studies").inner_text()
    tab.locator(".studies a", has_text="Small").click()
    tab.wait_for_function(DRAWN)
    assert NAME in tab.locator("h1").inner_text()
    assert tab.locator("#chart-saturation .press").count() == 3
    point = tab.locator("#chart-saturation .press").nth(2)
    assert "leakers; opens run" in point.get_attribute("aria-label")
    point.click()
    tab.wait_for_url("**/run/**")
    tab.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    manifest = server.shelf.parts(tab.evaluate("decodeURIComponent(location.pathname.slice(5))")).material.run.manifest
    ran = [row for row in rows(lab, "small") if row["cell"] == 2 and row["run"] + 1 == manifest["seed"]]
    assert [(row["leakers"], row["killed"], row["shots"]) for row in ran] == [
        (manifest["summary"]["leakers"], manifest["summary"]["killed"], manifest["summary"]["missiles_fired"])
    ]
    assert [folder.name for folder in sorted(lab.iterdir())] == ["small", "swings"]  # nothing is left in the user's folder
    tab.get_by_role("link", name="The study").click()
    tab.wait_for_selector("#chart-intervals .press")


def test_a_point_opens_by_key_and_any_run_by_its_number(visit, server):
    tab = visit(server.address + "study/small")
    tab.wait_for_selector("#chart-intervals .press")
    tab.locator("#chart-intervals .press").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/run/**")
    tab = visit(server.address + "study/small")
    tab.locator("#any-cell").select_option("1")
    tab.locator("#any-run").fill("2")
    tab.locator(".any button").click()
    tab.wait_for_url("**/run/**-c1-r2?**")


def test_the_measure_can_be_changed_and_every_chart_has_its_numbers(visit, server, lab):
    tab = visit(server.address + "study/small")
    tab.wait_for_function(DRAWN)
    tab.locator("#measure").select_option("shots")
    tab.wait_for_selector("#chart-intervals .press")
    per_cell = [[row["shots"] for row in rows(lab, "small") if row["cell"] == cell] for cell in range(3)]
    shown = tab.locator("#chart-intervals .value").all_text_contents()
    assert [float(text) for text in shown] == [pytest.approx(sum(v) / len(v), rel=5e-3) for v in per_cell]
    figures = tab.locator("figure").count()
    assert figures == tab.locator("figure + details, figure + .cause-key").count() > 1


def test_the_tornado_has_both_ends_of_each_factor(visit, server):
    tab = visit(server.address + "study/swings")
    tab.wait_for_selector("#chart-tornado .press")
    assert tab.locator("#chart-tornado .press").count() == 4
    tab.locator("#chart-tornado .press").nth(1).click()
    tab.wait_for_url("**/run/**")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_opens_from_disk_at_400_pixels_and_tells_the_command(visit, report, scheme):
    tab = visit(report.as_uri(), {"width": 400, "height": 800}, color_scheme=scheme)
    tab.wait_for_function(DRAWN)
    tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(v) for v in paper[4:-1].split(",")) > 600) == (scheme == "light")
    tab.locator("#chart-intervals .press").nth(1).click()
    command = tab.locator(".behind-state code").inner_text()
    assert command.startswith("skyreach run scenario.yaml --seed ")
    assert "raid.fighter.count=2" in command


def test_charts_are_drawn_anew_when_the_window_changes(visit, report):
    tab = visit(report.as_uri())
    tab.wait_for_function(DRAWN)
    wide = tab.locator("#chart-saturation svg").bounding_box()["width"]
    tab.set_viewport_size({"width": 500, "height": 640})
    tab.wait_for_function("(wide) => document.querySelector('#chart-saturation svg').getBoundingClientRect().width < wide", arg=wide)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 500
