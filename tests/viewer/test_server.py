"""The local server: what it hands out, and whom it turns away. Real requests over loopback."""

import http.client
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (pip install skyreach[view])")
pytest.importorskip("uvicorn", reason="uvicorn is not installed (pip install skyreach[view])")

from skyreach.errors import BadInput, RunFailed
from skyreach.records.run import TABLES, Run
from skyreach.viewer.guard import MOST_BODY, Guard, hosts_of, is_loopback
from skyreach.viewer.server import Server
from skyreach.viewer.shelf import Shelf

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, one below another folder; a half-written one, a hidden one, and things that are none of the page's business."""
    root = tmp_path_factory.mktemp("shelf")

    def copy() -> Run:
        return Run(run.manifest, run.scenario_yaml, {name: run.table(name) for name in TABLES})

    copy().save(root / "first")
    copy().save(root / "deep" / "second run")
    shutil.copytree(root / "first", root / ".third.77.part")
    shutil.copytree(root / "first", root / "half")
    (root / "half" / "truth.parquet").unlink()
    (root / "secret.txt").write_text("nobody may read this")
    (root.parent / "outside").mkdir(exist_ok=True)
    shutil.copytree(root / "first", root.parent / "outside" / "run", dirs_exist_ok=True)
    (root / "link").symlink_to(root.parent / "outside")
    return root


@pytest.fixture(scope="module")
def server(folder: Path, page_is_built: None) -> Iterator[Server]:
    server = Server(Shelf(folder), port=0).start()
    yield server
    server.stop()


def ask(server: Server, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(HERE, server.port, timeout=120)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, names)
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


def post(server: Server, path: str, document: Any, **headers: str) -> tuple[int, Any]:
    origin = {"Origin": f"http://{HERE}:{server.port}", **headers}
    status, _, body = ask(server, path, "POST", json.dumps(document).encode(), **origin)
    return status, json.loads(body)


def test_complete_runs_are_listed_and_no_others(server):
    status, _, body = ask(server, "/api/list")
    assert status == 200
    assert {row["name"] for row in json.loads(body)["runs"]} == {"first", "deep/second run"}


def test_a_run_is_handed_out_part_by_part(server, parts):
    for name in ("document", "overview", "truth-0", "relief-near", "cover", "cover-0", "story-1"):
        status, headers, body = ask(server, f"/api/run/deep%2Fsecond%20run/{name}")
        assert status == 200
        assert headers["content-type"] == ("application/json" if body[:1] in b"{[" else "application/octet-stream")
        assert body == parts.part(name)


def test_pages_load_only_from_here_and_say_so(server):
    for path in ("/", "/run/first", "/compare?a=first&b=deep%2Fsecond%20run", "/edit?run=first", "/edit?scenario=murted-f35"):
        status, headers, body = ask(server, path)
        assert status == 200, path
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert b"http://" not in body
        assert b"https://" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/run/half", "/run/.third.77.part", "/run/link/run", "/run/../outside/run", "/run/%2e%2e%2foutside%2frun", "/secret.txt",
        "/api/run/half/document", "/api/run/..%2Foutside%2Frun/document", "/api/run/first/..%2Fmanifest.json",
        "/api/run/first/manifest.json", "/api/run//document", "/app.js/../../secret.txt", "/edit?run=..%2Foutside%2Frun",
        "/edit?scenario=..%2Fsecret", "/compare?a=first&b=half", "/api/jobs/1", "/api/begin/file/%2Fetc%2Fpasswd/document",
    ],
)  # fmt: skip
def test_nothing_else_is_handed_out(server, path):
    status, _, body = ask(server, path)
    assert status == 404
    assert b"nobody may read" not in body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1.evil.example:{port}"])
def test_other_names_are_turned_away(server, host):
    """A page elsewhere whose name was pointed at this machine (DNS rebinding) says its own name."""
    assert ask(server, "/api/list", Host=host.format(port=server.port))[0] == 403


def test_pages_of_other_servers_are_turned_away(server):
    own = f"http://{HERE}:{server.port}"
    assert ask(server, "/api/list", Origin=own)[0] == 200
    for origin in ("http://evil.example", "null", f"http://evil.example@{HERE}", f"http://{HERE}:{server.port}.evil.example"):
        assert ask(server, "/api/list", Origin=origin)[0] == 403, origin
    assert ask(server, "/api/draft", "POST", b"{}")[0] == 403  # a change without an origin
    assert ask(server, "/api/draft", "POST", b"{}", Origin="http://evil.example")[0] == 403


def test_requests_are_limited(server):
    own = f"http://{HERE}:{server.port}"
    status, _, _ = ask(server, "/api/draft", "POST", b"x" * (MOST_BODY + 1), Origin=own)
    assert status == 413
    assert post(server, "/api/draft", [1])[0] == 422
    assert post(server, "/api/draft", {"data": "no"})[1]["ok"] is False
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    assert post(server, "/api/draft", {"data": {"skyreach": deep}})[1]["ok"] is False


def test_other_methods_are_refused(server):
    for method in ("PUT", "DELETE"):
        assert ask(server, "/api/list", method, Origin=f"http://{HERE}:{server.port}")[0] == 405


