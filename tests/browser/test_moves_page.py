"""Units that march, on the page in a real browser: the symbol is where the scenario puts it, before, on and after the road."""

from pathlib import Path

import pytest
from pyproj import Geod

SCENE = Path(__file__).parents[1] / "viewer" / "marching-raid.yaml"
HOME, NORTH = (40.0, 33.0), (40.05, 33.02)
PACK, SPEED = 30.0, 120.0 / 3.6
GEOD = Geod(ellps="WGS84")
IDLE = "Promise.all(skyreach.stages.map((stage) => stage.idle()))"
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
DRAWN = """(name) => {
  const layer = skyreach.stages[0].drawn().find((one) => one.id === "ground"), { data, getPosition } = layer.props;
  const { sites, radars } = skyreach.runs[0].doc, named = (d) => (d.group === "site" ? sites : radars)[d.row].name;
  const [lon, lat] = getPosition(data.find((d) => named(d) === name)), { x, y } = skyreach.stages[0].map.project([lon, lat]);
  return { lon, lat, x, y };
}"""  # what the layer of symbols hands to the graphics card, and where that is on the screen
AT = "([lon, lat]) => { const { x, y } = skyreach.stages[0].map.project([lon, lat]); return [x, y]; }"


@pytest.fixture(scope="module")
def march():
    """The run, and when its unit packed first, left and arrived."""
    from skyreach import api

    run = api.run(SCENE)
    packs = next(e["t_s"] for e in run.events.to_pylist() if e["kind"] == "unit packs")
    leaves = packs + PACK
    return run, packs, leaves, leaves + GEOD.inv(HOME[1], HOME[0], NORTH[1], NORTH[0])[2] / SPEED


@pytest.fixture(scope="module")
def shared(chromium, march, page_is_built, tmp_path_factory):
    from skyreach.viewer.report import write_report

    page = write_report(march[0], tmp_path_factory.mktemp("page") / "page.html")
    context = chromium.new_context(viewport={"width": 1000, "height": 640}, reduced_motion="reduce", color_scheme="light")
    tab = context.new_page()
    tab.set_default_timeout(120_000)
    tab.goto(page.as_uri())
    tab.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    tab.evaluate("skyreach.stages[0].map.jumpTo({ center: [33.01, 40.025], zoom: 11.5 })")
    yield tab
    context.close()


def go(tab, t):
    tab.evaluate("(t) => skyreach.clock.go(t)", t)
    tab.evaluate(PAINTED)


@pytest.mark.parametrize("name", ["battalion", "grave-stone"])
def test_the_symbol_is_where_the_scenario_puts_it(shared, march, name):
    """Within 5 m, and 1 pixel of where the map has that place; 33 m/s and times to 0.1 s."""
    _, packs, leaves, arrives = march
    lon, lat = GEOD.npts(HOME[1], HOME[0], NORTH[1], NORTH[0], 1)[0]
    for t, place in ((packs - 5.0, HOME), (leaves - 1.0, HOME), (0.5 * (leaves + arrives), (lat, lon)), (arrives + 1.0, NORTH)):
        go(shared, t)
        found = shared.evaluate(DRAWN, name)
        assert GEOD.inv(place[1], place[0], found["lon"], found["lat"])[2] < 5.0, t
        x, y = shared.evaluate(AT, [place[1], place[0]])
        assert (found["x"], found["y"]) == (pytest.approx(x, abs=1.0), pytest.approx(y, abs=1.0))
    go(shared, 0.0)  # and back with the slider
    found = shared.evaluate(DRAWN, name)
    assert GEOD.inv(HOME[1], HOME[0], found["lon"], found["lat"])[2] < 0.2


def test_what_stands_does_not_move(shared, march):
    places = []
    for t in (0.0, march[3] + 1.0):
        go(shared, t)
        found = shared.evaluate(DRAWN, "base")
        places.append((found["lon"], found["lat"]))
    assert places[0] == places[1] == (HOME[1], HOME[0])


def test_the_other_positions_are_marked_faintly(shared, march):
    find = """() => { const layer = skyreach.stages[0].drawn().find((one) => one.id === "stays");
      return { places: layer.props.data.map((d) => layer.props.getPosition(d).slice(0, 2)), alpha: layer.props.getColor[3], n: layer.getNumInstances() }; }"""
    for t, place in ((march[1] - 5.0, NORTH), (march[3] + 1.0, HOME)):
        go(shared, t)
        found = shared.evaluate(find)
        assert (found["n"], found["alpha"] < 128) == (1, True)
        assert GEOD.inv(place[1], place[0], *found["places"][0])[2] < 0.2


def test_names_go_with_their_things(shared, march):
    names = "() => skyreach.stages[0].map.querySourceFeatures('sites').map((f) => [f.properties.name, ...f.geometry.coordinates])"
    for t, here, other in ((march[1] - 5.0, HOME, (2, NORTH)), (march[3] + 1.0, NORTH, (1, HOME))):
        go(shared, t)
        shared.evaluate(IDLE)
        found = {name: (lat, lon) for name, lon, lat in shared.evaluate(names)}
        assert GEOD.inv(here[1], here[0], *found["battalion"][::-1])[2] < 30.0  # tiles hold places to a few metres
        assert GEOD.inv(other[1][1], other[1][0], *found[f"battalion: position {other[0]}"][::-1])[2] < 30.0


def test_coverage_goes_with_the_unit_and_is_gone_while_it_marches(shared, march):
    run, packs, _, arrives = march
    ready = next(e["t_s"] for e in run.events.to_pylist() if e["kind"] == "unit in place")
    areas = []
    for t in (packs - 1.0, packs + 1.0, arrives + 1.0, ready + 1.0):
        go(shared, t)
        areas.append(shared.evaluate("skyreach.heights.measure().seen"))
        told = shared.locator(".heights .marching")
        assert told.count() == (1 if packs < t < ready else 0)
        assert not told.count() or told.inner_text() == "without battalion: on the march"
    assert areas[1] == areas[2] == 0
    assert areas[3] == pytest.approx(areas[0], rel=0.01)  # smooth earth: the same area somewhere else
    assert areas[0] > 10_000


def test_the_panel_names_the_places_and_marks_the_step_of_the_moment(shared, march):
    for t, said in ((march[1] - 5.0, "at its position 1, 40.0000° N 33.0000° E"), (march[2] + 5.0, "on the road to position 2, 40.0500° N 33.0200° E"),
                    (march[3] + 1.0, "sets up at its position 2, 40.0500° N 33.0200° E")):  # fmt: skip
        go(shared, t)
        assert shared.locator(".marches li[aria-current=step] span").inner_text() == said
    shared.locator(".marches li .jump").nth(2).click()
    assert shared.evaluate("skyreach.clock.t.value") == pytest.approx(march[2], abs=0.06)
