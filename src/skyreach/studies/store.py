"""Where a study lives: a folder of this machine, or of any filesystem that pyarrow or fsspec knows (s3://, gs://, ...)."""

import os
from pathlib import Path, PurePosixPath
from typing import Any

from skyreach.errors import BadInput, RunFailed

PART = ".part"


class Store:
    """Small files by name below one root. A file that is there under its own name is complete (local) or checks itself."""

    def __init__(self, root: str | Path) -> None:
        self.uri = str(root)
        self.fs, self._base = _open(self.uri)
        self.local = Path(self._base) if self.fs.type_name == "local" else None

    def path(self, name: str) -> str:
        """The path of a file inside the filesystem."""
        return str(PurePosixPath(self._base) / name) if self._base else name

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        try:
            with self.fs.open_input_stream(self.path(name)) as stream:
                return stream.read()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise RunFailed(f"{self.uri}/{name} cannot be read: {fault}") from None

    def write(self, name: str, data: bytes) -> None:
        """A file, all of it or nothing: written beside its name, brought to the disk, then renamed."""
        try:
            if self.local is None:
                self._folder(name)
                with self.fs.open_output_stream(self.path(name)) as stream:  # an object is there when the stream is closed
                    stream.write(data)
                return
            try:
                self._write_local(self.local / name, data)
            except FileNotFoundError:  # tidied away by another process before the lock was ours
                self._write_local(self.local / name, data)
        except OSError as fault:
            said = getattr(fault, "strerror", None) or fault
            raise RunFailed(f"{self.uri}/{name} could not be written: {said}; what is finished is kept, resume goes on") from None

    def _write_local(self, target: Path, data: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}{PART}")
        try:
            with part.open("wb") as file:
                _lock(file.fileno())  # as long as it is held, `tidy` knows that somebody writes here
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _folder(self, name: str) -> None:
        above = str(PurePosixPath(name).parent)
        if above != "." and self.fs.type_name not in ("s3", "gcs", "abfs"):  # object stores have no folders
            self.fs.create_dir(self.path(above), recursive=True)

    def append(self, name: str, line: str) -> None:
        """One line at the end of a file, in one piece; only a local folder can do it, elsewhere nothing is written."""
        if self.local is None:
            return
        try:
            handle = os.open(self.local / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                os.write(handle, (line + "\n").encode())
            finally:
                os.close(handle)
        except OSError as fault:
            raise RunFailed(f"{self.uri}/{name} could not be written: {fault.strerror}; resume goes on") from None

    def names(self, folder: str) -> list[str]:
        """Names of the complete files in a folder, sorted; nothing where there is no such folder."""
        from pyarrow.fs import FileSelector, FileType

        found = self.fs.get_file_info(FileSelector(self.path(folder), allow_not_found=True))
        names = sorted(info.base_name for info in found if info.type == FileType.File)
        return [name for name in names if not name.endswith(PART)]

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            self.fs.delete_file(self.path(name))
        except FileNotFoundError:
            pass

    def tidy(self) -> None:
        """Remove what writers that were killed have left behind: parts that nobody holds."""
        for part in self.local.rglob(f".*{PART}") if self.local is not None else ():
            try:
                with part.open("r+b") as file:
                    if _lock(file.fileno()):
                        part.unlink(missing_ok=True)
            except FileNotFoundError:
                continue  # it has got its name meanwhile


class Claims:
    """Who works at which shard: one byte of a lock file each, given back by the system when its holder dies, however it dies.

    Only between processes of one machine; elsewhere two may do the same shard, which writes the same bytes twice."""

    def __init__(self, store: Store) -> None:
        self._handle = -1
        if store.local is not None and os.name == "posix":
            self._file = store.local / ".claims"
            self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)

    def take(self, number: int) -> bool:
        """True if the shard is now ours."""
        return self._handle < 0 or _lock(self._handle, number)

    def give(self, number: int) -> None:
        """Let go of a shard."""
        if self._handle >= 0:
            import fcntl

            fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, number)

    def close(self) -> None:
        """Let go of all."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _lock(handle: int, number: int | None = None) -> bool:
    """Lock a file, or the byte `number` of it; False where another process holds it. True where there are no locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, *(() if number is None else (1, number)))
    except BlockingIOError:
        return False
    except OSError:  # a filesystem without locks
        return True
    return True


def _open(uri: str) -> tuple[Any, str]:
    """(pyarrow filesystem, path in it) of a folder or an address."""
    import pyarrow as pa
    from pyarrow import fs

    if "://" not in uri:
        return fs.LocalFileSystem(), os.path.abspath(uri)
    try:
        return fs.FileSystem.from_uri(uri)
    except (pa.ArrowInvalid, ValueError, OSError) as fault:
        first = fault
    try:
        from fsspec.core import url_to_fs

        other, path = url_to_fs(uri)
        return fs.PyFileSystem(fs.FSSpecHandler(other)), path
    except (ImportError, ValueError, OSError) as fault:
        raise BadInput(
            f"study folder {uri}", f"no filesystem answers to it ({first}; {fault})",
            "a folder, or an address that pyarrow or fsspec knows: s3://BUCKET/FOLDER, gs://, hdfs://",
        ) from None  # fmt: skip
