"""The local server of the page: the runs and studies of one folder, part by part; see guard.py for who may ask."""

import json
import re
import secrets
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from typing import Any
from urllib.parse import quote

from skyreach.errors import BadInput, RunFailed, SkyreachError
from skyreach.scenario.load import builtin_names
from skyreach.viewer.build import ICON, built, embedded, page
from skyreach.viewer.editor import Editor
from skyreach.viewer.guard import Guard, hosts_of, is_loopback
from skyreach.viewer.jobs import Jobs
from skyreach.viewer.replies import answered, text, threaded, told
from skyreach.viewer.shelf import Shelf, is_study
from skyreach.viewer.studies import Studies

PORT = 8765
FIRST = ("document", "overview", "relief-wide", "relief-near")  # parts that are asked for while the script is still read


def make_app(shelf: Shelf, hosts: set[str] | None, token: str | None) -> Guard:
    """The ASGI application: pages, the built script and style, and the parts of runs."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    jobs = Jobs()
    editor, studies = Editor(shelf, jobs), Studies(shelf, jobs)
    routes = [
        Route("/", lambda request: _home(shelf)),
        Route("/app.js", lambda request: text(built("app.js"), "text/javascript")),
        Route("/app.css", lambda request: text(built("app.css"), "text/css")),
        Route("/favicon.ico", lambda request: text("", "image/x-icon")),
        Route("/run/{name:path}", told(lambda request: _run_page(shelf, request.path_params["name"], request.query_params))),
        Route("/study/{name:path}", told(lambda request: _study_page(shelf, request.path_params["name"]))),
        Route("/edit", told(lambda request: _edit_page(editor, request.query_params))),
        Route("/compare", told(lambda request: _compare_page(shelf, request.query_params))),
        *editor.routes(),
        *studies.routes(),
        Route("/api/list", told(lambda request: answered({"runs": shelf.listing(), "studies": studies.listing()}))),
        Route("/api/run/{name:path}/{part}", told(lambda request: _part(shelf, **request.path_params))),
    ]
    return Guard(Starlette(routes=[threaded(route) for route in routes]), hosts, token)


def _page(title: str, boot: dict[str, Any], ahead: tuple[str, ...] = ()) -> Any:
    style, script = '<link rel="stylesheet" href="/app.css">', '<script type="module" src="/app.js"></script>'
    style += "".join(f'<link rel="preload" as="fetch" crossorigin href="{escape(address)}">' for address in ahead)
    html = page(title, "", embedded(json.dumps(boot, ensure_ascii=False)), style=style, script=script)
    return text(html.replace(ICON, "/favicon.ico"), "text/html")


def _home(shelf: Shelf) -> Any:
    from starlette.responses import RedirectResponse

    only = shelf.alone()
    if only is not None:
        return RedirectResponse(f"/{'study' if only.study else 'run'}/{quote(only.name)}")
    return _page(shelf.root.name, {"page": "folder", "folder": shelf.root.name, "scenarios": builtin_names()})


def _compare_page(shelf: Shelf, query: Mapping[str, str]) -> Any:
    names = [query.get("a", ""), query.get("b", "")]
    for name in names:
        shelf.find(name)
    return _page(" and ".join(names), {"page": "compare", "runs": names})


def _edit_page(editor: Editor, query: Mapping[str, str]) -> Any:
    kind, name = ("run", query["run"]) if "run" in query else ("scenario", query.get("scenario", ""))
    editor.begin(kind, name)
    return _page(name, {"page": "edit", "kind": kind, "name": name})


def _run_page(shelf: Shelf, name: str, query: Mapping[str, str]) -> Any:
    shelf.find(name)
    links = [{"href": f"/edit?run={quote(name)}", "text": "Edit"}]
    if "study" in query:
        links.append({"href": f"/study/{quote(shelf.find(query['study'], study=True).name)}", "text": "The study"})
    if not is_study(shelf.root):
        links.append({"href": "/", "text": "All runs"})
    boot = {"page": "run", "run": name, "links": links}
    return _page(name, boot, tuple(f"/api/run/{quote(name, safe='')}/{part}" for part in FIRST))


def _study_page(shelf: Shelf, name: str) -> Any:
    shelf.find(name, study=True)
    links = [] if is_study(shelf.root) else [{"href": "/", "text": "All runs"}]
    return _page(name, {"page": "study", "study": name, "links": links}, (f"/api/study/{quote(name, safe='')}/document",))


def _part(shelf: Shelf, name: str, part: str) -> Any:
    from starlette.responses import Response

    content = shelf.parts(name).part(part)
    kind = "application/json" if content[:1] in (b"{", b"[", b"n") else "application/octet-stream"
    return Response(content, media_type=kind)


class Server:
    """A running server: `address` to open; runs on a thread until `stop`, or in the foreground by `wait`."""

    def __init__(self, shelf: Shelf, host: str = "127.0.0.1", port: int = PORT, token: str | None = None) -> None:
        uvicorn = _uvicorn()
        if token is not None and not re.fullmatch(r"[A-Za-z0-9_.~-]{6,200}", token):
            raise BadInput("token", token[:40], "6 to 200 letters, digits and _ . ~ -")
        self.shelf = shelf
        self._socket = _bound(host, port)
        self.port = self._socket.getsockname()[1]
        if token is None and not is_loopback(host):
            token = secrets.token_urlsafe(24)
        app = make_app(shelf, hosts_of(host, self.port), token)
        name = "127.0.0.1" if hosts_of(host, self.port) is None else f"[{host}]" if ":" in host else host
        self.address = f"http://{name}:{self.port}/" + (f"?token={token}" if token else "")
        settings = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, lifespan="off")
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> "Server":
        """Begin to answer; a run that is alone is got ready meanwhile."""
        self._thread.start()
        only = self.shelf.alone()
        if only is not None and not only.study:
            threading.Thread(target=_warm, args=(self.shelf, only.name), daemon=True).start()
        return self

    def wait(self) -> None:
        """Until the server ends."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(10.0)


def _warm(shelf: Shelf, name: str) -> None:
    with suppress(SkyreachError):
        parts = shelf.parts(name)
        for part in (*FIRST, "cover"):
            parts.part(part)


def _uvicorn() -> Any:
    try:
        import starlette  # noqa: F401
        import uvicorn
    except ImportError as fault:
        raise BadInput("view", f"needs {fault.name}, which is not installed", cure="pip install 'skyreach[view]'") from None
    return uvicorn


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(128)
    except OSError as fault:
        found.close()
        raise RunFailed(f"{host}:{port} cannot be used: {fault.strerror or fault}; another --port?") from None
    return found
