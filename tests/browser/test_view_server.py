"""`skyreach view` in a real browser: runs by windows of time, two runs side by side, the editor from change to run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (pip install skyreach[view])")

PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
IDLE = "Promise.all(skyreach.stages.map((stage) => stage.idle()))"


@pytest.fixture(scope="module")
def server(small_run: Any, page_is_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from skyreach import api
    from skyreach.viewer import motion
    from skyreach.viewer.server import Server
    from skyreach.viewer.shelf import Shelf

    folder = tmp_path_factory.mktemp("shelf")
    small_run.save(folder / "first")
    api.run(Path(__file__).parents[1] / "viewer" / "small-raid.yaml", seed=4).save(folder / "second")
    rows, motion.MOST_ROWS = motion.MOST_ROWS, 100  # so that there are many windows
    server = Server(Shelf(folder), port=0).start()
    yield server
    server.stop()
    motion.MOST_ROWS = rows


def test_the_folder_lists_its_runs_with_their_names_as_text(visit, server):
    tab = visit(server.address)
    assert tab.locator("tbody tr").count() >= 2
    assert "<script>alert(1)</script>" in tab.locator("tbody").inner_text()
    tab.get_by_label("Compare first").check()
    assert tab.locator("#compare").is_disabled()
    tab.get_by_label("Compare second").check()
    tab.locator("#compare").click()
    tab.wait_for_selector(".work.two")


def test_samples_come_by_windows_of_time(visit, server):
    """Only the windows around the moment are fetched; after a jump the targets are where the samples say."""
    asked: list[str] = []
    tab = visit(server.address + "run/first")
    tab.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
    count = tab.evaluate("skyreach.runs[0].windows.head.count")
    assert count >= 4
    tab.evaluate("skyreach.clock.go(skyreach.clock.duration * 0.9)")
    tab.wait_for_function("() => skyreach.runs[0].window(skyreach.clock.t.value) !== null")
    tab.evaluate(PAINTED)
    windows = {int(name.split("-")[1]) for name in asked if name.startswith("truth-")}
    assert windows
    assert windows <= {count - 2, count - 1}
    spots = tab.evaluate(
        "(() => { const s = skyreach.stages[0].scene; return [...s.targets.ids.slice(0, s.targets.count)].map((id) => [id, s.of(id)]); })()"
    )
    t = tab.evaluate("skyreach.clock.t.value")
    truth = server.shelf.parts("first").material.run.truth.to_pylist()
    for target, spot in spots:
        near = min((row for row in truth if row["target"] == target), key=lambda row: abs(row["t_s"] - t))
        assert spot["lat"] == pytest.approx(near["lat_deg"], abs=0.01)  # 300 m/s for the half second to the next sample
    assert spots


def test_two_runs_share_the_clock_the_map_and_the_target(visit, server):
    tab = visit(server.address + "compare?a=first&b=second")
    tab.locator(".timebar input[type=range]").fill("70")
    tab.evaluate("skyreach.stages[0].map.jumpTo({center: [33, 39.9], zoom: 8})")
    tab.evaluate(PAINTED)
    assert tab.evaluate("skyreach.stages.map((s) => s.scene.t)") == [70, 70]
    assert tab.evaluate("skyreach.stages[1].map.getZoom()") == 8
    tab.get_by_role("tab", name="Targets").click()
    tab.locator(".name", has_text="fighter-2").click()
    names = tab.evaluate("skyreach.views.map((v, i) => skyreach.runs[i].doc.targets[v.chosen.value].name)")
    assert names == ["fighter-2", "fighter-2"]
    assert tab.locator(".detail:not([hidden])").count() == 2
    tab.get_by_role("tab", name="Figures").click()
    row = tab.locator("tr[data-key=missiles_fired] td").all_inner_texts()
    fired = [server.shelf.parts(name).material.run.summary["missiles_fired"] for name in ("first", "second")]
    assert [int(text) for text in row[:2]] == fired
    tab.locator(".heights input").fill("10")
    assert tab.evaluate("skyreach.views[1].height.value") == tab.evaluate("skyreach.views[0].height.value")


def test_edit_move_save_run_and_watch(visit, server, tmp_path):
    """From a run to the next: a radar is dragged, coverage follows, the YAML is saved, the run is opened and plays."""
    tab = visit(server.address + "edit?run=second")
    handle = tab.locator('.handle[title="pantsir"]')
    before = tab.evaluate("skyreach.heights.measure().seen")
    asked = tab.evaluate("skyreach.draft.took.length")
    tab.evaluate("skyreach.stages[0].map.jumpTo({center: [32.84, 39.74], zoom: 11.5})")
    tab.evaluate(IDLE)
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 60, y + 40, steps=5)
    tab.mouse.up()
    tab.wait_for_function("(n) => skyreach.draft.took.length > n && skyreach.draft.answer.value.yaml !== null", arg=asked)
    tab.wait_for_function("(seen) => skyreach.heights.measure().seen !== seen", arg=before)
    moved = tab.evaluate("skyreach.draft.data.formations[0].units[0].point_defence[0].at")
    assert moved["lat"] < 39.733  # 2 km south-south-west of the hill at 39.75 N, 32.84 E, before
    assert moved["lon"] > 32.832
    assert "In order" in tab.locator(".check").inner_text()
    tab.get_by_role("tab", name="Rules").click()
    tab.get_by_label("Length of the run, s").fill("40")
    tab.get_by_label("Length of the run, s").press("Enter")
    tab.wait_for_function("() => skyreach.draft.answer.value.yaml?.includes('duration_s: 40')")
    with tab.expect_download() as download:
        tab.locator("#save").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    from skyreach.scenario.load import read_scenario

    scenario = read_scenario(saved)
    defence = scenario.formations[0].units[0].point_defence[0]
    assert (defence.at.lat, defence.at.lon, scenario.duration_s) == (moved["lat"], moved["lon"], 40)
    tab.locator("#run").click()
    tab.wait_for_url("**/run/small-raid-edited-*")
    tab.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    tab.wait_for_function("() => skyreach.clock.t.value > 1")
    made = server.shelf.parts("small-raid-edited-1").material.run
    stood = {row["name"]: row for row in made.sites.to_pylist()}["pantsir"]
    assert stood["lat_deg"] == pytest.approx(moved["lat"], abs=1e-9)


def test_edit_draw_a_route_set_a_load_and_undo(visit, server):
    tab = visit(server.address + "edit?run=second")
    tab.get_by_role("tab", name="Raid").click()
    n = tab.evaluate("skyreach.draft.data.raid.length")
    tab.locator("#new-route").click()
    tab.wait_for_selector("#draw[aria-pressed=true]")
    tab.locator(".map canvas.maplibregl-canvas").click(position={"x": 420, "y": 420}, force=True)
    tab.wait_for_function("(n) => skyreach.draft.data.raid[n].route.length === 3 && skyreach.draft.answer.value.layout.routes.some((r) => r.points.length === 3 && r.path[1] === n)", arg=n)
    assert tab.locator(".waypoint").count() == 3
    tab.locator("#draw").click()
    tab.get_by_label("Height of waypoint 1").fill("2500")
    tab.get_by_label("Height of waypoint 1").press("Enter")
    tab.wait_for_function("(n) => skyreach.draft.data.raid[n].route[0].height_m === 2500", arg=n)
    tab.get_by_role("button", name="Done").click()
    tab.get_by_role("tab", name="Defence").click()
    tab.locator(".item", has_text="launchers").first.click()
    load = tab.locator(".inspector label", has_text="9m96e2").locator("input")
    load.fill("99")
    load.press("Enter")
    tab.wait_for_selector(".check .not-ok")
    assert "9m96e2" in tab.locator(".check").inner_text()
    assert tab.locator("#run").is_disabled()
    tab.get_by_role("button", name="Undo").click()
    tab.wait_for_selector(".check .ok")
    assert tab.locator("#run").is_enabled()


def test_handles_move_by_the_arrow_keys(visit, server):
    tab = visit(server.address + "edit?scenario=murted-f35")
    first = tab.locator(".handle").first
    path = json.loads(first.get_attribute("data-path"))
    where = "(path) => { const t = skyreach.draft.answer.value.layout.things.find((one) => JSON.stringify(one.path) === JSON.stringify(path)); return [t.lat, t.lon]; }"
    before = tab.evaluate(where, path)
    first.focus()
    tab.keyboard.press("ArrowUp")
    tab.wait_for_function("(all) => { const t = skyreach.draft.answer.value.layout.things.find((one) => JSON.stringify(one.path) === JSON.stringify(all[0])); return t.lat > all[1]; }", arg=[path, before[0]])
