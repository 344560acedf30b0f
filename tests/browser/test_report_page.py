"""The one-file page in a real browser: it opens from disk, asks for nothing outside, and does what its controls say."""

from pathlib import Path
from typing import Any

import pytest

NARROW = {"width": 400, "height": 800}
IDLE = "Promise.all(skyreach.stages.map((stage) => stage.idle()))"
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOCUS = "[document.activeElement.tagName, document.activeElement.id, String(document.activeElement.className)]"
T = "skyreach.clock.t.value"
CHOSEN = "skyreach.runs[0].doc.targets[skyreach.view.chosen.value].name"


@pytest.fixture(scope="module")
def shared(chromium: Any, small_page: Path):
    """One open page for the tests that do not care about the window; each begins at time 0 with nothing chosen."""
    context = chromium.new_context(viewport={"width": 1000, "height": 640}, reduced_motion="reduce", color_scheme="light")
    tab = context.new_page()
    tab.set_default_timeout(120_000)
    tab.goto(small_page.as_uri())
    tab.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    yield tab
    context.close()


@pytest.fixture
def tab(shared: Any):
    shared.evaluate("skyreach.clock.playing.value = false; skyreach.clock.go(0); skyreach.view.chosen.value = null; skyreach.tabs.show('story')")
    return shared


def ink(tab: Any, layer: str) -> int:
    """Things that a layer of the map has at this moment."""
    find = "(id) => { const l = skyreach.stages[0].drawn().find((one) => one.id === id); return l ? l.getNumInstances() : -1; }"
    return tab.evaluate(find, layer)


def test_opens_from_disk_asks_for_nothing_and_escapes(visit, small_page):
    tab = visit(small_page.as_uri())
    assert "<script>alert(1)</script>" in tab.locator("h1").inner_text()
    assert tab.evaluate("window.broken") is None
    assert tab.locator(".detail h2").inner_text() == "unseen-1"  # the first that got through, told at once
    assert "Got through" in tab.locator(".detail .badge").inner_text()


def test_the_map_holds_what_the_run_holds(tab):
    tab.evaluate("skyreach.clock.go(60)")
    tab.evaluate(PAINTED)
    doc = tab.evaluate("({sites: skyreach.runs[0].doc.sites.length, radars: skyreach.runs[0].doc.radars.length})")
    assert ink(tab, "ground") == doc["sites"] + doc["radars"]
    flying = tab.evaluate("skyreach.runs[0].doc.targets.filter((t) => t.start <= 60 && (t.end === null || t.end >= 60)).length")
    assert ink(tab, "targets") == flying > 0
    assert ink(tab, "tracks") > 0
    assert ink(tab, "trails") >= flying


def test_missiles_are_drawn_while_they_fly(tab):
    t = tab.evaluate("(() => { const s = skyreach.runs[0].doc.shots[0]; return (s.launch + s.end) / 2; })()")
    tab.evaluate("(t) => skyreach.clock.go(t)", t)
    tab.evaluate(PAINTED)
    expected = tab.evaluate("(t) => skyreach.runs[0].doc.shots.filter((s) => s.launch <= t && s.end >= t).length", t)
    assert ink(tab, "missiles") == expected > 0


def test_the_slider_scrubs(tab):
    slider = tab.locator(".timebar input[type=range]")
    slider.fill("60")
    assert tab.evaluate(T) == 60
    assert tab.locator(".time").inner_text() == "02:01:00"
    slider.press("ArrowRight")
    assert tab.evaluate(T) == 61


def test_play_and_pause(tab):
    tab.evaluate("skyreach.clock.go(10)")
    tab.locator(".timebar select").select_option("80")
    tab.get_by_role("button", name="Play").click()
    tab.wait_for_function(f"() => {T} > 20")
    tab.get_by_role("button", name="Pause").click()
    stopped = tab.evaluate(T)
    tab.evaluate(PAINTED)
    assert tab.evaluate(T) == stopped


def test_jumps_go_from_event_to_event(tab):
    tab.get_by_role("button", name="To the next event").click()
    assert tab.evaluate(T) == pytest.approx(tab.evaluate("skyreach.runs[0].doc.marks[0][0]"), abs=0.06)
    assert tab.locator(".said").inner_text() != ""
    tab.get_by_role("button", name="To the event before").click()
    assert tab.evaluate(T) == 0


def test_keys_work_the_clock(tab):
    tab.locator("h1").click()
    tab.keyboard.press(".")
    first = tab.evaluate(T)
    assert first > 0
    tab.keyboard.press("l")
    assert tab.evaluate(T) == pytest.approx(first + 10, abs=1e-9)