def test_a_token_is_wanted_where_others_could_ask(folder, page_is_built):
    server = Server(Shelf(folder), port=0, token="a-token").start()
    try:
        assert server.address.endswith("?token=a-token")
        assert ask(server, "/api/list")[0] == 401
        assert ask(server, "/api/list?token=wrong")[0] == 401
        assert ask(server, "/api/list", Cookie="skyreach=wrong")[0] == 401
        status, headers, _ = ask(server, "/run/first?token=a-token")
        assert (status, headers["location"]) == (303, "/run/first")
        assert "HttpOnly" in headers["set-cookie"]
        assert "SameSite=Strict" in headers["set-cookie"]
        assert ask(server, "/api/list", Cookie=headers["set-cookie"].split(";")[0])[0] == 200
        assert ask(server, "//evil.example/?token=a-token")[1]["location"].startswith("/evil")  # stays on this server
    finally:
        server.stop()


def test_addresses_of_other_machines_get_a_token_of_their_own(folder, page_is_built):
    server = Server(Shelf(folder), host="0.0.0.0", port=0)
    assert len(server.address.split("token=")[1]) >= 32
    server.start().stop()
    assert hosts_of("0.0.0.0", 80) is None
    with pytest.raises(ValueError, match="token"):
        Guard(None, None, None)


@pytest.mark.parametrize("token", ["", "short", "with space", "semi;colon=1", "x" * 201])
def test_tokens_that_do_not_fit_a_cookie_are_refused(folder, token):
    with pytest.raises(BadInput, match="letters, digits"):
        Server(Shelf(folder), port=0, token=token)


def test_names_of_this_machine():
    assert is_loopback("127.0.0.1")
    assert is_loopback("localhost")
    assert not is_loopback("192.0.2.1")
    assert hosts_of("127.0.0.1", 99) == {"127.0.0.1:99", "localhost:99", "[::1]:99"}
    assert hosts_of("192.0.2.1", 99) == {"192.0.2.1:99"}


def test_a_port_that_is_taken_is_said(server, folder):
    with pytest.raises(RunFailed, match="cannot be used"):
        Server(Shelf(folder), port=server.port)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BadInput, match="no such folder"):
        Shelf(tmp_path / "gone")


def test_one_run_alone_is_opened_at_once(folder, page_is_built):
    server = Server(Shelf(folder / "first"), port=0).start()
    try:
        status, headers, _ = ask(server, "/")
        assert (status, headers["location"]) == (307, "/run/first")
        assert ask(server, "/api/run/first/document")[0] == 200
    finally:
        server.stop()


def test_a_run_that_changes_is_read_anew(folder, run, tmp_path):
    def saved(**changes: object) -> None:
        Run({**run.manifest, **changes}, run.scenario_yaml, {name: run.table(name) for name in TABLES}).save(tmp_path / "shelf" / "run")

    saved(title="before")
    shelf = Shelf(tmp_path / "shelf")
    assert json.loads(shelf.parts("run").part("document"))["title"] == "before"
    assert shelf.parts("run") is shelf.parts("run")
    shutil.rmtree(tmp_path / "shelf" / "run")
    saved(title="after")
    assert json.loads(shelf.parts("run").part("document"))["title"] == "after"


def test_a_study_is_shown_and_its_runs_are_made_one_by_one(page_is_built, tmp_path):
    """No other cell, run or study than those that are there; the same run twice is made once."""
    from skyreach.studies.study import begin, go_on

    file = tmp_path / "s.yaml"
    scenario = Path(__file__).with_name("small-raid.yaml")
    file.write_text(f"skyreach_study: 1\nname: s\nscenario: {scenario}\nruns: 2\nset: {{duration_s: 20}}\n", encoding="utf-8")
    go_on(begin(file, tmp_path / "shelf" / "mine"), jobs=1)
    server = Server(Shelf(tmp_path / "shelf" / "mine"), port=0).start()
    try:
        status, headers, _ = ask(server, "/")
        assert (status, headers["location"]) == (307, "/study/mine")
        status, _, body = ask(server, "/api/study/mine/document")
        document = json.loads(body)
        assert (status, document["complete"], document["barred"], len(document["points"])) == (200, True, None, 1)
        for wrong in ({"cell": 1, "run": 0}, {"cell": 0, "run": 2}, {"cell": -1, "run": 0}, {"cell": True, "run": 0}, {"cell": "0"}):
            assert post(server, "/api/study/mine/run", wrong)[0] == 422, wrong
        assert post(server, "/api/study/other/run", {"cell": 0, "run": 0})[0] == 422
        assert ask(server, "/study/..%2Fmine")[0] == 404
        status, answer = post(server, "/api/study/mine/run", {"cell": 0, "run": 1})
        while (state := json.loads(ask(server, f"/api/jobs/{answer['job']}")[2]))["state"] == "running":
            time.sleep(0.05)
        assert state["state"] == "done", state
        assert post(server, "/api/study/mine/run", {"cell": 0, "run": 1}) == (200, {"run": state["run"]})
        assert server.shelf.parts(state["run"]).material.run.manifest["seed"] == 2
    finally:
        server.stop()
