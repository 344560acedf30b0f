"""One small run, its parts and its page, made once for all tests of the viewer."""

import base64
import gzip
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from skyreach import api
from skyreach.records.run import Run
from skyreach.viewer.material import Material
from skyreach.viewer.parts import Parts
from skyreach.viewer.report import report_html

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

    def held(self, ident: str) -> bytes:
        """What a packed script element of that id holds."""
        scripts = [attrs for tag, attrs in self.elements if tag == "script"]
        place = next(i for i, attrs in enumerate(scripts) if attrs.get("id") == ident)
        return gzip.decompress(base64.b64decode(self.texts["script"][place]))


@pytest.fixture(scope="session")
def run() -> Run:
    return api.run(SMALL)


@pytest.fixture(scope="session")
def parts(run: Run) -> Parts:
    return Parts(run)


@pytest.fixture(scope="session")
def material(parts: Parts) -> Material:
    return parts.material


@pytest.fixture(scope="session")
def doc(parts: Parts) -> dict[str, Any]:
    return json.loads(parts.part("document"))


@pytest.fixture(scope="session")
def page(run: Run, page_is_built: None) -> Page:
    return Page(report_html(run))


@pytest.fixture(scope="session")
def parse() -> type[Page]:
    return Page