def test_heights_change_what_is_drawn_and_counted(tab):
    counts = []
    for rung in ("6", "16", "31"):
        tab.locator(".heights input").fill(rung)
        tab.evaluate(PAINTED)
        counts.append(tab.evaluate("skyreach.heights.measure().seen"))
        painted = tab.evaluate(
            "(() => { const c = skyreach.stages[0].coverage.canvas, d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()"
        )
        assert painted > 0
    assert counts[0] < counts[1] < counts[2]
    assert "10,000 m" in tab.locator(".heights output").inner_text() or counts[2] > 0


def test_areas_of_the_slider_are_those_of_the_table(tab):
    """The page counts on a raster of its own, from rungs; the table comes from the masks of each height."""
    table = tab.evaluate("skyreach.runs[0].source.json('circle')")["table"]
    for row in table["rows"]:
        area = tab.evaluate("(h) => { skyreach.view.height.value = h; return skyreach.heights.measure(); }", row["height_m"])
        assert area["seen"] == pytest.approx(row["seen"]["km2"], rel=0.04, abs=60)
        assert area["reach"] == pytest.approx(row["engageable"]["km2"], rel=0.05, abs=80)
        assert area["seenInside"] == pytest.approx(row["seen"]["inside_km2"], rel=0.04, abs=60)


def test_a_leaker_tells_its_reasons(tab):
    tab.get_by_role("tab", name="Targets").click()
    tab.locator(".choice label", has_text="Got through").click()
    assert tab.locator(".targets tbody tr").count() == 2
    tab.locator(".targets .name", has_text="unseen-2").click()
    tab.wait_for_function("() => document.querySelector('.detail .told')?.dataset.told !== undefined")
    told = tab.locator(".detail").inner_text()
    assert "no radar ever detected it; no missile was fired" in told
    parts = tab.evaluate("skyreach.runs[0].told(skyreach.view.chosen.value).then((t) => t.reasons)")
    assert tab.locator(".detail .chain .part").count() == len(parts) > 0
    words = tab.evaluate("Object.values(skyreach.runs[0].doc.reasons).map((r) => r.word)")
    shown = tab.locator(".detail .reasons strong").all_inner_texts()
    assert shown
    assert set(shown) <= set(words)
    tab.locator(".choice label", has_text="All").click()


def test_kill_chains_have_a_lane_for_each_threat(tab):
    tab.get_by_role("tab", name="Kill chains").click()
    tab.wait_for_function("() => document.querySelectorAll('.lane .chain .part').length > 3")
    hostile = tab.evaluate("skyreach.runs[0].doc.targets.filter((t) => t.side !== 'neutral').length")
    assert tab.locator(".lane").count() == hostile
    tab.locator(".lane .name", has_text="fighter-1").click()
    assert tab.evaluate(CHOSEN) == "fighter-1"


