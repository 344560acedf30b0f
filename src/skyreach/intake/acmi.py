"""Objects of a Tacview recording (ACMI 2.x, plain or zipped): position samples, names, types and sides."""

import math
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from skyreach.errors import BadInput
from skyreach.intake.inputs import number, read_bytes, text_of, unpacked
from skyreach.intake.trails import Trails

COMMA = re.compile(r"(?<!\\),")
MOST_OBJECTS = 100_000


def read(file: Path, notes: list[str], counts: Counter) -> Trails:
    """All moving objects; what a line leaves out keeps its last value, as the format has it."""
    where = f"import {file}"
    text = text_of(unpacked(read_bytes(file), where, (".acmi", ".txt")), where, notes)
    lines = text.splitlines()
    if not lines or not lines[0].lstrip("\ufeff").startswith("FileType=text/acmi"):
        raise BadInput(where, "not an ACMI recording", "FileType=text/acmi/tacview in the first line")
    state = _Recording()
    pending = ""
    for line in lines[1:]:
        whole = pending + line
        if whole.endswith("\\"):  # a line end inside a value
            pending = whole[:-1] + " "
            if len(pending) > 100_000:
                raise BadInput(where, "a value of more than 100,000 characters")
            continue
        pending = ""
        state.take(whole, counts)
        if len(state.objects) > MOST_OBJECTS:
            raise BadInput(where, f"more than {MOST_OBJECTS:,} objects")
    notes.append("heights above mean sea level, as ACMI has them")
    return state.trails(where)


class _Recording:
    """A recording as it is read."""

    def __init__(self) -> None:
        self.t, self.t0 = 0.0, math.nan
        self.lon0 = self.lat0 = 0.0
        self.objects: dict[str, dict[str, str]] = {}
        self.rows: dict[str, int] = {}
        self.place: dict[str, list[float]] = {}
        self.samples: list[tuple[int, float, float, float, float]] = []

    def take(self, line: str, counts: Counter) -> None:
        """One line: a time, an object that goes, or properties of one."""
        if not line or line.startswith("//"):
            return
        if line.startswith("#"):
            self.t = number(line[1:])
            return
        if line.startswith("-"):
            self.place.pop(line[1:].strip(), None)
            return
        ident, *pairs = COMMA.split(line)
        words = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        if ident == "0":
            self._global(words)
            return
        if not words:
            if line.strip() and not line.startswith("FileVersion"):
                counts["left out: lines that are none of the format"] += 1
            return
        known = self.objects.setdefault(ident, {})
        known.update({key: value for key, value in words.items() if key != "T"})
        if "T" in words:
            self._sample(ident, words["T"])

    def _global(self, words: dict[str, str]) -> None:
        if "ReferenceTime" in words:
            try:
                when = datetime.fromisoformat(words["ReferenceTime"].strip())
                self.t0 = when.replace(tzinfo=when.tzinfo or UTC).timestamp()
            except ValueError:
                self.t0 = math.nan
        self.lon0 = number(words.get("ReferenceLongitude", self.lon0))
        self.lat0 = number(words.get("ReferenceLatitude", self.lat0))

    def _sample(self, ident: str, text: str) -> None:
        parts = text.split("|")
        place = self.place.setdefault(ident, [math.nan] * 3)
        for n, part in enumerate(parts[:3]):
            if part:
                place[n] = number(part)
        row = self.rows.setdefault(ident, len(self.rows))
        self.samples.append((row, self.t, place[1], place[0], place[2]))

    def trails(self, where: str) -> Trails:
        if not math.isfinite(self.t0):
            raise BadInput(where, "no ReferenceTime, or one that cannot be read", "0,ReferenceTime=2026-05-01T02:00:00Z")
        columns = np.array(self.samples, float).reshape(-1, 5).T
        owner, t, lat, lon, h = columns
        known = [self.objects.get(ident, {}) for ident in self.rows]
        names = [
            _first(words, ident, "CallSign", "Pilot", "Label", "Name") for ident, words in zip(self.rows, known, strict=True)
        ]
        return Trails(names, [_first(words, "", "Name", "Type") for words in known], [_side(words) for words in known],
                      owner.astype(np.int64), t + self.t0, lat + self.lat0, lon + self.lon0, h)  # fmt: skip


def _first(words: dict[str, Any], otherwise: str, *keys: str) -> str:
    return next((words[key].replace("\\,", ",") for key in keys if words.get(key)), otherwise)


def _side(words: dict[str, str]) -> str:
    return {"blue": "blue", "red": "red"}.get(words.get("Color", "").lower(), "")
