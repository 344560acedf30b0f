"""The one-file page of a run: opens from disk, asks nothing of any network, can be passed on.

Template, style and scripts lie in page/; the scripts are put one behind the other in the order of their names.
"""

import base64
import hashlib
import json
import os
from contextlib import suppress
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from skyreach.errors import RunFailed
from skyreach.records.run import Run
from skyreach.viewer import report_sources, report_text
from skyreach.viewer.report_data import page_data
from skyreach.viewer.report_material import Material

SCRIPTS = ("data.js", "map.js", "symbols.js", "base.js", "live.js", "story.js", "table.js", "clock.js", "app.js")


def write_report(run: Run, path: str | Path) -> Path:
    """Write the page of a run at path (replaced if there) and return it; all of it or nothing."""
    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    html = report_html(run)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(html, encoding="utf-8", newline="\n")
        part.replace(target)
    except OSError as fault:
        with suppress(OSError):
            part.unlink()
        raise RunFailed(f"page {target} could not be written: {fault.strerror or fault}") from None
    return target


def report_html(run: Run) -> str:
    """The page of a run as HTML text."""
    material = Material(run)
    document = page_data(material)
    style, script = _page("style.css"), "".join(_page(name) for name in SCRIPTS)
    fields = {
        "policy": f"default-src 'none'; img-src data:; style-src '{_sha(style)}'; script-src '{_sha(script)}'; "
        "base-uri 'none'; form-action 'none'",
        "title": escape(document["title"]),
        "style": style,
        "notice": escape(run.manifest["notice"]),
        "warnings": report_text.warnings(material),
        "byline": report_text.byline(material),
        "cast": report_text.cast(material),
        "opening": report_text.opening(material),
        "got_through": report_text.got_through(material),
        "tiles": report_text.tiles(material),
        "facts": report_text.facts(material),
        "circle": report_text.circle(material),
        "sources": report_sources.sources(material),
        "reproduce": report_sources.reproduce(material),
        "yaml": escape(run.scenario_yaml),
        "data": embedded(document),
        "script": script,
    }
    return _fill(_page("template.html"), fields)


def embedded(document: Any) -> str:
    """JSON that can stand inside a script element: no `<`, no line separators that older scripts choke on."""
    compact = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        compact = compact.replace(character, f"\\u{ord(character):04x}")
    return compact


def _fill(template: str, fields: dict[str, str]) -> str:
    """The template with every {{name}} filled in; what is filled in is not looked at again."""
    pieces = template.split("{{")
    out = [pieces[0]]
    for piece in pieces[1:]:
        name, rest = piece.split("}}", 1)
        out += [fields[name], rest]
    return "".join(out)


@cache
def _page(name: str) -> str:
    return (files("skyreach.viewer") / "page" / name).read_text(encoding="utf-8")


def _sha(content: str) -> str:
    """Hash by which the page's own policy lets one script or style in."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
