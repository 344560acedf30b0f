"""The one-file page of a run: opens from disk, asks nothing of any network, can be passed on.

It holds the same build that `skyreach view` serves, and the same parts of the run, all packed (gzip in base64).
"""

import base64
import gzip
import json
from functools import cache
from pathlib import Path

from skyreach.records.run import Run
from skyreach.records.whole import whole_file
from skyreach.viewer.build import asset, built, embedded, page, sha
from skyreach.viewer.parts import Parts
from skyreach.viewer.words import opening


def write_report(run: Run, path: str | Path) -> Path:
    """Write the page of a run at path (replaced if there) and return it; all of it or nothing."""
    target = Path(path)
    html = report_html(run)
    with whole_file(target, "page ") as part:
        part.write_text(html, encoding="utf-8", newline="\n")
    return target


def report_html(run: Run) -> str:
    """The page of a run as HTML text."""
    style, loader = built("app.css"), asset("loader.js")
    parts = Parts(run)
    holders = [_holder(f"part-{name}", _squeezed(parts.part(name))) for name in parts.names()]
    holders.append(_holder("app-code", _code()))
    policy = (
        f"default-src 'none'; script-src {sha(loader)} blob:; style-src {sha(style)}; img-src data: blob:; "
        "worker-src blob: data:; connect-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return page(
        title=run.manifest["title"] or run.manifest["scenario"],
        opening=opening(parts.material),
        boot=embedded(json.dumps({"page": "report"})),
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
