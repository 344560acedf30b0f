"""The one-file page in a real browser: it opens from disk, asks for nothing outside, and does what its controls say."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

WIDE, NARROW = {"width": 1400, "height": 900}, {"width": 400, "height": 800}
READY = "() => document.documentElement.dataset.ready === 'yes'"
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
INK = """(id) => { const c = document.getElementById(id), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n / (d.length / 4); }"""
WHERE = """(name) => { const here = at(data.targets.find((t) => t.name === name).path, state.t);
  return toScreen(here.x, here.y); }"""
FOCUS = "[document.activeElement.tagName, document.activeElement.id, String(document.activeElement.className)]"


@pytest.fixture
def visit(chromium: Any, small_page: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page; fails the test afterwards on any error, dialog, or request that is not for the file itself."""
    trouble: list[str] = []
    contexts = []

    def go(viewport: dict[str, int] = WIDE, **options: Any) -> Any:
        context = chromium.new_context(viewport=viewport, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        tab.on("console", lambda message: message.type in ("error", "warning") and trouble.append(message.text))
        tab.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        tab.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or trouble.append(f"asks for {r.url}"))
        tab.goto(small_page.as_uri())
        tab.wait_for_function(READY, timeout=60_000)
        return tab

    yield go
    for context in contexts:
        context.close()
    assert trouble == []


def shown(tab: Any, name: str) -> int:
    """Index of a target by name."""
    return tab.evaluate("(name) => data.targets.findIndex((t) => t.name === name)", name)


def test_opens_from_disk_and_draws(visit):
    tab = visit()
    assert tab.evaluate(INK, "base") == 1.0  # relief everywhere in the first view
    assert tab.evaluate(INK, "live") > 0.0
    assert "<script>alert(1)</script>" in tab.locator("h1").inner_text()
    assert tab.evaluate("window.broken") is None


def test_the_first_leaker_is_told_at_once(visit):
    tab = visit()
    assert tab.locator("#chosen h3").inner_text() == "unseen-1"
    assert "Got through" in tab.locator("#chosen .badge").inner_text()
    assert tab.locator("#leaker-stories article").count() == tab.evaluate("data.targets.filter((t) => t.leaked).length") == 2


def test_the_slider_moves_time(visit):
    tab = visit()
    tab.locator("#slider").fill("60")
    assert tab.evaluate("state.t") == 60
    assert tab.locator("#time").inner_text().startswith("02:01:00")
    before = tab.evaluate("at(data.targets[0].path, 60).x")
    tab.locator("#slider").press("ArrowRight")
    assert tab.evaluate("state.t") == 61
    assert tab.evaluate("at(data.targets[0].path, 61).x") > before  # the fighters fly north-east


def test_play_and_pause(visit):
    tab = visit()
    tab.evaluate("go(10)")
    tab.locator("#speed").select_option("80")
    tab.locator("#play").click()
    tab.wait_for_function("() => state.t > 20", timeout=30_000)
    tab.locator("#play").click()
    stopped = tab.evaluate("state.t")
    tab.evaluate(DRAWN)
    assert tab.evaluate("state.t") == stopped
    assert tab.locator("#play").get_attribute("aria-label") == "Play"


def test_jumps_go_from_event_to_event(visit):
    tab = visit()
    tab.evaluate("go(0)")
    tab.locator("#after").click()
    assert tab.evaluate("state.t") == pytest.approx(tab.evaluate("data.marks[0].t"), abs=0.06)
    tab.locator("#before").click()
    assert tab.evaluate("state.t") == 0


def test_a_row_tells_its_story_and_marks_the_map(visit):
    tab = visit()
    tab.locator(".name", has_text="fighter-1").click()
    assert tab.evaluate("state.chosen") == shown(tab, "fighter-1")
    told = tab.locator("tr.told").inner_text()
    assert "first seen by" in told
    assert "launches missile" in told
    assert tab.locator("#chosen h3").inner_text() == "fighter-1"
    assert tab.locator("tr.told .bar i").count() == tab.evaluate("data.targets[state.chosen].reasons.length")
    tab.locator(".name", has_text="fighter-1").click()
    assert tab.locator("tr.told").count() == 0


