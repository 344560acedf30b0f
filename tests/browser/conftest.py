"""A headless Chromium that may not ask for anything outside, and the page of the viewer tests' small raid."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SMALL = Path(__file__).parents[1] / "viewer" / "small-raid.yaml"
SWITCHES = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--disable-gpu",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install skyreach[test])")
    with sync_api.sync_playwright() as driver:
        own = driver.chromium.executable_path
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        path = found or (own if Path(own).exists() else None)
        if path is None:
            pytest.skip("no Chromium on this machine (apt install chromium, or playwright install chromium)")
        browser = driver.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def small_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, from a scenario whose name and title are scripts."""
    from skyreach import api
    from skyreach.records.run import TABLES, Run
    from skyreach.viewer.report import write_report

    run = api.run(SMALL)
    name = "<script>alert(1)</script>"
    manifest = {**run.manifest, "scenario": name, "title": f"{name}<img src=x onerror=alert(2)>"}
    bad = Run(manifest, run.scenario_yaml, {table: run.table(table) for table in TABLES})
    return write_report(bad, tmp_path_factory.mktemp("page") / "page.html")
