"""Where exports go: a file or folder that is there is complete; what formats cannot carry stands in a file beside it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skyreach.errors import BadInput
from skyreach.records.whole import whole_file, whole_folder


@contextmanager
def part_file(path: Path) -> Iterator[Path]:
    """A name to write under, which becomes path when all is written, and is removed otherwise."""
    if path.is_dir():
        raise BadInput(f"export to {path}", "a folder", "the name of a file", f"--out {path / path.name}")
    with whole_file(path) as part:
        yield part


@contextmanager
def part_folder(path: Path) -> Iterator[Path]:
    """A folder to write in, which becomes path when all is written; path must not hold anything yet."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise BadInput(f"export to {path}", "it is there already", cure="another --out, or remove it first")
    with whole_folder(path) as part:
        yield part


def beside(path: Path, document: dict[str, Any]) -> Path:
    """Write what a binary format cannot say of itself into NAME.about.json beside it."""
    file = path.with_name(f"{path.name}.about.json")
    with part_file(file) as part:
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
        part.write_text(text + "\n", encoding="utf-8")
    return file
