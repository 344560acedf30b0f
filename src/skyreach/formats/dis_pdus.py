"""DIS 7 PDUs, packed field by field after IEEE 1278.1-2012: entity state, fire, detonation, emission, IFF, comment.

All numbers are big-endian. Positions are ECEF metres (the standard's world coordinates), angles radians, velocities m/s in
world coordinates. The layouts are NumPy types, so that a whole window of equal PDUs is one array.
"""

import struct
from dataclasses import dataclass

import numpy as np

VERSION, EXERCISE, SITE, APPLICATION = 7, 1, 1, 1
ENTITY_STATE, FIRE, DETONATION, COMMENT, EMISSION, IFF = 1, 2, 3, 22, 23, 28
FAMILY = {ENTITY_STATE: 1, FIRE: 2, DETONATION: 2, COMMENT: 5, EMISSION: 6, IFF: 6}
MOST = 65_534  # entity numbers of one application
DEACTIVATED, DESTROYED = 1 << 23, 3 << 3  # bits of the appearance

HEADER = [("version", "u1"), ("exercise", "u1"), ("type", "u1"), ("family", "u1"), ("timestamp", ">u4"), ("length", ">u2"),
          ("status", "u1"), ("pad", "u1")]  # fmt: skip
ENTITY_ID = np.dtype([("site", ">u2"), ("application", ">u2"), ("entity", ">u2")])
ENTITY_TYPE = np.dtype([("kind", "u1"), ("domain", "u1"), ("country", ">u2"), ("category", "u1"), ("subcategory", "u1"),
                        ("specific", "u1"), ("extra", "u1")])  # fmt: skip
DESCRIPTOR = [("munition", ENTITY_TYPE), ("warhead", ">u2"), ("fuse", ">u2"), ("quantity", ">u2"), ("rate", ">u2")]
STATE = np.dtype([
    *HEADER, ("id", ENTITY_ID), ("force", "u1"), ("parameters", "u1"), ("entity_type", ENTITY_TYPE), ("alternative", ENTITY_TYPE),
    ("velocity", ">f4", 3), ("location", ">f8", 3), ("orientation", ">f4", 3), ("appearance", ">u4"), ("algorithm", "u1"),
    ("other", "u1", 15), ("acceleration", ">f4", 3), ("turn", ">f4", 3), ("charset", "u1"), ("marking", "S11"),
    ("capabilities", ">u4"),
])  # fmt: skip
SHOT = np.dtype([
    *HEADER, ("firing", ENTITY_ID), ("target", ENTITY_ID), ("munition_id", ENTITY_ID), ("event", ENTITY_ID), ("mission", ">u4"),
    ("location", ">f8", 3), *DESCRIPTOR, ("velocity", ">f4", 3), ("range", ">f4"),
])  # fmt: skip
BURST = np.dtype([
    *HEADER, ("firing", ENTITY_ID), ("target", ENTITY_ID), ("munition_id", ENTITY_ID), ("event", ENTITY_ID),
    ("velocity", ">f4", 3), ("location", ">f8", 3), *DESCRIPTOR, ("entity_location", ">f4", 3), ("result", "u1"),
    ("parameters", "u1"), ("spare", ">u2"),
])  # fmt: skip
ANSWER = np.dtype([
    *HEADER, ("id", ENTITY_ID), ("event", ENTITY_ID), ("antenna", ">f4", 3), ("system_type", ">u2"), ("system_name", ">u2"),
    ("mode", "u1"), ("options", "u1"), ("spare", ">u2"), ("system_status", "u1"), ("alternative_4", "u1"), ("layers", "u1"),
    ("modifier", "u1"), ("parameter", ">u2", 6),
])  # fmt: skip


def timestamp(seconds_of_hour: np.ndarray) -> np.ndarray:
    """Absolute time stamps: 2**31 to the hour, last bit set."""
    return ((seconds_of_hour % 3600.0 / 3600.0 * 2**31).astype(np.int64) % 2**31 << 1 | 1).astype(">u4")


def begin(layout: np.dtype, kind: int, stamps: np.ndarray) -> np.ndarray:
    """Rows of a layout with their headers filled in."""
    rows = np.zeros(len(stamps), layout)
    rows["version"], rows["exercise"], rows["type"], rows["family"] = VERSION, EXERCISE, kind, FAMILY[kind]
    rows["timestamp"], rows["length"] = stamps, layout.itemsize
    return rows


def identify(ids: np.ndarray, number: np.ndarray | int) -> None:
    """Write the identity of entities by number; 0 is no entity. Beyond MOST the next application takes on."""
    number = np.asarray(number)
    ids["site"] = np.where(number > 0, SITE, 0)
    ids["application"] = np.where(number > 0, APPLICATION + (number - 1) // MOST, 0)
    ids["entity"] = np.where(number > 0, (number - 1) % MOST + 1, 0)


def identity(number: int) -> bytes:
    """The same as bytes."""
    row = np.zeros(1, ENTITY_ID)
    identify(row, number)
    return row.tobytes()


def header(kind: int, stamp: int, length: int) -> bytes:
    """The header of a PDU of variable length."""
    return struct.pack(">BBBBIHBB", VERSION, EXERCISE, kind, FAMILY[kind], stamp, length, 0, 0)


def comment(stamp: int, text: str) -> bytes:
    """A comment PDU: one variable datum of text, filled up to eight bytes."""
    words = text.encode("ascii", "replace")
    padded = words + bytes(-len(words) % 8)
    body = identity(0) * 2 + struct.pack(">II", 0, 1) + struct.pack(">II", 0, 8 * len(words)) + padded
    return header(COMMENT, stamp, 12 + len(body)) + body


@dataclass(frozen=True)
class EmitterBeam:
    """A beam: number, frequency [Hz], azimuth centre and half sweep, elevation centre and half sweep [rad], function, targets."""

    number: int
    frequency: float
    az: float
    az_sweep: float
    el: float
    el_sweep: float
    function: int
    targets: tuple[int, ...] = ()


def emission(stamp: int, emitter: int, event: int, function: int, beams: list[EmitterBeam]) -> bytes:
    """An electromagnetic emission PDU with one system and none, one or several beams."""
    packed = b""
    for beam in beams:
        named = beam.targets if len(beam.targets) <= 10 else ()  # more than ten: the high density field says so
        words = 13 + 2 * len(named)
        packed += struct.pack(">BBH", words, beam.number, 0)
        packed += struct.pack(">5f", beam.frequency, 0.0, 0.0, 0.0, 0.0)
        packed += struct.pack(">5f", beam.az, beam.az_sweep, beam.el, beam.el_sweep, 0.0)
        packed += struct.pack(">BBBBI", beam.function, len(named), int(len(beam.targets) > len(named)), 0, 0)
        packed += b"".join(identity(n) + bytes(2) for n in named)
    words = 5 + len(packed) // 4
    system = struct.pack(">BBHHBB3f", words if words < 256 else 0, len(beams), 0, 0, function, 1, 0.0, 0.0, 0.0)
    body = (
        identity(emitter)
        + identity(emitter)[:4]
        + struct.pack(">H", event & 0xFFFF)
        + struct.pack(">BBH", 0, 1, 0)
        + system
        + packed
    )
    return header(EMISSION, stamp, 12 + len(body)) + body
