"""The one place that sets how kernels are compiled.

Compiled code is cached in a folder named after the hash of all kernel sources: Numba does not notice that a
callee in another file has changed, and an installed package may lie in a read-only place.
Set SKYREACH_CACHE to choose the folder.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).parent
KERNEL_ROOMS = ("earth", "physics", "world", "engine")


def cache_root() -> Path:
    """Folder for everything that can be made again: compiled kernels, floor maps, reach tables."""
    base = os.environ.get("SKYREACH_CACHE")
    if base:
        return Path(base)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skyreach"


def kernel_hash() -> str:
    """Hash of the Python version and of the text of every module that can hold a kernel (16 hex digits)."""
    digest = hashlib.sha256(sys.version.encode())
    digest.update(Path(__file__).read_bytes())
    for room in KERNEL_ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _prepare_cache() -> str:
    folder = cache_root() / "numba" / kernel_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="skyreach-numba-"))
    return str(folder)


if "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = _prepare_cache()  # inherited by spawned workers
    if "numba" in sys.modules:
        sys.modules["numba"].config.reload_config()

import numba  # noqa: E402  (the cache folder must be set first)

float64, int64, none, typeof = numba.float64, numba.int64, numba.types.none, numba.typeof

kernel = numba.njit(cache=True, nogil=True, error_model="numpy")
"""Decorator of every compiled function: no fastmath, no parallel, GIL released, NumPy division rules."""

lean = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""As `kernel`, for what is called thousands of times a run and works in place: it neither makes arrays, returns one, nor calls
a kernel that does, and so needs no counting of references (docs/design/0004)."""
