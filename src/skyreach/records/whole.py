"""Files and folders that are there whole or not at all: written under another name beside it, and renamed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from skyreach.errors import RunFailed


@contextmanager
def whole_file(path: Path, what: str = "") -> Iterator[Path]:
    """A name to write under, which becomes path when all is written, and is removed otherwise.

    RunFailed where that cannot be; what: words before the path in its message, as in "bundle "."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as fault:
        raise RunFailed(f"{what}{path} could not be written: {fault.strerror or fault}") from None
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def whole_folder(path: Path, what: str = "") -> Iterator[Path]:
    """As whole_file for a folder; at path there may be an empty folder already, and nothing else."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        yield part
        if path.is_dir():
            path.rmdir()
        part.rename(path)
    except OSError as fault:
        raise RunFailed(f"{what}{path} could not be written: {fault.strerror or fault}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
