"""One small run and its page, made once for all tests of the viewer."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from skyreach import api
from skyreach.records.run import Run
from skyreach.viewer.report import report_html
from skyreach.viewer.report_material import Material

SMALL = Path(__file__).with_name("small-raid.yaml")


class Page(HTMLParser):
    """What a browser would make of a page: elements with their attributes, and the text of each kind of element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    @property
    def data(self) -> dict[str, Any]:
        """The embedded document."""
        scripts = [attrs for tag, attrs in self.elements if tag == "script"]
        place = next(i for i, attrs in enumerate(scripts) if attrs.get("id") == "data")
        return json.loads(self.texts["script"][place])


@pytest.fixture(scope="session")
def run() -> Run:
    return api.run(SMALL)


@pytest.fixture(scope="session")
def material(run: Run) -> Material:
    return Material(run)


@pytest.fixture(scope="session")
def page(run: Run) -> Page:
    return Page(report_html(run))


@pytest.fixture(scope="session")
def parse() -> type[Page]:
    return Page