def test_the_table_sorts_and_filters(visit):
    tab = visit()
    tab.get_by_role("button", name="Shots").click()
    tab.get_by_role("button", name="Shots").click()
    counts = [int(text) for text in tab.locator("#targets tr.row td:nth-child(5)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    tab.locator("#filters label", has_text="Got through").click()
    assert {text.strip() for text in tab.locator("#targets .badge").all_inner_texts()} == {"Got through"}
    tab.locator("#filters label", has_text="Civil").click()
    assert tab.locator("#targets tr.row").count() == 1


def test_picking_on_the_map_selects(visit):
    tab = visit()
    tab.evaluate("go(20)")
    tab.evaluate("fitAll()")
    x, y = tab.evaluate(WHERE, "airliner")
    tab.locator("#map").click(position={"x": x, "y": y})
    assert tab.locator("#chosen h3").inner_text() == "airliner"
    assert "chosen-row" in (tab.locator("tr.row", has_text="airliner").get_attribute("class") or "")


def test_heights_change_what_is_drawn(visit):
    tab = visit()
    low = tab.locator("#caption").inner_text()
    tab.locator("#heights label", has_text="10,000 m").click()
    high = tab.locator("#caption").inner_text()
    assert "at 100 m" in low
    assert "at 10,000 m" in high
    tab.locator("#heights label", has_text="hide").click()
    assert tab.locator("#caption").is_hidden()


def test_mouse_and_keyboard_move_the_map(visit):
    tab = visit()
    scale, x = tab.evaluate("[view.scale, view.x]")
    tab.locator("#map").focus()
    tab.keyboard.press("+")
    assert tab.evaluate("view.scale") == pytest.approx(1.4 * scale, rel=1e-9)
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("view.x") > x
    tab.keyboard.press("0")
    zoomed_out = tab.evaluate("view.scale")
    assert zoomed_out < scale
    spot = tab.locator("#map").bounding_box()
    tab.mouse.move(spot["x"] + 300, spot["y"] + 300)
    tab.mouse.wheel(0, -400)
    tab.wait_for_function("(scale) => view.scale > scale", arg=zoomed_out)
    before = tab.evaluate("view.x")
    tab.mouse.down()
    tab.mouse.move(spot["x"] + 200, spot["y"] + 300, steps=4)
    tab.mouse.up()
    assert tab.evaluate("view.x") > before


def test_everything_can_be_reached_by_keyboard(visit):
    """Tab from the top: slider, play, a height, a row of the table and the folded sources get the focus."""
    tab = visit()
    wanted = {"slider", "play", "map", "speed", "save-yaml"}
    reached, names, summaries = set(), 0, 0
    tab.evaluate("for (const d of document.querySelectorAll('section:last-of-type details')) d.open = true")
    for _ in range(260):
        tab.keyboard.press("Tab")
        kind, ident, classes = tab.evaluate(FOCUS)
        reached.add(ident)
        names += "name" in classes.split()
        summaries += kind == "SUMMARY"
        if wanted <= reached:
            break
    assert wanted <= reached
    assert names == tab.evaluate("data.targets.length")
    assert summaries > 5


def test_enter_on_a_row_opens_its_story(visit):
    tab = visit()
    tab.locator(".name", has_text="airliner").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("tr.told h3").inner_text() == "airliner"
    assert tab.evaluate("document.activeElement.textContent") == "airliner"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_screens_do_not_overflow(visit, scheme):
    tab = visit(NARROW, color_scheme=scheme, has_touch=True)
    longest_name = "data.targets[1].name = 'x'.repeat(64); toggle(data.targets[1])"
    unfolded = "for (const d of document.querySelectorAll('details')) d.open = true"
    for what in ("", "toggle(data.targets[0])", longest_name, unfolded):
        tab.evaluate(what)
        tab.evaluate(DRAWN)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 400, what
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(v) for v in paper[4:-1].split(",")) > 600) == (scheme == "light")


def test_touch_selects_on_a_narrow_screen(visit):
    tab = visit(NARROW, has_touch=True)
    tab.evaluate("go(20)")
    tab.evaluate("fitAll()")
    tab.locator("#map").scroll_into_view_if_needed()
    x, y = tab.evaluate(WHERE, "airliner")
    tab.locator("#map").tap(position={"x": x, "y": y})
    assert tab.locator("#chosen h3").inner_text() == "airliner"


def test_the_theme_may_change_while_the_page_is_open(visit):
    tab = visit(color_scheme="light")
    light = tab.evaluate("colour('paper')")
    tab.emulate_media(color_scheme="dark")
    tab.evaluate(DRAWN)
    assert tab.evaluate("colour('paper')") != light


def test_the_scenario_can_be_saved(visit):
    tab = visit()
    tab.evaluate("document.querySelector('#save-yaml').closest('details').open = true")
    with tab.expect_download() as download:
        tab.locator("#save-yaml").click()
    assert download.value.suggested_filename == "scenario.yaml"
    assert Path(download.value.path()).read_text(encoding="utf-8") == tab.evaluate("data.yaml")


def test_the_policy_of_the_page_stops_scripts_that_got_in(visit, chromium, small_page, tmp_path):
    """Even were a script to slip through the escaping, its hash is not in the policy."""
    attacked = tmp_path / "attacked.html"
    html = small_page.read_text(encoding="utf-8")
    attack = "<main><script>window.broken = true</script><b onclick='window.broken = true'>x</b>"
    attacked.write_text(html.replace("<main>", attack), encoding="utf-8")
    tab = chromium.new_page()
    tab.goto(attacked.as_uri())
    tab.wait_for_function(READY, timeout=60_000)
    tab.locator("main > b").click()
    assert tab.evaluate("window.broken") is None
    tab.close()
