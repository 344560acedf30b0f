"""The parts of which a page of a run is made, by name; each is made when it is asked for, and only then.

`document` comes first and says which others there are: `relief-wide`, `relief-near` (heights), `cover` and `cover-N`
(coverage by rungs of height), `circle` (areas), `sources`, `stories`, `overview` (paths), and `TABLE-N` (samples of a window).
"""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from threading import RLock
from typing import Any

from skyreach.errors import BadInput
from skyreach.records.run import Run
from skyreach.viewer import origins, words
from skyreach.viewer.cover import cover_head
from skyreach.viewer.document import document, told
from skyreach.viewer.ground import Relief, relief
from skyreach.viewer.material import Material

WIDE_NODES, WIDE_STEP = 640, 5.0
NEAR_NODES, NEAR_STEP = 512, 2.0


class Parts:
    """All parts of one run; safe to ask from several threads."""

    def __init__(self, run: Run) -> None:
        self.material = Material(run)
        self._locks = {"cover": RLock(), "circle": RLock(), "rest": RLock()}  # what takes long does not hold up the rest

    def names(self) -> Iterator[str]:
        """Every part there is, in the order in which a page needs them."""
        yield from ("document", "overview")
        windows = self.material.samples.windows
        for number in range(windows.count):
            yield from (f"{table}-{number}" for table in windows.tables)
        yield from ("relief-wide", "relief-near", "cover")
        yield from (f"cover-{number}" for number in range(len(self.material.posts)))
        yield from ("circle", "sources", "stories")

    def part(self, name: str) -> bytes:
        """A part as bytes: JSON, an Arrow stream, or packed numbers; BadInput where there is none of that name."""
        with self._locks.get(name.split("-")[0], self._locks["rest"]):
            if name in FIXED:
                return FIXED[name](self)
            match = re.fullmatch(r"(\w+)-(\d{1,6})", name)
            if match:
                return self._numbered(match[1], int(match[2]))
        raise BadInput("part of a page", name, ", ".join(FIXED))

    def _numbered(self, kind: str, number: int) -> bytes:
        windows = self.material.samples.windows
        if kind == "cover" and number < len(self.material.posts):
            return self.material.layers[number].planes.tobytes()
        if kind == "story" and number < len(self.material.stories):
            return packed(told(self.material.stories[number]))
        if kind in windows.tables and number < windows.count:
            return self.material.samples.part(kind, number)
        raise BadInput("part of a page", f"{kind}-{number}", "a part that its document names")

    @cached_property
    def _reliefs(self) -> tuple[Relief, Relief]:
        m = self.material
        return relief(m.source, m.wide, WIDE_NODES, WIDE_STEP), relief(m.source, m.near, NEAR_NODES, NEAR_STEP)

    @cached_property
    def _document(self) -> bytes:
        wide, near = self._reliefs
        heads = [wide.head("relief-wide"), near.head("relief-near")]
        return packed({**document(self.material), "relief": heads})

    def _relief(self, number: int) -> bytes:
        return self._reliefs[number].packed()

    def _cover(self) -> bytes:
        return packed(cover_head(self.material.layers) if self.material.emitters else None)

    def _stories(self) -> bytes:
        return packed([told(story) for story in self.material.stories])


FIXED = {
    "document": lambda parts: parts._document,
    "overview": lambda parts: parts.material.samples.overview(),
    "relief-wide": lambda parts: parts._relief(0),
    "relief-near": lambda parts: parts._relief(1),
    "cover": lambda parts: parts._cover(),
    "circle": lambda parts: packed(words.circle(parts.material)),
    "sources": lambda parts: packed(origins.sources(parts.material)),
    "stories": lambda parts: parts._stories(),
}


def packed(document: Any) -> bytes:
    """JSON without spaces, in UTF-8."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
