"""One file over HTTP, in spite of a poor line: resumed where it broke off, checked, renamed into place when whole.

What has come lies in NAME.part, with a note of what it is a part of (NAME.part.json: address, ETag, size). While
somebody writes a file it is locked (NAME.lock): two fetches of it go one after the other. Only http and https; a
redirect to anything else, or from https down to http, is refused.
"""

import email.utils
import http.client
import json
import os
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from skyreach.earth.tiles import digest_of
from skyreach.errors import SkyreachError

CHUNK = 1 << 18
REDIRECTS = 5
LONGEST_PAUSE = 60.0
"""Longest wait [s] between two tries."""
LOST = (http.client.HTTPException, urllib.error.URLError, ConnectionError, TimeoutError, ssl.SSLError)
"""What a broken or silent line raises: worth another try."""


class Absent(SkyreachError):
    """The server says that there is no such file (404, 410)."""


class Refused(SkyreachError):
    """What the server gives cannot be used, and asking again would not help."""


class Broken(SkyreachError):
    """This try failed; the next may not."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


@dataclass
class Limits:
    """How patient and how trusting a download is."""

    max_bytes: int
    tries: int = 6  # in a row without a new byte
    pause: float = 0.5  # s, before the second try; doubled each time
    timeout: float = 30.0  # s without a byte


@dataclass
class Got:
    """A file that has come: size, hash and how."""

    bytes: int
    sha256: str
    etag: str
    resumed_from: int = 0  # bytes that were there when this download began
    tries: int = 1
    checked_by: list[str] = field(default_factory=list)


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    max_redirections = REDIRECTS

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """The request to follow, if it leads to http or https and not down from https."""
        _check_scheme(newurl, "redirected to")
        if urllib.parse.urlsplit(req.full_url).scheme == "https" != urllib.parse.urlsplit(newurl).scheme:
            raise Refused(f"redirected from https to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        """As in the library, but other schemes are named as what they are."""
        target = headers.get("Location") or headers.get("URI") or ""
        if target:
            _check_scheme(urllib.parse.urljoin(req.full_url, target), "redirected to")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _check_scheme(url: str, how: str) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(f"{how} {url}: only http and https addresses are followed")


def _opener() -> urllib.request.OpenerDirector:
    """An opener that knows http and https alone: neither files nor ftp."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(), urllib.request.HTTPErrorProcessor(), _SafeRedirects(),
    ):  # fmt: skip
        opener.add_handler(handler)
    return opener


def download(
    url: str, target: Path, limits: Limits, check: Callable[[Path], None] | None = None,
    progress: Callable[[int, int], None] | None = None, done: Callable[[Got], None] | None = None,
    ready: Callable[[], bool] = lambda: False,
) -> Got | None:  # fmt: skip
    """Fetch url into target, going on where an earlier try broke off; None where ready() says that it is there.

    check(path) raises Refused for content that cannot be used; progress(bytes so far, bytes in all or 0); done(got) is
    called when target is in place. ready and done are called while nobody else can write target. Raises Absent, Refused,
    or Broken when `tries` in a row brought nothing new. Validated: test_fetch (a real server)."""
    _check_scheme(url, "address")
    part = target.with_name(target.name + ".part")
    with locked(target):
        if ready():
            return None
        try:
            with open(part, "r+b" if part.exists() else "w+b") as file:
                file.seek(0, os.SEEK_END)
                start = _size(file) if _read_note(part, url) else 0
                note, tries = _persist(url, file, part, limits, progress)
            got = _accept(url, part, note, check)
        finally:
            if part.stat().st_size == 0:  # nothing to go on with
                part.unlink()
                _note_of(part).unlink(missing_ok=True)
        got.resumed_from, got.tries = start, tries
        os.replace(part, target)
        _note_of(part).unlink(missing_ok=True)
        if done:
            done(got)
    return got


def _persist(
    url: str, file: IO[bytes], part: Path, limits: Limits, progress: Callable[[int, int], None] | None
) -> tuple[dict[str, Any], int]:
    """Ask until the file is whole; the note of it and the number of tries."""
    failures, tries, seen = 0, 0, _size(file)
    while True:
        tries += 1
        try:
            return _try(url, file, part, _read_note(part, url), limits, progress), tries
        except Broken as error:
            now = _size(file)
            failures, seen = (0, now) if now > seen else (failures + 1, seen)
            if failures >= limits.tries:
                raise Broken(f"{url}: given up after {tries} tries: {error}") from error
            time.sleep(min(max(error.wait, limits.pause * 2 ** min(failures, 8)), LONGEST_PAUSE))


def _try(
    url: str, file: IO[bytes], part: Path, note: dict[str, Any], limits: Limits, progress: Callable[[int, int], None] | None
) -> dict[str, Any]:
    """One request; returns the note when the file is whole, else raises."""
    if not note:  # of nobody knows what
        file.truncate(0)
    have = _size(file)
    if have and have == note.get("total"):
        return note
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity", "User-Agent": "skyreach"})
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", note["validator"])
    try:
        with _opener().open(request, timeout=limits.timeout) as answer:
            note = _begin(url, answer, file, part, note, have, limits)
            return _pour(url, answer, file, note, limits, progress)
    except urllib.error.HTTPError as error:
        with error:
            raise _judge(url, error, file) from error
    except LOST as error:
        if isinstance(getattr(error, "reason", None), ValueError):
            raise Refused(f"{url}: {error}") from error
        raise Broken(f"line lost after {_size(file)} bytes ({getattr(error, 'reason', None) or error!r})") from error