def test_the_table_sorts_and_searches(tab):
    tab.get_by_role("tab", name="Targets").click()
    for _ in range(2):
        tab.locator(".targets thead button", has_text="Shots").click()
    counts = [int(text) for text in tab.locator(".targets tbody td:nth-child(3)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    tab.locator("input[type=search]").fill("airl")
    assert tab.locator(".targets tbody tr").count() == 1
    tab.locator("input[type=search]").fill("")


def test_picking_on_the_map_selects_and_follow_moves_the_map(tab):
    tab.evaluate("skyreach.clock.go(20)")
    tab.evaluate("skyreach.stages[0].fit('wide')")
    tab.evaluate(IDLE)
    index = tab.evaluate("skyreach.runs[0].doc.targets.findIndex((t) => t.name === 'airliner')")
    tab.wait_for_function("(i) => skyreach.stages[0].screen(i) !== null", arg=index)
    x, y = tab.evaluate("(i) => skyreach.stages[0].screen(i)", index)
    tab.locator(".map canvas.maplibregl-canvas").click(position={"x": x, "y": y}, force=True)
    assert tab.evaluate(CHOSEN) == "airliner"
    tab.get_by_role("button", name="Follow").click()
    tab.evaluate("skyreach.clock.go(100)")
    tab.evaluate(PAINTED)
    centre, spot = tab.evaluate("(i) => [skyreach.stages[0].map.getCenter().toArray(), skyreach.stages[0].scene.of(i)]", index)
    assert centre == [pytest.approx(spot["lon"], abs=1e-6), pytest.approx(spot["lat"], abs=1e-6)]
    tab.get_by_role("button", name="Follow").click()


def test_the_third_dimension_lifts_what_flies(tab):
    tab.evaluate("skyreach.clock.go(60)")
    tab.get_by_role("button", name="Third dimension").click()
    tab.evaluate(IDLE)
    assert tab.evaluate("skyreach.stages[0].map.getPitch()") > 40
    assert tab.evaluate("skyreach.stages[0].map.getTerrain() !== null")
    assert tab.evaluate("skyreach.stages[0].scene.targets.pos[2]") > 1000
    assert ink(tab, "stems") > 0
    tab.get_by_role("button", name="Third dimension").click()
    tab.evaluate(IDLE)
    assert tab.evaluate("skyreach.stages[0].map.getPitch()") == 0


def test_layers_can_be_hidden(tab):
    tab.locator(".layer-menu summary").click()
    tab.locator("input[name=layer-trails]").uncheck()
    tab.evaluate(PAINTED)
    assert ink(tab, "trails") == -1
    tab.locator("input[name=layer-trails]").check()
    tab.locator("input[name=layer-plots]").check()
    tab.evaluate(PAINTED)
    assert ink(tab, "plots") > 0
    tab.locator("input[name=layer-plots]").uncheck()
    tab.locator(".layer-menu summary").click()


def test_circle_and_sources_are_told(tab):
    tab.get_by_role("tab", name="The circle").click()
    tab.wait_for_selector("text=Why the circle is wrong")
    assert "of the advertised 400 km" in tab.locator(".tab-panel").inner_text()
    tab.get_by_role("tab", name="Sources").click()
    tab.wait_for_selector("text=Where the numbers come from")
    assert tab.locator(".tab-panel details").count() > 5


def test_the_scenario_can_be_saved(tab):
    tab.evaluate("document.querySelector('#save-yaml').closest('details').open = true")
    with tab.expect_download() as download:
        tab.locator("#save-yaml").click()
    assert download.value.suggested_filename == "scenario.yaml"
    assert Path(download.value.path()).read_text(encoding="utf-8") == tab.evaluate("skyreach.runs[0].doc.yaml")


def test_everything_can_be_reached_by_keyboard(tab):
    """Tab from the top: map, clock, heights, tabs, and what they show get the focus; arrows move between the tabs."""
    tab.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(80):
        tab.keyboard.press("Tab")
        kind, ident, classes = tab.evaluate(FOCUS)
        reached |= {kind, ident, *classes.split()}
        if {"tab-story", "play", "maplibregl-canvas", "SELECT", "card"} <= reached:
            break
    assert {"tab-story", "play", "maplibregl-canvas", "SELECT", "card", "SUMMARY"} <= reached
    tab.locator("#tab-story").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("skyreach.tabs.chosen") == "targets"


def test_the_theme_may_change_while_the_page_is_open(tab):
    """With the system's, until the reader has chosen."""
    paper = "getComputedStyle(document.body).backgroundColor"
    changed = f"(before) => {paper} !== before"
    light = tab.evaluate(paper)
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(changed, arg=light)
    dark = tab.evaluate(paper)
    tab.get_by_role("button", name="Light or dark").click()
    assert tab.evaluate(paper) == light
    tab.emulate_media(color_scheme="light")
    tab.get_by_role("button", name="Light or dark").click()
    assert tab.evaluate(paper) == dark
    tab.evaluate(IDLE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_screens_do_not_overflow(visit, small_page, scheme):
    tab = visit(small_page.as_uri(), NARROW, color_scheme=scheme, has_touch=True)
    every = "for (const d of document.querySelectorAll('details')) d.open = true"
    for what in ("0", "skyreach.tabs.show('targets')", "skyreach.tabs.show('chains')", every):
        tab.evaluate(what)
        tab.evaluate(PAINTED)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 400, what
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(v) for v in paper[4:-1].split(",")) > 600) == (scheme == "light")


def test_the_policy_of_the_page_stops_scripts_that_got_in(chromium, small_page, tmp_path):
    """Even were a script to slip through the escaping, its hash is not in the policy."""
    attacked = tmp_path / "attacked.html"
    html = small_page.read_text(encoding="utf-8")
    attack = '</div><script>window.broken = true</script><b onclick="window.broken = true">x</b><div>'
    attacked.write_text(html.replace("</noscript>", "</noscript>" + attack, 1), encoding="utf-8")
    tab = chromium.new_page()
    tab.goto(attacked.as_uri(), wait_until="domcontentloaded")
    tab.locator("b", has_text="x").first.click(force=True)
    assert tab.evaluate("window.broken") is None
    tab.close()


def test_coarse_terrain_is_said_above_the_map(tab):
    line = tab.locator(".cautions summary")
    assert "coarse" in line.inner_text()
    assert line.bounding_box()["y"] < tab.locator(".stage").bounding_box()["y"]
    line.click()
    assert "posting" in tab.locator(".cautions .warning").first.inner_text()
    line.click()


def test_one_figure_for_the_circle(tab):
    """The figure beside the slider is that of the table."""
    beside = tab.locator(".heights .key-circle strong").inner_text()
    tab.evaluate("skyreach.tabs.show('circle')")
    tab.locator(".panel table.numbers").wait_for()
    assert beside in tab.locator(".panel").inner_text()
