"""The one-file page of a run or a study: opens from disk, asks nothing of any network, can be passed on.

It holds the same build that `skyreach view` serves, and the same parts, all packed (gzip in base64).
"""

import base64
import gzip
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from skyreach.records.run import Run
from skyreach.records.whole import whole_file
from skyreach.studies.study import Study
from skyreach.viewer.build import asset, built, embedded, page, sha
from skyreach.viewer.parts import Parts, packed
from skyreach.viewer.studies import study_document
from skyreach.viewer.words import opening


def write_report(run: Run, path: str | Path) -> Path:
    """Write the page of a run at path (replaced if there) and return it; all of it or nothing."""
    return _written(report_html(run), path)


def write_study_report(study: Study, path: str | Path) -> Path:
    """Write the page of a study at path (replaced if there) and return it; all of it or nothing."""
    return _written(study_html(study), path)


def _written(html: str, path: str | Path) -> Path:
    target = Path(path)
    with whole_file(target, "page ") as part:
        part.write_text(html, encoding="utf-8", newline="\n")
    return target


def report_html(run: Run) -> str:
    """The page of a run as HTML text."""
    parts = Parts(run)
    contents = ((name, parts.part(name)) for name in parts.names())
    return _html(run.manifest["title"] or run.manifest["scenario"], opening(parts.material), "report", contents)


def study_html(study: Study) -> str:
    """The page of a study as HTML text; runs are given by the command that makes them."""
    return document_html(study_document(study))


def document_html(document: dict[str, Any]) -> str:
    """The page of a study as HTML text, from the document (viewer.studies) that holds its answers."""
    return _html(document["title"], document["opening"], "study-report", [("document", packed(document))])


def _html(title: str, opening: str, kind: str, contents: Iterable[tuple[str, bytes]]) -> str:
    """One page with all that it needs: the built script and style, and the parts by name."""
    style, loader = built("app.css"), asset("loader.js")
    holders = [_holder(f"part-{name}", _squeezed(content)) for name, content in contents]
    holders.append(_holder("app-code", _code()))
    policy = (
        f"default-src 'none'; script-src {sha(loader)} blob:; style-src {sha(style)}; img-src data: blob:; "
        "worker-src blob: data:; connect-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return page(
        title=title,
        opening=opening,
        boot=embedded(json.dumps({"page": kind})),
        policy=f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
        style=f"<style>{style}</style>",
        parts="".join(holders),
        script=f"<script>{loader}</script>",
    )


def _holder(name: str, text: str) -> str:
    return f'<script type="text/plain" id="{name}">{text}</script>\n'


def _squeezed(content: bytes) -> str:
    """Packed so that it can stand in a page; the same bytes on every machine."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


@cache
def _code() -> str:
    return _squeezed(built("app.js").encode())
