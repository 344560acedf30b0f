"""A headless Chromium that may not ask for anything outside, and the page of the viewer tests' small raid."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SMALL = Path(__file__).parents[1] / "viewer" / "small-raid.yaml"
SWITCHES = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]  # fmt: skip
READY = "() => document.documentElement.dataset.ready !== undefined"
SLOW = 120_000  # ms: drawing by software on a machine that has other work
WIDE = {"width": 1000, "height": 640}


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[[list[str]], Any]]:
    """Starts a Chromium with the given switches; all are closed at the end."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install skyreach[test])")
    with sync_api.sync_playwright() as driver:
        own = driver.chromium.executable_path
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        path = found or (own if Path(own).exists() else None)
        if path is None:
            pytest.skip("no Chromium on this machine (apt install chromium, or playwright install chromium)")
        browsers = []

        def start(switches: list[str]) -> Any:
            browsers.append(driver.chromium.launch(executable_path=path, args=switches))
            return browsers[-1]

        yield start
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="session")
def chromium(launch: Callable[[list[str]], Any]) -> Any:
    return launch(SWITCHES)


@pytest.fixture(scope="session")
def small_run() -> Any:
    """The small raid, with a name and a title that are scripts."""
    from skyreach import api
    from skyreach.records.run import TABLES, Run

    run = api.run(SMALL)
    name = "<script>alert(1)</script>"
    manifest = {**run.manifest, "scenario": name, "title": f"{name}<img src=x onerror=alert(2)>"}
    return Run(manifest, run.scenario_yaml, {table: run.table(table) for table in TABLES})


@pytest.fixture(scope="session")
def small_page(small_run: Any, page_is_built: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from skyreach.viewer.report import write_report

    return write_report(small_run, tmp_path_factory.mktemp("page") / "page.html")


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address; fails the test afterwards on any error, dialog, or request for anything else than that server or
    the file itself."""
    trouble: list[str] = []
    contexts = []

    def go(address: str, viewport: dict[str, int] = WIDE, **options: Any) -> Any:
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **options)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(SLOW)
        home = address.split("/", 3)[:3] if address.startswith("http") else ["file:"]
        known = ("data:", "blob:", "/".join(home))
        tab.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        tab.on("console", lambda message: message.type in ("error", "warning") and trouble.append(message.text))
        tab.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        tab.on("request", lambda r: r.url.startswith(known) or trouble.append(f"asks for {r.url}"))
        tab.goto(address)
        tab.wait_for_function(READY, timeout=SLOW)
        return tab

    yield go
    for context in contexts:
        context.close()
    assert [t for t in trouble if "GPU stall due to ReadPixels" not in t] == []  # a hint of the driver on screenshots
