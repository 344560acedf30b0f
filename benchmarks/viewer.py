"""Main-thread work of the page per frame, and the time to its first picture, in a headless Chromium.

    python benchmarks/viewer.py [--targets 1000 --tracks 300 --missiles 160 --duration 1800] [--run RUN]

A run of that size is made up (no simulation: straight flights at the right rates), served by `skyreach view`, opened,
scrubbed and played; in the editor a radar is moved. Work is thread time of the renderer's main thread from Chromium's own
trace, so that neither the drawing by software nor other programs of the machine count. Needs the extras view and test, and a
Chromium.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from skyreach import api
from skyreach.records.run import TABLES, Run

SWITCHES = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
MIDDLE = (40.0, 32.8)
READY = "() => document.documentElement.dataset.ready !== undefined"
SCRUB = """async (frames) => { const { clock, stages } = skyreach; const gaps = [];
  let last = performance.now();
  for (let i = 0; i < frames; i++) {
    clock.go((clock.duration * (i + 0.5)) / frames);
    await new Promise((done) => requestAnimationFrame(done));
    gaps.push(performance.now() - last); last = performance.now();
  }
  return { gaps, spent: stages[0].spent.slice(-frames) }; }"""
PLAY = """async (frames) => { const { clock, stages } = skyreach; const gaps = [];
  clock.go(clock.duration / 3); clock.speed.value = 10; clock.playing.value = false; clock.toggle();
  let last = performance.now();
  for (let i = 0; i < frames; i++) {
    await new Promise((done) => requestAnimationFrame(done));
    gaps.push(performance.now() - last); last = performance.now();
  }
  clock.toggle();
  return { gaps, spent: stages[0].spent.slice(-frames) }; }"""
STEP = """async (steps) => { const { draft } = skyreach; const took = [];
  const rung = skyreach.edit.doc.heights.findIndex((h) => h >= skyreach.view.height.value);
  for (let i = 0; i < steps; i++) {
    const thing = draft.answer.value.layout.things.find(({ kind }) => kind === "radar");
    const begin = performance.now(), answers = draft.took.length;
    draft.move(thing, thing.lat + 0.002 * (i + 1), thing.lon);
    await draft.covered(rung);
    while (draft.took.length === answers) await new Promise((done) => setTimeout(done, 5));
    took.push(performance.now() - begin);
  }
  return took; }"""


def flights(n: int, duration: float, rng: np.random.Generator, alive: float, h: tuple[float, float]) -> dict[str, np.ndarray]:
    """Samples once a second of n straight flights that last `alive` of the duration each."""
    start = rng.uniform(0, duration * (1 - alive), n)
    lat, lon = MIDDLE[0] + rng.normal(0, 1.2, n), MIDDLE[1] + rng.normal(0, 1.6, n)
    course, speed, height = rng.uniform(0, 2 * np.pi, n), rng.uniform(60, 300, n), rng.uniform(*h, n)
    times = np.arange(np.ceil(duration * alive))
    t = start[:, None].round() + times
    way = speed[:, None] * times / 111e3
    return {
        "who": np.repeat(np.arange(n, dtype=np.int32), times.size),
        "t_s": t.ravel(),
        "lat_deg": (lat[:, None] + way * np.cos(course)[:, None]).ravel(),
        "lon_deg": (lon[:, None] + way * np.sin(course)[:, None] / 0.77).ravel(),
        "h_msl_m": np.repeat(height, times.size),
        "speed_mps": np.repeat(speed, times.size),
    }


def synthetic(targets: int, tracks: int, missiles: int, duration: float) -> Run:
    """A run of that size in the tables of a real one."""
    rng = np.random.default_rng(1)
    real = api.run("murted-f35")
    moved, seen, shot = (
        flights(n, duration, rng, alive, h)
        for n, alive, h in ((targets, 1.0, (100, 9e3)), (tracks, 0.95, (100, 9e3)), (missiles, 0.5, (3e3, 15e3)))
    )
    number = np.arange(targets, dtype=np.int32)
    launch = np.unique(shot["who"], return_index=True)[1]
    ends = np.append(launch[1:], shot["who"].size) - 1
    words = np.array(["unknown", "hostile", "civil"])
    tables = {
        "targets": {
            "target": number, "name": [f"raid-{i}" for i in number], "system": ["shahed-136"] * targets,
            "kind": ["drone"] * targets, "side": ["red"] * targets, "status": ["in flight"] * targets, "aim": [None] * targets,
            "carrier": [None] * targets,
            "t_start_s": np.zeros(targets), "t_seen_s": np.full(targets, np.nan), "t_end_s": np.full(targets, np.nan),
        },
        "truth": {**moved, "target": moved["who"], "h_agl_m": moved["h_msl_m"] - 50.0},
        "tracks": {
            **seen, "track": seen["who"], "target": seen["who"], "identity": words[seen["who"] % 3],
            "sigma_m": rng.uniform(50, 900, seen["who"].size), "age_s": np.zeros(seen["who"].size),
            "sigma_major_m": rng.uniform(50, 900, seen["who"].size), "sigma_minor_m": rng.uniform(10, 50, seen["who"].size),
            "axis_deg": rng.uniform(0, 180, seen["who"].size),
        },
        "flights": {**shot, "missile": shot["who"], "homing": np.zeros(shot["who"].size, bool)},
        "shots": {
            "missile": np.arange(missiles, dtype=np.int32), "type": ["9m96e2"] * missiles, "fire_unit": ["battalion"] * missiles,
            "target": rng.integers(0, targets, missiles).astype(np.int32), "target_name": ["raid"] * missiles,
            "t_launch_s": shot["t_s"][launch], "t_end_s": shot["t_s"][ends], "outcome": ["missed"] * missiles,
            "miss_m": np.full(missiles, np.nan), "event": np.zeros(missiles, np.int32),
        },
        "events": {name: [] for name in real.events.column_names},
        "reasons": {name: [] for name in real.reasons.column_names},
        "plots": {name: [] for name in real.plots.column_names},
    }  # fmt: skip
    made = {name: real.table(name) for name in TABLES}
    for name, columns in tables.items():
        schema = real.table(name).schema
        arrays = [pa.array(columns[f.name]).cast(f.type) if len(columns[f.name]) else pa.array([], f.type) for f in schema]
        made[name] = pa.Table.from_arrays(arrays, schema=schema)
    summary = {**real.manifest["summary"], "hostile": targets, "missiles_fired": missiles}
    return Run({**real.manifest, "duration_s": duration, "summary": summary, "title": "synthetic"}, real.scenario_yaml, made)


def main_thread(tab, act: str, frames: int) -> tuple[float, dict]:
    """Thread time [ms] of the main thread for each frame of an action, on average, from the browser's trace; and what
    the action gives back."""
    session = tab.context.new_cdp_session(tab)
    events: list[dict] = []
    done: list[bool] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda _: done.append(True))
    session.send("Tracing.start", {"categories": "toplevel,devtools.timeline", "transferMode": "ReportEvents"})
    found = tab.evaluate(act, frames)
    session.send("Tracing.end")
    while not done:
        tab.wait_for_timeout(50)
    names = {(e["pid"], e["tid"]) for e in events if e.get("name") == "thread_name" and e["args"].get("name") == "CrRendererMain"}
    mine = [e for e in events if (e["pid"], e["tid"]) in names and "tdur" in e]
    busiest = max(names, key=lambda who: sum(e["tdur"] for e in mine if (e["pid"], e["tid"]) == who))
    tasks = [e for e in mine if (e["pid"], e["tid"]) == busiest and e["name"] == "ThreadControllerImpl::RunTask"]
    return sum(e["tdur"] for e in tasks) / 1e3 / frames, found


def page(context, address: str):
    """The page at an address, complete, in a browser context."""
    tab = context.new_page()
    tab.set_viewport_size({"width": 1400, "height": 900})
    tab.set_default_timeout(300_000)
    tab.goto(address)
    tab.wait_for_function(READY)
    return tab


def opened(driver, address: str, times: int) -> dict[str, float]:
    """Median time [ms] from the start of the navigation to the first picture: in a browser opened a moment before, whose drawing
    has still to start, and in one that has drawn before, with nothing of the page in its cache."""
    took: dict[str, list[int]] = {"browser just opened": [], "browser at work": []}
    for _ in range(times):
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        for marks in took.values():
            context = browser.new_context()
            marks.append(int(page(context, address).evaluate("document.documentElement.dataset.drawn")))
            context.close()
        browser.close()
    return {name: round(float(np.median(marks)), 1) for name, marks in took.items()}


def editor(browser, address: str) -> dict[str, float]:
    """Time [ms] from a step of a radar of murted-raid by an arrow key to its coverage in hand, at the height chosen and on the
    coarser grid of things that move; 20 steps, after one to warm up."""
    tab = browser.new_page(viewport={"width": 1400, "height": 900})
    tab.set_default_timeout(300_000)
    tab.goto(f"{address}edit?scenario=murted-raid")
    tab.wait_for_function(READY)
    took = np.array(tab.evaluate(STEP, 21)[1:])
    tab.close()
    return {"median": round(float(np.median(took)), 1), "worst": round(float(took.max()), 1)}


def main() -> None:
    from playwright.sync_api import sync_playwright

    from skyreach.viewer.server import Server
    from skyreach.viewer.shelf import Shelf

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    sizes = {"targets": 1000, "tracks": 300, "missiles": 160, "duration": 1800, "frames": 120, "openings": 5}
    for name, value in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--run", type=Path, help="a run folder to open instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = options.run
        if path is None:
            made = synthetic(options.targets, options.tracks, options.missiles, float(options.duration))
            path = made.save(Path(folder) / "synthetic")
        server = Server(Shelf(path), port=0).start()
        out: dict[str, object] = {"first_picture_ms": opened(driver, server.address, options.openings)}
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        tab = page(browser.new_context(), server.address)
        for name, act in (("scrub", SCRUB), ("play", PLAY)):
            work, found = main_thread(tab, act, options.frames)
            own, gaps = np.array(found["spent"]), np.array(found["gaps"])
            out[name] = {
                "main_thread_ms": round(work, 2), "own_code_ms_median": round(float(np.median(own)), 2),
                "frame_ms_median": round(float(np.median(gaps)), 1),
            }  # fmt: skip
        out["editor_coverage_ms"] = editor(browser, server.address)
        print(json.dumps(out, indent=2))
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
