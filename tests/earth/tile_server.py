"""A real HTTP server for tests of fetching: it serves tiles from memory and misbehaves as told, request by request."""

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from affine import Affine
from rasterio.io import MemoryFile

from skyreach.earth.tiles import tile_name


def tile_bytes(south, west, side=120, seed=0, height=None, crs="EPSG:4326", **options):
    """A GeoTIFF as Copernicus lays its tiles: first node on the north-west corner, no last row and column."""
    rng = np.random.default_rng(seed + 1000 * south + west)
    h = rng.uniform(100.0, 900.0, (side, side)).astype(np.float32) if height is None else np.full((side, side), height, np.float32)
    where = Affine(1 / side, 0.0, west - 0.5 / side, 0.0, -1 / side, south + 1 + 0.5 / side)
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", height=side, width=side, count=1, dtype="float32", crs=crs, transform=where, **options) as out:
            out.write(h, 1)
        return bytes(memory.read())


def tile_path(dataset, south, west):
    name = tile_name(dataset, south, west)
    return f"/{name}/{name}.tif"


class Server:
    """files: path -> bytes; faults: path -> list of faults, one used up per request; asked: (path, Range) of all requests."""

    def __init__(self, address):
        self.address, self.files, self.faults, self.asked = address, {}, {}, []
        self.etags, self.ranges, self.md5 = True, True, True
        self.guard = threading.Lock()

    def etag(self, body):
        return '"' + hashlib.md5(body).hexdigest() + ("" if self.md5 else "-2") + '"'

    def count(self, path):
        return sum(1 for asked, _ in self.asked if asked == path)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        server, path = self.server.state, self.path
        with server.guard:
            server.asked.append((path, self.headers.get("Range")))
            fault = server.faults[path].pop(0) if server.faults.get(path) else None
        kind, _, value = (fault or "").partition(" ")
        if kind == "status":
            return self.answer(int(value), b"no", {})
        if kind == "redirect":
            return self.answer(302, b"", {"Location": value})
        if kind == "hangup":
            return self.drop()
        body = server.files.get(path)
        if body is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>", {})
        return self.serve(server, body, kind, value)

    def serve(self, server, body, kind, value):
        headers = {"ETag": server.etag(body)} if server.etags else {}
        start, code, asked = 0, 200, self.headers.get("Range")
        if asked and server.ranges and self.headers.get("If-Range") in (None, headers.get("ETag")):
            start, code = int(asked.removeprefix("bytes=").rstrip("-")), 206
            if start >= len(body):
                return self.answer(416, b"", {"Content-Range": f"bytes */{len(body)}"})
            first = start + 7 if kind == "wrong-range" else start
            headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        part = body[start:]
        if kind == "drop":  # after so many bytes of the whole file
            self.answer(code, part[: max(0, int(value) - start)], headers, length=len(part))
            return self.drop()
        if kind == "says":  # another length than it has
            self.answer(code, part, headers, length=int(value))
            return self.drop()
        if kind == "etag":
            headers["ETag"] = value
        if kind == "chunked":
            return self.chunked(part, headers)
        return self.answer(code, part, headers)

    def answer(self, code, body, headers, length=None):
        self.send_response(code)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def chunked(self, body, headers):
        self.send_response(200)
        for key, value in {**headers, "Transfer-Encoding": "chunked"}.items():
            self.send_header(key, value)
        self.end_headers()
        for i in range(0, len(body), 5000):
            piece = body[i : i + 5000]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def drop(self):
        self.wfile.flush()
        self.close_connection = True


@contextmanager
def serving():
    """The state of a running server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        http.state = Server(f"http://127.0.0.1:{http.server_address[1]}")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield http.state
        finally:
            http.shutdown()
            thread.join()
