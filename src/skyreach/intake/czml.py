"""Objects of a CZML document: sampled positions in degrees, radians or earth-fixed metres, absolute or relative times."""

import math
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from skyreach.errors import BadInput
from skyreach.intake.inputs import json_of, number, read_bytes
from skyreach.intake.points import geodetic
from skyreach.intake.trails import Trails

FORMS = {"cartographicDegrees": "degrees", "cartographicRadians": "radians", "cartesian": "cartesian"}


def read(file: Path, notes: list[str], counts: Counter) -> Trails:
    """All packets with sampled positions; others are counted."""
    where = f"import {file}"
    packets = json_of(read_bytes(file), where, notes)
    if not isinstance(packets, list):
        raise BadInput(where, "not CZML", "a JSON array of packets, the first with id document")
    names: list[str] = []
    kinds, sides, parts = [], [], []
    for packet in packets:
        if not isinstance(packet, dict) or not isinstance(packet.get("position"), dict | list):
            continue
        pieces = packet["position"] if isinstance(packet["position"], list) else [packet["position"]]
        found = [rows for piece in pieces if (rows := _samples(piece, counts)) is not None]
        if not found:
            counts["left out: packets without sampled positions"] += 1
            continue
        if len(found) < len(pieces):
            counts["left out: pieces of positions that are not sampled"] += len(pieces) - len(found)
        parts += [np.column_stack([np.full(len(rows), len(names)), rows]) for rows in found]
        names.append(str(packet.get("name") or packet.get("id") or "object"))
        sides.append(_property(packet, "side"))
        kinds.append(_property(packet, "system"))
    if not names:
        why = "; ".join(f"{key}: {n}" for key, n in counts.items())
        said = f"no sampled positions ({why or 'no packets with a position'})"
        raise BadInput(where, said, "packets with cartographicDegrees, cartographicRadians or cartesian")
    owner, t, lat, lon, h = np.concatenate(parts).T
    notes.append("heights above the WGS84 ellipsoid, as CZML has them, made heights above mean sea level by EGM96")
    return Trails(names, kinds, sides, owner.astype(np.int64), t, lat, lon, h, "ell")


def _property(packet: dict[str, Any], name: str) -> str:
    properties = packet.get("properties")
    value = properties.get(name) if isinstance(properties, dict) else None
    return str(value.get("string", "")) if isinstance(value, dict) else str(value or "")


def _samples(piece: Any, counts: Counter) -> np.ndarray | None:
    """Rows t [UTC, s], lat, lon [deg], h [m]; None where there is nothing sampled."""
    if not isinstance(piece, dict):
        return None
    form = next((key for key in FORMS if isinstance(piece.get(key), list)), None)
    if form is None or len(piece[form]) < 8 or len(piece[form]) % 4:
        return None
    if piece.get("referenceFrame", "FIXED") not in ("FIXED", "#FIXED") and form == "cartesian":
        counts["left out: positions in an inertial frame"] += 1
        return None
    values = piece[form]
    if isinstance(values[0], str):
        times = [_utc(v) for v in values[::4]]
    else:
        epoch = _utc(piece.get("epoch"))
        times = [epoch + number(v) for v in values[::4]]
    rest = np.array([[number(v) for v in values[n::4]] for n in (1, 2, 3)])
    if form == "cartesian":
        rest = np.where(np.isfinite(rest), rest, np.nan)
        at = geodetic(np.ascontiguousarray(rest.T))
        return np.column_stack([times, at])
    if form == "cartographicRadians":
        rest[:2] = np.degrees(rest[:2])
    return np.column_stack([times, rest[1], rest[0], rest[2]])


def _utc(text: Any) -> float:
    if not isinstance(text, str):
        return math.nan
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
