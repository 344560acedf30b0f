"""Who may ask the local server: the Host and Origin of a request, the token, the size of what it sends."""

import hmac
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

MOST_BODY = 2_500_000  # bytes of a request
COOKIE = "skyreach"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src blob:; "
    "connect-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """ASGI middleware in front of everything. hosts: names by which the server may be called (None: any, with a token only)."""

    def __init__(self, app: Any, hosts: set[str] | None, token: str | None) -> None:
        if hosts is None and token is None:
            raise ValueError("without a list of hosts a token is needed")
        self.app, self.hosts, self.token = app, hosts, token

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        fault = self._fault(scope, headers)
        if fault:
            await _answer(send, 403, json.dumps({"error": fault}).encode(), {"content-type": "application/json"})
            return
        if self.token is not None and not self._knows(headers.get("cookie", ""), self.token):
            await self._ask(scope, send)
            return
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BODY or "transfer-encoding" in headers:
            text = json.dumps({"error": f"a request holds at most {MOST_BODY} bytes and says how many"}).encode()
            await _answer(send, 413, text, {"content-type": "application/json"})
            return
        await self.app(scope, receive, _with_headers(send))

    def _fault(self, scope: dict, headers: dict[str, str]) -> str:
        host = headers.get("host", "")
        if self.hosts is not None and host not in self.hosts:
            return "called by a name that is not this server's"
        origin = headers.get("origin")
        same = origin is not None and urlsplit(origin).scheme in ("http", "https") and urlsplit(origin).netloc == host
        if scope["method"] not in ("GET", "HEAD") and not same:
            return "changes are taken from this server's own pages only"
        return "" if origin is None or same else "asked by a page of another server"

    @staticmethod
    def _knows(cookie: str, token: str) -> bool:
        try:
            found = SimpleCookie(cookie).get(COOKIE)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), token.encode())

    async def _ask(self, scope: dict, send: Any) -> None:
        """Take the token from the address once and keep it in a cookie; refuse without it."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = query.pop("token", [""])[0]
        if scope["method"] == "GET" and self.token is not None and hmac.compare_digest(given.encode(), self.token.encode()):
            rest = urlencode(query, doseq=True)
            place = "/" + scope["path"].lstrip("/\\") + (f"?{rest}" if rest else "")
            cookie = f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/"
            await _answer(send, 303, b"", {"location": place, "set-cookie": cookie})
            return
        text = json.dumps({"error": "this server wants the token that it printed when it started: ...?token=TOKEN"}).encode()
        await _answer(send, 401, text, {"content-type": "application/json"})


def hosts_of(host: str, port: int) -> set[str] | None:
    """Names by which a server bound to host and port may be called; None where it listens on all addresses."""
    if host in ("0.0.0.0", "::", ""):
        return None
    names = [*LOOPBACK, host] if is_loopback(host) else [host]
    return {f"{name}:{port}" for name in names} | ({*names} if port == 80 else set())


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host in ("localhost", "::1") or host.startswith("127.")


async def _answer(send: Any, status: int, body: bytes, headers: dict[str, str]) -> None:
    start = {"type": "http.response.start", "status": status}
    every = {**HEADERS, **headers, "content-length": str(len(body))}
    await send({**start, "headers": [(name.encode(), value.encode("latin-1")) for name, value in every.items()]})
    await send({"type": "http.response.body", "body": body})


def _with_headers(send: Any) -> Any:
    async def passed(message: dict) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            extra = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in own]
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return passed
