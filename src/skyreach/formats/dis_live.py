"""DIS 7 live over UDP, paced, to this machine only: an output of a simulated run, never an input of anything."""

import ipaddress
import socket
import time
from collections.abc import Callable

from skyreach.errors import BadInput, RunFailed
from skyreach.formats.dis import pdus
from skyreach.formats.reader import Feed
from skyreach.records.run import Run


def send(run: Run, address: str, speed: float = 1.0, wait: Callable[[float], None] = time.sleep) -> int:
    """Send a run to HOST:PORT, which must be a loopback address, at so many times real time; returns the number of PDUs."""
    host, port = _address(address)
    if not speed > 0.0:
        raise BadInput("speed", speed, "more than 0")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sent, began = 0, time.monotonic()
    with socket.socket(family, socket.SOCK_DGRAM) as out:
        for times, rows in pdus(Feed(run)):
            for t, row in zip(times.tolist(), rows, strict=True):
                late = t / speed - (time.monotonic() - began)
                if late > 0.0:
                    wait(late)
                try:
                    out.sendto(row.tobytes(), (host, port))
                except OSError as fault:
                    raise RunFailed(f"DIS to {address}: {fault.strerror or fault}") from None
                sent += 1
    return sent


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    try:
        place = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        number = int(port)
    except ValueError:
        raise BadInput("address", text, "HOST:PORT of this machine", "127.0.0.1:3000") from None
    if not place.is_loopback or not 0 < number < 65536:
        raise BadInput("address", text, "a loopback address and a port from 1 to 65535: runs are sent to this machine only",
                       "127.0.0.1:3000")  # fmt: skip
    return str(place), number