def _judge(url: str, error: urllib.error.HTTPError, file: IO[bytes]) -> SkyreachError:
    """What an answer other than 200 and 206 means."""
    if error.code in (404, 410):
        return Absent(f"{url}: {error.code}")
    if error.code == 416:  # the part is longer than the file: begin again
        file.truncate(0)
        return Broken("the server has no such range (416)")
    if error.code in (408, 425, 429) or error.code >= 500:
        return Broken(f"the server says {error.code} {error.reason}", _retry_after(error.headers.get("Retry-After")))
    return Refused(f"{url}: the server says {error.code} {error.reason}")


def _retry_after(text: str | None) -> float:
    """Seconds that a server asks to wait, given as a number or a date."""
    if text and text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text or "").timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _begin(url: str, answer: Any, file: IO[bytes], part: Path, note: dict[str, Any], have: int, limits: Limits) -> dict[str, Any]:
    """Set the part to where the answer begins; returns the note of what comes."""
    etag = answer.headers.get("ETag") or ""
    length = answer.headers.get("Content-Length")
    total = int(length) if length and length.isdecimal() else 0
    at = 0
    if answer.status == 206:
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", (answer.headers.get("Content-Range") or "").strip())
        if not found or int(found[1]) != have or (etag and note.get("etag") and etag != note["etag"]):
            file.truncate(0)
            raise Broken(f"the server answers with another range: {answer.headers.get('Content-Range')}")
        at = have
        total = int(found[3]) if found[3] != "*" else have + total if total else 0
    elif answer.status != 200:
        raise Refused(f"{url}: the server says {answer.status}")
    if total > limits.max_bytes:
        raise Refused(f"{url}: {total} bytes; at most {limits.max_bytes} are taken")
    file.seek(at)
    file.truncate(at)
    strong = etag if etag and not etag.startswith("W/") else ""
    validator = strong or answer.headers.get("Last-Modified") or ""
    note = {"url": url, "etag": etag, "validator": validator, "total": total}
    if validator:
        _note_of(part).write_text(json.dumps(note), encoding="utf-8")
    else:  # nothing to tell a changed file by: cannot be resumed
        _note_of(part).unlink(missing_ok=True)
    return note


def _pour(
    url: str, answer: Any, file: IO[bytes], note: dict[str, Any], limits: Limits, progress: Callable[[int, int], None] | None
) -> dict[str, Any]:
    """Write the body to the part; the note if all came, else Broken."""
    while chunk := answer.read(CHUNK):
        file.write(chunk)
        if file.tell() > limits.max_bytes:
            file.truncate(0)
            raise Refused(f"{url}: more than {limits.max_bytes} bytes")
        if progress:
            progress(file.tell(), note["total"])
    file.flush()
    if note["total"] and file.tell() < note["total"]:
        raise Broken(f"line closed after {file.tell()} of {note['total']} bytes")
    return note


def _accept(url: str, part: Path, note: dict[str, Any], check: Callable[[Path], None] | None) -> Got:
    """Hold the whole part against all that is known of it; a part that fails is thrown away."""
    how = ["Content-Length"] if note["total"] else []
    etag = note["etag"].strip('"').lower()
    try:
        if re.fullmatch(r"[0-9a-f]{32}", etag):  # S3: the MD5 of an object that was stored in one piece
            if digest_of(part, "md5") != etag:
                raise Refused(f"{url}: the MD5 of what came is not the ETag {etag}")
            how.append("MD5 in ETag")
        if check:
            check(part)
            how.append("content")
    except Refused:
        os.truncate(part, 0)
        raise
    return Got(part.stat().st_size, digest_of(part), note["etag"], checked_by=how)


def _note_of(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_note(part: Path, url: str) -> dict[str, Any]:
    """What the part is a part of; empty where nobody knows, or it is of another address."""
    try:
        note = json.loads(_note_of(part).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) and note.get("url") == url and note.get("validator") else {}


def _size(file: IO[bytes]) -> int:
    file.flush()
    return os.fstat(file.fileno()).st_size


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Nobody else, in this process or another, writes target meanwhile; waits for whoever does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = target.with_name(target.name + ".lock")
    while True:
        with open(lock, "a+b") as file:
            _lock(file)
            try:
                if not os.path.samestat(os.fstat(file.fileno()), lock.stat()):
                    continue
            except FileNotFoundError:  # whoever had it has taken it away
                continue
            try:
                yield
            finally:
                with suppress(OSError):  # Windows keeps open files
                    lock.unlink()
            return


def _lock(file: IO[bytes]) -> None:
    """An exclusive lock, which the system lifts when the process ends."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        file.seek(0)
        while True:
            with suppress(OSError):  # given up after ten seconds
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
                return
    fcntl.flock(file, fcntl.LOCK_EX)
